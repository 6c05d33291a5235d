"""Values of facts: from what somebody wrote to whole steps of the fact, for patients, cases and assumptions alike.

A number is read exactly, rounded to the fact's decimals and then held against its range.
"""

from collections.abc import Iterable
from collections.abc import Mapping as Lookup
from datetime import date
from fractions import Fraction

from engine.as_of import AsOf
from engine.diagnostics import Diagnostics, Misread, counted, did_you_mean, quoted, shown
from engine.guideline import Fact, FactType, GivenValue
from engine.loading.dates import DATE_HELP, day_in
from engine.loading.entries import Entries, Form, entries_in
from engine.loading.nodes import Mapping, Node, Scalar, Style, kind_of, place_within
from engine.numbers import exact_steps, number_in, rounded
from engine.unary_tests import yes_no_in

VALUE_FORM = Form("patient", "a value", ("value",), ("at", "note"))
_WORDS = (Style.PLAIN, Style.QUOTED, Style.STRING, Style.BLOCK)


def steps_in(scalar: Scalar, fact: Fact) -> int:
    """A value in steps of its fact. Raises `Misread` where it is none."""
    if fact.is_numeric:
        return _numeric_steps(scalar, fact)
    if fact.type is FactType.YES_NO:
        return _yes_no_steps(scalar, fact)
    names = [choice.id for choice in fact.choices]
    if scalar.style not in _WORDS or scalar.text not in names:
        help = did_you_mean(scalar.text, names, f"the choices are {quoted(names)}")
        raise Misread("patient.value", f"{shown(scalar.text)} is not a choice of `{fact.id}`", help)
    return names.index(scalar.text)


def exact_steps_in(scalar: Scalar, fact: Fact) -> int:
    """A value in steps of its fact, where an author states it: it is not rounded. Raises `Misread`."""
    value = number_of(scalar) if fact.is_numeric else None
    if value is not None and exact_steps(value, fact.decimals) is None:
        help = f"`{fact.id}` has {counted(fact.decimals, 'decimal')}: write no more, or declare more"
        raise Misread("patient.value", f"{shown(scalar.text)} is finer than `{fact.id}`", help)
    return steps_in(scalar, fact)


def number_of(scalar: Scalar) -> Fraction | None:
    """The exact number that a scalar is, or None."""
    if scalar.style is Style.FRACTION:
        return Fraction(scalar.text) if scalar.text[-1].isdigit() else None
    if scalar.style is Style.BOOLEAN:
        return None
    return number_in(scalar.text, exponent=scalar.style is Style.NUMBER)


def given_in(
    entries: Iterable[tuple[Scalar, Node]],
    facts: Lookup[str, Fact | None] | None,
    owner: str,
    notes: Diagnostics,
    as_of: AsOf | None = None,
) -> dict[str, GivenValue]:
    """What is given of each fact, sorted by fact. What is null is not given.

    `facts` holds None for a fact that is there and faulty, and is None where the vocabulary is not known; `owner` is
    the guideline, for messages. Later dates are noted where it is known as of when a decision is made.
    """
    given: dict[str, GivenValue] = {}
    for key, node in entries:
        if facts is None or not key.text:
            continue
        if key.text not in facts:
            _note_unknown(key, facts, owner, notes)
        elif (fact := facts[key.text]) is not None and (value := _given(key, node, fact, notes, as_of)) is not None:
            given[key.text] = value
    return dict(sorted(given.items()))


def _given(key: Scalar, node: Node, fact: Fact, notes: Diagnostics, as_of: AsOf | None) -> GivenValue | None:
    if not isinstance(node, Mapping):
        return _value(node, fact, None, None, notes)
    entries = entries_in(node, VALUE_FORM, key.place, notes)
    value = entries.nodes.get("value") if entries is not None else None
    if entries is None or value is None:
        return None
    day = _day(entries)
    if as_of is not None and not (isinstance(value, Scalar) and value.is_null):
        as_of.note_later(fact.id, day, value.place, notes)
    return _value(value, fact, day, _note_text(entries), notes)


def _value(node: Node, fact: Fact, at: date | None, note: str | None, notes: Diagnostics) -> GivenValue | None:
    if not isinstance(node, Scalar):
        help = "write one value, or a mapping of `value`, `at` and `note`"
        notes.add("patient.wrong_kind", f"`{fact.id}` is {kind_of(node)}, not a value", node.place, help)
        return None
    if node.is_null:
        return None
    try:
        return GivenValue(steps=steps_in(node, fact), at=at, note=note, place=node.place)
    except Misread as misread:
        notes.add(misread.code, misread.message, place_within(node, misread.start, misread.end), misread.help)
        return None


def _day(entries: Entries) -> date | None:
    node = entries.nodes.get("at")
    if node is None or (isinstance(node, Scalar) and node.is_null):
        return None
    scalar = entries.scalar("at")
    if scalar is None:
        return None
    day = day_in(scalar.text)
    if day is None:
        entries.note("date", f"{shown(scalar.text)} is not a date", scalar.place, DATE_HELP)
    return day


def _note_text(entries: Entries) -> str | None:
    node = entries.nodes.get("note")
    return None if isinstance(node, Scalar) and node.is_null else entries.text("note")


def _numeric_steps(scalar: Scalar, fact: Fact) -> int:
    value = number_of(scalar)
    if value is None:
        help = "write it with digits and a point, such as 3.8; at most 15 digits"
        raise Misread("patient.value", f"{shown(scalar.text)} is not a number that can be read", help)
    if fact.type is FactType.INTEGER and value.denominator != 1:
        message = f"{shown(scalar.text)} is not a whole number"
        raise Misread("patient.not_whole", message, f"write a whole number for `{fact.id}`")
    steps = rounded(value, fact.decimals)
    if not fact.low <= steps <= fact.high:
        unit = f", in {fact.unit}" if fact.unit and fact.unit != "score" else ""
        help = f"`{fact.id}` runs from {fact.text_of(fact.low)} to {fact.text_of(fact.high)}{unit}"
        message = f"{shown(scalar.text)} is outside the range of `{fact.id}`"
        raise Misread("patient.out_of_range", message, help)
    return steps


def _yes_no_steps(scalar: Scalar, fact: Fact) -> int:
    answer = yes_no_in(scalar.text) if scalar.style is not Style.NUMBER else None
    if answer is None:
        message = f"{shown(scalar.text)} is neither yes nor no"
        raise Misread("patient.value", message, f"write `yes` or `no` for `{fact.id}`")
    return int(answer)


def _note_unknown(key: Scalar, facts: Iterable[str], owner: str, notes: Diagnostics) -> None:
    named = f"`{owner}`" if owner else "this guideline"
    otherwise = f"write a fact that {named} knows, or leave it out"
    comma = "write numbers with a decimal point, like 3.8: a comma inside braces begins a new entry"
    help = comma if key.text.isdecimal() else did_you_mean(key.text, facts, otherwise)
    notes.add("patient.unknown_fact", f"{shown(key.text)} is not a fact of {named}", key.place, help)
