"""What the tests of explanations share: random and built-in guidelines, read for the engine and for brute force."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from engine.deciding import decide
from engine.errors import InputRejected
from engine.facts import read_facts
from engine.guideline import Guideline
from engine.loading import load
from engine.plan import plan_of
from explain.reading import Reading, reading_of
from tests.oracle import Given, Tree, Trees, UnusableInput
from tests.oracle.terms import mapping
from tests.oracle.units import Units, read_units
from tests.random_guidelines import RandomGuideline
from tests.worlds import AT

CAMPAIGN = os.environ.get("CANDOR_CAMPAIGN", "") not in ("", "0")
ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """One decision of a guideline that lies in files, with the guidelines beside it, as trees too."""

    guideline: Guideline
    decision: str
    trees: Trees
    others: Mapping[str, Trees]

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The outcomes of the decision, in their order."""
        return tuple(mapping(mapping(self.trees.decisions[self.decision])["outcomes"]))

    def units(self, patient: Mapping[str, Given]) -> Units:
        """The patient's units, for brute force."""
        trees = self.trees
        return read_units(trees.facts, trees.decisions[self.decision], patient, trees.findings, self.others)


@cache
def built_in(folder: str, decision: str) -> BuiltIn:
    """The decision of the guideline in a folder."""
    home = ROOT / folder
    return BuiltIn(_loaded(home), decision, _trees(home), _beside(home.parent))


@cache
def _loaded(home: Path) -> Guideline:
    return load(home, with_cases=False)


@cache
def _beside(folder: Path) -> Mapping[str, Trees]:
    """Every guideline in a folder."""
    files = sorted(folder.glob("*/guideline.yaml"))
    return {str(mapping(_tree(path))["guideline"]): _trees(path.parent) for path in files}


def _tree(path: Path) -> Tree:
    """A file with every scalar as text."""
    tree: Tree = YAML(typ="base", pure=True).load(path.read_text(encoding="utf-8"))
    return tree


@cache
def _trees(home: Path) -> Trees:
    trees = {path.stem: _tree(path) for path in sorted(home.glob("*.yaml")) if not path.stem.endswith(".cases")}
    decisions = {name: tree for name, tree in trees.items() if "decision" in mapping(tree)}
    return Trees(trees["facts"], decisions, trees.get("findings"))


def cell_values(world: BuiltIn, name: str) -> list[Given]:
    """One value of each cell."""
    fact = world.guideline.facts[name]
    cells = plan_of(world.guideline, world.decision).cells[name]
    return [_as_given(fact.scalar_of(start)) for start in cells.starts]


def _as_given(scalar: object) -> Given:
    assert isinstance(scalar, str | int)
    return scalar


def reading(guideline: Guideline, decision: str, patient: Mapping[str, Given]) -> Reading | None:
    """The engine's decision, None where it can make none."""
    try:
        return reading_of(guideline, decide(guideline, decision, read_facts(guideline, dict(patient)), at=AT))
    except InputRejected:
        return None


def random_units(guideline: RandomGuideline, decision: str, patient: Mapping[str, Given]) -> Units | None:
    """The units of a random patient, None where a value cannot be used."""
    tree = guideline.decisions[decision]
    try:
        return read_units(guideline.facts, tree, patient, guideline.findings, guideline.imported)
    except UnusableInput:
        return None


def changeable(trees: Trees) -> frozenset[str]:
    """The facts that the guideline calls changeable."""
    facts = mapping(mapping(trees.facts)["facts"])
    return frozenset(name for name, fact in facts.items() if mapping(fact).get("changeable") == "yes")
