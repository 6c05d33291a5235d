"""Certificates that only look true are rejected, and those of random guidelines are not."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from audit import check_certificate
from audit.replay import replay
from engine import deciding, direct
from engine.deciding import decide
from engine.errors import CandorError, InputRejected
from engine.facts import read_facts
from engine.guideline import Guideline
from engine.loading import load
from engine.trace_json import as_json
from explain.certificate import certificate_of
from tests.random_guidelines import RandomGuideline, importing_guidelines, patients
from tests.test_certificate import at, containers, other, scalars, sealed
from tests.test_properties import examples, loaded, worlds

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
Document = dict[str, Any]
ABOUT = """
guideline: roads
version: 1.0.0
status: draft
title: Roads
purpose: To try certificates.
population: Roads
limits: No road should follow it.
sources: {book: {title: A book, publisher: An office, date: 2026-01-31, kind: definition}}
"""
OUTCOMES = "decision: salt\nquestion: Is salt needed?\noutcomes: {salt: {title: Salt}, none_needed: {title: None}}\n"


def rule(name: str, when: str, then: str = "", more: str = "") -> str:
    concludes = f"then: {then}, because: so, " if then else ""
    return f"  {name}: {{title: {name}, when: {when}, {concludes}{more}source: {{cite: book, basis: stated}}}}\n"


def roads(folder: Path, facts: str, *rules: str, more: str = "") -> Guideline:
    home = folder / "roads"
    home.mkdir()
    files = {"guideline": ABOUT, "facts": f"facts:\n{facts}", "salt": f"{OUTCOMES}{more}rules:\n{''.join(rules)}"}
    for name, text in files.items():
        (home / f"{name}.yaml").write_text(text, "utf-8")
    return load(home)


def certified(guideline: Guideline, facts: Mapping[str, Any], decision: str = "salt") -> Document:
    trace = decide(guideline, decision, read_facts(guideline, dict(facts)), at=AT)
    document: Document = json.loads(json.dumps(certificate_of(guideline, trace)))
    return document


def reasons(document: Document) -> list[str]:
    return check_certificate.check(sealed(json.loads(json.dumps(document))))[0]


def fact(name: str, high: int = 9, more: str = "") -> str:
    return f"  {name}: {{title: {name}, question: How much?, type: integer, range: [0, {high}]{more}}}\n"


def total(name: str, formula: str, high: int = 30, more: str = "") -> str:
    return f"  {name}: {{title: {name}, type: integer, range: [0, {high}], derived: [{{title: sum, formula: {formula}}}]{more}}}\n"  # noqa: E501


BANDS = (rule("much", '{all_in_all: ">= 5"}', "salt"), rule("little", '{all_in_all: "< 5"}', "none_needed"))


@pytest.mark.parametrize(
    ("names", "formula"),
    [
        (("class", "is"), "class + 2*is"),
        (("ice", "snow"), '"ice\\n + 2*snow"'),
        (("ice", "snow"), "(ice - -snow)/1.0*1"),
    ],
)
def test_a_formula_may_use_any_name_and_any_layout(tmp_path: Path, names: tuple[str, str], formula: str) -> None:
    kind = "type: number, decimals: 0" if "/" in formula else "type: integer"
    facts = "".join(map(fact, names)) + total("all_in_all", formula).replace("type: integer", kind)
    guideline = roads(tmp_path, facts, *BANDS)
    for known in ({}, {names[0]: 2}, dict.fromkeys(names, 2)):
        assert reasons(certified(guideline, known)) == []


@pytest.mark.parametrize("facts", [{}, {"clear": "yes"}, {"clear": "no"}, {"ice": 3, "clear": "no"}])
def test_a_formula_that_nothing_open_tests_binds_its_inputs_all_the_same(tmp_path: Path, facts: Document) -> None:
    """Nobody has ice over 8, because the sum would leave its range."""
    vocabulary = fact("ice") + fact("snow") + total("all_in_all", "ice + snow", high=8)
    vocabulary += "  clear: {title: clear, question: Is it clear?, type: yes_no}\n"
    warned = rule("warned", '{all_in_all: ">= 3", clear: yes}', more="caution: mind, ")
    guideline = roads(
        tmp_path,
        vocabulary,
        rule("icy", '{ice: ">= 9"}', "salt"),
        rule("not_icy", '{ice: "< 9"}', "none_needed"),
        warned,
    )
    assert reasons(certified(guideline, facts)) == []


@pytest.fixture
def dated(tmp_path: Path) -> Document:
    guideline = roads(
        tmp_path, fact("ice") + fact("snow") + total("all_in_all", "ice + snow", more=", max_age: 90 days"), *BANDS
    )
    return certified(
        guideline, {"ice": {"value": 4, "at": "2026-11-01", "note": "seen"}, "snow": {"value": 4, "at": "2026-11-02"}}
    )


def test_an_old_value_is_no_younger_for_how_its_date_is_spelled(dated: Document) -> None:
    assert reasons(dated) == []
    facts = dated["trace"]["facts"]
    facts["ice"]["at"] = "20260101"
    facts["all_in_all"]["at"] = facts["all_in_all"]["computed"][0]["at"] = "2026-11-02"
    assert reasons(dated) == ["facts.ice: 20260101 is no date"]


@pytest.mark.parametrize("note", ["", " ", 5, True, ["seen"], {"by": "me"}])
def test_a_note_is_a_text(dated: Document, note: Any) -> None:
    dated["trace"]["facts"]["ice"]["note"] = note
    assert reasons(dated) == ["facts.ice: its note is no text"]


def counted(folder: Path, number: int) -> Guideline:
    """One point for each fact that is true; salt from half of them on."""
    names = [f"sign_{each}" for each in range(number)]
    facts = "".join(f"  {name}: {{title: {name}, question: Is it so?, type: yes_no}}\n" for name in names)
    points = [rule(f"point_for_{name}", f"{{{name}: yes}}", "{add: 1, to: signs}") for name in names]
    half = number // 2
    ends = rule("many", f'{{signs: ">= {half}"}}', "salt"), rule("few", f'{{signs: "< {half}"}}', "none_needed")
    return roads(folder, facts, *points, *ends, more=f"scores: {{signs: {{title: Signs, range: [0, {number}]}}}}\n")


@pytest.mark.parametrize("number", [4, 20])
def test_a_score_is_no_narrower_than_its_rules_leave_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """An engine that believes all open points to be given, with few completions to try and with too many."""
    guideline = counted(tmp_path, number)
    assert reasons(certified(guideline, {"sign_0": "yes"})) == []
    for module in (direct, deciding):
        monkeypatch.setattr(module, "open_points", lambda *_: (number - 1, number - 1))
    forged = certified(guideline, {"sign_0": "yes"})
    assert forged["trace"]["outcome"] == "salt"
    assert reasons(forged) != []


def test_no_open_rule_of_a_score_may_be_left_out(tmp_path: Path) -> None:
    document = certified(counted(tmp_path, 4), {"sign_0": "yes"})
    document["trace"]["scores"]["signs"]["open"].pop()
    assert any("scores.signs.open" in each for each in reasons(document))


def change_rules(case: Document) -> None:
    case["rules"].pop()


def forget_finding(case: Document) -> None:
    del case["findings"]["slippery"]


def cut_within(case: Document) -> None:
    case["when"]["ice"] = ["0..3"]


def name_twice(case: Document) -> None:
    case["when"]["ice"] *= 2


@pytest.fixture
def forced(tmp_path: Path) -> Document:
    rules = (
        rule("some_ice", '{ice: "< 5"}', "[salt, slippery]"),
        rule("slippery_road", "{slippery: yes}", "salt"),
        rule("more_ice", '{ice: ">= 5"}', "salt"),
    )
    guideline = roads(tmp_path, fact("ice"), *rules, more="findings: {slippery: Slippery}\n")
    document = certified(guideline, {})
    assert reasons(document) == []
    return document


@pytest.mark.parametrize("forge", [change_rules, forget_finding, cut_within, name_twice])
def test_a_case_of_a_forced_outcome_says_all_that_follows(forced: Document, forge: Callable[[Document], None]) -> None:
    event = next(each for each in forced["trace"]["events"] if each["kind"] == "outcome_forced")
    forge(event["cases"][0])
    assert reasons(forced) != []


def test_there_is_somebody_in_each_case_of_a_forced_outcome(forced: Document) -> None:
    event = next(each for each in forced["trace"]["events"] if each["kind"] == "outcome_forced")
    event["cases"].append({**event["cases"][0], "when": {"ice": []}})
    assert reasons(forced) != []


@st.composite
def importing_worlds(draw: DrawFn) -> tuple[RandomGuideline, list[Mapping[str, Any]]]:
    guideline = draw(importing_guidelines())
    return guideline, draw(st.lists(patients(guideline), min_size=1, max_size=2))


@examples(60)
@given(st.one_of(worlds(), importing_worlds()), st.integers(0, 1 << 30))
def test_random_decisions_are_accepted_and_what_is_forged_of_them_is_not(
    world: tuple[RandomGuideline, list[Mapping[str, Any]]], seed: int
) -> None:
    guideline, many = world
    with loaded(guideline) as engine:
        for patient, decision in ((patient, decision) for patient in many for decision in guideline.decisions):
            try:
                document = certified(engine, patient, decision)
            except InputRejected:
                continue
            assert reasons(document) == []
            assert_forgeries_are_rejected(engine, document, Random(seed))


def assert_forgeries_are_rejected(guideline: Guideline, document: Document, random: Random) -> None:
    """Some places of the trace, one after the other, are changed, left out and doubled; rare ones first."""
    trace = document["trace"]
    places = [(*path, key) for path in containers(trace, ()) for key in keys(at(trace, path))]
    random.shuffle(places)
    places.sort(key=lambda path: "cases" not in path and "scores" not in path)
    for path in (*places[:6], *places[-6:]):
        for forge in (changed, left_out, doubled):
            forged = json.loads(json.dumps(document))
            forge(at(forged["trace"], path[:-1]), path[-1])
            if not reasons(forged):
                assert is_true(guideline, forged["trace"]), (forge.__name__, path)


def keys(holder: Any) -> list[Any]:
    return list(holder) if isinstance(holder, dict) else list(range(len(holder)))


def changed(holder: Any, key: Any) -> None:
    inside = next(iter(scalars(holder[key], ())), None)
    if inside is not None:
        target, last = (at(holder[key], inside[:-1]), inside[-1]) if inside else (holder, key)
        target[last] = other(target[last])


def left_out(holder: Any, key: Any) -> None:
    del holder[key]


def doubled(holder: Any, key: Any) -> None:
    if isinstance(holder, list):
        holder.insert(key, holder[key])
    else:
        holder[f"{key}_more"] = holder[key]


def is_true(guideline: Guideline, trace: Document) -> bool:
    """Whether the engine says the same of what is given in it, in whatever order the cases of a forced outcome are."""
    try:
        again = json.loads(json.dumps(as_json(replay(guideline, trace))))  # type: ignore[arg-type]
    except (CandorError, LookupError, TypeError, ValueError, AttributeError):
        return False
    return rfc8785.dumps(in_order(again)) == rfc8785.dumps(in_order(trace))


def in_order(tree: Any) -> Any:
    if isinstance(tree, dict):
        ordered = {key: in_order(each) for key, each in tree.items()}
        if "cases" in ordered:
            ordered["cases"] = sorted(ordered["cases"], key=json.dumps)
        return ordered
    return [in_order(each) for each in tree] if isinstance(tree, list) else tree
