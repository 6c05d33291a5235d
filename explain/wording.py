"""Facts, tests, citations and rules in words: the sentences that every explanation is built from."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from string import ascii_lowercase

from engine.conditions import Interval, ScoreTest, Test
from engine.diagnostics import counted
from engine.guideline import Citation, Fact, FactType, Guideline, Rule, Scalar, Source
from engine.templates import filled
from engine.trace import FactTrace, Origin, ScoreResult, TestResult
from engine.truth import UNKNOWN, Truth
from engine.unary_tests import complement

NOT_KNOWN = "not known"
_TIMES = {"d": "days", "wk": "weeks", "mo": "months", "a": "years"}
"""UCUM codes of times of a day or longer, as they are printed."""
NO_VALUE = "what no value gives"
"""Needed by a test that cannot come out as it is wanted."""
ANY_VALUE = "any value"
"""Needed by a test that can only come out as it is wanted."""


def value_in_words(fact: Fact, value: Scalar | None) -> str:
    """A fact's value as a sentence says it: `42 mm/h`, `stable therapy`, `yes`, or `not known`."""
    if value is None:
        return NOT_KNOWN
    if fact.type is FactType.YES_NO:
        return "yes" if value else "no"
    if fact.type is FactType.CHOICE:
        return next(choice.title for choice in fact.choices if choice.id == value)
    return with_unit(fact, str(value))


def said_of(fact: Fact, value: Scalar | None) -> str:
    """A value as the words after `is` or `were` say it: a number as it is, an answer in quotation marks."""
    return value_in_words(fact, value) if fact.is_numeric or value is None else f'"{value_in_words(fact, value)}"'


def unit_of(fact: Fact) -> str | None:
    """A fact's unit as it is printed, a time in words; a score has none to speak of."""
    if fact.unit is None or fact.unit == "score" or fact.unit.startswith("{"):
        return None
    return _TIMES.get(fact.unit, fact.unit)


def with_unit(fact: Fact, number: str) -> str:
    """A number with its unit: `12.0 mg/L`, `13 weeks`, `1 week`."""
    unit = unit_of(fact)
    if unit is not None and number in ("1", "-1") and fact.unit in _TIMES:
        unit = unit.removesuffix("s")
    return number if unit is None else f"{number} {unit}"


def fact_in_words(fact: Fact, traced: FactTrace, others: Mapping[str, Fact], *, is_supposed: bool = False) -> str:
    """What is known of a fact and where it comes from: `Pain: 3.80 (given, 2026-10-01)`; `(supposed)` where somebody
    asks what would be if it were so."""
    origin = "supposed" if is_supposed else origin_in_words(fact, traced, others)
    return f"{sentence(fact.title)}: {value_in_words(fact, traced.value)}{f' ({origin})' if origin else ''}"


def origin_in_words(fact: Fact, traced: FactTrace, others: Mapping[str, Fact]) -> str:
    """Where a value comes from, or why a stale one is none: `given, 2026-10-01`; empty where nothing is known."""
    match traced.origin:
        case Origin.UNKNOWN:
            return ""
        case Origin.STALE:
            return stale_in_words(fact, traced)
        case Origin.ASSUMED:
            return "assumed"
        case Origin.FIXED:
            return "stated by the guideline that asks"
        case Origin.DERIVED:
            how = derivation_in_words(traced, others)
            return f"{how}; {traced.at}" if traced.at else how
    return f"given{_dated(traced.at)}"


def derivation_in_words(traced: FactTrace, others: Mapping[str, Fact]) -> str:
    """What gave a derived fact its value, and from what: `weighted count, computed from cars and lorries`; without the
    name where it is the fact's own; `by the table of categories` where another guideline decided it."""
    inputs = next((each.inputs for each in traced.computed if each.title == traced.derivation), ())
    if not inputs:
        is_imported = any(each.title == traced.derivation for each in traced.imported)
        return by(str(traced.derivation)) if is_imported else str(traced.derivation)
    named = "" if traced.derivation == others[traced.fact].title else f"{traced.derivation}, "
    return f"{named}computed from {listed(others[name].title for name in inputs)}"


def by(title: str) -> str:
    """`by` and what decides something, of which the title may say so itself."""
    return title if title.lower().startswith("by ") else f"by {title}"


def stale_in_words(fact: Fact, traced: FactTrace) -> str:
    """Why a value that was given does not count: it is too old."""
    if traced.stale_value is None:
        return f"what it is computed from is older than {counted(fact.max_age_days or 0, 'day')}"
    value = value_in_words(fact, traced.stale_value)
    return f"{value} of {traced.stale_at} is older than {counted(fact.max_age_days or 0, 'day')}"


def demand_in_words(fact: Fact, test: Test | ScoreTest, wanted: bool) -> str:
    """The values that meet a test (or, not wanted, fail it): `2.60 to 4.40`, `5.11 or above`, `stable therapy`."""
    return intervals_in_words(fact, demanded(fact, test, wanted))


def demanded(fact: Fact, test: Test | ScoreTest, wanted: bool) -> tuple[Interval, ...]:
    """The values, in steps, that meet a test, or, not wanted, fail it."""
    return test.meets if wanted else complement(test.meets, fact.low, fact.high)


def intervals_in_words(fact: Fact, meets: Sequence[Interval]) -> str:
    """Some of a fact's values, in steps: `2.60 to 4.40`, `stable therapy or no therapy`; empty where there are none.
    Several answers stand in quotation marks where it would not be plain where one ends."""
    if tuple(meets) == ((fact.low, fact.high),) and fact.low < fact.high:
        return ANY_VALUE
    if fact.is_numeric:
        told = [interval_in_words(fact, interval) for interval in meets]
        return ", or ".join(told) if any(" or " in each for each in told) else listed(told, "or")
    return _answers([fact.title_of(steps) for low, high in meets for steps in range(low, high + 1)])


def _answers(titles: Sequence[str]) -> str:
    """Answers as a list; several in quotation marks where it would not be plain where one ends."""
    is_plain = len(titles) == 1 or not any(map(is_several, titles))
    return listed(titles if is_plain else (f'"{title}"' for title in titles), "or")


def is_several(title: str) -> bool:
    """Whether an answer reads like several."""
    return " or " in title or "," in title


def interval_in_words(fact: Fact, interval: Interval) -> str:
    """Neighbouring values of a number, in steps: `2.60 to 4.40`, `5.11 or above`."""
    low, high = (fact.text_of(end) for end in interval)
    if interval[0] == interval[1]:
        return with_unit(fact, low)
    if interval[0] == fact.low:
        return f"{with_unit(fact, high)} or below"
    return f"{with_unit(fact, low)} or above" if interval[1] == fact.high else with_unit(fact, f"{low} to {high}")


def others_in_words(fact: Fact, steps: int, interval: Interval) -> str:
    """The other values of an interval beside one of them, all in steps: `or below`, `or 1`, `or another value from 2.60
    to 4.40`."""
    least, most = interval
    if most - least == 1:
        return f"or {with_unit(fact, fact.text_of(least + most - steps))}"
    if (steps, least) == (most, fact.low):
        return "or below"
    if (steps, most) == (least, fact.high):
        return "or above"
    return f"or another value from {with_unit(fact, f'{fact.text_of(least)} to {fact.text_of(most)}')}"


def result_in_words(fact: Fact, test: Test, result: TestResult, wanted: bool, origin: Origin) -> str:
    """How a test came out that failed, or is unknown, for a rule that wants it to hold (or not to)."""
    value = value_in_words(fact, result.value)
    needed = demand_in_words(fact, test, wanted) or NO_VALUE
    meets = demanded(fact, test, wanted)
    distance = "" if result.truth is UNKNOWN or _is_one_value(meets) else _distance(fact, result)
    assumed = " (assumed)" if origin is Origin.ASSUMED else ""
    return f"{sentence(fact.title)}: {value}{assumed}{distance}; needed: {needed}"


def score_in_words(scale: Fact, low: Scalar, high: Scalar) -> str:
    """A score, settled or not: `5`, `2 to 5`."""
    return with_unit(scale, str(low) if low == high else f"{low} to {high}")


def score_result_in_words(scale: Fact, test: ScoreTest, result: ScoreResult, wanted: bool) -> str:
    """How a test on a score came out that failed, or is unknown, for a rule that wants it to hold (or not to)."""
    value = score_in_words(scale, result.low, result.high)
    needed = demand_in_words(scale, test, wanted) or NO_VALUE
    settled = TestResult(scale.id, result.test, result.truth, result.low, result.nearest, result.distance)
    distance = "" if _is_one_value(demanded(scale, test, wanted)) else _distance(scale, settled)
    return f"{sentence(scale.title)}: {value}{distance}; needed: {needed}"


def because_in_words(
    rule: Rule,
    guideline: Guideline,
    facts: Mapping[str, FactTrace],
    findings: Mapping[str, Truth],
    scores: Mapping[str, str],
    in_case: Mapping[str, Iterable[str]] | None = None,
) -> str:
    """A rule's `because` with its values filled in; `scores` are in words already, `in_case` names the values of
    unknown facts in one case."""
    supposed = in_case or {}

    def in_words(name: str) -> str:
        if name in findings:
            return {"true": "yes", "false": "no", "unknown": NOT_KNOWN}[findings[name].value]
        if name in scores:
            return scores[name]
        fact, traced = guideline.facts[name], facts[name]
        if traced.value is None and name in supposed:
            return texts_in_words(fact, supposed[name])
        return value_in_words(fact, traced.value)

    return filled(rule.because or rule.title, in_words)


def texts_in_words(fact: Fact, texts: Iterable[str]) -> str:
    """Values as the trace's case splits write them, in words."""
    if fact.type is FactType.CHOICE:
        titles = {choice.id: choice.title for choice in fact.choices}
        return _answers([titles[text] for text in texts])
    return with_unit(fact, listed((text.replace("..", " to ") for text in texts), "or"))


def texts_said_of(fact: Fact, texts: Iterable[str]) -> str:
    """Values like those of `texts_in_words`, after `is`: a number as it is, an answer in quotation marks."""
    if fact.is_numeric:
        return texts_in_words(fact, texts)
    return listed((f'"{texts_in_words(fact, (text,))}"' for text in texts), "or")


def citation_in_words(citation: Citation, guideline: Guideline) -> str:
    """`stated: Publisher 2026, section`; a basis of `added` without a source says so."""
    if citation.cite is None:
        return f"{citation.basis.value}: not in the source"
    parts = [_label(guideline.sources[citation.cite], guideline), *([citation.at] if citation.at else [])]
    return f"{citation.basis.value}: {', '.join(parts)}"


def sentence(text: str) -> str:
    """A text as it begins a line."""
    return text[:1].upper() + text[1:]


def source_in_words(source: Source, guideline: Guideline) -> str:
    """A source in full, as the guideline that cites it has it: `Publisher 2026: title (kind, evidence: ...), date,
    url`."""
    kind = source.kind.value.replace("_", " ")
    graded = f"{kind}, evidence: {source.evidence}" if source.evidence else kind
    named = f"{_label(source, guideline)}: {source.title} ({graded})"
    return ", ".join(part for part in (named, source.date, source.url) if part)


def sources_in_words(citations: Iterable[Citation], guideline: Guideline) -> tuple[str, ...]:
    """The sources of some citations in full, each once."""
    cited = (guideline.sources[each.cite] for each in citations if each.cite is not None)
    return tuple(dict.fromkeys(source_in_words(source, guideline) for source in cited))


def source_named(source: Source) -> str:
    """Which source it is, without what kind: `Publisher, 2026-05: title, address`."""
    name = ", ".join(part for part in (source.publisher or source.title, source.date) if part)
    titled = f"{name}: {source.title}" if source.publisher else name
    return f"{titled}, {source.url.removeprefix('https://')}" if source.url else titled


def _label(source: Source, guideline: Guideline) -> str:
    """What citations call a source: `Publisher 2026`; of several that would be called alike, by id, `Publisher 2026a`,
    `Publisher 2026b`."""
    alike = [name for name, each in sorted(guideline.sources.items()) if _named(each) == _named(source)]
    if len(alike) == 1:
        return _named(source)
    number = alike.index(source.id)
    letter = ascii_lowercase[number] if number < len(ascii_lowercase) else f"-{number + 1}"
    return f"{_named(source)}{'' if source.date else ' '}{letter}"


def _named(source: Source) -> str:
    named = source.publisher or source.title
    return f"{named} {source.date[:4]}" if source.date else named


def listed(items: Iterable[str], joined: str = "and") -> str:
    """`a, b and c`."""
    names = list(items)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {joined} {names[-1]}" if names else ""


def _dated(at: str | None) -> str:
    return f", {at}" if at else ""


def _is_one_value(meets: tuple[Interval, ...]) -> bool:
    """Whether a single value is needed, which says itself how far it is."""
    return len(meets) == 1 and meets[0][0] == meets[0][1]


def _distance(fact: Fact, result: TestResult) -> str:
    if result.nearest is None or result.distance is None:
        return ""
    above = Decimal(str(result.value)) > Decimal(result.nearest)
    return f", {with_unit(fact, result.distance)} {'above' if above else 'below'} {result.nearest}"
