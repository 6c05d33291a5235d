"""The trace's types: what was decided and why, as plain data. How it becomes JSON is in `engine.trace_json`.

Everything a person reads about a decision is made from its trace and the guideline. Values, thresholds and distances
of numbers are texts with the declared decimals; no float anywhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, Self

from engine.guideline import Scalar
from engine.truth import FALSE, TRUE, Truth

FORMAT = "candor-trace/1"


class Status(Enum):
    """How far a decision got. It is exact: see "Meaning" in docs/knowledge-language.md."""

    CONCLUDED = "concluded"
    NEEDS_INFORMATION = "needs_information"
    NOT_COVERED = "not_covered"


class Origin(Enum):
    """Where a fact's value comes from; a stale or unknown fact has none. A fixed one is stated by the guideline that
    imports the decision."""

    GIVEN = "given"
    DERIVED = "derived"
    ASSUMED = "assumed"
    FIXED = "fixed"
    STALE = "stale"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Computed:
    """What one derivation gave: its title, value, the facts it was computed from, the oldest date among them, and
    whether it is too old to be used."""

    title: str
    value: Scalar
    inputs: tuple[str, ...]
    at: str | None
    stale: bool


@dataclass(frozen=True, slots=True)
class Imported:
    """What a decision of another guideline says of a fact: the title of the import, the value its result stands for
    (None where it needs information), the oldest date among the facts it knows, whether that is too old, and its whole
    trace."""

    title: str
    value: Scalar | None
    at: str | None
    stale: bool
    trace: "Trace"


class FactTrace(NamedTuple):
    """One fact as the decision saw it.

    `at` is the date of its value, `stale_value` a value that was given but is too old. `derivation` is the title of the
    derivation or import the value comes from; `computed` and `imported` are all that could be computed and all imported
    decisions that knew something, used or not.
    """

    fact: str
    value: Scalar | None
    unit: str | None
    origin: Origin
    at: str | None = None
    note: str | None = None
    stale_value: Scalar | None = None
    stale_at: str | None = None
    derivation: str | None = None
    computed: tuple[Computed, ...] = ()
    imported: tuple[Imported, ...] = ()


@dataclass(frozen=True, slots=True)
class TestResult:
    """A test on a fact. For a known number `nearest` is the closest value at which the test's answer changes, and
    `distance` how far away it is; both are None where no value of the range changes it."""

    __test__ = False

    fact: str
    test: str
    truth: Truth
    value: Scalar | None = None
    nearest: str | None = None
    distance: str | None = None


@dataclass(frozen=True, slots=True)
class FindingResult:
    """A test on a finding: whether it holds as expected."""

    finding: str
    expected: bool
    truth: Truth


@dataclass(frozen=True, slots=True)
class ScoreResult:
    """A test on a score that lies between `low` and `high`; `nearest` and `distance` like those of a fact, where the
    score is settled."""

    score: str
    test: str
    truth: Truth
    low: Scalar
    high: Scalar
    nearest: str | None = None
    distance: str | None = None


@dataclass(frozen=True, slots=True)
class AllResult:
    """`all`, with its parts."""

    truth: Truth
    parts: tuple["Result", ...]


@dataclass(frozen=True, slots=True)
class AnyResult:
    """`any`, with its parts."""

    truth: Truth
    parts: tuple["Result", ...]


@dataclass(frozen=True, slots=True)
class AtLeastResult:
    """`at_least` n, with its parts."""

    truth: Truth
    n: int
    parts: tuple["Result", ...]


@dataclass(frozen=True, slots=True)
class NotResult:
    """`not`, with its part."""

    truth: Truth
    part: "Result"


LeafResult = TestResult | FindingResult | ScoreResult
Result = LeafResult | AllResult | AnyResult | AtLeastResult | NotResult
"""A condition as it came out, in the shape the author gave it."""


def decisive(result: Result, negated: bool = False) -> Iterator[tuple[LeafResult, bool]]:
    """The leaves that make a result what it is: those that hold a true one up, that fail a false one, or that keep an
    unknown one open. Each with whether it stands under an odd number of nots."""
    match result:
        case TestResult() | FindingResult() | ScoreResult():
            yield result, negated
        case NotResult(_, part):
            yield from decisive(part, not negated)
        case AtLeastResult(truth, _, parts):
            for part in parts:
                if part.truth is truth:
                    yield from decisive(part, negated)
        case AllResult(truth, parts) | AnyResult(truth, parts):
            idle = TRUE if isinstance(result, AllResult) else FALSE
            for part in parts:
                if truth is idle or part.truth is truth:
                    yield from decisive(part, negated)


def tested_by(leaf: LeafResult) -> str:
    """The fact, finding or score that a leaf tests."""
    match leaf:
        case TestResult(name) | FindingResult(name) | ScoreResult(name):
            return name


@dataclass(frozen=True, slots=True)
class Points:
    """What a rule adds to a score."""

    score: str
    points: Scalar


class RuleFired(NamedTuple):
    """A rule whose condition is true, what it concluded, and the points it gave."""

    stratum: int
    rule: str
    concludes: tuple[str, ...]
    adds: tuple[Points, ...]
    condition: Result

    @property
    def matched(self) -> tuple[str, ...]:
        """The facts, findings and scores that made the condition true, in every alternative that held."""
        return tuple(sorted({tested_by(leaf) for leaf, _ in decisive(self.condition)}))


class FindingDoesNotHold(NamedTuple):
    """A finding all of whose rules have a false condition; `rules` with the result of each."""

    stratum: int
    finding: str
    rules: tuple[tuple[str, Result], ...]

    @property
    def failed(self) -> tuple[tuple[str, tuple[tuple[LeafResult, bool], ...]], ...]:
        """For each rule, the conditions that failed, each with whether it stands under an odd number of nots."""
        return tuple((rule, tuple(decisive(result))) for rule, result in self.rules)


@dataclass(frozen=True, slots=True)
class RulePoints:
    """The points of one rule."""

    rule: str
    points: Scalar


@dataclass(frozen=True, slots=True)
class ScoreTrace:
    """A score: the interval it lies in, the rules that gave points, and the rules that could still give some."""

    score: str
    low: Scalar
    high: Scalar
    given: tuple[RulePoints, ...]
    open: tuple[RulePoints, ...]


@dataclass(frozen=True, slots=True)
class OutcomeConcluded:
    """The outcome of the decision, and the rules that conclude it."""

    stratum: int
    outcome: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """One case of a forced outcome: while each fact has one of the values named, these rules conclude the outcome.
    `findings` are those that the rules test, as they are in this case; `scores` likewise, with low and high end."""

    when: tuple[tuple[str, tuple[str, ...]], ...]
    rules: tuple[str, ...]
    findings: tuple[tuple[str, Truth], ...]
    scores: tuple[tuple[str, Scalar, Scalar], ...] = ()


@dataclass(frozen=True, slots=True)
class OutcomeForced:
    """An outcome that every completion has, though no one rule fires for all. `cases` cover every completion unless
    `more_cases`."""

    stratum: int
    outcome: str
    cases: tuple[Split, ...]
    more_cases: bool


@dataclass(frozen=True, slots=True)
class OutcomeOverridden:
    """An outcome that rules concluded, but another one that stands before it in precedence was concluded too."""

    stratum: int
    outcome: str
    by: str
    rules: tuple[str, ...]


Event = RuleFired | FindingDoesNotHold | OutcomeConcluded | OutcomeForced | OutcomeOverridden


class CautionKind(Enum):
    """Why a caution is given."""

    DECISION = "decision"
    RULE = "rule"
    GUIDELINE = "guideline"
    IMPORTED = "imported"
    UNDATED = "undated"
    DISAGREEMENT = "disagreement"


class GivenCaution(NamedTuple):
    """A caution given with the answer: by the decision, a rule that fired, the guideline itself (retired, past its
    review), a guideline that decided a fact, or the values of a fact."""

    kind: CautionKind
    text: str
    rule: str | None = None
    facts: tuple[str, ...] = ()


class OpenCaution(NamedTuple):
    """A caution that may apply: the condition of its rule is unknown. With the unknown facts that can still raise it or
    rule it out; where there are none it applies whatever they are. `may_be_fewer`: it was too hard to tell which of
    these can; the others have no part in it."""

    rule: str
    text: str
    waits_for: tuple[str, ...]
    may_be_fewer: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What was decided about one patient, without what is still open in it. The same input gives an equal answer.

    `not_fired` has every rule that did not fire, with the result of its condition. It, `facts` and `findings` are
    ordered by id, as are `scores`, `events` by stratum, `possible_outcomes` sorted;
    `may_be_not_covered` is True where information is needed and the guideline might then have no answer.
    """

    guideline: str
    version: str
    sha256: str
    decision: str
    at: str
    status: Status
    outcome: str | None
    possible_outcomes: tuple[str, ...]
    may_be_not_covered: bool
    facts: tuple[FactTrace, ...]
    findings: tuple[tuple[str, Truth], ...]
    scores: tuple[ScoreTrace, ...]
    events: tuple[Event, ...]
    not_fired: tuple[tuple[str, Result], ...]
    cautions: tuple[GivenCaution, ...]

    @property
    def fired(self) -> tuple[str, ...]:
        """The rules that fired, in order."""
        return tuple(event.rule for event in self.events if isinstance(event, RuleFired))

    @property
    def overridden(self) -> tuple[str, ...]:
        """The outcomes that were concluded but overridden."""
        return tuple(event.outcome for event in self.events if isinstance(event, OutcomeOverridden))


@dataclass(frozen=True, slots=True)
class Trace(Answer):
    """One decision about one patient. The same input gives an equal trace, and the same bytes of JSON.

    `counted_free` are the unknown derived facts that the status counted with any value of their range, because their
    formula is not linear, or because what they would be computed from is too old.
    """

    cautions_open: tuple[OpenCaution, ...]
    counted_free: tuple[str, ...]

    @classmethod
    def of(cls, answer: Answer, cautions_open: tuple[OpenCaution, ...], counted_free: tuple[str, ...]) -> Self:
        """The trace of an answer."""
        told = {name: getattr(answer, name) for name in Answer.__slots__}
        return cls(**told, cautions_open=cautions_open, counted_free=counted_free)
