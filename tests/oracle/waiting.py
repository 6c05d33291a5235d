"""What a caution waits for, by brute force: what is missing for a decision that asks nothing but whether its rule
fires, and what would say by which of several formulas or imports a fact follows. So also whether a rule can fire, or a
finding hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from tests.oracle.terms import Tree, Trees, listed, mapping
from tests.oracle.units import Units, completed, result_of

FIRES = "it_fires"


def asking_whether_it_fires(trees: Trees, decision: str, rule: str) -> Mapping[str, Tree]:
    """The decision with a single outcome, which nothing but the condition of the rule concludes."""
    tree = mapping(trees.decisions[decision])
    rules = mapping(tree["rules"])
    shared = mapping(mapping(trees.findings or {}).get("rules", {}))
    asked = mapping({**shared, **rules}[rule])
    return _asking(tree, {key: asked[key] for key in ("when", "unless") if key in asked})


def asking_whether_it_holds(trees: Trees, decision: str, finding: str) -> Mapping[str, Tree]:
    """The same of a finding."""
    return _asking(mapping(trees.decisions[decision]), {"when": {finding: "yes"}})


def _asking(tree: Mapping[str, Tree], when: Mapping[str, Tree]) -> Mapping[str, Tree]:
    outcomes, rules = mapping(tree["outcomes"]), mapping(tree["rules"])
    others = {name: _without(mapping(each), outcomes) for name, each in rules.items()}
    return {**tree, "outcomes": {FIRES: {}}, "rules": {**others, FIRES: {**when, "then": FIRES}}}


def _without(rule: Mapping[str, Tree], outcomes: Mapping[str, Tree]) -> Mapping[str, Tree]:
    left = [each for each in listed(rule.get("then", ())) if not (isinstance(each, str) and each in outcomes)]
    return {**rule, "then": left}


def waited_for(units: Units) -> frozenset[str]:
    """The units, and bound facts by the way that they follow by, in a minimal set of such in which two completions with
    different results differ; in place of linear facts what their formulas read."""
    known = {name: value for name, value in units.values.items() if value is not None}
    rows = [(dict(ways), values, result_of(units, values)) for ways, values in completed(units, known, {})]
    sets = {
        frozenset([*(name for name in units.unknown if one[name] != other[name]), *_turned(ways, others)])
        for (ways, one, first), (others, other, second) in combinations(rows, 2)
        if first != second
    }
    minimal = (each for each in sets if not any(less < each for less in sets))
    return frozenset(read for each in minimal for name in each for read in _read(units, name))


def _turned(ways: Mapping[str, int], others: Mapping[str, int]) -> Iterator[str]:
    return (name for name, way in ways.items() if others[name] != way)


def _read(units: Units, name: str) -> frozenset[str]:
    """An unknown fact, or those that it follows from by linear formulas."""
    fact = units.question.facts[name]
    if name not in units.bound or fact.imports:
        return frozenset([name])
    reads = (read for each in fact.formulas for read in each.names.values() if units.values[read] is None)
    return frozenset(unknown for read in reads for unknown in _read(units, read))
