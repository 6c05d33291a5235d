"""What a decision may not exceed, because forward chaining could not run it."""

from collections.abc import Mapping

from engine.diagnostics import Diagnostics
from engine.guideline import Decision, Fact


def note_limits(decision: Decision, facts: Mapping[str, Fact], notes: Diagnostics) -> None:
    """Notes what of a decision is too large, at the rule concerned or at the decision."""
    from engine.matcher import limits

    for name, message, help in limits(decision, facts):
        place = decision.rules[name].place if name in decision.rules else decision.place
        notes.add("decision.too_large", message, place, help)
