"""`candor watch`: a guideline is checked whenever one of its files is saved, until Ctrl-C."""

import signal
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from candor.authoring.steps import results
from candor.authoring.watching import changes, look
from candor.cli.terminal import complain, say
from candor.guidelines import folder_of
from engine.diagnostics import MAX_NAMED

_Guideline = Annotated[
    str,
    typer.Argument(
        metavar="GUIDELINE", help="A guideline's folder or id; the current folder if none.", show_default=False
    ),
]


def watch(guideline: _Guideline = ".") -> None:
    """Check a guideline and decide its cases whenever it is saved. Ctrl-C ends it."""
    folder = folder_of(guideline)
    try:
        follow(folder, changes(lambda: look(folder), _wait), lambda: datetime.now().strftime("%H:%M:%S"))
    except KeyboardInterrupt:
        complain("")


def follow(folder: Path, saved: Iterable[tuple[Path, ...]], clock: Callable[[], str]) -> None:
    """Tells how the guideline is now, and again after each batch of files that were saved."""
    say(f"Watching {folder.resolve()}; Ctrl-C ends it.")
    _tell(folder, clock())
    for files in saved:
        names = [file.name if file.parent == folder.resolve() else f"{file.parent.name}/{file.name}" for file in files]
        more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
        _tell(folder, f"{clock()} {', '.join(names[:MAX_NAMED])}{more}")


def _tell(folder: Path, heading: str) -> None:
    """What the steps say, each as soon as it is known; what stands there already is left there."""
    say(f"\n{heading}")
    for result in results(folder):
        say("\n".join([f"  {result.summary}", *result.details]))


def _wait(seconds: float) -> None:
    # The solver puts its own handler of Ctrl-C in place while it runs; set anew, Python's ends the waiting.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    time.sleep(seconds)
