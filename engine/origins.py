"""Where a value comes from: given; else the first derivation whose inputs are all known; else assumed; else unknown.

An observation older than its fact's `max_age` is stale: it may be derived anew but is never replaced by an assumption.
A derivation is as old as the oldest dated observation in it. What cannot be an input of any decision (a date in the
future, a formula without a value, a derived value out of range) becomes diagnostics.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from engine.diagnostics import Diagnostics, Place, counted
from engine.formulas import Undefined
from engine.guideline import Derivation, Fact, GivenValue
from engine.known import Known
from engine.numbers import rounded
from engine.plan import Plan
from engine.trace import CautionKind, Computed, FactTrace, GivenCaution, Origin


@dataclass(frozen=True, slots=True)
class Resolved:
    """What is known of a patient, the facts' traces by id, the cautions their values raise."""

    known: Known
    traces: tuple[FactTrace, ...]
    cautions: tuple[GivenCaution, ...]

    @property
    def values(self) -> Mapping[str, int]:
        return self.known.values


class _Value(NamedTuple):
    """A known value: its steps, the oldest date in it, whether a part of it has no date, where it was written."""

    steps: int
    at: date | None
    undated: bool
    place: Place


class _Attempt(NamedTuple):
    """A derivation that could be computed."""

    derivation: Derivation
    value: _Value
    stale: bool


@dataclass(slots=True)
class _Reading:
    """What has been resolved so far, fact by fact; `known` has what derivations may read,
    `oldest` how far back what is known of an unknown derived fact goes."""

    plan: Plan
    today: date
    diagnostics: Diagnostics
    values: dict[str, int] = field(default_factory=dict)
    known: dict[str, _Value] = field(default_factory=dict)
    traces: dict[str, FactTrace] = field(default_factory=dict)
    oldest: dict[str, date] = field(default_factory=dict)
    untied: set[str] = field(default_factory=set)
    cautions: list[GivenCaution] = field(default_factory=list)


def resolve(plan: Plan, given: Mapping[str, GivenValue], today: date, diagnostics: Diagnostics) -> Resolved:
    """The facts that play a part in the plan's decision, as they are known on `today`."""
    reading = _Reading(plan, today, diagnostics)
    values, told, inputs = reading.values, reading.traces, plan.inputs
    for planned in plan.facts:
        name = planned.fact.id
        observed = given.get(name)
        if observed is not None and observed.at is not None and observed.at > today:
            _note_future(reading, planned.fact, observed)
        if not planned.is_plain:
            _resolve_fact(reading, planned.fact, observed)
        elif observed is None:
            _do_without(reading, planned.fact)
        else:
            values[name] = steps = observed.steps
            told[name] = trace = planned.told(steps)
            if observed.at is not None or observed.note is not None:
                told[name] = trace._replace(at=_date(observed.at), note=observed.note)
            if name in inputs:
                reading.known[name] = _Value(steps, observed.at, observed.at is None, observed.place)
    traces = reading.traces
    return Resolved(
        known=Known(reading.values, frozenset(reading.untied)),
        traces=tuple([traces[name] for name in plan.names]),
        cautions=tuple(sorted(reading.cautions, key=lambda caution: (caution.kind.value, caution.facts))),
    )


def _do_without(reading: _Reading, fact: Fact) -> None:
    """A fact that is not given, nor derived: assumed or unknown."""
    if fact.assume is None:
        reading.traces[fact.id] = FactTrace(fact.id, None, fact.unit, Origin.UNKNOWN)
        return
    reading.traces[fact.id] = FactTrace(fact.id, fact.scalar_of(fact.assume), fact.unit, Origin.ASSUMED)
    reading.values[fact.id] = fact.assume
    reading.known[fact.id] = _assumed(fact.assume)


def _resolve_fact(reading: _Reading, fact: Fact, given: GivenValue | None) -> None:
    attempts = tuple(_attempts(reading, fact))
    observed = None if given is None else _Value(given.steps, given.at, given.at is None, given.place)
    is_stale = observed is not None and _is_stale(fact, observed, reading.today)
    fresh = [attempt for attempt in attempts if not attempt.stale]
    if observed is not None and not is_stale:
        origin, value, derivation = Origin.GIVEN, observed, None
    elif fresh:
        origin, value, derivation = Origin.DERIVED, fresh[0].value, fresh[0].derivation.title
    elif is_stale or attempts:
        origin, value, derivation = Origin.STALE, None, None
    elif fact.assume is not None:
        origin, value, derivation = Origin.ASSUMED, _assumed(fact.assume), None
    else:
        origin, value, derivation = Origin.UNKNOWN, None, None
    reading.traces[fact.id] = _trace(fact, given, origin, value, derivation, attempts)
    if value is not None:
        reading.known[fact.id], reading.values[fact.id] = value, value.steps
        _note_cautions(reading, fact, value, observed if not is_stale else None, fresh)
    else:
        _note_partly_known(reading, fact)


def _note_partly_known(reading: _Reading, fact: Fact) -> None:
    """Notes how old the known part of an unknown derived fact is, and whether that is too old to bind it."""
    read = sorted({name for each in fact.derived for name in each.formula.facts})
    dates = [reading.known[name].at if name in reading.known else reading.oldest.get(name) for name in read]
    oldest = min((at for at in dates if at is not None), default=None)
    if oldest is not None:
        reading.oldest[fact.id] = oldest
        if _is_too_old(fact, oldest, reading.today):
            reading.untied.add(fact.id)


def _assumed(steps: int) -> _Value:
    return _Value(steps, None, False, Place(""))


def _note_future(reading: _Reading, fact: Fact, given: GivenValue) -> None:
    message = f"`{fact.id}` is dated {given.at}, after the decision's date {reading.today}"
    help = "correct the date, or decide with a later `at`"
    reading.diagnostics.add("patient.future_date", message, given.place, help)


def _is_stale(fact: Fact, value: _Value, today: date) -> bool:
    return value.at is not None and _is_too_old(fact, value.at, today)


def _is_too_old(fact: Fact, at: date, today: date) -> bool:
    return fact.max_age_days is not None and (today - at).days > fact.max_age_days


def _attempts(reading: _Reading, fact: Fact) -> Iterator[_Attempt]:
    for derivation in fact.derived:
        inputs = {name: reading.known[name] for name in derivation.formula.facts if name in reading.known}
        if len(inputs) == len(derivation.formula.facts):
            value = _computed(reading, fact, derivation, inputs)
            if value is not None:
                yield _Attempt(derivation, value, _is_stale(fact, value, reading.today))


def _computed(reading: _Reading, fact: Fact, derivation: Derivation, inputs: Mapping[str, _Value]) -> _Value | None:
    dates = [value.at for value in inputs.values() if value.at is not None]
    place = min((value.place for value in inputs.values() if value.place.file), default=Place("the facts"))
    undated = any(value.undated for value in inputs.values())
    steps = _derived_steps(reading, fact, derivation, inputs, place)
    return None if steps is None else _Value(steps, min(dates, default=None), undated, place)


def _derived_steps(
    reading: _Reading, fact: Fact, derivation: Derivation, inputs: Mapping[str, _Value], place: Place
) -> int | None:
    facts = reading.plan.guideline.facts
    try:
        exact = derivation.formula.value({name: facts[name].exact(value.steps) for name, value in inputs.items()})
    except Undefined as undefined:
        message = f"{derivation.title} cannot be computed from {_stated(facts, inputs)}: {undefined}"
        reading.diagnostics.add("patient.undefined_formula", message, place, "correct the facts it is computed from")
        return None
    steps = rounded(exact, fact.decimals)
    if fact.low <= steps <= fact.high:
        return steps
    computed = f"{derivation.title} computed from {_stated(facts, inputs)} is {fact.text_of(steps)}"
    message = f"{computed}, outside the range of `{fact.id}`"
    help = f"`{fact.id}` runs from {fact.text_of(fact.low)} to {fact.text_of(fact.high)}: correct the facts"
    reading.diagnostics.add("patient.derived_out_of_range", message, place, help)
    return None


def _stated(facts: Mapping[str, Fact], inputs: Mapping[str, _Value]) -> str:
    return ", ".join(f"`{name}` {facts[name].text_of(value.steps)}" for name, value in sorted(inputs.items()))


def _trace(
    fact: Fact,
    given: GivenValue | None,
    origin: Origin,
    value: _Value | None,
    derivation: str | None,
    attempts: tuple[_Attempt, ...],
) -> FactTrace:
    stale = given if origin is not Origin.GIVEN else None
    return FactTrace(
        fact=fact.id,
        value=None if value is None else fact.scalar_of(value.steps),
        unit=fact.unit,
        origin=origin,
        at=None if value is None else _date(value.at),
        note=None if given is None else given.note,
        stale_value=None if stale is None else fact.scalar_of(stale.steps),
        stale_at=None if stale is None else _date(stale.at),
        derivation=derivation,
        computed=tuple(
            Computed(
                attempt.derivation.title,
                fact.scalar_of(attempt.value.steps),
                attempt.derivation.formula.facts,
                _date(attempt.value.at),
                attempt.stale,
            )
            for attempt in attempts
        ),
    )


def _date(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _note_cautions(
    reading: _Reading, fact: Fact, value: _Value, observed: _Value | None, fresh: list[_Attempt]
) -> None:
    if fact.max_age_days is not None and value.undated:
        title = fact.title[:1].upper() + fact.title[1:]
        text = f"{title} carries no date: it counts as no older than {counted(fact.max_age_days, 'day')}."
        reading.cautions.append(GivenCaution(CautionKind.UNDATED, text, facts=(fact.id,)))
    named = [("given", observed.steps)] if observed is not None else []
    named += [(attempt.derivation.title, attempt.value.steps) for attempt in fresh]
    steps = [each for _, each in named]
    if fact.agree_within is not None and steps and max(steps) - min(steps) > fact.agree_within:
        listed = ", ".join(f"{name} {fact.text_of(each)}" for name, each in named)
        text = f"The values of {fact.title} differ by more than {fact.text_of(fact.agree_within)}: {listed}."
        reading.cautions.append(GivenCaution(CautionKind.DISAGREEMENT, text, facts=(fact.id,)))
