"""The patients of a file before and after: those who get another answer from two versions of a guideline, or the same
with other cautions or points."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from engine.deciding import decide
from engine.errors import InputRejected
from engine.facts import read_line
from engine.guideline import Guideline
from engine.trace import CautionKind, Trace

SAID_TO_ALL = (CautionKind.DECISION, CautionKind.GUIDELINE)
"""Cautions that every patient gets, which are no matter of one."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a version answers: status, outcome, the outcomes still possible; or, where it refuses the patient, the codes
    of its diagnostics and nothing else.

    cautions: those that not everybody gets, each as its rule, or as what it is about (such as `undated`) and the fact
    scores: each with its lowest and highest points, of those that both versions have
    """

    status: str | None = None
    outcome: str | None = None
    possible_outcomes: tuple[str, ...] = ()
    may_be_not_covered: bool = False
    codes: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    scores: tuple[tuple[str, str, str], ...] = ()

    @property
    def answer(self) -> "Answered":
        """The same without cautions and scores."""
        return replace(self, cautions=(), scores=())


@dataclass(frozen=True, slots=True)
class ChangedAnswer:
    """A patient with another answer, other cautions or other points: the line, the identifier where there is one, the
    decision, both answers."""

    line: int
    patient: str | None
    decision: str
    before: Answered
    after: Answered

    @property
    def is_another_answer(self) -> bool:
        return self.before.answer != self.after.answer


@dataclass(frozen=True, slots=True)
class CohortChanges:
    """The patients of a file: how many there are, the lines of those whom neither version accepts for any decision, and
    every answer that is another, or comes with other cautions or points, by line, then decision."""

    name: str
    patients: int
    refused_lines: tuple[int, ...]
    answers: tuple[ChangedAnswer, ...]

    @property
    def refused(self) -> int:
        """How many patients neither version accepts."""
        return len(self.refused_lines)

    @property
    def changed(self) -> int:
        """How many patients have another answer."""
        return len(self._lines())

    @property
    def changed_otherwise(self) -> int:
        """How many patients have the same answers, but other cautions or points."""
        return len({each.line for each in self.answers} - self._lines())

    def _lines(self) -> set[int]:
        return {each.line for each in self.answers if each.is_another_answer}


def cohort_changes(
    before: Guideline, after: Guideline, lines: Iterable[bytes], *, name: str, at: datetime
) -> CohortChanges:
    """Asks both versions about every line that is not blank, for the decisions that both have. Raises `EngineFault` and
    `SolverLimit`."""
    both = {
        name: before.decisions[name].scores.keys() & after.decisions[name].scores.keys()
        for name in sorted(before.decisions.keys() & after.decisions.keys())
    }
    patients, refused = 0, list[int]()
    changed: list[ChangedAnswer] = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            patients += 1
            found = [_answers(guideline, both, line, name, number, at) for guideline in (before, after)]
            if both and all(answer.codes for _, answers in found for answer in answers.values()):
                refused.append(number)
            changed += _changed(number, *found)
    return CohortChanges(name, patients, tuple(refused), tuple(changed))


Answers = tuple[str | None, dict[str, Answered]]
"""A patient's identifier, and the answer to each decision."""
Compared = Mapping[str, Collection[str]]
"""The decisions that both versions have, each with the scores that both have."""


def _answers(guideline: Guideline, decisions: Compared, line: bytes, name: str, number: int, at: datetime) -> Answers:
    try:
        facts = read_line(guideline, line, name=name, number=number)
    except InputRejected as rejected:
        return None, dict.fromkeys(decisions, _refused(rejected))
    answers: dict[str, Answered] = {}
    for decision, scores in decisions.items():
        try:
            answers[decision] = _answered(decide(guideline, decision, facts, at=at), scores)
        except InputRejected as rejected:
            answers[decision] = _refused(rejected)
    return facts.patient, answers


def _answered(trace: Trace, scores: Collection[str]) -> Answered:
    cautions = (
        each.rule or f"{each.kind.value}: {', '.join(each.facts)}"
        for each in trace.cautions
        if each.kind not in SAID_TO_ALL
    )
    return Answered(
        trace.status.value,
        trace.outcome,
        trace.possible_outcomes,
        trace.may_be_not_covered,
        cautions=tuple(sorted(set(cautions))),
        scores=tuple((each.score, str(each.low), str(each.high)) for each in trace.scores if each.score in scores),
    )


def _refused(rejected: InputRejected) -> Answered:
    return Answered(codes=tuple(sorted({each.code for each in rejected.diagnostics})))


def _changed(number: int, before: Answers, after: Answers) -> Iterator[ChangedAnswer]:
    patient = before[0] if before[0] is not None else after[0]
    for decision, was in before[1].items():
        if was != after[1][decision]:
            yield ChangedAnswer(number, patient, decision, was, after[1][decision])
