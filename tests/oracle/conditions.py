"""Conditions as an author writes them, turned into functions of what is known; each test into the values it accepts."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cache

from tests.oracle.formulas import rounded
from tests.oracle.terms import (
    YES_NO,
    Conclusions,
    Condition,
    Fact,
    Tree,
    Truth,
    UnusableInput,
    Value,
    Values,
    listed,
    mapping,
)

_NUMBER = r"-?\d+(?:\.\d+)?"
_COMPARISON = re.compile(rf"(<=|>=|<|>)({_NUMBER})")
_INTERVAL = re.compile(rf"([\[(\]])({_NUMBER})\.\.({_NUMBER})([\])\[])")
_COMPARES = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def read_condition(tree: Tree, facts: Mapping[str, Fact], scores: Mapping[str, Fact]) -> Condition:
    """What the condition says; names that are no facts and no scores are findings."""
    parts = [_entry(key, part, facts, scores) for key, part in mapping(tree).items()]
    return parts[0] if len(parts) == 1 else lambda values, so_far: all_of(part(values, so_far) for part in parts)


def _entry(key: str, tree: Tree, facts: Mapping[str, Fact], scores: Mapping[str, Fact]) -> Condition:
    if key in ("all", "any", "not", "at_least"):
        parts = [read_condition(part, facts, scores) for part in _parts(key, tree)]
        needed = int(str(mapping(tree)["n"])) if key == "at_least" else 0

        def joined(values: Values, so_far: Conclusions) -> Truth:
            return _joined(key, (part(values, so_far) for part in parts), needed)

        return joined
    if key in facts:
        met = accepted(tree, facts[key])
        return lambda values, _: None if (value := values[key]) is None else value in met
    if key in scores:
        return _score_test(key, accepted(tree, scores[key]), scores[key])
    wanted = YES_NO[str(tree)]
    return lambda _, so_far: None if (truth := so_far.findings[key]) is None else truth == wanted


def _parts(word: str, tree: Tree) -> Iterable[Tree]:
    """The conditions below `all`, `any`, `not` or `at_least`."""
    return listed(mapping(tree)["of"] if word == "at_least" else tree)


def _joined(word: str, truths: Iterable[Truth], needed: int) -> Truth:
    if word == "not":
        return negated(all_of(truths))
    if word == "at_least":
        return _counted(list(truths), needed)
    return all_of(truths) if word == "all" else any_of(truths)


def _counted(truths: list[Truth], needed: int) -> Truth:
    """True if so many are true; false if, with all that are unknown, so many could not be."""
    if truths.count(True) >= needed:
        return True
    return None if truths.count(True) + truths.count(None) >= needed else False


def _score_test(name: str, met: frozenset[Value], score: Fact) -> Condition:
    """True or false if the test says the same of every value that the score may have."""

    @cache
    def between(low: Fraction, high: Fraction) -> Truth:
        truths = {value in met for value in score.grid if isinstance(value, Fraction) and low <= value <= high}
        return truths.pop() if len(truths) == 1 else None

    return lambda _, so_far: between(*so_far.scores[name])


def tested_in(tree: Tree) -> frozenset[str]:
    """Every name that the condition tests, however deep."""
    names: frozenset[str] = frozenset()
    for key, part in mapping(tree).items():
        is_word = key in ("all", "any", "not", "at_least")
        names |= frozenset().union(*map(tested_in, _parts(key, part))) if is_word else {key}
    return names


def all_of(truths: Iterable[Truth]) -> Truth:
    """True if all are, false if one is, else unknown."""
    found: Truth = True
    for truth in truths:
        if truth is False:
            return False
        found = found and truth
    return found


def any_of(truths: Iterable[Truth]) -> Truth:
    """True if one is, false if all are, else unknown."""
    return negated(all_of(map(negated, truths)))


def negated(truth: Truth) -> Truth:
    """The other one; unknown stays unknown."""
    return None if truth is None else not truth


def accepted(tree: Tree, fact: Fact) -> frozenset[Value]:
    """The values of the fact's grid that meet a test as the author wrote it."""
    if not isinstance(tree, str):
        return frozenset().union(*(accepted(item, fact) for item in tree))
    text = re.sub(r"\s", "", tree)
    inner = re.fullmatch(r"not\((.*)\)", text)
    parts = (inner[1] if inner else text).split(",")
    met = frozenset().union(*(_simply_accepted(part, fact) for part in parts))
    return frozenset(fact.grid) - met if inner else met


def _simply_accepted(text: str, fact: Fact) -> frozenset[Value]:
    if comparison := _COMPARISON.fullmatch(text):
        compares, bound = _COMPARES[comparison[1]], Fraction(comparison[2])
        return frozenset(value for value in fact.grid if compares(value, bound))
    if interval := _INTERVAL.fullmatch(text):
        left, low, high, right = interval.groups()
        above, below = (">=" if left == "[" else ">"), ("<=" if right == "]" else "<")
        return _simply_accepted(above + low, fact) & _simply_accepted(below + high, fact)
    return frozenset([typed(text, fact)]) & frozenset(fact.grid)


def typed(given: str | int, fact: Fact) -> Value:
    """The value a text stands for, by the fact's type; a number rounded to its decimals."""
    text = str(given)
    if isinstance(given, bool) or fact.type in ("choice", "yes_no"):
        return YES_NO.get(text.lower(), text) if fact.type == "yes_no" else text
    if not re.fullmatch(_NUMBER, text):
        raise UnusableInput(f"not a number: {text}")
    if fact.type == "integer" and Fraction(text).denominator != 1:
        raise UnusableInput(f"not whole: {text}")
    return rounded(Fraction(text), fact.decimals)
