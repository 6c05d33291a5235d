"""`candor diff` as people run it: what it says, in which form, how it ends; git revisions; patients; hostile input."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.commands import Ran, candor
from tests.mistake_examples import SOUND, TOY, copy_of_toy
from tests.schemas import diff_schema

AT = ("--at", "2026-01-15")
VALID = Draft202012Validator(diff_schema())
PATIENTS = [
    {"patient": "shallow", "facts": {"snow_depth": "5.2", "precipitation": "none"}},
    {"patient": "deep", "facts": {"snow_depth": "7"}},
    {"facts": {"snow_depth": "5.9"}},
    {"patient": "unknown", "facts": {"depth": "5"}},
]


def edited(folder: Path, *edits: tuple[str, str, str]) -> Path:
    """The toy guideline with other texts, at the named places of its files."""
    folder.mkdir()
    toy = copy_of_toy(folder)
    for file, removed, added in edits:
        path = toy / f"{file}.yaml"
        text = path.read_text("utf-8")
        assert removed in text
        path.write_text(text.replace(removed, added), "utf-8")
    return toy


DEEPER = ("clearing", '">= 5"', '">= 6"')
UNDATED = "undated: surface_temperature"
PATCHED = ("guideline", "version: 1.2.0", "version: 1.2.1")


def diffed(*arguments: object, cwd: Path | None = None) -> tuple[Ran, dict[str, Any]]:
    ran = candor("diff", *arguments, *AT, "--format", "json", **({} if cwd is None else {"cwd": cwd}))  # type: ignore[arg-type]
    document = json.loads(ran.out)
    assert [error.message for error in VALID.iter_errors(document)] == []
    return ran, document


def test_who_moves_is_told_with_an_example_and_the_version_is_held_to_it(tmp_path: Path) -> None:
    new = edited(tmp_path / "new", DEEPER)
    ran = candor("diff", TOY, new, *AT)
    assert ran.code == 1
    assert ran.err == "error: the version of the new guideline does not say what changed\n"
    assert "Patients have another answer in clearing. Version 1.2.0 does not say so." in ran.out
    assert (
        "  Clear the snow (clear) before, no outcome after\n    Depth of snow: 5.0 to 5.9 cm; any other facts\n"
        in ran.out
    )
    (example,) = (line for line in ran.out.splitlines() if line.startswith("      for example: "))
    assert "; Depth of snow: 5.0 cm" in example
    assert "  Proved: no patient has another outcome, over 155,520 classes of patients" in ran.out
    assert "  A patch step is required: 1.2.0 to 1.2.1 or above\n" in ran.out


@pytest.mark.parametrize(("version", "code"), [("1.2.0", 1), ("1.2.1", 0), ("1.3.0", 0), ("1.1.9", 1)])
def test_a_version_must_say_what_changed(version: str, code: int, tmp_path: Path) -> None:
    new = edited(tmp_path / "new", DEEPER, ("guideline", "version: 1.2.0", f"version: {version}"))
    ran, document = diffed(TOY, new)
    assert ran.code == code
    assert document["version"]["is_enough"] is (code == 0)
    assert (document["version"]["required"], document["version"]["least"]) == ("patch", "1.2.1")


def test_json_says_it_all(tmp_path: Path) -> None:
    _, document = diffed(TOY, edited(tmp_path / "new", DEEPER, PATCHED))
    (clearing,) = (each for each in document["decisions"] if each["movements"])
    ((movement),) = clearing["movements"]
    assert movement["before"] == {"outcome": "clear", "is_refused": False}
    assert movement["after"] == {"outcome": None, "is_refused": False}
    ((group),) = movement["groups"]
    assert group["bounds"] == [{"fact": "snow_depth", "of": "value", "spans": [{"low": "5.0", "high": "5.9"}]}]
    assert group["example"]["before"] == group["example"]["after"]
    assert group["example"]["after"]["snow_depth"] == "5.0"
    ((edit),) = document["edits"]
    assert (edit["part"], edit["name"], edit["touches"], edit["step"]) == ("rule", "deep_snow", "answers", "patch")


def test_markdown_has_the_same_and_escapes_it(tmp_path: Path) -> None:
    new = edited(tmp_path / "new", ("clearing", "title: Deep snow", 'title: "<b>*Deep* snow"'), PATCHED)
    ran = candor("diff", TOY, new, "--format", "markdown", *AT)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("# Gritting and clearing of icy roads: toy 1.2.0 and toy 1.2.1\n")
    assert "## Edits of what is said\n" in ran.out
    assert "\\<b\\>\\*Deep\\* snow" in ran.out


def test_a_guideline_and_itself_are_proved_to_be_the_same() -> None:
    ran = candor("diff", TOY, TOY, *AT)
    assert (ran.code, ran.err) == (0, "")
    assert "The two are the same guideline." in ran.out
    assert ran.out.count("Proved: no patient has another outcome, over ") == 3
    assert "Nothing was edited, so nothing is required: 1.2.0, 1.2.0" in ran.out


def test_who_gets_a_caution_no_longer_is_told_though_no_outcome_changes(tmp_path: Path) -> None:
    rule = (
        "  warn:\n    title: Warn\n    when: {{snow_depth: {}}}\n    caution: Mind it.\n    source: {{basis: added}}\n"
    )
    old, new = (
        edited(tmp_path / name, ("clearing", "rules:\n", "rules:\n" + rule.format(test)), PATCHED)
        for name, test in (("old", '">= 5"'), ("new", '">= 9"'))
    )
    ran, document = diffed(old, new)
    assert ran.code == 1
    (change,) = (each for decision in document["decisions"] for each in decision["told_changes"])
    assert (change["turn"], change["caution"]) == ("lost", {"before": "Mind it.", "after": "Mind it."})
    (group,) = change["groups"]
    assert group["bounds"] == [{"fact": "snow_depth", "of": "value", "spans": [{"low": "5.0", "high": "8.9"}]}]
    assert group["example"]["after"]["snow_depth"] == "5.0"
    assert document["version"]["required"] == "patch"
    text = candor("diff", old, new, *AT).out
    assert text.splitlines()[1].startswith(
        "No patient has another outcome; patients get other cautions or points in clearing."
    )
    told = '  Caution "Mind it." [warn]: given before, no longer after\n    Depth of snow: 5.0 to 8.9 cm; '
    assert told in text
    assert text.count("  Proved: no patient of whom everything is given gets another caution of a rule") == 1


def test_a_caution_in_other_words_is_the_same_and_two_that_change_places_are_not(tmp_path: Path) -> None:
    rules = (
        '  warn:\n    title: Warn\n    when: {{snow_depth: ">= 5"}}\n    caution: {}\n    source: {{basis: added}}\n'
        '  look:\n    title: Look\n    when: {{snow_depth: ">= 9"}}\n    caution: {}\n    source: {{basis: added}}\n'
    )
    said = {
        "old": ("Mind it.", "Look out."),
        "reworded": ("Beware.", "Look out."),
        "swapped": ("Look out.", "Mind it."),
    }
    made = {
        name: edited(tmp_path / name, ("clearing", "rules:\n", "rules:\n" + rules.format(*texts)), PATCHED)
        for name, texts in said.items()
    }
    _, document = diffed(made["old"], made["reworded"])
    assert [each for decision in document["decisions"] for each in decision["told_changes"]] == []
    _, document = diffed(made["old"], made["swapped"])
    changes = [each for decision in document["decisions"] for each in decision["told_changes"]]
    assert [(each["turn"], each["caution"]["before"]) for each in changes] == [
        ("gained", "Look out."),
        ("lost", "Mind it."),
    ]


def test_whom_one_version_calls_impossible_gets_no_other_caution(tmp_path: Path) -> None:
    """They get another answer, which is told: they are refused."""
    rule = '  warn: {title: Warn, when: {snow_depth: "[5..9)"}, caution: Mind it., source: {basis: added}}\n'
    old = edited(tmp_path / "old", ("clearing", "rules:\n", "rules:\n" + rule))
    more = 'impossible:\n  - when: {snow_depth: "[5..9)"}\n    because: "It never is."\n'
    new = edited(tmp_path / "new", ("facts", "impossible:\n", more))
    _, document = diffed(old, new)
    (clearing,) = (each for each in document["decisions"] if each["decision"] == "clearing")
    assert clearing["told_changes"] == []
    assert clearing["movements"]
    assert all(each["after"]["is_refused"] for each in clearing["movements"])


def test_who_gets_other_points_is_told_with_the_points_of_the_example(tmp_path: Path) -> None:
    old = shutil.copytree(SOUND, tmp_path / "old" / "sound")
    new = shutil.copytree(SOUND, tmp_path / "new" / "sound")
    path = new / "salting.yaml"
    text = path.read_text("utf-8").replace("range: [0, 3]}", "range: [0, 3], decimals: 1}")
    path.write_text(text.replace("add: 1, to", "add: 0.5, to"), "utf-8")
    _, document = diffed(old, new)
    ((decision),) = document["decisions"]
    ((change),) = decision["told_changes"]
    assert (change["score"], change["turn"]) == ("danger", "other")
    assert [group["bounds"] for group in change["groups"]] == [
        [{"fact": "steep", "of": "value", "spans": [{"low": True, "high": True}]}]
    ]
    assert change["groups"][0]["points"] == {"before": "1", "after": "0.5"}
    assert " (points: 1 before, 0.5 after)" in candor("diff", old, new, *AT).out
    _, back = diffed(new, old)
    assert [change["groups"][0]["points"] for change in back["decisions"][0]["told_changes"]] == [
        {"before": "0.5", "after": "1"}
    ]


def test_nothing_is_claimed_of_a_decision_that_only_one_version_has(tmp_path: Path) -> None:
    new = edited(tmp_path / "new", PATCHED)
    for path in new.glob("clearing*.yaml"):
        path.unlink()
    ran = candor("diff", TOY, new, *AT)
    assert re.search(r"No patient( of whom everything is given)? has another outcome in .*gritting", ran.out)
    assert "clearing" not in ran.out.splitlines()[1]
    ran = candor("diff", TOY, SOUND, *AT)
    assert "The two have no decision in common: nothing was compared." in ran.out


def test_the_review_of_a_source_is_an_edit_of_what_is_said(tmp_path: Path) -> None:
    text = SOUND.joinpath("guideline.yaml").read_text("utf-8")
    folder = tmp_path / "sound"
    shutil.copytree(SOUND, folder)
    folder.joinpath("guideline.yaml").write_text(text.replace("2030-01-01", "2031-01-01"), "utf-8")
    _, document = diffed(SOUND, folder)
    assert [(edit["part"], edit["aspect"], edit["after"]) for edit in document["edits"]] == [
        ("source", "review_by", "2031-01-01")
    ]


def test_what_is_only_said_is_told_apart(tmp_path: Path) -> None:
    ran, document = diffed(TOY, edited(tmp_path / "new", ("clearing", "Clear the snow", "Away with the snow"), PATCHED))
    assert ran.code == 0
    assert {edit["touches"] for edit in document["edits"]} == {"words"}
    assert not any(each["movements"] for each in document["decisions"])
    assert all(each["is_proved_for_all"] for each in document["decisions"])


def test_the_lines_that_neither_version_accepts_are_named(tmp_path: Path) -> None:
    cohort = tmp_path / "cohort.jsonl"
    deep = json.dumps({"facts": {"snow_depth": "7"}})
    cohort.write_text(f"{deep}\nno patient\n\n{deep}\n[1]\n", "utf-8")
    ran = candor("diff", TOY, edited(tmp_path / "new", PATCHED), "--cohort", cohort, *AT)
    assert "  2 patients neither version accepts: lines 2, 5\n" in ran.out
    cohort.write_text("no patient\n" * 25, "utf-8")
    ran = candor("diff", TOY, edited(tmp_path / "newer", PATCHED), "--cohort", cohort, *AT)
    assert "accepts: lines 1, 2, 3, " in ran.out
    assert " 20 and 5 more\n" in ran.out


def test_a_limit_is_said(tmp_path: Path) -> None:
    new = edited(tmp_path / "new", ("gritting", 'surface_temperature: "<= 0"', 'surface_temperature: "<= -1"'), PATCHED)
    _, document = diffed(TOY, new, "--limit", 1)
    movements = [each for decision in document["decisions"] for each in decision["movements"]]
    assert any(each["is_capped"] for each in movements)
    assert all(len(each["groups"]) == 1 for each in movements)


# ---- Patients ----


def test_the_patients_of_a_cohort_whose_answer_changes(tmp_path: Path) -> None:
    cohort = tmp_path / "cohort.jsonl"
    cohort.write_text("\n".join(json.dumps(each) for each in PATIENTS) + "\n\n", "utf-8")
    new = edited(tmp_path / "new", DEEPER, PATCHED)
    _, document = diffed(TOY, new, "--cohort", cohort)
    told = document["cohort"]
    assert (told["patients"], told["changed"], told["refused"]) == (4, 2, 1)
    assert [(each["line"], each["patient"], each["decision"]) for each in told["answers"]] == [
        (1, "shallow", "clearing"),
        (3, None, "clearing"),
    ]
    assert told["answers"][0]["before"]["outcome"] == "clear"
    assert told["answers"][0]["after"]["status"] == "not_covered"
    assert told["answers"][1]["after"]["possible_outcomes"] == []
    ran = candor("diff", TOY, new, "--cohort", cohort, *AT)
    assert "  2 of 4 patients have another answer\n  1 patient neither version accepts: line 4\n" in ran.out
    assert "  line 1 (shallow), clearing: clear before, no outcome after\n" in ran.out


def test_other_cautions_and_points_of_a_cohort_are_told_apart_from_other_answers(tmp_path: Path) -> None:
    cohort = tmp_path / "cohort.jsonl"
    cold = {"surface_temperature": "-1", "precipitation": "none", "hours_since_gritting": "30", "wind": "10"}
    patients: list[dict[str, Any]] = [
        {"patient": "another answer", "facts": {**cold, "bridge": "yes", "road": "side"}},
        {"patient": "other points", "facts": {**cold, "bridge": "yes", "road": "main"}},
        {"patient": "neither", "facts": {**cold, "bridge": "no", "road": "side"}},
    ]
    cohort.write_text("\n".join(map(json.dumps, patients)), "utf-8")
    edits = (
        ("gritting", "when: {bridge: yes, road: not(motorway)}", "when: {bridge: yes, road: not(side)}"),
        ("findings", "add: 3", "add: 2"),
    )
    new = edited(tmp_path / "new", *edits, PATCHED)
    _, document = diffed(TOY, new, "--cohort", cohort)
    told = document["cohort"]
    assert (told["patients"], told["changed"], told["changed_otherwise"]) == (3, 1, 1)
    found = {(each["line"], each["decision"]): (each["before"], each["after"]) for each in told["answers"]}
    assert found.keys() == {(1, "gritting"), (1, "patrol"), (2, "patrol")}
    assert [each["cautions"] for each in found[1, "gritting"]] == [["mind_the_bridge", UNDATED], [UNDATED]]
    assert [each["scores"]["place_points"] for each in found[2, "patrol"]] == [["3", "3"], ["2", "2"]]
    out = candor("diff", TOY, new, "--cohort", cohort, *AT).out
    assert "  1 of 3 patients has another answer\n  1 more patient has the same answer with other cautions" in out
    assert "leave before and after; only before the caution of mind_the_bridge\n" in out
    assert "go_now before and after; need 1.0 to 5.0 before, 0.0 to 4.0 after; place_points 3 before, 2 after\n" in out


def test_a_patient_whom_one_version_refuses_has_another_answer(tmp_path: Path) -> None:
    cohort = tmp_path / "cohort.jsonl"
    cohort.write_text('{"facts": {"snow_depth": "450"}}\n', "utf-8")
    narrower = ("facts", "range: [0, 500]\n    decimals", "range: [0, 400]\n    decimals")
    ran, document = diffed(TOY, edited(tmp_path / "new", narrower), "--cohort", cohort)
    assert document["version"]["required"] == "major"
    assert {tuple(each["after"]["refused"]) for each in document["cohort"]["answers"]} == {("patient.out_of_range",)}
    assert next(each for each in document["decisions"] if each["decision"] == "clearing")["narrowed"] == ["snow_depth"]
    assert ran.code == 1


def test_a_cohort_that_is_not_there(tmp_path: Path) -> None:
    ran = candor("diff", TOY, TOY, "--cohort", tmp_path / "nobody.jsonl")
    assert (ran.code, ran.out) == (1, "")
    assert "error[file.not_there]" in ran.err


# ---- Git revisions ----


def git(folder: Path, *arguments: str) -> None:
    names = {f"GIT_{who}_{what}": "Road crew" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = {**os.environ, **names, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, env=environment)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose last commit edits a rule, and whose one before edits the imported guideline too."""
    home = tmp_path_factory.mktemp("repository")
    (home / "guidelines").mkdir()
    toy = copy_of_toy(home / "guidelines")
    git(home, "init", "-q")
    (home / ".gitattributes").write_text("*.yaml export-ignore\n", "utf-8")
    git(home, "add", "-A")
    git(home, "commit", "-qm", "first")
    text = (toy / "clearing.yaml").read_text("utf-8")
    (toy / "clearing.yaml").write_text(text.replace('">= 5"', '">= 6"'), "utf-8")
    git(home, "commit", "-qam", "second")
    git(home, "tag", "deeper")
    return home


def test_a_revision_is_read_with_the_guidelines_beside_it(repository: Path) -> None:
    _, document = diffed("HEAD~1:guidelines/toy", "guidelines/toy", cwd=repository)
    assert [each["name"] for each in document["edits"]] == ["deep_snow"]
    _, back = diffed("deeper:guidelines/toy/", "HEAD~1:guidelines/toy", cwd=repository)
    assert [each["name"] for each in back["edits"]] == ["deep_snow"]
    assert back["before"] == document["after"]


def test_a_revision_is_named_from_the_folder_one_is_in(repository: Path) -> None:
    _, document = diffed("HEAD~1:toy", "HEAD:../guidelines/toy", cwd=repository / "guidelines")
    assert [each["name"] for each in document["edits"]] == ["deep_snow"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("HEAD~9:guidelines/toy", "revision.unknown"),
        (":guidelines/toy", "revision.unknown"),
        ("--help:guidelines/toy", "revision.unknown"),
        ("--output=x:guidelines/toy", "revision.unknown"),
        ("HEAD; true:guidelines/toy", "revision.unknown"),
        ("HEAD:guidelines", "revision.folder"),
        ("HEAD:", "revision.folder"),
        ("HEAD:../..", "revision.folder"),
        ("HEAD:/etc", "revision.folder"),
        ("HEAD:guidelines/--toy", "revision.folder"),
        ("HEAD:nowhere/toy", "revision.folder"),
    ],
)
def test_a_revision_that_cannot_be_read_is_refused(name: str, code: str, repository: Path) -> None:
    ran = candor("diff", "--", name, "guidelines/toy", cwd=repository)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"error[{code}]: ")
    assert "\n  help: " in ran.err
    assert not (repository / "x").exists()


def test_a_revision_outside_a_repository_and_without_git(repository: Path, tmp_path: Path) -> None:
    outside = candor("diff", "HEAD:toy", TOY, cwd=tmp_path, GIT_CEILING_DIRECTORIES=str(tmp_path.parent))
    assert outside.err.startswith("error[revision.no_repository]: ")
    without = candor("diff", "HEAD:guidelines/toy", TOY, cwd=repository, PATH=str(tmp_path))
    assert without.err.startswith("error[revision.no_git]: ")
    assert (outside.code, without.code) == (1, 1)


def test_a_guideline_of_a_revision_that_does_not_load_says_why(repository: Path) -> None:
    git(repository, "checkout", "-q", "-b", "broken")
    (repository / "guidelines" / "toy" / "clearing.yaml").write_text("decision: clearing\n", "utf-8")
    git(repository, "commit", "-qam", "broken")
    git(repository, "checkout", "-q", "-")
    ran = candor("diff", "broken:guidelines/toy", "guidelines/toy", cwd=repository)
    assert (ran.code, ran.out) == (1, "")
    assert "error[decision.missing_key]" in ran.err


@pytest.mark.parametrize("name", ["nowhere", "no/where", "toy\nicy", "x" * 5_000, "\u202egnirtty"])
def test_what_is_no_guideline_is_no_guideline(name: str) -> None:
    ran = candor("diff", name, TOY)
    assert (ran.code, ran.out) == (2, "")


def test_a_fact_that_was_renamed_and_kept_its_title_is_told_by_its_name_too(tmp_path: Path) -> None:
    new = edited(tmp_path / "new", PATCHED)
    for path in new.glob("*.yaml"):
        path.write_text(path.read_text("utf-8").replace("snow_depth", "depth_of_snow"), "utf-8")
    _, document = diffed(TOY, new)
    moves = [move for decision in document["decisions"] for move in decision["movements"]]
    texts = [group["text"] for move in moves for group in move["groups"]]
    assert any("Depth of snow (snow_depth): " in text and "Depth of snow (depth_of_snow): " in text for text in texts)
    assert not any("Depth of snow: " in text for text in texts)
    assert "fact `snow_depth`: renamed from `snow_depth` to `depth_of_snow`" in {e["text"] for e in document["edits"]}
    printed = candor("diff", TOY, new, *AT).out
    assert "; Depth of snow (snow_depth): " in printed
    assert "Depth of snow: " not in printed


def test_somebody_who_is_now_refused_asks_for_a_major_step_though_no_edit_does(tmp_path: Path) -> None:
    new = shutil.copytree(SOUND, tmp_path / "sound")
    path = new / "facts.yaml"
    text = path.read_text("utf-8")
    old = "    range: [-30, 40]\n    decimals: 1\n    unit: Cel\n  wind:"
    path.write_text(text.replace(old, old.replace("decimals: 1", "decimals: 2")), "utf-8")
    _, document = diffed(SOUND, new)
    assert [(each["name"], each["step"]) for each in document["edits"]] == [("air", "minor")]
    after = [move["after"] for decision in document["decisions"] for move in decision["movements"]]
    assert {"outcome": None, "is_refused": True} in after
    assert document["version"]["required"] == "major"
    assert "or above\n    patients who were answered are refused\n" in candor("diff", SOUND, new, *AT).out


def test_somebody_who_may_be_refused_asks_for_a_major_step_and_is_left_out_of_the_proof(tmp_path: Path) -> None:
    old = edited(tmp_path / "old")
    new = edited(tmp_path / "new", ("facts", "air_temperature - 0.1*wind", "air_temperature - 9*wind"))
    text = candor("diff", old, new, *AT).out
    assert "no patient of whom everything is given and whom both versions answer" in text
    assert "which may refuse for what it comes to: `" in text
    assert re.search(r"A major step is required: .*\n    patients who were answered may be refused\n", text)
