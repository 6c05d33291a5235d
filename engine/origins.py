"""Where a value comes from: given; else the first derivation whose inputs are all known, or the first imported decision
that has an answer; else assumed; else unknown.

An observation older than its fact's `max_age` is stale: it may be derived anew but is never replaced by an assumption.
A derivation, or an import, is as old as the oldest dated observation in it. What cannot be an input of any decision (a
date in the future, a formula without a value, a derived value out of range) becomes diagnostics.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from engine.as_of import AsOf
from engine.diagnostics import Diagnostics, Place, counted
from engine.evaluation import KEPT
from engine.formulas import Undefined
from engine.guideline import Derivation, Fact, GivenValue, Import
from engine.imports import Decide, imported_of, possible_values
from engine.known import Known, Resolved
from engine.numbers import rounded
from engine.plan import Plan, PlannedFact
from engine.trace import CautionKind, Computed, FactTrace, GivenCaution, Imported, Origin


class _Value(NamedTuple):
    """A known value: its steps, the oldest date in it, whether a part of it has no date, where it was written."""

    steps: int
    at: date | None
    undated: bool
    place: Place


class _Attempt(NamedTuple):
    """A derivation that could be computed, or an imported decision that has an answer, by its title."""

    title: str
    value: _Value
    stale: bool
    inputs: tuple[str, ...] = ()
    is_computed: bool = True


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


def resolve(
    plan: Plan, given: Mapping[str, GivenValue], at: datetime, diagnostics: Diagnostics, decide: Decide
) -> Resolved:
    """The facts that play a part in the plan's decision, as they are known on the day of `at`."""
    today, as_of = at.date(), AsOf(at.date(), plan.cells)
    known = {name: _assumed(steps) for name, steps in plan.assumed.items()}
    reading = _Reading(plan, today, diagnostics, dict(plan.assumed), known, dict(plan.absent))
    for name, observed in given.items():
        as_of.note_later(name, observed.at, observed.place, diagnostics)
        if (planned := plan.plain.get(name)) is not None:
            _take(reading, planned, observed)
    for planned in plan.computed:
        name, told = planned.fact.id, reading.traces
        is_idle = planned.reads.isdisjoint(reading.values) and planned.reads.isdisjoint(reading.oldest)
        if planned.is_simple and is_idle:
            told[name] = planned.absent
            if name in given:
                _take(reading, planned, given[name])
            elif planned.fact.assume is not None:
                reading.values[name], reading.known[name] = planned.fact.assume, _assumed(planned.fact.assume)
        elif planned.stands_alone and name not in given:
            _decide_alone(reading, planned, at, decide)
        else:
            imported = imported_of(planned, told, frozenset(reading.untied), at, decide) if planned.imports else ()
            _resolve_fact(reading, planned, given.get(name), imported)
    traces = reading.traces
    return Resolved(
        known=Known(reading.values, frozenset(reading.untied)),
        traces=tuple([traces[name] for name in plan.names]),
        cautions=tuple(sorted(reading.cautions, key=lambda caution: (caution.kind.value, caution.facts))),
    )


Alone = tuple[FactTrace, int | None, tuple[GivenCaution, ...]]
"""A fact's trace, its value in steps where it is known, the cautions that its values raise."""


class _DecidedAlone:
    """What imports say of one fact that stands alone. It follows from the traces of the facts that they read, and the
    latest answers are kept."""

    def __init__(self, plan: Plan, planned: PlannedFact, decide: Decide) -> None:
        self._plan, self._planned, self._decide = plan, planned, decide
        self.reads = tuple(sorted(planned.reads))
        self.answer = lru_cache(maxsize=KEPT)(self._answer)

    def _answer(
        self, told: tuple[FactTrace, ...], untied: frozenset[str], at: datetime, offset: timedelta | None
    ) -> Alone:
        """`offset` is that of `at`: instants that are equal need not be on the same day."""
        name, traces = self._planned.fact.id, dict(zip(self.reads, told, strict=True))
        reading = _Reading(self._plan, at.date(), Diagnostics(), traces=traces)
        _resolve_fact(reading, self._planned, None, imported_of(self._planned, traces, untied, at, self._decide))
        return reading.traces[name], reading.values.get(name), tuple(reading.cautions)


def _decide_alone(reading: _Reading, planned: PlannedFact, at: datetime, decide: Decide) -> None:
    plan, name = reading.plan, planned.fact.id
    place = f"{plan.decision.id}?{name}"
    kept = plan.guideline.keep(_DecidedAlone, place, lambda: _DecidedAlone(plan, planned, decide))
    told = tuple([reading.traces[read] for read in kept.reads])
    reading.traces[name], steps, cautions = kept.answer(
        told, planned.reads.intersection(reading.untied), at, at.utcoffset()
    )
    reading.cautions += cautions
    if steps is not None:
        reading.values[name] = steps


def _take(reading: _Reading, planned: PlannedFact, observed: GivenValue) -> None:
    """A fact that is given and neither grows old nor can be held against another value."""
    name, steps = planned.fact.id, observed.steps
    reading.values[name] = steps
    reading.traces[name] = trace = planned.told(steps)
    if observed.at is not None or observed.note is not None:
        reading.traces[name] = trace._replace(at=_date(observed.at), note=observed.note)
    if name in reading.plan.readers:
        reading.known[name] = _Value(steps, observed.at, observed.at is None, observed.place)


def _resolve_fact(
    reading: _Reading, planned: PlannedFact, given: GivenValue | None, imported: tuple[tuple[Import, Imported], ...]
) -> None:
    fact = planned.fact
    attempts = (*_attempts(reading, fact), *_answers(reading, fact, imported))
    observed = None if given is None else _Value(given.steps, given.at, given.at is None, given.place)
    is_stale = observed is not None and _is_stale(fact, observed, reading.today)
    if given is not None and not is_stale and not attempts and not imported:
        _take(reading, planned, given)
        _note_undated(reading, fact, given.at is None, given.at)
        return
    fresh = [attempt for attempt in attempts if not attempt.stale]
    if observed is not None and not is_stale:
        origin, value, derivation = Origin.GIVEN, observed, None
    elif fresh:
        origin, value, derivation = Origin.DERIVED, fresh[0].value, fresh[0].title
    elif is_stale or attempts:
        origin, value, derivation = Origin.STALE, None, None
    elif fact.assume is not None and not _excluding(fact.assume, imported):
        origin, value, derivation = Origin.ASSUMED, _assumed(fact.assume), None
    else:
        origin, value, derivation = Origin.UNKNOWN, None, None
    reading.traces[fact.id] = _trace(
        fact, given, origin, value, derivation, attempts, tuple(each for _, each in imported)
    )
    if value is not None:
        reading.known[fact.id], reading.values[fact.id] = value, value.steps
        _note_cautions(reading, fact, value, observed if not is_stale else None, fresh)
        for said in _excluding(value.steps, [each for each in imported if each[1].value is None]):
            text = f"{said.title} leaves no room for this value of {fact.title}: {fact.title_of(value.steps)}."
            reading.cautions.append(GivenCaution(CautionKind.DISAGREEMENT, text, facts=(fact.id,)))
        for said in (said for _, said in imported if said.title == derivation):
            reading.cautions += _cautions_of(fact, said)
    else:
        _note_partly_known(reading, fact)


def _excluding(steps: int, imported: Iterable[tuple[Import, Imported]]) -> list[Imported]:
    """The imported decisions that, from what they know, can no longer come to this value."""
    return [said for theirs, said in imported if steps not in possible_values(theirs, said.trace)]


def _note_partly_known(reading: _Reading, fact: Fact) -> None:
    """Notes how old the known part of an unknown derived fact is, and whether that is too old to bind it."""
    dates = [reading.known[name].at if name in reading.known else reading.oldest.get(name) for name in fact.reads]
    oldest = min((at for at in dates if at is not None), default=None)
    if oldest is not None:
        reading.oldest[fact.id] = oldest
        if fact.is_too_old(oldest, reading.today):
            reading.untied.add(fact.id)


def _assumed(steps: int) -> _Value:
    return _Value(steps, None, False, Place(""))


def _is_stale(fact: Fact, value: _Value, today: date) -> bool:
    return value.at is not None and fact.is_too_old(value.at, today)


def _attempts(reading: _Reading, fact: Fact) -> Iterator[_Attempt]:
    for derivation in fact.derived:
        inputs = {name: reading.known[name] for name in derivation.formula.facts if name in reading.known}
        if len(inputs) == len(derivation.formula.facts):
            value = _computed(reading, fact, derivation, inputs)
            if value is not None:
                stale = _is_stale(fact, value, reading.today)
                yield _Attempt(derivation.title, value, stale, derivation.formula.facts)


def _answers(reading: _Reading, fact: Fact, imported: tuple[tuple[Import, Imported], ...]) -> Iterator[_Attempt]:
    """The imported decisions that have an answer."""
    for theirs, each in imported:
        if each.value is not None:
            known = [reading.known[ours] for ours in theirs.facts.values() if ours in reading.known]
            place = min((value.place for value in known if value.place.file), default=Place("the facts"))
            at = None if each.at is None else date.fromisoformat(each.at)
            value = _Value(fact.steps_of(each.value), at, any(value.undated for value in known), place)
            yield _Attempt(each.title, value, each.stale, is_computed=False)


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
    imported: tuple[Imported, ...],
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
            Computed(each.title, fact.scalar_of(each.value.steps), each.inputs, _date(each.value.at), each.stale)
            for each in attempts
            if each.is_computed
        ),
        imported=imported,
    )


def _date(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _note_cautions(
    reading: _Reading, fact: Fact, value: _Value, observed: _Value | None, fresh: list[_Attempt]
) -> None:
    _note_undated(reading, fact, value.undated, value.at)
    named = [("given", observed.steps)] if observed is not None else []
    named += [(attempt.title, attempt.value.steps) for attempt in fresh]
    steps = [each for _, each in named]
    within = 0 if fact.imports else fact.agree_within
    if within is not None and steps and max(steps) - min(steps) > within:
        listed = ", ".join(f"{name} {fact.title_of(each)}" for name, each in named)
        by = f" by more than {fact.text_of(within)}" if within else ""
        text = f"The values of {fact.title} differ{by}: {listed}. The first counts; another could change the answer."
        reading.cautions.append(GivenCaution(CautionKind.DISAGREEMENT, text, facts=(fact.id,)))


def _cautions_of(fact: Fact, said: Imported) -> Iterator[GivenCaution]:
    """The cautions that an imported decision gives with its answer: of rules that fired, and of guidelines."""
    for caution in said.trace.cautions:
        if caution.kind in (CautionKind.RULE, CautionKind.GUIDELINE, CautionKind.IMPORTED):
            yield GivenCaution(CautionKind.IMPORTED, f"{said.title}: {caution.text}", facts=(fact.id,))


def _note_undated(reading: _Reading, fact: Fact, is_undated: bool, at: date | None) -> None:
    if fact.max_age_days is not None and is_undated:
        title = fact.title[:1].upper() + fact.title[1:]
        how = "carries no date" if at is None else "rests in part on values without a date"
        text = f"{title} {how}: it counts as no older than {counted(fact.max_age_days, 'day')}."
        reading.cautions.append(GivenCaution(CautionKind.UNDATED, text, facts=(fact.id,)))
