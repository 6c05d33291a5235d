"""Conditions by what they mean: the same however an author writes a test."""

from engine.conditions import AllOf, AnyOf, AtLeast, Condition, FindingTest, NotThis, ScoreTest, Test


def bare(condition: Condition) -> Condition:
    """The condition without the texts of its tests: `[2..4]` and `[2.0..4.0]` are one."""
    match condition:
        case Test(fact, meets):
            return Test(fact, meets, "")
        case ScoreTest(score, meets):
            return ScoreTest(score, meets, "")
        case FindingTest():
            return condition
        case NotThis(part):
            return NotThis(bare(part))
    parts = tuple(bare(part) for part in condition.parts)
    match condition:
        case AllOf():
            return AllOf(parts)
        case AnyOf():
            return AnyOf(parts)
        case AtLeast(n):
            return AtLeast(n, parts)
