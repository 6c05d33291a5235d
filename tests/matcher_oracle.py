"""Decisions made of models, and the slow oracle that says which of their rules fire.

The oracle evaluates conditions by Kleene's tables, counts by counting and scores by going through every value that they
can still have. It shares no code with the engine but the models themselves.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from engine.conditions import AllOf, AnyOf, AtLeast, Condition, FindingTest, Interval, NotThis, ScoreTest, Test
from engine.diagnostics import Place
from engine.guideline import Decision, Fact, FactType, Finding, Rule, Score
from engine.matcher import OpenPoints, Settled

HERE = Place("toy.yaml")
Values = dict[str, int]


# --- Models -----------------------------------------------------------------------------------------------------------


def fact(name: str, low: int = 0, high: int = 100) -> Fact:
    given = {"id": name, "title": name, "question": name, "low": low, "high": high}
    return Fact.model_validate({**given, "type": FactType.INTEGER, "place": HERE})


def score(name: str, low: int = 0, high: int = 100) -> Score:
    return Score(id=name, title=name, scale=fact(name, low, high), place=HERE)


def rule(
    name: str,
    when: Condition,
    *concludes: str,
    unless: Condition | None = None,
    adds: Mapping[str, int] | None = None,
) -> Rule:
    given = {"id": name, "title": name, "when": when, "unless": unless, "adds": dict(adds or {})}
    return Rule.model_validate({**given, "home": "toy", "concludes": sorted(concludes), "source": (), "place": HERE})


def decision(*rules: Rule, findings: Iterable[str] = (), scores: Iterable[Score] = ()) -> Decision:
    named = {name: Finding(id=name, title=name, place=HERE) for name in findings}
    added = {each.id: each for each in scores}
    by_id = {each.id: each for each in rules}
    return Decision(id="toy", question="?", outcomes={}, findings=named, scores=added, rules=by_id, place=HERE)


def meets(name: str, *intervals: Interval) -> Test:
    return Test(name, intervals, "")


def adds_up_to(name: str, *intervals: Interval) -> ScoreTest:
    return ScoreTest(name, intervals, "")


def facts_of(*facts: Fact) -> dict[str, Fact]:
    return {each.id: each for each in facts}


# --- The oracle -------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Found:
    """What is found so far: the findings, and for each score every value that it can still have."""

    values: Mapping[str, int]
    findings: dict[str, bool | None] = field(default_factory=dict)
    scores: dict[str, set[int]] = field(default_factory=dict)


def truth(condition: Condition, found: Found) -> bool | None:
    match condition:
        case Test(name, intervals):
            return None if name not in found.values else lies_in(found.values[name], intervals)
        case FindingTest(name, expected):
            return None if found.findings[name] is None else found.findings[name] is expected
        case ScoreTest(name, intervals):
            taken = {lies_in(steps, intervals) for steps in found.scores[name]}
            return taken.pop() if len(taken) == 1 else None
        case NotThis(part):
            inner = truth(part, found)
            return None if inner is None else not inner
        case AllOf(parts):
            each = [truth(part, found) for part in parts]
            return False if False in each else None if None in each else True
        case AnyOf(parts):
            each = [truth(part, found) for part in parts]
            return True if True in each else None if None in each else False
        case AtLeast(n, parts):
            each = [truth(part, found) for part in parts]
            return True if each.count(True) >= n else None if len(each) - each.count(False) >= n else False


def lies_in(steps: int, intervals: Iterable[Interval]) -> bool:
    return any(low <= steps <= high for low, high in intervals)


def concluded_names(condition: Condition) -> Iterator[str]:
    """The findings and scores in a condition."""
    match condition:
        case FindingTest(name) | ScoreTest(name):
            yield name
        case NotThis(part):
            yield from concluded_names(part)
        case AllOf(parts) | AnyOf(parts) | AtLeast(_, parts):
            for part in parts:
                yield from concluded_names(part)


def expected(decided: Decision, values: Mapping[str, int]) -> tuple[frozenset[str], list[Settled]]:
    """The rules that fire, and what forward chaining is told, each after what its rules test."""
    found = Found(values)
    settled: list[Settled] = []
    waiting = [*decided.findings, *decided.scores]
    while waiting:
        name = next(each for each in waiting if _is_ready(decided, each, waiting))
        waiting.remove(name)
        settled += _settle(decided, name, found)
    fired = (name for name, each in decided.rules.items() if truth(each.condition, found) is True)
    return frozenset(fired), settled


def _is_ready(decided: Decision, name: str, waiting: list[str]) -> bool:
    """Whether all that the rules of a finding or score test is known."""
    rules = (each for each in decided.rules.values() if name in each.concludes or name in each.adds)
    return not any(tested in waiting for each in rules for tested in concluded_names(each.condition))


def _settle(decided: Decision, name: str, found: Found) -> Iterator[Settled]:
    if name in decided.findings:
        rules = [each for each in decided.rules.values() if name in each.concludes]
        truths = [truth(each.condition, found) for each in rules]
        found.findings[name] = True if True in truths else None if None in truths else False
        if found.findings[name] is False:
            yield name
        return
    sums = {0}
    adding = [(truth(each.condition, found), each.adds[name]) for each in decided.rules.values() if name in each.adds]
    for holds, points in adding:
        sums = {each + points for each in sums} if holds else sums if holds is False else sums | _added(sums, points)
    scale = decided.scores[name].scale
    between = range(min(sums), max(sums) + 1)
    found.scores[name] = {min(max(steps, scale.low), scale.high) for steps in between}
    still_open = [points for holds, points in adding if holds is None]
    yield OpenPoints(name, sum(each for each in still_open if each < 0), sum(each for each in still_open if each > 0))


def _added(sums: set[int], points: int) -> set[int]:
    return {each + points for each in sums}
