"""Many patients at once: every line is answered in its place, whatever is wrong with the others."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.commands import Ran, candor
from tests.golden_files import EXAMPLES, MASKED_VERSION, golden_files
from tests.test_schemas import DECISION

SELECTION = ("decide", "act_ra/selection")
CLEARING = ("decide", "tests/toy/clearing")
AT = ("--at", "2026-11-22")
COHORT = EXAMPLES / "cohort.jsonl"
Document = dict[str, Any]
MIXED = b"""\
{"patient": "one", "facts": {"snow_depth": 12}}

{"patient": "two", "facts": {"snow_depth": 501}}
   \t
not json
{"patient": "three", "facts": {"snow_depth": 5.6}}
{"patient": "four", "facts": {"snow_dept": 5.6, "wind": "some"}}
\xff\xfe
[1, 2]
{"patient": "five", "facts": {"snow_depth": NaN}}
{"patient": "six", "facts": {"snow_depth": 1e400}}
{"patient": "seven", "facts": {"snow_depth": 3.8}, "facts": {}}
{"patient": "eight", "facts": {"snow_depth": 12}}"""
"""Lines as they come from elsewhere: blank ones, bad ones, no end to the last."""


def documents(ran: Ran) -> list[Document]:
    assert ran.out.endswith("\n")
    return [json.loads(line) for line in ran.out.splitlines()]


def lines_file(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "patients.jsonl"
    path.write_bytes(content)
    return path


def test_a_cohort_comes_out_as_its_golden_file() -> None:
    ran = candor(*SELECTION, COHORT, *AT)
    assert (ran.code, ran.err) == (0, "")
    masked = [{**document, "product_version": MASKED_VERSION} for document in documents(ran)]
    assert masked == [json.loads(line) for line in golden_files()["cohort.jsonl"].splitlines()]
    assert all(DECISION.is_valid(document) for document in documents(ran))


def test_lines_on_standard_input_are_answered_like_those_of_a_file() -> None:
    of_file = candor(*SELECTION, COHORT, *AT)
    assert candor(*SELECTION, "-", *AT, stdin=COHORT.read_bytes()) == of_file
    assert candor(*SELECTION, "-", *AT, "--format", "json", stdin=COHORT.read_bytes()) == of_file


def test_a_bad_line_gets_an_error_in_its_place_and_the_others_their_answer(tmp_path: Path) -> None:
    ran = candor(*CLEARING, lines_file(tmp_path, MIXED), *AT)
    assert (ran.code, ran.err) == (1, "")
    told = [document.get("patient") or document["line"] for document in documents(ran)]
    assert told == ["one", 3, 5, "three", 7, 8, 9, 10, 11, 12, "eight"]


def test_an_error_says_what_is_wrong_where_and_how_to_repair_it(tmp_path: Path) -> None:
    ran = candor(*CLEARING, lines_file(tmp_path, MIXED), *AT)
    errors = {document["line"]: document["error"] for document in documents(ran) if "line" in document}
    codes = {line: [each["code"] for each in error] for line, error in errors.items()}
    assert codes == {
        3: ["patient.out_of_range"],
        5: ["json.syntax"],
        7: ["patient.unknown_fact", "patient.value"],
        8: ["file.not_utf8"],
        9: ["patient.wrong_kind"],
        10: ["json.not_finite"],
        11: ["patient.value"],
        12: ["json.duplicate_key"],
    }
    (third,) = errors[3]
    assert third["message"] == "`501` is outside the range of `snow_depth`"
    assert third["help"] == "`snow_depth` runs from 0.0 to 500.0, in cm"
    assert third["place"] == {"file": str(tmp_path / "patients.jsonl"), "line": 3, "path": "$.facts.snow_depth"}
    assert "did you mean `snow_depth`?" in [each["help"] for each in errors[7]]


def test_the_order_of_lines_is_kept() -> None:
    lines = [json.dumps({"patient": str(number), "facts": {"snow_depth": number % 90 / 10}}) for number in range(300)]
    ran = candor(*CLEARING, "-", *AT, stdin="\n".join(reversed(lines)))
    assert [document["patient"] for document in documents(ran)] == [str(number) for number in range(299, -1, -1)]


@pytest.mark.parametrize("ending", ["\r\n", "\n\n", "\n"])
def test_any_end_of_line_will_do(ending: str) -> None:
    lines = ['{"facts": {"snow_depth": 12}}', '{"facts": {"snow_depth": 3, "precipitation": "snow"}}']
    ran = candor(*CLEARING, "-", *AT, stdin=ending.join([*lines, ""]))
    assert ran.code == 0
    assert [document["outcome"] for document in documents(ran)] == ["clear", "wait"]


def test_one_patient_in_one_line_is_answered_in_one_line_or_as_text() -> None:
    line = '{"patient": "a", "facts": {"snow_depth": 12}}'
    (document,) = documents(candor(*CLEARING, "-", *AT, stdin=line))
    assert document["patient"] == "a"
    text = candor(*CLEARING, "-", *AT, "--format", "text", stdin=line)
    assert (text.code, text.err) == (0, "")
    assert "Clear the snow (clear)." in text.out


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_line_that_is_too_large_costs_no_other_patient_its_answer(at: int, tmp_path: Path) -> None:
    lines = [b'{"patient": "p%d", "facts": {"snow_depth": 12}}' % number for number in range(5)]
    lines[at] = b'{"patient": "' + b"x" * (5 << 20) + b'", "facts": {}}'
    content = b"\n".join(lines)
    for ran in (candor(*CLEARING, "-", *AT, stdin=content), candor(*CLEARING, lines_file(tmp_path, content), *AT)):
        assert ran.code == 1
        told = [document.get("patient") or document["error"][0]["code"] for document in documents(ran)]
        assert told == [*(f"p{n}" if n != at else "file.too_large" for n in range(5))]


def test_lines_are_answered_as_they_come(tmp_path: Path) -> None:
    """The ending .ndjson is as good, and a line stands for itself: a later bad one takes nothing back."""
    path = tmp_path / "patients.ndjson"
    path.write_text('{"facts": {"snow_depth": 12}}\n{"facts": \n', "utf-8")
    first, second = documents(candor(*CLEARING, path, *AT))
    assert first["outcome"] == "clear"
    assert second["error"][0]["code"] == "json.syntax"


@pytest.mark.parametrize("content", ["", "\n", " \n\n"])
def test_nothing_at_all_is_a_mistake(content: str, tmp_path: Path) -> None:
    for ran in (
        candor(*CLEARING, lines_file(tmp_path, content.encode()), *AT),
        candor(*CLEARING, "-", *AT, stdin=content),
    ):
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith("error[file.empty]: ")


def test_lines_as_text_are_refused() -> None:
    ran = candor(*SELECTION, COHORT, *AT, "--format", "text")
    assert (ran.code, ran.out) == (2, "")
    assert "--format" in ran.err


@pytest.mark.parametrize("name", ["nothing.jsonl", "."])
def test_a_file_of_lines_that_cannot_be_read(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "folder.jsonl"
    folder.mkdir()
    ran = candor(*CLEARING, folder if name == "." else tmp_path / name, *AT)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("error[file.")
