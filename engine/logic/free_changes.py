"""Minimal changes where facts are free of one another: found in tables of all values, see `engine.logic.tables`."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product

from engine.guideline import Fact
from engine.logic.least_sets import least_sets
from engine.logic.proposals import Proposal, Values
from engine.logic.tables import Table, Tables, TooWide
from engine.logic.worlds import Worlds
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


def free_changes(
    plan: Plan,
    units: Units,
    outcome: str,
    movable: Sequence[str],
    most: int,
    otherwise: Callable[[frozenset[str]], Iterable[Proposal]],
) -> Iterator[Proposal]:
    """What `least_changes` finds, where `are_free`, one by one; of a set of units that has too many values for a table
    what `otherwise` says. Raises `TooManyRefuted`."""
    worlds = Worlds(plan, units, outcome, most)
    tables = Tables(worlds)
    for names in least_sets(plan, worlds, movable, most):
        try:
            table = tables.of(names)
        except TooWide:
            yield from otherwise(names)
        else:
            yield from _Nearest(plan, units, table).proposals()


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
