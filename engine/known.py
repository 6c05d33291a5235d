"""What is known of a patient when a decision is made: all that evaluation and the solver need of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.trace import FactTrace, GivenCaution


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a patient: the values in steps; all other facts of the plan are unknown. `untied` are unknown
    facts that their formula does not bind, because what it would be computed from is too old for them."""

    values: Mapping[str, int]
    untied: frozenset[str] = frozenset()

    def supposing(self, name: str, steps: int) -> "Known":
        """The same with one more value."""
        return Known({**self.values, name: steps}, self.untied)


@dataclass(frozen=True, slots=True)
class Resolved:
    """What is known of a patient, the facts' traces by id, the cautions their values raise."""

    known: Known
    traces: tuple[FactTrace, ...]
    cautions: tuple[GivenCaution, ...]

    @property
    def values(self) -> Mapping[str, int]:
        return self.known.values
