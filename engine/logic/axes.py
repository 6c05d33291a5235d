"""Axes: what patients differ in, one for each fact, and the least patient along them who meets something."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import z3

from engine.cells import Cells
from engine.logic.asked import Asked, Literal, is_so, value_in
from engine.logic.connectives import negation


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
    return Axis(name, cells, literals, tuple(map(negation, literals)), integer)


def least_cells(asked: Asked, axes: Sequence[Axis], hard: list[Literal]) -> list[int] | None:
    """The cells of the least patient who meets `hard`, axis by axis; None where nobody does."""
    found = _least(asked, [replace(axis, integer=None) for axis in axes], hard)
    return None if found is None else [axis.cells.at(found[axis.name]) for axis in axes]


def least_values(asked: Asked, axes: Sequence[Axis], hard: list[Literal]) -> dict[str, int] | None:
    """The values, in steps, of the least patient who meets `hard`: the least value of the first axis, then of the next;
    where only the cell counts, the first of its cell. None where nobody does. To be called in a scope."""
    return _least(asked, axes, hard)


def _least(asked: Asked, axes: Sequence[Axis], hard: list[Literal]) -> dict[str, int] | None:
    """A value is read of what the last check found only when its axis comes: there are many checks, and many axes."""
    if not asked.is_satisfiable(hard):
        return None
    model, fixed, least = asked.found(), list(hard), {}
    for axis in axes:
        value = _value(model, axis)
        while (cell := axis.cells.at(value)) and asked.is_satisfiable([*fixed, *axis.refused[cell:]]):
            model = asked.found()
            value = _value(model, axis)
        fixed.append(axis.literals[cell])
        low = axis.cells.starts[cell]
        while axis.integer is not None and low < value:
            middle = (low + value - 1) // 2
            if asked.is_satisfiable([*fixed, asked.at_most(axis.integer, middle)]):
                model = asked.found()
                value = _value(model, axis)
            else:
                low = middle + 1
        if axis.integer is not None:
            fixed.append(asked.at_most(axis.integer, value))
        least[axis.name] = value
    return least


def _value(model: z3.ModelRef, axis: Axis) -> int:
    if axis.integer is not None:
        return value_in(model, axis.integer)
    return axis.cells.starts[next(cell for cell, literal in enumerate(axis.literals) if is_so(model, literal))]
