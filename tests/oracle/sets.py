"""Minimal sets of units, found by trying all sets, smaller ones first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import combinations


def minimal_sets(names: Iterable[str], suffices: Callable[[frozenset[str]], bool]) -> Iterator[frozenset[str]]:
    """The sets of names that suffice while none of their subsets does, smaller ones first, then in order."""
    found: list[frozenset[str]] = []
    several = sorted(names)
    for count in range(len(several) + 1):
        for each in map(frozenset, combinations(several, count)):
            if not any(less <= each for less in found) and suffices(each):
                found.append(each)
                yield each
