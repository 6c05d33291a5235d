"""Coverage: every goal with the cases that meet it; of the others, which ones no patient can meet."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from engine.coverage.goals import Goal, Kind, goals_of
from engine.coverage.meeting import met_by
from engine.coverage.patients import asked_for
from engine.errors import SolverLimit
from engine.guideline import Guideline
from engine.logic import Patients
from engine.plan import plan_of
from engine.trace import Trace


class State(Enum):
    """How a goal stands: cases meet it, none does, no patient can, or that could not be settled."""

    MET = "met"
    MISSING = "missing"
    UNREACHABLE = "unreachable"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Covered:
    """A goal, how it stands, and the cases that meet it, each as `decision/case`, sorted."""

    goal: Goal
    state: State
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Total:
    """How many goals of a kind are met, missing, unreachable, open. The two that show that a test decides alone count
    as one, which is what its worse half is."""

    kind: Kind
    met: int
    missing: int
    unreachable: int
    open: int

    @property
    def wanted(self) -> int:
        """Those that cases should meet: all but those that no patient can."""
        return self.met + self.missing + self.open


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the cases of one or several decisions cover, by goal."""

    covered: tuple[Covered, ...]

    @property
    def is_complete(self) -> bool:
        """Whether cases meet every goal that a patient can meet."""
        return all(each.state in (State.MET, State.UNREACHABLE) for each in self.covered)

    @property
    def totals(self) -> tuple[Total, ...]:
        """By kind, every kind."""
        states: dict[object, tuple[Kind, list[State]]] = {}
        for each in self.covered:
            states.setdefault(each.goal.pair, (each.goal.kind, []))[1].append(each.state)
        worst = [(kind, max(found, key=_WORSE.index)) for kind, found in states.values()]
        return tuple(_total(kind, [state for each, state in worst if each is kind]) for kind in Kind)

    @property
    def percent(self) -> int:
        """How many of the goals that patients can meet are met, in whole percent, rounded down."""
        wanted = sum(total.wanted for total in self.totals)
        return 100 * sum(total.met for total in self.totals) // wanted if wanted else 100

    def in_state(self, state: State) -> tuple[Covered, ...]:
        """The goals that stand so."""
        return tuple(each for each in self.covered if each.state is state)


_WORSE = (State.MET, State.UNREACHABLE, State.OPEN, State.MISSING)
"""Of two halves of a pair the later counts."""
_FARTHER = (State.MET, State.MISSING, State.OPEN, State.UNREACHABLE)
"""Of what two decisions say of a shared goal the earlier counts."""


def coverage_of(
    guideline: Guideline, decision: str, traces: Mapping[str, Trace], told: Callable[[], None] = lambda: None
) -> Coverage:
    """What decided cases cover of one decision; `traces` by case. `told` is called for every goal that is settled. A
    goal that the solver gives up on stays open."""
    goals = goals_of(guideline, decision)
    cases: dict[Goal, list[str]] = {goal: [] for goal in goals}
    for case, trace in sorted(traces.items()):
        for goal in met_by(guideline, trace, goals):
            cases[goal].append(f"{decision}/{case}")
    patients = _Made(guideline, decision)
    covered = []
    for goal, met in cases.items():
        covered.append(Covered(goal, State.MET, tuple(met)) if met else Covered(goal, patients.state_of(goal)))
        told()
    return Coverage(tuple(covered))


def guideline_coverage(by_decision: Sequence[Coverage]) -> Coverage:
    """The coverage of a whole guideline from that of its decisions. A shared rule is tried by the cases of any of them;
    no patient can meet a goal of it where none can in any."""
    joined: dict[Goal, Covered] = {}
    for each in (each for coverage in by_decision for each in coverage.covered):
        known = joined.get(each.goal)
        joined[each.goal] = each if known is None else _joined(known, each)
    return Coverage(tuple(joined.values()))


def _joined(one: Covered, other: Covered) -> Covered:
    state = min(one.state, other.state, key=_FARTHER.index)
    return replace(one, state=state, cases=tuple(sorted({*one.cases, *other.cases})))


def _total(kind: Kind, states: Iterable[State]) -> Total:
    found = list(states)
    counts = [found.count(state) for state in (State.MET, State.MISSING, State.UNREACHABLE, State.OPEN)]
    return Total(kind, *counts)


class _Made:
    """The patients of a decision, made when the first goal is missing."""

    def __init__(self, guideline: Guideline, decision: str) -> None:
        self._guideline, self._decision = guideline, decision
        self._patients: Patients | None = None

    def state_of(self, goal: Goal) -> State:
        try:
            if self._patients is None:
                self._patients = Patients(plan_of(self._guideline, self._decision))
            is_possible = self._patients.is_possible([asked_for(self._patients, goal)])
        except SolverLimit:
            return State.OPEN
        return State.MISSING if is_possible else State.UNREACHABLE
