"""The plan of a decision: what of the guideline takes part in it, and in which order. Built once, the same for every
patient; nothing here knows a patient."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from graphlib import TopologicalSorter

from engine.as_of import AsOf
from engine.cells import Cells, cells_of
from engine.conditions import ScoreTest, Test, facts_in, leaves
from engine.evaluation import KEPT, Evaluator, evaluator_of
from engine.formulas import Linear
from engine.guideline import Decision, Fact, Guideline, Import, Impossible
from engine.strata import PlannedFinding, PlannedScore, Stratum, rules_for, strata_of
from engine.ties import ties_of
from engine.trace import CautionKind, FactTrace, GivenCaution, Origin


@dataclass(frozen=True, slots=True)
class PlannedImport:
    """A decision of another guideline that says what a fact is, the plan of that decision, and the facts of ours that
    it is decided from, by id."""

    imported: Import
    plan: "Plan"
    reads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedFact:
    """A fact; `told` is its trace for a given value, in steps, that has neither date nor note, `absent` its trace where
    nothing is known of it. A simple one does not grow old, and as long as nothing of `reads` is known it can only be
    given or assumed. Of one that only imports decide and nothing else reads, all that is told follows from `reads`: it
    `stands_alone`."""

    fact: Fact
    is_simple: bool
    stands_alone: bool
    reads: frozenset[str]
    imports: tuple[PlannedImport, ...]
    told: Callable[[int], FactTrace]
    absent: FactTrace


@dataclass(frozen=True, slots=True)
class PlannedImpossible:
    """A combination of facts that cannot be, the facts, and how to evaluate it."""

    impossible: Impossible
    facts: frozenset[str]
    evaluate: Evaluator


@dataclass(frozen=True, slots=True)
class Plan:
    """What takes part in a decision.

    facts: every fact that plays a part, each after the facts that it is computed or decided from; names: the same by id
    plain: those that can only be given or assumed and do not grow old, by id; computed: the others, in order
    absent, assumed: the traces of plain facts that are not given, and the values in steps that are then assumed
    tested: the facts that rule conditions test, by id
    exclusive: the facts of which some combinations are impossible
    strata: the rules, findings and scores, in the order in which they can be evaluated
    concluding: for each outcome, in order of precedence, the rules that can conclude it, by id
    settling: for each finding and score, the rules that conclude it or add to it, by id
    cells: those of facts and of scores
    linear: the facts all of whose derivations are linear, with those
    imports: by fact, the decisions that say what it is
    ties: the groups of facts whose values are not free of one another
    bound: the facts that take, in a completion, a value that follows from others: the linear and the imported ones
    readers: for each fact that others are computed or decided from, those; derived: those that are so; by id
    cautions: those of the decision, in the author's order; rule_cautions: those of rules, by rule
    """

    guideline: Guideline
    decision: Decision
    facts: tuple[PlannedFact, ...]
    names: tuple[str, ...]
    plain: Mapping[str, PlannedFact]
    computed: tuple[PlannedFact, ...]
    absent: Mapping[str, FactTrace]
    assumed: Mapping[str, int]
    tested: tuple[str, ...]
    impossible: tuple[PlannedImpossible, ...]
    exclusive: frozenset[str]
    strata: tuple[Stratum, ...]
    concluding: Mapping[str, tuple[str, ...]]
    settling: Mapping[str, tuple[str, ...]]
    cells: Mapping[str, Cells]
    linear: Mapping[str, tuple[Linear, ...]]
    imports: Mapping[str, tuple[PlannedImport, ...]]
    bound: frozenset[str]
    ties: tuple[frozenset[str], ...]
    readers: Mapping[str, frozenset[str]]
    derived: tuple[str, ...]
    cautions: tuple[GivenCaution, ...]
    rule_cautions: tuple[tuple[str, GivenCaution], ...]

    @property
    def findings(self) -> tuple[PlannedFinding, ...]:
        """All findings, by stratum, then id."""
        return tuple(finding for stratum in self.strata for finding in stratum.findings)

    @property
    def scores(self) -> tuple[PlannedScore, ...]:
        """All scores, by stratum, then id."""
        return tuple(score for stratum in self.strata for score in stratum.scores)


def plan_of(guideline: Guideline, decision: str) -> Plan:
    """The plan of one decision of the guideline, made once."""
    return guideline.keep(Plan, decision, lambda: _plan(guideline, guideline.decisions[decision]))


def as_of(guideline: Guideline, decision: str, at: datetime) -> AsOf:
    """As of when the decision is made at an instant."""
    return AsOf(at.date(), plan_of(guideline, decision).cells)


def _plan(guideline: Guideline, decision: Decision) -> Plan:
    conditions = [rule.condition for rule in decision.rules.values()]
    tested = frozenset().union(*(facts_in(condition) for condition in conditions))
    relevant, impossible = _closure(guideline, [*tested, *decision.beside])
    facts = {name: guideline.facts[name] for name in _in_order(guideline, relevant)}
    cells = _cells(decision, facts.values(), impossible)
    linear = {name: forms for name in sorted(relevant) if (forms := _linear_forms(facts[name]))}
    readers = _readers(facts.values())
    planned = tuple(_planned_fact(fact, fact.id in readers) for fact in facts.values())
    plain = {each.fact.id: each for each in planned if each.is_simple and not each.reads}
    return Plan(
        guideline=guideline,
        decision=decision,
        facts=planned,
        names=tuple(sorted(relevant)),
        plain=plain,
        computed=tuple(each for each in planned if each.fact.id not in plain),
        absent={name: each.absent for name, each in plain.items()},
        assumed={name: each.fact.assume for name, each in plain.items() if each.fact.assume is not None},
        tested=tuple(sorted(tested)),
        impossible=tuple(_planned_impossible(each, cells) for each in impossible),
        exclusive=frozenset[str]().union(*(facts_in(each.when) for each in impossible)),
        strata=strata_of(decision, cells),
        concluding={outcome: rules_for(decision, outcome) for outcome in decision.outcomes},
        settling={name: rules_for(decision, name) for name in (*decision.findings, *decision.scores)},
        cells=cells,
        linear=linear,
        imports={each.fact.id: each.imports for each in planned if each.imports},
        bound=frozenset(linear) | {each.fact.id for each in planned if each.imports},
        ties=ties_of(facts, linear, impossible),
        readers=readers,
        derived=tuple(name for name in sorted(relevant) if facts[name].derived or facts[name].imports),
        cautions=tuple(GivenCaution(CautionKind.DECISION, caution.text) for caution in decision.cautions),
        rule_cautions=tuple(_rule_cautions(decision)),
    )


def _readers(facts: Iterable[Fact]) -> dict[str, frozenset[str]]:
    readers: dict[str, frozenset[str]] = {}
    for fact in facts:
        for name in fact.reads:
            readers[name] = readers.get(name, frozenset()) | {fact.id}
    return readers


def _planned_impossible(impossible: Impossible, cells: Mapping[str, Cells]) -> PlannedImpossible:
    return PlannedImpossible(impossible, facts_in(impossible.when), evaluator_of(impossible.when, cells))


def _rule_cautions(decision: Decision) -> Iterator[tuple[str, GivenCaution]]:
    for name, rule in decision.rules.items():
        if rule.caution is not None:
            yield name, GivenCaution(CautionKind.RULE, rule.caution.text, rule=name)


def _closure(guideline: Guideline, needed: Iterable[str]) -> tuple[frozenset[str], tuple[Impossible, ...]]:
    """The facts that play a part, and the `impossible` entries about them: those needed, what they are computed or
    decided from, and whatever an `impossible` ties to any of these."""
    relevant: set[str] = set()
    waiting = set(needed)
    while waiting:
        name = waiting.pop()
        if name not in relevant:
            relevant.add(name)
            waiting |= guideline.facts[name].reads
            for each in guideline.impossible:
                tied = facts_in(each.when)
                waiting |= tied if name in tied else frozenset()
    return frozenset(relevant), tuple(each for each in guideline.impossible if facts_in(each.when) <= relevant)


def _cells(decision: Decision, facts: Iterable[Fact], impossible: Iterable[Impossible]) -> dict[str, Cells]:
    """The cells of every fact and score, fine enough for the tests of imported decisions too."""
    scales = {fact.id: fact for fact in facts} | {name: score.scale for name, score in decision.scores.items()}
    tests: dict[str, list[Test | ScoreTest]] = {name: [] for name in sorted(scales)}
    conditions = [rule.condition for rule in decision.rules.values()]
    conditions += [each.when for each in impossible]
    for leaf in (leaf for condition in conditions for leaf in leaves(condition)):
        if isinstance(leaf, Test):
            tests[leaf.fact].append(leaf)
        elif isinstance(leaf, ScoreTest):
            tests[leaf.score].append(leaf)
    for ours, test in _imported_tests(facts):
        tests[ours].append(test)
    return {name: cells_of(scales[name], on_it) for name, on_it in tests.items()}


def _imported_tests(facts: Iterable[Fact]) -> Iterator[tuple[str, Test]]:
    """The tests of imported decisions, each with the fact of ours that it is on."""
    for each in (each for fact in facts for each in fact.imports):
        for rule in each.guideline.decisions[each.decision].rules.values():
            for leaf in leaves(rule.condition):
                if isinstance(leaf, Test) and leaf.fact in each.facts:
                    yield each.facts[leaf.fact], leaf


def _planned_fact(fact: Fact, is_read: bool) -> PlannedFact:
    @lru_cache(maxsize=KEPT)
    def told(steps: int) -> FactTrace:
        return FactTrace(fact.id, fact.scalar_of(steps), fact.unit, Origin.GIVEN)

    absent = FactTrace(fact.id, None, fact.unit, Origin.UNKNOWN)
    if fact.assume is not None:
        absent = FactTrace(fact.id, fact.scalar_of(fact.assume), fact.unit, Origin.ASSUMED)
    imports = tuple(
        PlannedImport(each, plan_of(each.guideline, each.decision), tuple(sorted(set(each.facts.values()))))
        for each in fact.imports
    )
    needs_nothing = any(not each.formula.facts for each in fact.derived) or any(
        each.needs_nothing for each in fact.imports
    )
    is_simple = fact.max_age_days is None and not needs_nothing
    stands_alone = bool(imports) and fact.max_age_days is None and not is_read
    return PlannedFact(fact, is_simple, stands_alone, fact.reads, imports, told, absent)


def _in_order(guideline: Guideline, relevant: Iterable[str]) -> list[str]:
    """The facts by id, but each after those it is computed or decided from."""
    graph = {name: sorted(guideline.facts[name].reads) for name in sorted(relevant)}
    return list(TopologicalSorter(graph).static_order())


def _linear_forms(fact: Fact) -> tuple[Linear, ...]:
    """The linear forms of a derived fact; none where one of its derivations is not linear."""
    forms = tuple(each.formula.linear for each in fact.derived if each.formula.linear is not None)
    return forms if len(forms) == len(fact.derived) else ()
