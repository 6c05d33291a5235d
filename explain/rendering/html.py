"""Reports and accounts as HTML pages, each one file that needs nothing else: no script, and nothing is loaded."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from explain.account import Account
from explain.plain_text import on_one_line, rule_and_sources
from explain.report import COLUMNS, SOURCES, STATUSES, Report

MARKS = {"met": "✓", "not met": "✗", "unknown": "?"}
"""Beside the words, for the eye."""


def report_html(report: Report) -> str:
    """The report as an HTML document, one sheet of paper where it fits. Every text is escaped."""
    status = STATUSES[report.status]
    template = _template("report.html")
    return template.render(report=report, columns=COLUMNS, sources=SOURCES, status=status, marks=MARKS)


def account_html(account: Account) -> str:
    """The account as an HTML document. Every text is escaped."""
    return _template("account.html").render(account=on_one_line(account))


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=PackageLoader("explain", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["behind"] = rule_and_sources
    return environment.get_template(name)
