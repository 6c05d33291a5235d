"""An interview: the questions that are still worth asking, one at a time, until the decision is concluded.

Plain data and pure functions. Nothing here reads or prints; `candor ask` does.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from engine.deciding import decide
from engine.facts import Facts, read_facts
from engine.guideline import Fact, FactType, Guideline
from engine.trace import Trace
from explain.asking import Question, questions
from explain.reading import Reading, reading_of

_DAY = re.compile(r"(.*\S)\s+(\d{4}-\d\d-\d\d)", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Interview:
    """How far an interview has come: what is given, the trace of it, the facts that the person does not know, and the
    state before each answer, the latest last."""

    guideline: Guideline
    facts: Facts
    trace: Trace
    not_known: frozenset[str] = frozenset()
    before: tuple["Interview", ...] = ()

    @property
    def reading(self) -> Reading:
        return reading_of(self.guideline, self.trace)


def begun(guideline: Guideline, decision: str, facts: Facts, *, at: datetime) -> Interview:
    """An interview about a patient of whom something may be known already. Raises what `decide` raises."""
    return Interview(guideline, facts, decide(guideline, decision, facts, at=at))


def next_question(interview: Interview) -> Question | None:
    """The best question that was not answered with "not known"; None where nothing is left to ask."""
    left = (each for each in questions(interview.reading) if each.fact.id not in interview.not_known)
    return next(left, None)


def cautions_wait_for(interview: Interview) -> tuple[Fact, ...]:
    """The facts that cautions still open wait for, by id, without those that the person does not know."""
    names = {name for caution in interview.trace.cautions_open for name in caution.waits_for}
    return tuple(interview.guideline.facts[name] for name in sorted(names - interview.not_known))


def answered(interview: Interview, fact: Fact, answer: str) -> Interview:
    """With an answer: a value as an author writes it, the number of a choice, or, where a fact grows old, a value and
    the day it is from. Raises `InputRejected` for what is no value, and for what cannot be together with the rest."""
    dated = _DAY.fullmatch(answer) if fact.max_age_days is not None else None
    value = _value(fact, dated[1] if dated else answer)
    stated = {fact.id: {"value": value, "at": dated[2]} if dated else value}
    given = {**interview.facts.given, **read_facts(interview.guideline, stated).given}
    facts = replace(interview.facts, given=dict(sorted(given.items())))
    at = datetime.fromisoformat(interview.trace.at)
    trace = decide(interview.guideline, interview.trace.decision, facts, at=at)
    return replace(interview, facts=facts, trace=trace, before=(*interview.before, interview))


def skipped(interview: Interview, fact: Fact) -> Interview:
    """With a fact that the person does not know: it is not asked again."""
    return replace(interview, not_known=interview.not_known | {fact.id}, before=(*interview.before, interview))


def taken_back(interview: Interview) -> Interview:
    """As it was before the latest answer; the same where there is none."""
    return interview.before[-1] if interview.before else interview


def _value(fact: Fact, answer: str) -> str:
    is_number = fact.type is FactType.CHOICE and answer.isascii() and answer.isdigit()
    if is_number and 1 <= int(answer) <= len(fact.choices):
        return fact.choices[int(answer) - 1].id
    return answer
