"""Replay: a recorded trace is decided again from the facts in it, and must come out the same to the byte."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime

import rfc8785
from pydantic import TypeAdapter, ValidationError

from engine.deciding import decide
from engine.errors import CandorError
from engine.facts import read_facts
from engine.guideline import Guideline
from engine.trace_json import FactJson, TraceJson, as_json

_TRACE: TypeAdapter[TraceJson] = TypeAdapter(TraceJson)


class NotATrace(CandorError):
    """What was given is not the JSON of a trace."""


def recorded_trace(text: str) -> TraceJson:
    """The trace in a recorded JSON document: the trace itself, or the envelope of a decision around it.

    Raises `NotATrace`, naming the first place that does not fit the trace's schema.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotATrace(f"not JSON: {error}") from error
    inner = document["trace"] if isinstance(document, Mapping) and "trace" in document else document
    try:
        return _TRACE.validate_python(inner, strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(part) for part in first["loc"])
        raise NotATrace(f"not a trace: {path or 'the document'}: {first['msg'].lower()}") from error


def replay(guideline: Guideline, recorded: TraceJson) -> tuple[str, ...]:
    """Decides a recorded trace again and names every place where the two differ; empty where they are the same bytes.

    Raises what `engine.deciding.decide` and `engine.facts.read_facts` raise for facts that are no possible input.
    """
    if recorded["guideline"]["sha256"] != guideline.sha256:
        return (f"guideline.sha256: recorded {recorded['guideline']['sha256']}, this guideline is {guideline.sha256}",)
    given = {name: value for name, fact in recorded["facts"].items() if (value := _given(fact)) is not None}
    at = datetime.fromisoformat(recorded["at"])
    again = as_json(decide(guideline, recorded["decision"], read_facts(guideline, given), at=at))
    if rfc8785.dumps(again) == rfc8785.dumps(recorded):  # type: ignore[arg-type]
        return ()
    return tuple(_differences("", recorded, again))


def _given(fact: FactJson) -> dict[str, object] | None:
    """What was stated of a fact, also where it was too old to be used; None where nothing was."""
    noted = {"note": fact["note"]} if "note" in fact else {}
    if "stale_value" in fact:
        return {"value": fact["stale_value"], "at": fact.get("stale_at"), **noted}
    return {"value": fact["value"], "at": fact.get("at"), **noted} if fact["origin"] == "given" else None


def _differences(path: str, recorded: object, again: object) -> Iterator[str]:
    if isinstance(recorded, dict) and isinstance(again, dict):
        for key in sorted(recorded.keys() | again.keys()):
            yield from _differences(f"{path}.{key}".lstrip("."), recorded.get(key), again.get(key))
    elif isinstance(recorded, list) and isinstance(again, list) and len(recorded) == len(again):
        for number, (one, other) in enumerate(zip(recorded, again, strict=True)):
            yield from _differences(f"{path}[{number}]", one, other)
    elif recorded != again or type(recorded) is not type(again):
        yield f"{path}: recorded {recorded!r}, decided again {again!r}"
