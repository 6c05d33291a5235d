"""What is missing: exactly the facts that can still change the outcome, best question first."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine import logic
from engine.answer_cells import answer_cells
from engine.cells import Cells
from engine.errors import SolverLimit
from engine.guideline import Fact
from engine.known import Known
from engine.plan import Plan, plan_of
from engine.trace import Status
from engine.truth import UNKNOWN, Truth
from engine.units import asked_for, relevant_facts, standing_for
from explain.preferred import found_from
from explain.reading import Reading


@dataclass(frozen=True, slots=True)
class Answered:
    """Values of a fact, as texts, and the results that would then be left, None for no outcome."""

    texts: tuple[str, ...]
    results: frozenset[str | None]

    @property
    def is_settled(self) -> bool:
        """Whether the decision would be concluded."""
        return len(self.results) == 1 and None not in self.results


@dataclass(frozen=True, slots=True)
class Question:
    """A fact to ask for. `settles` counts the cells of its range whose answer alone would conclude the decision;
    `answers` says what each would leave possible, those that leave the same together. It `may_settle_more` where sums
    need something else that is unknown as well, or one needs it twice: then that is what all answers in a cell together
    could leave, and one of them may leave less. `finds` are the facts that an answer alone would give a value, or
    another one, which is not looked into: then there are no `answers`."""

    fact: Fact
    settles: int
    answers: tuple[Answered, ...]
    finds: tuple[str, ...] = ()
    may_settle_more: bool = False


def questions(reading: Reading) -> tuple[Question, ...]:
    """The unknown facts that can still change the outcome: those in some minimal set of facts of which two completions
    differ, and differ in their result; a fact that another guideline decides stands for those that matter through it
    alone; and where it matters by which of several formulas a fact follows, what these read. The most settling first,
    then by id; none where the decision is concluded.
    """
    if reading.trace.status is not Status.NEEDS_INFORMATION:
        return ()
    plan = plan_of(reading.guideline, reading.decision.id)
    known = known_of(reading)
    drawn = logic.draws(plan, known)
    mattering = frozenset[str]().union(*logic.deciding_sets(plan, known, drawn))
    names = asked_for(plan, known, mattering | _choosing(plan, known, mattering))
    asked = [_question(plan, reading, known, drawn, name) for name in names]
    return tuple(sorted(asked, key=lambda question: (-question.settles, question.fact.id)))


def _choosing(plan: Plan, known: Known, mattering: frozenset[str]) -> frozenset[str]:
    """The facts beside those that matter by their values which say by which of several ways a fact follows, where that
    can change the result."""
    open_ = (plan.bound & relevant_facts(plan)) - known.values.keys() - known.untied
    several = {name for name in open_ if len(plan.imports.get(name, ())) + len(plan.linear.get(name, ())) > 1}
    several = {name for name in several if not standing_for(plan, known, frozenset([name])) <= mattering}
    return standing_for(plan, known, logic.deciding_ways(plan, known, several)) if several else frozenset()


def known_of(reading: Reading) -> Known:
    """What a trace says is known, back in steps."""
    given = ((traced.fact, traced.value) for traced in reading.trace.facts)
    values = {name: reading.fact(name).steps_of(value) for name, value in given if value is not None}
    return Known(values, frozenset(reading.trace.counted_free))


def truth_whatever_is_unknown(reading: Reading, wanted: logic.Wanted) -> Truth:
    """Whether something is so in every completion of what is known, or in none; unknown also where the solver gives
    up."""
    try:
        return logic.truth_in_completions(plan_of(reading.guideline, reading.decision.id), known_of(reading), wanted)
    except SolverLimit:
        return UNKNOWN


def _question(plan: Plan, reading: Reading, known: Known, drawn: logic.Draws, name: str) -> Question:
    fact = reading.fact(name)
    if finds := found_from(reading, name):
        return Question(fact, 0, (), finds)
    cells = answer_cells(plan, known, name, relevant_facts(plan))
    is_exact, cells = cells is not None, cells or plan.cells[name]
    left: dict[frozenset[str | None], list[int]] = {}
    for number, results in enumerate(_left_by(plan, reading, known, drawn, cells, is_exact)):
        if results:
            left.setdefault(results, []).append(number)
    answers = tuple(Answered(cells.texts(alike), results) for results, alike in left.items())
    settled = (len(left[each.results]) for each in answers if each.is_settled)
    return Question(fact, sum(settled), answers, may_settle_more=not is_exact)


def _left_by(
    plan: Plan, reading: Reading, known: Known, drawn: logic.Draws, cells: Cells, is_exact: bool
) -> Iterator[frozenset[str | None]]:
    """The results that the first answer of each of these cells leaves possible; unless `is_exact`, all answers in it.
    One to a fact that follows from others goes before them, and may bring what they exclude."""
    trace, name = reading.trace, cells.fact.id
    follows = name in plan.bound and name not in known.untied
    candidates = [*(reading.decision.outcomes if follows else trace.possible_outcomes)]
    candidates += [None] if follows or trace.may_be_not_covered else []
    within = [(name, plan.cells[name].at(start)) for start in cells.starts]
    shown = [drawn.shown.get(each, frozenset[str | None]()) for each in within]
    seen = [each | drawn.excluded.get(at, frozenset()) for at, each in zip(within, shown, strict=True)]
    asked = [[each for each in candidates if each not in already] for already in seen]
    found = logic.possible_by_start(plan, known, name, cells.starts, asked, is_stated=is_exact or follows)
    return map(frozenset.union, shown, found)
