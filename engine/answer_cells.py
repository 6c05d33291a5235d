"""The cells of a fact that is asked for: as fine as the tests on it, and on what its answer alone lets sums find."""

from bisect import bisect_left
from collections.abc import Callable, Collection, Mapping

from engine.cells import Cells
from engine.guideline import Fact
from engine.known import Known
from engine.numbers import rounded
from engine.plan import Plan

Follows = Callable[[int], int]
"""A value in steps, from the answer in steps: it only rises with the answer, or only falls."""


def answer_cells(plan: Plan, known: Known, name: str, among: Collection[str]) -> Cells | None:
    """The parts of an unknown fact's range in which every answer leaves the same of these facts: what a sum finds from
    it stays in one cell. None where a sum needs something more that is unknown, or is not the only way. Sums that can
    leave their range are to be among them: they are tied to what they read."""
    fact, starts = plan.guideline.facts[name], set(plan.cells[name].starts)
    found: dict[str, Follows] = {name: lambda steps: steps}
    for planned in plan.facts:
        other, reads = planned.fact, planned.reads & found.keys()
        if other.id == name or other.id not in among or not reads or not _is_open(plan, known, other):
            continue
        if planned.imports and not other.derived and not any(each.plan.linear for each in planned.imports):
            continue
        if planned.imports or len(other.derived) > 1 or len(reads) > 1 or planned.reads - reads - known.values.keys():
            return None
        follows = found[other.id] = _following(plan, known, other, found)
        for border in (*plan.cells[other.id].starts, other.high + 1):
            starts |= _crossing(fact, follows, border)
    return Cells(fact, tuple(sorted(starts)))


def _is_open(plan: Plan, known: Known, fact: Fact) -> bool:
    return fact.id in plan.bound and fact.id not in known.values and fact.id not in known.untied


def _following(plan: Plan, known: Known, fact: Fact, found: Mapping[str, Follows]) -> Follows:
    """The value of a fact whose formula reads one that follows from the answer, and else what is known."""
    facts, formula = plan.guideline.facts, fact.derived[0].formula
    rest = {name: facts[name].exact(known.values[name]) for name in formula.facts if name not in found}
    (read,) = found.keys() & formula.facts

    def following(steps: int) -> int:
        return rounded(formula.value({**rest, read: facts[read].exact(found[read](steps))}), fact.decimals)

    return following


def _crossing(fact: Fact, follows: Follows, border: int) -> set[int]:
    """The first answer of those on the other side of a border; none where all are on one side."""
    answers = range(fact.low, fact.high + 1)
    if follows(fact.high) >= follows(fact.low):
        at = fact.low + bisect_left(answers, border, key=follows)
    else:
        at = fact.low + bisect_left(answers, 1 - border, key=lambda steps: -follows(steps))
    return {at} if fact.low < at <= fact.high else set()
