"""Witnesses: for a result that is still possible, one completion that has it, the least one fact by fact."""

from engine.known import Known
from engine.logic.axes import least_values
from engine.logic.solver import ONE, encodings
from engine.plan import Plan


def least_completion(plan: Plan, known: Known, result: str | None) -> dict[str, int] | None:
    """The values, in steps, of all facts of the plan in a completion of what is known that has this result, None for no
    outcome. Each fact, inputs first, has the least value that the ones before it leave; of a fact that is not counted
    the first one of its cell. None where no completion has the result."""
    solver = encodings(plan).solver(ONE)
    axes = [solver.axis(each.fact.id) for each in plan.facts if each.fact.id not in known.values]
    with solver.scope(), solver.assuming(known) as assumed:
        found = least_values(solver, axes, [*assumed, solver.copies[0].results[result]])
    return None if found is None else dict(sorted({**found, **known.values}.items()))
