"""The envelope of a decision: the trace, and at its top level what people who pipe it into other tools look for."""

from importlib.metadata import version
from typing import Literal, NotRequired, cast

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

from engine.guideline import FactType, Guideline, Scalar
from engine.plan import plan_of
from engine.trace import Origin, Trace
from engine.trace_json import as_json
from engine.trace_shape import CautionJson, GuidelineJson, OpenCautionJson, ScoreJson, TraceJson
from explain.asking import Question, questions
from explain.reading import reading_of

PRODUCT_VERSION = version("candor")
_closed = with_config(ConfigDict(extra="forbid"))


@_closed
class QuestionJson(TypedDict):
    """A fact to ask for, and the form of its answer."""

    fact: str
    question: str
    type: Literal["number", "integer", "choice", "yes_no"]
    unit: NotRequired[str]
    range: NotRequired[list[str]]
    choices: NotRequired[list[str]]


@_closed
class EnvelopeJson(TypedDict):
    """One decision about one patient as `candor decide --format json` prints it."""

    patient: str | None
    product_version: str
    guideline: GuidelineJson
    decision: str
    status: Literal["concluded", "needs_information", "not_covered"]
    outcome: str | None
    possible_outcomes: list[str]
    may_be_not_covered: bool
    fired: list[str]
    findings: dict[str, bool | None]
    scores: dict[str, ScoreJson]
    beside: dict[str, Scalar | None]
    overridden: list[str]
    assumed: list[str]
    unknown: list[str]
    ask: list[QuestionJson]
    cautions: list[CautionJson]
    cautions_open: list[OpenCautionJson]
    trace: TraceJson


def envelope_of(guideline: Guideline, trace: Trace, patient: str | None) -> EnvelopeJson:
    """The envelope of a trace. `unknown` are the facts that conditions test and whose value is not known; `ask` those
    of the unknown facts that can still change the outcome, best question first."""
    inner = as_json(trace)
    plan = plan_of(guideline, trace.decision)
    tested = frozenset(plan.tested)
    truths = {"true": True, "false": False, "unknown": None}
    return {
        "patient": patient,
        "product_version": PRODUCT_VERSION,
        "guideline": inner["guideline"],
        "decision": inner["decision"],
        "status": inner["status"],
        "outcome": inner["outcome"],
        "possible_outcomes": inner["possible_outcomes"],
        "may_be_not_covered": inner["may_be_not_covered"],
        "fired": list(trace.fired),
        "findings": {finding: truths[truth] for finding, truth in inner["findings"].items()},
        "scores": inner["scores"],
        "beside": {name: inner["facts"][name]["value"] for name in plan.decision.beside},
        "overridden": list(trace.overridden),
        "assumed": [fact.fact for fact in trace.facts if fact.origin is Origin.ASSUMED],
        "unknown": [fact.fact for fact in trace.facts if fact.value is None and fact.fact in tested],
        "ask": [_question(question) for question in questions(reading_of(guideline, trace))],
        "cautions": inner["cautions"],
        "cautions_open": inner["cautions_open"],
        "trace": inner,
    }


def _question(question: Question) -> QuestionJson:
    fact = question.fact
    shaped: dict[str, object] = {"fact": fact.id, "question": fact.question, "type": fact.type.value}
    if fact.unit is not None:
        shaped["unit"] = fact.unit
    if fact.is_numeric:
        shaped["range"] = [fact.text_of(fact.low), fact.text_of(fact.high)]
    if fact.type is FactType.CHOICE:
        shaped["choices"] = [choice.id for choice in fact.choices]
    return cast(QuestionJson, shaped)
