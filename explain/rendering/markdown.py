"""Reports and accounts as Markdown. Whatever a text holds is shown as it is: no letter of it is markup."""

import re
from collections.abc import Iterable, Iterator

from explain.account import Account, Section
from explain.handbook import Block, Drawing, Handbook, Items, Table
from explain.justification import Line
from explain.plain_text import on_one_line, one_line, rule_and_sources
from explain.report import COLUMNS, SOURCES, STATUSES, Report

_MARKUP = re.compile(r"([\\`*_\[\]<>|~&#$!])")
_BEGINS_A_BLOCK = re.compile(r"^([-+=]|\d+(?=[.)]))")


def report_markdown(report: Report) -> str:
    """The report as a Markdown document, with a table as GitHub writes it."""
    return "\n".join(_lines(report)) + "\n"


def account_markdown(account: Account) -> str:
    """The account as a Markdown document: one heading of the first level, one of the second for each section."""
    told = on_one_line(account)
    head = (f"# {escaped(told.question)}", "", escaped(told.guideline), "", f"**{escaped(told.answer)}**")
    return "\n".join((*head, *_told(told.sections))) + "\n"


def handbook_markdown(handbook: Handbook) -> str:
    """The handbook as a Markdown document; in place of each picture the command that draws it."""
    head = [f"# {escaped(one_line(handbook.title))}", "", escaped(handbook.identity), "", f"sha256 {handbook.sha256}"]
    head += ["", f"**Limits of use.** {escaped(one_line(handbook.limits))}"]
    for chapter in handbook.chapters:
        head += ["", f"## {escaped(chapter.title)}"]
        for block in chapter.blocks:
            head += ["", *_block(block)]
    return "\n".join(head) + "\n"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Table(caption, columns, rows):
            yield from (f"**{escaped(one_line(caption))}**", "", _row(columns), _row("---" for _ in columns))
            yield from (_row(escaped(one_line(cell)) for cell in row) for row in rows)
        case Items(items):
            for item, below in items:
                yield f"- {escaped(one_line(item))}"
                yield from (f"  - {escaped(one_line(line))}" for line in below)
        case Drawing(_, command):
            yield f"`{command}` draws it."
        case _:
            yield escaped(one_line(block))


def escaped(text: str) -> str:
    """A text of one line in which Markdown finds no markup."""
    told = _MARKUP.sub(r"\\\1", text)
    if begun := _BEGINS_A_BLOCK.match(told):
        cut = begun.end() if begun[1].isdigit() else 0
        return f"{told[:cut]}\\{told[cut:]}"
    return told


def _lines(report: Report) -> Iterator[str]:
    yield from (f"# {report.title}", "", f"{escaped(report.guideline)}", "", f"{escaped(report.question)}")
    yield from ("", f"Patient: {escaped(report.patient_in_words)}")
    yield from ("", f"## {STATUSES[report.status]}", "", f"**{escaped(report.answer)}**")
    yield from _told(report.opening)
    yield from ("", "## Criteria", "", report.counted, "")
    yield _row(COLUMNS)
    yield _row("---" for _ in COLUMNS)
    for each in report.criteria:
        needed = " ".join(f"**{state}:** {escaped(values)}" for state, values in each.by_state)
        yield _row((escaped(each.title), escaped(f"{each.value} ({each.origin})"), needed))
    yield from _told(report.sections)
    yield from ("", f"## {SOURCES}", "", *(f"- {escaped(f'[{each.number}] {each.line}')}" for each in report.sources))
    yield from () if report.sources_left is None else (f"- {escaped(report.sources_left)}",)
    yield from ("", "## Limits of use", "", escaped(report.limits))
    yield from ("", "## Record", "", *(f"- {label}: {escaped(text)}" for label, text in report.record))
    yield from ("", f"## {report.agreement.title}", "", *(f"- [ ] {each}" for each in report.agreement.choices))
    yield from (f"- {field}: \\_\\_\\_\\_\\_\\_\\_\\_" for field in report.agreement.fields)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _told(sections: Iterable[Section]) -> Iterator[str]:
    for section in sections:
        yield from ("", f"## {escaped(section.title)}", "")
        for line in section.lines:
            yield from _listed(line, 0)


def _listed(line: Line, depth: int) -> Iterator[str]:
    behind = rule_and_sources(line)
    yield f"{'  ' * depth}- {escaped(line.text)}{f' {escaped(behind)}' if behind else ''}"
    for below in line.below:
        yield from _listed(below, depth + 1)
