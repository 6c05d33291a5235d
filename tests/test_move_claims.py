"""What `candor diff` claims of two small versions: one test for each thing that its proof rests on, which fails where
that is left out (`tests/encoding_faults.yaml`)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext

import pytest

from engine.comparison import DecisionComparison
from engine.conditions import Interval
from engine.deciding import decide
from engine.errors import InputRejected
from engine.facts import read_facts
from engine.logic import Refused
from tests.oracle import Tree
from tests.random_guidelines import RandomGuideline
from tests.test_alignment import BUSY, Facts, Rules, compare, derived, guideline, integer, number, shut_or_open
from tests.worlds import AT, loaded

Told = dict[tuple[object, object], list[Mapping[str, tuple[Interval, ...]]]]
WET: Facts = {"wet": {"type": "yes_no"}, "frost": {"type": "yes_no"}}
NEVER_BOTH: Tree = [{"wet": "yes", "frost": "yes"}]


def moves(found: DecisionComparison) -> Told:
    """By the two results the bounds of each group, by the key of a dimension; every group has an example."""
    assert all(group.example is not None for each in found.movements for group in each.groups)
    return {
        (each.before, each.after): [{bound.key: spans for bound, spans in group.bounds} for group in each.groups]
        for each in found.movements
    }


def assert_nobody_moves(before: RandomGuideline, after: RandomGuideline) -> DecisionComparison:
    found = compare(before, after)
    assert found.movements == ()
    return found


def test_whom_both_versions_call_impossible_is_nobody() -> None:
    """So that a group need not say that there is no frost."""
    rules = [shut_or_open("wet", "yes", "no"), shut_or_open("wet", "no", "yes")]
    found = compare(*(guideline(WET, each, NEVER_BOTH) for each in rules))
    assert moves(found) == {
        ("shut", "open"): [{"wet value": ((1, 1),)}],
        ("open", "shut"): [{"wet value": ((0, 0),)}],
    }


def test_whom_a_version_calls_impossible_has_no_other_result_in_it() -> None:
    few = {"one": {"when": {"wind": "< 2"}, "then": "shut"}}
    one = {"one": {"when": {"wind": "1"}, "then": "shut"}}
    facts: Facts = {"wind": integer("0", "2")}
    before, after = guideline(facts, few), guideline(facts, one, [{"wind": "0"}])
    assert moves(compare(before, after)) == {("shut", Refused.REFUSED): [{"wind value": ((0, 0),)}]}
    assert moves(compare(after, before)) == {(Refused.REFUSED, "shut"): [{"wind value": ((0, 0),)}]}


def test_who_leaves_the_range_of_a_formula_is_not_compared() -> None:
    facts = {**derived("cars + lorries"), "traffic": {**integer("0", "5"), "derived": _formulas("cars + lorries")}}
    rules: Mapping[str, Mapping[str, Tree]] = {"jam": {"when": {"cars": "3", "lorries": "3"}, "then": "shut"}}
    assert_nobody_moves(guideline(facts, {**BUSY, **rules}), guideline(facts, BUSY))


def test_a_fact_that_both_compute_otherwise_follows_by_the_first_way_of_each() -> None:
    rules = shut_or_open("traffic", ">= 2", "< 2")
    other = {**derived("cars"), "traffic": {**integer("0", "9"), "derived": _formulas("cars", "lorries")}}
    found = assert_nobody_moves(guideline(other, rules), guideline(derived("cars"), rules))
    assert found.found_apart == ("traffic",)
    assert_nobody_moves(guideline(derived("cars"), rules), guideline(other, rules))


def test_who_leaves_the_range_of_a_formula_states_nothing_against_it() -> None:
    """With a lorry the second version has no value, so that both compute the same of everybody."""
    rules = shut_or_open("traffic", ">= 2", "< 2")
    one, other = (
        {**derived("cars"), "traffic": {**integer("0", "3"), "derived": _formulas(formula)}}
        for formula in ("cars", "cars + 4*lorries")
    )
    found = assert_nobody_moves(guideline(one, rules), guideline(other, rules))
    assert not found.against_formulas


def _formulas(*formulas: str) -> list[Tree]:
    return [{"title": each, "formula": each} for each in formulas]


def test_a_fact_that_both_compute_alike_is_compared_as_computed() -> None:
    same = guideline(derived("cars + lorries"), BUSY)
    never = {"jam": {"when": {"traffic": "[1..3]", "cars": "0", "lorries": "0"}, "then": "shut"}}
    found = assert_nobody_moves(same, guideline(derived("cars + lorries"), {**never, **BUSY}))
    assert found.against_formulas
    assert compare(same, same).is_proved_for_all


def test_a_fact_that_one_version_alone_computes_is_compared_as_given() -> None:
    facts = derived("cars + lorries")
    stated: Facts = {**facts, "traffic": integer("0", "9")}
    rules = shut_or_open("traffic", ">= 7", "< 7")
    found = compare(guideline(facts, rules), guideline(stated, BUSY))
    assert moves(found) == {("open", "shut"): [{"traffic value": ((4, 6),)}]}
    assert not found.against_formulas


def test_a_fact_has_one_value_in_both_versions() -> None:
    rules = shut_or_open("wet", "yes", "no")
    assert assert_nobody_moves(guideline(WET, rules), guideline(WET, rules)).is_proved_for_all


def chilled(rules: Mapping[str, Mapping[str, Tree]]) -> RandomGuideline:
    """One that computes with tenths."""
    facts: Facts = {
        "wind": number("-1", "1", 1),
        "chill": {**number("-9", "9", 2), "derived": _formulas("2*wind")},
    }
    return guideline(facts, rules)


@pytest.mark.parametrize(("chill", "wind"), [("0.6", "0.3"), ("-0.6", "-0.3")])
def test_a_value_that_one_version_computes_with_is_the_one_that_the_other_tests(chill: str, wind: str) -> None:
    doubled = chilled(shut_or_open("chill", f"<= {chill}", f"> {chill}"))
    tested = guideline({"wind": number("-1", "1", 1)}, shut_or_open("wind", f"<= {wind}", f"> {wind}"))
    assert_nobody_moves(doubled, tested)
    assert_nobody_moves(tested, doubled)


@pytest.mark.parametrize(("chill", "first"), [("0.4", "0.25"), ("-0.4", "-0.14"), ("0", "0.05")])
def test_a_finer_value_is_rounded_for_the_version_that_counts_it_coarser(chill: str, first: str) -> None:
    """The other tests hundredths where they round across what the one tests."""
    coarse = chilled(shut_or_open("chill", f"<= {chill}", f"> {chill}"))
    fine = guideline({"wind": number("-1", "1", 2)}, shut_or_open("wind", f"< {first}", f">= {first}"))
    assert_nobody_moves(coarse, fine)
    assert_nobody_moves(fine, coarse)


@pytest.mark.parametrize(
    ("formula", "high", "is_refusing"),
    [
        ("cars + lorries", "5", True),
        ("cars + lorries", "6", False),
        ("cars - lorries", "6", True),
        ("max(cars, lorries)", "6", True),
    ],
)
def test_what_one_version_alone_computes_may_make_it_refuse_whom_the_other_answers(
    formula: str, high: str, is_refusing: bool
) -> None:
    """Its rule changes no answer, but whoever has three of both is refused where traffic of six is out of range."""
    facts: Facts = {**derived(formula), "traffic": {**integer("0", high), "derived": _formulas(formula)}}
    rules = {**shut_or_open("cars", "> 0", "0"), "none": {"when": {"lorries": "3", "cars": "0"}, "then": "open"}}
    more = {**rules, "busy": {"when": {"traffic": "> 0", "cars": "> 0"}, "then": "shut"}}
    for pair in ((rules, more), (more, rules)):
        found = assert_nobody_moves(*(guideline(facts, each) for each in pair))
        assert found.refusing_apart == (("traffic",) if is_refusing else ())
        assert found.is_proved_for_all is not is_refusing
    for each, is_refused in ((rules, False), (more, is_refusing and formula == "cars + lorries")):
        with loaded(guideline(facts, each)) as engine:
            given = read_facts(engine, {"cars": "3", "lorries": "3"})
            with pytest.raises(InputRejected) if is_refused else nullcontext():
                assert decide(engine, "opening", given, at=AT).outcome == "shut"


@pytest.mark.parametrize(
    ("before", "after", "is_refusing", "refuses_more"),
    [
        (None, "cars + lorries", True, True),
        ("cars + lorries", None, True, False),
        ("cars + lorries", "cars - lorries", True, True),
        ("cars + lorries", "cars + lorries", False, False),
        (None, "max(cars, lorries)", True, True),
    ],
)
def test_a_version_that_computes_in_its_own_way_may_refuse_whom_the_other_answers(
    before: str | None, after: str | None, is_refusing: bool, refuses_more: bool
) -> None:
    """Both test the traffic, of which the answer does not depend."""
    rules = {**shut_or_open("cars", "> 0", "0"), "busy": {"when": {"traffic": "> 0", "cars": "> 0"}, "then": "shut"}}

    def version(formula: str | None) -> RandomGuideline:
        ways = {"derived": _formulas(formula)} if formula else {"question": "How busy?"}
        return guideline({**derived("cars + lorries"), "traffic": {**integer("0", "5"), **ways}}, rules)

    found = assert_nobody_moves(version(before), version(after))
    assert found.refusing_apart == (("traffic",) if is_refusing else ())
    assert (found.is_proved_for_all, found.refuses_more) == (not is_refusing and before == after, refuses_more)


def test_an_example_that_a_formula_refuses_beside_what_is_impossible_is_no_fault() -> None:
    """With a wind of 5 the chill leaves its range, beside being impossible."""
    chill: Tree = {**integer("0", "4"), "derived": [{"title": "chill", "formula": "max(wind, 0)"}]}  # type: ignore[dict-item]
    facts: Facts = {"wind": integer("0", "6"), "wet": {"type": "yes_no"}, "chill": chill}
    strong: Tree = {"wind": ">= 5", "wet": "yes"}
    rules: Rules = {
        "one": {"when": strong, "then": "shut"},
        "other": {"when": {"not": {"all": [{"wind": ">= 5"}, {"wet": "yes"}]}}, "then": "open"},
    }
    found = compare(guideline(facts, rules), guideline(facts, rules, [{"wet": "yes", "chill": "2"}]))
    examples = {each.before: [group.example is not None for group in each.groups] for each in found.movements}
    assert {each.after for each in found.movements} == {Refused.REFUSED}
    assert examples == {"shut": [False], "open": [True]}
