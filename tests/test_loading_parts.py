"""The small parts of loading: codes, names, dates, circles, templates."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from engine.codes import MEANINGS
from engine.diagnostics import Diagnostics, Place
from engine.loading.circles import circles_in
from engine.loading.dates import day_in, is_partial_date, moment_in
from engine.loading.names import RESERVED, is_name
from engine.templates import Slot, Words, names_in, parts_of
from tests.mistake_examples import FOLDER


def test_every_code_is_registered_and_grouped() -> None:
    groups = {code.split(".")[0] for code in MEANINGS}
    read = {"file", "yaml", "json"}
    written = {"guideline", "source", "fact", "import", "formula", "decision", "score", "rule", "test", "template"}
    assert groups == read | written | {"case", "patient", "new", "check", "revision"}
    with pytest.raises(AssertionError, match=r"nobody\.knows"):
        Diagnostics().add("nobody.knows", "x", Place("x"), "x")


def test_every_code_has_an_example() -> None:
    told = {line[6 : line.index("]")] for path in FOLDER.glob("*.txt") for line in _errors(path)}
    elsewhere = {
        *("decision.too_deep", "decision.too_large"),
        "guideline.no_decision",
        *(code for code in MEANINGS if code.startswith(("file.", "new.", "revision."))),
        *("json.too_deep", "json.too_many_values", "yaml.too_deep", "yaml.too_many_values"),
        *("patient.assignment", "patient.given_twice", "patient.inexact", "patient.character"),
        *("patient.contradictory", "patient.future_date", "patient.undefined_formula", "patient.derived_out_of_range"),
    }
    assert set(MEANINGS) - told == elsewhere - told


def _errors(path: Path) -> list[str]:
    return [line for line in path.read_text("utf-8").split("\n") if line.startswith("error[")]


@pytest.mark.parametrize("name", ["a", "a28", "a_b", "a" * 64, "none", "not_now"])
def test_names(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize("name", ["", "A", "1a", "_a", "a-b", "a b", "a" * 65, "é", "a\n", *sorted(RESERVED)])
def test_no_names(name: str) -> None:
    assert not is_name(name)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-10-01", datetime(2026, 10, 1, tzinfo=UTC)),
        ("2026-10-01T08:30:00Z", datetime(2026, 10, 1, 8, 30, tzinfo=UTC)),
        ("2026-10-01t08:30:00.5z", datetime(2026, 10, 1, 8, 30, 0, 500_000, tzinfo=UTC)),
        ("2026-10-01 08:30:00+02:00", datetime(2026, 10, 1, 8, 30, tzinfo=timezone(timedelta(hours=2)))),
        ("2026-10-01T08:30:00", None),
        ("2026-10-01T25:30:00Z", None),
        ("2026-10-1", None),
        ("20261001", None),
        ("2026-W40-4", None),
        ("0000-01-01", None),
        ("٢٠٢٦-10-01", None),
    ],
)
def test_moments(text: str, moment: datetime | None) -> None:
    assert moment_in(text) == moment
    assert day_in(text) == (None if moment is None else moment.date())


def test_partial_dates() -> None:
    assert [is_partial_date(text) for text in ("2026", "2026-05", "2026-05-15", "2026-13", "26", "2026-", "x")] == [
        *(True, True, True),
        *(False, False, False, False),
    ]


def test_templates_are_words_and_slots() -> None:
    parts = parts_of("{{a}} is {b}, {b} and {a_1}.")
    assert parts == (
        *(Words("{"), Words("a"), Words("}"), Words(" is ")),
        *(Slot("b", 9, 12), Words(", "), Slot("b", 14, 17), Words(" and "), Slot("a_1", 22, 27), Words(".")),
    )
    assert names_in(parts) == ("a_1", "b")
    assert parts_of("") == ()


def test_every_circle_is_told_once() -> None:
    needs = {"a": {"b"}, "b": {"c"}, "c": {"a", "x"}, "d": {"d"}, "e": {"a"}, "x": set[str]()}
    assert circles_in(needs) == (("a", "b", "c", "a"), ("d", "d"))
    assert circles_in({"a": {"nowhere"}}) == ()


def test_a_long_chain_is_no_circle_and_no_recursion() -> None:
    chain = {f"f{at}": {f"f{at + 1}"} for at in range(20_000)}
    assert circles_in(chain) == ()
    assert len(circles_in({**chain, "f20000": {"f0"}})[0]) == 20_002
