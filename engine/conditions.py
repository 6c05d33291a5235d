"""Conditions: tests joined by all, any and not. Their parts, and how they are printed back in the author's words.

How a test is read from text is in `engine.unary_tests`; how a condition is evaluated, in `engine.evaluation`.
"""

from collections.abc import Iterator
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
class AllOf:
    """Holds when every part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds when at least one part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class NotThis:
    """Holds when its part is known not to hold."""

    part: "Condition"


Condition = Test | FindingTest | AllOf | AnyOf | NotThis
Leaf = Test | FindingTest


def all_parts(parts: tuple[Condition, ...]) -> Condition:
    """The conjunction of `parts`, without a wrapper around a single one."""
    return parts[0] if len(parts) == 1 else AllOf(parts)


def leaves(condition: Condition) -> Iterator[Leaf]:
    """Every test of a condition, in the author's order."""
    match condition:
        case Test() | FindingTest():
            yield condition
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from leaves(part)
        case NotThis(part):
            yield from leaves(part)


def facts_in(condition: Condition) -> frozenset[str]:
    """The facts that a condition tests itself (not those behind its findings)."""
    return frozenset(leaf.fact for leaf in leaves(condition) if isinstance(leaf, Test))


def findings_in(condition: Condition) -> frozenset[str]:
    """The findings that a condition tests."""
    return frozenset(leaf.finding for leaf in leaves(condition) if isinstance(leaf, FindingTest))


def as_text(condition: Condition) -> str:
    """The condition in the author's words: `pain: [2.6..4.4], not (a: yes or b: no)`."""
    match condition:
        case Test(fact, _, text):
            return f"{fact}: {text}"
        case FindingTest(finding, expected):
            return f"{finding}: {'yes' if expected else 'no'}"
        case AllOf(parts):
            return "(" + " and ".join(as_text(part) for part in parts) + ")"
        case AnyOf(parts):
            return "(" + " or ".join(as_text(part) for part in parts) + ")"
        case NotThis(part):
            return f"not {as_text(part)}"
