"""A report as plain text, indented by two spaces a level."""

from collections.abc import Iterable, Iterator

from explain.account import Section
from explain.criteria import Criterion
from explain.plain_text import indented
from explain.report import SOURCES, STATUSES, Report


def report_text(report: Report) -> str:
    """The report as lines of text."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield from (f"{report.title}: {report.guideline}", report.question, f"Patient: {report.patient_in_words}")
    yield from ("", f"{STATUSES[report.status]}{'.' if report.outcome is None else ':'} {report.answer}")
    yield from _told(report.opening)
    yield from ("", f"Criteria: {report.counted}")
    for each in report.criteria:
        yield from _criterion(each)
    yield from _told(report.sections)
    yield from ("", SOURCES, *(f"  [{each.number}] {each.line}" for each in report.sources))
    yield from () if report.sources_left is None else (f"  {report.sources_left}",)
    yield from ("", "Limits of use", f"  {report.limits}")
    yield from ("", "Record", *(f"  {label}: {text}" for label, text in report.record))
    yield from ("", report.agreement.title, *(f"  [ ] {each}" for each in report.agreement.choices))
    yield from (f"  {field}: ____________________" for field in report.agreement.fields)


def _told(sections: Iterable[Section]) -> Iterator[str]:
    for section in sections:
        yield from ("", section.title)
        for line in section.lines:
            yield from indented(line, 1)


def _criterion(each: Criterion) -> Iterator[str]:
    yield f"  {each.title}: {each.value} ({each.origin})"
    yield from (f"    {state}: {values}" for state, values in each.by_state)
