"""Gaps: patients for whom no rule concludes an outcome."""

from collections.abc import Iterator

from engine.checks.flaws import Flaw, Proof
from engine.checks.subject import Found, Subject
from engine.checks.thresholds import in_noted_steps
from engine.logic import ResultIs
from engine.trace import Status, Trace

CODE = "check.gap"


def gaps(subject: Subject) -> Iterator[Found]:
    """One flaw for a decision that leaves patients without an outcome. Patients in a hole between two thresholds are
    left to `check.threshold_hole`."""
    with subject.proofs.question() as ask:
        wanted = [ask.result(None), *(ask.no(each) for each in in_noted_steps(subject, ask))]
        values = ask.least(*wanted)
        is_proved = values is None and not ask.is_met(ask.result(None))
    if is_proved:
        yield Proof(CODE, "no gaps: every patient has an outcome", subject.decision.id, subject.kinds)
    if values is None:
        return
    witness = subject.witness(values, lambda facts: _is_not_covered(subject.decided(facts)))
    yield Flaw(
        CODE,
        "some patients come to no outcome",
        subject.decision.place,
        "write a rule for them, or widen the conditions of those that are near; where no advice is meant for them, let "
        "a rule conclude an outcome that says so",
        subject.decision.id,
        subject.decision.id,
        witness=witness,
        region=subject.region(ResultIs(None)),
    )


def _is_not_covered(trace: Trace | None) -> bool:
    return trace is not None and trace.status is Status.NOT_COVERED
