"""Pictures: what is in them, and that they are sound SVG."""

import re
import xml.etree.ElementTree as ET
from itertools import combinations
from pathlib import Path

import pytest

from candor.guidelines import builtin_guidelines, load_guideline
from engine.deciding import decide
from engine.errors import NotFound
from engine.facts import read_facts
from engine.loading import load
from engine.trace import OutcomeForced, RuleFired, Status, decisive
from engine.trace import tested_by as name_of
from engine.truth import FALSE
from explain.picture import guideline_picture, picture_of
from explain.picture.decided import decided_picture
from explain.picture.layout import layout_of
from explain.picture.model import Kind, State, box_id
from explain.picture.strokes import LINES, ON_PATH, OUTLINES
from explain.picture.svg import svg_of
from explain.picture.written import written_picture
from explain.picture.xml import element
from explain.reading import reading_of
from tests.commands import candor
from tests.conformance_cases import ConformanceCase, conformance_cases, guideline_named
from tests.conformance_cases import decided as conformance_decided
from tests.mistake_examples import TOY, copy_of_toy
from tests.pictures import (
    AT,
    ICE,
    NAMES,
    NOTHING,
    SVG,
    boxes_in,
    cases,
    check,
    decided,
    some_pictures,
    text_of,
    toy,
)

# ---- What is in a picture ----


@pytest.mark.parametrize("facts", [ICE, NOTHING, {**ICE, "hours_since_gritting": 1}])
@pytest.mark.parametrize("decision", ["gritting", "clearing", "patrol"])
def test_every_fired_rule_and_every_fact_that_told_is_in_it(facts: dict[str, object], decision: str) -> None:
    trace = decided(facts, decision)
    drawn = boxes_in(picture_of(toy(), trace))
    results = {event.rule: event.condition for event in trace.events if isinstance(event, RuleFired)}
    assert {box_id(Kind.RULE, rule) for rule in trace.fired} <= set(drawn)
    for rule, result in results.items():
        assert {name_of(leaf) for leaf, _ in decisive(result)} <= set(drawn), rule
    if trace.outcome is not None:
        assert "the answer" in text_of(drawn[trace.outcome])


@pytest.mark.parametrize("name", ["toy", *builtin_guidelines()])
def test_the_path_of_every_case_has_its_rules_and_its_outcome(name: str) -> None:
    guideline = toy() if name == "toy" else load_guideline(name)
    for trace in cases(guideline):
        drawn = decided_picture(reading_of(guideline, trace), whole=False).boxes
        assert {box_id(Kind.RULE, rule) for rule in trace.fired} <= set(drawn)
        assert set(trace.possible_outcomes) | set(trace.overridden) <= set(drawn)
        answers = [box.id for box in drawn.values() if box.is_answer]
        assert answers == ([] if trace.status is Status.NEEDS_INFORMATION else [trace.outcome or "no answer"])


def test_the_whole_picture_has_every_rule_fact_finding_score_and_outcome() -> None:
    for name, decision in toy().decisions.items():
        trace = decided(ICE, name)
        drawn = set(boxes_in(picture_of(toy(), trace, whole=True)))
        assert drawn >= {box_id(Kind.RULE, rule) for rule in decision.rules} | {fact.fact for fact in trace.facts}
        assert drawn >= {*decision.findings, *decision.scores, *decision.outcomes}
        assert drawn == set(boxes_in(guideline_picture(toy(), name))) | ({"no answer"} & drawn)


def test_a_rule_that_did_not_fire_is_left_to_the_whole_picture() -> None:
    trace = decided(ICE)
    left_out = {box_id(Kind.RULE, rule) for rule, _ in trace.not_fired} - set(boxes_in(picture_of(toy(), trace)))
    assert left_out
    assert left_out <= set(boxes_in(picture_of(toy(), trace, whole=True)))


WINDS = {
    "any_wind": ('{any: [{wind: "<= 70"}, {wind: "> 70"}]}', "true", "applies, whatever is still unknown"),
    "no_wind": ('{all: [{wind: "<= 70"}, {wind: "> 70"}]}', "false", "does not apply, whatever is still unknown"),
    "storm": ('{wind: "> 70"}', "unknown", "not settled"),
}


def test_a_rule_or_finding_that_is_so_whatever_is_unknown_is_not_called_unsettled(tmp_path: Path) -> None:
    folder = copy_of_toy(tmp_path)
    cited = "source: {cite: road_book, at: chapter 7, basis: stated}"
    with (folder / "clearing.yaml").open("a", encoding="utf-8") as file:
        for name, (when, _, _) in WINDS.items():
            file.write(
                f"\n  {name}:\n    title: {name}\n    when: {when}\n    caution: {{text: Mind {name}., {cited}}}"
            )
            file.write(f"\n    then: it_is_{name}\n    because: So it is.\n    {cited}\n")
        findings = ", ".join(f"it_is_{name}: It is {name}" for name in WINDS)
        file.write(f"findings: {{{findings}}}\n")
    guideline = load(folder)
    trace = decide(guideline, "clearing", read_facts(guideline, {"snow_depth": 8}), at=AT)
    drawn = boxes_in(picture_of(guideline, trace, whole=True))
    assert {each.rule: each.waits_for for each in trace.cautions_open} == {"any_wind": (), "storm": ("wind",)}
    for name, (_, state, said) in WINDS.items():
        for box, words in ((box_id(Kind.RULE, name), said), (f"it_is_{name}", FOUND[state])):
            assert drawn[box].attrib["data-state"] == state
            assert words in text_of(drawn[box])


FOUND = {
    "true": "holds, whatever is still unknown",
    "false": "does not hold, whatever is still unknown",
    "unknown": "not known",
}


def test_facts_have_their_values_and_say_where_they_come_from() -> None:
    facts = {"wind": {"value": 40, "at": "2026-11-20"}, "air_temperature": -3, **ICE}
    drawn = boxes_in(picture_of(toy(), decided(facts), whole=True))
    assert "= -2.5" in text_of(drawn["surface_temperature"])
    assert "given" in text_of(drawn["surface_temperature"])
    assert "given, 2026-11-20" in text_of(drawn["wind"])
    assert "derived" in text_of(drawn["chill"])
    states = {name: group.attrib["data-state"] for name, group in drawn.items()}
    unknown = [
        name for name, each in drawn.items() if each.attrib["data-kind"] == "fact" and "not known" in text_of(each)
    ]
    assert unknown
    assert {states[name] for name in unknown} == {"unknown"}


def test_an_imported_fact_names_the_guideline_that_decided_it() -> None:
    seen = [text_of(group) for trace in cases(toy()) for group in boxes_in(picture_of(toy(), trace)).values()]
    imported = [text for text in seen if "imported" in text]
    assert imported
    assert all("(weather/" in text for text in imported)


def test_points_stand_where_a_rule_gives_them() -> None:
    whole = guideline_picture(toy(), "patrol")
    assert "add -0.5 to Need to look" in whole
    assert "at least 2 of:" in whole


def test_unless_is_said_and_its_line_ends_in_a_ring() -> None:
    rule = written_picture(toy(), toy().decisions["gritting"]).boxes["rule ice"]
    entry = next(entry for entry in rule.entries if entry.text.startswith("unless "))
    assert entry.negated
    assert entry.reads == "grip"
    groups = ET.fromstring(guideline_picture(toy(), "gritting")).iter(f"{SVG}g")
    nets = {group.attrib.get("data-net"): group for group in groups}
    assert [each.attrib["data-mark"] for each in nets["from grip"].iter(f"{SVG}circle") if "data-mark" in each.attrib]


def test_where_a_finding_must_not_hold_the_rules_that_failed_are_on_the_path() -> None:
    seen = 0
    for trace in cases(toy()):
        reading = reading_of(toy(), trace)
        drawn = decided_picture(reading, whole=False).boxes
        for finding in (name for name, truth in trace.findings if truth is FALSE and name in drawn):
            assert {box_id(Kind.RULE, rule) for rule in reading.concluding(finding)} <= set(drawn)
            seen += 1
    assert seen


def test_an_overridden_outcome_says_what_stands_before_it() -> None:
    overridden = next(trace for trace in cases(toy()) if trace.overridden)
    drawn = boxes_in(picture_of(toy(), overridden))
    for outcome in overridden.overridden:
        assert drawn[outcome].attrib["data-state"] == "overridden"
        assert "concluded, but overridden:" in text_of(drawn[outcome])


FORCED = [case for case in conformance_cases() if case.answer.get("forced")]


@pytest.mark.parametrize("case", FORCED, ids=lambda case: case.name)
def test_what_is_decided_whatever_is_not_known_has_the_rules_of_its_cases(case: ConformanceCase) -> None:
    trace = conformance_decided(case)
    drawn = boxes_in(picture_of(guideline_named(case.guideline), trace))
    assert trace.outcome is not None
    assert "whatever the unknown facts are" in text_of(drawn[trace.outcome])
    events = [event for event in trace.events if isinstance(event, OutcomeForced)]
    rules = {box_id(Kind.RULE, rule) for event in events for split in event.cases for rule in split.rules}
    assert rules
    assert rules <= set(drawn)


def test_cautions_limits_and_the_record_stand_below() -> None:
    trace = decided(ICE)
    said = " ".join(each.text or "" for each in ET.fromstring(picture_of(toy(), trace)).iter(f"{SVG}text"))
    for text in (*(caution.text for caution in trace.cautions), toy().limits, trace.sha256):
        assert " ".join(text.split()) in said


# ---- States beyond colour ----


def test_no_two_states_differ_by_colour_alone() -> None:
    for strokes in (list(OUTLINES.items()), [*LINES.items(), (State.TRUE, ON_PATH)]):
        for (state, one), (other, two) in combinations(strokes, 2):
            told_apart = (one.dashes, one.tenths) != (two.dashes, two.tenths)
            assert told_apart or State.PLAIN in (state, other), (state, other)


def test_marks_and_words_say_the_state_too() -> None:
    words = {"true": "fired", "false": "did not fire", "unknown": "not settled"}
    marks = {"true": "yes", "false": "no", "unknown": "not known"}
    drawn = boxes_in(picture_of(toy(), decided({"precipitation": "rain"}), whole=True))
    seen = set()
    for group in drawn.values():
        if group.attrib["data-kind"] == "rule":
            state = group.attrib["data-state"]
            seen.add(state)
            assert words[state] in text_of(group)
            first = next(each for each in group.iter(f"{SVG}path") if "data-mark" in each.attrib)
            assert first.attrib["data-mark"] == marks[state]
    assert seen == set(words)


# ---- Sound SVG ----


@pytest.mark.parametrize("name", NAMES)
def test_it_is_sound_svg_that_runs_nothing_and_needs_nothing(name: str) -> None:
    for picture in some_pictures(name):
        svg = svg_of(picture, layout_of(picture))
        root = ET.fromstring(svg)
        assert root.attrib["role"] == "img"
        ids = {each.attrib["id"] for each in root.iter() if "id" in each.attrib}
        assert set(root.attrib["aria-labelledby"].split()) == ids
        assert [each.tag for each in root][:2] == [f"{SVG}title", f"{SVG}desc"]
        tags = {each.tag.removeprefix(SVG) for each in root.iter()}
        assert tags <= {"svg", "title", "desc", "g", "rect", "path", "circle", "text"}
        assert not [key for each in root.iter() for key in each.attrib if key.startswith("on") or "href" in key]
        assert "url(" not in svg


HOSTILE = ("<script>alert(1)</script>", "a & b", "]]>", "\"'", "x" * 300, "‮back", "日本語の題名" * 12, "a\u0007b")


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_title_is_a_title(hostile: str, tmp_path: Path) -> None:
    home = copy_of_toy(tmp_path)
    quoted = hostile.replace("\\", "").replace('"', "").replace("x01", "")
    path = home / "gritting.yaml"
    path.write_text(
        path.read_text("utf-8").replace("title: Wet road", f"title: {quoted!r}".replace("\\'", "''"), 1), "utf-8"
    )
    guideline = load(home)
    svg = guideline_picture(guideline, "gritting")
    assert "<script" not in svg
    title = next(boxes_in(svg)["rule wet_road"].iter(f"{SVG}title")).text
    assert title is not None
    assert title.startswith("Rule: ")
    check(layout_of(written_picture(guideline, guideline.decisions["gritting"])))


def test_control_characters_are_left_out() -> None:
    for letter in map(chr, [*range(0x20), 0x7F, 0x85, 0x200B, 0x202E, 0xD800, 0xFFFE, 0xFFFF]):
        assert ET.fromstring(element("text", {"x": f"1{letter}"}, f"a{letter}b")).text in ("a b", "ab")


# ---- The same bytes ----


def test_the_order_of_rules_and_facts_in_the_files_changes_no_byte(tmp_path: Path) -> None:
    home = copy_of_toy(tmp_path)
    svg = guideline_picture(load(home), "gritting")
    for name, above in (("gritting.yaml", "rules:\n"), ("facts.yaml", "facts:\n")):
        head, _, body = (home / name).read_text("utf-8").partition(above)
        body, end, rest = body.partition("\nimpossible:")
        entries = re.split(r"^(?=  \w)", body.rstrip("\n") + "\n", flags=re.MULTILINE)
        turned = "".join(reversed([each for each in entries if each.strip()]))
        (home / name).write_text(f"{head}{above}{turned}{end}{rest}", "utf-8")
    again = load(home)
    assert list(again.decisions["gritting"].rules) == list(toy().decisions["gritting"].rules)
    assert guideline_picture(again, "gritting") == svg


def test_the_same_decision_gives_the_same_bytes() -> None:
    one, other = (picture_of(load(TOY), decided(ICE), whole=whole) for whole in (True, True))
    assert one == other


# ---- The command ----


def test_the_command_draws_a_patient_and_a_guideline(tmp_path: Path) -> None:
    ice = ("--fact", "surface_temperature=-2.5", "--fact", "precipitation=rain", "--at", "2026-11-22")
    ran = candor("picture", "tests/toy/gritting", *ice)
    assert (ran.code, ran.err) == (0, "")
    assert "Rule" in ran.out
    assert ET.fromstring(ran.out).tag == f"{SVG}svg"
    file = tmp_path / "ice.svg"
    written = candor("picture", "tests/toy/gritting", *ice, "--output", file)
    assert (written.code, written.out, written.err) == (0, "", "")
    assert file.read_text("utf-8") == ran.out
    assert candor("picture", "tests/toy/gritting").out == guideline_picture(toy(), "gritting")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("tests/toy/gritting", "--fact", "wind=strong"), 1, "error[patient.value]"),
        (("tests/toy/gritting", "--fact", "wnd=3"), 1, "did you mean `wind`?"),
        (("tests/toy/griting",), 2, "did you mean `gritting`?"),
        (("tests/toy",), 2, "names no decision"),
        (("tests/toy/gritting", "no-such-file.yaml"), 1, "no-such-file.yaml"),
        (("tests/toy/gritting", "--whole"), 2, "drawn whole anyway"),
        (("tests/toy/gritting", "--at", "2026-11-22"), 2, "there is no patient"),
        (("tests/toy/gritting", "--output", "no/such/folder/a.svg"), 1, "cannot be written"),
        (("tests/toy/gritting", "--output", "README.md"), 2, "is there already"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_drawn(arguments: tuple[str, ...], code: int, said: str) -> None:
    readme = Path("README.md").read_bytes()
    ran = candor("picture", *arguments)
    assert (ran.code, ran.out) == (code, "")
    assert said in " ".join(ran.err.replace("│", " ").split())
    assert Path("README.md").read_bytes() == readme


def test_a_decision_that_is_not_there_is_said_so() -> None:
    with pytest.raises(NotFound):
        guideline_picture(toy(), "griting")


def test_a_trace_of_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="another version"):
        picture_of(load_guideline(builtin_guidelines()[0]), decided(ICE))
