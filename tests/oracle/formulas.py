"""Exact numbers: rounding, and what formulas give."""

from __future__ import annotations

import ast
import re
from decimal import Context
from fractions import Fraction
from math import floor, isqrt

from tests.oracle.terms import UnusableInput, Values

_FIFTY = Context(prec=50)  # digits


def rounded(exact: Fraction, decimals: int) -> Fraction:
    """Half away from zero, so that 0.25 is 0.3 and -0.25 is -0.3 on one decimal."""
    steps = floor(abs(exact) * 10**decimals + Fraction(1, 2))
    return Fraction(steps if exact >= 0 else -steps, 10**decimals)


def computed(formula: str, values: Values) -> Fraction:
    """The formula's value, exact but for the fiftieth digit of roots and logarithms.

    The grammar of formulas is a part of Python's, so Python evaluates it, over fractions.
    """
    exact = re.sub(r"(?<![\w.])\d+(?:\.\d+)?", r"Fraction('\g<0>')", formula)
    names = {"Fraction": Fraction, "min": min, "max": max, "abs": abs, "sqrt": _root, "ln": _ln}
    try:
        return Fraction(eval(exact, {"__builtins__": {}, **names}, dict(values)))
    except ZeroDivisionError:
        raise UnusableInput(f"division by zero: {formula}") from None


def _root(exact: Fraction) -> Fraction:
    if exact < 0:
        raise UnusableInput(f"root of a negative: {exact}")
    root = Fraction(isqrt(exact.numerator), isqrt(exact.denominator))
    return root if root**2 == exact else Fraction(_FIFTY.sqrt(_FIFTY.divide(*exact.as_integer_ratio())))


def _ln(exact: Fraction) -> Fraction:
    if exact <= 0:
        raise UnusableInput(f"logarithm of zero or less: {exact}")
    return Fraction(_FIFTY.ln(_FIFTY.divide(*exact.as_integer_ratio())))


def parsed(formula: str) -> ast.expr:
    """A formula as Python's tree."""
    return ast.parse(formula, mode="eval").body


def is_linear(node: ast.expr) -> bool:
    """Sums, differences and multiples by constants only; a function is never linear."""
    match node:
        case ast.UnaryOp(operand=operand):
            return is_linear(operand)
        case ast.BinOp(left=left, op=ast.Mult() | ast.Div() as op, right=right):
            scaled = not inputs_of(ast.unparse(right)) and is_linear(left)
            multiple = isinstance(op, ast.Mult) and not inputs_of(ast.unparse(left))
            return scaled or (multiple and is_linear(right))
        case ast.BinOp(left=left, right=right):
            return is_linear(left) and is_linear(right)
    return not isinstance(node, ast.Call)


def inputs_of(formula: str) -> frozenset[str]:
    """The names of the facts that the formula reads."""
    names = re.findall(r"[a-z]\w*", formula)
    return frozenset(names) - {"min", "max", "abs", "sqrt", "ln"}
