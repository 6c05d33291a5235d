"""What can be said of a complete patient, and the literal that says it: which result comes out, which rules fire, which
conditions are met, and these together."""

from dataclasses import dataclass
from typing import TypeAlias

from engine.conditions import Condition
from engine.logic.solver import Literal, Solver


@dataclass(frozen=True, slots=True)
class ResultIs:
    """The decision comes to this outcome, None for no outcome."""

    result: str | None


@dataclass(frozen=True, slots=True)
class Fires:
    """The condition of a rule of the decision is true."""

    rule: str


@dataclass(frozen=True, slots=True)
class Meets:
    """A condition on the decision's facts, findings and scores is true. It may test facts only as the decision's own
    conditions do: where no test draws a line, its cells have none."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class Every:
    """All of these are so."""

    parts: tuple["Wanted", ...]


@dataclass(frozen=True, slots=True)
class Never:
    """None of these is so."""

    parts: tuple["Wanted", ...]


Wanted: TypeAlias = ResultIs | Fires | Meets | Every | Never


def literal_of(solver: Solver, wanted: Wanted) -> Literal:
    """A literal that is true exactly of the first copy's patients of whom this can be said. Made inside `scope`."""
    match wanted:
        case ResultIs(result):
            return solver.copies[0].results[result]
        case Fires(rule):
            return solver.fires(rule)
        case Meets(condition):
            return solver.meets(condition)
        case Every(parts):
            return solver.no(solver.either([solver.no(literal_of(solver, part)) for part in parts]))
        case Never(parts):
            return solver.no(solver.either([literal_of(solver, part) for part in parts]))
