"""The sources of a report: each has a number, by which the page cites it, and stands once in one list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.guideline import Basis, Citation, Source
from engine.truth import FALSE
from explain.account import citations_of, cited_sources
from explain.plain_text import one_line
from explain.reading import Reading
from explain.wording import citation_in_words, listed, source_named

OWN = "Not from a source"
NOT_STATED, NONE = "not stated", "none"
"""How strong evidence is that a guideline does not grade, and that of its own statements."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A source under its number: what it is, of which kind, how strong its evidence is, and on what basis the guideline
    takes from it."""

    number: str
    text: str
    kind: str
    evidence: str
    basis: str

    @property
    def line(self) -> str:
        """All but the number in one line."""
        graded = f"evidence: {self.evidence}" if self.evidence in (NOT_STATED, NONE) else self.evidence
        return f"{self.text} ({self.kind}; {graded}; {self.basis})"


@dataclass(frozen=True, slots=True)
class References:
    """All sources that a page cites; `numbers` finds them by what `source_named` says of them, None is the
    guideline's own. `left` is how many others there are, cited by nothing but rules that did not fire."""

    sources: tuple[Reference, ...]
    numbers: Mapping[str | None, str]
    left: int


def references_of(reading: Reading) -> References:
    """The sources of the rules that fired or are open, and of the cautions and imports."""
    rules = frozenset(name for name, result in reading.results.items() if result.truth is not FALSE)
    cited: dict[str, tuple[Source, set[Basis]]] = {}
    for source, taken in cited_sources(reading, rules):
        cited.setdefault(source_named(source), (source, set()))[1].update(taken)
    numbered = [_reference(number, *each) for number, each in enumerate(cited.values(), 1)]
    numbers: dict[str | None, str] = {text: str(number) for number, text in enumerate(cited, 1)}
    if any(each.cite is None for each in citations_of(reading, rules)):
        numbers[None] = str(len(numbered) + 1)
        numbered.append(Reference(numbers[None], OWN, "the guideline's own", NONE, Basis.ADDED.value))
    every = {source_named(source) for source, _ in cited_sources(reading)}
    return References(tuple(numbered), numbers, len(every - set(cited)))


def cited_by_number(reading: Reading, references: References, citations: Iterable[Citation]) -> tuple[str, ...]:
    """Citations of what is in the list by number, each once: `3`."""
    numbers = {_number_of(reading, references, each) for each in citations}
    return tuple(sorted((number for number in numbers if number is not None), key=int))


def placed_by_number(reading: Reading, references: References, citation: Citation) -> str:
    """A citation by number, with the place in the source and the basis: `3, section 2 (stated)`; in full where its
    source is not in the list."""
    number = _number_of(reading, references, citation)
    if number is None:
        return citation_in_words(citation, reading.guideline)
    return f"{number}{f', {citation.at}' if citation.at else ''} ({citation.basis.value})"


def _number_of(reading: Reading, references: References, citation: Citation) -> str | None:
    """The number of what a citation cites: `3`; None where that is not in the list."""
    cite = citation.cite
    return references.numbers.get(None if cite is None else source_named(reading.guideline.sources[cite]))


def _reference(number: int, source: Source, bases: set[Basis]) -> Reference:
    return Reference(
        number=str(number),
        text=one_line(source_named(source)),
        kind=source.kind.value.replace("_", " "),
        evidence=one_line(source.evidence or NOT_STATED),
        basis=listed(basis.value for basis in Basis if basis in bases),
    )
