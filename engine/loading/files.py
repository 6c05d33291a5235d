"""From a path or bytes to text: what can be wrong with a file before anything in it is read.

What the text means is none of this module's business, nor is where files are looked for.
"""

import re
import stat
from pathlib import Path
from typing import BinaryIO

from engine.diagnostics import Diagnostics, Place
from engine.loading.nodes import shown_line

MAX_BYTES = 1 << 20
LINE_BREAK = re.compile(r"\r\n|\r|\n")
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""Characters that a reader cannot see or that turn the text around: none belongs in a text that people check."""


def text_in_file(path: Path, notes: Diagnostics) -> str | None:
    """The text of a file of at most 1 MiB in UTF-8; None where there is none, with the reason noted."""
    place = Place(path.as_posix())
    file = opened(path, notes)
    if file is None:
        return None
    try:
        with file:
            content = file.read(MAX_BYTES + 1)
    except OSError:
        notes.add("file.not_readable", "the file cannot be read", place, "check its name and who may read it")
        return None
    return text_of(content, place, notes)


def opened(path: Path, notes: Diagnostics) -> BinaryIO | None:
    """An ordinary file, opened for reading; None where it cannot be, with the reason noted."""
    place = Place(path.as_posix())
    try:
        mode = path.stat().st_mode
        if stat.S_ISREG(mode):
            return path.open("rb")
    except FileNotFoundError:
        notes.add("file.not_there", "the file is not there", place, "check its name and folder")
    except (OSError, ValueError):
        notes.add("file.not_readable", "the file cannot be read", place, "check its name and who may read it")
    else:
        _note_other(mode, place, notes)
    return None


def text_of(content: bytes | str, place: Place, notes: Diagnostics, noun: str = "file") -> str | None:
    """The text of what was read (`noun` names it in messages), checked for size, encoding and characters."""
    encoded = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    if len(encoded) > MAX_BYTES:
        help = "split it, or leave out what is not needed"
        notes.add("file.too_large", f"the {noun} is larger than 1 MiB", place, help)
        return None
    if b"\0" in encoded:
        notes.add("file.binary", f"the {noun} is not text", place, "give a text in UTF-8")
        return None
    text = _decoded(encoded, place, notes, noun) if isinstance(content, bytes) else content
    return None if text is None else _readable(text.removeprefix("\ufeff"), place, notes, noun)


def place_at(text: str, at: int, file: Place) -> Place:
    """The place of one character of a text, by its offset."""
    before = LINE_BREAK.split(text[:at])
    line = LINE_BREAK.split(text)[len(before) - 1]
    column = len(before[-1]) + 1
    if file.line:
        return Place(file.file, file.line, column, column + 1, text=shown_line(line))
    return Place(file.file, len(before), column, column + 1, text=shown_line(line))


def _note_other(mode: int, place: Place, notes: Diagnostics) -> None:
    if stat.S_ISDIR(mode):
        notes.add("file.is_folder", "this is a folder, not a file", place, "name a file in it")
    else:
        notes.add("file.not_readable", "this is not an ordinary file", place, "give an ordinary file")


def _decoded(content: bytes, place: Place, notes: Diagnostics, noun: str) -> str | None:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        message = f"the {noun} is not in UTF-8"
        where = place_at(before + "\ufffd", len(before), place)
        notes.add("file.not_utf8", message, where, "save it in the encoding UTF-8")
        return None


def _readable(text: str, place: Place, notes: Diagnostics, noun: str) -> str | None:
    found = FORBIDDEN.search(text)
    if found is None:
        return text
    where = place_at(FORBIDDEN.sub("\ufffd", text), found.start(), place)
    message = f"the {noun} holds the character U+{ord(found[0]):04X}, which cannot be seen"
    notes.add("file.character", message, where, "remove it")
    return None
