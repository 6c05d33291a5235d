"""Reasons, missing facts and changes on the grid points of the toy guideline and of act_ra, held against brute force.

`tests.grids` says how many points a run takes.
"""

from __future__ import annotations

from collections import Counter
from math import gcd

import pytest

from engine.plan import plan_of
from tests.explained_worlds import CAMPAIGN, built_in
from tests.grids import Grid, compared, tables

TOY, ACT = "tests/toy", "knowledge/act_ra"
CLEARING = ("air_temperature", "precipitation", "snow_depth")
GRITTING = (
    "air_temperature", "bridge", "chill", "grip", "hours_since_gritting", "precipitation", "road", "salt_in_stock",
    "snow_depth", "surface_temperature", "traffic", "wind",
)  # fmt: skip
PATROL = (
    "bridge", "coming_weather", "hours_since_gritting", "precipitation", "road", "surface_temperature", "traffic",
    "wind",
)  # fmt: skip


def bearing(folder: str, decision: str) -> tuple[str, ...]:
    """The facts that bear on the outcome, as long as those that follow from others are given."""
    return tuple(sorted(tables(folder, decision).bearing(frozenset())))


def named_in_rules(folder: str, decision: str) -> tuple[str, ...]:
    """The facts that rules test, cautions too, and those that other guidelines decide."""
    plan = plan_of(built_in(folder, decision).guideline, decision)
    return tuple(sorted({*plan.tested, *plan.imports}))


def by_scales(folder: str, decision: str) -> tuple[str, ...]:
    """The facts that bear on the outcome, with what several imports decide a fact from in its place."""
    found = tables(folder, decision)
    facts = found.world.vocabulary.facts
    several = frozenset(name for name in bearing(folder, decision) if len(facts[name].imports) > 1)
    return tuple(sorted(found.bearing(several) - several))


GRIDS = {
    "clearing": Grid(TOY, "clearing", CLEARING, 100, 1),
    "gritting": Grid(TOY, "gritting", GRITTING, 100, 8),
    "gritting, everything known": Grid(TOY, "gritting", GRITTING, 60, 8, is_known=True),
    "patrol": Grid(TOY, "patrol", PATROL, 80, 13),
    "selection": Grid(ACT, "selection", bearing(ACT, "selection"), 100, 12),
    "selection and what only cautions": Grid(ACT, "selection", named_in_rules(ACT, "selection"), 40, 20),
    "selection and what only cautions, everything known": Grid(
        ACT, "selection", named_in_rules(ACT, "selection"), 40, 20, is_known=True
    ),
    "selection by scales": Grid(ACT, "selection", by_scales(ACT, "selection"), 60, 20),
    "response": Grid(ACT, "response", named_in_rules(ACT, "response"), 100, 20),
}
TOTALS = {
    "clearing": 27,
    "gritting": 7_464_960,
    "gritting, everything known": 155_520,
    "patrol": 64_512,
    "selection": 1_944,
    "selection and what only cautions": 2_834_352,
    "selection and what only cautions, everything known": 15_360,
    "selection by scales": 27_216,
    "response": 9_720,
}
"""How many points there are."""
LEAST = {
    "clearing": Counter({"reasons": 14, "missing": 10, "several reasons": 1, "changes, of 1 facts": 20}),
    "gritting": Counter({"reasons": 50, "missing": 25, "several reasons": 8, "changes, of 1 facts": 8}),
    "gritting, everything known": Counter({"reasons": 40, "several reasons": 6, "changes, of 1 facts": 6}),
    "patrol": Counter({"reasons": 35, "missing": 35, "several reasons": 15, "changes of any": 3}),
    "selection": Counter({"reasons": 70, "missing": 15, "several reasons": 5, "changes, of 2 facts": 30}),
    "selection and what only cautions": Counter({"reasons": 25, "missing": 6, "changes, of 2 facts": 6}),
    "selection and what only cautions, everything known": Counter({"reasons": 35, "changes, of 2 facts": 4}),
    "selection by scales": Counter({"reasons": 25, "missing": 6, "changes, of 2 facts": 10}),
    "response": Counter({"reasons": 70, "missing": 15, "several reasons": 25, "changes of any": 4}),
}
"""What a quick run compares at least."""


@pytest.mark.parametrize("name", GRIDS)
def test_every_grid_point_is_what_brute_force_says(name: str) -> None:
    grid = GRIDS[name]
    found = compared(grid)
    possible = found["points"] - found["impossible"]
    assert found["points"] == len(list(grid.numbers()))
    assert found["reasons"] + found["missing"] == possible
    assert found["changes"] == possible * len(grid.world.outcomes)
    assert CAMPAIGN or found >= LEAST[name], f"too little of {name} was compared: {found}"


def test_a_quick_run_meets_every_cell_of_every_fact() -> None:
    for grid in GRIDS.values():
        met = {(name, value) for _, point in grid.points() for name, value in point.items()}
        met |= {(name, None) for _, point in grid.points() for name in grid.names if name not in point}
        assert met == {(name, value) for name, values in grid.given.items() for value in values}


@pytest.mark.parametrize("name", GRIDS)
def test_points_are_numbered_without_a_gap(name: str) -> None:
    total, step = GRIDS[name].total, GRIDS[name].step
    assert gcd(step, total) == 1
    assert total == TOTALS[name]
