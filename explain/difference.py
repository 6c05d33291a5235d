"""What if: the same decision with changed facts, and what differs."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.guideline import Guideline, Scalar
from engine.trace import GivenCaution, ScoreTrace, Status, Trace
from engine.truth import Truth
from explain.account import Account, Section, headed
from explain.justification import Line, Telling
from explain.reading import Reading, reading_of
from explain.wording import listed, score_in_words, sentence, value_in_words


@dataclass(frozen=True, slots=True)
class ChangedFact:
    """A fact whose value is another; None where it is not known."""

    fact: str
    before: Scalar | None
    after: Scalar | None


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
    cautions_added, cautions_dropped: likewise
    """

    before: Trace
    after: Trace
    facts: tuple[ChangedFact, ...]
    findings: tuple[ChangedFinding, ...]
    scores: tuple[ChangedScore, ...]
    started: tuple[str, ...]
    stopped: tuple[str, ...]
    cautions_added: tuple[GivenCaution, ...]
    cautions_dropped: tuple[GivenCaution, ...]

    @property
    def is_other_answer(self) -> bool:
        """Whether status, outcome or the outcomes still possible are others."""
        one, other = self.before, self.after
        return (one.status, one.outcome, one.possible_outcomes) != (
            other.status,
            other.outcome,
            other.possible_outcomes,
        )


def difference_of(before: Trace, after: Trace) -> Difference:
    """What differs between two traces of the same decision of the same guideline."""
    facts = zip(before.facts, after.facts, strict=True)
    findings = zip(before.findings, after.findings, strict=True)
    scores = zip(before.scores, after.scores, strict=True)
    return Difference(
        before=before,
        after=after,
        facts=tuple(ChangedFact(a.fact, a.value, b.value) for a, b in facts if a.value != b.value),
        findings=tuple(ChangedFinding(a[0], a[1], b[1]) for a, b in findings if a != b),
        scores=tuple(ChangedScore(a, b) for a, b in scores if (a.low, a.high) != (b.low, b.high)),
        started=tuple(rule for rule in after.fired if rule not in before.fired),
        stopped=tuple(rule for rule in before.fired if rule not in after.fired),
        cautions_added=tuple(each for each in after.cautions if each not in before.cautions),
        cautions_dropped=tuple(each for each in before.cautions if each not in after.cautions),
    )


def difference_account(guideline: Guideline, difference: Difference) -> Account:
    """The difference as a person reads it. It is a statement about the guideline, never advice to alter a value."""
    after = reading_of(guideline, difference.after)
    return headed(after, _answer(guideline, difference), _sections(difference, after))


def _answer(guideline: Guideline, difference: Difference) -> str:
    before, after = (_result(guideline, trace) for trace in (difference.before, difference.after))
    return f"Would be: {after} Instead of: {before}" if difference.is_other_answer else f"Would stay: {before}"


def _result(guideline: Guideline, trace: Trace) -> str:
    outcomes = guideline.decisions[trace.decision].outcomes
    if trace.outcome is not None:
        return f"{outcomes[trace.outcome].title} ({trace.outcome})."
    if trace.status is Status.NOT_COVERED:
        return "not covered, a gap in the guideline."
    return f"not enough known, still possible: {listed(outcomes[name].title for name in trace.possible_outcomes)}."


def _sections(difference: Difference, after: Reading) -> Iterator[Section]:
    yield Section("Facts that change", tuple(_fact(after, each) for each in difference.facts))
    yield Section("Findings that change", tuple(_finding(after, each) for each in difference.findings))
    yield Section("Scores that change", tuple(_score(after, each) for each in difference.scores))
    yield Section("Rules that start to fire", tuple(Telling(after).rule(rule) for rule in difference.started))
    yield Section("Rules that stop firing", tuple(Telling(after).rule(rule) for rule in difference.stopped))
    yield Section("Cautions that are added", tuple(Line(each.text) for each in difference.cautions_added))
    yield Section("Cautions that fall away", tuple(Line(each.text) for each in difference.cautions_dropped))
    yield Section("What this is", (Line("What the guideline would say of other facts; no advice to alter a value."),))


def _fact(after: Reading, changed: ChangedFact) -> Line:
    fact = after.fact(changed.fact)
    was, would_be = (value_in_words(fact, value) for value in (changed.before, changed.after))
    return Line(f"{sentence(fact.title)}: {would_be} instead of {was}")


def _finding(after: Reading, changed: ChangedFinding) -> Line:
    words = {"true": "yes", "false": "no", "unknown": "not known"}
    title = sentence(after.decision.findings[changed.finding].title)
    return Line(f"{title}: {words[changed.after.value]} instead of {words[changed.before.value]}")


def _score(after: Reading, changed: ChangedScore) -> Line:
    scale = after.decision.scores[changed.after.score].scale
    was, would_be = (score_in_words(scale, each.low, each.high) for each in (changed.before, changed.after))
    return Line(f"{sentence(scale.title)}: {would_be} instead of {was}")
