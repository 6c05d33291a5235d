"""Conditions by what they mean, the same however an author writes a test; and by what is written, the same whatever
the scale of a fact or score makes of it."""

from dataclasses import replace

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


def is_same(before: Condition, after: Condition) -> bool:
    """Whether a condition was not edited: it means the same, or the same is written. Then what became of it follows
    from the edit of a range, of decimals or of choices."""
    return bare(before) == bare(after) or written(before) == written(after)


def written(condition: Condition) -> Condition:
    """The condition without what its tests mean."""
    match condition:
        case Test() | ScoreTest():
            return replace(condition, meets=())
        case FindingTest():
            return condition
        case NotThis(part):
            return NotThis(written(part))
    return replace(condition, parts=tuple(written(part) for part in condition.parts))
