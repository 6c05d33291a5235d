"""The nearest values of a proposal: the numbers whose sum of |change| / width of the range is least; where sums are
equal, the lowest, fact by fact."""

from collections.abc import Mapping, Sequence
from math import lcm

from engine.guideline import Fact
from engine.logic.proposals import Pins, Proposals, Values
from engine.logic.solver import Cost, Literal, Solver
from engine.plan import Plan
from engine.units import Units


def cheapest(
    solver: Solver, plan: Plan, units: Units, proposals: Proposals, names: frozenset[str], pins: Pins
) -> Values | None:
    """The nearest values, in steps, within pins; None where none there leads to the outcome."""
    return _Search(solver, plan, units, proposals, names).nearest(pins)


class _Search:
    """The search for the nearest values of one set of units."""

    def __init__(self, solver: Solver, plan: Plan, units: Units, proposals: Proposals, names: frozenset[str]) -> None:
        self._solver, self._plan, self._proposals, self._names = solver, plan, proposals, names
        facts = [plan.guideline.facts[name] for name in sorted(names)]
        self._numbers = [fact for fact in facts if fact.is_numeric]
        stated = {**units.known, **units.assumed}
        self._before = {fact.id: stated[fact.id] for fact in self._numbers if fact.id in stated}
        widths = [fact.high - fact.low for fact in self._numbers if fact.id in self._before]
        self._whole = lcm(*[max(width, 1) for width in widths])
        self._costs = {fact.id: self._cost(fact) for fact in self._numbers if fact.id in self._before}

    def nearest(self, pins: Pins) -> Values | None:
        found = self._proposals.proposed(self._names, pins)
        if found is None or not self._numbers:
            return found
        values, least = self._least(pins, found)
        kept = [self._solver.costs_at_most(self._costs, least)] if self._costs else []
        pinned = dict(pins)
        for fact in self._numbers:
            values = self._lowest(fact, values, pinned, kept, least)
            pinned[fact.id] = (values[fact.id], values[fact.id])
        return values

    def _least(self, pins: Pins, values: Values) -> tuple[Values, int]:
        """Values with the least cost, and that cost."""
        lowest, best = 0, self._total(values)
        is_counted = any(cost.weight for cost in self._costs.values())
        while lowest < best:
            most = (lowest + best - 1) // 2 if is_counted else best - 1
            found = self._proposals.proposed_with(self._names, pins, [self._solver.costs_at_most(self._costs, most)])
            if found is None:
                lowest = most + 1
            else:
                values = found
                best = self._total(values)
        return values, best

    def _lowest(
        self, fact: Fact, values: Values, pins: Mapping[str, tuple[int, int]], kept: Sequence[Literal], least: int
    ) -> Values:
        """Values of the same cost in which this fact is lowest."""
        if self._proposals.is_counted(fact.id):
            return self._lowest_counted(fact, values, pins, kept, least)
        for cell in range(self._plan.cells[fact.id].at(values[fact.id])):
            cost = self._costs.get(fact.id)
            if cost is None or cost.cells[cell] <= least:
                interval = self._plan.cells[fact.id].interval(cell)
                found = self._proposals.proposed_with(self._names, {**pins, fact.id: interval}, kept)
                if found is not None:
                    return found
        return values

    def _lowest_counted(
        self, fact: Fact, values: Values, pins: Mapping[str, tuple[int, int]], kept: Sequence[Literal], least: int
    ) -> Values:
        lowest = fact.low
        if fact.id in self._costs:
            lowest = max(lowest, self._before[fact.id] - least // self._costs[fact.id].weight)
        while lowest < values[fact.id]:
            middle = (lowest + values[fact.id] - 1) // 2
            found = self._proposals.proposed_with(self._names, {**pins, fact.id: (lowest, middle)}, kept)
            if found is None:
                lowest = middle + 1
            else:
                values = found
        return values

    def _cost(self, fact: Fact) -> Cost:
        weight = self._whole // max(fact.high - fact.low, 1)
        before = self._before[fact.id]
        if self._proposals.is_counted(fact.id):
            return Cost(origin=before, weight=weight)
        cells = self._plan.cells[fact.id]
        return Cost(tuple(abs(self._proposals.nearest(fact.id, cell) - before) * weight for cell in range(cells.count)))

    def _total(self, values: Values) -> int:
        weights = {fact.id: self._whole // max(fact.high - fact.low, 1) for fact in self._numbers}
        return sum(abs(values[name] - self._before[name]) * weights[name] for name in self._costs)
