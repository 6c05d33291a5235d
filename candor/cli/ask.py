"""`candor ask`: the questions that can still change the outcome, one after the other, until it is concluded.

Questions go to standard error, the answer to standard output. What somebody typed is never lost: it is told at the end
as the command that decides it again, or kept in a file.
"""

import json
import os
import shlex
import signal
import sys
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from candor.cli.answering import AnswerForm, answer
from candor.cli.asking import (
    OPENING,
    about_input,
    nothing_to_ask_in_words,
    offer_in_words,
    question_in_words,
    tell,
    why_asked,
    why_offered,
)
from candor.cli.choices import Form
from candor.cli.patients import Address, At, GivenFacts, NoColor, OnePatient, decision_at, instant_of, one_patient
from candor.cli.terminal import complain, say
from candor.envelope import envelope_of
from candor.patient_files import as_json, as_yaml
from engine.errors import InputRejected
from engine.facts import read_facts
from engine.guideline import Fact
from explain.answers import account_of
from explain.asking import Question
from explain.interview import Interview, answered, begun, next_question, skipped, taken_back, waiting_cautions
from explain.plain_text import one_line

_Output = Annotated[
    str | None, typer.Option("--output", "-o", metavar="PATIENT.yaml", help="A new file that keeps what was answered.")
]
_NOT_KNOWN = ("", "unknown", "skip")
_LONGEST = 10_000
"""Characters of a line that are read; no answer needs as many."""


def ask(
    address: Address,
    patient: OnePatient = None,
    fact: GivenFacts = None,
    output: _Output = None,
    format: AnswerForm = Form.TEXT,
    at: At = None,
    no_color: NoColor = False,
) -> None:
    """Ask for what is missing, best question first, until the decision is concluded."""
    _check(patient, output)
    instant, (guideline, decision) = instant_of(at), decision_at(address)
    given = (
        one_patient(guideline, decision, instant, patient, fact)
        if patient is not None or fact
        else read_facts(guideline, {})
    )
    held, is_kept = [begun(guideline, decision, given, at=instant)], False
    try:
        _hold(held)
        trace = held[-1].trace
        if format is Form.JSON:
            say(json.dumps(envelope_of(guideline, trace, given.patient), ensure_ascii=False, indent=2))
        else:
            answer(account_of(guideline, trace), format, no_color=no_color)
    finally:
        is_kept = _is_kept(held[-1], address, output)
    if not is_kept:
        raise typer.Exit(1)


def _check(patient: str | None, output: str | None) -> None:
    """Refuses what would lose the answers only once they have been typed."""
    if patient == "-":
        raise typer.BadParameter("the answers come from standard input: name a file", param_hint="PATIENT")
    if output is None:
        return
    path = Path(output)
    if os.path.lexists(path):
        raise typer.BadParameter(f"`{output}` is there already: name a new file", param_hint="--output")
    if not os.path.isdir(path.parent):
        raise typer.BadParameter(f"there is no folder `{path.parent}`", param_hint="--output")
    if path.suffix.lower() in (".jsonl", ".ndjson"):
        raise typer.BadParameter("one patient is kept: name a file that ends in .yaml or .json", param_hint="--output")


def _hold(held: list[Interview]) -> None:
    """Holds the interview, and adds to it what every answer makes of it. Ctrl-C ends it and takes nothing away."""
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    try:
        for each in _held(held[-1]):
            held.append(each)
    except KeyboardInterrupt:
        complain("")
    complain("")


def _held(interview: Interview) -> Iterator[Interview]:
    """The interview after each answer, until nothing is left to ask or the person stops."""
    question, wants_cautions = next_question(interview), None
    tell(nothing_to_ask_in_words(interview.reading) if question is None else OPENING)
    while question is not None or (wants_cautions is not False and waiting_cautions(interview)):
        line = _replied(interview, question, wants_cautions)
        if line is None or line.lower() == "stop":
            return
        if question is None and wants_cautions is None and line.lower() in ("y", "yes", "n", "no", *_NOT_KNOWN):
            wants_cautions = line.lower() in ("y", "yes")
            continue
        after = _after(interview, question, wants_cautions, line)
        if after is not interview:
            yield after
            interview, question = after, next_question(after)


def _replied(interview: Interview, question: Question | None, wants_cautions: bool | None) -> str | None:
    """What the person types to the next question; None at the end."""
    fact = _asked(interview, question, wants_cautions)
    if fact is None:
        tell(offer_in_words(interview.reading))
    else:
        tell("\n" + "\n".join(question_in_words(interview.reading, fact)))
    return _typed()


def _asked(interview: Interview, question: Question | None, wants_cautions: bool | None) -> Fact | None:
    """The fact that is asked for; None where it is asked whether to go on with those that cautions wait for."""
    if question is not None:
        return question.fact
    return interview.guideline.facts[next(iter(waiting_cautions(interview)))] if wants_cautions else None


def _after(interview: Interview, question: Question | None, wants_cautions: bool | None, line: str) -> Interview:
    """The interview after a line that was typed; the same where that was no answer."""
    fact, facts = _asked(interview, question, wants_cautions), interview.guideline.facts
    name, equals, value = (part.strip() for part in line.partition("="))
    if line == "?":
        tell(why_offered(interview, fact) if question is None else why_asked(interview.reading, question))
    elif line.lower() == "back":
        return _back(interview)
    elif name in facts and (not equals or value == "?") and not _is_choice(fact, line):
        tell(about_input(interview, facts[name]))
    elif equals:
        return _volunteered(interview, name, value)
    elif fact is not None:
        return _answered(interview, fact.id, line)
    else:
        tell("Type yes or no.")
    return interview


def _is_choice(fact: Fact | None, line: str) -> bool:
    return fact is not None and line in [choice.id for choice in fact.choices]


def _back(interview: Interview) -> Interview:
    tell("There is no answer to take back." if interview.latest is None else f"Taken back: {interview.latest}.")
    return taken_back(interview)


def _answered(interview: Interview, name: str, value: str) -> Interview:
    """The interview with an answer, or with that it is not known; the same where the answer cannot be taken."""
    try:
        if value.lower() in _NOT_KNOWN and name in interview.guideline.facts:
            return skipped(interview, name)
        return answered(interview, name, value)
    except InputRejected as rejected:
        again = (
            "answer again"
            if interview.latest is None
            else f"answer again, or type back to take back {interview.latest}"
        )
        for each in rejected.diagnostics:
            help = again if each.code == "patient.contradictory" else each.help
            tell(f"error[{each.code}]: {one_line(each.message)}\n  help: {one_line(help)}")
        return interview


def _volunteered(interview: Interview, name: str, value: str) -> Interview:
    """The interview with a fact that was not asked for, which is said."""
    after = _answered(interview, name, value)
    if after is not interview:
        is_used = name in after.reading.facts
        tell(f"Noted: {name}.{'' if is_used else ' This decision does not use it.'}")
    return after


def _typed() -> str | None:
    """One line, None where there is no more. What is piped is shown, as a terminal shows what is typed."""
    # The solver hands the signal back so that reading goes on after Ctrl-C; set anew, it ends the reading.
    signal.signal(signal.SIGINT, signal.getsignal(signal.SIGINT))
    sys.stderr.write("> ")
    sys.stderr.flush()
    line = sys.stdin.readline(_LONGEST)
    if not line:
        complain("")
        return None
    if not sys.stdin.isatty():
        complain(one_line(line))
    return one_line(line)


def _is_kept(interview: Interview, address: str, output: str | None) -> bool:
    """Keeps what was answered: in the file, or told as what decides it again. False where it cannot be written."""
    facts, guideline = interview.facts, interview.guideline
    command, at = f"candor decide {shlex.quote(address)}", f"--at {interview.trace.at}"
    if output is not None and _is_written(interview, Path(output)):
        complain(f"\nKept in {output}. To decide it again: {command} {shlex.quote(output)} {at}")
        return True
    if facts.patient is not None or any(each.at or each.note for each in facts.given.values()):
        complain(f"\nTo decide it again, keep this as patient.yaml: {command} patient.yaml {at}\n")
        complain(as_yaml(guideline, facts).rstrip("\n"))
    elif facts.given:
        given = ((name, guideline.facts[name].text_of(each.steps)) for name, each in facts.given.items())
        options = " ".join(f"--fact {shlex.quote(f'{name}={value}')}" for name, value in given)
        complain(f"\nTo decide it again: {command} {options} {at}")
    return output is None


def _is_written(interview: Interview, path: Path) -> bool:
    written = (as_json if path.suffix.lower() == ".json" else as_yaml)(interview.guideline, interview.facts)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(written)
    except OSError as error:
        complain(f"error: `{path}` cannot be written: {error.strerror}")
        return False
    return True
