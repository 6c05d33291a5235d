"""Two versions of a decision in one solver, of the same patient: who comes to another result, and who cannot.

Each version has its own encoding. A fact of both has one value, on the scale of `engine.alignment`; a fact that the two
compute in different ways has one where it is given, and one for each version where it is not.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from math import prod

import z3

from engine.alignment import Aligned, Alignment, Side, common_cells
from engine.cells import Cells
from engine.conditions import Interval
from engine.guideline import Fact, FactType
from engine.logic.asked import Asked, Literal
from engine.logic.axes import Axis, axis_of
from engine.logic.covers import Bounds, Cover, cover, least_in
from engine.logic.encoding import Copy, Encoding
from engine.numbers import steps_per_unit
from engine.told import Told, ToldCaution, ToldScore, told_by


class Refused(Enum):
    """What a version makes of a patient whom it calls impossible."""

    REFUSED = "refused"


Result = str | None | Refused


class Kind(Enum):
    """What an axis is: a fact's value on both sides, on one side, or whether the fact is given."""

    VALUE = "value"
    BEFORE = "before"
    AFTER = "after"
    GIVEN = "given"


@dataclass(frozen=True, slots=True)
class Dimension:
    """What patients of two versions differ in: a fact's value, on both sides or on one, or whether it is given. That
    last never binds anybody, since results follow from values; it says how a witness comes to them."""

    fact: str
    kind: Kind
    scale: Fact

    @property
    def key(self) -> str:
        return f"{self.fact} {self.kind.value}"


@dataclass(frozen=True, slots=True)
class MovedBox:
    """Patients who move alike: the values that bind them, as spans of steps of a dimension, and the least of them."""

    bounds: tuple[tuple[Dimension, tuple[Interval, ...]], ...]
    witness: Mapping[str, int]
    """By the key of a dimension, in steps of its scale."""


@dataclass(frozen=True, slots=True)
class Move:
    """Everybody who had one result before and has another after; boxes as of a region."""

    before: Result
    after: Result
    boxes: tuple[MovedBox, ...]
    is_capped: bool


class Turn(Enum):
    """What becomes of something that is told beside the result: a caution that is given before or after only, and
    points that are others."""

    LOST = "lost"
    GAINED = "gained"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ToldMove:
    """Everybody whom both versions answer, and to whom something that is told beside the result takes this turn."""

    told: Told
    turn: Turn
    boxes: tuple[MovedBox, ...]
    is_capped: bool


@dataclass(frozen=True, slots=True)
class Moves:
    """All moves, in the order of the results before, then after: none is the proof that no complete patient changes.
    `told_moves` are the same of cautions and scores. `classes` counts the combinations of cells that the two versions
    tell apart. `against_formulas`: of those who state a fact against what it would be computed from, somebody changes;
    `told_against_formulas`: somebody is given another caution or other points."""

    moves: tuple[Move, ...]
    told_moves: tuple[ToldMove, ...]
    dimensions: Mapping[str, Dimension]
    classes: int
    against_formulas: bool
    told_against_formulas: bool


def moves_of(alignment: Alignment, *, limit: int) -> Moves:
    """Who comes to another result, of the patients whom both versions can be asked about, in at most `limit` boxes for
    each move. Raises `SolverLimit`."""
    product = _Product(alignment)
    moves = tuple(product.moves(limit)) if product.is_satisfiable([*product.hard, product.differing()]) else ()
    against = product.is_satisfiable([*product.stated, product.differing()])
    turns = list(product.turns())
    told_moves = tuple(product.told_moves(turns, limit))
    told_against = product.is_satisfiable([*product.stated, product.either([literal for *_, literal in turns])])
    dimensions = {each.key: each for each in product.dimensions}
    classes = prod(len(axis.literals) for axis in product.axes)
    return Moves(moves, told_moves, dimensions, classes, against, told_against)


class _Product(Asked):
    """Both encodings and what ties them. `hard` is so of every patient whose facts follow from one another as they
    should, `stated` of those who may state any fact against what it would follow from."""

    def __init__(self, alignment: Alignment) -> None:
        plans = alignment.plans
        super().__init__(f"{plans[Side.BEFORE].decision.id} in two versions")
        self._alignment = alignment
        self._encodings = {side: Encoding(plans[side], self.context, self._require, f" {side.value}") for side in Side}
        self._copies: dict[Side, Copy] = {side: self._encodings[side].copy(f" {side.value}") for side in Side}
        self.hard: list[Literal] = [copy.fits for copy in self._copies.values()]
        self.hard.append(self.either([self.no(copy.is_forbidden) for copy in self._copies.values()]))
        self.stated = list(self.hard)
        self.dimensions: list[Dimension] = []
        self.axes: list[Axis] = []
        for aligned in alignment.facts:
            self._tie(aligned)
        self._results = {side: dict(self._results_of(side)) for side in Side}

    def differing(self) -> Literal:
        """A literal that is true exactly where the two results differ."""
        return self.either([self._pair(before, after) for before, after in self._pairs()])

    def moves(self, limit: int) -> Iterator[Move]:
        """The moves that somebody makes."""
        for before, after in self._pairs():
            boxes, is_capped = self._covered(self._pair(before, after), limit)
            if boxes:
                yield Move(before, after, boxes, is_capped)

    def turns(self) -> Iterator[tuple[Told, Turn, Literal]]:
        """What can become of cautions and scores, each with a literal that is true exactly where it does, of those whom
        both versions answer."""
        answered = [self.no(copy.is_forbidden) for copy in self._copies.values()]
        decisions = {side: plan.decision for side, plan in self._alignment.plans.items()}
        for told in told_by(decisions):
            for turn, literal in self._turns_of(told):
                yield told, turn, self.all([*answered, literal])

    def told_moves(self, turns: list[tuple[Told, Turn, Literal]], limit: int) -> Iterator[ToldMove]:
        """The turns that something takes for somebody."""
        for told, turn, literal in turns:
            boxes, is_capped = self._covered(literal, limit)
            if boxes:
                yield ToldMove(told, turn, boxes, is_capped)

    def _turns_of(self, told: Told) -> Iterator[tuple[Turn, Literal]]:
        if isinstance(told, ToldScore):
            yield Turn.OTHER, self._named(self._points(told, Side.BEFORE) != self._points(told, Side.AFTER))
            return
        before, after = (self._gives(told, side) for side in Side)
        yield Turn.LOST, self.all([before, self.no(after)])
        yield Turn.GAINED, self.all([after, self.no(before)])

    def _gives(self, caution: ToldCaution, side: Side) -> Literal:
        return self.either([self._copies[side].concluded.rules[name] for name in caution.rules.get(side, ())])

    def _points(self, score: ToldScore, side: Side) -> z3.ArithRef:
        """The points of a side on the finer scale."""
        decimals = self._alignment.plans[side].decision.scores[score.id].scale.decimals
        return self._copies[side].concluded.scores[score.id] * steps_per_unit(score.decimals - decimals)

    def _covered(self, literal: Literal, limit: int) -> tuple[tuple[MovedBox, ...], bool]:
        """The boxes of those of whom a literal is true, and whether there are more."""
        with self.scope():
            inside, outside = [*self.hard, literal], [*self.hard, self.no(literal)]
            found = cover(self, self.axes, inside, outside, limit)
            return self._boxes(found, inside), found.is_capped

    def _boxes(self, found: Cover, inside: list[Literal]) -> tuple[MovedBox, ...]:
        boxes = [MovedBox(self._bounds(box), least_in(self, self.axes, inside, box)) for box in found.boxes]
        return tuple(sorted(boxes, key=lambda box: tuple(box.witness[axis.name] for axis in self.axes)))

    def _bounds(self, box: Bounds) -> tuple[tuple[Dimension, tuple[Interval, ...]], ...]:
        axes = {axis.name: axis for axis in self.axes}
        bound = [each for each in self.dimensions if each.key in box]
        return tuple((each, axes[each.key].cells.spans(box[each.key])) for each in bound)

    def _pairs(self) -> Iterator[tuple[Result, Result]]:
        for before in self._results[Side.BEFORE]:
            for after in self._results[Side.AFTER]:
                if before != after:
                    yield before, after

    def _pair(self, before: Result, after: Result) -> Literal:
        return self.all([self._results[Side.BEFORE][before], self._results[Side.AFTER][after]])

    def _results_of(self, side: Side) -> Iterator[tuple[Result, Literal]]:
        copy = self._copies[side]
        for result, literal in copy.results.items():
            yield result, self.all([literal, self.no(copy.is_forbidden)])
        yield Refused.REFUSED, copy.is_forbidden

    def _tie(self, aligned: Aligned) -> None:
        """Has a fact take part in both encodings as the alignment says, and adds what patients differ in."""
        for side in aligned.plays:
            self._bind(aligned, side)
        if aligned.scale is None:
            for side in sorted(aligned.plays, key=list(Side).index):
                self._add_side(aligned, side)
        elif aligned.is_split:
            given = self._add_given(aligned, aligned.scale)
            self._add_shared(aligned, aligned.scale, given)
            for side in Side:
                self._add_side(aligned, side)
        else:
            self._add_shared(aligned, aligned.scale, None)

    def _bind(self, aligned: Aligned, side: Side) -> None:
        """Says of a fact that follows from others on a side that it does; a split one does unless it is given, by the
        first way. Of any other it need not be said that it does not: that would leave nobody out."""
        computed = self._encodings[side].computed.get(aligned.id)
        if computed is None:
            return
        if aligned.is_split:
            self._require(z3.Implies(computed, self._copies[side].chosen[aligned.id][0]))
        elif aligned.is_bound:
            self.hard.append(computed)

    def _add_given(self, aligned: Aligned, scale: Fact) -> Literal:
        no, yes = self._boolean(f"{aligned.id} not given"), self._boolean(f"{aligned.id} given")
        self._require(z3.Or(no, yes))
        for side in Side:
            self._require(z3.Implies(no, self._encodings[side].computed[aligned.id]))
        update = {"type": FactType.YES_NO, "low": 0, "high": 1, "decimals": 0, "unit": None}
        flag = scale.model_copy(update=update)
        self._add(Dimension(aligned.id, Kind.GIVEN, flag), (no, yes), Cells(flag, (0, 1)), None)
        return yes

    def _add_side(self, aligned: Aligned, side: Side) -> None:
        copy, plan = self._copies[side], self._alignment.plans[side]
        dimension = Dimension(aligned.id, Kind(side.value), aligned.facts[side])
        cells = plan.cells[aligned.id]
        self._add(dimension, copy.cells[aligned.id], cells, copy.integers.get(aligned.id))

    def _add_shared(self, aligned: Aligned, scale: Fact, given: Literal | None) -> None:
        """One value for both sides; where there is `given`, only if that is true. That it has no second one need not be
        said: a side has one cell of it, and two of the scale that are the same cell on both sides are one to both."""
        cells = common_cells(aligned, self._alignment.plans)
        literals = tuple(self._boolean(f"{aligned.id}@{cell}") for cell in range(cells.count))
        self._require(z3.Or(*literals))
        integer = self._counted(aligned, cells, literals)
        for side in sorted(aligned.plays, key=list(Side).index):
            for formula in self._linked(aligned, side, cells, literals, integer):
                self._require(formula if given is None else z3.Implies(given, formula))
        if given is None:
            self._add(Dimension(aligned.id, Kind.VALUE, scale), literals, cells, integer)

    def _counted(self, aligned: Aligned, cells: Cells, literals: tuple[Literal, ...]) -> z3.ArithRef | None:
        """The integer of a fact of which a side counts the exact value, placed in its cells."""
        if not any(aligned.id in self._copies[side].integers for side in aligned.plays):
            return None
        integer = z3.Int(aligned.id, ctx=self.context)
        for cell, literal in enumerate(literals):
            low, high = cells.interval(cell)
            self._require(z3.Implies(literal, z3.And(integer >= low, integer <= high)))
        return integer

    def _linked(
        self, aligned: Aligned, side: Side, cells: Cells, literals: tuple[Literal, ...], integer: z3.ArithRef | None
    ) -> Iterator[z3.BoolRef]:
        """What the fact's value on the scale says of its value on a side."""
        theirs, copy = self._alignment.plans[side].cells[aligned.id], self._copies[side]
        for literal, start in zip(literals, cells.starts, strict=True):
            yield z3.Implies(literal, copy.cells[aligned.id][theirs.at(aligned.on(side, start))])
        if integer is not None and aligned.id in copy.integers:
            yield _rounds(copy.integers[aligned.id], aligned.facts[side], integer, cells.fact)

    def _add(
        self, dimension: Dimension, literals: tuple[Literal, ...], cells: Cells, integer: z3.ArithRef | None
    ) -> None:
        self.dimensions.append(dimension)
        self.axes.append(axis_of(dimension.key, literals, cells, integer))


def _rounds(theirs: z3.ArithRef, fact: Fact, integer: z3.ArithRef, scale: Fact) -> z3.BoolRef:
    """A side's value is the value on the scale, rounded half away from zero."""
    more, less = steps_per_unit(scale.decimals), steps_per_unit(fact.decimals)
    if more <= less:
        return theirs == integer * (less // more)
    factor = more // less
    above = z3.And(2 * factor * theirs <= 2 * integer + factor, 2 * integer + factor < 2 * factor * theirs + 2 * factor)
    below = z3.And(
        -2 * factor * theirs <= factor - 2 * integer, factor - 2 * integer < 2 * factor - 2 * factor * theirs
    )
    return z3.If(integer >= 0, above, below)
