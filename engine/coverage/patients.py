"""What a goal asks of a patient, as the solver is asked it."""

from engine.coverage.goals import Goal, Kind
from engine.logic import Literal, Patients
from engine.truth import TRUE


def asked_for(patients: Patients, goal: Goal) -> Literal:
    """What a patient must be like to meet a goal."""
    if goal.truth is None or goal.leaf is None:
        if goal.name is not None and goal.steps is not None:
            return patients.has_value(goal.name, goal.steps)
        return patients.fires(goal.rule) if goal.truth is TRUE else patients.is_silent(goal.rule)
    ask = patients.decides_alone if goal.kind is Kind.ALONE else patients.comes_out
    return ask(goal.rule, goal.leaf, goal.truth)
