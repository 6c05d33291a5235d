"""What a report says in sections, each thing once: values stand with the criteria, sources in their list."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from engine.trace import GivenCaution, OpenCaution, Origin
from engine.truth import FALSE, TRUE, UNKNOWN
from explain.account import (
    Section,
    beside_section,
    counted_free_section,
    meaning_section,
    titled,
    why_sections,
)
from explain.asking import Question, questions
from explain.changes import Changes, can_change, changes_of, leads_in_words, short_change_in_words
from explain.grounds import Grounds, ground_in_words, grounds_of
from explain.justification import Line, Telling
from explain.preferred import (
    as_long_as_in_words,
    cautions_raised_otherwise,
    going_first_in_words,
    nothing_to_ask,
    preferred_lines,
    raised_in_words,
    ruled_out_in_words,
)
from explain.reading import Reading, cited_for
from explain.reasons import short_reasons_section
from explain.references import References, cited_by_number, placed_by_number
from explain.ways import lacking_in_words, lacking_ways, outdated_above, outdated_in_words
from explain.wording import fact_in_words, listed, sentence

REASONS, CHANGES = 3, 2
"""How many reasons, and changes for an outcome, a page has room for."""
NONE = (Line("None."),)


def opening_sections(reading: Reading, references: References) -> Iterator[Section]:
    """What the outcome means, why it is so, and what is shown beside it."""
    yield meaning_section(reading)
    telling = Telling(reading, lambda citation: placed_by_number(reading, references, citation))
    for section in why_sections(reading, telling):
        yield Section(section.title, tuple(map(_outline, section.lines)))
    beside = beside_section(reading, Telling(reading))
    cited = (_imported(reading, references, name) for name in reading.decision.beside)
    shown = (Line(line.text, None, numbers) for line, numbers in zip(beside.lines, cited, strict=True))
    yield Section(beside.title, tuple(shown))


def _imported(reading: Reading, references: References, name: str) -> tuple[str, ...]:
    """By what number it is cited that another guideline decides a fact."""
    ways = (way for way, said in reading.imports(name) if said.title == reading.facts[name].derivation)
    return cited_by_number(reading, references, (each for way in ways for each in way.source))


def _outline(line: Line) -> Line:
    """A rule without what stands below it; a case with its rules."""
    if line.rule is not None:
        return Line(line.text, line.rule, line.sources)
    return Line(line.text, below=tuple(map(_outline, line.below)))


def main_sections(reading: Reading, references: References) -> Iterator[Section]:
    """What decided it, why not the others and what would change it, what is missing, cautions, assumptions."""
    yield short_reasons_section(reading, REASONS, "`candor why --all`")
    yield _others_section(reading)
    yield _missing_section(reading)
    yield Section("Cautions", tuple(_cautions(reading, references)) or NONE)
    title = "Cautions that may apply, each under the unknown facts that it depends on"
    yield Section(title, tuple(_open_cautions(reading, references)) or NONE)
    assumed = (traced for traced in reading.trace.facts if traced.origin is Origin.ASSUMED)
    lines = (Line(fact_in_words(reading.fact(each.fact), each, reading.guideline.facts)) for each in assumed)
    yield Section("Assumptions", tuple(lines) or NONE)


def _others_section(reading: Reading) -> Section:
    others = [name for name in reading.decision.outcomes if name != reading.trace.outcome]
    first = "Why not the other outcomes" if reading.trace.outcome else "How each outcome stands"
    lines = (Line(f"{titled(reading, name)}:", below=tuple(_other(reading, name))) for name in others)
    return Section(f"{first}, and what would change the answer (not advice to alter a value)", tuple(lines))


def _other(reading: Reading, outcome: str) -> Iterator[Line]:
    """How an outcome stands, what it needs at the least, and what would lead there. Of one that is still possible, what
    leads there says what it needs as well."""
    trace, found = reading.trace, changes_of(reading, outcome, limit=CHANGES)
    truths = {reading.results[name].truth for name in reading.concluding(outcome)}
    if outcome in trace.overridden:
        yield Line("It is concluded too, but the answer takes precedence over it.")
    elif outcome in trace.possible_outcomes:
        yield from _possible(reading, outcome, TRUE in truths, bool(found.changes))
    elif UNKNOWN in truths:
        yield Line(f"Whatever is still unknown{ruled_out_in_words(reading, outcome)}, it is not the answer.")
    else:
        yield _needing(_ruled_out(reading, outcome), reading, grounds_of(reading, outcome, FALSE))
    yield Line(_change(reading, found))


def _possible(reading: Reading, outcome: str, has_fired: bool, has_changes: bool) -> Iterator[Line]:
    needed = () if has_fired or has_changes else grounds_of(reading, outcome, UNKNOWN)
    if has_fired:
        yield Line("It is the answer, unless an outcome that takes precedence over it is concluded.")
    elif needed:
        yield _needing("It is still possible, and needs", reading, needed)
    else:
        yield Line("It is still possible.")


def _ruled_out(reading: Reading, outcome: str) -> str:
    answer, order = reading.trace.outcome, list(reading.decision.outcomes)
    if answer is None:
        return f"It is ruled out{ruled_out_in_words(reading, outcome)}; it would need"
    is_before = order.index(answer) < order.index(outcome)
    return f"{'The answer takes precedence over it, and it' if is_before else 'It'} would need"


def _needing(standing: str, reading: Reading, needed: Grounds) -> Line:
    """How an outcome stands, up to the verb, and what it needs; a rule that no fact can make fire needs nothing."""
    several = (
        "at least one of these, and one alone need not be enough"
        if len(needed) > 1
        else "this, which need not be enough"
    )
    below = tuple(Line(ground_in_words(reading, each)) for each in needed)
    return Line(f"{standing} {several}:" if below else f"{standing} what no facts give.", below=below)


def _change(reading: Reading, found: Changes) -> str:
    if not can_change(reading):
        return "No fact that it rests on can be changed."
    if not found.changes:
        untried = "No change was found, but not every possibility was tried."
        none = f"No change of the facts that can be changed {leads_in_words(reading, including_fixed=False)} to it."
        return untried if found.is_partial else none
    told = ", or ".join(short_change_in_words(reading, change) for change in found.changes)
    more = " There are more: see `candor change --all`." if found.is_capped else ""
    untried = " There may be more: not every possibility was tried." if found.is_partial else ""
    return f"It would be the answer {told}.{more}{untried}"


def _missing_section(reading: Reading) -> Section:
    asked = tuple(_asked(reading, question) for question in questions(reading))
    beside = (*preferred_lines(reading), *counted_free_section(reading).lines)
    return Section("What is missing", (*asked, *beside) if asked else nothing_to_ask(reading)[:1])


def _asked(reading: Reading, question: Question) -> Line:
    """What to ask, and what could be given instead."""
    fact = question.fact
    below = [
        Line(f"Or, for {each.way.title}: {lacking_in_words(reading, each)}") for each in lacking_ways(reading, fact)
    ]
    below += [Line(outdated_in_words(reading, name)) for name in outdated_above(reading, fact)]
    asked = sentence(fact.question)
    is_named = asked.startswith(sentence(fact.title))
    return Line(asked if is_named else f"{sentence(fact.title)}: {asked}", below=tuple(below))


def _cautions(reading: Reading, references: References) -> Iterator[Line]:
    """The cautions given, and those that apply whatever is still unknown."""
    for each in reading.trace.cautions:
        yield Line(each.text, None, _numbers(reading, references, each))
    certain = [each for each in reading.trace.cautions_open if not each.waits_for]
    if certain:
        resting = _resting(reading, [each.rule for each in certain])
        yield _under(reading, references, f"whatever is still unknown{resting}, these apply", certain)


def _open_cautions(reading: Reading, references: References) -> Iterator[Line]:
    waiting = [each for each in reading.trace.cautions_open if each.waits_for]

    def depends(caution: OpenCaution) -> tuple[tuple[str, ...], str]:
        fewer = " (not all of these may matter)" if caution.may_be_fewer else ""
        return caution.waits_for, f"{fewer}{_resting(reading, [caution.rule])}"

    for (waits_for, rest), cautions in groupby(sorted(waiting, key=depends), depends):
        yield _under(reading, references, listed(reading.fact(name).title for name in waits_for) + rest, cautions)

    def raised(caution: GivenCaution) -> str:
        return f"only {raised_in_words(reading, caution)}"

    for title, raisable in groupby(sorted(cautions_raised_otherwise(reading), key=raised), raised):
        yield _under(reading, references, title, raisable)


def _resting(reading: Reading, rules: Sequence[str]) -> str:
    """On which values that count only until more is known it rests whether rules fire, and what would go first."""
    first = "".join(f" ({each})" for each in going_first_in_words(reading, rules))
    return f"{as_long_as_in_words(reading, rules)}{first}"


def _under(
    reading: Reading, references: References, title: str, cautions: Iterable[GivenCaution | OpenCaution]
) -> Line:
    below = tuple(Line(each.text, None, _numbers(reading, references, each)) for each in cautions)
    return Line(f"{sentence(title)}:", below=below)


def _numbers(reading: Reading, references: References, caution: GivenCaution | OpenCaution) -> tuple[str, ...]:
    return cited_by_number(reading, references, cited_for(reading, caution))
