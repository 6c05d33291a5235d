"""`guideline.yaml`: identity, purpose, population, limits of use, and the sources."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from engine.diagnostics import Diagnostics, Place, did_you_mean, quoted, shown
from engine.guideline import Source, SourceKind
from engine.loading.dates import is_partial_date
from engine.loading.entries import Entries, Form, entries_in, named_in
from engine.loading.names import check_name
from engine.loading.nodes import Node, Scalar

STATUSES = ("draft", "active", "retired")
GUIDELINE_FORM = Form(
    "guideline",
    "a guideline",
    ("guideline", "version", "status", "title", "purpose", "population", "limits", "sources"),
    ("authors", "reviewed", "review_by"),
)
SOURCE_FORM = Form(
    "source", "a source", ("title", "kind"), ("publisher", "date", "evidence", "url", "note", "review_by")
)
KINDS = tuple(kind.value for kind in SourceKind)
_PART = r"(0|[1-9]\d{0,8})"
_LABELS = r"[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*"
SEMVER = re.compile(rf"{_PART}\.{_PART}\.{_PART}(-{_LABELS})?(\+{_LABELS})?", re.ASCII)
URL = re.compile(r"https?://[^\s<>\"'`]+")


@dataclass(frozen=True, slots=True)
class Header:
    """What `guideline.yaml` says; texts that are faulty are empty, and the fault is noted."""

    id: str
    version: str
    status: str
    title: str
    purpose: str
    population: str
    limits: str
    authors: tuple[str, ...]
    reviewed: date | None
    review_by: date | None
    sources: dict[str, Source | None]
    """None where a source is there and faulty."""
    has_sources: bool
    """Whether the names of the sources are known at all."""

    @property
    def source_names(self) -> Collection[str] | None:
        return self.sources.keys() if self.has_sources else None


def header_in(node: Node, folder: str, place: Place, notes: Diagnostics) -> Header | None:
    """Reads `guideline.yaml`. `folder` is the name that the guideline must have."""
    entries = entries_in(node, GUIDELINE_FORM, place, notes)
    if entries is None:
        return None
    mapping = entries.mapping("sources")
    sources = {key.text: _source(key, body, notes) for key, body in named_in(mapping, "source", notes)}
    return Header(
        id=_id(entries, folder),
        version=_version(entries),
        status=_status(entries),
        title=entries.text("title") or "",
        purpose=entries.text("purpose") or "",
        population=entries.text("population") or "",
        limits=entries.text("limits") or "",
        authors=entries.texts("authors"),
        reviewed=entries.date("reviewed"),
        review_by=_review_by(entries),
        sources=sources,
        has_sources=mapping is not None,
    )


def _id(entries: Entries, folder: str) -> str:
    scalar = entries.scalar("guideline")
    if scalar is None or not check_name(scalar, "guideline", entries.notes):
        return ""
    if scalar.text != folder:
        message = f"the guideline is named {shown(scalar.text)}, its folder {shown(folder)}"
        entries.note("not_the_folder", message, scalar.place, "give both the same name")
    return scalar.text


def _version(entries: Entries) -> str:
    scalar = entries.scalar("version")
    if scalar is None:
        return ""
    if len(scalar.text) > 100 or not SEMVER.fullmatch(scalar.text):
        help = "write three numbers, such as 1.0.0"
        entries.note("version", f"{shown(scalar.text)} is not a version", scalar.place, help)
    return scalar.text


def _status(entries: Entries) -> str:
    scalar = entries.scalar("status")
    if scalar is None:
        return ""
    _check_word(entries, scalar, "status", "a status of a guideline", STATUSES)
    return scalar.text


def _check_word(entries: Entries, scalar: Scalar, problem: str, noun: str, words: tuple[str, ...]) -> bool:
    if scalar.text in words:
        return True
    help = did_you_mean(scalar.text, words, f"write one of {quoted(words) if len(words) < 6 else ', '.join(words)}")
    entries.note(problem, f"{shown(scalar.text)} is not {noun}", scalar.place, help)
    return False


def _review_by(entries: Entries) -> date | None:
    reviewed, review_by = entries.date("reviewed"), entries.date("review_by")
    if reviewed is not None and review_by is not None and review_by < reviewed:
        place = entries.nodes["review_by"].place
        entries.note("date", "the next review lies before the last one", place, "write a later date")
    return review_by


def _source(key: Scalar, node: Node, notes: Diagnostics) -> Source | None:
    entries = entries_in(node, SOURCE_FORM, key.place, notes)
    if entries is None:
        return None
    title, kind = entries.text("title"), entries.scalar("kind")
    written = _partial_date(entries)
    url = _url(entries)
    if title is None or kind is None or not _check_word(entries, kind, "kind", "a kind of source", KINDS):
        return None
    return Source(
        id=key.text,
        title=title,
        publisher=entries.text("publisher"),
        date=written,
        kind=SourceKind(kind.text),
        evidence=entries.text("evidence"),
        url=url,
        note=entries.text("note"),
        review_by=entries.date("review_by"),
        place=key.place,
    )


def _partial_date(entries: Entries) -> str | None:
    scalar = entries.scalar("date")
    if scalar is not None and not is_partial_date(scalar.text):
        help = "write as much as is known: 2026, 2026-05 or 2026-05-15"
        entries.note("date", f"{shown(scalar.text)} is not a date", scalar.place, help)
    return None if scalar is None else scalar.text


def _url(entries: Entries) -> str | None:
    scalar = entries.scalar("url")
    if scalar is not None and not URL.fullmatch(scalar.text):
        help = "write it in full, beginning with https://"
        entries.note("url", f"{shown(scalar.text)} is not a web address", scalar.place, help)
    return None if scalar is None else scalar.text
