"""Covers: a set of patients as boxes. A box binds some axes to some of their cells; every possible patient in it is in
the set, none of its bounds can be loosened, and the boxes together hold the whole set.

What is found depends on the formulas alone, not on what the solver was asked before: points are the least ones, and
bounds are loosened in the order of the axes. Conflicts the solver names only spare questions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.errors import EngineFault
from engine.logic.asked import Asked, Literal, key_of
from engine.logic.axes import Axis, least_cells, least_values

Bounds = Mapping[str, frozenset[int]]
"""A box: the cells it allows of each axis that it binds."""


@dataclass(frozen=True, slots=True)
class Cover:
    """Boxes of a set of patients, none of which the others cover. If `is_capped` they are not the whole set."""

    boxes: tuple[Bounds, ...]
    is_capped: bool


def cover(asked: Asked, axes: Sequence[Axis], inside: list[Literal], outside: list[Literal], limit: int) -> Cover:
    """The boxes of the patients for whom all of `inside` holds, where whoever is possible and not among them meets all
    of `outside`. At most `limit` boxes. To be called in a scope of the solver. Raises `SolverLimit`."""
    found: list[_Blocked] = []
    while (point := least_cells(asked, axes, [*inside, *(each.guard for each in found)])) is not None:
        if len(found) >= limit:
            found = _needed(asked, axes, inside, found)
        if len(found) >= limit:
            return Cover(tuple(each.box for each in found), is_capped=True)
        box = _prime(asked, axes, point, outside)
        found.append(_Blocked(box, _guard(asked, axes, box)))
    return Cover(tuple(each.box for each in _needed(asked, axes, inside, found)), is_capped=False)


def least_in(asked: Asked, axes: Sequence[Axis], inside: list[Literal], box: Bounds) -> dict[str, int]:
    """The least patient in a box of a cover."""
    found = least_values(asked, axes, [*inside, *bounded(axes, box)])
    if found is None:
        raise EngineFault("a box that was found has nobody in it")
    return found


def bounded(axes: Sequence[Axis], box: Bounds) -> list[Literal]:
    """Literals that together are true exactly of those in a box."""
    return [
        axis.refused[cell]
        for axis in axes
        if axis.name in box
        for cell in range(len(axis.literals))
        if cell not in box[axis.name]
    ]


@dataclass(frozen=True, slots=True, eq=False)
class _Blocked:
    """A box, and a literal that, where it is true, keeps everybody out of it."""

    box: Bounds
    guard: Literal


def _guard(asked: Asked, axes: Sequence[Axis], box: Bounds) -> Literal:
    guard = asked.fresh()
    outside = [
        axis.literals[cell]
        for axis in axes
        if axis.name in box
        for cell in range(len(axis.literals))
        if cell not in box[axis.name]
    ]
    asked.learn([asked.no(guard), *outside])
    return guard


def _needed(asked: Asked, axes: Sequence[Axis], inside: list[Literal], found: list[_Blocked]) -> list[_Blocked]:
    """The boxes but for those that the others cover, earlier ones left out first."""
    kept = list(found)
    for each in found:
        others = [other.guard for other in kept if other is not each]
        if not asked.is_satisfiable([*inside, *others, *bounded(axes, each.box)]):
            kept.remove(each)
    return kept


def _prime(asked: Asked, axes: Sequence[Axis], point: Sequence[int], outside: list[Literal]) -> Bounds:
    """The box around a point, loosened as far as nobody comes in who is not in the set."""
    box = _Box(asked, axes, point, outside)
    for axis in axes:
        box.loosen(axis, box.excluded[axis.name])
    for axis, cell in zip(axes, point, strict=True):
        for cells in _outward(axis, cell) if axis.is_ordered else [tuple(range(len(axis.literals)))]:
            for each in cells:
                if each in box.excluded[axis.name] and not box.loosen(axis, {each}) and axis.is_ordered:
                    break
    return {
        axis.name: frozenset(range(len(axis.literals))) - box.excluded[axis.name]
        for axis in axes
        if box.excluded[axis.name]
    }


def _outward(axis: Axis, cell: int) -> tuple[tuple[int, ...], ...]:
    """The cells below one, and those above, nearest first."""
    return tuple(reversed(range(cell))), tuple(range(cell + 1, len(axis.literals)))


class _Box:
    """A box on its way: the cells it excludes, and the exclusions that the last proof needed."""

    def __init__(self, asked: Asked, axes: Sequence[Axis], point: Sequence[int], outside: list[Literal]) -> None:
        self._asked, self._axes, self._outside = asked, axes, outside
        self.excluded = {
            axis.name: frozenset(range(len(axis.literals))) - {cell} for axis, cell in zip(axes, point, strict=True)
        }
        self._needed = self.excluded
        self._cells = {key_of(literal): (axis.name, cell) for axis in axes for cell, literal in enumerate(axis.refused)}

    def loosen(self, axis: Axis, cells: frozenset[int] | set[int]) -> bool:
        """Allows more cells of an axis, unless somebody would come in who is not in the set; whether it did."""
        wider = {**self.excluded, axis.name: self.excluded[axis.name] - cells}
        if not self._needed[axis.name].isdisjoint(cells):
            literals = [each.refused[cell] for each in self._axes for cell in sorted(wider[each.name])]
            if self._asked.is_satisfiable([*self._outside, *literals]):
                return False
            core = (self._cells.get(key) for key in self._asked.core())
            self._note_needed([each for each in core if each is not None and each[1] in wider[each[0]]])
        self.excluded = wider
        return True

    def _note_needed(self, core: list[tuple[str, int]]) -> None:
        self._needed = {axis.name: frozenset(cell for name, cell in core if name == axis.name) for axis in self._axes}
