"""The dialogue of an interview: what is asked, typed, told and kept, also on a terminal. Told of the toy guideline."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from threading import Timer

import pytest

from candor.cli.ask import ask
from candor.cli.patients import one_patient
from candor.patient_files import as_json, as_yaml
from engine.errors import SolverLimit
from engine.facts import read_facts
from engine.guideline import Guideline
from engine.patient import Facts
from explain.asking import Question
from explain.interview import Interview, next_question
from tests.commands import DIRECT, ROOT, TIMEOUT, bare_environment, candor
from tests.interviews import AT, TOY_WITHOUT_CASES, asked, prompts, repeated, the_end
from tests.mistake_examples import TOY

# ---- The dialogue ----


def test_it_ends_with_the_answer_and_how_to_repeat_it() -> None:
    ran = asked("4", "no")
    assert "Leave the road as it is (leave)." in ran.out
    assert prompts(ran) == ["surface_temperature"]
    assert "surface_temperature: How warm is the road's surface?\n  a number from -30.0 to 40.0, in Cel" in ran.err
    assert repeated(ran).out == ran.out


def test_choices_are_numbered_and_what_is_typed_is_shown() -> None:
    ran = asked("-2.5", "", "", "", "", "2", "stop")
    assert "  1  none: no precipitation\n  2  rain: rain\n" in ran.err
    assert "> -2.5\n" in ran.err


def test_wrong_and_contradictory_answers_are_told_and_asked_again() -> None:
    ran = asked("cold", "precipitation=snow", "air_temperature=20", "precipitaton=rain", "4", "no")
    assert "error[patient.value]: `cold` is not a number that can be read\n  help: write it with digits" in ran.err
    assert "error[patient.contradictory]: these facts cannot be together: `air_temperature` 20.0" in ran.err
    assert "type back to take back precipitation" in ran.err
    assert "did you mean `precipitation`?" in ran.err
    assert prompts(ran) == ["surface_temperature"] * 5
    assert "air_temperature" not in the_end(ran)
    assert "--fact precipitation=snow" in the_end(ran)


def test_what_is_not_known_is_not_asked_for_again_and_is_said() -> None:
    ran = asked(*["", "unknown", "skip", "SKIP"] * 10)
    assert "Not enough is known." in ran.out
    assert len(prompts(ran)) == len(set(prompts(ran))) > 5
    assert "Ask next\n  surface_temperature:" in ran.out
    assert "candor decide" not in ran.err


def test_back_takes_answers_back_until_none_is_left() -> None:
    ran = asked("-2.5", "back", "back", "4", "back", "4", "no")
    assert ran.err.count("Taken back: surface_temperature.") == 2
    assert ran.err.count("There is no answer to take back.") == 1
    assert "Leave the road as it is (leave)." in ran.out


def test_back_from_the_cautions_comes_to_the_question_before() -> None:
    ran = asked("4", "yes", "yes", "back", "back", "-2.5", "stop")
    assert prompts(ran)[:5] == ["surface_temperature", "bridge", "road", "bridge", "surface_temperature"]
    assert "surface_temperature=-2.5" in the_end(ran)


def test_other_facts_may_be_given_at_any_time() -> None:
    ran = asked("wind", "wind=?", "wind=95", "chill=2", "wind=unknown", "dept=3", "-2.5", "stop")
    assert ran.err.count("wind: How fast is the wind?\n  Give it as wind=VALUE: a number from 0 to 150, in km/h.") == 2
    assert "Noted: wind." in ran.err
    assert the_end(ran).count("--fact") == 2
    assert "--fact chill=2.0 --fact surface_temperature=-2.5" in the_end(ran)


def test_a_fact_that_plays_no_part_is_noted_as_such() -> None:
    ran = candor("ask", "tests/toy/clearing", "--at", "2026-01-15", stdin="lorries=3\nstop\n")
    assert "Noted: lorries. This decision does not use it." in ran.err


def test_an_old_value_is_kept_but_asked_for_anew() -> None:
    ran = asked("4 2026-01-01", "stop")
    assert prompts(ran) == ["surface_temperature"] * 2
    assert "There is a value, but it does not count: 4.0 Cel of 2026-01-01 is older than 1 day." in ran.err
    assert "surface_temperature: {value: 4.0, at: 2026-01-01}" in the_end(ran)


def test_help_says_what_each_answer_would_settle_and_what_it_could_come_from() -> None:
    ran = asked("?", "-2.5", *["?", ""] * 12, "stop")
    assert 'Still possible: "Grit the road now" (grit_now)' in ran.err
    assert 'If it is 2.6 to 40.0 Cel, settled: "Leave the road as it is"' in ran.err
    bridge = asked("1", *["?", ""] * 9, "stop").err
    assert "or, as NAME=VALUE, what rule of thumb needs: air_temperature, wind" in bridge
    assert "Rule of thumb needs, as NAME=VALUE:\n    air_temperature: How warm is the air?" in bridge


def test_cautions_are_asked_for_apart_and_only_if_wanted() -> None:
    ran = asked("4", "?", "perhaps", "yes", "?", "yes", "main")
    assert "cannot change the outcome, but they may hold a warning" in ran.err
    assert "Type yes or no." in ran.err
    assert ran.err.count("(not known: bridge and class of road): Look at the bridge first.") == 2
    assert prompts(ran) == ["surface_temperature", "bridge", "bridge", "road"]
    assert "Look at the bridge first." in ran.out.split("Cautions", 1)[1]
    for no in ("no", "", "stop"):
        assert prompts(asked("4", no, "yes")) == ["surface_temperature"]


def test_it_is_not_said_that_nothing_can_change_the_outcome_while_it_is_open() -> None:
    known = ("--fact", "surface_temperature=-2", "--fact", "precipitation=snow")
    ran = asked(*[""] * 4, options=known)
    assert "Not enough is known." in ran.err
    assert "The facts that are left may hold a warning. Ask for them?" in ran.err
    assert "cannot change the outcome" not in ran.err


def test_nothing_is_asked_where_nothing_can_change_the_answer() -> None:
    options = ("--fact", "surface_temperature=4", "--fact", "bridge=no")
    ran = asked(options=options)
    assert ran.err.startswith("Nothing needs to be asked")
    assert "> " not in ran.err
    assert repeated(ran).out == ran.out


def test_the_answer_comes_as_json_too() -> None:
    ran = asked("4", "no", options=("--format", "json"))
    assert json.loads(ran.out)["outcome"] == "leave"


def test_bytes_that_are_no_letters_are_a_wrong_answer() -> None:
    ran = candor("ask", "tests/toy/gritting", "--at", "2026-01-15", stdin=b"\xff\n\x1b[31m4\n4\n")
    assert ran.code == 0
    assert ran.err.count("error[patient.value]") == 2
    assert "\x1b" not in ran.err
    assert "Leave the road as it is (leave)." in ran.out


# ---- Nothing that was typed is lost ----


@pytest.mark.parametrize("end", [("stop",), ("STOP",), ()])
def test_stopping_keeps_the_facts_in_a_new_file(tmp_path: Path, end: tuple[str, ...]) -> None:
    kept = tmp_path / "road.yaml"
    options = ("--output", str(kept), "--fact", "snow_depth=0")
    ran = asked("-2.5", *end, options=options)
    assert "Not enough is known." in ran.out
    assert repeated(ran).out == ran.out
    assert kept.read_text("utf-8") == "facts:\n  snow_depth: 0.0\n  surface_temperature: -2.5\n"


@pytest.mark.parametrize(
    ("output", "said"),
    [("there.yaml", "is there already"), ("nowhere/road.yaml", "there is no folder"), ("road.jsonl", "one patient")],
)
def test_a_file_that_cannot_be_kept_is_refused_before_anything_is_asked(tmp_path: Path, output: str, said: str) -> None:
    (tmp_path / "there.yaml").write_text("facts: {}\n", "utf-8")
    ran = asked("4", options=("--output", str(tmp_path / output)))
    assert (ran.code, ran.out) == (2, "")
    assert said in " ".join(ran.err.replace("│", " ").split())
    assert "> " not in ran.err


def test_a_file_that_cannot_be_written_after_all_is_told_and_nothing_is_lost() -> None:
    ran = candor("ask", "tests/toy/gritting", "--output", f"/tmp/{'x' * 300}", "--at", "2026-01-15", stdin="4\nno\n")
    assert ran.code == 1
    assert "Leave the road as it is (leave)." in ran.out
    assert "cannot be written: File name too long" in ran.err
    assert repeated(ran).out == ran.out


@pytest.mark.parametrize("write", [as_yaml, as_json])
def test_a_kept_file_is_read_as_what_it_was(tmp_path: Path, write: Callable[[Guideline, Facts], str]) -> None:
    toy = TOY_WITHOUT_CASES
    facts = {
        "precipitation": "none",
        "bridge": "no",
        "surface_temperature": {"value": "-2.5", "at": "2026-01-15", "note": 'at the "Krone": 7 %, # ü'},
        "cars": 12,
        "snow_depth": {"value": "1", "note": "no"},
    }
    for stated, patient in ((facts, 'road "7": no'), ({}, None)):
        before = read_facts(toy, stated, patient=patient)
        path = tmp_path / f"{write.__name__}-{len(stated)}.{'json' if write is as_json else 'yaml'}"
        path.write_text(write(toy, before), "utf-8")
        after = one_patient(toy, "gritting", AT, str(path), None)
        assert after.patient == patient
        assert {name: (each.steps, each.at, each.note) for name, each in after.given.items()} == {
            name: (each.steps, each.at, each.note) for name, each in before.given.items()
        }


def test_days_notes_and_patients_are_told_as_a_file(tmp_path: Path) -> None:
    (tmp_path / "old.json").write_text('{"patient": "A7", "facts": {"snow_depth": {"value": 0, "note": "n"}}}', "utf-8")
    ran = candor("ask", TOY / "gritting", tmp_path / "old.json", "--at", "2026-01-15", stdin="4 2026-01-15\nno\n")
    written = the_end(ran).split("2026-01-15T00:00:00+00:00\n", 1)[1]
    (tmp_path / "patient.yaml").write_text(written.strip() + "\n", "utf-8")
    assert 'patient: "A7"' in written
    assert "surface_temperature: {value: 4.0, at: 2026-01-15}" in written
    assert repeated(ran, tmp_path).out == ran.out


def test_answers_and_patient_do_not_both_come_from_standard_input() -> None:
    ran = candor("ask", "tests/toy/gritting", "-", stdin="facts: {}\n")
    assert (ran.code, ran.out) == (2, "")


# ---- On a terminal ----

ON_A_TERMINAL = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"


def conversed(*typed: str, columns: int = 60) -> tuple[int, str]:
    """Types on a terminal, each time once something is asked; how the command ended, and what the terminal showed."""
    command = [sys.executable, "-c", ON_A_TERMINAL, *DIRECT, "ask", "tests/toy/gritting", "--at", "2026-01-15"]
    environment = bare_environment() | {"COLUMNS": str(columns)}
    with subprocess.Popen(
        [*command, "--no-color"], cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        alarm = Timer(TIMEOUT, process.kill)
        alarm.start()
        shown = b""
        for each in typed:
            while not shown.endswith(b"> "):
                chunk = os.read(process.stdout.fileno(), 1 << 16)
                assert chunk, shown
                shown += chunk
            process.stdin.write(each.encode())
            process.stdin.flush()
            shown += b"|"
        shown += process.stdout.read()
        code = process.wait(TIMEOUT)
        alarm.cancel()
    return code, shown.decode("utf-8").replace("\r\n", "\n")


def test_on_a_terminal_what_is_typed_is_shown_once_and_lines_break_between_words() -> None:
    code, shown = conversed("?\n", "4\n", "no\n")
    assert code == 0
    assert "> |4\n\nLeave the road as it is (leave)" in shown
    told = shown.split("To decide it again", 1)[0].split("Gritting and clearing", 1)[0]
    assert all(len(line) <= 61 for line in told.splitlines())
    assert "; a day may follow,\n    such as 2026-01-15\n" in shown
    assert "└── " in shown


@pytest.mark.parametrize("end", ["\x03", "\x04"])
def test_interrupting_ends_with_what_is_known_and_loses_nothing(end: str) -> None:
    code, shown = conversed("-2.5\n", end)
    assert code == 0
    assert "Not enough is known." in shown
    assert "candor decide tests/toy/gritting --fact surface_temperature=-2.5" in shown


def test_a_solver_that_gives_up_takes_no_answer_away(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def gives_up(interview: Interview) -> Question | None:
        if interview.latest is not None:
            raise SolverLimit("it gave up")
        return next_question(interview)

    monkeypatch.setattr(sys.modules["candor.cli.ask"], "next_question", gives_up)
    monkeypatch.setattr("sys.stdin", StringIO("-2.5\n4\n"))
    with pytest.raises(SolverLimit):
        ask("tests/toy/gritting", at="2026-01-15")
    assert "candor decide tests/toy/gritting --fact surface_temperature=-2.5" in capsys.readouterr().err
