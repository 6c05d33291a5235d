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
from engine.logic.lanes import Cells, bits, lanes_by, repeated
from engine.logic.worlds import Worlds

WIDEST = 1 << 18
"""How many lanes are evaluated at once; a table with more open entries is none."""
TOGETHER = 1 << 14
"""How many lanes are evaluated together where more are not needed: evaluation of fewer takes about as long."""


Entry = tuple[int, ...]
"""A class of each of some units."""


class TooWide(Exception):
    """A table would have too many entries."""


@dataclass(frozen=True, slots=True)
class Table:
    """All values of some units: for each unit its cells, those together that count as one, and the entries that lead to
    the outcome, a class of each unit."""

    names: tuple[str, ...]
    classes: Mapping[str, Sequence[Cells]]
    leading: frozenset[Entry]

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
        kept = {name: [(cells, 1)] for name, cells in self._worlds.known.items() if name not in units}
        classes = self._circuit.classes(kept, names)
        unfolding = _Unfolding(self._worlds, units, sorted(names, key=lambda name: len(classes[name])), classes)
        leading = unfolding.leading()
        if not leading:
            raise EngineFault(f"no values of {', '.join(names)} lead to the outcome, though some should")
        places = [unfolding.names.index(name) for name in names]
        return Table(names, classes, frozenset(tuple([entry[place] for place in places]) for entry in leading))


class _Unfolding:
    """The entries of a table on their way: a class of each unit that is unfolded so far, by the order of `names`."""

    def __init__(
        self, worlds: Worlds, units: frozenset[str], names: Sequence[str], classes: Mapping[str, Sequence[Cells]]
    ) -> None:
        self._worlds, self._classes, self.names = worlds, classes, names
        self._kept = {name: cells for name, cells in worlds.known.items() if name not in units}
        self._open = [name for name in worlds.unknown if name not in units]

    def leading(self) -> list[Entry]:
        """The whole entries that lead to the outcome: those that evaluation finds certain, or for which the solver has
        no world. From each world that it has is learned. Raises `TooWide`, `TooManyRefuted`."""
        entries = self._whole()
        if not entries:
            return []
        certain, _ = self._answers(entries, [{}])
        leading = [entries[lane] for lane in bits(certain)]
        entries = [each for lane, each in enumerate(entries) if not certain >> lane & 1]
        while entries:
            cells = [self._classes[name][number][:1] for name, number in zip(self.names, entries[0], strict=True)]
            world = self._worlds.asked({**self._kept, **dict(zip(self.names, cells, strict=True))})
            if world is None:
                leading.append(entries.pop(0))
            else:
                entries = self._refuted(entries, [world])
        return leading

    def _whole(self) -> list[Entry]:
        """The entries of all units with which the outcome is possible, in itself and in each world, as long as these
        refute some."""
        entries: list[Entry] = [()]
        for name in self.names:
            stays = set(self._worlds.known.get(name, ()))
            moved = [number for number, cells in enumerate(self._classes[name]) if not stays.intersection(cells)]
            entries = self._possible([(*each, number) for each in entries for number in moved])
        return entries

    def _possible(self, entries: list[Entry]) -> list[Entry]:
        if len(entries) > WIDEST:
            raise TooWide
        entries = self._refuted(entries, [{}]) if entries else entries
        before, first = len(entries) + 1, 0
        while len(entries) < before and first < len(self._worlds.kept) and self._worlds.unknown:
            worlds = self._worlds.kept[first : first + max(TOGETHER // max(len(entries), 1), 1)]
            before, first = len(entries), first + len(worlds)
            entries = self._refuted(entries, worlds) if entries else entries
        return entries

    def _refuted(self, entries: list[Entry], worlds: Sequence[Scenario]) -> list[Entry]:
        """The entries with which the outcome is possible in each of some worlds."""
        _, impossible = self._answers(entries, worlds)
        gone = 0
        for number in range(len(worlds)):
            gone |= impossible >> number * len(entries)
        return [each for lane, each in enumerate(entries) if not gone >> lane & 1] if gone else entries

    def _answers(self, entries: Sequence[Entry], worlds: Sequence[Scenario]) -> tuple[int, int]:
        """The lanes in which the outcome is certain, and impossible: of all entries in the first world, then in the
        next ones."""
        size, count = len(entries), len(entries) * len(worlds)
        full, block = (1 << count) - 1, (1 << size) - 1
        columns: dict[str, list[tuple[Cells, int]]] = {name: [(cells, full)] for name, cells in self._kept.items()}
        for name in self._open:
            columns[name] = [(world[name], block << number * size) for number, world in enumerate(worlds) if world]
        for place, name in enumerate(self.names[: len(entries[0])]):
            lanes = lanes_by([entry[place] for entry in entries])
            columns[name] = [(self._classes[name][each], repeated(at, size, count)) for each, at in lanes.items()]
        return self._worlds.circuit.answers(columns, count)
