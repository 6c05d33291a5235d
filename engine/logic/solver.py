"""The only file that imports z3: a decision, with all it takes from other guidelines, as formulas.

One encoding for a decision: Booleans for the cells of each fact, one Boolean for each finding and each result; integers
only for linear derived facts, what they are computed from, and scores. Imported decisions stand beside our own on the
same facts. What is known of a patient comes in as assumptions.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

import z3

from engine.conditions import AllOf, AnyOf, AtLeast, Condition, FindingTest, NotThis, ScoreTest, Test
from engine.errors import SolverLimit
from engine.formulas import Linear
from engine.guideline import Fact
from engine.known import Known
from engine.numbers import steps_per_unit
from engine.plan import Plan, PlannedImport

Literal = z3.BoolRef
RESOURCES = 50_000_000
PATIENTS = 1_000
"""How many questions a solver answers before it is made anew."""
ONE, OTHER = "", "'"
"""What the names of a copy of the encoding end with."""


class Encodings(threading.local):
    """The encodings of one decision, one set for each thread, since z3's objects belong to one thread. Each is made
    anew after a number of patients, because a solver keeps something of every patient it has seen."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._solvers: dict[tuple[str, ...], Solver] = {}
        self._used: dict[tuple[str, ...], int] = {}

    def solver(self, *copies: str) -> "Solver":
        """The solver with these copies of the encoding, by their suffixes."""
        used = self._used.get(copies, PATIENTS)
        if used >= PATIENTS:
            used, self._solvers[copies] = 0, Solver(self._plan, copies)
        self._used[copies] = used + 1
        return self._solvers[copies]


@dataclass(frozen=True, slots=True)
class _Concluded:
    """What one decision concludes in a completion. `names` says which fact of ours each of its facts is, `values` which
    have a fixed value instead; one of ours has neither."""

    names: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, int] = field(default_factory=dict)
    findings: dict[str, z3.BoolRef] = field(default_factory=dict)
    scores: dict[str, z3.ArithRef] = field(default_factory=dict)
    results: dict[str | None, z3.BoolRef] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Copy:
    """One completion in the solver: its cell Booleans by fact, its integers, and what is concluded."""

    cells: Mapping[str, tuple[z3.BoolRef, ...]]
    integers: Mapping[str, z3.ArithRef]
    concluded: _Concluded

    @property
    def results(self) -> Mapping[str | None, z3.BoolRef]:
        return self.concluded.results


class Solver:
    """A z3 solver holding one copy of the encoding for each suffix, all of the same patient."""

    def __init__(self, plan: Plan, suffixes: tuple[str, ...]) -> None:
        self._context = z3.Context()
        self._solver = z3.Solver(ctx=self._context)
        self._solver.set("rlimit", RESOURCES)
        self._plan = plan
        self._fresh = 0
        self._counted = _counted(plan)
        self._computed = {name: self._boolean(f"computed {name}") for name in sorted(plan.bound)}
        ways = {**{name: len(forms) for name, forms in plan.linear.items()}, **_counts(plan.imports)}
        self._chosen = {
            name: [self._boolean(f"{name} by {number}") for number in range(count)] for name, count in ways.items()
        }
        for chosen in self._chosen.values():
            self._require(z3.Or(*chosen))
        self.copies = tuple(self._copy(suffix) for suffix in suffixes)

    def is_satisfiable(self, assumptions: list[z3.BoolRef]) -> bool:
        """Whether some completions meet the assumptions. Raises `SolverLimit`."""
        answer: object = self._solver.check(*assumptions)
        if answer == z3.unknown:
            raise SolverLimit(f"the solver gave up on {self._plan.decision.id}: {self._solver.reason_unknown()}")
        return bool(answer == z3.sat)

    def holds(self, formula: z3.BoolRef) -> bool:
        """Whether a formula is true in the completions that the last check found."""
        return bool(z3.is_true(self._solver.model().eval(formula, model_completion=True)))

    @contextmanager
    def assuming(self, known: Known) -> Iterator[list[z3.BoolRef]]:
        """The assumptions that say what is known; exact values of counted facts hold only inside."""
        assumed: list[z3.BoolRef] = []
        self._solver.push()
        try:
            for name in self._plan.names:
                if name in known.values:
                    assumed += self._known(name, known.values[name])
                elif name in self._computed and name not in known.untied:
                    assumed.append(self._computed[name])
            yield assumed
        finally:
            self._solver.pop()

    def same(self, name: str) -> z3.BoolRef:
        """A literal that is true exactly where the first two copies agree on a fact's value (where it is counted) or
        cell."""
        one, other = self.copies[:2]
        if name in self._counted:
            return self._named(one.integers[name] == other.integers[name])
        return self._named(z3.And(*[a == b for a, b in zip(one.cells[name], other.cells[name], strict=True)]))

    def differing(self) -> z3.BoolRef:
        """A literal that is true exactly where the first two copies differ in their result."""
        one, other = self.copies[:2]
        return self._named(z3.Not(z3.And(*[one.results[key] == other.results[key] for key in one.results])))

    def outside_range(self, score: str) -> z3.BoolRef:
        """A literal that is true exactly where the first copy's points lie outside the range of a score."""
        total, scale = self.copies[0].concluded.scores[score], self._plan.decision.scores[score].scale
        return self._named(z3.Or(total < scale.low, total > scale.high))

    def fires(self, rule: str) -> z3.BoolRef:
        """A literal that is true exactly where a rule of the decision fires in the first copy."""
        copy = self.copies[0]
        return self._named(self._condition(self._plan.decision.rules[rule].condition, copy, copy.concluded))

    def either(self, literals: list[z3.BoolRef]) -> z3.BoolRef:
        return self._named(z3.Or(*literals) if literals else z3.BoolVal(False, ctx=self._context))

    def _known(self, name: str, steps: int) -> Iterator[z3.BoolRef]:
        for copy in self.copies:
            yield copy.cells[name][self._plan.cells[name].at(steps)]
            if name in self._counted:
                self._solver.add(copy.integers[name] == steps)

    def _boolean(self, name: str) -> z3.BoolRef:
        return z3.Bool(name, ctx=self._context)

    def _named(self, formula: z3.BoolRef) -> z3.BoolRef:
        self._fresh += 1
        name = self._boolean(f"#{self._fresh}")
        self._solver.add(name == formula)
        return name

    def _require(self, formula: z3.BoolRef) -> None:
        self._solver.add(formula)

    def _copy(self, suffix: str) -> Copy:
        plan = self._plan
        integers = {name: z3.Int(f"{name}{suffix}", ctx=self._context) for name in sorted(self._counted)}
        cells = {name: self._cells(name, suffix) for name in plan.names}
        copy = Copy(cells, integers, _Concluded())
        for name, integer in integers.items():
            self._place(name, integer, cells[name])
        for name, forms in plan.linear.items():
            for chosen, form in zip(self._chosen[name], forms, strict=True):
                used = z3.And(self._computed[name], chosen)
                self._require(z3.Implies(used, self._rounded(plan.guideline.facts[name], integers, form)))
        for each in plan.impossible:
            self._require(z3.Not(self._condition(each.impossible.when, copy, copy.concluded)))
        for name, imports in plan.imports.items():
            for number, (chosen, planned) in enumerate(zip(self._chosen[name], imports, strict=True)):
                self._import(name, planned, copy, chosen, f" of {name} by {number}{suffix}")
        self._conclude(plan, copy, copy.concluded, suffix)
        return copy

    def _import(self, name: str, planned: PlannedImport, copy: Copy, chosen: z3.BoolRef, suffix: str) -> None:
        """The fact has the value that the imported decision's result stands for, where that import is chosen."""
        imported, cells = planned.imported, self._plan.cells[name]
        concluded = _Concluded(imported.facts, imported.values)
        self._conclude(planned.plan, copy, concluded, suffix)
        used = z3.And(self._computed[name], chosen)
        for result, steps in imported.results.items():
            value = copy.cells[name][cells.at(steps)]
            self._require(z3.Implies(z3.And(used, concluded.results[result]), value))

    def _cells(self, name: str, suffix: str) -> tuple[z3.BoolRef, ...]:
        count = self._plan.cells[name].count
        cells = tuple(self._boolean(f"{name}@{cell}{suffix}") for cell in range(count))
        self._require(z3.PbEq([(cell, 1) for cell in cells], 1, self._context))
        return cells

    def _place(self, name: str, integer: z3.ArithRef, cells: tuple[z3.BoolRef, ...]) -> None:
        fact = self._plan.guideline.facts[name]
        self._require(z3.And(integer >= fact.low, integer <= fact.high))
        for cell, literal in enumerate(cells):
            low, high = self._plan.cells[name].interval(cell)
            self._require(literal == z3.And(integer >= low, integer <= high))

    def _rounded(self, fact: Fact, integers: Mapping[str, z3.ArithRef], form: Linear) -> z3.BoolRef:
        """The fact equals its linear formula, rounded half away from zero to its own steps."""
        factors = {
            name: coefficient * Fraction(steps_per_unit(fact.decimals), self._unit(name))
            for name, coefficient in form.coefficients
        }
        constant = form.constant * steps_per_unit(fact.decimals)
        whole = lcm(constant.denominator, *(factor.denominator for factor in factors.values()))
        exact = z3.IntVal(int(constant * whole), ctx=self._context)
        for name, factor in factors.items():
            exact = exact + int(factor * whole) * integers[name]
        value = integers[fact.id]
        if whole == 1:
            return value == exact
        above = z3.And(2 * whole * value <= 2 * exact + whole, 2 * exact + whole < 2 * whole * value + 2 * whole)
        below = z3.And(-2 * whole * value <= whole - 2 * exact, whole - 2 * exact < 2 * whole - 2 * whole * value)
        return z3.If(exact >= 0, above, below)

    def _unit(self, name: str) -> int:
        return steps_per_unit(self._plan.guideline.facts[name].decimals)

    def _conclude(self, plan: Plan, copy: Copy, concluded: _Concluded, suffix: str) -> None:
        """Findings and scores, in the order of their strata, then the results, each from its rules' conditions."""
        rules = plan.decision.rules

        def holds(rule: str) -> z3.BoolRef:
            return self._condition(rules[rule].condition, copy, concluded)

        for stratum in plan.strata:
            for finding in stratum.findings:
                literal = self._boolean(f"{finding.id}{suffix}")
                self._require(literal == self._any([holds(rule) for rule in finding.rules]))
                concluded.findings[finding.id] = literal
            for score in stratum.scores:
                total = z3.Int(f"{score.id}{suffix}", ctx=self._context)
                self._require(total == z3.Sum([z3.If(holds(rule), points, 0) for rule, points in score.points]))
                concluded.scores[score.id] = total
        earlier: list[z3.BoolRef] = []
        for outcome, concluding in plan.concluding.items():
            formula = self._any([holds(rule) for rule in concluding])
            self._result(concluded, outcome, z3.And(formula, *[z3.Not(each) for each in earlier]), suffix)
            earlier.append(formula)
        self._result(concluded, None, z3.And(*[z3.Not(each) for each in earlier]), suffix)

    def _result(self, concluded: _Concluded, result: str | None, formula: z3.BoolRef, suffix: str) -> None:
        concluded.results[result] = self._boolean(f"={result or ''}{suffix}")
        self._require(concluded.results[result] == formula)

    def _any(self, formulas: list[z3.BoolRef]) -> z3.BoolRef:
        return z3.Or(*formulas) if formulas else z3.BoolVal(False, ctx=self._context)

    def _condition(self, condition: Condition, copy: Copy, concluded: _Concluded) -> z3.BoolRef:
        match condition:
            case Test():
                return self._test(condition, copy, concluded)
            case FindingTest(finding, expected):
                return concluded.findings[finding] if expected else z3.Not(concluded.findings[finding])
            case ScoreTest(score, meets):
                total = concluded.scores[score]
                return z3.Or(*[z3.And(total >= low, total <= high) for low, high in meets])
            case NotThis(part):
                return z3.Not(self._condition(part, copy, concluded))
        parts = [self._condition(part, copy, concluded) for part in condition.parts]
        match condition:
            case AllOf():
                return z3.And(*parts)
            case AnyOf():
                return z3.Or(*parts)
            case AtLeast(n):
                return z3.PbGe([(part, 1) for part in parts], n)

    def _test(self, test: Test, copy: Copy, concluded: _Concluded) -> z3.BoolRef:
        if test.fact in concluded.values:
            value = concluded.values[test.fact]
            return z3.BoolVal(any(low <= value <= high for low, high in test.meets), ctx=self._context)
        fact = concluded.names.get(test.fact, test.fact)
        truths = self._plan.cells[fact].truths(test)
        return self._any([cell for cell, meets in zip(copy.cells[fact], truths, strict=True) if meets])


def _counted(plan: Plan) -> frozenset[str]:
    """The facts that need an integer: linear derived facts and what they are computed from."""
    read = {name for forms in plan.linear.values() for form in forms for name, _ in form.coefficients}
    return frozenset(plan.linear) | read


def _counts(imports: Mapping[str, tuple[PlannedImport, ...]]) -> dict[str, int]:
    return {name: len(each) for name, each in imports.items()}
