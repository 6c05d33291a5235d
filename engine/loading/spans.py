"""What values a fact can have: its range and decimals, or its choices."""

from collections.abc import Collection
from dataclasses import dataclass

from engine.diagnostics import counted, did_you_mean, quoted, shown
from engine.guideline import Choice, FactType
from engine.loading.citations import citations_in
from engine.loading.entries import Entries, Form, entries_in, named_in
from engine.loading.nodes import Mapping, Node, Scalar, Sequence
from engine.numbers import exact_steps, number_in

MAX_DECIMALS = 6
MAX_STEPS = 2**53
CHOICE_FORM = Form("fact", "a choice", ("title",), ("source",))
TYPES = tuple(kind.value for kind in FactType)
_NUMERIC = (FactType.NUMBER, FactType.INTEGER)
ONLY_FOR = {
    "range": _NUMERIC,
    "unit": _NUMERIC,
    "derived": _NUMERIC,
    "from": (FactType.CHOICE, FactType.YES_NO),
    "otherwise": (FactType.CHOICE, FactType.YES_NO),
    "agree_within": _NUMERIC,
    "decimals": (FactType.NUMBER,),
    "choices": (FactType.CHOICE,),
}
NEEDED = {FactType.NUMBER: ("range", "decimals"), FactType.INTEGER: ("range",), FactType.CHOICE: ("choices",)}


@dataclass(frozen=True, slots=True)
class Span:
    """The values of a fact, in steps."""

    low: int
    high: int
    decimals: int = 0
    choices: tuple[Choice, ...] = ()


def type_in(entries: Entries) -> FactType | None:
    """The type of a fact, with the entries that do not go with it noted."""
    scalar = entries.scalar("type")
    if scalar is None:
        return None
    if scalar.text not in TYPES:
        help = did_you_mean(scalar.text, TYPES, f"write one of {quoted(TYPES)}")
        entries.note("type", f"{shown(scalar.text)} is not a type of fact", scalar.place, help)
        return None
    kind = FactType(scalar.text)
    _note_misplaced(entries, kind)
    return kind


def span_in(entries: Entries, kind: FactType, sources: Collection[str] | None) -> Span | None:
    """The values that a fact of this type can have; None where what says so is missing or faulty."""
    if kind is FactType.YES_NO:
        return Span(0, 1)
    if kind is FactType.CHOICE:
        choices = _choices(entries, sources)
        return Span(0, len(choices) - 1, 0, choices) if choices else None
    decimals = decimals_in(entries) if kind is FactType.NUMBER else 0
    return None if decimals is None else range_in(entries, decimals)


def _note_misplaced(entries: Entries, kind: FactType) -> None:
    for name, kinds in ONLY_FOR.items():
        if name in entries and kind not in kinds:
            only = " and ".join(f"`{each.value}`" for each in kinds)
            message = f"`{name}` is only for facts of type {only}"
            entries.note("not_for_type", message, entries.key_place(name), "remove it, or change the type")
    for name in NEEDED.get(kind, ()):
        if name not in entries:
            message = f"`{name}` is missing"
            entries.note("missing_key", message, entries.place, f"a fact of type `{kind.value}` needs it")


def decimals_in(entries: Entries) -> int | None:
    """The decimals of a number or a score."""
    scalar = entries.scalar("decimals")
    if scalar is None:
        return None
    if scalar.text not in map(str, range(MAX_DECIMALS + 1)):
        message = f"{shown(scalar.text)} is not a number of decimals"
        entries.note("decimals", message, scalar.place, f"write a whole number from 0 to {MAX_DECIMALS}")
        return None
    return int(scalar.text)


def range_in(entries: Entries, decimals: int) -> Span | None:
    """The range of a number, an integer or a score, in steps."""
    node = entries.nodes.get("range")
    ends = entries.items("range")
    if not isinstance(node, Sequence):
        return None
    if len(ends) != 2:
        help = "write the lowest and the highest value, such as [0, 10]"
        entries.note("range", "a range has two ends", node.place, help)
        return None
    low, high = (_end(entries, end, decimals) for end in ends)
    if low is None or high is None:
        return None
    if low > high:
        help = "write the lower end first"
        entries.note("range", "the ends of the range are swapped", node.place, help)
        return None
    return Span(low, high, decimals)


def _end(entries: Entries, node: Node, decimals: int) -> int | None:
    value = number_in(node.text) if isinstance(node, Scalar) else None
    if value is None:
        entries.note("range", "an end of the range is not a number", node.place, "write numbers, such as [0, 10]")
        return None
    steps = exact_steps(value, decimals)
    if steps is None:
        at_most = f"write it with {counted(decimals, 'decimal')} at most, or declare more"
        help = at_most if decimals else "write a whole number"
        entries.note("range", "an end of the range is finer than the fact", node.place, help)
        return None
    if abs(steps) >= MAX_STEPS:
        help = "narrow the range, or declare fewer decimals"
        entries.note("too_large", "the range is too wide to be counted exactly", node.place, help)
        return None
    return steps


def _choices(entries: Entries, sources: Collection[str] | None) -> tuple[Choice, ...]:
    mapping = entries.mapping("choices")
    if mapping is None:
        return ()
    if len(mapping.entries) < 2:
        help = "list the values under it, each as `name: title`"
        entries.note("choices", "a choice needs at least two values", entries.key_place("choices"), help)
    choices = [_choice(key, node, entries, sources) for key, node in named_in(mapping, "fact", entries.notes)]
    return tuple(choices) if len(choices) > 1 else ()


def _choice(key: Scalar, node: Node, owner: Entries, sources: Collection[str] | None) -> Choice:
    """A choice; one whose title is faulty keeps its name as title, so that tests on it can still be read."""
    if not isinstance(node, Mapping):
        alone = Entries(owner.form, key.place, {key.text: node}, {}, owner.notes)
        return Choice(id=key.text, title=alone.text(key.text) or key.text)
    entries = entries_in(node, CHOICE_FORM, key.place, owner.notes)
    if entries is None:
        return Choice(id=key.text, title=key.text)
    return Choice(id=key.text, title=entries.text("title") or key.text, source=citations_in(entries, sources))
