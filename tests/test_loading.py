"""Loading: the toy guideline as it is, every mistake in it all at once, and files that are no guideline at all."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from time import process_time

import pytest

from engine.cases import run_case
from engine.conditions import AllOf, AnyOf, FindingTest, NotThis, Test, as_text
from engine.diagnostics import Diagnostic, Place
from engine.errors import GuidelineRejected, NotFound
from engine.guideline import Basis, Citation, FactType, Guideline
from engine.loading import load
from tests.mistake_examples import TOY, Mistake, copy_of_toy, mistakes, said_about

EXAMPLES = tuple(mistakes())


@pytest.fixture(scope="module")
def toy() -> Guideline:
    return load(TOY)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the toy guideline, to make mistakes in."""
    return copy_of_toy(tmp_path)


def rejected(folder: Path) -> tuple[Diagnostic, ...]:
    """What is wrong in a folder, with places relative to it."""
    with pytest.raises(GuidelineRejected) as caught:
        load(folder)
    prefix = f"{folder.parent.as_posix()}/"
    return tuple(
        replace(each, place=replace(each.place, file=each.place.file.removeprefix(prefix)))
        for each in caught.value.diagnostics
    )


@pytest.mark.parametrize("mistake", EXAMPLES, ids=lambda mistake: mistake.name)
def test_a_mistake_is_told_with_message_place_source_and_help(mistake: Mistake, tmp_path: Path) -> None:
    assert said_about(mistake, tmp_path) == mistake.said


def test_the_examples_are_there_and_differ() -> None:
    assert len(EXAMPLES) > 150
    assert len({example.edits for example in EXAMPLES}) == len(EXAMPLES)


def test_the_toy_guideline_loads_with_its_header(toy: Guideline) -> None:
    assert (toy.id, toy.version, toy.status) == ("toy", "1.2.0", "active")
    assert toy.purpose == "Shows every construct of the knowledge language on a subject that needs no expert."
    assert toy.authors == ("The road crew", "The weather office")
    assert (toy.reviewed, toy.review_by) == (date(2026, 1, 15), date(2030, 1, 15))
    assert list(toy.sources) == ["frost_study", "road_book", "weather/weather_book"]
    assert toy.sources["road_book"].date == "2025-10"


def test_facts_count_in_steps(toy: Guideline) -> None:
    surface, grip, traffic, road = (toy.facts[name] for name in ("surface_temperature", "grip", "traffic", "road"))
    assert (surface.type, surface.low, surface.high, surface.decimals) == (FactType.NUMBER, -300, 400, 1)
    assert (surface.max_age_days, toy.facts["snow_depth"].max_age_days) == (1, 14)
    assert surface.codes == {"local": ("surface",), "wmo": ("12120", "12061")}
    assert surface.source == (Citation(cite="road_book", at="chapter 1", basis=Basis.STATED),)
    assert (grip.assume, toy.facts["salt_in_stock"].assume, toy.facts["chill"].agree_within) == (80, 1, 25)
    assert (traffic.derived[0].formula.facts, traffic.question) == (("cars", "lorries"), "traffic?")
    assert ([choice.id for choice in road.choices], road.low, road.high) == (["motorway", "main", "side"], 0, 2)
    assert toy.facts["chill"].derived[1].source[1] == Citation(basis=Basis.ADDED)
    assert (toy.facts["snow_depth"].changeable, toy.facts["wind"].changeable) == (True, False)
    assert surface.place.line == 2


def test_order_is_by_name_but_outcomes_keep_theirs(toy: Guideline) -> None:
    gritting = toy.decisions["gritting"]
    assert list(toy.facts) == sorted(toy.facts)
    assert list(toy.decisions) == ["clearing", "gritting", "patrol"]
    assert list(gritting.outcomes) == ["close_road", "grit_now", "wait", "leave"]
    assert list(gritting.rules) == sorted(gritting.rules)
    assert list(gritting.cases) == sorted(gritting.cases)
    assert gritting.rules["frost_on_a_bridge"].concludes == ("exposed", "frost")


def test_conditions_are_read_in_the_authors_order(toy: Guideline) -> None:
    rules = toy.decisions["gritting"].rules
    assert rules["mind_the_bridge"].when == AllOf(
        (Test("bridge", ((1, 1),), "yes"), Test("road", ((1, 2),), "not(motorway)"))
    )
    assert as_text(rules["wet_from_melting_snow"].when) == (
        "(snow_depth: > 0 and surface_temperature: ]0..10[ and "
        "(air_temperature: [5..40] or (traffic: >= 300 and road: motorway, main)))"
    )
    assert rules["grit_busy_frost"].condition == AllOf(
        (
            FindingTest("frost", True),
            FindingTest("busy", True),
            NotThis(AnyOf((FindingTest("recently_gritted", True), Test("grip", ((91, 100),), "> 0.9")))),
        )
    )
    assert rules["ice"].unless == Test("grip", ((96, 100),), "> 0.95")
    assert toy.impossible[0].when == AllOf(
        (Test("precipitation", ((3, 3),), "snow"), Test("air_temperature", ((101, 400),), "> 10"))
    )


def test_intervals_leave_out_the_ends_that_their_brackets_leave_out(toy: Guideline) -> None:
    rules = toy.decisions["gritting"].rules
    assert Test("surface_temperature", ((1, 25),), "(0..2.5]") in rules["frost_on_a_bridge"].when.parts  # type: ignore[union-attr]
    assert Test("surface_temperature", ((1, 99),), "]0..10[") in rules["wet_from_melting_snow"].when.parts  # type: ignore[union-attr]
    assert rules["gritted_a_short_while_ago"].when.parts[1] == Test("hours_since_gritting", ((0, 2),), "[0..3)")  # type: ignore[union-attr]


def test_cases_are_read_as_patients(toy: Guideline) -> None:
    case = toy.decisions["gritting"].cases["ice_without_salt"]
    given = case.facts["surface_temperature"]
    assert (given.steps, given.at, given.note) == (-25, date(2026, 1, 15), "read off the roadside sensor")
    assert case.at == datetime(2026, 1, 15, 8, 30, tzinfo=timezone(timedelta(hours=1)))
    assert list(case.facts) == ["precipitation", "salt_in_stock", "surface_temperature"]
    assert case.expect.cautions == ("close_when_nothing_helps",)
    assert toy.decisions["clearing"].cases["deep_snow"].at is None


def test_the_cases_of_the_toy_guideline_hold(toy: Guideline) -> None:
    for decision in toy.decisions.values():
        assert decision.cases
        assert [mismatch for case in decision.cases.values() for mismatch in run_case(toy, decision.id, case)] == []


def test_without_cases_their_files_are_not_looked_at(copy: Path) -> None:
    (copy / "clearing.cases.yaml").write_text("- nonsense", "utf-8")
    assert load(copy, with_cases=False).decisions["clearing"].cases == {}


@pytest.mark.parametrize("file", ["guideline.yaml", "clearing.yaml", "clearing.cases.yaml", "findings.yaml"])
def test_a_line_lost_or_doubled_is_told_or_does_no_harm(copy: Path, file: str) -> None:
    lines = (copy / file).read_text("utf-8").splitlines(keepends=True)
    told = 0
    for at, line in enumerate(lines):
        for instead in ([], [line, line]):
            (copy / file).write_text("".join([*lines[:at], *instead, *lines[at + 1 :]]), "utf-8")
            found = refusals(copy)
            told += bool(found)
            assert all(each.message and each.help and each.place.file.endswith(".yaml") for each in found)
    assert told > len(lines)


def refusals(folder: Path) -> tuple[Diagnostic, ...]:
    """What is said against a folder; nothing where it loads."""
    try:
        load(folder)
    except GuidelineRejected as refused:
        return refused.diagnostics
    return ()


# --- Identity ---------------------------------------------------------------------------------------------------------


def test_the_hash_does_not_see_comments_layout_order_or_cases(toy: Guideline, copy: Path) -> None:
    clearing = (copy / "clearing.yaml").read_text("utf-8")
    deep, still = clearing.split("rules:\n")[1].split("  still_snowing:\n")
    swapped = clearing.split("rules:\n")[0] + "rules:  # of snow\n  still_snowing:\n" + still + deep
    (copy / "clearing.yaml").write_text(swapped.replace("decision: clearing", "decision: 'clearing'"), "utf-8")
    (copy / "clearing.cases.yaml").unlink()
    assert load(copy).sha256 == toy.sha256
    assert len(toy.sha256) == 64


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("clearing.yaml", '">= 5"', '">= 6"'),
        ("clearing.yaml", '">= 5"', '">= 5.0"'),
        ("facts.yaml", "assume: 0.80", "assume: 0.8"),
        ("guideline.yaml", "version: 1.2.0", "version: 1.2.1"),
        (
            "clearing.yaml",
            "  clear: {title: Clear the snow}\n  wait: {title: Wait until it stops snowing}\n",
            "  wait: {title: Wait until it stops snowing}\n  clear: {title: Clear the snow}\n",
        ),
    ],
)
def test_the_hash_sees_every_text_and_the_order_of_outcomes(
    toy: Guideline, copy: Path, file: str, old: str, new: str
) -> None:
    text = (copy / file).read_text("utf-8")
    assert old in text
    (copy / file).write_text(text.replace(old, new), "utf-8")
    assert load(copy).sha256 != toy.sha256


# --- All at once ------------------------------------------------------------------------------------------------------


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_mistakes_of_all_files_come_at_once_sorted_by_place(copy: Path) -> None:
    edit(copy / "guideline.yaml", "status: active", "status: actve")
    edit(copy / "facts.yaml", "type: yes_no", "type: yesno")
    edit(copy / "clearing.yaml", '">= 5"', '">= 5.55"')
    edit(copy / "clearing.yaml", "then: wait", "then: wiat")
    edit(copy / "clearing.cases.yaml", '"12"', "twelve")
    found = rejected(copy)
    assert [(each.code, each.place.file, each.place.line) for each in found] == [
        ("patient.value", "toy/clearing.cases.yaml", 3),
        ("test.too_fine", "toy/clearing.yaml", 9),
        ("rule.unknown_conclusion", "toy/clearing.yaml", 16),
        ("fact.type", "toy/facts.yaml", 94),
        ("guideline.status", "toy/guideline.yaml", 4),
    ]


def test_what_follows_from_a_broken_file_is_withheld(copy: Path) -> None:
    edit(copy / "facts.yaml", "range: [0, 150]", "range: [0, 150")
    edit(copy / "clearing.yaml", "then: wait", "then: wiat")
    assert [each.code for each in rejected(copy)] == ["rule.unknown_conclusion", "yaml.syntax"]


def test_broken_sources_and_decisions_withhold_what_names_them(copy: Path) -> None:
    (copy / "guideline.yaml").write_text("[", "utf-8")
    (copy / "clearing.yaml").write_text("decision: [", "utf-8")
    edit(copy / "clearing.cases.yaml", "snow_depth: 0", "snow_dept: 0")
    assert [each.code for each in rejected(copy)] == ["patient.unknown_fact", "yaml.syntax", "yaml.syntax"]


def test_references_are_checked_beside_broken_siblings(copy: Path) -> None:
    edit(copy / "facts.yaml", "    range: [0, 500]\n    decimals: 1\n", "    range: [0, 500]\n")
    edit(copy / "clearing.yaml", '">= 5"', "whatever")
    edit(copy / "clearing.yaml", 'snow_depth: "< 5"', "snow_dept: 3")
    edit(copy / "gritting.yaml", "outcomes:", "outcomes: none\nelse:")
    assert [(each.code, each.place.file) for each in rejected(copy)] == [
        ("rule.unknown_fact", "toy/clearing.yaml"),
        ("fact.missing_key", "toy/facts.yaml"),
        ("decision.wrong_kind", "toy/gritting.yaml"),
        ("decision.unknown_key", "toy/gritting.yaml"),
    ]


# --- Folders and files ------------------------------------------------------------------------------------------------


def test_a_folder_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="there is no guideline in"):
        load(tmp_path / "nowhere")


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    path = tmp_path / "guideline.yaml"
    path.write_text("guideline: toy", "utf-8")
    assert rejected(path) == (
        Diagnostic(
            "file.not_folder",
            "this is a file, not a folder",
            Place("guideline.yaml"),
            "name the folder of a guideline",
        ),
    )


def test_an_empty_folder_lacks_everything(tmp_path: Path) -> None:
    folder = tmp_path / "toy"
    folder.mkdir()
    help = "check its name and folder"
    assert rejected(folder) == (
        Diagnostic(
            "guideline.no_decision",
            "the guideline has no decision",
            Place("toy"),
            "write one, in a file of its own, such as `selection.yaml`",
        ),
        Diagnostic("file.not_there", "the file is not there", Place("toy/facts.yaml"), help),
        Diagnostic("file.not_there", "the file is not there", Place("toy/guideline.yaml"), help),
    )


def test_a_folder_instead_of_a_file(copy: Path) -> None:
    (copy / "clearing.yaml").unlink()
    (copy / "clearing.yaml").mkdir()
    place = Place("toy/clearing.yaml")
    message = "this is a folder, not a file"
    assert rejected(copy) == (Diagnostic("file.is_folder", message, place, "name a file in it"),)


def test_what_is_no_yaml_is_nobodys_business(copy: Path, toy: Guideline) -> None:
    for name in ("README.md", ".hidden.yaml", "notes.txt"):
        (copy / name).write_text("{", "utf-8")
    assert load(copy).sha256 == toy.sha256


@pytest.mark.parametrize("error", [PermissionError(13, "no"), OSError(5, "broken disk")])
def test_a_file_that_may_not_be_read(copy: Path, monkeypatch: pytest.MonkeyPatch, error: OSError) -> None:
    """By a stand-in for `open`, because the tests may run as a user who may read everything."""
    real = Path.open

    def refuse(self: Path, *arguments: object) -> object:
        if self.name == "facts.yaml":
            raise error
        return real(self, *arguments)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refuse)
    help = "check its name and who may read it"
    place = Place("toy/facts.yaml")
    assert rejected(copy) == (Diagnostic("file.not_readable", "the file cannot be read", place, help),)


def test_a_folder_that_may_not_be_read(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path) -> object:
        raise PermissionError(13, "no")

    monkeypatch.setattr(Path, "iterdir", refuse)
    help = "check who may read it"
    assert rejected(copy) == (Diagnostic("file.not_readable", "the folder cannot be read", Place("toy"), help),)


def test_a_decision_beyond_the_limits_of_the_matcher_is_told_while_loading(copy: Path) -> None:
    rule = "  r{}: {{title: R, when: {{bridge: yes}}, then: clear, because: B., source: {{basis: added}}}}\n"
    with (copy / "clearing.yaml").open("a") as file:
        file.writelines(rule.format(at) for at in range(1000))
    (found,) = rejected(copy)
    assert found.code == "decision.too_large"
    assert found.message == "the decision comes to 1,003 rules with its `any` parts, 1,000 can be run"
    assert found.place == Place("toy/clearing.yaml", 1, 1, 9, text="decision: clearing")
    assert found.help == "split the decision in two, or write fewer and larger conditions"


def test_reading_stops_where_there_are_too_many_mistakes(copy: Path) -> None:
    with (copy / "facts.yaml").open("a") as file:
        file.writelines(f"nonsense_{at}: 1\n" for at in range(20_000))
    started = process_time()
    found = rejected(copy)
    assert process_time() - started < 10
    assert len(found) == 501
    assert found[0] == Diagnostic(
        "file.too_many_mistakes",
        "there are 500 mistakes or more, and reading stopped",
        Place("toy/facts.yaml"),
        "repair these first",
    )
