"""Runs the command `candor` as a process of its own and tells what it printed and how it ended.

Starting Python and importing z3 for every command would take most of the time of the tests. So one process imports
everything once and forks for each command: the child has its own folder, environment and streams, and ends with its
own exit code. A command that takes longer than a minute is ended by the kernel's alarm and fails its test.
"""

import atexit
import io
import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

ROOT = Path(__file__).parent.parent
TIMEOUT = 60
"""Seconds."""
DIRECT = (sys.executable, "-c", "from candor.cli import main; main()")
"""The command without any of this, for whoever needs it."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str


def candor(*arguments: object, stdin: bytes | str = b"", cwd: Path = ROOT, **environment: str) -> Ran:
    """Runs `candor` with these arguments; `environment` is added to a bare one."""
    with TemporaryDirectory() as folder:
        streams = [Path(folder, name) for name in ("in", "out", "err")]
        streams[0].write_bytes(stdin.encode() if isinstance(stdin, str) else stdin)
        request = {
            "arguments": [str(argument) for argument in arguments],
            "cwd": str(cwd),
            "environment": bare_environment() | environment,
            "streams": [str(stream) for stream in streams],
        }
        code = _asked(request)
        ran = Ran(code, *(stream.read_text("utf-8") for stream in streams[1:]))
    assert code >= 0, f"ended by signal {-code} (14 is the alarm after {TIMEOUT} seconds): {ran.err}"
    assert "Traceback" not in ran.err + ran.out, ran.err
    return ran


def bare_environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "PYTHONUTF8": "1", "TERM": "xterm-256color", "COLUMNS": "100"}


def _asked(request: Mapping[str, object]) -> int:
    server = _server()
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write(json.dumps(request) + "\n")
    server.stdin.flush()
    answer = server.stdout.readline()
    assert answer, "the process that runs commands is gone"
    return int(answer)


@cache
def _server() -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.commands"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    atexit.register(process.communicate)  # ends its standard input, and so the process
    return process


def _serve() -> None:
    """Reads requests and answers with exit codes until its standard input ends."""
    from candor import builtin_guidelines, load_guideline
    from candor.cli import COMMANDS

    for file in set(COMMANDS.values()):
        import_module(f"candor.cli.{file}")  # so that children need not
    for name in builtin_guidelines():
        load_guideline(name)  # so that children need not read its files

    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _become(json.loads(line))
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _become(request: Mapping[str, object]) -> NoReturn:
    """Becomes the command and ends as it ends."""
    signal.alarm(TIMEOUT)
    code = 99
    try:
        _take_over(request)
        from candor.cli import main

        main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _take_over(request: Mapping[str, object]) -> None:
    arguments, cwd, environment, streams = (request[name] for name in ("arguments", "cwd", "environment", "streams"))
    assert isinstance(arguments, list)
    assert isinstance(environment, dict)
    assert isinstance(streams, list)
    for number, flags in enumerate((os.O_RDONLY, os.O_WRONLY | os.O_CREAT, os.O_WRONLY | os.O_CREAT)):
        os.dup2(os.open(streams[number], flags), number)
    os.chdir(str(cwd))
    os.environ.clear()
    os.environ.update(environment)
    sys.stdin = io.TextIOWrapper(os.fdopen(0, "rb", closefd=False), "utf-8")
    sys.stdout = io.TextIOWrapper(os.fdopen(1, "wb", closefd=False), "utf-8")
    sys.stderr = io.TextIOWrapper(os.fdopen(2, "wb", closefd=False), "utf-8")
    sys.argv = ["candor", *arguments]
    sys.modules["__main__"].__package__ = None  # a script has none; what usage calls the command hangs on it


if __name__ == "__main__":
    _serve()
