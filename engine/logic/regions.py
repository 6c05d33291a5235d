"""Regions: the complete patients of whom something can be said, as a short list of boxes of cells.

A complete patient has a value for every fact of the plan, within its range, and nothing impossible. Facts with linear
formulas, and those that imports decide, have the value that one of these gives; other derived facts are free numbers.
What comes of a patient depends on the cells of the facts alone, so boxes of cells are exact.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

from engine.conditions import Interval
from engine.known import Known
from engine.logic.axes import Axis
from engine.logic.covers import Bounds, cover, least_in
from engine.logic.solver import ONE, encodings
from engine.logic.wanted import Wanted, literal_of
from engine.plan import Plan


@dataclass(frozen=True, slots=True)
class Box:
    """Patients alike in what counts: for each fact that is bound the values it may have, as spans of steps, in the
    order of the facts; any other fact may have any value. `witness` is the least patient among them, in steps: the
    least value of the first fact, then of the next; of a fact of which only the cell counts the first of its cell."""

    cells: Mapping[str, tuple[Interval, ...]]
    witness: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Region:
    """Boxes, sorted: every possible patient in one of them belongs to the region, no bound of a box can be loosened,
    and unless `is_capped` every patient of the region is in one, and no box is covered by the others."""

    boxes: tuple[Box, ...]
    is_capped: bool


@dataclass(frozen=True, slots=True)
class Extent:
    """How large the space of a decision's patients is, impossible ones too: the combinations of the facts' cells that
    its conditions tell apart, and the combinations of the facts' values."""

    classes: int
    patients: int


def region_of(plan: Plan, wanted: Wanted, *, limit: int) -> Region:
    """The region of the complete patients of whom this can be said, in at most `limit` boxes. Raises `SolverLimit`."""
    solver = encodings(plan).solver(ONE)
    with solver.scope(), solver.assuming(Known({})) as assumed:
        literal = literal_of(solver, wanted)
        inside, outside = [*assumed, literal], [*assumed, solver.no(literal)]
        axes = [solver.axis(each.fact.id) for each in plan.facts]
        found = cover(solver, axes, inside, outside, limit)
        boxes = [Box(_spans(plan, axes, box), least_in(solver, axes, inside, box)) for box in found.boxes]
    return Region(tuple(sorted(boxes, key=lambda box: tuple(box.witness.values()))), found.is_capped)


def extent_of(plan: Plan) -> Extent:
    """How large the space of a decision's patients is."""
    facts = [each.fact for each in plan.facts]
    return Extent(prod(plan.cells[fact.id].count for fact in facts), prod(fact.high - fact.low + 1 for fact in facts))


def _spans(plan: Plan, axes: list[Axis], box: Bounds) -> dict[str, tuple[Interval, ...]]:
    return {axis.name: plan.cells[axis.name].spans(box[axis.name]) for axis in axes if axis.name in box}
