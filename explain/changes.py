"""What would change it: the smallest changes of facts with which the guideline concludes another outcome.

Every change is decided again by the engine before it is told. It is a statement about the guideline, never advice to
alter a value.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from itertools import chain, combinations
from typing import TypeAlias

from engine import logic
from engine.deciding import concluded
from engine.errors import EngineFault, InputRejected
from engine.guideline import Fact, Scalar
from engine.plan import Plan, plan_of
from engine.restated import restated
from engine.trace import Origin
from engine.units import Units, units_of
from explain.account import NO_ADVICE, Section, titled
from explain.justification import Line
from explain.preferred import counted_lines
from explain.reading import Reading
from explain.ways import every_way
from explain.wording import interval_in_words, listed, others_in_words, said_of, sentence

Leads: TypeAlias = Callable[[Mapping[str, int]], bool]
PARTS, LEAST = 4, 30
"""Of how many values each part of a change is tried on its own, of more each value is left out in turn; and how many
changes are looked at where not every possibility is tried, as one may be needed only in part."""


@dataclass(frozen=True, slots=True)
class Move:
    """One fact with another value; `before` is None where it was not known. `least` and `most` are the ends of the
    neighbouring values that lead there too while the rest of the change stays: the value itself where only it counts.
    `is_assumed` says that the value before was an assumption."""

    fact: str
    before: Scalar | None
    after: Scalar
    least: Scalar
    most: Scalar
    is_assumed: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A smallest change that leads to an outcome: its moves by fact."""

    outcome: str
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes that lead to an outcome, smaller ones first; `is_capped` says that there are more, `is_partial` that
    not every possibility was tried, so that there may be."""

    changes: tuple[Change, ...]
    is_capped: bool
    is_partial: bool = False


def changes_of(reading: Reading, outcome: str, *, including_fixed: bool = False, limit: int | None = 10) -> Changes:
    """The smallest changes of changeable facts (or of any) that lead to an outcome, `limit` at most or all of them.
    None where it is the outcome already. Raises `EngineFault` where the engine does not confirm one."""
    plan = plan_of(reading.guideline, reading.decision.id)
    if outcome == reading.trace.outcome:
        return Changes((), False)
    units = units_of(plan, reading.trace)
    movable = _movable(plan, units, including_fixed)

    @cache
    def comes_to(values: frozenset[tuple[str, int]]) -> str | None:
        return _concluded(reading, plan, units, dict(sorted(values)))

    def leads_there(values: Mapping[str, int]) -> bool:
        return comes_to(frozenset(values.items())) == outcome

    search = partial(logic.least_changes, plan, units, outcome, movable, leads_there)
    proposals, is_partial = search(None if limit is None else limit + 1)
    if is_partial:
        if limit is not None:
            proposals, _ = search(max(limit + 1, LEAST))
        proposals = _apart(proposals, _Needed(plan, units, leads_there))
    told = proposals[:limit]
    decided = [_change(reading, units, outcome, proposal, leads_there) for proposal in told]
    changes = [change for change in decided if change is not None]
    is_refused = len(changes) < len(told)  # one that does not lead there may hide others that do
    return Changes(tuple(changes), len(proposals) > len(told), is_partial or is_refused)


def _apart(found: Sequence[logic.Proposal], needed: "_Needed") -> tuple[logic.Proposal, ...]:
    """The proposals of a list for which not every possibility was tried: each that the engine does not refuse, once,
    without what it does not need; none that changes all that another does and more. Smaller ones first, then by name.
    One that is certain and refused is kept, to be told as the fault that it is."""
    least = [needed.of(proposal) for proposal in found]
    left = {tuple(each.values.items()): each for each in least if each.is_certain or needed.leads_there(each.values)}
    facts = {frozenset(each.values) for each in left.values()}
    apart = (each for each in left.values() if not any(other < each.values.keys() for other in facts))
    return tuple(sorted(apart, key=lambda each: (len(each.values), sorted(each.values))))


@dataclass(frozen=True, slots=True)
class _Needed:
    """What is needed of proposals: where not every possibility was tried, some of their values may do."""

    plan: Plan
    units: Units
    leads_there: Leads

    def of(self, proposal: logic.Proposal) -> logic.Proposal:
        names = sorted(proposal.values)
        sizes = range(1, len(names)) if len(names) <= PARTS else [len(names) - 1]
        for some in chain.from_iterable(combinations(names, size) for size in sizes):
            fewer = {name: proposal.values[name] for name in some}
            if self.leads_there(fewer):
                return self.of(logic.Proposal(self._nearer(fewer), {}, proposal.is_certain))
        return proposal

    def _nearer(self, values: Mapping[str, int]) -> Mapping[str, int]:
        """Values that lead there too, of each number in turn the one that is nearest to what is known of it."""
        nearest = dict(values)
        for name, steps in values.items():
            before = {**self.units.known, **self.units.assumed}.get(name)
            cells = self.plan.cells[name]
            if before is not None and cells.fact.is_numeric:
                ends = (cells.interval(cell) for cell in range(cells.count))
                others = sorted((min(max(before, low), high) for low, high in ends), key=lambda at: abs(at - before))
                nearer = (at for at in others if at != before and abs(at - before) < abs(steps - before))
                nearest[name] = next((at for at in nearer if self.leads_there({**nearest, name: at})), steps)
        return nearest


def change_sections(
    reading: Reading, outcome: str | None = None, *, including_fixed: bool = False, limit: int | None = 10
) -> tuple[Section, ...]:
    """The changes in words, a section for the outcome asked for or for each that is not the answer."""
    others = [name for name in reading.decision.outcomes if name != reading.trace.outcome]
    asked = others if outcome is None else [outcome]
    return tuple(_section(reading, name, including_fixed, limit) for name in asked)


def short_changes_section(reading: Reading, limit: int) -> Section:
    """The first changes that lead to each other outcome, in one section; outcomes to which none leads are left out, but
    not those of which that is not sure."""
    lines = []
    for name in reading.decision.outcomes:
        found = changes_of(reading, name, limit=limit)
        told = [change_in_words(reading, change) for change in found.changes]
        if told:
            more = "; `candor change` lists more" if found.is_capped else ""
            more += "; there may be more: not every possibility was tried" if found.is_partial else ""
            lines.append(Line(f"{titled(reading, name)}: {'; or '.join(told)}{more}"))
        elif found.is_partial:
            lines.append(Line(f"{titled(reading, name)}: none was found, but not every possibility was tried"))
    return Section("What would change the answer", (*lines, Line(NO_ADVICE)) if lines else ())


def change_in_words(reading: Reading, change: Change) -> str:
    """A change as the condition of a sentence: `if the score were 4.41 (or above) instead of 3.80`."""
    is_fixed = not all(reading.fact(move.fact).changeable for move in change.moves)
    moves = listed(_move_in_words(reading.fact(move.fact), move, is_fixed) for move in change.moves)
    return f"had {moves}" if is_fixed else f"if {moves}"


def short_change_in_words(reading: Reading, change: Change) -> str:
    """A change of changeable facts, without what they are now: `if the score were 2.60 to 4.40`. Of several facts the
    values alone: the neighbouring ones of each lead there only while the others stay."""
    is_alone = len(change.moves) == 1
    return f"if {listed(_short_move(reading.fact(move.fact), move, is_alone) for move in change.moves)}"


def _movable(plan: Plan, units: Units, including_fixed: bool) -> list[str]:
    named = {*units.known, *units.assumed, *units.unknown, *(name for name in units.bound if name in plan.imports)}
    facts = plan.guideline.facts
    return [name for name in sorted(named & units.relevant) if including_fixed or facts[name].changeable]


def can_change(reading: Reading) -> bool:
    """Whether any fact that could have a part in the outcome can be changed."""
    plan = plan_of(reading.guideline, reading.decision.id)
    return bool(_movable(plan, units_of(plan, reading.trace), False))


def _has_fixed(reading: Reading) -> bool:
    """Whether some facts that could have a part in the outcome cannot be changed."""
    plan = plan_of(reading.guideline, reading.decision.id)
    units = units_of(plan, reading.trace)
    return _movable(plan, units, True) != _movable(plan, units, False)


def _concluded(reading: Reading, plan: Plan, units: Units, values: Mapping[str, int]) -> str | None:
    """The outcome that the engine concludes with new values, in steps; None also where these are no possible input."""
    at = datetime.fromisoformat(reading.trace.at)
    try:
        return concluded(plan.guideline, plan.decision.id, restated(plan, units, values), at=at)
    except InputRejected:
        return None


def _change(
    reading: Reading, units: Units, outcome: str, proposal: logic.Proposal, leads_there: Leads
) -> Change | None:
    """A proposal, once the engine has confirmed it; None where one that is not certain does not lead there."""
    if not leads_there(proposal.values):
        if not proposal.is_certain:
            return None
        raise EngineFault(f"a proposed change of {', '.join(proposal.values)} does not lead to {outcome}")
    moves = (_move(reading, units, name, steps, proposal.spans) for name, steps in proposal.values.items())
    return Change(outcome, tuple(moves))


def _move(reading: Reading, units: Units, name: str, steps: int, spans: Mapping[str, tuple[int, int]]) -> Move:
    fact = reading.fact(name)
    least, most = (fact.scalar_of(end) for end in spans.get(name, (steps, steps)))
    return Move(name, reading.facts[name].value, fact.scalar_of(steps), least, most, name in units.assumed)


def _section(reading: Reading, outcome: str, including_fixed: bool, limit: int | None) -> Section:
    title = f"What would change the answer to: {titled(reading, outcome)}"
    return Section(title, tuple(_lines(reading, outcome, including_fixed, limit)))


def _lines(reading: Reading, outcome: str, including_fixed: bool, limit: int | None) -> Iterator[Line]:
    if outcome == reading.trace.outcome:
        yield Line("Nothing: this is the answer.")
        return
    found = changes_of(reading, outcome, including_fixed=including_fixed, limit=limit)
    for change in found.changes:
        yield Line(sentence(change_in_words(reading, change)))
    if found.is_capped:
        yield Line(f"There are more than these {len(found.changes)}; `--all` lists every one.")
    if found.is_partial:
        yield Line(f"There may be {'more' if found.changes else 'some'}: not every possibility was tried.")
    elif not found.changes:
        yield Line(_none_in_words(reading, including_fixed))
        if outcome in reading.trace.possible_outcomes:
            yield Line("It is still possible: `candor missing` says which facts decide.")


def _none_in_words(reading: Reading, including_fixed: bool) -> str:
    """That no change leads to an outcome."""
    leads = leads_in_words(reading, including_fixed=including_fixed)
    if including_fixed:
        return f"No change of any facts {leads} to this outcome."
    if not can_change(reading):
        return "No fact that it rests on can be changed; `--including-fixed` looks at all of them."
    more = "; `--including-fixed` looks at the others too" if _has_fixed(reading) else ""
    return f"No change of the facts that can be changed {leads} to this outcome{more}."


def _move_in_words(fact: Fact, move: Move, is_fixed: bool) -> str:
    value = said_of(fact, move.after)
    least, most = fact.steps_of(move.least), fact.steps_of(move.most)
    span = f" ({others_in_words(fact, fact.steps_of(move.after), (least, most))})" if least < most else ""
    been = "been" if is_fixed else "were"
    if move.before is None:
        return f"{fact.title} {been} known to be {value}{span}"
    assumed = ", as assumed" if move.is_assumed else ""
    return f"{fact.title} {been} {value}{span} instead of {said_of(fact, move.before)}{assumed}"


def _short_move(fact: Fact, move: Move, is_alone: bool) -> str:
    least, most = fact.steps_of(move.least), fact.steps_of(move.most)
    has_span = is_alone and fact.is_numeric and least < most
    values = interval_in_words(fact, (least, most)) if has_span else said_of(fact, move.after)
    values = f"from {values}" if has_span and fact.low < least and most < fact.high else values
    return f"{fact.title} were {'known to be ' if move.before is None else ''}{values}"


def closing_section(reading: Reading, *, including_fixed: bool = False) -> Section:
    """What a list of changes is, and what it does not look at."""
    own, held = (sorted(found(reading, including_fixed)) for found in (_on_their_own, _held))
    left = [
        f"Not computed from changed values here, but counted as {_count(own, 'a fact of its', 'facts of their')} own"
    ]
    left += [f"Kept at {_count(held, 'its value', 'their values')} here, also where other values change"]
    told = (
        Line(
            f"{how}: {listed(reading.fact(name).title for name in names)}. "
            f"`candor what-if` finds {_count(names, 'it', 'them')} anew."
        )
        for how, names in zip(left, (own, held), strict=True)
        if names
    )
    return Section("What this is", (Line(NO_ADVICE), *counted_lines(reading), *told))


def _count(names: Sequence[str], one: str, several: str) -> str:
    return one if len(names) == 1 else several


def leads_in_words(reading: Reading, *, including_fixed: bool) -> str:
    """How it is said that no change leads to an outcome: one that gives what a fact is computed from could, where the
    fact itself cannot be changed."""
    plan = plan_of(reading.guideline, reading.decision.id)
    movable = _movable(plan, units_of(plan, reading.trace), including_fixed)
    apart = {*_on_their_own(reading, including_fixed), *_held(reading, including_fixed)}
    return "leads" if apart <= set(movable) else "was found that leads"


def _on_their_own(reading: Reading, including_fixed: bool) -> Iterator[str]:
    """The unknown facts that count as varying on their own, since a formula is more than a sum or what they rest on is
    too old, although a change could give all that a formula reads, or some of what an import does."""
    plan = plan_of(reading.guideline, reading.decision.id)
    units = units_of(plan, reading.trace)
    movable = set(_movable(plan, units, including_fixed))
    could_be = movable | units.known.keys() | units.assumed.keys()
    for name in units.unknown:
        ways = every_way(reading.fact(name))
        if name in units.relevant and any(
            way.reads & movable and (way.is_import or way.reads <= could_be) for way in ways
        ):
            yield name


def _held(reading: Reading, including_fixed: bool) -> Iterator[str]:
    """The known facts, neither given nor following by a sum, that rest on something that a change could move: a change
    leaves them as they are."""
    plan = plan_of(reading.guideline, reading.decision.id)
    units = units_of(plan, reading.trace)
    resting = set(_movable(plan, units, including_fixed))
    for planned in plan.facts:
        name = planned.fact.id
        if planned.reads & resting and units.traces[name].origin is not Origin.GIVEN:
            resting.add(name)
            if name in units.relevant and name in units.known.keys() | units.assumed.keys():
                yield name
