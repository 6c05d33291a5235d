"""Which goals a decided case meets, read off its trace."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from engine.conditions import AllOf, AnyOf, AtLeast, Condition, NotThis
from engine.coverage.goals import Goal, Kind
from engine.guideline import Guideline
from engine.trace import AllResult, AnyResult, AtLeastResult, NotResult, Result, RuleFired, Trace
from engine.truth import FALSE, TRUE, UNKNOWN, Truth, all_of, any_of, negated


def met_by(guideline: Guideline, trace: Trace, goals: Iterable[Goal]) -> frozenset[Goal]:
    """Those of some goals of the trace's decision that it meets."""
    rules = guideline.decisions[trace.decision].rules
    results = {event.rule: event.condition for event in trace.events if isinstance(event, RuleFired)}
    results |= dict(trace.not_fired)
    truths = {rule: tuple(_leaf_truths(result)) for rule, result in results.items()}
    values = dict(_values(guideline, trace))

    def is_met(goal: Goal) -> bool:
        if goal.kind is Kind.RULE:
            return results[goal.rule].truth is goal.truth
        if goal.kind is Kind.THRESHOLD or goal.leaf is None:
            return values.get(goal.name or "") == goal.steps
        if truths[goal.rule][goal.leaf] is not goal.truth:
            return False
        return goal.kind is Kind.TEST or decides_alone(rules[goal.rule].condition, truths[goal.rule], goal.leaf)

    return frozenset(goal for goal in goals if is_met(goal))


def decides_alone(condition: Condition, truths: Sequence[Truth], leaf: int) -> bool:
    """Whether a condition is true or false by one of its tests alone: with that test the other way, and all others as
    they are, it would come out the other way. `truths` are those of its tests, in the author's order."""
    outcomes = {_truth(condition, iter([*truths[:leaf], supposed, *truths[leaf + 1 :]])) for supposed in (TRUE, FALSE)}
    return outcomes == {TRUE, FALSE}


def _truth(condition: Condition, truths: Iterator[Truth]) -> Truth:
    """How a condition comes out where its tests do so, taken in the author's order."""
    match condition:
        case NotThis(part):
            return negated(_truth(part, truths))
        case AllOf(parts):
            return all_of([_truth(part, truths) for part in parts])
        case AnyOf(parts):
            return any_of([_truth(part, truths) for part in parts])
        case AtLeast(n, parts):
            counted = [_truth(part, truths) for part in parts]
            holding = counted.count(TRUE)
            return TRUE if holding >= n else UNKNOWN if holding + counted.count(UNKNOWN) >= n else FALSE
    return next(truths)


def _leaf_truths(result: Result) -> Iterator[Truth]:
    match result:
        case NotResult(_, part):
            yield from _leaf_truths(part)
        case AllResult(_, parts) | AnyResult(_, parts) | AtLeastResult(_, _, parts):
            for part in parts:
                yield from _leaf_truths(part)
        case _:
            yield result.truth


def _values(guideline: Guideline, trace: Trace) -> Iterator[tuple[str, int]]:
    """The known facts and settled scores, in steps."""
    for traced in trace.facts:
        if traced.value is not None:
            yield traced.fact, guideline.facts[traced.fact].steps_of(traced.value)
    scores: Mapping[str, object] = guideline.decisions[trace.decision].scores
    for score in trace.scores:
        if score.low == score.high and score.score in scores:
            yield score.score, guideline.decisions[trace.decision].scores[score.score].scale.steps_of(score.low)
