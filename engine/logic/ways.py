"""By which of its formulas a linear fact is computed once some units have new values: by the first all of whose inputs
are then known, and none too old. Mirrors what `engine.origins` does with the patient as a whole."""

from collections.abc import Collection, Mapping
from datetime import date

from engine.guideline import Derivation
from engine.plan import Plan
from engine.units import Units

Dates = dict[str, date | None]
"""For each known fact the oldest date in it."""


def ways_with(plan: Plan, units: Units, changed: Collection[str]) -> Mapping[str, int | None]:
    """For each linear fact that is not stated, the number of the formula that gives its value once these units have
    new ones; None where none does."""
    dates = _stated(units, changed)
    ways: dict[str, int | None] = {}
    for planned in plan.facts:
        fact = planned.fact
        if fact.id in plan.linear and fact.id not in dates and fact.id not in units.unknown:
            ways[fact.id] = None
            for number, derivation in enumerate(fact.derived):
                if derivation.formula.facts and not set(derivation.formula.facts) <= dates.keys():
                    continue
                oldest = _oldest(derivation, dates)
                if oldest is None or not fact.is_too_old(oldest, units.today):
                    ways[fact.id], dates[fact.id] = number, oldest
                    break
    return ways


def switching(plan: Plan, units: Units, name: str, way: int | None) -> frozenset[str]:
    """The units whose change could make a linear fact follow by an earlier formula, or by any at all."""
    fact = plan.guideline.facts[name]
    found: set[str] = set()
    waiting = [read for derivation in fact.derived[:way] for read in derivation.formula.facts]
    while waiting:
        read = waiting.pop()
        if read not in found:
            found.add(read)
            waiting += plan.guideline.facts[read].reads if read in plan.linear else ()
    return frozenset(found)


def _stated(units: Units, changed: Collection[str]) -> Dates:
    dates: Dates = dict.fromkeys((*units.assumed, *changed))
    for name in units.known.keys() - set(changed):
        at = units.traces[name].at
        dates[name] = None if at is None else date.fromisoformat(at)
    return dates


def _oldest(derivation: Derivation, dates: Dates) -> date | None:
    return min((at for name in derivation.formula.facts if (at := dates[name]) is not None), default=None)
