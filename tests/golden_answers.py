"""The answers to every question about every example patient, in every form, kept as files that people have read aloud.

One file for a patient and a form, `tests/golden/answers/<patient>.<ending>`, holds all answers in one order. What the
command prints to a question stands below the command: in text after `$ `, in Markdown and HTML as a comment, in JSON
as a key. The patients and what must come out of them are data: `golden_patients.yaml`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from candor.accounts import account_json
from candor.cli.answering import account_written
from candor.cli.choices import Form
from candor.envelope import envelope_of
from engine.deciding import decide
from engine.facts import changed, read_assignments
from engine.guideline import Guideline
from engine.patient import Facts
from engine.trace import Trace
from explain.account import Account
from explain.answers import Target, account_of, change_account, missing_account, why_account, why_not_account
from explain.arguments import arguments_account
from explain.difference import difference_account, difference_of
from tests.conformance_cases import guideline_named
from tests.golden_files import AT, ENDINGS, FOLDER, masked

ANSWERS = FOLDER / "answers"
PATIENTS = Path(__file__).with_name("golden_patients.yaml")
GUIDELINE = "act_ra"
MARKS = {Form.TEXT: "$ {}\n\n", Form.MARKDOWN: "<!-- {} -->\n\n", Form.HTML: "<!-- {} -->\n"}
"""What stands above an answer."""


@dataclass(frozen=True, slots=True)
class Patient:
    """An example patient: which decision, what is given, what else is asked about, and what must come out."""

    name: str
    decision: str
    given: Mapping[str, str]
    what_if: str
    expect: Mapping[str, object]
    says: Sequence[Mapping[str, Any]]

    @property
    def facts(self) -> Facts:
        given = (f"{name}={value}" for name, value in self.given.items() if value != "unknown")
        return read_assignments(guideline_named(GUIDELINE), list(given))

    @property
    def trace(self) -> Trace:
        return decide(guideline_named(GUIDELINE), self.decision, self.facts, at=AT)


@cache
def golden_patients() -> Mapping[str, Patient]:
    """The example patients by name."""
    document = YAML(typ="base", pure=True).load(PATIENTS.read_text("utf-8"))
    made: dict[str, Patient] = {}
    for name, each in document.items():
        like = made[each["as"]].given if "as" in each else {}
        made[name] = Patient(
            name, each["decision"], {**like, **each["facts"]}, each["what_if"], each["expect"], each.get("says", ())
        )
    return made


@cache
def answers_to(name: str) -> Mapping[str, Account]:
    """The answer to every question about a patient, by the command that asks it."""
    patient, guideline = golden_patients()[name], guideline_named(GUIDELINE)
    trace = patient.trace
    return {
        "candor decide": account_of(guideline, trace),
        "candor why": why_account(guideline, trace),
        "candor why-not": why_not_account(guideline, trace, Target()),
        "candor change": change_account(guideline, trace),
        "candor missing": missing_account(guideline, trace),
        f"candor what-if --set {patient.what_if}": _what_if(guideline, patient, trace),
        "candor for-and-against": arguments_account(guideline, trace),
    }


def answer_files() -> dict[str, str]:
    """Every file of answers by its name."""
    return {f"{name}.{ENDINGS[form]}": "".join(_written(name, form)) for name in golden_patients() for form in Form}


def _what_if(guideline: Guideline, patient: Patient, trace: Trace) -> Account:
    other = changed(guideline, patient.facts, [patient.what_if])
    return difference_account(guideline, difference_of(trace, decide(guideline, patient.decision, other, at=AT)))


def _written(name: str, form: Form) -> Iterator[str]:
    if form is Form.JSON:
        yield json.dumps(_as_json(name), ensure_ascii=False, indent=2) + "\n"
        return
    for number, (command, account) in enumerate(answers_to(name).items()):
        between = "\n" if number else ""
        yield f"{between}{MARKS[form].format(command)}{account_written(account, form)}"


def _as_json(name: str) -> dict[str, object]:
    """What each command prints; `decide` prints the decision with its whole trace."""
    decided = envelope_of(guideline_named(GUIDELINE), golden_patients()[name].trace, None)
    answers = {command: account_json(account) for command, account in answers_to(name).items()}
    return {**answers, "candor decide": masked(decided)}
