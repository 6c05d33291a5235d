"""`candor decide`: a patient's facts in, an outcome with its reasons out."""

import json
import sys
from collections.abc import Iterable
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from candor.certificates import write_certificate
from candor.cli.answering import answer
from candor.cli.choices import Form
from candor.cli.patients import (
    Address,
    At,
    GivenFacts,
    NoColor,
    check_patient,
    decision_at,
    instant_of,
    one_patient,
    patient_of,
)
from candor.cli.terminal import progress, say
from candor.envelope import envelope_of
from candor.lines import answers, head_of, is_json_lines, lines_in, lines_of
from engine import deciding
from engine.guideline import Guideline
from engine.loading.files import MAX_BYTES
from engine.patient import Facts
from engine.trace import Trace
from explain.answers import account_of

_LINES = (".jsonl", ".ndjson")
_Patient = Annotated[
    str | None,
    typer.Argument(
        metavar="PATIENT",
        help="A patient file (YAML, JSON, or JSON Lines ending in .jsonl), or - for standard input.",
    ),
]
_Format = Annotated[
    Form | None,
    typer.Option(
        "--format", help="text (for people), html, markdown or json; JSON Lines are always answered as JSON Lines."
    ),
]

_Certificate = Annotated[
    str | None,
    typer.Option(
        "--certificate",
        metavar="FILE",
        help="Also write a certificate to this file, which is replaced; one patient only.",
    ),
]


def decide(
    address: Address,
    patient: _Patient = None,
    fact: GivenFacts = None,
    format: _Format = None,
    at: At = None,
    certificate: _Certificate = None,
    no_color: NoColor = False,
) -> None:
    """Decide a patient, and say why."""
    instant = instant_of(at)
    guideline, decision = decision_at(address)
    check_patient(patient, fact)
    if certificate is not None:
        facts = one_patient(guideline, decision, instant, _not_lines(patient), fact)
        trace = deciding.decide(guideline, decision, facts, at=instant)
        try:
            _tell(guideline, trace, facts, format, no_color)
        finally:  # neither is lost because the other cannot be written
            write_certificate(Path(certificate), guideline, trace)
    elif patient == "-":
        _decide_stdin(guideline, decision, instant, format, no_color)
    elif patient is not None and patient.endswith(_LINES):
        _refuse_pages(format)
        _decide_lines(guideline, decision, lines_in(Path(patient)), patient, instant, no_color)
    else:
        facts = one_patient(guideline, decision, instant, patient, fact)
        _decide_one(guideline, decision, facts, instant, format, no_color)


def _decide_one(
    guideline: Guideline, decision: str, facts: Facts, at: datetime, format: Form | None, no_color: bool
) -> None:
    _tell(guideline, deciding.decide(guideline, decision, facts, at=at), facts, format, no_color)


def _tell(guideline: Guideline, trace: Trace, facts: Facts, format: Form | None, no_color: bool) -> None:
    if format is Form.JSON:
        say(json.dumps(envelope_of(guideline, trace, facts.patient), ensure_ascii=False, indent=2))
    else:
        answer(account_of(guideline, trace), format or Form.TEXT, no_color=no_color)


def _decide_stdin(guideline: Guideline, decision: str, at: datetime, format: Form | None, no_color: bool) -> None:
    """Standard input is JSON Lines when one of its first lines is a JSON object on its own, else one patient."""
    stream = sys.stdin.buffer
    lines = lines_of(stream)
    head = head_of(lines)
    if is_json_lines(head) and format in (None, Form.JSON):
        _decide_lines(guideline, decision, chain(head, lines), "standard input", at, no_color)
        return
    facts = patient_of(guideline, decision, at, b"".join(head) + stream.read(MAX_BYTES + 1))
    _decide_one(guideline, decision, facts, at, format, no_color)


def _not_lines(patient: str | None) -> str | None:
    if patient is not None and patient.endswith(_LINES):
        raise typer.BadParameter("a certificate is of one patient, not of JSON Lines", param_hint="--certificate")
    return patient


def _refuse_pages(format: Form | None) -> None:
    if format not in (None, Form.JSON):
        raise typer.BadParameter(f"JSON Lines are answered as JSON Lines, not as {format.value}", param_hint="--format")


def _decide_lines(
    guideline: Guideline, decision: str, lines: Iterable[bytes], name: str, at: datetime, no_color: bool
) -> None:
    exit_code = 0
    with progress(None, no_color=no_color) as bar:
        for answer in answers(guideline, decision, lines, name=name, at=at):
            say(answer.text)
            exit_code = max(exit_code, answer.exit_code)
            bar.advance(bar.task_ids[0])
    if exit_code:
        raise typer.Exit(exit_code)
