"""What commands about one patient have in common: which decision, whose facts, as of when."""

import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from candor.guidelines import load_decision
from engine.diagnostics import quoted
from engine.errors import NotFound
from engine.facts import Kind, read_assignments, read_patient, read_patient_file
from engine.guideline import Guideline
from engine.loading.files import MAX_BYTES
from engine.patient import Facts
from engine.plan import as_of

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

Address = Annotated[
    str,
    typer.Argument(
        metavar="GUIDELINE/DECISION", help="Such as act_ra/selection; a path to a guideline's folder works too."
    ),
]
OnePatient = Annotated[
    str | None,
    typer.Argument(metavar="PATIENT", help="A patient file (YAML or JSON), or - for standard input."),
]
GivenFacts = Annotated[
    list[str] | None,
    typer.Option("--fact", "-f", metavar="NAME=VALUE", help="A fact, in place of a file; may be repeated."),
]
At = Annotated[
    str | None,
    typer.Option(
        "--at", metavar="INSTANT", help="The instant of the decision: 2026-11-22, or RFC 3339; now by default."
    ),
]
NoColor = Annotated[bool, typer.Option("--no-color", help="No colour; NO_COLOR in the environment does the same.")]


def decision_at(address: str) -> tuple[Guideline, str]:
    """The guideline and its decision that an address names. Raises `NotFound` where it names none."""
    guideline, decision = load_decision(address)
    if decision is None:
        raise NotFound(f"`{address}` names no decision; it has {quoted(guideline.decisions)}")
    return guideline, decision


def check_patient(patient: str | None, fact: list[str] | None) -> None:
    """Refuses a command that is given no patient, or two."""
    if patient is None and not fact:
        raise typer.BadParameter("give a patient file, or facts by --fact", param_hint="PATIENT")
    if patient is not None and fact:
        raise typer.BadParameter("give the facts in the patient file or by --fact, not both", param_hint="--fact")


def one_patient(
    guideline: Guideline, decision: str, at: datetime, patient: str | None, fact: list[str] | None
) -> Facts:
    """The facts of one patient, whom a decision is made of: from a file, from standard input, or from options. Raises
    `InputRejected`."""
    check_patient(patient, fact)
    if patient is None:
        return read_assignments(guideline, fact or [])
    if patient == "-":
        return patient_of(guideline, decision, at, sys.stdin.buffer.read(MAX_BYTES + 1))
    return read_patient_file(guideline, Path(patient), as_of=as_of(guideline, decision, at))


def patient_of(guideline: Guideline, decision: str, at: datetime, text: bytes) -> Facts:
    """The facts in what standard input gave: JSON where it begins with a brace, else YAML. Raises `InputRejected`."""
    kind: Kind = "json" if text.lstrip().startswith(b"{") else "yaml"
    return read_patient(guideline, text, name="standard input", kind=kind, as_of=as_of(guideline, decision, at))


def instant_of(at: str | None) -> datetime:
    """The instant that `--at` names, or now."""
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
