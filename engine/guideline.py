"""The guideline as models: what loading builds once every diagnostic is clear, and every use starts from.

Every value of every fact is a whole number of *steps* inside: a number counts in units of its last declared decimal, an
integer in ones, a choice by its position, yes_no as 0 and 1. A test is then a set of intervals of steps whatever the
type, and `Fact.text_of` gives the value back as it is written. Nothing here reads files or decides.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from fractions import Fraction
from typing import TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field

from engine.conditions import AllOf, Condition, NotThis
from engine.diagnostics import Place
from engine.formulas import Formula
from engine.numbers import Exact, decimal_text, steps_per_unit

Made = TypeVar("Made")
Day = date
Scalar = str | int | bool
"""A value as the trace holds it: a number as text with its decimals, an integer, a choice's name, yes_no as a bool."""


class Model(BaseModel):
    """What all models share: frozen, closed, slots not needed."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Basis(Enum):
    """How far a source carries a rule: it says so, we read it so, or it is not in the source."""

    STATED = "stated"
    INTERPRETED = "interpreted"
    ADDED = "added"


class SourceKind(Enum):
    """What sort of publication a source is."""

    GUIDELINE = "guideline"
    SYSTEMATIC_REVIEW = "systematic_review"
    TRIAL = "trial"
    STUDY = "study"
    REGISTRY = "registry"
    CONSENSUS = "consensus"
    EXPERT_OPINION = "expert_opinion"
    PROVIDER_ARTICLE = "provider_article"
    DEFINITION = "definition"


class Source(Model):
    """A publication that the guideline cites."""

    id: str
    title: str
    publisher: str | None = None
    date: str | None = Field(default=None, description="as far as it is known: 2026, 2026-05 or 2026-05-15")
    kind: SourceKind
    evidence: str | None = None
    url: str | None = None
    note: str | None = None
    review_by: Day | None = Field(default=None, description="when somebody is to look whether it still says this")
    place: Place


class Citation(Model):
    """Where something stands in a source, and on what basis it is taken from there."""

    cite: str | None = Field(default=None, description="a source's id; only a basis of `added` goes without")
    at: str | None = None
    basis: Basis
    note: str | None = None


class FactType(Enum):
    """The four types of fact."""

    NUMBER = "number"
    INTEGER = "integer"
    CHOICE = "choice"
    YES_NO = "yes_no"


class Choice(Model):
    """One possible value of a fact of type choice."""

    id: str
    title: str
    source: tuple[Citation, ...] = ()


class Derivation(Model):
    """One way to compute a fact that is not given."""

    title: str
    formula: Formula
    source: tuple[Citation, ...] = ()


class Import(Model):
    """A decision of another guideline that says what a fact is.

    `guideline` is the other guideline as it is used here: facts that are ours are declared as ours, without ways of
    their own to come to a value. `facts` maps every fact of its decision to ours, but for those in `values`, whose
    value is certain here; `results` maps its outcomes, and None for having no answer, to values of the fact.
    """

    title: str
    guideline: "Guideline"
    decision: str
    facts: dict[str, str]
    values: dict[str, int] = Field(description="in steps")
    results: dict[str | None, int] = Field(description="in steps; without None the decision has no gap")
    needs_nothing: bool = Field(default=False, description="whether it has an answer where none of its facts is known")
    source: tuple[Citation, ...] = ()


class Fact(Model):
    """An input about a patient. `low` and `high` are its range in steps, both inclusive."""

    id: str
    title: str
    question: str
    type: FactType
    low: int
    high: int
    decimals: int = 0
    unit: str | None = None
    choices: tuple[Choice, ...] = ()
    changeable: bool = False
    max_age_days: int | None = None
    agree_within: int | None = Field(default=None, description="in steps")
    codes: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    derived: tuple[Derivation, ...] = ()
    imports: tuple[Import, ...] = ()
    assume: int | None = Field(default=None, description="in steps")
    source: tuple[Citation, ...] = ()
    place: Place

    @property
    def reads(self) -> frozenset[str]:
        """The facts that it is derived from or decided from."""
        formulas = [each.formula.facts for each in self.derived]
        return frozenset[str]().union(*formulas, *(each.facts.values() for each in self.imports))

    @property
    def is_numeric(self) -> bool:
        return self.type in (FactType.NUMBER, FactType.INTEGER)

    def is_too_old(self, at: date, today: date) -> bool:
        """Whether an observation of that day no longer counts."""
        return self.max_age_days is not None and (today - at).days > self.max_age_days

    def exact(self, steps: int) -> Exact:
        """A value as the number it stands for: 560 steps on two decimals are 5.6."""
        return Fraction(steps, steps_per_unit(self.decimals)) if self.decimals else steps

    def text_of(self, steps: int) -> str:
        """A value as people write it: `5.60`, `3`, `stable`, `yes`."""
        if self.type is FactType.CHOICE:
            return self.choices[steps].id
        if self.type is FactType.YES_NO:
            return "yes" if steps else "no"
        return decimal_text(steps, self.decimals)

    def scalar_of(self, steps: int) -> Scalar:
        """A value as the trace holds it."""
        kind = self.type
        if kind is FactType.NUMBER:
            return decimal_text(steps, self.decimals)
        if kind is FactType.YES_NO:
            return steps == 1
        return steps if kind is FactType.INTEGER else self.choices[steps].id

    def steps_of(self, value: Scalar) -> int:
        """A value of the trace, back in steps."""
        if self.type is FactType.CHOICE:
            return next(steps for steps, choice in enumerate(self.choices) if choice.id == value)
        return int(str(value).replace(".", "")) if self.type is FactType.NUMBER else int(value)

    def title_of(self, steps: int) -> str:
        """A value as a sentence says it: a choice by its title, all others as they are written."""
        return self.choices[steps].title if self.type is FactType.CHOICE else self.text_of(steps)


class Impossible(Model):
    """A combination of facts that cannot be."""

    when: Condition
    because: str
    place: Place


class Outcome(Model):
    """One possible answer of a decision."""

    id: str
    title: str
    meaning: str | None = None
    place: Place


class Finding(Model):
    """An intermediate conclusion."""

    id: str
    title: str
    place: Place


class Score(Model):
    """A number that rules add up. `scale` says which values it can have and how they are written, as for a fact."""

    id: str
    title: str
    scale: Fact
    place: Place


class Caution(Model):
    """A warning that is shown with an answer."""

    text: str
    source: tuple[Citation, ...] = ()


class Rule(Model):
    """If its condition is true the rule fires: it concludes findings or one outcome, gives its caution, or both."""

    id: str
    title: str
    when: Condition
    unless: Condition | None = None
    home: str = Field(description="the decision that it belongs to, or `findings` where decisions share it")
    concludes: tuple[str, ...] = Field(default=(), description="findings and at most one outcome, sorted")
    adds: dict[str, int] = Field(default_factory=dict, description="points by score, in steps of the score")
    because: str | None = None
    source: tuple[Citation, ...]
    strength: str | None = None
    caution: Caution | None = None
    overrides: tuple[str, ...] = ()
    place: Place
    tested_at: tuple[Place, ...] = Field(default=(), description="where each test of the condition stands, in order")

    @property
    def condition(self) -> Condition:
        """The whole condition: `when`, and not `unless`."""
        if self.unless is None:
            return self.when
        parts = self.when.parts if isinstance(self.when, AllOf) else (self.when,)
        return AllOf((*parts, NotThis(self.unless)))


class Expected(Model):
    """What a case expects; what is None is not looked at."""

    status: str | None = None
    outcome: str | None = None
    possible: tuple[str, ...] | None = None
    fired: tuple[str, ...] | None = None
    not_fired: tuple[str, ...] | None = None
    cautions: tuple[str, ...] | None = None
    findings: dict[str, bool] | None = None
    scores: dict[str, int] | None = Field(default=None, description="in steps of the score")
    rejected: str | None = Field(default=None, description="the code of a diagnostic that refuses the input")


class GivenValue(Model):
    """A value that somebody stated of a patient, in steps, with its date and note where there are."""

    steps: int
    at: date | None = None
    note: str | None = None
    place: Place


class Case(Model):
    """An example patient with the expected answer."""

    id: str
    facts: dict[str, GivenValue]
    at: datetime | None = None
    expect: Expected
    source: str | None = None
    place: Place


class Decision(Model):
    """One question that the guideline answers. `outcomes` are in the order of precedence, all else by id.

    What it takes of the findings, scores and rules that decisions share is among its own.
    """

    id: str
    question: str
    outcomes: dict[str, Outcome]
    findings: dict[str, Finding]
    scores: dict[str, Score] = Field(default_factory=dict)
    beside: tuple[str, ...] = Field(default=(), description="facts that are shown with every answer")
    cautions: tuple[Caution, ...] = ()
    rules: dict[str, Rule]
    cases: dict[str, Case] = Field(default_factory=dict)
    place: Place


class Guideline(Model):
    """A guideline: identity, vocabulary, decisions. Facts and decisions are in the order of their ids."""

    id: str
    version: str
    status: str
    title: str
    purpose: str
    population: str
    limits: str
    authors: tuple[str, ...] = ()
    reviewed: date | None = None
    review_by: date | None = None
    place: Place
    sources: dict[str, Source]
    facts: dict[str, Fact]
    impossible: tuple[Impossible, ...] = ()
    decisions: dict[str, Decision]
    sha256: str
    untaken: Decision | None = Field(default=None, exclude=True, repr=False)
    """What `findings.yaml` describes and no decision takes, with what its rules rest on, as a decision; its outcomes
    are another's."""
    content: Mapping[str, object] = Field(default_factory=dict, exclude=True, repr=False)
    """What the author wrote, exactly as it is hashed."""
    imported_content: Mapping[str, object] = Field(default_factory=dict, exclude=True, repr=False)
    """The same of every guideline that it imports, also through others, by id."""
    kept: dict[tuple[type, str], object] = Field(default_factory=dict, exclude=True, repr=False)
    """What `keep` has built; no part of the guideline's content."""

    def __copy__(self) -> "Guideline":
        """A copy of the content; what was built from the original stays with it."""
        return super().__copy__()._without_kept()

    def __deepcopy__(self, memo: dict[int, object] | None = None) -> "Guideline":
        return self.__copy__()

    def __getstate__(self) -> dict[object, object]:
        state = super().__getstate__()
        return {**state, "__dict__": {**state["__dict__"], "kept": {}}}

    def _without_kept(self) -> "Guideline":
        self.__dict__["kept"] = {}
        return self

    def keep(self, kind: type[Made], decision: str, make: Callable[[], Made]) -> Made:
        """What `make` builds from this guideline and a decision of it, built once and kept as long as the guideline.

        Only for what is a pure function of the two: plans, matchers, encodings.
        """
        kept = self.kept.get((kind, decision))
        if kept is None:
            kept = self.kept.setdefault((kind, decision), make())
        return cast(Made, kept)

    def forget(self) -> None:
        """Drops what `keep` has built, to free memory; it is built again when it is asked for."""
        self.kept.clear()
