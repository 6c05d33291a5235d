"""All values of some units at once, where facts are free of one another: which of them lead to an outcome.

The table of a set of units has all their values, as far as tests tell them apart. It is unfolded unit by unit. What is
unfolded so far does not lead to the outcome where evaluation says that it is impossible, also in one of some worlds. A
whole entry leads there where it is certain; only for those that nothing of this settles the solver is asked for one
more world.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, takewhile

from engine.errors import EngineFault
from engine.logic.lanes import Cells, Column, Numbers, lanes_by, opposite, repeated, spread, touched
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


@dataclass(frozen=True, slots=True)
class _Entries:
    """So many entries on their way: by unit that is unfolded so far the class that each entry has of it."""

    count: int = 1
    classes: tuple[Numbers, ...] = ()

    def unfolded(self, numbers: Sequence[int]) -> "_Entries":
        """Each entry with each of these classes of one unit more. Raises `TooWide`."""
        times = len(numbers)
        if self.count * times > WIDEST:
            raise TooWide
        longer = (spread(each, times) for each in self.classes)
        new: Numbers = bytearray(numbers) if max(numbers, default=0) <= 255 else list(numbers)
        return _Entries(self.count * times, (*longer, new * self.count))

    def where(self, truths: bytes) -> "_Entries":
        """Those for which there is no 0."""
        kept = tuple(type(each)(compress(each, truths)) for each in self.classes)
        return _Entries(len(truths) - truths.count(0), kept)

    def after(self, count: int) -> "_Entries":
        """All but the first of them."""
        return _Entries(self.count - count, tuple(each[count:] for each in self.classes))

    def told(self) -> list[Entry]:
        return list(zip(*self.classes, strict=True))


class _Unfolding:
    """The entries of a table on their way, by the order of `names`."""

    def __init__(
        self, worlds: Worlds, units: frozenset[str], names: Sequence[str], classes: Mapping[str, Sequence[Cells]]
    ) -> None:
        self._worlds, self._classes, self.names = worlds, classes, names
        self._kept = {name: cells for name, cells in worlds.known.items() if name not in units}
        self._open = [name for name in worlds.unknown if name not in units]
        self._told: dict[tuple[int, int], Mapping[str, Column]] = {}
        """The columns of some worlds, by the first of them and their count: they stay as they are while it unfolds."""

    def leading(self) -> list[Entry]:
        """The whole entries that lead to the outcome: those that evaluation finds certain, or for which the solver has
        no world. From each world that it has is learned. Raises `TooWide`, `TooManyRefuted`."""
        entries = self._whole()
        if not entries.count:
            return []
        is_certain = touched(self._answers(entries, {})[0], entries.count)
        leading, entries = entries.where(is_certain).told(), entries.where(opposite(is_certain))
        while entries.count:
            left = entries.told()
            lead = list(takewhile(self._leads, left))
            leading += lead
            entries = entries.after(len(lead))
            entries = self._refuted(entries, self._worlds.columns(self._open, count=1), 8)
        return leading

    def _leads(self, entry: Entry) -> bool:
        """Whether the solver has no world for an entry. One that it has is kept."""
        cells = [self._classes[name][number][:1] for name, number in zip(self.names, entry, strict=True)]
        return self._worlds.asked({**self._kept, **dict(zip(self.names, cells, strict=True))}) is None

    def _whole(self) -> _Entries:
        """The entries of all units with which the outcome is possible, in itself and in each world, as long as these
        refute some."""
        entries = _Entries()
        for name in self.names:
            stays = set(self._worlds.known.get(name, ()))
            moved = [number for number, cells in enumerate(self._classes[name]) if not stays.intersection(cells)]
            entries = self._possible(entries.unfolded(moved))
        return entries

    def _possible(self, entries: _Entries) -> _Entries:
        entries = self._refuted(entries, {})
        before, first = entries.count + 1, 0
        while 0 < entries.count < before and first < self._worlds.count and self._worlds.unknown:
            count = min(max(TOGETHER // entries.count, 1), self._worlds.count - first)
            if (first, count) not in self._told:
                self._told[first, count] = self._worlds.columns(self._open, first, count)
            before = entries.count
            entries = self._refuted(entries, self._told[first, count], -(-count // 8) * 8)
            first += count
        return entries

    def _refuted(self, entries: _Entries, worlds: Mapping[str, Column], lanes: int = 1) -> _Entries:
        """The entries with which the outcome is possible in each of some worlds."""
        if not entries.count:
            return entries
        _, impossible = self._answers(entries, worlds, lanes)
        return entries.where(opposite(touched(impossible, entries.count, lanes))) if impossible else entries

    def _answers(self, entries: _Entries, worlds: Mapping[str, Column], lanes: int = 1) -> tuple[int, int]:
        """The lanes in which the outcome is certain, and impossible: so many for each entry, which is in all worlds
        that there are lanes for; in any other lane all that is open is free."""
        full = (1 << entries.count * lanes) - 1
        columns: dict[str, Column] = {name: [(cells, full)] for name, cells in self._kept.items()}
        for name, column in worlds.items():
            columns[name] = [(cells, repeated(at, lanes, entries.count)) for cells, at in column]
        for name, numbers in zip(self.names, entries.classes, strict=False):
            told = lanes_by(numbers, lanes).items()
            columns[name] = [(self._classes[name][number], at) for number, at in told]
        return self._worlds.circuit.answers(columns, entries.count * lanes)
