"""`candor replay`: a recorded decision is decided again and must come out the same to the byte."""

from pathlib import Path
from typing import Annotated, cast

import typer

from audit.replay import differences, recorded_document, trace_in
from audit.replay import replay as replayed
from candor.cli.terminal import complain, say
from candor.envelope import envelope_of
from candor.guidelines import load_guideline
from engine.diagnostics import Diagnostics
from engine.errors import InputRejected, NotFound
from engine.guideline import Guideline
from engine.loading.files import text_in_file
from engine.trace_json import as_json
from engine.trace_shape import TraceJson

_NOT_DECIDED = ("patient", "product_version")
"""What an envelope says beside the decision."""
_Record = Annotated[
    str, typer.Argument(metavar="DECISION.json", help="What `candor decide --format json` printed of one patient.")
]
_Guideline = Annotated[
    str | None, typer.Option("--guideline", help="A guideline's id or folder; the built-in one recorded by default.")
]


def replay(record: _Record, guideline: _Guideline = None) -> None:
    """Decide a recorded decision again, and check that all of it comes out the same."""
    document = recorded_document(_text(Path(record)))
    trace = trace_in(document)
    found = _differences(_loaded(trace, guideline), trace, document)
    if found:
        complain("\n".join(f"error: differs at {difference}" for difference in found))
        raise typer.Exit(1)
    say(f"same: {trace['guideline']['id']}/{trace['decision']} of {trace['at']} came out the same to the byte")


def _differences(guideline: Guideline, trace: TraceJson, document: object) -> tuple[str, ...]:
    if trace["guideline"]["sha256"] != guideline.sha256:
        return (f"guideline.sha256: recorded {trace['guideline']['sha256']}, this guideline is {guideline.sha256}",)
    again = replayed(guideline, trace)
    recorded = cast(dict[str, object], document)
    if "trace" not in recorded:
        return differences(recorded, cast(dict[str, object], as_json(again)))
    decided = cast(dict[str, object], envelope_of(guideline, again, None))
    beside = {key: recorded[key] for key in _NOT_DECIDED if key in recorded}
    return differences(recorded, {**decided, **beside})


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
