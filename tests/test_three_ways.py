"""The engine, brute force, and the tables of brute force, of the same patients: small guidelines of which two of the
three once said something else, and random ones whose facts other guidelines decide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import product

import pytest
from hypothesis import given as drawn

from engine.guideline import Guideline
from tests.explained_worlds import BuiltIn, random_units, reading
from tests.grids import assert_answer, assert_changes
from tests.oracle import Given, Tree, UnusableInput
from tests.oracle.standing import Standing, Tables
from tests.oracle.tables import NotTabulated, World
from tests.oracle.terms import mapping
from tests.random_guidelines import RandomGuideline
from tests.test_changes_oracle import assert_alike as assert_changes_alike
from tests.test_oracle_tables import compared, without_inputs
from tests.test_reasons_oracle import assert_alike
from tests.worlds import decision, examples, importing_worlds, loaded

Worlds = tuple[RandomGuideline, list[Mapping[str, Given]]]
Facts = dict[str, Tree]


def stated(**facts: Tree) -> Mapping[str, Tree]:
    return {"facts": {name: {"title": name, "question": name, **mapping(fact)} for name, fact in facts.items()}}


def rule(then: str, **when: Tree) -> Mapping[str, Tree]:
    return {"when": when, "then": then}


def station(
    rules: Mapping[str, Mapping[str, Tree]], *impossible: Tree, name: str = "station", **facts: Tree
) -> RandomGuideline:
    """A guideline whose decision `alarm` says red, or nothing."""
    cannot: Facts = {"impossible": [{"when": when, "because": "It never is."} for when in impossible]}
    alarm = {"alarm": decision("alarm", ["red"], rules)}
    return RandomGuideline({**stated(**facts), **(cannot if impossible else {})}, alarm, name=name)


def opening(
    others: Sequence[RandomGuideline], rules: Mapping[str, Mapping[str, Tree]], **facts: Tree
) -> RandomGuideline:
    """A guideline whose decision `opening` says closed, or nothing."""
    return RandomGuideline(stated(**facts), {"opening": decision("opening", ["closed"], rules)}, others=tuple(others))


CHOICE: Mapping[str, Tree] = {"type": "choice", "choices": {"low": "low", "high": "high"}}


def level(**more: Tree) -> Tree:
    """A fact that the station's alarm decides."""
    way: Tree = {"guideline": "station", "version": "1.0.0", "decision": "alarm", "outcomes": {"red": "high"}, **more}
    return {**CHOICE, "from": way, "otherwise": "low"}


def whole(low: int, high: int, *formulas: str) -> Tree:
    derived: list[Tree] = [{"title": each, "formula": each} for each in formulas]
    return {"type": "integer", "range": [str(low), str(high)], **({"derived": derived} if derived else {})}


YES_NO: Tree = {"type": "yes_no"}
CLOSED_AT_HIGH = {"high": rule("closed", level="high")}
ALWAYS_RED = {"calm": rule("red", wind="no"), "windy": rule("red", wind="yes")}
WIDE: Mapping[str, Tree] = {"when": {"width": ">= 4"}, "caution": "Take care."}
ONCE_APART: Mapping[str, tuple[RandomGuideline, Mapping[str, Given]]] = {
    "what cannot be ties facts together on which nothing hangs": (
        opening(
            [station(ALWAYS_RED, {"wind": "no", "gusts": "no"}, wind=YES_NO, gusts=YES_NO)],
            CLOSED_AT_HIGH,
            level=level(),
        ),
        {},
    ),
    "what only a caution tests binds what it is computed from": (
        opening(
            [station({"calm": rule("red", wind="no")}, wind=YES_NO)],
            {**CLOSED_AT_HIGH, "broad": rule("closed", lanes="3"), "wide": WIDE},
            level=level(),
            lanes=whole(0, 3),
            width=whole(0, 5, "2*lanes"),
        ),
        {"level": "low"},
    ),
    "what only the other guideline tests binds what it is computed from": (
        opening(
            [station({"wide": rule("red", width=">= 4")}, lanes=whole(0, 3), width=whole(0, 5, "2*lanes"))],
            {**CLOSED_AT_HIGH, "broad": rule("closed", lanes="3")},
            lanes=whole(0, 3),
            level=level(facts={"lanes": "lanes"}),
        ),
        {"level": "low"},
    ),
    "what cannot be binds a fact of ours beside a decided one": (
        opening(
            [station({"calm": rule("red", wind="no")}, {"wind": "no", "lanes": "3"}, wind=YES_NO, lanes=whole(0, 3))],
            {**CLOSED_AT_HIGH, "broad": rule("closed", lanes="3")},
            lanes=whole(0, 3),
            level=level(facts={"lanes": "lanes"}),
        ),
        {"level": "low"},
    ),
    "a fact is decided from another one that is": (
        opening(
            (
                station({"calm": rule("red", grade="high", wind="no")}, wind=YES_NO, grade=CHOICE),
                station({"dusk": rule("red", dark="yes")}, name="depot", dark=YES_NO),
            ),
            {**CLOSED_AT_HIGH, "unlit": rule("closed", dark="no")},
            grade=level(guideline="depot"),
            level=level(facts={"grade": "grade"}),
        ),
        {},
    ),
}


def said_alike(guideline: RandomGuideline, engine: Guideline, name: str, patient: Mapping[str, Given]) -> Counter[str]:
    """What of a patient's explanations was compared, three ways."""
    found = Counter[str]()
    compared(guideline, name, patient, found)
    read, units = reading(engine, name, patient), random_units(guideline, name, patient)
    found[f"engine: {assert_alike(read, units)}"] += 1
    for outcome in mapping(guideline.decisions[name]["outcomes"]):
        found[f"engine: changes of {assert_changes_alike(read, units, outcome, None)}"] += 1
    standing = tabulated(guideline, name, patient)
    if read is not None and standing is not None:
        assert_answer(read, standing, patient, found)
        if not binds(standing):
            world = BuiltIn(engine, name, guideline.trees, guideline.imported)
            assert_changes(world, read, standing, patient, True, found)
    return found


def tabulated(guideline: RandomGuideline, name: str, patient: Mapping[str, Given]) -> Standing | None:
    world = World(guideline.trees, name, guideline.imported)
    given = {fact: value for fact, value in patient.items() if value is not None}
    try:
        standing = Tables(world).standing(given)
        return standing if standing.table else None
    except (NotTabulated, UnusableInput):
        return None


def binds(standing: Standing) -> bool:
    """Whether an open fact rests on something that could be changed, or a formula reads it."""
    facts, movable = standing.tables.world.vocabulary.facts, standing.movable()
    return standing.may_be_refused(movable) or any(facts[name].rests_on & movable for name in standing.table.is_open)


@pytest.mark.parametrize("name", ONCE_APART)
def test_where_they_once_differed_all_three_say_the_same(name: str) -> None:
    guideline, patient = ONCE_APART[name]
    with loaded(guideline) as engine:
        found = said_alike(guideline, engine, "opening", patient)
    assert found["reasons"] + found["missing"] == 2, found


def test_random_guidelines_whose_facts_others_decide() -> None:
    found = Counter[str]()

    @examples(13)
    @drawn(importing_worlds())
    def alike(world: Worlds) -> None:
        guideline, many = world
        with loaded(guideline) as engine:
            for patient, name in product(many[:2], guideline.decisions):
                for each in (patient, without_inputs(guideline, patient)):
                    found.update(said_alike(guideline, engine, name, each))

    alike()
    assert found >= Counter({"reasons": 10, "missing": 8, "missing, open": 2, "changes": 15}), found
