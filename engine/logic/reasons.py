"""Sufficient reasons: the minimal sets of known units that force a result, whatever all others are."""

from collections.abc import Iterator

from engine.logic.free_reasons import free_reasons
from engine.logic.freedom import are_free
from engine.logic.given_up import Effort, Searched, found_before, most_refuted
from engine.logic.hitting import Obstacle, minimal_sets
from engine.logic.solver import Literal, Solver
from engine.logic.steady import steadily
from engine.plan import Plan
from engine.units import Units


def sufficient_sets(
    plan: Plan, units: Units, result: str | None, limit: int | None = None
) -> tuple[tuple[frozenset[str], ...], bool]:
    """The minimal sets of known units of which this is true: everybody who has their values, and the assumed ones, has
    the result (an outcome, or None for no outcome). Smallest first, then by name, at most `limit`; every patient whose
    facts are known as in `units` must have the result. Also whether the search was given up, so that there may be more.
    """
    most = most_refuted(limit)
    if are_free(plan, units, ()):
        return found_before(free_reasons(plan, units, result, most), limit)

    def by(solver: Solver, most: int) -> Searched[frozenset[str]]:
        with solver.scope():
            return found_before(_sufficient(solver, units, result, most), limit)

    return steadily(plan, by, most)


def _sufficient(solver: Solver, units: Units, result: str | None, most: int) -> Iterator[frozenset[str]]:
    names = sorted(units.known.keys() & units.relevant)
    others = [*_given(solver, units), solver.no(solver.copies[0].results[result])]
    has = {name: solver.all(solver.at(name, units.known[name])) for name in names}
    effort = Effort(most, solver.spent)

    def obstacles(tried: frozenset[str]) -> list[Obstacle]:
        assumed = [*others, *(has[name] for name in sorted(tried))]
        if not solver.is_satisfiable(assumed):
            return []
        effort.refute()
        return [Obstacle(_differing(solver, assumed, has))]

    return minimal_sets(names, obstacles)


def _given(solver: Solver, units: Units) -> Iterator[Literal]:
    """What holds whichever units are given: what is assumed, and what follows from others."""
    for name, steps in units.assumed.items():
        yield from solver.at(name, steps)
    for name in units.bound:
        yield solver.computed(name)
    for name, number in units.follows.items():
        yield solver.computed(name)
        yield solver.ways(name)[number]


def _differing(solver: Solver, assumed: list[Literal], has: dict[str, Literal]) -> frozenset[str]:
    """Units of which every sufficient set has one: as few as can be that differ in a patient with another result."""
    differing = {name for name, literal in has.items() if not solver.holds(literal)}
    same = [*assumed, *(literal for name, literal in has.items() if name not in differing)]
    for name in sorted(differing):
        if name in differing and len(differing) > 1 and solver.is_satisfiable([*same, has[name]]):
            now_same = {each for each in differing if solver.holds(has[each])}
            same += [has[each] for each in sorted(now_same)]
            differing -= now_same
    return frozenset(differing)
