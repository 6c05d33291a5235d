"""The circuits of a decision, one for each result, and what is asked of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.logic.clauses import Clauses
from engine.logic.lanes import Cells, Circuit
from engine.logic.written import one_cell_at_most, written
from engine.plan import Plan

Scenario = Mapping[str, Cells]
"""For each of some facts the cells in one of which it lies; all others are free."""


@dataclass(slots=True)
class _Circuits:
    """The circuits of a decision by result, made when first asked for."""

    made: dict[str | None, Circuit] = field(default_factory=dict)


class OtherResults:
    """A circuit as formulas that say that another result stands. Made anew for each search, so that what one finds, and
    where it is given up, does not depend on what was asked before. `most` is how many conflicts of the solver
    all worlds together may take."""

    def __init__(self, plan: Plan, result: str | None, most: int) -> None:
        circuit = circuit_of(plan, result)
        self._clauses = clauses = Clauses(most)
        self._in = {name: [clauses.literal() for _ in range(plan.cells[name].count)] for name in circuit.facts}
        for cells in self._in.values():
            clauses.must(cells)
            one_cell_at_most(clauses, cells)
        literals = written(clauses, circuit, self._test)
        clauses.must([-literals[node] for node in circuit.standing])

    def world(self, scenario: Scenario) -> Scenario | None:
        """Cells of all other facts with which another result stands, None where there are none, given a cell of each of
        some facts. Raises `TooManyConflicts`."""
        if not self._clauses.is_satisfiable([self._in[name][cells[0]] for name, cells in scenario.items()]):
            return None
        others = ((name, cells) for name, cells in self._in.items() if name not in scenario)
        return {name: (next(n for n, cell in enumerate(cells) if self._clauses.holds(cell)),) for name, cells in others}

    def _test(self, name: str, truths: tuple[bool, ...]) -> int:
        return self._clauses.some(cell for cell, truth in zip(self._in[name], truths, strict=True) if truth)


def circuit_of(plan: Plan, result: str | None) -> Circuit:
    """The circuit of one result of a decision, kept with its guideline."""
    made = plan.guideline.keep(_Circuits, plan.decision.id, _Circuits).made
    if result not in made:
        made[result] = Circuit(plan, result)
    return made[result]


def settled_cells(
    plan: Plan, result: str | None, values: Mapping[str, int], names: Iterable[str]
) -> dict[str, tuple[int, int]]:
    """For each of some unknown facts the cells in which evaluation finds a result certain, with the values of others,
    in steps, and those in which it finds it impossible: a bit for each cell, the lowest for the first."""
    circuit = circuit_of(plan, result)
    counts = {name: plan.cells[name].count for name in names if name in set(circuit.facts)}
    lanes, start = sum(counts.values()), 0
    columns: dict[str, list[tuple[Cells, int]]] = {
        name: [((plan.cells[name].at(values[name]),), (1 << lanes) - 1)] for name in circuit.facts if name in values
    }
    for name, count in counts.items():
        columns[name] = [((cell,), 1 << start + cell) for cell in range(count)]
        start += count
    certain, impossible = circuit.answers(columns, lanes)
    settled = dict.fromkeys(names, (0, 0))
    for name, count in counts.items():
        settled[name] = certain & (1 << count) - 1, impossible & (1 << count) - 1
        certain, impossible = certain >> count, impossible >> count
    return settled
