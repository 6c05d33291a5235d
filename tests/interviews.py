"""Interviews of the toy guideline, begun in memory or held by the command."""

import shlex
from datetime import UTC, datetime
from pathlib import Path

from engine.facts import read_facts
from engine.loading import load
from explain.interview import Interview, begun
from tests.commands import ROOT, Ran, candor
from tests.mistake_examples import TOY

AT = datetime(2026, 1, 15, tzinfo=UTC)
TOY_WITHOUT_CASES = load(TOY, with_cases=False)


def started(**facts: str) -> Interview:
    toy = TOY_WITHOUT_CASES
    return begun(toy, "gritting", read_facts(toy, facts), at=AT)


def asked(*answers: str, options: tuple[str, ...] = ()) -> Ran:
    lines = "".join(f"{answer}\n" for answer in answers)
    ran = candor("ask", "tests/toy/gritting", "--at", "2026-01-15", *options, stdin=lines)
    assert ran.code in (0, 2), ran.err
    return ran


def prompts(ran: Ran) -> list[str]:
    """The facts that were asked for, in order."""
    heads = [block.split(":")[0] for block in ran.err.split("\n\n")]
    return [head for head in heads if head in TOY_WITHOUT_CASES.facts]


def the_end(ran: Ran) -> str:
    return ran.err.rsplit("> ", 1)[1]


def repeated(ran: Ran, cwd: Path = ROOT) -> Ran:
    """The command that an interview ends with, run."""
    command = next(line for line in ran.err.splitlines() if ": candor decide " in line).split(": candor ", 1)[1]
    return candor(*shlex.split(command), cwd=cwd)
