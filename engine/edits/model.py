"""What an edit is, and how the edits of parts that go by their ids are found."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, TypeVar

from engine.versions import Step


class Touch(Enum):
    """What an edit can touch: an answer; what is asked for, given or read by its name; or only what is said."""

    ANSWERS = "answers"
    NAMES = "names"
    WORDS = "words"


class Way(Enum):
    """How a part was edited."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit. `part` is what it is of (`rule`, `fact`), `name` its id, `home` the decision that it belongs to where
    it has one, `aspect` what of it was changed; `before` and `after` are what it said, where that is one text."""

    part: str
    name: str
    way: Way
    touch: Touch
    step: Step
    home: str | None = None
    aspect: str | None = None
    before: str | None = None
    after: str | None = None


class _Named(Protocol):
    @property
    def id(self) -> str: ...


Part = TypeVar("Part", bound=_Named)


@dataclass(frozen=True, slots=True)
class Changes:
    """Notes what differs in one part of two versions."""

    part: str
    name: str
    home: str | None = None

    def of(
        self,
        aspect: str,
        before: object,
        after: object,
        *,
        touch: Touch = Touch.WORDS,
        step: Step = Step.PATCH,
        texts: tuple[str | None, str | None] | None = None,
    ) -> Iterator[Edit]:
        """An edit where the two differ. What they say is told as `texts`, or as they are where they are texts."""
        if before != after:
            one, other = texts or (_text(before), _text(after))
            yield Edit(self.part, self.name, Way.CHANGED, touch, step, self.home, aspect, one, other)


def edits_by_id(
    part: str,
    before: Mapping[str, Part],
    after: Mapping[str, Part],
    changes: Callable[[Part, Part], Iterator[Edit]],
    home: str | None = None,
) -> Iterator[Edit]:
    """The edits of parts that go by their ids. One that is gone and one that is new are one renamed where they say the
    same; each is paired once, in the order of the ids."""
    gone = {name: each for name, each in sorted(before.items()) if name not in after}
    new = {name: each for name, each in sorted(after.items()) if name not in before}
    for name, each in list(gone.items()):
        twin = next((other for other, theirs in new.items() if not any(changes(each, theirs))), None)
        if twin is not None:
            yield Edit(part, name, Way.RENAMED, Touch.NAMES, Step.MAJOR, home, before=name, after=twin)
            del gone[name], new[twin]
    yield from (Edit(part, name, Way.REMOVED, Touch.NAMES, Step.MAJOR, home) for name in gone)
    yield from (Edit(part, name, Way.ADDED, Touch.NAMES, Step.MINOR, home) for name in new)
    for name in sorted(before.keys() & after.keys()):
        yield from changes(before[name], after[name])


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple) and all(isinstance(each, str) for each in value):
        return ", ".join(value) or "nothing"
    return None if value is None else str(value) if isinstance(value, str | int) else None
