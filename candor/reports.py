"""A report as JSON: the same criteria, sections and lines that a person reads."""

from typing import Literal, NotRequired

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

from candor.accounts import SectionJson, section_json
from explain.criteria import Criterion
from explain.references import Reference
from explain.report import Report

_closed = with_config(ConfigDict(extra="forbid"))


@_closed
class NeededJson(TypedDict):
    """What a test needs, and whether the patient has it."""

    values: str
    state: Literal["met", "not met", "unknown"]


@_closed
class CriterionJson(TypedDict):
    """One fact or score that tests bear on, its value with unit, date and origin, and what the tests need of it."""

    title: str
    value: str
    unit: NotRequired[str]
    date: NotRequired[str]
    origin: str
    needed: list[NeededJson]


@_closed
class SourceJson(TypedDict):
    """A source under the number by which it is cited, its kind, how strong its evidence is, and on what basis the
    guideline takes from it."""

    number: str
    text: str
    kind: str
    evidence: str
    basis: str


@_closed
class RecordJson(TypedDict):
    """One thing that is on record, with its label."""

    label: str
    text: str


@_closed
class AgreementJson(TypedDict):
    """The place where a person records what they decided."""

    title: str
    choices: list[str]
    fields: list[str]


@_closed
class ReportJson(TypedDict):
    """The report of one decision about one patient, in the order in which it is read."""

    title: str
    guideline: str
    question: str
    patient: str | None
    status: Literal["concluded", "needs_information", "not_covered"]
    outcome: str | None
    answer: str
    opening: list[SectionJson]
    criteria: list[CriterionJson]
    sections: list[SectionJson]
    sources: list[SourceJson]
    sources_left: str | None
    limits: str
    record: list[RecordJson]
    agreement: AgreementJson


def report_json(report: Report) -> ReportJson:
    """The report as JSON data, of the shape that its published schema describes."""
    agreement = report.agreement
    return {
        "title": report.title,
        "guideline": report.guideline,
        "question": report.question,
        "patient": report.patient,
        "status": report.status.value,
        "outcome": report.outcome,
        "answer": report.answer,
        "opening": [section_json(section) for section in report.opening],
        "criteria": [_criterion(each) for each in report.criteria],
        "sections": [section_json(section) for section in report.sections],
        "sources": [_source(each) for each in report.sources],
        "sources_left": report.sources_left,
        "limits": report.limits,
        "record": [{"label": label, "text": text} for label, text in report.record],
        "agreement": {
            "title": agreement.title,
            "choices": list(agreement.choices),
            "fields": list(agreement.fields),
        },
    }


def _criterion(each: Criterion) -> CriterionJson:
    told: CriterionJson = {
        "title": each.title,
        "value": each.value,
        "origin": each.origin,
        "needed": [{"values": needed.values, "state": needed.state} for needed in each.needed],
    }
    if each.unit is not None:
        told["unit"] = each.unit
    if each.date is not None:
        told["date"] = each.date
    return told


def _source(each: Reference) -> SourceJson:
    return {
        "number": each.number,
        "text": each.text,
        "kind": each.kind,
        "evidence": each.evidence,
        "basis": each.basis,
    }
