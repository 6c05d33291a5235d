"""Formulas: read as their author means them, exact, and known to be linear or not."""

from decimal import Context
from fractions import Fraction
from math import isqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.diagnostics import Misread
from engine.formulas import Linear, Undefined, formula_in, is_whole

INPUTS = {"a": 7, "b": Fraction(-3, 2), "c": Fraction(1, 3), "zero": 0}
HUNDRED = Context(prec=100)
"""Digits; two and a half times as many as a formula has to carry."""


def value(text: str) -> Fraction:
    return Fraction(formula_in(text).value(INPUTS))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 + 3*4", "14"),
        ("(2 + 3)*4", "20"),
        ("2 - 3 - 4", "-5"),
        ("2 - (3 - 4)", "3"),
        ("24/4/3", "2"),
        ("24/(4/3)", "18"),
        ("24/4*3", "18"),
        ("1 - 2/4", "1/2"),
        ("-2 + 5", "3"),
        ("2 - -3", "5"),
        ("--2", "2"),
        ("2*-3", "-6"),
        ("-2*-3", "6"),
        ("-(2 + 3)", "-5"),
        ("1/3 + 1/3 + 1/3", "1"),
        ("0.1 + 0.2", "3/10"),
        ("5.0 - 4.4", "3/5"),
        ("a*b", "-21/2"),
        ("-b", "3/2"),
        ("a - b*c", "15/2"),
        ("a/7 + c", "4/3"),
        ("min(a, b, c)", "-3/2"),
        ("max(a, b, c) - min(3, 2)", "5"),
        ("abs(b) + abs(c) + abs(-7)", "53/6"),
        ("sqrt(16)", "4"),
        ("sqrt(2.25)", "3/2"),
        ("sqrt(zero)", "0"),
        ("sqrt(c/12)", "1/6"),
        ("sqrt(sqrt(16))", "2"),
        ("ln(1)", "0"),
        (" max( 1 ,\n2 ) ", "2"),
    ],
)
def test_formulas_have_their_exact_value(text: str, expected: str) -> None:
    assert value(text) == Fraction(expected)


@settings(derandomize=True, deadline=None)
@given(st.integers(0, 10**7), st.integers(1, 10**7))
def test_the_root_of_a_perfect_square_is_exact(above: int, below: int) -> None:
    root = Fraction(above, below)
    assert formula_in("sqrt(x)").value({"x": root**2}) == root


@pytest.mark.parametrize("text", ["2", "3", "0.5", "28", "12345.678", "0.000001", "99999999999999"])
def test_other_roots_carry_forty_digits(text: str) -> None:
    root = formula_in(f"sqrt({text})").value({})
    scaled = 10**60
    true = Fraction(isqrt(int(Fraction(text) * scaled**2)), scaled)
    assert abs(root - true) <= true * Fraction(6, 10**40)


@pytest.mark.parametrize("text", ["2", "0.5", "28", "1.1", "12345.678", "0.000001", "99999999999999"])
def test_logarithms_carry_forty_digits(text: str) -> None:
    logarithm = formula_in(f"ln({text})").value({})
    true = Fraction(HUNDRED.ln(HUNDRED.create_decimal(text)))
    assert abs(logarithm - true) <= abs(true) * Fraction(6, 10**40)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1/zero", "a division by zero"),
        ("a/(7 - a)", "a division by zero"),
        ("ln(zero)", "ln of 0"),
        ("ln(b)", "ln of a negative number"),
        ("sqrt(b)", "the root of a negative number"),
        ("0*ln(zero)", "ln of 0"),
        ("min(1, 1/zero)", "a division by zero"),
    ],
)
def test_where_there_is_no_value_the_reason_is_said(text: str, why: str) -> None:
    with pytest.raises(Undefined, match=f"^{why}$"):
        value(text)


def linear(constant: str, **coefficients: str) -> Linear:
    return Linear(tuple((fact, Fraction(number)) for fact, number in sorted(coefficients.items())), Fraction(constant))


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("a", linear("0", a="1")),
        ("3", linear("3")),
        ("a - b", linear("0", a="1", b="-1")),
        ("-(a - 2*b) + 4", linear("4", a="-1", b="2")),
        ("2*(a + 3)*0.5", linear("3", a="1")),
        ("(a + b)/4 - 1/3", linear("-1/3", a="1/4", b="1/4")),
        ("a + a", linear("0", a="2")),
        ("a - a + b", linear("0", b="1")),
        ("0*a + 1", linear("1")),
        ("a*(2 - 1)", linear("0", a="1")),
        ("a/(1 + 1)", linear("0", a="1/2")),
        ("a*b", None),
        ("a*a", None),
        ("1/a", None),
        ("a/b", None),
        ("a/(1 - 1)", None),
        ("sqrt(4)", None),
        ("abs(a)", None),
        ("min(a, b)", None),
        ("max(1, 2) + a", None),
        ("ln(1)", None),
    ],
)
def test_sums_differences_and_multiples_are_linear_and_nothing_else(text: str, form: Linear | None) -> None:
    assert formula_in(text).linear == form


@settings(derandomize=True, deadline=None)
@given(st.recursive(st.sampled_from(["a", "b", "c", "2", "0.3", "7"]), lambda inner: st.one_of(
    st.tuples(inner, st.sampled_from("+-"), inner).map(lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"),
    st.tuples(st.sampled_from(["3", "0.5", "(1 - 4)"]), inner).map("*".join),
    st.tuples(inner, st.sampled_from(["4", "(2 + 3)"])).map("/".join),
    inner.map(lambda part: f"-{part}"),
)))  # fmt: skip
def test_a_linear_form_has_the_value_of_its_formula(text: str) -> None:
    formula = formula_in(text)
    assert formula.linear is not None
    total = sum((number * INPUTS[fact] for fact, number in formula.linear.coefficients), formula.linear.constant)
    assert formula.value(INPUTS) == total
    assert all(number for _, number in formula.linear.coefficients)


def test_a_formula_knows_the_facts_it_reads_each_once() -> None:
    assert formula_in("b + a*b - min(c, a)").facts == ("a", "b", "c")
    assert formula_in("1 + 1").facts == ()
    assert formula_in("b+a").text == "b+a"


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("a + 2*b - 3", True),
        ("min(a, max(b, -4)) + abs(c)", True),
        ("a/1", False),
        ("0.5*a", False),
        ("2.0*a", True),
        ("sqrt(a)", False),
        ("ln(a)", False),
    ],
)
def test_whether_whole_numbers_stay_whole(text: str, whole: bool) -> None:
    assert is_whole(formula_in(text)) is whole


@pytest.mark.parametrize("text", ["max(a,5)", "max(5,a)", "max(1, 2)", "max(1 ,2)", "max(joints_28,2)", "max((1),2)"])
def test_commas_that_can_only_part_values_are_read(text: str) -> None:
    assert formula_in(text)


@pytest.mark.parametrize(
    ("text", "code", "marked"),
    [
        ("", "formula.syntax", ""),
        ("a +", "formula.syntax", ""),
        ("(a", "formula.syntax", ""),
        ("a)", "formula.syntax", ")"),
        ("a b", "formula.syntax", "b"),
        ("2a", "formula.syntax", "a"),
        ("a ** 2", "formula.syntax", "*"),
        ("+a", "formula.syntax", "+"),
        ("a ^ 2", "formula.syntax", "^"),
        ("a, b", "formula.syntax", ","),
        ("a + 1.2.3", "formula.number", "1.2.3"),
        ("a + 012", "formula.number", "012"),
        ("max(0,5*a, b)", "formula.decimal_comma", "0,5"),
        ("a + 0,5*b", "formula.decimal_comma", "0,5"),
        ("min(a, 1,234.5)", "formula.decimal_comma", "1,234.5"),
        ("max(a, -1,5)", "formula.decimal_comma", "-1,5"),
        ("a + 1234567890123456", "formula.number", "1234567890123456"),
        ("1e3", "formula.syntax", "e3"),
        ("a + sqr(2)", "formula.unknown_function", "sqr"),
        ("log(2)", "formula.unknown_function", "log"),
        ("1 + sqrt(1, 2)", "formula.arguments", "sqrt"),
        ("min(1)", "formula.arguments", "min"),
        (f"max({', '.join('1' * 10)})", "formula.arguments", "max"),
        ("2*ln", "formula.arguments", "ln"),
        ("sqrt()", "formula.syntax", ")"),
        ("1" + " + 1" * 100, "formula.too_long", None),
        (" " * 2001, "formula.too_long", None),
        ("(" * 150 + "a" + ")" * 150, "formula.too_long", None),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_pointed_at(text: str, code: str, marked: str | None) -> None:
    with pytest.raises(Misread) as raised:
        formula_in(text)
    assert raised.value.code == code
    assert raised.value.help
    if marked is not None:
        assert text[raised.value.start : raised.value.end] == marked
