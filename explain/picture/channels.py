"""Channels: the gaps between columns, where nets run up and down, each on a track of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from explain.picture.nets import End, Net
from explain.picture.stacking import line_id, line_y

TRACK = 8
_BEFORE, _AFTER = 20, 32
_NARROWEST = 64


@dataclass(frozen=True, slots=True)
class Branch:
    """A net's line between a channel's track and one side: at which height, and at which end of the net; a line that
    goes on through the next column has none."""

    y: int
    end: End | None


@dataclass(frozen=True, slots=True)
class Run:
    """A net in one channel: what comes from the left, what goes on to the right, and its track."""

    net: Net
    lefts: tuple[Branch, ...]
    rights: tuple[Branch, ...]
    track: int = 0

    @property
    def ys(self) -> tuple[int, ...]:
        return tuple(branch.y for branch in (*self.lefts, *self.rights))


@dataclass(frozen=True, slots=True)
class Channel:
    """The runs between two columns, and how wide they are."""

    runs: tuple[Run, ...]
    width: int

    def track_x(self, run: Run) -> int:
        """Where a run goes up and down, from the channel's left."""
        return _BEFORE + run.track * TRACK


def channel_between(gap: int, nets: Sequence[Net], y: Mapping[str, int]) -> Channel:
    """The channel right of column `gap`, for boxes and passing lines at the heights `y`."""
    runs = _ordered([_run(net, gap, y) for net in nets if net.first <= gap < net.last])
    tracks: list[Run] = []
    for run in runs:
        track = max((other.track + 1 for other in tracks if _meet(other, run)), default=0)
        tracks.append(Run(run.net, run.lefts, run.rights, track))
    widest = max((run.track for run in tracks), default=0)
    return Channel(tuple(tracks), max(_BEFORE + widest * TRACK + _AFTER, _NARROWEST))


def _run(net: Net, gap: int, y: Mapping[str, int]) -> Run:
    lefts = [Branch(y[end.box] + end.port.y, end) for end in net.leaving(gap)]
    rights = [Branch(y[end.box] + end.port.y, end) for end in net.arriving(gap + 1)]
    if net.passes(gap):
        lefts.append(Branch(y[line_id(net, gap)] + line_y(gap), None))
    if net.passes(gap + 1):
        rights.append(Branch(y[line_id(net, gap + 1)] + line_y(gap + 1), None))
    return Run(net, tuple(lefts), tuple(rights))


def _meet(one: Run, other: Run) -> bool:
    """Whether two runs would lie on each other, or nearly, on one track."""
    return min(one.ys) <= max(other.ys) + TRACK and min(other.ys) <= max(one.ys) + TRACK


def _ordered(runs: list[Run]) -> list[Run]:
    """The runs from left to right with few crossings: neighbours change places as long as that makes fewer."""
    ordered = sorted(runs, key=lambda run: (min(run.ys), run.net.id))
    for _ in ordered:
        changed = False
        for at in range(len(ordered) - 1):
            one, other = ordered[at : at + 2]
            if _crossings(other, one) < _crossings(one, other):
                ordered[at : at + 2] = [other, one]
                changed = True
        if not changed:
            break
    return ordered


def _crossings(left: Run, right: Run) -> int:
    """How often two runs cross where one has its track left of the other's."""
    over = sum(min(right.ys) < branch.y < max(right.ys) for branch in left.rights)
    return over + sum(min(left.ys) < branch.y < max(left.ys) for branch in right.lefts)
