"""Facts that no patient can have together: what a guideline calls impossible, noted as diagnostics."""

from collections.abc import Mapping

from engine.diagnostics import Diagnostics
from engine.guideline import Guideline, Impossible
from engine.patient import Facts
from engine.plan import Plan
from engine.templates import filled
from engine.trace import Result, decisive, tested_by
from engine.truth import TRUE


def note_impossible(plan: Plan, facts: Facts, values: Mapping[str, int], diagnostics: Diagnostics) -> None:
    """Notes every `impossible` of the guideline that the known facts, assumed ones too, make true."""
    if plan.exclusive.isdisjoint(values):
        return
    for planned in plan.impossible:
        if planned.facts.isdisjoint(values):
            continue
        result = planned.evaluate(values, {}, {})
        if result.truth is TRUE:
            _note(plan.guideline, facts, values, planned.impossible, result, diagnostics)


def note_no_completion(facts: Facts, diagnostics: Diagnostics) -> None:
    """Notes that whatever the unknown facts were, something impossible would follow."""
    place = min((given.place for given in facts.given.values()), default=facts.place)
    message = "no patient can have these facts together: whatever is unknown, something impossible follows"
    diagnostics.add("patient.contradictory", message, place, "correct one of them")


def _note(
    guideline: Guideline,
    facts: Facts,
    values: Mapping[str, int],
    impossible: Impossible,
    result: Result,
    diagnostics: Diagnostics,
) -> None:
    def value(name: str) -> str:
        return guideline.facts[name].text_of(values[name]) if name in values else "not known"

    names = sorted({tested_by(leaf) for leaf, _ in decisive(result)})
    stated = ", ".join(f"`{name}` {value(name)}" for name in names)
    place = next((facts.given[name].place for name in names if name in facts.given), facts.place)
    message = f"these facts cannot be together: {stated}; {filled(impossible.because, value)}"
    diagnostics.add("patient.contradictory", message, place, "correct one of them")
