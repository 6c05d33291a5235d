"""Templates: the texts of reasons, in which `{name}` stands for the value of a fact or for a finding, `{{` for a brace.

Read into parts here; which names a template may use is checked by loading, and how a value is printed belongs to the
explanations.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from engine.diagnostics import Misread, shown

_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+", re.DOTALL)
_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_BRACE_HELP = "write `{name}` for a value and `{{` or `}}` for a brace"


@dataclass(frozen=True, slots=True)
class Words:
    """A part that is printed as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A part that stands for a fact or a finding; `start` and `end` are its offsets in the template."""

    name: str
    start: int
    end: int


Part = Words | Slot


def parts_of(text: str) -> tuple[Part, ...]:
    """The parts of a template, in order. Raises `Misread` with the offsets of a brace that cannot be read."""
    return tuple(_part(match) for match in _TOKEN.finditer(text))


def names_in(parts: tuple[Part, ...]) -> tuple[str, ...]:
    """The names that the parts stand for, each once, sorted."""
    return tuple(sorted({part.name for part in parts if isinstance(part, Slot)}))


def filled(text: str, in_words: Callable[[str], str]) -> str:
    """The template with every name replaced by what `in_words` says of it."""
    return "".join(in_words(part.name) if isinstance(part, Slot) else part.text for part in parts_of(text))


def _part(match: re.Match[str]) -> Part:
    piece = match[0]
    if piece in ("{{", "}}"):
        return Words(piece[0])
    if piece in ("{", "}"):
        state = "opened and not closed" if piece == "{" else "closed and not opened"
        raise Misread("template.brace", f"a brace is {state}", _BRACE_HELP, match.start(), match.end())
    if match[1] is None:
        return Words(piece)
    if not _NAME.fullmatch(match[1]):
        message = f"{shown(match[1])} is not the name of a fact or finding"
        raise Misread("template.name", message, _BRACE_HELP, match.start(), match.end())
    return Slot(match[1], match.start(), match.end())
