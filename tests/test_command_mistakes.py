"""Whatever is wrong with what the command is given, it says so and ends: a diagnostic, no traceback, no hang.

That no command hangs or ends in a traceback is held by `tests.commands` for every one of them.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from candor import cli
from engine import deciding
from engine.errors import SolverLimit
from tests.commands import ROOT, Ran, candor
from tests.mistake_examples import copy_of_toy

AT = ("--at", "2026-01-15")
GRITTING = ("decide", "tests/toy/gritting")
CLEARING = ("decide", "tests/toy/clearing")


def refused(ran: Ran, *said: str, code: int = 1) -> None:
    """A command that gave no answer, said why, and how to repair it."""
    assert (ran.code, ran.out) == (code, "")
    for text in said:
        assert text in ran.err, text
    if code == 1:
        assert ran.err.startswith("error[")
        assert "  help: " in ran.err


BOMB = "a: &a [x, x, x, x]\nb: &b [*a, *a, *a, *a]\nfacts: {wind: *b}\n"
PATIENTS: dict[str, tuple[str, bytes, str]] = {
    "a misspelt fact": ("p.yaml", b"facts: {precipitaton: rain}", "did you mean `precipitation`?"),
    "a wrong type": ("p.yaml", b"facts: {wind: strong}", "error[patient.value]: `strong` is not a number"),
    "a list for a value": ("p.yaml", b"facts: {wind: [1, 2]}", "error[patient.wrong_kind]"),
    "out of range": ("p.yaml", b"facts: {wind: 151}", "`wind` runs from 0 to 150, in km/h"),
    "NaN": ("p.json", b'{"facts": {"wind": NaN}}', "error[json.not_finite]: `NaN` is not a number"),
    "NaN in YAML": ("p.yaml", b"facts: {wind: .nan}", "error[patient.value]"),
    "infinity": ("p.json", b'{"facts": {"wind": -Infinity}}', "error[json.not_finite]"),
    "1e400": ("p.json", b'{"facts": {"wind": 1e400}}', "error[patient.value]: `1e400` is not a number"),
    "a million digits": ("p.json", b'{"facts": {"wind": ' + b"9" * 1_000_000 + b"}}", "error[patient.value]"),
    "a duplicate key": ("p.yaml", b"facts: {wind: 1, wind: 2}", "error[yaml.duplicate_key]"),
    "a duplicate key in JSON": ("p.json", b'{"facts": {"wind": 1, "wind": 2}}', "error[json.duplicate_key]"),
    "an alias bomb": ("p.yaml", BOMB.encode(), "error[yaml.a"),
    "10 MB": ("p.yaml", b"# " + b"x" * (10 << 20), "error[file.too_large]"),
    "binary": ("p.yaml", bytes(range(256)), "error[file.binary]"),
    "empty": ("p.yaml", b"", "error[file.empty]"),
    "nothing but a comment": ("p.yaml", b"# later\n", "error[file.empty]"),
    "not UTF-8": ("p.yaml", "facts: {note: Glätte}".encode("latin-1"), "error[file.not_utf8]"),
    "a text": ("p.yaml", b"no patient at all", "error[patient.wrong_kind]"),
    "half a document": ("p.json", b'{"facts": {"wind": ', "error[json.syntax]"),
    "a tab": ("p.yaml", b"facts:\n\twind: 3\n", "error[yaml.syntax]"),
    "deep nesting": ("p.json", b'{"facts": ' + b"[" * 100_000, "error[json.too_deep]"),
    "a future date": ("p.yaml", b"facts: {wind: {value: 3, at: 2026-01-16}}", "error[patient.future_date]"),
    "a contradiction": ("p.yaml", b"facts: {precipitation: snow, air_temperature: 20}", "error[patient.contradictory]"),
    "two patients": ("p.yaml", b"facts: {wind: 3}\n---\nfacts: {wind: 4}\n", "error[yaml.several_documents]"),
}


@pytest.mark.parametrize("name", PATIENTS)
def test_a_bad_patient_file(name: str, tmp_path: Path) -> None:
    file, content, said = PATIENTS[name]
    path = tmp_path / file
    path.write_bytes(content)
    refused(candor(*GRITTING, path, *AT), said, str(path))


@pytest.mark.parametrize(
    "name", ["a misspelt fact", "NaN in YAML", "an alias bomb", "10 MB", "binary", "empty", "deep nesting"]
)
def test_the_same_on_standard_input(name: str) -> None:
    _, content, said = PATIENTS[name]
    refused(candor(*GRITTING, "-", *AT, stdin=content), said, "standard input")


LATER = b"""{"facts": {"precipitation": {"value": "snoww", "at": "2026-01-20"}, "bridge": "maybe",
"wind": {"value": 3, "at": "2026-01-16"}, "road": {"value": null, "at": "2026-01-20"},
"humidity": {"value": 3, "at": "2026-01-20"}}}"""


@pytest.mark.parametrize(("name", "content"), [("p.json", LATER), ("p.jsonl", LATER.replace(b"\n", b" "))])
def test_later_dates_are_told_with_all_other_mistakes(name: str, content: bytes, tmp_path: Path) -> None:
    """Not those of facts that are not known, or that play no part in the decision."""
    path = tmp_path / name
    path.write_bytes(content)
    for asked in ((path,), ("-",)):
        ran = candor(*GRITTING, *asked, *AT, stdin=content)
        told = ran.out + ran.err
        assert (ran.code, told.count("help")) == (1, 4)
        for said in ("`snoww` is not a choice", "`precipitation` is dated 2026-01-20", "`wind` is dated", "`maybe` is"):
            assert said in told


def edited(tmp_path: Path, file: str, edit: Callable[[str], str]) -> str:
    """The address of a copy of the toy guideline with one file edited."""
    folder = copy_of_toy(tmp_path)
    path = folder / file
    before = path.read_text("utf-8")
    after = edit(before)
    assert after != before
    path.write_text(after, "utf-8")
    return f"{folder}/gritting"


def replaced(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


GUIDELINES: dict[str, tuple[str, Callable[[str], str], str]] = {
    "circular findings": (
        "gritting.yaml",
        replaced('when: {surface_temperature: "<= 0"}', "when: {icy: yes}"),
        "error[decision.circular]",
    ),
    "circular formulas": (
        "facts.yaml",
        replaced("question: How warm is the air?", "derived: [{title: back, formula: chill}]"),
        "error[fact.circular]",
    ),
    "an unknown outcome": ("gritting.yaml", replaced("then: close_road", "then: close_rode"), "`close_road`"),
    "an unused fact in a reason": (
        "gritting.yaml",
        replaced("Frost and wet make ice.", "Frost and {wind} make ice."),
        "error[template.not_in_condition]",
    ),
    "an unknown fact in a reason": (
        "gritting.yaml",
        replaced("Frost and wet make ice.", "Frost and {winnd} make ice."),
        "error[template.unknown]",
    ),
    "a threshold finer than the fact": (
        "gritting.yaml",
        replaced('surface_temperature: "(0..2.5]"', 'surface_temperature: "(0..2.55]"'),
        "error[test.too_fine]",
    ),
}


@pytest.mark.parametrize("name", GUIDELINES)
def test_a_bad_guideline(name: str, tmp_path: Path) -> None:
    file, edit, said = GUIDELINES[name]
    address = edited(tmp_path, file, edit)
    for command in (("decide", address, "--fact", "wind=3"), ("show", address)):
        refused(candor(*command), said, file)


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("ln(wind)", "rule of thumb cannot be computed from `wind` 0: ln of 0"),
        ("sqrt(wind - 1)", "the root of a negative number"),
        ("1/wind", "a division by zero"),
        ("wind + 61", "is 61.0, outside the range of `chill`"),
    ],
)
def test_a_formula_without_a_value_names_the_facts(formula: str, said: str, tmp_path: Path) -> None:
    address = edited(tmp_path, "facts.yaml", replaced("air_temperature - 0.1*wind", formula))
    refused(candor("decide", address, "--fact", "wind=0", *AT), said, "`wind` 0", "--fact wind=0")


def test_a_file_that_is_not_there_or_a_folder_or_a_device(tmp_path: Path) -> None:
    refused(candor(*GRITTING, tmp_path / "nothing.yaml"), "error[file.not_there]")
    refused(candor(*GRITTING, tmp_path), "error[file.is_folder]")
    refused(candor(*GRITTING, "/dev/zero"), "error[file.not_readable]")
    refused(candor(*GRITTING, "x" * 5000), "error[file.not_readable]")


def in_process(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> Ran:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("sys.argv", ["candor", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    captured = capsys.readouterr()
    return Ran(int(ended.value.code or 0), captured.out, captured.err)


def test_a_file_that_may_not_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The tests may run as root, who may read everything: so the refusal is made."""
    path = tmp_path / "p.yaml"
    path.write_text("facts: {wind: 3}", "utf-8")

    opened = Path.open

    def forbidden(each: Path, *arguments: Any, **options: Any) -> object:
        if each == path:
            raise PermissionError(13, "Permission denied")
        return opened(each, *arguments, **options)

    monkeypatch.setattr(Path, "open", forbidden)
    ran = in_process(monkeypatch, capsys, *GRITTING, str(path))
    refused(ran, "error[file.not_readable]", str(path))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("decide", "act_rra/selection", "-f", "wind=3"), "did you mean `act_ra`?"),
        (("decide", "act_ra/selektion", "-f", "wind=3"), "did you mean `selection`?"),
        (("decide", "act_ra", "-f", "wind=3"), "`act_ra` names no decision; it has `response`, `selection`"),
        (("show", "nothing"), "there is no guideline `nothing`"),
        (("check", "act_ra/selection"), "a whole guideline is wanted here, such as `act_ra`"),
        (("handbook", "tests/toy/clearing"), "a whole guideline is wanted here, such as `tests/toy`"),
        (("show", "x" * 5000), "there is no guideline"),
        (("decide", "act_ra/selection"), "give a patient file, or facts by --fact"),
        (("decide", "act_ra/selection", "examples/candidate.yaml", "-f", "wind=3"), "by --fact, not both"),
        (("decide", "act_ra/selection", "examples/candidate.yaml", "--format", "xml"), "--format"),
        (("decide",), "GUIDELINE/DECISION"),
        (("devide",), "devide"),
        (("show", "act_ra", "--colour"), "--colour"),
    ],
)
def test_usage_errors_end_with_2(arguments: tuple[str, ...], said: str) -> None:
    ran = candor(*arguments, TERM="dumb", COLUMNS="4000")
    assert (ran.code, ran.out) == (2, "")
    assert said in " ".join(ran.err.replace("│", " ").split())


@pytest.mark.parametrize(
    ("assignment", "code"),
    [
        ("wind", "patient.assignment"),
        ("wind=", "patient.assignment"),
        ("=3", "patient.assignment"),
        ("winnd=3", "patient.unknown_fact"),
        ("wind=3,8", "patient.value"),
        ("road=path", "patient.value"),
        ("bridge=maybe", "patient.value"),
    ],
)
def test_a_fact_that_is_no_fact(assignment: str, code: str) -> None:
    refused(candor(*GRITTING, "--fact", assignment), f"error[{code}]", f"--fact {assignment}")


class Lying:
    """A matcher that fires what it likes."""

    def __init__(self, *_: object) -> None:
        pass

    def fired(self, *_: object) -> frozenset[str]:
        return frozenset({"still_snowing"})


def test_when_the_engines_differ_the_command_refuses_with_3(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(deciding, "Matcher", Lying)
    ran = in_process(monkeypatch, capsys, *CLEARING, "-f", "snow_depth=12")
    assert (ran.code, ran.out) == (3, "")
    assert "could not decide this safely" in ran.err
    assert "'still_snowing'" in ran.err
    assert "'deep_snow'" in ran.err


@pytest.mark.parametrize("error", [SolverLimit("gave up"), RuntimeError("a bug")])
def test_what_is_our_own_fault_ends_with_3_and_no_answer(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(deciding, "evaluate", fail)
    ran = in_process(monkeypatch, capsys, *CLEARING, "-f", "snow_depth=12")
    assert (ran.code, ran.out) == (3, "")
    assert str(error) in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("command", ["check", "test", "mutate", "show", "handbook", "fmt", "watch"])
@pytest.mark.parametrize("name", ["./nowhere", "here/nowhere"])
def test_a_folder_that_is_not_there_is_wrong_usage(command: str, name: str, tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    ran = candor(command, name, cwd=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith((f"error: there is no guideline `{name}`", f"error: there is no `{Path(name)}`"))


def test_a_form_that_there_is_not_is_told_in_plain_words() -> None:
    ran = candor(*GRITTING, "--fact", "wind=3", "--format", "pdf")
    said = " ".join(ran.err.replace("│", " ").split())
    assert ran.code == 2
    assert "Invalid value for '--format': 'pdf' is not one of 'text', 'html', 'markdown', 'json'." in said
