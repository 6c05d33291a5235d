"""What `candor test` claims that no patient can meet: one test for each thing that its proofs rest on, which fails
where that is left out (`tests/encoding_faults.yaml`)."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.coverage import State, coverage_of, goals_of, suggestions
from engine.guideline import Guideline
from tests.roads import FACTS as ROADS
from tests.roads import road
from tests.test_proof_claims import FACTS, ICE, NEVER_BOTH, SUM, winter


def unmet(guideline: Guideline) -> set[str]:
    """The goals that no patient can meet, in words; of every other the engine finds a case."""
    coverage = coverage_of(guideline, "grit", {})
    missing = [each.goal for each in coverage.in_state(State.MISSING)]
    assert coverage.in_state(State.OPEN) == ()
    assert suggestions(guideline, "grit", missing).without == ()
    return {each.goal.sentence for each in coverage.in_state(State.UNREACHABLE)}


def test_what_is_impossible_no_patient_meets(tmp_path: Path) -> None:
    guideline = road(tmp_path, "icy: {when: {frost: yes, wet: yes}, then: later}", facts=FACTS + NEVER_BOTH)
    alone = {f"rule `icy`, `{name}: yes`: decides alone, being true" for name in ("frost", "wet")}
    assert unmet(guideline) == {"rule `icy` fires", *alone}


@pytest.mark.parametrize(
    ("more", "age", "is_never"),
    [
        ("derived: [{title: always, formula: 3}]", "", True),
        ("derived: [{title: always, formula: 3}]", ", max_age: 3 days", True),
        ("assume: 2", "", True),
        ("assume: 2", ", max_age: 3 days", False),
    ],
)
def test_what_always_has_a_value_is_never_unknown(more: str, age: str, is_never: bool, tmp_path: Path) -> None:
    question = "" if "derived" in more else "question: How many?, "
    facts = f"{FACTS}  lamps: {{title: lamps, {question}type: integer, range: [0, 4], {more}{age}}}\n"
    guideline = road(tmp_path, 'lit: {when: {lamps: "> 1"}, then: later}', facts=facts)
    assert ("rule `lit`, `lamps: > 1`: is unknown" in unmet(guideline)) is is_never


ASSUMED = FACTS.replace("Cars?, type: integer, range: [0, 2]", "Cars?, type: integer, range: [0, 2], assume: 2")


@pytest.mark.parametrize(("age", "is_never"), [("", True), (", max_age: 3 days", False)])
def test_what_follows_from_what_is_known_is_known(age: str, is_never: bool, tmp_path: Path) -> None:
    """Unless what it follows from may be too old for it."""
    facts = ASSUMED + SUM.replace("range: [0, 3]", f"range: [0, 9]{age}").replace("cars + lorries", "2*cars")
    guideline = road(tmp_path, 'busy: {when: {traffic: "> 1"}, then: later}', facts=facts)
    assert ("rule `busy`, `traffic: > 1`: is unknown" in never(guideline)) is is_never


@pytest.mark.parametrize(("age", "is_never"), [("", True), (", max_age: 3 days", False)])
def test_what_an_import_decides_of_everybody_is_known(age: str, is_never: bool, tmp_path: Path) -> None:
    winter(tmp_path)
    ice = tmp_path / "winter" / "ice.yaml"
    ice.write_text(ice.read_text("utf-8").replace("then: little", "then: much"), "utf-8")
    facts = FACTS + ICE.replace("type: choice", f"type: choice{age.replace(', ', chr(10) + '    ')}")
    guideline = road(tmp_path, "much: {when: {ice: much}, then: later}", facts=facts)
    assert ("rule `much`, `ice: much`: is unknown" in never(guideline)) is is_never


def test_what_is_unknown_follows_from_what_is_known_of_others(tmp_path: Path) -> None:
    """With two cars there is more traffic than its range has, so that whoever has two states the traffic."""
    facts = ASSUMED + SUM.replace("range: [0, 3]", "range: [0, 1]")
    rules = """jam: {when: {cars: 2, traffic: "> 0"}, then: jammed}
               busy: {when: {jammed: yes}, then: later}"""
    guideline = road(tmp_path, rules, facts=facts, head="findings: {jammed: It is jammed}")
    assert "rule `busy`, `jammed: yes`: is unknown" in never(guideline)
    aged = facts.replace("range: [0, 1]", "range: [0, 1], max_age: 3 days")
    old = road(tmp_path / "old", rules, facts=aged, head="findings: {jammed: It is jammed}")
    assert "rule `busy`, `jammed: yes`: is unknown" not in never(old), "the two cars may be too old for it"
    free = road(tmp_path / "free", rules, facts=ASSUMED + SUM, head="findings: {jammed: It is jammed}")
    assert "rule `busy`, `jammed: yes`: is unknown" not in never(free)


@pytest.mark.parametrize(
    ("formula", "rule"), [("cars + lorries", "{cars: 2, lorries: 2}"), ("cars - lorries", "{cars: 0, lorries: 1}")]
)
def test_who_would_leave_the_range_of_a_formula_meets_nothing(formula: str, rule: str, tmp_path: Path) -> None:
    rules = f"""jam: {{when: {rule}, then: later}}
                some: {{when: {{traffic: "> 0"}}, then: yes_now}}"""
    facts = FACTS + SUM.replace("cars + lorries", formula)
    assert "rule `jam` fires" in never(road(tmp_path, rules, facts=facts))
    assert "rule `jam` fires" not in never(road(tmp_path / "stated", rules, facts=FACTS + STATED))


STATED = "  traffic: {title: traffic, question: How much?, type: integer, range: [0, 3]}\n"


def test_whoever_states_a_fact_may_state_it_against_its_formula(tmp_path: Path) -> None:
    rules = "odd: {when: {traffic: 1, cars: 2, lorries: 0}, then: later}"
    assert "rule `odd` fires" not in never(road(tmp_path, rules, facts=FACTS + SUM))


def never(guideline: Guideline) -> set[str]:
    """The goals that no patient can meet, in words."""
    coverage = coverage_of(guideline, "grit", {})
    assert coverage.in_state(State.OPEN) == ()
    return {each.goal.sentence for each in coverage.in_state(State.UNREACHABLE)}


THIRD = "  salt: {title: salt, question: Salt?, type: yes_no}\n"
NEVER_ALL = "impossible: [{when: {frost: yes, wet: yes, salt: yes}, because: It cannot be.}]\n"


@pytest.mark.parametrize(("sign", "low", "high"), [("", 0, 4), ("-", -4, 0)])
def test_a_score_is_settled_only_at_points_that_somebody_has(sign: str, low: int, high: int, tmp_path: Path) -> None:
    """Three of three is what nobody has, though while nothing is known so many points are open."""
    most = f"{'<=' if sign else '>='} {sign}3"
    rules = f"""cold: {{when: {{frost: yes}}, then: {{add: {sign}1, to: points}}}}
                damp: {{when: {{wet: yes}}, then: {{add: {sign}1, to: points}}}}
                salted: {{when: {{salt: yes}}, then: {{add: {sign}1, to: points}}}}
                most: {{when: {{points: "{most}"}}, then: later}}"""
    head = f"scores: {{points: {{title: Points, range: [{low}, {high}]}}}}"
    told = never(road(tmp_path, rules, facts=FACTS + THIRD + NEVER_ALL, head=head))
    assert f"rule `most`, `points: {most}`: points is {sign}3" in told
    assert f"rule `most`, `points: {most}`: points is {sign}2" not in told
    assert f"rule `most`, `points: {most}`: is unknown" not in told


@pytest.mark.parametrize(("sign", "low", "high"), [("", 0, 2), ("-", -2, 0)])
def test_open_points_end_where_the_range_does(sign: str, low: int, high: int, tmp_path: Path) -> None:
    within = f"{'>=' if sign else '<='} {sign}2"
    rules = f"""cold: {{when: {{frost: yes}}, then: {{add: {sign}1, to: points}}}}
                damp: {{when: {{wet: yes}}, then: {{add: {sign}1, to: points}}}}
                salted: {{when: {{salt: yes}}, then: {{add: {sign}1, to: points}}}}
                any_points: {{when: {{points: "{within}"}}, then: later}}"""
    head = f"scores: {{points: {{title: Points, range: [{low}, {high}]}}}}"
    told = never(road(tmp_path, rules, facts=FACTS + THIRD + NEVER_ALL, head=head))
    assert f"rule `any_points`, `points: {within}`: is unknown" in told


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("points", ["0", "1"])
def test_a_score_is_unknown_while_points_are_open(points: str, sign: str, tmp_path: Path) -> None:
    rules = f"""cold: {{when: {{frost: yes}}, then: {{add: {sign}1, to: points}}}}
                none: {{when: {{points: {sign if points != "0" else ""}{points}}}, then: later}}"""
    told = unmet(road(tmp_path, rules, facts=FACTS, head="scores: {points: {title: Points, range: [-1, 1]}}"))
    assert not any("unknown" in each for each in told)


def test_of_rules_that_exclude_one_another_the_points_of_one_count(tmp_path: Path) -> None:
    rules = """cold: {when: {frost: yes}, then: {add: 1, to: points}}
               damp: {when: {wet: yes}, then: {add: 1, to: points}}
               both: {when: {points: ">= 2"}, then: later}"""
    head = "scores: {points: {title: Points, range: [0, 2]}}"
    told = never(road(tmp_path, rules, facts=FACTS + NEVER_BOTH, head=head))
    assert "rule `both`, `points: >= 2`: is unknown" in told
    assert "rule `both`, `points: >= 2`: points is 1" not in told


def test_points_of_a_rule_that_is_silent_are_not_open(tmp_path: Path) -> None:
    rules = """cold: {when: {frost: yes}, then: {add: 1, to: points}}
               none: {when: {points: 0}, then: later}"""
    told = never(road(tmp_path, rules, facts=FACTS, head="scores: {points: {title: Points, range: [0, 1]}}"))
    assert told == set()


def test_a_test_of_a_fact_that_is_unknown_is_unknown(tmp_path: Path) -> None:
    """Also one that every value meets, or one that no value meets that would follow."""
    rules = """any_value: {when: {cars: ">= 0"}, then: later}
               too_many: {when: {traffic: 9}, then: yes_now}"""
    facts = FACTS + SUM.replace("range: [0, 3]", "range: [0, 9]")
    told = never(road(tmp_path, rules, facts=facts))
    assert told >= {"rule `any_value`, `cars: >= 0`: is false"}
    assert not any("unknown" in each for each in told)


def test_what_is_counted_is_unknown_while_it_can_turn(tmp_path: Path) -> None:
    rules = """two: {when: {at_least: {n: 2, of: [{cars: 0}, {cars: 1}, {frost: yes}]}}, then: enough}
               seen: {when: {enough: yes, cars: "< 2"}, then: later}
               never: {when: {enough: no, cars: 0, frost: yes}, then: yes_now}
               neither: {when: {enough: yes, cars: 2}, then: yes_now}"""
    told = never(road(tmp_path, rules, facts=FACTS, head="findings: {enough: Enough}"))
    assert {"rule `never` fires", "rule `neither` fires"} <= told
    assert "rule `seen` fires" not in told
    assert "rule `seen`, `enough: yes`: is unknown" not in told


def test_a_value_counts_only_where_it_is_known(tmp_path: Path) -> None:
    """Nobody who has two cars can say so, since what follows from it would leave its range."""
    rules = """many: {when: {cars: "> 1"}, then: later}
               busy: {when: {traffic: "> 2"}, then: yes_now}"""
    told = never(road(tmp_path, rules, facts=FACTS + SUM.replace("cars + lorries", "2*cars")))
    assert "rule `many`, `cars: > 1`: cars is 2" in told
    assert "rule `many`, `cars: > 1`: cars is 1" not in told


def test_a_test_decides_alone_only_where_it_turns_its_rule(tmp_path: Path) -> None:
    rules = """any_of: {when: {any: [{cars: "> 0"}, {cars: "> 1"}]}, then: later}
               all_of: {when: {all: [{lorries: "> 0"}, {lorries: "> 1"}]}, then: yes_now}
               none_of: {when: {not: {any: [{cars: "> 0"}, {cars: "> 1"}]}}, then: later}
               not_all: {when: {not: {all: [{lorries: "> 0"}, {lorries: "> 1"}]}}, then: yes_now}"""
    told = {each for each in never(road(tmp_path, rules, facts=FACTS)) if "alone" in each}
    assert told == {
        *(f"rule `{rule}`, `cars: > 1`: decides alone, being true" for rule in ("any_of", "none_of")),
        *(f"rule `{rule}`, `lorries: > 0`: decides alone, being false" for rule in ("all_of", "not_all")),
    }


# ---- The cases that are suggested ----


ODD = "1, 3, 5, 7, 9"
FINE = f'fine: {{when: {{cars: "{ODD}", lorries: "{ODD}"}}, then: yes_now}}'
"""Has a test tell each number of cars from the next, so that there are more to try than are tried."""


def suggested(guideline: Guideline, sentence: str) -> list[set[str]]:
    """The facts of the cases that are suggested for one goal, each confirmed by the engine."""
    goals = [each for each in goals_of(guideline, "grit") if each.sentence == sentence]
    found = suggestions(guideline, "grit", goals)
    assert len(goals) == 1
    return [set(case.facts) for case in found.cases]


def test_a_case_is_suggested_of_whom_no_formula_refuses_if_there_is_one(tmp_path: Path) -> None:
    """Whoever tells both cars and lorries is refused, for a root that is counted free."""
    facts = ROADS.replace("formula: sqrt(cars + lorries)", "formula: 100 + sqrt(cars + lorries)")
    either = 'any: [{all: [{cars: ">= 1"}, {lorries: ">= 1"}]}, {wet: yes}]'
    rules = f'loud: {{when: {{{either}, noise: "> 1"}}, then: later}}\n{FINE}'
    assert suggested(road(tmp_path, rules, facts=facts), "rule `loud` fires") == [{"noise", "wet"}]


def test_a_case_states_nothing_against_a_formula_where_it_need_not(tmp_path: Path) -> None:
    facts = FACTS.replace("[0, 2]", "[0, 9]") + SUM.replace("range: [0, 3]", "range: [0, 9]")
    rules = 'busy: {when: {traffic: "> 5", cars: ">= 1", lorries: ">= 1"}, then: later}'
    assert suggested(road(tmp_path, rules, facts=facts), "rule `busy` fires") == [{"cars", "lorries"}]


def test_a_case_states_nothing_against_an_import_where_it_need_not(tmp_path: Path) -> None:
    winter(tmp_path)
    rules = "much: {when: {ice: much, any: [{frost: no}, {wet: yes}]}, then: later}"
    assert suggested(road(tmp_path, rules, facts=FACTS + ICE), "rule `much` fires") == [{"ice", "wet"}]


def test_a_patient_whom_the_engine_refused_is_not_tried_again(tmp_path: Path) -> None:
    """With neither cars nor lorries the root leaves its range, whatever is said of traffic."""
    facts = ROADS.replace("formula: sqrt(cars + lorries)", "formula: sqrt(cars + lorries) - 1")
    rules = 'few: {when: {traffic: "< 5", cars: "< 8", lorries: "< 8", noise: ">= 0"}, then: later}'
    assert suggested(road(tmp_path, rules, facts=facts), "rule `few` fires") == [{"cars", "lorries"}]
