"""The cautions of a decision: those given with the answer, and those that wait for a fact still unknown."""

from collections.abc import Iterator
from datetime import date

from engine.direct import Evaluation
from engine.known import Known, Resolved
from engine.plan import Plan
from engine.trace import CautionKind, GivenCaution, OpenCaution
from engine.truth import TRUE, UNKNOWN
from engine.waiting import waits_for


def cautions_given(plan: Plan, resolved: Resolved, evaluation: Evaluation, today: date) -> tuple[GivenCaution, ...]:
    """Those of rules that fired, by rule; of the decision, in the author's order; of the facts' values and of the
    guidelines that decided them; of the guideline itself."""
    results = evaluation.rules
    given = [caution for rule, caution in plan.rule_cautions if results[rule].truth is TRUE]
    return (*given, *plan.cautions, *resolved.cautions, *_about_the_guideline(plan, today))


def cautions_open(plan: Plan, known: Known, evaluation: Evaluation) -> tuple[OpenCaution, ...]:
    """Those that some completion raises of rules whose condition is unknown, by rule, each with the facts that it waits
    for: none where it applies whatever is unknown."""
    results = evaluation.rules
    still_open = [
        OpenCaution(rule, caution.text, waiting.facts, waiting.may_be_fewer)
        for rule, caution in plan.rule_cautions
        if results[rule].truth is UNKNOWN and (waiting := waits_for(plan, known, evaluation, rule)) is not None
    ]
    return tuple(still_open)


def _about_the_guideline(plan: Plan, today: date) -> Iterator[GivenCaution]:
    if plan.guideline.status == "retired":
        yield GivenCaution(CautionKind.GUIDELINE, "This guideline is retired: it must not guide a new decision.")
    review_by = plan.guideline.review_by
    if review_by is not None and today > review_by:
        text = f"This guideline was due for review by {review_by} and may be out of date."
        yield GivenCaution(CautionKind.GUIDELINE, text)
