"""What a caution waits for, by brute force: what is missing for a decision that asks nothing but whether its rule
fires. So also whether a rule can fire, or a finding hold."""

from __future__ import annotations

from collections.abc import Mapping

from tests.oracle.terms import Tree, Trees, listed, mapping

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
