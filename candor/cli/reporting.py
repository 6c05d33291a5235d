"""`candor report` and `candor for-and-against`: a decision for the record, and what speaks for and against."""

import json
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from candor.accounts import account_json
from candor.cli.choices import Format
from candor.cli.patients import Address, At, GivenFacts, NoColor, OnePatient, decision_at, instant_of, one_patient
from candor.cli.terminal import say, show_account
from candor.reports import report_json
from engine.deciding import decide
from engine.errors import CandorError
from explain.arguments import arguments_account
from explain.plain_text import one_line
from explain.rendering.html import report_html
from explain.rendering.markdown import report_markdown
from explain.rendering.text import report_text
from explain.report import Report, report_of


class Form(Enum):
    """How a report is written."""

    TEXT = "text"
    HTML = "html"
    MARKDOWN = "markdown"
    JSON = "json"


_Form = Annotated[Form, typer.Option("--format", help="text, html, markdown or json.")]
_Format = Annotated[Format, typer.Option("--format", help="text (for people) or json.")]
_Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write to this file, which is replaced, and print nothing."),
]


def report(
    address: Address,
    patient: OnePatient = None,
    fact: GivenFacts = None,
    format: _Form = Form.TEXT,
    output: _Output = None,
    at: At = None,
) -> None:
    """Write the report of a decision: one page for a patient's record."""
    instant, (guideline, decision) = instant_of(at), decision_at(address)
    facts = one_patient(guideline, patient, fact)
    trace = decide(guideline, decision, facts, at=instant)
    text = written(report_of(guideline, trace, facts.patient), format)
    if output is None:
        say(text)
    else:
        _write(output, text)


def for_and_against(
    address: Address,
    patient: OnePatient = None,
    fact: GivenFacts = None,
    format: _Format = Format.TEXT,
    at: At = None,
    no_color: NoColor = False,
) -> None:
    """Say of every outcome what speaks for it, what against it, what is open, and what goes before it."""
    instant, (guideline, decision) = instant_of(at), decision_at(address)
    trace = decide(guideline, decision, one_patient(guideline, patient, fact), at=instant)
    account = arguments_account(guideline, trace)
    if format is Format.JSON:
        say(json.dumps(account_json(account), ensure_ascii=False, indent=2))
    else:
        show_account(account, no_color=no_color)


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


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8", newline="\n")
    except (OSError, ValueError) as error:
        because = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise CandorError(f"cannot write the report to `{one_line(str(path))}`: {because}") from None
