"""How fast Candor decides, beside the same rules on durable-rules' own `Host` without a trace, in one run.

    python -m benchmarks.deciding              the table: act_ra and generated guidelines of 50, 200 and 800 rules
    python -m benchmarks.deciding --memory     memory over 100,000 decisions
    python -m benchmarks.deciding --json FILE  the same table as JSON

Candor and the yardstick decide the same patients in turn, in rounds; the figure is the median round of each, so that a
machine that slows down slows both. Every answer of the yardstick is compared with Candor's: a fast wrong answer does
not count.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.bare_host import BareHost
from benchmarks.generated import patients, write_guideline
from candor.guidelines import load_guideline
from engine.deciding import decide
from engine.facts import read_facts
from engine.guideline import Guideline
from engine.loading import load
from engine.patient import Facts
from engine.trace_json import canonical
from explain.asking import known_of
from explain.reading import reading_of

AT = datetime(2026, 11, 22, tzinfo=UTC)
ROUNDS = 7


@dataclass(frozen=True, slots=True)
class Row:
    """One guideline: how many rules, seconds to load, decisions per second of each contestant."""

    guideline: str
    rules: int
    load_seconds: float
    complete: float
    complete_with_json: float
    bare_host: float
    unknown: float

    @property
    def ratio(self) -> float:
        return self.complete / self.bare_host


def measure(guideline: Guideline, decision: str, load_seconds: float, count: int) -> Row:
    """Decides `count` complete patients and as many with one fact in three unknown."""
    full = [read_facts(guideline, each) for each in patients(guideline, decision, count, unknown=0)]
    partly = [
        read_facts(guideline, each) for each in patients(guideline, decision, max(count // 10, 10), unknown=1 / 3)
    ]
    host = BareHost(guideline.decisions[decision], guideline.facts)
    known = [_known(guideline, decision, facts) for facts in full]
    _check(guideline, decision, full, host, known)
    rates = _rates(
        {
            "complete": (lambda facts: decide(guideline, decision, facts, at=AT), full),
            "bare_host": (host.decide, known),
            "complete_with_json": (lambda facts: canonical(decide(guideline, decision, facts, at=AT)), full),
            "unknown": (lambda facts: decide(guideline, decision, facts, at=AT), partly),
        }
    )
    return Row(f"{guideline.id}/{decision}", len(guideline.decisions[decision].rules), load_seconds, **rates)


def _known(guideline: Guideline, decision: str, facts: Facts) -> dict[str, int]:
    return dict(known_of(reading_of(guideline, decide(guideline, decision, facts, at=AT))).values)


def _check(
    guideline: Guideline, decision: str, full: Sequence[Facts], host: BareHost, known: Sequence[dict[str, int]]
) -> None:
    for facts, values in zip(full, known, strict=True):
        ours, theirs = set(decide(guideline, decision, facts, at=AT).fired), set(host.decide(values))
        if ours != theirs:
            sys.exit(f"the yardstick fired {sorted(theirs)}, Candor {sorted(ours)}")


def _rates(contestants: dict[str, tuple[Callable[[Any], object], Sequence[Any]]]) -> dict[str, float]:
    """Decisions per second of each: the median over rounds in which all take their turn."""
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(ROUNDS):
        for name, (run, cohort) in contestants.items():
            start = time.perf_counter()
            for patient in cohort:
                run(patient)
            seconds[name].append(time.perf_counter() - start)
    return {name: len(cohort) / statistics.median(seconds[name]) for name, (_, cohort) in contestants.items()}


def rows(folder: Path) -> list[Row]:
    """The whole table."""
    start = time.perf_counter()
    act_ra = load_guideline("act_ra")
    table = [measure(act_ra, "selection", time.perf_counter() - start, 1000)]
    for rules, count in ((50, 500), (200, 200), (800, 50)):
        home = write_guideline(folder, rules)
        start = time.perf_counter()
        guideline = load(home)
        table.append(measure(guideline, "choose", time.perf_counter() - start, count))
    return table


def memory(decisions: int = 100_000) -> list[tuple[int, float]]:
    """Resident memory in MB after every tenth of `decisions` on act_ra/selection, one patient in ten with unknowns."""
    guideline = load_guideline("act_ra")
    full = [read_facts(guideline, each) for each in patients(guideline, "selection", 900, unknown=0)]
    partly = [read_facts(guideline, each) for each in patients(guideline, "selection", 100, unknown=1 / 3)]
    cohort = [*full, *partly]
    seen = []
    for number in range(1, decisions + 1):
        decide(guideline, "selection", cohort[number % len(cohort)], at=AT)
        if number % (decisions // 10) == 0:
            seen.append((number, _resident()))
    return seen


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description="Decisions per second, beside a bare durable-rules Host.")
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if options.memory:
        for number, megabytes in memory():
            print(f"{number:>8,} decisions  {megabytes:8.1f} MB")
        return
    with tempfile.TemporaryDirectory() as folder:
        table = rows(Path(folder))
    print(f"{'':<24}{'rules':>6}{'load s':>8}{'complete':>10}{'+ JSON':>9}{'bare Host':>11}{'ratio':>7}{'unknown':>9}")
    for row in table:
        rates = f"{row.complete:>10,.0f}{row.complete_with_json:>9,.0f}{row.bare_host:>11,.0f}"
        print(f"{row.guideline:<24}{row.rules:>6}{row.load_seconds:>8.2f}{rates}{row.ratio:>7.2f}{row.unknown:>9,.0f}")
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in table], indent=2))


if __name__ == "__main__":
    main()
