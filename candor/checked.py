"""What the checks of guidelines found, as JSON."""

from typing import NotRequired

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

from candor.lines import PlaceJson, as_json, place_json
from engine.checks import Checked, Flaw, Witness
from engine.diagnostics import Diagnostic
from engine.guideline import Guideline, Scalar
from explain.checked import who_in_words

_closed = with_config(ConfigDict(extra="forbid"))


@_closed
class ExpectedJson(TypedDict):
    """What the guideline answers now."""

    status: str
    outcome: NotRequired[str]


@_closed
class CaseJson(TypedDict):
    """A patient who shows something, as a case: few facts, what the guideline answers now, and the rules that fire."""

    decision: str
    facts: dict[str, Scalar]
    expect: ExpectedJson
    fired: list[str]


@_closed
class SeeJson(TypedDict):
    """Where else to look, and what is there."""

    place: PlaceJson
    text: str


@_closed
class FlawJson(TypedDict):
    """One thing that is wrong, as of every diagnostic, with the patients who show it."""

    code: str
    message: str
    place: PlaceJson
    help: str
    decision: NotRequired[str]
    subject: NotRequired[str]
    also: NotRequired[list[SeeJson]]
    who: NotRequired[list[str]]
    who_is_complete: NotRequired[bool]
    case: NotRequired[CaseJson]


@_closed
class ProofJson(TypedDict):
    """What was proved of a decision, and over how many kinds of patients."""

    code: str
    statement: str
    decision: str
    kinds: int


@_closed
class UnprovedJson(TypedDict):
    """A question that was given up; nothing is claimed of it."""

    code: str
    statement: str
    decision: str


@_closed
class MeantJson(TypedDict):
    """An overlap of two rules that the author declared as meant."""

    decision: str
    rule: str
    other: str
    case: CaseJson


@_closed
class CheckedJson(TypedDict):
    """One guideline: its flaws, what was proved, what was not, and what is meant. Without a version where it does not
    load; then nothing could be proved."""

    guideline: str
    version: NotRequired[str]
    sha256: NotRequired[str]
    flaws: list[FlawJson]
    proved: list[ProofJson]
    not_proved: list[UnprovedJson]
    meant: list[MeantJson]


@_closed
class ChecksJson(TypedDict):
    """What `candor check --format json` prints: every guideline that it looked at."""

    guidelines: list[CheckedJson]


def checked_json(guideline: Guideline, checked: Checked) -> CheckedJson:
    """What was found about a guideline that loads, of the shape that its published schema describes."""
    return {
        "guideline": guideline.id,
        "version": guideline.version,
        "sha256": guideline.sha256,
        "flaws": [_flaw(guideline, flaw) for flaw in checked.flaws],
        "proved": [
            {"code": each.code, "statement": each.statement, "decision": each.decision, "kinds": each.kinds}
            for each in checked.proofs
        ],
        "not_proved": [
            {"code": each.code, "statement": each.statement, "decision": each.decision} for each in checked.unproved
        ],
        "meant": [
            {"decision": each.decision, "rule": each.rule, "other": each.other, "case": _case(guideline, each.witness)}
            for each in checked.meant
        ],
    }


def rejected_json(name: str, diagnostics: tuple[Diagnostic, ...]) -> CheckedJson:
    """What was found about a guideline that does not load."""
    return {
        "guideline": name,
        "flaws": [_diagnostic(each) for each in diagnostics],
        "proved": [],
        "not_proved": [],
        "meant": [],
    }


def _diagnostic(diagnostic: Diagnostic) -> FlawJson:
    told = as_json(diagnostic)
    return {"code": told["code"], "message": told["message"], "place": told["place"], "help": told["help"]}


def _flaw(guideline: Guideline, flaw: Flaw) -> FlawJson:
    told = _diagnostic(flaw.diagnostic)
    told["subject"] = flaw.subject
    if flaw.decision is not None:
        told["decision"] = flaw.decision
    if flaw.also:
        told["also"] = [{"place": place_json(place), "text": text} for place, text in flaw.also]
    if flaw.region is not None:
        told["who"], told["who_is_complete"] = list(who_in_words(guideline, flaw)), not flaw.region.is_capped
    if flaw.witness is not None:
        told["case"] = _case(guideline, flaw.witness)
    return told


def _case(guideline: Guideline, witness: Witness) -> CaseJson:
    facts = {name: guideline.facts[name].scalar_of(steps) for name, steps in witness.facts.items()}
    expect: ExpectedJson = {"status": witness.status}
    if witness.outcome is not None:
        expect["outcome"] = witness.outcome
    return {"decision": witness.decision, "facts": facts, "expect": expect, "fired": list(witness.fired)}
