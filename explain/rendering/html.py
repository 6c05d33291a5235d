"""Reports and accounts as HTML pages, each one file that needs nothing else: no script, and nothing is loaded."""

import re
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from explain.account import Account
from explain.handbook import Block, Drawing, Handbook, Items, Table
from explain.plain_text import on_one_line, rule_and_sources
from explain.report import COLUMNS, SOURCES, STATUSES, Report

MARKS = {"met": "✓", "not met": "✗", "unknown": "?"}
"""Beside the words, for the eye."""
_ADDRESS = re.compile(r"(https?://[^\s<>\"\]]*[^\s<>\"\].,;:])")


def report_html(report: Report) -> str:
    """The report as an HTML document, one sheet of paper where it fits. Every text is escaped."""
    status = STATUSES[report.status]
    template = _template("report.html")
    return template.render(report=report, columns=COLUMNS, sources=SOURCES, status=status, marks=MARKS)


def account_html(account: Account) -> str:
    """The account as an HTML document. Every text is escaped."""
    return _template("account.html").render(account=on_one_line(account))


def handbook_html(handbook: Handbook) -> str:
    """The handbook as an HTML document with its pictures in it. Every text is escaped; of the pictures, which are drawn
    here, what is text was."""
    chapters = [(chapter.title, [_shaped(block) for block in chapter.blocks]) for chapter in handbook.chapters]
    return _template("handbook.html").render(handbook=handbook, chapters=chapters)


def _shaped(block: Block) -> tuple[str, object]:
    """A block with the name of its kind, for the template."""
    match block:
        case Drawing(svg, command):
            return "drawing", {"svg": Markup(svg[svg.index("<svg") :]), "command": command}  # noqa: S704
        case Table():
            return "table", block
        case Items(items):
            return "items", items
    return "text", block


def linked(text: str) -> Markup:
    """A text, escaped, in which each address of the web is a link."""
    parts = _ADDRESS.split(text)
    told = (Markup('<a href="{0}">{0}</a>').format(part) if n % 2 else escape(part) for n, part in enumerate(parts))
    return Markup("").join(told)


def breakable(text: str) -> Markup:
    """A text, escaped, in which a line may end after each underscore."""
    return Markup("_<wbr/>").join(text.split("_"))


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
    environment.filters.update(behind=rule_and_sources, linked=linked, breakable=breakable)
    return environment.get_template(name)
