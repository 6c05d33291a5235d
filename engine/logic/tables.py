"""Changes where facts are free of one another: all values of some units at once, mostly without the solver.

For a set of units there is a table of all their values, as far as tests tell them apart. It is unfolded unit by unit.
What is unfolded so far leads to the outcome where evaluation says that it is certain; it does not where it is
impossible, also in one of some worlds, which say what the facts are that are left unknown. Only for entries that
nothing of this settles the solver is asked for one more world.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from engine.logic.hitting import Obstacle
from engine.logic.lanes import Cells, Circuit, bits, repeated
from engine.logic.needed import needed
from engine.logic.proposals import TooManyRefuted
from engine.plan import Plan
from engine.units import Units

Scenario = Mapping[str, Cells]
"""For each of some facts the cells in one of which it lies; all others are free."""
WIDEST = 1 << 16
"""How many lanes are evaluated at once; a table with more open entries is none."""
TOGETHER = 1 << 10
"""How many lanes are evaluated together where more are not needed: evaluation of fewer takes about as long."""
WORLDS, GROWN, AGAIN = 64, 4, 2
"""How many worlds are tried from the start; how many obstacles are looked for at once where one world suffices for
each, and how many where several worlds are needed together."""


class TooWide(Exception):
    """A table would have too many entries."""


@dataclass(frozen=True, slots=True)
class Table:
    """All values of some units: for each unit its cells, those together that count as one, and the entries that lead to
    the outcome. Where none does, `refuted` has lists of scenarios in all of which the outcome is impossible: each list
    covers all values of the units."""

    names: tuple[str, ...]
    classes: Mapping[str, Sequence[Cells]]
    leading: frozenset[tuple[int, ...]]
    refuted: Sequence[Sequence[Scenario]]

    def leads(self, cells: Mapping[str, int]) -> bool:
        """Whether some cells, one of each unit, lead to the outcome."""
        return tuple(self.class_of(name, cells[name]) for name in self.names) in self.leading

    def class_of(self, name: str, cell: int) -> int:
        """The number of the class that a cell of a unit belongs to."""
        return next(number for number, each in enumerate(self.classes[name]) if cell in each)


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
        self._known = {name: (plan.cells[name].at(stated[name]),) for name in circuit.facts if name in stated}
        self._unknown = [name for name in circuit.facts if name not in stated]
        self.movable = [name for name in movable if name in set(circuit.facts)]
        self._random = random.Random(len(circuit.facts))  # noqa: S311 - the same on every machine, and no secret
        self._worlds = [self._any_world() for _ in range(WORLDS if self._unknown else 1)]
        self._tables: dict[frozenset[str], Table] = {}

    def of(self, names: frozenset[str]) -> Table:
        """The table of a set of units. Raises `TooWide`, and `TooManyRefuted`."""
        if names not in self._tables:
            alone = self._refuting_alone(names)
            order = tuple(sorted(names))
            self._tables[names] = Table(order, {}, frozenset(), alone) if alone else self._table(order)
        return self._tables[names]

    def obstacles(self, names: frozenset[str]) -> Sequence[Obstacle]:
        """None where some values of these units lead to the outcome; else units of which any set needs one."""
        table = self.of(names)
        if table.leading:
            return ()
        others = [name for name in self.movable if name not in names]
        return [Obstacle(frozenset(each)) for each in needed(self._circuit, table.refuted, others, self._random)]

    def _any_world(self) -> Scenario:
        return {name: (self._random.randrange(self._plan.cells[name].count),) for name in self._unknown}

    def _refuting_alone(self, names: frozenset[str]) -> list[list[Scenario]]:
        """Worlds in which the outcome is impossible whatever these units are, as far as evaluation says so: each alone,
        some more than once where there are few."""
        kept = {name: cells for name, cells in self._known.items() if name not in names}
        _, impossible = self._answers([{}], names, self._worlds)
        found = [{**kept, **self._worlds[number]} for number in bits(impossible)]
        alone = [{name: cells for name, cells in each.items() if name not in names} for each in found]
        return [[each] for each in (alone * GROWN)[-GROWN:]]

    def _table(self, names: tuple[str, ...]) -> Table:
        kept = {name: [(cells, 1)] for name, cells in self._known.items() if name not in names}
        classes = self._circuit.classes(kept, names)
        leading: list[Scenario] = []
        refuted: list[Scenario] = []
        is_open: list[Scenario] = [{}]
        for name in sorted(names, key=lambda name: len(classes[name])):
            is_open = [{**each, name: cells} for each in is_open for cells in classes[name]]
            is_open = self._still_open(is_open, names, leading, refuted) if is_open else []
        self._settle(is_open, names, leading, refuted)
        found = frozenset(entry for each in leading for entry in _entries(each, names, classes))
        return Table(names, classes, found, [refuted] * AGAIN)

    def _still_open(
        self, entries: list[Scenario], names: Sequence[str], leading: list[Scenario], refuted: list[Scenario]
    ) -> list[Scenario]:
        """The entries that evaluation does not settle; those it does are noted."""
        if len(entries) > WIDEST:
            raise TooWide
        certain, impossible = self._answers(entries, names, [{}])
        leading += [entries[lane] for lane in bits(certain)]
        refuted += [self._scenario(entries[lane], names, self._worlds[0]) for lane in bits(impossible)]
        entries = [each for lane, each in enumerate(entries) if not (certain | impossible) >> lane & 1]
        first = 0
        while entries and first < len(self._worlds) and self._unknown:
            worlds = self._worlds[first : first + max(TOGETHER // len(entries), 1)]
            entries, first = self._refute(entries, names, worlds, refuted), first + len(worlds)
        return entries

    def _settle(
        self, entries: list[Scenario], names: Sequence[str], leading: list[Scenario], refuted: list[Scenario]
    ) -> None:
        """Asks the solver about whole entries, and learns from what it finds."""
        while entries:
            kept = {name: cells for name, cells in self._known.items() if name not in names}
            world = self._ask({**kept, **entries[0]})
            if world is None:
                leading.append(entries.pop(0))
                continue
            self._left -= 1
            if not self._left:
                raise TooManyRefuted
            self._worlds.append({**self._any_world(), **world})
            entries = self._refute(entries, names, self._worlds[-1:], refuted)

    def _refute(
        self, entries: list[Scenario], names: Sequence[str], worlds: Sequence[Scenario], refuted: list[Scenario]
    ) -> list[Scenario]:
        """The entries with which the outcome is possible in each of some worlds; the others are noted."""
        _, impossible = self._answers(entries, names, worlds)
        gone = 0
        for number, world in enumerate(worlds):
            found = impossible >> number * len(entries) & (1 << len(entries)) - 1 & ~gone
            refuted += [self._scenario(entries[lane], names, world) for lane in bits(found)]
            gone |= found
        return [each for lane, each in enumerate(entries) if not gone >> lane & 1]

    def _scenario(self, entry: Scenario, names: Sequence[str], world: Scenario) -> Scenario:
        kept = {name: cells for name, cells in {**self._known, **world}.items() if name not in names}
        return {**kept, **entry}

    def _answers(
        self, entries: Sequence[Scenario], names: Sequence[str] | frozenset[str], worlds: Sequence[Scenario]
    ) -> tuple[int, int]:
        """The lanes in which the outcome is certain, and impossible: of all entries in the first world, then in the
        next ones."""
        size, count = len(entries), len(entries) * len(worlds)
        full, block = (1 << count) - 1, (1 << size) - 1
        columns: dict[str, list[tuple[Cells, int]]] = {}
        for name, cells in self._known.items():
            if name not in names:
                columns[name] = [(cells, full)]
        for name in self._unknown:
            if name not in names:
                blocks = ((world[name], block << number * size) for number, world in enumerate(worlds) if world)
                columns[name] = list(blocks)
        for name in entries[0]:
            lanes: dict[Cells, int] = {}
            for lane, entry in enumerate(entries):
                lanes[entry[name]] = lanes.get(entry[name], 0) | 1 << lane
            columns[name] = [(cells, repeated(each, size, count)) for cells, each in lanes.items()]
        return self._circuit.answers(columns, count)


def _entries(
    leading: Scenario, names: Sequence[str], classes: Mapping[str, Sequence[Cells]]
) -> Iterator[tuple[int, ...]]:
    """The whole entries that an unfolded one stands for, in numbers of classes."""
    numbers = [[classes[name].index(leading[name])] if name in leading else range(len(classes[name])) for name in names]
    return product(*numbers)
