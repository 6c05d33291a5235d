"""Every patient whom two versions of a decision can be asked about, with both results, by brute force.

Only for versions whose facts are found in the same way: they may differ in rules, outcomes, in what is impossible and
in the ranges of facts that are not computed themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import prod

from tests.oracle.deciding import completions, conclusions, result
from tests.oracle.regions import _count, _shown
from tests.oracle.terms import Question, Value, Values

REFUSED = "REFUSED"
Moving = list[tuple[Mapping[str, Value], str | None, str | None]]


@dataclass(frozen=True)
class Telling:
    """What a version tells somebody beside the result: the texts of cautions, and the points by score."""

    cautions: frozenset[str]
    scores: Mapping[str, object]


def moving_patients(before: Question, after: Question, most: int) -> Moving | None:
    """Every complete patient with a value in both ranges of each fact, the result before and after (`REFUSED` where
    something impossible is so), but for those whom both refuse; None where they are more than about `most`."""
    both = _both(before, after, most)
    if both is None:
        return None
    found: Moving = []
    for values, shown in both:
        results = [_result(question, values) for question in (before, after)]
        if results != [REFUSED, REFUSED]:
            found.append((shown, *results))  # type: ignore[arg-type]
    return found


def told_patients(
    before: Question, after: Question, cautions: tuple[Mapping[str, str], Mapping[str, str]], most: int
) -> list[tuple[Mapping[str, Value], Telling | None, Telling | None]]:
    """The same patients, with what each version tells beside the result; None where something impossible is so.
    `cautions` are the texts by rule, before and after."""
    found = []
    for values, shown in _both(before, after, most) or ():
        told = [
            None if _result(question, values) == REFUSED else _telling(question, values, texts)
            for question, texts in zip((before, after), cautions, strict=True)
        ]
        if told != [None, None]:
            found.append((shown, *told))
    return found  # type: ignore[return-value]


def _telling(question: Question, values: Values, texts: Mapping[str, str]) -> Telling:
    so_far = conclusions(question, values)
    fired = [rule.name for rule in question.rules if rule.condition(values, so_far)]
    return Telling(frozenset(texts[name] for name in fired if name in texts), so_far.scores)


def _both(before: Question, after: Question, most: int) -> list[tuple[Values, Mapping[str, Value]]] | None:
    """Every complete patient with a value in both ranges of each fact, whole and as it is shown."""
    order = [*before.relevant, *(name for name in after.relevant if name not in before.relevant)]
    facts = dict(before.facts) | {name: after.facts[name] for name in order if name not in before.facts}
    for name in order:
        if name in before.facts and name in after.facts:
            shared = set(after.facts[name].grid)
            facts[name] = replace(facts[name], grid=tuple(v for v in facts[name].grid if v in shared))
    joint = replace(before, facts=facts, relevant=tuple(_inputs_first(order, facts)), impossible=())
    if prod(_count(facts[name]) for name in order) > most:
        return None
    return [(values, _shown(joint, values)) for values in completions(joint, dict.fromkeys(order))]


def _inputs_first(order: list[str], facts: Mapping[str, object]) -> list[str]:
    from graphlib import TopologicalSorter

    graph = {name: facts[name].rests_on & set(order) for name in order}  # type: ignore[attr-defined]
    return list(TopologicalSorter(graph).static_order())


def _result(question: Question, values: Values) -> str | None:
    if any(each.is_so(values) for each in question.impossible):
        return REFUSED
    return result(question, values)
