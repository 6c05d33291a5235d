"""What is found before a search is given up is the same whatever order Python's sets happen to have."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import engine.logic.changes
from benchmarks.generated import patients, write_guideline
from engine.deciding import decide
from engine.facts import read_facts
from engine.loading import load
from engine.logic import given_up
from explain.changes import changes_of
from explain.reading import reading_of
from tests.worlds import AT

ROOT = Path(__file__).parents[1]
RULES, PATIENTS, REFUTED = 80, 6, 100


def told(seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    asked = [sys.executable, "-m", "tests.test_same_everywhere"]
    return subprocess.run(asked, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout


def test_searches_by_the_solver_end_alike_in_every_process() -> None:
    first = told("0")
    assert first.count("partial") >= PATIENTS
    assert told("1") == first


def main() -> None:
    engine.logic.changes.are_free = lambda *_: False  # type: ignore[assignment]
    given_up.FEW_REFUTED = REFUTED
    with tempfile.TemporaryDirectory() as folder:
        guideline = load(write_guideline(Path(folder), RULES, changeable=True))
    for given in patients(guideline, "choose", PATIENTS, unknown=1 / 3):
        reading = reading_of(guideline, decide(guideline, "choose", read_facts(guideline, given), at=AT))
        for outcome in reading.decision.outcomes:
            found = changes_of(reading, outcome)
            moves = [[(move.fact, str(move.after)) for move in change.moves] for change in found.changes]
            sys.stdout.write(f"{outcome} {'partial' if found.is_partial else 'whole'} {moves}\n")


if __name__ == "__main__":
    main()
