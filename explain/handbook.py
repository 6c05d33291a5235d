"""The handbook of a guideline: what it says, as a document that people read. One model, from which all forms are made;
`explain.handbook_rules` tells the rules."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.checks import Checked
from engine.coverage import Coverage
from engine.coverage.covered import Total
from engine.diagnostics import counted
from engine.guideline import Case, Decision, Fact, Guideline
from explain.handbook_rules import condition_in_words, decision_tables, rule_items
from explain.picture import guideline_picture
from explain.vocabulary import answers_in_words, decision_view
from explain.wording import citation_in_words, listed, source_in_words, unit_of, with_unit


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
    """A version that the guideline had, and the day from which on."""

    version: str
    day: str


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
    chapters.append(Chapter("Versions", (_versions(history),)))
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
    view = decision_view(guideline, name)
    outcomes = [
        (str(n), each.id, each.title, each.meaning or "") for n, each in enumerate(decision.outcomes.values(), 1)
    ]
    head = ("Precedence", "Outcome", "Title", "Meaning")
    caption = "Outcomes. Where rules conclude several, the one with the lowest number stands."
    blocks: list[Block] = [view.question, Table(caption, head, tuple(outcomes))]
    steps = [f"{each.id}: {each.title}" for each in decision.findings.values()]
    steps += [f"{each.id}: {each.title}" for each in decision.scores.values()]
    if steps:
        blocks += ["Findings and scores on the way:", Items(tuple((each, ()) for each in steps))]
    if decision.cautions:
        blocks += ["Cautions given with every answer:", Items(tuple((each.text, ()) for each in decision.cautions))]
    yield Chapter(f"Decision {name}", tuple(blocks))
    yield Chapter(f"Rules of {name}", (Items(tuple(rule_items(guideline, decision))),))
    tables = tuple(Table(*each) for each in decision_tables(guideline, decision))
    if tables:
        yield Chapter(f"Decision tables of {name}", ("The same rules, where several test the same facts.", *tables))
    drawing = Drawing(guideline_picture(guideline, name), f"candor picture {guideline.id}/{name} -o {name}.svg")
    yield Chapter(f"Picture of {name}", (drawing,))


def _vocabulary(guideline: Guideline) -> Iterator[Block]:
    head = ("Fact", "Title", "Question", "Values", "Codes", "Notes")
    rows = [_fact(guideline, fact) for fact in guideline.facts.values()]
    yield Table("Facts: what may be known of a patient.", head, tuple(rows))
    if guideline.impossible:
        decision = next(iter(guideline.decisions.values()))
        told = (
            f"{condition_in_words(guideline, decision, each.when)}: {each.because}" for each in guideline.impossible
        )
        yield "What cannot be together:"
        yield Items(tuple((each, ()) for each in told))


def _fact(guideline: Guideline, fact: Fact) -> tuple[str, ...]:
    codes = "; ".join(f"{system} {', '.join(each)}" for system, each in fact.codes.items())
    return fact.id, fact.title, fact.question, answers_in_words(fact), codes, ". ".join(_notes(guideline, fact))


def _notes(guideline: Guideline, fact: Fact) -> Iterator[str]:
    for way in fact.derived:
        inputs = listed(sorted(guideline.facts[name].title for name in way.formula.facts))
        yield f"Computed as {way.title} from {inputs}" if inputs else f"Computed as {way.title}"
    for each in fact.imports:
        yield f"Decided by {each.title}"
    if fact.assume is not None:
        yield f"Assumed to be {with_unit(fact, fact.title_of(fact.assume))} where it is not given"
    if fact.max_age_days is not None:
        yield f"Counts for {counted(fact.max_age_days, 'day')}"
    if fact.agree_within is not None:
        unit = unit_of(fact)
        yield f"Values may differ by {fact.text_of(fact.agree_within)}{f' {unit}' if unit else ''}"
    yield "Can be changed" if fact.changeable else "Cannot be changed"
    yield from (citation_in_words(each, guideline) for each in fact.source)


def _sources(guideline: Guideline) -> Items:
    noted = ((source_in_words(each), (each.note,) if each.note else ()) for each in guideline.sources.values())
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
        told = tuple(_case(guideline, case) for case in decision.cases.values())
        if told:
            yield Table(f"Cases of {name}.", ("Case", "Facts", "Expected"), told)


def _total(total: Total) -> tuple[str, str, str, str]:
    return total.kind.value, str(total.met), str(total.wanted), str(total.unreachable)


def _case(guideline: Guideline, case: Case) -> tuple[str, str, str]:
    facts = (f"{name}: {guideline.facts[name].text_of(given.steps)}" for name, given in case.facts.items())
    expect = case.expect
    parts = [expect.status, expect.outcome, expect.rejected and f"refused: {expect.rejected}"]
    parts += [f"possible: {', '.join(expect.possible)}"] if expect.possible is not None else []
    parts += [f"rules: {', '.join(expect.fired)}"] if expect.fired else []
    return case.id, "; ".join(facts) or "nothing", "; ".join(part for part in parts if part) or "as its file says"


def _versions(history: Sequence[Version]) -> Block:
    if not history:
        return "No history is at hand: the guideline lies in no git repository, or was never committed."
    return Table("Versions on record.", ("Version", "Since"), tuple((each.version, each.day) for each in history))
