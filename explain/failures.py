"""A case that does not come out as its author expects: what is expected and why it is not so, beside what came out and
why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.cases import DecidedCase, Mismatch
from engine.diagnostics import Place
from engine.guideline import Guideline
from engine.trace import Status, Trace
from explain.account import answer_in_words, titled
from explain.answers import blocking_lines, missing_section
from explain.justification import Line, Telling
from explain.reading import Reading, reading_of


@dataclass(frozen=True, slots=True)
class Failure:
    """One failed case: what differs, and the two justifications. `place` is where the case stands."""

    decision: str
    case: str
    place: Place
    mismatches: tuple[Mismatch, ...]
    expected: tuple[Line, ...]
    got: tuple[Line, ...]


def failure_of(guideline: Guideline, decision: str, decided: DecidedCase) -> Failure:
    """The failure of a decided case that has mismatches."""
    case, mismatches = decided.case, decided.mismatches
    if decided.trace is None:
        expected = tuple(Line(_expected(each)) for each in mismatches)
        got = tuple(Line(f"refused: {each.message} [{each.code}]") for each in decided.rejected)
        return Failure(decision, case.id, case.place, mismatches, expected, got)
    reading = reading_of(guideline, decided.trace)
    expected = tuple(_Expected(reading, decided).lines())
    return Failure(decision, case.id, case.place, mismatches, expected, tuple(_got(reading, decided)))


class _Expected:
    """What is expected of a case, each part with what is in its way."""

    def __init__(self, reading: Reading, decided: DecidedCase) -> None:
        self._reading, self._telling = reading, Telling(reading)
        self._expect, self._mismatches = decided.case.expect, decided.mismatches

    def lines(self) -> Iterator[Line]:
        for each in self._mismatches:
            yield Line(_expected(each), below=tuple(self._in_the_way(each.about)))

    def _in_the_way(self, about: str) -> Iterable[Line]:
        expect, trace = self._expect, self._reading.trace
        match about:
            case "status" if expect.status == Status.CONCLUDED.value and trace.status is Status.NEEDS_INFORMATION:
                asked = missing_section(self._reading, with_answers=False)
                return (Line(asked.title, below=asked.lines),)
            case "outcome":
                return self._outcome(expect.outcome) if expect.outcome is not None else ()
            case "possible":
                lacking = [each for each in expect.possible or () if each not in trace.possible_outcomes]
                return (Line(titled(self._reading, each), below=tuple(self._outcome(each))) for each in lacking)
            case "fired":
                return (self._telling.rule(rule) for rule in expect.fired or () if rule not in trace.fired)
            case "cautions":
                return (self._telling.rule(rule) for rule in expect.cautions or () if rule not in trace.fired)
        return ()

    def _outcome(self, outcome: str) -> Iterator[Line]:
        yield from blocking_lines(self._reading, outcome)
        yield from self._telling.why_not(outcome)


def _got(reading: Reading, decided: DecidedCase) -> Iterator[Line]:
    """What came out, with its reasons; then each further thing that differs."""
    telling, trace = Telling(reading), reading.trace
    yield Line(answer_in_words(reading), below=telling.why())
    abouts = {each.about for each in decided.mismatches}
    for each in decided.mismatches:
        if each.about in ("status", "outcome", "input") or (each.about == "fired" and "not_fired" in abouts):
            continue
        about = "fired" if each.about == "not_fired" else each.about
        yield Line(f"{about}: {each.got}", below=tuple(_behind(reading, telling, decided, trace, each.about)))


def _behind(reading: Reading, telling: Telling, decided: DecidedCase, trace: Trace, about: str) -> Iterator[Line]:
    """The reasons of one thing that differs."""
    expect = decided.case.expect
    if about == "not_fired":
        yield from (telling.rule(rule) for rule in expect.not_fired or () if rule in trace.fired)
    elif about == "cautions":
        given = (caution.rule for caution in trace.cautions)
        yield from (telling.rule(rule) for rule in given if rule is not None and rule not in (expect.cautions or ()))
    elif about in reading.findings:
        yield telling.finding(about)
    elif about in reading.scores:
        yield telling.score(about)


def _expected(mismatch: Mismatch) -> str:
    return f"{mismatch.about}: {mismatch.expected}"
