"""Certificates that only look true are rejected, and those of random guidelines are not."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from audit import check_certificate
from engine import deciding, direct
from engine.deciding import decide
from engine.errors import InputRejected
from engine.facts import read_facts
from engine.guideline import Guideline
from engine.loading import load
from explain.certificate import NotCertified, certificate_of
from tests.random_guidelines import RandomGuideline, importing_guidelines, patients
from tests.test_certificate import assert_no_forgery, at, containers, other, reasons, scalars, sealed
from tests.test_imports import written
from tests.worlds import examples, loaded, worlds

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
    dated["given"]["ice"]["at"] = dated["facts"]["ice"]["at"] = "20260101"
    assert reasons(dated) == ["given.ice: 2026-01-01 is no date up to that of the decision"]


def test_a_date_decides_what_is_too_old(dated: Document) -> None:
    """Every date in the certificate is changed together; what follows from it must change too."""
    dated["given"]["ice"]["at"] = dated["facts"]["ice"]["at"] = "2026-01-01"
    dated["facts"]["all_in_all"]["at"] = dated["facts"]["all_in_all"]["ways"][0]["at"] = "2026-01-01"
    assert reasons(dated) != []


@pytest.mark.parametrize("more", [{"note": "seen"}, {"value": 4}, {"at": 5}, {"at": "2026-11-23"}, {"value": "04"}])
def test_what_is_given_is_a_value_and_a_date(dated: Document, more: Document) -> None:
    dated["given"]["ice"] |= more
    assert reasons(dated) != []


def counted(folder: Path, number: int) -> Guideline:
    """One point for each fact that is true; salt from half of them on."""
    names = [f"sign_{each}" for each in range(number)]
    facts = "".join(f"  {name}: {{title: {name}, question: Is it so?, type: yes_no}}\n" for name in names)
    points = [rule(f"point_for_{name}", f"{{{name}: yes}}", "{add: 1, to: signs}") for name in names]
    half = number // 2
    ends = rule("many", f'{{signs: ">= {half}"}}', "salt"), rule("few", f'{{signs: "< {half}"}}', "none_needed")
    return roads(folder, facts, *points, *ends, more=f"scores: {{signs: {{title: Signs, range: [0, {number}]}}}}\n")


@pytest.mark.parametrize("number", [4, 12])
def test_a_score_is_no_narrower_than_its_rules_leave_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """An engine that believes all open points to be given, with few completions to try and with too many."""
    guideline = counted(tmp_path, number)
    assert reasons(certified(guideline, {"sign_0": "yes"})) == []
    for module in (direct, deciding):
        monkeypatch.setattr(module, "open_points", lambda *_: (number - 1, number - 1))
    forged = certified(guideline, {"sign_0": "yes"})
    assert forged["proof"]["outcome"] == "salt"
    assert reasons(forged) != []


def test_rules_that_exclude_one_another_give_points_once(tmp_path: Path) -> None:
    """Whatever the ice is, only one of the bands gives points: the score is narrower than the sum of what is open."""
    bands = [rule(f"band_{n}", f'{{ice: "[{3 * n}..{3 * n + 2}]"}}', f"{{add: {n}, to: signs}}") for n in (1, 2)]
    ends = rule("many", '{signs: ">= 3"}', "salt"), rule("few", '{signs: "< 3"}', "none_needed")
    scores = "scores: {signs: {title: Signs, range: [0, 3]}}\n"
    document = certified(roads(tmp_path, fact("ice"), *bands, *ends, more=scores), {})
    assert document["proof"]["scores"] == {"signs": ["0", "2"]}
    assert document["proof"]["outcome"] == "none_needed"
    assert reasons(document) == []
    document["proof"]["scores"]["signs"][1] = "3"
    assert reasons(document) != []


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


def test_a_forced_outcome_is_not_one_that_a_rule_concluded(forced: Document) -> None:
    assert forced["proof"]["events"][-1] == {"outcome_forced": "salt"}
    forced["proof"]["events"][-1] = {"outcome_concluded": "salt"}
    assert reasons(forced) != []


def one_fact(home: Path, name: str, facts: Mapping[str, str]) -> Path:
    """A guideline that says salt if all of its facts are so, some of which salt in another guideline is."""
    folder = home / name
    folder.mkdir(parents=True)
    entries = "".join(
        f"  {key}: {{title: {key}, question: Is it so?, type: yes_no{IMPORTED.format(other) if other else ''}}}\n"
        for key, other in facts.items()
    )
    together = ", ".join(f"{key}: yes" for key in facts)
    rules = rule("so", f"{{{together}}}", "salt") + rule("not_so", f"{{not: {{all: [{{{together}}}]}}}}", "none_needed")
    files = {"guideline": ABOUT.replace(": roads", f": {name}", 1), "facts": f"facts:\n{entries}"}
    for file, text in {**files, "salt": f"{OUTCOMES}rules:\n{rules}"}.items():
        (folder / f"{file}.yaml").write_text(text, "utf-8")
    return folder


IMPORTED = (
    ", from: {{guideline: {}, version: 1.0.0, decision: salt, outcomes: {{salt: yes, none_needed: no}}, "
    "source: {{basis: added}}}}"
)


@pytest.mark.parametrize("are_equal", [True, False])
def test_two_guidelines_of_one_name_by_two_paths_make_no_certificate(tmp_path: Path, are_equal: bool) -> None:
    """The one beside the guideline, and the one beside another guideline that it imports."""
    near, far = tmp_path / "near", tmp_path / "far"
    one_fact(near, "wind", {"gusts": ""})
    one_fact(far, "wind", {"gusts": ""} if are_equal else {"gusts": "", "squalls": ""})
    one_fact(far, "middle", {"windy": "wind"})
    guideline = load(one_fact(near, "top", {"gale": "wind", "storm": "middle"}), library=[far])
    if are_equal:
        assert reasons(certified(guideline, {"gusts": "yes"})) == []
    else:
        with pytest.raises(NotCertified, match="two guidelines called `wind` are imported"):
            certified(guideline, {"gusts": "yes"})


@pytest.mark.parametrize("facts", [{}, {"gusts": "yes"}, {"windy": "no"}, {"windy": "yes", "gusts": "no"}])
def test_a_fact_of_ours_that_another_guideline_decides_there_is_certified(tmp_path: Path, facts: Document) -> None:
    """Gusts no longer tell whether it is windy, but are asked for, and given to a decision that needs them no more."""
    for name, decided in {"wind": {"gusts": ""}, "low": {"windy": "wind"}, "middle": {"rough": "low"}}.items():
        one_fact(tmp_path, name, decided)
    guideline = load(one_fact(tmp_path, "top", {"storm": "middle", "windy": ""}))
    assert reasons(certified(guideline, facts)) == []


@st.composite
def importing_worlds(draw: DrawFn) -> tuple[RandomGuideline, list[Mapping[str, Any]]]:
    guideline = draw(importing_guidelines())
    return guideline, draw(st.lists(patients(guideline), min_size=1, max_size=2))


@examples(13)
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
    """Some places of the certificate, one after the other, are changed, left out and doubled; those of scores first."""
    parts = {key: each for key, each in document.items() if isinstance(each, dict | list) and key != "content"}
    places = [(*path, key) for path in containers(parts, ()) for key in keys(at(parts, path))]
    random.shuffle(places)
    places.sort(key=lambda path: "scores" not in path)
    for path in (*places[:5], *places[-5:]):
        for forge in (changed, left_out, doubled):
            forged = json.loads(json.dumps(document))
            forge(at(forged, path[:-1]), path[-1])
            assert_no_forgery(document, forged, guideline)


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


def test_imports_that_multiply_are_not_followed(tmp_path: Path) -> None:
    for name, facts in {"wind": {"gusts": ""}, "middle": {"windy": "wind"}}.items():
        one_fact(tmp_path, name, facts)
    document = certified(load(one_fact(tmp_path, "top", {"storm": "middle"})), {"gusts": "yes"})
    for name, fact in ("middle", "windy"), ("top", "storm"):
        tree = document["content"][name]["facts"]["facts"][fact]
        tree["from"] = [tree["from"]] * 40
    assert reasons(document)[-1].startswith("content: its imports lead on by more than 1000 ways")


VAST = "1e999999999"
"""Short to write, and a number whose digits fit nowhere."""


@pytest.mark.parametrize(
    "path",
    [
        ("given", "a", "value"),
        ("proof", "witnesses", "salt", "a"),
        ("content", "roads", "facts", "facts", "a", "range", 1),
        ("content", "roads", "facts", "facts", "a", "decimals"),
        ("content", "roads", "decisions", "salt", "rules", "much", "when", "a"),
        ("content", "roads", "decisions", "salt", "rules", "some", "then", "add"),
        ("content", "roads", "decisions", "salt", "scores", "points", "range", 1),
    ],
)
def test_a_number_with_an_exponent_is_no_number(tmp_path: Path, path: tuple[str | int, ...]) -> None:
    rules = rule("much", '{a: ">= 5"}', "salt"), rule("some", '{a: ">= 3"}', "{add: 1, to: points}")
    scores = "scores: {points: {title: Points, range: [0, 1]}}\n"
    document = certified(roads(tmp_path, fact("a"), *rules, more=scores), {"a": 7})
    holder: Any = document
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = VAST
    assert any(VAST in reason for reason in reasons(document))


def test_a_formula_that_python_cannot_hold_is_rejected(tmp_path: Path) -> None:
    document = certified(roads(tmp_path, fact("a") + total("all_in_all", "a"), *BANDS), {"a": 7})
    document["content"]["roads"]["facts"]["facts"]["all_in_all"]["derived"][0]["formula"] = "-" * 500_000 + "a"
    assert "cannot be read as a certificate" in " ".join(reasons(document))


def test_an_answer_called_nothing_is_not_one_that_is_left_out(tmp_path: Path) -> None:
    """The words of the checker are no values."""
    outcomes = OUTCOMES.replace("{salt: {title: Salt}, none_needed", "{nothing: {title: Salt}, none_needed")
    rules = rule("much", '{a: ">= 5"}', "nothing"), rule("little", '{a: "< 5"}', "none_needed")
    home = tmp_path / "roads"
    home.mkdir()
    files = {"guideline": ABOUT, "facts": f"facts:\n{fact('a')}", "salt": f"{outcomes}rules:\n{''.join(rules)}"}
    for name, text in files.items():
        (home / f"{name}.yaml").write_text(text, "utf-8")
    document = certified(load(home), {"a": 7})
    assert reasons(document) == []
    forged = json.loads(json.dumps(document))
    del forged["proof"]["outcome"]
    assert reasons(forged) == ["proof.outcome: it is left out"]
    document["proof"]["findings"]["more"] = "nothing"
    assert reasons(document) == ["proof.findings.more: it does not belong here"]


def test_what_is_given_has_a_value(tmp_path: Path) -> None:
    document = certified(roads(tmp_path, fact("a"), *BANDS_OF_A), {})
    document["given"]["a"] = None
    assert reasons(document) == ["given: some of it plays no part, or has no value"]


BANDS_OF_A = (rule("much", '{a: ">= 5"}', "salt"), rule("little", '{a: "< 5"}', "none_needed"))


def test_a_believed_score_is_not_narrower_than_its_witnesses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is too much to try which rules exclude one another, each witness shows points that somebody has."""
    points = [rule(f"band_{n}", f'{{a: "[{3 * n}..{3 * n + 2}]"}}', "{add: 1, to: signs}") for n in (1, 2)]
    warned = rule("warned", '{signs: ">= 1"}', more="caution: mind, ")
    scores = "scores: {signs: {title: Signs, range: [0, 2]}}\n"
    document = certified(roads(tmp_path, fact("a"), *points, warned, *BANDS_OF_A, more=scores), {})
    assert document["proof"]["witnesses"]["salt"]["a"] == "5"
    monkeypatch.setattr(check_certificate, "LIMIT", 1)
    document["proof"]["scores"]["signs"] = ["0", "0"]
    told = "roads/salt: a witness has other points than the score signs is said to have"
    assert reasons(document) == [told]


def test_a_chain_of_imports_takes_no_longer_than_it_is(tmp_path: Path) -> None:
    """Each guideline of the chain is made once; made anew for each that imports it, these would take an hour."""
    last = one_fact(tmp_path, "road_0", {"fact_0": ""})
    for each in range(1, 25):
        last = one_fact(tmp_path, f"road_{each}", {f"fact_{each}": f"road_{each - 1}"})
    document = certified(load(last), {"fact_0": "yes"})
    assert reasons(document) == []
    assert check_certificate.SPENT["imports"] == 25


def test_what_a_forger_wrote_hides_nothing_that_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = certified(roads(tmp_path, fact("a"), *BANDS_OF_A), {"a": 7})
    document["proof"]["status"] = "x\r\x1b[2K\x1b[1A\x1b[2Kaccepted\n"
    path = tmp_path / "out.json"
    path.write_text(json.dumps(document), "utf-8")
    assert check_certificate.main([str(path)]) == 1
    assert all(each.isprintable() for each in capsys.readouterr().out.splitlines())


def test_rules_of_a_score_use_up_nothing_that_results_need(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many steps as either search takes are enough for both."""
    points = [rule(f"band_{n}", f'{{a: "[{2 * n}..{2 * n + 1}]"}}', "{add: 1, to: signs}") for n in range(4)]
    ends = rule("much", '{a: ">= 5"}', "salt"), rule("little", '{a: "< 5"}', "salt")
    scores = "scores: {signs: {title: Signs, range: [0, 4]}}\n"
    document = certified(roads(tmp_path, fact("a"), *points, *ends, more=scores), {})
    assert check_certificate.check(sealed(document)) == ([], set())
    spent = dict(check_certificate.SPENT)
    assert min(spent["pairs"], spent["results"]) > 0
    monkeypatch.setattr(check_certificate, "ALL", max(spent["pairs"], spent["results"]))
    assert check_certificate.check(sealed(document)) == ([], set())


GRADE = """
decision: grade
question: How is it?
outcomes: {fair: {title: Fair}, good: {title: Good}}
rules:
  fair: {title: F, when: {bell: yes}, then: fair, because: B., source: {basis: added}}
  good: {title: G, when: {bell: no}, then: good, because: B., source: {basis: added}}
"""
WAY = """
facts:
  way:
    title: way
    question: Way?
    type: choice
    choices: {free: free, slow: slow, blocked: blocked}
    from:
      - {guideline: two, version: 1.0.0, decision: grade, outcomes: {fair: slow, good: blocked}, source: {basis: added}}
      - {guideline: one, version: 1.0.0, decision: grade, outcomes: {fair: slow}, source: {basis: added}}
    otherwise: free
"""
FERRY = """
decision: ferry
question: Does the ferry run?
outcomes: {stops: {title: Stops}, runs: {title: Runs}}
rules:
  stops: {title: S, when: {way: "not(free)"}, then: stops, because: "{way}.", source: {basis: added}}
  runs: {title: R, when: {way: free}, then: runs, because: "{way}.", source: {basis: added}}
"""


def test_a_witness_has_a_value_that_follows_for_it_and_that_tests_do_not_tell_from_the_one_found(
    tmp_path: Path,
) -> None:
    """Slow and blocked are one to every test, but without the bell the way is blocked by one guideline, or free by the
    other."""
    written(tmp_path, "two", {"facts.yaml": "facts: {bell: {title: bell, type: yes_no}}", "grade.yaml": GRADE})
    one = GRADE.replace("bell", "light").replace(", good: {title: Good}", "").split("  good:")[0]
    written(tmp_path, "one", {"facts.yaml": "facts: {light: {title: light, type: yes_no}}", "grade.yaml": one})
    guideline = load(written(tmp_path, "lake", {"facts.yaml": WAY, "ferry.yaml": FERRY}))
    document = certified(guideline, {}, "ferry")
    assert document["proof"]["possible"] == ["runs", "stops"]
    assert reasons(document) == []


def test_a_list_of_tests_may_be_longer_than_each_of_them(tmp_path: Path) -> None:
    names = [f"a_rather_long_name_of_a_salt_{number:03}" for number in range(20)]
    choices = ", ".join(f"{name}: {name}" for name in names)
    kind = fact("kind").replace("integer, range: [0, 9]", f"choice, choices: {{{choices}}}")
    guideline = roads(tmp_path, kind, rule("listed", f"{{kind: [{', '.join(names[:18])}]}}", "salt"))
    assert reasons(certified(guideline, {"kind": names[3]})) == []


def test_a_test_longer_than_any_that_loads_is_rejected_unread(tmp_path: Path) -> None:
    """Its reading would take longer than all searches together."""
    document = certified(roads(tmp_path, fact("a"), *BANDS_OF_A), {"a": 7})
    rules = document["content"]["roads"]["decisions"]["salt"]["rules"]
    shown = "not(" + ", ".join(str(number) for number in range(8, 300_008, 10)) + ")"
    rules["little"]["when"]["a"] = shown
    digest = check_certificate.hash_of(document["content"]["roads"])
    document["proof"]["guideline"]["sha256"] = digest
    reasons, _ = check_certificate.check(sealed(document))
    assert len(reasons) == 1
    assert "too long to be read" in reasons[0]
