"""How long whole commands take, from the start of Python to their end: seconds of the processor, and by the clock.

    python -m benchmarks.commands              the commands that people and tests start most, on act_ra
    python -m benchmarks.commands --generated  also `candor check` on a generated guideline of 200 rules and 40 facts
    python -m benchmarks.commands --json FILE  the same table as JSON

Each figure is the best of some runs (`--runs`), each in a process of its own; the generated guideline is checked once.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.generated import write_guideline

COMMANDS = (
    ("--version",),
    ("--help",),
    ("check", "act_ra"),
    ("decide", "act_ra/selection", "examples/very_active.yaml", "--at", "2026-11-22"),
    ("test", "act_ra"),
    ("fmt", "--check", "knowledge/act_ra"),
)
START = (sys.executable, "-c", "from candor.cli import main; main()")


@dataclass(frozen=True, slots=True)
class Row:
    """One command: the best of some runs, in seconds of the processor and by the clock."""

    command: str
    processor: float
    clock: float


def measure(arguments: Sequence[str], runs: int) -> Row:
    """Runs a command some times; it may end with 0, or with 1 where it found something."""
    taken = [_run(arguments) for _ in range(runs)]
    return Row(" ".join(arguments), min(each for each, _ in taken), min(each for _, each in taken))


def _run(arguments: Sequence[str]) -> tuple[float, float]:
    before, start = _processor(), time.perf_counter()
    ended = subprocess.run([*START, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    clock = time.perf_counter() - start
    if ended.returncode not in (0, 1):
        sys.exit(f"`candor {' '.join(arguments)}` ended with {ended.returncode}: {ended.stderr}")
    return _processor() - before, clock


def _processor() -> float:
    """Seconds that the processor has spent for the processes that ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def rows(folder: Path, runs: int, *, generated: bool) -> Iterator[Row]:
    """The table, row by row."""
    for arguments in COMMANDS:
        yield measure(arguments, runs)
    if generated:
        yield measure(("check", str(write_guideline(folder, 200))), 1)


def main() -> None:
    parser = argparse.ArgumentParser(description="Seconds that whole commands take.")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--generated", action="store_true", help="also check a generated guideline of 200 rules")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    print(f"{'processor s':>11}{'clock s':>9}  command")
    table = []
    with tempfile.TemporaryDirectory() as folder:
        for row in rows(Path(folder), options.runs, generated=options.generated):
            table.append(row)
            print(f"{row.processor:>11.2f}{row.clock:>9.2f}  candor {row.command}", flush=True)
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in table], indent=2))


if __name__ == "__main__":
    main()
