"""How long it is searched: counted in steps, so that a search is given up on every machine or on none."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import TypeVar

from engine.errors import SolverLimit

REFUTED_EACH, FEW_REFUTED, MOST_REFUTED = 30, 300, 10_000
"""How much is refuted before a search is given up: for each that is asked for, for a list with a cap, and for all."""
RESOURCES_EACH, LOOKED_AT = 200_000, 4
"""How much of the solver's resources counts as much as one that is refuted, and after how many this is looked at."""
Found = TypeVar("Found")


class TooManyRefuted(Exception):
    """So much was refuted that the search is given up."""


class Effort:
    """What a search may still cost. Each thing that is refuted counts as one, and as much as the solver does for
    `RESOURCES_EACH`; looked at only now and then, since that takes time itself."""

    def __init__(self, most: int, spent: Callable[[], int]) -> None:
        self._most, self._spent, self._begun, self.refuted = most, spent, spent(), 0

    def refute(self) -> None:
        """Counts one more. Raises `TooManyRefuted`."""
        self.refuted += 1
        is_spent = not self.refuted % LOOKED_AT and self._spent() - self._begun > self._most * RESOURCES_EACH
        if is_spent or self.refuted >= self._most:
            raise TooManyRefuted


def most_refuted(limit: int | None) -> int:
    """How much may be refuted in the search for at most `limit`."""
    return MOST_REFUTED if limit is None else min(REFUTED_EACH * limit, FEW_REFUTED)


def found_before(searched: Iterator[Found], limit: int | None) -> tuple[tuple[Found, ...], bool]:
    """What is found before the search is given up, at most `limit`; and whether it is."""
    found: list[Found] = []
    try:
        for each in islice(searched, limit):
            found.append(each)
    except (TooManyRefuted, SolverLimit):
        return tuple(found), True
    return tuple(found), False
