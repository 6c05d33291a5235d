"""Sufficient reasons and missing facts, held against brute force."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from engine import logic
from engine.guideline import Guideline
from engine.plan import plan_of
from engine.trace import Status
from explain.asking import known_of, questions
from explain.reading import Reading
from explain.reasons import reasons_of
from tests.explained_worlds import random_units, reading
from tests.oracle import Given
from tests.oracle.missing import mattering
from tests.oracle.reasons import smallest_first, sufficient_reasons
from tests.oracle.units import Units, size
from tests.random_guidelines import RandomGuideline
from tests.worlds import examples, importing_worlds, loaded, loaded_in_another_order, worlds

ROWS, PAIRED = 1_000, 100
"""How many completions are enumerated at most, and how many are held against one another."""
Worlds = tuple[RandomGuideline, list[Mapping[str, Given]]]


def decided_in(world: Worlds) -> Iterator[tuple[Reading, RandomGuideline, Mapping[str, Given]]]:
    """Every decision of a guideline that the engine makes of its patients, with the guideline and the patient."""
    guideline, many = world
    with loaded(guideline) as engine:
        for patient, name in product(many, guideline.decisions):
            decided = reading(engine, name, patient)
            if decided is not None:
                yield decided, guideline, patient


def assert_alike(read: Reading | None, units: Units | None, most: int = ROWS) -> str:
    """What decided it, or what can still matter, is what brute force says; returns what was compared."""
    if read is None or units is None:
        return "no decision"
    if read.trace.status is Status.NEEDS_INFORMATION:
        return assert_missing(read, units)
    if size(units, [*units.known, *units.unknown]) > most:
        return "too many completions"
    found = reasons_of(read, limit=None)
    expected = smallest_first(sufficient_reasons(units, read.trace.outcome))
    assert found.sets == expected, f"{found.sets} for {units.patient}, not {expected}"
    assert set(found.background) <= units.assumed.keys()
    assert not found.is_capped
    for limit in range(1, min(len(found.sets), 3) + 1):
        fewer = reasons_of(read, limit)
        assert (fewer.sets, fewer.is_capped) == (found.sets[:limit], limit < len(found.sets))
    return f"{min(len(found.sets), 3)} reasons"


def assert_missing(read: Reading, units: Units) -> str:
    assert reasons_of(read).sets == ()
    if size(units, units.unknown) > PAIRED:
        return "too many pairs"
    plan = plan_of(read.guideline, read.decision.id)
    known = known_of(read)
    matter = frozenset[str]().union(*logic.deciding_sets(plan, known, logic.draws(plan, known)))
    expected = mattering(units)
    assert matter == expected, f"{sorted(matter)} for {units.patient}, not {sorted(expected)}"
    if not plan.imports:
        assert {question.fact.id for question in questions(read)} == expected
    return "missing"


def assert_all_alike(
    guideline: RandomGuideline, engine: Guideline, many: Iterable[Mapping[str, Given]], found: Counter[str]
) -> None:
    for patient, name in product(many, guideline.decisions):
        found[assert_alike(reading(engine, name, patient), random_units(guideline, name, patient))] += 1


def test_what_decided_it_is_what_brute_force_says() -> None:
    found = Counter[str]()

    @examples(13)
    @given(worlds())
    def alike(world: Worlds) -> None:
        with loaded(world[0]) as engine:
            assert_all_alike(world[0], engine, world[1], found)

    alike()
    assert found >= Counter({"1 reasons": 10, "missing": 3}), f"too little was compared: {found}"


def test_what_decided_it_where_other_guidelines_decide_facts() -> None:
    found = Counter[str]()

    @examples(15)
    @given(importing_worlds())
    def alike(world: Worlds) -> None:
        with loaded(world[0]) as engine:
            assert_all_alike(world[0], engine, world[1], found)

    alike()
    assert found >= Counter({"1 reasons": 10, "missing": 4}), f"too little was compared: {found}"


@examples(4)
@given(worlds(most=2), st.integers(0, 2**32))
def test_the_order_of_the_files_never_matters(world: Worlds, seed: int) -> None:
    guideline, many = world
    with loaded(guideline) as engine, loaded_in_another_order(guideline, Random(seed)) as other:
        for patient, name in product(many, guideline.decisions):
            one, two = reading(engine, name, patient), reading(other, name, patient)
            if one is not None and two is not None:
                assert reasons_of(one) == reasons_of(two)
                assert [(each.fact.id, each.settles) for each in questions(one)] == [
                    (each.fact.id, each.settles) for each in questions(two)
                ]
