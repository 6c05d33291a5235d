"""Changes where facts are free of one another: all values of some units at once, evaluated without the solver.

For a set of units there is a table of all their values, as far as tests tell them apart. An entry leads to the outcome
where evaluation says that it is certain; it does not where it comes out otherwise in one of some worlds, which say what
the facts are that are left unknown. Only for what neither settles the solver is asked for one more world.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod

from engine.logic.hitting import Obstacle
from engine.logic.lanes import Cells, Circuit, bits, repeated
from engine.logic.needed import needed
from engine.logic.proposals import TooManyRefuted
from engine.plan import Plan
from engine.units import Units

Scenario = Mapping[str, Cells]
"""For each of some facts the cells in one of which it lies."""
WIDEST = 1 << 16
"""How many lanes are evaluated at once; a table with more is none."""
WORLDS, GROWN = 32, 4
"""How many worlds are tried from the start, and how many obstacles are looked for at once."""


class TooWide(Exception):
    """A table would have too many entries."""


@dataclass(frozen=True, slots=True)
class Table:
    """All values of some units: for each unit its cells, those together that count as one, and the entries that lead to
    the outcome, one bit each. `refuted` has for the other entries a world in which they do not."""

    names: tuple[str, ...]
    classes: Mapping[str, Sequence[Cells]]
    leading: int
    refuted: tuple[tuple[int, Scenario], ...]

    def entries(self) -> Iterator[tuple[int, ...]]:
        """The entries that lead to the outcome, each the number of a class for each name."""
        left = self.leading
        while left:
            bit = left & -left
            left ^= bit
            yield self.entry(bit.bit_length() - 1)

    def entry(self, number: int) -> tuple[int, ...]:
        found = []
        for name in self.names:
            number, rest = divmod(number, len(self.classes[name]))
            found.append(rest)
        return tuple(found)

    @property
    def size(self) -> int:
        return prod(len(each) for each in self.classes.values())

    def having(self, cells: Scenario) -> int:
        """The entries that have these cells of some of the units."""
        found, size, stride = (1 << self.size) - 1, self.size, 1
        for name in self.names:
            period = stride * len(self.classes[name])
            if name in cells:
                lane = ((1 << stride) - 1) << stride * self.classes[name].index(cells[name])
                found &= repeated(lane, period, size)
            stride = period
        return found

    def _class_of(self, name: str, cell: int) -> int:
        return next(at for at, each in enumerate(self.classes[name]) if cell in each)

    def leads(self, cells: Mapping[str, int]) -> bool:
        """Whether some cells, one of each unit, lead to the outcome."""
        number, stride = 0, 1
        for name in self.names:
            classes = self.classes[name]
            number += stride * self._class_of(name, cells[name])
            stride *= len(classes)
        return bool(self.leading >> number & 1)


class Tables:
    """The tables of one patient and outcome.

    `world` asks the solver, given the cells of what is known, for cells of the other facts with which it comes out
    otherwise; None where there are none. After `most` of these the search is given up.
    """

    def __init__(
        self,
        plan: Plan,
        units: Units,
        circuit: Circuit,
        movable: Sequence[str],
        world: Callable[[Scenario], Scenario | None],
        most: int,
    ) -> None:
        self._plan, self._circuit, self._ask, self._left = plan, circuit, world, most
        stated = {**units.known, **units.assumed}
        self.known = {name: (plan.cells[name].at(stated[name]),) for name in circuit.facts if name in stated}
        self._unknown = [name for name in circuit.facts if name not in stated]
        self.movable = [name for name in movable if name in set(circuit.facts)]
        self._random = random.Random(len(circuit.facts))  # noqa: S311 - the same on every machine, and no secret
        count = WORLDS if self._unknown else 1
        self._worlds = [self._any_world() for _ in range(count)]
        self._tables: dict[frozenset[str], Table] = {}

    def of(self, names: frozenset[str]) -> Table:
        """The table of a set of units. Raises `TooWide`, and `TooManyRefuted`."""
        if names not in self._tables:
            self._tables[names] = self._table(tuple(sorted(names)))
        return self._tables[names]

    def obstacles(self, names: frozenset[str]) -> Sequence[Obstacle]:
        """None where some values of these units lead to the outcome; else units of which any set needs one."""
        table = self.of(names)
        if table.leading:
            return ()
        tried = self._refuting(names) or [self._cubes(table)]
        others = [name for name in self.movable if name not in names]
        return [Obstacle(frozenset(each)) for each in needed(self._circuit, tried, others, self._random)]

    def _cubes(self, table: Table) -> list[Scenario]:
        """Scenarios in which the outcome is impossible and that cover a table in which nothing leads to it: each a
        world, with such of the units as they are in an entry as have to be."""
        cubes: list[Scenario] = []
        worlds, left = dict(table.refuted), (1 << table.size) - 1
        while left:
            lane = (left & -left).bit_length() - 1
            cells = self._scenario(table, lane, worlds[lane])
            kept = min(needed(self._circuit, [[cells]] * 2, table.names, self._random), key=len)
            left &= ~table.having({name: cells[name] for name in kept})
            cubes.append({name: cell for name, cell in cells.items() if name not in table.names or name in kept})
        return cubes

    def _any_world(self) -> Scenario:
        return {name: (self._random.randrange(self._plan.cells[name].count),) for name in self._unknown}

    def _scenario(self, table: Table, lane: int, world: Scenario) -> Scenario:
        entry = zip(table.names, table.entry(lane), strict=True)
        return {**self.known, **world, **{name: table.classes[name][number] for name, number in entry}}

    def _table(self, names: tuple[str, ...]) -> Table:
        kept = {name: [(cell, 1)] for name, cell in self.known.items() if name not in names}
        classes = self._circuit.classes(kept, names)
        lanes = prod(len(each) for each in classes.values())
        if lanes > WIDEST:
            raise TooWide
        certain, impossible = self._circuit.answers(self._columns(names, classes, lanes, [{}]), lanes)
        refuted = dict.fromkeys(bits(impossible), self._worlds[0])
        is_open = (1 << lanes) - 1 & ~certain & ~impossible
        at_once = max(WIDEST // lanes, 1)
        for first in range(0, len(self._worlds), at_once):
            if is_open:
                is_open = self._refute(names, classes, lanes, is_open, self._worlds[first : first + at_once], refuted)
        while is_open:
            lane = (is_open & -is_open).bit_length() - 1
            cells = self._scenario(Table(names, classes, 0, ()), lane, {})
            world = self._ask(cells)
            if world is None:
                certain, is_open = certain | 1 << lane, is_open & ~(1 << lane)
                continue
            self._learn(world)
            is_open = self._refute(names, classes, lanes, is_open, [self._worlds[-1]], refuted)
        return Table(names, classes, certain, tuple(sorted(refuted.items(), key=lambda each: each[0])))

    def _learn(self, world: Scenario) -> None:
        self._left -= 1
        if not self._left:
            raise TooManyRefuted
        self._worlds.append({**self._any_world(), **world})

    def _refute(
        self,
        names: Sequence[str],
        classes: Mapping[str, Sequence[Cells]],
        lanes: int,
        is_open: int,
        worlds: Sequence[Scenario],
        refuted: dict[int, Scenario],
    ) -> int:
        """The entries that are still open once some worlds are tried; those refuted are noted."""
        columns = self._columns(names, classes, lanes, worlds)
        _, otherwise = self._circuit.answers(columns, lanes * len(worlds))
        for number, world in enumerate(worlds):
            found = is_open & otherwise >> number * lanes
            refuted |= dict.fromkeys(bits(found), world)
            is_open &= ~found
        return is_open

    def _columns(
        self, names: Sequence[str], classes: Mapping[str, Sequence[Cells]], lanes: int, worlds: Sequence[Scenario]
    ) -> dict[str, list[tuple[Cells, int]]]:
        """The entries of a table in each of some worlds, one after the other."""
        count = lanes * len(worlds)
        full, block, stride = (1 << count) - 1, (1 << lanes) - 1, 1
        columns: dict[str, list[tuple[Cells, int]]] = {name: [(cell, full)] for name, cell in self.known.items()}
        for name in self._unknown:
            columns[name] = [
                (world[name], block << number * lanes) for number, world in enumerate(worlds) if name in world
            ]
        for name in names:
            column, period = [], stride * len(classes[name])
            for number, cells in enumerate(classes[name]):
                lane = ((1 << stride) - 1) << number * stride
                column.append((cells, repeated(lane, period, count)))
            columns[name], stride = column, period
        return columns

    def _refuting(self, names: frozenset[str]) -> list[list[Scenario]]:
        """Worlds in which the outcome is impossible whatever these units are, as far as evaluation says so: each alone,
        some more than once where there are few."""
        count = len(self._worlds)
        full = (1 << count) - 1
        columns: dict[str, list[tuple[Cells, int]]] = {}
        columns |= {name: [(cells, full)] for name, cells in self.known.items() if name not in names}
        for name in self._unknown:
            if name not in names:
                columns[name] = [(world[name], 1 << number) for number, world in enumerate(self._worlds)]
        _, impossible = self._circuit.answers(columns, count)
        found = [{**self.known, **self._worlds[number]} for number in bits(impossible)]
        alone: list[list[Scenario]] = [
            [{name: cell for name, cell in each.items() if name not in names}] for each in found
        ]
        return (alone * GROWN)[-GROWN:]
