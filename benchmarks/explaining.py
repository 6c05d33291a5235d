"""How long all explanations of one patient take together, and the share of each, beside one decision of that patient.

    python -m benchmarks.explaining              act_ra and a generated guideline of 200 rules and 40 facts
    python -m benchmarks.explaining --json FILE  the same table as JSON

The yardstick is the decision itself, timed in the same run. Each explanation is asked for as its command would, with
the default caps; the figures are the 95th percentile over patients of whom every fact is known, and over such of whom
a third is not. The last column counts the searches for changes, one for each other outcome of each patient, that were
given up or left something untried. `--cpu` counts the time of the processor alone, for a machine that others use too.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.generated import patients, write_guideline
from candor.guidelines import load_guideline
from engine.deciding import decide
from engine.facts import read_facts
from engine.guideline import Guideline
from engine.loading import load
from engine.trace import Trace
from explain.account import Account
from explain.answers import Target, change_account, missing_account, why_account, why_not_account

AT = datetime(2026, 11, 22, tzinfo=UTC)
Clock = Callable[[], float]
UNTRIED = "not every possibility was tried"
EXPLANATIONS: Mapping[str, Callable[[Guideline, Trace], Account]] = {
    "why": why_account,
    "why not": lambda guideline, trace: why_not_account(guideline, trace, Target()),
    "change": change_account,
    "missing": missing_account,
}


@dataclass(frozen=True, slots=True)
class Row:
    """One guideline: milliseconds at the 95th percentile for the decision, for each explanation, for all together; and
    how many of the searches for changes were given up."""

    decision: str
    known: str
    patients: int
    deciding: float
    each: Mapping[str, float]
    together: float
    given_up: int


def measure(guideline: Guideline, decision: str, unknown: float, count: int, clock: Clock) -> Row:
    """Decides and explains `count` patients, after one more that warms up."""
    given_up = 0
    spent: dict[str, list[float]] = {name: [] for name in ("deciding", *EXPLANATIONS, "together")}
    for number, given in enumerate(patients(guideline, decision, count + 1, unknown=unknown)):
        facts = read_facts(guideline, given)
        start = clock()
        trace = decide(guideline, decision, facts, at=AT)
        took = {"deciding": clock() - start}
        for name, explain in EXPLANATIONS.items():
            start = clock()
            account = explain(guideline, trace)
            took[name] = clock() - start
            given_up += untried(account) if number else 0
        took["together"] = sum(took[name] for name in EXPLANATIONS)
        for name, seconds in took.items() if number else ():
            spent[name].append(seconds)
    at = {name: 1000 * sorted(each)[int(0.95 * len(each))] for name, each in spent.items()}
    known = "two thirds" if unknown else "all"
    each = {name: at[name] for name in EXPLANATIONS}
    return Row(decision, known, count, at["deciding"], each, at["together"], given_up)


def untried(account: Account) -> int:
    """How many sections of an account say that not every possibility was tried."""
    return sum(any(UNTRIED in line.text for line in section.lines) for section in account.sections)


def rows(folder: Path, count: int, clock: Clock) -> Iterator[Row]:
    act_ra = load_guideline("act_ra", with_cases=False)
    generated = load(write_guideline(folder, 200, changeable=True))
    for guideline, decision, patients_each in (
        (act_ra, "selection", 5 * count),
        (act_ra, "response", 5 * count),
        (generated, "choose", count),
    ):
        for unknown in (0, 1 / 3):
            yield measure(guideline, decision, unknown, patients_each, clock)


def main() -> None:
    parser = argparse.ArgumentParser(description="Milliseconds for all explanations of a patient, beside the decision.")
    parser.add_argument(
        "--patients", type=int, default=40, help="of the generated guideline; five times that of act_ra"
    )
    parser.add_argument("--json", type=Path)
    parser.add_argument("--cpu", action="store_true", help="the time of the processor alone")
    options = parser.parse_args()
    clock = time.process_time if options.cpu else time.perf_counter
    names = "".join(f"{name:>9}" for name in ("deciding", *EXPLANATIONS, "together", "given up"))
    print(f"{'95th percentile, ms':<20}{'known':<12}{names}")
    table = []
    with tempfile.TemporaryDirectory() as folder:
        for row in rows(Path(folder), options.patients, clock):
            table.append(row)
            times = "".join(f"{each:>9.1f}" for each in (row.deciding, *row.each.values(), row.together))
            print(f"{row.decision:<20}{row.known:<12}{times}{row.given_up:>9}", flush=True)
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in table], indent=2))


if __name__ == "__main__":
    main()
