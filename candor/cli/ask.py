"""`candor ask`: the questions that can still change the outcome, one after the other, until it is concluded.

Questions go to standard error, the answer to standard output. What somebody typed is never lost: it is told at the end
as options for the next time, or kept in a file.
"""

import json
import shlex
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from candor.cli.choices import Format
from candor.cli.patients import Address, At, GivenFacts, NoColor, OnePatient, decision_at, instant_of, one_patient
from candor.cli.terminal import complain, say, show_account
from candor.envelope import envelope_of
from engine.errors import InputRejected
from engine.facts import read_facts
from engine.guideline import Fact, FactType
from explain.account import answer_in_words, settling_lines
from explain.answers import account_of
from explain.asking import Question
from explain.interview import (
    Interview,
    answered,
    begun,
    cautions_wait_for,
    next_question,
    skipped,
    taken_back,
)
from explain.plain_text import one_line
from explain.vocabulary import answers_in_words
from explain.wording import sentence

_Format = Annotated[Format, typer.Option("--format", help="How the answer is printed: text (for people) or json.")]
_Output = Annotated[
    str | None, typer.Option("--output", "-o", metavar="PATIENT.yaml", help="A new file that keeps what was answered.")
]
_NOT_KNOWN = ("", "unknown", "skip")
_HELP = "Type an answer, ? for help, nothing if it is not known, back, or stop. NAME=VALUE gives any other fact."


def ask(
    address: Address,
    patient: OnePatient = None,
    fact: GivenFacts = None,
    output: _Output = None,
    format: _Format = Format.TEXT,
    at: At = None,
    no_color: NoColor = False,
) -> None:
    """Ask for what is missing, best question first, until the decision is concluded."""
    if patient == "-":
        raise typer.BadParameter("the answers come from standard input: name a file", param_hint="PATIENT")
    if output is not None and Path(output).exists():
        raise typer.BadParameter(f"`{output}` is there already: name a new file", param_hint="--output")
    instant, (guideline, decision) = instant_of(at), decision_at(address)
    given = one_patient(guideline, patient, fact) if patient or fact else read_facts(guideline, {})
    interview = _asked(begun(guideline, decision, given, at=instant))
    if format is Format.JSON:
        say(json.dumps(envelope_of(guideline, interview.trace, given.patient), ensure_ascii=False, indent=2))
    else:
        show_account(account_of(guideline, interview.trace), no_color=no_color)
    _keep(interview, address, output)


def _asked(interview: Interview) -> Interview:
    """The interview, held until nothing is left to ask or the person stops."""
    if next_question(interview) is not None:
        complain(_HELP)
    while (question := next_question(interview)) is not None:
        complain("\n" + "\n".join(_question_in_words(question.fact)))
        line = _typed()
        if line in (None, "stop"):
            return interview
        interview = _after(interview, question.fact, str(line), partial(_why_asked, interview, question))
    return _warned(interview)


def _warned(interview: Interview) -> Interview:
    """With the facts that cautions wait for, if the person wants to be asked for them."""
    if not cautions_wait_for(interview):
        return interview
    complain(f"\n{answer_in_words(interview.reading)}\n")
    complain("Some facts are open that cannot change the outcome, but may hold a warning. Ask for them? yes or no")
    wanted = (_typed() or "").lower() in ("y", "yes")
    while wanted and (facts := cautions_wait_for(interview)):
        complain("\n" + "\n".join(_question_in_words(facts[0])))
        line = _typed()
        if line in (None, "stop"):
            break
        interview = _after(interview, facts[0], str(line), lambda: "A caution waits for it.")
    return interview


def _after(interview: Interview, fact: Fact, line: str, why: Callable[[], str]) -> Interview:
    """The interview after a line that was typed."""
    if line == "?":
        complain(why())
        return interview
    if line == "back":
        return taken_back(interview)
    if line in _NOT_KNOWN:
        return skipped(interview, fact)
    name, _, value = (part.strip() for part in line.partition("="))
    facts = interview.guideline.facts
    try:
        return answered(interview, facts[name], value) if value and name in facts else answered(interview, fact, line)
    except InputRejected as rejected:
        for each in rejected.diagnostics:
            help = sentence(each.help)
            complain(f"Not taken: {each.message}. {help if help.endswith('?') else f'{help}.'}")
        return interview


def _question_in_words(fact: Fact) -> list[str]:
    lines = [f"{fact.id}: {one_line(fact.question)}"]
    if fact.type is FactType.CHOICE:
        return [
            *lines,
            *(f"  {number}  {each.id}: {one_line(each.title)}" for number, each in enumerate(fact.choices, 1)),
        ]
    dated = "; a day may follow: 2026-10-01" if fact.max_age_days is not None else ""
    return [*lines, f"  {answers_in_words(fact)}{dated}"]


def _why_asked(interview: Interview, question: Question) -> str:
    reading, fact = interview.reading, question.fact
    lines = [answer_in_words(reading), *(line.text for line in settling_lines(reading, question))]
    lines += [f"{way.title} gives it from {', '.join(sorted(way.formula.facts))}." for way in fact.derived]
    lines += [f"{way.title} decides it from {', '.join(sorted(set(way.facts.values())))}." for way in fact.imports]
    return "\n".join(f"  {one_line(line)}" for line in lines)


def _typed() -> str | None:
    """One line, None where there is no more."""
    sys.stderr.write("> ")
    sys.stderr.flush()
    try:
        line = sys.stdin.readline()
    except KeyboardInterrupt:
        line = ""
    if not line:
        complain("")
        return None
    return line.strip()


def _keep(interview: Interview, address: str, output: str | None) -> None:
    """Keeps what was answered: in the file, or as the command that decides it again."""
    if output is not None and _is_written(interview, Path(output)):
        complain(f"\nKept in {output}. To decide it again: candor decide {shlex.quote(address)} {shlex.quote(output)}")
        return
    given = interview.facts.given.items()
    facts = interview.guideline.facts
    options = " ".join(f"--fact {shlex.quote(f'{name}={facts[name].text_of(each.steps)}')}" for name, each in given)
    complain(f"\nTo decide it again: candor decide {shlex.quote(address)} {options}")
    dated = [f"{name} {each.at.isoformat()}" for name, each in given if each.at is not None]
    if dated:
        complain(f"A file keeps the days too (--output): {', '.join(dated)}")
    if output is not None:
        raise typer.Exit(1)


def _is_written(interview: Interview, path: Path) -> bool:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write("\n".join(_patient_file(interview)) + "\n")
    except OSError as error:
        complain(f"error: `{path}` cannot be written: {error.strerror}")
        return False
    return True


def _patient_file(interview: Interview) -> Iterator[str]:
    """The lines of a patient file."""
    if interview.facts.patient is not None:
        yield f"patient: {json.dumps(interview.facts.patient, ensure_ascii=False)}"
    yield "facts:" if interview.facts.given else "facts: {}"
    for name, each in interview.facts.given.items():
        parts = [f"value: {interview.guideline.facts[name].text_of(each.steps)}"]
        parts += [f"at: {each.at.isoformat()}"] if each.at is not None else []
        parts += [f"note: {json.dumps(each.note, ensure_ascii=False)}"] if each.note is not None else []
        yield f"  {name}: {{{', '.join(parts)}}}"
