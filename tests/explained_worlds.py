"""What the tests of explanations share: random and built-in guidelines, read for the engine and for brute force."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from random import Random

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
from tests.test_properties import AT

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
    files = home.parent.glob("*/guideline.yaml")
    others = {str(mapping(_tree(path))["guideline"]): _trees(path.parent) for path in sorted(files)}
    return BuiltIn(load(home, with_cases=False), decision, _trees(home), others)


def _tree(path: Path) -> Tree:
    """A file with every scalar as text."""
    tree: Tree = YAML(typ="base", pure=True).load(path.read_text(encoding="utf-8"))
    return tree


def _trees(home: Path) -> Trees:
    trees = {path.stem: _tree(path) for path in sorted(home.glob("*.yaml")) if not path.stem.endswith(".cases")}
    decisions = {name: tree for name, tree in trees.items() if "decision" in mapping(tree)}
    return Trees(trees["facts"], decisions, trees.get("findings"))


def grid_points(world: BuiltIn, names: Iterable[str]) -> Iterator[Mapping[str, Given]]:
    """Every patient of whom each of these facts is in one of its cells or unknown."""
    given = {name: (None, *cell_values(world, name)) for name in names}
    for values in product(*given.values()):
        yield {name: value for name, value in zip(given, values, strict=True) if value is not None}


def given_names(world: BuiltIn) -> list[str]:
    """The facts that a patient can be made of: those that are tested, and what other guidelines would decide."""
    plan = plan_of(world.guideline, world.decision)
    return sorted({*plan.tested, *(name for name in plan.imports)})


def cell_values(world: BuiltIn, name: str) -> list[Given]:
    """One value of each cell."""
    fact = world.guideline.facts[name]
    cells = plan_of(world.guideline, world.decision).cells[name]
    return [_as_given(fact.scalar_of(start)) for start in cells.starts]


def _as_given(scalar: object) -> Given:
    assert isinstance(scalar, str | int)
    return scalar


def sampled(world: BuiltIn, names: Iterable[str], count: int, most_open: int) -> Iterator[Mapping[str, Given]]:
    """So many grid points, the same in every run, of which few facts are unknown."""
    random = Random(2026)
    given = {name: cell_values(world, name) for name in names}
    for _ in range(count):
        can_be_open = [name for name in given if not world.guideline.facts[name].imports]
        left_open = random.sample(can_be_open, random.randint(0, min(most_open, len(can_be_open))))
        yield {name: random.choice(values) for name, values in given.items() if name not in left_open}


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
