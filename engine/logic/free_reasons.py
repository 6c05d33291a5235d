"""Sufficient reasons where facts are free of one another: the smallest sets of known units that, kept as they are, make
the result stand in every world of all others."""

import random
from collections.abc import Iterator, Mapping

from engine.logic.circuits import Scenario
from engine.logic.lanes import Cells
from engine.logic.least_sets import least_sets
from engine.logic.needed import needed
from engine.logic.worlds import Worlds
from engine.plan import Plan
from engine.units import Units


def free_reasons(plan: Plan, units: Units, result: str | None, most: int) -> Iterator[frozenset[str]]:
    """What `sufficient_sets` finds, where the units are free of one another. Raises `TooManyRefuted`."""
    worlds = _Otherwise(plan, units, result, most)
    return least_sets(worlds, worlds.before, most)


class _Otherwise(Worlds):
    """Worlds of a patient of whom only what is assumed does not vary, as different from what is known as they can be:
    what holds in one of these holds in many others."""

    def __init__(self, plan: Plan, units: Units, result: str | None, most: int) -> None:
        super().__init__(plan, result, units.assumed, most)
        stated = {name: units.known[name] for name in sorted(units.known.keys() & set(self.circuit.facts))}
        self.before: Mapping[str, Cells] = {name: (plan.cells[name].at(steps),) for name, steps in stated.items()}
        """The cells of what is known."""
        self._apart = {name: ((cells[0] + 1) % plan.cells[name].count,) for name, cells in self.before.items()}
        self.first = ()
        self._order = random.Random(len(stated))  # noqa: S311 - the same on every machine, and no secret

    def other(self, given: Scenario) -> Scenario | None:
        world = super().other(given)
        if world is None:
            return None
        alike = [name for name, cells in self.before.items() if name not in given and world[name] == cells]
        [kept] = needed(self.circuit, [{**world, **given}], alike, self._order, instead=self._apart)
        world = {**world, **{name: self._apart[name] for name in alike if name not in kept}}
        self.replace_first(world)
        return world
