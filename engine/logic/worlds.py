"""Worlds of one patient: values for all that is left open, in which a result may not stand.

What refutes one set of values often refutes others too, so worlds are kept: some drawn at random, and those that the
solver found. The draws have a fixed seed; they decide how long a search takes, never what it finds.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from engine.logic.circuits import OtherResults, Scenario, circuit_of
from engine.logic.clauses import TooManyConflicts
from engine.logic.given_up import TooManyRefuted
from engine.logic.lanes import Column, bits, lanes_by
from engine.plan import Plan

CONFLICTS = 100
"""How many conflicts of the solver count as much as one world that had to be looked for."""
DRAWN, FIRST, KEPT = 64, 8, 128
"""How many worlds are drawn, how many a search begins with, and how many are kept. It begins with those at the ends of
all ranges: where many facts count for an outcome, one of these refutes most."""

World = tuple[int, ...]
"""The cell of each fact that varies."""


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
        lowest = (0,) * len(self.unknown)
        highest = tuple([plan.cells[name].count - 1 for name in self.unknown])
        self._kept: list[World] = [lowest, highest, *(self._drawn() for _ in range(DRAWN))] if self.unknown else [()]
        self.first: Sequence[Scenario] = [self._told(each) for each in self._kept[:FIRST]]
        """Some to begin with."""

    def other(self, given: Scenario) -> Scenario | None:
        """A world with which the result does not stand, given the cells of all that does not vary and of some facts
        that do; None where it stands in every one."""
        lanes = len(self._kept) + 1
        open_ = [name for name in self.unknown if name not in given]
        columns = self.columns(open_)  # in all lanes but the last one, in which what varies is free
        columns |= {name: [(cells, (1 << lanes) - 1)] for name, cells in given.items()}
        certain, impossible = self.circuit.answers(columns, lanes)
        if certain >> lanes - 1:
            return None
        for number in bits(impossible):
            self._kept.insert(0, self._kept.pop(number))
            return self._told(self._kept[0])
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
        drawn = zip(self.unknown, self._drawn(), strict=True)
        self._kept.insert(0, tuple([world[name][0] if name in world else cell for name, cell in drawn]))
        del self._kept[KEPT:]
        return self._told(self._kept[0])

    def columns(self, names: Iterable[str], first: int = 0, count: int = KEPT) -> dict[str, Column]:
        """What some of the worlds kept so far have of some facts, a lane for each world. Those come first that refuted
        something last."""
        cells = dict(zip(self.unknown, zip(*self._kept[first : first + count], strict=True), strict=True))
        return {name: [((cell,), lanes) for cell, lanes in lanes_by(cells[name]).items()] for name in names}

    def replace_first(self, world: Scenario) -> None:
        """Keeps another world instead of the one that refuted something last."""
        self._kept[0] = tuple([world[name][0] for name in self.unknown])

    @property
    def count(self) -> int:
        """How many worlds are kept."""
        return len(self._kept)

    @cached_property
    def _others(self) -> OtherResults:
        return OtherResults(self._plan, self._result, self._most * CONFLICTS)

    def _drawn(self) -> World:
        return tuple([self._random.randrange(self._plan.cells[name].count) for name in self.unknown])

    def _told(self, world: World) -> Scenario:
        return {name: (cell,) for name, cell in zip(self.unknown, world, strict=True)}
