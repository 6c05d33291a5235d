"""Values that are taken one way although another would go first, were it known: an answer rests on that too."""

from collections.abc import Collection, Iterator
from itertools import takewhile

from engine.plan import plan_of
from engine.trace import FactTrace, Origin
from engine.units import relevant_facts
from explain.justification import Line
from explain.reading import Reading
from explain.wording import derivation_in_words, listed, sentence


def preferred_lines(reading: Reading, facts: Collection[str] | None = None) -> tuple[Line, ...]:
    """For each of some facts whose value is derived (of all with a part in the outcome, unless they are given): what
    would go before the way that was used, once all of it is known. Reasons, and what can still matter, count the value
    as it was derived."""
    among = relevant_facts(plan_of(reading.guideline, reading.decision.id)) if facts is None else facts
    derived = (each for each in reading.trace.facts if each.origin is Origin.DERIVED and each.fact in among)
    return tuple(line for traced in derived for line in _line(reading, traced))


def whatever_in_words(reading: Reading, facts: Collection[str] | None = None) -> str:
    """What makes a sentence true of every completion, as far as these facts stay as they were derived."""
    is_so_far = bool(preferred_lines(reading, facts))
    return f"whatever is still unknown{', values counted as they were derived' if is_so_far else ''}"


def nothing_to_ask(reading: Reading) -> tuple[Line, ...]:
    """That nothing unknown can change the answer, as far as that is so."""
    stays = f"Nothing: the answer stays the same {whatever_in_words(reading)}."
    return Line(stays), *preferred_lines(reading)


def _line(reading: Reading, traced: FactTrace) -> Iterator[Line]:
    fact = reading.fact(traced.fact)
    ways = [*((each.title, each.formula.facts) for each in fact.derived)]
    ways += [(each.title, tuple(each.facts.values())) for each in fact.imports]
    before = takewhile(lambda way: way[0] != traced.derivation, ways)
    unknown = [title for title, names in before if any(reading.facts[name].value is None for name in names)]
    if unknown:
        how = derivation_in_words(traced, reading.guideline.facts)
        yield Line(
            f"{sentence(fact.title)} counts as it was derived here ({how}). "
            f"{sentence(listed(unknown, 'or'))} would go first, once known, and could lead to another answer."
        )
