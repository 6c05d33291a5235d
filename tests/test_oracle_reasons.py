"""The brute force of reasons, changes and missing facts against answers worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from tests.oracle import Given, Tree
from tests.oracle.changes import minimal_changes, movable
from tests.oracle.missing import deciding_sets, mattering
from tests.oracle.reasons import smallest_first, sufficient_reasons
from tests.oracle.units import Units, read_units

YES_NO: dict[str, Tree] = {"type": "yes_no"}
GRIP: dict[str, Tree] = {"type": "number", "decimals": "1", "range": ["0", "1"]}
LANES: dict[str, Tree] = {"type": "integer", "range": ["0", "4"]}
SKY: dict[str, Tree] = {"type": "choice", "choices": {"none": "clear", "rain": "rain", "snow": "snow"}}


def units(facts: Mapping[str, Tree], rules: Mapping[str, Tree], patient: Mapping[str, Given], **more: Tree) -> Units:
    decision: Tree = {"outcomes": {"closed": {}, "open": {}}, "rules": rules}
    return read_units({"facts": facts, **more}, decision, patient)


def when(then: str, **entries: Tree) -> Tree:
    return {"when": entries, "then": then}


def reasons(of: Units, outcome: str | None) -> tuple[tuple[str, ...], ...]:
    return smallest_first(sufficient_reasons(of, outcome))


ICED: dict[str, Tree] = {"iced": when("closed", grip="< 0.3", salted="no"), "wet": when("closed", sky="snow")}
ROAD: dict[str, Tree] = {"grip": GRIP, "salted": YES_NO, "sky": SKY}


def test_each_way_to_the_outcome_is_a_reason() -> None:
    patient: Mapping[str, Given] = {"grip": "0.1", "salted": "no", "sky": "snow"}
    assert reasons(units(ROAD, ICED, patient), "closed") == (("sky",), ("grip", "salted"))


def test_a_gap_is_reasoned_of_like_an_outcome() -> None:
    patient: Mapping[str, Given] = {"grip": "0.4", "salted": "yes", "sky": "rain"}
    assert reasons(units(ROAD, ICED, patient), None) == (("grip", "sky"), ("salted", "sky"))


def test_what_is_assumed_is_background() -> None:
    facts = {**ROAD, "salted": {**YES_NO, "assume": "no"}}
    assert reasons(units(facts, ICED, {"grip": "0.1"}), "closed") == (("grip",),)


def test_what_is_impossible_makes_a_reason_smaller() -> None:
    dry: Tree = [{"when": {"sky": "not(snow)", "grip": "< 0.3"}}]
    assert reasons(units(ROAD, ICED, {"grip": "0.1", "sky": "snow"}, impossible=dry), "closed") == (("grip",), ("sky",))


TWICE: Tree = {"type": "integer", "range": ["0", "8"], "derived": [{"title": "twice", "formula": "2*lanes"}]}
SQUARE: Tree = {"type": "integer", "range": ["0", "16"], "derived": [{"title": "square", "formula": "lanes*lanes"}]}
WIDE: dict[str, Tree] = {"wide": when("open", width=">= 4")}


def test_a_linear_fact_is_told_by_what_it_is_computed_from() -> None:
    assert reasons(units({"lanes": LANES, "width": TWICE}, WIDE, {"lanes": 3}), "open") == (("lanes",),)


def test_a_fact_by_another_formula_is_a_unit_and_independent() -> None:
    assert reasons(units({"lanes": LANES, "width": SQUARE}, WIDE, {"lanes": 3}), "open") == (("width",),)


def changed(of: Units, outcome: str) -> list[Mapping[str, object]]:
    return [dict(each) for each in minimal_changes(of, outcome, movable(of))]


def test_changes_are_the_nearest_and_the_smallest_first() -> None:
    patient: Mapping[str, Given] = {"grip": "0.6", "salted": "yes", "sky": "none"}
    assert changed(units(ROAD, ICED, patient), "closed") == [
        {"sky": "snow"},
        {"grip": Fraction("0.2"), "salted": False},
    ]


def test_an_unknown_number_takes_the_lowest_value_and_every_choice_is_listed() -> None:
    rules: dict[str, Tree] = {"good": when("open", sky=["rain", "none"], grip=">= 0.5")}
    assert changed(units({"grip": GRIP, "sky": SKY}, rules, {}), "open") == [
        {"grip": Fraction("0.5"), "sky": "none"},
        {"grip": Fraction("0.5"), "sky": "rain"},
    ]


def test_a_linear_fact_follows_a_change() -> None:
    assert changed(units({"lanes": LANES, "width": TWICE}, WIDE, {"lanes": 0}), "open") == [{"lanes": 2}]


def test_a_fact_by_another_formula_keeps_its_value_and_may_be_changed_itself() -> None:
    assert changed(units({"lanes": LANES, "width": SQUARE}, WIDE, {"lanes": 1}), "open") == [{"width": 4}]


def test_an_unknown_fact_by_another_formula_stays_unknown() -> None:
    assert changed(units({"lanes": LANES, "width": SQUARE}, WIDE, {}), "open") == [{"width": 4}]


def test_equal_sums_are_settled_by_the_lowest_in_the_order_of_names() -> None:
    total: Tree = {"type": "integer", "range": ["0", "8"], "derived": [{"title": "sum", "formula": "lanes + ruts"}]}
    facts: dict[str, Tree] = {"lanes": LANES, "ruts": LANES, "width": total}
    given = units(facts, {"wide": when("open", width=">= 7")}, {"lanes": 2, "ruts": 2})
    assert changed(given, "open") == [{"lanes": 3, "ruts": 4}]


def test_what_matters_is_what_results_differ_in() -> None:
    of = units(ROAD, ICED, {})
    assert deciding_sets(of) == {frozenset([name]) for name in ("grip", "salted", "sky")}
    assert mattering(units(ROAD, ICED, {"grip": "0.5"})) == {"sky"}


def test_facts_that_only_matter_together() -> None:
    both: Tree = [{"when": {"salted": "yes", "gritted": "no"}}, {"when": {"salted": "no", "gritted": "yes"}}]
    facts: dict[str, Tree] = {"salted": YES_NO, "gritted": YES_NO}
    of = units(facts, {"treated": when("open", salted="yes")}, {}, impossible=both)
    assert deciding_sets(of) == {frozenset(["gritted", "salted"])}
