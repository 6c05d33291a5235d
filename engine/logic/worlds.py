"""Worlds of one patient: values for all that is left unknown, in which an outcome may not stand.

What refutes one set of values often refutes others too, so worlds are kept: some drawn at random, and those that the
solver found. The draws have a fixed seed; they decide how long a search takes, never what it finds.
"""

import random
from functools import cached_property

from engine.logic.circuits import OtherResults, Scenario, circuit_of
from engine.logic.lanes import Cells, bits
from engine.logic.proposals import TooManyRefuted
from engine.plan import Plan
from engine.units import Units

DRAWN = 64
"""How many worlds are drawn."""


class Worlds:
    """The worlds of a patient for one outcome. After `most` worlds that the solver told the search is given up with
    `TooManyRefuted`."""

    def __init__(self, plan: Plan, units: Units, outcome: str, most: int) -> None:
        self._plan, self._outcome, self._left = plan, outcome, most
        self.circuit = circuit = circuit_of(plan, outcome)
        """The outcome's circuit."""
        stated = {**units.known, **units.assumed}
        self.known = {name: (plan.cells[name].at(stated[name]),) for name in circuit.facts if name in stated}
        """The cells of what is known."""
        self.unknown = tuple(name for name in circuit.facts if name not in stated)
        """The facts that are not known."""
        self._random = random.Random(len(circuit.facts))  # noqa: S311 - the same on every machine, and no secret
        self.kept = [self._drawn() for _ in range(DRAWN if self.unknown else 1)]
        """The worlds so far, those first that refuted something last."""

    def other(self, given: Scenario) -> Scenario | None:
        """A world with which the outcome does not stand, given the cells of all that is known and some unknown facts;
        None where it stands in every one."""
        certain, _ = self.circuit.answers({name: [(cells, 1)] for name, cells in given.items()}, 1)
        if certain:
            return None
        full = (1 << len(self.kept)) - 1
        columns: dict[str, list[tuple[Cells, int]]] = {name: [(cells, full)] for name, cells in given.items()}
        for name in self.unknown:
            if name not in given:
                columns[name] = [(world[name], 1 << number) for number, world in enumerate(self.kept)]
        _, impossible = self.circuit.answers(columns, len(self.kept))
        for number in bits(impossible):
            self.kept.insert(0, self.kept.pop(number))
            return self.kept[0]
        return self.asked(given)

    def asked(self, given: Scenario) -> Scenario | None:
        """The same, from the solver; it is kept. Raises `TooManyRefuted`."""
        world = self._others.world(given)
        if world is None:
            return None
        self._left -= 1
        if not self._left:
            raise TooManyRefuted
        self.kept.insert(0, {**self._drawn(), **{name: world[name] for name in self.unknown if name in world}})
        return self.kept[0]

    @cached_property
    def _others(self) -> OtherResults:
        return OtherResults(self._plan, self._outcome)

    def _drawn(self) -> Scenario:
        return {name: (self._random.randrange(self._plan.cells[name].count),) for name in self.unknown}
