"""Minimal changes where facts are free of one another: found in tables of all values, see `engine.logic.tables`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product

from engine.guideline import Fact
from engine.logic.hitting import minimal_sets
from engine.logic.lanes import Circuit
from engine.logic.proposals import Proposal, Values
from engine.logic.solver import ONE, Literal, Solver, encodings
from engine.logic.tables import Scenario, Table, Tables
from engine.plan import Plan
from engine.restated import computed_anew
from engine.units import Units


def are_free(plan: Plan, units: Units, movable: Sequence[str]) -> bool:
    """Whether the units are free of one another: nothing is impossible, nothing that has a part in the outcome follows
    from other facts in a completion, no formula reads what can be changed, and nothing is computed anew with it."""
    following = plan.bound | units.follows.keys()
    read = {name for each in plan.facts for way in each.fact.derived for name in way.formula.facts}
    if plan.ties or not following.isdisjoint(units.relevant) or not read.isdisjoint(movable):
        return False
    return not computed_anew(plan, movable)


def free_changes(plan: Plan, units: Units, outcome: str, movable: Sequence[str], most: int) -> Iterator[Proposal]:
    """What `least_changes` finds, where `are_free`, one by one. Raises `TooWide`, and `TooManyRefuted`."""
    circuit = circuit_of(plan, outcome)
    tables = Tables(plan, units, circuit, movable, lambda given: other_world(plan, circuit, outcome, given), most)
    for names in minimal_sets(tables.movable, tables.obstacles):
        yield from _Nearest(plan, units, tables.of(names)).proposals()


@dataclass(slots=True)
class _Circuits:
    """The circuits of a decision by result, made when first asked for."""

    made: dict[str | None, Circuit] = field(default_factory=dict)


def circuit_of(plan: Plan, result: str | None) -> Circuit:
    """The circuit of one result of a decision, kept with its guideline."""
    made = plan.guideline.keep(_Circuits, plan.decision.id, _Circuits).made
    if result not in made:
        made[result] = Circuit(plan, result)
    return made[result]


def other_world(plan: Plan, circuit: Circuit, result: str | None, scenario: Scenario) -> Scenario | None:
    """Cells of all other facts with which another result stands, None where there are none."""
    solver = encodings(plan).solver(ONE)
    with solver.scope():
        given = [literal for name, cells in scenario.items() for literal in _at(plan, solver, name, cells[0])]
        if not solver.is_satisfiable([*given, solver.no(solver.copies[0].results[result])]):
            return None
        others = [name for name in circuit.facts if name not in scenario]
        return {name: (plan.cells[name].at(solver.steps(name)),) for name in others}


def _at(plan: Plan, solver: Solver, name: str, cell: int) -> tuple[Literal, ...]:
    return solver.at(name, plan.cells[name].starts[cell])


class _Nearest:
    """The nearest values in a table, for each combination of choices."""

    def __init__(self, plan: Plan, units: Units, table: Table) -> None:
        self._plan, self._table = plan, table
        self._stated = {**units.known, **units.assumed}
        self._facts = [plan.guideline.facts[name] for name in table.names]
        self._best = {fact.id: [self._nearest(fact, each) for each in table.classes[fact.id]] for fact in self._facts}

    def proposals(self) -> Iterator[Proposal]:
        chosen = [fact for fact in self._facts if not fact.is_numeric]
        found = self._by_choices()
        for steps in product(*[range(fact.low, fact.high + 1) for fact in chosen]):
            picked = {fact.id: each for fact, each in zip(chosen, steps, strict=True)}
            key = tuple(self._class_of(name, steps) for name, steps in picked.items())
            if key in found:
                values = {**found[key], **picked}
                yield Proposal(dict(sorted(values.items())), self._spans(values), True)

    def _by_choices(self) -> dict[tuple[int, ...], Values]:
        """By the classes of the choices, in which something leads to the outcome, the numbers that are nearest."""
        least: dict[tuple[int, ...], tuple[Fraction, list[int]]] = {}
        for entry in sorted(self._table.leading):
            key, cost, values = [], Fraction(0), []
            for fact, number in zip(self._facts, entry, strict=True):
                if fact.is_numeric:
                    cost += self._best[fact.id][number][0]
                    values.append(self._best[fact.id][number][1])
                else:
                    key.append(number)
            if tuple(key) not in least or (cost, values) < least[tuple(key)]:
                least[tuple(key)] = cost, values
        numbers = [fact.id for fact in self._facts if fact.is_numeric]
        return {key: dict(zip(numbers, values, strict=True)) for key, (_, values) in least.items()}

    def _nearest(self, fact: Fact, cells: Sequence[int]) -> tuple[Fraction, int]:
        """The value in some cells that is nearest to what is known, the lowest of several, and what it costs."""
        before, costs = self._stated.get(fact.id), []
        for low, high in (self._plan.cells[fact.id].interval(cell) for cell in cells):
            value = low if before is None else min(max(before, low), high)
            distance = 0 if before is None else abs(value - before)
            costs.append((Fraction(distance, max(fact.high - fact.low, 1)), value))
        return min(costs)

    def _class_of(self, name: str, steps: int) -> int:
        return self._table.class_of(name, self._plan.cells[name].at(steps))

    def _spans(self, values: Values) -> Mapping[str, tuple[int, int]]:
        """For each number the ends of the cells beside its own that lead to the outcome too."""
        cells = {name: self._plan.cells[name].at(steps) for name, steps in values.items()}
        return {fact.id: self._span(fact.id, cells) for fact in self._facts if fact.is_numeric}

    def _span(self, name: str, at: Mapping[str, int]) -> tuple[int, int]:
        cells, first, last = self._plan.cells[name], at[name], at[name]
        while first > 0 and self._table.leads({**at, name: first - 1}):
            first -= 1
        while last + 1 < cells.count and self._table.leads({**at, name: last + 1}):
            last += 1
        return cells.starts[first], cells.interval(last)[1]
