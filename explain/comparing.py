"""Two versions of a guideline in words: which answers change and for whom, what else was edited, what the version has
to say."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from engine.alignment import Side
from engine.comparison import DecisionComparison, Example, Group, GuidelineComparison, Movement, Result, ToldChange
from engine.diagnostics import counted
from engine.edits import Edit, Touch, Way
from engine.guideline import Decision, Fact, Guideline
from engine.logic import Dimension, Kind, Refused
from engine.patient import Facts
from engine.versions import Step, least_version
from explain.account import Section
from explain.comparing_told import no_complete_patient, points_in_words, proved_of_told, told_change_in_words
from explain.justification import Line
from explain.regions import EVERYBODY, extent_in_words, spans_in_words
from explain.wording import listed, sentence, value_in_words

_TITLES = {
    Touch.ANSWERS: "Edits that can change an answer",
    Touch.NAMES: "Edits of what is given or read by its name",
    Touch.WORDS: "Edits of what is said",
}


@dataclass(frozen=True, slots=True)
class Telling:
    """A comparison as a person reads it: which two, the answer in one sentence, the sections."""

    heading: str
    answer: str
    sections: tuple[Section, ...]


def told(comparison: GuidelineComparison, more: Iterable[Section] = ()) -> Telling:
    """The comparison in words; `more` are sections that stand before the version's."""
    before, after = comparison.before, comparison.after
    sections = (*_decisions(comparison), *_edits(comparison), *more, version_section(comparison))
    return Telling(
        heading=f"{after.title}: {before.id} {before.version} and {after.id} {after.version}",
        answer=_answer(comparison),
        sections=tuple(section for section in sections if section.lines),
    )


def result_in_words(decision: Decision, result: Result) -> str:
    """What a version makes of patients: an outcome by its title and id, no outcome, or that it calls them
    impossible."""
    if result is None:
        return "no outcome"
    if isinstance(result, Refused):
        return "refused as impossible"
    return f"{decision.outcomes[result].title} ({result})"


def edit_in_words(edit: Edit) -> str:
    """An edit in one sentence: ``rule `frost` of `gritting`: condition was ..., is ...``."""
    subject = f"{edit.part} `{edit.name}`" + (f" of `{edit.home}`" if edit.home else "")
    if edit.part == "guideline":
        subject = "guideline"
    if edit.way is not Way.CHANGED:
        renamed = f" from `{edit.before}` to `{edit.after}`" if edit.way is Way.RENAMED else ""
        return f"{subject}: {edit.way.value}{renamed}"
    if edit.before is None and edit.after is None:
        return f"{subject}: {edit.aspect} changed"
    return f"{subject}: {edit.aspect} was {_said(edit.before)}, is {_said(edit.after)}"


def group_in_words(before: Guideline, after: Guideline, group: Group) -> str:
    """Who moves alike: the values that bind them."""
    shared = _shared_titles(before, after)
    bounds = [_bound_in_words(dimension, spans, shared) for dimension, spans in group.bounds]
    return "; ".join([*bounds, "any other facts"]) if bounds else EVERYBODY


def example_in_words(before: Guideline, after: Guideline, example: Example) -> str:
    """The patient of an example; what the two versions know of them differently is told for each."""
    titles = _shared_titles(before, after)
    one, other = (_values(*each, titles) for each in ((before, example.before), (after, example.after)))
    if one == other:
        return "; ".join(one)
    shared = [each for each in one if each in other]
    alone = [(Side.BEFORE, [each for each in one if each not in other])]
    alone.append((Side.AFTER, [each for each in other if each not in one]))
    return "; ".join([*shared, *(f"{side.value}: {', '.join(each)}" for side, each in alone if each)])


def version_section(comparison: GuidelineComparison) -> Section:
    """Which step of the version is required, why, and whether it was taken."""
    required, before, after = comparison.required, comparison.before.version, comparison.after.version
    if required is Step.NONE:
        return Section("The version", (Line(f"Nothing was edited, so nothing is required: {before}, {after}"),))
    because = [edit_in_words(edit) for edit in comparison.edits if edit.step is required]
    refused = any(isinstance(move.after, Refused) for each in comparison.decisions for move in each.movements)
    major = f"who were answered {'are' if refused else 'may be'} refused"
    moved = major if required is Step.MAJOR else "have another answer"
    because += [] if because else [f"patients {moved}"]
    asked = f"A {required.name.lower()} step is required: {before} to {least_version(before, required)} or above"
    verdict = f"{after} is enough" if comparison.is_version_enough else f"{after} is not enough"
    return Section("The version", (Line(asked, below=tuple(map(Line, _few(because)))), Line(verdict)))


def _answer(comparison: GuidelineComparison) -> str:
    moving = [each.decision for each in comparison.decisions if each.movements]
    still = [each for each in comparison.decisions if not each.movements]
    verdict = "" if comparison.is_version_enough else f" Version {comparison.after.version} does not say so."
    if moving:
        return f"Patients have another answer in {listed(moving)}.{verdict}"
    told = [each.decision for each in comparison.decisions if each.told_changes]
    if told:
        return f"{_unmoved(still)}; patients get other cautions or points in {listed(told)}.{verdict}"
    if not comparison.edits:
        return f"The two are the same guideline.{verdict}"
    if not still:
        return f"The two have no decision in common: nothing was compared.{verdict}"
    if len({*comparison.before.decisions, *comparison.after.decisions}) > len(still):
        return f"{_unmoved(still)} in {listed(each.decision for each in still)}: proved.{verdict}"
    return f"{_unmoved(still)}: proved.{verdict}"


def _unmoved(still: Sequence[DecisionComparison]) -> str:
    return sentence(f"{_nobody(still)} has another outcome")


def _nobody(compared: Sequence[DecisionComparison]) -> str:
    """Of whom it is proved that nobody has another outcome."""
    return "no patient" if all(each.is_proved_for_all for each in compared) else no_complete_patient(*compared)


def _decisions(comparison: GuidelineComparison) -> Iterator[Section]:
    for each in comparison.decisions:
        title = f"Answers of {each.decision}"
        yield Section(title, (*_movements(comparison, each), *map(Line, _caveats(comparison, each))))


def _movements(comparison: GuidelineComparison, compared: DecisionComparison) -> Iterator[Line]:
    if not compared.movements:
        yield Line(f"Proved: {_nobody([compared])} has another outcome, {extent_in_words(compared.classes)}")
    for movement in compared.movements:
        yield _movement(comparison, compared.decision, movement)
    for change in compared.told_changes:
        yield _told_change(comparison, compared.decision, change)
    yield from proved_of_told(comparison, compared)


def _movement(comparison: GuidelineComparison, decision: str, movement: Movement) -> Line:
    before, after = comparison.before, comparison.after
    was = result_in_words(before.decisions[decision], movement.before)
    is_now = result_in_words(after.decisions[decision], movement.after)
    groups = [_group(before, after, group) for group in movement.groups]
    return Line(f"{was} before, {is_now} after", below=_listed(groups, movement.is_capped))


def _told_change(comparison: GuidelineComparison, decision: str, change: ToldChange) -> Line:
    before, after = comparison.before, comparison.after
    groups = [_group(before, after, group, points_in_words(change, group)) for group in change.groups]
    text = told_change_in_words(after.decisions[decision], change)
    return Line(text, below=_listed(groups, change.is_capped))


def _listed(groups: list[Line], is_capped: bool) -> tuple[Line, ...]:
    more = [Line(f"and others: only {counted(len(groups), 'group')} are listed")] if is_capped else []
    return (*groups, *more)


def _group(before: Guideline, after: Guideline, group: Group, more: str = "") -> Line:
    if group.example is None:
        text = "no example: a formula has no value in range for the least of them, and perhaps for all"
    else:
        text = f"for example: {example_in_words(before, after, group.example)}{more}"
    return Line(group_in_words(before, after, group), below=(Line(text),))


def _caveats(comparison: GuidelineComparison, compared: DecisionComparison) -> Iterator[str]:
    if compared.against_formulas:
        yield "Somebody changes who states a fact against what it would be computed from"
    if compared.apart:
        yield f"Another fact in each version, without a value in common: {_names(compared.apart)}"
    if compared.narrowed:
        yield f"Compared on the values that both versions accept: {_names(compared.narrowed)}"
    if compared.found_apart:
        yield f"Found by each version in its own way, and compared so: {_names(compared.found_apart)}"
    if compared.computed_otherwise:
        yield f"Compared as given, found in another way where it is not: {_names(compared.computed_otherwise)}"
    if compared.refusing_apart:
        names = _names(compared.refusing_apart)
        yield f"Computed by one version in a way of its own, which may refuse for what it comes to: {names}"


def _names(names: Iterable[str]) -> str:
    return listed(f"`{name}`" for name in names)


def _edits(comparison: GuidelineComparison) -> Iterator[Section]:
    for touch, title in _TITLES.items():
        found = [edit for edit in comparison.edits if edit.touch is touch]
        yield Section(title, tuple(Line(f"{edit_in_words(edit)} ({edit.step.name.lower()})") for edit in found))


def _shared_titles(before: Guideline, after: Guideline) -> frozenset[str]:
    """The titles that facts of different names have, as one that was renamed and kept its title."""
    names: dict[str, set[str]] = {}
    for fact in (*before.facts.values(), *after.facts.values()):
        names.setdefault(sentence(fact.title), set()).add(fact.id)
    return frozenset(title for title, ids in names.items() if len(ids) > 1)


def _title(name: str, fact: Fact, shared: frozenset[str]) -> str:
    """The title of a fact, with its name beside it where others have the same."""
    title = sentence(fact.title)
    return f"{title} ({name})" if title in shared else title


def _bound_in_words(dimension: Dimension, spans: tuple[tuple[int, int], ...], shared: frozenset[str]) -> str:
    title = _title(dimension.fact, dimension.scale, shared)
    values = spans_in_words(dimension.scale, spans)
    return f"{title}: {values}" if dimension.kind is Kind.VALUE else f"{title}, {dimension.kind.value}: {values}"


def _values(guideline: Guideline, facts: Facts, shared: frozenset[str]) -> list[str]:
    def text(fact: Fact, steps: int) -> str:
        return f"{_title(fact.id, fact, shared)}: {value_in_words(fact, fact.scalar_of(steps))}"

    return [text(guideline.facts[name], given.steps) for name, given in facts.given.items()]


def _said(text: str | None) -> str:
    return "nothing" if text is None else f"`{text}`"


def _few(texts: list[str]) -> list[str]:
    return texts if len(texts) <= 5 else [*texts[:5], f"and {len(texts) - 5} more"]
