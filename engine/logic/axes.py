"""Axes: what patients differ in, one for each fact, and the least patient along them who meets something."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import z3

from engine.cells import Cells
from engine.logic.asked import Asked, Literal


@dataclass(frozen=True, slots=True)
class Axis:
    """A fact, or what else patients differ in: its cells, a literal for each of them, of which one at least is true
    (where several are, the patient could as well be in one of them alone), and `refused`, their negations. Where the
    exact value counts, not the cell alone, there is an integer."""

    name: str
    cells: Cells
    literals: tuple[Literal, ...]
    refused: tuple[Literal, ...]
    integer: z3.ArithRef | None

    @property
    def is_ordered(self) -> bool:
        """Whether neighbouring cells belong together: those of a number do, choices stand side by side."""
        return self.cells.fact.is_numeric


def axis_of(name: str, literals: tuple[Literal, ...], cells: Cells, integer: z3.ArithRef | None) -> Axis:
    """An axis with its refusals."""
    return Axis(name, cells, literals, tuple(z3.Not(literal) for literal in literals), integer)


def least_cells(asked: Asked, axes: Sequence[Axis], hard: list[Literal]) -> list[int] | None:
    """The cells of the least patient who meets `hard`, axis by axis; None where nobody does."""
    found = _least(asked, [replace(axis, integer=None) for axis in axes], hard)
    return None if found is None else [axis.cells.at(found[axis.name]) for axis in axes]


def least_values(asked: Asked, axes: Sequence[Axis], hard: list[Literal]) -> dict[str, int] | None:
    """The values, in steps, of the least patient who meets `hard`: the least value of the first axis, then of the next;
    where only the cell counts, the first of its cell. None where nobody does. To be called in a scope."""
    return _least(asked, axes, hard)


def _least(asked: Asked, axes: Sequence[Axis], hard: list[Literal]) -> dict[str, int] | None:
    if not asked.is_satisfiable(hard):
        return None
    found, fixed = _found(asked, axes), list(hard)
    for axis in axes:
        name, at = axis.name, axis.cells.at
        while (cell := at(found[name])) and asked.is_satisfiable([*fixed, *axis.refused[cell:]]):
            found = _found(asked, axes)
        fixed.append(axis.literals[cell])
        low = axis.cells.starts[cell]
        while axis.integer is not None and low < found[name]:
            middle = (low + found[name] - 1) // 2
            if asked.is_satisfiable([*fixed, asked.at_most(axis.integer, middle)]):
                found = _found(asked, axes)
            else:
                low = middle + 1
        if axis.integer is not None:
            fixed.append(asked.at_most(axis.integer, found[name]))
    return found


def _found(asked: Asked, axes: Sequence[Axis]) -> dict[str, int]:
    """The values in what the last check found."""
    return {axis.name: _value(asked, axis) for axis in axes}


def _value(asked: Asked, axis: Axis) -> int:
    if axis.integer is not None:
        return asked.value_of(axis.integer)
    return axis.cells.starts[next(cell for cell, literal in enumerate(axis.literals) if asked.holds(literal))]
