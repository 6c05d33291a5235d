"""The oracle against answers worked out by hand: a harness that others lean on needs ground of its own."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pytest

from tests.oracle import Answer, Given, Tree, accepted, answer, computed, is_linear, parsed, read_fact, rounded

YES_NO: dict[str, Tree] = {"type": "yes_no"}
GRIP: dict[str, Tree] = {"type": "number", "decimals": "1", "range": ["0", "1.2"]}
LANES: dict[str, Tree] = {"type": "integer", "range": ["-2", "4"]}
SKY: dict[str, Tree] = {"type": "choice", "choices": {"none": "clear", "rain": "rain", "snow": "snow"}}


def decided(facts: Mapping[str, Tree], rules: Mapping[str, Tree], patient: Mapping[str, Given], **more: Tree) -> Answer:
    decision: Tree = {
        "outcomes": {"closed": {}, "slow": {}, "open": {}},
        "findings": {"glazed": "Glazed", "exposed": "Exposed"},
        "rules": rules,
    }
    return answer({"facts": facts, **more}, decision, patient)


def when(then: Tree | None, **entries: Tree) -> Tree:
    return {"when": entries} if then is None else {"when": entries, "then": then}


@pytest.mark.parametrize(
    ("test", "met"),
    [
        ("0.5", "0.5"),
        ("0.50", "0.5"),
        ("< 0.2", "0 0.1"),
        ("<=0.2", "0 0.1 0.2"),
        ("> 1", "1.1 1.2"),
        (">= 1.1", "1.1 1.2"),
        ("[0.2..0.4]", "0.2 0.3 0.4"),
        ("(0.2..0.4]", "0.3 0.4"),
        ("[0.2..0.4)", "0.2 0.3"),
        ("]0.2 .. 0.4[", "0.3"),
        ("(0.2..0.4[", "0.3"),
        ("< 0.1, 0.7, > 1.1", "0 0.7 1.2"),
        (["< 0.1", "0.7, 0.8"], "0 0.7 0.8"),
        ("not(> 0.1)", "0 0.1"),
        ("not(< 0.4, [0.5..1.2])", "0.4"),
        (["0.4", "not(<= 1.1)"], "0.4 1.2"),
    ],
)
def test_a_numeric_test_accepts_exactly_its_grid_values(test: Tree, met: str) -> None:
    assert accepted(test, read_fact(GRIP)) == {Fraction(value) for value in met.split()}


def test_tests_on_names_and_on_yes_and_no() -> None:
    assert accepted("rain", read_fact(SKY)) == {"rain"}
    assert accepted(["none", "rain"], read_fact(SKY)) == accepted("not(snow)", read_fact(SKY)) == {"none", "rain"}
    assert accepted("true", read_fact(YES_NO)) == accepted("not(no)", read_fact(YES_NO)) == {True}


def test_rounding_is_half_away_from_zero() -> None:
    assert [rounded(Fraction(text), 1) for text in ("0.25", "-0.25", "0.249", "-0.04")] == [
        Fraction("0.3"),
        Fraction("-0.3"),
        Fraction("0.2"),
        0,
    ]


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("0.5*a + 0.25*b", "2"),
        ("a - b - 1", "0"),
        ("2*(a - b)/4", "0.5"),
        ("-a + 1", "-2"),
        ("sqrt(a + 1) + abs(b - a)", "3"),
        ("min(a, b, 0.1)*max(a, b)", "0.3"),
        ("ln(b - 1) + sqrt(b/8)", "0.5"),
        ("1/a + 1/a + 1/a", "1"),
    ],
)
def test_formulas_are_exact(formula: str, value: str) -> None:
    assert computed(formula, {"a": Fraction(3), "b": Fraction(2)}) == Fraction(value)


def test_roots_and_logarithms_carry_fifty_digits() -> None:
    assert round(computed("ln(2)", {}) * 10**30) == 693147180559945309417232121458
    assert round(computed("sqrt(2)", {}) * 10**30) == 1414213562373095048801688724210


def test_what_counts_as_linear() -> None:
    linear = ("a", "0.5*a + b*2 - 1", "(a - b)/3", "-(a + 1)*2", "(1 + 2)*a/(2 + 2)")
    others = ("a*b", "a/b", "1/a", "sqrt(a)", "a + min(a, b)", "a*(b + 1)", "min(a, b)*2", "2*abs(a)")
    assert [is_linear(parsed(formula)) for formula in linear + others] == [True] * 5 + [False] * 8


def test_the_first_listed_outcome_stands_and_overrides_the_rest() -> None:
    rules: dict[str, Tree] = {
        "dry": when("open", sky="none"),
        "iced": when("closed", grip="< 0.3"),
        "wary": when("slow", grip="< 0.9"),
    }
    given: Mapping[str, Given] = {"sky": "none", "grip": "0.24"}
    values: Mapping[str, str | Fraction] = {"sky": "none", "grip": Fraction("0.2")}
    assert decided({"sky": SKY, "grip": GRIP}, rules, given) == Answer(
        "concluded", "closed", ("closed",), False, ("dry", "iced", "wary"), FINDINGS_OFF, ("open", "slow"), {}, values
    )
    assert decided({"sky": SKY, "grip": GRIP}, rules, {**given, "grip": "0.25"}).outcome == "slow"


FINDINGS_OFF = {"glazed": False, "exposed": False}


def test_a_case_split_concludes_though_no_rule_fires() -> None:
    rules: dict[str, Tree] = {"low": when("slow", grip="< 0.5"), "high": when("slow", grip=">= 0.5")}
    assert decided({"grip": GRIP}, rules, {}) == Answer(
        "concluded", "slow", ("slow",), findings=FINDINGS_OFF, values={"grip": None}
    )


def test_completions_that_differ_need_information() -> None:
    rules: dict[str, Tree] = {"low": when("closed", grip="< 0.5"), "dry": when("open", sky="none", grip="> 1")}
    facts: dict[str, Tree] = {"grip": GRIP, "sky": SKY}
    assert decided(facts, rules, {"sky": None}) == Answer(
        "needs_information", None, ("closed", "open"), True, findings=FINDINGS_OFF, values={"grip": None, "sky": None}
    )
    assert decided(facts, rules, {"sky": "rain", "grip": "0.5"}) == Answer(
        "not_covered", findings=FINDINGS_OFF, values={"grip": Fraction("0.5"), "sky": "rain"}
    )


def test_an_unknown_finding_is_neither_held_nor_denied() -> None:
    rules: dict[str, Tree] = {
        "a": when("glazed", grip="< 0.5"),
        "b": {"when": {"salted": "no"}, "unless": {"glazed": "no"}, "then": ["exposed", "slow"]},
        "c": when(None, glazed="no"),
    }
    found = decided({"grip": GRIP, "salted": YES_NO}, rules, {"salted": False})
    assert (found.fired, found.findings) == ((), {"glazed": None, "exposed": None})
    found = decided({"grip": GRIP, "salted": YES_NO}, rules, {"salted": "no", "grip": "0.2"})
    assert (found.fired, found.outcome) == (("a", "b"), "slow")
    found = decided({"grip": GRIP, "salted": YES_NO}, rules, {"salted": "no", "grip": "0.5"})
    assert (found.fired, found.status, found.findings) == (("c",), "not_covered", FINDINGS_OFF)


DROP: dict[str, Tree] = {
    "type": "number",
    "decimals": "1",
    "range": ["-1.2", "1.2"],
    "derived": [{"formula": "before - after"}],
}
BEFORE_AND_AFTER: dict[str, Tree] = {"before": GRIP, "after": GRIP, "drop": DROP}


def test_a_linear_formula_counts_exactly() -> None:
    rules: dict[str, Tree] = {"fell": when("closed", drop=">= 0.6"), "held": when("open", drop="< 0.6")}
    assert decided(BEFORE_AND_AFTER, rules, {"before": "1.0", "after": "0.4"}).outcome == "closed"
    assert decided(BEFORE_AND_AFTER, rules, {"before": "0.5"}).outcome == "open"
    assert decided(BEFORE_AND_AFTER, rules, {"before": "0.6"}).possible == ("closed", "open")
    assert decided(BEFORE_AND_AFTER, rules, {"before": "0.5", "drop": "0.7"}).outcome == "closed"


def test_other_formulas_count_as_any_value_of_the_range() -> None:
    facts: dict[str, Tree] = {**BEFORE_AND_AFTER, "drop": {**DROP, "derived": [{"formula": "min(before, after)"}]}}
    rules: dict[str, Tree] = {"fell": when("closed", drop=">= 0.6"), "held": when("open", drop="< 0.6")}
    assert decided(facts, rules, {"before": "0.5"}).possible == ("closed", "open")
    assert decided(facts, rules, {"before": "0.5", "after": "1"}).outcome == "open"


def test_one_formula_that_is_not_linear_frees_the_fact() -> None:
    either: Tree = [{"formula": "before - 0.6"}, {"formula": "before*after"}]
    facts: dict[str, Tree] = {**BEFORE_AND_AFTER, "drop": {**DROP, "derived": either}}
    rules: dict[str, Tree] = {"fell": when("closed", drop=">= 0.7"), "held": when("open", drop="< 0.7")}
    assert decided(facts, rules, {"after": "0"}).possible == ("closed", "open")


def test_a_range_bites_on_what_is_derived() -> None:
    facts: dict[str, Tree] = {**BEFORE_AND_AFTER, "drop": {**DROP, "range": ["0", "0.2"]}}
    rules: dict[str, Tree] = {
        "low": when("closed", before="< 0.9", drop=">= 0"),
        "high": when("open", before=">= 0.9", drop=">= 0"),
    }
    assert decided(facts, rules, {"after": "0.9"}).outcome == "open"
    assert decided(facts, rules, {"after": "0.9", "before": "0.3"}).status == "input_error"
    facts["after"] = {**LANES, "range": ["2", "4"]}
    assert decided(facts, rules, {}).status == "contradictory"


def test_any_of_several_derivations_may_be_the_one() -> None:
    lanes: Tree = {"type": "integer", "range": ["-4", "4"], "derived": [{"formula": "left"}, {"formula": "0 - right"}]}
    facts: dict[str, Tree] = {
        "left": {**LANES, "range": ["1", "2"]},
        "right": {**LANES, "range": ["1", "3"]},
        "lanes": lanes,
    }
    rules: dict[str, Tree] = {
        "a": when("closed", lanes="> 2"),
        "b": when("slow", lanes="[-3..-1]"),
        "c": when("open", lanes="[1..2]"),
    }
    assert decided(facts, rules, {}).possible == ("open", "slow")
    assert decided(facts, rules, {"right": 2}).outcome == "slow"


def test_an_assumption_comes_last_and_feeds_derivations() -> None:
    facts: dict[str, Tree] = {
        **BEFORE_AND_AFTER,
        "before": {**LANES, "assume": "1"},
        "drop": {**DROP, "assume": "-1"},
    }
    rules: dict[str, Tree] = {"fell": when("closed", drop="0.6"), "rose": when("slow", drop="-1")}
    assert decided(facts, rules, {"after": "0.4"}).outcome == "closed"
    assert decided(facts, rules, {}).outcome == "slow"


def test_impossible_combinations_are_no_completions() -> None:
    facts: dict[str, Tree] = {"sky": SKY, "grip": GRIP}
    rules: dict[str, Tree] = {"snow": when("closed", sky="snow"), "else": when("slow", sky="not(snow)")}
    impossible: Tree = [{"when": {"sky": "not(snow)", "grip": "< 0.3"}}, {"when": {"grip": "0.9"}}]
    assert decided(facts, rules, {"grip": "0.2"}, impossible=impossible).outcome == "closed"
    assert decided(facts, rules, {"grip": "0.9"}, impossible=impossible).status == "contradictory"
    assert decided(facts, rules, {}, impossible=impossible).possible == ("closed", "slow")


@pytest.mark.parametrize("given", [{"grip": "1.25"}, {"grip": "dry"}, {"sky": "hail"}, {"lanes": "2.5"}, {"wind": 1}])
def test_what_cannot_be_given_is_an_input_error(given: Mapping[str, Given]) -> None:
    facts: dict[str, Tree] = {"grip": GRIP, "sky": SKY, "lanes": LANES}
    assert decided(facts, {"any": when("open", grip=">= 0")}, given).status == "input_error"


@pytest.mark.parametrize("formula", ["ln(lanes)", "1/lanes", "sqrt(lanes - 1)", "lanes + 1.25"])
def test_a_formula_without_a_value_in_range_is_an_input_error_where_it_matters(formula: str) -> None:
    facts: dict[str, Tree] = {"lanes": LANES, "grip": {**GRIP, "derived": [{"formula": formula}]}}
    assert decided(facts, {"any": when("open", grip=">= 0")}, {"lanes": 0}).status == "input_error"
    assert decided(facts, {"any": when("open", grip=">= 0")}, {"lanes": 0, "grip": 1}).status == "input_error"
    assert decided(facts, {"any": when("open", grip=">= 0")}, {"grip": 1}).outcome == "open"
    assert decided(facts, {"any": when("open", lanes=">= 0")}, {"lanes": 0}).outcome == "open"
