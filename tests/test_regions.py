"""Regions of patients, held against every complete patient of small guidelines, one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import prod
from random import Random

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from engine.guideline import Fact, Guideline
from engine.logic import Box, Every, Extent, Fires, Meets, Never, Region, ResultIs, extent_of, region_of
from engine.plan import Plan, plan_of
from engine.regions import decided_again
from explain.regions import box_in_words, extent_in_words, patient_in_words
from tests.explained_worlds import built_in
from tests.oracle.regions import complete_patients, question_of
from tests.oracle.terms import Value
from tests.random_guidelines import RandomGuideline, guidelines, importing_guidelines
from tests.worlds import AT, examples, loaded, loaded_in_another_order

MOST = 3_000
"""How many complete patients are enumerated at most."""
Steps = Mapping[str, int]
Known = list[tuple[Steps, str | None]]


def in_steps(fact: Fact, value: Value) -> int:
    """A value of the oracle as the engine counts it."""
    if isinstance(value, Fraction):
        return int(value * 10**fact.decimals)
    return int(value) if isinstance(value, bool) else [choice.id for choice in fact.choices].index(value)


def known_patients(guideline: RandomGuideline, engine: Guideline, decision: str, most: int = MOST) -> Known | None:
    """Every complete patient, in steps, with the result; None where they are too many."""
    tree = guideline.decisions[decision]
    question = question_of(guideline.facts, tree, guideline.findings, guideline.imported)
    found = complete_patients(question, most)
    if found is None:
        return None
    return [({name: in_steps(engine.facts[name], v) for name, v in values.items()}, r) for values, r in found]


def is_in(cells: Mapping[str, tuple[tuple[int, int], ...]], patient: Steps) -> bool:
    """Whether a patient is in a box."""
    return all(any(low <= patient[name] <= high for low, high in spans) for name, spans in cells.items())


def assert_exact(plan: Plan, region: Region, patients: Known, wanted: str | None) -> None:
    """The boxes hold the patients with a result and nobody else, every one of them is needed, none can be wider."""
    inside = [patient for patient, result in patients if result == wanted]
    outside = [patient for patient, result in patients if result != wanted]
    assert not region.is_capped
    boxes = [box.cells for box in region.boxes]
    for patient in inside:
        assert any(is_in(cells, patient) for cells in boxes), f"{patient} is in no box"
    for number, box in enumerate(region.boxes):
        assert not any(is_in(box.cells, patient) for patient in outside)
        others = boxes[:number] + boxes[number + 1 :]
        assert any(is_in(box.cells, each) and not any(is_in(cells, each) for cells in others) for each in inside)
        for wider in wider_boxes(plan, box):
            assert any(is_in(wider, patient) for patient in outside), f"{box.cells} could be {wider}"
        least = min(tuple(each[fact.fact.id] for fact in plan.facts) for each in inside if is_in(box.cells, each))
        assert tuple(box.witness[fact.fact.id] for fact in plan.facts) == least


def wider_boxes(plan: Plan, box: Box) -> Iterable[Mapping[str, tuple[tuple[int, int], ...]]]:
    """The boxes with one bound less, or with one cell more: beside the others for a number, any for a choice."""
    for name, spans in box.cells.items():
        yield {other: each for other, each in box.cells.items() if other != name}
        cells = plan.cells[name]
        if cells.fact.is_numeric:
            assert len(spans) == 1, "the values of a number are not neighbours"
        for cell in range(cells.count):
            low, high = cells.interval(cell)
            is_beside = any(low == end + 1 or high == start - 1 for start, end in spans)
            if not is_in({name: spans}, {name: low}) and (is_beside or not cells.fact.is_numeric):
                yield {**box.cells, name: (*spans, (low, high))}


def assert_all_exact(guideline: RandomGuideline, engine: Guideline) -> None:
    for name in guideline.decisions:
        patients, plan = known_patients(guideline, engine, name), plan_of(engine, name)
        event("too many" if patients is None else "compared")
        for result in (*plan.decision.outcomes, None) if patients is not None else ():
            region = region_of(plan, ResultIs(result), limit=500)
            assert_exact(plan, region, patients or [], result)


@examples(25)
@given(guidelines())
def test_a_region_holds_exactly_the_patients_of_brute_force(guideline: RandomGuideline) -> None:
    with loaded(guideline) as engine:
        assert_all_exact(guideline, engine)


@examples(20)
@given(importing_guidelines())
def test_a_region_is_exact_where_other_guidelines_decide_facts(guideline: RandomGuideline) -> None:
    with loaded(guideline) as engine:
        assert_all_exact(guideline, engine)


@examples(20)
@given(guidelines(), st.integers(0, 2**32))
def test_neither_the_order_of_files_nor_what_was_asked_before_matters(guideline: RandomGuideline, seed: int) -> None:
    with loaded(guideline) as engine, loaded_in_another_order(guideline, Random(seed)) as other:
        is_other_vocabulary = any(fact.choices != other.facts[name].choices for name, fact in engine.facts.items())
        event("choices in another order" if is_other_vocabulary else "compared")
        for name in () if is_other_vocabulary else guideline.decisions:
            plan, results = plan_of(engine, name), (*plan_of(engine, name).decision.outcomes, None)
            found = [region_of(plan, ResultIs(result), limit=30) for result in results]
            again = [region_of(plan_of(other, name), ResultIs(result), limit=30) for result in reversed(results)]
            assert found == again[::-1]
            assert all(list(a.witness) == [each.fact.id for each in plan.facts] for each in found for a in each.boxes)


@examples(30)
@given(guidelines())
def test_the_engine_decides_every_witness_the_same(guideline: RandomGuideline) -> None:
    with loaded(guideline) as engine:
        for name in guideline.decisions:
            plan = plan_of(engine, name)
            for result in (*plan.decision.outcomes, None):
                for box in region_of(plan, ResultIs(result), limit=30).boxes:
                    trace = decided_again(plan, box.witness, AT)
                    event("refused" if trace is None else "confirmed")
                    if trace is not None:
                        assert (trace.outcome, trace.may_be_not_covered) == (result, False)


@examples(20)
@given(guidelines())
def test_what_rules_do_together_is_a_region_too(guideline: RandomGuideline) -> None:
    """Who fires one rule and not another, by the engine's own traces of everybody who is complete."""
    with loaded(guideline) as engine:
        for name in guideline.decisions:
            patients, plan = known_patients(guideline, engine, name, 200), plan_of(engine, name)
            first, last = sorted(plan.decision.rules)[0], sorted(plan.decision.rules)[-1]
            region = region_of(plan, Every((Fires(first), Never((Fires(last), ResultIs(None))))), limit=500)
            for patient, result in patients or []:
                trace = decided_again(plan, patient, AT)
                if trace is not None:
                    is_wanted = first in trace.fired and last not in trace.fired and result is not None
                    assert is_wanted == any(is_in(box.cells, patient) for box in region.boxes)


def test_who_meets_the_condition_of_a_rule_is_whom_it_fires_for() -> None:
    plan = plan_of(built_in("tests/toy", "clearing").guideline, "clearing")
    for name, rule in plan.decision.rules.items():
        assert region_of(plan, Meets(rule.condition), limit=9) == region_of(plan, Fires(name), limit=9)


def test_a_limit_is_said_and_keeps_the_first_boxes() -> None:
    plan = plan_of(built_in("tests/toy", "gritting").guideline, "gritting")
    result = next(r for r in (*plan.decision.outcomes, None) if len(region_of(plan, ResultIs(r), limit=99).boxes) > 1)
    whole, part = (region_of(plan, ResultIs(result), limit=limit) for limit in (99, 1))
    assert (whole.is_capped, part.is_capped) == (False, True)
    assert len(part.boxes) == 1
    assert not region_of(plan, ResultIs(result), limit=len(whole.boxes)).is_capped


def test_a_region_in_words() -> None:
    plan = plan_of(built_in("tests/toy", "clearing").guideline, "clearing")
    said = {
        result: [box_in_words(plan, box.cells) for box in region_of(plan, ResultIs(result), limit=9).boxes]
        for result in (*plan.decision.outcomes, None)
    }
    shallow = "Depth of snow: 4.9 cm or below; any other facts"
    assert said == {
        "clear": ["Depth of snow: 5.0 cm or above; any other facts"],
        "wait": [f"Precipitation: snow; {shallow}"],
        None: [f'Precipitation: "no precipitation", "rain" or "sleet or freezing rain"; {shallow}'],
    }
    assert box_in_words(plan, {}) == "every patient"
    witness = region_of(plan, ResultIs("wait"), limit=9).boxes[0].witness
    assert patient_in_words(plan, witness) == "Precipitation: snow; Depth of snow: 0.0 cm"


def test_how_large_the_space_is() -> None:
    plan = plan_of(built_in("tests/toy", "clearing").guideline, "clearing")
    counts = [each.fact.high - each.fact.low + 1 for each in plan.facts]
    assert extent_of(plan) == Extent(classes=8, patients=prod(counts))
    assert extent_in_words(1_024) == "over 1,024 classes of patients"
    assert extent_in_words(1) == "over 1 class of patients"


@pytest.mark.parametrize(
    ("folder", "decision"),
    [("tests/toy", "gritting"), ("tests/toy", "patrol"), ("knowledge/act_ra", "selection")],
)
def test_every_result_of_a_real_decision_is_confirmed(folder: str, decision: str) -> None:
    plan = plan_of(built_in(folder, decision).guideline, decision)
    for result in (*plan.decision.outcomes, None):
        region = region_of(plan, ResultIs(result), limit=50)
        assert not region.is_capped
        for box in region.boxes:
            trace = decided_again(plan, box.witness, AT)
            assert trace is not None
            assert trace.outcome == result
