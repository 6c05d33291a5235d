"""Facts in the handbook: as rows of the vocabulary, and where their values and definitions come from."""

from collections.abc import Iterator

from engine.diagnostics import counted
from engine.guideline import Derivation, Fact, Guideline, Import
from explain.handbook_rules import cited
from explain.vocabulary import answers_in_words
from explain.wording import by, unit_of, with_unit

HEAD = ("Fact", "Title", "Question", "Values", "Codes", "Notes")


def fact_row(guideline: Guideline, fact: Fact) -> tuple[str, ...]:
    """A fact as a row of the vocabulary, under `HEAD`."""
    codes = "; ".join(f"{system} {', '.join(each)}" for system, each in fact.codes.items())
    return fact.id, fact.title, fact.question, answers_in_words(fact), codes, ". ".join(_notes(fact))


def origin_items(guideline: Guideline) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each fact that is computed, decided elsewhere or defined by a source, with how, and by which source, below."""
    for fact in guideline.facts.values():
        below = (*_ways(guideline, fact), *_definitions(guideline, fact))
        if below:
            yield f"{fact.title} ({fact.id})", below


def _notes(fact: Fact) -> Iterator[str]:
    ways = len(fact.derived) + len(fact.imports)
    if ways:
        yield f"Computed or decided from others where it is not given ({counted(ways, 'way')}, below)"
    if fact.assume is not None:
        yield f"Assumed to be {with_unit(fact, fact.title_of(fact.assume))} where there is no other value"
    if fact.max_age_days is not None:
        yield f"Counts for {counted(fact.max_age_days, 'day')}"
    if fact.agree_within is not None:
        unit = unit_of(fact)
        most = f"{fact.text_of(fact.agree_within)}{f' {unit}' if unit else ''}"
        yield f"Values that differ by more than {most} are told in a caution"
    if fact.changeable:
        yield "Changeable: `candor change` may propose another value"


def _ways(guideline: Guideline, fact: Fact) -> Iterator[str]:
    for way in fact.derived:
        yield f"Computed ({way.title}): {way.formula.text}{_sourced(guideline, way)}"
    for each in fact.imports:
        yield f"Decided {by(each.title)}: {_imported(guideline, fact, each)}{_sourced(guideline, each)}"


def _sourced(guideline: Guideline, way: Derivation | Import) -> str:
    return "".join(f" [{cited(guideline, each)}]" for each in way.source)


def _imported(guideline: Guideline, fact: Fact, way: Import) -> str:
    """Which decision says it, what of its answers counts as what, and what it is told."""
    other = way.guideline
    outcomes = other.decisions[way.decision].outcomes
    told = [f"{other.id} {other.version}, decision {way.decision}"]
    for name, steps in way.results.items():
        answer = "no answer" if name is None else f'"{outcomes[name].title}"'
        told.append(f'{answer} counts as "{fact.title_of(steps)}"')
    for name, steps in way.values.items():
        told.append(f'{name} is taken to be "{other.facts[name].title_of(steps)}"')
    told += [f"{theirs} is our {ours}" for theirs, ours in way.facts.items() if theirs != ours]
    return "; ".join(told)


def _definitions(guideline: Guideline, fact: Fact) -> Iterator[str]:
    for choice in fact.choices:
        yield from (f'"{choice.title}": {cited(guideline, each)}' for each in choice.source)
    yield from (f"Source, {cited(guideline, each)}" for each in fact.source)
