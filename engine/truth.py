"""The three truth values and Kleene's strong tables. Nothing here knows what is true of whom."""

from collections.abc import Iterable
from enum import Enum
from typing import NoReturn


class Truth(Enum):
    """True, false or unknown. It refuses to be read as a Python bool, so that unknown is never read as false."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"

    def __bool__(self) -> NoReturn:
        raise TypeError("a Truth is not a bool: compare it with Truth.TRUE, Truth.FALSE or Truth.UNKNOWN")


TRUE, FALSE, UNKNOWN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN


def truth_of(holds: bool | None) -> Truth:
    """The truth of something known to hold, known not to hold, or (None) not known."""
    return UNKNOWN if holds is None else TRUE if holds else FALSE


def negated(truth: Truth) -> Truth:
    """Kleene's not: unknown stays unknown."""
    return FALSE if truth is TRUE else TRUE if truth is FALSE else UNKNOWN


def all_of(truths: Iterable[Truth]) -> Truth:
    """Kleene's and: false if one is false, else unknown if one is unknown, else true (also for none at all)."""
    answer = TRUE
    for truth in truths:
        if truth is FALSE:
            return FALSE
        if truth is UNKNOWN:
            answer = UNKNOWN
    return answer


def any_of(truths: Iterable[Truth]) -> Truth:
    """Kleene's or: true if one is true, else unknown if one is unknown, else false (also for none at all)."""
    answer = FALSE
    for truth in truths:
        if truth is TRUE:
            return TRUE
        if truth is UNKNOWN:
            answer = UNKNOWN
    return answer
