"""`candor handbook`: a guideline as a document that people read."""

from datetime import date
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from candor.cli.patients import At, NoColor, instant_of
from candor.cli.reporting import write_file
from candor.cli.terminal import say, working
from candor.guidelines import folder_of, load_guideline
from candor.history import versions_of
from engine.cases import DEFAULT_AT
from engine.checks import check
from engine.coverage import Coverage, coverage_of
from engine.deciding import decide
from engine.errors import InputRejected
from engine.guideline import Guideline
from engine.patient import Facts
from engine.trace import Trace
from explain.handbook import Handbook, handbook_of
from explain.rendering.html import handbook_html
from explain.rendering.markdown import handbook_markdown


class DocumentForm(Enum):
    """How a document is written. Both say the same."""

    HTML = "html"
    MARKDOWN = "markdown"


_Guideline = Annotated[str, typer.Argument(metavar="GUIDELINE", help="A guideline by its id, or its folder.")]
_Form = Annotated[DocumentForm, typer.Option("--format", help="html (one file, with pictures) or markdown.")]
_Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write to this file, which is replaced, and print nothing."),
]
_NoHistory = Annotated[bool, typer.Option("--no-history", help="Leave out which versions git has on record.")]


def handbook(
    guideline: _Guideline,
    format: _Form = DocumentForm.HTML,
    output: _Output = None,
    at: At = None,
    no_history: _NoHistory = False,
    no_color: NoColor = False,
) -> None:
    """Write a guideline as a document that people read: rules in sentences, vocabulary, proofs, cases, versions."""
    today = instant_of(at).date()
    loaded = load_guideline(guideline)
    with working(no_color=no_color) as told:
        told(loaded.id, "checking and counting what its cases try")
        made = _made(loaded, today, None if no_history else folder_of(guideline))
    text = handbook_html(made) if format is DocumentForm.HTML else handbook_markdown(made)
    if output is None:
        say(text)
    else:
        write_file(output, text, "handbook")


def _made(guideline: Guideline, today: date, folder: Path | None) -> Handbook:
    coverage = {name: _coverage(guideline, name) for name in guideline.decisions}
    history = () if folder is None else versions_of(folder)
    return handbook_of(guideline, check(guideline, today), coverage, history)


def _coverage(guideline: Guideline, decision: str) -> Coverage:
    traces: dict[str, Trace] = {}
    for case in guideline.decisions[decision].cases.values():
        facts = Facts(case.facts, place=case.place)
        try:
            traces[case.id] = decide(guideline, decision, facts, at=case.at or DEFAULT_AT)
        except InputRejected:
            continue
    return coverage_of(guideline, decision, traces)
