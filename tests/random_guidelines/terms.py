"""What random guidelines are made of: facts on their way to a vocabulary, and guidelines as trees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.oracle import Tree, Trees


@dataclass(frozen=True, slots=True)
class Draft:
    """A fact on its way to the vocabulary, or a score, which is tested like one; a number's `low` and `high` count
    steps of its last decimal.

    `ways` are its imports, and `rests_on` the facts that play a part in them. `is_bound`: a decision of another
    guideline is decided on it, and takes every value of it while it is unknown.
    """

    name: str
    type: str
    decimals: int = 0
    low: int = 0
    high: int = 1
    choices: tuple[str, ...] = ()
    formulas: tuple[str, ...] = ()
    linear: bool = True
    assumed: str | None = None
    ways: tuple[Tree, ...] = field(default=(), compare=False)
    otherwise: str | None = None
    rests_on: tuple[str, ...] = ()
    is_bound: bool = False

    @property
    def is_numeric(self) -> bool:
        """Whether it has a range, can be compared and can be an input of formulas."""
        return self.type in ("number", "integer")

    @property
    def values(self) -> tuple[str, ...]:
        """Every value of its grid, as written."""
        if self.is_numeric:
            return tuple(self.text(step) for step in range(self.low, self.high + 1))
        return self.choices or ("yes", "no")

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every way to write a value that is no number."""
        return self.choices or ("yes", "no", "true", "false")

    @property
    def cost(self) -> int:
        """How many values it may take in completions that agree in all it rests on."""
        if self.is_bound or not (self.ways or (self.formulas and self.linear)):
            return len(self.values)
        return len(self.ways) or len(self.formulas)

    def text(self, step: int, more: int = 0) -> str:
        """A number of steps as a decimal; with `more`, of steps ten to the `more` times as fine."""
        places = self.decimals + more
        digits = str(abs(step)).rjust(places + 1, "0")
        split = len(digits) - places
        return ("-" if step < 0 else "") + digits[:split] + ("." + digits[split:] if places else "")


@dataclass(frozen=True, slots=True)
class RandomGuideline:
    """A guideline as trees: the content of facts.yaml, of each decision's file by the decision's name, and of
    findings.yaml.

    `drafts` are its facts, those that joined from other guidelines too. `others` are the guidelines that its facts come
    from, `sure` its decisions that have an outcome for every patient.
    """

    facts: Mapping[str, Tree]
    decisions: Mapping[str, Mapping[str, Tree]]
    drafts: tuple[Draft, ...] = ()
    name: str = "icy_roads"
    version: str = "1.0.0"
    findings: Mapping[str, Tree] | None = None
    others: tuple[RandomGuideline, ...] = ()
    sure: frozenset[str] = frozenset()

    @property
    def trees(self) -> Trees:
        """What it says, for the oracle."""
        return Trees(self.facts, self.decisions, self.findings)

    @property
    def folders(self) -> tuple[RandomGuideline, ...]:
        """It, and every other guideline that it needs, near or far."""
        return (self, *(folder for other in self.others for folder in other.folders))

    @property
    def imported(self) -> Mapping[str, Trees]:
        """What all the guidelines say that it needs."""
        return {folder.name: folder.trees for folder in self.folders[1:]}
