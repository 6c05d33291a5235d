"""What is given of one patient, whoever read it."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.diagnostics import Place
from engine.guideline import GivenValue

NOWHERE = Place("facts")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is given of one patient."""

    given: Mapping[str, GivenValue]
    """By fact, sorted; a fact that is not here is not given."""
    patient: str | None = None
    """An opaque identifier, where there is one."""
    place: Place = NOWHERE
    """The document as a whole."""
