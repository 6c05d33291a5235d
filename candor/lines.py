"""JSON Lines in, JSON Lines out: every line is answered in its place, a bad one with an error object."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NotRequired

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

from candor.envelope import envelope_of
from engine.deciding import decide
from engine.diagnostics import Diagnostic, Diagnostics, Place
from engine.errors import EngineFault, InputRejected, SolverLimit
from engine.facts import read_line
from engine.guideline import Guideline
from engine.loading.files import MAX_BYTES, opened
from engine.plan import as_of

MAX_HEAD = 10
_closed = with_config(ConfigDict(extra="forbid"))


@_closed
class PlaceJson(TypedDict):
    """Where something was written."""

    file: str
    line: NotRequired[int]
    column: NotRequired[int]
    path: NotRequired[str]


@_closed
class DiagnosticJson(TypedDict):
    """A mistake: its code, what is wrong, where, and how to repair it."""

    code: str
    message: str
    place: PlaceJson
    help: str


@_closed
class ErrorJson(TypedDict):
    """What stands in the place of a line that could not be answered."""

    line: int
    error: list[DiagnosticJson]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one line: JSON without a line's end, and the exit code that it asks for: 0 where the line was
    answered, 1 where its input was rejected, 3 where Candor itself could not decide it."""

    text: str
    exit_code: int


def head_of(lines: Iterator[bytes]) -> list[bytes]:
    """The lines up to the first that is a JSON object on its own, at most ten of them."""
    head: list[bytes] = []
    for line in islice(lines, MAX_HEAD):
        head.append(line)
        if _is_object(line):
            break
    return head


def is_json_lines(head: list[bytes]) -> bool:
    """Whether the first lines of an input are JSON Lines: one is a JSON object on its own, and those before it set out
    to be one."""
    return any(_is_object(line) for line in head) and all(line.lstrip()[:1] in (b"{", b"") for line in head)


def lines_in(path: Path) -> Iterator[bytes]:
    """The lines of a file. Raises `InputRejected` where it cannot be read or is empty."""
    notes = Diagnostics()
    stream = opened(path, notes)
    if stream is None:
        raise InputRejected(notes.sorted())
    with stream:
        yield from lines_of(stream)


def lines_of(stream: BinaryIO) -> Iterator[bytes]:
    """The lines of a stream. A line over 1 MiB is cut just above it, so that reading it as a
    patient refuses it, and the rest of it is skipped."""
    for line in iter(lambda: stream.readline(MAX_BYTES + 2), b""):
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
        facts = read_line(guideline, line, name=name, number=number, as_of=as_of(guideline, decision, at))
        trace = decide(guideline, decision, facts, at=at)
    except InputRejected as rejected:
        return Answer(_error(number, [as_json(each) for each in rejected.diagnostics]), 1)
    except (EngineFault, SolverLimit) as fault:
        place: PlaceJson = {"file": name, "line": number}
        help = "no answer is given; report this line"
        return Answer(
            _error(number, [{"code": "candor.fault", "message": str(fault), "place": place, "help": help}]), 3
        )
    return Answer(_dumped(envelope_of(guideline, trace, facts.patient)), 0)


def as_json(diagnostic: Diagnostic) -> DiagnosticJson:
    """A diagnostic as JSON: code, message, place, help."""
    where = place_json(diagnostic.place)
    return {"code": diagnostic.code, "message": diagnostic.message, "place": where, "help": diagnostic.help}


def place_json(place: Place) -> PlaceJson:
    """A place as JSON: a file, with line, column and path where there are."""
    where: PlaceJson = {"file": place.file}
    if place.line:
        where["line"] = place.line
    if place.column:
        where["column"] = place.column
    if place.path:
        where["path"] = place.path
    return where


def _error(number: int, diagnostics: list[DiagnosticJson]) -> str:
    error: ErrorJson = {"line": number, "error": diagnostics}
    return _dumped(error)


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
