"""Why an outcome is not concluded, told by the few facts that stand in its way: what would have to be otherwise at the
least before any of its rules could fire."""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.conditions import Interval
from engine.guideline import Fact
from engine.trace import (
    AllResult,
    AnyResult,
    AtLeastResult,
    FindingResult,
    NotResult,
    Result,
    ScoreResult,
    TestResult,
)
from engine.truth import Truth
from engine.unary_tests import complement, union
from explain.reading import Reading
from explain.wording import NO_VALUE, intervals_in_words, sentence


@dataclass(frozen=True, slots=True)
class Demand:
    """Values that a fact or score does not have, or is not known to have, in steps."""

    name: str
    meets: tuple[Interval, ...]


Grounds = tuple[Demand, ...]
"""Of which at least one has to be so."""


def grounds_of(reading: Reading, outcome: str, truth: Truth) -> Grounds:
    """Of the rules that conclude an outcome, those that came out so, false or unknown: demands of which at least one
    has to be met before any of these rules can fire, by id, each fact once. They are few, not always the fewest, and
    to meet one need not be enough; none where that would say nothing."""
    rules = (name for name in reading.concluding(outcome) if reading.results[name].truth is truth)
    chosen = _any_of(_obstacles(reading, rule, reading.results[rule], True) for rule in rules)
    names = sorted({demand.name for demand in chosen})
    united = [Demand(name, union(i for each in chosen if each.name == name for i in each.meets)) for name in names]
    return () if any(_is_met_by_all(reading, demand) for demand in united) else tuple(united)


def ground_in_words(reading: Reading, demand: Demand) -> str:
    """A demand in words: `Pain: 5.0 or above`."""
    fact = _scale(reading, demand.name)
    return f"{sentence(fact.title)}: {intervals_in_words(fact, demand.meets) or NO_VALUE}"


def _is_met_by_all(reading: Reading, demand: Demand) -> bool:
    scale = _scale(reading, demand.name)
    return demand.meets == ((scale.low, scale.high),)


def _scale(reading: Reading, name: str) -> Fact:
    scores = reading.decision.scores
    return scores[name].scale if name in scores else reading.fact(name)


def _obstacles(reading: Reading, rule: str, result: Result, wanted: bool) -> tuple[Grounds, ...]:
    """Grounds, each of which has to be met before a result that is not as wanted can be."""
    match result:
        case TestResult(fact):
            return _of_test(reading, fact, reading.test(rule, result).meets, wanted)
        case ScoreResult(score):
            return _of_test(reading, score, reading.score_test(rule, result).meets, wanted)
        case FindingResult(finding, expected):
            truth = reading.findings[finding]
            rules = [name for name in reading.concluding(finding) if reading.results[name].truth is truth]
            each = [_obstacles(reading, name, reading.results[name], expected is wanted) for name in rules]
            return (_any_of(each),) if expected is wanted else _all_of(each)
        case NotResult(_, part):
            return _obstacles(reading, rule, part, not wanted)
        case AllResult(truth, parts) | AnyResult(truth, parts) | AtLeastResult(truth, _, parts):
            each = [_obstacles(reading, rule, part, wanted) for part in parts if part.truth is truth]
            is_joint = isinstance(result, AllResult if wanted else AnyResult)
            return _all_of(each) if is_joint else (_any_of(each),)


def _of_test(reading: Reading, name: str, meets: tuple[Interval, ...], wanted: bool) -> tuple[Grounds, ...]:
    scale = _scale(reading, name)
    return ((Demand(name, meets if wanted else complement(meets, scale.low, scale.high)),),)


def _all_of(each: Iterable[tuple[Grounds, ...]]) -> tuple[Grounds, ...]:
    """The grounds of parts that all have to be as wanted: every one of them."""
    return tuple(grounds for part in each for grounds in part)


def _any_of(each: Iterable[tuple[Grounds, ...]]) -> Grounds:
    """The grounds of parts of which one has to be as wanted: of each part some grounds, together. Those are taken that
    bring in the fewest facts beside the ones that are there; parts that leave no choice come first."""
    chosen: dict[Demand, None] = {}
    for part in sorted(each, key=len):
        names = {demand.name for demand in chosen}
        chosen |= dict.fromkeys(min(part, key=lambda grounds: _added(grounds, names, chosen), default=()))
    return tuple(chosen)


def _added(grounds: Iterable[Demand], names: set[str], chosen: dict[Demand, None]) -> tuple[int, int, int]:
    """How many facts some grounds would add, how many demands, and how many they are."""
    demands = tuple(grounds)
    return len({each.name for each in demands} - names), sum(each not in chosen for each in demands), len(demands)
