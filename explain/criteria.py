"""The criteria of a decision: every test that bears on an outcome, whether the patient meets it, and by what value."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from engine.conditions import Interval
from engine.guideline import Fact
from engine.trace import LeafResult, NotResult, Result, ScoreResult, TestResult
from engine.truth import FALSE, TRUE, UNKNOWN, Truth
from explain.reading import Reading
from explain.wording import (
    NOT_KNOWN,
    demand_in_words,
    origin_in_words,
    score_in_words,
    sentence,
    unit_of,
    value_in_words,
)

State = Literal["met", "not met", "unknown"]
STATES: dict[Truth, State] = {TRUE: "met", FALSE: "not met", UNKNOWN: "unknown"}
"""In the order in which criteria are listed."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One test: of what, whether it is met, what meets it, and the patient's value with unit, date and origin, in
    words. `unit` is part of `value` already, and `date`, where there is one, of `origin`."""

    title: str
    state: State
    needed: str
    value: str
    unit: str | None
    date: str | None
    origin: str


def criteria_of(reading: Reading) -> tuple[Criterion, ...]:
    """The tests of the rules that conclude an outcome, or a finding or score that such a rule tests; each fact and what
    is demanded of it once. First those that are met, then those that are not, then the unknown ones."""
    found: dict[tuple[str, tuple[Interval, ...]], tuple[Truth, Criterion]] = {}
    for rule, leaf in _tests(reading):
        if isinstance(leaf, TestResult):
            test = reading.test(rule, leaf)
            found.setdefault((leaf.fact, test.meets), (leaf.truth, _of_fact(reading, rule, leaf)))
        elif isinstance(leaf, ScoreResult):
            score = reading.score_test(rule, leaf)
            found.setdefault((leaf.score, score.meets), (leaf.truth, _of_score(reading, rule, leaf)))
    return tuple(criterion for state in STATES for truth, criterion in found.values() if truth is state)


def _tests(reading: Reading) -> Iterator[tuple[str, LeafResult]]:
    """Every leaf of the rules that bear on outcomes, with its rule, from the outcomes down."""
    waiting, seen = list(reading.decision.outcomes), set[str]()
    while waiting:
        concluded = waiting.pop(0)
        seen.add(concluded)
        for rule in reading.concluding(concluded):
            for leaf in _leaves(reading.results[rule]):
                yield rule, leaf
                if not isinstance(leaf, TestResult):
                    behind = leaf.score if isinstance(leaf, ScoreResult) else leaf.finding
                    waiting += [] if behind in seen or behind in waiting else [behind]


def _leaves(result: Result) -> Iterator[LeafResult]:
    if isinstance(result, LeafResult):
        yield result
        return
    for part in (result.part,) if isinstance(result, NotResult) else result.parts:
        yield from _leaves(part)


def _of_fact(reading: Reading, rule: str, leaf: TestResult) -> Criterion:
    fact, traced = reading.fact(leaf.fact), reading.facts[leaf.fact]
    return Criterion(
        title=sentence(fact.title),
        state=STATES[leaf.truth],
        needed=demand_in_words(fact, reading.test(rule, leaf), True) or "what no value gives",
        value=value_in_words(fact, traced.value),
        unit=_printed_unit(fact),
        date=traced.at or traced.stale_at,
        origin=origin_in_words(fact, traced, reading.guideline.facts) or "not given",
    )


def _of_score(reading: Reading, rule: str, leaf: ScoreResult) -> Criterion:
    scale = reading.decision.scores[leaf.score].scale
    return Criterion(
        title=sentence(scale.title),
        state=STATES[leaf.truth],
        needed=demand_in_words(scale, reading.score_test(rule, leaf), True) or "what no value gives",
        value=score_in_words(scale, leaf.low, leaf.high) or NOT_KNOWN,
        unit=_printed_unit(scale),
        date=None,
        origin="added up from points",
    )


def _printed_unit(fact: Fact) -> str | None:
    return unit_of(fact) if fact.is_numeric else None
