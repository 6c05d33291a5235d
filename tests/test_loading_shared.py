"""Loading scores, counts, shared findings and imports: what the toy guideline and the one beside it become."""

import shutil
from pathlib import Path

import pytest

from engine.cases import run_case
from engine.conditions import AtLeast, ScoreTest, Test, as_text
from engine.deciding import decide
from engine.facts import read_facts
from engine.guideline import Citation, FactType, Guideline, Import
from engine.loading import load
from engine.plan import plan_of
from tests.mistake_examples import AT, TOY, WEATHER, copy_of_toy

OF_THE_PLACE = {"points_for_a_bridge", "points_for_wind", "points_for_a_side_road"}


@pytest.fixture(scope="module")
def toy() -> Guideline:
    return load(TOY)


@pytest.fixture(scope="module")
def imports(toy: Guideline) -> tuple[Import, ...]:
    return toy.facts["coming_weather"].imports


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return copy_of_toy(tmp_path)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")


# --- Counts and scores ------------------------------------------------------------------------------------------------


def test_a_count_is_read_in_the_authors_order(toy: Guideline) -> None:
    condition = toy.decisions["patrol"].rules["signs_of_trouble"].condition
    assert isinstance(condition, AtLeast)
    assert condition.n == 2
    assert condition.parts[0] == Test("surface_temperature", ((-300, 0),), "<= 0")
    assert as_text(condition) == (
        "at least 2 of (surface_temperature: <= 0, precipitation: not(none), coming_weather: hoar_frost, "
        "place_points: [2..4])"
    )


def test_scores_and_points_count_in_steps(toy: Guideline) -> None:
    patrol = toy.decisions["patrol"]
    need, place = patrol.scores["need"].scale, patrol.scores["place_points"].scale
    assert (need.type, need.low, need.high, need.decimals, need.unit) == (FactType.NUMBER, -5, 50, 1, "points")
    assert (place.type, place.low, place.high, place.decimals, place.unit) == (FactType.INTEGER, -1, 4, 0, None)
    assert patrol.rules["storm_is_coming"].adds == {"need": 25}
    assert patrol.rules["storm_is_coming"].concludes == ("trouble",)
    assert patrol.rules["no_need_right_after_gritting"].adds == {"need": -5}
    assert patrol.rules["stay_where_all_is_quiet"].when.parts[1] == ScoreTest("need", ((-5, 24),), "< 2.5")  # type: ignore[union-attr]


def test_facts_may_be_shown_beside_an_answer(toy: Guideline) -> None:
    assert toy.decisions["patrol"].beside == ("snow_depth", "grip")
    assert toy.decisions["gritting"].beside == ()
    trace = decide(toy, "patrol", read_facts(toy, {"snow_depth": 3}), at=AT)
    beside = {fact.fact: fact.value for fact in trace.facts if fact.fact in ("snow_depth", "grip")}
    assert beside == {"snow_depth": "3.0", "grip": "0.80"}


# --- Shared findings --------------------------------------------------------------------------------------------------


def test_a_decision_takes_of_what_is_shared_what_its_rules_need(toy: Guideline) -> None:
    clearing, gritting, patrol = (toy.decisions[name] for name in ("clearing", "gritting", "patrol"))
    assert "many_drive_here" in gritting.rules
    assert gritting.rules.keys().isdisjoint(OF_THE_PLACE)
    assert gritting.scores == {}
    assert patrol.rules.keys() >= {"many_drive_here", *OF_THE_PLACE}
    assert list(patrol.findings) == ["busy", "trouble"]
    assert list(patrol.scores) == ["need", "place_points"]
    assert list(clearing.rules) == ["deep_snow", "still_snowing"]


def test_a_rule_knows_its_home(toy: Guideline) -> None:
    for name, decision in toy.decisions.items():
        homes = {rule.id: rule.home for rule in decision.rules.values()}
        shared = homes.keys() & {"many_drive_here", *OF_THE_PLACE}
        assert homes == {rule: "findings" if rule in shared else name for rule in homes}


def test_what_is_shared_may_rest_on_what_is_shared(copy: Path) -> None:
    edit(copy / "findings.yaml", 'when: {wind: "[40..80)"}', 'when: {wind: "[40..80)", lively: no}')
    edit(copy / "findings.yaml", "  busy: Many drive here\n", "  busy: Many drive here\n  lively: There is life here\n")
    edit(copy / "findings.yaml", "then: busy", "then: [busy, lively]")
    edit(copy / "patrol.yaml", "    when: {busy: yes}", "    when: {bridge: yes}")
    edit(copy / "patrol.yaml", "Many drive here: {busy}.", "Bridge.")
    edit(copy / "patrol.cases.yaml", "findings: {trouble: yes, busy: yes}", "findings: {trouble: yes, lively: yes}")
    patrol = load(copy).decisions["patrol"]
    assert list(patrol.findings) == ["busy", "lively", "trouble"]
    assert "many_drive_here" in patrol.rules


def test_the_caution_of_a_shared_rule_is_given_in_every_decision_that_takes_it(copy: Path) -> None:
    edit(copy / "findings.yaml", "    then: busy\n", "    then: busy\n    caution: Mind the traffic.\n")
    guideline = load(copy, with_cases=False)
    for decision, cautioned in (("clearing", False), ("gritting", True), ("patrol", True)):
        trace = decide(guideline, decision, read_facts(guideline, {"traffic": 900}), at=AT)
        assert ("Mind the traffic." in [caution.text for caution in trace.cautions]) is cautioned


# --- Imports ----------------------------------------------------------------------------------------------------------


def test_imports_say_whose_facts_and_values_are_whose(imports: tuple[Import, ...]) -> None:
    warning, outlook = imports
    assert (warning.guideline.id, warning.decision, outlook.decision) == ("weather", "warning", "outlook")
    same = {name: name for name in ("air_temperature", "dew_point", "humidity")}
    assert warning.facts == {**same, "wind_speed": "wind"}
    assert warning.values == {"coast": 0}
    assert warning.results == {"storm": 0, "hoar_frost": 1, "calm": 2, None: 2}
    assert outlook.results == {"bad": 0, "good": 2, None: 2}
    assert (warning.source[0].cite, outlook.source) == ("road_book", ())


def test_facts_that_are_not_ours_join_ours(toy: Guideline) -> None:
    assert {"humidity", "dew_point", "bulletin"} <= toy.facts.keys()
    assert toy.facts.keys().isdisjoint({"coast", "wind_speed"})
    assert toy.facts["air_temperature"].title == "air temperature"
    assert toy.facts["dew_point"].derived[0].formula.facts == ("air_temperature", "humidity")
    cited: Citation = toy.facts["humidity"].source[0]
    assert cited.cite == "weather/weather_book"
    assert toy.sources["weather/weather_book"].title == "The weather book"
    assert toy.facts["bulletin"].choices[1].source[0].cite == "weather/weather_book"


def test_what_is_impossible_there_is_impossible_here(toy: Guideline) -> None:
    (joined,) = [each for each in toy.impossible if each.place.file.endswith("weather/facts.yaml")]
    assert joined.when == Test("humidity", ((0, 4),), "< 5")
    assert joined.because == "Inland, the air is never as dry as {humidity}."


def test_a_fact_reads_what_it_is_decided_from(toy: Guideline) -> None:
    assert toy.facts["coming_weather"].reads == {"air_temperature", "bulletin", "dew_point", "humidity", "wind"}
    assert {"humidity", "bulletin"} <= set(plan_of(toy, "patrol").names)
    assert "humidity" not in plan_of(toy, "gritting").names


def test_the_cases_of_the_imported_guideline_hold_and_are_not_looked_at(copy: Path) -> None:
    weather = load(WEATHER)
    for decision in weather.decisions.values():
        assert [each for case in decision.cases.values() for each in run_case(weather, decision.id, case)] == []
    (copy.parent / "weather" / "warning.cases.yaml").write_text("- nonsense", "utf-8")
    assert load(copy).facts["coming_weather"].imports


def test_a_guideline_is_found_beside_or_in_the_library(copy: Path, tmp_path: Path) -> None:
    beside, library = tmp_path / "weather", tmp_path / "library" / "weather"
    shutil.copytree(beside, library)
    edit(library / "facts.yaml", "title: bulletin of the day", "title: bulletin from the library")
    assert load(copy, library=[library.parent]).facts["bulletin"].title == "bulletin of the day"
    shutil.rmtree(beside)
    assert load(copy, library=[tmp_path, library.parent]).facts["bulletin"].title == "bulletin from the library"


# --- Identity ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("toy/findings.yaml", "{add: 3, to: place_points}", "{add: 2, to: place_points}"),
        ("toy/findings.yaml", 'because: "Bridge: {bridge}."', 'because: "A bridge: {bridge}."'),
        ("toy/patrol.yaml", "n: 2", "n: 3"),
        ("toy/patrol.yaml", "{add: 2.5, to: need}", "{add: 2.50, to: need}"),
        ("toy/patrol.yaml", "beside: [snow_depth, grip]", "beside: [snow_depth]"),
        ("toy/facts.yaml", "otherwise: quiet", "otherwise: storm"),
        ("weather/warning.yaml", '{wind_speed: ">= 90"}', '{wind_speed: ">= 95"}'),
        ("weather/outlook.yaml", "title: Warned", "title: There was a warning"),
    ],
)
def test_the_hash_sees_what_is_shared_and_what_is_imported(
    toy: Guideline, copy: Path, file: str, old: str, new: str
) -> None:
    edit(copy.parent / file, old, new)
    assert load(copy, with_cases=False).sha256 != toy.sha256


def test_the_hash_does_not_see_where_the_imported_guideline_lies_nor_its_cases(toy: Guideline, copy: Path) -> None:
    weather = copy.parent / "weather"
    (weather / "warning.cases.yaml").unlink()
    shutil.move(weather, copy.parent / "elsewhere" / "weather")
    assert load(copy, library=[copy.parent / "elsewhere"]).sha256 == toy.sha256
