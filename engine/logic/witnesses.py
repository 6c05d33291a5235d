"""Witnesses: for a result that is still possible, one completion that has it, the least one fact by fact."""

from collections.abc import Callable

from engine.known import Known
from engine.logic.solver import ONE, Literal, Solver, encodings
from engine.plan import Plan


def least_completion(plan: Plan, known: Known, result: str | None) -> dict[str, int] | None:
    """The values, in steps, of all facts of the plan in a completion of what is known that has this result, None for no
    outcome. Each fact, inputs first, has the least value that the ones before it leave; of a fact that is not counted
    the first one of its cell. None where no completion has the result."""
    solver = encodings(plan).solver(ONE)
    values = dict(known.values)
    with solver.scope(), solver.assuming(known) as assumed:
        hard = [*assumed, solver.copies[0].results[result]]
        if not solver.is_satisfiable(hard):
            return None
        for name in (each.fact.id for each in plan.facts):
            if name not in values:
                values[name] = _least(plan, solver, name, hard)
                hard += solver.at(name, values[name])
    return {name: values[name] for name in plan.names}


def _least(plan: Plan, solver: Solver, name: str, hard: list[Literal]) -> int:
    cells = plan.cells[name]
    literals = solver.copies[0].cells[name]
    cell = next(each for each in range(cells.count) if solver.is_satisfiable([*hard, literals[each]]))
    low, high = cells.interval(cell)
    if not solver.is_counted(name):
        return low
    return _first(low, high, lambda most: solver.is_satisfiable([*hard, literals[cell], solver.below(name, most)]))


def _first(low: int, high: int, reaches: Callable[[int], bool]) -> int:
    """The lowest value from which on `reaches` is true; it is true at `high`."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if reaches(middle) else (middle + 1, high)
    return low
