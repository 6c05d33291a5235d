"""A circuit written down as formulas of Booleans."""

from collections.abc import Callable, Sequence

from engine.logic.clauses import FALSE, TRUE, Clauses
from engine.logic.lanes import Circuit, Gate, Several, Total
from engine.logic.sums import is_at_least, total


def written(clauses: Clauses, circuit: Circuit, test: Callable[[str, tuple[bool, ...]], int]) -> list[int]:
    """The literals of a circuit's nodes, by their numbers. `test` gives that of a test: of a fact's name, and whether
    each of its cells meets it."""
    literals = [FALSE] * circuit.count
    for name, truths, node in circuit.tests:
        literals[node] = test(name, truths)
        literals[node + 1] = -literals[node]
    for gate in circuit.gates:
        literals[gate.node] = _gate(clauses, gate, literals)
        literals[gate.node + 1] = -literals[gate.node]
    return literals


def one_cell_at_most(clauses: Clauses, cells: Sequence[int]) -> None:
    """Has a fact lie in one of its cells at most."""
    for number, cell in enumerate(cells):
        for other in cells[:number]:
            clauses.must([-cell, -other])


def _gate(clauses: Clauses, gate: Gate, literals: Sequence[int]) -> int:
    match gate:
        case Several():
            return _at_least(clauses, gate.n, [literals[each] for each in gate.inputs])
        case Total():
            return _total(clauses, gate, literals)
    return clauses.every([literals[each] for each in gate.inputs])


def _at_least(clauses: Clauses, n: int, inputs: Sequence[int]) -> int:
    counted = [TRUE, *[FALSE] * n]
    for each in inputs:
        for number in range(n, 0, -1):
            counted[number] = clauses.some([counted[number], clauses.every([counted[number - 1], each])])
    return counted[n]


def _total(clauses: Clauses, gate: Total, literals: Sequence[int]) -> int:
    """True where the points add up to what is needed."""
    points, meets = gate.raised
    digits = total(clauses, [(literals[each], gained) for each, gained in points])
    ends = [(is_at_least(clauses, digits, low), is_at_least(clauses, digits, high + 1)) for low, high in meets]
    return clauses.some(clauses.every([reached, -exceeded]) for reached, exceeded in ends)
