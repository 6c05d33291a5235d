"""What would change it, and what decided it: told of the toy guideline. The brute force is in `test_changes_oracle`."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from engine.deciding import decide
from engine.errors import EngineFault
from engine.facts import read_facts
from engine.guideline import Guideline
from engine.loading import load
from explain.changes import Change, changes_of
from explain.reading import Reading, reading_of
from explain.reasons import reasons_of
from tests.commands import candor
from tests.mistake_examples import TOY
from tests.schemas import account_schema

AT = datetime(2026, 1, 15, tzinfo=UTC)
ICE = {"surface_temperature": "-2.5", "precipitation": "rain", "hours_since_gritting": 30}
OPTIONS = tuple(f"--fact={name}={value}" for name, value in ICE.items())
GRITTING = ("tests/toy/gritting", *OPTIONS, "--at", "2026-01-15")


@pytest.fixture(scope="module")
def toy() -> Guideline:
    return load(TOY, with_cases=False)


def read(toy: Guideline, facts: Mapping[str, object], decision: str = "gritting") -> Reading:
    return reading_of(toy, decide(toy, decision, read_facts(toy, facts), at=AT))


def moved(change: Change) -> dict[str, object]:
    return {move.fact: move.after for move in change.moves}


def test_a_reason_is_enough_and_none_of_it_can_be_left_out(toy: Guideline) -> None:
    reasons = reasons_of(read(toy, ICE))
    assert reasons.sets == (("hours_since_gritting", "precipitation", "surface_temperature"),)
    assert reasons.background == ("grip", "salt_in_stock")
    assert not reasons.is_capped


def test_nothing_is_decided_as_long_as_answers_differ(toy: Guideline) -> None:
    assert reasons_of(read(toy, {})).sets == ()
    told = candor("why", "tests/toy/gritting", "--fact", "bridge=no", "--at", "2026-01-15").out
    assert "Nothing yet: the facts known so far leave more than one answer possible." in told


def test_a_change_goes_no_further_than_it_must(toy: Guideline) -> None:
    reading = read(toy, ICE)
    closing = changes_of(reading, "close_road").changes
    assert [moved(change) for change in closing] == [{"salt_in_stock": False}]
    assert closing[0].moves[0].is_assumed
    waiting = changes_of(reading, "wait", including_fixed=True).changes
    assert {"hours_since_gritting": 2} in [moved(change) for change in waiting]


def test_only_changeable_facts_are_proposed_unless_asked_for(toy: Guideline) -> None:
    reading = read(toy, ICE)
    for outcome in ("close_road", "wait", "leave"):
        for change in changes_of(reading, outcome).changes:
            assert all(toy.facts[move.fact].changeable for move in change.moves)
    assert (
        "No change of the facts that can be changed leads to this outcome; `--including-fixed` looks at the others too."
        in (candor("change", *GRITTING, "--outcome", "wait").out)
    )
    assert "Had hours since the last gritting been 2 (or below) instead of 30" in (
        candor("change", *GRITTING, "--outcome", "wait", "--including-fixed").out
    )


def test_a_change_is_told_as_a_statement_about_the_guideline() -> None:
    told = candor("change", *GRITTING).out
    assert 'If salt in stock were "no" instead of "yes", as assumed' in told
    assert "not advice to alter a value" in told


def test_every_change_leads_to_its_outcome_once_it_is_made(toy: Guideline) -> None:
    reading = read(toy, ICE)
    for outcome in toy.decisions["gritting"].outcomes:
        for change in changes_of(reading, outcome, including_fixed=True).changes:
            assert read(toy, {**ICE, **moved(change)}).trace.outcome == outcome


def test_a_change_is_decided_again_before_it_is_told(toy: Guideline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explain.changes.concluded", lambda *_, **__: "leave")
    with pytest.raises(EngineFault, match="does not lead to wait"):
        changes_of(read(toy, ICE), "wait", including_fixed=True)


def test_a_limit_is_kept_and_said(toy: Guideline) -> None:
    reading = read(toy, ICE)
    every = changes_of(reading, "leave", including_fixed=True, limit=None)
    assert len(every.changes) > 1
    assert not every.is_capped
    one = changes_of(reading, "leave", including_fixed=True, limit=1)
    assert one.changes == every.changes[:1]
    assert one.is_capped


def test_an_unknown_outcome_is_told() -> None:
    ran = candor("change", *GRITTING, "--outcome", "wit")
    assert (ran.code, ran.out) == (2, "")
    assert "did you mean `wait`?" in ran.err


@pytest.mark.parametrize("command", ["why", "change"])
def test_the_answer_comes_as_json_of_the_published_shape(command: str) -> None:
    told = json.loads(candor(command, *GRITTING, "--format", "json").out)
    Draft202012Validator(account_schema()).validate(told)


def test_an_assumed_fact_whose_formula_never_fits_binds_nothing(tmp_path: Path) -> None:
    """The formula would leave the range whatever the grip is; the assumption stands, and nothing follows from it."""
    folder = tmp_path / "verges"
    folder.mkdir()
    for name, text in NEVER_FITS.items():
        (folder / name).write_text(text, "utf-8")
    roads = load(folder)
    reading = reading_of(roads, decide(roads, "opening", read_facts(roads, {}), at=AT))
    changes = changes_of(reading, "open_road", including_fixed=True).changes
    assert [moved(change) for change in changes] == [{"verge": "firm"}]


NEVER_FITS = {
    "guideline.yaml": """\
guideline: verges
version: 1.0.0
status: draft
title: Verges
purpose: To test with.
population: Roads
limits: Made up.
sources: {made_up: {title: Made up, kind: definition}}
""",
    "facts.yaml": """\
facts:
  verge: {title: verge, question: What verge is there?, type: choice, choices: {soft: soft, firm: firm}}
  grip: {title: grip, question: How good is the grip?, type: number, range: [0.12, 0.19], decimals: 2}
  slip_index:
    title: slip index
    question: How slippery is it?
    type: number
    range: [3, 8]
    decimals: 0
    assume: 3
    derived: [{title: from grip, formula: grip}]
""",
    "opening.yaml": """\
decision: opening
question: Is the road opened?
outcomes: {open_road: {title: Open the road}}
rules:
  slippery: {title: Slippery, when: {slip_index: 4}, source: {basis: added}, caution: Drive with care.}
  firm_verge:
    title: Firm verge
    when: {verge: firm}
    then: open_road
    because: "The verge is {verge}."
    source: {basis: added}
""",
}
