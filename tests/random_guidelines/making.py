"""Whole guidelines: a vocabulary, what comes from other guidelines, shared findings, and one or two decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.oracle import Tree, tested_in
from tests.random_guidelines.conditions import Named, condition
from tests.random_guidelines.draws import one_in, pick, some
from tests.random_guidelines.facts import NAMES, copied, derived_too, fact_tree, standing_alone, vocabulary
from tests.random_guidelines.imports import Bound, bound, imported
from tests.random_guidelines.rules import DECISIONS, decision, findings_file, made_sure
from tests.random_guidelines.terms import Draft, RandomGuideline


@dataclass(frozen=True, slots=True)
class _Place:
    """A guideline among others: its name and version, the ending of its facts' names, what its imported facts are
    called, and the guidelines it may import from."""

    name: str
    version: str = "1.0.0"
    ending: str = ""
    imported: str = "category"
    others: tuple[_Place, ...] = ()


_DEPOT = _Place("salt_depot", "0.3.1", "_stored")
_STATION = _Place("weather_station", "2.10.0", "_seen", "grade", (_DEPOT,))
_OFFICE = _Place("road_office", "1.0.0", "_filed")
_HOME = _Place("icy_roads", others=(_STATION, _OFFICE))


@st.composite
def guidelines(draw: DrawFn) -> RandomGuideline:
    """Valid guidelines of one or two decisions, with facts of every kind, one in four importing some."""
    if one_in(draw, 4):
        return draw(importing_guidelines())
    return _guideline(draw, _HOME, vocabulary(draw, NAMES), (), ())


@st.composite
def importing_guidelines(draw: DrawFn) -> RandomGuideline:
    """Valid guidelines of one or two decisions, one or two of whose facts come from other guidelines."""
    drafts = derived_too(draw, standing_alone(draw, NAMES, 3), int(one_in(draw, 3)))
    return _importing(draw, _HOME, drafts)


def _importing(draw: DrawFn, place: _Place, drafts: tuple[Draft, ...]) -> RandomGuideline:
    """A guideline one or two of whose facts come from others, each from one or two decisions."""
    bounds: list[Bound] = []
    joined: dict[str, Draft] = {}
    for number, other in enumerate(some(draw, place.others, 1 if one_in(draw, 2) else 2)):
        bounds.append(bound(draw, _other(draw, other, drafts), drafts))
        sources = [(each, name) for each in bounds for name in each.guideline.decisions]
        newest = [source for source in sources if source[0] is bounds[-1]]
        first = pick(draw, newest)
        second = [source for source in sources if source is not first]
        used = [first, pick(draw, second)] if second and not one_in(draw, 3) else [first]
        drafts, more = imported(draw, f"{place.imported}_{number}", drafts, draw(st.permutations(used)))
        joined = {**{fact.name: fact for fact in more}, **joined}
    used_guidelines = tuple(each.guideline for each in bounds)
    return _guideline(draw, place, drafts, tuple(joined.values()), used_guidelines)


def _other(draw: DrawFn, place: _Place, ours: Sequence[Draft]) -> RandomGuideline:
    """A small guideline for others to import from: facts of its own, and some that we have too."""
    own = standing_alone(draw, NAMES, 3, place.ending)
    copies = tuple(copied(draw, fact, own, place.ending) for fact in some(draw, ours, 3))
    known = {fact.name for fact in own}
    drafts = (*own, *(fact for fact in copies if fact.name not in known))
    drafts = derived_too(draw, drafts, int(one_in(draw, 3)), place.ending)
    if place.others and one_in(draw, 4):
        return _importing(draw, place, drafts)
    return _guideline(draw, place, drafts, (), ())


def _guideline(
    draw: DrawFn,
    place: _Place,
    own: tuple[Draft, ...],
    joined: tuple[Draft, ...],
    others: tuple[RandomGuideline, ...],
) -> RandomGuideline:
    """The guideline with these facts, those that joined and those of its own."""
    is_home = place is _HOME
    tested = (*own, *some(draw, joined, 2, least=0))
    facts: dict[str, Tree] = {"facts": {fact.name: fact_tree(fact) for fact in own}}
    if one_in(draw, 3 if is_home else 6):
        facts["impossible"] = [_impossible(draw, own) for _ in range(draw(st.integers(1, 2)))]
    findings, shared = findings_file(draw, tested) if one_in(draw, 3 if is_home else 6) else (None, ())
    names = list(DECISIONS)[: 2 if one_in(draw, 4 if is_home else 2) else 1]
    decisions = {name: decision(draw, name, tested, shared, is_plain=not is_home) for name in names}
    sure = frozenset(name for name in decisions if not is_home and one_in(draw, 4))
    decisions = {k: made_sure(draw, tree, pick(draw, own)) if k in sure else tree for k, tree in decisions.items()}
    if is_home:
        decisions = {k: _beside(draw, tree, findings or {}, own) for k, tree in decisions.items()}
    return RandomGuideline(facts, decisions, (*joined, *own), place.name, place.version, findings, others, sure)


def _impossible(draw: DrawFn, drafts: Sequence[Named]) -> Tree:
    when = condition(draw, drafts, most=2, depth=1)
    return {"when": when, "because": "The weather does not do this."}


def _beside(
    draw: DrawFn, tree: Mapping[str, Tree], findings: Mapping[str, Tree], drafts: Sequence[Draft]
) -> Mapping[str, Tree]:
    """The decision, now and then with facts beside it that no rule tests, best those that come from elsewhere."""
    tested = _tested(tree) | _tested(findings)
    idle = [fact for fact in drafts if fact.name not in tested]
    from_others = [fact.name for fact in idle if fact.ways]
    if from_others and one_in(draw, 2):
        return {**tree, "beside": some(draw, from_others, 2)}
    return {**tree, "beside": some(draw, [fact.name for fact in idle], 2)} if idle and one_in(draw, 5) else tree


def _tested(tree: Mapping[str, Tree]) -> frozenset[str]:
    """Every name that rules of the file test."""
    rules = tree.get("rules", {})
    assert isinstance(rules, Mapping)
    conditions = [
        rule[key] for rule in rules.values() if isinstance(rule, Mapping) for key in ("when", "unless") if key in rule
    ]
    return frozenset().union(*map(tested_in, conditions))
