"""The strata of a decision: in which order its rules, findings and scores can be evaluated. Nothing here knows a
patient."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter

from engine.cells import Cells
from engine.conditions import Interval, concluded_in, facts_in
from engine.evaluation import Evaluator, evaluator_of
from engine.guideline import Decision, Fact, Rule
from engine.trace import Points


@dataclass(frozen=True, slots=True)
class PlannedRule:
    """A rule, what it concludes, and how to evaluate its condition."""

    id: str
    concludes: tuple[str, ...]
    adds: tuple[Points, ...]
    evaluate: Evaluator


@dataclass(frozen=True, slots=True)
class PlannedFinding:
    """A finding, and the rules that can conclude it, by id."""

    id: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedScore:
    """A score, how its values are written, and the points of each rule that adds to it, by rule, in steps."""

    id: str
    scale: Fact
    points: tuple[tuple[str, int], ...]

    def within(self, low: int, high: int) -> Interval:
        """An interval cut to the score's range, which no completion leaves."""
        return self._cut(low), self._cut(high)

    def _cut(self, steps: int) -> int:
        return min(max(steps, self.scale.low), self.scale.high)


@dataclass(frozen=True, slots=True)
class Stratum:
    """Rules that test only facts, and findings and scores of earlier strata; with the findings and scores that are
    settled once they are evaluated. All by id."""

    rules: tuple[PlannedRule, ...]
    findings: tuple[PlannedFinding, ...]
    scores: tuple[PlannedScore, ...]


def strata_of(decision: Decision, cells: Mapping[str, Cells]) -> tuple[Stratum, ...]:
    """The strata of a decision; `cells` are those of every fact and score that it tests."""
    numbers = _numbers(decision)
    rules = [
        PlannedRule(name, each.concludes, _added(decision, each), evaluator_of(each.condition, cells))
        for name, each in decision.rules.items()
    ]
    findings = [PlannedFinding(name, rules_for(decision, name)) for name in decision.findings]
    scores = [PlannedScore(name, each.scale, _points(decision, name)) for name, each in decision.scores.items()]
    return tuple(
        Stratum(
            tuple(each for each in rules if numbers[each.id] == number),
            tuple(each for each in findings if numbers[f"?{each.id}"] == number),
            tuple(each for each in scores if numbers[f"?{each.id}"] == number),
        )
        for number in range(max(numbers.values(), default=0) + 1)
    )


def rules_for(decision: Decision, name: str) -> tuple[str, ...]:
    """The rules that can conclude a finding or an outcome, or add to a score, by id."""
    return tuple(sorted(rule.id for rule in decision.rules.values() if name in rule.concludes or name in rule.adds))


def touched_rules(decision: Decision, rules: Collection[str], facts: Collection[str]) -> frozenset[str]:
    """The rules whose condition can come out otherwise where these have another condition, or these facts another
    value: they themselves, and those that rest on what they conclude."""
    touched = set(rules) | {name for name, rule in decision.rules.items() if facts_in(rule.condition) & set(facts)}
    waiting = list(touched)
    while waiting:
        rule = decision.rules[waiting.pop()]
        concluded = {*rule.concludes, *rule.adds}
        more = {name for name, each in decision.rules.items() if concluded_in(each.condition) & concluded} - touched
        touched |= more
        waiting += sorted(more)
    return frozenset(touched)


def _added(decision: Decision, rule: Rule) -> tuple[Points, ...]:
    return tuple(
        Points(score, decision.scores[score].scale.scalar_of(steps)) for score, steps in sorted(rule.adds.items())
    )


def _points(decision: Decision, score: str) -> tuple[tuple[str, int], ...]:
    return tuple((name, decision.rules[name].adds[score]) for name in rules_for(decision, score))


def _numbers(decision: Decision) -> dict[str, int]:
    """The stratum of every rule (under its id), finding and score (under a leading `?`, which no id has)."""
    graph: dict[str, list[str]] = {f"?{name}": [] for name in (*decision.findings, *decision.scores)}
    for name, rule in decision.rules.items():
        graph[name] = _marked(concluded_in(rule.condition))
        for concluded in _marked([*rule.concludes, *rule.adds]):
            if concluded in graph:
                graph[concluded].append(name)
    numbers: dict[str, int] = {}
    for node in TopologicalSorter(graph).static_order():
        below = max((numbers[each] for each in graph[node]), default=-1 if node[0] != "?" else 0)
        numbers[node] = below if node[0] == "?" else below + 1
    return numbers


def _marked(names: Iterable[str]) -> list[str]:
    return [f"?{name}" for name in sorted(names)]
