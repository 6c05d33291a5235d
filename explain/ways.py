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
    """A way to come by a fact: a formula, or a decision of another guideline, which may not need all that it reads."""

    title: str
    reads: frozenset[str]
    is_import: bool


@dataclass(frozen=True, slots=True)
class Lacking:
    """A way that lacks something: which of its inputs have no value, by id. Those `too_old` have one, or had, that is
    older than the fact, or they themselves, may be."""

    way: Way
    unknown: tuple[str, ...]
    too_old: tuple[str, ...]


def every_way(fact: Fact) -> tuple[Way, ...]:
    """Every way to come by a fact, in the order in which they count."""
    formulas = (Way(each.title, frozenset(each.formula.facts), False) for each in fact.derived)
    return *formulas, *(Way(each.title, frozenset(each.facts.values()), True) for each in fact.imports)


def lacking_ways(reading: Reading, fact: Fact) -> Iterator[Lacking]:
    """The ways a fact that has no value can come from others, without those that lack nothing."""
    for way in every_way(fact):
        too_old = tuple(name for name in sorted(way.reads) if is_too_old(reading, fact, name))
        known = (name for name in way.reads if reading.facts[name].value is not None)
        unknown = tuple(sorted(way.reads - {*too_old, *known}))
        if unknown or too_old:
            yield Lacking(way, unknown, too_old)


def lacking_in_words(reading: Reading, lacking: Lacking) -> str:
    """What a way lacks, by titles: `cars and lorries; and newer values of rain and snow`."""
    unknown, too_old = (
        sorted(reading.fact(name).title for name in names) for names in (lacking.unknown, lacking.too_old)
    )
    newer = f"{'a newer value' if len(too_old) == 1 else 'newer values'} of {listed(too_old)}"
    return "; and ".join([*([listed(unknown)] if unknown else []), *([newer] if too_old else [])])


def outdated_above(reading: Reading, fact: Fact) -> tuple[str, ...]:
    """The facts that follow from this one and were given, but are too old to count, by id: they need have no question
    of their own, and a newer value of theirs can be given as well."""
    plan = plan_of(reading.guideline, reading.decision.id)
    follow = plan.bound & relevant_facts(plan) - set(reading.trace.counted_free)
    given = (traced.fact for traced in reading.trace.facts if _is_outdated(reading, traced.fact))
    return tuple(name for name in given if name in follow and fact.id in facts_behind(reading, name))


def outdated_in_words(reading: Reading, name: str) -> str:
    """That such a fact was given but is too old, and can be given anew."""
    fact = reading.fact(name)
    stale = stale_in_words(fact, reading.facts[name])
    return f"{sentence(fact.title)}, which follows from it, can be given too: {stale}"


def _is_outdated(reading: Reading, name: str) -> bool:
    traced = reading.facts[name]
    return traced.origin is Origin.STALE and traced.stale_value is not None


def facts_behind(reading: Reading, name: str) -> set[str]:
    """The facts that one is computed or decided from, also those that these come from."""
    found, waiting = set[str](), [name]
    while waiting:
        more = reading.fact(waiting.pop()).reads - found
        found |= more
        waiting += more
    return found


def is_too_old(reading: Reading, fact: Fact, name: str) -> bool:
    """Whether what is known of an input is too old for it, or for the fact that comes from it, which is as old."""
    traced = reading.facts[name]
    if traced.value is None or traced.at is None:
        return traced.origin is Origin.STALE
    today = datetime.fromisoformat(reading.trace.at).date()
    return fact.is_too_old(date.fromisoformat(traced.at), today)
