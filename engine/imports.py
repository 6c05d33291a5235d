"""Imported decisions: what a decision of another guideline says of a fact, from what is known of the facts it shares
with ours. It is decided like any decision; its trace becomes a part of ours."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from engine.guideline import Fact, Import
from engine.known import Known, Resolved
from engine.plan import Plan, PlannedFact, PlannedImport
from engine.trace import FactTrace, Imported, Origin, Status, Trace

Decide = Callable[[Plan, Resolved, datetime], Trace | None]
"""How a decision is made of what is known; None where that has no completion."""


def imported_of(
    planned: PlannedFact, told: Mapping[str, FactTrace], untied: frozenset[str], at: datetime, decide: Decide
) -> tuple[tuple[Import, Imported], ...]:
    """What each imported decision that knows something, or needs to know nothing, says of a fact.

    `told` are the traces of at least the facts of ours that it is decided from, `untied` those that no formula binds.
    """
    said = ((each.imported, _said(planned.fact, each, told, untied, at, decide)) for each in planned.imports)
    return tuple((theirs, each) for theirs, each in said if each is not None)


def _said(
    fact: Fact,
    planned: PlannedImport,
    told: Mapping[str, FactTrace],
    untied: frozenset[str],
    at: datetime,
    decide: Decide,
) -> Imported | None:
    imported, plan = planned.imported, planned.plan
    known = [told[name] for name in planned.reads if told[name].value is not None]
    if not known and not imported.needs_nothing:
        return None
    traces = tuple([_as_theirs(imported, plan, name, told) for name in plan.names])
    values = {
        each.fact: plan.guideline.facts[each.fact].steps_of(each.value) for each in traces if each.value is not None
    }
    loose = frozenset(theirs for theirs, ours in imported.facts.items() if ours in untied)
    trace = decide(plan, Resolved(Known(values, loose), traces, ()), at)
    if trace is None:
        return None
    oldest = min((each.at for each in known if each.at is not None), default=None)
    value = _value(imported, trace)
    too_old = oldest is not None and fact.is_too_old(date.fromisoformat(oldest), at.date())
    return Imported(imported.title, None if value is None else fact.scalar_of(value), oldest, too_old, trace)


def _as_theirs(imported: Import, plan: Plan, name: str, told: Mapping[str, FactTrace]) -> FactTrace:
    """The trace of one of their facts: that of ours under their name, or the value that is certain here."""
    if name in imported.values:
        fact = plan.guideline.facts[name]
        return FactTrace(name, fact.scalar_of(imported.values[name]), fact.unit, Origin.FIXED)
    return told[imported.facts[name]]._replace(fact=name, computed=(), imported=())


def _value(imported: Import, trace: Trace) -> int | None:
    """The value that the result of an imported decision stands for, in steps; None where it needs information. A gap
    that no patient has shows only where something impossible is given, which is refused elsewhere."""
    return None if trace.status is Status.NEEDS_INFORMATION else imported.results.get(trace.outcome)


def possible_values(imported: Import, trace: Trace) -> frozenset[int]:
    """The values that the results which an imported decision leaves possible stand for, in steps."""
    left: list[str | None] = [*trace.possible_outcomes]
    if trace.may_be_not_covered or trace.status is Status.NOT_COVERED:
        left.append(None)
    return frozenset(imported.results[result] for result in left if result in imported.results)
