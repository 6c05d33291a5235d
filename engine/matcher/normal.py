"""A condition as alternatives: negations pushed down to the tests, tests on one fact made one.

Only the truth of a condition is kept, not the difference between false and unknown: a rule fires when its condition
is true and not otherwise. Every test left in a clause still needs its fact to be known. Size is linear in the
condition's: an `any` inside an `all` stays an `any`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.conditions import (
    AllOf,
    AtLeast,
    Condition,
    FindingTest,
    Interval,
    NotThis,
    ScoreTest,
    Test,
)
from engine.guideline import Fact
from engine.unary_tests import complement, union

Meets = tuple[Interval, ...]
"""The steps that a test takes: sorted intervals that neither overlap nor touch, at least one."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A conjunction: it is true when all of its parts are.

    tests: a fact and what it must meet, one entry a fact, by fact
    findings: a finding, and whether it must hold or must be known not to, sorted
    scores: a score, and the one interval in which it must lie as a whole, sorted
    choices: for each nested `any`, its alternatives (at least two)
    counts: for each nested `at_least`, how many of the parts must be true (neither one of them nor all)
    """

    tests: tuple[tuple[str, Meets], ...] = ()
    findings: tuple[tuple[str, bool], ...] = ()
    scores: tuple[tuple[str, Interval], ...] = ()
    choices: tuple[tuple["Clause", ...], ...] = ()
    counts: tuple[tuple[int, tuple[tuple["Clause", ...], ...]], ...] = ()

    @property
    def is_one_test(self) -> bool:
        """Whether it is nothing but a test on one fact."""
        return len(self.tests) == 1 and not (self.findings or self.scores or self.choices or self.counts)


Alternatives = tuple[Clause, ...]
"""True when one of the clauses is; without any, never."""


def alternatives(condition: Condition, scales: Mapping[str, Fact], negated: bool = False) -> Alternatives:
    """The alternatives under which `condition` (with `negated`: its negation) is true. `scales` are the facts, and what
    scores count like, that it tests."""
    match condition:
        case Test(fact, meets):
            taken = _taken(scales[fact], meets, negated)
            return (Clause(tests=((fact, taken),)),) if taken else ()
        case ScoreTest(score, meets):
            return tuple(Clause(scores=((score, each),)) for each in _taken(scales[score], meets, negated))
        case FindingTest(finding, expected):
            return (Clause(findings=((finding, expected is not negated),)),)
        case NotThis(part):
            return alternatives(part, scales, not negated)
    each = [alternatives(part, scales, negated) for part in condition.parts]
    match condition:
        case AtLeast(n):
            return _counted(len(each) - n + 1 if negated else n, each)
    return _joined(each) if isinstance(condition, AllOf) is not negated else _either(each)


def _taken(scale: Fact, meets: Meets, negated: bool) -> Meets:
    return complement(meets, scale.low, scale.high) if negated else meets


def _counted(n: int, parts: list[Alternatives]) -> Alternatives:
    """At least n of the parts; those that can never be true are left out."""
    able = [part for part in parts if part]
    if n > len(able):
        return ()
    if n == len(able):
        return _joined(able)
    return _either(able) if n == 1 else (Clause(counts=((n, tuple(able)),)),)


def _joined(parts: Iterable[Alternatives]) -> Alternatives:
    """All of the parts: what is certain about them in one clause, the rest as its choices."""
    tests: dict[str, Meets] = {}
    findings: set[tuple[str, bool]] = set()
    scores: dict[str, Interval] = {}
    choices: dict[Alternatives, None] = {}
    counts: dict[tuple[int, tuple[Alternatives, ...]], None] = {}
    for part in parts:
        if not part:
            return ()
        if len(part) > 1:
            choices[part] = None
            continue
        for fact, meets in part[0].tests:
            tests[fact] = _both(tests[fact], meets) if fact in tests else meets
        findings.update(part[0].findings)
        for score, within in part[0].scores:
            scores[score] = _overlap(scores.get(score, within), within)
        choices |= dict.fromkeys(part[0].choices)
        counts |= dict.fromkeys(part[0].counts)
    if not all(tests.values()) or any(low > high for low, high in scores.values()):
        return ()
    tested, concluded = tuple(sorted(tests.items())), tuple(sorted(findings))
    return (Clause(tested, concluded, tuple(sorted(scores.items())), tuple(choices), tuple(counts)),)


def _either(parts: Iterable[Alternatives]) -> Alternatives:
    """One of the parts, those that are no more than a test on the same fact united."""
    united: dict[str, Meets] = {}
    others: dict[Clause, None] = {}
    for part in parts:
        for clause in part:
            if clause.is_one_test:
                ((fact, meets),) = clause.tests
                united[fact] = union([*united.get(fact, ()), *meets])
            else:
                others[clause] = None
    return (*(Clause(tests=(test,)) for test in sorted(united.items())), *others)


def _overlap(one: Interval, other: Interval) -> Interval:
    return max(one[0], other[0]), min(one[1], other[1])


def _both(some: Meets, others: Meets) -> Meets:
    return union((max(a, c), min(b, d)) for a, b in some for c, d in others)
