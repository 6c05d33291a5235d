"""What may be given in place of a fact that is asked for: what it is computed or decided from, and what follows from
it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from engine.guideline import Fact
from engine.plan import plan_of
from engine.trace import Origin
from engine.units import relevant_facts
from explain.reading import Reading
from explain.wording import listed, sentence, stale_in_words


@dataclass(frozen=True, slots=True)
class Way:
    """A way a fact can come from others: its title, whether an imported decision is it, and which of its inputs have no
    value, by id. Those `too_old` have one, or had, that is older than the fact, or they themselves, may be."""

    title: str
    is_imported: bool
    unknown: tuple[str, ...]
    too_old: tuple[str, ...]


def ways_of(reading: Reading, fact: Fact) -> Iterator[Way]:
    """The ways a fact that has no value can come from others, without those that lack nothing."""
    ways = [(way.title, False, frozenset(way.formula.facts)) for way in fact.derived]
    ways += [(way.title, True, frozenset(way.facts.values())) for way in fact.imports]
    for title, is_imported, inputs in ways:
        too_old = tuple(name for name in sorted(inputs) if _is_too_old(reading, fact, name))
        known = (name for name in inputs if reading.facts[name].value is not None)
        unknown = tuple(sorted(inputs - {*too_old, *known}))
        if unknown or too_old:
            yield Way(title, is_imported, unknown, too_old)


def lacking_in_words(reading: Reading, way: Way) -> str:
    """What a way lacks, by titles: `cars and lorries; and newer values of rain and snow`."""
    unknown, too_old = (sorted(reading.fact(name).title for name in names) for names in (way.unknown, way.too_old))
    newer = f"{'a newer value' if len(too_old) == 1 else 'newer values'} of {listed(too_old)}"
    return "; and ".join([*([listed(unknown)] if unknown else []), *([newer] if too_old else [])])


def outdated_above(reading: Reading, fact: Fact) -> tuple[str, ...]:
    """The facts that follow from this one and were given, but are too old to count, by id: they need have no question
    of their own, and a newer value of theirs can be given as well."""
    plan = plan_of(reading.guideline, reading.decision.id)
    follow = plan.bound & relevant_facts(plan) - set(reading.trace.counted_free)
    given = (traced.fact for traced in reading.trace.facts if _is_outdated(reading, traced.fact))
    return tuple(name for name in given if name in follow and fact.id in _below(reading, name))


def outdated_in_words(reading: Reading, name: str) -> str:
    """That such a fact was given but is too old, and can be given anew."""
    fact = reading.fact(name)
    stale = stale_in_words(fact, reading.facts[name])
    return f"{sentence(fact.title)}, which follows from it, can be given too: {stale}"


def _is_outdated(reading: Reading, name: str) -> bool:
    traced = reading.facts[name]
    return traced.origin is Origin.STALE and traced.stale_value is not None


def _below(reading: Reading, name: str) -> set[str]:
    """The facts that one is computed or decided from, also those that these come from."""
    found, waiting = set[str](), [name]
    while waiting:
        more = reading.fact(waiting.pop()).reads - found
        found |= more
        waiting += more
    return found


def _is_too_old(reading: Reading, fact: Fact, name: str) -> bool:
    """Whether what is known of an input is too old for it, or for the fact that comes from it, which is as old."""
    traced = reading.facts[name]
    if traced.value is None or traced.at is None:
        return traced.origin is Origin.STALE
    today = datetime.fromisoformat(reading.trace.at).date()
    return fact.is_too_old(date.fromisoformat(traced.at), today)
