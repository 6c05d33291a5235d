"""Points of a grid that differ only in facts on which no outcome hangs have the same explanations.

So whoever compares every point over the facts that bear on the outcome has compared every point over all facts: what
brute force says of a patient is read off a table in which the other facts have no part, whatever is given of them.
That they have none is held here by the words of the guideline; that the engine finds the same is tried, each point over
the bearing facts with another combination of the others.
"""

from __future__ import annotations

from collections import Counter
from itertools import chain, combinations

from engine.plan import plan_of
from engine.units import relevant_facts
from tests.explained_worlds import CAMPAIGN, reading
from tests.grids import Grid, assert_answer, assert_changes, tables
from tests.oracle.rulebook import tests_in as conditions_on
from tests.oracle.units import _is_linear
from tests.test_grid import ACT, GRIDS

BEARING = GRIDS["selection"]
EVERY = GRIDS["selection and what only cautions"]
IDLE = tuple(name for name in EVERY.names if name not in BEARING.names)
QUICK = 40


def test_no_outcome_hangs_on_facts_that_only_cautions_test() -> None:
    found = tables(ACT, "selection")
    facts = found.world.vocabulary.facts
    assert BEARING.total * Grid(ACT, "selection", IDLE, 1, 1).total == EVERY.total
    following = [name for name in found.relevant if facts[name].imports or _is_linear(facts[name])]
    for is_open in chain.from_iterable(combinations(following, count) for count in range(len(following) + 1)):
        assert not found.bearing(frozenset(is_open)) & set(IDLE), f"one of {IDLE} bears where {is_open} are open"
    tied = {name for when, names in found.world.impossible for name, _ in conditions_on(when, names)}
    assert not tied & {*IDLE, *BEARING.names}
    given = {*EVERY.names}
    for name in BEARING.names:  # a value of one that is computed would follow from the others
        for formula in facts[name].formulas:
            assert [each for each in formula.names.values() if each not in given and not facts[each].rests_on], name


def test_the_engine_holds_no_outcome_to_hang_on_what_only_cautions_test() -> None:
    relevant = relevant_facts(plan_of(EVERY.world.guideline, "selection"))
    reads = {each for name in BEARING.names for each in EVERY.world.guideline.facts[name].reads}
    assert {*IDLE} & relevant <= reads


def test_each_point_is_explained_alike_whatever_the_others_are() -> None:
    others = [point for _, point in _idle().points()]
    world, found = BEARING.world, Counter[str]()
    for done, point in BEARING.points():
        more = others[done % len(others)]
        read = reading(world.guideline, world.decision, {**point, **more})
        assert read is not None
        standing = tables(ACT, "selection").standing(point)
        assert_answer(read, standing, point, found)
        assert_changes(world, read, standing, point, done % 12 == 0, found)
        found["idle facts given"] += len(more)
        if done >= QUICK and not CAMPAIGN:
            break
    assert found["reasons"] + found["missing"] == found["changes"] // len(world.outcomes)
    assert found >= Counter({"reasons": 20, "missing": 4, "changes, of 2 facts": 8, "idle facts given": 100}), found


def _idle() -> Grid:
    return Grid(ACT, "selection", IDLE, QUICK, 1)
