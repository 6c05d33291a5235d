"""Two versions of a decision compared: which patients move from one result to another, each move with examples that
both versions decide again, or the proof that nobody moves."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from engine import logic
from engine.alignment import Aligned, Alignment, Side, alignment_of, is_same_scale
from engine.conditions import Interval
from engine.deciding import decide
from engine.diagnostics import Place
from engine.edits import Edit, edits_between
from engine.errors import EngineFault, InputRejected
from engine.guideline import Fact, GivenValue, Guideline
from engine.logic import Dimension, Kind, Refused, Turn
from engine.patient import Facts
from engine.plan import plan_of
from engine.ties import always_in_range
from engine.told import Told, ToldCaution, ToldScore
from engine.trace import Trace
from engine.versions import Step, step_between

Result = str | None | Refused
Bounds = tuple[tuple[Dimension, tuple[Interval, ...]], ...]
_PLACE = Place("facts")
_CONTRADICTORY = "patient.contradictory"
Decided = Trace | Refused
_GIVEN = {Turn.LOST: [True, False], Turn.GAINED: [False, True]}
"""Whether a caution is given, before and after."""


@dataclass(frozen=True, slots=True)
class Example:
    """The same patient as each version knows them; both were decided again, with the results of the move."""

    before: Facts
    after: Facts


@dataclass(frozen=True, slots=True)
class Group:
    """Patients who move alike: the values that bind them, and the least of them as an example; None where a version
    refuses that one, because a formula that is counted free has no value in range. Of those with other points, the
    example's points before and after, as they are written."""

    bounds: Bounds
    example: Example | None
    points: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Movement:
    """Everybody who had one result and has another; the groups cover them all unless `is_capped`."""

    before: Result
    after: Result
    groups: tuple[Group, ...]
    is_capped: bool


@dataclass(frozen=True, slots=True)
class ToldChange:
    """Everybody whom both versions answer, and who gets a caution in one version only, or other points; groups as of a
    movement."""

    told: Told
    turn: Turn
    groups: tuple[Group, ...]
    is_capped: bool


@dataclass(frozen=True, slots=True)
class DecisionComparison:
    """What two versions of a decision make of the same patients.

    No movement proves that no complete patient changes; if `is_proved_for_all`, none at all, whatever is not known. No
    change of what is told beside the outcome proves that no complete patient gets another caution of a rule, or other
    points; where less is known, rules that say the same in another way may fire for different patients.
    classes: the combinations of values that the two versions tell apart
    apart: the facts that are another fact in each version, because they have no value in common
    narrowed: the facts that are compared on the values that both versions accept, which are not all
    found_apart: the facts that each version computes or decides in its own way, and that are compared so
    computed_otherwise: the facts that are found otherwise where they are not given, and compared as given
    refusing_apart: the facts that one version computes in a way that the other does not, and for which it may refuse
    whom the other answers, because a formula leaves their range
    refuses_more: whether the version after is such a one
    against_formulas: whether somebody changes who states a fact against what it would be computed from
    told_against_formulas: whether only somebody who does so gets another caution or other points
    """

    decision: str
    movements: tuple[Movement, ...]
    told_changes: tuple[ToldChange, ...]
    classes: int
    apart: tuple[str, ...]
    narrowed: tuple[str, ...]
    found_apart: tuple[str, ...]
    computed_otherwise: tuple[str, ...]
    refusing_apart: tuple[str, ...]
    refuses_more: bool
    against_formulas: bool
    told_against_formulas: bool

    @property
    def is_proved_for_all(self) -> bool:
        facts = (self.apart, self.narrowed, self.found_apart, self.computed_otherwise, self.refusing_apart)
        return not any((self.movements, self.against_formulas, *facts))


@dataclass(frozen=True, slots=True)
class GuidelineComparison:
    """Two versions of a guideline. `decisions` are those that both have, by id; `required` is the step of the version
    that the edits and movements ask for (a patient who was answered and is, or may be, refused asks for a major one),
    `taken` the one that the versions show."""

    before: Guideline
    after: Guideline
    decisions: tuple[DecisionComparison, ...]
    edits: tuple[Edit, ...]

    @property
    def required(self) -> Step:
        steps = [edit.step for edit in self.edits]
        moved = [move for each in self.decisions for move in each.movements]
        steps += [Step.MAJOR if move.after is Refused.REFUSED else Step.PATCH for move in moved]
        steps += [Step.MAJOR for each in self.decisions if each.refuses_more]
        return max([*steps, *(Step.PATCH for each in self.decisions if each.told_changes), Step.NONE])

    @property
    def taken(self) -> Step:
        return step_between(self.before.version, self.after.version)

    @property
    def is_version_enough(self) -> bool:
        return self.taken >= self.required


def comparison_of(before: Guideline, after: Guideline, *, at: datetime, limit: int) -> GuidelineComparison:
    """Compares two guidelines whole, with at most `limit` groups for each movement. `at` is the instant at which
    examples are decided again. Raises `SolverLimit` and `EngineFault`."""
    both = sorted(before.decisions.keys() & after.decisions.keys())
    decisions = tuple(compared(before, after, name, at=at, limit=limit) for name in both)
    return GuidelineComparison(before, after, decisions, edits_between(before, after))


def compared(before: Guideline, after: Guideline, decision: str, *, at: datetime, limit: int) -> DecisionComparison:
    """Compares a decision that both guidelines have, with at most `limit` groups for each movement. Raises
    `SolverLimit`, and `EngineFault` where a version does not confirm an example."""
    alignment = alignment_of(plan_of(before, decision), plan_of(after, decision))
    moves = logic.moves_of(alignment, limit=limit)
    refusing = {each.id: sides for each in alignment.facts if (sides := _refusing_alone(alignment, each))}
    return DecisionComparison(
        decision=decision,
        movements=tuple(_movement(alignment, moves, move, at) for move in moves.moves),
        told_changes=tuple(_told_change(alignment, moves, move, at) for move in moves.told_moves),
        classes=moves.classes,
        apart=tuple(each.id for each in alignment.facts if each.scale is None),
        narrowed=tuple(each.id for each in alignment.facts if each.scale is not None and _is_narrowed(each)),
        found_apart=tuple(each.id for each in alignment.facts if each.is_split),
        computed_otherwise=tuple(each.id for each in alignment.facts if _is_found_otherwise(each)),
        refusing_apart=tuple(refusing),
        refuses_more=any(Side.AFTER in sides for sides in refusing.values()),
        against_formulas=moves.against_formulas and not moves.moves,
        told_against_formulas=moves.told_against_formulas and not moves.told_moves,
    )


def _is_narrowed(aligned: Aligned) -> bool:
    return len(aligned.facts) == 2 and not is_same_scale(*aligned.facts.values())


def _is_found_otherwise(aligned: Aligned) -> bool:
    """Whether where it is not given a fact has another value, in a way that the comparison does not follow."""
    if len(aligned.facts) < 2:
        return False
    before, after = aligned.facts.values()
    if (before.assume, before.max_age_days) != (after.assume, after.max_age_days):
        return True
    ways = [[each.formula.expression for each in fact.derived] for fact in (before, after)]
    imports = [[(each.guideline.sha256, each.decision) for each in fact.imports] for fact in (before, after)]
    return (ways[0] != ways[1] or imports[0] != imports[1]) and not aligned.is_split


def _refusing_alone(alignment: Alignment, aligned: Aligned) -> frozenset[Side]:
    """The versions that compute a fact in a way that the other does not, which some inputs may take out of its range.
    Of formulas that are not linear that is taken for granted."""
    ways = {side: _ways(alignment.plans[side].guideline.facts, aligned.id) for side in aligned.plays}
    return frozenset(
        side
        for side, own in ways.items()
        for way, may_leave in own.items()
        if may_leave and all(other == side or way not in others for other, others in ways.items())
    )


def _ways(facts: Mapping[str, Fact], name: str) -> dict[object, bool]:
    """The ways in which a version computes a fact, each with whether it may leave the fact's range. Ways are the same
    where the formulas and all scales are."""
    fact = facts[name]

    def scale(each: Fact) -> object:
        return each.id, each.low, each.high, each.decimals

    return {
        (each.formula.expression, scale(fact), *(scale(facts[read]) for read in each.formula.facts)): (
            each.formula.linear is None or not always_in_range(facts, fact, each.formula.linear)
        )
        for each in fact.derived
    }


def _movement(alignment: Alignment, moves: logic.Moves, move: logic.Move, at: datetime) -> Movement:
    results = {Side.BEFORE: move.before, Side.AFTER: move.after}

    def is_so(found: Mapping[Side, Decided]) -> bool:
        return all(_has_result(found[side], result) for side, result in results.items())

    groups = (Group(box.bounds, _example(alignment, moves, box, is_so, at)) for box in move.boxes)
    return Movement(move.before, move.after, tuple(groups), move.is_capped)


def _told_change(alignment: Alignment, moves: logic.Moves, move: logic.ToldMove, at: datetime) -> ToldChange:
    def is_so(found: Mapping[Side, Decided]) -> bool:
        now = [_told_in(found[side], move.told, side) for side in Side]
        return now == _GIVEN[move.turn] if move.turn in _GIVEN else None not in now and now[0] != now[1]

    groups = [Group(box.bounds, _example(alignment, moves, box, is_so, at)) for box in move.boxes]
    if isinstance(move.told, ToldScore):
        groups = [replace(each, points=_points(alignment, move.told, each.example, at)) for each in groups]
    return ToldChange(move.told, move.turn, tuple(groups), move.is_capped)


def _points(alignment: Alignment, told: ToldScore, example: Example | None, at: datetime) -> tuple[str, str] | None:
    if example is None:
        return None
    one = _decided(alignment, Side.BEFORE, example.before, at)
    other = _decided(alignment, Side.AFTER, example.after, at)
    assert isinstance(one, Trace)
    assert isinstance(other, Trace)
    before, after = (str(each.low) for trace in (one, other) for each in trace.scores if each.score == told.id)
    return before, after


def _has_result(decided: Decided, result: Result) -> bool:
    if isinstance(decided, Refused) or isinstance(result, Refused):
        return decided is result
    return decided.outcome == result and len(decided.possible_outcomes) <= 1


def _told_in(decided: Decided, told: Told, side: Side) -> object:
    """Whether a version gives a caution, or how many points it gives, exactly; None where they are not settled."""
    if isinstance(decided, Refused):
        return None
    if isinstance(told, ToldCaution):
        return any(each.rule is not None and each.text == told.texts.get(side) for each in decided.cautions)
    (score,) = (each for each in decided.scores if each.score == told.id)
    return Fraction(score.low) if score.low == score.high else None


def _example(
    alignment: Alignment,
    moves: logic.Moves,
    box: logic.MovedBox,
    is_so: Callable[[Mapping[Side, Decided]], bool],
    at: datetime,
) -> Example | None:
    """The least patient of a box, as both versions bear it out; None where one of them refuses that patient for another
    reason than the guideline's `impossible`. Raises `EngineFault` where they come to something else."""
    facts = {side: _stated(alignment, moves, box.witness, side) for side in Side}
    found: dict[Side, Decided] = {}
    for side in Side:
        decided = _decided(alignment, side, facts[side], at)
        if decided is None:
            return None
        found[side] = decided
    if not is_so(found):
        raise EngineFault(f"an example of {alignment.plans[Side.BEFORE].decision.id} is not confirmed")
    return Example(facts[Side.BEFORE], facts[Side.AFTER])


def _decided(alignment: Alignment, side: Side, facts: Facts, at: datetime) -> Decided | None:
    """What a version makes of a patient; None where it refuses the patient for another reason than `impossible`."""
    plan = alignment.plans[side]
    try:
        return decide(plan.guideline, plan.decision.id, facts, at=at)
    except InputRejected as rejected:
        is_impossible = {each.code for each in rejected.diagnostics} == {_CONTRADICTORY}
        return Refused.REFUSED if is_impossible else None


def _stated(alignment: Alignment, moves: logic.Moves, witness: Mapping[str, int], side: Side) -> Facts:
    """What a patient states to one version: what either version tests or calls impossible, and what a fact follows from
    that is not given."""
    needed = _needed(alignment, witness)
    given = {
        name: GivenValue(steps=steps, place=_PLACE)
        for name, steps in _values(alignment, moves, witness, side)
        if name in needed
    }
    return Facts(dict(sorted(given.items())), place=_PLACE)


def _values(
    alignment: Alignment, moves: logic.Moves, witness: Mapping[str, int], side: Side
) -> Iterator[tuple[str, int]]:
    for key, steps in witness.items():
        dimension = moves.dimensions[key]
        aligned = alignment.by_id[dimension.fact]
        if dimension.kind is Kind.VALUE and side in aligned.plays:
            yield dimension.fact, aligned.on(side, steps)
        elif dimension.kind.value == side.value and _is_given(aligned, witness):
            yield dimension.fact, steps


def _needed(alignment: Alignment, witness: Mapping[str, int]) -> frozenset[str]:
    plans = alignment.plans.values()
    needed = frozenset[str]().union(*(plan.exclusive.union(plan.tested) for plan in plans))
    hidden = [each for each in alignment.facts if not _is_given(each, witness)]
    return needed | _read(fact for each in hidden for fact in each.facts.values())


def _read(facts: Iterable[Fact]) -> frozenset[str]:
    return frozenset[str]().union(*(fact.reads for fact in facts))


def _is_given(aligned: Aligned, witness: Mapping[str, int]) -> bool:
    return not aligned.is_split or bool(witness[f"{aligned.id} {Kind.GIVEN.value}"])
