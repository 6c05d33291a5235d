"""`candor certify`: a decision certificate is checked, and the decision made again with the solver."""

from pathlib import Path
from typing import Annotated, cast

import typer

from audit import check_certificate
from audit.replay import NotATrace, differences, recorded_document, replay, trace_in
from candor.cli.terminal import complain, say
from candor.guidelines import load_guideline
from engine.diagnostics import Diagnostics
from engine.errors import InputRejected, NotFound
from engine.guideline import Guideline
from engine.loading.files import text_in_file
from engine.trace_json import as_json
from engine.trace_shape import TraceJson

_File = Annotated[
    str, typer.Argument(metavar="CERTIFICATE.json", help="What `candor decide --certificate` wrote of one patient.")
]
_Guideline = Annotated[
    str | None, typer.Option("--guideline", help="A guideline's id or folder; the built-in one named by default.")
]


def certify(file: _File, guideline: _Guideline = None) -> None:
    """Check a decision certificate, and decide again what it holds, for every patient it speaks of."""
    document = recorded_document(_text(Path(file)))
    if "trace" not in document:
        raise NotATrace("not a certificate: it has no trace")
    trace = trace_in(document)
    wrong, unverified = check_certificate.check(document)
    if not wrong:
        wrong = list(_differences(_loaded(trace, guideline), trace))
    if wrong:
        complain("\n".join(f"error: {each}" for each in wrong))
        raise typer.Exit(1)
    say("The checker, which shares nothing with the engine, accepts this certificate.")
    if unverified:
        say("It could not try every completion: that no other outcome is possible rests on the solver.")
    say(
        f"Decided again, {trace['guideline']['id']}/{trace['decision']} of {trace['at']} came out the same to the byte."
    )


def _differences(guideline: Guideline, trace: TraceJson) -> tuple[str, ...]:
    recorded, ours = trace["guideline"]["sha256"], guideline.sha256
    if recorded != ours:
        return (f"the certificate is of a guideline with the hash {recorded}, this one has {ours}",)
    again = cast(dict[str, object], as_json(replay(guideline, trace)))
    found = differences(cast(dict[str, object], trace), again)
    return tuple(f"decided again, the trace differs at {each}" for each in found)


def _loaded(trace: TraceJson, guideline: str | None) -> Guideline:
    try:
        return load_guideline(guideline or trace["guideline"]["id"], with_cases=False)
    except NotFound as error:
        raise NotFound(f"{error}; name its folder by `--guideline`") from error


def _text(path: Path) -> str:
    notes = Diagnostics()
    text = text_in_file(path, notes)
    if text is None:
        raise InputRejected(notes.sorted())
    return text
