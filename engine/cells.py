"""Cells: the finitely many parts of a fact's range in which every test of a decision gives the same answer."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from engine.conditions import Interval, ScoreTest, Test
from engine.guideline import Fact, FactType
from engine.unary_tests import union


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one fact: `starts` holds the first step of each, the last ends at `high`."""

    fact: Fact
    starts: tuple[int, ...]

    @property
    def count(self) -> int:
        return len(self.starts)

    def at(self, steps: int) -> int:
        """The cell that a value of the fact lies in."""
        return bisect_right(self.starts, steps) - 1

    def interval(self, cell: int) -> Interval:
        """The first and the last step of a cell."""
        last = self.starts[cell + 1] - 1 if cell + 1 < len(self.starts) else self.fact.high
        return self.starts[cell], last

    def truths(self, test: Test | ScoreTest) -> tuple[bool, ...]:
        """The answer of a test in each cell. The test must be one of those that the cells were made for."""
        return tuple(any(low <= start <= high for low, high in test.meets) for start in self.starts)

    def spans(self, cells: Iterable[int]) -> tuple[Interval, ...]:
        """The values of some cells as intervals that neither overlap nor touch."""
        return union(self.interval(cell) for cell in cells)

    def texts(self, cells: Iterable[int]) -> tuple[str, ...]:
        """The values of some cells as people write them: a number's as `2.60..4.40`, a choice's one by one."""
        ranges = self.spans(cells)
        if self.fact.type in (FactType.CHOICE, FactType.YES_NO):
            return tuple(self.fact.text_of(steps) for low, high in ranges for steps in range(low, high + 1))
        ends = ((self.fact.text_of(low), self.fact.text_of(high)) for low, high in ranges)
        return tuple(low if low == high else f"{low}..{high}" for low, high in ends)


def cells_of(fact: Fact, tests: Iterable[Test | ScoreTest]) -> Cells:
    """The cells that `tests`, all on `fact` (or on the score that counts like it), divide its range into."""
    starts = {fact.low}
    for test in tests:
        for low, high in test.meets:
            starts |= {low, high + 1}
    return Cells(fact, tuple(sorted(start for start in starts if start <= fact.high)))
