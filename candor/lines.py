"""JSON Lines in, JSON Lines out: every line is answered in its place, a bad one with an error object."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from candor.envelope import envelope_of
from engine.deciding import decide
from engine.diagnostics import Diagnostic, Diagnostics, Place
from engine.errors import InputRejected
from engine.facts import read_line
from engine.guideline import Guideline
from engine.loading.files import MAX_BYTES, opened


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one line: JSON without a line's end, and whether the line could be answered."""

    text: str
    is_error: bool


def is_json_lines(head: Iterable[bytes]) -> bool:
    """Whether one of the first lines is a JSON object on its own, as a line of JSON Lines is."""
    return any(_is_object(line) for line in head)


def lines_in(path: Path) -> Iterator[bytes]:
    """The lines of a file. Raises `InputRejected` where it cannot be read or is empty."""
    notes = Diagnostics()
    stream = opened(path, notes)
    if stream is None:
        raise InputRejected(notes.sorted())
    with stream:
        yield from lines_of(stream)


def lines_of(stream: BinaryIO, head: Iterable[bytes] = ()) -> Iterator[bytes]:
    """The lines of a stream, those already read first. A line over 1 MiB is cut just above it, so that reading it as a
    patient refuses it, and the rest of it is skipped."""
    for line in chain(head, iter(lambda: stream.readline(MAX_BYTES + 2), b"")):
        yield line
        while len(line) > MAX_BYTES + 1 and not line.endswith(b"\n"):
            line = stream.readline(MAX_BYTES + 2)


def answers(
    guideline: Guideline, decision: str, lines: Iterable[bytes], *, name: str, at: datetime
) -> Iterator[Answer]:
    """Decides every line that is not blank, in order. `name` is how places name the input. Raises
    `InputRejected` where there is no line at all."""
    is_empty = True
    for number, line in enumerate(lines, 1):
        if line.strip():
            is_empty = False
            yield _answer(guideline, decision, line, name, number, at)
    if is_empty:
        notes = Diagnostics()
        notes.add(
            "file.empty", "there is no line in it", Place(name), 'write one {"patient": ..., "facts": {...}} a line'
        )
        raise InputRejected(notes.sorted())


def _answer(guideline: Guideline, decision: str, line: bytes, name: str, number: int, at: datetime) -> Answer:
    try:
        facts = read_line(guideline, line, name=name, number=number)
        trace = decide(guideline, decision, facts, at=at)
    except InputRejected as rejected:
        return Answer(_dumped({"line": number, "error": [as_json(each) for each in rejected.diagnostics]}), True)
    return Answer(_dumped(envelope_of(guideline, trace, facts.patient)), False)


def as_json(diagnostic: Diagnostic) -> dict[str, object]:
    """A diagnostic as JSON: code, message, place, help."""
    place = diagnostic.place
    where: dict[str, object] = {"file": place.file}
    if place.line:
        where["line"] = place.line
    if place.column:
        where["column"] = place.column
    if place.path:
        where["path"] = place.path
    return {"code": diagnostic.code, "message": diagnostic.message, "place": where, "help": diagnostic.help}


def _dumped(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _is_object(line: bytes) -> bool:
    if not line.lstrip().startswith(b"{"):
        return False
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True
