"""A decision's file: question, outcomes, findings, scores, cautions, rules, and what must hold between them."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from engine.diagnostics import Diagnostics, Place, did_you_mean, shown
from engine.guideline import Caution, Decision, Outcome
from engine.loading.citations import caution_in
from engine.loading.conclusions import Declared, declared_in, note_circles, note_unconcluded
from engine.loading.conditions import Scope
from engine.loading.entries import Entries, Form, entries_in, named_in
from engine.loading.findings_file import Shared, with_shared
from engine.loading.names import check_name
from engine.loading.nodes import Mapping, Node, Scalar
from engine.loading.rules import RuleDraft, rule_in

DECISION_FORM = Form(
    "decision",
    "a decision",
    ("decision", "question", "outcomes", "rules"),
    ("findings", "scores", "cautions", "beside"),
)
OUTCOME_FORM = Form("decision", "an outcome", ("title",), ("meaning",))


@dataclass(frozen=True, slots=True)
class DecisionDraft:
    """A decision as far as it could be read. What is None is not known, because its entry cannot be read. `concluded`
    are its own findings and scores; `rules` are those that it shares too."""

    id: str
    outcomes: dict[str, Place] | None
    concluded: dict[str, Place]
    rules: frozenset[str] | None
    decision: Decision | None
    is_whole: bool = False
    """Whether all of its rules, and what it shares, could be read, so that all it concludes is known."""


def decision_in(
    node: Node,
    stem: str,
    place: Place,
    facts: Scope,
    shared: Shared,
    sources: Collection[str] | None,
    notes: Diagnostics,
) -> DecisionDraft | None:
    """Reads a decision's file. `stem` is the name that it must have; `facts` are the names that it may use beside its
    own; `sources` is None where not known."""
    entries = entries_in(node, DECISION_FORM, place, notes)
    if entries is None:
        return None
    _check_id(entries, stem)
    outcomes, declared = _outcomes(entries), declared_in(entries)
    own = replace(facts, findings=declared.findings, outcomes=outcomes, scores=declared.scores)
    scope = shared.beside(own)
    drafts = _rules(entries, scope, stem, sources)
    cautions, beside = _cautions(entries, sources), _beside(entries, scope)
    if drafts is not None:
        _note_taken(drafts, shared, notes)
        if declared.is_known and shared.rules is not None:
            note_unconcluded(drafts.values(), declared, notes)
            note_circles(drafts.values(), declared, notes)
    found = _decision(stem, entries, outcomes, declared, cautions, drafts)
    decision = None if found is None else with_shared(found.model_copy(update={"beside": beside}), shared)
    is_read = all(draft.rule is not None for draft in (drafts or {}).values())
    return DecisionDraft(
        id=stem,
        outcomes=None if outcomes is None else {name: each.place for name, each in outcomes.items()},
        concluded=declared.places,
        rules=_rule_names(drafts, decision, shared),
        decision=decision,
        is_whole=decision is not None and is_read and declared.is_known and shared.is_whole,
    )


def _rule_names(
    drafts: dict[str, RuleDraft] | None, decision: Decision | None, shared: Shared
) -> frozenset[str] | None:
    """The rules that a case may name: its own and those that it shares, all of them where some cannot be read."""
    if drafts is None or shared.rules is None:
        return None
    is_read = decision is not None and shared.is_whole and all(draft.rule is not None for draft in drafts.values())
    return frozenset([*drafts, *(decision.rules if is_read and decision is not None else shared.rules)])


def _check_id(entries: Entries, stem: str) -> None:
    scalar = entries.scalar("decision")
    if scalar is not None and check_name(scalar, "decision", entries.notes) and scalar.text != stem:
        message = f"the decision is named {shown(scalar.text)}, its file {shown(stem + '.yaml')}"
        entries.note("not_the_file", message, scalar.place, "give both the same name")


def _decision(
    stem: str,
    entries: Entries,
    outcomes: dict[str, Outcome] | None,
    declared: Declared,
    cautions: tuple[Caution, ...],
    drafts: dict[str, RuleDraft] | None,
) -> Decision | None:
    question = entries.text("question")
    if question is None or outcomes is None or drafts is None:
        return None
    rules = {name: draft.rule for name, draft in sorted(drafts.items()) if draft.rule is not None}
    return Decision(
        id=stem,
        question=question,
        outcomes=outcomes,
        findings=dict(sorted((declared.findings or {}).items())),
        scores={name: score for name, score in sorted((declared.scores or {}).items()) if score is not None},
        cautions=cautions,
        rules=rules,
        place=entries.key_place("decision"),
    )


def _outcomes(entries: Entries) -> dict[str, Outcome] | None:
    """The outcomes in the author's order, which is their precedence."""
    mapping = _filled(entries, "outcomes")
    if mapping is None:
        return None
    return {key.text: _outcome(key, node, entries.notes) for key, node in named_in(mapping, "decision", entries.notes)}


def _outcome(key: Scalar, node: Node, notes: Diagnostics) -> Outcome:
    entries = entries_in(node, OUTCOME_FORM, key.place, notes)
    if entries is None:
        return Outcome(id=key.text, title=key.text, place=key.place)
    title = entries.text("title") or key.text
    return Outcome(id=key.text, title=title, meaning=entries.text("meaning"), place=key.place)


def _beside(entries: Entries, scope: Scope) -> tuple[str, ...]:
    """The facts that are shown with every answer."""
    names = entries.texts("beside") if "beside" in entries else ()
    for name, node in zip(names, entries.items("beside") if names else (), strict=False):
        if scope.facts is not None and scope.is_whole and name not in scope.facts:
            help = did_you_mean(name, scope.facts, "name a fact of `facts.yaml`")
            entries.note("unknown_fact", f"{shown(name)} is not a fact", node.place, help)
    return tuple(dict.fromkeys(names))


def _cautions(entries: Entries, sources: Collection[str] | None) -> tuple[Caution, ...]:
    found = [caution_in(node, entries.form, node.place, sources, entries.notes) for node in entries.items("cautions")]
    return tuple(caution for caution in found if caution is not None)


def _rules(entries: Entries, scope: Scope, home: str, sources: Collection[str] | None) -> dict[str, RuleDraft] | None:
    mapping = _filled(entries, "rules")
    if mapping is None:
        return None
    notes = entries.notes
    return {key.text: rule_in(key, node, scope, home, sources, notes) for key, node in named_in(mapping, "rule", notes)}


def _filled(entries: Entries, name: str) -> Mapping | None:
    """A mapping that must have entries; an empty one is noted."""
    node = entries.nodes.get(name)
    is_empty = isinstance(node, Mapping) and not node.entries
    if is_empty or (isinstance(node, Scalar) and node.is_null):
        entries.note(f"no_{name}", f"the decision has no {name}", entries.key_place(name), "write at least one")
        return None
    return entries.mapping(name)


def _note_taken(drafts: dict[str, RuleDraft], shared: Shared, notes: Diagnostics) -> None:
    """A rule that is named like one that all decisions share."""
    for name, draft in drafts.items():
        if name in (shared.rules or ()) and draft.rule is not None:
            message = f"`{name}` is already the name of a rule in `findings.yaml`"
            notes.add("rule.name_taken", message, draft.rule.place, "choose another name for one of them")
