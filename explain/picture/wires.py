"""The lines of a layout: for each net its trunk and its branches, with their ends and the dots where they part."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from explain.picture.channels import Branch, Run
from explain.picture.layout import Layout
from explain.picture.model import Box, State
from explain.picture.nets import Net
from explain.picture.strokes import LINES, ON_PATH, Stroke
from explain.picture.xml import element

_ARROW = 8
Segment = tuple[int, int, int, int]
"""A straight line: x and y of one end, x and y of the other."""


@dataclass(frozen=True, slots=True)
class Wire:
    """A stretch of a net that is drawn in one way; `head` is what its right end bears."""

    segments: tuple[Segment, ...]
    stroke: Stroke
    state: State
    head: str = ""


class Wiring:
    """Draws the nets of one layout."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def all(self) -> Iterator[str]:
        """Every net as an element; those on the path last, so that they lie above the others."""
        nets = sorted(self._layout.nets, key=lambda net: (_is_on_path(net), net.id))
        yield from (self._net(net) for net in nets)

    def _net(self, net: Net) -> str:
        wires = list(self.wires(net))
        under = (_path(wire.segments, Stroke("#ffffff", "", wire.stroke.tenths + 30)) for wire in wires)
        parts = [*under, *(part for wire in wires for part in _drawn(wire)), *self._dots(net)]
        return element("g", {"data-net": net.id, "fill": "none"}, parts)

    def wires(self, net: Net) -> Iterator[Wire]:
        """The trunk, over it the part of it that is on the path, then every branch."""
        state = self._trunk_state(net)
        yield Wire(tuple(self._trunk(net, only_path=False)), LINES[state], state, "" if net.spreads else "arrow")
        if _is_on_path(net):
            head = "" if net.spreads else "arrow"
            yield Wire(tuple(self._trunk(net, only_path=True)), ON_PATH, State.TRUE, head)
        for channel, run in self._runs(net):
            for branch in run.rights if net.spreads else run.lefts:
                if branch.end is not None and branch.end.port.entry is not None:
                    yield self._branch(channel, run, branch, net.spreads)

    def _branch(self, at: int, run: Run, branch: Branch, spreads: bool) -> Wire:
        assert branch.end is not None
        entry = branch.end.port.entry
        assert entry is not None
        left, track, right = self._xs(at, run)
        ends = (track, right) if spreads else (left, track)
        stroke = ON_PATH if entry.is_on_path else LINES[entry.state]
        head = ("ring" if entry.negated else "arrow") if spreads else ""
        return Wire(((ends[0], branch.y, ends[1], branch.y),), stroke, entry.state, head)

    def _trunk(self, net: Net, *, only_path: bool) -> Iterator[Segment]:
        """What all of a net's branches share, or only those on the path: its end on the one box, the way up and down in
        every channel, and the lines through columns."""
        for at, run in self._runs(net):
            left, track, right = self._xs(at, run)
            lefts = [each for each in run.lefts if not only_path or self._leads(net, at, each, leftward=True)]
            rights = [each for each in run.rights if not only_path or self._leads(net, at, each, leftward=False)]
            if not lefts or not rights:
                continue
            shared = lefts if net.spreads else rights
            ys = [each.y for each in (*lefts, *rights)]
            yield from ((left, each.y, track, each.y) for each in lefts if net.spreads or each.end is None)
            yield (track, min(ys), track, max(ys))
            yield from ((track, each.y, right, each.y) for each in rights if not net.spreads or each.end is None)
            if any(each.end is None for each in run.lefts) and shared:
                y = self._layout.lines[net.id, at]
                yield (self._column_left(at), y, left, y)

    def _leads(self, net: Net, at: int, branch: Branch, *, leftward: bool) -> bool:
        """Whether a branch, or what lies beyond it, is on the path."""
        if branch.end is not None:
            return branch.end.port.entry is None or branch.end.port.entry.is_on_path
        column = at if leftward else at + 1
        beyond = net.sources if leftward else net.sinks
        ends = [end for end in beyond if (end.column < column if leftward else end.column > column)]
        return any(end.port.entry is None or end.port.entry.is_on_path for end in ends)

    def _dots(self, net: Net) -> Iterator[str]:
        """A dot wherever more than two stretches of a net meet."""
        color = ON_PATH.color if _is_on_path(net) else LINES[self._trunk_state(net)].color
        for at, run in self._runs(net):
            _, track, _ = self._xs(at, run)
            for y in sorted(run.ys):
                if min(run.ys) < y < max(run.ys):
                    yield element("circle", {"cx": track, "cy": y, "r": 3, "fill": color})

    def _runs(self, net: Net) -> Iterator[tuple[int, Run]]:
        for at, channel in enumerate(self._layout.channels):
            yield from ((at, run) for run in channel.runs if run.net.id == net.id)

    def _xs(self, at: int, run: Run) -> tuple[int, int, int]:
        """Where a channel begins, where a run's track is, and where the channel ends."""
        column, channel = self._layout.columns[at], self._layout.channels[at]
        left = column.x + column.width
        return left, left + channel.track_x(run), left + channel.width

    def _column_left(self, at: int) -> int:
        return self._layout.columns[at].x

    def _trunk_state(self, net: Net) -> State:
        """A line carries what its box is, so that it is known or not; one that gives is like the box it ends at."""
        box = self._box(net.sources[0].box if net.spreads else net.sinks[0].box)
        if not net.spreads:
            return State.TRUE if box.state is State.OVERRIDDEN else box.state if box.state in LINES else State.UNKNOWN
        if box.state is State.PLAIN:
            return State.PLAIN
        return State.UNKNOWN if box.state is State.UNKNOWN else State.TRUE

    def _box(self, name: str) -> Box:
        return self._layout.boxes[name].box


def _is_on_path(net: Net) -> bool:
    ends = net.sinks if net.spreads else net.sources
    return any(end.port.entry is not None and end.port.entry.is_on_path for end in ends)


def _drawn(wire: Wire) -> Iterator[str]:
    yield _path(wire.segments, wire.stroke, wire.state)
    if wire.head and wire.segments:
        x, y = max((segment[2], segment[3]) for segment in wire.segments)
        color = wire.stroke.color
        if wire.head == "arrow":
            yield element("path", {"d": f"M{x - _ARROW} {y - 4}L{x} {y}L{x - _ARROW} {y + 4}z", "fill": color})
        else:
            yield ring(x - 5, y, color)


def ring(x: int, y: int, color: str) -> str:
    """The end of a line that is asked not to hold."""
    attributes: dict[str, str | int] = {"cx": x, "cy": y, "r": 4, "fill": "#ffffff", "stroke": color}
    return element("circle", {**attributes, "stroke-width": 2, "data-mark": "negated"})


def _path(segments: Sequence[Segment], stroke: Stroke, state: State | None = None) -> str:
    d = "".join(f"M{x1} {y1}L{x2} {y2}" for x1, y1, x2, y2 in segments)
    named = {} if state is None else {"data-state": state.value}
    return element("path", {"d": d, **stroke.attributes(), **named})
