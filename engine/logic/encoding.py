"""A decision as formulas: Booleans for the cells of each fact, one Boolean for each finding and each result; integers
only for linear derived facts, what they are computed from, and scores. Imported decisions stand beside our own on the
same facts. What is asked of them is in `engine.logic.solver`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

import z3

from engine.conditions import AllOf, AnyOf, AtLeast, Condition, FindingTest, NotThis, ScoreTest, Test
from engine.formulas import Linear
from engine.guideline import Fact
from engine.logic.connectives import every, negation, same, some
from engine.numbers import steps_per_unit
from engine.plan import Plan, PlannedImport


@dataclass(frozen=True, slots=True)
class Concluded:
    """What one decision concludes in a completion. `names` says which fact of ours each of its facts is, `values` which
    have a fixed value instead, `conditions` which rules have another condition than the author's; a decision of ours
    has none of these as it is."""

    names: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, int] = field(default_factory=dict)
    conditions: Mapping[str, Condition] = field(default_factory=dict)
    rules: dict[str, z3.BoolRef] = field(default_factory=dict)
    outcomes: dict[str, z3.BoolRef] = field(default_factory=dict)
    findings: dict[str, z3.BoolRef] = field(default_factory=dict)
    scores: dict[str, z3.ArithRef] = field(default_factory=dict)
    results: dict[str | None, z3.BoolRef] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Copy:
    """One completion in the solver: its cell Booleans by fact, its integers, what is concluded, and whether a patient
    can have it (`is_valid`): nothing impossible is so (`is_forbidden`), and no formula leaves its range (`fits`); what
    each linear formula of a fact comes to, by its number; `chosen`: for each fact that can follow from others, Booleans
    that say by which formula or import."""

    cells: Mapping[str, tuple[z3.BoolRef, ...]]
    integers: Mapping[str, z3.ArithRef]
    concluded: Concluded
    is_valid: z3.BoolRef
    is_forbidden: z3.BoolRef
    fits: z3.BoolRef
    chosen: Mapping[str, tuple[z3.BoolRef, ...]]
    formulas: dict[tuple[str, int], z3.ArithRef] = field(default_factory=dict)

    @property
    def results(self) -> Mapping[str | None, z3.BoolRef]:
        return self.concluded.results


class Encoding:
    """The formulas of one decision, of which as many copies as needed can be made, all of the same patient. `version`
    tells its names from those of another encoding in the same context.

    computed: for each fact that can follow from others a Boolean that says that it does
    counted: the facts that have an integer
    """

    def __init__(
        self, plan: Plan, context: z3.Context, require: Callable[[z3.BoolRef], None], version: str = ""
    ) -> None:
        self._plan, self._context, self._require = plan, context, require
        self.counted = _counted(plan)
        self.computed = {name: self._boolean(f"computed {name}{version}") for name in sorted(plan.bound)}

    def copy(self, suffix: str) -> Copy:
        """One more completion; its names end with the suffix."""
        plan = self._plan
        integers = {name: z3.Int(f"{name}{suffix}", ctx=self._context) for name in sorted(self.counted)}
        cells = {name: self._cells(name, suffix) for name in plan.names}
        valid, forbidden, fits = (self._boolean(f"{name}{suffix}") for name in ("valid", "forbidden", "fits"))
        copy = Copy(cells, integers, Concluded(), valid, forbidden, fits, self._chosen(suffix))
        for name, integer in integers.items():
            self._place(name, integer, cells[name])
        impossible = [self.condition(each.impossible.when, copy, copy.concluded) for each in plan.impossible]
        self._require(same(forbidden, self._any(impossible)))
        self._require(fits == z3.Not(self._any(list(self._compute(copy, suffix)))))
        self._require(valid == z3.And(fits, z3.Not(forbidden)))
        for name, imports in plan.imports.items():
            for number, (chosen, planned) in enumerate(zip(copy.chosen[name], imports, strict=True)):
                self._import(name, planned, copy, chosen, f" of {name} by {number}{suffix}")
        self.conclude(plan, copy, copy.concluded, suffix)
        return copy

    def _chosen(self, suffix: str) -> Mapping[str, tuple[z3.BoolRef, ...]]:
        """By which of its ways each fact follows in a copy: by one at the least."""
        ways = {**{name: len(forms) for name, forms in self._plan.linear.items()}, **_counts(self._plan.imports)}
        chosen = {
            name: tuple(self._boolean(f"{name} by {number}{suffix}") for number in range(count))
            for name, count in ways.items()
        }
        for each in chosen.values():
            self._require(z3.Or(*each))
        return chosen

    def _compute(self, copy: Copy, suffix: str) -> Iterator[z3.BoolRef]:
        """Has linear facts follow from their formulas, as far as they stay in their ranges; says where they do not."""
        for name, forms in self._plan.linear.items():
            fact = self._plan.guideline.facts[name]
            for number, (chosen, form) in enumerate(zip(copy.chosen[name], forms, strict=True)):
                value, fits = self._by(name, number, suffix), self.formula_fits(name, number, suffix)
                copy.formulas[name, number] = value
                used = z3.And(self.computed[name], chosen)
                self._require(self._rounded(fact, value, copy.integers, form))
                self._require(z3.Implies(z3.And(used, fits), copy.integers[name] == value))
                yield z3.And(used, z3.Not(fits))

    def formula_fits(self, name: str, number: int, suffix: str) -> z3.BoolRef:
        """That a formula of a linear fact gives a value in its range, whether or not the fact follows by it."""
        fact, value = self._plan.guideline.facts[name], self._by(name, number, suffix)
        return z3.And(value >= fact.low, value <= fact.high)

    def _by(self, name: str, number: int, suffix: str) -> z3.ArithRef:
        return z3.Int(f"{name} by {number}{suffix}", ctx=self._context)

    def _import(self, name: str, planned: PlannedImport, copy: Copy, chosen: z3.BoolRef, suffix: str) -> None:
        """The fact has the value that the imported decision's result stands for, where that import is chosen."""
        imported, cells = planned.imported, self._plan.cells[name]
        concluded = Concluded(imported.facts, imported.values)
        self.conclude(planned.plan, copy, concluded, suffix)
        used = z3.And(self.computed[name], chosen)
        for result, steps in imported.results.items():
            value = copy.cells[name][cells.at(steps)]
            self._require(z3.Implies(z3.And(used, concluded.results[result]), value))

    def _cells(self, name: str, suffix: str) -> tuple[z3.BoolRef, ...]:
        count = self._plan.cells[name].count
        cells = tuple(self._boolean(f"{name}@{cell}{suffix}") for cell in range(count))
        self._require(z3.PbEq([(cell, 1) for cell in cells], 1, self._context))
        return cells

    def _place(self, name: str, integer: z3.ArithRef, cells: tuple[z3.BoolRef, ...]) -> None:
        """Has an integer lie in the one cell that is true: together they hold the fact's range and nothing else."""
        for cell, literal in enumerate(cells):
            low, high = self._plan.cells[name].interval(cell)
            self._require(z3.Implies(literal, z3.And(integer >= low, integer <= high)))

    def _rounded(self, fact: Fact, value: z3.ArithRef, integers: Mapping[str, z3.ArithRef], form: Linear) -> z3.BoolRef:
        """A value equals the linear formula of a fact, rounded half away from zero to the fact's steps."""
        factors = {
            name: coefficient * Fraction(steps_per_unit(fact.decimals), self._unit(name))
            for name, coefficient in form.coefficients
        }
        constant = form.constant * steps_per_unit(fact.decimals)
        whole = lcm(constant.denominator, *(factor.denominator for factor in factors.values()))
        exact = z3.IntVal(int(constant * whole), ctx=self._context)
        for name, factor in factors.items():
            exact = exact + int(factor * whole) * integers[name]
        if whole == 1:
            return value == exact
        above = z3.And(2 * whole * value <= 2 * exact + whole, 2 * exact + whole < 2 * whole * value + 2 * whole)
        below = z3.And(-2 * whole * value <= whole - 2 * exact, whole - 2 * exact < 2 * whole - 2 * whole * value)
        return z3.If(exact >= 0, above, below)

    def _unit(self, name: str) -> int:
        return steps_per_unit(self._plan.guideline.facts[name].decimals)

    def conclude(self, plan: Plan, copy: Copy, concluded: Concluded, suffix: str) -> None:
        """Rules, findings and scores, in the order of their strata, then the results. The formulas of rules that are in
        `concluded` already stay as they are there."""

        def holds(rule: str) -> z3.BoolRef:
            return concluded.rules[rule]

        for stratum in plan.strata:
            for planned in stratum.rules:
                if planned.id not in concluded.rules:
                    own = plan.decision.rules[planned.id].condition
                    condition = concluded.conditions.get(planned.id, own)
                    concluded.rules[planned.id] = self.condition(condition, copy, concluded)
            for finding in stratum.findings:
                literal = self._boolean(f"{finding.id}{suffix}")
                self._require(same(literal, self._any([holds(rule) for rule in finding.rules])))
                concluded.findings[finding.id] = literal
            for score in stratum.scores:
                total = z3.Int(f"{score.id}{suffix}", ctx=self._context)
                self._require(total == z3.Sum([z3.If(holds(rule), points, 0) for rule, points in score.points]))
                concluded.scores[score.id] = total
        earlier: list[z3.BoolRef] = []
        for outcome, concluding in plan.concluding.items():
            formula = concluded.outcomes[outcome] = self._any([holds(rule) for rule in concluding])
            self._result(concluded, outcome, every(self._context, [formula, *map(negation, earlier)]), suffix)
            earlier.append(formula)
        self._result(concluded, None, every(self._context, [*map(negation, earlier)]), suffix)

    def _result(self, concluded: Concluded, result: str | None, formula: z3.BoolRef, suffix: str) -> None:
        concluded.results[result] = self._boolean(f"={result or ''}{suffix}")
        self._require(same(concluded.results[result], formula))

    def _any(self, formulas: list[z3.BoolRef]) -> z3.BoolRef:
        return some(self._context, formulas)

    def condition(self, condition: Condition, copy: Copy, concluded: Concluded) -> z3.BoolRef:
        """A condition of a decision whose findings and scores are `concluded`, in one copy."""
        match condition:
            case Test():
                return self._test(condition, copy, concluded)
            case FindingTest(finding, expected):
                return concluded.findings[finding] if expected else negation(concluded.findings[finding])
            case ScoreTest(score, meets):
                total = concluded.scores[score]
                return z3.Or(*[z3.And(total >= low, total <= high) for low, high in meets])
            case NotThis(part):
                return negation(self.condition(part, copy, concluded))
        parts = [self.condition(part, copy, concluded) for part in condition.parts]
        match condition:
            case AllOf():
                return every(self._context, parts)
            case AnyOf():
                return self._any(parts)
            case AtLeast(n):
                return z3.PbGe([(part, 1) for part in parts], n)

    def _test(self, test: Test, copy: Copy, concluded: Concluded) -> z3.BoolRef:
        if test.fact in concluded.values:
            value = concluded.values[test.fact]
            return z3.BoolVal(any(low <= value <= high for low, high in test.meets), ctx=self._context)
        fact = concluded.names.get(test.fact, test.fact)
        truths = self._plan.cells[fact].truths(test)
        return self._any([cell for cell, meets in zip(copy.cells[fact], truths, strict=True) if meets])

    def _boolean(self, name: str) -> z3.BoolRef:
        return z3.Bool(name, ctx=self._context)


def _counted(plan: Plan) -> frozenset[str]:
    """The facts that need an integer: linear derived facts and what they are computed from."""
    read = {name for forms in plan.linear.values() for form in forms for name, _ in form.coefficients}
    return frozenset(plan.linear) | read


def _counts(imports: Mapping[str, tuple[PlannedImport, ...]]) -> dict[str, int]:
    return {name: len(each) for name, each in imports.items()}
