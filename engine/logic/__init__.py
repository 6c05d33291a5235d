"""The decision as formulas: what three-valued evaluation leaves open is asked of a solver.

`questions` says what can be asked, `solver` is the only file that imports z3. A solver that gives up within its
resource count raises `SolverLimit`; it never becomes a status.
"""

from engine.logic.questions import (
    deciding_sets,
    exclusive_groups,
    has_completion,
    is_possible,
    leaves_range,
    possible_results,
    results_of_anyone,
    unit_names,
)

__all__ = [
    "deciding_sets",
    "exclusive_groups",
    "has_completion",
    "is_possible",
    "leaves_range",
    "possible_results",
    "results_of_anyone",
    "unit_names",
]
