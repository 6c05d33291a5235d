"""How long it is searched: counted in steps, so that a search is given up on every machine or on none."""

from collections.abc import Iterator
from itertools import islice
from typing import TypeVar

from engine.errors import SolverLimit

FEW_REFUTED, MOST_REFUTED = 300, 10_000
"""How much is refuted before a search is given up: for a list with a cap, and for all."""
Found = TypeVar("Found")


class TooManyRefuted(Exception):
    """So much was refuted that the search is given up."""


def most_refuted(limit: int | None) -> int:
    """How much may be refuted in the search for at most `limit`."""
    return MOST_REFUTED if limit is None else FEW_REFUTED


def found_before(searched: Iterator[Found], limit: int | None) -> tuple[tuple[Found, ...], bool]:
    """What is found before the search is given up, at most `limit`; and whether it is."""
    found: list[Found] = []
    try:
        for each in islice(searched, limit):
            found.append(each)
    except (TooManyRefuted, SolverLimit):
        return tuple(found), True
    return tuple(found), False
