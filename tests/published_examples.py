"""The published examples of built-in guidelines: `tests/published/*.yaml`, data that clinicians can read and correct.

A file names a guideline, the day of the decisions, patients, and five kinds of examples:

- `examples`: one patient, one answer;
- `tables`: patients who differ in a few facts, one to a row with the answer behind them;
- `series`: patients whose facts rise together from one value to another, all with the same answer;
- `every_patient`: all that differ for the decision in the facts listed; each must have one outcome and no two;
- `without_bearing`: facts that may caution and must never change the outcome.

A patient is one of those above, if named, `with` other facts in place of its own; `unknown` takes a fact away.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from ruamel.yaml import YAML

from candor import Guideline, Trace, decide, load_guideline, read_facts

FOLDER = Path(__file__).parent / "published"
UNKNOWN = "unknown"
Names = tuple[str, ...]
Given = Mapping[str, str | Mapping[str, str]]
"""Facts as they are written, with or without a date; all values are text, so that none is rounded."""


class Part(BaseModel):
    """A part of a file: nothing but what is described here may stand in it."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Refused(Part):
    """The one diagnostic of an input that no decision can use."""

    code: str
    message: str
    help: str


class Split(Part):
    """One case of an outcome that is the same in all of them."""

    when: Mapping[str, Names]
    rules: Names


class Expected(Part):
    """An answer. Status and outcome always count: where no outcome is named there must be none."""

    status: str | None = None
    outcome: str | None = None
    possible: Names | None = None
    may_be_not_covered: bool | None = None
    fired: Names = ()
    """These rules among others; so it is with cautions, by their rules, and with values."""
    not_fired: Names = ()
    cautions: Names = ()
    values: Mapping[str, str] = {}
    beside: Mapping[str, str] = {}
    """What is shown beside the answer; `unknown` where it is not known."""
    differing: Names = ()
    """A caution says that the values of these facts differ."""
    asked: Names | None = None
    """Exactly these facts, the first one first."""
    forced: tuple[Split, ...] | None = None
    """Exactly these cases."""
    refused: Refused | None = None
    """Instead of all others."""


class Subject(Part):
    """A decision and a patient."""

    decision: str
    patient: str | None = None
    at: date | None = None
    changed: Annotated[Given, Field(alias="with")] = {}


class Example(Subject):
    """One patient, one answer."""

    expect: Expected


class Table(Subject):
    """Patients in rows: first the values of the facts of `given`, then the outcome that is concluded, then the values
    of the facts of `values`, at last what is shown `beside` the answer. `unknown` as always."""

    given: Names
    values: Names = ()
    beside: Names = ()
    rows: tuple[Names, ...]

    def patients(self) -> Iterator[tuple[Given, Expected]]:
        """The facts of each row and the answer to them. Raises `ValueError` for a row that is too short or too long."""
        columns = (*self.given, "", *self.values, *self.beside)
        for row in self.rows:
            told = dict(zip(columns, row, strict=True))
            given, values, beside = ({name: told[name] for name in names} for names in self._parts())
            yield given, Expected(status="concluded", outcome=told[""], values=values, beside=beside)

    def _parts(self) -> tuple[Names, Names, Names]:
        return self.given, self.values, self.beside


class BinaryFloats(Part):
    """How many of the falls from one fact to another would be less than `least` if they were binary floats."""

    fall_from: str
    to: str
    least: str
    too_small: int


class Series(Subject):
    """Patients whose facts rise together by `step`, all with the same answer."""

    first: Annotated[Mapping[str, Decimal], Field(alias="from")]
    last: Annotated[Mapping[str, Decimal], Field(alias="to")]
    step: Decimal
    count: int
    expect: Expected
    in_binary_floats: BinaryFloats

    def steps(self) -> Iterator[Mapping[str, str]]:
        """The facts that change, from the first patient to the last."""
        facts = dict(self.first)
        while all(facts[name] <= last for name, last in self.last.items()):
            yield {name: str(value) for name, value in facts.items()}
            facts = {name: value + self.step for name, value in facts.items()}


class EveryPatient(Subject):
    """All patients that differ for the decision in the facts of `over`."""

    over: Names
    at_least: int


class WithoutBearing(Subject):
    """Facts that may caution and never change the outcome, tried on a patient with each value of some facts."""

    deciding: Names
    context: Given
    computed: Names
    """From the context."""
    each: Mapping[str, Names]


class Published(Part):
    """A file."""

    guideline: str
    at: date
    patients: Mapping[str, Given] = {}
    examples: Mapping[str, Example] = {}
    tables: Mapping[str, Table] = {}
    series: Mapping[str, Series] = {}
    every_patient: Mapping[str, EveryPatient] = {}
    without_bearing: Mapping[str, WithoutBearing] = {}

    def loaded(self) -> Guideline:
        return _loaded(self.guideline)

    def decided(self, subject: Subject, facts: Given | None = None) -> Trace:
        """The answer to a patient, with more facts in place of its own. Raises `InputRejected`."""
        patient = {} if subject.patient is None else self.patients[subject.patient]
        merged = {**patient, **subject.changed, **(facts or {})}
        given = {name: None if value == UNKNOWN else value for name, value in merged.items()}
        day = subject.at or self.at
        at = datetime(day.year, day.month, day.day, tzinfo=UTC)
        return decide(self.loaded(), subject.decision, read_facts(self.loaded(), given), at=at)


@cache
def published() -> Mapping[str, Published]:
    """Every file by its name without the ending."""
    return {path.stem: _read(path) for path in sorted(FOLDER.glob("*.yaml"))}


@cache
def _loaded(name: str) -> Guideline:
    return load_guideline(name)


def _read(path: Path) -> Published:
    document = YAML(typ="base").load(path.read_text("utf-8"))
    return Published.model_validate(document)
