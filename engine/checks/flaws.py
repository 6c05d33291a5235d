"""What a check finds: flaws, each with a patient who shows it; what was proved; and what could not be."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.diagnostics import Diagnostic, Place
from engine.logic import Region


@dataclass(frozen=True, slots=True)
class Witness:
    """A patient who shows a flaw, decided by the engine: as few facts as show it, in steps, by fact; and what the
    engine answers: a status, and an outcome where one is concluded."""

    decision: str
    facts: Mapping[str, int]
    status: str
    outcome: str | None
    fired: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is wrong with a guideline that loads.

    code, message, place, help: as of every diagnostic
    decision: the decision that it was found in, None where it is about the guideline
    subject: the rule, outcome, finding, score, fact or source that is at fault, by id
    also: where else to look, with what is there
    concerns: the facts that it is about
    witness: a patient who shows it, where there can be one
    region: all complete patients of whom it is true, where that is told
    """

    code: str
    message: str
    place: Place
    help: str
    decision: str | None
    subject: str
    also: tuple[tuple[Place, str], ...] = ()
    concerns: tuple[str, ...] = ()
    witness: Witness | None = None
    region: Region | None = None

    @property
    def diagnostic(self) -> Diagnostic:
        return Diagnostic(self.code, self.message, self.place, self.help)


@dataclass(frozen=True, slots=True)
class Proof:
    """A kind of flaw of which a decision was proved to be free; `kinds` is over how many kinds of patients: those who
    differ in a test of the decision."""

    code: str
    statement: str
    decision: str
    kinds: int


@dataclass(frozen=True, slots=True)
class Unproved:
    """A question that the solver gave up on within its resource count; nothing is claimed of it."""

    code: str
    statement: str
    decision: str


@dataclass(frozen=True, slots=True)
class Meant:
    """An overlap of two rules with different outcomes that the author declared as meant."""

    decision: str
    rule: str
    other: str
    witness: Witness


@dataclass(frozen=True, slots=True)
class Checked:
    """All that was found about a guideline: flaws by place, then code; the rest by decision, in the order of the
    checks."""

    flaws: tuple[Flaw, ...]
    proofs: tuple[Proof, ...] = ()
    unproved: tuple[Unproved, ...] = ()
    meant: tuple[Meant, ...] = ()
