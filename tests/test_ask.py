"""An interview asks what can still matter, best question first, and nothing else. Told of the toy guideline."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from threading import Timer

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from candor.cli.ask import ask
from candor.cli.patients import one_patient
from candor.patient_files import as_json, as_yaml
from engine.deciding import decide
from engine.errors import InputRejected, SolverLimit
from engine.facts import Facts, read_facts
from engine.guideline import Guideline
from engine.loading import load
from engine.plan import plan_of
from engine.trace import Origin, Status
from engine.units import units_of
from explain.asking import Question, questions
from explain.interview import Interview, answered, begun, next_question, skipped, taken_back, waiting_cautions
from tests.commands import DIRECT, ROOT, TIMEOUT, Ran, bare_environment, candor
from tests.mistake_examples import TOY

AT = datetime(2026, 1, 15, tzinfo=UTC)
TOY_WITHOUT_CASES = load(TOY, with_cases=False)
ROADS = {
    "surface_temperature": ("-2.5", "0.5", "4"),
    "air_temperature": ("-5", "3", "12"),
    "precipitation": ("none", "rain", "snow"),
    "hours_since_gritting": ("1", "4", "30"),
    "bridge": ("yes", "no"),
    "cars": ("10", "290"),
    "lorries": ("0", "40"),
    "road": ("main", "side"),
    "wind": ("5", "95"),
    "snow_depth": ("0", "12"),
    "humidity": ("10", "95"),
}
TAKEN_FOR_GRANTED = {"salt_in_stock": ("yes", "no"), "grip": ("0.50", "1.00")}


def started(**facts: str) -> Interview:
    toy = TOY_WITHOUT_CASES
    return begun(toy, "gritting", read_facts(toy, facts), at=AT)


def asked(*answers: str, options: tuple[str, ...] = ()) -> Ran:
    lines = "".join(f"{answer}\n" for answer in answers)
    ran = candor("ask", "tests/toy/gritting", "--at", "2026-01-15", *options, stdin=lines)
    assert ran.code in (0, 2), ran.err
    return ran


def prompts(ran: Ran) -> list[str]:
    """The facts that were asked for, in order."""
    heads = [block.split(":")[0] for block in ran.err.split("\n\n")]
    return [head for head in heads if head in TOY_WITHOUT_CASES.facts]


def the_end(ran: Ran) -> str:
    return ran.err.rsplit("> ", 1)[1]


def repeated(ran: Ran, cwd: Path = ROOT) -> Ran:
    """The command that an interview ends with, run."""
    command = next(line for line in ran.err.splitlines() if ": candor decide " in line).split(": candor ", 1)[1]
    return candor(*shlex.split(command), cwd=cwd)


def test_every_fact_of_the_toy_that_may_be_asked_for_has_values_here() -> None:
    toy = TOY_WITHOUT_CASES
    named = {*ROADS, *TAKEN_FOR_GRANTED}
    for decision in ("gritting", "patrol"):
        asked_for = {question.fact.id for question in questions(begun(toy, decision, Facts({}), at=AT).reading)}
        assert {name for name in asked_for if not toy.facts[name].reads} <= named


@settings(max_examples=20, derandomize=True, deadline=None)
@given(
    st.fixed_dictionaries({name: st.sampled_from(each) for name, each in (ROADS | TAKEN_FOR_GRANTED).items()}),
    st.sampled_from(("gritting", "patrol")),
)
def test_who_answers_truthfully_gets_the_outcome_of_the_whole_patient(road: Mapping[str, str], decision: str) -> None:
    """What is taken for granted is never asked for, so it is given; all else is answered only when it is asked for."""
    toy: Guideline = TOY_WITHOUT_CASES
    try:
        whole = decide(toy, decision, read_facts(toy, road), at=AT)
    except InputRejected:
        assume(False)
    truth = {traced.fact: traced.value for traced in whole.facts}
    granted = {name: value for name, value in road.items() if name in TAKEN_FOR_GRANTED}
    interview = begun(toy, decision, read_facts(toy, granted), at=AT)
    most = len(units_of(plan_of(toy, decision), interview.trace).unknown)
    seen: list[str] = []
    while (question := next_question(interview)) is not None:
        name = question.fact.id
        assert name in {each.fact.id for each in questions(interview.reading)}
        assert name not in seen
        seen.append(name)
        value = truth[name]
        assert value is not None
        interview = answered(interview, name, question.fact.text_of(question.fact.steps_of(value)))
    assert (interview.trace.status, interview.trace.outcome) == (whole.status, whole.outcome)
    assert len(seen) <= most
    assert interview.facts.given.keys() == {*seen, *granted}


@settings(max_examples=15, derandomize=True, deadline=None)
@given(
    st.fixed_dictionaries({}, optional={name: st.sampled_from(each) for name, each in ROADS.items()}),
    st.sampled_from(("gritting", "patrol")),
)
def test_what_is_not_known_is_asked_for_once_and_stays_open(road: Mapping[str, str], decision: str) -> None:
    """Somebody who knows these facts of a road and no others answers every question."""
    toy: Guideline = TOY_WITHOUT_CASES
    interview, seen = begun(toy, decision, Facts({}), at=AT), list[str]()
    most = len(units_of(plan_of(toy, decision), interview.trace).unknown)
    while (question := next_question(interview)) is not None:
        name = question.fact.id
        assert name not in seen
        seen.append(name)
        try:
            interview = answered(interview, name, road[name]) if name in road else skipped(interview, name)
        except InputRejected:
            assume(False)
    left = {each.fact.id for each in questions(interview.reading)}
    assert left <= interview.not_known <= set(seen)
    assert (interview.trace.status is Status.NEEDS_INFORMATION) == bool(left)
    assert interview.facts.given.keys() == set(seen) & set(road)
    assert len(seen) <= most


def test_the_best_question_comes_first() -> None:
    interview = started()
    first = next_question(interview)
    assert first == questions(interview.reading)[0]
    second = next_question(skipped(interview, first.fact.id))
    assert second == questions(interview.reading)[1]


def test_an_answer_is_taken_back() -> None:
    start = started()
    assert taken_back(start) is start
    assert taken_back(answered(start, "surface_temperature", "-1")) is start
    assert taken_back(skipped(start, "surface_temperature")) is start
    twice = skipped(answered(start, "bridge", "yes"), "surface_temperature")
    assert taken_back(taken_back(twice)) is start


def test_an_interview_with_many_answers_can_still_be_printed() -> None:
    interview = started()
    for name in ("bridge", "wind", "road", "cars"):
        interview = answered(interview, name, ROADS[name][0])
    assert repr(interview).count("Interview(") == 1


@pytest.mark.parametrize(
    ("name", "answer", "value"),
    [
        ("precipitation", "2", "rain"),
        ("precipitation", "Rain", "rain"),
        ("bridge", "y", "yes"),
        ("bridge", "No", "no"),
        ("surface_temperature", "4 Cel", "4.0"),
        ("wind", "12 km/h 2026-01-14", "12"),
        ("hours_since_gritting", "2026-01-14", None),
        ("hours_since_gritting", "3 Cel", None),
        ("precipitation", "0", None),
        ("precipitation", "5", None),
        ("bridge", "1", None),
    ],
)
def test_an_answer_may_be_short_but_never_guessed(name: str, answer: str, value: str | None) -> None:
    if value is None:
        with pytest.raises(InputRejected):
            answered(started(), name, answer)
        return
    taken = answered(started(), name, answer).facts.given[name]
    assert TOY_WITHOUT_CASES.facts[name].text_of(taken.steps) == value


def test_a_day_may_stand_behind_a_value() -> None:
    deep = answered(started(), "snow_depth", "3.5 2026-01-14").facts.given["snow_depth"]
    assert (deep.steps, deep.at) == (35, date(2026, 1, 14))


@pytest.mark.parametrize(
    ("name", "answer", "code", "help"),
    [
        ("precipitation", "rian", "patient.value", "did you mean `rain`?"),
        ("precipitaton", "rain", "patient.unknown_fact", "did you mean `precipitation`?"),
        ("surface_temperature", "cold", "patient.value", "write it with digits and a point"),
        ("surface_temperature", "400", "patient.out_of_range", "runs from -30.0 to 40.0"),
        ("snow_depth", "3 2026-13-01", "patient.date", "2026"),
        ("snow_depth", "3 2026-02-01", "patient.future_date", "correct the date"),
    ],
)
def test_a_wrong_answer_is_the_diagnostic_of_a_patient_file(name: str, answer: str, code: str, help: str) -> None:
    with pytest.raises(InputRejected) as rejected:
        answered(started(), name, answer)
    assert [each.code for each in rejected.value.diagnostics] == [code]
    assert help in rejected.value.diagnostics[0].help


def test_a_value_that_is_no_longer_known_does_not_hold_and_a_stale_one_stays() -> None:
    assert skipped(started(bridge="yes"), "bridge").facts.given == {}
    old = answered(started(), "surface_temperature", "4 2026-01-01")
    assert old.reading.facts["surface_temperature"].origin is Origin.STALE
    assert skipped(old, "surface_temperature").facts == old.facts


def test_cautions_wait_apart_from_what_can_change_the_outcome() -> None:
    warm = started(surface_temperature="4")
    assert next_question(warm) is None
    assert [*waiting_cautions(warm)] == ["bridge", "road"]
    assert [*waiting_cautions(skipped(warm, "road"))] == ["bridge"]
    assert waiting_cautions(answered(warm, "bridge", "no")) == {}


# ---- The dialogue ----


def test_it_ends_with_the_answer_and_how_to_repeat_it() -> None:
    ran = asked("4", "no")
    assert "Leave the road as it is (leave)." in ran.out
    assert prompts(ran) == ["surface_temperature"]
    assert "surface_temperature: How warm is the road's surface?\n  a number from -30.0 to 40.0 in Cel" in ran.err
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
    assert ran.err.count("wind: How fast is the wind?\n  Give it as wind=VALUE: a number from 0 to 150 in km/h.") == 2
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
    assert ran.err.count("(bridge and class of road): Look at the bridge first.") == 2
    assert prompts(ran) == ["surface_temperature", "bridge", "bridge", "road"]
    assert "Look at the bridge first." in ran.out.split("Cautions", 1)[1]
    for no in ("no", "", "stop"):
        assert prompts(asked("4", no, "yes")) == ["surface_temperature"]


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
        after = one_patient(toy, str(path), None)
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
    assert " a day may follow, such\n    as 2026-01-15\n" in shown
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
