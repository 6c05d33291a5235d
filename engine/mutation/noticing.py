"""Which mutants a decision's cases notice, which no patient can tell from the original, and who tells the others."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.cases import DEFAULT_AT, run_case
from engine.cells import Cells
from engine.deciding import decide
from engine.errors import InputRejected, SolverLimit
from engine.guideline import GivenValue, Guideline
from engine.logic import Proofs
from engine.mutation.mutants import Mutant, leaves_range, mutants
from engine.patient import Facts
from engine.plan import Plan, plan_of
from engine.trace import Trace


@dataclass(frozen=True, slots=True)
class Survivor:
    """A mutant that no case notices, a patient of whom a case would notice it, in steps, and both answers."""

    mutant: Mutant
    facts: Mapping[str, GivenValue]
    now: Trace
    then: Trace


@dataclass(frozen=True, slots=True)
class Noticed:
    """What became of the mutants of one decision. Of `undecided` nothing is claimed."""

    decision: str
    killed: tuple[Mutant, ...]
    equivalent: tuple[Mutant, ...]
    survivors: tuple[Survivor, ...]
    undecided: tuple[Mutant, ...]

    @property
    def count(self) -> int:
        return len(self.killed) + len(self.equivalent) + len(self.survivors) + len(self.undecided)


def noticed(guideline: Guideline, decision: str) -> Noticed:
    """Runs the cases that pass on every mutant; a mutant on which one of them fails is killed. Of the others it is
    proved whether some patient who states every fact that rules test gets another outcome, caution or score. One with
    which the guideline would not load, because points leave the range of a score, is left out."""
    cases = [case for case in guideline.decisions[decision].cases.values() if not run_case(guideline, decision, case)]
    killed, left = list[Mutant](), list[Mutant]()
    for mutant in mutants(guideline, decision):
        killer = next((case for case in cases if run_case(mutant.guideline, decision, case)), None)
        if killer is not None:
            killed.append(mutant)
            cases.sort(key=lambda case: case is not killer)  # it often notices the next one too
        elif not leaves_range(mutant):
            left.append(mutant)
        mutant.guideline.forget()
    equivalent, survivors, undecided = list[Mutant](), list[Survivor](), list[Mutant]()
    plan = plan_of(guideline, decision)
    proofs = Proofs(_refined(plan, left)) if left else None
    for mutant in left:
        assert proofs is not None
        try:
            found = _told_apart(proofs, guideline, mutant)
        except SolverLimit:
            undecided.append(mutant)
            continue
        finally:
            mutant.guideline.forget()
        equivalent += [mutant] if found is None else []
        survivors += [found] if found is not None else []
    return Noticed(decision, tuple(killed), tuple(equivalent), tuple(survivors), tuple(undecided))


def _refined(plan: Plan, left: Sequence[Mutant]) -> Plan:
    """The plan with cells fine enough for the tests of every mutant too."""
    starts = {name: set(cells.starts) for name, cells in plan.cells.items()}
    for mutant in left:
        for name, cells in plan_of(mutant.guideline, mutant.decision).cells.items():
            starts[name] |= set(cells.starts)
    return replace(
        plan, cells={name: Cells(each.fact, tuple(sorted(starts[name]))) for name, each in plan.cells.items()}
    )


def _told_apart(proofs: Proofs, guideline: Guideline, mutant: Mutant) -> Survivor | None:
    """Who gets another answer from a mutant; None where it is proved that nobody does. Raises `SolverLimit`, also
    where the engine does not bear out what the solver found."""
    with proofs.question() as ask:
        values = ask.least(ask.differs(ask.concluded_by(plan_of(mutant.guideline, mutant.decision))))
    if values is None:
        return None
    facts = {name: GivenValue(steps=steps, place=mutant.place) for name, steps in sorted(values.items())}
    tested = plan_of(guideline, mutant.decision).tested
    stated = ({name: each for name, each in facts.items() if name in tested}, facts)
    readings = (reading for each in stated for reading in _readings(guideline, each))
    facts = next((each for each in readings if _answers(guideline, mutant, each)), {})
    if not facts:
        raise SolverLimit(f"no patient was found who bears out that {mutant.id} changes an answer")
    answers = _answers(guideline, mutant, facts)
    assert answers is not None
    for name in list(facts):
        fewer = {each: given for each, given in facts.items() if each != name}
        shorter = _answers(guideline, mutant, fewer)
        if shorter and (shorter[0].status, shorter[0].outcome) == (answers[0].status, answers[0].outcome):
            facts, answers = fewer, shorter
    return Survivor(mutant, facts, *answers)


def _readings(guideline: Guideline, facts: Mapping[str, GivenValue]) -> Iterator[dict[str, GivenValue]]:
    """The facts, and those without the ones that others are computed from."""
    yield dict(facts)
    read = frozenset[str]().union(*(fact.reads for fact in guideline.facts.values()))
    yield {name: given for name, given in facts.items() if name not in read}


def _answers(guideline: Guideline, mutant: Mutant, facts: Mapping[str, GivenValue]) -> tuple[Trace, Trace] | None:
    """The original's answer and the mutant's, where they differ and neither refuses the patient."""
    given = Facts(dict(facts), place=mutant.place)
    try:
        now, then = (decide(each, mutant.decision, given, at=DEFAULT_AT) for each in (guideline, mutant.guideline))
    except InputRejected:
        return None
    return (now, then) if _is_noticed(now, then) else None


def _is_noticed(now: Trace, then: Trace) -> bool:
    """Whether a case that expects all of the first answer that can be expected fails on the second: of points those
    that are settled."""
    settled = {(score.score, score.low) for score in now.scores if score.low == score.high}
    others = {(score.score, score.low) for score in then.scores if score.low == score.high}
    return _told(now) != _told(then) or not settled <= others


def _told(trace: Trace) -> tuple[object, ...]:
    cautions = tuple(caution.rule for caution in trace.cautions)
    return trace.status, trace.outcome, trace.possible_outcomes, cautions
