"""The shape of a trace as JSON, from which the published JSON Schema is made. How a trace is written so is in
`engine.trace_json`."""

from typing import Literal, NotRequired

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

from engine.guideline import Scalar

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
class ImportedJson(TypedDict):
    """What a decision of another guideline says of a fact, used or not, with its whole trace; `value` is null where it
    needs information."""

    title: str
    value: Scalar | None
    at: NotRequired[str]
    stale: NotRequired[bool]
    trace: "TraceJson"


@_closed
class FactJson(TypedDict):
    """A fact as the decision saw it; `value` is null for a stale or unknown one."""

    value: Scalar | None
    origin: Literal["given", "derived", "assumed", "fixed", "stale", "unknown"]
    unit: NotRequired[str]
    at: NotRequired[str]
    note: NotRequired[str]
    stale_value: NotRequired[Scalar]
    stale_at: NotRequired[str]
    derivation: NotRequired[str]
    computed: NotRequired[list[ComputedJson]]
    imported: NotRequired[list[ImportedJson]]


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
class ScoreTestJson(TypedDict):
    """A test on a score that lies between `low` and `high`, both included."""

    score: str
    test: str
    truth: TruthJson
    low: Scalar
    high: Scalar
    nearest: NotRequired[str]
    distance: NotRequired[str]
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


@_closed
class CountJson(TypedDict):
    """How many of which conditions."""

    n: int
    of: "list[ConditionJson]"


@_closed
class AtLeastJson(TypedDict):
    """At least so many of the conditions listed."""

    at_least: CountJson
    truth: TruthJson


NotJson = TypedDict("NotJson", {"not": "ConditionJson", "truth": TruthJson})
_closed(NotJson)
LeafJson = FactTestJson | FindingTestJson | ScoreTestJson
ConditionJson = LeafJson | AllJson | AnyJson | AtLeastJson | NotJson


@_closed
class PointsJson(TypedDict):
    """What a rule adds to a score."""

    score: str
    points: Scalar


@_closed
class RuleFiredJson(TypedDict):
    """A rule whose condition is true."""

    kind: Literal["rule_fired"]
    stratum: int
    rule: str
    matched: list[str]
    concludes: list[str]
    adds: list[PointsJson]
    condition: ConditionJson


@_closed
class FailedRuleJson(TypedDict):
    """A rule that could have concluded a finding, and the conditions that failed."""

    rule: str
    failed: list[LeafJson]


@_closed
class FindingDoesNotHoldJson(TypedDict):
    """A finding all of whose rules have a false condition."""

    kind: Literal["finding_does_not_hold"]
    stratum: int
    finding: str
    rules: list[FailedRuleJson]


@_closed
class RulePointsJson(TypedDict):
    """The points of one rule."""

    rule: str
    points: Scalar


@_closed
class ScoreJson(TypedDict):
    """A score: its lowest and highest possible value, the rules that gave points, and those whose points are open."""

    low: Scalar
    high: Scalar
    given: list[RulePointsJson]
    open: list[RulePointsJson]


@_closed
class IntervalJson(TypedDict):
    """The lowest and the highest value that a score can have."""

    low: Scalar
    high: Scalar


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
    findings and scores that these rules test."""

    when: dict[str, list[str]]
    rules: list[str]
    findings: dict[str, TruthJson]
    scores: dict[str, IntervalJson]


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

    kind: Literal["decision", "rule", "guideline", "imported", "undated", "disagreement"]
    text: str
    rule: NotRequired[str]
    facts: NotRequired[list[str]]


@_closed
class OpenCautionJson(TypedDict):
    """A caution whose rule is unknown, and the facts it waits for; `may_be_fewer` where it was too hard to tell which
    of these can still matter."""

    rule: str
    text: str
    waits_for: list[str]
    may_be_fewer: NotRequired[bool]


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
    scores: dict[str, ScoreJson]
    events: list[EventJson]
    not_fired: list[NotFiredJson]
    cautions: list[CautionJson]
    cautions_open: list[OpenCautionJson]
    counted_free: list[str]
