"""Running a guideline's cases: each is decided like any patient and held against what its author expects."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from engine.deciding import decide
from engine.errors import InputRejected
from engine.facts import Facts
from engine.guideline import Case, Guideline
from engine.trace import Trace

DEFAULT_AT = datetime(2000, 1, 1, tzinfo=UTC)
"""The instant of a case that names none; such a case has no dated values to grow old."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One thing a case expects that did not come out."""

    case: str
    about: str
    expected: str
    got: str


def run_case(guideline: Guideline, decision: str, case: Case) -> tuple[Mismatch, ...]:
    """Decides a case; what did not come out as expected, nothing where all did."""
    facts = Facts(case.facts, place=case.place)
    try:
        trace = decide(guideline, decision, facts, at=case.at or DEFAULT_AT)
    except InputRejected as rejected:
        return (Mismatch(case.id, "input", "a possible patient", str(rejected)),)
    return tuple(_mismatches(case, trace))


def _mismatches(case: Case, trace: Trace) -> Iterator[Mismatch]:
    expect = case.expect
    if expect.status is not None and expect.status != trace.status.value:
        yield Mismatch(case.id, "status", expect.status, trace.status.value)
    if expect.outcome is not None and expect.outcome != trace.outcome:
        yield Mismatch(case.id, "outcome", expect.outcome, str(trace.outcome))
    if expect.possible is not None and tuple(sorted(expect.possible)) != trace.possible_outcomes:
        yield Mismatch(case.id, "possible", str(expect.possible), str(trace.possible_outcomes))
    if expect.fired is not None and not set(expect.fired) <= set(trace.fired):
        yield Mismatch(case.id, "fired", str(expect.fired), str(trace.fired))
    if expect.not_fired is not None and not set(expect.not_fired).isdisjoint(trace.fired):
        yield Mismatch(case.id, "not_fired", str(expect.not_fired), str(trace.fired))
    given = tuple(caution.rule for caution in trace.cautions if caution.rule is not None)
    if expect.cautions is not None and tuple(sorted(expect.cautions)) != given:
        yield Mismatch(case.id, "cautions", str(expect.cautions), str(given))
