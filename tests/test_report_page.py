"""The page of a report: sound, accessible, harmless, in type that can be read, and one sheet of paper."""

import re
import shutil
import subprocess
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from candor.cli.reporting import Form, written
from engine.deciding import decide
from engine.facts import read_patient_file
from explain.report import report_of
from tests.conformance_cases import guideline_named
from tests.golden_files import report_files
from tests.reports import HOSTILE, SITUATIONS, hostile_report, page, reported, squeezed


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
    report, root = reported(), page(reported())
    told = [f"{state}: {values}" for each in report.criteria for state, values in each.by_state]
    marks = [span for span in root.iter("span") if span.get("aria-hidden") == "true"]
    assert len(marks) == len(told)
    items = [squeezed("".join(item.itertext())) for cell in root.iter("td") for item in cell.iter("li")]
    assert [item.partition(" ")[2] for item in items] == told


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


def print_rules(style: str) -> dict[str, str]:
    """The declarations for print, by selector."""
    _, _, printed = style.partition("@media print {")
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", printed)
    found: dict[str, str] = {}
    for selectors, told in rules:
        for selector in selectors.split(","):
            found[selector.strip()] = found.get(selector.strip(), "") + told
    return found


def test_nothing_is_printed_in_type_below_8_points_and_the_text_not_below_8_and_a_half() -> None:
    style = page(reported()).findtext("head/style") or ""
    printed = print_rules(style)
    sizes = {selector: size for selector, told in printed.items() for size in re.findall(r"font-size: ([^;]+);", told)}
    assert "font-size" not in "".join(told for selector, told in printed.items() if selector not in sizes)
    assert float(sizes["body"].removesuffix("pt")) >= 8.5
    assert all(size == "1em" or float(size.removesuffix("pt")) >= 8 for size in sizes.values())
    assert re.search(r"line-height: (1\.1[5-9]|1\.[2-9])", printed["body"])
    on_screen = re.findall(r"([^{}]+)\{([^{}]*font(?:-size)?: [^{}]*)\}", style.partition("@media print")[0])
    assert {selector.strip() for selector, _ in on_screen} <= set(sizes)
    assert "zoom" not in style
    assert "transform" not in style


def test_hostile_text_is_shown_and_does_nothing_in_html() -> None:
    root = page(hostile_report())
    assert not {"script", "img"} & {each.tag for each in root.iter()}
    assert "".join(root.itertext()).count(HOSTILE) >= 12
    assert "<script" not in written(hostile_report(), Form.HTML)


chromium = pytest.mark.skipif(shutil.which("chromium") is None, reason="pages are counted where chromium is installed")


@chromium
@pytest.mark.parametrize("name", sorted(name for name in report_files() if name.endswith(".html")))
def test_every_example_is_one_sheet_of_a4(name: str, tmp_path: Path) -> None:
    assert_one_sheet(report_files()[name], tmp_path)


@chromium
def test_so_is_an_ordinary_visit(tmp_path: Path) -> None:
    guideline, at = guideline_named("act_ra"), datetime(2026, 11, 28, tzinfo=UTC)
    visit = read_patient_file(guideline, Path(__file__).with_name("ordinary_visit.yaml"))
    report = report_of(guideline, decide(guideline, "selection", visit, at=at), visit.patient)
    assert_one_sheet(written(report, Form.HTML), tmp_path)


def assert_one_sheet(html: str, folder: Path) -> None:
    page, pdf = folder / "report.html", folder / "report.pdf"
    page.write_text(html, "utf-8")
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--print-to-pdf={pdf}")
    subprocess.run(["chromium", *options, page.as_uri()], capture_output=True, timeout=60, check=True)
    printed = pdf.read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    width, height = (float(each) for each in re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed)[0])
    assert (round(width), round(height)) == (595, 842)
