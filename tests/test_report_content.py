"""What a report says: criteria, what decided it, why not the others, sources, and all of it once."""

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations

import pytest

from engine.conditions import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    FindingTest,
    NotThis,
    ScoreTest,
    Test,
    concluded_in,
)
from engine.deciding import decide
from engine.errors import InputRejected
from engine.facts import read_facts
from engine.guideline import Rule
from engine.truth import FALSE, TRUE
from explain.changes import Change, Changes, Move, changes_of, short_change_in_words
from explain.criteria import criteria_of
from explain.grounds import Demand, grounds_of
from explain.reading import Reading
from explain.report import report_of
from explain.wording import demand_in_words, sentence
from tests.reports import AT, ICE, SITUATIONS, TOY_GUIDELINE, read, reported, section_lines, texts_of

DATED = {"value": "-2.5", "at": "2026-01-15"}
VALUES: dict[str, list[object]] = {
    "surface_temperature": ["-5", "0", "1.5", "4"],
    "air_temperature": ["-3", "6"],
    "precipitation": ["none", "rain", "snow"],
    "snow_depth": ["0", "3", "8"],
    "hours_since_gritting": [1, 4, 30],
    "cars": [20, 900],
    "lorries": [3],
    "bridge": ["yes", "no"],
    "road": ["motorway", "main", "side"],
    "wind": [10, 50, 90],
    "salt_in_stock": ["yes", "no"],
    "grip": ["0.5", "0.93", "0.97"],
}
"""Of roads at random."""


def wanted_in(condition: Condition, wanted: bool = True) -> Iterator[tuple[Test | FindingTest | ScoreTest, bool]]:
    """The tests of a condition, each with whether it is to hold for the condition to hold."""
    if isinstance(condition, NotThis):
        yield from wanted_in(condition.part, not wanted)
    elif isinstance(condition, AllOf | AnyOf | AtLeast):
        for part in condition.parts:
            yield from wanted_in(part, wanted)
    else:
        yield condition, wanted


def test_what_a_rule_must_not_have_is_no_criterion_of_its_opposite() -> None:
    """Ice is `unless` grip is above 0.95; busy frost is gritted only if it is `not` above 0.90."""
    (grip,) = (each for each in criteria_of(read("gritting", {**ICE, "grip": "0.93"})) if each.title == "Grip")
    assert {(each.values, each.state) for each in grip.needed} == {
        ("0.95 or below", "met"),
        ("0.90 or below", "not met"),
    }


@pytest.mark.parametrize("decision", ["gritting", "clearing", "patrol"])
def test_every_test_behind_an_outcome_is_a_criterion_and_no_other_is(decision: str) -> None:
    reading = read(decision, ICE)
    behind, bearing = set(reading.decision.outcomes), dict[str, Rule]()
    while rules := {
        name: rule
        for name, rule in reading.decision.rules.items()
        if name not in bearing and behind & {*rule.concludes, *rule.adds}
    }:
        bearing |= rules
        behind |= {name for rule in rules.values() for name in concluded_in(rule.condition)}
    expected = set()
    for leaf, wanted in (each for rule in bearing.values() for each in wanted_in(rule.condition)):
        if not isinstance(leaf, FindingTest):
            is_score = isinstance(leaf, ScoreTest)
            fact = reading.decision.scores[leaf.score].scale if is_score else reading.fact(leaf.fact)
            expected.add((sentence(fact.title), demand_in_words(fact, leaf, wanted)))
    assert {(each.title, needed.values) for each in criteria_of(reading) for needed in each.needed} == expected


@pytest.mark.parametrize("name", SITUATIONS)
def test_every_fact_and_what_is_needed_of_it_stands_once_met_first(name: str) -> None:
    criteria = reported(name).criteria
    titles = [each.title for each in criteria]
    assert len(titles) == len(set(titles))
    for each in criteria:
        assert each.needed
        assert len({needed.values for needed in each.needed}) == len(each.needed)
        states = [needed.state for needed in each.needed]
        assert states == sorted(states, key=["met", "not met", "unknown"].index)
        assert [state for state, _ in each.by_state] == list(dict.fromkeys(states))


def test_a_criterion_says_value_unit_origin_and_how_each_test_came_out() -> None:
    frost = next(each for each in reported().criteria if each.title == "Surface temperature")
    assert (frost.value, frost.unit, frost.date, frost.origin) == ("-2.5 Cel", "Cel", None, "given")
    assert {needed.values: needed.state for needed in frost.needed} == {
        "0.0 Cel or below": "met",
        "0.1 to 2.5 Cel": "not met",
        "0.1 to 9.9 Cel": "not met",
    }
    unknown = next(each for each in reported("nothing known").criteria if each.title == "Surface temperature")
    assert (unknown.value, unknown.origin) == ("not known", "not given")
    assert {needed.state for needed in unknown.needed} == {"unknown"}


def test_a_computed_value_says_from_which_values_and_of_which_day() -> None:
    wind = {"air_temperature": {"value": "1.0", "at": "2026-01-14"}, "wind": {"value": 60, "at": "2026-01-15"}}
    chill = next(each for each in criteria_of(read("gritting", wind)) if each.title == "Wind chill")
    assert (chill.value, chill.date) == ("-5.0 Cel", "2026-01-14")
    assert chill.origin == "rule of thumb of 2026-01-14, from air temperature: 1.0 Cel; wind speed: 60 km/h"
    cars = next(each for each in criteria_of(read("gritting", {"cars": 20, "lorries": 3})) if each.title == "Traffic")
    assert cars.origin == "weighted count, from cars per hour: 20; lorries per hour: 3"


def test_a_value_with_a_date_says_it() -> None:
    dated = [each for each in criteria_of(read("gritting", {"surface_temperature": DATED})) if each.date]
    assert {(each.date, each.origin) for each in dated} == {("2026-01-15", "given, 2026-01-15")}


def test_what_decided_it_says_once_what_all_reasons_share() -> None:
    road = {"surface_temperature": "-1", "precipitation": "rain", "hours_since_gritting": 2}
    (line,) = section_lines(report_of(TOY_GUIDELINE, read("gritting", road).trace, None), "What decided it")
    assert line.text == (
        "Hours since the last gritting: 2; surface temperature: -1.0 Cel. With what is assumed, this is enough, "
        "whatever the other facts are."
    )


def test_assumptions_stand_in_the_answer_and_on_their_own() -> None:
    report = reported()
    assert " Assumed: " in report.answer
    assumed = next(section for section in report.sections if section.title == "Assumptions")
    assert all(line.text.endswith("(assumed)") for line in assumed.lines)
    nobody = report_of(TOY_GUIDELINE, decide(TOY_GUIDELINE, "clearing", read_facts(TOY_GUIDELINE, {}), at=AT), None)
    assert [section.title for section in nobody.sections if not section.lines] == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (Changes((), False, is_partial=True), "No change was found, but not every possibility was tried."),
        (Changes((), False), "No change of the facts that can be changed leads to it."),
    ],
)
def test_that_no_change_was_found_is_said(changes: Changes, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explain.report_sections.changes_of", lambda *_, **__: changes)
    assert said in list(texts_of(reported()))


def test_a_search_that_left_something_untried_or_was_cut_short_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def cut_short(reading: Reading, outcome: str, *, limit: int) -> Changes:
        return replace(changes_of(reading, outcome, limit=limit), is_capped=True, is_partial=True)

    monkeypatch.setattr("explain.report_sections.changes_of", cut_short)
    said = "There are more: see `candor change --all`. There may be more: not every possibility was tried."
    assert any(text.endswith(said) for text in texts_of(reported()))


def test_every_other_outcome_says_what_it_needs_and_what_would_lead_there() -> None:
    lines = section_lines(reported(), "Why not the other outcomes")
    outcomes = TOY_GUIDELINE.decisions["gritting"].outcomes
    assert [line.text for line in lines] == [
        f"{outcome.title} ({outcome.id}):" for outcome in outcomes.values() if outcome.id != "grit_now"
    ]
    told = [[(each.text, *(needed.text for needed in each.below)) for each in line.below] for line in lines]
    assert told == [
        [
            ("It would need this, which need not be enough:", "Salt in stock: no"),
            ('It would be the answer if salt in stock were "no".',),
        ],
        [
            (
                "The answer takes precedence over it, and it would need this, which need not be enough:",
                "Hours since the last gritting: 5 or below",
            ),
            ("No change of the facts that can be changed leads to it.",),
        ],
        [
            (
                "The answer takes precedence over it, and it would need at least one of these, and one alone "
                "need not be enough:",
                "Precipitation: no precipitation",
                "Surface temperature: 0.1 Cel or above",
            ),
            ("No change of the facts that can be changed leads to it.",),
        ],
    ]


def standing(decision: str, facts: dict[str, object]) -> dict[str, tuple[str, ...]]:
    """By outcome how it stands, and what it needs."""
    report = report_of(TOY_GUIDELINE, read(decision, facts).trace, None)
    lines = next(section.lines for section in report.sections if "what would change the answer" in section.title)
    told = ((line.text.split("(")[1].removesuffix("):"), line.below[0]) for line in lines)
    return {outcome: (line.text, *(each.text for each in line.below)) for outcome, line in told}


NEEDS = "It is still possible, and needs this, which need not be enough:"


def test_an_open_decision_says_how_each_outcome_stands() -> None:
    assert standing("gritting", {"precipitation": "rain"}) == {
        "close_road": ("It is ruled out; it would need this, which need not be enough:", "Salt in stock: no"),
        "grit_now": (NEEDS, "Hours since the last gritting: 3 or above"),
        "wait": (NEEDS, "Hours since the last gritting: 2 or below"),
        "leave": (NEEDS, "Surface temperature: 0.1 Cel or above"),
    }
    assert standing("gritting", {})["leave"] == ("It is still possible.",)
    assert standing(*SITUATIONS["scores"])["go_later"] == (
        "It is the answer, unless an outcome that takes precedence over it is concluded.",
    )
    assert standing(*SITUATIONS["scores"])["go_now"][1] == "Need to look: 2.5 points or above"


def test_an_outcome_that_was_overridden_or_is_out_of_the_question_says_so() -> None:
    closed = {"surface_temperature": "-1", "precipitation": "rain", "salt_in_stock": "no"}
    told = standing("gritting", {**closed, "hours_since_gritting": 30})
    assert told["grit_now"] == ("It is concluded too, but the answer takes precedence over it.",)
    assert standing("gritting", closed)["wait"] == ("Whatever is still unknown, it is not the answer.",)


def holds(reading: Reading, demand: Demand) -> bool | None:
    """Whether a fact or score has a value that is demanded; None where that is not known."""
    if demand.name in reading.scores:
        scale, score = reading.decision.scores[demand.name].scale, reading.scores[demand.name]
        ends = scale.steps_of(score.low), scale.steps_of(score.high)
        return any(low <= ends[0] and ends[1] <= high for low, high in demand.meets) or (
            None if ends[0] < ends[1] else False
        )
    value = reading.facts[demand.name].value
    steps = None if value is None else reading.fact(demand.name).steps_of(value)
    return None if steps is None else any(low <= steps <= high for low, high in demand.meets)


def roads(decision: str, count: int) -> list[Reading]:
    """Roads with some facts given, each at random."""
    chosen, found = random.Random(20), list[Reading]()
    while len(found) < count:
        given = {name: chosen.choice(values) for name, values in VALUES.items() if chosen.random() < 0.7}
        try:
            found.append(read(decision, given))
        except InputRejected:
            continue
    return found


@pytest.mark.parametrize("decision", ["gritting", "clearing", "patrol"])
def test_no_rule_of_an_outcome_fires_unless_one_of_its_grounds_is_met(decision: str) -> None:
    seen, tried = roads(decision, 40), 0
    for here, there in permutations(seen, 2):
        for outcome in here.decision.outcomes:
            rules = here.concluding(outcome)
            truths = {here.results[name].truth for name in rules}
            fires = any(there.results[name].truth is TRUE for name in rules)
            if truths != {FALSE} or not fires:
                continue
            tried += 1
            grounds = grounds_of(here, outcome, FALSE)
            assert [each for each in grounds if holds(here, each)] == []
            assert any(holds(there, each) is not False for each in grounds), (outcome, grounds)
    assert tried > 20


def test_the_record_names_guideline_version_hash_and_instant() -> None:
    record = dict(reported().record)
    assert record["Decision"] == f"toy/gritting, version {TOY_GUIDELINE.version} ({TOY_GUIDELINE.status})"
    assert record["sha256"] == TOY_GUIDELINE.sha256
    assert record["Decided at"] == AT.isoformat()


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_source_stands_once_under_its_number_with_kind_evidence_and_basis(name: str) -> None:
    report = reported(name)
    assert [each.number for each in report.sources] == [str(number) for number in range(1, len(report.sources) + 1)]
    assert len({each.text for each in report.sources}) == len(report.sources)
    for source in report.sources:
        graded = f"evidence: {source.evidence}" if source.evidence in ("not stated", "none") else source.evidence
        assert source.line == f"{source.text} ({source.kind}; {graded}; {source.basis})"
        assert source.basis


def test_what_is_cited_by_number_is_in_the_list_of_sources() -> None:
    report = reported()
    numbers = {each.number: each for each in report.sources}
    (why,) = next(section.lines for section in report.opening if section.title == "Why")
    assert why.rule == "toy/gritting#grit_ice"
    (cited,) = why.sources
    number, basis = cited.removesuffix(")").split(" (")
    assert numbers[number].text.startswith("The roads office, 2025-10: The road book")
    assert basis == "stated"
    cautions = {line.text: line.sources for line in section_lines(report, "Cautions")}
    assert cautions["Never grit a road that is under water."] == ()
    assert cautions["Salt harms trees."] == (number,)
    (still_open,) = section_lines(report, "Cautions that may apply")
    assert still_open.text == "Bridge and class of road:"
    (bridge,) = still_open.below
    assert bridge.text == "Look at the bridge first."
    assert [numbers[each].text for each in bridge.sources] == ["Frost on bridges, 2024"]


def test_a_change_of_one_fact_tells_its_range_and_one_of_several_the_values_alone() -> None:
    reading = read("gritting", {"surface_temperature": "-1", "precipitation": "rain"})
    warm = Move("surface_temperature", "-1.0", "0.1", "0.1", "40.0", False)
    gritted = Move("hours_since_gritting", None, 2, 0, 2, False)
    told = [short_change_in_words(reading, Change("leave", moves)) for moves in ((warm,), (gritted,), (gritted, warm))]
    assert told == [
        "if surface temperature were 0.1 Cel or above",
        "if hours since the last gritting were known to be 2 or below",
        "if hours since the last gritting were known to be 2 and surface temperature were 0.1 Cel",
    ]
