"""Golden output: what is printed for the examples and some roads is what people have read, to the byte."""

import json
from importlib.metadata import version

import pytest

from candor.envelope import envelope_of
from tests.conformance_cases import conformance_cases, decided, guideline_named
from tests.golden_answers import ANSWERS, answer_files
from tests.golden_files import (
    ENDINGS,
    EXAMPLES,
    FOLDER,
    MASKED_VERSION,
    REPORTS,
    ROADS,
    golden_files,
    masked,
    report_files,
)

FILES = golden_files()
REPORT_FILES = report_files()
REFRESH = "if the difference is meant: python -m tests.refresh"


@pytest.mark.parametrize("name", sorted(FILES))
def test_the_output_is_what_it_was(name: str) -> None:
    assert FILES[name] == (FOLDER / name).read_text("utf-8"), REFRESH


def test_no_golden_file_is_left_over_and_none_is_missing() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {*FILES, REPORTS.name, ANSWERS.name}, REFRESH
    assert {path.name for path in REPORTS.iterdir()} == set(REPORT_FILES), REFRESH


@pytest.mark.parametrize("name", sorted(REPORT_FILES))
def test_the_report_is_what_it_was(name: str) -> None:
    assert REPORT_FILES[name] == (REPORTS / name).read_text("utf-8"), REFRESH


def test_every_example_has_a_report_in_every_form() -> None:
    stems = [path.stem for path in EXAMPLES.glob("*.yaml")]
    assert set(REPORT_FILES) == {f"{stem}.{ending}" for stem in stems for ending in ENDINGS.values()}
    assert len(stems) >= 5


def test_every_example_and_every_road_is_there_as_text_and_as_json() -> None:
    stems = [*(path.stem for path in EXAMPLES.glob("*.yaml")), *(f"toy_{road}" for road in ROADS)]
    assert set(FILES) == {"cohort.jsonl", *(f"{stem}{ending}" for stem in stems for ending in (".txt", ".json"))}
    assert len(stems) >= 10


def test_only_the_version_of_the_product_is_masked() -> None:
    case = next(case for case in conformance_cases() if case.name in ROADS)
    envelope = envelope_of(guideline_named(case.guideline), decided(case), None)
    assert envelope["product_version"] == version("candor")
    assert masked(envelope) == {**envelope, "product_version": MASKED_VERSION}
    assert version("candor") not in json.dumps(envelope["trace"])


TEXTS = {name: text for name, text in FILES.items() if name.endswith(".txt")}
TEXTS |= {f"{REPORTS.name}/{name}": text for name, text in REPORT_FILES.items() if name.endswith(".txt")}
TEXTS |= {f"{ANSWERS.name}/{name}": text for name, text in answer_files().items() if name.endswith(".txt")}


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_text_is_indented_by_two_and_has_no_trailing_space_or_escape_code(name: str) -> None:
    lines = TEXTS[name].split("\n")
    assert lines.pop() == ""
    depth = 0
    for line in lines:
        assert line == line.rstrip()
        assert "\x1b" not in line
        assert "\t" not in line
        indent = len(line) - len(line.lstrip())
        assert indent % 2 == 0
        assert indent <= depth + 2 or not line
        depth = indent
