"""Minimal changes, held against brute force."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import product
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from engine.guideline import Guideline
from explain.changes import changes_of
from explain.reading import Reading
from tests.explained_worlds import CAMPAIGN, random_units, reading
from tests.oracle import Given
from tests.oracle.changes import leads_to, minimal_changes, movable, tried
from tests.oracle.terms import mapping
from tests.oracle.units import Units, size
from tests.random_guidelines import RandomGuideline
from tests.worlds import examples, importing_worlds, loaded, loaded_in_another_order, value_of, worlds

TRIED = 10_000
"""How many combinations of new values and completions brute force looks at, at most."""
Worlds = tuple[RandomGuideline, list[Mapping[str, Given]]]
Told = list[dict[str, Fraction | bool | str | None]]


def told(read: Reading, outcome: str, including_fixed: bool, limit: int | None = None) -> Told:
    """The changes that are proposed, each fact with its new value."""
    found = changes_of(read, outcome, including_fixed=including_fixed, limit=limit)
    assert not found.is_partial
    return [{move.fact: value_of(move.after) for move in change.moves} for change in found.changes]


def work(units: Units, movable: Iterable[str]) -> int:
    """How many completions of changed patients there are to look at."""
    total = size(units, units.unknown)
    for name in movable:
        total *= 1 + len(tried(units, name))
    return total


def assert_alike(read: Reading | None, units: Units | None, outcome: str, can_change: frozenset[str] | None) -> str:
    """The changes are those of brute force, in the same order; returns what was compared."""
    if read is None or units is None:
        return "no decision"
    names = movable(units, can_change)
    if work(units, names) > TRIED:
        return "too much work"
    expected = minimal_changes(units, outcome, names)
    all_told = changes_of(read, outcome, including_fixed=can_change is None, limit=None)
    found = [{move.fact: value_of(move.after) for move in change.moves} for change in all_told.changes]
    if all_told.is_partial:  # a formula leaves its range: what is told must lead there all the same
        facts = units.question.facts.values()
        assert {ours for fact in facts for each in fact.formulas for ours in each.names.values()} & set(names)
        assert all(leads_to(units, {k: v for k, v in each.items() if v is not None}, outcome) for each in found)
        return "partial"
    assert found == expected, f"{found} to {outcome} for {units.patient}, not {expected}"
    if expected:
        some = changes_of(read, outcome, including_fixed=can_change is None, limit=1)
        assert (len(some.changes), some.is_capped) == (1, len(expected) > 1)
    return f"{len(max(expected, key=len))} facts" if expected else "nothing"


def assert_all_alike(
    guideline: RandomGuideline, engine: Guideline, many: Iterable[Mapping[str, Given]], found: Counter[str]
) -> None:
    for patient, name in product(many, guideline.decisions):
        read, units = reading(engine, name, patient), random_units(guideline, name, patient)
        for outcome in mapping(guideline.decisions[name]["outcomes"]):
            found[assert_alike(read, units, outcome, None)] += 1


def test_what_would_change_it_is_what_brute_force_says() -> None:
    found = Counter[str]()

    @examples(30)
    @given(worlds(most=2))
    def alike(world: Worlds) -> None:
        with loaded(world[0]) as engine:
            assert_all_alike(world[0], engine, world[1], found)

    alike()
    assert found >= Counter({"1 facts": 8, "2 facts": 1, "nothing": 8}), f"too little was compared: {found}"
    assert CAMPAIGN or not found["partial"], f"not every possibility is tried too often: {found}"


def test_what_would_change_it_where_other_guidelines_decide_facts() -> None:
    found = Counter[str]()

    @examples(15)
    @given(importing_worlds())
    def alike(world: Worlds) -> None:
        with loaded(world[0]) as engine:
            assert_all_alike(world[0], engine, world[1][:2], found)

    alike()
    assert found >= Counter({"1 facts": 2}), f"too little was compared: {found}"
    assert CAMPAIGN or not found["partial"], f"not every possibility is tried too often: {found}"


@examples(5)
@given(worlds(most=1), st.integers(0, 2**32))
def test_the_order_of_the_files_never_matters(world: Worlds, seed: int) -> None:
    guideline, many = world
    kept = replace(guideline, name=guideline.name)
    with loaded(kept) as engine, loaded_in_another_order(kept, Random(seed)) as other:
        for patient, name in product(many, guideline.decisions):
            one, two, units = reading(engine, name, patient), reading(other, name, patient), None
            units = random_units(guideline, name, patient)
            if one is None or two is None or units is None or work(units, movable(units)) > TRIED:
                continue
            for outcome in one.decision.outcomes:
                first, second = told(one, outcome, True), told(two, outcome, True)
                assert sorted(map(str, first)) == sorted(map(str, second))
                assert [sorted(each) for each in first] == [sorted(each) for each in second]
