"""From the files of a folder to one guideline. Models are put together only once there is no mistake in any file."""

from collections.abc import Mapping as Lookup
from collections.abc import Sequence
from pathlib import Path

from engine.diagnostics import MAX_MISTAKES, Diagnostics, TooManyMistakes
from engine.errors import GuidelineRejected, NotFound
from engine.guideline import Case, Decision, Fact, Guideline
from engine.loading.case_file import cases_in
from engine.loading.conditions import Scope
from engine.loading.decision_file import DecisionDraft, decision_in
from engine.loading.fact_file import Vocabulary, vocabulary_in
from engine.loading.findings_file import NOT_KNOWN, Shared, shared_in, untaken_in
from engine.loading.folder import FACTS, FINDINGS, GUIDELINE, Trees, trees_in
from engine.loading.guideline_file import Header, header_in
from engine.loading.identity import content_of, identity_of
from engine.loading.imports import Imports, with_imports
from engine.loading.library import Library
from engine.loading.limits import note_limits, note_ranges
from engine.loading.names_taken import note_taken


def load(folder: Path, *, with_cases: bool = True, library: Sequence[Path] = ()) -> Guideline:
    """The guideline in a folder; without its cases, their files are not even looked at.

    Guidelines that it imports are looked for beside its folder, then in the folders of `library`. Raises
    `GuidelineRejected` with every mistake in all files, sorted by place, `NotFound` where there is no such folder, and
    `SolverLimit` where the range of a score, or that an import leaves no gap, could not be proved.
    """
    return _loaded(folder, with_cases, Library(tuple(library), lambda path, within: _loaded(path, False, within)))


def _loaded(folder: Path, with_cases: bool, library: Library) -> Guideline:
    if not folder.exists():
        raise NotFound(f"there is no guideline in `{folder}`")
    notes = Diagnostics(MAX_MISTAKES)
    try:
        guideline = _guideline(folder, with_cases, library.within(folder), notes)
    except TooManyMistakes:
        raise GuidelineRejected(notes.sorted()) from None
    if guideline is None or notes.count:
        raise GuidelineRejected(notes.sorted())
    return guideline


def _guideline(folder: Path, with_cases: bool, library: Library, notes: Diagnostics) -> Guideline | None:
    trees = trees_in(folder, with_cases, notes)
    if trees is None:
        return None
    name = folder.resolve().name
    header = header_in(trees.guideline, name, trees.place(GUIDELINE), notes) if trees.guideline else None
    imports = _imports(trees, header, library, notes)
    vocabulary = imports.vocabulary if imports is not None else None
    facts = vocabulary.facts if vocabulary is not None else None
    is_whole = vocabulary is not None and vocabulary.is_whole
    scope = Scope(facts, (), (), {}, is_whole=is_whole)
    shared = _shared(trees, header, scope, notes)
    drafts = _drafts(trees, header, scope, shared, notes)
    cases = _cases(trees, drafts, facts if is_whole else None, name, notes)
    if vocabulary is not None:
        note_taken(vocabulary.places, shared.places, drafts.values(), notes)
    if header is None or imports is None or notes.count:
        return None
    return _built(trees, header, imports, shared, drafts, cases, notes)


def _imports(trees: Trees, header: Header | None, library: Library, notes: Diagnostics) -> Imports | None:
    """The vocabulary, with what other guidelines bring to it."""
    vocabulary = _vocabulary(trees, header, notes)
    return None if vocabulary is None else with_imports(vocabulary, lambda name: library.find(name, notes), notes)


def _shared(trees: Trees, header: Header | None, facts: Scope, notes: Diagnostics) -> Shared:
    if not trees.has_findings:
        return Shared()
    if trees.findings is None:
        return NOT_KNOWN
    sources = header.source_names if header is not None else None
    return shared_in(trees.findings, trees.place(FINDINGS), facts, sources, notes)


def _vocabulary(trees: Trees, header: Header | None, notes: Diagnostics) -> Vocabulary | None:
    sources = header.source_names if header is not None else None
    return vocabulary_in(trees.facts, trees.place(FACTS), sources, notes) if trees.facts is not None else None


def _drafts(
    trees: Trees,
    header: Header | None,
    facts: Scope,
    shared: Shared,
    notes: Diagnostics,
) -> dict[str, DecisionDraft]:
    """Every decision as far as it can be read; one whose file cannot be used has no known names."""
    sources = header.source_names if header is not None else None
    drafts: dict[str, DecisionDraft] = {}
    for name, node in trees.decisions.items():
        place = trees.place(f"{name}.yaml")
        draft = decision_in(node, name, place, facts, shared, sources, notes) if node is not None else None
        drafts[name] = draft or DecisionDraft(name, None, {}, None, None)
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
    imports: Imports,
    shared: Shared,
    drafts: Lookup[str, DecisionDraft],
    cases: Lookup[str, dict[str, Case]],
    notes: Diagnostics,
) -> Guideline | None:
    vocabulary = imports.vocabulary
    facts = {name: fact for name, fact in vocabulary.facts.items() if fact is not None}
    sources = {name: source for name, source in header.sources.items() if source is not None}
    decisions = _decisions(drafts, cases, facts, notes)
    if trees.guideline is None or trees.facts is None or notes.count:
        return None
    files = {name: node for name, node in trees.decisions.items() if node is not None}
    content = content_of(trees.guideline, trees.facts, trees.findings, files, imports.hashes)
    guideline = Guideline(
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
        place=trees.place(GUIDELINE),
        sources=dict(sorted({**sources, **imports.sources}.items())),
        facts=facts,
        impossible=vocabulary.impossible,
        decisions=decisions,
        untaken=untaken_in(shared, list(decisions.values())),
        sha256=identity_of(content),
        content=content,
        imported_content=imports.contents,
    )
    note_ranges(guideline, shared, notes)
    return guideline


def _decisions(
    drafts: Lookup[str, DecisionDraft],
    cases: Lookup[str, dict[str, Case]],
    facts: Lookup[str, Fact],
    notes: Diagnostics,
) -> dict[str, Decision]:
    decisions: dict[str, Decision] = {}
    for name, draft in drafts.items():
        if draft.decision is not None:
            decisions[name] = draft.decision.model_copy(update={"cases": cases.get(name, {})})
            note_limits(decisions[name], facts, notes)
    return decisions
