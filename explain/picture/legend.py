"""The legend: what the shapes, outlines, marks and lines mean, each drawn as it is in the picture."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.truth import FALSE, TRUE, UNKNOWN
from explain.picture.model import Kind, State
from explain.picture.placed import SIZE, STEP
from explain.picture.shapes import shape, text
from explain.picture.strokes import INK, LINES, ON_PATH, Stroke, mark
from explain.picture.text import wrapped
from explain.picture.wires import ring
from explain.picture.xml import element

_CELL, _SAMPLE, _ROW = 300, 52, 40
_KINDS = {
    Kind.FACT: "fact",
    Kind.RULE: "rule: its conditions, and what it gives",
    Kind.FINDING: "finding",
    Kind.SCORE: "score",
    Kind.OUTCOME: "outcome",
}
_OUTLINES = {
    State.TRUE: "solid: known, fired, holds or concluded; the answer is the thickest",
    State.FALSE: "dashed: did not fire, does not hold, not the answer",
    State.UNKNOWN: "dotted: not known, not settled, still possible",
    State.ASSUMED: "dash and dot: assumed, because nothing else is known",
    State.OVERRIDDEN: "dash and two dots: concluded, but overridden",
}
_LINES = (
    (ON_PATH, "thick: a reason for what the rule concludes"),
    (LINES[State.TRUE], "thin: known or met, without being such a reason"),
    (LINES[State.FALSE], "dashed: a condition that is not met, a rule that did not fire"),
    (LINES[State.UNKNOWN], "dotted: not known"),
)
_MARKS = (
    (TRUE, "tick: met, as it is written there"),
    (FALSE, "cross: not met"),
    (UNKNOWN, "question mark: not known"),
)


@dataclass(frozen=True, slots=True)
class Legend:
    """The legend as elements, and its height."""

    elements: tuple[str, ...]
    height: int


def legend(width: int, *, has_patient: bool) -> Legend:
    """The legend for a picture of this width; without a patient it speaks of shapes and lines only."""
    columns = max(1, width // _CELL)
    cells = list(_cells(has_patient))
    elements = [
        element("g", {"transform": f"translate({at % columns * _CELL} {STEP * 2 + at // columns * _ROW})"}, each)
        for at, each in enumerate(cells)
    ]
    rows = -(-len(cells) // columns)
    return Legend((text("How to read it", 0, STEP // 2, "bold", 13), *elements), STEP * 2 + rows * _ROW)


def _cells(has_patient: bool) -> Iterator[list[str]]:
    yield from ([*shape(kind, State.PLAIN, 40, 24), *_said(said)] for kind, said in _KINDS.items())
    if has_patient:
        yield from ([*shape(Kind.RULE, state, 40, 24), *_said(said)] for state, said in _OUTLINES.items())
        yield from ([_line(stroke), *_said(said)] for stroke, said in _LINES)
        for truth, said in _MARKS:
            yield [element("path", mark(truth, 20, 12)[0]), *_said(said)]
    yield [_line(LINES[State.PLAIN]), _arrow(), *_said("arrow: what the line leads to reads it or receives it")]
    yield [_line(LINES[State.PLAIN]), ring(35, 12, INK), *_said("ring: asked for with not, unless or no")]
    yield [_line(LINES[State.PLAIN]), _crossing(dot=True), *_said("dot: one line that parts")]
    yield [_line(LINES[State.PLAIN]), _crossing(dot=False), *_said("no dot: two lines that cross")]


def _said(said: str) -> Iterator[str]:
    lines = wrapped(said, _CELL - _SAMPLE - 12, SIZE)
    top = 12 - (len(lines) - 1) * 7
    yield from (text(line, _SAMPLE, top + 14 * at, "plain") for at, line in enumerate(lines))


def _line(stroke: Stroke) -> str:
    return element("path", {"d": "M0 12L40 12", "fill": "none", **stroke.attributes()})


def _arrow() -> str:
    return element("path", {"d": "M32 8L40 12L32 16z", "fill": INK})


def _crossing(*, dot: bool) -> str:
    top = 12 if dot else 0
    line = element("path", {"d": f"M20 {top}L20 24", "fill": "none", **LINES[State.PLAIN].attributes()})
    return line + (element("circle", {"cx": 20, "cy": 12, "r": 3, "fill": INK}) if dot else "")
