"""`candor why`, `why-not`, `change`, `missing` and `what-if`: one question about a decision, answered alike."""

from typing import Annotated

import typer

from candor.cli.answering import AnswerForm, answer
from candor.cli.choices import Form
from candor.cli.patients import Address, At, GivenFacts, NoColor, OnePatient, decision_at, instant_of, one_patient
from engine.deciding import decide
from engine.facts import changed
from engine.guideline import Guideline
from engine.trace import Trace
from explain.answers import CAP, Target, change_account, missing_account, why_account, why_not_account
from explain.difference import difference_account, difference_of

_Outcome = Annotated[str | None, typer.Option("--outcome", help="One outcome; all others by default.")]
_All = Annotated[bool, typer.Option("--all", help="List every one, not only the first ten.")]
_Fixed = Annotated[bool, typer.Option("--including-fixed", help="Also facts that nobody can change.")]
_Rule = Annotated[str | None, typer.Option("--rule", help="One rule, by its name; a finding's name does too.")]
_Finding = Annotated[str | None, typer.Option("--finding", help="One finding, by its name.")]
_Changes = Annotated[
    list[str],
    typer.Option("--set", "-s", metavar="NAME=VALUE", help="A fact as it might be, or NAME=unknown; may be repeated."),
]


def why(
    address: Address,
    patient: OnePatient = None,
    fact: GivenFacts = None,
    format: AnswerForm = Form.TEXT,
    at: At = None,
    no_color: NoColor = False,
    all: _All = False,
) -> None:
    """Say why a patient has this outcome, and which facts decided it."""
    guideline, trace = _decided(address, patient, fact, at)
    answer(why_account(guideline, trace, None if all else CAP), format, no_color=no_color)


def change(
    address: Address,
    patient: OnePatient = None,
    fact: GivenFacts = None,
    outcome: _Outcome = None,
    including_fixed: _Fixed = False,
    all: _All = False,
    format: AnswerForm = Form.TEXT,
    at: At = None,
    no_color: NoColor = False,
) -> None:
    """List the smallest changes of facts with which the guideline concludes another outcome."""
    guideline, trace = _decided(address, patient, fact, at)
    limit = None if all else CAP
    account = change_account(guideline, trace, outcome, including_fixed=including_fixed, limit=limit)
    answer(account, format, no_color=no_color)


def why_not(
    address: Address,
    patient: OnePatient = None,
    fact: GivenFacts = None,
    outcome: _Outcome = None,
    rule: _Rule = None,
    finding: _Finding = None,
    format: AnswerForm = Form.TEXT,
    at: At = None,
    no_color: NoColor = False,
) -> None:
    """Say why a patient does not have another outcome, or why a rule or finding is not so."""
    guideline, trace = _decided(address, patient, fact, at)
    answer(why_not_account(guideline, trace, Target(outcome, rule, finding)), format, no_color=no_color)


def missing(
    address: Address,
    patient: OnePatient = None,
    fact: GivenFacts = None,
    format: AnswerForm = Form.TEXT,
    at: At = None,
    no_color: NoColor = False,
) -> None:
    """List the facts that can still change the outcome, and what each answer would settle."""
    guideline, trace = _decided(address, patient, fact, at)
    answer(missing_account(guideline, trace), format, no_color=no_color)


def what_if(
    address: Address,
    set: _Changes,
    patient: OnePatient = None,
    fact: GivenFacts = None,
    format: AnswerForm = Form.TEXT,
    at: At = None,
    no_color: NoColor = False,
) -> None:
    """Decide again with changed facts, and show what differs."""
    instant, (guideline, decision) = instant_of(at), decision_at(address)
    facts = one_patient(guideline, decision, instant, patient, fact)
    before, after = (decide(guideline, decision, each, at=instant) for each in (facts, changed(guideline, facts, set)))
    answer(difference_account(guideline, difference_of(before, after)), format, no_color=no_color)


def _decided(address: str, patient: str | None, fact: list[str] | None, at: str | None) -> tuple[Guideline, Trace]:
    instant, (guideline, decision) = instant_of(at), decision_at(address)
    return guideline, decide(guideline, decision, one_patient(guideline, decision, instant, patient, fact), at=instant)
