"""The lines of a layout: for each net its branches and what these share, with the dots where they part."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from explain.picture.channels import Branch, Run
from explain.picture.layout import Layout
from explain.picture.model import Box, State
from explain.picture.nets import End, Net
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


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A straight line of a net that more than one branch shares, and the ends of those."""

    segment: Segment
    ends: tuple[End, ...]


_Look = tuple[Stroke, State]
_ORDER: tuple[_Look, ...] = (
    *((LINES[state], state) for state in (State.PLAIN, State.FALSE, State.UNKNOWN, State.TRUE)),
    (ON_PATH, State.TRUE),
)
"""How stretches may look; where several meet, a later one lies above the others."""


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
        """What its branches share, what is on the path last, then every branch."""
        drawn: dict[_Look, list[Segment]] = {}
        for at, run in self._runs(net):
            for stretch in self._stretches(net, at, run):
                _joined(drawn.setdefault(self._look(net, stretch.ends), []), stretch.segment)
        for look in sorted(drawn, key=_ORDER.index):
            is_last = not net.spreads and look == self._look(net, net.sources)
            yield Wire(tuple(drawn[look]), *look, "arrow" if is_last else "")
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

    def _stretches(self, net: Net, at: int, run: Run) -> Iterator[_Stretch]:
        """What a run shares among branches: the line that they part from, or that they join, the way up and down from
        one to the next, and the lines through columns."""
        left, track, right = self._xs(at, run)
        many, [one] = (run.rights, run.lefts) if net.spreads else (run.lefts, run.rights)
        beyond = [(each, self._beyond(net, at, each)) for each in many]
        every = tuple(end for _, ends in beyond for end in ends)
        near, far = ((left, track), (track, right)) if net.spreads else ((track, right), (left, track))
        yield _Stretch((near[0], one.y, near[1], one.y), every)
        yield from (_Stretch((far[0], each.y, far[1], each.y), ends) for each, ends in beyond if each.end is None)
        for above, below in pairwise(sorted({*run.ys})):
            is_down = one.y <= above
            led = (ends for each, ends in beyond if (each.y >= below if is_down else each.y <= above))
            yield _Stretch((track, above, track, below), tuple(end for ends in led for end in ends))
        for each, ends in ((one, every),) if net.spreads else beyond:
            if each.end is None:
                yield _Stretch((self._layout.columns[at].x, each.y, left, each.y), ends)

    def _beyond(self, net: Net, at: int, branch: Branch) -> tuple[End, ...]:
        """The ends of branches to which one leads in a channel."""
        if branch.end is not None:
            return (branch.end,)
        if net.spreads:
            return tuple(end for end in net.sinks if end.column > at + 1)
        return tuple(end for end in net.sources if end.column < at)

    def _look(self, net: Net, ends: Sequence[End]) -> _Look:
        """How a stretch with these ends of branches is drawn. A line carries what its box is, so that it is known or
        not; one that gives looks like the best of what it joins."""
        entries = [end.port.entry for end in ends if end.port.entry is not None]
        if any(entry.is_on_path for entry in entries):
            return ON_PATH, State.TRUE
        states = {self._carried(net)} if net.spreads else {entry.state for entry in entries}
        state = next(state for _, state in reversed(_ORDER) if state in states)
        return LINES[state], state

    def _dots(self, net: Net) -> Iterator[str]:
        """A dot wherever more than two stretches of a net meet."""
        for at, run in self._runs(net):
            _, track, _ = self._xs(at, run)
            stretches = list(self._stretches(net, at, run))
            for y in sorted({*run.ys}):
                if min(run.ys) < y < max(run.ys):
                    meeting = [each for each in stretches if (track, y) in (each.segment[:2], each.segment[2:])]
                    looks = [self._look(net, each.ends) for each in meeting]
                    stroke, _ = max(looks, key=_ORDER.index)
                    yield element("circle", {"cx": track, "cy": y, "r": 3, "fill": stroke.color})

    def _runs(self, net: Net) -> Iterator[tuple[int, Run]]:
        for at, channel in enumerate(self._layout.channels):
            yield from ((at, run) for run in channel.runs if run.net.id == net.id)

    def _xs(self, at: int, run: Run) -> tuple[int, int, int]:
        """Where a channel begins, where a run's track is, and where the channel ends."""
        column, channel = self._layout.columns[at], self._layout.channels[at]
        left = column.x + column.width
        return left, left + channel.track_x(run), left + channel.width

    def _carried(self, net: Net) -> State:
        state = self._box(net.sources[0].box).state
        return state if state in (State.PLAIN, State.UNKNOWN) else State.TRUE

    def _box(self, name: str) -> Box:
        return self._layout.boxes[name].box


def _joined(segments: list[Segment], segment: Segment) -> None:
    """Adds a straight line to others, or makes the last one longer, so that its dashes go on."""
    if segments and segments[-1][2:] == segment[:2] and segments[-1][0] == segment[0] == segment[2]:
        segment = (*segments.pop()[:2], *segment[2:])
    segments.append(segment)


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
