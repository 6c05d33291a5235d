"""The decision as formulas: what three-valued evaluation leaves open is asked of a solver.

`questions` says what can be asked, `reasons` and `changes` find minimal sets, `encoding` has the formulas, `solver`
what is asked of them. Only this room imports z3. A solver that gives up within its resource count raises `SolverLimit`;
it never becomes a status.
"""

from engine.logic.changes import Proposal, least_changes
from engine.logic.proofs import ALWAYS, NEVER, Proofs
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
from engine.logic.reasons import sufficient_sets
from engine.logic.solver import Literal, touched_rules
from engine.logic.witnesses import least_completion

__all__ = [
    "ALWAYS",
    "NEVER",
    "Literal",
    "Proofs",
    "Proposal",
    "deciding_sets",
    "exclusive_groups",
    "has_completion",
    "is_possible",
    "least_changes",
    "least_completion",
    "leaves_range",
    "possible_results",
    "results_of_anyone",
    "sufficient_sets",
    "touched_rules",
    "unit_names",
]
