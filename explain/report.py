"""The report of a decision: what is filed with a patient's record, on one page, the same in every form.

What it says is put together here; how it looks is in `explain.rendering`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from engine.diagnostics import counted
from engine.guideline import Guideline
from engine.trace import Status, Trace
from explain.account import LEADS, Section, answer_in_words, headed
from explain.criteria import STATES, Criterion, criteria_of
from explain.justification import Line
from explain.plain_text import one_line
from explain.reading import Reading, reading_of
from explain.references import Reference, References, references_of
from explain.report_sections import main_sections, opening_sections
from explain.wording import sentence

TITLE = "Decision report"
COLUMNS = ("Fact", "Value, origin and date", "Needed")
"""Of the criteria."""
STATUSES = {
    Status.CONCLUDED: "Concluded",
    Status.NEEDS_INFORMATION: "Needs more information",
    Status.NOT_COVERED: "Not covered",
}
"""What stands before the answer, or above it."""
SOURCES = "Sources, with kind, evidence and basis"
"""Their title."""


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
    sections: what decided it, why not the others and what would change it, what is missing, cautions, assumptions
    sources: what the page cites by number; sources_left: how many others there are, if any
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
    sources: tuple[Reference, ...]
    sources_left: str | None
    limits: str
    record: tuple[tuple[str, str], ...]
    agreement: Agreement

    @property
    def patient_in_words(self) -> str:
        return "not named" if self.patient is None else self.patient

    @property
    def counted(self) -> str:
        """How many tests are met, are not, and are unknown, and of what."""
        states = [each.state for criterion in self.criteria for each in criterion.needed]
        told = ", ".join(f"{states.count(state)} {state}" for state in STATES.values())
        return f"{told}. They are the tests of all outcomes: one that is not met may belong to another outcome."


def report_of(guideline: Guideline, trace: Trace, patient: str | None) -> Report:
    """The report of a decision. Raises `ValueError` for a trace of another version of the guideline."""
    reading = reading_of(guideline, trace)
    account, references = headed(reading, answer_in_words(reading), ()), references_of(reading)
    return Report(
        title=TITLE,
        guideline=one_line(account.guideline),
        question=one_line(account.question),
        patient=None if patient is None else one_line(patient),
        status=account.status,
        outcome=trace.outcome,
        answer=one_line(sentence(account.answer.removeprefix(LEADS.get(account.status, "")))),
        opening=_tidy(opening_sections(reading, references)),
        criteria=tuple(map(_tidy_criterion, criteria_of(reading))),
        sections=_tidy(main_sections(reading, references)),
        sources=references.sources,
        sources_left=_sources_left(references),
        limits=one_line(guideline.limits),
        record=tuple((label, one_line(text)) for label, text in _record(reading)),
        agreement=AGREEMENT,
    )


def _record(reading: Reading) -> Iterator[tuple[str, str]]:
    trace = reading.trace
    yield "Decision", f"{trace.guideline}/{trace.decision}, version {trace.version} ({reading.guideline.status})"
    yield "sha256", trace.sha256
    yield "Decided at", trace.at


def _sources_left(references: References) -> str | None:
    """How many sources are cited by nothing but rules that did not fire, where there are any."""
    if not references.left:
        return None
    left = counted(references.left, "more source")
    return f"Rules that do not apply cite {left}; `candor handbook` lists every source."


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
        value=one_line(each.value),
        origin=one_line(each.origin),
        needed=tuple(replace(needed, values=one_line(needed.values)) for needed in each.needed),
    )
