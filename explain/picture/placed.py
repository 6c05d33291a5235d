"""Boxes with a size and a place: every line of text, mark and port inside them. All numbers are pixels.

Everything stands on a grid of `STEP`. On it, lines that leave boxes, lines that arrive at boxes, and lines that pass a
column have heights of their own, so that no two of them ever lie on each other.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.truth import Truth
from explain.picture.model import Box, Entry, Kind, State
from explain.picture.text import wrapped

STEP = 16
SIZE = 12
PAD = 10
MARK = 16
INDENT = 12
LEAVES = STEP // 2
"""Lines arrive at multiples of `STEP`; they leave this much below."""
_WIDTHS = {Kind.FACT: 220, Kind.RULE: 310, Kind.FINDING: 210, Kind.SCORE: 210, Kind.OUTCOME: 240}


@dataclass(frozen=True, slots=True)
class Said:
    """A line of text: where it begins, the middle of its height, how it is set. `y` counts from the top of its box."""

    text: str
    x: int
    y: int
    style: str = "plain"


@dataclass(frozen=True, slots=True)
class Port:
    """Where a line is tied to a box: for an entry that reads or gives something, with the box at the other end, or for
    the box as a whole."""

    y: int
    entry: Entry | None = None
    tied_to: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """A box with its size and place; `x` and `y` are its upper left corner, all else counts from there."""

    box: Box
    width: int
    height: int
    lines: tuple[Said, ...]
    marks: tuple[tuple[Truth, int, int], ...]
    reading: tuple[Port, ...]
    giving: tuple[Port, ...]
    x: int = 0
    y: int = 0

    @property
    def arrival(self) -> Port:
        """Where lines arrive that end at the box as a whole."""
        return Port(STEP)

    @property
    def departure(self) -> Port:
        """Where the line leaves that carries what the box as a whole is."""
        return Port(STEP + LEAVES)

    def at(self, x: int, y: int) -> "Placed":
        return replace(self, x=x, y=y)


def column_width(boxes: tuple[Box, ...]) -> int:
    """The width of a column with these boxes."""
    return max(_WIDTHS[box.kind] for box in boxes)


def sized(box: Box, width: int) -> Placed:
    """A box as high as its text needs, not yet placed."""
    text = _Text(width)
    text.say(box.title, "bold")
    for number, said in enumerate(box.said):
        text.say(
            said,
            "bold" if number == 0 and box.state is not State.PLAIN else "plain",
            mark=box.mark if number == 0 else None,
        )
    text.say(box.note, "dim")
    text.entries(entry for entry in box.entries if not entry.is_conclusion)
    if any(entry.is_conclusion for entry in box.entries):
        text.skip()
        text.entries(entry for entry in box.entries if entry.is_conclusion)
    height = -(-(text.y + LEAVES) // STEP) * STEP
    return Placed(box, width, height, tuple(text.lines), tuple(text.marks), tuple(text.reading), tuple(text.giving))


class _Text:
    """Lines of text set one below the other."""

    def __init__(self, width: int) -> None:
        self._width = width
        self.y = LEAVES
        self.lines: list[Said] = []
        self.marks: list[tuple[Truth, int, int]] = []
        self.reading: list[Port] = []
        self.giving: list[Port] = []

    def say(self, text: str, style: str, *, depth: int = 0, mark: Truth | None = None) -> int:
        """Sets a text and says at which height its first line stands."""
        left = PAD + depth * INDENT + (MARK if mark is not None else 0)
        first = self.y + STEP // 2
        if mark is not None:
            self.marks.append((mark, left - MARK, first))
        for line in wrapped(text, self._width - left - PAD, SIZE, bold=style == "bold"):
            self.lines.append(Said(line, left, self.y + STEP // 2, style))
            self.y += STEP
        return first

    def skip(self) -> None:
        """What follows leaves the box: half a step lower."""
        self.y += LEAVES

    def entries(self, entries: Iterator[Entry]) -> None:
        for entry in entries:
            y = self.say(entry.text, "plain", depth=entry.depth, mark=entry.mark)
            if entry.reads is not None:
                self.reading.append(Port(y, entry, entry.reads))
            if entry.gives is not None:
                self.giving.append(Port(y, entry, entry.gives))
