"""The missing cases: for each goal that no case meets, the least patient that does, found by the solver and confirmed
by the engine. What should come out is for the author to say."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from engine.cases import DEFAULT_AT
from engine.coverage.goals import Goal, Kind
from engine.coverage.meeting import met_by
from engine.coverage.patients import asked_for
from engine.deciding import decide
from engine.diagnostics import Place
from engine.errors import InputRejected, SolverLimit
from engine.guideline import GivenValue, Guideline
from engine.logic import FoundPatient, Literal, Patients
from engine.patient import Facts
from engine.plan import Plan, plan_of
from engine.trace import Trace

REFUSED = 20
"""How many patients the engine may refuse before a goal is left without a case."""
JOINED = 40
"""How many further goals are asked of one patient."""
_PLACE = Place("suggested")
_STRENGTH = (Kind.ALONE, Kind.THRESHOLD, Kind.RULE, Kind.TEST)
"""Goals of the first kinds come with most others, so they are looked for first."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A case that is missing: what is given of its patient, the trace that the engine gives now, and the goals that it
    meets and no other case does."""

    decision: str
    facts: Mapping[str, GivenValue]
    trace: Trace
    goals: tuple[Goal, ...]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The cases suggested for one decision, and the goals for which none was found within the limits."""

    decision: str
    cases: tuple[Suggestion, ...]
    without: tuple[Goal, ...]


def suggestions(
    guideline: Guideline, decision: str, missing: Sequence[Goal], told: Callable[[], None] = lambda: None
) -> Suggestions:
    """Cases that meet the missing goals of a decision: few, because each is asked for several, and each with few facts.
    The same question has the same answer on every machine. `told` is called for every case that is found."""
    plan = plan_of(guideline, decision)
    search = _Search(plan, Patients(plan))
    waiting = sorted(missing, key=lambda goal: (_STRENGTH.index(goal.kind), missing.index(goal)))
    found: list[Suggestion] = []
    without: list[Goal] = []
    while waiting:
        case = search.case_for(waiting)
        if case is None:
            without.append(waiting.pop(0))
            continue
        found.append(case)
        waiting = [goal for goal in waiting if goal not in case.goals]
        told()
    return Suggestions(decision, tuple(found), tuple(without))


class _Search:
    """The search for cases of one decision."""

    def __init__(self, plan: Plan, patients: Patients) -> None:
        self._plan, self._patients = plan, patients

    def case_for(self, waiting: Sequence[Goal]) -> Suggestion | None:
        """A case that meets the first of some goals, and others of them where they go together with it."""
        try:
            return self._confirmed(self._together(waiting), waiting) or self._confirmed([waiting[0]], waiting)
        except SolverLimit:
            return None

    def _together(self, waiting: Sequence[Goal]) -> list[Goal]:
        """The first goal with those of the same rule that some plausible patient meets together with it."""
        first, joined = waiting[0], [waiting[0]]
        asked = [asked_for(self._patients, first)]
        pinned = dict(self._pins(first))
        for goal in sorted(waiting[1:], key=lambda goal: goal.rule != first.rule)[:JOINED]:
            pins = self._pins(goal)
            if any(pinned.get(name, steps) != steps for name, steps in pins.items()):
                continue
            more = [*asked, asked_for(self._patients, goal)]
            if self._patients.is_possible(more, plausibly=True):
                asked, joined = more, [*joined, goal]
                pinned |= pins
        return joined

    def _confirmed(self, goals: Sequence[Goal], waiting: Sequence[Goal]) -> Suggestion | None:
        """A case of a patient that the engine agrees meets all these goals."""
        asked: list[Literal] = [asked_for(self._patients, goal) for goal in goals]
        pins = {name: steps for goal in goals for name, steps in self._pins(goal).items()}
        for _ in range(REFUSED):
            found = self._patients.found(asked)
            if found is None:
                return None
            case = self._decided(found, pins, goals, waiting)
            if case is not None:
                return case
            asked.append(self._patients.unlike(found))
        return None

    def _decided(
        self, found: FoundPatient, pins: Mapping[str, int], goals: Sequence[Goal], waiting: Sequence[Goal]
    ) -> Suggestion | None:
        facts = self._given(found, pins)
        trace = self._trace(facts)
        if trace is None or not self._meets(trace, goals):
            return None
        for name in sorted(found.values, key=lambda name: (name not in found.computed, name)):
            fewer = {each: value for each, value in facts.items() if each != name}
            without = self._trace(fewer)
            if without is not None and self._meets(without, goals):
                facts, trace = fewer, without
        return Suggestion(self._plan.decision.id, facts, trace, self._in_order(trace, waiting))

    def _given(self, found: FoundPatient, pins: Mapping[str, int]) -> dict[str, GivenValue]:
        values = {**found.values, **{name: steps for name, steps in pins.items() if name in found.values}}
        given = {name: GivenValue(steps=steps, place=_PLACE) for name, steps in values.items()}
        for planned in self._plan.facts:
            fact = planned.fact
            if fact.id not in values and fact.assume is not None and fact.max_age_days is not None:
                day = (DEFAULT_AT - timedelta(days=fact.max_age_days + 1)).date()
                given[fact.id] = GivenValue(steps=fact.assume, at=day, place=_PLACE)
        return dict(sorted(given.items()))

    def _pins(self, goal: Goal) -> Mapping[str, int]:
        """The exact value that a goal wants of a fact."""
        is_fact = goal.name is not None and goal.name in self._plan.guideline.facts
        return {goal.name: goal.steps} if is_fact and goal.name is not None and goal.steps is not None else {}

    def _trace(self, facts: Mapping[str, GivenValue]) -> Trace | None:
        try:
            return decide(self._plan.guideline, self._plan.decision.id, Facts(facts, place=_PLACE), at=DEFAULT_AT)
        except InputRejected:
            return None

    def _meets(self, trace: Trace, goals: Sequence[Goal]) -> bool:
        return len(self._met(trace, goals)) == len(goals)

    def _in_order(self, trace: Trace, goals: Sequence[Goal]) -> tuple[Goal, ...]:
        met = self._met(trace, goals)
        return tuple(goal for goal in goals if goal in met)

    def _met(self, trace: Trace, goals: Sequence[Goal]) -> frozenset[Goal]:
        return met_by(self._plan.guideline, trace, goals)
