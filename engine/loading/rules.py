"""The rules of a decision, and those that decisions share. Their conditions are read in `conditions`, what they lead to
in `effects`, their reasons in `reasons`."""

from collections.abc import Collection
from dataclasses import dataclass

from engine.diagnostics import Diagnostics, did_you_mean, quoted, shown
from engine.guideline import Caution, Rule
from engine.loading.citations import caution_in, citations_in
from engine.loading.conditions import Scope, Written, condition_of
from engine.loading.effects import Effects, effects_in, names_in
from engine.loading.entries import Entries, Form, entries_in
from engine.loading.nodes import Node, Scalar
from engine.loading.reasons import reason_in

RULE_FORM = Form(
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
    adds: tuple[str, ...]
    """The scores that it adds to, as far as they are known."""
    names: frozenset[str]
    """The facts, findings and scores in its condition."""
    is_whole: bool
    """Whether all of what it concludes is known."""
    rule: Rule | None


def rule_in(
    key: Scalar, node: Node, scope: Scope, home: str, sources: Collection[str] | None, notes: Diagnostics
) -> RuleDraft:
    """Reads one rule. `home` is the decision that it belongs to, or `findings`; `sources` is None where their names are
    not known."""
    entries = entries_in(node, RULE_FORM, key.place, notes)
    if entries is None:
        return RuleDraft((), (), frozenset(), False, None)
    when, unless = condition_of(entries, "when", scope), condition_of(entries, "unless", scope)
    before = notes.count
    effects = effects_in(entries, scope)
    is_whole = notes.count == before
    _note_missing(entries)
    written = [each for each in (when, unless) if each is not None]
    names = frozenset[str]().union(*(each.names for each in written))
    rule = _rule(key, entries, when, unless, effects, scope, home, sources)
    return RuleDraft(effects.concludes, tuple(effects.adds), names, is_whole, rule)


def _rule(
    key: Scalar,
    entries: Entries,
    when: Written | None,
    unless: Written | None,
    effects: Effects,
    scope: Scope,
    home: str,
    sources: Collection[str] | None,
) -> Rule | None:
    """The rule, or None where its condition is faulty; every entry is read either way, so that its faults are noted."""
    title, because = entries.text("title"), reason_in(entries, when, scope, unless)
    source, strength = citations_in(entries, sources), entries.text("strength")
    caution, overrides = _caution(entries, sources), _overrides(entries, effects.concludes, scope)
    if title is None or when is None or when.condition is None:
        return None
    return Rule(
        id=key.text,
        title=title,
        when=when.condition,
        unless=unless.condition if unless is not None else None,
        home=home,
        concludes=effects.concludes,
        adds=effects.adds,
        because=because,
        source=source,
        strength=strength,
        caution=caution,
        overrides=overrides,
        place=key.place,
        tested_at=(*when.tested_at, *(unless.tested_at if unless is not None else ())),
    )


def _note_missing(entries: Entries) -> None:
    if "then" not in entries and "caution" not in entries:
        help = "write under `then` what it concludes, or a `caution`"
        entries.note("no_effect", "the rule neither concludes nor cautions", entries.place, help)
    if "then" in entries and "because" not in entries:
        help = "write under `because` the sentence that explains it"
        entries.note("no_because", "the rule concludes something and does not say why", entries.place, help)


def _caution(entries: Entries, sources: Collection[str] | None) -> Caution | None:
    node = entries.nodes.get("caution")
    if node is None:
        return None
    return caution_in(node, entries.form, entries.key_place("caution"), sources, entries.notes)


def _overrides(entries: Entries, concludes: tuple[str, ...], scope: Scope) -> tuple[str, ...]:
    outcomes = scope.outcomes
    overrides: list[str] = []
    for scalar in names_in(entries, "overrides"):
        overrides.append(scalar.text)
        if outcomes and scalar.text not in outcomes:
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
