"""What if: the same decision with changed facts, and what differs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from engine.guideline import Fact, Guideline
from engine.logic import Fires
from engine.trace import FactTrace, GivenCaution, OpenCaution, Origin, ScoreTrace, Trace
from engine.truth import TRUE, UNKNOWN, Truth
from explain.account import (
    NO_ADVICE,
    Account,
    Section,
    answer_in_words,
    caution_line,
    headed,
    open_caution_in_words,
    outcome_in_words,
    with_basis,
)
from explain.asking import truth_whatever_is_unknown
from explain.justification import Line, Telling
from explain.reading import Reading, reading_of
from explain.wording import is_several, score_in_words, sentence, value_in_words

Given = TypeVar("Given", GivenCaution, OpenCaution, GivenCaution | OpenCaution)


@dataclass(frozen=True, slots=True)
class ChangedFact:
    """A fact whose value is another, or comes from elsewhere."""

    before: FactTrace
    after: FactTrace


@dataclass(frozen=True, slots=True)
class ChangedFinding:
    """A finding that came out otherwise."""

    finding: str
    before: Truth
    after: Truth


@dataclass(frozen=True, slots=True)
class ChangedScore:
    """A score that came out otherwise."""

    before: ScoreTrace
    after: ScoreTrace


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two traces of one decision; what is the same is not in it.

    started, stopped: the rules that fire after and not before, and the other way round
    cautions_added: those that are given after, and did not apply before
    cautions_opened: those that wait for facts after and did not before, or that then apply whatever is unknown
    cautions_dropped: those that applied before, and neither apply nor wait after
    cautions_settled: those that waited before, and neither apply nor wait after
    One that applies whatever is unknown applies, as one that is given does: between these two nothing differs.
    """

    before: Trace
    after: Trace
    facts: tuple[ChangedFact, ...]
    findings: tuple[ChangedFinding, ...]
    scores: tuple[ChangedScore, ...]
    started: tuple[str, ...]
    stopped: tuple[str, ...]
    cautions_added: tuple[GivenCaution, ...]
    cautions_opened: tuple[OpenCaution, ...]
    cautions_dropped: tuple[GivenCaution | OpenCaution, ...]
    cautions_settled: tuple[OpenCaution, ...]

    @property
    def is_other_answer(self) -> bool:
        """Whether status, outcome or what is still possible is another."""
        return _answer_of(self.before) != _answer_of(self.after)


def _answer_of(trace: Trace) -> tuple[object, ...]:
    return trace.status, trace.outcome, trace.possible_outcomes, trace.may_be_not_covered


def difference_of(before: Trace, after: Trace) -> Difference:
    """What differs between two traces of the same decision of the same guideline."""
    facts = zip(before.facts, after.facts, strict=True)
    findings = zip(before.findings, after.findings, strict=True)
    scores = zip(before.scores, after.scores, strict=True)
    return Difference(
        before=before,
        after=after,
        facts=tuple(ChangedFact(a, b) for a, b in facts if (a.value, a.origin) != (b.value, b.origin)),
        findings=tuple(ChangedFinding(a[0], a[1], b[1]) for a, b in findings if a != b),
        scores=tuple(ChangedScore(a, b) for a, b in scores if (a.low, a.high) != (b.low, b.high)),
        started=tuple(rule for rule in after.fired if rule not in before.fired),
        stopped=tuple(rule for rule in before.fired if rule not in after.fired),
        cautions_added=_without(after.cautions, _applying(before)),
        cautions_opened=tuple(_opened(before, after)),
        cautions_dropped=_without(_applying(before), after.cautions, after.cautions_open),
        cautions_settled=_without(_waiting(before), before.cautions, after.cautions, after.cautions_open),
    )


def _applying(trace: Trace) -> list[GivenCaution | OpenCaution]:
    """The cautions that are given, or apply whatever is unknown."""
    return [*trace.cautions, *(each for each in trace.cautions_open if not each.waits_for)]


def _waiting(trace: Trace) -> list[OpenCaution]:
    return [each for each in trace.cautions_open if each.waits_for]


def _without(cautions: Iterable[Given], *others: Iterable[GivenCaution | OpenCaution]) -> tuple[Given, ...]:
    """Those cautions that say what none of some others says, each once."""
    said = {caution.text for each in others for caution in each}
    return tuple({caution.text: caution for caution in cautions if caution.text not in said}.values())


def _opened(before: Trace, after: Trace) -> Iterator[OpenCaution]:
    """The cautions that wait for facts after and did not before, or that did not apply before and then apply whatever
    is unknown."""
    applied, waited = ({each.text for each in part} for part in (_applying(before), _waiting(before)))
    yield from (each for each in after.cautions_open if each.text not in (waited if each.waits_for else applied))


def difference_account(guideline: Guideline, difference: Difference) -> Account:
    """The difference as a person reads it. It is a statement about the guideline, never advice to alter a value."""
    after = reading_of(guideline, difference.after)
    return headed(after, _answer(guideline, difference), with_basis(after, _sections(difference, after)))


def _answer(guideline: Guideline, difference: Difference) -> str:
    after = answer_in_words(reading_of(guideline, difference.after))
    before = outcome_in_words(reading_of(guideline, difference.before))
    if not difference.is_other_answer:
        return f"The answer would stay the same: {after}"
    return f"With the changed facts: {after} Without the change: {before}"


def _sections(difference: Difference, after: Reading) -> Iterator[Section]:
    facts = tuple(_fact(after, each) for each in difference.facts)
    yield Section("Facts that change", facts or (Line("None: every fact has this value already."),))
    yield Section("Findings that change", tuple(_finding(after, each) for each in difference.findings))
    yield Section("Scores that change", tuple(_score(after, each) for each in difference.scores))
    telling = Telling(after, what_if=frozenset(_supposed(difference)))
    yield Section("Rules that then apply", tuple(map(telling.rule_that_started, difference.started)))
    stopped = (rule for rule in difference.stopped if not _applies_all_the_same(after, rule))
    yield Section("Rules that applied without the change", tuple(map(telling.rule_that_stopped, stopped)))
    yield Section("Cautions that then apply", _cautions(after, difference.cautions_added))
    opened = (caution_line(after, each, open_caution_in_words(after, each)) for each in difference.cautions_opened)
    yield Section("Cautions that are then still open", tuple(opened))
    yield Section("Cautions that fall away", _cautions(after, difference.cautions_dropped))
    yield Section("Cautions that can no longer apply", _cautions(after, difference.cautions_settled))
    yield Section("What this is", (Line(NO_ADVICE),))


def _applies_all_the_same(after: Reading, rule: str) -> bool:
    """Whether a rule of which not every condition is settled any more applies whatever is unknown."""
    is_open = after.results[rule].truth is UNKNOWN
    return is_open and truth_whatever_is_unknown(after, Fires(rule)) is TRUE


def _supposed(difference: Difference) -> Iterator[str]:
    """The facts whose value is only supposed: it counts as given, and was not before."""
    return (each.after.fact for each in difference.facts if each.after.origin is Origin.GIVEN)


def _cautions(after: Reading, cautions: Iterable[GivenCaution | OpenCaution]) -> tuple[Line, ...]:
    return tuple(caution_line(after, caution) for caution in cautions)


def _fact(after: Reading, changed: ChangedFact) -> Line:
    fact = after.fact(changed.after.fact)
    was, would_be = (_value(fact, traced) for traced in (changed.before, changed.after))
    return Line(f"{sentence(fact.title)}: {would_be} instead of {was}")


def _value(fact: Fact, traced: FactTrace) -> str:
    """A value, and whether it is assumed or too old."""
    is_told = traced.origin in (Origin.ASSUMED, Origin.STALE)
    value = value_in_words(fact, traced.value)
    return (f'"{value}"' if is_several(value) else value) + (f" ({traced.origin.value})" if is_told else "")


def _finding(after: Reading, changed: ChangedFinding) -> Line:
    words = {"true": "yes", "false": "no", "unknown": "not known"}
    title = sentence(after.decision.findings[changed.finding].title)
    return Line(f"{title}: {words[changed.after.value]} instead of {words[changed.before.value]}")


def _score(after: Reading, changed: ChangedScore) -> Line:
    scale = after.decision.scores[changed.after.score].scale
    was, would_be = (score_in_words(scale, each.low, each.high) for each in (changed.before, changed.after))
    return Line(f"{sentence(scale.title)}: {would_be} instead of {was}")
