"""Direct evaluation of a whole decision: every rule, finding and outcome, three-valued, from what is known.

It is the second engine: it says why not, and `engine.deciding` holds the first one's firings against it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from engine import logic
from engine.conditions import Interval
from engine.evaluation import Values
from engine.plan import Plan
from engine.strata import PlannedScore
from engine.trace import Result, RulePoints, ScoreTrace, TestResult, decisive, tested_by
from engine.truth import FALSE, TRUE, UNKNOWN, Truth, any_of


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How every rule's condition, every finding and score (by stratum) and outcome (by precedence) came out; what
    fired. A score is the interval in which it lies, in steps."""

    rules: Mapping[str, Result]
    findings: Mapping[str, Truth]
    scores: Mapping[str, Interval]
    outcomes: Mapping[str, Truth]
    fired: frozenset[str]

    @property
    def candidates(self) -> tuple[str | None, ...]:
        """The results that precedence leaves open, None for no outcome; a single one is decided."""
        candidates: list[str | None] = []
        for outcome, truth in self.outcomes.items():
            if truth is not FALSE:
                candidates.append(outcome)
            if truth is TRUE:
                return tuple(candidates)
        return (*candidates, None)


def evaluate(plan: Plan, values: Values) -> Evaluation:
    """Evaluates a decision for the known facts, stratum by stratum."""
    rules: dict[str, Result] = {}
    findings: dict[str, Truth] = {}
    scores: dict[str, Interval] = {}
    fired: list[str] = []
    for stratum in plan.strata:
        for rule in stratum.rules:
            result = rules[rule.id] = rule.evaluate(values, findings, scores)
            if result.truth is TRUE:
                fired.append(rule.id)
        for finding in stratum.findings:
            findings[finding.id] = any_of([rules[rule].truth for rule in finding.rules])
        for score in stratum.scores:
            scores[score.id] = _interval(plan, score, rules)
    outcomes = {name: any_of([rules[rule].truth for rule in ids]) for name, ids in plan.concluding.items()}
    return Evaluation(rules, findings, scores, outcomes, frozenset(fired))


def open_points(plan: Plan, score: PlannedScore, rules: Mapping[str, Result]) -> Interval:
    """What rules could still take from a score, and add to it, in steps. Of rules that exclude one another only one
    counts, and none once one of them fired."""
    points = dict(score.points)
    in_groups = [[points[rule] for rule in group] for group in _open_groups(plan, score, rules)]
    return sum(min([0, *group]) for group in in_groups), sum(max([0, *group]) for group in in_groups)


def score_traces(plan: Plan, evaluation: Evaluation) -> tuple[ScoreTrace, ...]:
    """Every score by id, with the rules that gave points and those whose points are still open."""
    return tuple(_score_trace(plan, score, evaluation) for score in sorted(plan.scores, key=lambda score: score.id))


def _score_trace(plan: Plan, score: PlannedScore, evaluation: Evaluation) -> ScoreTrace:
    def points_of(rules: Collection[str]) -> tuple[RulePoints, ...]:
        return tuple(RulePoints(rule, scalar(points)) for rule, points in score.points if rule in rules)

    scalar, results = score.scale.scalar_of, evaluation.rules
    low, high = evaluation.scores[score.id]
    still_open = {rule for group in _open_groups(plan, score, results) for rule in group}
    return ScoreTrace(score.id, scalar(low), scalar(high), points_of(evaluation.fired), points_of(still_open))


def open_facts(plan: Plan, evaluation: Evaluation, rules: tuple[str, ...]) -> frozenset[str]:
    """The unknown facts that keep the conditions of these rules unknown, followed down through findings and
    scores."""
    facts: set[str] = set()
    waiting, seen = list(rules), set(rules)
    while waiting:
        for leaf, _ in decisive(evaluation.rules[waiting.pop()]):
            name = tested_by(leaf)
            if isinstance(leaf, TestResult):
                facts.add(name)
                continue
            below = {rule for rule in plan.settling[name] if evaluation.rules[rule].truth is UNKNOWN}
            waiting += sorted(below - seen)
            seen |= below
    return frozenset(facts)


def _open_groups(plan: Plan, score: PlannedScore, rules: Mapping[str, Result]) -> list[list[str]]:
    """The rules with an unknown condition that can still give points, those together that exclude one another."""
    still_open = [rule for rule, _ in score.points if rules[rule].truth is UNKNOWN]
    if not still_open:
        return []
    groups = plan.guideline.keep(_Groups, plan.decision.id, _Groups).of(plan, score)
    able = [group for group in groups if not any(rules[rule].truth is TRUE for rule in group)]
    return [[rule for rule in group if rule in still_open] for group in able]


@dataclass(slots=True)
class _Groups:
    """For each score of a decision the groups of its rules that exclude one another, found when first asked for."""

    found: dict[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)

    def of(self, plan: Plan, score: PlannedScore) -> tuple[tuple[str, ...], ...]:
        if score.id not in self.found:
            self.found[score.id] = logic.exclusive_groups(plan, [rule for rule, _ in score.points])
        return self.found[score.id]


def _interval(plan: Plan, score: PlannedScore, rules: Mapping[str, Result]) -> Interval:
    given = sum(points for rule, points in score.points if rules[rule].truth is TRUE)
    less, more = open_points(plan, score, rules)
    return score.within(given + less, given + more)
