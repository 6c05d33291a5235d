"""The report of a decision: every form says every text, the page is sound and harmless, the file is written or not."""

import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt

from candor.cli.choices import Form
from candor.cli.reporting import written
from engine.conditions import FindingTest, ScoreTest, concluded_in, leaves
from engine.deciding import decide
from engine.facts import read_facts
from engine.guideline import Rule
from engine.loading import load
from engine.truth import TRUE
from explain.account import Section
from explain.changes import Changes
from explain.criteria import criteria_of
from explain.justification import Line
from explain.plain_text import one_line
from explain.reading import reading_of
from explain.rendering.markdown import escaped
from explain.report import STATUSES, Report, report_of
from explain.wording import demand_in_words, sentence
from tests.commands import ROOT, Ran, candor
from tests.conformance_cases import conformance_cases, decided, guideline_named
from tests.golden_files import ROADS, report_files
from tests.mistake_examples import TOY
from tests.schemas import report_schema

AT = datetime(2026, 1, 15, tzinfo=UTC)
ICE = {"surface_temperature": "-2.5", "precipitation": "rain", "hours_since_gritting": 30}
TOY_GUIDELINE = load(TOY, with_cases=False)
HOSTILE = (
    "<script>alert(1)</script> \"'&amp; <img src=x onerror=y> [a](javascript:b) | `c` *d* _e_ ## f {{ g }} {% h %}"
)
SITUATIONS: dict[str, tuple[str, dict[str, object]]] = {
    "concluded": ("gritting", ICE),
    "open": ("gritting", {"precipitation": "rain"}),
    "nothing known": ("gritting", {}),
    "not covered": ("clearing", {"snow_depth": "0", "precipitation": "none"}),
    "scores": ("patrol", ICE),
}


def reported(name: str = "concluded", patient: str | None = "road 7") -> Report:
    decision, facts = SITUATIONS[name]
    trace = decide(TOY_GUIDELINE, decision, read_facts(TOY_GUIDELINE, facts), at=AT)
    return report_of(TOY_GUIDELINE, trace, patient)


def texts_of(part: object) -> Iterator[str]:
    """Every text of a model, but for names that are no words."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        for each in part:
            yield from texts_of(each)
    elif is_dataclass(part) and not isinstance(part, Enum):
        for field in fields(part):
            yield from texts_of(getattr(part, field.name))


def page(report: Report) -> ET.Element:
    html = written(report, Form.HTML)
    assert html.startswith("<!DOCTYPE html>\n") or html.lstrip().startswith("<!DOCTYPE html>\n")
    return ET.fromstring(html.partition("<!DOCTYPE html>\n")[2])


def squeezed(text: str) -> str:
    return " ".join(text.split())


def unescaped(markdown: str) -> str:
    return re.sub(r"\\([^A-Za-z0-9\s])", r"\1", markdown)


def said_by(report: Report, form: Form) -> str:
    """What a reader of a form reads."""
    text = written(report, form)
    if form is Form.HTML:
        return squeezed("".join(page(report).itertext()))
    if form is Form.MARKDOWN:
        return squeezed(unescaped(text))
    return "\n".join(texts_of_json(json.loads(text))) if form is Form.JSON else text


def texts_of_json(part: object) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, list | dict):
        for each in part.values() if isinstance(part, dict) else part:
            yield from texts_of_json(each)


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
        pairs = [(each["title"], each["needed"]) for each in document["criteria"]]
        assert len(pairs) == len(set(pairs))


@pytest.mark.parametrize("decision", ["gritting", "clearing", "patrol"])
def test_every_test_behind_an_outcome_is_a_criterion_and_no_other_is(decision: str) -> None:
    reading = reading_of(TOY_GUIDELINE, decide(TOY_GUIDELINE, decision, read_facts(TOY_GUIDELINE, ICE), at=AT))
    behind, bearing = set(reading.decision.outcomes), dict[str, Rule]()
    while rules := {
        name: rule
        for name, rule in reading.decision.rules.items()
        if name not in bearing and behind & {*rule.concludes, *rule.adds}
    }:
        bearing |= rules
        behind |= {name for rule in rules.values() for name in concluded_in(rule.condition)}
    expected = set()
    for leaf in (leaf for rule in bearing.values() for leaf in leaves(rule.condition)):
        if not isinstance(leaf, FindingTest):
            is_score = isinstance(leaf, ScoreTest)
            fact = reading.decision.scores[leaf.score].scale if is_score else reading.fact(leaf.fact)
            expected.add((sentence(fact.title), demand_in_words(fact, leaf, True)))
    assert {(each.title, each.needed) for each in criteria_of(reading)} == expected


def test_every_criterion_is_a_test_that_bears_on_an_outcome_and_none_stands_twice() -> None:
    decision, facts = SITUATIONS["concluded"]
    trace = decide(TOY_GUIDELINE, decision, read_facts(TOY_GUIDELINE, facts), at=AT)
    reading = reading_of(TOY_GUIDELINE, trace)
    criteria = criteria_of(reading)
    pairs = [(each.title, each.needed) for each in criteria]
    assert len(pairs) == len(set(pairs))
    assert [each.state for each in criteria] == sorted(
        (each.state for each in criteria), key=["met", "not met", "unknown"].index
    )
    frost = next(each for each in criteria if each.needed == "0.0 Cel or below")
    assert (frost.state, frost.value, frost.unit, frost.origin) == ("met", "-2.5 Cel", "Cel", "given")
    tests = reading.rule("frost_on_the_surface").condition
    fact = reading.fact("surface_temperature")
    assert (sentence(fact.title), demand_in_words(fact, tests, True)) in pairs  # type: ignore[arg-type]
    assert reading.results["frost_on_the_surface"].truth is TRUE


def test_a_value_with_a_date_says_it() -> None:
    facts = read_facts(TOY_GUIDELINE, {"surface_temperature": {"value": "-2.5", "at": "2026-01-15"}})
    report = report_of(TOY_GUIDELINE, decide(TOY_GUIDELINE, "gritting", facts, at=AT), None)
    dated = [each for each in report.criteria if each.date]
    assert dated
    assert {(each.date, each.origin) for each in dated} == {("2026-01-15", "given, 2026-01-15")}


def test_assumptions_stand_in_the_answer_and_on_their_own() -> None:
    report = reported()
    assert " Assumed: " in report.answer
    assumed = next(section for section in report.sections if section.title == "Assumptions")
    assert all(line.text.endswith("(assumed)") for line in assumed.lines)
    nobody = report_of(TOY_GUIDELINE, decide(TOY_GUIDELINE, "clearing", read_facts(TOY_GUIDELINE, {}), at=AT), None)
    assert [section.title for section in nobody.sections if not section.lines] == []


def test_a_search_that_left_something_untried_or_was_cut_short_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explain.report.changes_of", lambda *_, **__: Changes((), False, is_partial=True))
    assert "not every possibility was tried" in written(reported(), Form.TEXT)
    monkeypatch.setattr("explain.report.changes_of", lambda *_, **__: Changes((), True))
    assert "There are more than these" in written(reported(), Form.TEXT)
    monkeypatch.setattr("explain.report.changes_of", lambda *_, **__: Changes((), False))
    assert "no change of the facts that can change leads there" in written(reported(), Form.TEXT)


def test_the_other_outcomes_take_one_line_each() -> None:
    section = next(each for each in reported().sections if each.title == "Why not the other outcomes")
    outcomes = TOY_GUIDELINE.decisions["gritting"].outcomes
    assert len(section.lines) == len(outcomes) - 1
    assert not [line for line in section.lines if line.below]


def test_the_record_names_guideline_version_hash_and_instant() -> None:
    record = dict(reported().record)
    assert record["Decision"] == "toy/gritting"
    assert record["Version"].startswith(TOY_GUIDELINE.version)
    assert record["sha256"] == TOY_GUIDELINE.sha256
    assert record["Decided at"] == AT.isoformat()


def test_a_source_says_kind_evidence_and_basis() -> None:
    for source in reported().sources:
        assert f"basis: {source.basis}" in source.line
        assert source.kind in source.line
        assert source.evidence in source.line


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_page_is_well_formed_and_has_landmarks_headings_and_scopes(name: str) -> None:
    root = page(reported(name))
    assert root.get("lang") == "en"
    body = root.find("body")
    assert body is not None
    assert [child.tag for child in body] == ["header", "main", "footer"]
    assert squeezed(root.findtext("head/title") or "")
    levels = [int(each.tag[1]) for each in body.iter() if re.fullmatch(r"h[1-6]", each.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for row in body.iter("tr"):
        heads = row.findall("th")
        assert heads
        assert {head.get("scope") for head in heads} <= {"col", "row"}
    assert all(table.find("caption") is not None for table in body.iter("table"))


def test_a_state_is_said_in_words_and_its_mark_is_hidden_from_readers_aloud() -> None:
    root = page(reported())
    marks = [span for span in root.iter("span") if span.get("aria-hidden") == "true"]
    assert len(marks) == len(reported().criteria)
    cells = [squeezed("".join(cell.itertext())) for cell in root.iter("td") if cell.get("class") == "state"]
    assert [cell.partition(" ")[2] for cell in cells] == [each.state for each in reported().criteria]


def test_the_page_needs_nothing_else_and_runs_nothing() -> None:
    root = page(reported())
    forbidden = {"script", "link", "img", "iframe", "object", "embed", "form", "base", "a", "svg", "video", "audio"}
    assert not forbidden & {each.tag for each in root.iter()}
    attributes = {name for each in root.iter() for name in each.attrib}
    assert attributes <= {"lang", "charset", "name", "content", "class", "scope", "aria-hidden"}
    style = root.findtext("head/style") or ""
    assert "url(" not in style
    assert "@import" not in style
    assert "size: A4" in style


def luminance(color: str) -> float:
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_every_text_color_stands_out_from_every_background() -> None:
    assert round(contrast("#000000", "#ffffff")) == 21
    style = page(reported()).findtext("head/style") or ""
    texts = set(re.findall(r"(?<![-\w])color: ([^;]+);", style))
    backgrounds = set(re.findall(r"background: ([^;]+);", style))
    assert len(texts) >= 2
    assert backgrounds
    for color in texts | backgrounds:
        assert re.fullmatch(r"#[0-9a-f]{6}", color)
    assert all(contrast(text, behind) >= 4.5 for text in texts for behind in backgrounds)


def hostile_report() -> Report:
    report = reported(patient=HOSTILE)
    section = Section(HOSTILE, (Line(HOSTILE, None, (HOSTILE,), (Line(HOSTILE),)),))
    criterion = replace(report.criteria[0], title=HOSTILE, needed=HOSTILE, value=HOSTILE, origin=HOSTILE)
    return replace(
        report,
        guideline=HOSTILE,
        question=HOSTILE,
        answer=HOSTILE,
        opening=(section,),
        criteria=(criterion,),
        sections=(section,),
        limits=HOSTILE,
        record=((report.record[0][0], HOSTILE),),
    )


def test_hostile_text_is_shown_and_does_nothing_in_html() -> None:
    root = page(hostile_report())
    assert not {"script", "img"} & {each.tag for each in root.iter()}
    assert "".join(root.itertext()).count(HOSTILE) >= 12
    assert "<script" not in written(hostile_report(), Form.HTML)


def test_hostile_text_is_shown_and_does_nothing_in_markdown() -> None:
    text = written(hostile_report(), Form.MARKDOWN)
    for letter in "<>[]|`*_#&":
        assert not re.findall(rf"(?<!\\){re.escape(letter)}", escaped(HOSTILE)), letter
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {6}
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


@pytest.mark.skipif(shutil.which("chromium") is None, reason="pages are counted where chromium is installed")
@pytest.mark.parametrize("name", sorted(name for name in report_files() if name.endswith(".html")))
def test_every_example_is_one_sheet_of_a4(name: str, tmp_path: Path) -> None:
    page, pdf = tmp_path / "report.html", tmp_path / "report.pdf"
    page.write_text(report_files()[name], "utf-8")
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--print-to-pdf={pdf}")
    subprocess.run(["chromium", *options, page.as_uri()], capture_output=True, timeout=60, check=True)
    printed = pdf.read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    width, height = (float(each) for each in re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed)[0])
    assert (round(width), round(height)) == (595, 842)


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
