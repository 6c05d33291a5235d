"""`candor replay`: a recorded decision comes out the same, or the command names every place where it does not."""

import json
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.commands import ROOT, candor
from tests.golden_files import EXAMPLES

AT = ("--at", "2026-11-22T09:30:00+01:00")
Document = dict[str, Any]
Tampering = Callable[[Document], object]
TOY = ("--guideline", "tests/toy")
ROAD = (
    *("surface_temperature=-1", "air_temperature=2", "wind=20", "precipitation=rain"),
    *("hours_since_gritting=30", "road=main"),
)
"""Given, computed, assumed and unknown facts, and cautions: of a value without a date, and open ones."""


@cache
def record_of_example(name: str) -> str:
    decision = "response" if name == "response" else "selection"
    return candor("decide", f"act_ra/{decision}", EXAMPLES / f"{name}.yaml", "--format", "json", *AT).out


@cache
def record_of_road() -> str:
    options = [f"--fact={assignment}" for assignment in ROAD]
    return candor("decide", "tests/toy/gritting", *options, "--format", "json", *AT).out


def written(tmp_path: Path, record: str) -> Path:
    path = tmp_path / "decision.json"
    path.write_text(record, "utf-8")
    return path


def recorded(tmp_path: Path, tampered: Tampering = lambda document: None) -> Path:
    """The record of a road, with something done to it."""
    document = json.loads(record_of_road())
    tampered(document)
    return written(tmp_path, json.dumps(document))


@pytest.mark.parametrize("name", sorted(path.stem for path in EXAMPLES.glob("*.yaml")))
def test_what_was_recorded_comes_out_the_same(name: str, tmp_path: Path) -> None:
    ran = candor("replay", written(tmp_path, record_of_example(name)))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("same: act_ra/")
    assert "2026-11-22T09:30:00+01:00" in ran.out


def test_the_trace_alone_is_a_record_too(tmp_path: Path) -> None:
    trace_alone = json.dumps(json.loads(record_of_example("from_joint_counts"))["trace"])
    assert candor("replay", written(tmp_path, trace_alone)).code == 0


def test_the_version_of_the_product_and_the_patient_are_no_part_of_the_decision(tmp_path: Path) -> None:
    path = recorded(tmp_path, lambda document: document.update(product_version="9.9.9", patient="another"))
    assert candor("replay", path, *TOY).code == 0


def fact(name: str, **changed: object) -> Tampering:
    return lambda document: document["trace"]["facts"][name].update(changed)


def trace(**changed: object) -> Tampering:
    return lambda document: document["trace"].update(changed)


DIFFERENT: dict[str, tuple[Tampering, str]] = {
    "a given value": (fact("wind", value="80"), "facts.chill"),
    "a computed value": (fact("chill", value="3.9"), "facts.chill.value"),
    "an assumed value": (fact("salt_in_stock", value=False), "facts.salt_in_stock.value"),
    "a value that nobody knew": (fact("bridge", value=True, origin="given"), "cautions"),
    "the outcome": (trace(outcome="leave"), "outcome"),
    "the status": (trace(status="needs_information"), "status"),
    "the decision's findings": (trace(findings={}), "findings"),
    "a rule taken out": (lambda document: document["trace"]["not_fired"].pop(), "not_fired"),
    "a caution taken out": (lambda document: document["trace"]["cautions"].pop(0), "cautions"),
    "a caution's text": (lambda document: document["trace"]["cautions"][0].update(text="All is well."), "cautions[0]"),
    "the outcome outside the trace": (lambda document: document.update(outcome="leave"), "outcome"),
    "the cautions outside the trace": (lambda document: document.update(cautions=[]), "cautions"),
    "a rule said to have fired": (lambda document: document["fired"].append("leave_without_frost"), "fired"),
    "an added key outside the trace": (lambda document: document.update(approved=True), "approved"),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_what_was_tampered_with_is_named(name: str, tmp_path: Path) -> None:
    tampering, where = DIFFERENT[name]
    ran = candor("replay", recorded(tmp_path, tampering), *TOY)
    assert (ran.code, ran.out) == (1, "")
    assert f"error: differs at {where}" in ran.err or f"error: differs at trace.{where}" in ran.err


UNUSABLE: dict[str, tuple[Tampering, str]] = {
    "an extra key in the trace": (trace(approved=True), "not a trace: approved"),
    "a dropped key": (lambda document: document["trace"].pop("findings"), "not a trace: findings"),
    "another status": (trace(status="decided"), "not a trace: status"),
    "a float": (fact("hours_since_gritting", value=22.5), "not a trace: facts.hours_since_gritting.value"),
    "no trace at all": (lambda document: document.clear(), "not a trace"),
    "a value of the wrong type": (fact("hours_since_gritting", value="few"), "error[patient.value]"),
    "a value out of range": (fact("hours_since_gritting", value=241), "error[patient.out_of_range]"),
    "an unknown fact": (
        lambda document: document["trace"]["facts"].update(potholes={"value": 3, "origin": "given"}),
        "error[patient.unknown_fact]",
    ),
    "no instant": (trace(at="yesterday"), "at"),
    "an instant without an offset": (trace(at="2026-11-22T09:30:00"), "at"),
    "a number beyond all bounds": (lambda d: d["trace"]["events"][0].update(stratum=10**30), "stratum"),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_what_is_no_trace_is_refused_as_the_users_mistake(name: str, tmp_path: Path) -> None:
    tampering, said = UNUSABLE[name]
    ran = candor("replay", recorded(tmp_path, tampering), *TOY)
    assert (ran.code, ran.out) == (1, "")
    assert said in ran.err


def test_another_version_of_the_guideline_is_named_with_both_hashes(tmp_path: Path) -> None:
    folder = tmp_path / "act_ra"
    shutil.copytree(ROOT / "knowledge" / "act_ra", folder)
    path = folder / "guideline.yaml"
    path.write_text(path.read_text("utf-8").replace("version: 1.", "version: 9."), "utf-8")
    record = written(tmp_path, record_of_example("from_joint_counts"))
    ran = candor("replay", record, "--guideline", folder)
    assert (ran.code, ran.out) == (1, "")
    assert "differs at guideline.sha256: recorded " in ran.err
    assert json.loads(record.read_text("utf-8"))["guideline"]["sha256"] in ran.err


def test_a_guideline_of_ones_own_is_named_by_its_folder(tmp_path: Path) -> None:
    path = recorded(tmp_path)
    assert candor("replay", path, *TOY).code == 0
    without = candor("replay", path)
    assert (without.code, without.out) == (2, "")
    assert "there is no guideline `toy`" in without.err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not JSON"),
        (b"[1", "not JSON"),
        (b"[1]", "not a trace"),
        (b"3", "not a trace"),
        (b'"trace"', "not a trace"),
        (b"null", "not a trace"),
        (b"{}", "not a trace"),
        (b'{"trace": 3}', "not a trace"),
        (b"[" * 100_000, "not JSON"),
        (b"9" * 10_000, "not JSON"),
        (b"\xff\xfe", "error[file.not_utf8]"),
        (b"{" + b" " * (2 << 20) + b"}", "error[file.too_large]"),
    ],
)
def test_a_file_that_holds_no_record(content: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "decision.json"
    path.write_bytes(content)
    ran = candor("replay", path)
    assert (ran.code, ran.out) == (1, "")
    assert said in ran.err


def test_a_file_that_is_not_there_or_a_folder(tmp_path: Path) -> None:
    assert "error[file.not_there]" in candor("replay", tmp_path / "nothing.json").err
    assert "error[file.is_folder]" in candor("replay", tmp_path).err
    assert candor("replay").code == 2
