"""`candor check`: whether a guideline is right before it meets a patient."""

import json
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from candor.checked import CheckedJson, checked_json, rejected_json
from candor.cli.patients import At, NoColor, instant_of
from candor.cli.terminal import say, working
from candor.guidelines import builtin_guidelines, load_guideline
from candor.sarif import sarif_log
from engine import checks
from engine.checks import Checked, Flaw
from engine.diagnostics import as_text
from engine.errors import GuidelineRejected
from explain.checked import checked_text


class Form(Enum):
    """How what was found is printed."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"


_Guideline = Annotated[
    str | None,
    typer.Argument(metavar="GUIDELINE", help="A guideline, or a folder of one; all that come with Candor by default."),
]
_Form = Annotated[Form, typer.Option("--format", help="text (for people), json, or sarif (for editors).")]


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found about one guideline: in text, as JSON, and as flaws."""

    text: str
    json: CheckedJson
    checked: Checked


def check(guideline: _Guideline = None, format: _Form = Form.TEXT, at: At = None, no_color: NoColor = False) -> None:
    """Prove what can be proved of a guideline: no gaps, no conflicts, nothing idle; or show a patient for each flaw.

    Exits with 1 where there is a flaw, or where something could not be proved.
    """
    today = instant_of(at).date()
    found = []
    for name in [guideline] if guideline is not None else builtin_guidelines():
        found.append(_checked(name, today, no_color))
        if format is Form.TEXT:
            say(found[-1].text)
    if format is Form.JSON:
        say(json.dumps({"guidelines": [each.json for each in found]}, ensure_ascii=False, indent=2))
    elif format is Form.SARIF:
        flaws = [flaw for each in found for flaw in each.checked.flaws]
        unproved = [open_ for each in found for open_ in each.checked.unproved]
        say(json.dumps(sarif_log(flaws, unproved, Path.cwd()), ensure_ascii=False, indent=2))
    if any(each.checked.flaws or each.checked.unproved for each in found):
        raise typer.Exit(1)


def _checked(name: str, today: date, no_color: bool) -> _Found:
    try:
        guideline = load_guideline(name)
    except GuidelineRejected as rejected:
        flaws = tuple(Flaw(each.code, each.message, each.place, each.help, None, "") for each in rejected.diagnostics)
        text = "\n\n".join(as_text(each) for each in rejected.diagnostics) + "\n"
        return _Found(text, rejected_json(Path(name).name, rejected.diagnostics), Checked(flaws))
    with working(no_color=no_color) as told:
        checked = checks.check(guideline, today, told)
    return _Found(checked_text(guideline, checked), checked_json(guideline, checked), checked)
