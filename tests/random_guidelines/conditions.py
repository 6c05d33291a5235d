"""Random conditions, in every written form, on facts, scores and findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.oracle import Tree, accepted, read_fact
from tests.random_guidelines.draws import one_in, pick, some
from tests.random_guidelines.facts import fact_tree
from tests.random_guidelines.terms import Draft

Named = Draft | str
"""What a condition can test: a fact or a score, or a finding by its name."""


def condition(draw: DrawFn, names: Sequence[Named], most: int, depth: int = 2) -> Mapping[str, Tree]:
    """A mapping of one to `most` entries: tests on facts, scores and findings, and nested all, any, not, at_least."""
    words = ("all", "any", "not", "at_least") if depth else ()
    tree: dict[str, Tree] = {}
    for key in some(draw, (*names, *words), pick(draw, (1, most))):
        if isinstance(key, Draft):
            tree[key.name] = unary_test(draw, key)
        elif key == "not":
            tree[key] = condition(draw, names, 1, depth - 1)
        elif key == "at_least":
            tree[key] = _at_least(draw, names, depth)
        elif key in words:
            tree[key] = [condition(draw, names, 2, depth - 1) for _ in range(draw(st.integers(1, 3)))]
        else:
            tree[key] = pick(draw, ("yes", "no"))
    return tree


def _at_least(draw: DrawFn, names: Sequence[Named], depth: int) -> Tree:
    """So many of one to four conditions, sometimes with the same one twice."""
    parts = [condition(draw, names, 1, depth - 1) for _ in range(draw(st.integers(1, 4)))]
    if one_in(draw, 4):
        parts.append(pick(draw, parts))
    return {"n": str(draw(st.integers(1, len(parts)))), "of": parts}


def unary_test(draw: DrawFn, fact: Draft) -> Tree:
    """A test in any of its written forms that some value of the fact meets."""
    form = draw(st.integers(0, 6))
    parts = [_simple_test(draw, fact) for _ in range(1 if form < 4 else draw(st.integers(1, 3)))]
    opposite = f"not({', '.join(parts)})"
    test: Tree = {4: ", ".join(parts), 5: parts, 6: [parts[0], opposite]}.get(form, opposite if form == 3 else parts[0])
    return test if accepted(test, read_fact(fact_tree(fact))) else parts[0]


def _simple_test(draw: DrawFn, fact: Draft) -> str:
    if not fact.is_numeric:
        return pick(draw, fact.spellings)
    low, high = sorted((pick(draw, fact.values), pick(draw, fact.values)), key=Fraction)
    space, form = pick(draw, ("", " ")), draw(st.integers(0, 3))
    test = low if form or "." not in low else low.rstrip("0").rstrip(".")
    if form == 1:
        test = f"{pick(draw, ('<=', '>=', '<', '>'))}{space}{low}"
    if form > 1:
        test = f"{pick(draw, '[(]')}{low}{space}..{space}{high}{pick(draw, '])[')}"
    return test if accepted(test, read_fact(fact_tree(fact))) else low


def bands(draw: DrawFn, fact: Draft) -> list[Tree]:
    """Two to four tests on the fact: each of its values meets exactly one of them."""
    values = fact.values
    cuts = sorted(some(draw, range(1, len(values)), 3))
    parts = [values[start:end] for start, end in zip((0, *cuts), (*cuts, len(values)), strict=True)]
    if not fact.is_numeric:
        return [part[0] if len(part) == 1 else part for part in parts]
    ends = [(f"<= {parts[0][-1]}", f">= {parts[-1][0]}"), (f"< {parts[1][0]}", f"> {parts[-2][-1]}")]
    first, last = pick(draw, ends)
    return [first, *(f"[{part[0]}..{part[-1]}]" for part in parts[1:-1]), last]
