"""The mutants of a decision: the same guideline with one small change. Formulas and imports are never changed."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from engine import logic
from engine.conditions import AllOf, AnyOf, AtLeast, Condition, FindingTest, Interval, NotThis, ScoreTest, Test
from engine.diagnostics import Place
from engine.guideline import Decision, Fact, FactType, Guideline, Rule
from engine.plan import plan_of
from engine.unary_tests import union

Change = tuple[str, str, Condition, int]
"""A kind, what was changed in words, the changed condition, and the number of the first test that is concerned."""
Scales = Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One small change of a decision: its kind, what is changed in words, which no other change of the decision has,
    where, and the guideline that it makes."""

    kind: str
    id: str
    place: Place
    guideline: Guideline
    decision: str


def mutants(guideline: Guideline, decision: str) -> Iterator[Mutant]:
    """Every mutant of a decision, in the order of its rules' ids, those of precedence last. Changes that make the
    same decision are given once."""
    base = guideline.decisions[decision]
    seen = [_meaning(base)]
    times: Counter[str] = Counter()
    for kind, words, place, changed in _changes(guideline, base):
        times[words] += 1
        told = words if times[words] == 1 else f"{words} (place {times[words]})"
        meaning = _meaning(changed)
        if meaning not in seen:
            seen.append(meaning)
            decisions = {**guideline.decisions, decision: changed}
            copy = guideline.model_copy(update={"decisions": decisions, "kept": {}})
            yield Mutant(kind, told, place, copy, decision)


def leaves_range(mutant: Mutant) -> bool:
    """Whether somebody's points leave the range of a score, so that the guideline would not load. Raises
    `SolverLimit`."""
    plan = plan_of(mutant.guideline, mutant.decision)
    return any(logic.leaves_range(plan, score) for score in plan.decision.scores)


def _meaning(decision: Decision) -> tuple[object, ...]:
    rules = {name: (_bare(rule.condition), rule.adds) for name, rule in decision.rules.items()}
    return rules, tuple(decision.outcomes)


def _bare(condition: Condition) -> Condition:
    """A condition without the author's spelling of its tests."""
    match condition:
        case Test() | ScoreTest():
            return replace(condition, text="")
        case AllOf(parts) | AnyOf(parts) | AtLeast(_, parts):
            return replace(condition, parts=tuple(map(_bare, parts)))
        case NotThis(part):
            return NotThis(_bare(part))
    return condition


def _changes(guideline: Guideline, decision: Decision) -> Iterator[tuple[str, str, Place, Decision]]:
    scales = {**guideline.facts, **{name: score.scale for name, score in decision.scores.items()}}
    for rule in decision.rules.values():
        for kind, told, place, changed in _of_rule(rule, scales):
            rules = {name: each for name, each in decision.rules.items() if name != rule.id or changed is not None}
            if changed is not None:
                rules[rule.id] = changed
            yield kind, f"{rule.id}: {told}", place, decision.model_copy(update={"rules": rules})
    yield from _precedence(decision)


def _precedence(decision: Decision) -> Iterator[tuple[str, str, Place, Decision]]:
    names = list(decision.outcomes)
    for at, (first, second) in enumerate(pairwise(names)):
        order = [*names[:at], second, first, *names[at + 2 :]]
        outcomes = {name: decision.outcomes[name] for name in order}
        told = f"precedence: `{second}` before `{first}`"
        yield "precedence", told, decision.outcomes[first].place, decision.model_copy(update={"outcomes": outcomes})


def _of_rule(rule: Rule, scales: Scales) -> Iterator[tuple[str, str, Place, Rule | None]]:
    yield "rule", "dropped", rule.place, None
    if rule.unless is not None:
        yield "unless", "`unless` dropped", rule.place, rule.model_copy(update={"unless": None})
    for score, points in sorted(rule.adds.items()):
        for step, told in ((1, f"{score}: points one step more"), (-1, f"{score}: points one step less")):
            yield "points", told, rule.place, rule.model_copy(update={"adds": {**rule.adds, score: points + step}})
    number = 0
    for field, condition in (("when", rule.when), ("unless", rule.unless)):
        if condition is not None:
            for kind, told, changed, leaf in _changed(condition, scales, number):
                place = rule.tested_at[leaf] if leaf < len(rule.tested_at) else rule.place
                yield kind, told, place, rule.model_copy(update={field: changed})
            number += _count(condition)


def _count(condition: Condition) -> int:
    match condition:
        case AllOf(parts) | AnyOf(parts) | AtLeast(_, parts):
            return sum(map(_count, parts))
        case NotThis(part):
            return _count(part)
    return 1


def _changed(condition: Condition, scales: Scales, leaf: int) -> Iterator[Change]:
    match condition:
        case Test(name, meets, text) | ScoreTest(name, meets, text):
            for kind, told, moved in _intervals(meets, scales[name]):
                changed = replace(condition, meets=moved, text=told)
                yield kind, f'{name}: "{text}" -> "{told}"', changed, leaf
        case FindingTest(finding, expected):
            words = ("no", "yes")
            told = f"{finding}: {words[expected]} -> {words[not expected]}"
            yield "negation", told, FindingTest(finding, not expected), leaf
        case NotThis(part):
            yield "negation", "`not` dropped", part, leaf
            for kind, told, other, at in _changed(part, scales, leaf):
                yield kind, told, NotThis(other), at
        case AllOf(parts) | AnyOf(parts) | AtLeast(_, parts):
            yield from _joins(condition, leaf)
            for place, part in enumerate(parts):
                for kind, told, other, at in _changed(part, scales, leaf):
                    yield kind, told, replace(condition, parts=(*parts[:place], other, *parts[place + 1 :])), at
                leaf += _count(part)


def _joins(condition: AllOf | AnyOf | AtLeast, leaf: int) -> Iterator[Change]:
    parts = condition.parts
    match condition:
        case AllOf() if len(parts) > 1:
            yield "join", "`all` -> `any`", AnyOf(parts), leaf
        case AnyOf() if len(parts) > 1:
            yield "join", "`any` -> `all`", AllOf(parts), leaf
        case AtLeast(n):
            for other in (n - 1, n + 1):
                if 1 <= other <= len(parts):
                    yield "count", f"at least {n} -> {other}", AtLeast(other, parts), leaf


def _intervals(meets: Sequence[Interval], scale: Fact) -> Iterator[tuple[str, str, tuple[Interval, ...]]]:
    """Each end one step further in or out (which is also an open end closed, or a closed one opened); of a choice,
    one value for each that is no longer met, and each value left out or added; `yes` for `no`."""
    if scale.type is FactType.YES_NO:
        other = union((steps, steps) for steps in (0, 1) if not _has(meets, steps))
        yield "negation", _text(other, scale), other
    elif scale.type is FactType.CHOICE:
        for met in _sets(frozenset(steps for low, high in meets for steps in range(low, high + 1)), scale):
            other = union((steps, steps) for steps in sorted(met))
            yield "choice", _text(other, scale), other
    else:
        for other in _moved(meets, scale):
            yield "threshold", _text(other, scale), other


def _has(meets: Sequence[Interval], steps: int) -> bool:
    return any(low <= steps <= high for low, high in meets)


def _sets(met: frozenset[int], scale: Fact) -> Iterator[frozenset[int]]:
    unmet = [steps for steps in range(scale.low, scale.high + 1) if steps not in met]
    for steps in sorted(met):
        yield from (met - {steps} | {other} for other in unmet)
        if len(met) > 1:
            yield met - {steps}


def _moved(meets: Sequence[Interval], scale: Fact) -> Iterator[tuple[Interval, ...]]:
    for at, (low, high) in enumerate(meets):
        lows = [] if low == scale.low else [(low - 1, high), (low + 1, high)]
        highs = [] if high == scale.high else [(low, high - 1), (low, high + 1)]
        for first, last in [*lows, *highs]:
            rest = [*meets[:at], *meets[at + 1 :]]
            moved = [*rest, (first, last)] if first <= last else rest
            if moved:
                yield union(sorted(moved))


def _text(meets: Sequence[Interval], scale: Fact) -> str:
    if not scale.is_numeric:
        return ", ".join(scale.text_of(steps) for low, high in meets for steps in range(low, high + 1))
    return ", ".join(_span(low, high, scale) for low, high in meets)


def _span(low: int, high: int, scale: Fact) -> str:
    if low == high:
        return scale.text_of(low)
    if low == scale.low:
        return f"<= {scale.text_of(high)}"
    return f">= {scale.text_of(low)}" if high == scale.high else f"[{scale.text_of(low)}..{scale.text_of(high)}]"
