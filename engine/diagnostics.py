"""Diagnostics: what an author or a user did wrong, as a value with four parts. What callers or the world did wrong is
an exception (`engine.errors`)."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NoReturn

from engine.codes import MEANINGS

MAX_NAMED = 5
MAX_NAME = 64
MAX_SHOWN = 60
MAX_MISTAKES = 500
"""How many mistakes are noted before reading stops."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something was written: a file with line and column (from 1; `end` is the column after the last character
    on that line), or a path inside JSON such as `$.facts.pain`. Line 0 means the file as a whole."""

    file: str
    line: int = 0
    column: int = 0
    end: int = 0
    path: str = ""
    text: str = ""
    """The source line, for underlining; empty where there is none."""

    def __str__(self) -> str:
        if self.path:
            return f"{self.file}:{self.line}: {self.path}" if self.line else f"{self.file}: {self.path}"
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake: a stable code, a one-sentence message, the place, and how to repair it."""

    code: str
    message: str
    place: Place
    help: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message} [{self.code}]"


class Diagnostics:
    """Collects diagnostics while something is read; the one mutable thing that passes through the readers."""

    __slots__ = ("_found", "_limit")

    def __init__(self, limit: int | None = None) -> None:
        self._found: dict[tuple[Place, str, str], Diagnostic] = {}
        self._limit = limit

    def add(self, code: str, message: str, place: Place, help: str) -> None:
        """Notes a mistake; the same mistake at the same place is noted once. Raises `TooManyMistakes` at the limit."""
        assert code in MEANINGS, f"{code} is not a registered code"
        self._found.setdefault((place, code, message), Diagnostic(code, message, place, help))
        if self._limit is not None and self.count >= self._limit:
            self._stop(Place(place.file, place.line if place.path else 0))

    def _stop(self, place: Place) -> NoReturn:
        code, message = "file.too_many_mistakes", f"there are {self._limit} mistakes or more, and reading stopped"
        self._found.setdefault((place, code, message), Diagnostic(code, message, place, "repair these first"))
        raise TooManyMistakes

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Notes what was noted elsewhere. Raises `TooManyMistakes` at the limit."""
        for each in diagnostics:
            self.add(each.code, each.message, each.place, each.help)

    @property
    def count(self) -> int:
        return len(self._found)

    def sorted(self) -> tuple[Diagnostic, ...]:
        """All that was noted, by file, line, column, then code."""
        return tuple(self._found[key] for key in sorted(self._found))


def shown(text: str) -> str:
    """User text for a message, in backticks: on one line, cut where it is long."""
    line = " ".join(text.split())
    return f"`{line}`" if len(line) <= MAX_SHOWN else f"`{line[:MAX_SHOWN]}…`"


def quoted(names: Iterable[str]) -> str:
    """Names for a message, in backticks; a list stops at five."""
    listed = [f"`{name}`" for name in names]
    more = len(listed) - MAX_NAMED
    return ", ".join(listed[:MAX_NAMED]) + (f" and {more} more" if more > 0 else "")


def counted(number: int, noun: str) -> str:
    """A number of things: `1 decimal`, `2 decimals`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def did_you_mean(name: str, known: Iterable[str], otherwise: str) -> str:
    """A help line: the nearest known name if one is near, else `otherwise`."""
    near = get_close_matches(name, sorted(known), n=1, cutoff=0.6) if len(name) <= MAX_NAME else []
    return f"did you mean `{near[0]}`?" if near else otherwise


def as_text(diagnostic: Diagnostic) -> str:
    """A diagnostic as people read it: message and code, place, the underlined source, help."""
    place = diagnostic.place
    lines = [f"error[{diagnostic.code}]: {diagnostic.message}", f"  --> {place}"]
    if place.text:
        gutter = str(place.line)
        width = max(place.end - place.column, 1)
        lines += [f"{gutter} | {place.text}", f"{' ' * len(gutter)} | {' ' * (place.column - 1)}{'^' * width}"]
    return "\n".join([*lines, f"  help: {diagnostic.help}"])


class TooManyMistakes(Exception):
    """So many mistakes that reading on helps nobody. Raised by `Diagnostics.add` once that is noted as well, ended by
    whoever gave the limit."""


class Misread(Exception):
    """A part of a text, from `start` to `end`, cannot be read. Raised by the readers of tests and formulas, which know
    no files, and turned into a diagnostic by the loading that called them."""

    def __init__(self, code: str, message: str, help: str, start: int = 0, end: int | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.help, self.start, self.end = code, message, help, start, end
