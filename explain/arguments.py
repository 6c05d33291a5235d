"""For and against every outcome: the rules that speak for it, what failed, what is open, and what goes before it."""

from engine.guideline import Guideline
from engine.trace import Trace
from engine.truth import FALSE, TRUE, UNKNOWN, Truth
from explain.account import Account, Section, answer_in_words, closed, headed, state_in_words, titled
from explain.answers import blocking_lines
from explain.justification import Line, Telling
from explain.reading import Reading, reading_of


def arguments_account(guideline: Guideline, trace: Trace) -> Account:
    """For and against every outcome. Raises `ValueError` for a trace of another version of the guideline."""
    reading = reading_of(guideline, trace)
    return headed(reading, answer_in_words(reading), closed(reading, argument_sections(reading)))


def argument_sections(reading: Reading) -> tuple[Section, ...]:
    """For every outcome, in order of precedence, what speaks for it and against it. No rule that could conclude it is
    left out: it fired, it failed, or it is open. Each part is told in full, whatever was told in others."""
    return tuple(_section(reading, outcome) for outcome in reading.decision.outcomes)


def _section(reading: Reading, outcome: str) -> Section:
    parts = (
        ("For", _for(reading, outcome), "no rule speaks for it"),
        ("Against", _told(reading, outcome, FALSE), "no rule failed"),
        ("Open", _told(reading, outcome, UNKNOWN), "nothing"),
        ("Blocking", blocking_lines(reading, outcome), "nothing"),
    )
    title = f"{titled(reading, outcome)}: {state_in_words(reading, outcome)}"
    return Section(title, tuple(Line(name if below else f"{name}: {none}", below=below) for name, below, none in parts))


def _for(reading: Reading, outcome: str) -> tuple[Line, ...]:
    """The rules that fired for an outcome; of one that is forced, the cases that force it."""
    return Telling(reading).why() if outcome == reading.trace.outcome else _told(reading, outcome, TRUE)


def _told(reading: Reading, outcome: str, truth: Truth) -> tuple[Line, ...]:
    """The rules that could conclude an outcome and whose condition came out so."""
    telling = Telling(reading)
    return tuple(telling.rule(rule) for rule in reading.concluding(outcome) if reading.results[rule].truth is truth)
