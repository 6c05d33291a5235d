"""A condition as alternatives: negations pushed down to the tests, tests on one fact made one.

Only the truth of a condition is kept, not the difference between false and unknown: a rule fires when its condition
is true and not otherwise. Every test left in a clause still needs its fact to be known. Size is linear in the
condition's: an `any` inside an `all` stays an `any`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.conditions import AllOf, AnyOf, Condition, FindingTest, Interval, NotThis, Test
from engine.guideline import Fact
from engine.unary_tests import complement, union

Meets = tuple[Interval, ...]
"""The steps that a test takes: sorted intervals that neither overlap nor touch, at least one."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A conjunction: it is true when all of its parts are.

    tests: a fact and what it must meet, one entry a fact, by fact
    findings: a finding, and whether it must hold or must be known not to, sorted
    choices: for each nested `any`, its alternatives (at least two)
    """

    tests: tuple[tuple[str, Meets], ...] = ()
    findings: tuple[tuple[str, bool], ...] = ()
    choices: tuple[tuple["Clause", ...], ...] = ()


Alternatives = tuple[Clause, ...]
"""True when one of the clauses is; without any, never."""


def alternatives(condition: Condition, facts: Mapping[str, Fact], negated: bool = False) -> Alternatives:
    """The alternatives under which `condition` (with `negated`: its negation) is true."""
    match condition:
        case Test(fact, meets):
            return _tested(facts[fact], meets, negated)
        case FindingTest(finding, expected):
            return (Clause(findings=((finding, expected is not negated),)),)
        case NotThis(part):
            return alternatives(part, facts, not negated)
        case AllOf(parts) | AnyOf(parts):
            each = [alternatives(part, facts, negated) for part in parts]
            return _joined(each) if isinstance(condition, AllOf) is not negated else _either(each)


def _tested(fact: Fact, meets: Meets, negated: bool) -> Alternatives:
    if negated:
        meets = complement(meets, fact.low, fact.high)
    return (Clause(tests=((fact.id, meets),)),) if meets else ()


def _joined(parts: Iterable[Alternatives]) -> Alternatives:
    """All of the parts: what is certain about them in one clause, the rest as its choices."""
    tests: dict[str, Meets] = {}
    findings: set[tuple[str, bool]] = set()
    choices: dict[Alternatives, None] = {}
    for part in parts:
        if not part:
            return ()
        if len(part) > 1:
            choices[part] = None
            continue
        for fact, meets in part[0].tests:
            tests[fact] = _both(tests[fact], meets) if fact in tests else meets
        findings.update(part[0].findings)
        choices |= dict.fromkeys(part[0].choices)
    if not all(tests.values()):
        return ()
    return (Clause(tuple(sorted(tests.items())), tuple(sorted(findings)), tuple(choices)),)


def _either(parts: Iterable[Alternatives]) -> Alternatives:
    """One of the parts, those that are no more than a test on the same fact united."""
    united: dict[str, Meets] = {}
    others: dict[Clause, None] = {}
    for part in parts:
        for clause in part:
            if len(clause.tests) == 1 and not clause.findings and not clause.choices:
                ((fact, meets),) = clause.tests
                united[fact] = union([*united.get(fact, ()), *meets])
            else:
                others[clause] = None
    return (*(Clause(tests=(test,)) for test in sorted(united.items())), *others)


def _both(some: Meets, others: Meets) -> Meets:
    return union((max(a, c), min(b, d)) for a, b in some for c, d in others)
