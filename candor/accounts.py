"""An account as JSON: the same sections and lines that a person reads."""

from typing import Literal, NotRequired

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

from explain.account import Account, Section
from explain.justification import Line

_closed = with_config(ConfigDict(extra="forbid"))


@_closed
class LineJson(TypedDict):
    """One line, the address of the rule it speaks of, where that is taken from, and what stands below it."""

    text: str
    rule: NotRequired[str]
    sources: NotRequired[list[str]]
    below: "NotRequired[list[LineJson]]"


@_closed
class SectionJson(TypedDict):
    """A titled part of an account."""

    title: str
    lines: list[LineJson]


@_closed
class AccountJson(TypedDict):
    """An answer about one decision: which guideline and question, how far it got, the answer in words, the sections."""

    guideline: str
    question: str
    status: Literal["concluded", "needs_information", "not_covered"]
    answer: str
    sections: list[SectionJson]


def account_json(account: Account) -> AccountJson:
    """The account as JSON data, of the shape that its published schema describes."""
    return {
        "guideline": account.guideline,
        "question": account.question,
        "status": account.status.value,
        "answer": account.answer,
        "sections": [section_json(section) for section in account.sections],
    }


def section_json(section: Section) -> SectionJson:
    """A section as JSON data."""
    return {"title": section.title, "lines": [line_json(line) for line in section.lines]}


def line_json(line: Line) -> LineJson:
    """A line with what stands below it, as JSON data."""
    told: LineJson = {"text": line.text}
    if line.rule is not None:
        told["rule"] = line.rule
    if line.sources:
        told["sources"] = list(line.sources)
    if line.below:
        told["below"] = [line_json(each) for each in line.below]
    return told
