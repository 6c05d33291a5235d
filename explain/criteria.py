"""The criteria of a decision: every fact that bears on an outcome, once, with its value and the tests of it that the
patient meets, does not meet, or may meet."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from engine.conditions import Interval
from engine.guideline import Fact
from engine.trace import FactTrace, LeafResult, NotResult, Origin, Result, ScoreResult, TestResult
from engine.truth import FALSE, TRUE, UNKNOWN, Truth, negated
from explain.reading import Reading
from explain.wording import (
    NO_VALUE,
    NOT_KNOWN,
    demanded,
    intervals_in_words,
    origin_in_words,
    score_in_words,
    sentence,
    unit_of,
    value_in_words,
)

State = Literal["met", "not met", "unknown"]
STATES: dict[Truth, State] = {TRUE: "met", FALSE: "not met", UNKNOWN: "unknown"}
"""In the order in which tests are listed."""

_Tests = dict[tuple[Interval, ...], Truth]
"""How each demand on one fact came out."""


@dataclass(frozen=True, slots=True)
class Needed:
    """What a test needs, in words, and whether the patient has it."""

    values: str
    state: State


@dataclass(frozen=True, slots=True)
class Criterion:
    """One fact or score: its value with unit, date and origin, in words, and what tests need of it; first what is met,
    then what is not, then what is unknown. `unit` is part of `value` already, and `date`, where there is one, of
    `origin`."""

    title: str
    value: str
    unit: str | None
    date: str | None
    origin: str
    needed: tuple[Needed, ...]

    @property
    def by_state(self) -> tuple[tuple[State, str], ...]:
        """What is met, not met and unknown, as far as there is any, each in one text."""
        told = ((state, [each.values for each in self.needed if each.state == state]) for state in STATES.values())
        return tuple((state, "; ".join(values)) for state, values in told if values)


def criteria_of(reading: Reading) -> tuple[Criterion, ...]:
    """The facts and scores that are tested by the rules that conclude an outcome, or a finding or score that such a
    rule tests; what is demanded of each once."""
    facts: dict[str, _Tests] = {}
    scores: dict[str, tuple[ScoreResult, _Tests]] = {}
    for rule, leaf, wanted in _tests(reading):
        truth = leaf.truth if wanted else negated(leaf.truth)
        if isinstance(leaf, TestResult):
            meets = demanded(reading.fact(leaf.fact), reading.test(rule, leaf), wanted)
            facts.setdefault(leaf.fact, {})[meets] = truth
        elif isinstance(leaf, ScoreResult):
            meets = demanded(reading.decision.scores[leaf.score].scale, reading.score_test(rule, leaf), wanted)
            scores.setdefault(leaf.score, (leaf, {}))[1][meets] = truth
    of_facts = (_of_fact(reading, name, tests) for name, tests in facts.items())
    return (*of_facts, *(_of_score(reading, *each) for each in scores.values()))


def _tests(reading: Reading) -> Iterator[tuple[str, LeafResult, bool]]:
    """Every leaf of the rules that bear on outcomes, with its rule and whether that needs it to hold, from the outcomes
    down."""
    waiting, seen = list(reading.decision.outcomes), set[str]()
    while waiting:
        concluded = waiting.pop(0)
        seen.add(concluded)
        for rule in reading.concluding(concluded):
            for leaf, wanted in _leaves(reading.results[rule]):
                yield rule, leaf, wanted
                if not isinstance(leaf, TestResult):
                    behind = leaf.score if isinstance(leaf, ScoreResult) else leaf.finding
                    waiting += [] if behind in seen or behind in waiting else [behind]


def _leaves(result: Result, wanted: bool = True) -> Iterator[tuple[LeafResult, bool]]:
    """The leaves of a condition; those below a `not` or `unless` are wanted not to hold."""
    if isinstance(result, LeafResult):
        yield result, wanted
    elif isinstance(result, NotResult):
        yield from _leaves(result.part, not wanted)
    else:
        for part in result.parts:
            yield from _leaves(part, wanted)


def _of_fact(reading: Reading, name: str, tests: Mapping[tuple[Interval, ...], Truth]) -> Criterion:
    fact, traced = reading.fact(name), reading.facts[name]
    return Criterion(
        title=sentence(fact.title),
        value=value_in_words(fact, traced.value),
        unit=_printed_unit(fact),
        date=traced.at or traced.stale_at,
        origin=_origin(reading, fact, traced),
        needed=tuple(_needed(fact, tests)),
    )


def _of_score(reading: Reading, leaf: ScoreResult, tests: Mapping[tuple[Interval, ...], Truth]) -> Criterion:
    scale = reading.decision.scores[leaf.score].scale
    return Criterion(
        title=sentence(scale.title),
        value=score_in_words(scale, leaf.low, leaf.high) or NOT_KNOWN,
        unit=_printed_unit(scale),
        date=None,
        origin="added up from points",
        needed=tuple(_needed(scale, tests)),
    )


def _needed(fact: Fact, tests: Mapping[tuple[Interval, ...], Truth]) -> Iterator[Needed]:
    for wanted, state in STATES.items():
        for meets in sorted(meets for meets, truth in tests.items() if truth is wanted):
            yield Needed(intervals_in_words(fact, meets) or NO_VALUE, state)


def _origin(reading: Reading, fact: Fact, traced: FactTrace) -> str:
    """Where a value comes from; of one that was computed, with the values it was computed from."""
    inputs = next((each.inputs for each in traced.computed if each.title == traced.derivation), ())
    if traced.origin is not Origin.DERIVED or not inputs:
        return origin_in_words(fact, traced, reading.guideline.facts) or "not given"
    way = [] if traced.derivation == fact.title else [traced.derivation or ""]
    dated = [f"of {traced.at}"] if traced.at else []
    return f"{' '.join([*way, *dated])}, from {_inputs(reading, inputs)}".removeprefix(", ")


def _inputs(reading: Reading, names: Iterable[str]) -> str:
    told = ((reading.fact(name), reading.facts[name].value) for name in names)
    return "; ".join(f"{fact.title}: {value_in_words(fact, value)}" for fact, value in told)


def _printed_unit(fact: Fact) -> str | None:
    return unit_of(fact) if fact.is_numeric else None
