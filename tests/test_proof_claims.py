"""What `candor check`, `candor mutate` and regions claim of small guidelines: one test for each thing that these proofs
rest on, which fails where that is left out (`tests/encoding_faults.yaml`)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path

import pytest

from engine.checks import Checked, check
from engine.errors import GuidelineRejected
from engine.guideline import Guideline
from engine.logic import Fires, ResultIs, region_of
from engine.mutation import noticed
from engine.plan import Plan, plan_of
from tests.roads import road, written_road

TODAY = date(2026, 1, 15)
FACTS = """
facts:
  frost: {title: frost, question: Frost?, type: yes_no}
  wet: {title: wet, question: Wet?, type: yes_no}
  cars: {title: cars, question: Cars?, type: integer, range: [0, 2]}
  lorries: {title: lorries, question: Lorries?, type: integer, range: [0, 2]}
"""
SUM = """
  traffic: {title: traffic, type: integer, range: [0, 3], derived: [{title: all, formula: cars + lorries}]}
"""
NEVER_BOTH = "impossible: [{when: {frost: yes, wet: yes}, because: It cannot be.}]\n"


def flawed(guideline: Guideline, code: str) -> set[str]:
    """The subjects of the flaws of one kind; nothing may be left unproved."""
    checked = check(guideline, TODAY)
    assert checked.unproved == ()
    return _subjects(checked, code)


def _subjects(checked: Checked, code: str) -> set[str]:
    return {each.subject for each in checked.flaws if each.code == f"check.{code}"}


def proved(guideline: Guideline) -> set[str]:
    checked = check(guideline, TODAY)
    assert checked.unproved == ()
    return {each.code.removeprefix("check.") for each in checked.proofs}


def fired_for(guideline: Guideline) -> set[str]:
    """The rules that fire for some complete patient, of whom facts follow from one another."""
    plan = plan_of(guideline, "grit")
    return {rule for rule in plan.decision.rules if region_of(plan, Fires(rule), limit=9).boxes}


def plan_for(folder: Path, rules: str, **more: str) -> Plan:
    return plan_of(road(folder, rules, **more), "grit")


# ---- Facts and their cells ----


def test_a_fact_has_one_value_and_no_more(tmp_path: Path) -> None:
    rules = """few: {when: {cars: 0}, then: later}
               many: {when: {cars: "> 0"}, then: yes_now}
               both: {when: {all: [{cars: 0}, {cars: "> 0"}]}, then: yes_now}"""
    guideline = road(tmp_path, rules, facts=FACTS)
    assert flawed(guideline, "rule_never_fires") == {"both"}
    assert {"gap", "conflict"} <= proved(guideline)


# ---- What nobody can be ----


def test_what_is_impossible_leaves_no_gap(tmp_path: Path) -> None:
    rules = "dry: {when: {any: [{frost: no}, {wet: no}]}, then: later}"
    assert "gap" in proved(road(tmp_path, rules, facts=FACTS + NEVER_BOTH))


def test_what_is_impossible_leaves_no_hole(tmp_path: Path) -> None:
    """Only where there is frost the two rules leave something out; with frost there are no fewer cars than two."""
    facts = FACTS.replace("Cars?, type: integer, range: [0, 2]", "Cars?, type: integer, range: [0, 9]")
    impossible = 'impossible: [{when: {frost: yes, cars: "<= 2"}, because: It cannot be.}]\n'
    rules = """few: {when: {cars: "<= 2"}, then: later}
               many: {when: {cars: ">= 4"}, then: later}
               mild: {when: {frost: no}, then: later}"""
    assert flawed(road(tmp_path, rules, facts=facts), "threshold_hole") == {"few"}
    assert flawed(road(tmp_path / "with", rules, facts=facts + impossible), "threshold_hole") == set()


@pytest.mark.parametrize(
    ("formula", "never"), [("cars + lorries", "{cars: 2, lorries: 2}"), ("cars - lorries", "{cars: 0, lorries: 1}")]
)
def test_who_would_leave_the_range_of_a_formula_is_nobody(formula: str, never: str, tmp_path: Path) -> None:
    facts = FACTS + SUM.replace("cars + lorries", formula)
    rules = f"""jam: {{when: {never}, then: later}}
                some: {{when: {{traffic: "> 0"}}, then: yes_now}}"""
    guideline = road(tmp_path, rules, facts=facts)
    assert flawed(guideline, "rule_never_fires") == {"jam"}
    assert fired_for(guideline) == {"some"}


# ---- What follows from other facts ----


def test_a_fact_that_follows_has_the_value_of_its_formula(tmp_path: Path) -> None:
    rules = """right: {when: {traffic: 2, cars: 1, lorries: 1}, then: later}
               less: {when: {traffic: "< 2", cars: 1, lorries: 1}, then: later}
               more: {when: {traffic: "> 2", cars: 1, lorries: 1}, then: later}"""
    assert fired_for(road(tmp_path, rules, facts=FACTS + SUM)) == {"right"}


def test_a_fact_that_follows_does_so_by_one_of_its_formulas(tmp_path: Path) -> None:
    facts = FACTS + SUM.replace("]}", ", {title: lorries, formula: lorries}]}")
    rules = """first: {when: {traffic: 2, cars: 1, lorries: 1}, then: later}
               second: {when: {traffic: 1, cars: 1, lorries: 1}, then: later}
               neither: {when: {traffic: 0, cars: 1, lorries: 1}, then: later}"""
    assert fired_for(road(tmp_path, rules, facts=facts)) == {"first", "second"}


HALF = """
  lean:
    title: lean
    type: number
    decimals: 0
    range: [-2, 2]
    derived: [{title: half, formula: 0.5*(cars - lorries)}]
"""


def test_a_formula_is_rounded_half_away_from_zero(tmp_path: Path) -> None:
    rounded = [(1, 0, 1), (0, 1, -1), (2, 0, 1), (0, 2, -1), (1, 1, 0), (2, 1, 1), (1, 2, -1)]
    rules = "".join(
        f"r{cars}{lorries}_{at + 2}: {{when: {{cars: {cars}, lorries: {lorries}, lean: {at}}}, then: later}}\n"
        for cars, lorries, _ in rounded
        for at in (-2, -1, 0, 1, 2)
    )
    fired = fired_for(road(tmp_path, rules, facts=FACTS + HALF))
    assert fired == {f"r{cars}{lorries}_{at + 2}" for cars, lorries, at in rounded}


FROST = """
decision: ice
question: Ice?
outcomes: {much: {title: Much}, little: {title: Little}}
rules:
  icy: {title: Icy, when: {cold: yes}, then: much, because: So it is., source: {basis: added}}
  mild: {title: Mild, when: {cold: no}, then: little, because: So it is., source: {basis: added}}
"""
ICE = """
  ice:
    title: ice
    type: choice
    choices: {much: much, little: little}
    from: {guideline: winter, version: 1.0.0, decision: ice, facts: {cold: frost}}
"""


def winter(folder: Path) -> None:
    home = written_road(folder / "other", "a: {when: {cold: yes}, then: later}", facts=COLD)
    (home / "grit.yaml").unlink()
    text = (home / "guideline.yaml").read_text("utf-8").replace("guideline: roads", "guideline: winter")
    (home / "guideline.yaml").write_text(text, "utf-8")
    (home / "ice.yaml").write_text(FROST, "utf-8")
    home.rename(folder / "winter")


COLD = "facts: {cold: {title: cold, question: Cold?, type: yes_no}}\n"


def test_a_fact_that_another_guideline_decides_has_the_value_of_its_result(tmp_path: Path) -> None:
    winter(tmp_path)
    rules = """much: {when: {frost: yes, ice: much}, then: later}
               little: {when: {frost: no, ice: little}, then: later}
               too_little: {when: {frost: yes, ice: little}, then: later}
               too_much: {when: {frost: no, ice: much}, then: later}"""
    guideline = road(tmp_path, rules, facts=FACTS + ICE)
    assert fired_for(guideline) == {"much", "little"}
    assert flawed(guideline, "rule_never_fires") == set(), "it may be stated against what would be decided"


def calm_or_windy(folder: Path, windy: str) -> Guideline:
    """An import that states whether it is windy; only where it is, the other guideline has an answer without frost."""
    winter(folder)
    ice = folder / "winter" / "ice.yaml"
    ice.write_text(ice.read_text("utf-8").replace("cold: no", "cold: no, windy: yes"), "utf-8")
    facts = COLD.replace("}}", "}, windy: {title: wind, question: Wind?, type: yes_no}}")
    (folder / "winter" / "facts.yaml").write_text(facts, "utf-8")
    rules = """little: {when: {frost: no, ice: little}, then: later}
               much: {when: {frost: no, ice: much}, then: later}"""
    stated = ICE.replace("facts: {cold: frost}", f"facts: {{cold: frost}}, values: {{windy: {windy}}}")
    return road(folder, rules, facts=FACTS + stated)


def test_an_imported_decision_must_have_an_answer_for_everybody(tmp_path: Path) -> None:
    with pytest.raises(GuidelineRejected) as refused:
        calm_or_windy(tmp_path, "no")
    assert "import.gap" in {each.code for each in refused.value.diagnostics}


def test_an_imported_decision_is_decided_with_what_the_import_states(tmp_path: Path) -> None:
    assert fired_for(calm_or_windy(tmp_path, "yes")) == {"little"}


# ---- What is concluded ----


def test_a_finding_is_so_exactly_where_one_of_its_rules_fires(tmp_path: Path) -> None:
    rules = """cold: {when: {frost: yes}, then: icy}
               too_much: {when: {icy: yes, frost: no}, then: later}
               too_little: {when: {icy: no, frost: yes}, then: later}"""
    guideline = road(tmp_path, rules, facts=FACTS, head="findings: {icy: It is icy}")
    assert flawed(guideline, "rule_never_fires") == {"too_much", "too_little"}


POINTS = "scores: {points: {title: Points, range: [0, 3]}}"
ADDING = """cold: {when: {frost: yes}, then: {add: 1, to: points}}
            damp: {when: {wet: yes}, then: {add: 2, to: points}}"""


def test_a_score_is_the_sum_of_the_points_of_the_rules_that_fire(tmp_path: Path) -> None:
    rules = f"""{ADDING}
                right: {{when: {{frost: yes, wet: yes, points: 3}}, then: later}}
                less: {{when: {{frost: yes, wet: yes, points: "< 3"}}, then: later}}
                more: {{when: {{frost: yes, wet: no, points: "[2..3]"}}, then: later}}"""
    assert flawed(road(tmp_path, rules, facts=FACTS, head=POINTS), "rule_never_fires") == {"less", "more"}


def test_the_points_that_patients_can_have_are_told(tmp_path: Path) -> None:
    wider = POINTS.replace("[0, 3]", "[-1, 4]")
    rules = f'{ADDING}\nmany: {{when: {{points: "> 1"}}, then: later}}'
    (flaw,) = (
        each
        for each in check(road(tmp_path, rules, facts=FACTS, head=wider), TODAY).flaws
        if each.code == "check.points_unreachable"
    )
    assert flaw.message == "the points of `points` can only be 0 to 3"
    assert "points_unreachable" in proved(road(tmp_path / "right", rules, facts=FACTS, head=POINTS))


def test_points_leave_a_range_only_where_somebody_has_them(tmp_path: Path) -> None:
    narrow = POINTS.replace("[0, 3]", "[0, 2]")
    rules = f'{ADDING}\nmany: {{when: {{points: "> 1"}}, then: later}}'
    road(tmp_path / "never", rules, facts=FACTS + NEVER_BOTH, head=narrow)
    with pytest.raises(GuidelineRejected) as above:
        road(tmp_path / "above", rules, facts=FACTS, head=narrow)
    negative = rules.replace("add: 1", "add: -1")
    with pytest.raises(GuidelineRejected) as below:
        road(tmp_path / "below", negative, facts=FACTS, head=POINTS)
    for refused in (above, below):
        assert {each.code for each in refused.value.diagnostics} == {"score.leaves_range"}


def test_only_the_first_outcome_that_is_concluded_stands(tmp_path: Path) -> None:
    rules = """first: {when: {frost: yes}, then: yes_now, overrides: [later]}
               second: {when: {frost: yes, wet: yes}, then: later}
               third: {when: {frost: no}, then: yes_now}"""
    guideline = road(tmp_path, rules, facts=FACTS)
    assert flawed(guideline, "outcome_unreachable") == {"later"}
    assert {"gap", "conflict"} <= proved(guideline)


def test_there_is_no_outcome_exactly_where_none_is_concluded(tmp_path: Path) -> None:
    plan = plan_for(tmp_path, "icy: {when: {frost: yes}, then: later}", facts=FACTS)
    boxes = {
        result: [dict(box.cells) for box in region_of(plan, ResultIs(result), limit=9).boxes]
        for result in ("yes_now", "later", None)
    }
    assert boxes == {"yes_now": [], "later": [{"frost": ((1, 1),)}], None: [{"frost": ((0, 0),)}]}


# ---- What makes no difference ----


@pytest.mark.parametrize(
    "without",
    [
        "icy: {when: {frost: yes, wet: yes}, then: yes_now}",
        "icy: {when: {frost: yes, wet: yes}, then: sticky}",
        "icy: {when: {frost: yes, wet: yes}, then: {add: 0, to: points}, caution: Mind it.}",
        "icy: {when: {frost: yes, wet: yes}, then: {add: 1, to: points}}",
    ],
    ids=["an outcome", "a finding", "a caution", "a score"],
)
def test_what_a_rule_changes_is_an_outcome_a_caution_or_a_score(without: str, tmp_path: Path) -> None:
    rules = f"""{without}
                cold: {{when: {{any: [{{frost: yes}}, {{sticky: yes}}]}}, then: yes_now}}
                tarred: {{when: {{lorries: 2}}, then: sticky}}
                damp: {{when: {{wet: yes}}, then: later}}
                few: {{when: {{cars: 0}}, then: {{add: 2, to: points}}}}"""
    head = f"{POINTS}\nfindings: {{sticky: It sticks}}"
    told = flawed(road(tmp_path, rules, facts=FACTS, head=head), "rule_changes_nothing")
    assert told == ({"icy"} if "sticky" in without or "yes_now" in without else set())


def test_a_rule_that_others_imply_only_for_what_is_impossible_is_not_idle(tmp_path: Path) -> None:
    rules = """cold: {when: {frost: yes}, then: yes_now}
               damp: {when: {wet: yes}, unless: {frost: yes}, then: later}
               any_other: {when: {frost: no}, unless: {wet: yes}, then: later}
               both: {when: {frost: yes, wet: yes}, then: {add: 1, to: points}}"""
    guideline = road(tmp_path, rules, facts=FACTS + NEVER_BOTH, head=POINTS)
    assert flawed(guideline, "rule_never_fires") == {"both"}
    assert flawed(guideline, "condition_redundant") == set()


def test_a_fact_that_makes_no_difference_is_told(tmp_path: Path) -> None:
    rules = """cold: {when: {any: [{frost: yes}, {wet: yes}]}, then: later}
               mild: {when: {frost: no}, then: later}"""
    assert flawed(road(tmp_path, rules, facts=FACTS), "fact_never_matters") == {"frost", "wet"}
    other = rules.replace("then: later", "then: yes_now", 1)
    assert flawed(road(tmp_path / "other", other, facts=FACTS), "fact_never_matters") == set()


def equivalent(guideline: Guideline) -> set[str]:
    found = noticed(guideline, "grit")
    assert found.undecided == ()
    return {each.id for each in found.equivalent}


def named(ids: Collection[str], rule: str) -> set[str]:
    return {each for each in ids if each.startswith(f"{rule}: ")}


LOOSER = ('cars: "< 2" -> "<= 2"', "dropped")


def test_a_change_is_equivalent_only_where_nobody_gets_another_answer(tmp_path: Path) -> None:
    """Of one rule every change counts, also to a threshold that no rule of the original has; of another none does."""
    rules = """few: {when: {cars: "< 2"}, then: later}
               damp: {when: {wet: yes}, then: yes_now}
               damp_and_few: {when: {wet: yes, cars: "< 2"}, then: yes_now}
               warned: {when: {frost: yes}, caution: Mind it.}"""
    ids = equivalent(road(tmp_path, rules, facts=FACTS))
    assert named(ids, "few") == set()
    assert named(ids, "damp") == set()
    assert named(ids, "warned") == set()
    assert named(ids, "damp_and_few") == {f"damp_and_few: {to}" for to in ('cars: "< 2" -> "0"', *LOOSER)}


def test_two_outcomes_conflict_unless_a_rule_that_fires_declares_it(tmp_path: Path) -> None:
    rules = """cold: {when: {frost: yes}, then: yes_now, overrides: [later]}
               dry: {when: {frost: no, wet: no}, then: yes_now}
               damp: {when: {wet: yes}, then: later}"""
    guideline = road(tmp_path, rules, facts=FACTS)
    assert "conflict" in proved(guideline)
    undeclared = rules.replace("frost: no, wet: no", "frost: no")
    assert flawed(road(tmp_path / "other", undeclared, facts=FACTS), "conflict") == {"dry"}


def test_a_hole_differs_from_both_its_sides(tmp_path: Path) -> None:
    rules = """few: {when: {cars: "<= 0"}, then: quiet}
               many: {when: {cars: ">= 2"}, then: yes_now}
               calm: {when: {quiet: yes}, then: later}
               busy: {when: {quiet: no}, then: yes_now}"""
    guideline = road(tmp_path, rules, facts=FACTS, head="findings: {quiet: It is quiet}")
    assert flawed(guideline, "threshold_hole") == set(), "one car is as two"


def test_a_hole_between_other_outcomes_is_told(tmp_path: Path) -> None:
    rules = """few: {when: {cars: "<= 0"}, then: later}
               many: {when: {cars: ">= 2"}, then: yes_now}"""
    assert flawed(road(tmp_path, rules, facts=FACTS), "threshold_hole") == {"few"}


@pytest.mark.parametrize(("inside", "beside"), [("later", "yes_now"), ("yes_now", "later")])
def test_an_overlap_is_of_two_outcomes(inside: str, beside: str, tmp_path: Path) -> None:
    rules = f"""few: {{when: {{cars: "<= 1"}}, then: low}}
                many: {{when: {{cars: ">= 1"}}, then: high}}
                both: {{when: {{low: yes, high: yes}}, then: {inside}}}
                one: {{when: {{any: [{{low: no}}, {{high: no}}]}}, then: {beside}}}"""
    guideline = road(tmp_path, rules, facts=FACTS, head="findings: {low: Low, high: High}")
    assert flawed(guideline, "threshold_overlap") == set()


def test_an_overlap_that_a_rule_declares_is_meant(tmp_path: Path) -> None:
    rules = """few: {when: {cars: "<= 1"}, then: yes_now, overrides: [later]}
               many: {when: {cars: ">= 1"}, then: later}"""
    assert flawed(road(tmp_path, rules, facts=FACTS), "threshold_overlap") == set()
    undeclared = rules.replace(", overrides: [later]", "")
    assert flawed(road(tmp_path / "other", undeclared, facts=FACTS), "threshold_overlap") == {"few"}


def test_who_shows_a_flaw_leaves_the_range_of_no_formula(tmp_path: Path) -> None:
    """Who has neither a car nor a lorry would be the least in the gap, and has no traffic in its range."""
    rules = """some: {when: {any: [{cars: 2}, {lorries: 2}, {frost: no}]}, then: later}
               more: {when: {traffic: 3, frost: no}, then: yes_now}"""
    guideline = road(tmp_path, rules, facts=FACTS + SUM.replace("cars + lorries", "cars + lorries - 1"))
    assert flawed(guideline, "gap") == {"grit"}


def test_whoever_cannot_be_bounds_no_region(tmp_path: Path) -> None:
    """Whoever has two cars has traffic of two at least, so that nothing need be said of traffic."""
    plan = plan_for(tmp_path, 'busy: {when: {cars: 2, traffic: "> 1"}, then: later}', facts=FACTS + SUM)
    (box,) = region_of(plan, ResultIs("later"), limit=9).boxes
    assert dict(box.cells) == {"cars": ((2, 2),)}
