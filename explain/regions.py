"""Boxes of patients in words: the values that bind them, fact by fact, as an author writes them."""

from collections.abc import Iterable, Mapping

from engine.conditions import Interval, Test
from engine.guideline import Fact
from engine.plan import Plan
from explain.wording import demand_in_words, sentence, value_in_words

Cells = Mapping[str, tuple[Interval, ...]]
EVERYBODY = "every patient"


def box_in_words(plan: Plan, cells: Cells) -> str:
    """Who is in a box: `Pain: 2.60 to 4.40; Therapy: none or unstable; any other facts`."""
    facts = plan.guideline.facts
    return bounds_in_words((facts[name], spans) for name, spans in cells.items())


def bounds_in_words(bounds: Iterable[tuple[Fact, tuple[Interval, ...]]]) -> str:
    """The values that facts may have, and that all others are free; `every patient` where none is bound."""
    told = [f"{sentence(fact.title)}: {spans_in_words(fact, spans)}" for fact, spans in bounds]
    return "; ".join([*told, "any other facts"]) if told else EVERYBODY


def spans_in_words(fact: Fact, spans: tuple[Interval, ...]) -> str:
    """Values of a fact, in steps: `2.60 to 4.40`, `5.11 or above`, `none or unstable`."""
    return demand_in_words(fact, Test(fact.id, spans, ""), True)


def patient_in_words(plan: Plan, values: Mapping[str, int]) -> str:
    """A patient by the facts that the decision tests: `Pain: 2.60; Therapy: none`."""
    facts = [plan.guideline.facts[name] for name in values if name in plan.tested]
    told = (f"{sentence(fact.title)}: {value_in_words(fact, fact.scalar_of(values[fact.id]))}" for fact in facts)
    return "; ".join(told)


def extent_in_words(classes: int) -> str:
    """How much a proof is about, by the combinations of cells: `over 1,920 classes of patients`."""
    return f"over {classes:,} {'class' if classes == 1 else 'classes'} of patients"
