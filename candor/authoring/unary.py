"""Tests on one fact, finding or score as patterns of JSON Schema: the subset of DMN's FEEL unary tests that
`engine.unary_tests` reads."""

from candor.authoring.shapes import Schema
from candor.authoring.values import NUMBER_PATTERN, WORD_PATTERN, YES_NO, alternatives, chosen, whole
from engine.guideline import Fact, FactType

_NUMBER = rf"(?:{NUMBER_PATTERN})"
_COMPARISON = rf"(?:<=|>=|<|>)\s*{_NUMBER}"
_INTERVAL = rf"[\[\]()]\s*{_NUMBER}\s*\.\.\s*{_NUMBER}\s*[\[\]()]"
_ON_NUMBERS = rf"{_COMPARISON}|{_INTERVAL}|{_NUMBER}"
ABOUT = (
    'A test: a value, or in quotes a comparison such as "< 2.6", an interval such as "[2.6..4.4]" or "(4.4..5.1]", '
    'several with commas, or "not(...)". A list holds where one of its tests does.'
)


def any_test() -> Schema:
    """A test of which it is not known what it tests."""
    pattern = _listed(f"{_ON_NUMBERS}|{WORD_PATTERN}")
    return {"description": ABOUT, "type": ["string", "number", "boolean"], "pattern": pattern}


def number_test(low: float | None = None, high: float | None = None, *, is_whole: bool = False) -> Schema:
    """A test on a number; a typed reader holds a single number against its range."""
    ends: Schema = {name: end for name, end in (("minimum", low), ("maximum", high)) if end is not None}
    return {"type": ["integer" if is_whole else "number", "string"], "pattern": _listed(_ON_NUMBERS), **ends}


def test_on(fact: Fact) -> Schema:
    """A test on a fact of a guideline."""
    if fact.is_numeric:
        low, high = float(fact.exact(fact.low)), float(fact.exact(fact.high))
        return number_test(low, high, is_whole=fact.type is FactType.INTEGER)
    if fact.type is FactType.YES_NO:
        return {"anyOf": [YES_NO, {"type": "string", "pattern": _listed("yes|no|true|false")}]}
    names = {choice.id: choice.title for choice in fact.choices}
    return {"anyOf": [chosen(names), {"type": "string", "pattern": _listed(alternatives(names))}]}


def _listed(single: str) -> str:
    """Tests between commas, each alone or negated; what is negated twice is not looked at."""
    inner = rf"(?:{single}|not\s*\([^()]*\))"
    negated = rf"not\s*\(\s*{inner}(?:\s*,\s*{inner})*\s*\)"
    each = rf"(?:{single}|{negated})"
    return whole(rf"\s*{each}(?:\s*,\s*{each})*\s*")
