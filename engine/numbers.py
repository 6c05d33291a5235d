"""Exact decimals: a number is a fraction from the text to the comparison, and a whole number of steps once it is typed.

A *step* is the smallest difference a fact can have: 0.01 where two decimals are declared, 1 for an integer. Everything
after the reading of a value compares whole steps, so no binary float is anywhere near a threshold.
"""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache

Exact = Fraction | int
"""An exact number. Never divide two of them with `/`: two ints would give a float."""

MAX_DIGITS = 15
MAX_TEXT = 64
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?", re.ASCII)
_EXPONENT = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d{1,3})?", re.ASCII)


def number_in(text: str, *, exponent: bool = False) -> Fraction | None:
    """The exact value of a number as authors write it (`-3`, `2.60`), or None where it is not one.

    At most 15 digits. `exponent` also admits the form of JSON (`1.5e1`), which the same limit of 15 digits binds
    once it is written out.
    """
    pattern = _EXPONENT if exponent else _NUMBER
    if len(text) > MAX_TEXT or not pattern.fullmatch(text):
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    if not _is_within_digits(value):
        return None
    return Fraction(value)


def _is_within_digits(value: Decimal) -> bool:
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        return False
    if value == 0:
        return -MAX_DIGITS <= exponent <= MAX_DIGITS
    whole = max(len(digits) + exponent, 1)
    return whole + max(-exponent, 0) <= MAX_DIGITS


def steps_per_unit(decimals: int) -> int:
    """How many steps make 1: 100 on two decimals."""
    return int(10**decimals)


def rounded(value: Exact, decimals: int) -> int:
    """`value` in whole steps of 10**-decimals, rounded half away from zero (0.125 on two decimals is 13 steps)."""
    scaled = value * steps_per_unit(decimals)
    if scaled.denominator == 1:
        return scaled.numerator
    doubled = 2 * abs(scaled.numerator) + scaled.denominator
    steps = doubled // (2 * scaled.denominator)
    return steps if scaled >= 0 else -steps


def exact_steps(value: Exact, decimals: int) -> int | None:
    """`value` in whole steps of 10**-decimals, or None where it is finer than a step."""
    scaled = value * steps_per_unit(decimals)
    return scaled.numerator if scaled.denominator == 1 else None


@lru_cache(maxsize=1 << 14)
def decimal_text(steps: int, decimals: int) -> str:
    """Steps written out with the declared decimals: 560 on two decimals is `5.60`."""
    if decimals == 0:
        return str(steps)
    whole, rest = divmod(abs(steps), steps_per_unit(decimals))
    return f"{'-' if steps < 0 else ''}{whole}.{rest:0{decimals}d}"


def first_from(low: int, high: int, reaches: Callable[[int], bool]) -> int:
    """The lowest step from which on `reaches` is true; it is true at `high`."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if reaches(middle) else (middle + 1, high)
    return low
