"""Why changed values are no possible input: a formula all of whose inputs are then stated has no value in its range."""

from collections.abc import Collection, Iterable, Mapping

from engine.formulas import Undefined
from engine.guideline import Derivation, Fact
from engine.numbers import rounded
from engine.plan import Plan
from engine.restated import dropped
from engine.units import Units


def stated_with(plan: Plan, units: Units, changed: Collection[str]) -> frozenset[str]:
    """The units that have a value once some have new ones: but for those left out because only these read them."""
    left = frozenset(units.known.keys() - dropped(plan, changed))
    return left | units.assumed.keys() | frozenset(changed)


def readers(plan: Plan, name: str) -> frozenset[str]:
    """What is computed or decided from a fact, however far: only where that is changed can the fact be left out."""
    found: set[str] = set()
    for planned in plan.facts:  # each after what it reads
        if planned.reads & (found | {name}):
            found.add(planned.fact.id)
    return frozenset(found)


def may_follow_otherwise(plan: Plan, units: Units, movable: Iterable[str]) -> bool:
    """Whether a change could have a fact assumed that is not known now, because others leave its assumption out; or one
    follow from others that does not now, because they are too old."""
    facts, too_old = plan.guideline.facts, plan.bound & set(units.unknown)
    unknown = {name for name in units.relevant if units.traces[name].value is None}
    otherwise = {name for name in unknown if facts[name].assume is not None or name in too_old}
    return bool(otherwise) and any(not otherwise.isdisjoint(readers(plan, name)) for name in movable)


def refusing(plan: Plan, units: Units, values: Mapping[str, int]) -> tuple[str, ...]:
    """The inputs of the first formula that no patient with these values, in steps, can have; none where there is no
    such formula among those whose inputs are all units."""
    known = {**units.assumed, **units.known, **values}
    stated = {name: known[name] for name in stated_with(plan, units, values)}
    for planned in plan.facts:
        for derivation in planned.fact.derived:
            if stated.keys() >= set(derivation.formula.facts) and not _fits(plan, planned.fact, derivation, stated):
                return derivation.formula.facts
    return ()


def _fits(plan: Plan, fact: Fact, derivation: Derivation, values: Mapping[str, int]) -> bool:
    facts = plan.guideline.facts
    try:
        exact = derivation.formula.value({name: facts[name].exact(values[name]) for name in derivation.formula.facts})
    except Undefined:
        return False
    return fact.low <= rounded(exact, fact.decimals) <= fact.high
