"""An interview: the questions that are still worth asking, one at a time, until the decision is concluded.

Plain data and pure functions. Nothing here reads, prints or looks at a clock; `candor ask` does.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from engine.deciding import decide
from engine.facts import read_facts
from engine.guideline import Fact, FactType, GivenValue, Guideline
from engine.patient import Facts
from engine.trace import OpenCaution, Origin, Trace
from explain.asking import Question, questions
from explain.reading import Reading, reading_of
from explain.wording import unit_of

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_SHORT = {"y": "yes", "n": "no"}


@dataclass(frozen=True, slots=True)
class Interview:
    """How far an interview has come.

    facts, trace: what is given, and the decision on it
    not_known: the facts that the person does not know
    latest: the fact that was answered last, also by "not known"; None at the beginning
    before: the interview before that answer
    """

    guideline: Guideline
    facts: Facts
    trace: Trace
    not_known: frozenset[str] = frozenset()
    latest: str | None = None
    before: "Interview | None" = field(default=None, repr=False)

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


def waiting_cautions(interview: Interview) -> Mapping[str, tuple[OpenCaution, ...]]:
    """The facts that cautions still open wait for, by id, without those that the person does not know; with each the
    cautions that wait for it."""
    cautions = interview.trace.cautions_open
    names = {name for caution in cautions for name in caution.waits_for} - interview.not_known
    return {name: tuple(each for each in cautions if name in each.waits_for) for name in sorted(names)}


def answered(interview: Interview, name: str, answer: str) -> Interview:
    """With an answer: a value as an author writes it, also with its unit, or the number of a choice, and behind it, if
    it is known, the day it is from. Raises `InputRejected` for what is no value or no fact, and for what cannot be
    together with the rest."""
    fact = interview.guideline.facts.get(name)
    value, day = _parted(answer)
    if fact is not None:
        value = _value(fact, value)
    given = read_facts(interview.guideline, {name: {"value": value, "at": day}}).given
    return _changed(interview, name, {**interview.facts.given, **given}, interview.not_known - {name})


def skipped(interview: Interview, name: str) -> Interview:
    """With a fact that the person does not know: it is not asked for again. A value that was given of it, and counts,
    does not hold any more. Raises what `decide` raises."""
    not_known = interview.not_known | {name}
    traced = interview.reading.facts.get(name)
    if traced is None or traced.origin is not Origin.GIVEN:
        return replace(interview, not_known=not_known, latest=name, before=interview)
    given = {other: value for other, value in interview.facts.given.items() if other != name}
    return _changed(interview, name, given, not_known)


def taken_back(interview: Interview) -> Interview:
    """As it was before the latest answer; the same where there is none."""
    return interview.before or interview


def _changed(interview: Interview, name: str, given: Mapping[str, GivenValue], not_known: frozenset[str]) -> Interview:
    facts = replace(interview.facts, given=dict(sorted(given.items())))
    at = datetime.fromisoformat(interview.trace.at)
    trace = decide(interview.guideline, interview.trace.decision, facts, at=at)
    return replace(interview, facts=facts, trace=trace, not_known=not_known, latest=name, before=interview)


def _parted(answer: str) -> tuple[str, str | None]:
    """An answer without the day behind it, and the day."""
    parts = answer.rsplit(maxsplit=1)
    return (parts[0], parts[1]) if len(parts) == 2 and _DAY.fullmatch(parts[1]) else (answer.strip(), None)


def _value(fact: Fact, answer: str) -> str:
    if fact.is_numeric:
        parts = answer.rsplit(maxsplit=1)
        return parts[0] if len(parts) == 2 and parts[1] in (fact.unit, unit_of(fact)) else answer
    word = answer.lower()
    if fact.type is FactType.YES_NO:
        return _SHORT.get(word, word)
    is_number = len(word) < 5 and word.isascii() and word.isdigit()
    return fact.choices[int(word) - 1].id if is_number and 1 <= int(word) <= len(fact.choices) else word
