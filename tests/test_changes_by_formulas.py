"""Changes of facts that formulas read: more may follow from them than is changed, and some values nobody can have."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import pytest

from engine.deciding import decide
from engine.facts import read_facts
from engine.loading import load
from explain.changes import Changes, changes_of
from explain.reading import reading_of
from tests.oracle import Given, Tree
from tests.oracle.changes import minimal_changes, movable
from tests.oracle.terms import mapping
from tests.oracle.units import read_units
from tests.random_guidelines import RandomGuideline, write
from tests.worlds import AT, decision


def number(name: str, low: str, *formulas: str) -> Tree:
    fact: dict[str, Tree] = {"title": name, "question": f"What is the {name}?", "type": "number", "decimals": "0"}
    derived: list[Tree] = [{"title": f"way {way}", "formula": formula} for way, formula in enumerate(formulas)]
    return {**fact, "range": [low, "4"], **({"derived": derived} if derived else {})}


def facts(**formulas: tuple[str, ...]) -> dict[str, Tree]:
    return {name: number(name, *each) for name, each in formulas.items()}


QUOTIENT = facts(wind=("0",), gust=("1",), quot=("0", "gust/wind"))
World: TypeAlias = tuple[dict[str, Tree], dict[str, Tree], dict[str, Given]]
WORLDS: Mapping[str, World] = {
    "an unknown root is computed once its input is changed": (
        facts(wind=("0",), gust=("0",), root=("0", "sqrt(wind)"), drop=("0", "root", "gust")),
        {"a": {"when": {"wind": "4", "drop": "1"}, "then": "closed"}, "b": {"when": {"wind": "< 4"}, "then": "open"}},
        {"gust": 1},
    ),
    "the nearest value divides by zero": (
        QUOTIENT,
        {
            "a": {"when": {"wind": "not(1)"}, "then": "closed"},
            "b": {"when": {"wind": "1"}, "then": "open"},
            "c": {"when": {"quot": "4"}, "then": "closed"},
        },
        {"wind": 1, "gust": 2},
    ),
    "a formula that is not used leaves its range": (
        facts(wind=("0",), gust=("0",), total=("0", "wind", "wind + gust")),
        {"a": {"when": {"total": ">= 3"}, "then": "closed"}, "b": {"when": {"total": "< 3"}, "then": "open"}},
        {"wind": 1, "gust": 2},
    ),
    "what only a changed fact is computed from is left out": (
        facts(wind=("0",), gust=("0",), total=("0", "wind + gust")),
        {"a": {"when": {"wind": "4"}, "then": "closed"}, "b": {"when": {"total": "< 3"}, "then": "open"}},
        {"wind": 1, "gust": 1, "total": 2},
    ),
    "a neighbouring value divides by zero": (
        QUOTIENT,
        {
            "a": {"when": {"wind": "<= 3"}, "then": "closed"},
            "b": {"when": {"wind": "4"}, "then": "open"},
            "c": {"when": {"quot": "4"}, "caution": "Windy."},
        },
        {"wind": 4, "gust": 4},
    ),
}


def as_by_brute_force(world: World, folder: Path) -> Changes:
    """The changes of a patient that lead to `closed`, once they were found to be those of brute force."""
    declared, rules, patient = world
    guideline = RandomGuideline({"facts": declared}, {"opening": decision("opening", ["closed", "open"], rules)})
    roads = load(write(guideline, folder))
    reading = reading_of(roads, decide(roads, "opening", read_facts(roads, patient), at=AT))
    units = read_units(guideline.facts, guideline.decisions["opening"], patient)
    found = changes_of(reading, "closed", including_fixed=True, limit=None)
    told = [{move.fact: str(move.after) for move in change.moves} for change in found.changes]
    brute = minimal_changes(units, "closed", movable(units))
    assert told == [{fact: str(value) for fact, value in change.items()} for change in brute]
    return found


@pytest.mark.parametrize("name", WORLDS)
def test_nothing_is_lost_and_nothing_impossible_is_proposed(name: str, tmp_path: Path) -> None:
    found = as_by_brute_force(WORLDS[name], tmp_path)
    assert found.changes
    assert {(move.least, move.most) for change in found.changes for move in change.moves} == {
        (move.after, move.after) for change in found.changes for move in change.moves
    }


REFUSED: Mapping[str, World] = {
    "a formula of a given fact leaves its range": (
        facts(wind=("0",), gust=("0",), rain=("0",), total=("0", "2*wind")),
        {"a": {"when": {"wind": "4"}, "then": "closed"}, "b": {"when": {"gust": "< 3", "rain": "< 3"}, "then": "open"}},
        {"wind": 1, "gust": 1, "total": 2},
    ),
    "a formula that is not used divides by zero": (
        facts(wind=("0",), quot=("0", "3/wind")),
        {"a": {"when": {"wind": "0"}, "then": "closed"}, "b": {"when": {"quot": "< 3"}, "then": "open"}},
        {"wind": 1, "quot": 3},
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_formula_refuses_is_left_out_and_nothing_else_is(name: str, tmp_path: Path) -> None:
    """Every possibility was tried: what has no value in a formula is learned by its inputs, not one value at a time."""
    assert not as_by_brute_force(REFUSED[name], tmp_path).is_partial


@pytest.mark.parametrize("including_fixed", [False, True])
def test_what_is_computed_anew_once_it_is_left_out_is_no_fault_of_the_engine(
    including_fixed: bool, tmp_path: Path
) -> None:
    """With another `quot` the total is left out, and computed from the wind as 0, by which nothing can be divided."""
    declared = facts(wind=("0",), total=("0", "wind + wind"), quot=("0", "wind/total"))
    declared["quot"] = {**mapping(declared["quot"]), "changeable": "yes"}
    rules: dict[str, Tree] = {
        "a": {"when": {"quot": "2"}, "then": "closed"},
        "b": {"when": {"wind": "0"}, "then": "open"},
    }
    world = RandomGuideline({"facts": declared}, {"opening": decision("opening", ["closed", "open"], rules)})
    roads = load(write(world, tmp_path))
    patient = {"wind": 0, "total": 2}
    reading = reading_of(roads, decide(roads, "opening", read_facts(roads, patient), at=AT))
    found = changes_of(reading, "closed", including_fixed=including_fixed, limit=None)
    assert found.is_partial
    for change in found.changes:
        changed = {**patient, **{move.fact: move.after for move in change.moves}}
        assert decide(roads, "opening", read_facts(roads, changed), at=AT).outcome == "closed"
    assert {"quot"} not in [{move.fact for move in change.moves} for change in found.changes]
