"""The numbers of a change go no further than they must; and facts that can matter only together are asked for."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from engine.deciding import decide
from engine.facts import read_facts
from engine.loading import load
from explain.asking import questions
from explain.changes import changes_of
from explain.reading import Reading, reading_of
from tests.oracle import Given, Tree
from tests.random_guidelines import RandomGuideline, write
from tests.worlds import AT, decision


def read(
    folder: Path, facts: Mapping[str, Tree], rules: Mapping[str, Tree], patient: Mapping[str, Given], **more: Tree
) -> Reading:
    named = {name: {"title": name, "question": f"What is {name}?", **dict(fact)} for name, fact in facts.items()}
    world = RandomGuideline({"facts": named, **more}, {"opening": decision("opening", ["closed", "open"], rules)})
    roads = load(write(world, folder))
    return reading_of(roads, decide(roads, "opening", read_facts(roads, patient), at=AT))


def integer(low: int, high: int, *formulas: str) -> Mapping[str, Tree]:
    titles = (f"way {number}" if number else "way" for number in range(len(formulas)))
    derived: list[Tree] = [{"title": title, "formula": each} for title, each in zip(titles, formulas, strict=False)]
    return {"type": "integer", "range": [str(low), str(high)], **({"derived": derived} if derived else {})}


def nearest(reading: Reading) -> Sequence[Mapping[str, object]]:
    found = changes_of(reading, "closed", including_fixed=True, limit=None)
    assert not found.is_partial
    return [{move.fact: move.after for move in change.moves} for change in found.changes]


@pytest.mark.parametrize(
    ("wind", "closed", "after"),
    [
        (10, "[0..2], [17..20]", 17),
        (9, "[0..2], [17..20]", 2),
        (10, "[0..1], [19..20]", 1),
        (10, "[0..1], 4, 7, 14, [19..20]", 7),
        (10, "[0..1], 5, 14, [19..20]", 14),
        (10, "6, 14", 6),
        (10, "[0..6], [14..20]", 6),
        (10, "[14..16], 6, 5", 6),
        (None, "[3..5], [9..12]", 3),
        (None, "[15..17], 9, [11..12]", 9),
        (None, "1, 20, 4, 7, 13, 18", 1),
    ],
)
def test_the_nearest_of_several_stretches_is_proposed_and_of_two_as_near_the_lower(
    wind: int | None, closed: str, after: int, tmp_path: Path
) -> None:
    rules: dict[str, Tree] = {
        "a": {"when": {"wind": closed}, "then": "closed"},
        "b": {"when": {"wind": f"not({closed})"}, "then": "open"},
    }
    assert nearest(read(tmp_path, {"wind": integer(0, 20)}, rules, {"wind": wind})) == [{"wind": after}]


@pytest.mark.parametrize(
    ("wind", "gust", "after"),
    [
        (3, 1, [{"gust": 7}, {"wind": 9}]),  # 10 is nearer than 20
        (3, 20, [{"gust": 17}, {"wind": 0}]),  # 20 is nearer than 37
        (4, 11, [{"gust": 6}, {"wind": 9}]),  # 10 and 20 are as near for gust, and 10 cannot be reached by wind
    ],
)
def test_a_counted_number_goes_no_further_than_it_must(
    wind: int, gust: int, after: list[Mapping[str, object]], tmp_path: Path
) -> None:
    facts = {"wind": integer(0, 20), "gust": integer(0, 20), "sum": integer(0, 40, "wind + gust")}
    rules: dict[str, Tree] = {
        "a": {"when": {"sum": "10, 20, 37"}, "then": "closed"},
        "b": {"when": {"sum": "not(10, 20, 37)"}, "then": "open"},
    }
    assert nearest(read(tmp_path, facts, rules, {"wind": wind, "gust": gust})) == after


def test_two_numbers_share_a_change_so_that_the_sum_over_their_ranges_is_least(tmp_path: Path) -> None:
    """Neither reaches 30 alone. A step of wind is a tenth of its range, a step of gust a twenty-fifth, so that
    gust goes as far as it can."""
    facts = {"wind": integer(0, 10), "gust": integer(0, 25), "sum": integer(0, 35, "wind + gust")}
    rules: dict[str, Tree] = {
        "a": {"when": {"sum": ">= 30"}, "then": "closed"},
        "b": {"when": {"sum": "< 30"}, "then": "open"},
    }
    assert nearest(read(tmp_path, facts, rules, {"wind": 1, "gust": 4})) == [{"wind": 5, "gust": 25}]


def test_facts_that_can_matter_only_together_are_asked_for(tmp_path: Path) -> None:
    """Both are the same in everybody: no two patients differ in one of them alone."""
    yes_no: dict[str, Tree] = {"type": "yes_no"}
    alike: list[Tree] = [
        {"when": {"fog": "yes", "mist": "no"}, "because": "Fog is mist."},
        {"when": {"fog": "no", "mist": "yes"}, "because": "Mist is fog."},
    ]
    rules: dict[str, Tree] = {
        "a": {"when": {"fog": "yes", "mist": "yes"}, "then": "closed"},
        "b": {"when": {"any": [{"fog": "no"}, {"mist": "no"}]}, "then": "open"},
        "c": {"when": {"ice": "yes"}, "caution": "Ice."},
    }
    reading = read(tmp_path, {"fog": yes_no, "mist": yes_no, "ice": yes_no}, rules, {}, impossible=alike)
    assert [question.fact.id for question in questions(reading)] == ["fog", "mist"]


def test_an_input_is_not_left_out_where_another_would_be_assumed(tmp_path: Path) -> None:
    """With the assumed ice of 0 the load would leave its range, and the change of the load alone would be refused."""
    facts: Mapping[str, Tree] = {
        "ice": {**integer(0, 9), "assume": "0"},
        "load": {**integer(1, 9, "ice * ice"), "changeable": "yes"},
    }
    rules: Mapping[str, Tree] = {
        "heavy": {"when": {"load": ">= 4"}, "then": "closed"},
        "light": {"when": {"load": "< 4"}, "then": "open"},
    }
    assert nearest(read(tmp_path, facts, rules, {"ice": 1})) == [{"load": 4}]


@pytest.mark.parametrize(
    ("other", "asked"), [("2*lull", ["gust", "lull"]), ("15 + lull", ["gust", "lull"]), ("lull", ["lull"])]
)
def test_what_only_says_by_which_formula_a_fact_follows_is_asked_for(
    other: str, asked: Sequence[str], tmp_path: Path
) -> None:
    """By the sum the total is below 15 whatever the gust is. Where the other formula can have it at 15, or always has,
    an answer to the gust settles it; where neither can, nothing is open, unless the lull decides by itself."""
    facts = {name: integer(0, 9) for name in ("wind", "gust", "lull")}
    facts = {**facts, "total": integer(0, 30, "wind + gust", other)}
    rules: dict[str, Tree] = {
        "a": {"when": {"total": ">= 15"}, "then": "closed"},
        "b": {"when": {"total": "< 15", "lull": "> 3"}, "then": "open"},
    }
    assert [each.fact.id for each in questions(read(tmp_path, facts, rules, {"wind": 3}))] == asked
