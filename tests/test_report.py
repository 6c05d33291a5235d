"""The forms of a report: every one says every text, none lets a text be markup, and the command writes them."""

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt

from candor.cli.choices import Form
from candor.cli.reporting import written
from explain.plain_text import one_line
from explain.rendering.markdown import escaped
from explain.report import STATUSES, report_of
from tests.commands import ROOT, Ran, candor
from tests.conformance_cases import conformance_cases, decided, guideline_named
from tests.golden_files import ROADS, report_files
from tests.reports import HOSTILE, ICE, SITUATIONS, hostile_report, reported, said_by, squeezed, texts_of, unescaped
from tests.schemas import report_schema


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("name", SITUATIONS)
def test_every_form_says_every_text_of_the_model(name: str, form: Form) -> None:
    report = reported(name)
    said = said_by(report, form)
    for text in texts_of(report):
        assert squeezed(text) in said, text
    assert (report.status.value if form is Form.JSON else STATUSES[report.status]) in said


@pytest.mark.parametrize("road", ROADS)
def test_every_form_says_every_text_of_a_road(road: str) -> None:
    case = next(case for case in conformance_cases() if case.name == road)
    report = report_of(guideline_named(case.guideline), decided(case), road)
    for form in Form:
        said = said_by(report, form)
        assert [text for text in texts_of(report) if squeezed(text) not in said] == []


def test_the_words_of_forms_are_the_same_but_for_their_layout() -> None:
    report = reported(patient=None)
    for form in (Form.TEXT, Form.HTML, Form.MARKDOWN):
        assert "not named" in said_by(report, form)
        assert report.counted in said_by(report, form)
    assert json.loads(written(report, Form.JSON))["patient"] is None


@pytest.mark.parametrize("name", SITUATIONS)
def test_json_has_the_published_shape(name: str) -> None:
    validator = Draft202012Validator(report_schema())
    Draft202012Validator.check_schema(report_schema())
    assert list(validator.iter_errors(json.loads(written(reported(name), Form.JSON)))) == []


def test_every_golden_report_has_the_published_shape() -> None:
    validator = Draft202012Validator(report_schema())
    documents = [json.loads(text) for name, text in report_files().items() if name.endswith(".json")]
    assert len(documents) >= 5
    assert [error.message for each in documents for error in validator.iter_errors(each)] == []
    for document in documents:
        titles = [each["title"] for each in document["criteria"]]
        assert len(titles) == len(set(titles))


def test_hostile_text_is_shown_and_does_nothing_in_markdown() -> None:
    text = written(hostile_report(), Form.MARKDOWN)
    for letter in "<>[]|`*_#&":
        assert not re.findall(rf"(?<!\\){re.escape(letter)}", escaped(HOSTILE)), letter
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {4}
    assert squeezed(unescaped(text)).count(HOSTILE) >= 12


def rendered(markdown: str) -> ET.Element:
    """A Markdown document as a reader's program shows it."""
    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(markdown)
    return ET.fromstring(f"<body>{html.replace('<hr>', '<hr/>').replace('<br>', '<br/>')}</body>")


def test_a_program_that_shows_markdown_finds_no_markup_in_hostile_text() -> None:
    root = rendered(written(hostile_report(), Form.MARKDOWN))
    layout = {"body", "h1", "h2", "p", "strong", "ul", "li", "table", "thead", "tbody", "tr", "th", "td"}
    assert {each.tag for each in root.iter()} <= layout
    assert "".join(root.itertext()).count(HOSTILE) >= 12


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_program_that_shows_markdown_shows_every_text(name: str) -> None:
    report = reported(name)
    shown = squeezed(" ".join(rendered(written(report, Form.MARKDOWN)).itertext()))
    assert [text for text in texts_of(report) if squeezed(text) not in shown] == []


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1))
def test_markdown_finds_no_markup_in_any_text(text: str) -> None:
    text = one_line(text)
    told = escaped(text)
    assert unescaped(told) == text
    assert not re.match(r"([-+=]|\d+[.)])", told)
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]<>|~&#$!]", told)


def test_a_patient_of_several_lines_stays_one_line() -> None:
    report = reported(patient="a\nb\x1b[31m\u202ec\n# d")
    assert report.patient == "a b [31m c # d"


def ran(*arguments: object) -> Ran:
    facts = [option for name, value in ICE.items() for option in ("--fact", f"{name}={value}")]
    return candor("report", "tests/toy/gritting", *facts, "--at", "2026-01-15", *arguments)


@pytest.mark.parametrize("form", Form)
def test_the_command_prints_or_writes_the_same(form: Form, tmp_path: Path) -> None:
    file = tmp_path / "report"
    printed, wrote = ran("--format", form.value), ran("--format", form.value, "--output", file)
    assert (printed.code, printed.err) == (0, "")
    assert (wrote.code, wrote.out, wrote.err) == (0, "", "")
    assert file.read_text("utf-8") == printed.out == written(reported(patient=None), form)


def test_a_report_that_cannot_be_written_is_told() -> None:
    for path, why in (("/nowhere/at/all.html", "No such file or directory"), (str(ROOT / "tests"), "Is a directory")):
        told = ran("--output", path)
        assert (told.code, told.out) == (1, "")
        assert told.err == f"error: cannot write the report to `{path}`: {why}\n"


def test_a_form_that_there_is_not_is_refused() -> None:
    told = ran("--format", "pdf")
    assert (told.code, told.out) == (2, "")
