"""What a picture shows, as plain data: boxes in columns, each with its entries, and which entry is tied to which box.
Positions are in `explain.picture.placed`, drawing in `explain.picture.svg`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from engine.truth import Truth


class Kind(Enum):
    """What a box stands for."""

    FACT = "fact"
    RULE = "rule"
    FINDING = "finding"
    SCORE = "score"
    OUTCOME = "outcome"


class State(Enum):
    """What a decision says of a box or of a line. Without a patient everything is plain; an assumed fact is neither
    known nor unknown, and an overridden outcome was concluded but does not stand."""

    PLAIN = "plain"
    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"
    ASSUMED = "assumed"
    OVERRIDDEN = "overridden"


@dataclass(frozen=True, slots=True)
class Entry:
    """A part of a box's text. One that `reads` a box is tied to that box on its left, one that `gives` something to a
    box, on its right. `mark` says how it came out, `state` how its line is drawn, and `is_on_path` that it is one of
    the reasons; a `negated` one holds where what it reads does not. A conclusion stands after all that is read."""

    text: str
    depth: int = 0
    mark: Truth | None = None
    reads: str | None = None
    gives: str | None = None
    state: State = State.PLAIN
    negated: bool = False
    is_on_path: bool = False
    is_conclusion: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A fact, rule, finding, score or outcome. `said` is what is known of it, `mark` how it came out; `note` stands
    below; `entries` are what it reads, then what it gives; `more` is for those who ask for it, and for screen readers.
    """

    id: str
    kind: Kind
    column: int
    title: str
    state: State
    said: tuple[str, ...] = ()
    mark: Truth | None = None
    note: str = ""
    entries: tuple[Entry, ...] = ()
    more: tuple[str, ...] = ()
    is_answer: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """All that is drawn: what stands above, the boxes by column, and what stands below."""

    id: str
    title: str
    question: str
    answer: str
    columns: tuple[tuple[str, tuple[Box, ...]], ...]
    below: tuple[tuple[str, tuple[str, ...]], ...]
    has_patient: bool

    @property
    def boxes(self) -> Mapping[str, Box]:
        """Every box by its id."""
        return {box.id: box for _, boxes in self.columns for box in boxes}


def box_id(kind: Kind, name: str) -> str:
    """How boxes are told apart: a rule may be named like a fact. What is not a rule shares one namespace."""
    return f"rule {name}" if kind is Kind.RULE else name
