"""The few ways in which everything here is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

T = TypeVar("T")


def pick(draw: DrawFn, options: Sequence[T]) -> T:
    """One of the options."""
    return options[draw(st.integers(0, len(options) - 1))]


def some(draw: DrawFn, options: Sequence[T], most: int, least: int = 1) -> tuple[T, ...]:
    """Some of the options, each at most once, in any order."""
    left = list(dict.fromkeys(options))
    count = draw(st.integers(min(least, len(left)), min(most, len(left))))
    return tuple(left.pop(draw(st.integers(0, len(left) - 1))) for _ in range(count))


def one_in(draw: DrawFn, times: int) -> bool:
    """True once in so many times."""
    return draw(st.integers(1, times)) == times
