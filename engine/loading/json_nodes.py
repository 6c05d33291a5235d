"""JSON as nodes: text and path, numbers kept as they are written.

Duplicate names, NaN and infinities, deep nesting and half characters are refused. What a value means is decided by the
vocabulary, as with YAML.
"""

import json
import re
from dataclasses import dataclass, replace

from engine.diagnostics import MAX_NAME, Diagnostics, Place, shown
from engine.loading.files import FORBIDDEN, place_at
from engine.loading.nodes import MAX_DEPTH, MAX_VALUES, Mapping, Node, Scalar, Sequence, Style

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[\]{},]', re.DOTALL)
_PLAIN_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_COMMAS = "write double quotes around names and texts, commas between entries, and no comments"


@dataclass(frozen=True, slots=True)
class _Number:
    text: str


@dataclass(frozen=True, slots=True)
class _NotFinite:
    text: str


@dataclass(frozen=True, slots=True)
class _Object:
    pairs: tuple[tuple[str, object], ...]


def json_document(text: str, file: Place, notes: Diagnostics) -> Node | None:
    """The document of a JSON text; `file` is the file, or a line of JSON Lines. None where it cannot be used."""
    if not text.strip():
        noun = "line" if file.line else "file"
        notes.add("file.empty", f"the {noun} is empty", file, "write something in it")
        return None
    if not _is_bounded(text, file, notes):
        return None
    try:
        value = json.loads(
            text,
            object_pairs_hook=lambda pairs: _Object(tuple(pairs)),
            parse_int=_Number,
            parse_float=_Number,
            parse_constant=_NotFinite,
        )
    except json.JSONDecodeError as error:
        place = place_at(text, min(error.pos, len(text.rstrip())), file)
        notes.add("json.syntax", "this cannot be read as JSON", place, _help_for(text, error.pos, error.msg))
        return None
    return _node(value, replace(file, path="$"), notes)


def path_to(place: Place, name: str | int) -> Place:
    """The place of an entry or an item inside the place."""
    if isinstance(name, int):
        return replace(place, path=f"{place.path}[{name}]")
    short = name[:MAX_NAME]
    step = f".{short}" if _PLAIN_NAME.fullmatch(short) else f"[{json.dumps(short, ensure_ascii=False)}]"
    return replace(place, path=place.path + step)


def _is_bounded(text: str, file: Place, notes: Diagnostics) -> bool:
    """Whether nesting and size are within limits, seen from the brackets and commas outside texts."""
    depth = count = 1
    for token in _TOKEN.finditer(text):
        first = token[0][0]
        depth += (first in "[{") - (first in "]}")
        count += first in "[{,"
        if depth > MAX_DEPTH:
            place = place_at(text, token.start(), file)
            notes.add("json.too_deep", f"the nesting is deeper than {MAX_DEPTH} levels", place, "nest less deeply")
            return False
    if count > MAX_VALUES:
        notes.add("json.too_many_values", f"there are more than {MAX_VALUES:,} values", file, "give one patient only")
        return False
    return True


def _node(value: object, place: Place, notes: Diagnostics) -> Node:
    match value:
        case _Object(pairs):
            return _mapping(pairs, place, notes)
        case list():
            return Sequence(tuple(_node(item, path_to(place, at), notes) for at, item in enumerate(value)), place)
        case bool():
            return Scalar("true" if value else "false", Style.BOOLEAN, place)
        case _Number(text):
            return Scalar(text, Style.NUMBER, place)
        case _NotFinite(text):
            help = "give a number, or null where it is not known"
            notes.add("json.not_finite", f"`{text}` is not a number", place, help)
        case str():
            return _text(value, place, notes)
    return Scalar("", Style.NULL, place)


def _mapping(pairs: tuple[tuple[str, object], ...], place: Place, notes: Diagnostics) -> Mapping:
    entries: dict[str, tuple[Scalar, Node]] = {}
    for name, value in pairs:
        key = _text(name, path_to(place, FORBIDDEN.sub("\ufffd", name)), notes)
        if name in entries:
            help = "keep one of them"
            notes.add("json.duplicate_key", f"{shown(name)} stands here twice", key.place, help)
            continue
        entries[name] = (key, _node(value, key.place, notes))
    return Mapping(tuple(entries.values()), place)


def _text(text: str, place: Place, notes: Diagnostics) -> Scalar:
    if found := FORBIDDEN.search(text):
        message = f"the text holds the character U+{ord(found[0]):04X}, which cannot be seen"
        notes.add("json.character", message, place, "remove it")
    return Scalar(FORBIDDEN.sub("\ufffd", text), Style.STRING, place)


def _help_for(text: str, at: int, message: str) -> str:
    """How to repair a syntax error, from the usual causes."""
    character = text[at : at + 1]
    before = text[:at].rstrip()[-1:]
    if message.startswith("Extra data"):
        return "remove what follows the end of the document"
    if not character or not text[at:].strip():
        return "the document ends too early: close what is open"
    if message.startswith(("Unterminated", "Invalid control")):
        return "close the quote on the same line"
    if before == "," and character in "]}":
        return "remove the comma before the closing bracket"
    return "write the backslash twice" if "escape" in message else _COMMAS
