"""The command `candor`. Every command stands in a file of its own; here they are joined, and errors become exit codes.

Exit codes: 0 fine, 1 diagnostics, 2 usage, 3 our own fault. Nothing but the answer goes to standard output.
"""

import sys

import typer

from candor.cli.ask import ask
from candor.cli.certify import certify
from candor.cli.check import check
from candor.cli.decide import decide
from candor.cli.diff import diff
from candor.cli.explaining import change, missing, what_if, why, why_not
from candor.cli.fmt import fmt
from candor.cli.handbook import handbook
from candor.cli.mutate import mutate
from candor.cli.new import new
from candor.cli.picture import picture
from candor.cli.replay import replay
from candor.cli.reporting import for_and_against, report
from candor.cli.schema import schema
from candor.cli.show import guidelines, show
from candor.cli.terminal import complain, say, use_utf8
from candor.cli.testing import run_cases
from candor.cli.watch import watch
from engine.diagnostics import as_text
from engine.errors import CandorError, EngineFault, NotFound, Rejected, SolverLimit

app = typer.Typer(
    name="candor",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Decides from a clinical guideline whether a patient is a candidate, and shows why.",
)
app.command()(guidelines)
app.command()(show)
app.command()(decide)
app.command()(why)
app.command()(why_not)
app.command()(change)
app.command()(missing)
app.command()(ask)
app.command()(what_if)
app.command()(picture)
app.command()(for_and_against)
app.command()(report)
app.command()(replay)
app.command()(certify)
app.command()(handbook)
app.command()(new)
app.command()(schema)
app.command()(fmt)
app.command()(watch)
app.command()(diff)
app.command("test")(run_cases)
app.command()(check)
app.command()(mutate)


@app.callback(invoke_without_command=True)
def root(version: bool = typer.Option(False, "--version", help="Print the version and stop.")) -> None:
    """Candor decides from a clinical guideline whether a patient is a candidate, and shows why."""
    if version:
        from candor import __version__

        say(f"candor {__version__}")
        raise typer.Exit


def main() -> None:
    """Runs the command and turns what went wrong into a message and an exit code; usage errors end inside the app."""
    use_utf8()
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
