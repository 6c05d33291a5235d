"""Minimal changes where facts are free of one another: found in tables of all values, see `engine.logic.tables`."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from math import lcm

from engine.guideline import Fact
from engine.logic.least_sets import least_sets
from engine.logic.proposals import Proposal, Values
from engine.logic.tables import Entry, Table, Tables, TooWide
from engine.logic.worlds import Worlds
from engine.plan import Plan
from engine.units import Units


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
    worlds = Worlds(plan, outcome, {**units.known, **units.assumed}, most)
    tables = Tables(worlds)
    everywhere = {name: range(plan.cells[name].count) for name in movable if name in worlds.circuit.facts}
    for names in least_sets(worlds, everywhere, most):
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
        self._whole = lcm(*(_width(fact) for fact in self._facts))
        self._best = {fact.id: [self._nearest(fact, each) for each in table.classes[fact.id]] for fact in self._facts}

    def proposals(self) -> Iterator[Proposal]:
        found = self._by_choices()
        begun = {key[:length] for key in found for length in range(len(key) + 1)}
        for key, picked in self._picked([fact for fact in self._facts if not fact.is_numeric], begun):
            values = {**found[key], **picked}
            yield Proposal(dict(sorted(values.items())), self._spans(values), True)

    def _picked(self, facts: Sequence[Fact], begun: Collection[Entry]) -> Iterator[tuple[Entry, Values]]:
        """Every combination of choices that belong to classes which are in `begun`, as are all that begin them; in the
        guideline's order."""
        if not facts:
            yield from [((), {})] if begun else ()
            return
        *before, last = facts
        for key, picked in self._picked(before, begun):
            for steps in range(last.low, last.high + 1):
                longer = (*key, self._class_of(last.id, steps))
                if longer in begun:
                    yield longer, {**picked, last.id: steps}

    def _by_choices(self) -> dict[Entry, Values]:
        """By the classes of the choices, in which something leads to the outcome, the numbers that are nearest."""
        places = [(place, fact.is_numeric) for place, fact in enumerate(self._facts)]
        numbers = [(place, self._best[self._facts[place].id]) for place, is_numeric in places if is_numeric]
        chosen = [place for place, is_numeric in places if not is_numeric]
        least: dict[Entry, tuple[int, list[int]]] = {}
        for entry in self._table.leading:
            key = tuple([entry[place] for place in chosen])
            best = [each[entry[place]] for place, each in numbers]
            found = sum([cost for cost, _ in best]), [value for _, value in best]
            if key not in least or found < least[key]:
                least[key] = found
        names = [self._facts[place].id for place, _ in numbers]
        return {key: dict(zip(names, values, strict=True)) for key, (_, values) in least.items()}

    def _nearest(self, fact: Fact, cells: Sequence[int]) -> tuple[int, int]:
        """What it costs to reach some cells, and the value in them that is nearest to what is known, the lowest of
        several. Costs are |change| / width of the range, times what makes all of them whole."""
        before, costs = self._stated.get(fact.id), []
        for low, high in (self._plan.cells[fact.id].interval(cell) for cell in cells):
            value = low if before is None else min(max(before, low), high)
            distance = 0 if before is None else abs(value - before)
            costs.append((distance * (self._whole // _width(fact)), value))
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


def _width(fact: Fact) -> int:
    return max(fact.high - fact.low, 1)
