"""Which facts have to stay as they are for a result to be impossible whatever the others are: few, not the fewest."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from engine.logic.lanes import Cells, Circuit, repeated

AHEAD = 1 << 14
"""How many lanes are used at most to see how many facts can be freed one after the other."""
Scenarios = Sequence[Mapping[str, Cells]]
"""Scenarios, each with cells for every fact that is not free."""


@dataclass(slots=True)
class _Freeing:
    """Some scenarios, by fact and cells one bit for each that has them; the names that are still to be freed, in their
    order; and those that had to be kept."""

    count: int
    having: Mapping[str, Mapping[Cells, int]]
    left: list[str]
    kept: list[str]


def needed(
    circuit: Circuit,
    tried: Sequence[Scenarios],
    names: Sequence[str],
    order: random.Random,
    instead: Mapping[str, Cells] = MappingProxyType({}),
) -> list[list[str]]:
    """For each of some lists of scenarios, in all of which the result is impossible, the names of which it is so as
    long as they stay, whatever the other names are, or with the others as they are `instead`. In which order they are
    freed is drawn anew for each list."""
    having = {id(each): _having(each) for each in {id(each): each for each in tried}.values()}
    all_freeing = [_Freeing(len(each), having[id(each)], order.sample(names, len(names)), []) for each in tried]
    if not instead:
        _keep_critical(circuit, all_freeing)
    while going := [each for each in all_freeing if each.left]:
        _free_more(circuit, going, frozenset(names), instead)
    return [each.kept for each in all_freeing]


def _keep_critical(circuit: Circuit, all_freeing: Sequence[_Freeing]) -> None:
    """Keeps each name that cannot be freed even alone: the more is free, the less is impossible. Of each list there are
    the lanes of all scenarios with the first name free, then those with the second one free alone, and so on."""
    for each in all_freeing:
        count, tries = each.count, len(each.left)
        if not tries or count * tries > AHEAD:
            continue
        lanes = count * tries
        freed = {name: (1 << count) - 1 << number * count for number, name in enumerate(each.left)}
        columns = {
            name: [(cells, repeated(at, count, lanes) & ~freed.get(name, 0)) for cells, at in having.items()]
            for name, having in each.having.items()
        }
        _, impossible = circuit.answers(columns, lanes)
        block = (1 << count) - 1
        kept = [name for number, name in enumerate(each.left) if ~impossible >> number * count & block]
        each.kept += kept
        each.left = [name for name in each.left if name not in kept]


def _having(scenarios: Scenarios) -> dict[str, dict[Cells, int]]:
    having: dict[str, dict[Cells, int]] = {}
    for number, scenario in enumerate(scenarios):
        for name, cells in scenario.items():
            column = having.setdefault(name, {})
            column[cells] = column.get(cells, 0) | 1 << number
    return having


def _free_more(
    circuit: Circuit, going: Sequence[_Freeing], names: frozenset[str], instead: Mapping[str, Cells]
) -> None:
    """Frees of each as many names as can be, up to the first that cannot. Of each there are the lanes of all scenarios
    with the first name free, then those with one more free, and so on."""
    columns: dict[str, list[tuple[Cells, int]]] = {name: [] for name in circuit.facts}
    ahead = max(AHEAD // sum(each.count for each in going), 1)
    sizes = [min(len(each.left), ahead) for each in going]
    start = 0
    for each, size in zip(going, sizes, strict=True):
        held = {name: min(number, size) for number, name in enumerate(each.left)} | dict.fromkeys(each.kept, size)
        for name, having in each.having.items():
            times = held.get(name, 0 if name in names else size)
            columns[name] += [
                (cells, repeated(lanes, each.count, times * each.count) << start) for cells, lanes in having.items()
            ]
            if name in instead and times < size:
                rest = (1 << (size - times) * each.count) - 1
                columns[name].append((instead[name], rest << start + times * each.count))
        start += size * each.count
    _, impossible = circuit.answers(columns, start)
    for each, size in zip(going, sizes, strict=True):
        still = impossible & (1 << size * each.count) - 1
        impossible >>= size * each.count
        freed = ((~still & still + 1).bit_length() - 1) // each.count
        each.kept += each.left[freed:size][:1]
        del each.left[: freed + 1 if freed < size else size]
