"""The entry `from` of a fact: which decisions of other guidelines say what it is, as it is written. What the entries
refer to is looked up in `imports`."""

from collections.abc import Collection
from dataclasses import dataclass

from engine.diagnostics import shown
from engine.guideline import Citation
from engine.loading.citations import citations_in
from engine.loading.entries import Entries, Form, entries_in, note_kind
from engine.loading.nodes import Node, Scalar

IMPORT_FORM = Form(
    "import", "an import", ("guideline", "version", "decision"), ("title", "facts", "values", "outcomes", "source")
)
Pairs = tuple[tuple[Scalar, Scalar], ...]


@dataclass(frozen=True, slots=True)
class ImportDraft:
    """One import as it is written; in pairs, theirs stands on the left."""

    title: str
    guideline: Scalar
    version: Scalar
    decision: Scalar
    facts: Pairs
    values: Pairs
    outcomes: Pairs
    source: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class ImportDrafts:
    """The imports of one fact, in order, and what stands under `otherwise`."""

    drafts: tuple[ImportDraft, ...] = ()
    otherwise: Scalar | None = None


def imports_in(entries: Entries, sources: Collection[str] | None) -> ImportDrafts:
    """Reads the entries `from` and `otherwise` of a fact. `sources` is None where their names are not known."""
    nodes = entries.one_or_more("from")
    if "from" in entries and not nodes:
        entries.note("wrong_kind", "`from` is empty", entries.key_place("from"), "name a guideline, or remove it")
    if "otherwise" in entries and "from" not in entries:
        message = "`otherwise` is only for facts that come `from` another guideline"
        entries.note("otherwise", message, entries.key_place("otherwise"), "remove it, or add `from`")
    found = (_draft(node, entries, sources) for node in nodes)
    drafts: dict[str, ImportDraft] = {}
    for draft in (each for each in found if each is not None):
        if draft.title in drafts:
            help = "give each import a `title` of its own: it is how a trace names it"
            message = f"two imports have the title {shown(draft.title)}"
            entries.note("repeated_title", message, draft.decision.place, help)
        drafts[draft.title] = draft
    return ImportDrafts(tuple(drafts.values()), entries.scalar("otherwise"))


def _draft(node: Node, owner: Entries, sources: Collection[str] | None) -> ImportDraft | None:
    entries = entries_in(node, IMPORT_FORM, owner.key_place("from"), owner.notes)
    if entries is None:
        return None
    guideline, version, decision = (entries.scalar(name) for name in IMPORT_FORM.required)
    facts, values, outcomes = (_pairs(entries, name) for name in ("facts", "values", "outcomes"))
    source = citations_in(entries, sources)
    if guideline is None or version is None or decision is None:
        return None
    title = entries.text("title") or f"{guideline.text}/{decision.text} {version.text}"
    return ImportDraft(title, guideline, version, decision, facts, values, outcomes, source)


def _pairs(entries: Entries, name: str) -> Pairs:
    mapping = entries.mapping(name)
    pairs: list[tuple[Scalar, Scalar]] = []
    for key, node in mapping.entries if mapping is not None else ():
        if isinstance(node, Scalar) and not node.is_null:
            pairs.append((key, node))
        else:
            note_kind(node, "import", key.text, "a single value", entries.notes)
    return tuple(pairs)
