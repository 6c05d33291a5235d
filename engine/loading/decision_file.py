"""A decision's file: question, outcomes, findings, cautions, rules, and what must hold between them."""

from collections.abc import Collection
from collections.abc import Mapping as Lookup
from dataclasses import dataclass

from engine.diagnostics import Diagnostics, Place, shown
from engine.guideline import Caution, Decision, Fact, Finding, Outcome
from engine.loading.circles import chain_text, circles_in
from engine.loading.citations import caution_in
from engine.loading.conditions import Scope
from engine.loading.entries import Entries, Form, entries_in, named_in
from engine.loading.names import check_name
from engine.loading.nodes import Mapping, Node, Scalar
from engine.loading.rules import RuleDraft, rule_in

_DECISION = Form("decision", "a decision", ("decision", "question", "outcomes", "rules"), ("findings", "cautions"))
_OUTCOME = Form("decision", "an outcome", ("title",), ("meaning",))


@dataclass(frozen=True, slots=True)
class DecisionDraft:
    """A decision as far as it could be read. What is None is not known, because its entry cannot be read."""

    id: str
    outcomes: dict[str, Place] | None
    findings: dict[str, Place] | None
    rules: frozenset[str] | None
    decision: Decision | None


def decision_in(
    node: Node,
    stem: str,
    place: Place,
    facts: Lookup[str, Fact | None] | None,
    sources: Collection[str] | None,
    notes: Diagnostics,
) -> DecisionDraft | None:
    """Reads a decision's file. `stem` is the name that it must have; facts and sources are None where not known."""
    entries = entries_in(node, _DECISION, place, notes)
    if entries is None:
        return None
    _check_id(entries, stem)
    outcomes, findings = _outcomes(entries), _findings(entries)
    scope = Scope(facts, findings, outcomes)
    drafts = _rules(entries, scope, sources)
    cautions = _cautions(entries, sources)
    if drafts is not None and findings is not None:
        _note_unconcluded(drafts, findings, notes)
        _note_circles(drafts, findings, notes)
    return DecisionDraft(
        id=stem,
        outcomes=None if outcomes is None else {name: each.place for name, each in outcomes.items()},
        findings=None if findings is None else {name: each.place for name, each in findings.items()},
        rules=None if drafts is None else frozenset(drafts),
        decision=_decision(stem, entries, outcomes, findings, cautions, drafts),
    )


def _check_id(entries: Entries, stem: str) -> None:
    scalar = entries.scalar("decision")
    if scalar is not None and check_name(scalar, "decision", entries.notes) and scalar.text != stem:
        message = f"the decision is named {shown(scalar.text)}, its file {shown(stem + '.yaml')}"
        entries.note("not_the_file", message, scalar.place, "give both the same name")


def _decision(
    stem: str,
    entries: Entries,
    outcomes: dict[str, Outcome] | None,
    findings: dict[str, Finding] | None,
    cautions: tuple[Caution, ...],
    drafts: dict[str, RuleDraft] | None,
) -> Decision | None:
    question = entries.text("question")
    if question is None or outcomes is None or findings is None or drafts is None:
        return None
    rules = {name: draft.rule for name, draft in sorted(drafts.items()) if draft.rule is not None}
    return Decision(
        id=stem,
        question=question,
        outcomes=outcomes,
        findings=dict(sorted(findings.items())),
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
    entries = entries_in(node, _OUTCOME, key.place, notes)
    if entries is None:
        return Outcome(id=key.text, title=key.text, place=key.place)
    title = entries.text("title") or key.text
    return Outcome(id=key.text, title=title, meaning=entries.text("meaning"), place=key.place)


def _findings(entries: Entries) -> dict[str, Finding] | None:
    if "findings" not in entries:
        return {}
    mapping = entries.mapping("findings")
    if mapping is None:
        return None
    return {key.text: _finding(key, node, entries) for key, node in named_in(mapping, "decision", entries.notes)}


def _finding(key: Scalar, node: Node, owner: Entries) -> Finding:
    alone = Entries(owner.form, key.place, {key.text: node}, {}, owner.notes)
    return Finding(id=key.text, title=alone.text(key.text) or key.text, place=key.place)


def _cautions(entries: Entries, sources: Collection[str] | None) -> tuple[Caution, ...]:
    found = [caution_in(node, entries.form, node.place, sources, entries.notes) for node in entries.items("cautions")]
    return tuple(caution for caution in found if caution is not None)


def _rules(entries: Entries, scope: Scope, sources: Collection[str] | None) -> dict[str, RuleDraft] | None:
    mapping = _filled(entries, "rules")
    if mapping is None:
        return None
    notes = entries.notes
    return {key.text: rule_in(key, node, scope, sources, notes) for key, node in named_in(mapping, "rule", notes)}


def _filled(entries: Entries, name: str) -> Mapping | None:
    """A mapping that must have entries; an empty one is noted."""
    node = entries.nodes.get(name)
    is_empty = isinstance(node, Mapping) and not node.entries
    if is_empty or (isinstance(node, Scalar) and node.is_null):
        entries.note(f"no_{name}", f"the decision has no {name}", entries.key_place(name), "write at least one")
        return None
    return entries.mapping(name)


def _note_unconcluded(drafts: dict[str, RuleDraft], findings: dict[str, Finding], notes: Diagnostics) -> None:
    """A finding that no rule concludes; withheld where a rule concludes something that is not known."""
    if not all(draft.is_whole for draft in drafts.values()):
        return
    concluded = {name for draft in drafts.values() for name in draft.concludes}
    for name, finding in findings.items():
        if name not in concluded:
            help = "write a rule that concludes it, or remove it"
            notes.add("decision.unconcluded", f"no rule concludes the finding {shown(name)}", finding.place, help)


def _note_circles(drafts: dict[str, RuleDraft], findings: dict[str, Finding], notes: Diagnostics) -> None:
    needs: dict[str, set[str]] = {name: set() for name in findings}
    for draft in drafts.values():
        for name in draft.concludes:
            if name in needs:
                needs[name] |= draft.names & findings.keys()
    for circle in circles_in(needs):
        message = f"findings go round in a circle: {chain_text(circle)}"
        notes.add("decision.circular", message, findings[circle[0]].place, "let one of them rest on facts alone")
