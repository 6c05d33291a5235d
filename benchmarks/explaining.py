"""How long all explanations of one patient take together, and the share of each, beside one decision of that patient.

    python -m benchmarks.explaining              act_ra and a generated guideline of 200 rules and 40 facts
    python -m benchmarks.explaining --json FILE  the same table as JSON

The yardstick is the decision itself, timed in the same run. Each explanation is asked for as its command would, with
the default caps; the figures are the 95th percentile over patients of whom every fact is known, and over such of whom
a third is not.
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
from explain.answers import Target, change_account, missing_account, why_account, why_not_account

AT = datetime(2026, 11, 22, tzinfo=UTC)
EXPLANATIONS: Mapping[str, Callable[[Guideline, Trace], object]] = {
    "why": why_account,
    "why not": lambda guideline, trace: why_not_account(guideline, trace, Target()),
    "change": change_account,
    "missing": missing_account,
}


@dataclass(frozen=True, slots=True)
class Row:
    """One guideline: milliseconds at the 95th percentile for the decision, for each explanation, for all together."""

    decision: str
    known: str
    patients: int
    deciding: float
    each: Mapping[str, float]
    together: float


def measure(guideline: Guideline, decision: str, unknown: float, count: int) -> Row:
    """Decides and explains `count` patients, after one more that warms up."""
    spent: dict[str, list[float]] = {name: [] for name in ("deciding", *EXPLANATIONS, "together")}
    for number, given in enumerate(patients(guideline, decision, count + 1, unknown=unknown)):
        facts = read_facts(guideline, given)
        start = time.perf_counter()
        trace = decide(guideline, decision, facts, at=AT)
        took = {"deciding": time.perf_counter() - start}
        for name, explain in EXPLANATIONS.items():
            start = time.perf_counter()
            explain(guideline, trace)
            took[name] = time.perf_counter() - start
        took["together"] = sum(took[name] for name in EXPLANATIONS)
        for name, seconds in took.items() if number else ():
            spent[name].append(seconds)
    at = {name: 1000 * sorted(each)[int(0.95 * len(each))] for name, each in spent.items()}
    known = "two thirds" if unknown else "all"
    return Row(decision, known, count, at["deciding"], {name: at[name] for name in EXPLANATIONS}, at["together"])


def rows(folder: Path, count: int) -> Iterator[Row]:
    act_ra = load_guideline("act_ra", with_cases=False)
    generated = load(write_guideline(folder, 200, changeable=True))
    for guideline, decision, patients_each in (
        (act_ra, "selection", 5 * count),
        (act_ra, "response", 5 * count),
        (generated, "choose", count),
    ):
        for unknown in (0, 1 / 3):
            yield measure(guideline, decision, unknown, patients_each)


def main() -> None:
    parser = argparse.ArgumentParser(description="Milliseconds for all explanations of a patient, beside the decision.")
    parser.add_argument(
        "--patients", type=int, default=40, help="of the generated guideline; five times that of act_ra"
    )
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    names = "".join(f"{name:>9}" for name in ("deciding", *EXPLANATIONS, "together"))
    print(f"{'95th percentile, ms':<20}{'known':<12}{names}")
    table = []
    with tempfile.TemporaryDirectory() as folder:
        for row in rows(Path(folder), options.patients):
            table.append(row)
            times = "".join(f"{each:>9.1f}" for each in (row.deciding, *row.each.values(), row.together))
            print(f"{row.decision:<20}{row.known:<12}{times}", flush=True)
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in table], indent=2))


if __name__ == "__main__":
    main()
