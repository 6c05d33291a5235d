"""The oracle on facts that other guidelines decide, against answers worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.oracle import Answer, Given, Tree, Trees, answer

YES_NO: Tree = {"type": "yes_no"}
WIND: dict[str, Tree] = {"type": "integer", "range": ["0", "9"]}


def rule(then: Tree, **entries: Tree) -> Tree:
    return {"when": entries, "then": then}


def station(wind: Tree = WIND, facts: Mapping[str, Tree] | None = None, **more: Tree) -> Trees:
    """Red from 7, amber from 4, and no answer below."""
    alarm: Tree = {
        "outcomes": {"red": {}, "amber": {}},
        "rules": {"strong": rule("red", wind=">= 7"), "fresh": rule("amber", wind=">= 4")},
    }
    return Trees({"facts": {"wind": wind, "gusts": YES_NO, **(facts or {})}, **more}, {"alarm": alarm})


def level(*ways: Tree, **more: Tree) -> dict[str, Tree]:
    choices: Tree = {"low": "low", "amber": "middle", "high": "high"}
    return {"type": "choice", "choices": choices, "from": ways or ALARM, "otherwise": "low", **more}


def way(guideline: str, decision: str, outcomes: Tree, **more: Tree) -> Tree:
    return {"guideline": guideline, "version": "1.0.0", "decision": decision, "outcomes": outcomes, **more}


ALARM = way("station", "alarm", {"red": "high"})
ROAD: Tree = {
    "outcomes": {"closed": {}, "slow": {}, "open": {}},
    "rules": {
        "high": rule("closed", level="high"),
        "middle": rule("slow", level="amber"),
        "low": rule("open", level="low"),
    },
}


def decided(
    patient: Mapping[str, Given],
    facts: Mapping[str, Tree],
    decision: Tree = ROAD,
    impossible: Tree = (),
    **guidelines: Trees,
) -> Answer:
    return answer({"facts": facts, "impossible": impossible}, decision, patient, None, {**guidelines})


@pytest.mark.parametrize(
    ("wind", "value", "outcome"),
    [(9, "high", "closed"), (7, "high", "closed"), (4, "amber", "slow"), (3, "low", "open")],
)
def test_an_imported_decision_gives_the_value(wind: int, value: str, outcome: str) -> None:
    found = decided({"wind": wind}, {"level": level()}, station=station())
    assert (found.status, found.outcome, found.values) == ("concluded", outcome, {"wind": wind, "level": value})


def test_a_decision_that_needs_information_leaves_the_fact_unknown() -> None:
    found = decided({}, {"level": level()}, station=station())
    assert (found.status, found.possible) == ("needs_information", ("closed", "open", "slow"))
    assert (found.may_be_not_covered, found.values) == (False, {"wind": None, "level": None})


def test_a_given_value_comes_first_and_an_assumed_one_last() -> None:
    facts = {"level": level(assume="amber")}
    assert decided({"wind": 8, "level": "low"}, facts, station=station()).outcome == "open"
    assert decided({"wind": 8}, facts, station=station()).outcome == "closed"
    assert decided({}, facts, station=station()).outcome == "slow"


def test_only_the_facts_of_the_decision_join() -> None:
    assert decided({"gusts": "yes"}, {"level": level()}, station=station()).status == "input_error"
    assert decided({"wind": 10}, {"level": level()}, station=station()).status == "input_error"


def test_the_facts_of_both_are_the_same_in_every_completion() -> None:
    facts = {"level": level()}
    contrary: Tree = {"outcomes": {"closed": {}}, "rules": {"never": rule("closed", level="high", wind="< 7")}}
    assert decided({}, facts, contrary, station=station()).status == "not_covered"
    assert decided({"level": "high"}, facts, contrary, station=station()).status == "needs_information"


WIND_BY_VANE: Tree = {**WIND, "derived": [{"formula": "vane"}]}
VANE: Mapping[str, Tree] = {"vane": {"type": "integer", "range": ["7", "9"]}}


def test_a_fact_of_the_same_name_counts_as_we_declare_it() -> None:
    facts: dict[str, Tree] = {
        "level": level(),
        "wind": {**WIND, "derived": [{"formula": "beaufort"}]},
        "beaufort": WIND,
    }
    imported = station({**WIND, "assume": "9", "derived": [{"formula": "vane"}]}, VANE)
    assert decided({"beaufort": 8}, facts, station=imported).outcome == "closed"
    assert decided({}, facts, station=imported).possible == ("closed", "open", "slow")
    assert decided({"vane": 8}, facts, station=imported).status == "input_error"


def test_a_fact_by_another_name_of_ours() -> None:
    bound = way("station", "alarm", {"red": "high"}, facts={"wind": "our_wind"})
    facts: dict[str, Tree] = {"level": level(bound), "our_wind": {**WIND, "assume": "5"}}
    assert decided({"our_wind": 8}, facts, station=station()).outcome == "closed"
    found = decided({}, facts, station=station())
    assert (found.outcome, found.values) == ("slow", {"our_wind": 5, "level": "amber"})
    assert decided({"wind": 8}, facts, station=station()).status == "input_error"


def test_a_fixed_value_asks_nobody() -> None:
    fixed = way("station", "alarm", {"red": "high"}, values={"wind": "5"})
    found = decided({}, {"level": level(fixed)}, station=station(WIND_BY_VANE, VANE))
    assert (found.outcome, found.values) == ("slow", {"level": "amber"})


def test_a_fact_that_joins_brings_its_derivations_and_its_assumption() -> None:
    found = decided({"vane": 8}, {"level": level()}, station=station(WIND_BY_VANE, VANE))
    assert (found.outcome, found.values) == ("closed", {"vane": 8, "wind": 8, "level": "high"})
    assert decided({}, {"level": level()}, station=station({**WIND, "assume": "4"})).outcome == "slow"


def test_what_joins_binds_the_imported_decision_by_itself_and_what_is_ours_does_not() -> None:
    found = decided({}, {"level": level()}, station=station(WIND_BY_VANE, VANE))
    assert (found.outcome, found.fired, found.values["level"]) == ("closed", ("high",), "high")
    found = decided({}, {"level": level(), "wind": WIND_BY_VANE, **VANE}, station=station())
    assert (found.outcome, found.fired, found.values["level"]) == ("closed", (), None)


def test_the_impossible_entries_of_the_imported_decision_join() -> None:
    imported = station(impossible=[{"when": {"gusts": "yes", "wind": "< 7"}}])
    found = decided({"gusts": "yes"}, {"level": level()}, station=imported)
    assert (found.outcome, found.values) == ("closed", {"gusts": True, "wind": None, "level": "high"})
    assert decided({"gusts": "yes", "wind": 3}, {"level": level()}, station=imported).status == "contradictory"
    bound = way("station", "alarm", {"red": "high"}, facts={"wind": "our_wind"}, values={"gusts": "yes"})
    found = decided({}, {"level": level(bound), "our_wind": WIND}, station=imported)
    assert (found.outcome, found.values) == ("closed", {"our_wind": None, "level": "high"})


def test_our_impossible_entries_count_in_completions_only() -> None:
    facts: dict[str, Tree] = {"level": level(), "salted": YES_NO}
    impossible: Tree = [{"when": {"salted": "yes", "wind": "< 7"}}]
    found = decided({"salted": "yes"}, facts, impossible=impossible, station=station())
    assert (found.outcome, found.values["level"]) == ("closed", None)
    impossible = [{"when": {"level": "not(high)"}}]
    assert decided({"wind": 3}, facts, impossible=impossible, station=station()).status == "contradictory"
    assert decided({}, facts, impossible=impossible, station=station()).outcome == "closed"


OFFICE = Trees(
    {"facts": {"traffic": {"type": "integer", "range": ["0", "2"]}}},
    {
        "rush": {
            "outcomes": {"amber": {}, "high": {}},
            "rules": {"calm": rule("amber", traffic="< 2"), "jam": rule("high", traffic="2")},
        }
    },
)


def test_several_imports_are_tried_in_order() -> None:
    facts = {"level": level(ALARM, way("office", "rush", {}))}
    assert decided({"wind": 5, "traffic": 2}, facts, station=station(), office=OFFICE).outcome == "slow"
    assert decided({"traffic": 2}, facts, station=station(), office=OFFICE).outcome == "closed"
    assert decided({"wind": 3, "traffic": 2}, facts, station=station(), office=OFFICE).outcome == "open"
    other_order = {"level": level(way("office", "rush", {}), ALARM)}
    assert decided({"wind": 3, "traffic": 2}, other_order, station=station(), office=OFFICE).outcome == "closed"


def test_in_a_completion_any_of_the_imports_may_be_the_one() -> None:
    facts = {"level": level(ALARM, way("office", "rush", {}))}
    windless: Tree = [{"when": {"wind": ">= 4"}}]
    found = decided({}, facts, impossible=windless, station=station(), office=OFFICE)
    assert found.possible == ("closed", "open", "slow")
    no_jam: Tree = [{"when": {"wind": ">= 4"}}, {"when": {"traffic": "2"}}]
    found = decided({}, facts, impossible=no_jam, station=station(), office=OFFICE)
    assert found.possible == ("open", "slow")


def test_outcomes_that_mean_the_same_need_not_be_told_apart() -> None:
    shown = way("station", "alarm", {"red": "amber"})
    facts = {"level": level(shown, otherwise="amber")}
    found = decided({}, facts, station=station())
    assert (found.status, found.outcome, found.fired, found.values["level"]) == ("concluded", "slow", (), None)


def test_yes_no_and_scores_and_shared_findings_of_the_imported_guideline() -> None:
    score: Tree = {
        "outcomes": {"bad": {}, "good": {}},
        "findings": {"level": "Not our level"},
        "rules": {"bad": rule("bad", points=">= 2"), "good": rule("good", level="no", points="< 2")},
    }
    shared: Tree = {
        "scores": {"points": {"range": ["0", "3"]}},
        "rules": {
            "windy": rule({"add": "1", "to": "points"}, wind="> 5"),
            "gusty": rule({"add": "2", "to": "points"}, gusts="yes"),
        },
    }
    imported = Trees({"facts": {"wind": WIND, "gusts": YES_NO}}, {"score": score}, shared)
    facts: dict[str, Tree] = {"rough": {"type": "yes_no", "from": way("sea", "score", {"bad": "yes", "good": "no"})}}
    decision: Tree = {
        "outcomes": {"closed": {}, "open": {}},
        "rules": {"rough": rule("closed", rough="yes"), "calm": rule("open", rough="no")},
    }
    found = decided({"gusts": "yes"}, facts, decision, sea=imported)
    assert (found.outcome, found.fired, found.findings, found.scores) == ("closed", ("rough",), {}, {})
    assert decided({"gusts": "no"}, facts, decision, sea=imported).outcome == "open"
    assert decided({"wind": 9}, facts, decision, sea=imported).values == {"wind": 9, "gusts": None, "rough": None}


REGION = Trees(
    {"facts": {"alarm": level()}},
    {
        "state": {
            "outcomes": {"bad": {}, "good": {}},
            "rules": {"bad": rule("bad", alarm="high"), "good": rule("good", alarm="not(high)")},
        }
    },
)
STATE = way("region", "state", {"bad": "high", "good": "amber"})


def test_an_imported_decision_may_rest_on_an_imported_one() -> None:
    found = decided({"wind": 8}, {"level": level(STATE)}, region=REGION, station=station())
    assert (found.outcome, found.values) == ("closed", {"wind": 8, "alarm": "high", "level": "high"})
    assert decided({"wind": 1}, {"level": level(STATE)}, region=REGION, station=station()).outcome == "slow"
    assert (
        decided({"wind": 8, "alarm": "low"}, {"level": level(STATE)}, region=REGION, station=station()).outcome
        == "slow"
    )
    assert decided({}, {"level": level(STATE)}, region=REGION, station=station()).possible == ("closed", "slow")


def test_binding_the_fact_between_leaves_the_farther_guideline_out() -> None:
    facts: dict[str, Tree] = {"level": level(STATE), "alarm": {key: level()[key] for key in ("type", "choices")}}
    found = decided({"alarm": "high"}, facts, region=REGION, station=station())
    assert (found.outcome, found.values) == ("closed", {"alarm": "high", "level": "high"})
    assert decided({"wind": 8}, facts, region=REGION, station=station()).status == "input_error"


def test_what_the_guideline_between_fixes_or_renames_stays_so() -> None:
    renamed = way("station", "alarm", {"red": "high"}, facts={"wind": "breeze"})
    region = Trees({"facts": {"alarm": level(renamed), "breeze": WIND}}, REGION.decisions)
    facts: dict[str, Tree] = {
        "level": level(way("region", "state", {"bad": "high", "good": "amber"}, facts={"breeze": "gale"})),
        "gale": WIND,
    }
    found = decided({"gale": 8}, facts, region=region, station=station())
    assert (found.outcome, found.values) == ("closed", {"gale": 8, "alarm": "high", "level": "high"})
    fixed = way("region", "state", {"bad": "high", "good": "amber"}, values={"breeze": "3"})
    found = decided({}, {"level": level(fixed)}, region=region, station=station())
    assert (found.outcome, found.values) == ("slow", {"alarm": "low", "level": "amber"})


def test_a_fact_beside_plays_a_part_and_changes_nothing() -> None:
    facts: dict[str, Tree] = {"level": level(), "salted": YES_NO}
    alone: Tree = {"outcomes": {"open": {}}, "rules": {"salt": rule("open", salted="yes")}}
    beside: Tree = {"outcomes": {"open": {}}, "rules": {"salt": rule("open", salted="yes")}, "beside": ["level"]}
    imported = station(impossible=[{"when": {"wind": "0"}}])
    assert decided({"salted": "yes", "wind": 0}, facts, alone, station=imported).values == {"salted": True}
    found = decided({"salted": "yes"}, facts, beside, station=imported)
    assert (found.outcome, found.values) == ("open", {"salted": True, "wind": None, "level": None})
    assert decided({"salted": "yes", "wind": 8}, facts, beside, station=imported).values["level"] == "high"
    assert decided({"salted": "yes", "wind": 0}, facts, beside, station=imported).status == "contradictory"
