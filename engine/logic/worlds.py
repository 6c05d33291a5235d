"""Worlds of one patient: values for all that is left open, in which a result may not stand.

What refutes one set of values often refutes others too, so worlds are kept: some drawn at random, and those that the
solver found. The draws have a fixed seed; they decide how long a search takes, never what it finds.
"""

import random
from collections.abc import Mapping, Sequence
from functools import cached_property

from engine.logic.circuits import OtherResults, Scenario, circuit_of
from engine.logic.clauses import TooManyConflicts
from engine.logic.given_up import TooManyRefuted
from engine.logic.lanes import Cells, bits, lanes_by
from engine.plan import Plan

CONFLICTS = 100
"""How many conflicts of the solver count as much as one world that had to be looked for."""
DRAWN, FIRST, KEPT = 64, 8, 128
"""How many worlds are drawn, how many a search begins with, and how many are kept. It begins with those at the ends of
all ranges: where many facts count for an outcome, one of these refutes most."""


class Worlds:
    """The worlds of a patient for one result, with the values, in steps, of what does not vary. After `most` worlds
    that the solver told the search is given up with `TooManyRefuted`."""

    def __init__(self, plan: Plan, result: str | None, values: Mapping[str, int], most: int) -> None:
        self._plan, self._result, self._most, self._left = plan, result, most, most
        self.circuit = circuit = circuit_of(plan, result)
        """The result's circuit."""
        self.known = {name: (plan.cells[name].at(values[name]),) for name in circuit.facts if name in values}
        """The cells of what does not vary."""
        self.unknown = tuple(name for name in circuit.facts if name not in values)
        """The facts that vary."""
        self._random = random.Random(len(circuit.facts))  # noqa: S311 - the same on every machine, and no secret
        lowest: Scenario = dict.fromkeys(self.unknown, (0,))
        highest: Scenario = {name: (plan.cells[name].count - 1,) for name in self.unknown}
        self.kept = [lowest, highest, *(self._drawn() for _ in range(DRAWN))] if self.unknown else [lowest]
        """The worlds so far, those first that refuted something last."""
        self.first: Sequence[Scenario] = self.kept[:FIRST]
        """Some to begin with."""

    def other(self, given: Scenario) -> Scenario | None:
        """A world with which the result does not stand, given the cells of all that does not vary and of some facts
        that do; None where it stands in every one."""
        lanes = len(self.kept) + 1
        columns: dict[str, list[tuple[Cells, int]]] = {
            name: [(cells, (1 << lanes) - 1)] for name, cells in given.items()
        }
        for name in self.unknown:  # all but in the last lane, in which what varies is free
            if name not in given:
                at = lanes_by([world[name][0] for world in self.kept])
                columns[name] = [((cell,), worlds) for cell, worlds in at.items()]
        certain, impossible = self.circuit.answers(columns, lanes)
        if certain >> lanes - 1:
            return None
        for number in bits(impossible):
            self.kept.insert(0, self.kept.pop(number))
            return self.kept[0]
        return self.asked(given)

    def asked(self, given: Scenario) -> Scenario | None:
        """The same, from the solver; it is kept. Raises `TooManyRefuted`."""
        try:
            world = self._others.world(given)
        except TooManyConflicts:
            raise TooManyRefuted from None
        if world is None:
            return None
        self._left -= 1
        if not self._left:
            raise TooManyRefuted
        self.kept.insert(0, {**self._drawn(), **{name: world[name] for name in self.unknown if name in world}})
        del self.kept[KEPT:]
        return self.kept[0]

    @cached_property
    def _others(self) -> OtherResults:
        return OtherResults(self._plan, self._result, self._most * CONFLICTS)

    def _drawn(self) -> Scenario:
        return {name: (self._random.randrange(self._plan.cells[name].count),) for name in self.unknown}
