"""An interview asks what can still matter, best question first, and nothing else. Told of the toy guideline."""

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.deciding import decide
from engine.errors import InputRejected
from engine.facts import read_facts
from engine.guideline import Guideline
from engine.patient import Facts
from engine.plan import plan_of
from engine.trace import Origin, Status
from engine.units import units_of
from explain.asking import questions
from explain.interview import answered, begun, next_question, skipped, taken_back, waiting_cautions
from tests.interviews import AT, TOY_WITHOUT_CASES, started

ROADS = {
    "surface_temperature": ("-2.5", "0.5", "4"),
    "air_temperature": ("-5", "3", "12"),
    "precipitation": ("none", "rain", "snow"),
    "hours_since_gritting": ("1", "4", "30"),
    "bridge": ("yes", "no"),
    "cars": ("10", "290"),
    "lorries": ("0", "40"),
    "road": ("main", "side"),
    "wind": ("5", "95"),
    "snow_depth": ("0", "12"),
    "humidity": ("10", "95"),
}
TAKEN_FOR_GRANTED = {"salt_in_stock": ("yes", "no"), "grip": ("0.50", "1.00")}


def test_every_fact_of_the_toy_that_may_be_asked_for_has_values_here() -> None:
    toy = TOY_WITHOUT_CASES
    named = {*ROADS, *TAKEN_FOR_GRANTED}
    for decision in ("gritting", "patrol"):
        asked_for = {question.fact.id for question in questions(begun(toy, decision, Facts({}), at=AT).reading)}
        assert {name for name in asked_for if not toy.facts[name].reads} <= named


@settings(max_examples=20, derandomize=True, deadline=None)
@given(
    st.fixed_dictionaries({name: st.sampled_from(each) for name, each in (ROADS | TAKEN_FOR_GRANTED).items()}),
    st.sampled_from(("gritting", "patrol")),
)
def test_who_answers_truthfully_gets_the_outcome_of_the_whole_patient(road: Mapping[str, str], decision: str) -> None:
    """What is taken for granted is never asked for, so it is given; all else is answered only when it is asked for."""
    toy: Guideline = TOY_WITHOUT_CASES
    try:
        whole = decide(toy, decision, read_facts(toy, road), at=AT)
    except InputRejected:
        assume(False)
    truth = {traced.fact: traced.value for traced in whole.facts}
    granted = {name: value for name, value in road.items() if name in TAKEN_FOR_GRANTED}
    interview = begun(toy, decision, read_facts(toy, granted), at=AT)
    most = len(units_of(plan_of(toy, decision), interview.trace).unknown)
    seen: list[str] = []
    while (question := next_question(interview)) is not None:
        name = question.fact.id
        assert name in {each.fact.id for each in questions(interview.reading)}
        assert name not in seen
        seen.append(name)
        value = truth[name]
        assert value is not None
        interview = answered(interview, name, question.fact.text_of(question.fact.steps_of(value)))
    assert (interview.trace.status, interview.trace.outcome) == (whole.status, whole.outcome)
    assert len(seen) <= most
    assert interview.facts.given.keys() == {*seen, *granted}


@settings(max_examples=15, derandomize=True, deadline=None)
@given(
    st.fixed_dictionaries({}, optional={name: st.sampled_from(each) for name, each in ROADS.items()}),
    st.sampled_from(("gritting", "patrol")),
)
def test_what_is_not_known_is_asked_for_once_and_stays_open(road: Mapping[str, str], decision: str) -> None:
    """Somebody who knows these facts of a road and no others answers every question."""
    toy: Guideline = TOY_WITHOUT_CASES
    interview, seen = begun(toy, decision, Facts({}), at=AT), list[str]()
    most = len(units_of(plan_of(toy, decision), interview.trace).unknown)
    while (question := next_question(interview)) is not None:
        name = question.fact.id
        assert name not in seen
        seen.append(name)
        try:
            interview = answered(interview, name, road[name]) if name in road else skipped(interview, name)
        except InputRejected:
            assume(False)
    left = {each.fact.id for each in questions(interview.reading)}
    assert left <= interview.not_known <= set(seen)
    assert (interview.trace.status is Status.NEEDS_INFORMATION) == bool(left)
    assert interview.facts.given.keys() == set(seen) & set(road)
    assert len(seen) <= most


def test_the_best_question_comes_first() -> None:
    interview = started()
    first = next_question(interview)
    assert first == questions(interview.reading)[0]
    second = next_question(skipped(interview, first.fact.id))
    assert second == questions(interview.reading)[1]


def test_an_answer_is_taken_back() -> None:
    start = started()
    assert taken_back(start) is start
    assert taken_back(answered(start, "surface_temperature", "-1")) is start
    assert taken_back(skipped(start, "surface_temperature")) is start
    twice = skipped(answered(start, "bridge", "yes"), "surface_temperature")
    assert taken_back(taken_back(twice)) is start


def test_an_interview_with_many_answers_can_still_be_printed() -> None:
    interview = started()
    for name in ("bridge", "wind", "road", "cars"):
        interview = answered(interview, name, ROADS[name][0])
    assert repr(interview).count("Interview(") == 1


@pytest.mark.parametrize(
    ("name", "answer", "value"),
    [
        ("precipitation", "2", "rain"),
        ("precipitation", "Rain", "rain"),
        ("bridge", "y", "yes"),
        ("bridge", "No", "no"),
        ("surface_temperature", "4 Cel", "4.0"),
        ("wind", "12 km/h 2026-01-14", "12"),
        ("hours_since_gritting", "2026-01-14", None),
        ("hours_since_gritting", "3 Cel", None),
        ("precipitation", "0", None),
        ("precipitation", "5", None),
        ("bridge", "1", None),
    ],
)
def test_an_answer_may_be_short_but_never_guessed(name: str, answer: str, value: str | None) -> None:
    if value is None:
        with pytest.raises(InputRejected):
            answered(started(), name, answer)
        return
    taken = answered(started(), name, answer).facts.given[name]
    assert TOY_WITHOUT_CASES.facts[name].text_of(taken.steps) == value


def test_a_day_may_stand_behind_a_value() -> None:
    deep = answered(started(), "snow_depth", "3.5 2026-01-14").facts.given["snow_depth"]
    assert (deep.steps, deep.at) == (35, date(2026, 1, 14))


@pytest.mark.parametrize(
    ("name", "answer", "code", "help"),
    [
        ("precipitation", "rian", "patient.value", "did you mean `rain`?"),
        ("precipitaton", "rain", "patient.unknown_fact", "did you mean `precipitation`?"),
        ("surface_temperature", "cold", "patient.value", "write it with digits and a point"),
        ("surface_temperature", "400", "patient.out_of_range", "runs from -30.0 to 40.0"),
        ("snow_depth", "3 2026-13-01", "patient.date", "2026"),
        ("snow_depth", "3 2026-02-01", "patient.future_date", "correct the date"),
    ],
)
def test_a_wrong_answer_is_the_diagnostic_of_a_patient_file(name: str, answer: str, code: str, help: str) -> None:
    with pytest.raises(InputRejected) as rejected:
        answered(started(), name, answer)
    assert [each.code for each in rejected.value.diagnostics] == [code]
    assert help in rejected.value.diagnostics[0].help


def test_a_value_that_is_no_longer_known_does_not_hold_and_a_stale_one_stays() -> None:
    assert skipped(started(bridge="yes"), "bridge").facts.given == {}
    old = answered(started(), "surface_temperature", "4 2026-01-01")
    assert old.reading.facts["surface_temperature"].origin is Origin.STALE
    assert skipped(old, "surface_temperature").facts == old.facts


def test_cautions_wait_apart_from_what_can_change_the_outcome() -> None:
    warm = started(surface_temperature="4")
    assert next_question(warm) is None
    assert [*waiting_cautions(warm)] == ["bridge", "road"]
    assert [*waiting_cautions(skipped(warm, "road"))] == ["bridge"]
    assert waiting_cautions(answered(warm, "bridge", "no")) == {}
