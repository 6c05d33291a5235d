"""Conditions: tests joined by all, any, at_least and not. Their parts, and how they are printed back in the author's
words.

How a test is read from text is in `engine.unary_tests`; how a condition is evaluated, in `engine.evaluation`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

Interval = tuple[int, int]
"""A closed interval of whole steps, low end first."""


@dataclass(frozen=True, slots=True)
class Test:
    """A test on one fact: it holds when the fact's value, in steps, lies in one of `meets`.

    `meets` is sorted, its intervals neither overlap nor touch, and all lie in the fact's range; `text` is what the
    author wrote.
    """

    __test__ = False

    fact: str
    meets: tuple[Interval, ...]
    text: str


@dataclass(frozen=True, slots=True)
class FindingTest:
    """Holds when the finding holds (`expected` True) or is known not to hold (`expected` False)."""

    finding: str
    expected: bool


@dataclass(frozen=True, slots=True)
class ScoreTest:
    """A test on a score: it holds when all values that the score can still have lie in one interval of `meets`.

    `meets` is made like that of a `Test`, in steps of the score; `text` is what the author wrote.
    """

    score: str
    meets: tuple[Interval, ...]
    text: str


@dataclass(frozen=True, slots=True)
class AllOf:
    """Holds when every part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds when at least one part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """Holds when at least `n` of the parts hold; `n` lies between 1 and their number."""

    n: int
    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class NotThis:
    """Holds when its part is known not to hold."""

    part: "Condition"


Condition = Test | FindingTest | ScoreTest | AllOf | AnyOf | AtLeast | NotThis
Leaf = Test | FindingTest | ScoreTest


def all_parts(parts: tuple[Condition, ...]) -> Condition:
    """The conjunction of `parts`, without a wrapper around a single one."""
    return parts[0] if len(parts) == 1 else AllOf(parts)


def leaves(condition: Condition) -> Iterator[Leaf]:
    """Every test of a condition, in the author's order."""
    match condition:
        case Test() | FindingTest() | ScoreTest():
            yield condition
        case AllOf(parts) | AnyOf(parts) | AtLeast(_, parts):
            for part in parts:
                yield from leaves(part)
        case NotThis(part):
            yield from leaves(part)


def facts_in(condition: Condition) -> frozenset[str]:
    """The facts that a condition tests itself (not those behind its findings)."""
    return frozenset(leaf.fact for leaf in leaves(condition) if isinstance(leaf, Test))


def concluded_in(condition: Condition) -> frozenset[str]:
    """The findings and scores that a condition tests."""
    return frozenset(_concluded(leaf) for leaf in leaves(condition) if not isinstance(leaf, Test))


def renamed(condition: Condition, names: Mapping[str, str]) -> Condition:
    """The same condition on facts of other names; a fact that `names` does not have keeps its own."""
    match condition:
        case Test(fact, meets, text):
            return Test(names.get(fact, fact), meets, text)
        case AllOf(parts):
            return AllOf(tuple(renamed(part, names) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(renamed(part, names) for part in parts))
        case AtLeast(n, parts):
            return AtLeast(n, tuple(renamed(part, names) for part in parts))
        case NotThis(part):
            return NotThis(renamed(part, names))
    return condition


def as_text(condition: Condition) -> str:
    """The condition in the author's words: `pain: [2.6..4.4], not (a: yes or b: no)`."""
    match condition:
        case Test(name, _, text) | ScoreTest(name, _, text):
            return f"{name}: {text}"
        case FindingTest(finding, expected):
            return f"{finding}: {'yes' if expected else 'no'}"
        case AllOf(parts):
            return "(" + " and ".join(as_text(part) for part in parts) + ")"
        case AnyOf(parts):
            return "(" + " or ".join(as_text(part) for part in parts) + ")"
        case AtLeast(n, parts):
            return f"at least {n} of (" + ", ".join(as_text(part) for part in parts) + ")"
        case NotThis(part):
            return f"not {as_text(part)}"


def _concluded(leaf: FindingTest | ScoreTest) -> str:
    return leaf.finding if isinstance(leaf, FindingTest) else leaf.score
