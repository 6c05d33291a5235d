"""Partly known patients in z3: a completion, and for each fact whether it is known; every condition three-valued by
Kleene's tables, as direct evaluation has it.

What a value comes from is left out: whatever is known may be given. What is asked of such patients is in
`engine.logic.patients`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

import z3

from engine.conditions import AllOf, AnyOf, AtLeast, Condition, FindingTest, NotThis, ScoreTest, Test
from engine.guideline import Fact
from engine.logic.encoding import Copy, Encoding
from engine.logic.questions import exclusive_groups
from engine.plan import Plan
from engine.strata import PlannedScore


@dataclass(frozen=True, slots=True)
class Kleene:
    """When a condition is true and when it is false; else it is unknown."""

    true: z3.BoolRef
    false: z3.BoolRef

    @property
    def unknown(self) -> z3.BoolRef:
        return z3.And(z3.Not(self.true), z3.Not(self.false))

    @property
    def negated(self) -> "Kleene":
        return Kleene(self.false, self.true)


@dataclass(frozen=True, slots=True)
class Judged:
    """How findings, rules and scores come out: a score as the lowest and highest value that it can still have."""

    findings: dict[str, Kleene] = field(default_factory=dict)
    rules: dict[str, Kleene] = field(default_factory=dict)
    scores: dict[str, tuple[z3.ArithRef, z3.ArithRef]] = field(default_factory=dict)


class Partial:
    """One partly known patient. `known` says by fact whether it is known; `plausible` holds where, beyond what the
    engine demands, what is known is what its formulas and imports would give."""

    def __init__(self, plan: Plan, context: z3.Context, solver: z3.Solver) -> None:
        self._plan, self._context, self._solver = plan, context, solver
        self._fresh = count()
        self.encoding = Encoding(plan, context, solver.add)
        self.copy: Copy = self.encoding.copy("")
        solver.add(self.copy.is_valid)
        self.known = {name: z3.Bool(f"known {name}", ctx=context) for name in plan.names}
        self.plausible = z3.Bool("plausible", ctx=context)
        for name in plan.names:
            self._settle_knowledge(plan.guideline.facts[name])
        self.outcome = Judged()
        self._judge(self.outcome)

    def judged(self, condition: Condition, among: Judged, supposing: Mapping[int, bool] | None = None) -> Kleene:
        """A condition; of its tests, counted in the author's order, some supposed to hold or not to."""
        return self._judged(condition, among, supposing or {}, count())

    def _judged(
        self, condition: Condition, among: Judged, supposing: Mapping[int, bool], number: Iterator[int]
    ) -> Kleene:
        match condition:
            case NotThis(part):
                return self._judged(part, among, supposing, number).negated
            case Test() | FindingTest() | ScoreTest():
                supposed = supposing.get(next(number))
                return self._leaf(condition, among) if supposed is None else self._certain(supposed)
        parts = [self._judged(part, among, supposing, number) for part in condition.parts]
        trues, falses = [part.true for part in parts], [part.false for part in parts]
        match condition:
            case AllOf():
                return Kleene(z3.And(*trues), z3.Or(*falses))
            case AnyOf():
                return Kleene(z3.Or(*trues), z3.And(*falses))
            case AtLeast(n):
                too_few = z3.PbGe([(part, 1) for part in falses], len(parts) - n + 1)
                return Kleene(z3.PbGe([(part, 1) for part in trues], n), too_few)

    def _certain(self, holds: bool) -> Kleene:
        return Kleene(z3.BoolVal(holds, ctx=self._context), z3.BoolVal(not holds, ctx=self._context))

    def _leaf(self, leaf: Test | FindingTest | ScoreTest, among: Judged) -> Kleene:
        match leaf:
            case Test(fact):
                meets = self.encoding.condition(leaf, self.copy, self.copy.concluded)
                return Kleene(z3.And(self.known[fact], meets), z3.And(self.known[fact], z3.Not(meets)))
            case FindingTest(finding, expected):
                return among.findings[finding] if expected else among.findings[finding].negated
            case ScoreTest(score, meets):
                low, high = among.scores[score]
                inside = [z3.And(low >= first, high <= last) for first, last in meets]
                outside = [z3.Or(high < first, low > last) for first, last in meets]
                return Kleene(z3.Or(*inside), z3.And(*outside))

    def _judge(self, among: Judged) -> None:
        """Rules, findings and scores, in the order of their strata."""
        for stratum in self._plan.strata:
            for rule in stratum.rules:
                condition = self._plan.decision.rules[rule.id].condition
                among.rules[rule.id] = self._named(self.judged(condition, among))
            for finding in stratum.findings:
                rules = [among.rules[rule] for rule in finding.rules]
                true = self._any([each.true for each in rules])
                among.findings[finding.id] = self._named(Kleene(true, z3.And(*[each.false for each in rules])))
            for score in stratum.scores:
                among.scores[score.id] = self._ends(score, among)

    def _ends(self, score: PlannedScore, among: Judged) -> tuple[z3.ArithRef, z3.ArithRef]:
        """The lowest and highest value of a score: the points given, and those still open; of rules that exclude one
        another only one counts, and none once one of them fired."""
        points = dict(score.points)
        given = z3.Sum(*[z3.If(among.rules[rule].true, each, 0) for rule, each in points.items()], 0)
        less, more = [], []
        for group in exclusive_groups(self._plan, [rule for rule, _ in score.points]):
            fired = self._any([among.rules[rule].true for rule in group])
            still_open = [(z3.And(among.rules[rule].unknown, z3.Not(fired)), points[rule]) for rule in group]
            less.append(self._farthest([each for each in still_open if each[1] < 0]))
            more.append(self._farthest([each for each in still_open if each[1] > 0]))
        ends = (given + z3.Sum(*less, 0), given + z3.Sum(*more, 0))
        return self._cut(ends[0], score), self._cut(ends[1], score)

    def _farthest(self, points: list[tuple[z3.BoolRef, int]]) -> z3.ArithRef:
        """The points farthest from zero among those of which something holds."""
        farthest: z3.ArithRef = z3.IntVal(0, ctx=self._context)
        for holds, each in sorted(points, key=lambda pair: abs(pair[1])):
            farthest = z3.If(holds, each, farthest)
        return farthest

    def _cut(self, value: z3.ArithRef, score: PlannedScore) -> z3.ArithRef:
        name = z3.Int(f"score {next(self._fresh)}", ctx=self._context)
        low, high = score.scale.low, score.scale.high
        self._solver.add(name == z3.If(value < low, low, z3.If(value > high, high, value)))
        return name

    def _settle_knowledge(self, fact: Fact) -> None:
        """What must be known once other facts are, and which values are plausible then."""
        known, add = self.known[fact.id], self._solver.add
        ages = fact.max_age_days is not None
        if any(not each.formula.facts for each in fact.derived):
            add(known)
        if any(each.needs_nothing for each in fact.imports):
            add(self._plausibly(known) if ages else known)
        if fact.assume is not None:
            add(known if not ages and not fact.imports else self._plausibly(known))
        for each in fact.derived:
            inputs = self._all_known(each.formula.facts)
            follows = z3.Implies(inputs, known)
            add(self._plausibly(follows) if ages else follows)
            if fact.id not in self._plan.linear:
                add(self._plausibly(z3.Not(inputs)))
        if fact.id in self.encoding.computed:
            self._bind(fact, ages)

    def _bind(self, fact: Fact, ages: bool) -> None:
        """A linear or imported fact: while it is unknown it follows from others; known, it is plausibly what the first
        formula that can be computed gives, or what imports say."""
        known, computed = self.known[fact.id], self.encoding.computed[fact.id]
        follows = z3.Implies(z3.Not(known), computed)
        self._solver.add(self._plausibly(follows) if ages else follows)
        chosen = self.copy.chosen[fact.id]
        earlier: list[z3.BoolRef] = []
        for number, each in enumerate(fact.derived if fact.id in self._plan.linear else ()):
            inputs = self._all_known(each.formula.facts)
            value = self.copy.formulas[fact.id, number]
            self._solver.add(z3.Implies(inputs, z3.And(value >= fact.low, value <= fact.high)))
            first = z3.And(inputs, *[z3.Not(other) for other in earlier])
            others = [z3.Not(other) for place, other in enumerate(chosen) if place != number]
            self._solver.add(self._plausibly(z3.Implies(first, z3.And(computed, chosen[number], *others))))
            earlier.append(inputs)
        if fact.imports:
            reads = self._any([self.known[name] for name in sorted(fact.reads)])
            self._solver.add(self._plausibly(z3.Implies(reads, z3.And(known, computed))))

    def _all_known(self, names: Iterable[str]) -> z3.BoolRef:
        return z3.And(z3.BoolVal(True, ctx=self._context), *[self.known[name] for name in names])

    def _plausibly(self, formula: z3.BoolRef) -> z3.BoolRef:
        return z3.Implies(self.plausible, formula)

    def _named(self, judged: Kleene) -> Kleene:
        return Kleene(self._name(judged.true), self._name(judged.false))

    def _name(self, formula: z3.BoolRef) -> z3.BoolRef:
        name = z3.Bool(f"#{next(self._fresh)}", ctx=self._context)
        self._solver.add(name == formula)
        return name

    def _any(self, formulas: list[z3.BoolRef]) -> z3.BoolRef:
        return z3.Or(*formulas) if formulas else z3.BoolVal(False, ctx=self._context)
