"""What a rule leads to: the entry `then`, with findings, at most one outcome, and points for scores."""

from dataclasses import dataclass, field

from engine.diagnostics import counted, did_you_mean, quoted, shown
from engine.guideline import Score
from engine.loading.conditions import Scope
from engine.loading.entries import Entries, Form, entries_in, note_kind
from engine.loading.nodes import Mapping, Node, Scalar
from engine.numbers import exact_steps, number_in

POINTS_FORM = Form("rule", "adding points", ("add", "to"))


@dataclass(frozen=True, slots=True)
class Effects:
    """The findings and the outcome that a rule concludes, sorted, and the points it adds, by score, in steps; as far as
    they are known."""

    concludes: tuple[str, ...]
    adds: dict[str, int] = field(default_factory=dict)


def effects_in(entries: Entries, scope: Scope) -> Effects:
    """Reads the entry `then` of a rule."""
    nodes = entries.one_or_more("then")
    if "then" in entries and not nodes:
        help = "write a finding, an outcome or points"
        entries.note("wrong_kind", "`then` is empty", entries.key_place("then"), help)
    concludes: list[str] = []
    adds: dict[str, int] = {}
    for node in nodes:
        if isinstance(node, Mapping) and {"add", "to"} & node.by_name().keys():
            _add(node, adds, entries, scope)
        elif isinstance(node, Scalar) and not node.is_null:
            _conclude(node, concludes, entries, scope)
        else:
            note_kind(node, entries.form.group, "then", "a single value", entries.notes)
    several = [name for name in concludes if name in (scope.outcomes or ())]
    if len(several) > 1:
        message = f"the rule concludes the outcomes {quoted(several)}"
        help = "keep one of them, or write a rule for each"
        entries.note("several_outcomes", message, entries.nodes["then"].place, help)
    return Effects(tuple(sorted(concludes)), dict(sorted(adds.items())))


def names_in(entries: Entries, name: str) -> list[Scalar]:
    """The single values of an entry, which is one or a list of them; others are noted."""
    scalars: list[Scalar] = []
    for node in entries.one_or_more(name):
        if isinstance(node, Scalar) and not node.is_null:
            scalars.append(node)
        else:
            note_kind(node, entries.form.group, name, "a single value", entries.notes)
    return scalars


def _conclude(scalar: Scalar, concludes: list[str], entries: Entries, scope: Scope) -> None:
    if scalar.text in concludes:
        message = f"{shown(scalar.text)} is concluded twice"
        entries.note("repeated_conclusion", message, scalar.place, "leave it out once")
    elif _is_conclusion(scalar, entries, scope):
        concludes.append(scalar.text)


def _is_conclusion(scalar: Scalar, entries: Entries, scope: Scope) -> bool:
    findings, outcomes = scope.findings, scope.outcomes
    if scalar.text in scope.shared:
        _note_shared(scalar, entries)
        return False
    if scalar.text in (findings or ()) or scalar.text in (outcomes or ()):
        return True
    if findings is not None and outcomes is not None:
        known = (*findings, *outcomes)
        if scalar.text in (scope.facts or ()):
            message, otherwise = f"`{scalar.text}` is a fact, which no rule concludes", "name a finding or an outcome"
        elif scalar.text in (scope.scores or ()):
            message, known = f"`{scalar.text}` is a score, which rules only add to", ()
            otherwise = f"write `then: {{add: 1, to: {scalar.text}}}`"
        else:
            message = f"{shown(scalar.text)} is neither a finding nor an outcome"
            otherwise = f"describe it under `findings` or `{'outcomes' if outcomes else 'scores'}`"
        entries.note("unknown_conclusion", message, scalar.place, did_you_mean(scalar.text, known, otherwise))
    return False


def _add(node: Node, adds: dict[str, int], owner: Entries, scope: Scope) -> None:
    entries = entries_in(node, POINTS_FORM, node.place, owner.notes)
    if entries is None:
        return
    points, to = entries.scalar("add"), entries.scalar("to")
    if to is not None and to.text in adds:
        message = f"the rule adds to `{to.text}` twice"
        entries.note("repeated_conclusion", message, to.place, "add all of its points at once")
    elif to is not None and _is_score(to, entries, scope):
        score = (scope.scores or {})[to.text]
        steps = _steps(points, score, entries) if points is not None and score is not None else None
        adds[to.text] = steps or 0


def _is_score(scalar: Scalar, entries: Entries, scope: Scope) -> bool:
    if scalar.text in scope.shared:
        _note_shared(scalar, entries)
        return False
    if scope.scores is not None and scalar.text not in scope.scores:
        help = did_you_mean(scalar.text, scope.scores, "describe it under `scores`")
        entries.note("unknown_score", f"{shown(scalar.text)} is not a score", scalar.place, help)
    return scalar.text in (scope.scores or ())


def _steps(scalar: Scalar, score: Score, entries: Entries) -> int | None:
    value = number_in(scalar.text)
    steps = exact_steps(value, score.scale.decimals) if value is not None else None
    if value is None:
        entries.note("points", f"{shown(scalar.text)} is not a number of points", scalar.place, "write a number like 2")
    elif steps is None:
        help = f"`{score.id}` has {counted(score.scale.decimals, 'decimal')}: write no more, or declare more"
        entries.note("points", f"{shown(scalar.text)} points are finer than the score", scalar.place, help)
    return steps


def _note_shared(scalar: Scalar, entries: Entries) -> None:
    message = f"`{scalar.text}` is shared by all decisions"
    help = "move this rule to `findings.yaml`, or conclude something of this decision"
    entries.note("shared_conclusion", message, scalar.place, help)
