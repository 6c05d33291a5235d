"""`candor new`: a guideline to begin with."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from candor.authoring.beginning import DECISION, begin
from candor.cli.terminal import say
from engine.loading.folder import FACTS, GUIDELINE

_Name = Annotated[str, typer.Argument(metavar="NAME", help="The name of the guideline, which is that of its folder.")]
_Within = Annotated[Path, typer.Option("--in", metavar="FOLDER", help="Where its folder is made.", show_default="here")]
_ABOUT = (
    (GUIDELINE, "who says it, for whom, and what it must not be used for"),
    (FACTS, "what may be known"),
    (f"{DECISION}.yaml", "a decision: question, outcomes, rules"),
    (f"{DECISION}.cases.yaml", "examples with the expected answer"),
)


def new(name: _Name, within: _Within = Path()) -> None:
    """Make a guideline to begin with: a folder that loads, decides and explains itself."""
    folder = begin(name, within)
    path = shlex.quote(folder.as_posix() if folder.is_absolute() else f"./{folder.as_posix()}")
    width = max(len(file) for file, _ in _ABOUT)
    say("\n".join([f"Made {path}:", *(f"  {file:<{width}}  {about}" for file, about in _ABOUT), "\n"]))
    say(f"See what it asks:  candor show {path}")
    say(f"Decide with it:    candor decide {path}/{DECISION} --fact soil_moisture=12.5 --fact light=sun")
    say(f"Check on saving:   candor watch {path}")
