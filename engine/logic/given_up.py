"""How long it is searched: counted in steps, so that a search is given up on every machine or on none."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import TypeAlias, TypeVar

from engine.errors import SolverLimit

REFUTED_EACH, FEW_REFUTED, MOST_REFUTED = 30, 300, 10_000
"""How much is refuted before a search is given up: for each that is asked for, for a list with a cap, and for all."""
SETS_EACH, RESOURCES_EACH, LOOKED_AT = 10, 200_000, 4
"""How many sets ruled out, and how much of the solver's resources, count as much as one that is refuted; and after how
many of these it is looked at the resources."""
Found = TypeVar("Found")
Searched: TypeAlias = tuple[tuple[Found, ...], bool]
"""What was found, and whether there may be more."""


class TooManyRefuted(Exception):
    """So much was refuted that the search is given up."""


class Effort:
    """What a search may still cost: so many that are refuted, or as much by sets that are ruled out, or by what the
    solver does. It is looked at the last only now and then, since that takes time itself."""

    def __init__(self, most: int, spent: Callable[[], int]) -> None:
        self._most, self._spent, self._begun = most, spent, spent()
        self._sets, self.refuted = 0, 0

    def refute(self) -> None:
        """Counts one more that is refuted. Raises `TooManyRefuted`."""
        self.refuted += 1
        self._look(is_due=not self.refuted % LOOKED_AT)

    def rule_out(self) -> None:
        """Counts one more set of units that is ruled out. Raises `TooManyRefuted`."""
        self._sets += 1
        self._look(is_due=not self._sets % (LOOKED_AT * SETS_EACH))

    def _look(self, *, is_due: bool) -> None:
        is_spent = is_due and self._spent() - self._begun > self._most * RESOURCES_EACH
        if is_spent or self.refuted + self._sets // SETS_EACH >= self._most:
            raise TooManyRefuted


def most_refuted(limit: int | None) -> int:
    """How much may be refuted in the search for at most `limit`."""
    return MOST_REFUTED if limit is None else min(REFUTED_EACH * limit, FEW_REFUTED)


def found_before(searched: Iterator[Found], limit: int | None) -> Searched[Found]:
    """What is found before the search is given up, at most `limit`; and whether it is."""
    found: list[Found] = []
    try:
        for each in islice(searched, limit):
            found.append(each)
    except (TooManyRefuted, SolverLimit):
        return tuple(found), True
    return tuple(found), False
