"""The plan of a decision: what of the guideline takes part in it, and in which order. Built once, the same for every
patient; nothing here knows a patient."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from graphlib import TopologicalSorter

from engine.cells import Cells, cells_of
from engine.conditions import Condition, Test, facts_in, findings_in, leaves
from engine.evaluation import KEPT, Evaluator, evaluator_of
from engine.formulas import Linear
from engine.guideline import Decision, Fact, Guideline, Impossible
from engine.trace import CautionKind, FactTrace, GivenCaution, Origin


@dataclass(frozen=True, slots=True)
class PlannedRule:
    """A rule, what it concludes, and how to evaluate its condition."""

    id: str
    concludes: tuple[str, ...]
    evaluate: Evaluator


@dataclass(frozen=True, slots=True)
class PlannedFinding:
    """A finding, and the rules that can conclude it, by id."""

    id: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stratum:
    """Rules that test only facts and findings of earlier strata, and the findings that are settled with them; by id."""

    rules: tuple[PlannedRule, ...]
    findings: tuple[PlannedFinding, ...]


@dataclass(frozen=True, slots=True)
class PlannedFact:
    """A fact; `told` is its trace for a given value, in steps, that has neither date nor note."""

    fact: Fact
    is_plain: bool
    told: Callable[[int], FactTrace]


@dataclass(frozen=True, slots=True)
class PlannedImpossible:
    """A combination of facts that cannot be, and how to evaluate it."""

    impossible: Impossible
    evaluate: Evaluator


@dataclass(frozen=True, slots=True)
class Plan:
    """What takes part in a decision.

    facts: every fact that plays a part, each after the facts that its derivations read; names: the same by id
    tested: the facts that rule conditions test, by id
    strata: the rules and findings, in the order in which they can be evaluated
    concluding: for each outcome, in order of precedence, the rules that can conclude it, by id
    linear: the facts all of whose derivations are linear, with those
    constrained: the facts for which not every value need be possible together with others
    inputs: the facts that derivations read; derived: those that have derivations, by id
    cautions: those of the decision, in the author's order; rule_cautions: those of rules, by rule
    """

    guideline: Guideline
    decision: Decision
    facts: tuple[PlannedFact, ...]
    names: tuple[str, ...]
    tested: tuple[str, ...]
    impossible: tuple[PlannedImpossible, ...]
    strata: tuple[Stratum, ...]
    concluding: Mapping[str, tuple[str, ...]]
    cells: Mapping[str, Cells]
    linear: Mapping[str, tuple[Linear, ...]]
    constrained: frozenset[str]
    inputs: frozenset[str]
    derived: tuple[str, ...]
    cautions: tuple[GivenCaution, ...]
    rule_cautions: tuple[tuple[str, GivenCaution], ...]

    @property
    def findings(self) -> tuple[PlannedFinding, ...]:
        """All findings, by stratum, then id."""
        return tuple(finding for stratum in self.strata for finding in stratum.findings)


def plan_of(guideline: Guideline, decision: str) -> Plan:
    """The plan of one decision of the guideline, made once."""
    return guideline.keep(Plan, decision, lambda: _plan(guideline, guideline.decisions[decision]))


def _plan(guideline: Guideline, decision: Decision) -> Plan:
    conditions = [rule.condition for rule in decision.rules.values()]
    tested = frozenset().union(*(facts_in(condition) for condition in conditions))
    relevant, impossible = _closure(guideline, tested)
    cells = _cells(guideline, relevant, [*conditions, *(each.when for each in impossible)])
    linear = {name: forms for name in sorted(relevant) if (forms := _linear_forms(guideline.facts[name]))}
    return Plan(
        guideline=guideline,
        decision=decision,
        facts=tuple(_planned_fact(guideline.facts[name]) for name in _in_order(guideline, relevant)),
        names=tuple(sorted(relevant)),
        tested=tuple(sorted(tested)),
        impossible=tuple(PlannedImpossible(each, evaluator_of(each.when, cells)) for each in impossible),
        strata=_planned_strata(decision, cells),
        concluding={outcome: _rules_concluding(decision, outcome) for outcome in decision.outcomes},
        cells=cells,
        linear=linear,
        constrained=_constrained(guideline, linear, impossible),
        inputs=frozenset(
            read for name in relevant for each in guideline.facts[name].derived for read in each.formula.facts
        ),
        derived=tuple(name for name in sorted(relevant) if guideline.facts[name].derived),
        cautions=tuple(GivenCaution(CautionKind.DECISION, caution.text) for caution in decision.cautions),
        rule_cautions=tuple(
            (name, GivenCaution(CautionKind.RULE, rule.caution.text, rule=name))
            for name, rule in decision.rules.items()
            if rule.caution is not None
        ),
    )


def _closure(guideline: Guideline, tested: Iterable[str]) -> tuple[frozenset[str], tuple[Impossible, ...]]:
    """The facts that play a part, and the `impossible` entries about them: tested facts, what they are derived from,
    and whatever an `impossible` ties to any of these."""
    relevant: set[str] = set()
    waiting = set(tested)
    while waiting:
        name = waiting.pop()
        if name not in relevant:
            relevant.add(name)
            for derivation in guideline.facts[name].derived:
                waiting |= set(derivation.formula.facts)
            for each in guideline.impossible:
                tied = facts_in(each.when)
                waiting |= tied if name in tied else frozenset()
    return frozenset(relevant), tuple(each for each in guideline.impossible if facts_in(each.when) <= relevant)


def _cells(guideline: Guideline, relevant: Iterable[str], conditions: Iterable[Condition]) -> dict[str, Cells]:
    tests: dict[str, list[Test]] = {name: [] for name in sorted(relevant)}
    for condition in conditions:
        for leaf in leaves(condition):
            if isinstance(leaf, Test):
                tests[leaf.fact].append(leaf)
    return {name: cells_of(guideline.facts[name], on_fact) for name, on_fact in tests.items()}


def _planned_fact(fact: Fact) -> PlannedFact:
    @lru_cache(maxsize=KEPT)
    def told(steps: int) -> FactTrace:
        return FactTrace(fact.id, fact.scalar_of(steps), fact.unit, Origin.GIVEN)

    return PlannedFact(fact, not fact.derived and fact.max_age_days is None, told)


def _in_order(guideline: Guideline, relevant: Iterable[str]) -> list[str]:
    """The facts by id, but each after the inputs of its derivations."""
    graph: dict[str, list[str]] = {
        name: sorted({read for each in guideline.facts[name].derived for read in each.formula.facts})
        for name in sorted(relevant)
    }
    return list(TopologicalSorter(graph).static_order())


def _strata(decision: Decision) -> dict[str, int]:
    """The stratum of every rule (under its id) and finding (under a leading `?`, which no id has)."""
    graph: dict[str, list[str]] = {f"?{finding}": [] for finding in decision.findings}
    for name, rule in decision.rules.items():
        graph[name] = [f"?{finding}" for finding in sorted(findings_in(rule.condition))]
        for concluded in rule.concludes:
            if concluded in decision.findings:
                graph[f"?{concluded}"].append(name)
    strata: dict[str, int] = {}
    for node in TopologicalSorter(graph).static_order():
        below = max((strata[each] for each in graph[node]), default=-1 if node[0] != "?" else 0)
        strata[node] = below if node[0] == "?" else below + 1
    return strata


def _planned_strata(decision: Decision, cells: Mapping[str, Cells]) -> tuple[Stratum, ...]:
    strata = _strata(decision)
    rules = {
        name: PlannedRule(name, each.concludes, evaluator_of(each.condition, cells))
        for name, each in decision.rules.items()
    }
    findings = {name: PlannedFinding(name, _rules_concluding(decision, name)) for name in decision.findings}
    return tuple(
        Stratum(
            tuple(rules[name] for name in sorted(rules) if strata[name] == number),
            tuple(findings[name] for name in sorted(findings) if strata[f"?{name}"] == number),
        )
        for number in range(max(strata.values(), default=0) + 1)
    )


def _rules_concluding(decision: Decision, concluded: str) -> tuple[str, ...]:
    return tuple(sorted(name for name, rule in decision.rules.items() if concluded in rule.concludes))


def _linear_forms(fact: Fact) -> tuple[Linear, ...]:
    """The linear forms of a derived fact; none where one of its derivations is not linear."""
    forms = tuple(each.formula.linear for each in fact.derived if each.formula.linear is not None)
    return forms if len(forms) == len(fact.derived) else ()


def _constrained(
    guideline: Guideline, linear: Mapping[str, tuple[Linear, ...]], impossible: Iterable[Impossible]
) -> frozenset[str]:
    constrained: set[str] = set()
    for each in impossible:
        constrained |= facts_in(each.when)
    for name, forms in linear.items():
        if not any(_always_in_range(guideline, guideline.facts[name], form) for form in forms):
            constrained |= {name, *(fact for form in forms for fact, _ in form.coefficients)}
    return frozenset(constrained)


def _always_in_range(guideline: Guideline, fact: Fact, form: Linear) -> bool:
    """Whether the formula stays in the fact's range whatever its inputs."""
    low = high = form.constant
    for name, coefficient in form.coefficients:
        read = guideline.facts[name]
        ends = sorted(coefficient * read.exact(end) for end in (read.low, read.high))
        low, high = low + ends[0], high + ends[1]
    return fact.exact(fact.low) <= low and high <= fact.exact(fact.high)
