"""What a guideline asks and can answer, for somebody about to fill in a patient: questions, outcomes, facts."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.diagnostics import counted
from engine.guideline import Fact, FactType, Guideline
from engine.plan import plan_of
from explain.wording import by, listed, unit_of, with_unit


@dataclass(frozen=True, slots=True)
class FactView:
    """A fact as one asks for it. `answers` says which values it takes; `notes` how it may be left out or grow old."""

    id: str
    title: str
    question: str
    type: str
    unit: str | None
    answers: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A decision: its question, its outcomes (id and title, in order of precedence), and every fact that plays a part:
    those its conditions test, those shown beside the answer, and those that others are computed or decided from."""

    address: str
    guideline: str
    sha256: str
    purpose: str
    population: str
    question: str
    outcomes: tuple[tuple[str, str], ...]
    tested: tuple[FactView, ...]
    beside: tuple[FactView, ...]
    inputs: tuple[FactView, ...]
    limits: str


def decision_view(guideline: Guideline, decision: str) -> DecisionView:
    """What a decision asks and can answer."""
    plan = plan_of(guideline, decision)
    tested = frozenset(plan.tested)
    views = {name: _fact_view(guideline.facts[name], guideline) for name in plan.names}
    return DecisionView(
        address=f"{guideline.id}/{decision}",
        guideline=f"{guideline.title} ({guideline.id} {guideline.version}, {guideline.status})",
        sha256=guideline.sha256,
        purpose=guideline.purpose,
        population=guideline.population,
        question=plan.decision.question,
        outcomes=tuple((outcome.id, outcome.title) for outcome in plan.decision.outcomes.values()),
        tested=tuple(views[name] for name in sorted(tested)),
        beside=tuple(views[name] for name in plan.decision.beside),
        inputs=tuple(views[name] for name in sorted(views.keys() - tested - set(plan.decision.beside))),
        limits=guideline.limits,
    )


def answers_in_words(fact: Fact) -> str:
    """The values a fact takes: `yes or no`, `a number from 0.00 to 10.00`, its choices with their titles."""
    if fact.type is FactType.YES_NO:
        return "yes or no"
    if fact.type is FactType.CHOICE:
        return listed((f"{choice.id} ({choice.title})" for choice in fact.choices), "or")
    kind = "a whole number" if fact.type is FactType.INTEGER else "a number"
    unit = f", in {unit_of(fact)}" if unit_of(fact) else ""
    return f"{kind} from {fact.text_of(fact.low)} to {fact.text_of(fact.high)}{unit}"


def _fact_view(fact: Fact, guideline: Guideline) -> FactView:
    return FactView(
        id=fact.id,
        title=fact.title,
        question=fact.question,
        type=fact.type.value,
        unit=fact.unit,
        answers=answers_in_words(fact),
        notes=tuple(_notes(fact, guideline)),
    )


def _notes(fact: Fact, guideline: Guideline) -> Iterator[str]:
    for derivation in fact.derived:
        inputs = listed(guideline.facts[name].title for name in derivation.formula.facts)
        yield f"computed as {derivation.title} from {inputs} where it is not given"
    for way in fact.imports:
        inputs = listed(sorted(guideline.facts[name].title for name in set(way.facts.values())))
        yield f"decided {by(way.title)} from {inputs} where it is not given"
    if fact.assume is not None:
        yield f"assumed to be {with_unit(fact, fact.title_of(fact.assume))} where it is not given"
    if fact.max_age_days is not None:
        yield f"counts for {counted(fact.max_age_days, 'day')}"
