"""Replay: a recorded trace is decided again from the facts in it, and must come out the same to the byte."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from engine.deciding import decide
from engine.errors import CandorError
from engine.facts import read_facts
from engine.guideline import Guideline
from engine.trace import Trace
from engine.trace_shape import FactJson, TraceJson

_ABSENT = object()
_TRACE: TypeAdapter[TraceJson] = TypeAdapter(TraceJson)


class NotATrace(CandorError):
    """What was given is not the JSON of a trace."""


def recorded_document(text: str) -> Mapping[str, object]:
    """A recorded JSON object: a trace, or the envelope around it. Raises `NotATrace` for anything else."""
    try:
        document = json.loads(text, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise NotATrace(f"not JSON: {error}") from error
    if not isinstance(document, dict):
        raise NotATrace("not a trace: the document is no JSON object")
    return document


def trace_in(document: Mapping[str, object]) -> TraceJson:
    """The trace in a recorded document. Raises `NotATrace`, naming the first place that does not fit its schema."""
    inner = document.get("trace", document)
    try:
        trace = _TRACE.validate_python(inner, strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(part) for part in first["loc"])
        raise NotATrace(f"not a trace: {path or 'the document'}: {first['msg'].lower()}") from error
    if not _is_instant(trace["at"]):
        raise NotATrace("not a trace: at: it is no instant with an offset from UTC")
    return trace


def replay(guideline: Guideline, recorded: TraceJson) -> Trace:
    """Decides again what a trace recorded, from the facts in it, at the instant in it.

    Raises what `engine.deciding.decide` and `engine.facts.read_facts` raise for facts that are no possible input.
    """
    given = {name: value for name, fact in recorded["facts"].items() if (value := _given(fact)) is not None}
    at = datetime.fromisoformat(recorded["at"])
    return decide(guideline, recorded["decision"], read_facts(guideline, given), at=at)


def differences(recorded: Mapping[str, object], again: Mapping[str, object]) -> tuple[str, ...]:
    """Every place at which two JSON documents differ; none where they are the same bytes of canonical JSON."""
    return tuple(_differences("", recorded, again))


def _given(fact: FactJson) -> dict[str, object] | None:
    """What was stated of a fact, also where it was too old to be used; None where nothing was."""
    noted = {"note": fact["note"]} if "note" in fact else {}
    if "stale_value" in fact:
        return {"value": fact["stale_value"], "at": fact.get("stale_at"), **noted}
    return {"value": fact["value"], "at": fact.get("at"), **noted} if fact["origin"] == "given" else None


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """A JSON object; one that gives a key twice would be read in two ways."""
    keys = dict(pairs)
    if len(keys) < len(pairs):
        raise ValueError("an object gives a key twice")
    return keys


def _is_instant(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).utcoffset() is not None
    except ValueError:
        return False


def _differences(path: str, recorded: object, again: object) -> Iterator[str]:
    if isinstance(recorded, dict) and isinstance(again, dict):
        for key in sorted(recorded.keys() | again.keys()):
            yield from _differences(f"{path}.{key}".lstrip("."), recorded.get(key, _ABSENT), again.get(key, _ABSENT))
    elif isinstance(recorded, list) and isinstance(again, list) and len(recorded) == len(again):
        for number, (one, other) in enumerate(zip(recorded, again, strict=True)):
            yield from _differences(f"{path}[{number}]", one, other)
    elif recorded != again or type(recorded) is not type(again):
        yield f"{path}: recorded {_shown(recorded)}, decided again {_shown(again)}"


def _shown(value: object) -> str:
    return "nothing" if value is _ABSENT else json.dumps(value, ensure_ascii=False)
