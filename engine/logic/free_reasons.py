"""Sufficient reasons where facts are free of one another: found by evaluating many patients at once, mostly without the
solver."""

import random
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from engine.logic.circuits import OtherResults, circuit_of
from engine.logic.hitting import Obstacle, minimal_sets
from engine.logic.lanes import Cells, bits
from engine.logic.needed import needed
from engine.plan import Plan
from engine.units import Units

WORLDS, SHRUNK = 64, 4
"""How many patients are tried at random for a set, and from how many of those with another result is learned."""


def free_reasons(plan: Plan, units: Units, result: str | None) -> Iterator[frozenset[str]]:
    """What `sufficient_sets` finds, where the units are free of one another."""
    tried = _Tried(plan, units, result)
    return minimal_sets(tried.names, tried.obstacles)


class _Tried:
    """The sets of known units of one patient, and patients who have their values."""

    def __init__(self, plan: Plan, units: Units, result: str | None) -> None:
        self._plan, self._result, self._circuit = plan, result, circuit_of(plan, result)
        self._known = self._cells(units.known)
        self._assumed = self._cells(units.assumed)
        self.names = sorted(self._known)
        self._random = random.Random(len(self.names))  # noqa: S311 - the same on every machine, and no secret
        free = [name for name in self._circuit.facts if name not in self._assumed]
        self._worlds: list[Mapping[str, Cells]] = [{name: self._any(name) for name in free} for _ in range(WORLDS)]

    def obstacles(self, names: frozenset[str]) -> Sequence[Obstacle]:
        """None where everybody who has these values has the result; else units of which any such set has one."""
        held = {**self._assumed, **{name: self._known[name] for name in names}}
        certain, _ = self._circuit.answers({name: [(cells, 1)] for name, cells in held.items()}, 1)
        if certain:
            return ()
        others = self._differing(held)
        if not others:
            world = self._others.world(held)
            if world is None:
                return ()
            others = [{**self._worlds[0], **world}]
            self._worlds += others
        free = [name for name in self.names if name not in names]
        scenarios = [{**world, **held} for world in others]
        differing = needed(self._circuit, scenarios, free, self._random, instead=self._known)
        return [Obstacle(frozenset(each)) for each in differing]

    @cached_property
    def _others(self) -> OtherResults:
        return OtherResults(self._plan, self._result)

    def _cells(self, values: Mapping[str, int]) -> dict[str, Cells]:
        plan, facts = self._plan, self._circuit.facts
        return {name: (plan.cells[name].at(values[name]),) for name in facts if name in values}

    def _any(self, name: str) -> Cells:
        return (self._random.randrange(self._plan.cells[name].count),)

    def _differing(self, held: Mapping[str, Cells]) -> list[Mapping[str, Cells]]:
        """Some of the patients tried that have another result with what is held."""
        full = (1 << len(self._worlds)) - 1
        columns: dict[str, list[tuple[Cells, int]]] = {name: [(cells, full)] for name, cells in held.items()}
        for name in self._circuit.facts:
            if name not in held:
                columns[name] = [(world[name], 1 << number) for number, world in enumerate(self._worlds)]
        _, otherwise = self._circuit.answers(columns, len(self._worlds))
        return [self._worlds[number] for number in bits(otherwise)][-SHRUNK:]
