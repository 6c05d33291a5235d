"""The rules of a decision. Their conditions are read in `conditions`, their reasons in `reasons`."""

from collections.abc import Collection
from dataclasses import dataclass

from engine.diagnostics import Diagnostics, did_you_mean, quoted, shown
from engine.guideline import Caution, Rule
from engine.loading.citations import caution_in, citations_in
from engine.loading.conditions import Scope, Written, condition_of
from engine.loading.entries import Entries, Form, entries_in, note_kind
from engine.loading.nodes import Node, Scalar
from engine.loading.reasons import reason_in

_RULE = Form(
    "rule",
    "a rule",
    ("title", "when", "source"),
    ("unless", "then", "because", "strength", "caution", "overrides"),
)


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """A rule as far as it could be read, for the checks over all rules of a decision."""

    concludes: tuple[str, ...]
    """The findings and outcomes that it concludes, as far as they are known."""
    names: frozenset[str]
    """The facts and findings in its condition."""
    is_whole: bool
    """Whether all of what it concludes is known."""
    rule: Rule | None


def rule_in(key: Scalar, node: Node, scope: Scope, sources: Collection[str] | None, notes: Diagnostics) -> RuleDraft:
    """Reads one rule. `sources` is None where their names are not known."""
    entries = entries_in(node, _RULE, key.place, notes)
    if entries is None:
        return RuleDraft((), frozenset(), False, None)
    when, unless = condition_of(entries, "when", scope), condition_of(entries, "unless", scope)
    before = notes.count
    concludes = _conclusions(entries, scope)
    is_whole = notes.count == before
    _note_missing(entries)
    written = [each for each in (when, unless) if each is not None]
    names = frozenset[str]().union(*(each.names for each in written))
    return RuleDraft(concludes, names, is_whole, _rule(key, entries, when, unless, concludes, scope, sources))


def _rule(
    key: Scalar,
    entries: Entries,
    when: Written | None,
    unless: Written | None,
    concludes: tuple[str, ...],
    scope: Scope,
    sources: Collection[str] | None,
) -> Rule | None:
    """The rule, or None where its condition is faulty; every entry is read either way, so that its faults are noted."""
    title, because = entries.text("title"), reason_in(entries, when, scope, unless)
    source, strength = citations_in(entries, sources), entries.text("strength")
    caution, overrides = _caution(entries, sources), _overrides(entries, concludes, scope)
    if title is None or when is None or when.condition is None:
        return None
    return Rule(
        id=key.text,
        title=title,
        when=when.condition,
        unless=unless.condition if unless is not None else None,
        concludes=concludes,
        because=because,
        source=source,
        strength=strength,
        caution=caution,
        overrides=overrides,
        place=key.place,
    )


def _note_missing(entries: Entries) -> None:
    if "then" not in entries and "caution" not in entries:
        help = "write under `then` what it concludes, or a `caution`"
        entries.note("no_effect", "the rule neither concludes nor cautions", entries.place, help)
    if "then" in entries and "because" not in entries:
        help = "write under `because` the sentence that explains it"
        entries.note("no_because", "the rule concludes something and does not say why", entries.place, help)


def _conclusions(entries: Entries, scope: Scope) -> tuple[str, ...]:
    if "then" in entries and not entries.one_or_more("then"):
        entries.note("wrong_kind", "`then` is empty", entries.key_place("then"), "write a finding or an outcome")
    concludes: list[str] = []
    for scalar in _names(entries, "then"):
        if scalar.text in concludes:
            message = f"{shown(scalar.text)} is concluded twice"
            entries.note("repeated_conclusion", message, scalar.place, "leave it out once")
        elif _is_conclusion(scalar, entries, scope):
            concludes.append(scalar.text)
    several = [name for name in concludes if name in (scope.outcomes or ())]
    if len(several) > 1:
        message = f"the rule concludes the outcomes {quoted(several)}"
        help = "keep one of them, or write a rule for each"
        entries.note("several_outcomes", message, entries.nodes["then"].place, help)
    return tuple(sorted(concludes))


def _is_conclusion(scalar: Scalar, entries: Entries, scope: Scope) -> bool:
    findings, outcomes = scope.findings, scope.outcomes
    if scalar.text in (findings or ()) or scalar.text in (outcomes or ()):
        return True
    if findings is not None and outcomes is not None:
        if scalar.text in (scope.facts or ()):
            message, otherwise = f"`{scalar.text}` is a fact, which no rule concludes", "name a finding or an outcome"
        else:
            message = f"{shown(scalar.text)} is neither a finding nor an outcome"
            otherwise = "describe it under `findings` or `outcomes`"
        help = did_you_mean(scalar.text, (*findings, *outcomes), otherwise)
        entries.note("unknown_conclusion", message, scalar.place, help)
    return False


def _caution(entries: Entries, sources: Collection[str] | None) -> Caution | None:
    node = entries.nodes.get("caution")
    if node is None:
        return None
    return caution_in(node, entries.form, entries.key_place("caution"), sources, entries.notes)


def _overrides(entries: Entries, concludes: tuple[str, ...], scope: Scope) -> tuple[str, ...]:
    outcomes = scope.outcomes
    overrides: list[str] = []
    for scalar in _names(entries, "overrides"):
        overrides.append(scalar.text)
        if outcomes is not None and scalar.text not in outcomes:
            help = did_you_mean(scalar.text, outcomes, f"the outcomes are {quoted(outcomes)}")
            message = f"{shown(scalar.text)} is not an outcome of this decision"
            entries.note("unknown_override", message, scalar.place, help)
        elif scalar.text in concludes:
            help = "name the outcomes of other rules that this one goes before"
            entries.note("unknown_override", "the rule overrides its own outcome", scalar.place, help)
    if "overrides" in entries and outcomes is not None and not any(name in outcomes for name in concludes):
        message, help = "`overrides` stands in a rule that concludes no outcome", "remove it, or conclude an outcome"
        entries.note("override_without_outcome", message, entries.key_place("overrides"), help)
    return tuple(sorted(set(overrides)))


def _names(entries: Entries, name: str) -> list[Scalar]:
    """The single values of an entry, which is one or a list of them; others are noted."""
    scalars: list[Scalar] = []
    for node in entries.one_or_more(name):
        if isinstance(node, Scalar) and not node.is_null:
            scalars.append(node)
        else:
            note_kind(node, entries.form.group, name, "a single value", entries.notes)
    return scalars
