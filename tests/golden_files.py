"""Golden output: what Candor prints for the examples and for some roads, kept as files that people have read.

`golden_files` makes them; `tests.refresh` writes them; `tests.test_golden` holds them against each other. The version
of the product is masked, so that a release alone changes none of them.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from candor.cli.choices import Form
from candor.cli.reporting import written
from candor.envelope import EnvelopeJson, envelope_of
from engine.deciding import decide
from engine.facts import read_line, read_patient_file
from engine.guideline import Guideline
from engine.trace import Trace
from explain.answers import account_of
from explain.plain_text import as_text
from explain.report import report_of
from tests.conformance_cases import conformance_cases, decided, guideline_named

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "tests" / "golden"
REPORTS = FOLDER / "reports"
EXAMPLES = ROOT / "examples"
ENDINGS = {Form.TEXT: "txt", Form.MARKDOWN: "md", Form.HTML: "html", Form.JSON: "json"}
"""Of the files of a report."""
AT = datetime(2026, 11, 22, tzinfo=UTC)
MASKED_VERSION = "0.0.0"
ROADS = (
    "a_given_value_replaces_an_assumption_and_overrides",
    "a_stale_value_is_unknown",
    "an_outcome_or_none",
    "derived_by_the_first_derivation_while_both_disagree",
    "forced_by_a_case_split",
    "open_cautions_name_what_they_wait_for",
    "unless_holds_and_nothing_is_covered",
)
"""The conformance cases that are kept as text and JSON too."""


def golden_files() -> dict[str, str]:
    """Every golden file by its name."""
    return {**dict(_examples()), **dict(_roads()), "cohort.jsonl": _cohort()}


def report_files() -> dict[str, str]:
    """Every golden report by its name: of each example patient, in every form."""
    return {
        f"{stem}.{ENDINGS[form]}": written(report_of(guideline_named("act_ra"), trace, patient), form)
        for stem, trace, patient in _decided_examples()
        for form in Form
    }


def masked(envelope: EnvelopeJson) -> EnvelopeJson:
    """The envelope as every release prints it."""
    return {**envelope, "product_version": MASKED_VERSION}


def _examples() -> Iterator[tuple[str, str]]:
    for stem, trace, patient in _decided_examples():
        yield from _both(stem, guideline_named("act_ra"), trace, patient)


def _decided_examples() -> Iterator[tuple[str, Trace, str | None]]:
    """Every example patient by the name of the file, decided, and the patient's id."""
    guideline = guideline_named("act_ra")
    for path in sorted(EXAMPLES.glob("*.yaml")):
        facts = read_patient_file(guideline, path)
        decision = "response" if path.stem == "response" else "selection"
        yield path.stem, decide(guideline, decision, facts, at=AT), facts.patient


def _roads() -> Iterator[tuple[str, str]]:
    for case in conformance_cases():
        if case.name in ROADS:
            yield from _both(f"toy_{case.name}", guideline_named(case.guideline), decided(case), None)


def _cohort() -> str:
    guideline = guideline_named("act_ra")
    lines = (EXAMPLES / "cohort.jsonl").read_bytes().splitlines()
    answered = []
    for number, line in enumerate(lines, 1):
        facts = read_line(guideline, line, name="cohort.jsonl", number=number)
        envelope = masked(envelope_of(guideline, decide(guideline, "selection", facts, at=AT), facts.patient))
        answered.append(json.dumps(envelope, ensure_ascii=False, separators=(",", ":")) + "\n")
    return "".join(answered)


def _both(name: str, guideline: Guideline, trace: Trace, patient: str | None) -> Iterator[tuple[str, str]]:
    yield f"{name}.txt", as_text(account_of(guideline, trace))
    envelope = masked(envelope_of(guideline, trace, patient))
    yield f"{name}.json", json.dumps(envelope, ensure_ascii=False, indent=2) + "\n"
