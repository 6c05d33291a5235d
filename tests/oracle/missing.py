"""What can still matter, by brute force: what two completions with different results differ in."""

from __future__ import annotations

from itertools import combinations

from tests.oracle.units import Units, completed, result_of


def deciding_sets(units: Units) -> frozenset[frozenset[str]]:
    """The minimal sets of unknown units such that two completions that differ in exactly these differ in their result,
    while all that is bound follows in the same way in both."""
    known = {name: value for name, value in units.values.items() if value is not None}
    rows = [(ways, values, result_of(units, values)) for ways, values in completed(units, known, {})]
    sets = {
        frozenset(name for name in units.unknown if one[name] != other[name])
        for (ways, one, first), (same, other, second) in combinations(rows, 2)
        if ways == same and first != second
    }
    return frozenset(each for each in sets if not any(less < each for less in sets))


def mattering(units: Units) -> frozenset[str]:
    """The units in any such set."""
    return frozenset().union(*deciding_sets(units))
