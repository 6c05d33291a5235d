"""What `candor check` claims is so: nothing is called proved that a patient contradicts, nothing sound a flaw."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine.checks import Checked, check
from engine.guideline import Guideline
from engine.loading import load
from engine.mutation import noticed
from explain.checked import checked_text

TODAY = date(2026, 1, 15)
HEAD = """\
guideline: paths
version: 1.0.0
status: draft
title: Paths
purpose: For tests.
population: Paths
limits: Made up.
sources: {book: {title: A book, kind: definition, note: Ends are at 1 and at 4.4.}}
"""
FACTS = "{title: size of the hole, question: How wide?, type: number, decimals: 1, range: [0, 20], unit: cm}"
OUTCOMES = "outcomes: {fill: {title: Fill it}, mark: {title: Mark it}, leave: {title: Leave it}}\n"


def rule(name: str, when: str, then: str, because: str = "It is {hole}.", basis: str = "added") -> str:
    return (
        f"  {name}:\n    title: A rule\n    when: {when}\n    then: {then}\n    because: {because!r}\n"
        f"    source: {{cite: book, basis: {basis}}}\n"
    )


def checked(folder: Path, *decisions: tuple[str, ...], more: str = "", shared: str = "") -> Checked:
    """What is found about a guideline with one fact, `hole`, `more` facts, and decisions of these rules."""
    return check(made(folder, *decisions, more=more, shared=shared), TODAY)


def made(folder: Path, *decisions: tuple[str, ...], more: str = "", shared: str = "") -> Guideline:
    folder = folder / "paths"
    folder.mkdir(parents=True)
    (folder / "guideline.yaml").write_text(HEAD, "utf-8")
    (folder / "facts.yaml").write_text(f"facts:\n  hole: {FACTS}\n{more}", "utf-8")
    for number, rules in enumerate(decisions):
        text = f"decision: care_{number}\nquestion: What is to be done?\n{OUTCOMES}rules:\n{''.join(rules)}"
        (folder / f"care_{number}.yaml").write_text(text, "utf-8")
    if shared:
        (folder / "findings.yaml").write_text(shared, "utf-8")
    return load(folder)


def codes(found: Checked) -> list[str]:
    return [each.code.removeprefix("check.") for each in found.flaws]


def proved(found: Checked, code: str) -> set[str]:
    """The decisions that are said to be free of a kind of flaw."""
    return {each.decision for each in found.proofs if each.code == f"check.{code}"}


LEAVE = rule("far", '{hole: "> 8"}', "leave")


def test_no_conflict_is_not_proved_where_one_hides_in_a_hole_between_thresholds(tmp_path: Path) -> None:
    known = (rule("small", '{hole: "<= 4.4"}', "known"), rule("wide", '{hole: ">= 4.6"}', "known"))
    because = "The size is what counts."
    rules = (
        rule("seen", "{known: yes}", "mark", because),
        rule("unseen", "{known: no}", "fill", because),
        rule("never_seen", "{not: {known: yes}}", "leave", because),
    )
    found = checked(tmp_path, rules, shared=f"findings: {{known: The size is known}}\nrules:\n{''.join(known)}")
    assert set(codes(found)) == {"threshold_hole", "outcome_unreachable"}
    assert proved(found, "conflict") == set()


def test_a_decision_is_not_denied_its_proof_for_the_fault_of_another(tmp_path: Path) -> None:
    filled, marked = rule("small", '{hole: "<= 4.4"}', "fill"), rule("wide", '{hole: "(4.4..8]"}', "mark")
    overlapping = (filled, rule("wide", '{hole: "[4.4..8]"}', "mark"), LEAVE)
    found = checked(tmp_path, overlapping, (filled, marked, LEAVE))
    assert codes(found) == ["threshold_overlap"]
    assert proved(found, "conflict") == {"care_1"}


@pytest.mark.parametrize(
    ("test", "missing"),
    [
        ('"[1..8)"', "8"),
        ('"]1..8["', "8"),
        ('"(0.5..4.4]"', "0.5"),
        ('"not([1..8])"', "8"),
        ('"< 1, [4.4..7]"', "7"),
        ('"[1..4.4]"', None),
        ('"[0..4.4]"', None),
        ('"(4.4..20]"', None),
        ('"<= 20"', "20"),
    ],
)
def test_every_number_of_a_test_is_looked_for_but_the_ends_of_the_range(
    tmp_path: Path, test: str, missing: str | None
) -> None:
    found = checked(tmp_path, (rule("some", f"{{hole: {test}}}", "fill", basis="stated"),))
    told = [each for each in found.flaws if each.code == "check.threshold_unsourced"]
    assert [each.message for each in told] == (
        [f"no note of the sources of `some` mentions {missing}, which it tests `hole` with"] if missing else []
    )
    assert proved(found, "threshold_unsourced") == ({"care_0"} if missing is None else set())


@pytest.mark.parametrize(
    ("because", "is_named"),
    [
        ("And that is the rule of the town.", False),
        ("The town has paths.", False),
        ("This hole is narrow.", True),
        ("Its size is small.", True),
    ],
)
def test_a_small_word_that_is_also_in_a_title_names_nothing(tmp_path: Path, because: str, is_named: bool) -> None:
    found = checked(tmp_path, (rule("small", '{hole: "<= 4.4"}', "fill", because),))
    assert ("because_names_nothing" in codes(found)) is not is_named


def test_a_shared_finding_that_no_decision_takes_is_told(tmp_path: Path) -> None:
    never = rule("never", '{all: [{hole: "< 1"}, {hole: "> 1"}]}', "lost")
    points = rule("points", '{lost: yes, hole: "> 1"}', "{add: 1, to: sum}")
    shared = (
        f"findings: {{lost: Nobody tests it}}\nscores: {{sum: {{title: Points, range: [0, 1]}}}}\n"
        f"rules:\n{never}{points}"
    )
    found = checked(tmp_path, (rule("small", '{hole: "<= 4.4"}', "fill"),), shared=shared)
    told = [(each.subject, each.message, Path(each.place.file).name) for each in found.flaws]
    assert ("lost", "no decision uses the finding `lost`", "findings.yaml") in told
    assert ("sum", "no decision uses the score `sum`", "findings.yaml") in told


def test_shared_rules_that_no_decision_takes_are_looked_at_as_far_as_no_answer_is_needed(tmp_path: Path) -> None:
    rules = (
        rule("never", '{all: [{hole: "< 1"}, {hole: "> 1"}]}', "lost"),
        rule("twice", '{all: [{hole: "< 1"}, {hole: "< 4.4"}], tall: yes}', "lost", basis="stated"),
        rule("unnamed", '{hole: "> 7"}', "lost", "That is so.", basis="stated"),
        rule("points", '{lost: yes, hole: "> 1"}', "{add: 1, to: sum}"),
        rule("tall_ones", '{kerb: yes, hole: "> 0"}', "tall"),
    )
    shared = (
        f"findings: {{lost: Nobody tests it, tall: It is tall}}\n"
        f"scores: {{sum: {{title: Points, range: [-1, 1]}}}}\nrules:\n{''.join(rules)}"
    )
    taking = rule("small", "{tall: yes}", "fill", "It is tall.")
    kerb = "  kerb: {title: kerb, question: Is there one?, type: yes_no}\n"
    guideline = made(tmp_path, (taking,), more=kerb, shared=shared)
    found = check(guideline, TODAY)
    told = {(each.code.removeprefix("check."), each.subject) for each in found.flaws if "care" not in each.place.file}
    assert told == {
        ("finding_unused", "lost"),
        ("finding_unused", "sum"),
        ("rule_never_fires", "never"),
        ("condition_redundant", "twice"),
        ("points_unreachable", "sum"),
        ("threshold_unsourced", "unnamed"),
        ("because_names_nothing", "unnamed"),
    }
    assert all(each.decision is None and each.witness is None for each in found.flaws if each.subject == "twice")
    assert {each.code for each in found.proofs if each.decision == "findings"} == set()
    text = checked_text(guideline, found)
    assert "\n\npaths/findings\n  not looked at: gaps, conflicts, " in text


def test_a_fact_that_only_such_rules_test_is_not_told_as_well(tmp_path: Path) -> None:
    shared = f"findings: {{lost: Nobody tests it}}\nrules:\n{rule('kerbed', '{kerb: yes}', 'lost', 'A kerb.')}"
    kerb = "  kerb: {title: kerb, question: Is there one?, type: yes_no}\n"
    found = checked(tmp_path, (rule("small", '{hole: "<= 4.4"}', "fill"),), more=kerb, shared=shared)
    assert "fact_unused" not in codes(found)
    assert "finding_unused" in codes(found)
    assert proved(found, "rule_never_fires") == {"care_0", "findings"}


KERB = """\
  kerb: {title: kerb, question: Is there a kerb?, type: yes_no, assume: yes}
impossible:
  - {when: {kerb: yes, hole: "<= 8"}, because: No path with a kerb has a small hole.}
"""


def test_who_shows_a_flaw_says_what_would_else_be_assumed_and_impossible(tmp_path: Path) -> None:
    rules = (rule("small", '{hole: "<= 4.4"}', "fill"), rule("smaller", '{hole: "<= 4"}', "mark"), LEAVE)
    guideline = made(tmp_path, rules, more=KERB)
    found = check(guideline, TODAY)
    assert found.unproved == ()
    (flaw,) = (each for each in found.flaws if each.code == "check.conflict")
    assert flaw.witness is not None
    assert dict(flaw.witness.facts) == {"hole": 0, "kerb": 0}
    told = noticed(guideline, "care_0")
    assert told.undecided == ()
    assert any("kerb" in each.facts for each in told.survivors)


@pytest.mark.parametrize("number", [1, 2])
def test_what_a_test_leaves_out_itself_is_no_hole(number: int, tmp_path: Path) -> None:
    most = tuple(rule(f"most_{each}", '{hole: "not(3.0)"}', "fill") for each in range(number))
    found = checked(tmp_path, (*most, rule("rest", '{hole: ">= 0"}', "mark")))
    assert "threshold_hole" not in codes(found)


def test_rules_that_could_only_be_left_out_together_are_told_so(tmp_path: Path) -> None:
    """Without `wide` nobody is wide, and nobody misses `is_wide`; without `is_wide` alone some get no answer."""
    shared = "findings: {wide: Wide}\nrules:\n" + rule("is_so", '{hole: ">= 1"}', "wide")
    rules = (rule("is_wide", "{wide: yes}", "fill", "Wide."), rule("is_not", "{wide: no}", "fill", "Not wide."))
    found = checked(tmp_path, rules, shared=shared)
    said = [each.message for each in found.flaws if each.code == "check.rule_changes_nothing"]
    assert said == [
        "without `is_wide`, `is_so` every answer is the same: what it concludes never decides",
        "without `is_so` every answer is the same: what it concludes never decides",
    ]


def test_a_threshold_that_nobody_bears_out_keeps_no_other_from_being_told(tmp_path: Path) -> None:
    """With 2 near, at one side of the hole, the engine refuses the patient who is looked at: 1 less 2 is no `rest`."""
    more = (
        "  far: {title: far, question: F?, type: integer, range: [0, 2]}\n"
        "  near: {title: near, question: N?, type: integer, range: [0, 2]}\n"
        "  rest: {title: rest, type: integer, range: [0, 2], derived: [{title: rest, formula: far - near}]}\n"
    )
    rules = (
        rule("low", '{near: "< 1", far: ">= 1"}', "fill", "{near} {far}"),
        rule("high", '{near: "> 1", far: ">= 1"}', "fill", "{near} {far}"),
        rule("rest", '{rest: ">= 0", far: "< 1"}', "fill", "{rest} {far}"),
        rule("small", '{hole: "<= 4.4", far: ">= 1"}', "leave"),
        rule("large", '{hole: ">= 4.6", far: ">= 1"}', "leave"),
    )
    found = checked(tmp_path, rules, more=more)
    (unproved,) = (each.statement for each in found.unproved if each.code == "check.threshold_hole")
    assert unproved.startswith("thresholds on `near` between `low` and `high`: no patient was found who bears it out")
    assert unproved.endswith("far 1, hole 0.0, near 1, rest 0")
    assert "threshold_hole" in codes(found)
    assert not proved(found, "threshold_hole")


def test_a_part_that_is_idle_only_once_another_is_gone_is_told_so(tmp_path: Path) -> None:
    """Each of the two implies the other, so either can go, but not both."""
    either = rule("twice", '{all: [{hole: "<= 4"}, {hole: "< 4.1"}, {any: [{hole: "<= 4"}, {hole: "> 9"}]}]}', "fill")
    found = checked(tmp_path, (either, rule("far", '{hole: "> 4"}', "leave")))
    said = [each.message for each in found.flaws if each.code == "check.condition_redundant"]
    assert len(said) == 2
    assert sum(", once `" in each and each.endswith("` is left out") for each in said) == 1


def test_a_shared_rule_that_another_decision_needs_is_not_told_as_idle(tmp_path: Path) -> None:
    """Whoever is `wide` has a large hole, so that the second decision never needs the finding."""
    shared = "findings: {wide: Wide}\nrules:\n" + rule("is_so", '{hole: ">= 1"}', "wide")
    needing = (rule("is_wide", "{wide: yes}", "fill", "Wide."), rule("is_not", "{wide: no}", "mark", "Not wide."))
    either = '{any: [{wide: yes, hole: ">= 3"}, {hole: ">= 1"}]}'
    other = (rule("large", either, "fill"), rule("small", '{hole: "< 1"}', "mark"))
    found = checked(tmp_path, needing, other, shared=shared)
    assert "rule_changes_nothing" not in codes(found)
    said = [each.statement for each in found.proofs if each.code == "check.rule_changes_nothing"]
    assert [each.endswith("of the shared `is_so` in another decision") for each in said] == [False, True]
    alone = checked(tmp_path / "alone", other, shared=shared)
    assert any("without `is_so` every answer is the same" in each.message for each in alone.flaws)


def test_each_patient_who_shows_a_flaw_is_a_case_of_another_name(tmp_path: Path) -> None:
    either = rule("twice", '{all: [{hole: "<= 4"}, {hole: "< 4.1"}, {any: [{hole: "<= 4"}, {hole: "> 9"}]}]}', "fill")
    guideline = made(tmp_path, (either, rule("far", '{hole: "> 4"}', "leave")))
    text = checked_text(guideline, check(guideline, TODAY))
    assert "    condition_redundant_twice:\n" in text
    assert "    condition_redundant_twice_2:\n" in text


def test_somebody_is_found_whom_a_formula_with_a_quotient_does_not_refuse(tmp_path: Path) -> None:
    """A load of 150 on a width of 1.0 would leave the range of the pressure; on a width of 1.9 it does not."""
    more = (
        "  load: {title: load, question: L?, type: integer, range: [0, 200]}\n"
        "  width: {title: width, question: W?, type: number, decimals: 1, range: [1, 9]}\n"
        "  pressure: {title: pressure, type: number, decimals: 0, range: [0, 80],\n"
        "             derived: [{title: pressure, formula: load / width}]}\n"
    )
    rules = (
        rule("heavy", '{load: ">= 150"}', "fill", "{load}"),
        rule("narrow", '{width: "< 2"}', "mark", "{width}"),
        rule("light", '{pressure: "< 30"}', "leave", "{pressure}"),
        rule("pressed", '{pressure: ">= 35"}', "fill", "{pressure}"),
    )
    found = checked(tmp_path, rules, more=more)
    told = [each for each in found.flaws if each.code == "check.conflict"]
    assert found.unproved == ()
    assert "`heavy` concludes `fill` where `narrow` concludes `mark`" in [each.message for each in told]
