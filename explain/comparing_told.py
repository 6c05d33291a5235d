"""What two versions of a decision tell beside the outcome, in words: who gets a caution or points in one only."""

from collections.abc import Iterator

from engine.comparison import DecisionComparison, Group, GuidelineComparison, ToldChange
from engine.guideline import Decision
from engine.logic import Refused, Turn
from engine.told import ToldScore
from explain.justification import Line

_TURNS = {Turn.LOST: "given before, no longer after", Turn.GAINED: "not given before, given after"}


def told_change_in_words(decision: Decision, change: ToldChange) -> str:
    """What becomes of a caution or of points: ``Caution "..." [frost]: given before, no longer after``. The decision is
    of the version that has it now."""
    told = change.told
    if isinstance(told, ToldScore):
        return f"{decision.scores[told.id].title} ({told.id}): other points"
    side = list(told.texts)[0 if change.turn is Turn.LOST else -1]
    rules = ", ".join(told.rules[side])
    return f'Caution "{told.texts[side]}" [{rules}]: {_TURNS[change.turn]}'


def points_in_words(change: ToldChange, group: Group) -> str:
    """The points of the example of a group: ` (points: 3 before, 4 after)`; nothing of a caution."""
    if group.points is None or not isinstance(change.told, ToldScore):
        return ""
    before, after = group.points
    return f" (points: {before} before, {after} after)"


def proved_of_told(comparison: GuidelineComparison, compared: DecisionComparison) -> Iterator[Line]:
    """The proof that nobody gets another caution or other points, where there are any; who is not in it."""
    if compared.told_changes:
        return
    told = list(_told(comparison, compared.decision))
    if told:
        yield Line(f"Proved: {no_complete_patient(compared)} gets {' or '.join(told)}")
    if compared.told_against_formulas:
        yield Line(f"Somebody who states a fact against what it would be computed from gets {' or '.join(told)}")


def no_complete_patient(*compared: DecisionComparison) -> str:
    """Of whom something is proved that is proved of complete patients only."""
    results = [each for one in compared for move in one.movements for each in (move.before, move.after)]
    may_be_refused = any(isinstance(each, Refused) for each in results) or any(one.refusing_apart for one in compared)
    return f"no patient of whom everything is given{' and whom both versions answer' if may_be_refused else ''}"


def _told(comparison: GuidelineComparison, decision: str) -> Iterator[str]:
    both = [each.decisions[decision] for each in (comparison.before, comparison.after)]
    if any(rule.caution for each in both for rule in each.rules.values()):
        yield "another caution of a rule"
    if both[0].scores.keys() & both[1].scores.keys():
        yield "other points"
