"""All values of some units at once, where facts are free of one another: which of them lead to an outcome.

The table of a set of units has all their values, as far as tests tell them apart. It is unfolded unit by unit. What is
unfolded so far does not lead to the outcome where evaluation says that it is impossible, also in one of some worlds. A
whole entry leads there where it is certain; only for those that nothing of this settles the solver is asked for one
more world.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.errors import EngineFault
from engine.logic.circuits import Scenario
from engine.logic.lanes import Cells, bits, repeated
from engine.logic.worlds import Worlds

WIDEST = 1 << 18
"""How many lanes are evaluated at once; a table with more open entries is none."""
TOGETHER = 1 << 14
"""How many lanes are evaluated together where more are not needed: evaluation of fewer takes about as long."""


class TooWide(Exception):
    """A table would have too many entries."""


@dataclass(frozen=True, slots=True)
class Table:
    """All values of some units: for each unit its cells, those together that count as one, and the entries that lead to
    the outcome, a class of each unit."""

    names: tuple[str, ...]
    classes: Mapping[str, Sequence[Cells]]
    leading: frozenset[tuple[int, ...]]

    def leads(self, cells: Mapping[str, int]) -> bool:
        """Whether some cells, one of each unit, lead to the outcome."""
        return tuple(self.class_of(name, cells[name]) for name in self.names) in self.leading

    def class_of(self, name: str, cell: int) -> int:
        """The number of the class that a cell of a unit belongs to."""
        return next(number for number, each in enumerate(self.classes[name]) if cell in each)


class Tables:
    """The tables of one patient and outcome."""

    def __init__(self, worlds: Worlds) -> None:
        self._circuit, self._worlds = worlds.circuit, worlds

    def of(self, units: frozenset[str]) -> Table:
        """The table of a minimal set of units some values of which lead to the outcome: so none does in which one of
        them stays where it is. Raises `TooWide`, `TooManyRefuted`, and `EngineFault` where no values lead there."""
        names = tuple(sorted(units))
        kept = {name: [(cells, 1)] for name, cells in self._worlds.known.items() if name not in names}
        classes = self._circuit.classes(kept, names)
        entries: list[Scenario] = [{}]
        for name in sorted(names, key=lambda name: len(classes[name])):
            stays = set(self._worlds.known.get(name, ()))
            moved = [cells for cells in classes[name] if not stays.intersection(cells)]
            entries = self._still_open([{**each, name: cells} for each in entries for cells in moved], names)
        leading = self._leading(entries, names)
        if not leading:
            raise EngineFault(f"no values of {', '.join(names)} lead to the outcome, though some should")
        numbers = ([classes[name].index(each[name]) for name in names] for each in leading)
        return Table(names, classes, frozenset(map(tuple, numbers)))

    def _still_open(self, entries: list[Scenario], names: Sequence[str]) -> list[Scenario]:
        """The entries with which the outcome is possible, in itself and in each world, as long as these refute some."""
        if len(entries) > WIDEST:
            raise TooWide
        entries = self._refuted(entries, names, [{}]) if entries else entries
        before, first = len(entries) + 1, 0
        while len(entries) < before and first < len(self._worlds.kept) and self._worlds.unknown:
            worlds = self._worlds.kept[first : first + max(TOGETHER // max(len(entries), 1), 1)]
            before, first = len(entries), first + len(worlds)
            entries = self._refuted(entries, names, worlds) if entries else entries
        return entries

    def _leading(self, entries: list[Scenario], names: Sequence[str]) -> list[Scenario]:
        """The whole entries that lead to the outcome: those that evaluation finds certain, or for which the solver has
        no world. From each world that it has is learned."""
        if not entries:
            return []
        certain, _ = self._answers(entries, names, [{}])
        leading = [entries[lane] for lane in bits(certain)]
        entries = [each for lane, each in enumerate(entries) if not certain >> lane & 1]
        kept = {name: cells for name, cells in self._worlds.known.items() if name not in names}
        while entries:
            world = self._worlds.asked({**kept, **{name: cells[:1] for name, cells in entries[0].items()}})
            if world is None:
                leading.append(entries.pop(0))
            else:
                entries = self._refuted(entries, names, [world])
        return leading

    def _refuted(self, entries: list[Scenario], names: Sequence[str], worlds: Sequence[Scenario]) -> list[Scenario]:
        """The entries with which the outcome is possible in each of some worlds."""
        _, impossible = self._answers(entries, names, worlds)
        gone = 0
        for number in range(len(worlds)):
            gone |= impossible >> number * len(entries)
        return [each for lane, each in enumerate(entries) if not gone >> lane & 1]

    def _answers(
        self, entries: Sequence[Scenario], names: Sequence[str], worlds: Sequence[Scenario]
    ) -> tuple[int, int]:
        """The lanes in which the outcome is certain, and impossible: of all entries in the first world, then in the
        next ones."""
        size, count = len(entries), len(entries) * len(worlds)
        full, block = (1 << count) - 1, (1 << size) - 1
        columns: dict[str, list[tuple[Cells, int]]] = {}
        for name, cells in self._worlds.known.items():
            if name not in names:
                columns[name] = [(cells, full)]
        for name in self._worlds.unknown:
            if name not in names:
                blocks = ((world[name], block << number * size) for number, world in enumerate(worlds) if world)
                columns[name] = list(blocks)
        for name in entries[0]:
            lanes: dict[Cells, int] = {}
            for lane, entry in enumerate(entries):
                lanes[entry[name]] = lanes.get(entry[name], 0) | 1 << lane
            columns[name] = [(cells, repeated(each, size, count)) for cells, each in lanes.items()]
        return self._circuit.answers(columns, count)
