"""Thresholds of neighbours that do not meet: a hole of one step between them, or an overlap of one.

`<= 4.4` beside `>= 4.5` leaves out 4.41 to 4.49 where the fact has two decimals; `<= 4.4` beside `>= 4.4` counts 4.4
twice. One step is that of the last decimal written. Only what makes a difference to somebody's answer is told.
"""

from collections.abc import Iterator

from engine.checks.flaws import Flaw, Proof
from engine.checks.seams import Seam, seams_of
from engine.checks.subject import Found, Subject, Values
from engine.logic import Literal, Proofs
from engine.trace import Status, Trace

HOLE, OVERLAP = "check.threshold_hole", "check.threshold_overlap"


def thresholds(subject: Subject) -> Iterator[Found]:
    """The holes and overlaps of one step that change somebody's answer."""
    is_free = {HOLE: True, OVERLAP: True}
    for name in subject.plan.tested:
        fact = subject.guideline.facts[name]
        for seam in seams_of(subject.decision, fact) if fact.is_numeric else ():
            flaw = _hole(subject, seam) if seam.is_hole else _overlap(subject, seam)
            if flaw is not None:
                subject.seams.append(seam)
                is_free[flaw.code] = False
                yield flaw
    for code, kind in ((HOLE, "holes"), (OVERLAP, "overlaps")):
        if is_free[code]:
            yield Proof(code, f"no {kind} of one step between thresholds on a fact", subject.decision.id, subject.kinds)


def in_noted_steps(subject: Subject, ask: Proofs) -> list[Literal]:
    """That a patient is in one of the holes or overlaps that were noted: what others find of these follows from
    them."""
    return [ask.any([ask.cell(each.fact.id, cell) for cell in _cells(subject, each)]) for each in subject.seams]


def _cells(subject: Subject, seam: Seam) -> range:
    at = subject.plan.cells[seam.fact.id].at
    return range(at(seam.between[0]), at(seam.between[1]) + 1)


def _hole(subject: Subject, seam: Seam) -> Flaw | None:
    """The flaw, where somebody in the hole gets an answer that nobody gets who is like them but at one of its sides."""
    fact = seam.fact
    with subject.proofs.question() as ask:
        sides = [ask.altered({}, {fact.id: steps}) for steps in (seam.last, seam.first)]
        inside = ask.any([ask.cell(fact.id, cell) for cell in _cells(subject, seam)])
        values = ask.least(inside, ask.differs(*sides), *map(ask.is_possible, sides))
    if values is None:
        return None

    def differs(facts: Values) -> bool:
        if fact.id not in facts:
            return False
        here, *others = (_answer(subject.decided({**facts, fact.id: at})) for at in (facts[fact.id], *seam.sides))
        return here is not None and None not in others and here not in others

    low, high = (fact.text_of(steps) for steps in seam.between)
    left_out = low if low == high else f"{low} to {high}"
    return Flaw(
        HOLE,
        f"between `{seam.below.id}` and `{seam.above.id}` a `{fact.id}` of {left_out} is left out",
        seam.below.place,
        f"let one rule end where the other begins: `<= {fact.text_of(seam.last)}` goes with "
        f"`> {fact.text_of(seam.last)}`",
        subject.decision.id,
        seam.below.id,
        also=((seam.above.place, f"the rule that begins at {fact.text_of(seam.first)}"),),
        witness=subject.witness(values, differs),
    )


def _overlap(subject: Subject, seam: Seam) -> Flaw | None:
    """The flaw, where two outcomes are concluded together for somebody in the overlap, but not at its sides."""
    fact = seam.fact
    with subject.proofs.question() as ask:
        sides = [ask.altered({}, {fact.id: steps}) for steps in seam.sides]
        inside = ask.any([ask.cell(fact.id, cell) for cell in _cells(subject, seam)])
        values = ask.least(inside, ask.overlaps(), *(ask.no(ask.overlaps(each)) for each in sides))
    if values is None:
        return None
    low, high = (fact.text_of(steps) for steps in seam.between)
    counted = low if low == high else f"{low} to {high}"
    return Flaw(
        OVERLAP,
        f"`{seam.below.id}` and `{seam.above.id}` both count a `{fact.id}` of {counted}",
        seam.below.place,
        f"leave it to one of them: `<= {fact.text_of(seam.last)}` goes with `> {fact.text_of(seam.last)}`",
        subject.decision.id,
        seam.below.id,
        also=((seam.above.place, f"the rule that begins at {fact.text_of(seam.first)}"),),
        witness=subject.witness(values, lambda facts: len(_concluded(subject, facts)) > 1),
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
