"""Reports of the toy roads, and what a reader of each form reads."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from enum import Enum

from candor.cli.reporting import Form, written
from engine.deciding import decide
from engine.facts import read_facts
from engine.loading import load
from explain.account import Section
from explain.criteria import Needed
from explain.justification import Line
from explain.reading import Reading, reading_of
from explain.report import Report, report_of
from tests.mistake_examples import TOY

AT = datetime(2026, 1, 15, tzinfo=UTC)
ICE = {"surface_temperature": "-2.5", "precipitation": "rain", "hours_since_gritting": 30}
TOY_GUIDELINE = load(TOY, with_cases=False)
HOSTILE = (
    "<script>alert(1)</script> \"'&amp; <img src=x onerror=y> [a](javascript:b) | `c` *d* _e_ ## f {{ g }} {% h %}"
)
SITUATIONS: dict[str, tuple[str, dict[str, object]]] = {
    "concluded": ("gritting", ICE),
    "open": ("gritting", {"precipitation": "rain"}),
    "nothing known": ("gritting", {}),
    "not covered": ("clearing", {"snow_depth": "0", "precipitation": "none"}),
    "scores": ("patrol", ICE),
}


def read(decision: str, facts: dict[str, object]) -> Reading:
    trace = decide(TOY_GUIDELINE, decision, read_facts(TOY_GUIDELINE, facts), at=AT)
    return reading_of(TOY_GUIDELINE, trace)


def reported(name: str = "concluded", patient: str | None = "road 7") -> Report:
    return report_of(TOY_GUIDELINE, read(*SITUATIONS[name]).trace, patient)


def hostile_report() -> Report:
    report = reported(patient=HOSTILE)
    section = Section(HOSTILE, (Line(HOSTILE, None, (HOSTILE,), (Line(HOSTILE),)),))
    criterion = replace(
        report.criteria[0], title=HOSTILE, value=HOSTILE, origin=HOSTILE, needed=(Needed(HOSTILE, "met"),)
    )
    return replace(
        report,
        guideline=HOSTILE,
        question=HOSTILE,
        answer=HOSTILE,
        opening=(section,),
        criteria=(criterion,),
        sections=(section,),
        sources=(replace(report.sources[0], text=HOSTILE),),
        limits=HOSTILE,
        record=((report.record[0][0], HOSTILE),),
    )


def section_lines(report: Report, title: str) -> tuple[Line, ...]:
    """The lines of the section whose title begins so."""
    return next(section.lines for section in report.sections if section.title.startswith(title))


def texts_of(part: object) -> Iterator[str]:
    """Every text of a model, but for names that are no words."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        for each in part:
            yield from texts_of(each)
    elif is_dataclass(part) and not isinstance(part, Enum):
        for field in fields(part):
            yield from texts_of(getattr(part, field.name))


def page(report: Report) -> ET.Element:
    html = written(report, Form.HTML)
    assert html.lstrip().startswith("<!DOCTYPE html>\n")
    return ET.fromstring(html.partition("<!DOCTYPE html>\n")[2])


def squeezed(text: str) -> str:
    return " ".join(text.split())


def unescaped(markdown: str) -> str:
    return re.sub(r"\\([^A-Za-z0-9\s])", r"\1", markdown)


def said_by(report: Report, form: Form) -> str:
    """What a reader of a form reads."""
    text = written(report, form)
    if form is Form.HTML:
        return squeezed("".join(page(report).itertext()))
    if form is Form.MARKDOWN:
        return squeezed(unescaped(text))
    return "\n".join(_texts_of_json(json.loads(text))) if form is Form.JSON else text


def _texts_of_json(part: object) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, list | dict):
        for each in part.values() if isinstance(part, dict) else part:
            yield from _texts_of_json(each)
