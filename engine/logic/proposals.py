"""Proposals: new values for some units with which an outcome is concluded, whatever is still unknown.

A proposal with which the outcome is possible is held against a completion that comes out otherwise. Why that one does
is learned as a clause about proposals, so that no proposal fails twice for one reason.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from engine.logic.asked import Literal, key_of
from engine.logic.given_up import Effort
from engine.logic.hitting import Obstacle
from engine.logic.refused import may_follow_otherwise, readers, refusing, stated_with
from engine.logic.solver import Solver
from engine.logic.ways import switching, ways_with
from engine.plan import Plan
from engine.restated import computed_anew
from engine.units import Units

Values = Mapping[str, int]
"""New values, in steps, by fact."""
EASY = 30
"""How many proposals are refuted before each is refuted by as little as can be. That takes longer for each, and most
searches are over before."""
Pins = Mapping[str, tuple[int, int]]
"""Where new values must lie, both ends inclusive: in the cells of the ends where a fact is not counted."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """New values, in steps, that lead to an outcome, sorted by fact; and for each number that is not counted exactly
    the neighbouring values that lead there too, while the others are as proposed. It is certain unless formulas read
    what is changed: then the engine may find that it is no possible input, or that something more follows."""

    values: Mapping[str, int]
    spans: Mapping[str, tuple[int, int]]
    is_certain: bool


class Proposals:
    """The proposals for one patient and outcome. What is made here holds inside one scope of the solver."""

    def __init__(
        self,
        solver: Solver,
        plan: Plan,
        units: Units,
        outcome: str,
        movable: Sequence[str],
        leads_there: Callable[[Values], bool],
        most_refuted: int,
    ) -> None:
        self._solver, self._plan, self._units, self._movable = solver, plan, units, frozenset(movable)
        self._leads_there = leads_there
        self._effort = Effort(most_refuted, solver.spent)
        self._read = frozenset(name for each in plan.facts for way in each.fact.derived for name in way.formula.facts)
        self.left_untried = may_follow_otherwise(plan, units, movable)
        """Whether the engine did not confirm a proposal, so that others like it were not tried; or a change may have
        something assumed that is not assumed now, or no longer too old, which is not looked at."""
        self._wanted = solver.copies[0].results[outcome]
        self._proposing = solver.free("proposing")
        self._not_otherwise = solver.is_no_other(self._wanted)
        """False exactly where a patient can have a completion and it comes out otherwise."""
        self._stated, matter = {**units.known, **units.assumed}, units.relevant.union(*plan.ties)
        self._kept = {name: solver.at(name, self._stated[name]) for name in sorted(self._stated.keys() & matter)}
        self._left = {name: solver.free(f"left {name}") for name in units.unknown if name in matter}
        """True where an unknown unit is left unknown."""
        linear = [name for name in plan.linear if name in units.follows or name in units.bound]
        self._open = {name: solver.free(f"open {name}") for name in linear if name in matter}
        """True where none of a linear fact's formulas can be computed, so that it follows by any of them."""
        self._imported = [name for name in units.bound if name in plan.imports and name in matter]
        choosing = {name for name in plan.imports if name in units.unknown or len(plan.imports[name]) > 1}
        self._chosen_by = frozenset(name for name in movable if not choosing.isdisjoint(readers(plan, name)))
        """What may decide by which of several imports a fact follows, or whether it does, which the formulas leave
        open."""
        self._has_value = {name: solver.free(f"value {name}") for name in sorted(self._read)}
        """True where a fact that a formula reads is a unit and stated."""
        self._held: dict[frozenset[str], Sequence[tuple[Literal, frozenset[str]]]] = {}
        self._answers: dict[tuple[frozenset[str], frozenset[tuple[str, int, int]]], Values | None] = {}

    def is_counted(self, name: str) -> bool:
        """Whether a fact's exact value counts, not only its cell."""
        return self._solver.is_counted(name)

    def nearest(self, name: str, cell: int) -> int:
        """The value of a cell that is nearest to what is known of a fact; where nothing is, the lowest."""
        low, high = self._plan.cells[name].interval(cell)
        return min(max(self._stated.get(name, low), low), high)

    def _cell(self, name: str, steps: int) -> int:
        return steps if self.is_counted(name) else self._plan.cells[name].at(steps)

    def _placed(self, name: str, steps: int) -> int:
        return steps if self.is_counted(name) else self.nearest(name, self._plan.cells[name].at(steps))

    def is_read(self, name: str) -> bool:
        """Whether a formula reads a fact, so that values in one cell may differ in what they are possible with."""
        return name in self._read

    def is_certain(self, names: Collection[str]) -> bool:
        """Whether nothing follows from new values of these units that the formulas here leave open."""
        return (self._read | self._chosen_by).isdisjoint(names) and not computed_anew(self._plan, names)

    def obstacles(self, names: frozenset[str]) -> Sequence[Obstacle]:
        """None where some values of these units lead to the outcome; else what is in the way: other units of which a
        set may need one, and such of these of which it may have to leave one out, since their change decides by which
        formula a fact follows."""
        if self.proposed(names, {}) is not None:
            return ()
        self._effort.rule_out()
        core = self._why()  # nothing was asked since these units were found not to suffice
        named = {key_of(literal): moving for literal, moving in self._unchanged(names)}
        moved = frozenset[str]().union(*(named[key] for key in core if key in named))
        return [Obstacle(moved & self._movable - names, moved & names)]

    def proposed(self, names: frozenset[str], pins: Pins) -> Values | None:
        """Values of these units, within pins, with which the outcome is concluded."""
        key = (
            names,
            frozenset((name, self._cell(name, low), self._cell(name, high)) for name, (low, high) in pins.items()),
        )
        if key not in self._answers:
            self._answers[key] = self.proposed_with(names, pins, ())
        return self._answers[key]

    def proposed_with(self, names: frozenset[str], pins: Pins, more: Sequence[Literal]) -> Values | None:
        """The same, with which also more literals are true."""
        solver = self._solver
        unchanged = self._unchanged(names)
        kept = [literal for literal, _ in unchanged]
        pinned = [literal for name, ends in pins.items() for literal in solver.within(name, *ends)]
        while solver.is_satisfiable([*kept, *pinned, *more, self._proposing, self._wanted]):
            values = {name: self._placed(name, solver.steps(name)) for name in sorted(names)}
            if not self._is_refuted(values, unchanged):
                return values
        return None

    def _unchanged(self, names: frozenset[str]) -> Sequence[tuple[Literal, frozenset[str]]]:
        """What holds where only these units change, each with the units that decide whether it does."""
        if names not in self._held:
            self._held[names] = tuple(self._holding(names))
        return self._held[names]

    def _holding(self, names: frozenset[str]) -> Iterator[tuple[Literal, frozenset[str]]]:
        for kept in (self._kept, {name: (literal,) for name, literal in self._left.items()}):
            for name, literals in kept.items():
                if name not in names:
                    yield from ((literal, frozenset([name])) for literal in literals)
        for name in sorted(self._plan.bound - self._open.keys()):
            if name in self._imported and name not in names:
                yield self._solver.computed(name), frozenset([name])
            else:
                yield self._solver.no(self._solver.computed(name)), names & {name}
        for name in sorted(self._has_value.keys() & stated_with(self._plan, self._units, names)):
            yield self._has_value[name], frozenset([name]) | readers(self._plan, name)
        by = ways_with(self._plan, self._units, names)
        for name, is_open in self._open.items():
            yield self._solver.computed(name), frozenset()
            way = by[name]
            movers = switching(self._plan, self._units, name, way)
            movers |= switching(self._plan, self._units, name, None) & names
            ways = [is_open] if way is None else self._only(name, way)
            yield from ((literal, movers) for literal in ways)

    def _only(self, name: str, way: int) -> list[Literal]:
        """That a linear fact follows by one of its formulas alone."""
        ways = self._solver.ways(name)
        return [each if number == way else self._solver.no(each) for number, each in enumerate(ways)]

    def _is_refuted(self, values: Values, unchanged: Sequence[tuple[Literal, frozenset[str]]]) -> bool:
        """Whether a completion of the proposal comes out otherwise; why it does is learned."""
        solver = self._solver
        stated = [(literal, frozenset([name])) for name in sorted(values) for literal in solver.at(name, values[name])]
        given = [literal for literal, _ in (*stated, *unchanged)]
        otherwise = [*given, solver.no(self._wanted)]
        if not solver.is_satisfiable(otherwise):
            return not self._is_confirmed(values, given)
        core, guards = self._argument(values, given)
        used = {key_of(guard) for guard in guards.values()}
        if counted := [name for name in self._left if solver.is_counted(name) and key_of(self._left[name]) in used]:
            self._go_to_the_ends(otherwise, counted)
            core, guards = self._argument(values, given)
        rests_on_ways = self._is_by_one_of_several(core)
        if rests_on_ways and self._leads_there(values):
            return False
        argument = [*self._weakened(values, core), *self._only_if_stated(values, core)]
        if rests_on_ways:
            argument += [literal for literal, _ in (*stated, *unchanged)]
        self._learn([solver.unless(literal, guards.get(key_of(literal))) for literal in argument])
        return True

    def _is_confirmed(self, values: Values, given: list[Literal]) -> bool:
        """Whether the engine concludes the outcome too, where formulas read what is changed: it may then be no possible
        input, or something more may follow, which the formulas here leave open. One that is not confirmed is not tried
        again, nor is whatever gives a formula the inputs of which it has no value; others with values in the same cells
        are then not tried either."""
        if self.is_certain(values) or self._leads_there(values):
            return True
        inputs = refusing(self._plan, self._units, values)
        if inputs:
            given = [literal for name in inputs for literal in self._input(name, values)]
        self.left_untried |= not (inputs and all(self._is_exact(name, values) for name in inputs))
        self._learn([self._solver.no(literal) for literal in given])
        return False

    def _input(self, name: str, values: Values) -> list[Literal]:
        """That a unit is stated, and as it is with these new values."""
        return [self._has_value[name], *self._solver.at(name, {**self._stated, **values}[name])]

    def _is_exact(self, name: str, values: Values) -> bool:
        """Whether the solver tells the value that a unit has with these new ones from all others."""
        cells = self._plan.cells[name]
        low, high = cells.interval(cells.at({**self._stated, **values}[name]))
        return self.is_counted(name) or low == high

    def _learn(self, alternatives: list[Literal]) -> None:
        self._solver.learn([self._solver.no(self._proposing), *alternatives])
        self._effort.refute()

    def _is_by_one_of_several(self, core: list[Literal]) -> bool:
        """Whether it counts by which of several imports a fact follows. Once one is concluded the fact does not follow
        by a later one, which the formulas leave open; so the engine has the last word on such a proposal. Why it
        refuses one need not be why the formulas do: what is learned counts for this proposal alone."""
        ids = {key_of(literal) for literal in core}
        several = [name for name in self._imported if len(self._solver.ways(name)) > 1]
        return any(key_of(way) in ids for name in several for way in self._solver.ways(name))

    def _only_if_stated(self, values: Values, core: list[Literal]) -> list[Literal]:
        """That the imported facts whose new values an argument rests on do not follow from others: where they do, what
        is left unknown cannot have every value beside theirs."""
        ids = {key_of(literal) for literal in core}
        names = (name for name in self._imported if name in values)
        used = (name for name in names if any(key_of(each) in ids for each in self._solver.at(name, values[name])))
        return [self._solver.no(self._solver.computed(name)) for name in used]

    def _argument(self, values: Values, given: list[Literal]) -> tuple[list[Literal], Mapping[int, Literal]]:
        """Why the last completion is a patient's and does not have the outcome: literals that make it so, and the
        guards of those that the completion added, by their ids."""
        guarded = {key_of(literal): (literal, guard) for literal, guard in self._completion(values)}
        given = [*given, *(literal for literal, _ in guarded.values())]
        core = self._core([self._not_otherwise], given, of_anybody=False)
        ids = [key_of(literal) for literal in core]
        return core, {each: guarded[each][1] for each in ids if each in guarded}

    def _weakened(self, values: Values, core: list[Literal]) -> list[Literal]:
        """The same argument with the bounds of proposed counted values as far away as it still holds: it then rules
        out all values up to there at once."""
        argument = {key_of(literal): literal for literal in core}
        for name in sorted(name for name in values if self._solver.is_counted(name)):
            fact = self._plan.guideline.facts[name]
            for bound, end in ((self._solver.above, fact.low), (self._solver.below, fact.high)):
                if argument.pop(key_of(bound(name, values[name])), None) is not None:
                    weakest = self._weakest(partial(bound, name), values[name], end, list(argument.values()))
                    argument[key_of(weakest)] = weakest
        return list(argument.values())

    def _weakest(self, bound: Callable[[int], Literal], near: int, end: int, others: Sequence[Literal]) -> Literal:
        """The bound farthest from a value with which others still cannot hold together with the outcome."""

        def still_holds(steps: int) -> bool:
            argument = [self._not_otherwise, *others, bound(steps)]
            return not self._solver.is_satisfiable(argument, of_anybody=False)

        return bound(_farthest(near, end, still_holds))

    def _go_to_the_ends(self, otherwise: list[Literal], names: Sequence[str]) -> None:
        """Looks for such a completion in which counted facts lie at an end of their range: it rules out most."""
        solver, moved = self._solver, list(otherwise)
        for name in names:
            fact = self._plan.guideline.facts[name]
            for end in (fact.high, fact.low):
                at_end = solver.at(name, end)
                if solver.is_satisfiable([*moved, *at_end]):
                    moved += at_end
                    break
        solver.is_satisfiable(moved)  # so that the last completion is this one

    def _completion(self, values: Values) -> Iterator[tuple[Literal, Literal]]:
        """What the last completion has beyond the proposal, each with what a proposal must change to rule it out: the
        values of units that are left unknown, and the ways in which facts follow."""
        solver = self._solver
        found = [(name, solver.steps(name)) for name in self._left if name not in values]
        following = {**self._open, **{name: solver.computed(name) for name in self._imported if name not in values}}
        ways = [
            (way if solver.holds(way) else solver.no(way), guard)
            for name, guard in following.items()
            for way in solver.ways(name)
        ]
        for name, steps in found:
            yield from ((literal, self._left[name]) for literal in solver.at(name, steps))
        yield from ways

    def _core(self, fixed: list[Literal], literals: Sequence[Literal], *, of_anybody: bool) -> list[Literal]:
        """Few of the literals that cannot all hold together with what is fixed."""
        solver = self._solver
        left = list({key_of(literal): literal for literal in literals}.values())
        is_possible = solver.is_satisfiable([*fixed, *left], of_anybody=of_anybody)
        assert not is_possible, "what was to be shown does not follow"
        core = self._why()
        return [literal for literal in left if key_of(literal) in core]

    def _why(self) -> frozenset[int]:
        """The keys of few of the literals of the last check that cannot all hold together."""
        return self._solver.core(is_least=self._effort.refuted >= EASY)


def _farthest(near: int, far: int, holds: Callable[[int], bool]) -> int:
    """The number farthest from `near`, which holds, towards `far` up to which all hold."""
    while near != far:
        middle = far if abs(far - near) == 1 else (near + far) // 2
        if holds(middle):
            near = middle
        else:
            far = middle + (1 if middle < near else -1)
    return near
