"""Edits of decisions: of their outcomes, findings, scores and rules."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from engine.conditions import as_text
from engine.edits.conditions import is_same
from engine.edits.model import Changes, Edit, Touch, Way, edits_by_id
from engine.guideline import Decision, Finding, Outcome, Rule, Score
from engine.numbers import Exact
from engine.versions import Step

SHARED = "findings"
"""Where a rule belongs that decisions share."""


def decision_edits(before: Mapping[str, Decision], after: Mapping[str, Decision]) -> Iterator[Edit]:
    """The edits of all decisions; what decisions share is told once."""
    told: set[Edit] = set()
    for edit in edits_by_id("decision", before, after, _inside):
        if edit not in told:
            told.add(edit)
            yield edit


def _inside(before: Decision, after: Decision) -> Iterator[Edit]:
    home = before.id
    changes = Changes("decision", home)
    yield from changes.of("question", before.question, after.question)
    yield from changes.of("cautions", before.cautions, after.cautions)
    is_less = not set(before.beside) <= set(after.beside)
    step = Step.MAJOR if is_less else Step.MINOR
    yield from changes.of("facts beside", before.beside, after.beside, touch=Touch.NAMES, step=step)
    orders = [tuple(name for name in one.outcomes if name in other.outcomes) for one, other in _both(before, after)]
    yield from changes.of("order of outcomes", *orders, touch=Touch.ANSWERS)
    yield from edits_by_id("outcome", before.outcomes, after.outcomes, lambda a, b: _outcome(a, b, home), home)
    yield from edits_by_id("finding", before.findings, after.findings, lambda a, b: _finding(a, b, home), home)
    yield from edits_by_id("score", before.scores, after.scores, lambda a, b: _score(a, b, home), home)
    rules = [{each.id: each for each in one.rules.values()} for one in (before, after)]

    def rule_edits(one: Rule, other: Rule) -> Iterator[Edit]:
        return _rule(one, other, home, (_points(before, one), _points(after, other)))

    yield from edits_by_id("rule", rules[0], rules[1], rule_edits, home)


def _points(decision: Decision, rule: Rule) -> dict[str, Exact]:
    """What a rule adds to scores, whatever their decimals."""
    return {score: decision.scores[score].scale.exact(steps) for score, steps in rule.adds.items()}


def _both(before: Decision, after: Decision) -> Iterator[tuple[Decision, Decision]]:
    yield before, after
    yield after, before


def _outcome(before: Outcome, after: Outcome, home: str) -> Iterator[Edit]:
    changes = Changes("outcome", before.id, home)
    yield from changes.of("title", before.title, after.title)
    yield from changes.of("meaning", before.meaning, after.meaning)


def _finding(before: Finding, after: Finding, home: str) -> Iterator[Edit]:
    yield from Changes("finding", before.id, home).of("title", before.title, after.title)


def _score(before: Score, after: Score, home: str) -> Iterator[Edit]:
    changes = Changes("score", before.id, home)
    yield from changes.of("title", before.title, after.title)
    scales = [(each.scale.low, each.scale.high, each.scale.decimals, each.scale.unit) for each in (before, after)]
    yield from changes.of("range", scales[0], scales[1], touch=Touch.NAMES, step=Step.MINOR)


def _rule(before: Rule, after: Rule, home: str, points: tuple[object, object]) -> Iterator[Edit]:
    changes = Changes("rule", before.id, before.home if before.home == SHARED else home)
    if before.home != after.home:
        yield replace(_moved(changes), before=before.home, after=after.home)
    if not is_same(before.condition, after.condition):
        texts = as_text(before.condition), as_text(after.condition)
        yield from changes.of("condition", before.condition, after.condition, touch=Touch.ANSWERS, texts=texts)
    yield from changes.of("conclusion", before.concludes, after.concludes, touch=Touch.ANSWERS)
    yield from changes.of("points", *points, touch=Touch.ANSWERS)
    for aspect in ("title", "because", "strength", "overrides", "source"):
        yield from changes.of(aspect, getattr(before, aspect), getattr(after, aspect))
    cautions = [None if each.caution is None else each.caution.text for each in (before, after)]
    yield from changes.of("caution", cautions[0], cautions[1])
    if cautions[0] == cautions[1]:
        yield from changes.of("source of its caution", before.caution, after.caution)


def _moved(changes: Changes) -> Edit:
    """A rule that went from a decision to what decisions share, or back, has another address."""
    return Edit("rule", changes.name, Way.RENAMED, Touch.NAMES, Step.MAJOR, changes.home, aspect="home")
