"""Where the tests of two rules on one number, a fact or a score, nearly meet."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from engine.conditions import AllOf, AnyOf, AtLeast, Condition, Interval, NotThis, ScoreTest, Test
from engine.guideline import Decision, Fact, Rule
from engine.numbers import steps_per_unit


@dataclass(frozen=True, slots=True)
class Span:
    """Values of a fact or score that a test of a rule counts, where it is not negated; `beside`: all that it counts."""

    rule: Rule
    ends: Interval
    beside: tuple[Interval, ...]

    def leaves_out(self, last: int, first: int) -> bool:
        """Whether the test itself counts what ends before a hole and what begins after it, as `not(3)` does."""
        return any(end == last for _, end in self.beside) and any(begin == first for begin, _ in self.beside)


@dataclass(frozen=True, slots=True)
class Seam:
    """Where the tests of two rules end and begin: the last value of the one and the first of the other. `scale` is the
    fact that they test, or how the score counts that they test."""

    scale: Fact
    is_of_score: bool
    below: Rule
    last: int
    above: Rule
    first: int

    @property
    def between(self) -> Interval:
        """The values of the hole or of the overlap."""
        return (self.last + 1, self.first - 1) if self.is_hole else (self.first, self.last)

    @property
    def test(self) -> Test | ScoreTest:
        """The test that the values of the hole or overlap meet, and no others."""
        return (ScoreTest if self.is_of_score else Test)(self.scale.id, (self.between,), "")

    @property
    def sides(self) -> Interval:
        """The nearest values below and above these."""
        return (self.last, self.first) if self.is_hole else (self.first - 1, self.last + 1)

    @property
    def is_hole(self) -> bool:
        return self.last + 1 < self.first

    @property
    def is_overlap(self) -> bool:
        return self.first <= self.last

    @property
    def step(self) -> int:
        """How far apart the ends may be to be neighbours: one step of the last decimal that both are written with."""
        written = steps_per_unit(self.scale.decimals)
        while written > 1 and not (_is_round(self.last, written) and _is_round(self.first, -written)):
            written //= 10
        if written == 1:
            return 2 if self.is_hole else 0
        return written + 2 if self.is_hole else written


def seams_of(decision: Decision, scale: Fact) -> Iterator[Seam]:
    """Where tests on a fact, or on the score that counts on this scale, nearly meet; each hole and overlap once, told
    of the first rules in the file. What one test leaves out between its own values, as `not(3)` does, is no hole."""
    spans = [each for rule in decision.rules.values() for each in _spans(rule, rule.condition, scale, True)]
    spans.sort(key=lambda each: (each.rule.place, each.ends))
    starts, ends = {each.ends[0] for each in spans}, {each.ends[1] for each in spans}
    seen: set[Interval] = set()
    for below, above in product(spans, spans):
        seam = Seam(scale, scale.id in decision.scores, below.rule, below.ends[1], above.rule, above.ends[0])
        is_inside = scale.low < seam.first and seam.last < scale.high and (seam.last, seam.first) not in seen
        if not is_inside or seam.step < abs(seam.last - seam.first):
            continue
        if seam.is_hole and any(each.leaves_out(seam.last, seam.first) for each in (below, above)):
            continue
        is_met = seam.last + 1 in starts or seam.first - 1 in ends
        is_nested = below.ends[0] >= seam.first or seam.last >= above.ends[1]
        if (seam.is_hole and not is_met) or (seam.is_overlap and not is_nested):
            seen.add((seam.last, seam.first))
            yield seam


def at_points(condition: Condition, scale: Fact, points: int) -> Condition:
    """A condition whose tests on a score come out as for these points, whatever the score is."""
    match condition:
        case ScoreTest(name, meets) if name == scale.id:
            always = replace(condition, meets=((scale.low, scale.high),))
            return always if any(low <= points <= high for low, high in meets) else NotThis(always)
        case NotThis(part):
            return NotThis(at_points(part, scale, points))
        case AllOf(parts) | AnyOf(parts) | AtLeast(_, parts):
            return replace(condition, parts=tuple(at_points(part, scale, points) for part in parts))
    return condition


def _spans(rule: Rule, condition: Condition, scale: Fact, is_asserted: bool) -> Iterator[Span]:
    match condition:
        case Test(name, meets) | ScoreTest(name, meets):
            if name == scale.id:
                counted = meets if is_asserted else tuple(_others(meets, scale))
                yield from (Span(rule, ends, counted) for ends in counted)
        case NotThis(part):
            yield from _spans(rule, part, scale, not is_asserted)
        case AllOf(parts) | AnyOf(parts) | AtLeast(_, parts):
            for part in parts:
                yield from _spans(rule, part, scale, is_asserted)


def _others(meets: tuple[Interval, ...], scale: Fact) -> Iterator[Interval]:
    """The values of a scale that are in none of some intervals."""
    low = scale.low
    for first, last in meets:
        if low < first:
            yield low, first - 1
        low = last + 1
    if low <= scale.high:
        yield low, scale.high


def _is_round(end: int, step: int) -> bool:
    """Whether an end is written with few decimals: itself, or the value next to it that it excludes."""
    return end % step == 0 or (end + (1 if step > 0 else -1)) % step == 0
