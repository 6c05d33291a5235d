"""Where everything of a picture stands: boxes, titles of columns, and the nets' runs."""

from collections.abc import Mapping
from dataclasses import dataclass

from explain.picture.channels import Channel, channel_between
from explain.picture.model import Kind, Picture
from explain.picture.nets import Net, nets_of
from explain.picture.placed import Placed, column_width, sized
from explain.picture.stacking import line_id, line_y, stacked


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, where it begins and how wide it is."""

    title: str
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The boxes by id, the columns, and right of each but the last a channel; `lines` are the heights at which nets
    pass columns, by net and column."""

    boxes: Mapping[str, Placed]
    columns: tuple[Column, ...]
    channels: tuple[Channel, ...]
    nets: tuple[Net, ...]
    lines: Mapping[tuple[str, int], int]
    width: int
    height: int


def layout_of(picture: Picture) -> Layout:
    """Lays a picture out. The outcomes keep the order that they have."""
    columns = tuple(tuple(sized(box, column_width(boxes)) for box in boxes) for _, boxes in picture.columns)
    nets = nets_of(columns)
    fixed = frozenset(
        at for at, (_, boxes) in enumerate(picture.columns) if any(box.kind is Kind.OUTCOME for box in boxes)
    )
    y = stacked(columns, nets, fixed)
    channels = tuple(channel_between(gap, nets, y) for gap in range(len(columns) - 1))
    xs = [0]
    for column, channel in zip(columns, channels, strict=False):
        xs.append(xs[-1] + column[0].width + channel.width)
    boxes = {each.box.id: each.at(x, y[each.box.id]) for x, column in zip(xs, columns, strict=False) for each in column}
    passing = [(net, at) for net in nets for at in range(len(columns)) if net.passes(at)]
    return Layout(
        boxes=boxes,
        columns=tuple(
            Column(title, x, column[0].width)
            for (title, _), x, column in zip(picture.columns, xs, columns, strict=False)
        ),
        channels=channels,
        nets=nets,
        lines={(net.id, at): y[line_id(net, at)] + line_y(at) for net, at in passing},
        width=max((each.x + each.width for each in boxes.values()), default=0),
        height=max((each.y + each.height for each in boxes.values()), default=0),
    )
