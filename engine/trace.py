"""The trace's types: what was decided and why, as plain data. How it becomes JSON is in `engine.trace_json`.

Everything a person reads about a decision is made from its trace and the guideline. Values, thresholds and distances
of numbers are texts with the declared decimals; no float anywhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from engine.guideline import Scalar
from engine.truth import FALSE, TRUE, Truth

FORMAT = "candor-trace/1"


class Status(Enum):
    """How far a decision got. It is exact: see "Meaning" in docs/knowledge-language.md."""

    CONCLUDED = "concluded"
    NEEDS_INFORMATION = "needs_information"
    NOT_COVERED = "not_covered"


class Origin(Enum):
    """Where a fact's value comes from; a stale or unknown fact has none."""

    GIVEN = "given"
    DERIVED = "derived"
    ASSUMED = "assumed"
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


class FactTrace(NamedTuple):
    """One fact as the decision saw it.

    `at` is the date of its value, `stale_value` a value that was given but is too old. `derivation` is the title of the
    derivation the value comes from, `computed` all that could be computed, used or not.
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
class NotResult:
    """`not`, with its part."""

    truth: Truth
    part: "Result"


LeafResult = TestResult | FindingResult
Result = LeafResult | AllResult | AnyResult | NotResult
"""A condition as it came out, in the shape the author gave it."""


def decisive(result: Result, negated: bool = False) -> Iterator[tuple[LeafResult, bool]]:
    """The leaves that make a result what it is: those that hold a true one up, that fail a false one, or that keep an
    unknown one open. Each with whether it stands under an odd number of nots."""
    match result:
        case TestResult() | FindingResult():
            yield result, negated
        case NotResult(_, part):
            yield from decisive(part, not negated)
        case AllResult(truth, parts) | AnyResult(truth, parts):
            idle = TRUE if isinstance(result, AllResult) else FALSE
            for part in parts:
                if truth is idle or part.truth is truth:
                    yield from decisive(part, negated)


class RuleFired(NamedTuple):
    """A rule whose condition is true, and what it concluded."""

    stratum: int
    rule: str
    concludes: tuple[str, ...]
    condition: Result

    @property
    def matched(self) -> tuple[str, ...]:
        """The facts and findings that made the condition true, in every alternative that held."""
        leaves = decisive(self.condition)
        return tuple(sorted({leaf.finding if isinstance(leaf, FindingResult) else leaf.fact for leaf, _ in leaves}))


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
class OutcomeConcluded:
    """The outcome of the decision, and the rules that conclude it."""

    stratum: int
    outcome: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """One case of a forced outcome: while each fact has one of the values named, these rules conclude the outcome.
    `findings` are those that the rules test, as they are in this case."""

    when: tuple[tuple[str, tuple[str, ...]], ...]
    rules: tuple[str, ...]
    findings: tuple[tuple[str, Truth], ...]


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
    UNDATED = "undated"
    DISAGREEMENT = "disagreement"


class GivenCaution(NamedTuple):
    """A caution given with the answer: by the decision, a rule that fired, the guideline itself (retired, past its
    review), or the values of a fact."""

    kind: CautionKind
    text: str
    rule: str | None = None
    facts: tuple[str, ...] = ()


class OpenCaution(NamedTuple):
    """A caution whose rule is unknown, and the unknown facts it waits for."""

    rule: str
    text: str
    waits_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """One decision about one patient. The same input gives an equal trace, and the same bytes of JSON.

    `not_fired` has every rule that did not fire, with the result of its condition. It, `facts` and `findings` are
    ordered by id, `events` by stratum, `possible_outcomes` sorted;
    `may_be_not_covered` is True where information is needed and the guideline might then have no answer.
    `counted_free` are the unknown derived facts that the status counted with any value of their range, because their
    formula is not linear, or because what they would be computed from is too old.
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
    events: tuple[Event, ...]
    not_fired: tuple[tuple[str, Result], ...]
    cautions: tuple[GivenCaution, ...]
    cautions_open: tuple[OpenCaution, ...]
    counted_free: tuple[str, ...]

    @property
    def fired(self) -> tuple[str, ...]:
        """The rules that fired, in order."""
        return tuple(event.rule for event in self.events if isinstance(event, RuleFired))

    @property
    def overridden(self) -> tuple[str, ...]:
        """The outcomes that were concluded but overridden."""
        return tuple(event.outcome for event in self.events if isinstance(event, OutcomeOverridden))
