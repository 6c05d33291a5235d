"""Decisions made of models and random numbers, and the slow oracle that says which of their rules fire.

The oracle evaluates conditions by Kleene's tables and shares no code with the engine but the models themselves.
"""

import random
from collections.abc import Iterable, Mapping

from engine.conditions import AllOf, AnyOf, Condition, FindingTest, NotThis, Test
from engine.diagnostics import Place
from engine.guideline import Decision, Fact, FactType, Finding, Rule

HERE = Place("toy.yaml")
Values = dict[str, int]


def fact(name: str, low: int = 0, high: int = 100) -> Fact:
    given = {"id": name, "title": name, "question": name, "low": low, "high": high}
    return Fact.model_validate({**given, "type": FactType.INTEGER, "place": HERE})


def rule(name: str, when: Condition, *concludes: str, unless: Condition | None = None) -> Rule:
    concluded = tuple(sorted(concludes))
    return Rule(id=name, title=name, when=when, unless=unless, concludes=concluded, source=(), place=HERE)


def decision(*rules: Rule, findings: Iterable[str] = ()) -> Decision:
    named = {name: Finding(id=name, title=name, place=HERE) for name in findings}
    by_id = {each.id: each for each in rules}
    return Decision(id="toy", question="?", outcomes={}, findings=named, rules=by_id, place=HERE)


def meets(name: str, *intervals: tuple[int, int]) -> Test:
    return Test(name, intervals, "")


def facts_of(*facts: Fact) -> dict[str, Fact]:
    return {each.id: each for each in facts}


def truth(condition: Condition, values: Mapping[str, int], findings: Mapping[str, bool | None]) -> bool | None:
    match condition:
        case Test(name, intervals):
            return None if name not in values else any(low <= values[name] <= high for low, high in intervals)
        case FindingTest(name, expected):
            return None if findings[name] is None else findings[name] is expected
        case NotThis(part):
            inner = truth(part, values, findings)
            return None if inner is None else not inner
        case AllOf(parts):
            found = [truth(part, values, findings) for part in parts]
            return False if False in found else None if None in found else True
        case AnyOf(parts):
            found = [truth(part, values, findings) for part in parts]
            return True if True in found else None if None in found else False


def expected(decided: Decision, values: Mapping[str, int]) -> tuple[frozenset[str], list[str]]:
    """The rules that fire, and the findings known not to hold. A finding's rules test only findings before it."""
    findings: dict[str, bool | None] = {}
    for finding in decided.findings:
        rules = [each for each in decided.rules.values() if finding in each.concludes]
        found = [truth(each.condition, values, findings) for each in rules]
        findings[finding] = True if True in found else None if None in found else False
    fired = (name for name, each in decided.rules.items() if truth(each.condition, values, findings) is True)
    return frozenset(fired), [finding for finding, holds in findings.items() if holds is False]


def random_test(rng: random.Random, facts: list[Fact]) -> Test:
    tested = rng.choice(facts)
    taken = [steps for steps in range(tested.low, tested.high + 1) if rng.random() < rng.choice((0.2, 0.5, 0.9))]
    taken = taken or [rng.randint(tested.low, tested.high)]
    starts = [steps for steps in taken if steps - 1 not in taken]
    ends = [steps for steps in taken if steps + 1 not in taken]
    return meets(tested.id, *zip(starts, ends, strict=True))


def random_condition(rng: random.Random, facts: list[Fact], findings: list[str], depth: int) -> Condition:
    kind = rng.random() if depth else 1.0
    if kind < 0.15:
        return NotThis(random_condition(rng, facts, findings, depth - 1))
    if kind < 0.7:
        parts = tuple(random_condition(rng, facts, findings, depth - 1) for _ in range(rng.randint(1, 3)))
        return AllOf(parts) if kind < 0.4 else AnyOf(parts)
    if findings and rng.random() < 0.5:
        return FindingTest(rng.choice(findings), rng.random() < 0.5)
    return random_test(rng, facts)


def random_decision(rng: random.Random, rules: int, findings: int, facts: list[Fact], depth: int = 3) -> Decision:
    names = [f"finding_{place}" for place in range(findings)]
    made = []
    for place in range(rules):
        stratum = rng.randint(0, findings)
        concludes = names[stratum : stratum + 1]
        condition = random_condition(rng, facts, names[:stratum], depth)
        unless = random_condition(rng, facts, names[:stratum], 1) if rng.random() < 0.2 else None
        made.append(rule(f"rule_{place}", condition, *concludes, unless=unless))
    return decision(*made, findings=names)


def random_values(rng: random.Random, facts: list[Fact]) -> Values:
    known = rng.choice((0.3, 0.8, 1.0))
    return {each.id: rng.randint(each.low, each.high) for each in facts if rng.random() < known}


SMALL = [fact("a", -3, 4), fact("b", 0, 1), fact("c", 0, 5), fact("d", 0, 1), fact("e", 10, 30)]
