"""Grids: every patient of whom each of some facts is in one of its cells or unknown, and what is held against brute
force of each of them.

A quick run takes points spread evenly over the whole product, the same in every run. With CANDOR_CAMPAIGN=1 in the
environment every point is taken, or of n slices the one that CANDOR_SLICE=i/n names (i from 1 to n).
"""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import gcd, prod

from engine import logic
from engine.plan import plan_of
from engine.trace import Status
from explain.asking import known_of, questions
from explain.changes import changes_of
from explain.reading import Reading
from explain.reasons import reasons_of
from tests.explained_worlds import CAMPAIGN, BuiltIn, built_in, cell_values, changeable, reading
from tests.oracle import Given
from tests.oracle.reasons import smallest_first
from tests.oracle.standing import Standing, Tables
from tests.oracle.tables import World
from tests.worlds import value_of

LOG = logging.getLogger(__name__)
SLICE = os.environ.get("CANDOR_SLICE", "1/1")
Point = Mapping[str, Given]


@dataclass(frozen=True, slots=True)
class Grid:
    """The facts of a decision that may be given, and how many points a quick run takes; of every so many-th point the
    changes of any facts are compared too, not only those of changeable ones."""

    folder: str
    decision: str
    names: tuple[str, ...]
    quick: int
    thorough: int
    is_known: bool = False
    """Whether each of these facts is given at every point."""

    @property
    def world(self) -> BuiltIn:
        return built_in(self.folder, self.decision)

    @property
    def given(self) -> Mapping[str, tuple[Given, ...]]:
        """What may be given of each fact, None for unknown."""
        unknown = () if self.is_known else (None,)
        return {name: (*unknown, *cell_values(self.world, name)) for name in self.names}

    @property
    def total(self) -> int:
        return prod(len(values) for values in self.given.values())

    @property
    def step(self) -> int:
        """About 0.618 of the total, and prime to it: its multiples run through all numbers, evenly at any time."""
        step = max(1, round(self.total * 0.6180339887))
        while gcd(step, self.total) != 1:
            step += 1
        return step

    def numbers(self) -> Iterator[int]:
        """The numbers of the points to take, spread so that those of any stretch differ in all facts."""
        total, step = self.total, self.step
        if not CAMPAIGN:
            yield from (place * step % total for place in range(min(self.quick, total)))
            return
        part, parts = map(int, SLICE.split("/"))
        yield from (place * step % total for place in range(total * (part - 1) // parts, total * part // parts))

    def points(self) -> Iterator[tuple[int, Point]]:
        """Each of these points, counted from 1."""
        given = self.given
        for done, number in enumerate(self.numbers(), 1):
            left, point = number, dict[str, Given]()
            for name, values in given.items():
                left, place = divmod(left, len(values))
                if values[place] is not None:
                    point[name] = values[place]
            yield done, point


@cache
def tables(folder: str, decision: str) -> Tables:
    """The tables of a built-in decision, kept while tests run."""
    world = built_in(folder, decision)
    return Tables(World(world.trees, decision, world.others))


def compared(grid: Grid) -> Counter[str]:
    """Compares every point that is to be taken; how many comparisons of each kind there were."""
    world, found = grid.world, Counter[str]()
    for done, point in grid.points():
        standing = tables(grid.folder, grid.decision).standing(point)
        read = reading(world.guideline, world.decision, point)
        found["points"] += 1
        if read is None:
            assert not standing.results, f"{point} is rejected, but can be {standing.results}"
            found["impossible"] += 1
            continue
        assert_answer(read, standing, point, found)
        assert_changes(world, read, standing, point, done % grid.thorough == 0, found)
        if done % 1_000 == 0:
            LOG.info("%s/%s, slice %s: %s", grid.folder, grid.decision, SLICE, dict(found))
    LOG.info("%s/%s, slice %s, of %d points: %s", grid.folder, grid.decision, SLICE, grid.total, dict(found))
    return found


def assert_answer(read: Reading, standing: Standing, point: Point, found: Counter[str]) -> None:
    """The status and outcome, and what decided it or what is missing."""
    trace = read.trace
    uncovered = [None] if trace.may_be_not_covered or trace.status is Status.NOT_COVERED else []
    told = frozenset([*trace.possible_outcomes, *([trace.outcome] if trace.outcome else []), *uncovered])
    assert told == standing.results, f"{told} for {point}, not {standing.results}"
    if trace.status is not Status.NEEDS_INFORMATION:
        found["reasons"] += 1
        sets, expected = reasons_of(read, limit=None).sets, standing.sufficient_reasons(trace.outcome)
        found["several reasons"] += len(sets) > 1
        assert sets == smallest_first(expected), f"{sets} for {point}, not {expected}"
        return
    found["missing"] += 1
    plan, known = plan_of(read.guideline, read.decision.id), known_of(read)
    matter = frozenset[str]().union(*logic.deciding_sets(plan, known, logic.draws(plan, known)))
    expected = standing.deciding_sets()
    assert matter == frozenset[str]().union(*expected), f"{sorted(matter)} for {point}, not {expected}"
    found["missing, open"] += bool(standing.table.is_open)
    found["missing together"] += any(len(each) > 1 for each in expected)
    if found["missing"] % 10 == 1:  # the questions are made of the same sets
        assert questions(read), f"nothing is asked of {point}"


def assert_changes(
    world: BuiltIn, read: Reading, standing: Standing, point: Point, is_thorough: bool, found: Counter[str]
) -> None:
    """The changes of changeable facts to each outcome; of any facts too, unless the inputs of open facts are among
    them."""
    wide = is_thorough and not standing.table.is_open
    for outcome in world.outcomes:
        for including_fixed in (False, True) if wide else (False,):
            movable = standing.movable(None if including_fixed else changeable(world.trees))
            expected = standing.minimal_changes(outcome, movable)
            changes = changes_of(read, outcome, including_fixed=including_fixed, limit=None)
            assert not changes.is_partial, f"not every possibility was tried for {point}"
            told = [{move.fact: value_of(move.after) for move in change.moves} for change in changes.changes]
            assert told == list(expected), f"{told} to {outcome} for {point}, not {expected}"
            kind = "changes of any" if including_fixed else "changes"
            found[kind] += 1
            found[f"{kind}, of {max(map(len, expected), default=0)} facts"] += 1
