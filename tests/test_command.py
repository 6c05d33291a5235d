"""The command: what it answers, in which form, and how it ends. What it says to bad input is in
`test_command_mistakes`; what it does with many patients, in `test_command_lines`."""

import json
import shlex
import subprocess
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from candor import builtin_guidelines, load_guideline
from tests.commands import DIRECT, ROOT, Ran, bare_environment, candor
from tests.golden_files import EXAMPLES, MASKED_VERSION, golden_files
from tests.test_schemas import DECISION

AT = ("--at", "2026-11-22")
SELECTION = ("decide", "act_ra/selection")
CLEARING = ("decide", "tests/toy/clearing")
DEEP = ("--fact", "snow_depth=12")
ESCAPE = "\x1b"
GOLDEN = golden_files()
COMMANDS = YAML(typ="safe").load(ROOT / "tests" / "command_examples.yaml")


def answered(ran: Ran) -> Ran:
    """A command that ended well and said nothing but its answer."""
    assert (ran.code, ran.err) == (0, "")
    assert ESCAPE not in ran.out
    return ran


def masked(text: str) -> str:
    document = json.loads(text)
    return json.dumps({**document, "product_version": MASKED_VERSION}, ensure_ascii=False, indent=2) + "\n"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((*SELECTION, "examples/candidate.yaml", *AT), 0),
        ((*CLEARING, "--fact", "snow_depth=501", *AT), 1),
        (("decide", "act_ra/selektion", "--fact", "wind=3", *AT), 2),
        (("--version",), 0),
        ((), 2),
    ],
)
def test_a_process_of_its_own_says_and_ends_the_same(arguments: tuple[str, ...], code: int) -> None:
    process = subprocess.run(
        [*DIRECT, *arguments], cwd=ROOT, env=bare_environment(), capture_output=True, text=True, timeout=60
    )
    here = candor(*arguments)
    assert process.returncode == here.code == code
    if code != 2:  # usage names the program as it was started
        assert (process.stdout, process.stderr) == (here.out, here.err)


def test_the_version() -> None:
    assert answered(candor("--version")).out.startswith("candor ")


def test_the_guidelines_that_there_are() -> None:
    out = answered(candor("guidelines")).out
    for guideline in map(load_guideline, builtin_guidelines()):
        assert f"{guideline.id} {guideline.version}" in out
        for name, decision in guideline.decisions.items():
            assert f"  {guideline.id}/{name}: {decision.question}" in out


def test_the_guidelines_as_json() -> None:
    listed = json.loads(answered(candor("guidelines", "--format", "json")).out)
    assert [guideline["id"] for guideline in listed] == sorted(builtin_guidelines())
    for guideline in listed:
        assert sorted(guideline["decisions"]) == sorted(load_guideline(guideline["id"]).decisions)
        assert len(guideline["sha256"]) == 64


def test_showing_a_decision_says_what_it_asks_and_answers() -> None:
    out = answered(candor("show", "tests/toy/gritting")).out
    for text in (
        "toy/gritting",
        "  grit_now: Grit the road now",
        "  snow_depth: How deep is the snow?",
        "number: a number from 0.0 to 500.0, in cm",
        "computed as rule of thumb from",
        "  cars: How many cars pass in an hour?",
        "integer: a whole number from 0 to 5000",
        "choice: none (no precipitation), rain (",
        "assumed to be yes where it is not given",
        "counts for 14 days",
        "Limits of use",
    ):
        assert text in out, text
    assert "salt_in_stock" not in answered(candor("show", "tests/toy/clearing")).out


def test_showing_a_guideline_shows_every_decision_of_it() -> None:
    both = answered(candor("show", "tests/toy")).out
    alone = [answered(candor("show", f"tests/toy/{name}")).out for name in ("clearing", "gritting", "patrol")]
    assert both == "\n".join(alone)


def test_showing_as_json() -> None:
    shown = json.loads(answered(candor("show", "tests/toy/gritting", "--format", "json")).out)
    assert shown["address"] == "toy/gritting"
    assert [name for name, _ in shown["outcomes"]] == ["close_road", "grit_now", "wait", "leave"]
    assert "chill" in [fact["id"] for fact in shown["tested"]]
    assert "cars" in [fact["id"] for fact in shown["inputs"]]
    both = json.loads(answered(candor("show", "tests/toy", "--format", "json")).out)
    assert [view["address"] for view in both] == ["toy/clearing", "toy/gritting", "toy/patrol"]
    assert both[1] == shown


@pytest.mark.parametrize("number", range(len(COMMANDS)))
def test_a_command_on_a_built_in_guideline_prints_what_its_example_says(number: int) -> None:
    example = COMMANDS[number]
    ran = candor(*shlex.split(example["run"])[1:])
    printed, other = (ran.out, ran.err) if example["ends_with"] == 0 else (ran.err, ran.out)
    assert (ran.code, other) == (example["ends_with"], ""), example["run"]
    for text in example["prints"]:
        assert text in printed, text
    for text in example.get("leaves_out", ()):
        assert text not in printed, text


@pytest.mark.parametrize("address", ["tests/toy", str(ROOT / "tests/toy"), "./tests/toy", "tests/toy/"])
def test_a_folder_of_ones_own_is_a_guideline(address: str) -> None:
    out = answered(candor("show", f"{address.rstrip('/')}/gritting")).out
    assert "toy/gritting" in out
    assert "toy/clearing" in answered(candor("show", address)).out


@pytest.mark.parametrize("command", ["show", "test", "mutate"])
def test_a_folder_among_others_is_not_taken_for_a_decision(command: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ran = candor(command, tmp_path / "empty")
    assert ran.code == 1
    assert f"--> {tmp_path / 'empty' / 'facts.yaml'}" in ran.out + ran.err
    ran = candor(command, tmp_path / "not_there")
    assert ran.code == 2
    assert "not_there`" in ran.out + ran.err


def test_a_folder_is_found_from_where_one_stands() -> None:
    ran = candor("decide", "toy/clearing", *DEEP, *AT, cwd=ROOT / "tests")
    assert "Clear the snow (clear)." in answered(ran).out


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_examples_come_out_as_their_golden_files(path: Path) -> None:
    address = "act_ra/response" if path.stem == "response" else "act_ra/selection"
    text = answered(candor("decide", address, path, *AT))
    assert text.out == GOLDEN[f"{path.stem}.txt"]
    document = answered(candor("decide", address, path, *AT, "--format", "json"))
    assert masked(document.out) == GOLDEN[f"{path.stem}.json"]
    assert DECISION.is_valid(json.loads(document.out))


def test_a_patient_in_json_and_on_standard_input_gets_the_same_answer(tmp_path: Path) -> None:
    written = YAML(typ="safe").load(EXAMPLES / "candidate.yaml")
    facts = {name: value == "yes" if value in ("yes", "no") else value for name, value in written["facts"].items()}
    assert {type(value) for value in facts.values()} == {bool, float, int, str}
    document = json.dumps({**written, "facts": facts}, indent=2)
    path = tmp_path / "candidate.json"
    path.write_text(document, "utf-8")
    golden = GOLDEN["candidate.txt"]
    yaml = (EXAMPLES / "candidate.yaml").read_bytes()
    first, *others = (f"{name}={value}" for name, value in written["facts"].items())
    options = [f"--fact={first}", *(option for other in others for option in ("-f", other))]
    assert answered(candor(*SELECTION, path, *AT)).out == golden
    assert answered(candor(*SELECTION, "-", *AT, stdin=document)).out == golden
    assert answered(candor(*SELECTION, "-", *AT, stdin=yaml)).out == golden
    assert answered(candor(*SELECTION, *options, *AT)).out == golden


def test_the_patient_and_the_instant_stand_in_the_json() -> None:
    ran = candor(*SELECTION, EXAMPLES / "candidate.yaml", "--format", "json", "--at", "2026-11-22T09:30:00+01:00")
    document = json.loads(answered(ran).out)
    assert document["patient"] == "example-candidate"
    assert document["trace"]["at"] == "2026-11-22T09:30:00+01:00"
    assert "patient" not in document["trace"]


def test_without_an_instant_it_is_now_in_utc() -> None:
    document = json.loads(answered(candor(*CLEARING, *DEEP, "--format", "json")).out)
    assert document["trace"]["at"].endswith("+00:00")
    assert document["patient"] is None


@pytest.mark.parametrize(
    ("at", "instant"),
    [
        ("2026-11-22", "2026-11-22T00:00:00+00:00"),
        ("2026-11-22T09:30:00Z", "2026-11-22T09:30:00+00:00"),
        ("2026-11-22T09:30:00-05:00", "2026-11-22T09:30:00-05:00"),
        ("2026-11-22T09:30+05:30", "2026-11-22T09:30:00+05:30"),
    ],
)
def test_an_instant_is_a_date_or_has_an_offset(at: str, instant: str) -> None:
    document = json.loads(answered(candor(*CLEARING, *DEEP, "--format", "json", "--at", at)).out)
    assert document["trace"]["at"] == instant


@pytest.mark.parametrize(
    "at", ["yesterday", "2026-13-01", "2026-11-22T09:30:00", "22.11.2026", "", "2026-11-22 25:00Z", "20261122T0930"]
)
def test_any_other_instant_is_a_usage_error(at: str) -> None:
    ran = candor(*CLEARING, *DEEP, "--at", at)
    assert (ran.code, ran.out) == (2, "")
    assert "--at" in ran.err


def test_the_age_of_a_value_is_counted_to_the_instant(tmp_path: Path) -> None:
    path = tmp_path / "patient.yaml"
    path.write_text("facts: {snow_depth: {value: 12, at: 2026-11-08}}\n", "utf-8")
    assert "(clear)." in answered(candor(*CLEARING, path, "--at", "2026-11-22")).out
    assert "Not enough is known." in answered(candor(*CLEARING, path, "--at", "2026-11-23")).out


def test_help_names_every_command_and_every_option() -> None:
    out = answered(candor("--help", NO_COLOR="1", TERM="dumb")).out
    assert all(command in out for command in ("guidelines", "show", "decide", "replay"))
    out = answered(candor("decide", "--help", NO_COLOR="1", TERM="dumb")).out
    assert all(option in out for option in ("--fact", "--format", "--at", "--no-color"))
