"""What was written, before it means anything: a tree of scalars, lists and mappings, each with its place.

YAML, JSON and values given by a Python caller all become this tree, so that everything after is one path. How they are
read is in `yaml_nodes`, `json_nodes` and `engine.facts`; what a scalar means is decided by the vocabulary.
"""

from collections.abc import Mapping as Lookup
from dataclasses import dataclass, replace
from enum import Enum

from engine.diagnostics import Place

MAX_DEPTH = 64
MAX_VALUES = 100_000
MAX_LINE = 400
_NULLS = ("", "null", "~")


class Style(Enum):
    """How a scalar was written."""

    PLAIN = "plain"
    QUOTED = "quoted"
    BLOCK = "block"
    STRING = "JSON string"
    NUMBER = "JSON number"
    BOOLEAN = "JSON true or false"
    NULL = "JSON null"
    FRACTION = "numerator and denominator"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value: its text as it was written, without quotes."""

    text: str
    style: Style
    place: Place

    @property
    def is_null(self) -> bool:
        return self.style is Style.NULL or (self.style is Style.PLAIN and self.text in _NULLS)


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list; `is_flow` where it was written in square brackets."""

    items: tuple["Node", ...]
    place: Place
    is_flow: bool = True


@dataclass(frozen=True, slots=True)
class Mapping:
    """Entries in the author's order, each key once; `is_flow` where it was written in braces."""

    entries: tuple[tuple[Scalar, "Node"], ...]
    place: Place
    is_flow: bool = True

    def by_name(self) -> Lookup[str, "Node"]:
        return {key.text: node for key, node in self.entries}


Node = Scalar | Sequence | Mapping


def kind_of(node: Node) -> str:
    """What a node is, for a message."""
    match node:
        case Mapping():
            return "a mapping"
        case Sequence():
            return "a list"
    return "empty" if node.is_null else "a single value"


def place_within(scalar: Scalar, start: int, end: int | None) -> Place:
    """The place of a part of a scalar's text, or of the whole where the text is not on its line as it is."""
    place, quote = scalar.place, scalar.style is Style.QUOTED
    first = place.column - 1 + quote
    if not place.column or not place.text.startswith(scalar.text, first) or not scalar.text:
        return place
    stop = len(scalar.text) if end is None else min(end, len(scalar.text))
    start = min(start, len(scalar.text))
    return replace(place, column=first + start + 1, end=first + max(stop, start + 1) + 1)


def shown_line(line: str) -> str:
    """A source line for underlining, or nothing where it is too long to be shown."""
    return line if len(line) <= MAX_LINE else ""
