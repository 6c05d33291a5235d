"""The handbook of a guideline: what it says, as a document that people read. One model, from which all forms are made;
`explain.handbook_rules` tells the rules."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.cases import Mismatch, run_case
from engine.checks import Checked
from engine.coverage import Coverage
from engine.coverage.covered import Total
from engine.diagnostics import counted
from engine.guideline import Case, Decision, Expected, Guideline
from explain.coverage_page import KINDS
from explain.handbook_facts import HEAD, fact_row, origin_items
from explain.handbook_rules import cited, condition_in_words, decision_tables, rule_items
from explain.picture import guideline_picture
from explain.wording import listed, sentence, source_in_words, with_unit

PRECEDENCE = (
    "A rule concludes where its condition holds. Where rules conclude several outcomes, the first listed stands."
)
"""Stands above the rules of a decision, whose sentences speak of one rule alone."""
ROUNDING = (
    "Numbers are rounded to the decimals that stand here, halves away from zero, before rules test them. So with two "
    'decimals "more than 3" is told as "3.01 or above".'
)
TABLES = (
    "The same rules, where several test the same facts and nothing else. What no row names is left to other rules, "
    "or to none."
)

VERSIONS = (
    "By git's record: what was edited from the commit that brought one version to the commit that brought the next. "
    "For whom an answer changes, candor diff says and proves."
)
MOST_EDITS = 40
"""How many edits of a version are told; those that can touch an answer come first."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: what stands above it, the names of its columns, its rows."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list, each item with lines below it."""

    items: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture as SVG, and the command that draws it."""

    svg: str
    command: str


Block = str | Table | Items | Drawing
"""A part of a chapter; a text is a paragraph."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A titled part of the handbook."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """A version that the guideline had, the day from which on, and what was edited since the one before, in sentences;
    None where that is not known."""

    version: str
    day: str
    edits: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Handbook:
    """A guideline as a document. `limits` are what it must not be used for, and stand at the top."""

    title: str
    identity: str
    sha256: str
    limits: str
    chapters: tuple[Chapter, ...]


def handbook_of(
    guideline: Guideline, checked: Checked, coverage: Mapping[str, Coverage], history: Sequence[Version]
) -> Handbook:
    """The handbook of a guideline. `checked` is what its checks found, `coverage` what the cases of each decision
    cover, `history` the versions that are on record, latest first; empty where none is at hand."""
    chapters = [Chapter("Purpose and population", tuple(_purpose(guideline)))]
    for name, decision in guideline.decisions.items():
        chapters += _decision(guideline, name, decision)
    chapters.append(Chapter("Vocabulary", tuple(_vocabulary(guideline))))
    chapters.append(Chapter("Sources", (_sources(guideline),)))
    chapters.append(Chapter("What is proved of this version", tuple(_proved(checked))))
    chapters.append(Chapter("What its cases try", tuple(_cases(guideline, coverage))))
    chapters.append(Chapter("Versions", tuple(_versions(history))))
    identity = f"{guideline.id} {guideline.version}, {guideline.status}"
    return Handbook(guideline.title, identity, guideline.sha256, guideline.limits, tuple(chapters))


def _purpose(guideline: Guideline) -> Iterator[Block]:
    yield guideline.purpose
    yield f"Population: {guideline.population}"
    people = [
        ("Authors", listed(guideline.authors)),
        ("Reviewed", guideline.reviewed),
        ("Review by", guideline.review_by),
    ]
    told = tuple((f"{name}: {each}", ()) for name, each in people if each)
    if told:
        yield Items(told)


def _decision(guideline: Guideline, name: str, decision: Decision) -> Iterator[Chapter]:
    outcomes = [
        (str(n), each.id, each.title, each.meaning or "") for n, each in enumerate(decision.outcomes.values(), 1)
    ]
    head = ("Precedence", "Outcome", "Title", "Meaning")
    caption = "Outcomes. Where rules conclude several, the one with the lowest number stands."
    blocks: list[Block] = [decision.question, Table(caption, head, tuple(outcomes))]
    blocks += _on_the_way(guideline, decision)
    yield Chapter(f"Decision {name}", tuple(blocks))
    yield Chapter(f"Rules of {name}", (PRECEDENCE, Items(tuple(rule_items(guideline, decision)))))
    tables = tuple(Table(*each) for each in decision_tables(guideline, decision))
    if tables:
        yield Chapter(f"Decision tables of {name}", (f"{TABLES} {PRECEDENCE}", *tables))
    drawing = Drawing(guideline_picture(guideline, name), f"candor picture {guideline.id}/{name} -o {name}.svg")
    yield Chapter(f"Picture of {name}", (drawing,))


def _on_the_way(guideline: Guideline, decision: Decision) -> Iterator[Block]:
    steps = [f"{each.id}: {each.title}" for each in decision.findings.values()]
    for score in decision.scores.values():
        low, high = (score.scale.text_of(end) for end in (score.scale.low, score.scale.high))
        steps.append(f"{score.id}: {score.title}, a score from {low} to {with_unit(score.scale, high)}")
    if steps:
        yield "Findings and scores on the way:"
        yield Items(tuple((each, ()) for each in steps))
    if decision.beside:
        yield f"Shown beside every answer: {listed(guideline.facts[name].title for name in decision.beside)}."
    if decision.cautions:
        yield "Cautions given with every answer:"
        told = (
            (each.text, tuple(f"Source, {cited(guideline, by)}" for by in each.source)) for each in decision.cautions
        )
        yield Items(tuple(told))


def _vocabulary(guideline: Guideline) -> Iterator[Block]:
    yield ROUNDING
    rows = [fact_row(guideline, fact) for fact in guideline.facts.values()]
    yield Table("Facts: what may be known of a patient.", HEAD, tuple(rows))
    origins = tuple(origin_items(guideline))
    if origins:
        yield "Where values and definitions come from:"
        yield Items(origins)
    if guideline.impossible:
        decision = next(iter(guideline.decisions.values()))
        told = (
            f"{condition_in_words(guideline, decision, each.when)}: {each.because}" for each in guideline.impossible
        )
        yield "What cannot be together:"
        yield Items(tuple((each, ()) for each in told))


def _sources(guideline: Guideline) -> Items:
    noted = (
        (source_in_words(each, guideline), (each.note,) if each.note else ()) for each in guideline.sources.values()
    )
    return Items(tuple((f"{text}", lines) for text, lines in noted))


def _proved(checked: Checked) -> Iterator[Block]:
    flaws = tuple((f"{each.message} [{each.code}]", (each.help,)) for each in checked.flaws)
    yield f"{counted(len(flaws), 'flaw')} found." if flaws else "No flaw was found."
    if flaws:
        yield Items(flaws)
    rows = tuple((each.decision, each.statement, f"{each.kinds:,}") for each in checked.proofs)
    yield Table("Proved of everybody.", ("Decision", "Proved", "Kinds of patients"), rows)
    if checked.unproved:
        yield "Not proved, and nothing is claimed of it:"
        yield Items(tuple((f"{each.decision}: {each.statement}", ()) for each in checked.unproved))


def _cases(guideline: Guideline, coverage: Mapping[str, Coverage]) -> Iterator[Block]:
    head = ("Decision", "What", "Tried", "Of", "No patient can")
    rows = [(name, *_total(each)) for name, found in coverage.items() for each in found.totals]
    yield Table("What cases try, of what patients can meet.", head, tuple(rows))
    for name, decision in guideline.decisions.items():
        runs = {case.id: run_case(guideline, name, case) for case in decision.cases.values()}
        failed = [case for case, mismatches in runs.items() if mismatches]
        if failed:
            yield f"Of {name}, {counted(len(failed), 'case')} came out otherwise than expected: {listed(failed)}."
        told = tuple(_case(guideline, decision, case, runs[case.id]) for case in decision.cases.values())
        if told:
            yield Table(f"Cases of {name}.", ("Case", "Facts", "Expected"), told)


def _total(total: Total) -> tuple[str, str, str, str]:
    return sentence(KINDS[total.kind][1]), str(total.met), str(total.wanted), str(total.unreachable)


def _case(guideline: Guideline, decision: Decision, case: Case, mismatches: Sequence[Mismatch]) -> tuple[str, str, str]:
    facts = [
        f"{name}: {guideline.facts[name].text_of(given.steps)}{f' of {given.at}' if given.at else ''}"
        for name, given in case.facts.items()
    ]
    decided = f" (decided at {case.at.date()})" if case.at else ""
    told = "; ".join(_expected(decision, case.expect)) + (f" [{case.source}]" if case.source else "")
    if mismatches:
        told += f". It came out otherwise: {'; '.join(f'{each.about}: {each.got}' for each in mismatches)}"
    return case.id, ("; ".join(facts) or "nothing") + decided, told


def _expected(decision: Decision, expect: Expected) -> Iterator[str]:
    """Everything that a case expects."""
    yield from (each for each in (expect.status, expect.outcome) if each)
    if expect.rejected:
        yield f"refused: {expect.rejected}"
    lists = (("possible", expect.possible), ("rules", expect.fired), ("not", expect.not_fired))
    for label, names in (*lists, ("cautions", expect.cautions)):
        if names is not None:
            yield f"{label}: {', '.join(names) or 'none'}"
    for name, holds in (expect.findings or {}).items():
        yield f"{name}: {'yes' if holds else 'no'}"
    for name, points in (expect.scores or {}).items():
        yield f"{name}: {decision.scores[name].scale.text_of(points)}"


def _versions(history: Sequence[Version]) -> Iterator[Block]:
    if not history:
        yield "No history is at hand: the guideline lies in no git repository, or was never committed."
        return
    yield VERSIONS
    yield Items(tuple(_version(each, is_first=each is history[-1]) for each in history))


def _version(version: Version, is_first: bool) -> tuple[str, tuple[str, ...]]:
    told = f"{version.version}, since {version.day}"
    if is_first:
        return f"{told}: the first on record", ()
    if version.edits is None:
        return f"{told}: not compared", ()
    if not version.edits:
        return f"{told}: nothing but the version, cases or comments", ()
    left = len(version.edits) - MOST_EDITS
    return told, (*version.edits[:MOST_EDITS], *((f"and {left} more",) if left > 0 else ()))
