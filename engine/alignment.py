"""Two versions of a decision, fact by fact: which facts both know, on which values, and what each has to itself.

A fact of both is compared on the values that both accept, on the finer of their scales: the coarser side rounds them as
it rounds what a patient states. Nothing here knows a patient or a solver.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from graphlib import TopologicalSorter

from engine.cells import Cells
from engine.guideline import Fact, FactType, Import
from engine.numbers import rounded, steps_per_unit
from engine.plan import Plan


class Side(Enum):
    """Which of two versions."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Aligned:
    """A fact that plays a part in at least one of two decisions.

    scale: the values on which it is compared; None where the two versions have no value of it in common, so that each
    has a fact of its own. facts: the fact in each vocabulary that has it. plays: where it plays a part.
    is_bound: it follows from others, in the same way wherever it plays a part. is_split: it follows from others on both
    sides, but in another way, so that one patient can have another value of it before and after, unless it is given.
    """

    id: str
    scale: Fact | None
    facts: Mapping[Side, Fact]
    plays: frozenset[Side]
    is_bound: bool = False
    is_split: bool = False

    def on(self, side: Side, steps: int) -> int:
        """A value of the scale as a side counts it."""
        scale, fact = self.scale, self.facts[side]
        assert scale is not None
        if fact.type is FactType.CHOICE:
            return [choice.id for choice in fact.choices].index(scale.choices[steps].id)
        return rounded(scale.exact(steps), fact.decimals)


@dataclass(frozen=True, slots=True)
class Alignment:
    """The facts of two versions of a decision, each after those that it follows from."""

    plans: Mapping[Side, Plan]
    facts: tuple[Aligned, ...]
    by_id: Mapping[str, Aligned] = field(repr=False)


def alignment_of(before: Plan, after: Plan) -> Alignment:
    """How the facts of two versions of a decision correspond."""
    plans = {Side.BEFORE: before, Side.AFTER: after}
    found: dict[str, Aligned] = {}
    for name in _in_order(plans):
        found[name] = _aligned(name, plans, found)
    return Alignment(plans, tuple(found.values()), found)


def common_cells(aligned: Aligned, plans: Mapping[Side, Plan]) -> Cells:
    """The cells of the scale: in each, every test of either side gives the same answer."""
    scale = aligned.scale
    assert scale is not None
    starts = {scale.low}
    for side in aligned.plays:
        cells = plans[side].cells[aligned.id]
        if scale.type is FactType.CHOICE:
            at = [cells.at(aligned.on(side, steps)) for steps in range(scale.low, scale.high + 1)]
            starts |= {steps for steps in range(1, len(at)) if at[steps] != at[steps - 1]}
        else:
            starts |= {_first(aligned.facts[side], scale, start) for start in cells.starts}
    return Cells(scale, tuple(sorted(start for start in starts if scale.low <= start <= scale.high)))


def _in_order(plans: Mapping[Side, Plan]) -> list[str]:
    """The facts of both, each after those that it follows from on either side; where that is a circle, as the one side
    has them, then the other."""
    names = sorted({*plans[Side.BEFORE].names, *plans[Side.AFTER].names})
    reads: dict[str, set[str]] = {name: set() for name in names}
    for plan in plans.values():
        for each in plan.facts:
            reads[each.fact.id] |= each.reads
    sorter = TopologicalSorter({name: sorted(reads[name]) for name in names})
    try:
        return list(sorter.static_order())
    except ValueError:
        after = [each.fact.id for each in plans[Side.AFTER].facts]
        before = [each.fact.id for each in plans[Side.BEFORE].facts]
        return [*before, *(name for name in after if name not in before)]


def _aligned(name: str, plans: Mapping[Side, Plan], found: Mapping[str, Aligned]) -> Aligned:
    facts = {side: plan.guideline.facts[name] for side, plan in plans.items() if name in plan.guideline.facts}
    plays = frozenset(side for side, plan in plans.items() if name in plan.cells)
    scale = next(iter(facts.values())) if len(facts) == 1 else _scale(*facts.values())
    bound = [side for side in Side if name in plans[side].bound]
    if scale is None:
        return Aligned(name, None, facts, plays, is_bound=bool(bound))
    if len(plays) == 1 or not bound:
        return Aligned(name, scale, facts, plays, is_bound=bool(bound))
    is_same = len(bound) == 2 and _follows_alike(name, plans, facts, found)
    return Aligned(name, scale, facts, plays, is_bound=is_same, is_split=len(bound) == 2 and not is_same)


def _follows_alike(
    name: str, plans: Mapping[Side, Plan], facts: Mapping[Side, Fact], found: Mapping[str, Aligned]
) -> bool:
    before, after = (facts[side] for side in Side)
    linear = [plans[side].linear.get(name) for side in Side]
    ways = [[_way(each) for each in facts[side].imports] for side in Side]
    reads = before.reads | after.reads
    return (
        _is_same_measure(before, after)
        and linear[0] == linear[1]
        and ways[0] == ways[1]
        and all(_is_one(found.get(read)) for read in reads)
    )


def _way(imported: Import) -> tuple[object, ...]:
    theirs = imported.guideline
    return theirs.sha256, imported.decision, imported.facts, imported.values, imported.results


def _is_one(read: Aligned | None) -> bool:
    """Whether what is read is one fact, with one value, on both sides."""
    if read is None or read.scale is None or read.is_split or len(read.facts) < 2:
        return False
    return _is_same_measure(*read.facts.values())


def is_same_scale(one: Fact, other: Fact) -> bool:
    """Whether two facts take the same values."""
    return _is_same_measure(one, other) and (one.low, one.high) == (other.low, other.high)


def _is_same_measure(one: Fact, other: Fact) -> bool:
    """Whether a value that two facts both take is counted alike by both: all may differ but the range of a number."""
    choices = [[choice.id for choice in fact.choices] for fact in (one, other)]
    return choices[0] == choices[1] and all(
        getattr(one, part) == getattr(other, part) for part in ("type", "decimals", "unit")
    )


def _scale(one: Fact, other: Fact) -> Fact | None:
    """The values that two facts have in common, on the finer scale; None where there are none."""
    if FactType.YES_NO in (one.type, other.type) or one.is_numeric != other.is_numeric:
        return one if one.type is other.type else None
    if one.type is FactType.CHOICE:
        theirs = {choice.id for choice in other.choices}
        choices = tuple(choice for choice in one.choices if choice.id in theirs)
        return one.model_copy(update={"choices": choices, "low": 0, "high": len(choices) - 1}) if choices else None
    if one.unit != other.unit:
        return None
    is_whole = FactType.INTEGER in (one.type, other.type)
    finest = one if one.decimals >= other.decimals else other
    scale = min((one, other), key=lambda fact: fact.type is not FactType.INTEGER) if is_whole else finest
    low = max(_first(fact, scale, fact.low) for fact in (one, other))
    high = min(_first(fact, scale, fact.high + 1) - 1 for fact in (one, other))
    return scale.model_copy(update={"low": low, "high": high}) if low <= high else None


def _first(fact: Fact, scale: Fact, steps: int) -> int:
    """The first value of the scale that the fact counts as so many steps or more."""
    more, less = steps_per_unit(scale.decimals), steps_per_unit(fact.decimals)
    if more <= less:
        return -(-steps * more // less)
    factor = more // less
    return steps * factor - factor // 2 + (0 if steps > 0 else 1)
