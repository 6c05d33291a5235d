"""The account of a decision: what a person is told about it, in titled sections of lines."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from engine.guideline import Basis, Citation, Fact, Guideline, Source
from engine.plan import plan_of
from engine.trace import FactTrace, GivenCaution, OpenCaution, Origin, OutcomeOverridden, Status
from engine.truth import UNKNOWN
from engine.units import relevant_facts
from explain.asking import Question, questions
from explain.justification import Line, Telling
from explain.preferred import (
    as_long_as_in_words,
    cautions_raised_otherwise,
    going_first_in_words,
    preferred_lines,
    raised_in_words,
    ruled_out_in_words,
    whatever_in_words,
)
from explain.reading import Reading, cited_for
from explain.vocabulary import answers_in_words
from explain.ways import lacking_in_words, lacking_ways, outdated_above, outdated_in_words
from explain.wording import (
    by,
    citation_in_words,
    fact_in_words,
    listed,
    sentence,
    sources_in_words,
    stale_in_words,
    texts_said_of,
    value_in_words,
)

LEADS = {Status.NEEDS_INFORMATION: "Not enough is known. ", Status.NOT_COVERED: "Not covered: "}
"""What an answer that is no outcome begins with."""
NO_ADVICE = "This is what the guideline would say of other facts. It is not advice to alter a value."


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of an account."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """What a person is told: which guideline, which question, the answer in one sentence, and the sections."""

    guideline: str
    question: str
    status: Status
    answer: str
    sections: tuple[Section, ...]


def headed(reading: Reading, answer: str, sections: Iterable[Section]) -> Account:
    """An account of a decision with this answer; sections without a line are left out."""
    guideline = reading.guideline
    state = "" if guideline.status == "active" else f", {guideline.status}"
    return Account(
        guideline=f"{guideline.title} ({guideline.id} {guideline.version}{state})",
        question=reading.decision.question,
        status=reading.trace.status,
        answer=answer,
        sections=tuple(section for section in sections if section.lines),
    )


def answer_in_words(reading: Reading) -> str:
    """The outcome in one sentence, with the assumptions it stands on."""
    assumed = [traced for traced in reading.trace.facts if traced.origin is Origin.ASSUMED]
    stated = (
        f"{reading.fact(each.fact).title} ({value_in_words(reading.fact(each.fact), each.value)})" for each in assumed
    )
    return f"{outcome_in_words(reading)}{f' Assumed: {listed(stated)}.' if assumed else ''}"


def outcome_in_words(reading: Reading) -> str:
    """The outcome, or those still possible, without the assumptions."""
    trace = reading.trace
    if trace.outcome is not None:
        return f"{titled(reading, trace.outcome)}."
    lead = LEADS[trace.status]
    if trace.status is Status.NOT_COVERED:
        return f"{lead}the guideline has no answer for this patient. This is a gap in the guideline, not a no."
    possible = [quoted_title(reading, name) for name in reading.decision.outcomes if name in trace.possible_outcomes]
    if trace.may_be_not_covered:
        possible.append("no answer at all (a gap in the guideline)")
    return f"{lead}Still possible{as_long_as_in_words(reading)}: {listed(possible, 'or')}."


def titled(reading: Reading, outcome: str) -> str:
    """An outcome by its title and name."""
    return f"{reading.decision.outcomes[outcome].title} ({outcome})"


def quoted_title(reading: Reading, outcome: str) -> str:
    """An outcome within a sentence: its title in quotation marks, and its name."""
    return f'"{reading.decision.outcomes[outcome].title}" ({outcome})'


def sections_of(reading: Reading, decisive: Iterable[Section]) -> tuple[Section, ...]:
    """The sections of a whole account; what is `decisive` stands below why."""
    return closed(reading, _main_sections(reading, decisive))


def _main_sections(reading: Reading, decisive: Iterable[Section]) -> Iterator[Section]:
    trace, telling = reading.trace, Telling(reading)
    yield meaning_section(reading)
    yield beside_section(reading, telling)
    yield asked_section(reading)
    yield from why_sections(reading, telling)
    yield from decisive
    yield cautions_section(reading)
    yield open_cautions_section(reading)
    yield Section(
        "Other outcomes",
        tuple(_other(reading, telling, name) for name in reading.decision.outcomes if name != trace.outcome),
    )
    yield Section("Scores", tuple(telling.score(name) for name in reading.scores))
    yield Section("Facts", tuple(_facts(reading)))
    yield counted_free_section(reading)


def asked_section(reading: Reading, *, with_answers: bool = False) -> Section:
    """The facts that can still change the outcome, best question first; with `answers`, what each would settle."""
    asked = questions(reading)
    lines = [_asked(reading, question, settling_lines(reading, question) if with_answers else ()) for question in asked]
    return Section("Ask next", (*lines, *(preferred_lines(reading) if asked else ())))


def beside_section(reading: Reading, telling: Telling) -> Section:
    """The facts that are shown with every answer."""
    shown = (_shown_beside(reading, telling, name) for name in reading.decision.beside)
    return Section("For context", tuple(shown))


def cautions_section(reading: Reading) -> Section:
    """The cautions given with the answer."""
    return Section("Cautions", tuple(caution_line(reading, caution) for caution in reading.trace.cautions))


def open_cautions_section(reading: Reading) -> Section:
    """The cautions that wait for a fact, and those that only another way to a value could raise."""
    still_open = (_open(reading, each) for each in reading.trace.cautions_open)
    otherwise = (_otherwise(reading, each) for each in cautions_raised_otherwise(reading))
    return Section("Cautions still open", (*still_open, *otherwise))


def meaning_section(reading: Reading) -> Section:
    """What the outcome means, in the author's words."""
    outcome = reading.trace.outcome
    meaning = reading.decision.outcomes[outcome].meaning if outcome else None
    return Section("What this means", (Line(meaning),) if meaning else ())


def why_sections(reading: Reading, telling: Telling) -> Iterator[Section]:
    """Why the outcome is what it is, and what it overrode."""
    events = (event for event in reading.trace.events if isinstance(event, OutcomeOverridden))
    yield Section("Why" if reading.trace.outcome else "What is established so far", telling.why())
    yield Section("Overridden", tuple(_overridden(reading, event) for event in events))


def closed(reading: Reading, sections: Iterable[Section]) -> tuple[Section, ...]:
    """Sections with what stands below every account: the sources that they cite, limits of use, and what was decided
    when by what."""
    trace = reading.trace
    record = f"Decided at {trace.at} by {trace.guideline} {trace.version}, sha256 {trace.sha256}"
    return (*with_basis(reading, sections), Section("Record", (Line(record),)))


def with_basis(reading: Reading, sections: Iterable[Section]) -> tuple[Section, ...]:
    """Sections with the sources that they cite and limits of use, which stand also below what is only supposed."""
    told = tuple(sections)
    cited = dict.fromkeys(cite for section in told for cite in _cited(section.lines))
    return (
        *told,
        Section("Sources", tuple(map(Line, cited))),
        Section("Limits of use", (Line(reading.guideline.limits),)),
    )


def _cited(lines: Iterable[Line]) -> Iterator[str]:
    """What lines cite, in full, in the order in which they are read."""
    for line in lines:
        yield from line.cites
        yield from _cited(line.below)


def _shown_beside(reading: Reading, telling: Telling, name: str) -> Line:
    """A fact that is shown with every answer; where it is not known, what an imported decision leaves possible."""
    said = [each for each in reading.facts[name].imported if each.value is None]
    if reading.facts[name].value is not None or not said:
        return telling.fact(name)
    way = next(way for way, each in reading.imports(name) if each is said[0])
    outcomes = way.guideline.decisions[way.decision].outcomes.values()
    possible = listed((each.title for each in outcomes if each.id in said[0].trace.possible_outcomes), "or")
    return Line(f"{telling.fact(name).text}; still possible: {possible} ({by(said[0].title)})")


def cited_sources(reading: Reading, rules: Collection[str] | None = None) -> Iterator[tuple[Source, frozenset[Basis]]]:
    """The sources of the decision's rules (or of some), and of its cautions, by id; then those of the rules of imported
    decisions that a fact has its value from. Each with the bases on which it is cited."""
    yield from _cited_in(reading.guideline, citations_of(reading, rules))
    for name, traced in reading.facts.items():
        for way, said in reading.imports(name) if traced.imported else ():
            declared = way.guideline.decisions[way.decision].rules
            if said.title == traced.derivation:
                fired = [each for rule in said.trace.fired for each in declared[rule].source]
                yield from _cited_in(way.guideline, fired)


def citations_of(reading: Reading, rules: Collection[str] | None = None) -> tuple[Citation, ...]:
    """What the decision's rules (or some of them), its cautions and its imports cite."""
    counted = [rule for name, rule in reading.decision.rules.items() if rules is None or name in rules]
    cautions = [*reading.decision.cautions, *(rule.caution for rule in counted if rule.caution is not None)]
    citations = [*(rule.source for rule in counted), *(caution.source for caution in cautions)]
    citations += [way.source for name in reading.facts for way, _ in reading.imports(name)]
    return tuple(each for listed_here in citations for each in listed_here)


def _cited_in(guideline: Guideline, citations: Iterable[Citation]) -> Iterator[tuple[Source, frozenset[Basis]]]:
    bases: dict[str | None, frozenset[Basis]] = {}
    for each in citations:
        bases[each.cite] = bases.get(each.cite, frozenset()) | {each.basis}
    return ((source, bases[name]) for name, source in sorted(guideline.sources.items()) if name in bases)


def caution_line(reading: Reading, caution: GivenCaution | OpenCaution, text: str | None = None) -> Line:
    """A caution with its rule and what it cites; with another text where there is one."""
    citations, guideline = cited_for(reading, caution), reading.guideline
    cited = tuple(citation_in_words(each, guideline) for each in citations)
    rule = None if caution.rule is None else reading.address(caution.rule)
    cites = sources_in_words(citations, guideline)
    return Line(caution.text if text is None else text, rule, cited, cites=cites)


def settling_lines(reading: Reading, question: Question) -> tuple[Line, ...]:
    """What each answer to a question would leave possible."""
    outcomes = reading.decision.outcomes
    lines = []
    if question.finds:
        found = listed(reading.fact(name).title for name in question.finds)
        lines.append(Line(f"Then {found} can be found from it; what follows is told once it is given"))
    for answered in question.answers:
        titles = [f'"{outcomes[name].title}"' for name in outcomes if name in answered.results]
        titles += ["no answer at all (a gap in the guideline)"] if None in answered.results else []
        left = f"settled: {titles[0]}" if answered.is_settled else f"still open: {listed(titles, 'or')}"
        left = "the guideline has no answer" if answered.results == {None} else left
        left += " (one value may settle more)" if question.may_settle_more and len(answered.results) > 1 else ""
        lines.append(Line(f"If it is {texts_said_of(question.fact, answered.texts)}, {left}"))
    return tuple(lines)


def _asked(reading: Reading, question: Question, settling: tuple[Line, ...]) -> Line:
    fact = question.fact
    below = [Line(f"Answer: {answers_in_words(fact)}")]
    for lacking in lacking_ways(reading, fact):
        title, is_import = lacking.way.title, lacking.way.is_import
        how = f"the facts that decide it {by(title)}" if is_import else f"what {title} is computed from"
        below.append(Line(f"Or give {how}: {lacking_in_words(reading, lacking)}"))
    for name in outdated_above(reading, fact):
        below.append(Line(outdated_in_words(reading, name)))
    return Line(f"{fact.id}: {fact.question}", below=(*below, *settling))


def _overridden(reading: Reading, event: OutcomeOverridden) -> Line:
    by = reading.decision.outcomes[event.by].title
    rules = listed(reading.address(rule) for rule in event.rules)
    return Line(f"{titled(reading, event.outcome)} was concluded too, by {rules}; {by} takes precedence over it.")


def _open(reading: Reading, caution: OpenCaution) -> Line:
    return caution_line(reading, caution, open_caution_in_words(reading, caution))


def _otherwise(reading: Reading, caution: GivenCaution) -> Line:
    return caution_line(reading, caution, f'May apply {raised_in_words(reading, caution)}: "{caution.text}"')


def open_caution_in_words(reading: Reading, caution: OpenCaution) -> str:
    """A caution that is still open, with what it waits for."""
    return f'{waiting_in_words(reading, caution)}: "{caution.text}"'


def waiting_in_words(reading: Reading, caution: OpenCaution) -> str:
    """What a caution that is still open waits for, and on which values that count only until more is known it rests."""
    rules = [caution.rule]
    titles = listed(reading.fact(name).title for name in caution.waits_for)
    fewer = "; not all of these may matter" if caution.may_be_fewer else ""
    notes = (*([f"not known: {titles}{fewer}"] if titles else []), *going_first_in_words(reading, rules))
    lead = (
        f"May apply{as_long_as_in_words(reading, rules)}" if titles else f"Applies, {whatever_in_words(reading, rules)}"
    )
    return f"{lead} ({'; '.join(notes)})" if notes else lead


def _other(reading: Reading, telling: Telling, outcome: str) -> Line:
    below = (*excluded_lines(reading, outcome), *telling.why_not(outcome))
    return Line(f"{titled(reading, outcome)}: {state_in_words(reading, outcome)}", below=below)


def excluded_lines(reading: Reading, outcome: str) -> Iterator[Line]:
    """That an outcome is out of the question although not all of its conditions are known."""
    rules = reading.decision.rules
    truths = (reading.results[name].truth for name in rules if outcome in rules[name].concludes)
    if outcome not in reading.trace.possible_outcomes and UNKNOWN in truths:
        whatever = f"Whatever is still unknown{ruled_out_in_words(reading, outcome)}"
        yield Line(f"{whatever}, this is not the outcome; a condition that is not settled cannot make it so.")


def state_in_words(reading: Reading, outcome: str) -> str:
    """How an outcome stands: the answer, still possible, overridden, or not the answer."""
    if outcome == reading.trace.outcome:
        return "the answer"
    if outcome in reading.trace.possible_outcomes:
        return "still possible"
    return "concluded, but overridden" if outcome in reading.trace.overridden else "not the answer"


def _facts(reading: Reading) -> Iterator[Line]:
    unknown: list[str] = []
    tested = plan_of(reading.guideline, reading.decision.id).tested
    for traced in reading.trace.facts:
        fact = reading.fact(traced.fact)
        if traced.origin is Origin.UNKNOWN and not traced.imported:
            unknown += _not_known(reading, fact.id) if fact.id in tested else []
        else:
            yield Line(fact_in_words(fact, traced, reading.guideline.facts), below=tuple(_beside(fact, traced)))
    if unknown:
        yield Line(f"Not known: {listed(dict.fromkeys(unknown))}")


def _not_known(reading: Reading, name: str) -> Iterator[str]:
    """The title of a fact that is not known; of one that follows from others, which of those are not known."""
    plan, free = plan_of(reading.guideline, reading.decision.id), reading.trace.counted_free
    if name not in plan.linear or name in free:
        yield reading.fact(name).title
        return
    for read in sorted(reading.fact(name).reads):
        if reading.facts[read].value is None:
            yield from _not_known(reading, read)


def _beside(fact: Fact, traced: FactTrace) -> Iterator[Line]:
    """What else is to be said of a fact: the derivations that were not used, and its note."""
    for each in traced.computed:
        if each.title != traced.derivation:
            too_old = ", too old to be used" if each.stale else ""
            yield Line(f"{each.title} gives {value_in_words(fact, each.value)}{too_old}")
    for said in traced.imported:
        if said.title != traced.derivation:
            value = "needs more information" if said.value is None else f"gives {value_in_words(fact, said.value)}"
            yield Line(f"{said.title} {value}{', too old to be used' if said.stale else ''}")
    if traced.stale_value is not None and traced.origin is not Origin.STALE:
        yield Line(f"Given, but not used: {stale_in_words(fact, traced)}")
    if traced.note:
        yield Line(f"Note: {traced.note}")


def counted_free_section(reading: Reading) -> Section:
    """The unknown facts with a part in the outcome that what is known of their inputs does not narrow."""
    relevant = relevant_facts(plan_of(reading.guideline, reading.decision.id))
    free = reading.trace.counted_free if reading.trace.status is Status.NEEDS_INFORMATION else ()
    told = (
        _counted_free(reading, name)
        for name in free
        if name in relevant and any(reading.facts[read].value is not None for read in reading.fact(name).reads)
    )
    return Section("Counted with any value", tuple(told))


def _counted_free(reading: Reading, name: str) -> Line:
    title = sentence(reading.fact(name).title)
    is_bound = name in plan_of(reading.guideline, reading.decision.id).bound
    reason = "those values are too old" if is_bound else "its formula is more than a sum"
    return Line(f"{title}: not known. What it is computed from does not narrow it here, because {reason}.")
