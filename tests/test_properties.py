"""What must hold of every guideline and every patient, tried on random ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from engine.deciding import decide
from engine.errors import InputRejected
from engine.facts import read_facts
from engine.guideline import Guideline
from engine.trace_json import canonical
from tests.oracle import Answer, Given
from tests.random_guidelines import RandomGuideline
from tests.worlds import AT, decided, examples, loaded, loaded_in_another_order, worlds


@examples(20)
@given(worlds(), st.integers(0, 2**32))
def test_order_of_anything_but_outcomes_never_matters(
    world: tuple[RandomGuideline, list[Mapping[str, Given]]], seed: int
) -> None:
    guideline, many = world
    random = Random(seed)
    with loaded(guideline) as engine, loaded_in_another_order(guideline, random) as other:
        for patient, name in product(many, guideline.decisions):
            mixed = dict(random.sample(list(patient.items()), len(patient)))
            assert decided(other, name, mixed) == decided(engine, name, patient), f"{name}, {patient}"


@examples(20)
@given(worlds(most=2))
def test_taking_knowledge_away_rules_nothing_out_and_fires_nothing(
    world: tuple[RandomGuideline, list[Mapping[str, Given]]],
) -> None:
    guideline, many = world
    with loaded(guideline) as engine:
        for patient, decision in product(many, guideline.decisions):
            more = decided(engine, decision, patient)
            for name in sorted(plain_facts(guideline) & patient.keys()):
                less = decided(engine, decision, {**patient, name: None})
                assert_no_less_is_possible(less, more, f"{decision}, {patient}, without {name}")


def assert_no_less_is_possible(less: Answer, more: Answer, where: str) -> None:
    """Unknown is never read as false: without a fact, one outcome never turns into another."""
    if "input_error" in (less.status, more.status) or more.status == "contradictory":
        return
    assert results(more) <= results(less), where
    assert set(less.fired) <= set(more.fired), where
    if less.outcome is not None:
        assert more.outcome == less.outcome, where


def results(given: Answer) -> frozenset[str | None]:
    """The outcomes that are possible, None for not covered."""
    uncovered = given.may_be_not_covered or given.status == "not_covered"
    return frozenset([*given.possible, *([None] if uncovered else [])])


def plain_facts(guideline: RandomGuideline) -> set[str]:
    """The facts that can only be given, from which nothing is derived, and on which nothing rests that has another
    value to turn to when its decision is no longer concluded."""
    formulas = " ".join(formula for fact in guideline.drafts for formula in fact.formulas)
    alone = {fact.name for fact in guideline.drafts if not fact.formulas and not fact.ways and fact.assumed is None}
    turning = [fact for fact in guideline.drafts if len(fact.ways) + (fact.assumed is not None) > 1]
    return {name for name in alone if name not in formulas} - below(guideline, (fact.name for fact in turning))


def below(guideline: RandomGuideline, names: Iterable[str]) -> set[str]:
    """Every fact that one of these rests on through its imports, near or far."""
    rests_on = {fact.name: fact.rests_on for fact in guideline.drafts}
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        more = set(rests_on.get(waiting.pop(), ())) - found
        found |= more
        waiting += more
    return found


@examples(13)
@given(worlds(most=2))
def test_deciding_twice_gives_the_same_bytes(world: tuple[RandomGuideline, list[Mapping[str, Given]]]) -> None:
    guideline, many = world
    with loaded(guideline) as once, loaded(guideline) as again:
        for patient, name in product(many, guideline.decisions):
            first = bytes_of(once, name, patient)
            assert bytes_of(once, name, patient) == first
            assert bytes_of(again, name, dict(reversed(list(patient.items())))) == first


def bytes_of(guideline: Guideline, decision: str, patient: Mapping[str, Given]) -> bytes | None:
    """The trace as canonical JSON, or None where the input is rejected."""
    try:
        return canonical(decide(guideline, decision, read_facts(guideline, dict(patient)), at=AT))
    except InputRejected:
        return None
