"""Which facts have to stay as they are for a result to be impossible, the others being as they are instead: few, not
the fewest."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.logic.lanes import Cells, Circuit

AHEAD = 1 << 14
"""How many lanes are used at most to see how many facts can be freed one after the other."""
Scenario = Mapping[str, Cells]
"""Cells for every fact that is tested."""


@dataclass(slots=True)
class _Freeing:
    """A scenario; the names that are still to be set otherwise, in their order; and those that had to be kept."""

    scenario: Scenario
    left: list[str]
    kept: list[str]


def needed(
    circuit: Circuit,
    scenarios: Sequence[Scenario],
    names: Sequence[str],
    order: random.Random,
    instead: Scenario,
) -> list[list[str]]:
    """For each of some scenarios in which the result is impossible, the names for which it is so as long as they stay,
    the other names being as they are `instead`. In which order they are set so is drawn anew for each scenario."""
    all_freeing = [_Freeing(each, order.sample(names, len(names)), []) for each in scenarios]
    while going := [each for each in all_freeing if each.left]:
        _free_more(circuit, going, frozenset(names), instead)
    return [each.kept for each in all_freeing]


def _free_more(circuit: Circuit, going: Sequence[_Freeing], names: frozenset[str], instead: Scenario) -> None:
    """Sets of each as many names otherwise as can be, up to the first that cannot. Of each there are the lanes with the
    first name set, then with one more, and so on."""
    columns: dict[str, list[tuple[Cells, int]]] = {name: [] for name in circuit.facts}
    ahead = max(AHEAD // len(going), 1)
    sizes = [min(len(each.left), ahead) for each in going]
    start = 0
    for each, size in zip(going, sizes, strict=True):
        held = {name: min(number, size) for number, name in enumerate(each.left)} | dict.fromkeys(each.kept, size)
        for name, cells in each.scenario.items():
            times = held.get(name, 0 if name in names else size)
            columns[name].append((cells, (1 << times) - 1 << start))
            if times < size:
                columns[name].append((instead[name], (1 << size - times) - 1 << start + times))
        start += size
    _, impossible = circuit.answers(columns, start)
    for each, size in zip(going, sizes, strict=True):
        still = impossible & (1 << size) - 1
        impossible >>= size
        freed = (~still & still + 1).bit_length() - 1
        each.kept += each.left[freed:size][:1]
        del each.left[: freed + 1 if freed < size else size]
