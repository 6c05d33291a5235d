"""Facts that come from decisions of other guidelines: how these are bound, and what their outcomes mean."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.oracle import Fact, Tree, read_fact, read_import, read_vocabulary
from tests.random_guidelines.draws import one_in, pick, some
from tests.random_guidelines.facts import assumed, fact_tree
from tests.random_guidelines.terms import Draft, RandomGuideline

_CATEGORIES = ("none", "low", "high")


@dataclass(frozen=True, slots=True)
class Bound:
    """Another guideline as it is bound: its facts to ours, its facts to fixed values."""

    guideline: RandomGuideline
    facts: Mapping[str, str]
    values: Mapping[str, str]


def bound(draw: DrawFn, guideline: RandomGuideline, ours: Sequence[Draft]) -> Bound:
    """The guideline with some of its facts bound to ours, no two to the same, some fixed, the others to join."""
    named = {fact.name for fact in ours}
    taken = {fact.name for fact in guideline.drafts} & named
    tied = _tied(guideline)
    facts: dict[str, str] = {}
    values: dict[str, str] = {}
    for fact in guideline.drafts:
        kind = draw(st.integers(0, 7))
        alike = [each.name for each in ours if _kind(each) == _kind(fact) and each.name not in taken]
        if kind == 0 and fact.name not in tied:
            values[fact.name] = pick(draw, fact.values)
        elif fact.name in named and kind == 1:
            facts[fact.name] = fact.name
        elif fact.name not in named and alike and kind > 2:
            facts[fact.name] = pick(draw, alike)
            taken.add(facts[fact.name])
    return _keeping_names(Bound(guideline, facts, values), named)


def _tied(guideline: RandomGuideline) -> frozenset[str]:
    """The facts in what is impossible. These are not fixed: with a fixed value a combination may be impossible for
    everybody, or for nobody."""
    impossible = read_vocabulary(guideline.facts, guideline.imported).impossible
    return frozenset(name for each in impossible for name in each.names.values())


def _kind(fact: Draft) -> tuple[object, ...]:
    return (fact.type, fact.decimals, fact.low, fact.high, fact.choices)


def _keeping_names(bound: Bound, named: Collection[str]) -> Bound:
    """The same, but what a joining fact comes from has its own name: a declaration joins as it is."""
    joining = [fact for fact in bound.guideline.drafts if fact.name not in {*named, *bound.facts, *bound.values}]
    words = re.findall(r"[a-z]\w*", " ".join(formula for fact in joining for formula in fact.formulas))
    read = {*words, *(name for fact in joining for name in fact.rests_on)}
    facts = {theirs: ours for theirs, ours in bound.facts.items() if theirs == ours or theirs not in read}
    values = {theirs: value for theirs, value in bound.values.items() if theirs not in read}
    kept = Bound(bound.guideline, facts, values)
    return kept if kept == bound else _keeping_names(kept, named)


def imported(
    draw: DrawFn, name: str, ours: Sequence[Draft], sources: Sequence[tuple[Bound, str]]
) -> tuple[tuple[Draft, ...], tuple[Draft, ...]]:
    """Our facts with one more, which comes from these decisions, tried in order; and the facts that join with it."""
    fact = _meant(draw, name, [outcome for source, decision in sources for outcome in _outcomes(source, decision)])
    own = {each.name: read_fact(fact_tree(each)) for each in (*ours, fact)}
    reads = [_read(draw, fact, own, source, decision) for source, decision in sources]
    joined = {each.name: each for read in reads for each in reversed(read.joined)}
    is_sure = all(decision in source.guideline.sure for source, decision in sources)
    fact = replace(
        fact,
        ways=tuple(read.way for read in reads),
        otherwise=None if is_sure and one_in(draw, 2) else pick(draw, fact.values),
        rests_on=tuple(dict.fromkeys(each for read in reads for each in read.names.values())),
    )
    bare = {each for read in reads for each in read.bare}
    marked = [replace(each, is_bound=each.is_bound or each.name in bare) for each in ours]
    return (*marked, assumed(draw, fact)), tuple(joined.values())


def _meant(draw: DrawFn, name: str, outcomes: Sequence[str]) -> Draft:
    """A fact that outcomes can mean something for; its choices may be named like some of them."""
    if one_in(draw, 3):
        return Draft(name, "yes_no")
    return Draft(name, "choice", choices=some(draw, (*outcomes, *_CATEGORIES), 4, least=2))


def _outcomes(source: Bound, decision: str) -> Sequence[str]:
    outcomes = source.guideline.decisions[decision]["outcomes"]
    assert isinstance(outcomes, Mapping)
    return tuple(outcomes)


@dataclass(frozen=True, slots=True)
class _Read:
    """One import: how it is written, what its facts are here, which of these are bound and which join."""

    way: Tree
    names: Mapping[str, str]
    bare: frozenset[str]
    joined: tuple[Draft, ...]


def _read(draw: DrawFn, fact: Draft, own: Mapping[str, Fact], source: Bound, decision: str) -> _Read:
    """The import with those bindings only that play a part in the decision."""
    guidelines = {each.name: each.trees for each in source.guideline.folders}
    means = {
        outcome: pick(draw, fact.values)
        for outcome in _outcomes(source, decision)
        if outcome not in fact.choices or one_in(draw, 2)
    }
    way = _way(source, decision, source.facts, source.values, means)
    read = read_import(own, fact.name, {}, way, guidelines)
    joining = read.joining - source.values.keys()
    facts = {theirs: ours for theirs, ours in source.facts.items() if theirs in read.names}
    values = {theirs: value for theirs, value in source.values.items() if theirs in read.names}
    return _Read(
        way=_way(source, decision, facts, values, means),
        names=read.names,
        bare=frozenset(ours for theirs, ours in read.names.items() if theirs not in read.joining),
        joined=tuple(each for each in source.guideline.drafts if each.name in joining),
    )


def _way(
    source: Bound, decision: str, facts: Mapping[str, str], values: Mapping[str, str], outcomes: Mapping[str, str]
) -> Mapping[str, Tree]:
    parts: dict[str, Tree] = {"facts": facts, "values": values, "outcomes": outcomes}
    named: dict[str, Tree] = {"guideline": source.guideline.name, "version": source.guideline.version}
    return {**named, "decision": decision, **{key: part for key, part in parts.items() if part}}
