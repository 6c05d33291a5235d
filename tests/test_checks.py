"""`candor check`: a fault is told once, with a patient whom the engine decides as told; sound guidelines have none."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as SarifLog

from candor.guidelines import builtin_guidelines, load_guideline
from engine.cases import run_case
from engine.checks import CHECKS, check
from engine.errors import SolverLimit
from engine.guideline import Case, Expected, GivenValue, Guideline
from engine.loading import load
from engine.logic import region_of
from engine.logic.wanted import ResultIs
from engine.plan import plan_of
from tests import schemas
from tests.commands import candor
from tests.mistake_examples import AT, FOLDER, SOUND, TOY, Mistake, edited, mistakes_in

FAULTS = list(mistakes_in(FOLDER / "check.txt"))
TODAY = AT.date()


def faulty(fault: Mistake, folder: Path) -> Guideline:
    return load(edited(fault.edits, folder))


def test_there_are_faults_of_every_kind() -> None:
    from engine.codes import MEANINGS

    codes = {code for code in MEANINGS if code.startswith("check.")}
    assert {fault.said.partition("[")[2].partition("]")[0] for fault in FAULTS} == codes
    assert len(FAULTS) >= 25


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_told_once_and_the_engine_bears_its_patient_out(fault: Mistake, tmp_path: Path) -> None:
    guideline = faulty(fault, tmp_path)
    checked = check(guideline, TODAY)
    assert len(checked.flaws) == 1
    assert checked.unproved == ()
    flaw = checked.flaws[0]
    assert Path(flaw.place.file).is_relative_to(tmp_path)
    if flaw.witness is None:
        return
    given = {name: GivenValue(steps=steps, place=flaw.place) for name, steps in flaw.witness.facts.items()}
    expected = Expected(status=flaw.witness.status, outcome=flaw.witness.outcome, fired=flaw.witness.fired)
    case = Case(id="witness", facts=given, expect=expected, place=flaw.place)
    assert run_case(guideline, flaw.witness.decision, case) == ()
    for left_out in given:
        fewer = {name: value for name, value in given.items() if name != left_out}
        shorter = case.model_copy(update={"facts": fewer})
        assert flaw.code != "check.gap" or run_case(guideline, flaw.witness.decision, shorter) != ()


def test_the_sound_guideline_has_no_flaw_and_everything_is_proved() -> None:
    checked = check(load(SOUND), TODAY)
    assert (checked.flaws, checked.unproved) == ((), ())
    assert {each.code for each in checked.proofs} >= {
        "check.gap",
        "check.conflict",
        "check.rule_never_fires",
        "check.rule_changes_nothing",
        "check.condition_redundant",
        "check.outcome_unreachable",
        "check.fact_never_matters",
        "check.points_unreachable",
        "check.threshold_hole",
        "check.threshold_overlap",
    }
    assert {(each.rule, each.other) for each in checked.meant} == {
        ("deep_snow", "no_ice"),
        ("deep_snow", "salt_ice"),
        ("deep_snow", "ice_where_few_walk"),
    }


def test_who_is_in_a_gap_is_told_in_full() -> None:
    guideline = load(TOY)
    flaws = [each for each in check(guideline, TODAY).flaws if each.code == "check.gap"]
    assert [each.decision for each in flaws] == ["clearing", "gritting"]
    for flaw in flaws:
        assert flaw.region is not None
        assert flaw.region == region_of(plan_of(guideline, str(flaw.decision)), ResultIs(None), limit=10)


def test_a_question_that_is_given_up_is_told_and_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    def gives_up(*_: object, **__: object) -> bool:
        raise SolverLimit("the solver gave up")

    monkeypatch.setattr("engine.logic.proofs.Proofs.is_met", gives_up)
    monkeypatch.setattr("engine.logic.proofs.Proofs.least", gives_up)
    checked = check(load(SOUND), TODAY)
    assert {each.code for each in checked.proofs} <= {"check.threshold_unsourced"} | SEAMS
    assert "gaps: the solver gave up" in {each.statement for each in checked.unproved}


SEAMS = {"check.threshold_hole", "check.threshold_overlap"}
"""Where no two tests nearly meet, nothing is asked."""


def test_progress_names_each_check() -> None:
    told: list[tuple[str, str]] = []
    check(load(SOUND), TODAY, lambda decision, words: told.append((decision, words)))
    assert told == [("salting", words) for words, _ in CHECKS]


# ---- The command ----


def test_text_says_what_is_proved_and_how_it_ends() -> None:
    ran = candor("check", "tests/sound", "--at", "2026-01-15")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("sound 1.0.0: no flaws\n\nsound/salting, over 192 kinds of patients\n")
    assert "  proved: no gaps: every patient has an outcome\n" in ran.out
    flawed = candor("check", "tests/toy", "--at", "2026-01-15")
    assert flawed.code == 1
    assert "error[check.gap]: some patients come to no outcome\n" in flawed.out


def test_json_is_of_its_published_shape() -> None:
    validator = Draft202012Validator(schemas.checks_schema())
    for folder, code in (("tests/sound", 0), ("tests/toy", 1)):
        ran = candor("check", folder, "--format", "json", "--at", "2026-01-15")
        assert ran.code == code
        validator.validate(json.loads(ran.out))


def test_sarif_is_of_its_published_shape(tmp_path: Path) -> None:
    broken = shutil.copytree(SOUND, tmp_path / "sound")
    rules = broken / "salting.yaml"
    rules.write_text(rules.read_text("utf-8").replace("then: close", "then: shut"), "utf-8")
    for folder in ("tests/sound", "tests/toy", broken):
        ran = candor("check", folder, "--format", "sarif", "--at", "2026-01-15")
        log = SarifLog.model_validate(json.loads(ran.out))
        for result in log.runs[0].results or ():
            physical = result.locations[0].physicalLocation if result.locations else None
            assert physical is not None
            assert physical.artifactLocation is not None
            assert result.message.text
    assert ran.code == 1
    codes = {result.ruleId for result in log.runs[0].results or ()}
    assert codes == {"rule.unknown_conclusion", "rule.override_without_outcome"}


def test_a_guideline_that_does_not_load_is_told_as_it_is_anywhere(tmp_path: Path) -> None:
    broken = shutil.copytree(SOUND, tmp_path / "sound")
    (broken / "facts.yaml").unlink()
    ran = candor("check", broken)
    assert ran.code == 1
    assert "error[file.not_there]" in ran.out
    assert candor("check", "nowhere").code == 2
    told = json.loads(candor("check", broken, "--format", "json").out)
    Draft202012Validator(schemas.checks_schema()).validate(told)
    assert told["guidelines"][0]["proved"] == []


@pytest.mark.parametrize("name", builtin_guidelines())
def test_a_built_in_guideline_has_no_flaw(name: str) -> None:
    checked = check(load_guideline(name), date(2026, 11, 28))
    assert [str(each.diagnostic) for each in checked.flaws] == []
    assert checked.unproved == ()
