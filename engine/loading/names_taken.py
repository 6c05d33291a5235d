"""The namespace of a guideline: facts, findings, scores and outcomes share it; only outcomes may recur, between
decisions."""

from collections.abc import Iterable, Mapping

from engine.diagnostics import Diagnostics, Place
from engine.loading.decision_file import DecisionDraft


def note_taken(
    facts: Mapping[str, Place], shared: Mapping[str, Place], drafts: Iterable[DecisionDraft], notes: Diagnostics
) -> None:
    """Notes each finding, score and outcome whose name is that of something else."""
    taken = dict.fromkeys(facts, "a fact")
    for name, place in shared.items():
        _note(name, place, taken, notes)
        taken.setdefault(name, "something that all decisions share")
    decisions = sorted(drafts, key=lambda draft: draft.id)
    for draft in decisions:
        for name, place in draft.concluded.items():
            _note(name, place, taken, notes)
            taken.setdefault(name, f"a finding or score of `{draft.id}`")
    for draft in decisions:
        for name, place in (draft.outcomes or {}).items():
            _note(name, place, taken, notes)


def _note(name: str, place: Place, taken: Mapping[str, str], notes: Diagnostics) -> None:
    if name in taken:
        message = f"`{name}` is already the name of {taken[name]}"
        notes.add("decision.name_taken", message, place, "choose another name for one of them")
