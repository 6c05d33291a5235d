"""What needs no solver to be seen of one patient: from completions drawn at random, and from evaluation.

Where facts are free of one another any values of what is unknown are a completion. What no draw shows may still be so.
The draws have a fixed seed, and decide only how long it takes to find out.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass

from engine.known import Known
from engine.logic.circuits import circuit_of, settled_cells
from engine.logic.lanes import Cells, bits, lanes_by
from engine.plan import Plan
from engine.units import relevant_facts

DRAWN = 64
"""How many completions are drawn; each is tried with every cell of each unknown fact instead of its own."""


@dataclass(frozen=True, slots=True)
class Draws:
    """What was seen of unknown facts.

    shown: by fact and cell, results (outcomes, or None for no outcome) that completions in this cell have
    excluded: by fact and cell, results that none has
    mattering: facts of which two completions differ that differ in nothing else, and have different results
    """

    shown: Mapping[tuple[str, int], frozenset[str | None]]
    excluded: Mapping[tuple[str, int], frozenset[str | None]]
    mattering: frozenset[str]


def draws(plan: Plan, known: Known) -> Draws:
    """What is seen of what is known; draws show nothing where facts may not be free of one another."""
    excluded = _excluded(plan, known)
    if plan.ties or not plan.bound.isdisjoint(relevant_facts(plan) - known.values.keys() - known.untied):
        return Draws({}, excluded, frozenset())
    circuits = {result: circuit_of(plan, result) for result in (*plan.decision.outcomes, None)}
    tested = sorted({name for circuit in circuits.values() for name in circuit.facts})
    columns = _columns(plan, known, tested)
    certain = {}
    for result, circuit in circuits.items():
        asked = {name: columns[name] for name in circuit.facts}
        certain[result], _ = circuit.answers(asked, _lanes(plan, known, tested))
    shown, mattering = _shown(plan, [name for name in tested if name not in known.values], certain)
    return Draws(shown, excluded, mattering)


def _excluded(plan: Plan, known: Known) -> dict[tuple[str, int], frozenset[str | None]]:
    unknown = [name for name in plan.names if name not in known.values]
    excluded: dict[tuple[str, int], frozenset[str | None]] = {}
    for result in (*plan.decision.outcomes, None):
        for name, (_, impossible) in settled_cells(plan, result, known.values, unknown).items():
            for cell in bits(impossible):
                excluded[name, cell] = excluded.get((name, cell), frozenset()) | {result}
    return excluded


def _lanes(plan: Plan, known: Known, names: list[str]) -> int:
    return DRAWN * sum(plan.cells[name].count for name in names if name not in known.values)


def _columns(plan: Plan, known: Known, names: list[str]) -> dict[str, list[tuple[Cells, int]]]:
    """The lanes of each fact: for each cell of the first unknown fact all draws with this cell, and so on."""
    numbers = random.Random(len(names))  # noqa: S311 - the same on every machine, and no secret
    lanes, start = _lanes(plan, known, names), 0
    columns: dict[str, list[tuple[Cells, int]]] = {}
    for name in names:
        cells = plan.cells[name]
        if name in known.values:
            columns[name] = [((cells.at(known.values[name]),), (1 << lanes) - 1)]
        else:
            values = [numbers.randrange(cells.count) for _ in range(DRAWN)] * (lanes // DRAWN)
            end = start + DRAWN * cells.count
            values[start:end] = [cell for cell in range(cells.count) for _ in range(DRAWN)]
            columns[name] = [((cell,), at) for cell, at in lanes_by(values).items()]
            start = end
    return columns


def _shown(
    plan: Plan, unknown: list[str], certain: Mapping[str | None, int]
) -> tuple[dict[tuple[str, int], frozenset[str | None]], frozenset[str]]:
    """The results that draws have, by fact and cell; and the facts that they show to matter."""
    results: dict[tuple[str, int], frozenset[str | None]] = {}
    mattering, one, start = set(), (1 << DRAWN) - 1, 0
    for name in unknown:
        found = []
        for cell in range(plan.cells[name].count):
            found.append([at >> start & one for at in certain.values()])
            results[name, cell] = frozenset(each for each, at in zip(certain, found[-1], strict=True) if at)
            start += DRAWN
        if any(each != found[0] for each in found):
            mattering.add(name)
    return results, frozenset(mattering)
