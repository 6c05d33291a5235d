"""The comments of a YAML text: every `#` that is no part of a value begins one, to the end of its line."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_HEADER = re.compile(r"[|>][-+0-9]*([ \t]+(#[^\n]*))?")
_COMMENT = re.compile(r"(?<![^\s,\[\]{}])#[^\n]*")


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment: where it begins in the text, its line and column (from 0), whether nothing stands before it on its
    line, and whether the line above is blank."""

    at: int
    line: int
    column: int
    text: str
    is_alone: bool
    is_after_blank: bool


def comments_in(text: str, values: Iterable[tuple[int, int]]) -> list[Comment]:
    """All comments, in order. `values` are where single values begin and end, in order."""
    return [_comment(text, at) for start, end in _gaps(text, values) for at in _starts(text, start, end)]


def is_below_blank(text: str, at: int) -> bool:
    """Whether the line above the one with this character is blank."""
    start = text.rfind("\n", 0, at) + 1
    above = text.rfind("\n", 0, max(start - 1, 0)) + 1
    return start > 0 and not text[above : start - 1].strip()


def _gaps(text: str, values: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The parts between values, and the line on which a text over several lines is announced."""
    last = 0
    for start, end in values:
        yield last, start
        if header := _HEADER.match(text, start, end):
            yield header.start(1) if header[1] else start, header.end() if header[1] else start
        last = end
    yield last, len(text)


def _starts(text: str, start: int, end: int) -> Iterator[int]:
    return (found.start() for found in _COMMENT.finditer(text, start, end))


def _comment(text: str, at: int) -> Comment:
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    return Comment(
        at=at,
        line=text.count("\n", 0, at),
        column=at - start,
        text=text[at : end if end >= 0 else len(text)].rstrip(),
        is_alone=not text[start:at].strip(),
        is_after_blank=is_below_blank(text, at),
    )
