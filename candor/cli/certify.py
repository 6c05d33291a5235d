"""`candor certify`: a decision certificate is checked, and the decision made again with the solver."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, cast

import typer

from audit import check_certificate
from candor.certificates import NotACertificate, guideline_in, made_again
from candor.cli.terminal import complain, say
from candor.guidelines import builtin_guidelines, load_guideline
from engine.diagnostics import Diagnostics
from engine.errors import InputRejected
from engine.guideline import Guideline
from engine.loading.files import text_in_file

_File = Annotated[
    str, typer.Argument(metavar="CERTIFICATE.json", help="What `candor decide --certificate` wrote of one patient.")
]
_Guideline = Annotated[
    str | None,
    typer.Option("--guideline", help="A guideline's id or folder: refuse a certificate that is not of this one."),
]


def certify(file: _File, guideline: _Guideline = None) -> None:
    """Check a decision certificate, and decide again what it holds, for every patient it speaks of."""
    document = _document(Path(file))
    wanted = None if guideline is None else load_guideline(guideline, with_cases=False)
    wrong, unverified = check_certificate.check(document)
    if not wrong:
        held = guideline_in(document)
        wrong = [*_differences(held, document), *_refused(held, wanted)]
    if wrong:
        complain("\n".join(f"error: {each}" for each in wrong))
        raise typer.Exit(1)
    say("The checker, which shares nothing with the engine, accepts this certificate.")
    if unverified:
        say("It could not try every completion: that no other outcome is possible rests on the solver.")
    say(f"Decided again, {held.id}/{document['decision']} of {document['at']} came out the same to the byte.")
    say(_known(held, wanted))


def _document(path: Path) -> Mapping[str, object]:
    notes = Diagnostics()
    text = text_in_file(path, notes)
    if text is None:
        raise InputRejected(notes.sorted())
    try:
        document = check_certificate.read(text)
    except (ValueError, RecursionError) as error:
        raise NotACertificate(f"not a certificate: it is not JSON: {error}") from error
    if not isinstance(document, dict) or "proof" not in document:
        raise NotACertificate("not a certificate: it has no proof")
    return cast(Mapping[str, object], document)


def _differences(held: Guideline, document: Mapping[str, object]) -> list[str]:
    """Where the certificate is not the one that is made of the decision now."""
    found = check_certificate.differences("it", document, made_again(held, document))
    return [f"decided again, it comes out otherwise: {each}" for each in found]


def _refused(held: Guideline, wanted: Guideline | None) -> list[str]:
    if wanted is None or wanted.sha256 == held.sha256:
        return []
    return [f"the certificate is of a guideline with the hash {held.sha256}, this one has {wanted.sha256}"]


def _known(held: Guideline, wanted: Guideline | None) -> str:
    """Whether the guideline in the certificate is one that the reader has."""
    if wanted is not None:
        return f"The guideline in it is the one named: {held.id} {held.version}, {held.sha256}."
    if held.id not in builtin_guidelines():
        return f"No guideline called {held.id} comes with Candor: compare its hash, {held.sha256}."
    installed = load_guideline(held.id, with_cases=False)
    if installed.sha256 == held.sha256:
        return f"The guideline in it is the one that comes with Candor: {held.id} {held.version}, {held.sha256}."
    return (
        f"The guideline in it is NOT the {held.id} that comes with Candor: it is version {held.version} with the hash "
        f"{held.sha256}, that one is {installed.version} with {installed.sha256}."
    )
