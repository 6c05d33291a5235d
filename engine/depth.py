"""How deep the reasons of a decision are nested. Explanations follow them down, from the rules of an outcome through
findings, scores and what other guidelines decide to the facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter

from engine.conditions import Condition, FindingTest, NotThis, ScoreTest, Test, concluded_in
from engine.guideline import Decision, Fact, Guideline
from engine.strata import rules_for

RULE, IMPORTED = 5, 10
"""How much a rule below another counts, and a decision of another guideline: so many parts of a condition, one in the
other, are as hard to follow."""


def depths_of(decision: Decision, facts: Mapping[str, Fact]) -> Mapping[str, int]:
    """For each rule how deep its reasons are nested: one for each part of a condition that stands in another, and what
    rules and other guidelines below it count."""
    concluded = (*decision.findings, *decision.scores)
    below = {name: rules_for(decision, name) for name in concluded}
    graph = {
        name: {other for rule in rules for other in concluded_in(decision.rules[rule].condition)}
        for name, rules in below.items()
    }
    found: dict[str, int] = {}
    for name in TopologicalSorter(graph).static_order():
        found[name] = max((_depth(decision.rules[rule].condition, found, facts) for rule in below[name]), default=0)
    return {rule: _depth(each.condition, found, facts) for rule, each in decision.rules.items()}


def _depth(condition: Condition, concluded: Mapping[str, int], facts: Mapping[str, Fact]) -> int:
    match condition:
        case Test(fact):
            return 1 + max((_imported(each.guideline, each.decision) for each in facts[fact].imports), default=0)
        case FindingTest(name) | ScoreTest(name):
            return RULE + concluded[name]
        case NotThis(part):
            return 1 + _depth(part, concluded, facts)
    return 1 + max((_depth(part, concluded, facts) for part in condition.parts), default=0)


@dataclass(frozen=True, slots=True)
class _Deepest:
    """How deep a decision is nested."""

    depth: int


def _imported(guideline: Guideline, decision: str) -> int:
    def deepest() -> _Deepest:
        return _Deepest(max(depths_of(guideline.decisions[decision], guideline.facts).values(), default=0))

    return IMPORTED + guideline.keep(_Deepest, decision, deepest).depth
