"""What decided it: the smallest sets of facts that force the answer, whatever the other facts are."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from engine import logic
from engine.plan import plan_of
from engine.trace import Origin, Status
from engine.units import units_of
from explain.account import Section
from explain.justification import Line
from explain.preferred import preferred_facts, preferred_lines
from explain.reading import Reading
from explain.ways import every_way
from explain.wording import derivation_in_words, listed, sentence, value_in_words


@dataclass(frozen=True, slots=True)
class Reasons:
    """Sufficient reasons, smaller ones first, each the facts in it by id; `background` are the assumed facts, which are
    held fixed; `is_capped` says that there are more, `is_partial` that not every possibility was tried, so that there
    may be; `derived` are the facts computed in one of several ways, as they still are with other values. None where
    nothing is decided."""

    sets: tuple[tuple[str, ...], ...]
    background: tuple[str, ...]
    is_capped: bool
    is_partial: bool = False
    derived: tuple[str, ...] = ()

    @property
    def granted(self) -> list[str]:
        """What is taken for granted beside a set, in words."""
        return ["what is assumed"] * bool(self.background) + ["how values were derived"] * bool(self.derived)


def reasons_of(reading: Reading, limit: int | None = 10) -> Reasons:
    """The sufficient reasons of a decision, `limit` at most, or all of them."""
    trace = reading.trace
    assumed = tuple(traced.fact for traced in trace.facts if traced.origin is Origin.ASSUMED)
    if trace.status is Status.NEEDS_INFORMATION:
        return Reasons((), assumed, False)
    plan = plan_of(reading.guideline, reading.decision.id)
    asked = None if limit is None else limit + 1
    units = units_of(plan, trace)
    found, is_partial = logic.sufficient_sets(plan, units, trace.outcome, asked)
    background = tuple(name for name in assumed if name in units.relevant)
    derived = (name for name in units.follows if name in units.relevant and len(every_way(reading.fact(name))) > 1)
    sets = tuple(tuple(sorted(each)) for each in found[:limit])
    return Reasons(sets, background, len(found) > len(sets), is_partial, tuple(derived))


def reasons_section(reading: Reading, limit: int | None = 10, by: str = "--all") -> Section:
    """The sufficient reasons in words; `by` is what lists every one, where there are more."""
    return Section("What decided it", tuple(_lines(reading, reasons_of(reading, limit), by)))


def short_reasons_section(reading: Reading, limit: int, by: str) -> Section:
    """The first sufficient reasons as a page has room for them: what they share is told once, and neither where values
    come from nor which are assumed."""
    return Section("What decided it", tuple(_short_lines(reading, reasons_of(reading, limit), by)))


def _lines(reading: Reading, reasons: Reasons, by: str) -> Iterator[Line]:
    if (nothing := _nothing(reading, reasons)) is not None:
        yield nothing
    elif len(reasons.sets) == 1:
        yield Line(f"{_together(reading, reasons.sets[0])}. This is enough, whatever the other facts are.")
    else:
        sets = tuple(Line(_together(reading, each)) for each in reasons.sets)
        yield Line("Each of these is enough, whatever the other facts are:", below=sets)
    if reasons.background and reasons.sets:
        assumed = listed(f"{reading.fact(name).title} ({_value(reading, name)})" for name in reasons.background)
        yield Line(f"Assumed, and taken for granted here: {assumed}.")
    if reasons.derived and reasons.sets and (apart := set(reasons.derived) - preferred_facts(reading)):
        derived = listed(f"{reading.fact(name).title}{_by(reading, name)}" for name in sorted(apart))
        yield Line(f"Derived in one of several ways, which is taken for granted here: {derived}.")
    yield from preferred_lines(reading) if reasons.sets else ()
    yield from _capped(reasons, by)


def _short_lines(reading: Reading, reasons: Reasons, by: str) -> Iterator[Line]:
    shared = frozenset(reasons.sets[0]).intersection(*reasons.sets) if reasons.sets else frozenset[str]()
    told = f"{_together(reading, tuple(sorted(shared)), _stated)}. " if shared else ""
    if (nothing := _nothing(reading, reasons)) is not None:
        yield nothing
    elif len(reasons.sets) == 1:
        yield Line(f"{told}{_enough(reasons.granted)}.")
    else:
        others = (tuple(name for name in each if name not in shared) for each in reasons.sets)
        below = tuple(Line(_together(reading, each, _stated)) for each in others)
        granted = reasons.granted
        enough = _enough(["one of these", *granted]) if shared else _enough(granted, "each of these")
        yield Line(f"{told}{enough}:", below=below)
    yield from preferred_lines(reading) if reasons.sets else ()
    yield from _capped(reasons, by)


def _enough(beside: Sequence[str], what: str = "this") -> str:
    enough = f"{what} is enough, whatever the other facts are"
    return f"With {listed(beside)}, {enough}" if beside else sentence(enough)


def _nothing(reading: Reading, reasons: Reasons) -> Line | None:
    """That no fact decides, where that is so."""
    if reading.trace.status is Status.NEEDS_INFORMATION:
        return Line("Nothing yet: the facts known so far leave more than one answer possible.")
    if not reasons.sets:
        return Line("Which facts are enough was not found: not every possibility was tried.")
    if reasons.sets == ((),) and (granted := reasons.granted):
        enough = f"{listed(granted)} {'is' if len(granted) == 1 else 'are'} enough"
        return Line(f"No fact that is known: {enough}, whatever the other facts are.")
    return Line("No fact of this patient: whoever is decided gets this answer.") if reasons.sets == ((),) else None


def _capped(reasons: Reasons, by: str) -> Iterator[Line]:
    if reasons.is_capped:
        yield Line(f"There are more than these {len(reasons.sets)}; {by} lists every one.")
    elif reasons.is_partial and reasons.sets:
        yield Line("There may be more: not every possibility was tried.")


def _together(reading: Reading, names: tuple[str, ...], named: Callable[[Reading, str], str] | None = None) -> str:
    return sentence("; ".join((named or _named)(reading, name) for name in names))


def _named(reading: Reading, name: str) -> str:
    return f"{_stated(reading, name)}{_by(reading, name)}"


def _by(reading: Reading, name: str) -> str:
    """In what way a fact was derived, in brackets, where it was."""
    traced = reading.facts[name]
    is_derived = traced.origin is Origin.DERIVED
    return f" ({derivation_in_words(traced, reading.guideline.facts)})" if is_derived else ""


def _stated(reading: Reading, name: str) -> str:
    return f"{reading.fact(name).title}: {_value(reading, name)}"


def _value(reading: Reading, name: str) -> str:
    return value_in_words(reading.fact(name), reading.facts[name].value)
