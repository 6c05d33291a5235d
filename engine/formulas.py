"""Formulas of derived facts: read from text, computed exactly, and known to be linear or not.

`+ - * / ( )`, `sqrt`, `ln`, `min`, `max`, `abs`, numbers and the names of numeric facts. Rounding and ranges belong to
the fact (`engine.facts`), names are checked by loading.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context
from fractions import Fraction
from functools import lru_cache
from math import isqrt

from engine.commas import refuse_comma
from engine.diagnostics import Misread, did_you_mean
from engine.numbers import Exact, number_in

MAX_TOKENS = 200
MAX_TEXT = 2_000
KEPT = 1 << 12
"""How many roots and logarithms are kept."""
_DIGITS = Context(prec=40, rounding=ROUND_HALF_EVEN, Emax=999_999, Emin=-999_999)
_TOKEN = re.compile(r"\s*(?:(?P<number>\d[\d.]*)|(?P<name>[A-Za-z_]\w*)|(?P<sign>[-+*/(),]))", re.ASCII)
_ARGUMENTS = {"sqrt": (1, 1), "ln": (1, 1), "abs": (1, 1), "min": (2, 9), "max": (2, 9)}
FUNCTIONS = frozenset(_ARGUMENTS)


class Undefined(ArithmeticError):
    """A formula has no value for these inputs, such as `ln of 0`."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number written in the formula."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Reference:
    """The value of a fact."""

    fact: str


@dataclass(frozen=True, slots=True)
class Operation:
    """`name` is one of `+ - * /` with two parts, or a function; a leading minus is `-` with one part."""

    name: str
    parts: tuple["Expression", ...]


Expression = Number | Reference | Operation


@dataclass(frozen=True, slots=True)
class Linear:
    """constant + the sum of coefficient * fact, facts by name; no coefficient is 0."""

    coefficients: tuple[tuple[str, Fraction], ...]
    constant: Fraction


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula: the author's text, its expression, the facts it reads (by name), its linear form where it has one."""

    text: str
    expression: Expression
    facts: tuple[str, ...]
    linear: Linear | None

    def value(self, inputs: Mapping[str, Exact]) -> Exact:
        """The value for `inputs` (every fact of `facts`): exact, but roots and logarithms carry forty digits.

        Raises `Undefined` for a root of a negative, ln of zero or less, a division by zero.
        """
        return _value(self.expression, inputs)


def formula_in(text: str) -> Formula:
    """Reads a formula. Raises `Misread` with the offsets of what cannot be read."""
    expression = _Reader(text).whole()
    return Formula(text, expression, tuple(sorted(_facts(expression))), _linear_form(expression))


def is_whole(formula: Formula) -> bool:
    """Whether whole inputs can only give a whole result: + - * min max abs of whole numbers."""
    return _is_whole(formula.expression)


def _value(expression: Expression, inputs: Mapping[str, Exact]) -> Exact:
    match expression:
        case Number(value):
            return value
        case Reference(fact):
            return inputs[fact]
        case Operation(name, parts):
            return _apply(name, [_value(part, inputs) for part in parts])


def _apply(name: str, parts: list[Exact]) -> Exact:
    match name:
        case "+":
            return parts[0] + parts[1]
        case "-":
            return -parts[0] if len(parts) == 1 else parts[0] - parts[1]
        case "*":
            return parts[0] * parts[1]
        case "/":
            return _quotient(parts[0], parts[1])
        case "sqrt":
            return _root(parts[0])
        case "ln":
            return _logarithm(parts[0])
        case "abs":
            return max(parts[0], -parts[0])
    return min(parts) if name == "min" else max(parts)


def _quotient(above: Exact, below: Exact) -> Exact:
    if below == 0:
        raise Undefined("a division by zero")
    return Fraction(above) / below


@lru_cache(maxsize=KEPT)
def _root(value: Exact) -> Fraction:
    if value < 0:
        raise Undefined("the root of a negative number")
    above, below = isqrt(value.numerator), isqrt(value.denominator)
    if above * above == value.numerator and below * below == value.denominator:
        return Fraction(above, below)
    return Fraction(_DIGITS.sqrt(_DIGITS.divide(value.numerator, value.denominator)))


@lru_cache(maxsize=KEPT)
def _logarithm(value: Exact) -> Fraction:
    if value <= 0:
        raise Undefined("ln of 0" if value == 0 else "ln of a negative number")
    return Fraction(_DIGITS.ln(_DIGITS.divide(value.numerator, value.denominator)))


def _facts(expression: Expression) -> set[str]:
    match expression:
        case Number():
            return set()
        case Reference(fact):
            return {fact}
        case Operation(_, parts):
            return set().union(*(_facts(part) for part in parts))


def _is_whole(expression: Expression) -> bool:
    match expression:
        case Number(value):
            return value.denominator == 1
        case Reference():
            return True
        case Operation(name, parts):
            return name not in ("/", "sqrt", "ln") and all(_is_whole(part) for part in parts)


def _linear_form(expression: Expression) -> Linear | None:
    form = _linear(expression)
    if form is None:
        return None
    return Linear(tuple(sorted((fact, c) for fact, c in form.items() if fact and c)), form.get("", Fraction(0)))


def _linear(expression: Expression) -> dict[str, Fraction] | None:
    """Coefficients by fact, the constant under the empty name; None where the expression is not linear."""
    match expression:
        case Number(value):
            return {"": value}
        case Reference(fact):
            return {fact: Fraction(1)}
        case Operation(name, parts):
            forms = [_linear(part) for part in parts]
            known = [form for form in forms if form is not None]
            return _combined(name, known) if len(known) == len(forms) else None


def _combined(name: str, forms: list[dict[str, Fraction]]) -> dict[str, Fraction] | None:
    match name, forms:
        case "-", [only]:
            return _scaled(only, Fraction(-1))
        case "+", [left, right]:
            return _sum(left, right)
        case "-", [left, right]:
            return _sum(left, _scaled(right, Fraction(-1)))
        case "*", [left, right] if left.keys() <= {""}:
            return _scaled(right, left.get("", Fraction(0)))
        case "*", [left, right] if right.keys() <= {""}:
            return _scaled(left, right.get("", Fraction(0)))
        case "/", [left, right] if right.keys() <= {""} and right.get(""):
            return _scaled(left, 1 / right[""])
    return None


def _scaled(form: dict[str, Fraction], factor: Fraction) -> dict[str, Fraction]:
    return {fact: coefficient * factor for fact, coefficient in form.items()}


def _sum(left: dict[str, Fraction], right: dict[str, Fraction]) -> dict[str, Fraction]:
    return {fact: left.get(fact, Fraction(0)) + right.get(fact, Fraction(0)) for fact in left | right}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + max(len(self.text), 1)


class _Reader:
    """Recursive descent over the tokens of one formula."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0

    def whole(self) -> Expression:
        expression = self._sum()
        if self._next.kind != "end":
            raise _unexpected(self._next)
        return expression

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self, *texts: str) -> str | None:
        token = self._next
        if token.kind == "sign" and token.text in texts:
            self._at += 1
            return token.text
        return None

    def _expect(self, text: str) -> None:
        if self._take(text) is None:
            raise _unexpected(self._next)

    def _sum(self) -> Expression:
        left = self._product()
        while sign := self._take("+", "-"):
            left = Operation(sign, (left, self._product()))
        return left

    def _product(self) -> Expression:
        left = self._signed()
        while sign := self._take("*", "/"):
            left = Operation(sign, (left, self._signed()))
        return left

    def _signed(self) -> Expression:
        return Operation("-", (self._signed(),)) if self._take("-") else self._single()

    def _single(self) -> Expression:
        token = self._next
        if self._take("("):
            inner = self._sum()
            self._expect(")")
            return inner
        if token.kind not in ("number", "name"):
            raise _unexpected(token)
        self._at += 1
        if token.kind == "number":
            return Number(_number(token))
        return self._call(token) if self._take("(") else _reference(token)

    def _call(self, name: _Token) -> Expression:
        if name.text not in _ARGUMENTS:
            help = did_you_mean(name.text, FUNCTIONS, "the functions are sqrt, ln, min, max and abs")
            raise Misread("formula.unknown_function", f"`{name.text}` is not a function", help, name.start, name.end)
        arguments = [self._sum()]
        while self._take(","):
            arguments.append(self._sum())
        self._expect(")")
        least, most = _ARGUMENTS[name.text]
        if not least <= len(arguments) <= most:
            wanted = "one value" if most == 1 else f"{least} to {most} values"
            help = "write one value in its brackets" if most == 1 else "separate the values by commas"
            message = f"`{name.text}` takes {wanted}, not {len(arguments)}"
            raise Misread("formula.arguments", message, help, name.start, name.end)
        return Operation(name.text, tuple(arguments))


def _tokens(text: str) -> list[_Token]:
    if len(text) > MAX_TEXT:
        raise Misread("formula.too_long", "the formula is too long", f"it may have {MAX_TEXT} characters at most")
    refuse_comma(text, "formula.decimal_comma", lambda number: True)
    tokens: list[_Token] = []
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            start = at + len(text[at:]) - len(text[at:].lstrip())
            raise _unexpected(_Token("other", text[start], start))
        tokens.append(_Token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup)))
        at = match.end()
    if len(tokens) > MAX_TOKENS:
        raise Misread("formula.too_long", "the formula has too many parts", f"it may have {MAX_TOKENS} parts at most")
    return [*tokens, _Token("end", "", len(text))]


def _number(token: _Token) -> Fraction:
    value = number_in(token.text)
    if value is None:
        help = "write it like 0.56: digits, a point, digits; at most 15 of them"
        raise Misread("formula.number", f"`{token.text}` is not a number", help, token.start, token.end)
    return value


def _reference(token: _Token) -> Reference:
    if token.text in _ARGUMENTS:
        help = f"write `{token.text}(...)`"
        raise Misread("formula.arguments", f"`{token.text}` needs a value in brackets", help, token.start, token.end)
    return Reference(token.text)


def _unexpected(token: _Token) -> Misread:
    message = "the formula ends too early" if token.kind == "end" else f"`{token.text}` is not expected here"
    help = "a formula joins facts and numbers by + - * / and brackets"
    return Misread("formula.syntax", message, help, token.start, token.end)
