"""What rules lead to beside outcomes: findings and scores, as a decision's file or `findings.yaml` declares them, and
what must hold between them and the rules."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from engine.diagnostics import Diagnostics, Place, shown
from engine.guideline import Fact, FactType, Finding, Score
from engine.loading.circles import chain_text, circles_in
from engine.loading.entries import Entries, Form, entries_in, named_in
from engine.loading.nodes import Node, Scalar
from engine.loading.rules import RuleDraft
from engine.loading.spans import decimals_in, range_in

SCORE_FORM = Form("score", "a score", ("title", "range"), ("decimals", "unit"))


@dataclass(frozen=True, slots=True)
class Declared:
    """The findings and scores that one file declares. What is None is not known, because its entry cannot be read; a
    score is None where it is there and faulty."""

    findings: dict[str, Finding] | None
    scores: dict[str, Score | None] | None
    places: dict[str, Place]

    @property
    def is_known(self) -> bool:
        return self.findings is not None and self.scores is not None

    @property
    def names(self) -> tuple[str, ...]:
        return (*(self.findings or ()), *(self.scores or ()))


def declared_in(entries: Entries) -> Declared:
    """Reads the entries `findings` and `scores` of a file."""
    findings = _findings(entries)
    places = {name: finding.place for name, finding in (findings or {}).items()}
    scores = _scores(entries, places)
    return Declared(findings, scores, places)


def note_unconcluded(drafts: Collection[RuleDraft], declared: Declared, notes: Diagnostics) -> None:
    """A finding that no rule concludes, a score that none adds to; withheld where a rule concludes something that is
    not known."""
    if not all(draft.is_whole for draft in drafts):
        return
    concluded = {name for draft in drafts for name in (*draft.concludes, *draft.adds)}
    for name in (name for name in declared.names if name not in concluded):
        what, verb = ("finding", "concludes") if name in (declared.findings or ()) else ("score", "adds to")
        help = f"write a rule that {verb} it, or remove it"
        notes.add("decision.unconcluded", f"no rule {verb} the {what} {shown(name)}", declared.places[name], help)


def note_circles(drafts: Iterable[RuleDraft], declared: Declared, notes: Diagnostics) -> None:
    """Findings and scores that rest on one another in a circle."""
    needs: dict[str, set[str]] = {name: set() for name in declared.names}
    for draft in drafts:
        for name in (*draft.concludes, *draft.adds):
            if name in needs:
                needs[name] |= draft.names & needs.keys()
    for circle in circles_in(needs):
        noun = "findings" if set(circle) <= set(declared.findings or ()) else "findings and scores"
        message = f"{noun} go round in a circle: {chain_text(circle)}"
        place = declared.places[circle[0]]
        notes.add("decision.circular", message, place, "let one of them rest on facts alone")


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


def _scores(entries: Entries, places: dict[str, Place]) -> dict[str, Score | None] | None:
    """The scores; `places` has where findings stand, and is given where scores do."""
    if "scores" not in entries:
        return {}
    mapping = entries.mapping("scores")
    if mapping is None:
        return None
    scores: dict[str, Score | None] = {}
    for key, node in named_in(mapping, "score", entries.notes):
        score = _score(key, node, entries.notes)
        if key.text in places:
            message = f"`{key.text}` is already the name of a finding"
            help = "choose another name for one of them"
            entries.notes.add("decision.name_taken", message, key.place, help)
        else:
            scores[key.text], places[key.text] = score, key.place
    return scores


def _score(key: Scalar, node: Node, notes: Diagnostics) -> Score | None:
    entries = entries_in(node, SCORE_FORM, key.place, notes)
    if entries is None:
        return None
    title, unit = entries.text("title"), entries.text("unit")
    decimals = decimals_in(entries) if "decimals" in entries else 0
    span = range_in(entries, decimals) if decimals is not None else None
    if title is None or span is None:
        return None
    kind = FactType.NUMBER if span.decimals else FactType.INTEGER
    scale = Fact(
        id=key.text,
        title=title,
        question=title,
        type=kind,
        low=span.low,
        high=span.high,
        decimals=span.decimals,
        unit=unit,
        place=key.place,
    )
    return Score(id=key.text, title=title, scale=scale, place=key.place)
