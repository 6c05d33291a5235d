"""From the files of a folder to one guideline. Models are put together only once there is no mistake in any file."""

from collections.abc import Mapping as Lookup
from pathlib import Path

from engine.diagnostics import Diagnostics, TooManyMistakes
from engine.errors import GuidelineRejected, NotFound
from engine.guideline import Case, Decision, Fact, Guideline
from engine.loading.case_file import cases_in
from engine.loading.decision_file import DecisionDraft, decision_in
from engine.loading.fact_file import Vocabulary, vocabulary_in
from engine.loading.folder import FACTS, GUIDELINE, Trees, trees_in
from engine.loading.guideline_file import Header, header_in
from engine.loading.identity import identity_of
from engine.loading.limits import note_limits
from engine.loading.names_taken import note_taken

MAX_MISTAKES = 500


def load(folder: Path, *, with_cases: bool = True) -> Guideline:
    """The guideline in a folder; without its cases, their files are not even looked at.

    Raises `GuidelineRejected` with every mistake in all files, sorted by place, and `NotFound` where there is no such
    folder.
    """
    if not folder.exists():
        raise NotFound(f"there is no guideline in `{folder}`")
    notes = Diagnostics(MAX_MISTAKES)
    try:
        guideline = _guideline(folder, with_cases, notes)
    except TooManyMistakes:
        raise GuidelineRejected(notes.sorted()) from None
    if guideline is None or notes.count:
        raise GuidelineRejected(notes.sorted())
    return guideline


def _guideline(folder: Path, with_cases: bool, notes: Diagnostics) -> Guideline | None:
    trees = trees_in(folder, with_cases, notes)
    if trees is None:
        return None
    name = folder.resolve().name
    header = header_in(trees.guideline, name, trees.place(GUIDELINE), notes) if trees.guideline else None
    vocabulary = _vocabulary(trees, header, notes)
    facts = vocabulary.facts if vocabulary is not None else None
    drafts = _drafts(trees, header, facts, notes)
    cases = _cases(trees, drafts, facts, name, notes)
    if vocabulary is not None:
        note_taken(vocabulary.places, drafts.values(), notes)
    if header is None or vocabulary is None or notes.count:
        return None
    return _built(trees, header, vocabulary, drafts, cases, notes)


def _vocabulary(trees: Trees, header: Header | None, notes: Diagnostics) -> Vocabulary | None:
    sources = header.source_names if header is not None else None
    return vocabulary_in(trees.facts, trees.place(FACTS), sources, notes) if trees.facts is not None else None


def _drafts(
    trees: Trees, header: Header | None, facts: Lookup[str, Fact | None] | None, notes: Diagnostics
) -> dict[str, DecisionDraft]:
    """Every decision as far as it can be read; one whose file cannot be used has no known names."""
    sources = header.source_names if header is not None else None
    drafts: dict[str, DecisionDraft] = {}
    for name, node in trees.decisions.items():
        place = trees.place(f"{name}.yaml")
        draft = decision_in(node, name, place, facts, sources, notes) if node is not None else None
        drafts[name] = draft or DecisionDraft(name, None, None, None, None)
    return drafts


def _cases(
    trees: Trees,
    drafts: Lookup[str, DecisionDraft],
    facts: Lookup[str, Fact | None] | None,
    owner: str,
    notes: Diagnostics,
) -> dict[str, dict[str, Case]]:
    found: dict[str, dict[str, Case]] = {}
    for name, node in trees.cases.items():
        if node is not None and name in drafts:
            place = trees.place(f"{name}.cases.yaml")
            found[name] = cases_in(node, place, drafts[name], facts, owner, notes)
    return found


def _built(
    trees: Trees,
    header: Header,
    vocabulary: Vocabulary,
    drafts: Lookup[str, DecisionDraft],
    cases: Lookup[str, dict[str, Case]],
    notes: Diagnostics,
) -> Guideline | None:
    facts = {name: fact for name, fact in vocabulary.facts.items() if fact is not None}
    decisions: dict[str, Decision] = {}
    for name, draft in drafts.items():
        if draft.decision is not None:
            decisions[name] = draft.decision.model_copy(update={"cases": cases.get(name, {})})
            note_limits(decisions[name], facts, notes)
    if trees.guideline is None or trees.facts is None or notes.count:
        return None
    return Guideline(
        id=header.id,
        version=header.version,
        status=header.status,
        title=header.title,
        purpose=header.purpose,
        population=header.population,
        limits=header.limits,
        authors=header.authors,
        reviewed=header.reviewed,
        review_by=header.review_by,
        sources={name: source for name, source in sorted(header.sources.items()) if source is not None},
        facts=facts,
        impossible=vocabulary.impossible,
        decisions=decisions,
        sha256=identity_of(
            trees.guideline,
            trees.facts,
            {name: node for name, node in trees.decisions.items() if node is not None},
        ),
    )
