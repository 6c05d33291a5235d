"""On a terminal and off it: colour, the tree, the progress bar, and where the answers go."""

import os
import pty
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread

import pytest

from tests.commands import DIRECT, ROOT, TIMEOUT, bare_environment, candor
from tests.golden_files import EXAMPLES

DECIDE = ("decide", "act_ra/selection")
CLEARING = ("decide", "tests/toy/clearing")
AT = ("--at", "2026-11-22")
COHORT = str(EXAMPLES / "cohort.jsonl")
PATIENT = str(EXAMPLES / "very_active.yaml")
COLOUR = re.compile(r"\x1b\[(?:\d+;)*(?:3[0-7]|9[0-7]|38;[\d;]+)(?:;\d+)*m")
ESCAPE = "\x1b"


@dataclass
class Seen:
    """What a terminal was sent, and what went elsewhere."""

    terminal: str = ""
    piped: str = ""
    code: int = 0


@contextmanager
def terminal(seen: Seen) -> Iterator[int]:
    """A pseudo-terminal that is read while it is written to; what it was sent is there afterwards."""
    outside, inside = pty.openpty()
    chunks: list[bytes] = []

    def read() -> None:
        try:
            while chunk := os.read(outside, 1 << 16):
                chunks.append(chunk)
        except OSError:  # how a pseudo-terminal says that it is at its end
            pass

    reader = Thread(target=read)
    reader.start()
    try:
        yield inside
    finally:
        os.close(inside)
        reader.join(TIMEOUT)
        os.close(outside)
        seen.terminal = b"".join(chunks).decode("utf-8").replace("\r\n", "\n")


def shown(*arguments: str, stream: str = "stdout", **environment: str) -> Seen:
    """Runs the command with one of its streams, or both, on a terminal."""
    seen = Seen()
    with terminal(seen) as inside:
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        streams |= dict.fromkeys(("stdout", "stderr") if stream == "both" else (stream,), inside)
        process = subprocess.run(
            [*DIRECT, *arguments],
            cwd=ROOT,
            env=bare_environment() | environment,
            stdin=subprocess.DEVNULL,
            timeout=TIMEOUT,
            text=True,
            **streams,  # type: ignore[call-overload]
        )
    seen.code, seen.piped = process.returncode, (process.stdout or "") + (process.stderr or "")
    return seen


def test_a_terminal_shows_a_tree_in_colour() -> None:
    seen = shown(*DECIDE, PATIENT, *AT)
    assert (seen.code, seen.piped) == (0, "")
    assert COLOUR.search(seen.terminal)
    assert "└── " in seen.terminal


@pytest.mark.parametrize(("option", "environment"), [((), {"NO_COLOR": "1"}), (("--no-color",), {})])
def test_without_colour_there_is_the_tree_and_no_colour(option: tuple[str, ...], environment: dict[str, str]) -> None:
    seen = shown(*DECIDE, PATIENT, *AT, *option, **environment)
    assert seen.code == 0
    assert "└── " in seen.terminal
    assert not COLOUR.search(seen.terminal)


def test_a_dumb_terminal_gets_no_escape_code() -> None:
    assert ESCAPE not in shown(*DECIDE, PATIENT, *AT, TERM="dumb").terminal


def test_the_tree_says_what_the_text_says() -> None:
    seen = shown(*DECIDE, PATIENT, *AT, "--no-color", TERM="dumb", COLUMNS="4000")
    text = candor(*DECIDE, PATIENT, *AT).out
    assert _words(seen.terminal) == _words(text)


def _words(text: str) -> list[str]:
    return re.sub(r"[│├└─]", " ", text).split()


@pytest.mark.parametrize("arguments", [(*DECIDE, PATIENT), (*DECIDE, COHORT), (*DECIDE, PATIENT, "--format", "json")])
def test_what_is_piped_has_no_escape_codes_even_where_colour_is_forced(arguments: tuple[str, ...]) -> None:
    ran = candor(*arguments, *AT, FORCE_COLOR="1", CLICOLOR_FORCE="1")
    assert (ran.code, ran.err) == (0, "")
    assert ESCAPE not in ran.out


def test_with_the_progress_bar_on_the_terminal_the_answers_still_go_where_they_are_sent() -> None:
    seen = shown(*DECIDE, COHORT, *AT, stream="stderr")
    assert seen.code == 0
    assert "deciding" in seen.terminal
    assert "{" not in seen.terminal
    assert seen.piped == candor(*DECIDE, COHORT, *AT).out


def test_where_answers_and_messages_share_the_terminal_there_is_no_bar_in_between() -> None:
    seen = shown(*DECIDE, COHORT, *AT, stream="both")
    assert seen.code == 0
    assert seen.terminal == candor(*DECIDE, COHORT, *AT).out


def test_off_a_terminal_there_is_no_progress_bar() -> None:
    assert candor(*DECIDE, COHORT, *AT).err == ""


def test_diagnostics_go_to_standard_error_and_nothing_else_does() -> None:
    bad = candor(*CLEARING, "--fact", "snow_depth=501", *AT)
    assert (bad.code, bad.out) == (1, "")
    assert bad.err.startswith("error[patient.out_of_range]: ")
    good = candor(*CLEARING, "--fact", "snow_depth=12", *AT)
    assert (good.code, good.err) == (0, "")


def test_a_reader_that_stops_listening_is_no_failure() -> None:
    arguments = [*DIRECT, *DECIDE, COHORT, *AT]
    with subprocess.Popen(
        arguments, cwd=ROOT, env=bare_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        said = process.stderr.read()
        code = process.wait(TIMEOUT)
    assert (code, said) == (0, b"")
