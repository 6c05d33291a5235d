"""The decision as formulas: what three-valued evaluation leaves open is asked of a solver.

`questions` says what can be asked, `reasons` and `changes` find minimal sets, `regions` describe patients as boxes,
`patients` looks for partly known ones, `encoding` has the formulas, `solver` what is asked of them. `free_reasons` and
`free_changes` evaluate many patients at once where facts are free of one another. Only this room imports z3. A solver
that gives up within its resource count raises `SolverLimit`; it never becomes a status.
"""

from engine.logic.asked import Literal
from engine.logic.changes import least_changes
from engine.logic.circuits import settled_cells
from engine.logic.draws import Draws, draws
from engine.logic.encoding import Concluded
from engine.logic.patients import FoundPatient, Patients
from engine.logic.product import Dimension, Kind, Move, MovedBox, Moves, Refused, ToldMove, Turn, moves_of
from engine.logic.proofs import ALWAYS, NEVER, Proofs
from engine.logic.proposals import Proposal
from engine.logic.questions import (
    deciding_sets,
    deciding_ways,
    exclusive_groups,
    has_completion,
    is_possible,
    leaves_range,
    possible_by_start,
    possible_results,
    resting_on,
    results_of_anyone,
    truth_in_completions,
    turning_units,
    unit_names,
)
from engine.logic.reasons import sufficient_sets
from engine.logic.regions import Box, Extent, Region, extent_of, region_of
from engine.logic.wanted import Every, Fires, Meets, Never, ResultIs, Wanted
from engine.logic.witnesses import least_completion

__all__ = [
    "ALWAYS",
    "NEVER",
    "Box",
    "Concluded",
    "Dimension",
    "Draws",
    "Every",
    "Extent",
    "Fires",
    "FoundPatient",
    "Kind",
    "Literal",
    "Meets",
    "Move",
    "MovedBox",
    "Moves",
    "Never",
    "Patients",
    "Proofs",
    "Proposal",
    "Refused",
    "Region",
    "ResultIs",
    "ToldMove",
    "Turn",
    "Wanted",
    "deciding_sets",
    "deciding_ways",
    "draws",
    "exclusive_groups",
    "extent_of",
    "has_completion",
    "is_possible",
    "least_changes",
    "least_completion",
    "leaves_range",
    "moves_of",
    "possible_by_start",
    "possible_results",
    "region_of",
    "resting_on",
    "results_of_anyone",
    "settled_cells",
    "sufficient_sets",
    "truth_in_completions",
    "turning_units",
    "unit_names",
]
