"""The decision as formulas: the only file that imports z3. It answers what three-valued evaluation leaves open.

One encoding for a decision: Booleans for the cells of each fact, integers only for linear derived facts and what they
are computed from, one Boolean for each finding and each result. What is known of a patient comes in as assumptions. A
solver that gives up within its resource count raises `SolverLimit`; it never becomes a status.
"""

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import z3

from engine.conditions import AllOf, AnyOf, Condition, FindingTest, NotThis, Test
from engine.errors import SolverLimit
from engine.formulas import Linear
from engine.guideline import Fact
from engine.known import Known
from engine.numbers import steps_per_unit
from engine.plan import Plan

RESOURCES = 50_000_000
PATIENTS = 1_000
"""How many questions a solver answers before it is made anew."""
ONE, OTHER = "", "'"
"""What the names of a copy of the encoding end with."""
NO_OUTCOME = None
"""The result of a completion for which no outcome is concluded."""


class Encodings(threading.local):
    """The encodings of one decision, one set for each thread, since z3's objects belong to one thread. Each is made
    anew after a number of patients, because a solver keeps something of every patient it has seen."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._solvers: dict[tuple[str, ...], _Solver] = {}
        self._used: dict[tuple[str, ...], int] = {}

    def solver(self, *copies: str) -> "_Solver":
        """The solver with these copies of the encoding, by their suffixes."""
        used = self._used.get(copies, PATIENTS)
        if used >= PATIENTS:
            used, self._solvers[copies] = 0, _Solver(self._plan, copies)
        self._used[copies] = used + 1
        return self._solvers[copies]


def possible_results(plan: Plan, known: Known, candidates: Iterable[str | None]) -> frozenset[str | None]:
    """Those of `candidates` (outcomes, or None for no outcome) that some completion of what is known has."""
    solver = _encodings(plan).solver(ONE)
    with solver.assuming(known) as assumed:
        return frozenset(
            each for each in candidates if solver.is_satisfiable([*assumed, solver.copies[0].results[each]])
        )


def has_completion(plan: Plan, known: Known, cells: Mapping[str, int] | None = None) -> bool:
    """Whether any completion of what is known exists, with further facts in the given cells."""
    solver = _encodings(plan).solver(ONE)
    inside = [solver.copies[0].cells[fact][cell] for fact, cell in sorted((cells or {}).items())]
    with solver.assuming(known) as assumed:
        return solver.is_satisfiable([*assumed, *inside])


def deciding_sets(plan: Plan, known: Known) -> tuple[frozenset[str], ...]:
    """The minimal sets of unknown units of which this is true: two completions that differ in exactly these units
    differ in their result. No unit outside their union can matter."""
    solver = _encodings(plan).solver(ONE, OTHER)
    units = [name for name in sorted(unit_names(plan, known)) if name not in known.values]
    with solver.assuming(known) as assumed:
        return tuple(_minimal_sets(solver, [*assumed, solver.differing()], {name: solver.same(name) for name in units}))


def unit_names(plan: Plan, known: Known) -> frozenset[str]:
    """The facts that vary on their own: all but the unknown ones that a linear formula binds."""
    return frozenset(
        name for name in plan.names if name in known.values or name in known.untied or name not in plan.linear
    )


def _minimal_sets(
    solver: "_Solver", hard: list[z3.BoolRef], same: Mapping[str, z3.BoolRef]
) -> Iterator[frozenset[str]]:
    blocked: list[z3.BoolRef] = []
    while solver.is_satisfiable([*hard, *blocked]):
        differing = {name for name in same if not solver.holds(same[name])}
        for name in sorted(differing):
            fewer = differing - {name}
            if name in differing and solver.is_satisfiable([*hard, *blocked, *_all_but(same, fewer)]):
                differing = {each for each in fewer if not solver.holds(same[each])}
        yield frozenset(differing)
        blocked.append(solver.either([same[name] for name in sorted(differing)]))


def _all_but(same: Mapping[str, z3.BoolRef], names: Iterable[str]) -> list[z3.BoolRef]:
    left_out = set(names)
    return [literal for name, literal in same.items() if name not in left_out]


def _encodings(plan: Plan) -> Encodings:
    return plan.guideline.keep(Encodings, plan.decision.id, lambda: Encodings(plan))


@dataclass(frozen=True, slots=True)
class _Copy:
    """One completion in the solver: its cell Booleans by fact, its integers, its findings, and its results."""

    cells: Mapping[str, tuple[z3.BoolRef, ...]]
    integers: Mapping[str, z3.ArithRef]
    findings: dict[str, z3.BoolRef]
    results: Mapping[str | None, z3.BoolRef]


class _Solver:
    """A z3 solver holding one copy of the encoding for each suffix, all of the same patient."""

    def __init__(self, plan: Plan, suffixes: tuple[str, ...]) -> None:
        self._context = z3.Context()
        self._solver = z3.Solver(ctx=self._context)
        self._solver.set("rlimit", RESOURCES)
        self._plan = plan
        self._fresh = 0
        self._counted = _counted(plan)
        self._computed = {name: self._boolean(f"computed {name}") for name in plan.linear}
        self._chosen = {
            name: [self._boolean(f"{name} by {number}") for number, _ in enumerate(forms)]
            for name, forms in plan.linear.items()
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

    def _copy(self, suffix: str) -> _Copy:
        plan = self._plan
        integers = {name: z3.Int(f"{name}{suffix}", ctx=self._context) for name in sorted(self._counted)}
        cells = {name: self._cells(name, suffix) for name in plan.cells}
        for name, integer in integers.items():
            self._place(name, integer, cells[name])
        for name, forms in plan.linear.items():
            for chosen, form in zip(self._chosen[name], forms, strict=True):
                used = z3.And(self._computed[name], chosen)
                self._require(z3.Implies(used, self._rounded(plan.guideline.facts[name], integers, form)))
        copy = _Copy(cells, integers, {}, {})
        for each in plan.impossible:
            self._require(z3.Not(self._condition(each.impossible.when, copy)))
        concluded = self._conclusions(copy, suffix)
        return _Copy(cells, integers, copy.findings, self._results(concluded, suffix))

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

    def _conclusions(self, copy: _Copy, suffix: str) -> dict[str, z3.BoolRef]:
        """Findings into the copy, in the order of their strata, then the outcomes, each as some rule's condition."""
        plan = self._plan
        rules = plan.decision.rules
        for finding in plan.findings:
            holds = self._boolean(f"{finding.id}{suffix}")
            copy.findings[finding.id] = holds
            self._require(holds == self._any([self._condition(rules[rule].condition, copy) for rule in finding.rules]))
        return {
            outcome: self._any([self._condition(rules[rule].condition, copy) for rule in concluding])
            for outcome, concluding in plan.concluding.items()
        }

    def _results(self, concluded: Mapping[str, z3.BoolRef], suffix: str) -> dict[str | None, z3.BoolRef]:
        results: dict[str | None, z3.BoolRef] = {}
        earlier: list[z3.BoolRef] = []
        for outcome, formula in concluded.items():
            results[outcome] = self._boolean(f"={outcome}{suffix}")
            self._require(results[outcome] == z3.And(formula, *[z3.Not(each) for each in earlier]))
            earlier.append(formula)
        results[NO_OUTCOME] = self._boolean(f"={suffix}")
        self._require(results[NO_OUTCOME] == z3.And(*[z3.Not(each) for each in earlier]))
        return results

    def _any(self, formulas: list[z3.BoolRef]) -> z3.BoolRef:
        return z3.Or(*formulas) if formulas else z3.BoolVal(False, ctx=self._context)

    def _condition(self, condition: Condition, copy: _Copy) -> z3.BoolRef:
        match condition:
            case Test(fact):
                truths = self._plan.cells[fact].truths(condition)
                return self._any([cell for cell, meets in zip(copy.cells[fact], truths, strict=True) if meets])
            case FindingTest(finding, expected):
                return copy.findings[finding] if expected else z3.Not(copy.findings[finding])
            case NotThis(part):
                return z3.Not(self._condition(part, copy))
            case AllOf(parts):
                return z3.And(*[self._condition(part, copy) for part in parts])
            case AnyOf(parts):
                return z3.Or(*[self._condition(part, copy) for part in parts])


def _counted(plan: Plan) -> frozenset[str]:
    """The facts that need an integer: linear derived facts and what they are computed from."""
    read = {name for forms in plan.linear.values() for form in forms for name, _ in form.coefficients}
    return frozenset(plan.linear) | read
