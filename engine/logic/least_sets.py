"""The smallest sets of units that lead to a result, where facts are free of one another.

Which units are put into which cells is a choice of Booleans. For some worlds, values for all that varies otherwise, it
is written down that the result stands in each of them; a solver then finds a choice of few units. Where it fails in one
more world, that is written down too, until a choice holds in every world or there is none of so many units.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from engine.errors import EngineFault
from engine.logic.circuits import Scenario
from engine.logic.clauses import FALSE, TRUE, Clauses, TooManyConflicts
from engine.logic.given_up import TooManyRefuted
from engine.logic.lanes import Cells
from engine.logic.worlds import CONFLICTS, Worlds
from engine.logic.written import one_cell_at_most, written


def least_sets(worlds: Worlds, targets: Mapping[str, Iterable[int]], most: int) -> Iterator[frozenset[str]]:
    """The minimal sets of units that can be put into such cells, of those that `targets` has for each, that the result
    stands in every world; those of fewer units first, then in the order of `targets`. Raises `TooManyRefuted`."""
    with Clauses(most * CONFLICTS) as clauses:
        try:
            yield from _Search(worlds, targets, clauses).sets()
        except TooManyConflicts:
            raise TooManyRefuted from None


class _Search:
    def __init__(self, worlds: Worlds, targets: Mapping[str, Iterable[int]], clauses: Clauses) -> None:
        self._worlds, self._clauses, self._names = worlds, clauses, list(targets)
        self._to = {name: {cell: clauses.literal() for cell in cells} for name, cells in targets.items()}
        self._put = {name: clauses.some(cells.values()) for name, cells in self._to.items()}
        for cells in self._to.values():
            one_cell_at_most(clauses, list(cells.values()))
        self._written: set[frozenset[tuple[str, Cells]]] = set()
        self._tests: dict[tuple[str, tuple[bool, ...], bool], int] = {}
        self._more_than = clauses.more_than([self._put[name] for name in self._names])
        for world in {frozenset(each.items()): each for each in worlds.first}.values():
            self._write(world)

    def sets(self) -> Iterator[frozenset[str]]:
        for size in range(len(self._names) + 1):
            while (found := self._first(size)) is not None:
                yield found
                self._clauses.must([-self._put[name] for name in sorted(found)])
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
            before = [self._put[name] for name in self._names[start:following]]
            earlier = self._certain([*chosen, self._clauses.some(before)]) if before else None
            if earlier is None:
                taken.append(self._names[following])
                chosen += [*(-each for each in before), self._put[taken[-1]]]
                start = following + 1
            else:
                values = earlier
        return None if values is None else frozenset(taken)

    def _certain(self, chosen: Sequence[int]) -> Mapping[str, int] | None:
        """Cells of some units with which the result stands in every world, None where there are none."""
        while self._clauses.is_satisfiable(chosen):
            moved = [name for name in self._names if self._clauses.holds(self._put[name])]
            values = {name: self._cell(name) for name in moved}
            world = self._worlds.other({**self._worlds.known, **{name: (cell,) for name, cell in values.items()}})
            if world is None:
                return values
            self._write(world)
        return None

    def _cell(self, name: str) -> int:
        return next(cell for cell, each in self._to[name].items() if self._clauses.holds(each))

    def _write(self, world: Scenario) -> None:
        """Writes down that the result stands in a world. One that was written down before refutes nothing any more."""
        key = frozenset(world.items())
        if key in self._written:
            raise EngineFault("formulas and evaluation differ on whether a result stands")
        self._written.add(key)
        at = {name: cells[0] for name, cells in {**world, **self._worlds.known}.items()}
        literals = written(self._clauses, self._worlds.circuit, lambda name, truths: self._test(name, truths, at[name]))
        for node in self._worlds.circuit.standing:
            self._clauses.must([literals[node]])

    def _test(self, name: str, truths: tuple[bool, ...], cell: int) -> int:
        """True where a test is, if its fact lies in a cell as long as it is not put into another."""
        if name not in self._to:
            return TRUE if truths[cell] else FALSE
        key = name, truths, truths[cell]
        if key not in self._tests:
            otherwise = [each for to, each in self._to[name].items() if truths[to] != truths[cell]]
            turned = self._clauses.some(otherwise)
            self._tests[key] = -turned if truths[cell] else turned
        return self._tests[key]
