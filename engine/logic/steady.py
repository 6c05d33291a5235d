"""A search that is given up at the same place whatever was asked before."""

from collections.abc import Callable

from engine.logic.given_up import Found, Searched
from engine.logic.solver import ONE, Solver, encodings
from engine.plan import Plan

EASY = 10
"""What part of a search is left to the solver of earlier patients: one in so many."""


def steadily(plan: Plan, search: Callable[[Solver, int], Searched[Found]], most: int) -> Searched[Found]:
    """A search that may refute `most`. The solver of earlier patients knows much already and answers most searches at
    once; but where it gives one up depends on what it was asked before. So what it does not find within a tenth of
    that is searched for anew, by a solver that was asked nothing yet."""
    found, is_partial = search(encodings(plan).solver(ONE), most // EASY)
    return search(Solver(plan, (ONE,)), most) if is_partial else (found, False)
