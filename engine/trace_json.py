"""The trace as JSON data of the shape in `engine.trace_shape`, and its canonical bytes."""

from enum import Enum
from typing import cast

import rfc8785

from engine.trace import (
    FORMAT,
    AllResult,
    AnyResult,
    AtLeastResult,
    FactTrace,
    FindingDoesNotHold,
    Imported,
    LeafResult,
    NotResult,
    OutcomeConcluded,
    OutcomeForced,
    OutcomeOverridden,
    RuleFired,
    ScoreTrace,
    Split,
    Trace,
)
from engine.trace_shape import TraceJson

_KINDS: dict[type, str] = {
    OutcomeConcluded: "outcome_concluded",
    OutcomeForced: "outcome_forced",
    OutcomeOverridden: "outcome_overridden",
}


def as_json(trace: Trace) -> TraceJson:
    """The trace as JSON data, of the shape that the published schema describes."""
    shaped = {
        "format": FORMAT,
        "guideline": {"id": trace.guideline, "version": trace.version, "sha256": trace.sha256},
        "decision": trace.decision,
        "at": trace.at,
        "status": trace.status.value,
        "outcome": trace.outcome,
        "possible_outcomes": list(trace.possible_outcomes),
        "may_be_not_covered": trace.may_be_not_covered,
        "facts": {fact.fact: _fact(fact) for fact in trace.facts},
        "findings": {finding: truth.value for finding, truth in trace.findings},
        "scores": {score.score: _score(score) for score in trace.scores},
        "events": [_plain(event) for event in trace.events],
        "not_fired": [
            {"rule": rule, "truth": result.truth.value, "condition": _plain(result)} for rule, result in trace.not_fired
        ],
        "cautions": [_plain(caution) for caution in trace.cautions],
        "cautions_open": [_plain(caution) for caution in trace.cautions_open],
        "counted_free": list(trace.counted_free),
    }
    return cast(TraceJson, shaped)


def canonical(trace: Trace) -> bytes:
    """The trace's bytes: RFC 8785 JSON, the same for the same input on every machine."""
    return rfc8785.dumps(cast(dict[str, object], as_json(trace)))  # type: ignore[arg-type]


def _fact(fact: FactTrace) -> object:
    shaped = {**_fields(fact), "value": fact.value}
    del shaped["fact"]
    return shaped


def _score(score: ScoreTrace) -> object:
    shaped = _fields(score)
    del shaped["score"]
    return shaped


def _plain(value: object) -> object:
    match value:
        case str() | int():
            return value
        case Enum():
            return value.value
        case AllResult(truth, parts):
            return {"all": _plain(parts), "truth": truth.value}
        case AnyResult(truth, parts):
            return {"any": _plain(parts), "truth": truth.value}
        case AtLeastResult(truth, n, parts):
            return {"at_least": {"n": n, "of": _plain(parts)}, "truth": truth.value}
        case NotResult(truth, part):
            return {"not": _plain(part), "truth": truth.value}
        case Imported():
            return {**_fields(value), "value": value.value}
        case Trace():
            return as_json(value)
        case RuleFired():
            return {"kind": "rule_fired", **_fields(value), "matched": list(value.matched)}
        case FindingDoesNotHold(stratum, finding):
            failed = [{"rule": rule, "failed": [_leaf(*each) for each in leaves]} for rule, leaves in value.failed]
            return {"kind": "finding_does_not_hold", "stratum": stratum, "finding": finding, "rules": failed}
        case OutcomeConcluded() | OutcomeForced() | OutcomeOverridden():
            return {"kind": _KINDS[type(value)], **_fields(value)}
        case Split():
            return _split(value)
    if type(value) is tuple:
        return [_plain(each) for each in value]
    return _fields(value)


def _split(split: Split) -> dict[str, object]:
    return {
        "when": {fact: list(values) for fact, values in split.when},
        "rules": list(split.rules),
        "findings": {finding: truth.value for finding, truth in split.findings},
        "scores": {score: {"low": low, "high": high} for score, low, high in split.scores},
    }


def _leaf(result: LeafResult, negated: bool) -> dict[str, object]:
    return {**_fields(result), "negated": True} if negated else _fields(result)


def _fields(value: object) -> dict[str, object]:
    """The fields of one of the trace's dataclasses, without those that are None, and without a False or empty one that
    the schema lets be absent."""
    names: tuple[str, ...] = type(value).__match_args__  # type: ignore[attr-defined]
    fields = {name: getattr(value, name) for name in names}
    return {name: _plain(each) for name, each in fields.items() if each is not None and not _is_left_out(name, each)}


def _is_left_out(name: str, each: object) -> bool:
    return (name in ("stale", "may_be_fewer") and each is False) or (
        name in ("facts", "computed", "imported") and each == ()
    )
