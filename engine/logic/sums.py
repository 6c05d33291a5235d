"""Sums of points as binary numbers, one Boolean for each digit: of many patients at once, or as formulas. However many
different sums there are, it takes as many steps as there are points, times their digits."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import zip_longest
from operator import and_, or_
from typing import Protocol

Digits = Sequence[int]
"""The digits of a number, the lowest first, each a Boolean of some `Logic`."""


class Logic(Protocol):
    """Booleans, each told by a number."""

    def every(self, parts: Sequence[int], /) -> int: ...
    def some(self, parts: Sequence[int], /) -> int: ...
    def no(self, part: int, /) -> int: ...


@dataclass(frozen=True, slots=True)
class Lanes:
    """Booleans of many patients at once, a bit for each; `full` has the bits of all."""

    full: int

    def every(self, parts: Sequence[int]) -> int:
        return reduce(and_, parts, self.full)

    def some(self, parts: Sequence[int]) -> int:
        return reduce(or_, parts, 0)

    def no(self, part: int) -> int:
        return self.full & ~part


def total(logic: Logic, points: Sequence[tuple[int, int]]) -> Digits:
    """The sum of points, none negative, each counted where its Boolean is true."""
    never, length = logic.some([]), sum(each for _, each in points).bit_length()
    found: list[int] = []
    for holds, each in points:
        addend = [holds if each >> place & 1 else never for place in range(each.bit_length())]
        found = _added(logic, found, addend, never)[:length]
    return found


def is_at_least(logic: Logic, digits: Digits, least: int) -> int:
    """Whether a number is at least this."""
    if least <= 0:
        return logic.every([])
    if least.bit_length() > len(digits):
        return logic.some([])
    reached = logic.every([])  # of the digits so far, whether they are at least those of `least`
    for place, digit in enumerate(digits):
        reached = logic.every([digit, reached]) if least >> place & 1 else logic.some([digit, reached])
    return reached


def _added(logic: Logic, one: Digits, other: Digits, never: int) -> list[int]:
    found, carry = [], never
    for a, b in zip_longest(one, other, fillvalue=never):
        either, both = logic.some([a, b]), logic.every([a, b])
        differ = logic.every([either, logic.no(both)])
        found.append(logic.some([logic.every([differ, logic.no(carry)]), logic.every([logic.no(differ), carry])]))
        carry = logic.some([both, logic.every([carry, differ])])
    return [*found, carry]
