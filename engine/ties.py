"""Ties: groups of facts whose values are not free of one another, because a combination is impossible or because a
formula could leave the range of what it computes. Nothing here knows a patient."""

from collections.abc import Iterable, Mapping

from engine.conditions import facts_in
from engine.formulas import Linear
from engine.guideline import Fact, Impossible


def ties_of(
    facts: Mapping[str, Fact], linear: Mapping[str, tuple[Linear, ...]], impossible: Iterable[Impossible]
) -> tuple[frozenset[str], ...]:
    """The groups, each with everything that the values of its facts are computed or decided from; no fact is in two.

    A group of which nothing is known leaves completions open, if there are any at all; one that is known throughout has
    none to look for.
    """
    groups = [set(facts_in(each.when)) for each in impossible]
    for name, forms in linear.items():
        if not any(always_in_range(facts, facts[name], form) for form in forms):
            groups.append({name, *facts[name].reads})
    return united([_with_all_read(group, facts) for group in groups])


def _with_all_read(group: set[str], facts: Mapping[str, Fact]) -> set[str]:
    waiting, found = list(group), set[str]()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += sorted(facts[name].reads)
    return found


def united(groups: Iterable[set[str]]) -> tuple[frozenset[str], ...]:
    """The groups, those put together that have a fact in common."""
    apart: list[set[str]] = []
    for group in groups:
        others = [other for other in apart if other.isdisjoint(group)]
        apart = [*others, group.union(*(other for other in apart if not other.isdisjoint(group)))]
    return tuple(frozenset(group) for group in apart)


def always_in_range(facts: Mapping[str, Fact], fact: Fact, form: Linear) -> bool:
    """Whether the formula stays in the fact's range whatever its inputs."""
    low = high = form.constant
    for name, coefficient in form.coefficients:
        read = facts[name]
        ends = sorted(coefficient * read.exact(end) for end in (read.low, read.high))
        low, high = low + ends[0], high + ends[1]
    return fact.exact(fact.low) <= low and high <= fact.exact(fact.high)
