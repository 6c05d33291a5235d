"""Boxes as elements: a shape for each kind, an outline for each state, and the text inside."""

from collections.abc import Iterator

from engine.truth import Truth
from explain.picture.model import Box, Kind, State
from explain.picture.placed import SIZE, Placed
from explain.picture.strokes import FAINT, FILLS, INK, OUTLINES, mark
from explain.picture.xml import element

_CUT = 10
_STYLES: dict[str, dict[str, str]] = {
    "plain": {"fill": INK},
    "bold": {"fill": INK, "font-weight": "bold"},
    "dim": {"fill": FAINT},
}


def box(placed: Placed) -> str:
    """A box with its text, its marks, and all that is known of it for those who ask."""
    each = placed.box
    return element(
        "g",
        {
            "data-kind": each.kind.value,
            "data-name": each.id,
            "data-state": each.state.value,
            "transform": f"translate({placed.x} {placed.y})",
        },
        [
            element("title", {}, box_in_words(each)),
            *shape(each.kind, each.state, placed.width, placed.height, is_answer=each.is_answer),
            *(_mark(*each) for each in placed.marks),
            *(text(line.text, line.x, line.y, line.style) for line in placed.lines),
        ],
    )


def shape(kind: Kind, state: State, width: int, height: int, *, is_answer: bool = False) -> Iterator[str]:
    """The outline of a box at the origin."""
    outline = {"fill": FILLS[state], **OUTLINES[state].attributes()}
    if is_answer:
        outline["stroke-width"] = "3.6"
    if kind in (Kind.FINDING, Kind.SCORE):
        w, h, c = width, height, _CUT
        yield element("path", {"d": f"M{c} 0H{w - c}L{w} {c}V{h - c}L{w - c} {h}H{c}L0 {h - c}V{c}z", **outline})
    else:
        rounded = 14 if kind is Kind.FACT else 0
        yield element("rect", {"width": width, "height": height, "rx": rounded, **outline})
    inner = {"fill": "none", "stroke": OUTLINES[state].color, "stroke-width": "1"}
    if kind is Kind.OUTCOME:
        yield element("rect", {"x": 4, "y": 4, "width": width - 8, "height": height - 8, **inner})
    if kind is Kind.SCORE:
        yield element("path", {"d": f"M5 {_CUT}V{height - _CUT}", **inner})


def text(said: str, x: int, y: int, style: str, size: int = SIZE) -> str:
    """A line of text, `y` the middle of its height."""
    return element("text", {"x": x, "y": y + size * 35 // 100, "font-size": size, **_STYLES[style]}, said)


def box_in_words(each: Box) -> str:
    """All of a box in one sentence."""
    said = [f"{each.kind.value.capitalize()}: {each.title}", *each.said, each.note]
    entries = [f"{'' if entry.mark is None else _IN_WORDS[entry.mark.value]}{entry.text}" for entry in each.entries]
    return "; ".join(part for part in (*said, *entries, *each.more) if part)


_IN_WORDS = {"true": "met: ", "false": "not met: ", "unknown": "not known: "}


def _mark(truth: Truth, x: int, y: int) -> str:
    attributes, said = mark(truth, x + 6, y)
    return element("path", {**attributes, "data-mark": said})
