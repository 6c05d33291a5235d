"""Sets of combinations as one long integer: a bit for every combination of the cells of all axes.

What holds of a million combinations is then one number, and `and`, `or` and `not` are one operation each.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod


class Space:
    """Every combination of cells of some axes, each axis with so many cells."""

    def __init__(self, sizes: Sequence[int]) -> None:
        self.sizes = tuple(sizes)
        self.total = prod(self.sizes)
        self.full = (1 << self.total) - 1
        self._strides = [prod(self.sizes[:place]) for place in range(len(self.sizes))]
        self._at = [[self._pattern(axis, cell) for cell in range(size)] for axis, size in enumerate(self.sizes)]

    def _pattern(self, axis: int, cell: int) -> int:
        stride = self._strides[axis]
        bits, done = ((1 << stride) - 1) << (cell * stride), stride * self.sizes[axis]
        while done < self.total:
            bits |= bits << done
            done *= 2
        return bits & self.full

    def at(self, axis: int, cells: Iterable[int]) -> int:
        """The combinations in which the axis is in one of these cells."""
        found = 0
        for cell in cells:
            found |= self._at[axis][cell]
        return found

    def without(self, bits: int) -> int:
        """All the others."""
        return self.full ^ bits

    def moved(self, bits: int, axis: int, targets: Sequence[Iterable[int]]) -> int:
        """What these turn into where the axis may go from each cell to its targets, and all else stays."""
        stride, found = self._strides[axis], 0
        for cell, others in enumerate(targets):
            inside = (bits & self._at[axis][cell]) >> (cell * stride)
            if inside:
                for other in others:
                    found |= inside << (other * stride)
        return found

    def spread(self, bits: int, axis: int) -> int:
        """The combinations that agree with one of these in all but this axis."""
        stride, once = self._strides[axis], 0
        for cell, mask in enumerate(self._at[axis]):
            once |= (bits & mask) >> (cell * stride)
        found = once
        for cell in range(1, self.sizes[axis]):
            found |= once << (cell * stride)
        return found
