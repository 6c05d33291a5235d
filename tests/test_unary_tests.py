"""Tests on one fact: every form that authors write means what its table says, at every value of the fact's grid."""

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from engine.cells import cells_of
from engine.conditions import Test
from engine.diagnostics import Misread, Place
from engine.guideline import Choice, Fact, FactType
from engine.unary_tests import complement, test_in, thresholds_in, union

test_in.__test__ = False  # type: ignore[attr-defined]
HERE = Place("facts.yaml")
WARMTH = Fact(id="warmth", title="w", question="?", type=FactType.NUMBER, low=-15, high=25, decimals=1, place=HERE)
CARS = Fact(id="cars", title="c", question="?", type=FactType.INTEGER, low=0, high=9, place=HERE)
SALTED = Fact(id="salted", title="s", question="?", type=FactType.YES_NO, low=0, high=1, place=HERE)
SKIES = tuple(Choice(id=name, title=name) for name in ("none", "rain", "snow"))
SKY = Fact(id="sky", title="s", question="?", type=FactType.CHOICE, low=0, high=2, choices=SKIES, place=HERE)
Meets = Callable[[Fraction], bool]


class Written(NamedTuple):
    """A test as text, and the little evaluator that says which values meet it."""

    text: str
    meets: Meets


def met(texts: list[str], fact: Fact) -> list[int]:
    """The steps of a fact's whole grid that the test read from `texts` takes."""
    test = test_in(texts, fact)
    return [step for step in range(fact.low, fact.high + 1) if any(low <= step <= high for low, high in test.meets)]


def threshold(step: int, fact: Fact) -> tuple[str, Fraction]:
    value = Fraction(step, 10**fact.decimals)
    return (fact.text_of(step) if step % 3 else str(float(value)) if fact.decimals else str(step)), value


@st.composite
def singles(draw: DrawFn, fact: Fact) -> Written:
    """One form of a test on a number: a value, a comparison, or an interval with any brackets."""
    steps = st.integers(fact.low, fact.high)
    space = draw(st.sampled_from(["", " "]))
    text, value = threshold(draw(steps), fact)
    match draw(st.sampled_from(["=", "<", "<=", ">", ">=", ".."])):
        case "=":
            return Written(text, lambda number: number == value)
        case "<":
            return Written(f"<{space}{text}", lambda number: number < value)
        case "<=":
            return Written(f"<={space}{text}", lambda number: number <= value)
        case ">":
            return Written(f">{space}{text}", lambda number: number > value)
        case ">=":
            return Written(f">={space}{text}", lambda number: number >= value)
    return draw(intervals(fact, space))


@st.composite
def intervals(draw: DrawFn, fact: Fact, space: str) -> Written:
    low, high = sorted([draw(st.integers(fact.low, fact.high)), draw(st.integers(fact.low, fact.high))])
    (low_text, bottom), (high_text, top) = threshold(low, fact), threshold(high, fact)
    left, right = draw(st.sampled_from("[(]")), draw(st.sampled_from("])["))
    text = f"{left}{space}{low_text}{space}..{space}{high_text}{space}{right}"

    def meets(number: Fraction) -> bool:
        above = number >= bottom if left == "[" else number > bottom
        below = number <= top if right == "]" else number < top
        return above and below

    return Written(text, meets)


@st.composite
def lists(draw: DrawFn, fact: Fact) -> Written:
    """Some forms between commas, one of which may be a `not(...)` of some."""
    parts = draw(st.lists(singles(fact), min_size=1, max_size=3))
    negated = draw(st.lists(singles(fact), max_size=3))
    texts = [part.text for part in parts]
    if not negated:
        return Written(
            draw(st.sampled_from([", ", " , "])).join(texts), lambda number: any(p.meets(number) for p in parts)
        )
    denial = f"not({', '.join(part.text for part in negated)})"

    def denies(number: Fraction) -> bool:
        return not any(part.meets(number) for part in negated)

    if draw(st.booleans()):
        return Written(denial, denies)
    return Written(", ".join([*texts, denial]), lambda number: denies(number) or any(p.meets(number) for p in parts))


@settings(max_examples=600, derandomize=True, deadline=None)
@given(st.sampled_from([WARMTH, CARS]), st.data())
def test_every_form_takes_exactly_the_values_that_it_says(fact: Fact, data: st.DataObject) -> None:
    written = data.draw(st.lists(lists(fact), min_size=1, max_size=2))
    values = [(step, Fraction(step, 10**fact.decimals)) for step in range(fact.low, fact.high + 1)]
    expected = [step for step, value in values if any(each.meets(value) for each in written)]
    texts = [each.text for each in written]
    if not expected:
        with pytest.raises(Misread) as raised:
            test_in(texts, fact)
        assert raised.value.code == "test.never_holds"
        return
    assert met(texts, fact) == expected
    assert test_in(texts, fact).text == ", ".join(texts)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.lists(st.lists(st.integers(0, 2), min_size=1, max_size=3), min_size=1, max_size=3), st.booleans())
def test_choices_are_named_listed_and_denied(listed: list[list[int]], denied: bool) -> None:
    texts = [", ".join(SKIES[step].id for step in steps) for steps in listed]
    named = {step for steps in listed for step in steps}
    expected = sorted({0, 1, 2} - named if denied else named)
    if denied:
        texts = [f"not({', '.join(texts)})"]
    if expected:
        assert met(texts, SKY) == expected


def test_yes_and_no_have_two_spellings_each() -> None:
    assert [met([text], SALTED) for text in ("no", "false", "yes", "true", "not(yes)", "yes, no")] == [
        *([0], [0], [1], [1], [0], [0, 1])
    ]


@pytest.mark.parametrize(
    ("text", "fact", "code", "marked"),
    [
        ("> 1.25", WARMTH, "test.too_fine", "1.25"),
        ("1.5", CARS, "test.too_fine", "1.5"),
        ("[1..2.55]", WARMTH, "test.too_fine", "2.55"),
        ("< 2.6", WARMTH, "test.out_of_range", "2.6"),
        ("-1.6", WARMTH, "test.out_of_range", "-1.6"),
        ("[0..10]", CARS, "test.out_of_range", "10"),
        ("1, not(< 3, > 11)", CARS, "test.out_of_range", "11"),
        ("[4..2]", CARS, "test.swapped_ends", "[4..2]"),
        ("(3..3)", CARS, "test.never_holds", None),
        ("(3..4)", CARS, "test.never_holds", None),
        ("< 0", CARS, "test.never_holds", None),
        ("not([0..9])", CARS, "test.never_holds", None),
        ("yes, maybe", SALTED, "test.value", "maybe"),
        ("none, hail", SKY, "test.value", "hail"),
        ("not(hail)", SKY, "test.value", "hail"),
        ("> rain", SKY, "test.not_numeric", "> rain"),
        ("[no..yes]", SALTED, "test.not_numeric", "[no..yes]"),
        ("=3", CARS, "test.syntax", "=3"),
        ("!= 3", CARS, "test.syntax", "!= 3"),
        ("3 or 4", CARS, "test.syntax", "3 or 4"),
        ("[1...2]", CARS, "test.syntax", ".2"),
        ("1..2", CARS, "test.syntax", "1..2"),
        ("[1..2", CARS, "test.syntax", "[1..2"),
        ("not(3", CARS, "test.syntax", "not(3"),
        ("not(not(3))", CARS, "test.syntax", None),
        ("not(0, not(3))", CARS, "test.syntax", "not(0, not(3))"),
        ("3,", CARS, "test.syntax", ""),
        (",3", CARS, "test.syntax", ","),
        ("< 2,6", CARS, "test.decimal_comma", "2,6"),
        ("not(2,6)", CARS, "test.decimal_comma", "2,6"),
        ("[1..2,6]", CARS, "test.decimal_comma", "2,6"),
        ("[0.5..2,6]", CARS, "test.decimal_comma", "2,6"),
        ("< 1,000,000", CARS, "test.decimal_comma", "1,000,000"),
        ("", CARS, "test.syntax", ""),
        ("< 1e1", CARS, "test.syntax", "1e1"),
        ("3, " * 200 + "3", CARS, "test.too_long", None),
    ],
)
def test_what_is_no_test_is_pointed_at(text: str, fact: Fact, code: str, marked: str | None) -> None:
    with pytest.raises(Misread) as raised:
        test_in([text], fact)
    assert raised.value.code == code
    assert raised.value.help
    if marked is not None:
        assert text[raised.value.start : raised.value.end].strip() == marked


@pytest.mark.parametrize(
    ("text", "decimals", "help"),
    [
        ("< 2,6", 1, "write `2.6` for a number with decimals, or `2, 6` for two values"),
        ("< 2,6", 0, "write `2, 6` for two values"),
        ("< 2,65", 1, "write `2, 65` for two values"),
        ("< 1,000", 0, "write `1000` for thousands"),
        ("< 1,234", 0, "write `1234` for thousands, or `1, 234` for two values"),
        ("< 1,234", 3, "write `1234` for thousands, `1.234` for a number with decimals, or `1, 234` for two values"),
        ("< 1,234.5", 1, "write `1234.5` for thousands, or `1, 234.5` for two values"),
        ("< 1,2,3", 0, "write `1, 2, 3` for several values"),
        ("< 1,5000", 0, "write a number with a point before its decimals, and a space behind a comma between values"),
    ],
)
def test_the_help_on_a_comma_suggests_only_what_can_be_written(text: str, decimals: int, help: str) -> None:
    kind = FactType.NUMBER if decimals else FactType.INTEGER
    high = 2000 * 10**decimals
    fact = Fact(id="fact", title="f", question="?", type=kind, low=0, high=high, decimals=decimals, place=HERE)
    with pytest.raises(Misread) as raised:
        test_in([text], fact)
    assert (raised.value.code, raised.value.help) == ("test.decimal_comma", help)


STEPS = st.lists(st.tuples(st.integers(-5, 20), st.integers(-5, 20)), max_size=5)


@settings(derandomize=True, deadline=None)
@given(STEPS)
def test_union_and_complement_are_those_of_sets(intervals: list[tuple[int, int]]) -> None:
    taken = {step for low, high in intervals for step in range(low, high + 1)}
    united = union(intervals)
    assert {step for low, high in united for step in range(low, high + 1)} == taken
    assert all(before[1] + 1 < after[0] for before, after in pairwise(united))
    left_over = complement(intervals, -5, 20)
    assert {step for low, high in left_over for step in range(low, high + 1)} == set(range(-5, 21)) - taken


@settings(derandomize=True, deadline=None)
@given(st.lists(lists(WARMTH), max_size=4))
def test_in_one_cell_every_test_gives_one_answer(written: list[Written]) -> None:
    tests = [test for each in written if (test := read_or_none(each.text)) is not None]
    cells = cells_of(WARMTH, tests)
    assert [cells.interval(cell)[0] for cell in range(cells.count)] == list(cells.starts)
    assert [step for cell in range(cells.count) for step in range(*ends(cells.interval(cell)))] == list(range(-15, 26))
    for test in tests:
        truths = cells.truths(test)
        for step in range(-15, 26):
            assert truths[cells.at(step)] is any(low <= step <= high for low, high in test.meets)


def test_cells_are_no_finer_than_the_tests_ask_for() -> None:
    band = test_in(["[0.5..1.5]"], WARMTH)
    cells = cells_of(WARMTH, [band, band, test_in(["> 1.5"], WARMTH)])
    assert cells.starts == (-15, 5, 16)
    assert [cells.texts([cell]) for cell in range(3)] == [("-1.5..0.4",), ("0.5..1.5",), ("1.6..2.5",)]
    assert cells_of(WARMTH, []).starts == (-15,)


def test_the_values_of_a_cell_are_told_one_by_one_where_they_are_named() -> None:
    assert cells_of(SKY, [test_in(["snow"], SKY)]).texts([0]) == ("none", "rain")
    assert cells_of(SALTED, []).texts([0]) == ("no", "yes")
    assert cells_of(CARS, [test_in(["3"], CARS)]).texts([1]) == ("3",)


def read_or_none(text: str) -> Test | None:
    try:
        return test_in([text], WARMTH)
    except Misread:
        return None


def ends(interval: tuple[int, int]) -> tuple[int, int]:
    return interval[0], interval[1] + 1


@pytest.mark.parametrize(
    ("text", "fact", "thresholds"),
    [
        ("[-1.5..0.5)", WARMTH, (-15, 5)),
        ("(0..1.25]", WARMTH, (0,)),
        ("< -1, > 2.5", WARMTH, (-10, 25)),
        ("not( [0.0 .. 0.3], 1.0 )", WARMTH, (0, 3, 10)),
        ("2, not(2)", CARS, (2,)),
        ("1..", CARS, (1,)),
        ("yes", SALTED, ()),
        ("rain, snow", SKY, ()),
    ],
)
def test_the_numbers_that_an_author_wrote_in_a_test_are_its_thresholds(
    text: str, fact: Fact, thresholds: tuple[int, ...]
) -> None:
    assert thresholds_in(text, fact) == thresholds
