"""A decided patient with other values: the facts of which the engine decides a proposed change again."""

from collections.abc import Collection, Mapping
from datetime import date

from engine.diagnostics import Place
from engine.guideline import GivenValue
from engine.patient import Facts
from engine.plan import Plan
from engine.trace import FactTrace, Origin
from engine.units import Units

_PLACE = Place("facts")


def restated(plan: Plan, units: Units, values: Mapping[str, int]) -> Facts:
    """The patient with new values of some units, in steps. What those were computed from is left out if nothing else
    uses it and nothing would be assumed in its place; a unit that is computed from something changed, or assumed in its
    place, is stated as it was."""
    left_out = dropped(plan, values.keys())
    given = {name: given for name in units.traces if name not in left_out and (given := _given(plan, units, name))}
    given |= {name: _stated(plan, units.traces[name]) for name in _resting_on(plan, units, values.keys())}
    given |= {name: GivenValue(steps=steps, place=_PLACE) for name, steps in values.items()}
    return Facts(dict(sorted(given.items())), place=_PLACE)


def _given(plan: Plan, units: Units, name: str) -> GivenValue | None:
    """What was given of a fact, also where it was too old to be used."""
    traced, fact = units.traces[name], plan.guideline.facts[name]
    if traced.stale_value is not None:
        at = None if traced.stale_at is None else date.fromisoformat(traced.stale_at)
        return GivenValue(steps=fact.steps_of(traced.stale_value), at=at, note=traced.note, place=_PLACE)
    return _stated(plan, traced) if traced.origin is Origin.GIVEN else None


def _stated(plan: Plan, traced: FactTrace) -> GivenValue:
    assert traced.value is not None
    at = None if traced.at is None else date.fromisoformat(traced.at)
    steps = plan.guideline.facts[traced.fact].steps_of(traced.value)
    return GivenValue(steps=steps, at=at, note=traced.note, place=_PLACE)


def dropped(plan: Plan, changed: Collection[str]) -> frozenset[str]:
    """The changed units, and what only these are computed from, unless something would be assumed in its place."""
    used = frozenset(plan.tested) | plan.exclusive | set(plan.decision.beside)
    found = set(changed)
    for planned in reversed(plan.facts):
        name = planned.fact.id
        is_only_read = name in plan.readers and plan.readers[name] <= found and name not in used
        if is_only_read and planned.fact.assume is None:
            found.add(name)
    return frozenset(found)


def computed_anew(plan: Plan, changed: Collection[str]) -> frozenset[str]:
    """What is left out with changed units although it may follow from what is not: its value may then be another, and
    one for which a formula has none."""
    left_out = dropped(plan, changed) - set(changed)
    return frozenset(name for name in left_out if plan.guideline.facts[name].reads)


def _resting_on(plan: Plan, units: Units, changed: Collection[str]) -> frozenset[str]:
    """The units that are not changed themselves but are computed or decided from something that is."""
    resting: set[str] = set(changed)
    for planned in plan.facts:
        if planned.reads & resting:
            resting.add(planned.fact.id)
    is_stated = units.known.keys() | units.assumed.keys()
    return frozenset(resting & is_stated - set(changed))
