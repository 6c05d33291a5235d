"""The oracle on counting, scores and shared findings, against answers worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pytest

from tests.oracle import Answer, Given, Tree, answer

YES_NO: Tree = {"type": "yes_no"}
FACTS: dict[str, Tree] = {
    "salted": YES_NO,
    "bridge": YES_NO,
    "night": YES_NO,
    "lanes": {"type": "integer", "range": ["-2", "4"]},
    "sky": {"type": "choice", "choices": {"none": "clear", "rain": "rain", "snow": "snow"}},
}
OUTCOMES: Tree = {"closed": {}, "slow": {}, "open": {}}


def decided(
    rules: Mapping[str, Tree],
    patient: Mapping[str, Given],
    shared: Tree | None = None,
    impossible: Tree = (),
    **declared: Tree,
) -> Answer:
    decision: Tree = {"outcomes": OUTCOMES, "rules": rules, **declared}
    return answer({"facts": FACTS, "impossible": impossible}, decision, patient, shared)


def rule(then: Tree, **entries: Tree) -> Tree:
    return {"when": entries, "then": then}


def add(points: str, score: str = "danger") -> Tree:
    return {"add": points, "to": score}


def at_least(number: str, *parts: Tree) -> Tree:
    return {"n": number, "of": parts}


def between(**ends: tuple[int, int]) -> Mapping[str, tuple[Fraction, Fraction]]:
    return {score: (Fraction(low), Fraction(high)) for score, (low, high) in ends.items()}


THREE: tuple[Tree, ...] = ({"salted": "no"}, {"bridge": "yes"}, {"night": "yes"})


@pytest.mark.parametrize(
    ("number", "patient", "truth"),
    [
        ("1", {"salted": "yes"}, None),
        ("1", {"bridge": "yes"}, True),
        ("1", {"salted": "yes", "bridge": "no", "night": "no"}, False),
        ("2", {"bridge": "yes"}, None),
        ("2", {"bridge": "yes", "night": "yes"}, True),
        ("2", {"bridge": "no"}, None),
        ("2", {"bridge": "no", "night": "no"}, False),
        ("2", {"bridge": "no", "night": "yes"}, None),
        ("3", {"bridge": "yes", "night": "yes"}, None),
        ("3", {"night": "no"}, False),
        ("3", {"salted": "no", "bridge": "yes", "night": "yes"}, True),
    ],
)
def test_at_least_counts_what_is_true_and_what_still_may_be(
    number: str, patient: Mapping[str, Given], truth: bool | None
) -> None:
    rules = {"count": rule("risky", at_least=at_least(number, *THREE))}
    assert decided(rules, patient, findings={"risky": "Risky"}).findings == {"risky": truth}


def test_a_condition_listed_twice_counts_twice() -> None:
    rules = {"count": rule("closed", at_least=at_least("2", THREE[0], THREE[0], THREE[1]))}
    assert decided(rules, {"salted": "no"}).fired == ("count",)
    assert decided(rules, {"bridge": "yes"}).possible == ("closed",)
    assert decided(rules, {"salted": "yes"}).status == "not_covered"


def test_what_is_unknown_for_counting_may_be_certain_for_completions() -> None:
    rules = {"count": rule("closed", at_least=at_least("1", {"night": "yes"}, {"night": "no"}))}
    found = decided(rules, {})
    assert (found.status, found.outcome, found.fired) == ("concluded", "closed", ())


def test_counting_under_unless_and_not_and_inside_counting() -> None:
    inner: Tree = {"at_least": at_least("2", *THREE)}
    rules: dict[str, Tree] = {
        "few": {"when": {"salted": "no"}, "unless": inner, "then": "open"},
        "many": rule("closed", at_least=at_least("2", inner, {"not": {"sky": "none"}})),
    }
    assert decided(rules, {"salted": "no", "bridge": "no", "night": "no"}).outcome == "open"
    assert decided(rules, {"salted": "no", "bridge": "yes", "sky": "snow"}).outcome == "closed"
    assert decided(rules, {"salted": "no", "sky": "rain"}).possible == ("closed", "open")


def test_counting_among_impossible_combinations() -> None:
    rules = {"dark": rule("closed", night="yes"), "light": rule("open", night="no")}
    impossible: Tree = [{"when": {"at_least": at_least("2", *THREE)}}]
    assert decided(rules, {"bridge": "yes"}, impossible=impossible).outcome == "open"
    assert decided(rules, {"bridge": "yes", "salted": "no"}, impossible=impossible).status == "contradictory"


DANGER: Tree = {"danger": {"title": "Danger", "range": ["-2", "5"]}}
ADDING: dict[str, Tree] = {
    "many_lanes": rule(add("3"), lanes=">= 3"),
    "few_lanes": rule(add("1"), lanes="[1..2]"),
    "salt": rule(add("-2"), salted="yes"),
    "snow": rule(add("2"), sky="snow"),
    "bridge_counts_nothing": rule(add("0"), bridge="yes"),
}


@pytest.mark.parametrize(
    ("patient", "low", "high"),
    [
        ({"lanes": 3, "salted": "yes", "sky": "snow"}, 3, 3),
        ({"lanes": 3}, 1, 5),
        ({"lanes": 3, "salted": "no"}, 3, 5),
        ({"lanes": 0, "sky": "none"}, -2, 0),
        ({"salted": "no", "sky": "none"}, 0, 4),
        ({}, -2, 5),
    ],
)
def test_a_score_lies_between_what_is_given_and_what_is_open(patient: Mapping[str, Given], low: int, high: int) -> None:
    assert decided(ADDING, patient, scores=DANGER).scores == between(danger=(low, high))


def test_points_of_zero_are_a_rule_that_fires() -> None:
    found = decided(ADDING, {"lanes": 3, "salted": "no", "sky": "rain", "bridge": "yes"}, scores=DANGER)
    assert (found.fired, found.scores) == (("bridge_counts_nothing", "many_lanes"), between(danger=(3, 3)))


@pytest.mark.parametrize(
    ("test", "truth"),
    [
        (">= 1", True),
        ("not(< 1)", True),
        ("[1..2), [2..5]", True),
        (["< 3", ">= 3"], True),
        ("< 1", False),
        ("not(>= 1)", False),
        ("-2, 0", False),
        (">= 2", None),
        ("3", None),
        ("not(3)", None),
        (["1", "5"], None),
    ],
)
def test_a_test_on_an_open_score_looks_at_all_it_may_be(test: Tree, truth: bool | None) -> None:
    rules = {**ADDING, "look": rule("risky", danger=test)}
    assert decided(rules, {"lanes": 3}, scores=DANGER, findings={"risky": "Risky"}).findings == {"risky": truth}


def test_a_score_that_no_completion_has_decides_nothing() -> None:
    rules = {**ADDING, "two": rule("closed", danger="2"), "other": rule("open", danger="not(2)")}
    found = decided(rules, {"salted": "no", "sky": "none"}, scores=DANGER)
    assert (found.status, found.outcome, found.fired, found.scores) == ("concluded", "open", (), between(danger=(0, 4)))
    assert decided(rules, {"salted": "no"}, scores=DANGER).possible == ("closed", "open")


def test_bands_that_cover_every_value_let_the_range_leave_zero_out() -> None:
    rules: dict[str, Tree] = {
        "narrow": rule(add("1"), lanes="< 0"),
        "wide": rule(add("2"), lanes="[0..3)"),
        "wider": rule([add("3"), "slow"], lanes=">= 3"),
        "tell": rule("closed", danger=">= 1"),
    }
    scores: Tree = {"danger": {"range": ["1", "3"]}}
    found = decided(rules, {}, scores=scores)
    assert (found.outcome, found.fired, found.scores) == ("closed", ("tell",), between(danger=(1, 3)))
    assert decided(rules, {"lanes": 4}, scores=scores).overridden == ("slow",)


def test_points_as_fine_as_the_decimals() -> None:
    rules = {
        "salt": rule(add("-0.25"), salted="yes"),
        "bridge": rule(add("0.5"), bridge="yes"),
        "high": rule("closed", danger="> 0.25"),
    }
    scores: Tree = {"danger": {"range": ["-1", "1"], "decimals": "2"}}
    found = decided(rules, {"bridge": True}, scores=scores)
    assert found.scores == {"danger": (Fraction("0.25"), Fraction("0.5"))}
    assert (found.status, found.may_be_not_covered) == ("needs_information", True)
    assert decided(rules, {"bridge": True, "salted": False}, scores=scores).outcome == "closed"


def test_scores_findings_and_scores_rest_on_one_another() -> None:
    rules: dict[str, Tree] = {
        "total": rule([add("1", "total"), "closed"], risky="yes"),
        "risk": rule(["risky", add("2", "total")], danger=">= 2"),
        "base": rule(add("1", "total"), bridge="yes"),
        **ADDING,
        "low": rule("open", total="<= 1"),
    }
    scores: Tree = {"danger": {"range": ["-2", "5"]}, "total": {"range": ["0", "4"]}}
    found = decided(rules, {"lanes": 4, "salted": "no", "sky": "rain"}, scores=scores, findings={"risky": "Risky"})
    assert (found.outcome, found.findings) == ("closed", {"risky": True})
    assert found.scores == between(danger=(3, 3), total=(3, 4))
    found = decided(rules, {"lanes": 0, "sky": "rain"}, scores=scores, findings={"risky": "Risky"})
    assert (found.outcome, found.scores) == ("open", between(danger=(-2, 0), total=(0, 1)))
    found = decided(rules, {"lanes": 0}, scores=scores, findings={"risky": "Risky"})
    assert (found.possible, found.scores) == (("closed", "open"), between(danger=(-2, 2), total=(0, 4)))


SHARED: Tree = {
    "findings": {"glazed": "Glazed", "hidden": "Hidden", "unused": "Unused"},
    "scores": {"weather": {"range": ["0", "3"]}, "unused_points": {"range": ["0", "1"]}},
    "rules": {
        "snowy": rule([add("2", "weather"), "hidden"], sky="snow"),
        "dark": rule(add("1", "weather"), night="yes"),
        "iced": rule("glazed", weather=">= 2"),
        "covered": rule("hidden", lanes="4"),
        "for_others": rule(["unused", add("1", "unused_points")], salted="yes"),
    },
}


def test_a_decision_takes_of_the_shared_findings_what_it_needs() -> None:
    rules = {"shut": rule("closed", glazed="yes"), "else": rule("open", glazed="no")}
    found = decided(rules, {"sky": "snow"}, SHARED)
    assert (found.outcome, found.fired) == ("closed", ("iced", "shut", "snowy"))
    assert (found.findings, found.scores) == ({"glazed": True, "hidden": True}, between(weather=(2, 3)))
    assert found.values == {"sky": "snow", "night": None, "lanes": None}


def test_a_decision_that_tests_no_shared_finding_takes_none() -> None:
    found = decided({"shut": rule("closed", bridge="yes")}, {"bridge": "yes", "salted": "yes"}, SHARED)
    assert (found.fired, found.findings, found.scores, found.values) == (("shut",), {}, {}, {"bridge": True})


def test_own_findings_and_scores_rest_on_shared_ones() -> None:
    rules: dict[str, Tree] = {
        "add_weather": rule(add("1"), weather="3"),
        "points": rule(add("1"), unused_points="1"),
        "shut": rule("closed", danger="2"),
        "slow": rule("slow", danger="1"),
    }
    scores: Tree = {"danger": {"range": ["0", "2"]}}
    found = decided(rules, {"sky": "snow", "night": "yes"}, SHARED, scores=scores)
    assert (found.possible, found.fired) == (("closed", "slow"), ("add_weather", "dark", "snowy"))
    assert found.scores == between(danger=(1, 2), weather=(3, 3), unused_points=(0, 1))
    assert found.findings == {"hidden": True, "unused": None}
