"""Mutants: every kind killed, surviving and equivalent; the patient told for a survivor is one whose answer changes;
the guidelines that come with Candor leave none unnoticed. That equivalent ones are is in `test_mutation_oracle`."""

import json
import shutil
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from candor.guidelines import load_decision
from engine.cases import run_case
from engine.guideline import Case, Expected, Guideline
from engine.loading import load
from engine.mutation import Survivor, mutants, noticed
from tests import schemas
from tests.commands import candor

TOY = Path(__file__).with_name("toy")
KINDS = {"rule", "threshold", "choice", "negation", "join", "precedence"}


def without_cases() -> Guideline:
    return load(TOY, with_cases=False)


def expecting_now(found: Survivor, guideline: Guideline) -> Case:
    trace = found.now
    expect = Expected(
        status=trace.status.value,
        outcome=trace.outcome,
        possible=trace.possible_outcomes,
        cautions=tuple(each.rule for each in trace.cautions if each.rule is not None),
        scores={
            score.score: guideline.decisions[trace.decision].scores[score.score].scale.steps_of(score.low)
            for score in trace.scores
            if score.low == score.high
        },
    )
    return Case(id="suggested", facts=dict(found.facts), expect=expect, place=found.mutant.place)


def test_the_case_of_a_survivor_kills_it_and_passes_on_the_original() -> None:
    guideline = without_cases()
    found = noticed(guideline, "gritting")
    assert not found.killed
    assert {each.mutant.kind for each in found.survivors} >= KINDS
    for each in found.survivors:
        case = expecting_now(each, guideline)
        assert not run_case(guideline, "gritting", case)
        assert run_case(each.mutant.guideline, "gritting", case), each.mutant.id
        each.mutant.guideline.forget()


def test_a_case_kills_the_mutants_that_it_fails_on() -> None:
    guideline = without_cases()
    first = noticed(guideline, "clearing").survivors[0]
    decision = guideline.decisions["clearing"]
    cases = {"suggested": expecting_now(first, guideline)}
    decisions = {**guideline.decisions, "clearing": decision.model_copy(update={"cases": cases})}
    with_case = guideline.model_copy(update={"decisions": decisions, "kept": {}})
    assert first.mutant.id in {each.id for each in noticed(with_case, "clearing").killed}


@pytest.mark.parametrize("address", ["act_ra/response", "act_ra/selection"])
def test_no_mutant_goes_unnoticed(address: str) -> None:
    guideline, decision = load_decision(address, with_cases=True)
    assert decision is not None
    found = noticed(guideline, decision)
    assert found.killed
    assert not found.undecided
    assert [each.mutant.id for each in found.survivors] == []


# ---- The command ----


def test_json_is_of_its_published_shape() -> None:
    ran = candor("mutate", "tests/sound", "--format", "json")
    assert ran.code == 1
    told = json.loads(ran.out)
    Draft202012Validator(schemas.mutations_schema()).validate(told)
    (found,) = told["decisions"]
    parts = (found["killed"], *(len(found[name]) for name in ("equivalent", "survivors", "undecided")))
    assert found["mutants"] == sum(parts)


def test_the_missing_cases_of_one_decision_are_written_to_a_new_file(tmp_path: Path) -> None:
    path = tmp_path / "salting.cases.yaml"
    assert candor("mutate", "tests/sound", "--output", path).code == 1
    assert path.read_text("utf-8").count("cases:\n") == 1
    ran = candor("mutate", "tests/sound", "--output", path)
    assert (ran.code, "is there already" in ran.err) == (1, True)


def test_where_no_case_is_missing_no_file_is_written(tmp_path: Path) -> None:
    path = tmp_path / "more.yaml"
    ran = candor("mutate", "fatigue_scales/fatigue_vas", "--output", path)
    assert (ran.code, path.exists()) == (0, False)
    assert "No case is missing" in ran.err


def test_each_mutant_has_an_id_of_its_own_that_does_not_depend_on_other_rules(tmp_path: Path) -> None:
    folder = shutil.copytree(TOY.with_name("sound"), tmp_path / "sound")
    path = folder / "salting.yaml"
    text = path.read_text("utf-8")
    twice = '{any: [{chill: "< -10", steep: yes}, {chill: "< -10", salted: yes}]}'
    path.write_text(text.replace('{chill: "< -10"}', twice), "utf-8")
    ids = [each.id for each in mutants(load(folder, with_cases=False), "salting")]
    assert len(set(ids)) == len(ids)
    again = [each for each in ids if each.endswith(" (place 2)")]
    assert len(again) == 3
    path.write_text(path.read_text("utf-8").replace('{walkers: ">= 20"}', '{walkers: ">= 30"}'), "utf-8")
    others = [each.id for each in mutants(load(folder, with_cases=False), "salting")]
    assert [each for each in others if "dress_warmly" in each] == [each for each in ids if "dress_warmly" in each]
