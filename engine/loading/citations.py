"""Citations: where something stands in a source, and on what basis it is taken from there."""

from collections.abc import Collection
from dataclasses import replace

from engine.diagnostics import Diagnostics, Place, did_you_mean, quoted, shown
from engine.guideline import Basis, Caution, Citation
from engine.loading.entries import Entries, Form, entries_in
from engine.loading.nodes import Mapping, Node

CITATION_FORM = Form("source", "a source", ("basis",), ("cite", "at", "note"))
CAUTION_FORM = Form("decision", "a caution", ("text",), ("source",))
BASES = tuple(basis.value for basis in Basis)


def citations_in(entries: Entries, sources: Collection[str] | None) -> tuple[Citation, ...]:
    """The citations of an entry `source`, one or a list of them. `sources` is None where their names are not known."""
    nodes = entries.one_or_more("source")
    found = [_citation(node, entries.key_place("source"), sources, entries.notes) for node in nodes]
    if not nodes and "source" in entries:
        place = entries.key_place("source")
        entries.note("wrong_kind", "`source` is empty", place, "write a source")
    return tuple(citation for citation in found if citation is not None)


def caution_in(
    node: Node, form: Form, place: Place, sources: Collection[str] | None, notes: Diagnostics
) -> Caution | None:
    """A caution, which is a text or a mapping of `text` and `source`."""
    if not isinstance(node, Mapping):
        alone = Entries(form, place, {"caution": node}, {}, notes)
        text = alone.text("caution")
        return None if text is None else Caution(text=text)
    entries = entries_in(node, replace(CAUTION_FORM, group=form.group), place, notes)
    text = entries.text("text") if entries is not None else None
    if entries is None or text is None:
        return None
    return Caution(text=text, source=citations_in(entries, sources))


def _citation(node: Node, place: Place, sources: Collection[str] | None, notes: Diagnostics) -> Citation | None:
    entries = entries_in(node, CITATION_FORM, place, notes)
    if entries is None:
        return None
    cite = _cited(entries, sources)
    basis = _basis(entries)
    if basis is None:
        return None
    if "cite" not in entries and basis is not Basis.ADDED:
        help = "name the source under `cite`, or write `basis: added` where there is none"
        message = f"a basis of `{basis.value}` needs a source to stand in"
        entries.note("uncited", message, entries.key_place("basis"), help)
    return Citation(cite=cite, at=entries.text("at"), basis=basis, note=entries.text("note"))


def _cited(entries: Entries, sources: Collection[str] | None) -> str | None:
    cite = entries.scalar("cite")
    if cite is None:
        return None
    if sources is not None and cite.text not in sources:
        otherwise = f"the sources are {quoted(sorted(sources))}" if sources else "describe it under `sources` first"
        help = did_you_mean(cite.text, sources, otherwise)
        entries.note("unknown", f"{shown(cite.text)} is not a source of this guideline", cite.place, help)
    return cite.text


def _basis(entries: Entries) -> Basis | None:
    basis = entries.scalar("basis")
    if basis is None:
        return None
    if basis.text not in BASES:
        help = did_you_mean(basis.text, BASES, f"write one of {quoted(BASES)}")
        entries.note("basis", f"{shown(basis.text)} is not a basis", basis.place, help)
        return None
    return Basis(basis.text)
