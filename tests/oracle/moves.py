"""Every patient whom two versions of a decision can be asked about, with both results, by brute force.

Only for versions whose facts are found in the same way: they may differ in rules, outcomes, in what is impossible and
in the ranges of facts that are not computed themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import prod

from tests.oracle.deciding import completions, result
from tests.oracle.regions import _count, _shown
from tests.oracle.terms import Question, Value, Values

REFUSED = "REFUSED"
Moving = list[tuple[Mapping[str, Value], str | None, str | None]]


def moving_patients(before: Question, after: Question, most: int) -> Moving | None:
    """Every complete patient with a value in both ranges of each fact, the result before and after (`REFUSED` where
    something impossible is so), but for those whom both refuse; None where they are more than about `most`."""
    order = [*before.relevant, *(name for name in after.relevant if name not in before.relevant)]
    facts = dict(before.facts) | {name: after.facts[name] for name in order if name not in before.facts}
    for name in order:
        if name in before.facts and name in after.facts:
            shared = set(after.facts[name].grid)
            facts[name] = replace(facts[name], grid=tuple(v for v in facts[name].grid if v in shared))
    joint = replace(before, facts=facts, relevant=tuple(_inputs_first(order, facts)), impossible=())
    if prod(_count(facts[name]) for name in order) > most:
        return None
    found: Moving = []
    for values in completions(joint, dict.fromkeys(order)):
        results = [_result(question, values) for question in (before, after)]
        if results != [REFUSED, REFUSED]:
            found.append((_shown(joint, values), *results))  # type: ignore[arg-type]
    return found


def _inputs_first(order: list[str], facts: Mapping[str, object]) -> list[str]:
    from graphlib import TopologicalSorter

    graph = {name: facts[name].rests_on & set(order) for name in order}  # type: ignore[attr-defined]
    return list(TopologicalSorter(graph).static_order())


def _result(question: Question, values: Values) -> str | None:
    if any(each.is_so(values) for each in question.impossible):
        return REFUSED
    return result(question, values)
