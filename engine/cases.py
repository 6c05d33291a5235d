"""Running a guideline's cases: each is decided like any patient and held against what its author expects."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from engine.deciding import answered, decide
from engine.diagnostics import Diagnostic
from engine.errors import InputRejected
from engine.guideline import Case, Guideline
from engine.patient import Facts
from engine.trace import Answer, Trace
from engine.truth import FALSE, TRUE

A = TypeVar("A", bound=Answer)
DEFAULT_AT = datetime(2000, 1, 1, tzinfo=UTC)
"""The instant of a case that names none; such a case has no dated values to grow old."""
NONE = "none"
"""What stands for no outcome, and for an empty list."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One thing a case expects that did not come out. Of `not_fired`, `got` are the rules that fired."""

    case: str
    about: str
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class DecidedCase:
    """A case, its trace or, where its patient is rejected, the reasons, and what did not come out as expected."""

    case: Case
    trace: Trace | None
    rejected: tuple[Diagnostic, ...]
    mismatches: tuple[Mismatch, ...]


def run_case(guideline: Guideline, decision: str, case: Case) -> tuple[Mismatch, ...]:
    """Decides a case; what did not come out as expected, nothing where all did."""
    return _held(guideline, decision, case, answered)[2]


def decided_case(guideline: Guideline, decision: str, case: Case) -> DecidedCase:
    """Decides a case like any patient and holds it against what its author expects. Raises what `decide` raises, but
    for `InputRejected`."""
    return DecidedCase(case, *_held(guideline, decision, case, decide))


def _held(
    guideline: Guideline, decision: str, case: Case, deciding: Callable[..., A]
) -> tuple[A | None, tuple[Diagnostic, ...], tuple[Mismatch, ...]]:
    """The answer, or why the patient is rejected, and what did not come out as expected."""
    try:
        answer = deciding(guideline, decision, Facts(case.facts, place=case.place), at=case.at or DEFAULT_AT)
    except InputRejected as rejected:
        return None, rejected.diagnostics, tuple(_refusal_mismatches(case, rejected))
    return answer, (), tuple(_mismatches(guideline, case, answer))


def _refusal_mismatches(case: Case, rejected: InputRejected) -> Iterator[Mismatch]:
    if case.expect.rejected not in {each.code for each in rejected.diagnostics}:
        yield Mismatch(case.id, "input", case.expect.rejected or "a possible patient", str(rejected))


def _mismatches(guideline: Guideline, case: Case, answer: Answer) -> Iterator[Mismatch]:
    expect = case.expect
    if expect.status is not None and expect.status != answer.status.value:
        yield Mismatch(case.id, "status", expect.status, answer.status.value)
    if expect.outcome is not None and expect.outcome != answer.outcome:
        yield Mismatch(case.id, "outcome", expect.outcome, answer.outcome or NONE)
    if expect.possible is not None and tuple(sorted(expect.possible)) != answer.possible_outcomes:
        yield Mismatch(case.id, "possible", _names(expect.possible), _names(answer.possible_outcomes))
    if expect.fired is not None and not set(expect.fired) <= set(answer.fired):
        yield Mismatch(case.id, "fired", _names(expect.fired), _names(answer.fired))
    if expect.not_fired is not None and not set(expect.not_fired).isdisjoint(answer.fired):
        yield Mismatch(case.id, "not_fired", _names(expect.not_fired), _names(answer.fired))
    if expect.rejected is not None:
        yield Mismatch(case.id, "input", expect.rejected, "a possible patient")
    findings = {name: {TRUE: "yes", FALSE: "no"}.get(truth, "unknown") for name, truth in answer.findings}
    for name, holds in (expect.findings or {}).items():
        if findings[name] != ("yes" if holds else "no"):
            yield Mismatch(case.id, name, "yes" if holds else "no", findings[name])
    yield from _score_mismatches(guideline, case, answer)
    given = tuple(caution.rule for caution in answer.cautions if caution.rule is not None)
    if expect.cautions is not None and tuple(sorted(expect.cautions)) != given:
        yield Mismatch(case.id, "cautions", _names(expect.cautions), _names(given))


def _names(names: Iterable[str]) -> str:
    return ", ".join(names) or NONE


def _score_mismatches(guideline: Guideline, case: Case, answer: Answer) -> Iterator[Mismatch]:
    declared = guideline.decisions[answer.decision].scores
    scores = {score.score: (score.low, score.high) for score in answer.scores}
    for name, steps in (case.expect.scores or {}).items():
        expected, (low, high) = declared[name].scale.scalar_of(steps), scores[name]
        if (low, high) != (expected, expected):
            yield Mismatch(case.id, name, str(expected), str(low) if low == high else f"{low} to {high}")
