"""The report of a decision: what is filed with a patient's record, on one page, the same in every form.

What it says is put together here; how it looks is in `explain.rendering`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from engine.diagnostics import counted
from engine.guideline import Basis, Guideline
from engine.trace import Origin, Status, Trace
from engine.truth import FALSE, UNKNOWN
from explain.account import (
    Section,
    answer_in_words,
    beside_section,
    cautions_section,
    citations_of,
    cited_sources,
    headed,
    meaning_section,
    open_cautions_section,
    state_in_words,
    titled,
    why_sections,
)
from explain.answers import blocking_lines, missing_section
from explain.changes import NO_ADVICE_SECTION, change_in_words, changes_of
from explain.criteria import STATES, Criterion, criteria_of
from explain.justification import Line, Telling
from explain.plain_text import one_line
from explain.reading import Reading, reading_of
from explain.reasons import reasons_section
from explain.wording import fact_in_words, listed, source_in_words

TITLE = "Decision report"
COLUMNS = ("Criterion", "State", "Value", "Needed", "Origin")
"""Of the criteria."""
STATUSES = {
    Status.CONCLUDED: "Concluded",
    Status.NEEDS_INFORMATION: "Needs more information",
    Status.NOT_COVERED: "Not covered by the guideline",
}
NONE_LEFT = "No other source is cited."
REASONS, CHANGES = 3, 2
"""How many reasons, and changes for an outcome, a page has room for."""


@dataclass(frozen=True, slots=True)
class CitedSource:
    """A source in full, what kind it is, how strong its evidence is, and on what basis the guideline takes from it."""

    text: str
    kind: str
    evidence: str
    basis: str

    @property
    def line(self) -> str:
        """All of it in one line."""
        graded = "" if self.evidence in self.text else f"; evidence: {self.evidence}"
        return f"{self.text}{graded}; basis: {self.basis}"


@dataclass(frozen=True, slots=True)
class Agreement:
    """The place where a person records what they decided: what is to be marked, and the fields to be filled in."""

    title: str
    choices: tuple[str, ...]
    fields: tuple[str, ...]


AGREEMENT = Agreement(
    "Decision of the responsible person",
    ("I agree with this answer.", "I override this answer. My decision, and my reason:"),
    ("Name", "Role", "Date", "Signature"),
)


@dataclass(frozen=True, slots=True)
class Report:
    """All that a report says, in the order in which it is read; no text in it has more than one line.

    opening: what the outcome means, why it is so, and what is shown beside it
    sections: what decided it, why not the others, what would change it, what is missing, cautions, assumptions
    sources: what the rules that fired or are open cite, and the cautions; sources_left: how many others there are
    record: by what, in which version, and when it was decided, each with its label
    """

    title: str
    guideline: str
    question: str
    patient: str | None
    status: Status
    outcome: str | None
    answer: str
    opening: tuple[Section, ...]
    criteria: tuple[Criterion, ...]
    sections: tuple[Section, ...]
    sources: tuple[CitedSource, ...]
    sources_left: str
    limits: str
    record: tuple[tuple[str, str], ...]
    agreement: Agreement

    @property
    def patient_in_words(self) -> str:
        return "not named" if self.patient is None else self.patient

    @property
    def counted(self) -> str:
        """How many criteria are met, are not, and are unknown."""
        states = [each.state for each in self.criteria]
        told = ", ".join(f"{states.count(state)} {state}" for state in STATES.values())
        return f"Over all outcomes: {told}"


def report_of(guideline: Guideline, trace: Trace, patient: str | None) -> Report:
    """The report of a decision. Raises `ValueError` for a trace of another version of the guideline."""
    reading = reading_of(guideline, trace)
    account = headed(reading, answer_in_words(reading), ())
    return Report(
        title=TITLE,
        guideline=one_line(account.guideline),
        question=one_line(account.question),
        patient=None if patient is None else one_line(patient),
        status=account.status,
        outcome=trace.outcome,
        answer=one_line(account.answer),
        opening=_tidy(_opening(reading)),
        criteria=tuple(map(_tidy_criterion, criteria_of(reading))),
        sections=_tidy(_sections(reading)),
        sources=tuple(_sources(reading)),
        sources_left=_sources_left(reading),
        limits=one_line(guideline.limits),
        record=tuple((label, one_line(text)) for label, text in _record(reading)),
        agreement=AGREEMENT,
    )


def _record(reading: Reading) -> Iterator[tuple[str, str]]:
    trace = reading.trace
    yield "Decision", f"{trace.guideline}/{trace.decision}"
    yield "Version", f"{trace.version} ({reading.guideline.status})"
    yield "sha256", trace.sha256
    yield "Decided at", trace.at


def _opening(reading: Reading) -> Iterator[Section]:
    yield meaning_section(reading)
    for section in why_sections(reading, Telling(reading)):
        yield Section(section.title, tuple(map(_outline, section.lines)))
    beside = beside_section(reading, Telling(reading))
    yield Section(beside.title, tuple(Line(line.text) for line in beside.lines))


def _outline(line: Line) -> Line:
    """A rule without what stands below it; a case with its rules."""
    if line.rule is not None:
        return Line(line.text, line.rule, line.sources)
    return Line(line.text, below=tuple(map(_outline, line.below)))


def _sections(reading: Reading) -> Iterator[Section]:
    others = [name for name in reading.decision.outcomes if name != reading.trace.outcome]
    yield reasons_section(reading, REASONS, "`candor why --all`")
    title = "Why not the other outcomes" if reading.trace.outcome else "How each outcome stands"
    yield Section(title, tuple(_why_not(reading, name) for name in others))
    changes = (_change(reading, name) for name in others)
    yield Section("What would change it", (*changes, *NO_ADVICE_SECTION.lines))
    missing = missing_section(reading, with_answers=False)
    yield Section("What is missing", tuple(Line(_joined(line)) for line in missing.lines))
    for section in (cautions_section(reading), open_cautions_section(reading)):
        yield Section(section.title, tuple(Line(line.text) for line in section.lines) or (Line("None."),))
    assumed = (traced for traced in reading.trace.facts if traced.origin is Origin.ASSUMED)
    lines = [Line(fact_in_words(reading.fact(each.fact), each, reading.guideline.facts)) for each in assumed]
    yield Section("Assumptions", tuple(lines) or (Line("None."),))


def _why_not(reading: Reading, outcome: str) -> Line:
    """In one line: how an outcome stands, what blocks it, and what each of its rules lacks; of one that is still
    possible, what those lack that are open."""
    lacking_something = {UNKNOWN} if outcome in reading.trace.possible_outcomes else {UNKNOWN, FALSE}
    rules = [name for name in reading.concluding(outcome) if reading.results[name].truth in lacking_something]
    told = [Telling(reading).rule(name) for name in rules]
    lacking = [f"{line.text}: {'; '.join(map(_joined, line.below))}." for line in told]
    said = [f"{titled(reading, outcome)}: {state_in_words(reading, outcome)}."]
    return Line(" ".join([*said, *(line.text for line in blocking_lines(reading, outcome)), *lacking]))


def _joined(line: Line) -> str:
    """A line, with what belongs to it below."""
    if line.text.endswith((":", "?")):
        return " ".join([line.text, "; ".join(map(_joined, line.below))])
    return line.text


def _change(reading: Reading, outcome: str) -> Line:
    found = changes_of(reading, outcome, limit=CHANGES)
    told = "; or ".join(change_in_words(reading, change) for change in found.changes)
    if found.is_partial:
        told = f"{told or 'none found'}; there may be more, because not every possibility was tried"
    elif not found.changes:
        told = "no change of the facts that can change leads there"
    more = f" There are more than these {len(found.changes)}; `candor change --all` lists every one."
    return Line(f"{titled(reading, outcome)}: {told}.{more if found.is_capped else ''}")


def _sources(reading: Reading) -> Iterator[CitedSource]:
    """What the rules that fired or are open cite, and the cautions and imports."""
    rules = _counting(reading)
    bases: dict[str, set[str]] = {}
    graded: dict[str, tuple[str, str]] = {}
    for source, taken in cited_sources(reading, rules):
        text = one_line(source_in_words(source))
        bases.setdefault(text, set()).update(basis.value for basis in taken)
        graded[text] = (source.kind.value.replace("_", " "), one_line(source.evidence or "not stated"))
    for text, (kind, evidence) in graded.items():
        yield CitedSource(text, kind, evidence, _in_order(bases[text]))
    if any(each.cite is None for each in citations_of(reading, rules)):
        yield CitedSource("The guideline's own, not in a source", "own", "none", Basis.ADDED.value)


def _counting(reading: Reading) -> frozenset[str]:
    """The rules that fired or are open."""
    return frozenset(name for name, result in reading.results.items() if result.truth is not FALSE)


def _sources_left(reading: Reading) -> str:
    """How many sources are cited by nothing but rules that did not fire."""
    every, here = (
        {source_in_words(each) for each, _ in cited_sources(reading, rules)} for rules in (None, _counting(reading))
    )
    left = len(every - here)
    return (
        f"Rules that did not fire cite {counted(left, 'more source')}; `candor why` lists them." if left else NONE_LEFT
    )


def _in_order(bases: Iterable[str]) -> str:
    names = set(bases)
    return listed(basis.value for basis in Basis if basis.value in names)


def _tidy(sections: Iterable[Section]) -> tuple[Section, ...]:
    """The sections that have lines, each text on one line."""
    return tuple(Section(one_line(each.title), tuple(map(_on_one_line, each.lines))) for each in sections if each.lines)


def _on_one_line(line: Line) -> Line:
    below = tuple(map(_on_one_line, line.below))
    return Line(one_line(line.text), line.rule, tuple(map(one_line, line.sources)), below)


def _tidy_criterion(each: Criterion) -> Criterion:
    return replace(
        each,
        title=one_line(each.title),
        needed=one_line(each.needed),
        value=one_line(each.value),
        origin=one_line(each.origin),
    )
