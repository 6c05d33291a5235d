"""`candor watch`: what is said when a guideline is saved, and that nothing but Ctrl-C ends it."""

import os
import pty
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from candor.authoring import steps, watching
from candor.authoring.steps import StepResult, results
from candor.authoring.watching import changes, look, watched
from candor.cli.watch import follow
from tests.commands import DIRECT, ROOT, bare_environment, candor

PATIENCE = 60
"""Seconds after which a command that says nothing has failed."""
Saved = tuple[Path, ...]


@pytest.fixture
def weather(tmp_path: Path) -> Path:
    """A guideline of one decision that imports nothing."""
    folder = Path(shutil.copytree(ROOT / "tests" / "weather", tmp_path / "weather"))
    (folder / "outlook.yaml").unlink()
    (folder / "outlook.cases.yaml").unlink()
    return folder


def edited(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def told(folder: Path, edits: list[Callable[[], object]], capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What is said at first and after each edit."""

    def saved() -> Iterator[Saved]:
        for edit in edits:
            edit()
            yield (folder.resolve() / "warning.yaml",)

    follow(folder, saved(), lambda: "12:00:00")
    out, err = capsys.readouterr()
    assert err == ""
    first, *reports = out.split("\n12:00:00")
    assert first == f"Watching {folder.resolve()}; Ctrl-C ends it.\n"
    return reports


def test_each_save_is_checked_and_a_broken_file_ends_nothing(weather: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules, cases = weather / "warning.yaml", weather / "warning.cases.yaml"
    good, good_cases = rules.read_text("utf-8"), cases.read_text("utf-8")
    reports = told(
        weather,
        [
            lambda: edited(rules, "when:", "wenn:"),
            lambda: rules.write_text("a: [", "utf-8"),
            lambda: rules.unlink(),
            lambda: rules.write_text(good, "utf-8"),
            lambda: edited(cases, "no}\n    expect: {outcome: storm}", "no}\n    expect: {outcome: calm}"),
            lambda: cases.write_text(good_cases, "utf-8"),
        ],
        capsys,
    )
    assert len(reports) == 7
    number = good_cases.count("expect:")
    fine = f"  loads: 1 decision, 6 facts\n  cases: all {number} come out\n"
    assert reports[0].startswith(f"\n{fine}  checks: 7 flaws\n")
    assert "error[check.gap]: some patients come to no outcome" in reports[0]
    assert reports[1].startswith(" warning.yaml\n  ")
    assert "error[rule.unknown_key]: " in reports[1]
    assert "did you mean `when`?" in reports[1]
    assert "cases:" not in reports[1], "what does not load has no cases"
    assert "error[yaml.syntax]: " in reports[2]
    assert "error[guideline.no_decision]: " in reports[3]
    assert reports[4].removeprefix(" warning.yaml") == reports[6].removeprefix(" warning.yaml") == reports[0]
    assert f"  cases: 1 of {number} come out otherwise\n" in reports[5]
    assert "expected calm, got storm" in reports[5]


def test_a_folder_that_goes_away_ends_nothing(weather: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reports = told(weather, [lambda: shutil.rmtree(weather)], capsys)
    assert "cannot be checked: there is no guideline in" in reports[1]


def test_every_step_is_taken_until_one_is_the_last(tmp_path: Path) -> None:
    taken: list[str] = []

    def step(name: str, is_last: bool = False) -> Callable[[Path], StepResult]:
        def take(folder: Path) -> StepResult:
            taken.append(name)
            return StepResult(name, is_last=is_last)

        return take

    def fails(folder: Path) -> StepResult:
        raise ZeroDivisionError("of nothing")

    found = list(results(tmp_path, [step("a"), step("b", is_last=True), step("c")]))
    assert [each.summary for each in found] == taken == ["a", "b"]
    (fault,) = results(tmp_path, [fails, step("d")])
    assert fault.summary == "candor failed, which is its own fault: ZeroDivisionError: of nothing"
    assert steps.loading in steps.STEPS
    assert steps.cases in steps.STEPS
    assert steps.checks in steps.STEPS


def test_a_guideline_without_cases_is_told_so(weather: Path) -> None:
    (weather / "warning.cases.yaml").unlink()
    assert [each.summary for each in results(weather)][1] == "cases: there is none yet"


def seen_as(*looks: dict[str, int]) -> tuple[Callable[[], watching.Seen], Callable[[float], object], list[float]]:
    """One look after the other, and the times waited in between; after the last, Ctrl-C."""
    left, waits = list(looks), list[float]()

    def look() -> watching.Seen:
        return {Path(name): (time, 0, 0) for name, time in left.pop(0).items()}

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if not left:
            raise KeyboardInterrupt

    return look, wait, waits


@pytest.mark.parametrize(
    ("looks", "batches"),
    [
        ([{"a": 1}, {"a": 1}, {"a": 1}], []),
        ([{"a": 1}, {"a": 2}, {"a": 2}], [["a"]]),
        ([{"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 2, "b": 2}, {"a": 2, "b": 2}], [["a", "b"]]),
        ([{"a": 1}, {"a": 2}, {"a": 3}, {"a": 3}], [["a"]]),
        ([{"a": 1}, {}, {"a": 2}, {"a": 2}], [["a"]]),
        ([{"a": 1}, {"a": 1, "b": 1}, {"a": 1, "b": 1}, {"b": 1}, {"b": 1}], [["b"], ["a"]]),
        ([{"a": 1}, {"a": 2}, {"a": 1}, {"a": 1}], []),
    ],
)
def test_saves_that_follow_one_another_are_one_batch(looks: list[dict[str, int]], batches: list[list[str]]) -> None:
    look, wait, waits = seen_as(*looks)
    found: list[list[str]] = []
    with pytest.raises(KeyboardInterrupt):
        found.extend([str(path) for path in batch] for batch in changes(look, wait))
    assert found == batches
    assert set(waits) == {watching.INTERVAL}


def test_what_is_saved_before_the_first_batch_is_asked_for_counts() -> None:
    look, wait, _ = seen_as({"a": 1}, {"a": 2}, {"a": 2})
    batches = changes(look, wait)
    assert next(batches) == (Path("a"),)


def test_a_look_sees_what_is_saved_made_and_removed(weather: Path) -> None:
    before = look(weather)
    assert {path.name for path in before} == {"guideline.yaml", "facts.yaml", "warning.yaml", "warning.cases.yaml"}
    assert look(weather) == before
    edited(weather / "facts.yaml", "title", "titel")
    assert {path.name for path, seen in look(weather).items() if before.get(path) != seen} == {"facts.yaml"}
    (weather / "facts.yaml").unlink()
    (weather / "facts.yml").write_text("x", "utf-8")
    assert {path.name for path in look(weather).keys() ^ before.keys()} == {"facts.yaml", "facts.yml"}
    shutil.rmtree(weather)
    assert look(weather) == {}


def test_guidelines_that_are_imported_are_watched_too(tmp_path: Path) -> None:
    for name in ("toy", "weather"):
        shutil.copytree(ROOT / "tests" / name, tmp_path / name)
    assert [path.name for path in watched(tmp_path / "toy")] == ["toy", "weather"]
    assert tmp_path / "weather" / "facts.yaml" in look(tmp_path / "toy")
    assert [path.name for path in watched(tmp_path / "weather")] == ["weather"]


def test_on_a_terminal_it_watches_until_ctrl_c_and_ends_well(weather: Path) -> None:
    outside, inside = pty.openpty()
    process = subprocess.Popen(
        [*DIRECT, "watch", str(weather)], cwd=ROOT, env=bare_environment(), stdin=inside, stdout=inside, stderr=inside
    )
    os.close(inside)
    try:
        first = read_until(outside, "come out")
        assert "loads: 1 decision" in first
        edited(weather / "warning.yaml", "when:", "wenn:")
        assert "warning.yaml" in read_until(outside, "unknown_key")
        edited(weather / "warning.yaml", "wenn:", "when:")
        assert "\x1b" not in read_until(outside, "come out"), "nothing that scrolls away is cleared"
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
        assert "Traceback" not in read_until(outside, "\n")
    finally:
        process.kill()
        process.wait()
        os.close(outside)


def read_until(terminal: int, wanted: str) -> str:
    """What a terminal is sent, up to a text that it must be sent."""
    text, end = "", time.monotonic() + PATIENCE
    while wanted not in text:
        ready, _, _ = select.select([terminal], [], [], max(end - time.monotonic(), 0))
        assert ready, f"`{wanted}` does not come after\n{text}"
        text += os.read(terminal, 1 << 16).decode("utf-8")
    return text


def test_a_guideline_that_is_not_there_is_a_matter_of_usage() -> None:
    ran = candor("watch", "act_raa")
    assert (ran.code, ran.out) == (2, "")
    assert "did you mean `act_ra`?" in ran.err
