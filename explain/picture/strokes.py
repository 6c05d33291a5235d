"""How each state looks. Never by colour alone: also by the kind of line, its weight, a mark and a word."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.truth import FALSE, TRUE, Truth
from explain.picture.model import State

INK, FAINT = "#1a1a1a", "#555555"
FONTS = "Arial, 'Liberation Sans', 'DejaVu Sans', Helvetica, Verdana, sans-serif"
_BLUE, _GREY, _BROWN, _PURPLE = "#0b4f94", "#6a6a6a", "#8a4b00", "#6a2f8a"


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line: its colour, its dashes (none for a solid one), its width in tenths of a pixel."""

    color: str
    dashes: str
    tenths: int

    def attributes(self) -> dict[str, str]:
        whole, part = divmod(self.tenths, 10)
        dashes = {"stroke-dasharray": self.dashes} if self.dashes else {"stroke-linecap": "square"}
        return {"stroke": self.color, "stroke-width": f"{whole}.{part}", **dashes}


OUTLINES: Mapping[State, Stroke] = {
    State.PLAIN: Stroke(INK, "", 12),
    State.TRUE: Stroke(_BLUE, "", 22),
    State.FALSE: Stroke(_GREY, "7 4", 12),
    State.UNKNOWN: Stroke(_BROWN, "2 3", 18),
    State.ASSUMED: Stroke(_BROWN, "12 3 2 3", 18),
    State.OVERRIDDEN: Stroke(_PURPLE, "12 3 2 3 2 3", 18),
}
FILLS: Mapping[State, str] = {
    State.PLAIN: "#ffffff",
    State.TRUE: "#e6f0fa",
    State.FALSE: "#ffffff",
    State.UNKNOWN: "#fff8e8",
    State.ASSUMED: "#fff8e8",
    State.OVERRIDDEN: "#f7effb",
}
LINES: Mapping[State, Stroke] = {
    State.PLAIN: Stroke("#444444", "", 12),
    State.TRUE: Stroke(_BLUE, "", 12),
    State.FALSE: Stroke(_GREY, "6 4", 12),
    State.UNKNOWN: Stroke(_BROWN, "2 3", 16),
}
ON_PATH = Stroke(_BLUE, "", 26)
_MARKS = {TRUE: (_BLUE, "M-5 0 L-1.5 4 L5 -4"), FALSE: (_GREY, "M-4 -4 L4 4 M-4 4 L4 -4")}
_ASKING = (_BROWN, "M-3 -2.5 C-3 -6 3.5 -6 3.5 -2.5 C3.5 -0.5 0 -0.5 0 2 M0 4.4 L0 5")


def mark(truth: Truth, x: int, y: int) -> tuple[dict[str, str], str]:
    """A tick, a cross or a question mark around a point: its attributes, and what it says."""
    color, path = _MARKS.get(truth, _ASKING)
    attributes = {"d": path, "transform": f"translate({x} {y})", "stroke": color, "stroke-width": "2", "fill": "none"}
    return attributes, {TRUE: "yes", FALSE: "no"}.get(truth, "not known")
