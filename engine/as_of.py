"""As of when a decision is made: what has a later date is a mistake, wherever it is read."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date

from engine.diagnostics import Diagnostics, Place


@dataclass(frozen=True, slots=True)
class AsOf:
    """The day of a decision, and the facts that play a part in it, by id."""

    day: date
    facts: Container[str]

    def note_later(self, fact: str, at: date | None, place: Place, notes: Diagnostics) -> None:
        """Notes a date of a value, which stands at `place`, that the decision cannot know yet."""
        if at is not None and at > self.day and fact in self.facts:
            message = f"`{fact}` is dated {at}, after the decision's date {self.day}"
            notes.add("patient.future_date", message, place, "correct the date, or decide with a later `at`")
