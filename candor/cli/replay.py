"""`candor replay`: a recorded decision is decided again and must come out the same to the byte."""

from pathlib import Path
from typing import Annotated

import typer

from audit.replay import recorded_trace
from audit.replay import replay as replayed
from candor.cli.terminal import complain, say
from candor.guidelines import load_guideline
from engine.diagnostics import Diagnostics
from engine.errors import InputRejected
from engine.loading.files import text_in_file

_Record = Annotated[str, typer.Argument(metavar="DECISION.json", help="What `candor decide --format json` printed.")]
_Guideline = Annotated[
    str | None, typer.Option("--guideline", help="A guideline's id or folder; the one recorded by default.")
]


def replay(record: _Record, guideline: _Guideline = None) -> None:
    """Decide a recorded decision again, and check that every byte of its trace comes out the same."""
    trace = recorded_trace(_text(Path(record)))
    loaded = load_guideline(guideline or trace["guideline"]["id"], with_cases=False)
    differences = replayed(loaded, trace)
    if differences:
        complain("\n".join(f"error: differs at {difference}" for difference in differences))
        raise typer.Exit(1)
    say(f"same: {trace['guideline']['id']}/{trace['decision']} of {trace['at']} came out the same to the byte")


def _text(path: Path) -> str:
    notes = Diagnostics()
    text = text_in_file(path, notes)
    if text is None:
        raise InputRejected(notes.sorted())
    return text
