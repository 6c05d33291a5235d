"""A guideline after an edit: the same trees but for a rule, its caution, the order of the outcomes, or what is
impossible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.oracle import Tree
from tests.oracle.terms import mapping
from tests.random_guidelines.conditions import condition
from tests.random_guidelines.draws import one_in, pick
from tests.random_guidelines.terms import Draft, RandomGuideline


@st.composite
def edited(draw: DrawFn, guideline: RandomGuideline) -> RandomGuideline:
    """The guideline with one to three edits. It may be one that does not load."""
    for _ in range(draw(st.integers(1, 3))):
        guideline = _edited(draw, guideline)
    return guideline


def _edited(draw: DrawFn, guideline: RandomGuideline) -> RandomGuideline:
    own = [draft for draft in guideline.drafts if draft.name in mapping(mapping(guideline.facts)["facts"])]
    if one_in(draw, 6):
        return replace(guideline, facts=_impossible(draw, guideline.facts, own))
    if one_in(draw, 6):
        return replace(guideline, facts=_ranged(draw, guideline.facts, own))
    name = pick(draw, sorted(guideline.decisions))
    tree = _decision(draw, guideline.decisions[name], own)
    return replace(guideline, decisions={**guideline.decisions, name: tree})


def _impossible(draw: DrawFn, facts: Mapping[str, Tree], own: list[Draft]) -> Mapping[str, Tree]:
    """With another thing that cannot be, or with none."""
    if "impossible" in facts and one_in(draw, 2):
        return {key: part for key, part in facts.items() if key != "impossible"}
    entry: Tree = {"when": condition(draw, own, most=2, depth=1), "because": "It was never seen."}
    listed = facts.get("impossible", ())
    return {**facts, "impossible": [*listed, entry]}


def _ranged(draw: DrawFn, facts: Mapping[str, Tree], own: list[Draft]) -> Mapping[str, Tree]:
    """With a number that takes more values, above or below."""
    numbers = [draft for draft in own if draft.is_numeric and not draft.formulas and not draft.ways]
    if not numbers:
        return facts
    draft = pick(draw, numbers)
    low, high = draft.low - draw(st.integers(0, 2)), draft.high + draw(st.integers(0, 2))
    entries = mapping(facts["facts"])
    entry = {**mapping(entries[draft.name]), "range": [draft.text(low), draft.text(high)]}
    return {**facts, "facts": {**entries, draft.name: entry}}


def _decision(draw: DrawFn, tree: Mapping[str, Tree], own: list[Draft]) -> Mapping[str, Tree]:
    rules, outcomes = mapping(tree["rules"]), mapping(tree["outcomes"])
    form = draw(st.integers(0, 4))
    if form == 0:
        return {**tree, "outcomes": dict(sorted(outcomes.items(), key=lambda each: each[0], reverse=one_in(draw, 2)))}
    name = pick(draw, sorted(rules))
    if form == 1 and len(rules) > 1:
        return {**tree, "rules": {other: rule for other, rule in rules.items() if other != name}}
    rule = mapping(rules[name])
    if form == 4:
        quiet = {key: each for key, each in rule.items() if key != "caution"}
        said = pick(
            draw, ("Mind the verge.", "Ice is slippery.", "Drive slowly.", "" if "then" in rule else "Look out.")
        )
        return {**tree, "rules": {**rules, name: {**quiet, "caution": said} if said else quiet}}
    if form == 2:
        return {**tree, "rules": {**rules, name: {**rule, "unless": condition(draw, own, most=1, depth=1)}}}
    return {**tree, "rules": {**rules, name: {**rule, "when": condition(draw, own, most=2, depth=1)}}}
