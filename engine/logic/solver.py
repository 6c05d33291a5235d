"""A decision in z3: what is known, assumed and asked of its formulas, and what the solver finds.

What is known of a patient comes in as assumptions. The formulas themselves are in `engine.logic.encoding`.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import z3

from engine.conditions import Condition
from engine.known import Known
from engine.logic.asked import Asked, Literal
from engine.logic.axes import Axis, axis_of
from engine.logic.encoding import Concluded, Encoding
from engine.plan import Plan
from engine.strata import touched_rules

__all__ = ["ONE", "OTHER", "Cost", "Encodings", "Literal", "Solver", "encodings"]

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


def encodings(plan: Plan) -> Encodings:
    """The encodings of a decision, kept with its guideline."""
    return plan.guideline.keep(Encodings, plan.decision.id, lambda: Encodings(plan))


@dataclass(frozen=True, slots=True)
class Cost:
    """What it costs to change a fact: where it is not counted, `cells` by cell; else `weight` for each step away from
    `origin`."""

    cells: tuple[int, ...] = ()
    origin: int = 0
    weight: int = 0


class Solver(Asked):
    """A z3 solver holding one copy of the encoding for each suffix, all of the same patient."""

    def __init__(self, plan: Plan, suffixes: tuple[str, ...]) -> None:
        super().__init__(plan.decision.id)
        self._plan = plan
        self._bounds: dict[tuple[str, int, bool], z3.BoolRef] = {}
        self._encoding = Encoding(plan, self.context, self._require)
        self.copies = tuple(self._encoding.copy(suffix) for suffix in suffixes)
        self.same = {name: self._same(name) for name in plan.names} if len(suffixes) > 1 else {}
        """For each fact a literal that is true exactly where the first two copies agree on its value (where it is
        counted) or cell."""
        self.alike = self._alike() if len(suffixes) > 1 else {}
        """For each fact of several ways a literal that is true exactly where it follows by the same in the first two
        copies."""
        self.differing = self._differing() if len(suffixes) > 1 else z3.BoolVal(False, ctx=self.context)
        """True exactly where the first two copies differ in their result."""

    def is_satisfiable(self, assumptions: list[z3.BoolRef], *, of_anybody: bool = True) -> bool:
        """Whether some completions meet the assumptions; unless `of_anybody`, also such as no patient can have. Raises
        `SolverLimit`."""
        valid = [copy.is_valid for copy in self.copies] if of_anybody else []
        return super().is_satisfiable([*assumptions, *valid])

    def steps(self, name: str) -> int:
        """A fact's value in the first completion that the last check found: where it is not counted, the first of its
        cell."""
        copy = self.copies[0]
        if name in self._encoding.counted:
            return self.value_of(copy.integers[name])
        cell = next(cell for cell, literal in enumerate(copy.cells[name]) if self.holds(literal))
        return self._plan.cells[name].starts[cell]

    def axis(self, name: str) -> Axis:
        """A fact of the first copy as an axis."""
        copy = self.copies[0]
        return axis_of(name, copy.cells[name], self._plan.cells[name], copy.integers.get(name))

    def is_counted(self, name: str) -> bool:
        """Whether the exact value of a fact counts, not only its cell."""
        return name in self._encoding.counted

    def is_no_other(self, result: z3.BoolRef) -> z3.BoolRef:
        """A literal that is true exactly where the first copy is no patient's, or has this result."""
        return self.either([result, z3.Not(self.copies[0].is_valid)])

    def at(self, name: str, steps: int) -> tuple[z3.BoolRef, ...]:
        """Literals that together are true exactly where a fact has this value in the first copy; where it is not
        counted, where it lies in the same cell."""
        if name not in self._encoding.counted:
            return (self.copies[0].cells[name][self._plan.cells[name].at(steps)],)
        return self.above(name, steps), self.below(name, steps)

    def is_at(self, name: str, steps: int) -> z3.BoolRef:
        """The same as one literal. Made inside `scope`."""
        return self._named(z3.And(*self.at(name, steps)))

    def above(self, name: str, steps: int) -> z3.BoolRef:
        """A literal that is true exactly where a counted fact is at least this."""
        return self._bound(name, steps, True)

    def below(self, name: str, steps: int) -> z3.BoolRef:
        """A literal that is true exactly where a counted fact is at most this."""
        return self._bound(name, steps, False)

    def _bound(self, name: str, steps: int, is_low: bool) -> z3.BoolRef:
        """Comparisons are kept: to make them takes longer than to ask about them. z3 takes them as they are, without a
        name of their own."""
        key = (name, steps, is_low)
        if key not in self._bounds:
            value = self.copies[0].integers[name]
            self._bounds[key] = value >= steps if is_low else value <= steps
        return self._bounds[key]

    def computed(self, name: str) -> z3.BoolRef:
        """A literal that says that an unknown fact follows from others by its formulas or imports."""
        return self._encoding.computed[name]

    def ways(self, name: str) -> tuple[z3.BoolRef, ...]:
        """For each formula or import of a fact a literal: where it is true and the fact follows, it follows by it."""
        return self.copies[0].chosen[name]

    def within(self, name: str, low: int, high: int) -> tuple[z3.BoolRef, ...]:
        """Literals that together are true exactly where a fact lies between two values in the first copy; where it is
        not counted, in their cells or between. Made inside `scope`."""
        if name in self._encoding.counted:
            return self.above(name, low), self.below(name, high)
        at = self._plan.cells[name].at
        cells = self.copies[0].cells[name][at(low) : at(high) + 1]
        return (cells[0] if len(cells) == 1 else self._named(z3.Or(*cells)),)

    def unless(self, literal: z3.BoolRef, guard: z3.BoolRef | None) -> z3.BoolRef:
        """True where a literal is not, and neither is its guard where there is one."""
        return self.no(literal) if guard is None else self.no(self.either([guard, literal]))

    def costs_at_most(self, costs: Mapping[str, "Cost"], most: int) -> z3.BoolRef:
        """A literal that is true exactly where the costs of some facts add up to no more than this."""
        cells = self.copies[0].cells
        weighed = [
            (literal, cost)
            for name, each in costs.items()
            for literal, cost in zip(cells[name], each.cells, strict=False)
            if cost
        ]
        if not any(each.weight for each in costs.values()):
            return self._named(z3.PbLe(weighed, most)) if weighed else z3.BoolVal(most >= 0, ctx=self.context)
        total = z3.Sum(*[z3.If(literal, cost, 0) for literal, cost in weighed], *self._distances(costs))
        return self._named(total <= most)

    def _distances(self, costs: Mapping[str, "Cost"]) -> Iterator[z3.ArithRef]:
        for name, each in costs.items():
            if each.weight:
                yield each.weight * z3.Abs(self.copies[0].integers[name] - each.origin)

    @contextmanager
    def assuming(self, known: Known) -> Iterator[list[z3.BoolRef]]:
        """The assumptions that say what is known; exact values of counted facts hold only inside."""
        assumed: list[z3.BoolRef] = []
        self._solver.push()
        try:
            for name in self._plan.names:
                if name in known.values:
                    assumed += self._known(name, known.values[name])
                elif name in self._encoding.computed and name not in known.untied:
                    assumed.append(self._encoding.computed[name])
            yield assumed
        finally:
            self._solver.pop()

    def _same(self, name: str) -> z3.BoolRef:
        one, other = self.copies[:2]
        if name in self._encoding.counted:
            return self._named(one.integers[name] == other.integers[name])
        return self._equal(one.cells[name], other.cells[name])

    def _alike(self) -> Mapping[str, z3.BoolRef]:
        one, other = (copy.chosen for copy in self.copies[:2])
        return {name: self._equal(ways, other[name]) for name, ways in one.items() if len(ways) > 1}

    def _equal(self, one: tuple[z3.BoolRef, ...], other: tuple[z3.BoolRef, ...]) -> z3.BoolRef:
        return self._named(z3.And(*[a == b for a, b in zip(one, other, strict=True)]))

    def _differing(self) -> z3.BoolRef:
        one, other = self.copies[:2]
        return self._named(z3.Not(z3.And(*[one.results[key] == other.results[key] for key in one.results])))

    def outside_range(self, score: str) -> z3.BoolRef:
        """A literal that is true exactly where the first copy's points lie outside the range of a score."""
        total, scale = self.copies[0].concluded.scores[score], self._plan.decision.scores[score].scale
        return self._named(z3.Or(total < scale.low, total > scale.high))

    def meets(self, condition: Condition) -> z3.BoolRef:
        """A literal that is true exactly where a condition of the decision is true in the first copy."""
        copy = self.copies[0]
        return self._named(self._encoding.condition(condition, copy, copy.concluded))

    def fires(self, rule: str) -> z3.BoolRef:
        """A literal that is true exactly where a rule of the decision fires in the first copy."""
        return self._named(self.copies[0].concluded.rules[rule])

    def differing_in(self, rule: str) -> z3.BoolRef:
        """A literal that is true exactly where a rule fires in one of the first two copies and not in the other."""
        one, other = (copy.concluded.rules[rule] for copy in self.copies[:2])
        return self._named(z3.Xor(one, other))

    def altered(self, conditions: Mapping[str, Condition], values: Mapping[str, int]) -> Concluded:
        """What the first copy would conclude with other conditions for some rules, and other values, in steps, of some
        facts. Made inside `scope`."""
        copy = self.copies[0]
        touched = touched_rules(self._plan.decision, conditions.keys(), values.keys())
        kept = {name: formula for name, formula in copy.concluded.rules.items() if name not in touched}
        return self._concluded(self._plan, Concluded(values=values, conditions=conditions, rules=kept))

    def concluded_by(self, plan: Plan) -> Concluded:
        """What the first copy would conclude by another plan of the same facts, whose tests the cells are fine enough
        for. Made inside `scope`."""
        return self._concluded(plan, Concluded())

    def _concluded(self, plan: Plan, concluded: Concluded) -> Concluded:
        """What the first copy comes to by a plan, in names of its own."""
        self._fresh += 1
        self._encoding.conclude(plan, self.copies[0], concluded, f" #{self._fresh}")
        return concluded

    def formula_fits(self, name: str, number: int) -> z3.BoolRef:
        """A literal that says that a formula of a linear fact gives a value in its range in the first copy."""
        return self._named(self._encoding.formula_fits(name, number, ONE))

    def impossible(self, concluded: Concluded) -> list[z3.BoolRef]:
        """What must not be so of the patient of whom something is concluded."""
        entries = (each.impossible.when for each in self._plan.impossible)
        return [self._encoding.condition(when, self.copies[0], concluded) for when in entries]

    def differs_in(self, same: list[z3.BoolRef]) -> z3.BoolRef:
        """A literal that is true exactly where one of these is not."""
        return self.either([z3.Not(literal) for literal in same])

    def _known(self, name: str, steps: int) -> Iterator[z3.BoolRef]:
        for copy in self.copies:
            yield copy.cells[name][self._plan.cells[name].at(steps)]
            if name in self._encoding.counted:
                self._solver.add(copy.integers[name] == steps)
