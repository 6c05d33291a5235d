"""Which facts have to stay as they are for a result to be impossible whatever the others are: few, not the fewest."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from engine.logic.lanes import Cells, Circuit

AHEAD = 1 << 14
"""How many lanes are used at most to see how many facts can be freed one after the other."""


@dataclass(slots=True)
class _Freeing:
    """Scenarios, each cells for every fact that is not free; the names that are still to be freed, in their order; and
    those that had to be kept."""

    scenarios: Sequence[Mapping[str, Cells]]
    left: list[str]
    kept: list[str]


def needed(
    circuit: Circuit,
    tried: Sequence[Sequence[Mapping[str, Cells]]],
    names: Sequence[str],
    order: random.Random,
    instead: Mapping[str, Cells] = MappingProxyType({}),
) -> list[list[str]]:
    """For each of some lists of scenarios, in all of which the result is impossible, the names of which it is so as
    long as they stay, whatever the other names are, or with the others as they are `instead`. In which order they are
    freed is drawn anew for each list."""
    all_freeing = [_Freeing(each, order.sample(names, len(names)), []) for each in tried]
    while going := [each for each in all_freeing if each.left]:
        _free_more(circuit, going, frozenset(names), instead)
    return [each.kept for each in all_freeing]


def _free_more(
    circuit: Circuit, going: Sequence[_Freeing], names: frozenset[str], instead: Mapping[str, Cells]
) -> None:
    """Frees of each as many names as can be, up to the first that cannot."""
    columns: dict[str, dict[Cells, int]] = {name: {} for name in circuit.facts}
    ahead = max(AHEAD // sum(len(each.scenarios) for each in going), 1)
    sizes = [min(len(each.left), ahead) for each in going]
    start = 0
    for each, size in zip(going, sizes, strict=True):
        held, full = _held(each, size), (1 << size) - 1
        for scenario in each.scenarios:
            for name, cells in scenario.items():
                lanes, column = held.get(name, 0 if name in names else full), columns[name]
                column[cells] = column.get(cells, 0) | lanes << start
                if name in instead and lanes != full:
                    column[instead[name]] = column.get(instead[name], 0) | (full & ~lanes) << start
            start += size
    _, impossible = circuit.answers({name: list(each.items()) for name, each in columns.items()}, start)
    for each, size in zip(going, sizes, strict=True):
        still = (1 << size) - 1
        for _ in each.scenarios:
            still &= impossible
            impossible >>= size
        freed = (~still & still + 1).bit_length() - 1
        each.kept += each.left[freed:size][:1]
        del each.left[: freed + 1 if freed < size else size]


def _held(freeing: _Freeing, size: int) -> dict[str, int]:
    """The lanes in which each name stays: in the first one the first name is free, in each further one more."""
    full = (1 << size) - 1
    held = {name: full & ((1 << number) - 1) for number, name in enumerate(freeing.left)}
    return held | dict.fromkeys(freeing.kept, full)
