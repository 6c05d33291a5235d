"""Random facts: those that stand alone, those derived from others, and those that two guidelines share."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.oracle import Tree, UnusableInput, computed, rounded
from tests.random_guidelines.draws import one_in, pick, some
from tests.random_guidelines.terms import Draft

NUMBERS = ("grip", "surface_temperature", "wind", "snow_depth")
_INTEGERS = ("lorries", "lanes", "hours_since_frost")
_CHOICES = {"sky": ("none", "rain", "sleet", "snow"), "surface": ("dry", "damp", "frozen"), "verge": ("soft", "firm")}
_YES_NO = ("salted", "convoy", "bridge")
NAMES = (*_YES_NO, *_CHOICES, *_INTEGERS, *NUMBERS)
_DERIVED = ("slip_index", "chill", "strain")
_FACTORS = ("0.5", "0.25", "1.5", "0.3", "0.75", "2", "0.05")
_LINEAR = [
    "{a}",
    "{a} + {b}",
    "{a} - {b}",
    "{k}*{a} + {m}*{b}",
    "({a} + {b})/{n}",
    "{a}*{k} - {m}",
    "{a}/{n} + 2*({b} - {k})",
]
_WHOLE = ["{a}", "{a} + {b}", "{a} - {b}", "2*{a} + {b}", "3*({a} - {b})", "{a} - 1"]
_FREE = ["sqrt({a})", "{k}*sqrt({a}) + {m}*ln({b})", "{a}*{b}", "{a}/{b}", "min({a}, {b}, {k})", "abs({a} - {b}) + {m}"]
_FREE_WHOLE = ["abs({a} - {b})", "max({a}, {b})", "{a}*{b}", "min({a}, 2)"]


def vocabulary(draw: DrawFn, names: Sequence[str], least_derived: int = 0) -> tuple[Draft, ...]:
    """Two to five facts that stand alone and up to three derived from those before them."""
    return derived_too(draw, standing_alone(draw, names, 5), draw(st.integers(least_derived, 3)))


def standing_alone(draw: DrawFn, names: Sequence[str], most: int, ending: str = "") -> tuple[Draft, ...]:
    """Two facts or more, each of the kind that its name has; `ending` is added to the names."""
    return tuple(assumed(draw, replace(_base(draw, name), name=name + ending)) for name in some(draw, names, most, 2))


def derived_too(draw: DrawFn, drafts: tuple[Draft, ...], count: int, ending: str = "") -> tuple[Draft, ...]:
    """The facts, and so many derived from those before them, if they can be computed with."""
    names = [name + ending for name in _DERIVED if name + ending not in {fact.name for fact in drafts}]
    for name in names[:count]:
        if inputs := [fact for fact in drafts if fact.is_numeric]:
            drafts = (*drafts, assumed(draw, _derived(draw, name, inputs)))
    return drafts


def _base(draw: DrawFn, name: str) -> Draft:
    if name in _CHOICES:
        return Draft(name, "choice", choices=_CHOICES[name])
    if name in _YES_NO:
        return Draft(name, "yes_no")
    if name in _INTEGERS:
        low = draw(st.integers(-4, 4))
        return Draft(name, "integer", 0, low, low + draw(st.integers(1, 6)))
    low = draw(st.integers(-12, 12))
    return Draft(name, "number", draw(st.integers(0, 2)), low, low + draw(st.integers(1, 12)))


def assumed(draw: DrawFn, fact: Draft) -> Draft:
    """The fact, now and then with a value that is assumed."""
    return replace(fact, assumed=pick(draw, fact.values)) if one_in(draw, 6) else fact


def _derived(draw: DrawFn, name: str, inputs: Sequence[Draft]) -> Draft:
    wholes = [fact for fact in inputs if fact.type == "integer"]
    free = one_in(draw, 4)
    if wholes and one_in(draw, 3):
        fact, used = Draft(name, "integer"), wholes
    else:
        fact, used = Draft(name, "number", draw(st.integers(0, 1 if free else 2))), list(inputs)
    return _ranged(draw, _computed(draw, fact, used, free), inputs)


def _computed(draw: DrawFn, fact: Draft, inputs: Sequence[Draft], free: bool) -> Draft:
    """The fact with one or two formulas; if `free`, one of them is not linear, which makes the fact so."""
    linear_or_free = (_WHOLE, _FREE_WHOLE) if fact.type == "integer" else (_LINEAR, _FREE)
    templates = some(draw, linear_or_free[free], 2)
    if free and one_in(draw, 3):
        templates = (pick(draw, linear_or_free[0]), templates[0])
    return replace(fact, formulas=tuple(_formula(draw, each, inputs) for each in templates), linear=not free)


def _formula(draw: DrawFn, template: str, inputs: Sequence[Draft]) -> str:
    a, b = pick(draw, inputs).name, pick(draw, inputs).name
    k, m = pick(draw, _FACTORS), pick(draw, _FACTORS)
    return template.format(a=a, b=b, k=k, m=m, n=pick(draw, "2348"))


def _ranged(draw: DrawFn, fact: Draft, inputs: Sequence[Draft]) -> Draft:
    """A range about as wide as the formulas reach, or one that bites; never very many steps."""
    reached = [int(rounded(value, fact.decimals) * 10**fact.decimals) for value in _corners(fact.formulas, inputs)]
    low = min(reached, default=0) + pick(draw, (0, 0, 0, -1, -2, 1, 3))
    high = max(max(reached, default=3) + pick(draw, (0, 0, 0, 1, 2, -1, -3)), low + 1)
    return replace(fact, low=low, high=min(high, low + (120 if fact.linear else 15)))


def _corners(formulas: Sequence[str], inputs: Sequence[Draft]) -> Iterator[Fraction]:
    """What the formulas give for the ends of the ranges of their inputs."""
    for formula in formulas:
        used = [fact for fact in inputs if re.search(rf"\b{fact.name}\b", formula)]
        for ends in product(*((fact.text(fact.low), fact.text(fact.high)) for fact in used)):
            try:
                yield computed(formula, {fact.name: Fraction(end) for fact, end in zip(used, ends, strict=True)})
            except UnusableInput:
                continue


def copied(draw: DrawFn, fact: Draft, inputs: Sequence[Draft], ending: str) -> Draft:
    """The fact as another guideline has it: of the same kind and range, but by its own name (then with the ending) or
    the same, and with assumption and formulas of its own."""
    name = fact.name if one_in(draw, 2) else fact.name + ending
    copy = Draft(name, fact.type, fact.decimals, fact.low, fact.high, fact.choices)
    usable = [each for each in inputs if each.type == "integer" or (fact.type == "number" and each.is_numeric)]
    if usable and fact.is_numeric and one_in(draw, 3):
        copy = _computed(draw, copy, usable, one_in(draw, 4))
    return assumed(draw, copy)


def fact_tree(fact: Draft) -> Tree:
    """The fact as an entry of facts.yaml."""
    title = fact.name.replace("_", " ")
    tree: dict[str, Tree] = {"title": title.capitalize(), "question": f"What is the {title}?", "type": fact.type}
    if fact.is_numeric:
        tree["range"] = [fact.text(fact.low), fact.text(fact.high)]
    if fact.type == "number":
        tree["decimals"] = str(fact.decimals)
    if fact.choices:
        tree["choices"] = {choice: f"{choice} {title}" for choice in fact.choices}
    if fact.formulas:
        tree["derived"] = [{"title": f"{title} by formula {n}", "formula": f} for n, f in enumerate(fact.formulas)]
    if fact.ways:
        tree["from"] = fact.ways[0] if len(fact.ways) == 1 else fact.ways
    stated: Mapping[str, str | None] = {"assume": fact.assumed, "otherwise": fact.otherwise}
    return tree | {key: value for key, value in stated.items() if value is not None}
