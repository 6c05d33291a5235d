"""Reasons, missing facts and changes on the grid points of the toy guideline and of act_ra, held against brute force.

`tests.grids` says how many points a run takes.
"""

from __future__ import annotations

from collections import Counter
from math import gcd

import pytest

from tests.explained_worlds import CAMPAIGN
from tests.grids import Grid, compared

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
SELECTION = ("das28", "dmard_therapy", "fatigue", "fibromyalgia", "remaining_dmard_options", "rheumatoid_arthritis")
BESIDE_IT = (
    "crp_suppressing_drug", "erosive_progression", "eular_activity", "patient_seeks_act", "prednisolone_mg_per_day",
    "swollen_joints_28", "tender_minus_swollen",
)  # fmt: skip
SCALES = ("facit_fatigue_score", "fatigue_vas_mm")
RESPONSE = (
    "crp_reduction", "crp_suppressing_drug", "das28_reduction", "das28_same_variant", "esr_reduction",
    "eular_response", "therapy_changed_since_act", "weeks_since_act",
)  # fmt: skip
GRIDS = {
    "clearing": Grid(TOY, "clearing", CLEARING, 100, 1),
    "gritting": Grid(TOY, "gritting", GRITTING, 100, 8),
    "patrol": Grid(TOY, "patrol", PATROL, 80, 13),
    "selection": Grid(ACT, "selection", SELECTION, 100, 12),
    "selection and what only cautions": Grid(ACT, "selection", (*SELECTION, *BESIDE_IT), 40, 20),
    "selection by scales of fatigue": Grid(
        ACT, "selection", (*(name for name in SELECTION if name != "fatigue"), *SCALES), 40, 20
    ),
    "response": Grid(ACT, "response", RESPONSE, 100, 20),
}
TOTALS = {
    "clearing": 27,
    "gritting": 7_464_960,
    "patrol": 64_512,
    "selection": 1_944,
    "selection and what only cautions": 2_834_352,
    "selection by scales of fatigue": 27_216,
    "response": 9_720,
}
"""How many points there are."""
LEAST = {
    "clearing": Counter({"reasons": 14, "missing": 10, "several reasons": 1, "changes, of 1 facts": 20}),
    "gritting": Counter({"reasons": 50, "missing": 25, "several reasons": 8, "changes, of 1 facts": 8}),
    "patrol": Counter({"reasons": 35, "missing": 35, "several reasons": 15, "changes of any": 3}),
    "selection": Counter({"reasons": 70, "missing": 15, "several reasons": 5, "changes, of 2 facts": 30}),
    "selection and what only cautions": Counter({"reasons": 25, "missing": 7, "changes, of 2 facts": 10}),
    "selection by scales of fatigue": Counter({"reasons": 25, "missing": 6, "changes, of 2 facts": 10}),
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
