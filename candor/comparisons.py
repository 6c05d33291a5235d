"""A comparison of two guidelines as JSON: what `candor diff --format json` prints."""

from typing import Literal, NotRequired, cast

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

from candor.cohorts import Answered, ChangedAnswer, CohortChanges
from engine.comparison import (
    Bounds,
    DecisionComparison,
    Example,
    Group,
    GuidelineComparison,
    Movement,
    Result,
    ToldChange,
)
from engine.conditions import Interval
from engine.edits import Edit
from engine.guideline import Fact, Guideline, Scalar
from engine.logic import Refused
from engine.patient import Facts
from engine.told import ToldScore
from engine.trace_shape import GuidelineJson
from engine.versions import Step, least_version
from explain.comparing import edit_in_words, group_in_words
from explain.comparing_told import told_change_in_words

_closed = with_config(ConfigDict(extra="forbid"))
StepJson = Literal["back", "none", "patch", "minor", "major"]


@_closed
class ResultJson(TypedDict):
    """What a version makes of patients: an outcome, no outcome (`outcome` is null), or that they are impossible."""

    outcome: str | None
    is_refused: bool


@_closed
class SpanJson(TypedDict):
    """Neighbouring values of a fact, both ends included; those of a choice or of yes and no stand one by one."""

    low: Scalar
    high: Scalar


@_closed
class BoundJson(TypedDict):
    """The values that a fact may have: on both sides, or on one where the versions may know another value of it."""

    fact: str
    of: Literal["value", "before", "after"]
    spans: list[SpanJson]


@_closed
class ExampleJson(TypedDict):
    """One patient of a group, as each version is told of them. Both were decided again."""

    before: dict[str, Scalar]
    after: dict[str, Scalar]


@_closed
class GroupJson(TypedDict):
    """Patients who move alike: everybody possible whose facts are within all bounds; any other fact is free."""

    text: str
    bounds: list[BoundJson]
    example: ExampleJson | None


@_closed
class MovementJson(TypedDict):
    """Everybody with one result before and another after; all of them, unless `is_capped`."""

    before: ResultJson
    after: ResultJson
    groups: list[GroupJson]
    is_capped: bool


@_closed
class ToldTextsJson(TypedDict):
    """A caution in the versions that have it, or the points of an example."""

    before: NotRequired[str]
    after: NotRequired[str]


@_closed
class ToldGroupJson(GroupJson):
    """A group with, of other points, those of its example before and after."""

    points: NotRequired[ToldTextsJson]


@_closed
class ToldChangeJson(TypedDict):
    """Everybody whom both versions answer and who gets a caution in one only, or other points; all of them, unless
    `is_capped`."""

    text: str
    turn: Literal["lost", "gained", "other"]
    score: NotRequired[str]
    caution: NotRequired[ToldTextsJson]
    groups: list[ToldGroupJson]
    is_capped: bool


@_closed
class DecisionDiffJson(TypedDict):
    """What two versions of a decision make of the same patients. No movement is the proof that no complete patient
    changes; `is_proved_for_all`, that none does, whatever is not known. No change of what is told beside the outcome is
    the proof that no complete patient gets another caution of a rule, or other points."""

    decision: str
    movements: list[MovementJson]
    told_changes: list[ToldChangeJson]
    classes: int
    is_proved_for_all: bool
    apart: list[str]
    narrowed: list[str]
    found_apart: list[str]
    computed_otherwise: list[str]
    refusing_apart: list[str]
    against_formulas: bool
    told_against_formulas: bool


@_closed
class EditJson(TypedDict):
    """One edit: of what, how, what it can touch, which step of the version it requires."""

    text: str
    part: str
    name: str
    home: str | None
    way: Literal["added", "removed", "renamed", "changed"]
    aspect: str | None
    before: str | None
    after: str | None
    touches: Literal["answers", "names", "words"]
    step: StepJson


@_closed
class AnsweredJson(TypedDict):
    """What a version answers a patient of the cohort; `refused` has the codes of its diagnostics where it refuses.
    Cautions by rule, or by what they are about; scores that both versions have, with lowest and highest points."""

    status: str | None
    outcome: str | None
    possible_outcomes: list[str]
    may_be_not_covered: bool
    refused: list[str]
    cautions: list[str]
    scores: dict[str, list[str]]


@_closed
class ChangedAnswerJson(TypedDict):
    """A patient of the cohort with another answer, or the same with other cautions or points."""

    line: int
    patient: str | None
    decision: str
    before: AnsweredJson
    after: AnsweredJson


@_closed
class CohortJson(TypedDict):
    """The patients of a cohort: how many, how many have another answer, how many only other cautions or points, and how
    many neither version accepts."""

    file: str
    patients: int
    changed: int
    changed_otherwise: int
    refused: int
    answers: list[ChangedAnswerJson]


@_closed
class VersionJson(TypedDict):
    """The step of the version that is required, the one that was taken, and the lowest version that is enough."""

    required: StepJson
    taken: StepJson
    is_enough: bool
    least: str


@_closed
class DiffJson(TypedDict):
    """Two versions of a guideline compared."""

    before: GuidelineJson
    after: GuidelineJson
    decisions: list[DecisionDiffJson]
    edits: list[EditJson]
    version: VersionJson
    cohort: NotRequired[CohortJson]


def diff_json(comparison: GuidelineComparison, cohort: CohortChanges | None) -> DiffJson:
    """The comparison as JSON data, of the shape that its published schema describes."""
    required, before = comparison.required, comparison.before
    found: DiffJson = {
        "before": _guideline(before),
        "after": _guideline(comparison.after),
        "decisions": [_decision(comparison, each) for each in comparison.decisions],
        "edits": [_edit(each) for each in comparison.edits],
        "version": {
            "required": _step(required),
            "taken": _step(comparison.taken),
            "is_enough": comparison.is_version_enough,
            "least": least_version(before.version, required),
        },
    }
    if cohort is not None:
        found["cohort"] = _cohort(cohort)
    return found


def _guideline(guideline: Guideline) -> GuidelineJson:
    return {"id": guideline.id, "version": guideline.version, "sha256": guideline.sha256}


def _decision(comparison: GuidelineComparison, compared: DecisionComparison) -> DecisionDiffJson:
    return {
        "decision": compared.decision,
        "movements": [_movement(comparison, each) for each in compared.movements],
        "told_changes": [_told_change(comparison, compared.decision, each) for each in compared.told_changes],
        "classes": compared.classes,
        "is_proved_for_all": compared.is_proved_for_all,
        "apart": list(compared.apart),
        "narrowed": list(compared.narrowed),
        "found_apart": list(compared.found_apart),
        "computed_otherwise": list(compared.computed_otherwise),
        "refusing_apart": list(compared.refusing_apart),
        "against_formulas": compared.against_formulas,
        "told_against_formulas": compared.told_against_formulas,
    }


def _movement(comparison: GuidelineComparison, movement: Movement) -> MovementJson:
    return {
        "before": _result(movement.before),
        "after": _result(movement.after),
        "groups": [_group(comparison, each) for each in movement.groups],
        "is_capped": movement.is_capped,
    }


def _told_change(comparison: GuidelineComparison, decision: str, change: ToldChange) -> ToldChangeJson:
    told: ToldChangeJson = {
        "text": told_change_in_words(comparison.after.decisions[decision], change),
        "turn": change.turn.value,
        "groups": [_told_group(comparison, each) for each in change.groups],
        "is_capped": change.is_capped,
    }
    if isinstance(change.told, ToldScore):
        told["score"] = change.told.id
    else:
        told["caution"] = cast(ToldTextsJson, {side.value: text for side, text in change.told.texts.items()})
    return told


def _told_group(comparison: GuidelineComparison, group: Group) -> ToldGroupJson:
    told = cast(ToldGroupJson, _group(comparison, group))
    if group.points is not None:
        told["points"] = {"before": group.points[0], "after": group.points[1]}
    return told


def _result(result: Result) -> ResultJson:
    return {
        "outcome": None if isinstance(result, Refused) else result,
        "is_refused": isinstance(result, Refused),
    }


def _group(comparison: GuidelineComparison, group: Group) -> GroupJson:
    example = None if group.example is None else _example(comparison, group.example)
    text = group_in_words(comparison.before, comparison.after, group)
    return {"text": text, "bounds": _bounds(group.bounds), "example": example}


def _bounds(bounds: Bounds) -> list[BoundJson]:
    return [
        {
            "fact": dimension.fact,
            "of": cast(Literal["value", "before", "after"], dimension.kind.value),
            "spans": _spans(dimension.scale, spans),
        }
        for dimension, spans in bounds
    ]


def _spans(fact: Fact, spans: tuple[Interval, ...]) -> list[SpanJson]:
    if fact.is_numeric:
        return [{"low": fact.scalar_of(low), "high": fact.scalar_of(high)} for low, high in spans]
    values = [fact.scalar_of(steps) for low, high in spans for steps in range(low, high + 1)]
    return [{"low": value, "high": value} for value in values]


def _example(comparison: GuidelineComparison, example: Example) -> ExampleJson:
    return {
        "before": _patient(comparison.before, example.before),
        "after": _patient(comparison.after, example.after),
    }


def _patient(guideline: Guideline, facts: Facts) -> dict[str, Scalar]:
    return {name: guideline.facts[name].scalar_of(given.steps) for name, given in facts.given.items()}


def _edit(edit: Edit) -> EditJson:
    return {
        "text": edit_in_words(edit),
        "part": edit.part,
        "name": edit.name,
        "home": edit.home,
        "way": edit.way.value,
        "aspect": edit.aspect,
        "before": edit.before,
        "after": edit.after,
        "touches": edit.touch.value,
        "step": _step(edit.step),
    }


def _step(step: Step) -> StepJson:
    return cast(StepJson, step.name.lower())


def _cohort(cohort: CohortChanges) -> CohortJson:
    return {
        "file": cohort.name,
        "patients": cohort.patients,
        "changed": cohort.changed,
        "changed_otherwise": cohort.changed_otherwise,
        "refused": cohort.refused,
        "answers": [_changed(each) for each in cohort.answers],
    }


def _changed(answer: ChangedAnswer) -> ChangedAnswerJson:
    return {
        "line": answer.line,
        "patient": answer.patient,
        "decision": answer.decision,
        "before": _answered(answer.before),
        "after": _answered(answer.after),
    }


def _answered(answered: Answered) -> AnsweredJson:
    return {
        "status": answered.status,
        "outcome": answered.outcome,
        "possible_outcomes": list(answered.possible_outcomes),
        "may_be_not_covered": answered.may_be_not_covered,
        "refused": list(answered.codes),
        "cautions": list(answered.cautions),
        "scores": {name: [low, high] for name, low, high in answered.scores},
    }
