"""Two texts beside each other in columns, or one below the other where there is no room."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from textwrap import wrap

from explain.justification import Line
from explain.plain_text import indented

NARROW = 100
"""Under so many columns two texts do not stand beside each other."""
_GAP = " │ "


def beside(titles: tuple[str, str], sides: tuple[Sequence[Line], Sequence[Line]], width: int | None) -> Iterator[str]:
    """Two trees of lines, in columns of a terminal that is `width` wide; one below the other where that is under
    `NARROW`, cut to it, or not known, because the output is piped."""
    texts = [[line for each in side for line in indented(each, 0)] for side in sides]
    if width is None or width < NARROW:
        for title, lines in zip(titles, texts, strict=True):
            yield title
            inside = lines if width is None else _wrapped(lines, max(width - 2, 20))
            yield from (f"  {line}" for line in inside)
        return
    column = (width - len(_GAP)) // 2
    left, right = ([title, *_wrapped(lines, column)] for title, lines in zip(titles, texts, strict=True))
    for one, other in zip_longest(left, right, fillvalue=""):
        yield f"{one:<{column}}{_GAP}{other}".rstrip()


def _wrapped(lines: Iterable[str], width: int) -> Iterator[str]:
    """Lines cut to a width; what does not fit goes on two spaces deeper."""
    for line in lines:
        depth = " " * min(len(line) - len(line.lstrip()), width // 2)
        yield from wrap(line.strip(), width, initial_indent=depth, subsequent_indent=f"{depth}  ") or [""]
