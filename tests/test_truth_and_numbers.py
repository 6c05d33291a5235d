"""The ground floor: three truth values by Kleene's tables, and numbers that stay exact."""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.numbers import decimal_text, exact_steps, number_in, rounded, steps_per_unit
from engine.truth import FALSE, TRUE, UNKNOWN, Truth, all_of, any_of, negated, truth_of

WEIGHT = {FALSE: 0, UNKNOWN: 1, TRUE: 2}
"""Kleene's order: all is the least, any the greatest, not turns it around."""


@pytest.mark.parametrize("truth", list(Truth))
def test_a_truth_is_never_read_as_a_bool(truth: Truth) -> None:
    with pytest.raises(TypeError, match="not a bool"):
        bool(truth)
    with pytest.raises(TypeError):
        _ = [1] if truth else [2]
    with pytest.raises(TypeError):
        _ = not truth


@pytest.mark.parametrize(
    ("one", "other", "both", "either"),
    [
        (TRUE, TRUE, TRUE, TRUE),
        (TRUE, UNKNOWN, UNKNOWN, TRUE),
        (TRUE, FALSE, FALSE, TRUE),
        (UNKNOWN, TRUE, UNKNOWN, TRUE),
        (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
        (UNKNOWN, FALSE, FALSE, UNKNOWN),
        (FALSE, TRUE, FALSE, TRUE),
        (FALSE, UNKNOWN, FALSE, UNKNOWN),
        (FALSE, FALSE, FALSE, FALSE),
    ],
)
def test_kleenes_tables_of_two(one: Truth, other: Truth, both: Truth, either: Truth) -> None:
    assert all_of([one, other]) is both
    assert any_of([one, other]) is either


@pytest.mark.parametrize("length", range(5))
def test_all_and_any_of_many_are_the_least_and_the_greatest(length: int) -> None:
    for truths in product(Truth, repeat=length):
        assert all_of(iter(truths)) is min(truths, key=WEIGHT.__getitem__, default=TRUE)
        assert any_of(iter(truths)) is max(truths, key=WEIGHT.__getitem__, default=FALSE)


def test_not_leaves_unknown_alone() -> None:
    assert [negated(truth) for truth in (TRUE, FALSE, UNKNOWN)] == [FALSE, TRUE, UNKNOWN]


def test_what_is_not_known_is_unknown_and_not_false() -> None:
    assert [truth_of(holds) for holds in (True, False, None)] == [TRUE, FALSE, UNKNOWN]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", "0"),
        ("-0", "0"),
        ("-0.00", "0"),
        ("3", "3"),
        ("2.60", "13/5"),
        ("-2.5", "-5/2"),
        ("0.1", "1/10"),
        ("123456789012345", "123456789012345"),
        ("-1234567.89012345", "-24691357802469/20000000"),
        ("0.00000000000001", "1/100000000000000"),
    ],
)
def test_a_number_is_the_exact_fraction_of_its_text(text: str, value: str) -> None:
    assert number_in(text) == Fraction(value)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "-", ".", "1.", ".5", "+1", "--1", "01", "00", "-01", "1_000", "1,5", "1 000", "0x1F", "1e3", "1E3"),
        *("nan", "NaN", "inf", "Infinity", "-inf", "1/2", "１", "٣", "1\n", " 1", "1 ", "1.2.3", "yes", "½"),
        *("1234567890123456", "123456789012345.6", "0.123456789012345", "9" * 65, "0" * 65, "1" * 5000),
    ],
)
def test_what_is_no_number_or_has_too_many_digits_is_none(text: str) -> None:
    assert number_in(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.5e1", 15),
        ("1E2", 100),
        ("25e-1", Fraction(5, 2)),
        ("-1e-2", Fraction(-1, 100)),
        ("0e5", 0),
        ("1e14", 10**14),
    ],
)
def test_exponents_are_read_for_json_only(text: str, value: Fraction | int) -> None:
    assert number_in(text, exponent=True) == value
    assert number_in(text) is None


@pytest.mark.parametrize("text", ["1e15", "1e400", "1e-15", "1e9999999", "1e-400", "0e400", "1e", "e5", "1e1.5", "NaN"])
def test_exponents_do_not_go_round_the_limit_of_digits(text: str) -> None:
    assert number_in(text, exponent=True) is None


@pytest.mark.parametrize(
    ("text", "decimals", "steps"),
    [
        ("0.125", 2, 13),
        ("-0.125", 2, -13),
        ("0.1249", 2, 12),
        ("-0.1249", 2, -12),
        ("0.115", 2, 12),
        ("2.675", 2, 268),
        ("-2.675", 2, -268),
        ("0.5", 0, 1),
        ("-0.5", 0, -1),
        ("1.5", 0, 2),
        ("2.5", 0, 3),
        ("-2.5", 0, -3),
        ("-0.4", 0, 0),
        ("-0.004", 2, 0),
        ("7", 6, 7_000_000),
    ],
)
def test_rounding_is_half_away_from_zero(text: str, decimals: int, steps: int) -> None:
    assert rounded(Fraction(text), decimals) == steps


def test_rounding_of_thirds_is_to_the_nearest() -> None:
    assert [rounded(Fraction(number, 3), 1) for number in (-2, -1, 0, 1, 2)] == [-7, -3, 0, 3, 7]
    assert rounded(7, 2) == 700


@settings(derandomize=True, deadline=None)
@given(st.decimals(-10_000, 10_000, places=5), st.integers(0, 6))
def test_rounding_is_that_of_decimal(value: Decimal, decimals: int) -> None:
    with localcontext(prec=50):
        expected = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    assert Fraction(rounded(Fraction(value), decimals), steps_per_unit(decimals)) == Fraction(expected)


def test_five_minus_four_point_four_is_exactly_a_sixty_hundredths() -> None:
    fall = Fraction("5.0") - Fraction("4.4")
    assert rounded(fall, 2) == 60
    assert exact_steps(fall, 2) == 60
    assert 5.0 - 4.4 < 0.6  # which is why


@pytest.mark.parametrize(
    ("text", "decimals", "steps"),
    [("2.6", 1, 26), ("2.60", 1, 26), ("2.6", 2, 260), ("2.61", 1, None), ("-0.5", 0, None), ("-3", 0, -3)],
)
def test_exact_steps_never_round(text: str, decimals: int, steps: int | None) -> None:
    assert exact_steps(Fraction(text), decimals) == steps


@pytest.mark.parametrize(
    ("steps", "decimals", "text"),
    [
        (560, 2, "5.60"),
        (-1, 2, "-0.01"),
        (0, 2, "0.00"),
        (-100, 2, "-1.00"),
        (7, 0, "7"),
        (-7, 0, "-7"),
        (5, 6, "0.000005"),
    ],
)
def test_steps_are_written_with_the_declared_decimals(steps: int, decimals: int, text: str) -> None:
    assert decimal_text(steps, decimals) == text


@settings(derandomize=True, deadline=None)
@given(st.integers(-(10**8), 10**8), st.integers(0, 6))
def test_text_and_steps_are_each_others_inverse(steps: int, decimals: int) -> None:
    value = number_in(decimal_text(steps, decimals))
    assert value is not None
    assert exact_steps(value, decimals) == steps
