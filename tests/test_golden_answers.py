"""The answers to every question about every example patient: what must come out, and the same in every form."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt

from candor.cli.answering import account_written
from candor.cli.choices import Form
from engine.trace import OutcomeConcluded, OutcomeForced, Status, Trace
from explain.account import Account, Section
from explain.asking import questions
from explain.justification import Line
from explain.plain_text import one_line
from explain.reading import reading_of
from explain.reasons import reasons_of
from tests.commands import candor
from tests.conformance_cases import guideline_named
from tests.golden_answers import ANSWERS, GUIDELINE, Patient, answer_files, answers_to, golden_patients
from tests.golden_files import AT
from tests.schemas import account_schema, decision_schema

FILES = answer_files()
REFRESH = "if the difference is meant: python -m tests.refresh"
HOSTILE = (
    "<script>alert(1)</script>",
    "<!-- <b>",
    "*a* __b__ ~~c~~",
    "`code` ``` fence",
    "| a | b |",
    "one\ntwo\n\n# three",
    "- item",
    "+ item",
    "1. first",
    "2) second",
    "> quoted",
    "===",
    "    four spaces",
    "[a](javascript:b) ![c](d)",
    "&amp; &lt; \"'",
    "\\",
    "{{ g }} {% h %} $x$",
    "https://example.org/a_b_c",
    "\x1b[31m\u202e\t",
)
LAYOUT = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "header",
    "main",
    "section",
    "h1",
    "h2",
    "p",
    "ul",
    "li",
    "small",
}
Block = tuple[int, str]
"""What stands in one place, and how deep: 0 for a heading or a paragraph, 1 for a line of a section, and so on."""


# ---- To the byte ----


@pytest.mark.parametrize("name", sorted(FILES))
def test_the_answers_are_what_they_were(name: str) -> None:
    assert FILES[name] == (ANSWERS / name).read_text("utf-8"), REFRESH


def test_every_patient_has_a_file_in_every_form_and_no_other_is_left_over() -> None:
    names = {f"{name}.{ending}" for name in golden_patients() for ending in ("txt", "md", "html", "json")}
    assert {path.name for path in ANSWERS.iterdir()} == names == set(FILES), REFRESH
    assert len(golden_patients()) == 15


# ---- What must come out ----


def concluded_by(trace: Trace) -> list[str]:
    return [rule for event in trace.events if isinstance(event, OutcomeConcluded) for rule in event.rules]


def reasons(trace: Trace) -> list[list[str]]:
    found = reasons_of(reading_of(guideline_named(GUIDELINE), trace), limit=None)
    return sorted(sorted(each) for each in found.sets)


def asked(trace: Trace) -> list[str]:
    return [each.fact.id for each in questions(reading_of(guideline_named(GUIDELINE), trace))]


SAID: dict[str, Callable[[Trace], object]] = {
    "status": lambda trace: trace.status.value,
    "outcome": lambda trace: trace.outcome,
    "possible": lambda trace: list(trace.possible_outcomes),
    "by": concluded_by,
    "reasons": reasons,
    "assumed": lambda trace: [each.fact for each in trace.facts if each.origin.value == "assumed"],
    "ask": asked,
}


@pytest.mark.parametrize("patient", golden_patients().values(), ids=lambda patient: patient.name)
def test_what_must_come_out_comes_out(patient: Patient) -> None:
    trace, expect = patient.trace, dict(patient.expect)
    cautions = expect.pop("cautions", [])
    assert isinstance(cautions, list)
    assert set(cautions) <= {each.rule for each in trace.cautions}
    assert {"status", "outcome" if trace.outcome else "possible"} <= set(expect)
    assert {name: SAID[name](trace) for name in expect} == expect
    if expect.get("by") == []:
        assert any(isinstance(event, OutcomeForced) for event in trace.events)


def test_what_is_asked_about_other_facts_changes_something() -> None:
    for name in golden_patients():
        command = next(command for command in answers_to(name) if "what-if" in command)
        changed = next(
            section for section in answers_to(name)[command].sections if section.title == "Facts that change"
        )
        assert not changed.lines[0].text.startswith("None"), name


# ---- The same in every form ----


def model(account: Account) -> list[Block]:
    """What an account says, each text on one line."""
    said = [(0, account.question), (0, account.guideline), (0, account.answer)]
    for section in account.sections:
        said += [(0, section.title), *(block for line in section.lines for block in _line(line, 1))]
    return [(depth, one_line(text)) for depth, text in said]


def _line(line: Line, depth: int) -> Iterator[Block]:
    behind = [*([line.rule] if line.rule else []), *map(one_line, line.sources)]
    yield depth, one_line(line.text) + (f" [{'; '.join(behind)}]" if behind else "")
    for below in line.below:
        yield from _line(below, depth + 1)


def in_text(text: str) -> list[Block]:
    """The blocks of plain text; there the guideline stands before the question."""
    lines = [line for line in text.split("\n") if line]
    guideline, question, *others = (((len(line) - len(line.lstrip(" "))) // 2, line.strip(" ")) for line in lines)
    return [question, guideline, *others]


def in_markdown(text: str) -> list[Block]:
    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text)
    return in_tree(ET.fromstring(f"<body>{html}</body>"), 0)


def in_html(text: str) -> list[Block]:
    assert text.startswith("<!DOCTYPE html>\n")
    body = ET.fromstring(text.partition("\n")[2]).find("body")
    assert body is not None
    return in_tree(body, 0)


def in_tree(part: ET.Element, depth: int) -> list[Block]:
    """The blocks of a document: what stands in an item goes before what stands in the list below it."""
    said: list[Block] = []
    for each in part:
        if each.tag in ("h1", "h2", "p", "li"):
            own = [each.text or "", *(_inline(child) for child in each if child.tag != "ul")]
            text = " ".join("".join(own).split())
            said += [(depth, text)] if text else []
        if each.tag not in ("small", "strong"):
            said += in_tree(each, depth + (each.tag == "ul"))
    return said


def _inline(part: ET.Element) -> str:
    return "".join(part.itertext()) + (part.tail or "")


def in_json(text: str) -> list[Block]:
    told = json.loads(text)
    said = [(0, told["question"]), (0, told["guideline"]), (0, told["answer"])]
    for section in told["sections"]:
        said += [(0, section["title"]), *(block for line in section["lines"] for block in _json_line(line, 1))]
    return [(depth, one_line(text)) for depth, text in said]


def _json_line(line: dict[str, Any], depth: int) -> Iterator[Block]:
    behind = [*([line["rule"]] if "rule" in line else []), *map(one_line, line.get("sources", []))]
    yield depth, one_line(line["text"]) + (f" [{'; '.join(behind)}]" if behind else "")
    for below in line.get("below", []):
        yield from _json_line(below, depth + 1)


READERS = {Form.TEXT: in_text, Form.MARKDOWN: in_markdown, Form.HTML: in_html, Form.JSON: in_json}


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("name", golden_patients())
def test_every_form_says_the_same_sentences_in_the_same_order(name: str, form: Form) -> None:
    for command, account in answers_to(name).items():
        assert READERS[form](account_written(account, form)) == model(account), command


# ---- Hostile text ----


def hostile_texts() -> st.SearchStrategy[str]:
    printable = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1)
    pieces = st.lists(st.one_of(st.sampled_from(HOSTILE), printable), min_size=1, max_size=3)
    return pieces.map(" ".join).filter(one_line)


def hostile_lines() -> st.SearchStrategy[Line]:
    sources = st.lists(hostile_texts(), max_size=2).map(tuple)
    leaf = st.builds(Line, hostile_texts(), st.none(), sources)
    return st.builds(Line, hostile_texts(), st.none(), sources, st.lists(leaf, max_size=2).map(tuple))


def hostile_accounts() -> st.SearchStrategy[Account]:
    lines = st.lists(hostile_lines(), min_size=1, max_size=2).map(tuple)
    sections = st.lists(st.builds(Section, hostile_texts(), lines), max_size=2).map(tuple)
    texts = hostile_texts()
    return st.builds(Account, texts, texts, st.sampled_from(Status), texts, sections)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(hostile_accounts())
def test_hostile_text_is_shown_as_it_is_and_does_nothing(account: Account) -> None:
    for form, read in READERS.items():
        text = account_written(account, form)
        assert read(text) == model(account), form
        assert form is Form.JSON or "\x1b" not in text
    root = ET.fromstring(account_written(account, Form.HTML).partition("\n")[2])
    assert {each.tag for each in root.iter()} <= LAYOUT


def test_every_hostile_text_stays_one_item_of_markdown() -> None:
    for text in HOSTILE:
        if one_line(text):
            account = Account(text, text, Status.CONCLUDED, text, (Section(text, (Line(text, None, (text,)),)),))
            assert in_markdown(account_written(account, Form.MARKDOWN)) == model(account)


# ---- The page ----


@pytest.mark.parametrize("name", golden_patients())
def test_a_page_is_sound_and_needs_nothing_else(name: str) -> None:
    for command, account in answers_to(name).items():
        page = account_written(account, Form.HTML)
        root = ET.fromstring(page.partition("\n")[2])
        assert root.get("lang") == "en"
        assert root.findtext("head/title") == account.question
        assert [each.text for each in root.iter("h1")] == [account.question]
        assert [each.text for each in root.iter("h2")] == [section.title for section in account.sections], command
        assert {each.tag for each in root.iter()} <= LAYOUT
        assert {key for each in root.iter() for key in each.attrib} <= {"lang", "charset", "name", "content", "class"}
        assert not re.search(r"url\(|@import", root.findtext("head/style") or "")


# ---- The command ----


@pytest.mark.parametrize("number", range(7))
def test_every_question_is_answered_by_the_command_in_these_forms(number: int) -> None:
    patient = golden_patients()["therapy_unknown"]
    given = [f"--fact={name}={value}" for name, value in patient.given.items()]
    command, account = list(answers_to(patient.name).items())[number]
    _, question, *options = command.split()
    for form in (Form.HTML, Form.MARKDOWN):
        asked = (*given, *options, f"--at={AT.date().isoformat()}", f"--format={form.value}")
        ran = candor(question, f"{GUIDELINE}/{patient.decision}", *asked)
        assert (ran.code, ran.out, ran.err) == (0, account_written(account, form), ""), command


def test_json_has_the_published_shape() -> None:
    accounts, decisions = (Draft202012Validator(schema) for schema in (account_schema(), decision_schema()))
    for name in golden_patients():
        for command, told in json.loads(FILES[f"{name}.json"]).items():
            validator = decisions if command == "candor decide" else accounts
            assert list(validator.iter_errors(told)) == [], command


@pytest.mark.parametrize("form", [Form.TEXT, Form.MARKDOWN, Form.HTML])
def test_json_lines_are_answered_as_json_lines_alone(form: Form) -> None:
    ran = candor("decide", f"{GUIDELINE}/selection", "examples/cohort.jsonl", f"--format={form.value}")
    assert (ran.code, ran.out) == (2, "")
    assert f"not as {form.value}" in " ".join(ran.err.replace("│", " ").split())


@pytest.mark.parametrize("form", [Form.MARKDOWN, Form.HTML])
def test_one_patient_on_one_line_of_standard_input_can_be_a_page(form: Form) -> None:
    patient = golden_patients()["remission_range"]
    line = json.dumps({"facts": dict(patient.given)}) + "\n"
    ran = candor("decide", f"{GUIDELINE}/selection", "-", f"--format={form.value}", "--at=2026-11-22", stdin=line)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == account_written(answers_to("remission_range")["candor decide"], form)


@pytest.mark.parametrize("command", ["why", "decide"])
def test_mistakes_end_the_same_in_every_form(command: str) -> None:
    given = ("tests/toy/gritting", "--fact=surface_temperature=999", "--at=2026-11-22")
    ended = [candor(command, *given, f"--format={form.value}") for form in Form]
    assert len(set(ended)) == 1
    assert (ended[0].code, ended[0].out) == (1, "")
    assert "error[" in ended[0].err


# ---- What is not known is told as what it is ----


def texts(line: Line) -> list[str]:
    return [line.text, *(text for below in line.below for text in texts(below))]


def lines_that_begin(account: Account, text: str) -> list[Line]:
    def found(line: Line) -> Iterator[Line]:
        if line.text.startswith(text):
            yield line
        for below in line.below:
            yield from found(below)

    return [line for section in account.sections for each in section.lines for line in found(each)]


SAYING = [name for name, patient in golden_patients().items() if patient.says]


@pytest.mark.parametrize("name", SAYING)
def test_what_must_be_said_is_said_and_what_must_not_is_not(name: str) -> None:
    for said in golden_patients()[name].says:
        told = lines_that_begin(answers_to(name)[said["to"]], said["line"])
        assert bool(told) is (said["is"] == "said"), said["line"]
        for line in told:
            assert set(said.get("below", ())) <= set(texts(line))


def test_patients_say_what_must_be_said() -> None:
    assert len(SAYING) == 2


def test_of_alternatives_that_are_not_known_none_is_said_to_fail() -> None:
    for name in golden_patients():
        for account in answers_to(name).values():
            for line in lines_that_begin(account, "One of these is needed; none is met:"):
                assert not [below.text for below in line.below if "not known; needed" in below.text], name
            for line in lines_that_begin(account, "One of these is needed; none is known to be met:"):
                assert [text for text in texts(line) if "not known; needed" in text], name
