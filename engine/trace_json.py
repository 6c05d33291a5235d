"""The trace as JSON: its shape, from which the published JSON Schema is made, and its canonical bytes."""

from enum import Enum
from typing import Literal, NotRequired, cast

import rfc8785
from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

from engine.guideline import Scalar
from engine.trace import (
    FORMAT,
    AllResult,
    AnyResult,
    FactTrace,
    FindingDoesNotHold,
    LeafResult,
    NotResult,
    OutcomeConcluded,
    OutcomeForced,
    OutcomeOverridden,
    RuleFired,
    Split,
    Trace,
)

_closed = with_config(ConfigDict(extra="forbid"))
TruthJson = Literal["true", "false", "unknown"]


@_closed
class GuidelineJson(TypedDict):
    """Which guideline decided: its id, version and hash."""

    id: str
    version: str
    sha256: str


@_closed
class ComputedJson(TypedDict):
    """What one derivation gave, used or not."""

    title: str
    value: Scalar
    inputs: list[str]
    at: NotRequired[str]
    stale: NotRequired[bool]


@_closed
class FactJson(TypedDict):
    """A fact as the decision saw it; `value` is null for a stale or unknown one."""

    value: Scalar | None
    origin: Literal["given", "derived", "assumed", "stale", "unknown"]
    unit: NotRequired[str]
    at: NotRequired[str]
    note: NotRequired[str]
    stale_value: NotRequired[Scalar]
    stale_at: NotRequired[str]
    derivation: NotRequired[str]
    computed: NotRequired[list[ComputedJson]]


@_closed
class FactTestJson(TypedDict):
    """A test on a fact, with the fact's value, the nearest one at which the answer changes, and its distance. `negated`
    where it failed a rule by being true under a `not`."""

    fact: str
    test: str
    truth: TruthJson
    value: NotRequired[Scalar]
    nearest: NotRequired[str]
    distance: NotRequired[str]
    negated: NotRequired[Literal[True]]


@_closed
class FindingTestJson(TypedDict):
    """A test on a finding: is it as expected?"""

    finding: str
    expected: bool
    truth: TruthJson
    negated: NotRequired[Literal[True]]


@_closed
class AllJson(TypedDict):
    """All of the conditions listed."""

    all: "list[ConditionJson]"
    truth: TruthJson


@_closed
class AnyJson(TypedDict):
    """At least one of the conditions listed."""

    any: "list[ConditionJson]"
    truth: TruthJson


NotJson = TypedDict("NotJson", {"not": "ConditionJson", "truth": TruthJson})
_closed(NotJson)
ConditionJson = FactTestJson | FindingTestJson | AllJson | AnyJson | NotJson


@_closed
class RuleFiredJson(TypedDict):
    """A rule whose condition is true."""

    kind: Literal["rule_fired"]
    stratum: int
    rule: str
    matched: list[str]
    concludes: list[str]
    condition: ConditionJson


@_closed
class FailedRuleJson(TypedDict):
    """A rule that could have concluded a finding, and the conditions that failed."""

    rule: str
    failed: list[FactTestJson | FindingTestJson]


@_closed
class FindingDoesNotHoldJson(TypedDict):
    """A finding all of whose rules have a false condition."""

    kind: Literal["finding_does_not_hold"]
    stratum: int
    finding: str
    rules: list[FailedRuleJson]


@_closed
class OutcomeConcludedJson(TypedDict):
    """The outcome, and the rules that conclude it."""

    kind: Literal["outcome_concluded"]
    stratum: int
    outcome: str
    rules: list[str]


@_closed
class SplitJson(TypedDict):
    """One case of a forced outcome: the values of the facts it depends on, the rules that then conclude it, and the
    findings that these rules test."""

    when: dict[str, list[str]]
    rules: list[str]
    findings: dict[str, TruthJson]


@_closed
class OutcomeForcedJson(TypedDict):
    """The outcome of every completion, though no one rule concludes it in all."""

    kind: Literal["outcome_forced"]
    stratum: int
    outcome: str
    cases: list[SplitJson]
    more_cases: bool


@_closed
class OutcomeOverriddenJson(TypedDict):
    """An outcome that rules concluded, but one before it in precedence was concluded too."""

    kind: Literal["outcome_overridden"]
    stratum: int
    outcome: str
    by: str
    rules: list[str]


EventJson = RuleFiredJson | FindingDoesNotHoldJson | OutcomeConcludedJson | OutcomeForcedJson | OutcomeOverriddenJson


@_closed
class NotFiredJson(TypedDict):
    """A rule that did not fire, and how each of its conditions came out."""

    rule: str
    truth: Literal["false", "unknown"]
    condition: ConditionJson


@_closed
class CautionJson(TypedDict):
    """A caution given with the answer."""

    kind: Literal["decision", "rule", "guideline", "undated", "disagreement"]
    text: str
    rule: NotRequired[str]
    facts: NotRequired[list[str]]


@_closed
class OpenCautionJson(TypedDict):
    """A caution whose rule is unknown, and the facts it waits for."""

    rule: str
    text: str
    waits_for: list[str]


@_closed
class TraceJson(TypedDict):
    """One decision about one patient: what was known, what followed, and what came out."""

    format: Literal["candor-trace/1"]
    guideline: GuidelineJson
    decision: str
    at: str
    status: Literal["concluded", "needs_information", "not_covered"]
    outcome: str | None
    possible_outcomes: list[str]
    may_be_not_covered: bool
    facts: dict[str, FactJson]
    findings: dict[str, TruthJson]
    events: list[EventJson]
    not_fired: list[NotFiredJson]
    cautions: list[CautionJson]
    cautions_open: list[OpenCautionJson]
    counted_free: list[str]


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
    shaped = _fields(fact)
    del shaped["fact"]
    if not fact.computed:
        del shaped["computed"]
    return {"value": fact.value, **shaped}


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
        case NotResult(truth, part):
            return {"not": _plain(part), "truth": truth.value}
        case RuleFired():
            return {"kind": "rule_fired", **_fields(value), "matched": list(value.matched)}
        case FindingDoesNotHold(stratum, finding):
            failed = [{"rule": rule, "failed": [_leaf(*each) for each in leaves]} for rule, leaves in value.failed]
            return {"kind": "finding_does_not_hold", "stratum": stratum, "finding": finding, "rules": failed}
        case OutcomeConcluded() | OutcomeForced() | OutcomeOverridden():
            return {"kind": _KINDS[type(value)], **_fields(value)}
        case Split(when, rules, findings):
            holding = {finding: truth.value for finding, truth in findings}
            return {"when": {fact: list(values) for fact, values in when}, "rules": list(rules), "findings": holding}
    if type(value) is tuple:
        return [_plain(each) for each in value]
    return _fields(value)


def _leaf(result: LeafResult, negated: bool) -> dict[str, object]:
    return {**_fields(result), "negated": True} if negated else _fields(result)


def _fields(value: object) -> dict[str, object]:
    """The fields of one of the trace's dataclasses, without those that are None, and without a False or empty one that
    the schema lets be absent."""
    names: tuple[str, ...] = type(value).__match_args__  # type: ignore[attr-defined]
    fields = {name: getattr(value, name) for name in names}
    return {name: _plain(each) for name, each in fields.items() if each is not None and not _is_left_out(name, each)}


def _is_left_out(name: str, each: object) -> bool:
    return (name == "stale" and each is False) or (name == "facts" and each == ())
