"""`candor decide`: a patient's facts in, an outcome with its reasons out."""

import json
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from candor.cli.choices import Format
from candor.cli.terminal import progress, say, show_account
from candor.envelope import envelope_of
from candor.guidelines import load_decision
from candor.lines import answers, head_of, is_json_lines, lines_in, lines_of
from engine import deciding
from engine.diagnostics import quoted
from engine.errors import NotFound
from engine.facts import Facts, Kind, read_assignments, read_patient, read_patient_file
from engine.guideline import Guideline
from engine.loading.files import MAX_BYTES
from explain.account import account_of

_LINES = (".jsonl", ".ndjson")
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

_Address = Annotated[
    str,
    typer.Argument(
        metavar="GUIDELINE/DECISION", help="Such as act_ra/selection; a path to a guideline's folder works too."
    ),
]
_Patient = Annotated[
    str | None,
    typer.Argument(
        metavar="PATIENT",
        help="A patient file (YAML, JSON, or JSON Lines ending in .jsonl), or - for standard input.",
    ),
]
_Facts = Annotated[
    list[str] | None,
    typer.Option("--fact", "-f", metavar="NAME=VALUE", help="A fact, in place of a file; may be repeated."),
]
_Format = Annotated[
    Format | None,
    typer.Option("--format", help="text (for people) or json; JSON Lines are always answered as JSON Lines."),
]
_At = Annotated[
    str | None,
    typer.Option(
        "--at", metavar="INSTANT", help="The instant of the decision: 2026-11-22, or RFC 3339; now by default."
    ),
]
_NoColor = Annotated[bool, typer.Option("--no-color", help="No colour; NO_COLOR in the environment does the same.")]


def decide(
    address: _Address,
    patient: _Patient = None,
    fact: _Facts = None,
    format: _Format = None,
    at: _At = None,
    no_color: _NoColor = False,
) -> None:
    """Decide a patient, and say why."""
    instant = _instant(at)
    guideline, decision = load_decision(address)
    if decision is None:
        raise NotFound(f"`{address}` names no decision; it has {quoted(guideline.decisions)}")
    if patient is None and not fact:
        raise typer.BadParameter("give a patient file, or facts by --fact", param_hint="PATIENT")
    if patient is not None and fact:
        raise typer.BadParameter("give the facts in the patient file or by --fact, not both", param_hint="--fact")
    if patient is None:
        _decide_one(guideline, decision, read_assignments(guideline, fact or []), instant, format, no_color)
    elif patient == "-":
        _decide_stdin(guideline, decision, instant, format, no_color)
    elif patient.endswith(_LINES):
        _refuse_text(format)
        _decide_lines(guideline, decision, lines_in(Path(patient)), patient, instant, no_color)
    else:
        _decide_one(guideline, decision, read_patient_file(guideline, Path(patient)), instant, format, no_color)


def _instant(at: str | None) -> datetime:
    if at is None:
        return datetime.now().astimezone().replace(microsecond=0)
    try:
        instant = datetime.fromisoformat(at)
    except ValueError:
        raise typer.BadParameter(
            f"`{at}` is not a date or an instant such as 2026-11-22T09:30:00+01:00", param_hint="--at"
        ) from None
    if instant.utcoffset() is not None:
        return instant
    if _DAY.fullmatch(at):
        return instant.replace(tzinfo=UTC)
    raise typer.BadParameter(
        f"`{at}` has no offset from UTC: write it like 2026-11-22T09:30:00+01:00, or give a day alone",
        param_hint="--at",
    )


def _decide_one(
    guideline: Guideline, decision: str, facts: Facts, at: datetime, format: Format | None, no_color: bool
) -> None:
    trace = deciding.decide(guideline, decision, facts, at=at)
    if format is Format.JSON:
        say(json.dumps(envelope_of(guideline, trace, facts.patient), ensure_ascii=False, indent=2))
    else:
        show_account(account_of(guideline, trace), no_color=no_color)


def _decide_stdin(guideline: Guideline, decision: str, at: datetime, format: Format | None, no_color: bool) -> None:
    """Standard input is JSON Lines when one of its first lines is a JSON object on its own, else one patient."""
    stream = sys.stdin.buffer
    lines = lines_of(stream)
    head = head_of(lines)
    if is_json_lines(head) and format is not Format.TEXT:
        _decide_lines(guideline, decision, chain(head, lines), "standard input", at, no_color)
        return
    text = b"".join(head) + stream.read(MAX_BYTES + 1)
    kind: Kind = "json" if text.lstrip().startswith(b"{") else "yaml"
    facts = read_patient(guideline, text, name="standard input", kind=kind)
    _decide_one(guideline, decision, facts, at, format, no_color)


def _refuse_text(format: Format | None) -> None:
    if format is Format.TEXT:
        raise typer.BadParameter("JSON Lines are answered as JSON Lines, not as text", param_hint="--format")


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
