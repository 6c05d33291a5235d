"""What decided it: the smallest sets of facts that force the answer, whatever the other facts are."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine import logic
from engine.plan import plan_of
from engine.trace import Origin, Status
from engine.units import units_of
from explain.account import Section
from explain.justification import Line
from explain.reading import Reading
from explain.wording import derivation_in_words, listed, sentence, value_in_words


@dataclass(frozen=True, slots=True)
class Reasons:
    """Sufficient reasons, smaller ones first, each the facts in it by id; `background` are the assumed facts, which are
    held fixed; `is_capped` says that there are more. None where nothing is decided."""

    sets: tuple[tuple[str, ...], ...]
    background: tuple[str, ...]
    is_capped: bool


def reasons_of(reading: Reading, limit: int | None = 10) -> Reasons:
    """The sufficient reasons of a decision, `limit` at most, or all of them."""
    trace = reading.trace
    assumed = tuple(traced.fact for traced in trace.facts if traced.origin is Origin.ASSUMED)
    if trace.status is Status.NEEDS_INFORMATION:
        return Reasons((), assumed, False)
    plan = plan_of(reading.guideline, reading.decision.id)
    asked = None if limit is None else limit + 1
    found = logic.sufficient_sets(plan, units_of(plan, trace), trace.outcome, asked)
    background = tuple(name for name in assumed if name in units_of(plan, trace).relevant)
    return Reasons(tuple(tuple(sorted(each)) for each in found[:limit]), background, len(found) > len(found[:limit]))


def reasons_section(reading: Reading, limit: int | None = 10, by: str = "--all") -> Section:
    """The sufficient reasons in words; `by` is what lists every one, where there are more."""
    return Section("What decided it", tuple(_lines(reading, reasons_of(reading, limit), by)))


def _lines(reading: Reading, reasons: Reasons, by: str) -> Iterator[Line]:
    if reading.trace.status is Status.NEEDS_INFORMATION:
        yield Line("Nothing yet: the facts known so far leave more than one answer possible.")
        return
    if reasons.sets == ((),):
        yield Line("No fact of this patient: whoever is decided gets this answer.")
    elif len(reasons.sets) == 1:
        yield Line(f"{_together(reading, reasons.sets[0])}. This is enough, whatever the other facts are.")
    else:
        sets = tuple(Line(_together(reading, each)) for each in reasons.sets)
        yield Line("Each of these is enough, whatever the other facts are:", below=sets)
    if reasons.background:
        assumed = listed(f"{reading.fact(name).title} ({_value(reading, name)})" for name in reasons.background)
        yield Line(f"Assumed, and taken for granted here: {assumed}.")
    if reasons.is_capped:
        yield Line(f"There are more than these {len(reasons.sets)}; {by} lists every one.")


def _together(reading: Reading, names: tuple[str, ...]) -> str:
    return sentence("; ".join(_named(reading, name) for name in names))


def _named(reading: Reading, name: str) -> str:
    fact, traced = reading.fact(name), reading.facts[name]
    derived = traced.origin is Origin.DERIVED
    by = f" ({derivation_in_words(traced, reading.guideline.facts)})" if derived else ""
    return f"{fact.title}: {value_in_words(fact, traced.value)}{by}"


def _value(reading: Reading, name: str) -> str:
    return value_in_words(reading.fact(name), reading.facts[name].value)
