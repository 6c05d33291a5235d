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
from engine.direct import Evaluation, evaluate, open_points, score_traces
from engine.errors import EngineDisagreement, InputRejected, NotFound
from engine.guideline import Guideline
from engine.known import Known, Resolved
from engine.matcher import Matcher, OpenPoints, Settled
from engine.origins import resolve
from engine.patient import Facts
from engine.plan import Plan, plan_of
from engine.trace import (
    Answer,
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
    return _traced(*_standing(guideline, decision, facts, at), at)


def answered(guideline: Guideline, decision: str, facts: Facts, *, at: datetime) -> Answer:
    """The same without what is still open in it, which takes longest to find; raises the same."""
    return _answer(*_standing(guideline, decision, facts, at), at)


def concluded(guideline: Guideline, decision: str, facts: Facts, *, at: datetime) -> str | None:
    """The outcome that `decide` concludes, None where it concludes none. The same, without a trace; raises the same."""
    _, _, _, results = _standing(guideline, decision, facts, at)
    return _outcome(results)


def _standing(
    guideline: Guideline, decision: str, facts: Facts, at: datetime
) -> tuple[Plan, Resolved, Evaluation, frozenset[str | None]]:
    """What is known of a patient, what follows from it, and the results that completions have."""
    plan = _asked(guideline, decision, at)
    resolved = _resolved(plan, facts, at)
    evaluation, results = _evaluated(plan, resolved)
    if not results:
        diagnostics = Diagnostics()
        note_no_completion(facts, diagnostics)
        raise InputRejected(diagnostics.sorted())
    return plan, resolved, evaluation, results


def _asked(guideline: Guideline, decision: str, at: datetime) -> Plan:
    if decision not in guideline.decisions:
        raise NotFound(f"`{guideline.id}` has no decision `{decision}`; it has {quoted(guideline.decisions)}")
    if at.utcoffset() is None:
        raise ValueError("`at` needs an offset from UTC")
    return plan_of(guideline, decision)


def _resolved(plan: Plan, facts: Facts, at: datetime) -> Resolved:
    diagnostics = Diagnostics()
    resolved = resolve(plan, facts.given, at, diagnostics, _decided)
    note_impossible(plan, facts, resolved.values, diagnostics)
    if diagnostics.count:
        raise InputRejected(diagnostics.sorted())
    return resolved


def _decided(plan: Plan, resolved: Resolved, at: datetime) -> Trace | None:
    """The decision for what is known; None where that has no completion."""
    evaluation, results = _evaluated(plan, resolved)
    return _traced(plan, resolved, evaluation, results, at) if results else None


def _evaluated(plan: Plan, resolved: Resolved) -> tuple[Evaluation, frozenset[str | None]]:
    """What follows from what is known, as both engines find it; and the results that completions have."""
    evaluation = evaluate(plan, resolved.values)
    _compare(plan, resolved.values, evaluation)
    return evaluation, _results(plan, resolved.known, evaluation)


def _outcome(results: frozenset[str | None]) -> str | None:
    """The outcome that is concluded: the one result, if it is one."""
    return next(iter(results)) if len(results) == 1 else None


def _compare(plan: Plan, values: Mapping[str, int], evaluation: Evaluation) -> None:
    """Forward chaining beside direct evaluation: refuses the decision where they differ."""
    matcher = plan.guideline.keep(Matcher, plan.decision.id, lambda: Matcher(plan.decision, plan.guideline.facts))
    matched = matcher.fired(values, _settled(plan, evaluation))
    if matched != evaluation.fired:
        raise EngineDisagreement(matched, evaluation.fired)


def _settled(plan: Plan, evaluation: Evaluation) -> list[Settled]:
    """What forward chaining is told beyond the facts, in the order of the strata: the findings that do not hold, and
    which points of a score are still open."""
    truths, rules = evaluation.findings, evaluation.rules
    if not evaluation.scores:
        return [finding for finding in truths if truths[finding] is FALSE]
    settled: list[Settled] = []
    for stratum in plan.strata:
        settled += [finding.id for finding in stratum.findings if truths[finding.id] is FALSE]
        settled += [OpenPoints(score.id, *open_points(plan, score, rules)) for score in stratum.scores]
    return settled


def _results(plan: Plan, known: Known, evaluation: Evaluation) -> frozenset[str | None]:
    """The results that completions have, None for no outcome; the solver answers what precedence leaves open."""
    candidates = evaluation.candidates
    if len(candidates) == 1 and not _is_tied(plan, known):
        return frozenset(candidates)
    return logic.possible_results(plan, known, candidates)


def _is_tied(plan: Plan, known: Known) -> bool:
    """Whether what is known may leave no completion: something unknown is tied to it."""
    names = known.values.keys()
    for tie in plan.ties:
        if not tie.isdisjoint(names) and not tie <= names:
            return True
    return bool(plan.ties) and not logic.is_possible(plan)


def _traced(
    plan: Plan, resolved: Resolved, evaluation: Evaluation, results: frozenset[str | None], at: datetime
) -> Trace:
    answer = _answer(plan, resolved, evaluation, results, at)
    return Trace.of(answer, cautions_open(plan, resolved.known, evaluation), _counted_free(plan, resolved.known))


def _answer(
    plan: Plan, resolved: Resolved, evaluation: Evaluation, results: frozenset[str | None], at: datetime
) -> Answer:
    outcomes = tuple(sorted(each for each in results if each is not None))
    outcome = _outcome(results)
    is_open = outcome is None and outcomes
    status = Status.NEEDS_INFORMATION if is_open else Status.CONCLUDED if outcomes else Status.NOT_COVERED
    return Answer(
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
        scores=score_traces(plan, evaluation) if evaluation.scores else (),
        events=_events(plan, resolved.known, evaluation, outcome),
        not_fired=_not_fired(plan, evaluation),
        cautions=cautions_given(plan, resolved, evaluation, at.date()),
    )


def _not_fired(plan: Plan, evaluation: Evaluation) -> tuple[tuple[str, Result], ...]:
    results = evaluation.rules
    return tuple([(rule, results[rule]) for rule in plan.decision.rules if results[rule].truth is not TRUE])


def _counted_free(plan: Plan, known: Known) -> tuple[str, ...]:
    free = [name for name in plan.derived if name in known.untied or name not in plan.bound]
    return tuple([name for name in free if name not in known.values])


def _events(plan: Plan, known: Known, evaluation: Evaluation, outcome: str | None) -> tuple[Event, ...]:
    results, truths = evaluation.rules, evaluation.findings
    events: list[Event] = []
    for number, stratum in enumerate(plan.strata):
        for rule in stratum.rules:
            if results[rule.id].truth is TRUE:
                events.append(RuleFired(number, rule.id, rule.concludes, rule.adds, results[rule.id]))
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
