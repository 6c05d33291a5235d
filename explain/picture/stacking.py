"""In which order, and at which height, the boxes of each column stand, and the lines that pass between them.

Layered drawing: sweeps from side to side put every box where those it is tied to are; the order with the fewest
crossings is kept, then the heights are settled. Whole numbers only, and ties go by name: the same picture gives the
same places everywhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from explain.picture.nets import Net
from explain.picture.placed import STEP, Placed

_SWEEPS, _SETTLING = 24, 12
_APART = 2 * STEP
Tie = tuple[str, int, str, int]
"""What is tied across a gap between two columns: an item on the left and where on it, one on the right and where."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something that takes room in a column: a box, or a line that passes."""

    id: str
    height: int
    is_box: bool


@dataclass(slots=True)
class Stack:
    """The columns as they are being ordered, and the height at which each item begins."""

    columns: list[list[Item]]
    ties: list[list[Tie]]
    fixed: frozenset[int]
    y: dict[str, int] = field(default_factory=dict)


def stacked(columns: Sequence[Sequence[Placed]], nets: Sequence[Net], fixed: frozenset[int]) -> Mapping[str, int]:
    """The height at which every box begins, and every line that passes a column (under `line_id`). Columns in `fixed`
    keep their order. Boxes that no line ties to each other are stacked apart, what is larger first, each part as high
    as there is room."""
    y: dict[str, int] = {}
    bottoms = [0] * len(columns)
    for part in parts_of(columns, nets):
        within = [[placed for placed in column if placed.box.id in part] for column in columns]
        own = [net for net in nets if net.sinks[0].box in part]
        items = [_items(column, at, own) for at, column in enumerate(within)]
        placed = _stacked(items, _ties(within, own), fixed)
        used = [at for at, column in enumerate(items) if column]
        top = max(bottoms[used[0] : used[-1] + 1])
        y |= {name: top + below for name, below in placed.items()}
        for at in used:
            bottoms[at] = max(y[item.id] + item.height + _APART for item in items[at])
        bottoms[used[0] : used[-1] + 1] = [max(bottoms[at], top) for at in range(used[0], used[-1] + 1)]
    return y


def parts_of(columns: Sequence[Sequence[Placed]], nets: Sequence[Net]) -> tuple[frozenset[str], ...]:
    """The boxes that hang together, by id: the larger parts first, those of one size by their first name."""
    part_of = {placed.box.id: frozenset((placed.box.id,)) for column in columns for placed in column}
    for net in nets:
        joined = frozenset[str]().union(*(part_of[end.box] for end in (*net.sources, *net.sinks)))
        part_of |= dict.fromkeys(sorted(joined), joined)
    return tuple(sorted(set(part_of.values()), key=lambda part: (-len(part), min(part))))


def _stacked(columns: list[list[Item]], ties: list[list[Tie]], fixed: frozenset[int]) -> Mapping[str, int]:
    """The same for boxes that hang together, from height 0."""
    stack = Stack(columns, ties, fixed)
    for column in stack.columns:
        _place(stack, column, {})
    best, fewest = [list(column) for column in stack.columns], _crossings(stack)
    for sweep in range(_SWEEPS):
        _sweep(stack, from_left=sweep % 2 == 0)
        crossings = _crossings(stack)
        if crossings < fewest:
            best, fewest = [list(column) for column in stack.columns], crossings
    stack.columns = best
    for _ in range(_SETTLING):
        for at, column in enumerate(stack.columns):
            _place(stack, column, _wanted(stack, at, left=True, right=True))
    highest = min(stack.y.values())
    return {name: y - highest for name, y in stack.y.items()}


def line_id(net: Net, column: int) -> str:
    """The name of a net's line through a column."""
    return f"{net.id} | {column}"


def line_y(column: int) -> int:
    """Where a line that passes a column stands in its room: in neighbouring columns at heights of their own."""
    return STEP // 4 if column % 2 == 0 else 3 * STEP // 4


def _items(column: Sequence[Placed], at: int, nets: Sequence[Net]) -> list[Item]:
    boxes = [Item(placed.box.id, placed.height, True) for placed in column]
    return [*boxes, *(Item(line_id(net, at), STEP, False) for net in nets if net.passes(at))]


def _ties(columns: Sequence[Sequence[Placed]], nets: Sequence[Net]) -> list[list[Tie]]:
    return [[tie for net in nets for tie in _ties_of(net, gap)] for gap in range(len(columns) - 1)]


def _ties_of(net: Net, gap: int) -> Iterator[Tie]:
    if not net.first <= gap < net.last:
        return
    lefts = [(end.box, end.port.y) for end in net.leaving(gap)]
    lefts += [(line_id(net, gap), line_y(gap))] if net.passes(gap) else []
    rights = [(end.box, end.port.y) for end in net.arriving(gap + 1)]
    rights += [(line_id(net, gap + 1), line_y(gap + 1))] if net.passes(gap + 1) else []
    yield from ((*left, *right) for left in lefts for right in rights)


def _sweep(stack: Stack, *, from_left: bool) -> None:
    numbers = range(len(stack.columns))
    for at in numbers if from_left else reversed(numbers):
        wanted = _wanted(stack, at, left=from_left, right=not from_left)
        column = stack.columns[at]
        if at not in stack.fixed:
            middles = {item.id: wanted.get(item.id, stack.y[item.id]) * 2 + item.height for item in column}
            column.sort(key=lambda item: (middles[item.id], item.id))
        _place(stack, column, wanted)


def _wanted(stack: Stack, at: int, *, left: bool, right: bool) -> dict[str, int]:
    """Where the items of a column would begin if they stood level with what they are tied to."""
    wishes: dict[str, list[int]] = {}
    if left and at > 0:
        for one, one_y, other, other_y in stack.ties[at - 1]:
            wishes.setdefault(other, []).append(stack.y[one] + one_y - other_y)
    if right and at < len(stack.ties):
        for one, one_y, other, other_y in stack.ties[at]:
            wishes.setdefault(one, []).append(stack.y[other] + other_y - one_y)
    return {name: sum(each) // len(each) for name, each in wishes.items()}


def _place(stack: Stack, column: Sequence[Item], wanted: Mapping[str, int]) -> None:
    """Places the items of a column in their order, with room between them, as near as can be to where they should be:
    items that would overlap move together, to the middle of their wishes."""
    offsets = [0] if column else []
    for above, item in pairwise(column):
        offsets.append(offsets[-1] + above.height + _room(above, item))
    groups: list[tuple[int, int]] = []
    for item, base in zip(column, offsets, strict=True):
        total, count = wanted.get(item.id, stack.y.get(item.id, base)) - base, 1
        while groups and groups[-1][0] * count >= total * groups[-1][1]:
            before = groups.pop()
            total, count = total + before[0], count + before[1]
        groups.append((total, count))
    starts = [total // count // STEP * STEP for total, count in groups for _ in range(count)]
    stack.y.update({item.id: start + base for item, start, base in zip(column, starts, offsets, strict=True)})


def _room(above: Item, below: Item) -> int:
    return STEP if above.is_box or below.is_box else 0


def _crossings(stack: Stack) -> int:
    return sum(_crossings_in(stack, ties) for ties in stack.ties)


def _crossings_in(stack: Stack, ties: Sequence[Tie]) -> int:
    """How many pairs of ties cross: counted from the top, how many that begin higher end lower."""
    ends = sorted((stack.y[one] + one_y, stack.y[other] + other_y) for one, one_y, other, other_y in ties)
    return sum(before[1] > after[1] for at, after in enumerate(ends) for before in ends[:at] if before[0] < after[0])
