"""Deciding: the pure function from a guideline, a decision, a patient's facts and an instant to a trace.

Forward chaining runs on the matcher, the same conditions are evaluated directly beside it, and a difference refuses the
decision. No clock, no randomness, no environment: the same input gives an equal trace.
"""

from collections.abc import Mapping
from datetime import datetime

from engine import logic
from engine.case_split import TooManyCases, case_split
from engine.cautions import cautions_given, cautions_open
from engine.contradictions import note_impossible, note_no_completion
from engine.diagnostics import Diagnostics, quoted
from engine.direct import Evaluation, evaluate
from engine.errors import EngineDisagreement, InputRejected, NotFound
from engine.facts import Facts
from engine.guideline import Guideline
from engine.known import Known
from engine.matcher import Matcher
from engine.origins import Resolved, resolve
from engine.plan import Plan, plan_of
from engine.trace import (
    Event,
    FindingDoesNotHold,
    OutcomeConcluded,
    OutcomeForced,
    OutcomeOverridden,
    Result,
    RuleFired,
    Status,
    Trace,
)
from engine.truth import FALSE, TRUE


def decide(guideline: Guideline, decision: str, facts: Facts, *, at: datetime) -> Trace:
    """Decides one patient.

    `at` is the instant of the decision, with its offset; ages are counted in days up to its date. Raises `NotFound` for
    an unknown decision, `ValueError` for an `at` without offset, `InputRejected` for facts that no patient can have
    together, `EngineDisagreement` when the two engines differ, `SolverLimit` when the status could not be proved.
    """
    if decision not in guideline.decisions:
        raise NotFound(f"`{guideline.id}` has no decision `{decision}`; it has {quoted(guideline.decisions)}")
    if at.utcoffset() is None:
        raise ValueError("`at` needs an offset from UTC")
    plan = plan_of(guideline, decision)
    resolved = _resolved(plan, facts, at)
    evaluation = evaluate(plan, resolved.values)
    _compare(plan, resolved.values, evaluation)
    results = _results(plan, facts, resolved.known, evaluation)
    return _trace(plan, resolved, evaluation, results, at)


def _resolved(plan: Plan, facts: Facts, at: datetime) -> Resolved:
    diagnostics = Diagnostics()
    resolved = resolve(plan, facts.given, at.date(), diagnostics)
    note_impossible(plan, facts, resolved.values, diagnostics)
    if diagnostics.count:
        raise InputRejected(diagnostics.sorted())
    return resolved


def _compare(plan: Plan, values: Mapping[str, int], evaluation: Evaluation) -> None:
    """Forward chaining beside direct evaluation: refuses the decision where they differ."""
    matcher = plan.guideline.keep(Matcher, plan.decision.id, lambda: Matcher(plan.decision, plan.guideline.facts))
    truths = evaluation.findings
    absent = [finding for finding in truths if truths[finding] is FALSE]
    matched = matcher.fired(values, absent)
    if matched != evaluation.fired:
        raise EngineDisagreement(matched, evaluation.fired)


def _results(plan: Plan, facts: Facts, known: Known, evaluation: Evaluation) -> frozenset[str | None]:
    """The results that completions have, None for no outcome; the solver answers what precedence leaves open."""
    candidates = evaluation.candidates
    if len(candidates) == 1 and plan.constrained <= known.values.keys():
        return frozenset(candidates)
    results = logic.possible_results(plan, known, candidates)
    if not results:
        diagnostics = Diagnostics()
        note_no_completion(facts, diagnostics)
        raise InputRejected(diagnostics.sorted())
    return results


def _trace(
    plan: Plan, resolved: Resolved, evaluation: Evaluation, results: frozenset[str | None], at: datetime
) -> Trace:
    outcomes = tuple(sorted(each for each in results if each is not None))
    is_concluded = len(results) == 1 and len(outcomes) == 1
    status = Status.CONCLUDED if is_concluded else Status.NEEDS_INFORMATION if outcomes else Status.NOT_COVERED
    outcome = outcomes[0] if is_concluded else None
    return Trace(
        guideline=plan.guideline.id,
        version=plan.guideline.version,
        sha256=plan.guideline.sha256,
        decision=plan.decision.id,
        at=at.isoformat(),
        status=status,
        outcome=outcome,
        possible_outcomes=outcomes,
        may_be_not_covered=status is Status.NEEDS_INFORMATION and None in results,
        facts=resolved.traces,
        findings=tuple(sorted(evaluation.findings.items())),
        events=_events(plan, resolved.known, evaluation, outcome),
        not_fired=_not_fired(plan, evaluation),
        cautions=cautions_given(plan, resolved, evaluation, at.date()),
        cautions_open=cautions_open(plan, evaluation),
        counted_free=_counted_free(plan, resolved.known),
    )


def _not_fired(plan: Plan, evaluation: Evaluation) -> tuple[tuple[str, Result], ...]:
    results = evaluation.rules
    return tuple([(rule, results[rule]) for rule in plan.decision.rules if results[rule].truth is not TRUE])


def _counted_free(plan: Plan, known: Known) -> tuple[str, ...]:
    unknown = [name for name in plan.derived if name not in known.values]
    return tuple([name for name in unknown if name not in plan.linear or name in known.untied])


def _events(plan: Plan, known: Known, evaluation: Evaluation, outcome: str | None) -> tuple[Event, ...]:
    results, truths = evaluation.rules, evaluation.findings
    events: list[Event] = []
    for number, stratum in enumerate(plan.strata):
        for rule in stratum.rules:
            if results[rule.id].truth is TRUE:
                events.append(RuleFired(number, rule.id, rule.concludes, results[rule.id]))
        for finding in stratum.findings:
            if truths[finding.id] is FALSE:
                failed = tuple([(rule_id, results[rule_id]) for rule_id in finding.rules])
                events.append(FindingDoesNotHold(number, finding.id, failed))
    return (*events, *_conclusions(plan, known, evaluation, outcome))


def _conclusions(plan: Plan, known: Known, evaluation: Evaluation, outcome: str | None) -> list[Event]:
    if outcome is None:
        return []
    stratum = len(plan.strata)
    events: list[Event] = []
    if evaluation.outcomes[outcome] is TRUE:
        events.append(OutcomeConcluded(stratum, outcome, _firing(plan, evaluation, outcome)))
    else:
        events.append(_forced(plan, known, outcome, stratum))
    events += [
        OutcomeOverridden(stratum, other, outcome, _firing(plan, evaluation, other))
        for other, truth in evaluation.outcomes.items()
        if truth is TRUE and other != outcome
    ]
    return events


def _firing(plan: Plan, evaluation: Evaluation, outcome: str) -> tuple[str, ...]:
    return tuple(rule for rule in plan.concluding[outcome] if evaluation.rules[rule].truth is TRUE)


def _forced(plan: Plan, known: Known, outcome: str, stratum: int) -> OutcomeForced:
    try:
        return OutcomeForced(stratum, outcome, case_split(plan, known, outcome), more_cases=False)
    except TooManyCases:
        return OutcomeForced(stratum, outcome, (), more_cases=True)
