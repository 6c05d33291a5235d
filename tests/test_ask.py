"""An interview asks what can still matter, best question first, and nothing else. Told of the toy guideline."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import InputRejected
from engine.facts import read_facts
from engine.guideline import Guideline
from engine.loading import load
from engine.trace import Status
from explain.asking import questions
from explain.interview import answered, begun, cautions_wait_for, next_question, skipped, taken_back
from tests.commands import Ran, candor
from tests.mistake_examples import TOY

AT = datetime(2026, 1, 15, tzinfo=UTC)
TOY_WITHOUT_CASES = load(TOY, with_cases=False)
ROADS = {
    "surface_temperature": ("-2.5", "0.5", "4"),
    "precipitation": ("none", "rain"),
    "hours_since_gritting": ("1", "30"),
    "salt_in_stock": ("yes", "no"),
    "bridge": ("yes", "no"),
    "traffic": ("10", "600"),
    "wind": ("5", "95"),
    "grip": ("0.50", "1.00"),
}


def asked(*answers: str, options: tuple[str, ...] = ()) -> Ran:
    lines = "".join(f"{answer}\n" for answer in answers).encode()
    return candor("ask", "tests/toy/gritting", "--at", "2026-01-15", *options, stdin=lines)


@settings(max_examples=40, derandomize=True, deadline=None)
@given(st.fixed_dictionaries({}, optional={name: st.sampled_from(each) for name, each in ROADS.items()}))
def test_only_what_can_still_matter_is_asked_and_never_twice(road: Mapping[str, str]) -> None:
    """Somebody who knows these facts of a road and no others answers every question."""
    toy: Guideline = TOY_WITHOUT_CASES
    for decision in ("gritting", "patrol"):
        interview, seen = begun(toy, decision, read_facts(toy, {}), at=AT), list[str]()
        while (question := next_question(interview)) is not None:
            fact = question.fact
            assert fact.id in [each.fact.id for each in questions(interview.reading)]
            assert fact.id not in seen
            seen.append(fact.id)
            interview = answered(interview, fact, road[fact.id]) if fact.id in road else skipped(interview, fact)
        left = {each.fact.id for each in questions(interview.reading)}
        assert left <= interview.not_known
        assert (interview.trace.status is Status.NEEDS_INFORMATION) == bool(left)
        assert set(interview.facts.given) == set(seen) & set(road)


def test_an_answer_is_taken_back() -> None:
    toy = TOY_WITHOUT_CASES
    start = begun(toy, "gritting", read_facts(toy, {}), at=AT)
    fact = toy.facts["surface_temperature"]
    assert taken_back(start) is start
    assert taken_back(answered(start, fact, "-1")) is start
    assert taken_back(skipped(start, fact)) is start


def test_a_choice_may_be_answered_by_its_number_and_a_fact_that_grows_old_with_a_day() -> None:
    toy = TOY_WITHOUT_CASES
    start = begun(toy, "gritting", read_facts(toy, {}), at=AT)
    chosen = answered(start, toy.facts["precipitation"], "2").facts.given["precipitation"]
    assert toy.facts["precipitation"].text_of(chosen.steps) == "rain"
    deep = answered(start, toy.facts["snow_depth"], "3.5 2026-01-14").facts.given["snow_depth"]
    assert (deep.steps, str(deep.at)) == (35, "2026-01-14")


@pytest.mark.parametrize(
    ("name", "answer", "code"),
    [
        ("precipitation", "5", "patient.value"),
        ("precipitation", "rian", "patient.value"),
        ("surface_temperature", "cold", "patient.value"),
        ("surface_temperature", "400", "patient.out_of_range"),
        ("snow_depth", "3 2026-13-01", "patient.date"),
        ("snow_depth", "3 2026-02-01", "patient.future_date"),
    ],
)
def test_a_wrong_answer_is_a_diagnostic(name: str, answer: str, code: str) -> None:
    toy = TOY_WITHOUT_CASES
    start = begun(toy, "gritting", read_facts(toy, {}), at=AT)
    with pytest.raises(InputRejected) as rejected:
        answered(start, toy.facts[name], answer)
    assert [each.code for each in rejected.value.diagnostics] == [code]


def test_the_dialogue_ends_with_the_answer_and_how_to_repeat_it() -> None:
    ran = asked("4", "no")
    assert ran.code == 0
    assert "Leave the road as it is (leave)." in ran.out
    assert ran.err.count("> ") == 2
    assert "surface_temperature: How warm is the road's surface?" in ran.err
    assert "candor decide tests/toy/gritting --fact surface_temperature=4.0" in ran.err


def test_wrong_and_contradictory_answers_are_told_and_asked_again() -> None:
    ran = asked("cold", "precipitation=snow", "air_temperature=20", "4", "no")
    assert ran.code == 0
    assert "Not taken: `cold` is not a number that can be read." in ran.err
    assert "Not taken: these facts cannot be together" in ran.err
    assert "air_temperature" not in ran.err.rsplit("To decide it again", 1)[1]


def test_what_is_not_known_stays_open_and_is_said() -> None:
    ran = asked(*[""] * 40)
    assert ran.code == 0
    assert "Not enough is known." in ran.out


def test_stopping_loses_nothing(tmp_path: Path) -> None:
    kept = tmp_path / "road.yaml"
    options = ("--output", str(kept), "--fact", "snow_depth=0")
    ran = asked("-2.5", "stop", options=options)
    assert ran.code == 0
    assert "Not enough is known." in ran.out
    again = candor("decide", "tests/toy/gritting", str(kept), "--at", "2026-01-15", "--format", "json")
    facts = json.loads(again.out)["trace"]["facts"]
    assert (facts["surface_temperature"]["value"], facts["snow_depth"]["value"]) == ("-2.5", "0.0")
    refused = asked("4", options=options)
    assert (refused.code, refused.out) == (2, "")
    assert "is there already" in refused.err


def test_a_file_that_cannot_be_written_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    ran = asked("4", "no", options=("--output", str(tmp_path / "nowhere" / "road.yaml")))
    assert ran.code == 1
    assert "Leave the road as it is (leave)." in ran.out
    assert "cannot be written: No such file or directory" in ran.err
    assert "--fact surface_temperature=4.0" in ran.err


def test_help_says_what_each_answer_would_settle_and_back_goes_back() -> None:
    ran = asked("?", "4", "back", "-1", "stop")
    assert 'settled: "Leave the road as it is"' in ran.err


def test_cautions_are_asked_for_apart_and_only_if_wanted() -> None:
    toy = TOY_WITHOUT_CASES
    warm = begun(toy, "gritting", read_facts(toy, {"surface_temperature": "4"}), at=AT)
    assert next_question(warm) is None
    assert {fact.id for fact in cautions_wait_for(warm)} >= {"bridge", "road"}
    ran = asked("4", "yes", "yes", "main")
    assert "cannot change the outcome, but may hold a warning" in ran.err
    assert "Look at the bridge first." in ran.out


def test_the_answer_comes_as_json_too() -> None:
    ran = asked("4", "no", options=("--format", "json"))
    assert json.loads(ran.out)["outcome"] == "leave"
