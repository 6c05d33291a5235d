"""A report as one HTML page that needs nothing else: no script, no other file, one sheet of paper where it fits."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from explain.plain_text import rule_and_sources
from explain.report import COLUMNS, SOURCES, STATUSES, Report

MARKS = {"met": "✓", "not met": "✗", "unknown": "?"}
"""Beside the words, for the eye."""


def report_html(report: Report) -> str:
    """The report as an HTML document. Every text is escaped."""
    status = STATUSES[report.status]
    return _template().render(report=report, columns=COLUMNS, sources=SOURCES, status=status, marks=MARKS)


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("explain", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["behind"] = rule_and_sources
    return environment.get_template("report.html")
