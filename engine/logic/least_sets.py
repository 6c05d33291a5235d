"""The smallest sets of units that lead to an outcome, where facts are free of one another.

Which units change and to which cells is a choice of Booleans. For some worlds, values for all that is left unknown, it
is written down that the outcome stands in each of them; a solver then finds a choice of few changes. Where it fails in
one more world, that is written down too, until a choice holds in every world or there is none of so many changes.
"""

from collections.abc import Iterator, Mapping, Sequence

from engine.errors import EngineFault
from engine.logic.circuits import Scenario
from engine.logic.clauses import FALSE, TRUE, Clauses, TooManyConflicts
from engine.logic.lanes import Cells
from engine.logic.proposals import TooManyRefuted
from engine.logic.worlds import Worlds
from engine.logic.written import one_cell_at_most, written
from engine.plan import Plan

WRITTEN = 8
"""In how many worlds it is written down from the start that the outcome stands."""
CONFLICTS = 1_000
"""How many conflicts of the solver count as much as one world that had to be looked for."""


def least_sets(plan: Plan, worlds: Worlds, movable: Sequence[str], most: int) -> Iterator[frozenset[str]]:
    """The minimal sets of movable units some change of which makes the outcome stand whatever is unknown; those of
    fewer units first, then in the order of `movable`. Raises `TooManyRefuted`."""
    with Clauses(most * CONFLICTS) as clauses:
        try:
            yield from _Search(plan, worlds, movable, clauses).sets()
        except TooManyConflicts:
            raise TooManyRefuted from None


class _Search:
    def __init__(self, plan: Plan, worlds: Worlds, movable: Sequence[str], clauses: Clauses) -> None:
        self._worlds, self._clauses = worlds, clauses
        self._names = [name for name in movable if name in set(worlds.circuit.facts)]
        self._to = {name: [clauses.literal() for _ in range(plan.cells[name].count)] for name in self._names}
        self._changed = {name: clauses.some(self._to[name]) for name in self._names}
        for cells in self._to.values():
            one_cell_at_most(clauses, cells)
        self._written: set[frozenset[tuple[str, Cells]]] = set()
        self._more_than = clauses.more_than([self._changed[name] for name in self._names])
        for world in {frozenset(each.items()): each for each in worlds.kept[:WRITTEN]}.values():
            self._write(world)

    def sets(self) -> Iterator[frozenset[str]]:
        for size in range(len(self._names) + 1):
            while (found := self._first(size)) is not None:
                yield found
                self._clauses.must([-self._changed[name] for name in sorted(found)])
            if not self._clauses.is_satisfiable(()):
                return

    def _first(self, size: int) -> frozenset[str] | None:
        """The first set of so many units in the order of names, None where there is none. There is none of fewer."""
        chosen = [-more for more in self._more_than[size : size + 1]]
        values = self._certain(chosen)
        taken: list[str] = []
        start = 0
        while values is not None and len(taken) < size:
            following = next(number for number in range(start, len(self._names)) if self._names[number] in values)
            before = [self._changed[name] for name in self._names[start:following]]
            earlier = self._certain([*chosen, self._clauses.some(before)]) if before else None
            if earlier is None:
                taken.append(self._names[following])
                chosen += [*(-each for each in before), self._changed[taken[-1]]]
                start = following + 1
            else:
                values = earlier
        return None if values is None else frozenset(taken)

    def _certain(self, chosen: Sequence[int]) -> Mapping[str, int] | None:
        """Cells of some units with which the outcome stands in every world, None where there are none."""
        while self._clauses.is_satisfiable(chosen):
            moved = [name for name in self._names if self._clauses.holds(self._changed[name])]
            values = {name: self._cell(name) for name in moved}
            world = self._worlds.other({**self._worlds.known, **{name: (cell,) for name, cell in values.items()}})
            if world is None:
                return values
            self._write(world)
        return None

    def _cell(self, name: str) -> int:
        return next(number for number, each in enumerate(self._to[name]) if self._clauses.holds(each))

    def _write(self, world: Scenario) -> None:
        """Writes down that the outcome stands in a world. One that was written down before refutes nothing any more."""
        key = frozenset(world.items())
        if key in self._written:
            raise EngineFault("formulas and evaluation differ on whether an outcome stands")
        self._written.add(key)
        at = {name: cells[0] for name, cells in {**world, **self._worlds.known}.items()}
        literals = written(self._clauses, self._worlds.circuit, lambda name, truths: self._test(name, truths, at[name]))
        for node in self._worlds.circuit.standing:
            self._clauses.must([literals[node]])

    def _test(self, name: str, truths: Sequence[bool], cell: int) -> int:
        """True where a test is, if its fact lies in a cell as long as it does not change."""
        if name not in self._to:
            return TRUE if truths[cell] else FALSE
        otherwise = [each for each, truth in zip(self._to[name], truths, strict=True) if truth != truths[cell]]
        turned = self._clauses.some(otherwise)
        return -turned if truths[cell] else turned
