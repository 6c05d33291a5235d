"""The command `candor`. Every command stands in a file of its own; here they are found, and errors become exit codes.

Exit codes: 0 fine, 1 diagnostics, 2 usage, 3 our own fault. Nothing but the answer goes to standard output.
"""

import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, cast

import typer
import typer.main
from typer.core import TyperGroup

from candor.cli.terminal import complain, prepare_streams, say
from engine.diagnostics import as_text
from engine.errors import CandorError, EngineFault, NotFound, Rejected, SolverLimit

COMMANDS = {
    "guidelines": "show",
    "show": "show",
    "decide": "decide",
    "why": "explaining",
    "why-not": "explaining",
    "change": "explaining",
    "missing": "explaining",
    "ask": "ask",
    "what-if": "explaining",
    "picture": "picture",
    "for-and-against": "reporting",
    "report": "reporting",
    "replay": "replay",
    "certify": "certify",
    "handbook": "handbook",
    "new": "new",
    "schema": "schema",
    "fmt": "fmt",
    "watch": "watch",
    "diff": "diff",
    "test": "testing",
    "check": "check",
    "mutate": "mutate",
}
"""The commands in the order of the help, each with the file it stands in."""
_FUNCTIONS = {"test": "run_cases"}
"""The functions that are not called as their command is."""


class _Found(Mapping[str, Any]):
    """The commands by name. A command's file is imported when it is asked for: none waits for what only others need."""

    def __getitem__(self, name: str) -> Any:
        file = import_module(f"candor.cli.{COMMANDS[name]}")
        alone = typer.Typer(add_completion=False)
        alone.command(name)(getattr(file, _FUNCTIONS.get(name, name.replace("-", "_"))))
        return typer.main.get_command(alone)

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class _Group(TyperGroup):
    """The command itself."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = cast(Any, _Found())  # nothing is ever added to it

    def invoke(self, ctx: Any) -> Any:
        """Runs the command that was named. Of what its options cannot be, the words of pydantic are left out."""
        try:
            return super().invoke(ctx)
        except typer.BadParameter as wrong:
            wrong.message = wrong.message.removeprefix("Value error, ")
            raise

    def list_commands(self, ctx: object) -> list[str]:
        return list(self.commands)


app = typer.Typer(
    cls=_Group,
    name="candor",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Decides from a clinical guideline whether a patient is a candidate, and shows why.",
)


@app.callback(invoke_without_command=True)
def root(version: bool = typer.Option(False, "--version", help="Print the version and stop.")) -> None:
    """Candor decides from a clinical guideline whether a patient is a candidate, and shows why."""
    if version:
        from candor import __version__

        say(f"candor {__version__}")
        raise typer.Exit


def main() -> None:
    """Runs the command and turns what went wrong into a message and an exit code; usage errors end inside the app."""
    prepare_streams()
    sys.exit(_exit_code())


def _exit_code() -> int:
    try:
        app()
        return 0
    except Rejected as rejected:
        complain("\n\n".join(as_text(each) for each in rejected.diagnostics))
        return 1
    except (EngineFault, SolverLimit) as fault:
        complain(f"candor could not decide this safely, and does not: {fault}")
        return 3
    except NotFound as error:
        complain(f"error: {error}")
        return 2
    except CandorError as error:
        complain(f"error: {error}")
        return 1
    except Exception as error:  # the process edge: nobody above us can say more
        complain(f"candor failed, which is its own fault: {type(error).__name__}: {error}")
        return 3
