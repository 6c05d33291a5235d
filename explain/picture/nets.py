"""Nets: what is tied together by lines. A fact, finding or score and every entry that reads it are one net; so are an
outcome, finding or score and every entry that gives something to it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from explain.picture.placed import Placed, Port


@dataclass(frozen=True, slots=True)
class End:
    """Where a net is tied to a box: the box, its column, the port."""

    box: str
    column: int
    port: Port


@dataclass(frozen=True, slots=True)
class Net:
    """Lines from the `sources`, which are left of all `sinks`. One side has a single end."""

    id: str
    sources: tuple[End, ...]
    sinks: tuple[End, ...]

    @property
    def spreads(self) -> bool:
        """Whether it carries what one box is to many entries, rather than what many entries give to one box."""
        return self.id.startswith("from ")

    @property
    def first(self) -> int:
        """The column where it begins."""
        return min(end.column for end in self.sources)

    @property
    def last(self) -> int:
        """The column where it ends."""
        return max(end.column for end in self.sinks)

    def passes(self, column: int) -> bool:
        """Whether a line of it runs through a column, between the boxes there."""
        return self.first < column < self.last

    def leaving(self, column: int) -> tuple[End, ...]:
        """Its ends on boxes of a column from which lines leave."""
        return tuple(end for end in self.sources if end.column == column)

    def arriving(self, column: int) -> tuple[End, ...]:
        """Its ends on boxes of a column at which lines arrive."""
        return tuple(end for end in self.sinks if end.column == column)


def nets_of(columns: tuple[tuple[Placed, ...], ...]) -> tuple[Net, ...]:
    """The nets of all boxes, by id."""
    numbers = {placed.box.id: number for number, column in enumerate(columns) for placed in column}
    boxes = {placed.box.id: placed for column in columns for placed in column}
    readers: dict[str, list[End]] = {}
    givers: dict[str, list[End]] = {}
    for name in sorted(boxes):
        for port in boxes[name].reading:
            readers.setdefault(port.tied_to, []).append(End(name, numbers[name], port))
        for port in boxes[name].giving:
            givers.setdefault(port.tied_to, []).append(End(name, numbers[name], port))
    return tuple(sorted(_nets(boxes, numbers, readers, givers), key=lambda net: net.id))


def _nets(
    boxes: Mapping[str, Placed],
    numbers: Mapping[str, int],
    readers: Mapping[str, list[End]],
    givers: Mapping[str, list[End]],
) -> Iterator[Net]:
    for name, ends in readers.items():
        yield Net(f"from {name}", (End(name, numbers[name], boxes[name].departure),), tuple(ends))
    for name, ends in givers.items():
        yield Net(f"to {name}", tuple(ends), (End(name, numbers[name], boxes[name].arrival),))
