"""Where few completions are left, each of them is evaluated, and no solver is made. What is found is what the solver
finds."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from math import prod

from engine.known import Known
from engine.logic.circuits import circuit_of
from engine.plan import Plan
from engine.truth import TRUE

MOST = 256
"""How many completions are few."""
Completion = Mapping[str, int]
"""The cell of each fact that bears on what is asked."""


def few_results(
    plan: Plan, known: Known, candidates: Iterable[str | None], cells: Mapping[str, int]
) -> frozenset[str | None] | None:
    """Those of `candidates` that some completion of what is known has, with further facts in the given cells; None
    where there are too many completions."""
    found = few_completions(plan, known, {*plan.tested, *plan.exclusive}, cells)
    if found is None:
        return None
    return frozenset(each for each in candidates if _has_result(plan, found, each))


def few_completions(
    plan: Plan, known: Known, names: Iterable[str], cells: Mapping[str, int]
) -> Sequence[Completion] | None:
    """The completions of what is known, with further facts in the given cells, that a patient can have, as far as they
    differ in these facts, among which are all that something impossible names. None where facts follow from others by
    formulas or imports, and where there are too many."""
    if plan.bound:
        return None
    ordered = sorted(names)
    fixed = {**{name: plan.cells[name].at(known.values[name]) for name in ordered if name in known.values}, **cells}
    open_cells = [[fixed[name]] if name in fixed else range(plan.cells[name].count) for name in ordered]
    if prod(map(len, open_cells)) > MOST:
        return None
    completions = (dict(zip(ordered, each, strict=True)) for each in product(*open_cells))
    return [each for each in completions if _is_possible(plan, each)]


def _is_possible(plan: Plan, completion: Completion) -> bool:
    values = {name: plan.cells[name].starts[cell] for name, cell in completion.items()}
    return not any(each.evaluate(values, {}, {}).truth is TRUE for each in plan.impossible)


def _has_result(plan: Plan, completions: Sequence[Completion], result: str | None) -> bool:
    circuit = circuit_of(plan, result)
    columns = {name: [((each[name],), 1 << lane) for lane, each in enumerate(completions)] for name in circuit.facts}
    certain, _ = circuit.answers(columns, len(completions))
    return bool(certain)
