"""The axes of a table: facts by cells, and facts whose values only matter together by what they come to together.

An axis has *effects*: what its facts may come to, one value standing for all that no test tells apart. Two effects are
*related* by a set of units if some values of its facts come to the one and, with other values of these units only, to
the other. Nothing here shares code with the engine.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, groupby, product
from math import lcm

from tests.oracle.formulas import computed
from tests.oracle.terms import Fact, Formula, Value

Effect = Mapping[str, Value]
Related = Mapping[frozenset[str], tuple[tuple[int, ...], ...]]
Met = Sequence[frozenset[Value]]
Runs = tuple[tuple[Value, ...], ...]


class NotTabulated(Exception):
    """Something that tables leave to the slower ways of trying everything."""


@dataclass(frozen=True, slots=True)
class Axis:
    """The effects of some facts; the units that move it, each with the minimal sets of facts that it stands for; and
    for every set of those units the effects that each effect may turn into. An axis of ways has no units."""

    effects: tuple[Effect, ...]
    moves: Mapping[str, tuple[frozenset[str], ...]]
    related: Related


def cells(fact: Fact, met: Met) -> Runs:
    """The values of a fact in runs of neighbours that lie in the same of these sets."""
    told = [(tuple(value in each for each in met), value) for value in fact.grid]
    return tuple(tuple(value for _, value in run) for _, run in groupby(told, key=lambda each: each[0]))


def single(name: str, fact: Fact, met: Met) -> Axis:
    """The axis of one fact that varies on its own."""
    return freely(tuple({name: run[0]} for run in cells(fact, met)), {name: (frozenset([name]),)})


def freely(effects: tuple[Effect, ...], moves: Mapping[str, tuple[frozenset[str], ...]]) -> Axis:
    """An axis on which each of its units may turn any effect into any other."""
    everything = tuple(tuple(range(len(effects))) for _ in effects)
    return Axis(effects, moves, {frozenset([name]): everything for name in moves})


def ways(name: str, count: int) -> Axis:
    """The axis of the formulas or imports that a fact may follow by; no unit moves it."""
    return Axis(tuple({name: Fraction(way)} for way in range(count)), {}, {})


@dataclass(frozen=True, slots=True)
class Computed:
    """A fact by one of its linear formulas, by the name it has on the axis."""

    name: str
    fact: Fact
    formula: Formula
    met: Met


def bundle(facts: Mapping[str, Fact], met: Mapping[str, Met], computed: Sequence[Computed]) -> Axis:
    """The axis of one or two facts and of what linear formulas compute from them."""
    if len(facts) > 2 or any(set(each.formula.names.values()) - facts.keys() for each in computed):
        raise NotTabulated(f"too many facts that only matter together: {sorted(facts)}")
    runs = {name: cells(fact, met[name]) for name, fact in facts.items()}
    runs |= {each.name: cells(each.fact, each.met) for each in computed}
    numbered, pairs = _Bundle(facts, runs, computed).found()
    effects = tuple(
        {name: runs[name][cell][0] for name, cell in zip(runs, each, strict=True) if cell >= 0} for each in numbered
    )
    count = len(effects)
    if all(len(each) == count**2 for each in pairs.values()):
        return freely(effects, {"+".join(facts): tuple(frozenset([name]) for name in facts)})
    related = {
        each: tuple(tuple(other for other in range(count) if (one, other) in turned) for one in range(count))
        for each, turned in pairs.items()
    }
    return Axis(effects, {name: (frozenset([name]),) for name in facts}, related)


Cells = tuple[int, ...]
Pairs = Mapping[frozenset[str], set[tuple[int, int]]]


class _Bundle:
    """Effects here are tuples: for each fact and each computed one the number of its cell; below its range -1, above it
    the number of cells.

    While one fact rises each of these only rises or only falls: where both ends of a stretch are alike, so is all
    between them. So every value of every fact is looked at without a look at each.
    """

    def __init__(self, facts: Mapping[str, Fact], runs: Mapping[str, Runs], computed: Sequence[Computed]) -> None:
        self._names, self._sizes = list(facts), [len(fact.grid) for fact in facts.values()]
        self._starts = [_starts(run) for run in runs.values()]
        self._linear = [_Linear(each, list(facts.items())) for each in computed]
        self._numbers: dict[Cells, int] = {}

    def found(self) -> tuple[list[Cells], Pairs]:
        """The effects that there are, and for each set of facts which of them turn into which by these."""
        related: dict[frozenset[str], set[tuple[int, int]]] = {}
        for varied, name in enumerate(self._names):
            others = [range(size) if n != varied else (0,) for n, size in enumerate(self._sizes)]
            rows = {self._row(list(places), varied) for places in product(*others)}
            related[frozenset([name])] = {pair for row in rows for pair in product(row, row)}
        if len(self._names) > 1:
            related[frozenset(self._names)] = set(product(range(len(self._numbers)), repeat=2))
        return list(self._numbers), related

    def _row(self, places: list[int], varied: int) -> frozenset[int]:
        """The effects while one fact takes every value."""
        found: set[Cells] = set()

        def at(place: int) -> Cells:
            places[varied] = place
            return self._effect(places)

        def look(low: int, lowest: Cells, high: int, highest: Cells) -> None:
            found.update((lowest, highest))
            if lowest != highest and high - low > 1:
                middle = (low + high) // 2
                cell = at(middle)
                look(low, lowest, middle, cell)
                look(middle, cell, high, highest)

        last = self._sizes[varied] - 1
        look(0, at(0), last, at(last))
        told = sorted({self._told(each) for each in found})
        return frozenset(self._numbers.setdefault(each, len(self._numbers)) for each in told)

    def _told(self, reached: Cells) -> Cells:
        """The same, with no value told as -1 on either side of a range."""
        last = [len(starts) - 1 for starts in self._starts]
        return tuple(-1 if cell == count else cell for cell, count in zip(reached, last, strict=True))

    def _effect(self, places: Sequence[int]) -> Cells:
        reached = [*places, *(linear.place(places) for linear in self._linear)]
        return tuple(bisect_right(starts, place) - 1 for starts, place in zip(self._starts, reached, strict=True))


def _starts(runs: Runs) -> list[int]:
    """The first place of each run in the grid, and the first after all."""
    return [0, *accumulate(len(run) for run in runs)]


class _Linear:
    """A linear formula in whole numbers: places of its inputs' grids to the place in its own fact's grid."""

    def __init__(self, each: Computed, facts: Sequence[tuple[str, Fact]]) -> None:

        def at(values: Mapping[str, Fraction]) -> Fraction:
            return computed(each.formula.text, each.formula.inputs(values))

        zero = {name: Fraction(0) for name, _ in facts}
        factors = [at({**zero, name: Fraction(1)}) - at(zero) for name, _ in facts]
        steps = [Fraction(1, 10**fact.decimals) for _, fact in facts]
        lowest = {name: _number(fact.grid[0]) for name, fact in facts}
        scale = 10**each.fact.decimals
        slopes = [factor * step * scale for factor, step in zip(factors, steps, strict=True)]
        base = at(lowest) * scale
        self._whole = lcm(base.denominator, *(slope.denominator for slope in slopes))
        self._base, self._slopes = int(base * self._whole), [int(slope * self._whole) for slope in slopes]
        self._first = int(_number(each.fact.grid[0]) * scale)

    def place(self, places: Sequence[int]) -> int:
        """Below zero or too large where the value is out of range."""
        exact = self._base + sum(slope * place for slope, place in zip(self._slopes, places, strict=True))
        rounded = (2 * abs(exact) + self._whole) // (2 * self._whole)  # half away from zero
        return (rounded if exact >= 0 else -rounded) - self._first


def _number(value: Value) -> Fraction:
    assert isinstance(value, Fraction)
    return value
