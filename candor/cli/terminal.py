"""What goes to the terminal: the answer to standard output, everything else to standard error.

Only what draws on a terminal imports rich, since most commands are piped.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import TYPE_CHECKING

import typer

from engine.errors import CandorError
from engine.trace import Status
from explain.account import Account, Section
from explain.justification import Line
from explain.plain_text import as_text, one_line, rule_and_sources

if TYPE_CHECKING:
    from rich.progress import Progress
    from rich.tree import Tree

_STYLES = {Status.CONCLUDED: "bold green", Status.NEEDS_INFORMATION: "bold yellow", Status.NOT_COVERED: "bold red"}


class _Answers(TextIOWrapper):
    """Standard output, whoever writes to it: `say`, or a library that draws or prints a help text.

    Where nobody reads on (`| head`), the command ends there, and that is no failure. Raises `CandorError` where it
    cannot be written to, as on a full disk.
    """

    def __init__(self, stream: TextIOWrapper) -> None:
        super().__init__(stream.buffer, stream.encoding, stream.errors, line_buffering=stream.line_buffering)
        self._stream = stream  # it would close what both write to

    def write(self, text: str) -> int:
        with self._told():
            return super().write(text)

    def flush(self) -> None:
        with self._told():
            super().flush()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            self._write_no_more()
            raise typer.Exit from None
        except OSError as error:
            self._write_no_more()
            raise CandorError(f"the answer could not be written: {error.strerror or error}") from None

    def _write_no_more(self) -> None:
        """Drops what is left to write, which Python would try again at its end."""
        os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())


def prepare_streams() -> None:
    """Answers are UTF-8 wherever they are piped to; a terminal that cannot show a letter shows a mark in its place.
    Nothing is in a stream that is closed (`<&-`), and what is written to it is dropped."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 until the command ends
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding=stream.encoding if stream.isatty() else "utf-8", errors="replace")
    if type(sys.stdout) is TextIOWrapper:
        sys.stdout = _Answers(sys.stdout)


def say(text: str) -> None:
    """An answer, as it is."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")
    sys.stdout.flush()


def complain(text: str) -> None:
    """What went wrong."""
    sys.stderr.write(text + "\n")


def show_account(account: Account, *, no_color: bool) -> None:
    """An account: a tree on a terminal, plain text where the output is piped."""
    if not sys.stdout.isatty():
        say(as_text(account))
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(no_color=True if no_color else None, highlight=False)
    console.print(Text(account.guideline, style="bold"))
    console.print(Text(account.question, style="italic"))
    console.print()
    console.print(Text(account.answer, style=_STYLES[account.status]))
    for section in account.sections:
        console.print()
        console.print(_tree(section))


@contextmanager
def progress(total: int | None, *, no_color: bool, noun: str = "patients") -> Iterator["Progress"]:
    """A progress bar on standard error, only where that is a terminal and the answers go somewhere else, or come once
    all is done (`noun` other than patients)."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True, no_color=True if no_color else None)
    columns = (TextColumn("deciding"), BarColumn(), TextColumn(f"{{task.completed:,}} {noun}"), TimeElapsedColumn())
    wanted = sys.stderr.isatty() and (noun != "patients" or not sys.stdout.isatty())
    # Redirected, rich would send standard output, which is the answers, to the terminal instead.
    with Progress(*columns, console=console, transient=True, redirect_stdout=False, disable=not wanted) as bar:
        bar.add_task("deciding", total=total)
        yield bar


@contextmanager
def working(*, no_color: bool) -> Iterator[Callable[[str, str], None]]:
    """What is being worked on, told on one line of standard error while it lasts, where that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console

    console = Console(stderr=True, no_color=True if no_color else None)
    with console.status("") as status:
        yield lambda name, words: status.update(f"{name}: {words}")


def _tree(section: Section) -> "Tree":
    from rich.text import Text
    from rich.tree import Tree

    tree = Tree(Text(section.title, style="bold cyan"), guide_style="dim")
    _grow(tree, section.lines)
    return tree


def _grow(tree: "Tree", lines: Iterable[Line]) -> None:
    from rich.text import Text

    for line in lines:
        label = Text(one_line(line.text))
        if behind := rule_and_sources(line):
            label.append(f" {behind}", style="dim")
        _grow(tree.add(label), line.below)
