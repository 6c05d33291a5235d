"""Thresholds of neighbours that do not meet: a hole of one step between them, or an overlap of one.

`<= 4.4` beside `>= 4.5` leaves out 4.41 to 4.49 where the fact has two decimals; `<= 4.4` beside `>= 4.4` counts 4.4
twice. One step is that of the last decimal written. Only what makes a difference to somebody's answer is told: of a
score only points that somebody has.
"""

from collections.abc import Callable, Iterator

from engine.checks.flaws import Flaw, Proof, Unproved, Witness
from engine.checks.seams import Seam, at_points, seams_of
from engine.checks.subject import Found, Subject, Values
from engine.conditions import Condition, concluded_in
from engine.errors import SolverLimit
from engine.guideline import Fact
from engine.logic import Concluded, Literal, Proofs
from engine.trace import Status, Trace

HOLE, OVERLAP = "check.threshold_hole", "check.threshold_overlap"


def thresholds(subject: Subject) -> Iterator[Found]:
    """The holes and overlaps of one step that change somebody's answer."""
    is_free = {HOLE: True, OVERLAP: True}
    for scale in _scales(subject):
        for seam in seams_of(subject.decision, scale):
            code = HOLE if seam.is_hole else OVERLAP
            try:
                flaw = _hole(subject, seam) if seam.is_hole else _overlap(subject, seam)
            except SolverLimit as limit:
                is_free[code] = False
                between = f"between `{seam.below.id}` and `{seam.above.id}`"
                yield Unproved(code, f"thresholds on `{scale.id}` {between}: {limit}", subject.decision.id)
                continue
            if flaw is not None:
                subject.seams.append(seam)
                is_free[code] = False
                yield flaw
    for code, kind in ((HOLE, "holes"), (OVERLAP, "overlaps")):
        if is_free[code]:
            statement = f"no {kind} of one step between thresholds on a fact or a score"
            yield Proof(code, statement, subject.decision.id, subject.kinds)


def in_noted_steps(subject: Subject, ask: Proofs) -> list[Literal]:
    """That a patient is in one of the holes or overlaps that were noted: what others find of these follows from
    them."""
    return [ask.holds(each.test) for each in subject.seams]


def _scales(subject: Subject) -> Iterator[Fact]:
    facts = (subject.guideline.facts[name] for name in subject.plan.tested)
    yield from (fact for fact in facts if fact.is_numeric)
    yield from (score.scale for score in subject.decision.scores.values())


def _hole(subject: Subject, seam: Seam) -> Flaw | None:
    """The flaw, where somebody in the hole gets an answer that nobody gets who is like them but at one of its sides."""
    with subject.proofs.question() as ask:
        sides = _sides(subject, seam, ask)
        values = ask.least(ask.holds(seam.test), ask.differs(*sides), *map(ask.is_possible, sides))
    if values is None:
        return None
    decided_at_sides = _engine_at_sides(subject, seam)

    def differs(facts: Values) -> bool:
        here = subject.decided(facts)
        answers = [_answer(each) for each in (here, *decided_at_sides(facts))]
        return _is_inside(seam, facts, here) and None not in answers and answers[0] not in answers[1:]

    left_out = f"a `{seam.scale.id}` of {_between(subject, seam)} is left out"
    message = f"between `{seam.below.id}` and `{seam.above.id}` {left_out}"
    return _flaw(subject, seam, message, subject.witness(values, differs))


def _overlap(subject: Subject, seam: Seam) -> Flaw | None:
    """The flaw, where two outcomes are concluded together for somebody in the overlap, but not at its sides."""
    with subject.proofs.question() as ask:
        sides = _sides(subject, seam, ask)
        values = ask.least(ask.holds(seam.test), ask.overlaps(), *(ask.no(ask.overlaps(each)) for each in sides))
    if values is None:
        return None
    message = f"`{seam.below.id}` and `{seam.above.id}` both count a `{seam.scale.id}` of {_between(subject, seam)}"
    witness = subject.witness(values, lambda facts: len(_concluded(subject, facts)) > 1)
    return _flaw(subject, seam, message, witness)


def _flaw(subject: Subject, seam: Seam, message: str, witness: Witness) -> Flaw:
    text = seam.scale.text_of
    advice = "let one rule end where the other begins" if seam.is_hole else "leave it to one of them"
    return Flaw(
        HOLE if seam.is_hole else OVERLAP,
        message,
        seam.below.place,
        f"{advice}: `<= {text(seam.last)}` goes with `> {text(seam.last)}`",
        subject.decision.id,
        seam.below.id,
        also=((seam.above.place, f"the rule that begins at {text(seam.first)}"),),
        witness=witness,
    )


def _between(subject: Subject, seam: Seam) -> str:
    """The values of a hole or overlap; of a score those that patients have."""
    reached = subject.reached(seam.scale.id, *seam.between) if seam.is_of_score else None
    low, high = (seam.scale.text_of(steps) for steps in reached or seam.between)
    return low if low == high else f"{low} to {high}"


def _sides(subject: Subject, seam: Seam, ask: Proofs) -> list[Concluded]:
    """What the same patient would come to at the sides of a hole or overlap."""
    if seam.is_of_score:
        return [ask.altered(_with_points(subject, seam, points)) for points in seam.sides]
    return [ask.altered({}, {seam.scale.id: steps}) for steps in seam.sides]


def _engine_at_sides(subject: Subject, seam: Seam) -> Callable[[Values], list[Trace | None]]:
    """The same as the engine decides it. Points follow from rules, so that a patient with other points is decided by
    the guideline whose tests on the score come out as for these."""
    if not seam.is_of_score:
        return lambda facts: [subject.decided({**facts, seam.scale.id: steps}) for steps in seam.sides]
    guidelines = [subject.with_conditions(_with_points(subject, seam, points)) for points in seam.sides]
    return lambda facts: [subject.decided(facts, each) for each in guidelines]


def _with_points(subject: Subject, seam: Seam, points: int) -> dict[str, Condition]:
    """The conditions that test the score, as they come out for these points."""
    rules = {name: each.condition for name, each in subject.decision.rules.items()}
    tested = {name: each for name, each in rules.items() if seam.scale.id in concluded_in(each)}
    return {name: at_points(condition, seam.scale, points) for name, condition in tested.items()}


def _is_inside(seam: Seam, facts: Values, trace: Trace | None) -> bool:
    """Whether a patient is known to be in the hole or overlap."""
    if not seam.is_of_score:
        return seam.scale.id in facts
    low, high = seam.between
    totals = () if trace is None else trace.scores
    return any(
        low <= seam.scale.steps_of(each.low) and seam.scale.steps_of(each.high) <= high
        for each in totals
        if each.score == seam.scale.id
    )


def _answer(trace: Trace | None) -> object:
    """What is compared of a decision; None where it is refused or not settled."""
    if trace is None or trace.status is Status.NEEDS_INFORMATION:
        return None
    return trace.status, trace.outcome, tuple(each for each in trace.cautions if each.rule is not None), trace.scores


def _concluded(subject: Subject, facts: Values) -> frozenset[str]:
    """The outcomes that rules conclude for a patient, also those that do not stand."""
    trace, outcomes = subject.decided(facts), subject.decision.outcomes
    fired = () if trace is None else trace.fired
    return frozenset(each for rule in fired for each in subject.decision.rules[rule].concludes if each in outcomes)
