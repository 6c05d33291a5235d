"""Minimal sets, smallest first, by implicit hitting sets: which sets suffice is found out one set at a time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a set does not suffice: every set that does has one of some names that it lacks, or lacks one of some that it
    has."""

    lacking: frozenset[str]
    having: frozenset[str] = frozenset()


Find = Callable[[frozenset[str]], Sequence[Obstacle]]
"""What is in the way of a set, one obstacle at least; none where it suffices."""
_Clause = tuple[int, int]
"""An obstacle in bits: those of which a set must have one, and those of which it may lack one instead."""


def minimal_sets(names: Sequence[str], obstacles: Find) -> Iterator[frozenset[str]]:
    """The minimal sets of names that suffice, those of fewer names first, then in the order of `names`."""
    sets = _Sets(names)
    while (tried := sets.smallest()) is not None:
        missed = obstacles(tried)
        if missed:
            sets.must_avoid(missed)
            continue
        first = sets.first()
        missed = () if first == tried else obstacles(first)
        if not missed:
            yield first
        sets.must_avoid(missed or [Obstacle(frozenset(), first)])


class _Sets:
    """The sets of names that have one of each of some, and not all of each of others. A set is a number whose lowest
    bit is the first name."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._bits = {name: 1 << number for number, name in enumerate(names)}
        self._clauses: list[_Clause] = []
        self._size = 0
        self._search, self._ordered = self._solutions(0, 0), self._in_order(0, 0, 0)

    def must_avoid(self, obstacles: Iterable[Obstacle]) -> None:
        for obstacle in obstacles:
            clause = self._set_of(obstacle.lacking), self._set_of(obstacle.having)
            if clause not in self._clauses:
                self._clauses = [each for each in self._clauses if not _implies(clause, each)]
                self._clauses.append(clause)

    def smallest(self) -> frozenset[str] | None:
        """One of the smallest sets, None where there is none."""
        found = next(self._search, None)
        while found is None and self._size < len(self._names):
            self._size += 1
            self._search, self._ordered = self._solutions(0, 0), self._in_order(0, 0, 0)
            found = next(self._search, None)
        return None if found is None else self._named(found)

    def first(self) -> frozenset[str]:
        """The first set of the size of the last one in the order of the names; it comes after those told before."""
        return self._named(next(self._ordered))

    def _solutions(self, chosen: int, excluded: int) -> Iterator[int]:
        """The sets of the present size that have what is chosen and nothing excluded, and meet every clause, also those
        that come while it is looked for them: no part of the search is done twice. One is told again until a clause
        rules it out; of some that have one in common only that one is."""
        while not (missed := _missed(self._clauses, chosen)):
            yield chosen
        able = sorted((each & ~excluded for each in missed), key=int.bit_count)
        if not able[0] or _disjoint(able) > self._size - chosen.bit_count():
            return
        left = able[0]
        while left:
            bit = left & -left
            yield from self._solutions(chosen | bit, excluded)
            left, excluded = left & ~bit, excluded | bit

    def _in_order(self, start: int, chosen: int, excluded: int) -> Iterator[int]:
        """The same sets in the order of the names, those from `start` on still to be chosen or excluded."""
        if chosen.bit_count() == self._size:
            while not _missed(self._clauses, chosen):
                yield chosen
            return
        found: int | None = None
        for bit in (1 << number for number in range(start, len(self._names))):
            if found is None or found & excluded or _missed(self._clauses, found):
                found = _solution(self._clauses, chosen, excluded, self._size)
            if found is None:
                return
            if found & bit or _solution(self._clauses, chosen | bit, excluded, self._size) is not None:
                yield from self._in_order(bit.bit_length(), chosen | bit, excluded)
            excluded |= bit

    def _set_of(self, names: Iterable[str]) -> int:
        return sum(self._bits[name] for name in names)

    def _named(self, chosen: int) -> frozenset[str]:
        return frozenset(name for name, bit in self._bits.items() if chosen & bit)


def _implies(clause: _Clause, other: _Clause) -> bool:
    return not clause[0] & ~other[0] and not clause[1] & ~other[1]


def _solution(clauses: Sequence[_Clause], chosen: int, excluded: int, size: int) -> int | None:
    """A set of at most this size that has what is chosen and nothing excluded, and meets every clause."""
    plain = [some for some, all_but_one in clauses if not all_but_one and not some & chosen]
    return _completed(plain, [clause for clause in clauses if clause[1]], chosen, excluded, size)


def _completed(plain: Sequence[int], guarded: Sequence[_Clause], chosen: int, excluded: int, size: int) -> int | None:
    """The same, where what is chosen has nothing of each of `plain`, of which it needs one, and may miss `guarded`."""
    missed = [*plain, *_missed(guarded, chosen)]
    if not missed:
        return chosen
    left = _branch([each & ~excluded for each in missed], size - chosen.bit_count())
    while left:
        bit = left & -left
        found = _completed([each for each in plain if not each & bit], guarded, chosen | bit, excluded, size)
        if found is not None:
            return found
        left, excluded = left & ~bit, excluded | bit
    return None


def _branch(able: Sequence[int], most: int) -> int:
    """Names of which every set of at most so many that has one of each must have one; none where there is no such."""
    if most == 1:
        return reduce(and_, able)
    ordered = sorted(able, key=int.bit_count)
    return ordered[0] if _disjoint(ordered) <= most else 0


def _missed(clauses: Sequence[_Clause], chosen: int) -> list[int]:
    """Of each clause that a set does not meet, those of which it lacks one."""
    return [some for some, all_but_one in clauses if not some & chosen and not all_but_one & ~chosen]


def _disjoint(sets: Sequence[int]) -> int:
    """How many of some sets share nothing with one another, found greedily: so many names at least meet them all."""
    count, taken = 0, 0
    for each in sets:
        if not each & taken:
            count, taken = count + 1, taken | each
    return count
