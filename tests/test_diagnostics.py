"""Diagnostics as values: collected, sorted by place, told in four parts."""

import pytest

from engine.diagnostics import (
    Diagnostic,
    Diagnostics,
    Place,
    TooManyMistakes,
    as_text,
    counted,
    did_you_mean,
    quoted,
    shown,
)

WIND = Place("patient.yaml", 3, 9, 13, text="  wind: fast")


def test_a_diagnostic_is_told_with_code_message_place_source_and_help() -> None:
    told = as_text(Diagnostic("patient.value", "`fast` is not a number", WIND, "write it with digits"))
    assert told.split("\n") == [
        "error[patient.value]: `fast` is not a number",
        "  --> patient.yaml:3:9",
        "3 |   wind: fast",
        "  |         ^^^^",
        "  help: write it with digits",
    ]


def test_without_a_source_line_nothing_is_underlined() -> None:
    told = as_text(Diagnostic("file.empty", "the file is empty", Place("p.yaml"), "write something in it"))
    assert told == "error[file.empty]: the file is empty\n  --> p.yaml\n  help: write something in it"


def test_an_empty_span_is_underlined_once_and_the_gutter_fits_the_line_number() -> None:
    place = Place("p.yaml", 120, 3, 3, text="a:")
    lines = as_text(Diagnostic("yaml.syntax", "this is not YAML", place, "repair it")).split("\n")
    assert lines[2:4] == ["120 | a:", "    |   ^"]


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Place("p.yaml"), "p.yaml"),
        (Place("p.yaml", 3), "p.yaml:3"),
        (Place("p.yaml", 3, 9), "p.yaml:3:9"),
        (Place("p.json", path="$.facts.wind"), "p.json: $.facts.wind"),
        (Place("p.jsonl", 7, path="$.facts.wind"), "p.jsonl:7: $.facts.wind"),
    ],
)
def test_places_are_told_as_tools_understand_them(place: Place, text: str) -> None:
    assert str(place) == text


def test_the_same_mistake_at_the_same_place_is_told_once_and_all_are_sorted_by_place() -> None:
    found = Diagnostics()
    for line, code in ((9, "rule.name"), (2, "rule.no_effect"), (2, "rule.name"), (9, "rule.name")):
        found.add(code, "a mistake", Place("b.yaml", line, 1), "repair it")
    found.add("rule.name", "a mistake", Place("a.yaml", 30, 1), "repair it")
    assert [(str(each.place), each.code) for each in found.sorted()] == [
        ("a.yaml:30:1", "rule.name"),
        ("b.yaml:2:1", "rule.name"),
        ("b.yaml:2:1", "rule.no_effect"),
        ("b.yaml:9:1", "rule.name"),
    ]


def test_a_code_that_is_not_registered_cannot_be_noted() -> None:
    with pytest.raises(AssertionError, match="not a registered code"):
        Diagnostics().add("rule.nonsense", "a mistake", WIND, "repair it")


def test_at_its_limit_collecting_stops_and_says_so() -> None:
    found = Diagnostics(2)
    found.add("rule.name", "one", WIND, "repair it")
    with pytest.raises(TooManyMistakes):
        found.add("rule.name", "two", WIND, "repair it")
    assert [each.code for each in found.sorted()] == ["file.too_many_mistakes", "rule.name", "rule.name"]


def test_user_text_is_told_on_one_line_and_cut() -> None:
    assert shown("a\n b\t c") == "`a b c`"
    assert shown("x" * 60) == f"`{'x' * 60}`"
    assert shown("x" * 61) == f"`{'x' * 60}…`"


def test_lists_stop_at_five() -> None:
    assert quoted([]) == ""
    assert quoted("abcde") == "`a`, `b`, `c`, `d`, `e`"
    assert quoted("abcdefg") == "`a`, `b`, `c`, `d`, `e` and 2 more"


def test_things_are_counted_in_english() -> None:
    assert [counted(number, "decimal") for number in (0, 1, 2)] == ["0 decimals", "1 decimal", "2 decimals"]


def test_only_a_near_name_is_suggested() -> None:
    known = ("precipitation", "wind", "road")
    assert did_you_mean("precipitaton", known, "look") == "did you mean `precipitation`?"
    assert did_you_mean("xyz", known, "look") == "look"
    assert did_you_mean("p" * 10_000, known, "look") == "look"
    assert did_you_mean("wimd", reversed(known), "look") == did_you_mean("wimd", known, "look")
