"""`findings.yaml`: findings and scores that all decisions of a guideline may test, with their rules; and what of them a
decision takes."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from engine.conditions import concluded_in
from engine.diagnostics import Diagnostics, Place
from engine.guideline import Decision, Finding, Rule, Score
from engine.loading.conclusions import declared_in, note_circles, note_unconcluded
from engine.loading.conditions import Scope
from engine.loading.entries import Form, entries_in, named_in
from engine.loading.nodes import Node
from engine.loading.rules import rule_in

HOME = "findings"
FINDINGS_FORM = Form("decision", "`findings.yaml`", ("rules",), ("findings", "scores"))


@dataclass(frozen=True, slots=True)
class Shared:
    """What decisions share, as far as it could be read. What is None is not known, because the file cannot be read."""

    findings: Mapping[str, Finding] | None = field(default_factory=dict)
    scores: Mapping[str, Score | None] | None = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    rules: Mapping[str, Rule | None] | None = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether every rule could be read."""
        return self.rules is not None and all(rule is not None for rule in self.rules.values())

    def beside(self, scope: Scope) -> Scope:
        """The names of a decision together with those that it shares."""
        findings = None if scope.findings is None or self.findings is None else [*scope.findings, *self.findings]
        scores = None if scope.scores is None or self.scores is None else {**self.scores, **scope.scores}
        shared = frozenset([*(self.findings or ()), *(self.scores or ())])
        return replace(scope, findings=findings, scores=scores, shared=shared)


NOT_KNOWN = Shared(None, None, {}, None)


def shared_in(
    node: Node,
    place: Place,
    facts: Scope,
    sources: Collection[str] | None,
    notes: Diagnostics,
) -> Shared:
    """Reads `findings.yaml`. `facts` are the names that it may use beside its own; `sources` None where not known."""
    entries = entries_in(node, FINDINGS_FORM, place, notes)
    if entries is None:
        return NOT_KNOWN
    declared = declared_in(entries)
    scope = replace(facts, findings=declared.findings, outcomes=(), scores=declared.scores)
    mapping = entries.mapping("rules")
    rules = named_in(mapping, "rule", notes)
    drafts = {key.text: rule_in(key, body, scope, HOME, sources, notes) for key, body in rules}
    for name, draft in drafts.items():
        rule = draft.rule
        if rule is not None and draft.is_whole and not draft.concludes and not draft.adds and rule.caution is not None:
            help = "write under `then` a finding or points, or move the rule to a decision"
            notes.add("rule.no_effect", f"the shared rule `{name}` concludes nothing", rule.place, help)
    if mapping is not None and declared.is_known:
        note_unconcluded(drafts.values(), declared, notes)
        note_circles(drafts.values(), declared, notes)
    known = {name: draft.rule for name, draft in drafts.items()}
    return Shared(declared.findings, declared.scores, declared.places, known if mapping is not None else None)


def with_shared(decision: Decision, shared: Shared) -> Decision:
    """The decision with what it takes of the shared findings and scores: those that its rules test, with the rules that
    conclude them, what else these conclude, and what they test."""
    rules = [rule for rule in (shared.rules or {}).values() if rule is not None]
    taken, needed = _taken(rules, _tested(decision.rules.values()))
    if not taken:
        return decision
    findings = {name: each for name, each in (shared.findings or {}).items() if name in needed}
    scores = {name: each for name, each in (shared.scores or {}).items() if name in needed and each is not None}
    update = {
        "findings": dict(sorted({**decision.findings, **findings}.items())),
        "scores": dict(sorted({**decision.scores, **scores}.items())),
        "rules": dict(sorted({**decision.rules, **taken}.items())),
    }
    return decision.model_copy(update=update)


def untaken_in(shared: Shared, decisions: Collection[Decision]) -> Decision | None:
    """What is shared and no decision takes, which nobody can see, with what its rules rest on, as a decision of its
    own; its outcomes are another's. None where everything is taken."""
    taken = frozenset[str]().union(*({*each.findings, *each.scores, *each.rules} for each in decisions))
    everything = everything_of(shared, next(iter(decisions)))
    left = {
        "findings": {name: each for name, each in everything.findings.items() if name not in taken},
        "scores": {name: each for name, each in everything.scores.items() if name not in taken},
        "rules": {name: each for name, each in everything.rules.items() if name not in taken},
    }
    return with_shared(everything.model_copy(update=left), shared) if left["findings"] or left["scores"] else None


def everything_of(shared: Shared, decision: Decision) -> Decision:
    """All that is shared, whether a decision takes it or not, as a decision of its own; its outcomes are another's."""
    update = {
        "id": HOME,
        "findings": dict(shared.findings or {}),
        "scores": {name: each for name, each in (shared.scores or {}).items() if each is not None},
        "rules": {name: each for name, each in (shared.rules or {}).items() if each is not None},
        "beside": (),
        "cases": {},
    }
    return decision.model_copy(update=update)


def _taken(rules: Iterable[Rule], needed: frozenset[str]) -> tuple[dict[str, Rule], frozenset[str]]:
    """The rules that conclude something needed, and all that is needed with them."""
    taken: dict[str, Rule] = {}
    while more := [rule for rule in rules if rule.id not in taken and needed & {*rule.concludes, *rule.adds}]:
        taken |= {rule.id: rule for rule in more}
        needed |= _tested(more).union(*({*rule.concludes, *rule.adds} for rule in more))
    return taken, needed


def _tested(rules: Iterable[Rule]) -> frozenset[str]:
    return frozenset[str]().union(*(concluded_in(rule.condition) for rule in rules))
