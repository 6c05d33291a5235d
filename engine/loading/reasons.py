"""Reasons: the texts under `because`, and which facts and findings they may name."""

from engine.diagnostics import Misread, did_you_mean, quoted, shown
from engine.loading.conditions import Scope, Written
from engine.loading.entries import Entries
from engine.loading.nodes import Scalar, place_within
from engine.templates import Part, Slot, parts_of


def reason_in(entries: Entries, when: Written | None, scope: Scope, unless: Written | None = None) -> str | None:
    """The text under `because`. It may name what the condition names; beside a faulty condition, what there is."""
    scalar = entries.scalar("because")
    if scalar is None:
        return None
    written = [each for each in (when, unless) if each is not None]
    names = frozenset[str]().union(*(each.names for each in written))
    is_clean = when is not None and all(each.condition is not None for each in written)
    for part in _parts(scalar, entries):
        if isinstance(part, Slot) and part.name not in names:
            _note_slot(part, scalar, entries, names, is_clean, scope)
    return scalar.text.strip()


def _parts(scalar: Scalar, entries: Entries) -> tuple[Part, ...]:
    try:
        return parts_of(scalar.text)
    except Misread as misread:
        place = place_within(scalar, misread.start, misread.end)
        entries.notes.add(misread.code, misread.message, place, misread.help)
        return ()


def _note_slot(
    slot: Slot, scalar: Scalar, entries: Entries, names: frozenset[str], is_clean: bool, scope: Scope
) -> None:
    place = place_within(scalar, slot.start, slot.end)
    if slot.name not in scope.names:
        if scope.is_known:
            help = did_you_mean(slot.name, names or scope.names, "name a fact, finding or score of the condition")
            entries.notes.add("template.unknown", f"{shown(slot.name)} is not a fact, finding or score", place, help)
    elif is_clean:
        message = f"`{slot.name}` is not in the condition that this text explains"
        help = f"the condition names {quoted(sorted(names))}"
        entries.notes.add("template.not_in_condition", message, place, help)
