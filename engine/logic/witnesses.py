"""Witnesses: for a result that is still possible, one completion that has it, the least one fact by fact."""

from collections.abc import Collection, Mapping

from engine.known import Known
from engine.logic.solver import ONE, Literal, Solver, encodings
from engine.numbers import first_from
from engine.plan import Plan


def least_completion(plan: Plan, known: Known, result: str | None) -> dict[str, int] | None:
    """The values, in steps, of all facts of the plan in a completion of what is known that has this result, None for no
    outcome. Each fact, inputs first, has the least value that the ones before it leave; of a fact that is not counted
    the first one of its cell. None where no completion has the result."""
    solver = encodings(plan).solver(ONE)
    with solver.scope(), solver.assuming(known) as assumed:
        return least_values(plan, solver, [*assumed, solver.copies[0].results[result]], known.values)


def least_values(
    plan: Plan, solver: Solver, hard: list[Literal], known: Mapping[str, int], names: Collection[str] | None = None
) -> dict[str, int] | None:
    """The least completion of `known`, as above, that meets some literals, of all facts or of some; None where none
    does. Made inside `scope`, with what is known assumed."""
    if not solver.is_satisfiable(hard):
        return None
    wanted, values = plan.names if names is None else names, dict(known)
    for name in (each.fact.id for each in plan.facts if each.fact.id in wanted):
        if name not in values:
            values[name] = _least(plan, solver, name, hard)
            hard = [*hard, *solver.at(name, values[name])]
    return {name: values[name] for name in plan.names if name in values}


def _least(plan: Plan, solver: Solver, name: str, hard: list[Literal]) -> int:
    cells = plan.cells[name]
    literals = solver.copies[0].cells[name]
    cell = next(each for each in range(cells.count) if solver.is_satisfiable([*hard, literals[each]]))
    low, high = cells.interval(cell)

    def reaches(most: int) -> bool:
        return solver.is_satisfiable([*hard, literals[cell], solver.below(name, most)])

    return low if not solver.is_counted(name) or reaches(low) else first_from(low + 1, high, reaches)
