"""Sufficient reasons by brute force: whoever has the values of these units has the outcome."""

from __future__ import annotations

from itertools import combinations

from tests.oracle.units import Units, completed, result_of


def sufficient_reasons(units: Units, outcome: str | None) -> frozenset[frozenset[str]]:
    """The minimal sets of known units such that every completion with their values, and the assumed ones, has the
    outcome, None for no outcome."""
    contrary = set[frozenset[str]]()
    for _, values in completed(units, units.assumed, units.follows):
        if result_of(units, values) != outcome:
            contrary.add(frozenset(name for name in units.known if values[name] == units.known[name]))
    found: list[frozenset[str]] = []
    for count in range(len(units.known) + 1):
        for names in map(frozenset, combinations(sorted(units.known), count)):
            if not any(less <= names for less in found) and not any(names <= agreeing for agreeing in contrary):
                found.append(names)
    return frozenset(found)


def smallest_first(sets: frozenset[frozenset[str]]) -> tuple[tuple[str, ...], ...]:
    """Sets of fewer names first, then in the order of their names."""
    return tuple(sorted((tuple(sorted(each)) for each in sets), key=lambda each: (len(each), each)))
