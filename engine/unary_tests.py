"""Reading a test on one fact: the subset of DMN's FEEL unary tests that authors write.

A test is read for a fact and becomes a set of intervals of that fact's steps (`engine.conditions.Test`); what it
means is then the same for every type. Nothing here knows files: what cannot be read raises `Misread` with offsets.
"""

import re
from collections.abc import Iterable

from engine.commas import refuse_comma
from engine.conditions import Interval, Test
from engine.diagnostics import Misread, counted, did_you_mean, quoted
from engine.guideline import Fact, FactType
from engine.numbers import exact_steps, number_in

MAX_TEXT = 500
_COMPARISON = re.compile(r"(<=|>=|<|>)\s*(.*)", re.DOTALL)
_INTERVAL = re.compile(r"([\[\](])\s*(.*?)\s*\.\.\s*(.*?)\s*([\[\])])", re.DOTALL)
_ANY_INTERVAL = re.compile(r"[\[\](][^\[\](),]*\.\.[^\[\](),]*[\[\])]")
_NEGATION = re.compile(r"not\s*\((.*)\)", re.DOTALL)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?!\.?\d)", re.ASCII)
_YES_NO = {"yes": 1, "true": 1, "no": 0, "false": 0}


def test_in(texts: Iterable[str], fact: Fact) -> Test:
    """The test that holds for a value meeting any of `texts`. Raises `Misread`, offsets within the text at fault."""
    written = tuple(texts)
    meets: list[Interval] = []
    for text in written:
        if len(text) > MAX_TEXT:
            help = f"it may have {MAX_TEXT} characters at most: write a list of tests"
            raise Misread("test.too_long", "the test is too long", help)
        if fact.is_numeric:
            refuse_comma(text, "test.decimal_comma", lambda number: _is_threshold(number, fact))
        meets += _listed(text, fact)
    united = union(meets)
    if not united:
        help = f"`{fact.id}` runs from {fact.text_of(fact.low)} to {fact.text_of(fact.high)}"
        raise Misread("test.never_holds", f"no value of `{fact.id}` meets this test", help)
    return Test(fact.id, united, ", ".join(written))


def thresholds_in(text: str, fact: Fact) -> tuple[int, ...]:
    """The numbers that an author wrote in a test that can be read, in steps of its fact or score, each once, sorted."""
    numbers = (number_in(each) for each in _NUMBER.findall(text)) if fact.is_numeric else ()
    steps = (exact_steps(each, fact.decimals) for each in numbers if each is not None)
    return tuple(sorted({each for each in steps if each is not None}))


def yes_no_in(text: str) -> bool | None:
    """What a plain yes or no says, or None where it is neither."""
    steps = _YES_NO.get(text)
    return None if steps is None else bool(steps)


def union(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """The same set of steps as sorted intervals that neither overlap nor touch."""
    united: list[Interval] = []
    for low, high in sorted(interval for interval in intervals if interval[0] <= interval[1]):
        if united and low <= united[-1][1] + 1:
            united[-1] = (united[-1][0], max(high, united[-1][1]))
        else:
            united.append((low, high))
    return tuple(united)


def complement(intervals: Iterable[Interval], low: int, high: int) -> tuple[Interval, ...]:
    """The steps from `low` to `high` that lie in none of `intervals`."""
    gaps: list[Interval] = []
    for start, end in union(intervals):
        gaps.append((low, start - 1))
        low = end + 1
    return union([*gaps, (low, high)])


def _listed(text: str, fact: Fact) -> list[Interval]:
    meets: list[Interval] = []
    for start, part in _split(text):
        try:
            meets += _single(part, fact)
        except Misread as misread:
            end = len(part) if misread.end is None else misread.end
            raise Misread(misread.code, misread.message, misread.help, start + misread.start, start + end) from None
    return meets


def _split(text: str) -> Iterable[tuple[int, str]]:
    """The parts between commas outside the brackets of a `not(...)`, with their offsets, without outer space. The
    brackets of intervals need not match, so intervals are blanked before brackets are counted."""
    bare = _ANY_INTERVAL.sub(lambda match: "." * len(match[0]), text)
    depth = start = 0
    for at, character in enumerate(bare + ","):
        depth += (character == "(") - (character == ")" and depth > 0)
        if character == "," and (depth == 0 or at == len(text)):
            part = text[start:at]
            yield start + len(part) - len(part.lstrip()), part.strip()
            start = at + 1


def _single(text: str, fact: Fact) -> Iterable[Interval]:
    if negation := _NEGATION.fullmatch(text):
        if any(_NEGATION.fullmatch(part) for _, part in _split(negation[1])):
            help = "say it without the inner one: `not(not(3))` is `3`"
            raise Misread("test.syntax", "a `not` stands inside a `not`", help)
        shift = negation.start(1)
        try:
            return complement(_listed(negation[1], fact), fact.low, fact.high)
        except Misread as misread:
            end = len(negation[1]) if misread.end is None else misread.end
            raise Misread(misread.code, misread.message, misread.help, shift + misread.start, shift + end) from None
    if interval := _INTERVAL.fullmatch(text):
        return [_interval(interval, fact)]
    if comparison := _COMPARISON.fullmatch(text):
        return [_comparison(comparison, fact)]
    return [_equality(text, fact)]


def _equality(text: str, fact: Fact) -> Interval:
    if fact.type is FactType.YES_NO:
        steps = _YES_NO.get(text)
        if steps is None:
            raise Misread("test.value", f"`{text}` is neither yes nor no", "write `yes` or `no`")
        return steps, steps
    if fact.type is FactType.CHOICE:
        names = [choice.id for choice in fact.choices]
        if text not in names:
            help = did_you_mean(text, names, f"the choices are {quoted(names)}")
            raise Misread("test.value", f"`{text}` is not a choice of `{fact.id}`", help)
        return names.index(text), names.index(text)
    steps = _threshold(text, fact, 0)
    return steps, steps


def _comparison(match: re.Match[str], fact: Fact) -> Interval:
    _numeric(fact)
    steps = _threshold(match[2], fact, match.start(2))
    match match[1]:
        case "<":
            return fact.low, steps - 1
        case "<=":
            return fact.low, steps
        case ">":
            return steps + 1, fact.high
    return steps, fact.high


def _interval(match: re.Match[str], fact: Fact) -> Interval:
    _numeric(fact)
    low, high = _threshold(match[2], fact, match.start(2)), _threshold(match[3], fact, match.start(3))
    if low > high:
        message = f"the interval runs from {match[2]} down to {match[3]}"
        raise Misread("test.swapped_ends", message, f"write the lower end first: {match[3]}..{match[2]}")
    return low + (match[1] != "["), high - (match[4] != "]")


def _numeric(fact: Fact) -> None:
    if not fact.is_numeric:
        help = f"`{fact.id}` is of type {fact.type.value}: name its values instead"
        raise Misread("test.not_numeric", "only numbers can be compared", help)


def _threshold(text: str, fact: Fact, start: int) -> int:
    end = start + max(len(text), 1)
    value = number_in(text)
    if value is None and not text:
        help = "write a test on both sides of every comma, and in every bracket"
        raise Misread("test.syntax", "a part of the test is empty", help, start, end)
    if value is None:
        help = 'write a number like 2.6, or in quotes "< 2.6", "[2.6..4.4]", "(4.4..5.1]", "not(3)"'
        raise Misread("test.syntax", f"`{text}` is not a test on a number", help, start, end)
    steps = exact_steps(value, fact.decimals)
    if steps is None:
        help = f"`{fact.id}` has {counted(fact.decimals, 'decimal')}: write the threshold with no more, or declare more"
        raise Misread("test.too_fine", f"the threshold {text} is finer than `{fact.id}`", help, start, end)
    if not fact.low <= steps <= fact.high:
        help = f"`{fact.id}` runs from {fact.text_of(fact.low)} to {fact.text_of(fact.high)}"
        raise Misread(
            "test.out_of_range", f"the threshold {text} is outside the range of `{fact.id}`", help, start, end
        )
    return steps


def _is_threshold(text: str, fact: Fact) -> bool:
    """Whether a threshold can be written so, also with no more decimals than its fact has."""
    try:
        _threshold(text, fact, 0)
    except Misread:
        return False
    return len(text.partition(".")[2]) <= fact.decimals
