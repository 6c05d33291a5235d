"""`candor report` and `candor for-and-against`: a decision for the record, and what speaks for and against."""

import json
from pathlib import Path
from typing import Annotated

import typer

from candor.cli.answering import AnswerForm, answer
from candor.cli.choices import Form
from candor.cli.patients import Address, At, GivenFacts, NoColor, OnePatient, decision_at, instant_of, one_patient
from candor.cli.terminal import say
from candor.reports import report_json
from engine.deciding import decide
from engine.errors import CandorError
from explain.arguments import arguments_account
from explain.plain_text import one_line
from explain.rendering.html import report_html
from explain.rendering.markdown import report_markdown
from explain.rendering.text import report_text
from explain.report import Report, report_of

_Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write to this file, which is replaced, and print nothing."),
]


def report(
    address: Address,
    patient: OnePatient = None,
    fact: GivenFacts = None,
    format: AnswerForm = Form.TEXT,
    output: _Output = None,
    at: At = None,
) -> None:
    """Write the report of a decision: one page for a patient's record."""
    instant, (guideline, decision) = instant_of(at), decision_at(address)
    facts = one_patient(guideline, decision, instant, patient, fact)
    trace = decide(guideline, decision, facts, at=instant)
    text = written(report_of(guideline, trace, facts.patient), format)
    if output is None:
        say(text)
    else:
        write_file(output, text, "report")


def for_and_against(
    address: Address,
    patient: OnePatient = None,
    fact: GivenFacts = None,
    format: AnswerForm = Form.TEXT,
    at: At = None,
    no_color: NoColor = False,
) -> None:
    """Say of every outcome what speaks for it, what against it, what is open, and what goes before it."""
    instant, (guideline, decision) = instant_of(at), decision_at(address)
    trace = decide(guideline, decision, one_patient(guideline, decision, instant, patient, fact), at=instant)
    answer(arguments_account(guideline, trace), format, no_color=no_color)


def written(report: Report, form: Form) -> str:
    """A report in one of its forms."""
    match form:
        case Form.HTML:
            return report_html(report)
        case Form.MARKDOWN:
            return report_markdown(report)
        case Form.JSON:
            return json.dumps(report_json(report), ensure_ascii=False, indent=2) + "\n"
    return report_text(report)


def write_file(path: Path, text: str, what: str) -> None:
    """Writes a document, which `what` names in messages; a file that is there is replaced. Raises `CandorError`."""
    try:
        path.write_text(text, "utf-8", newline="\n")
    except (OSError, ValueError) as error:
        because = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise CandorError(f"cannot write the {what} to `{one_line(str(path))}`: {because}") from None
