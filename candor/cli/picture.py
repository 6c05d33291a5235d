"""`candor picture`: a decision drawn as SVG, for one patient or as the guideline is written."""

import os
from pathlib import Path
from typing import Annotated

import typer

from candor.cli.patients import Address, At, GivenFacts, OnePatient, decision_at, instant_of, one_patient
from candor.cli.terminal import say
from engine.deciding import decide
from engine.errors import CandorError
from explain.picture import guideline_picture, picture_of

_Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE.svg", help="A new file for it; standard output by default."),
]
_Whole = Annotated[bool, typer.Option("--whole", help="Draw every fact and rule, not only those on the path.")]


def picture(
    address: Address,
    patient: OnePatient = None,
    fact: GivenFacts = None,
    at: At = None,
    output: _Output = None,
    whole: _Whole = False,
) -> None:
    """Draw a decision as SVG: a patient's path from facts to outcome, or without a patient the guideline itself."""
    if output is not None and os.path.lexists(output):
        raise typer.BadParameter(f"`{output}` is there already: name a new file", param_hint="--output")
    drawn = _drawn(address, patient, fact, at, whole)
    if output is None:
        say(drawn)
    else:
        _write(output, drawn)


def _drawn(address: str, patient: str | None, fact: list[str] | None, at: str | None, whole: bool) -> str:
    if patient is None and not fact:
        for given, option in ((at is not None, "--at"), (whole, "--whole")):
            if given:
                raise typer.BadParameter("there is no patient; the guideline is drawn whole anyway", param_hint=option)
        return guideline_picture(*decision_at(address))
    instant, (guideline, decision) = instant_of(at), decision_at(address)
    trace = decide(guideline, decision, one_patient(guideline, decision, instant, patient, fact), at=instant)
    return picture_of(guideline, trace, whole=whole)


def _write(path: Path, text: str) -> None:
    """Writes a new file, all of it or nothing."""
    try:
        with path.open("xb") as file:
            try:
                file.write(text.encode())
            except OSError:
                path.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise CandorError(f"`{path}` cannot be written: {error.strerror or error}") from error
