"""The edits of a whole guideline."""

from collections.abc import Iterator

from engine.edits.decisions import decision_edits
from engine.edits.facts import vocabulary_edits
from engine.edits.model import Changes, Edit, Touch, edits_by_id
from engine.guideline import Guideline, Source
from engine.versions import Step

_SAID = ("status", "title", "purpose", "population", "limits", "authors", "reviewed", "review_by")


def edits_between(before: Guideline, after: Guideline) -> tuple[Edit, ...]:
    """Everything that was edited but the version. What was written otherwise and means and says the same is one edit of
    the guideline's wording, so that a new hash never goes without any."""
    found = tuple(_found(before, after))
    if found or _content(before) == _content(after):
        return found
    return tuple(Changes("guideline", after.id).of("way of writing", 0, 1, texts=(None, None)))


def _found(before: Guideline, after: Guideline) -> Iterator[Edit]:
    changes = Changes("guideline", before.id)
    yield from changes.of("id", before.id, after.id, touch=Touch.NAMES, step=Step.MAJOR)
    for aspect in _SAID:
        values = [getattr(each, aspect) for each in (before, after)]
        dates = (None if each is None else str(each) for each in values)
        texts = (next(dates), next(dates)) if aspect.startswith("review") else None
        yield from changes.of(aspect, values[0], values[1], texts=texts)
    for edit in edits_by_id("source", before.sources, after.sources, _source):
        yield Edit("source", edit.name, edit.way, Touch.WORDS, Step.PATCH, None, edit.aspect, edit.before, edit.after)
    yield from vocabulary_edits(before, after)
    yield from decision_edits(before.decisions, after.decisions)


def _source(before: Source, after: Source) -> Iterator[Edit]:
    changes = Changes("source", before.id)
    for aspect in ("title", "publisher", "date", "kind", "evidence", "url", "note"):
        yield from changes.of(aspect, getattr(before, aspect), getattr(after, aspect))
    dates = [None if each.review_by is None else str(each.review_by) for each in (before, after)]
    yield from changes.of("review_by", dates[0], dates[1])


def _content(guideline: Guideline) -> object:
    """What the author wrote, but for the version."""
    tree = dict(guideline.content)
    head = tree.get("guideline")
    if isinstance(head, dict):
        tree["guideline"] = {key: part for key, part in head.items() if key != "version"}
    return tree
