"""The patients of a region, decided again: what a box says of them, the engine must say too."""

from collections.abc import Mapping
from datetime import datetime

from engine.deciding import decide
from engine.diagnostics import Place
from engine.errors import InputRejected
from engine.guideline import GivenValue
from engine.patient import Facts
from engine.plan import Plan
from engine.trace import Trace

_PLACE = Place("facts")


def stated(plan: Plan, values: Mapping[str, int]) -> Facts:
    """The patient with these values, in steps, who states what the decision tests: all that its answer rests on."""
    tested = frozenset(plan.tested)
    given = {name: GivenValue(steps=values[name], place=_PLACE) for name in plan.names if name in tested}
    return Facts(given, place=_PLACE)


def decided_again(plan: Plan, values: Mapping[str, int], at: datetime) -> Trace | None:
    """What the engine decides of the patient with these values. None where it refuses them, which it does only where a
    formula that is counted free has no value in range for what is stated. Raises what `decide` raises."""
    try:
        return decide(plan.guideline, plan.decision.id, stated(plan, values), at=at)
    except InputRejected:
        return None
