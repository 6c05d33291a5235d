"""Reasons, missing facts and changes of one patient, read off a table of the decision.

The patient is given some facts; nothing is given of what open facts follow from. Shares no code with the engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import product

from tests.oracle.changes import Change, least
from tests.oracle.conditions import typed
from tests.oracle.deciding import _derived, _on_grid
from tests.oracle.sets import minimal_sets
from tests.oracle.tables import NotTabulated, Table, World, bearing
from tests.oracle.terms import Given, Value
from tests.oracle.units import _is_linear


@dataclass
class Tables:
    """The tables of a decision, one for each set of facts that are open, each made once."""

    world: World
    made: dict[frozenset[str], Table] = field(default_factory=dict)
    bear: dict[frozenset[str], frozenset[str]] = field(default_factory=dict)

    def table(self, is_open: frozenset[str]) -> Table:
        """The table with these facts open, those that have a part in the outcome."""
        is_open &= self.bearing(is_open)
        if is_open not in self.made:
            self.made[is_open] = Table(self.world, is_open)
        return self.made[is_open]

    def bearing(self, is_open: frozenset[str]) -> frozenset[str]:
        """The facts whose value can count where these are open."""
        if is_open not in self.bear:
            self.bear[is_open] = bearing(self.world, is_open)
        return self.bear[is_open]

    @cached_property
    def relevant(self) -> tuple[str, ...]:
        """The facts of the decision that are not fixed, each after those it follows from."""
        question = self.world.question
        return tuple(name for name in question.relevant if not question.facts[name].is_fixed)

    def standing(self, patient: Mapping[str, Given]) -> Standing:
        """What is known of a patient. Raises `UnusableInput` where a derived value is out of its range."""
        facts = self.world.vocabulary.facts
        known: dict[str, Value] = {}
        assumed: dict[str, Value] = {}
        is_open: set[str] = set()
        for name in self.relevant:
            fact = facts[name]
            derived = _derived(fact, {each: known.get(each) for each in fact.rests_on}) if fact.formulas else None
            if (stated := patient.get(name)) is not None:
                known[name] = _on_grid(typed(stated, fact), fact)
            elif derived is not None:
                if _is_linear(fact):
                    raise NotTabulated(f"{name} follows from what is known")
                known[name] = derived
            elif (found := self._imported(name, {**assumed, **known}, is_open)) is not None:
                known[name] = found
            elif fact.assumed is not None:
                if fact.imports:
                    raise NotTabulated(f"whether {name} may be assumed")
                assumed[name] = fact.assumed
            elif fact.imports or _is_linear(fact):
                is_open.add(name)
        following = [name for name in is_open & self.bearing(frozenset(is_open)) if not facts[name].imports]
        if any(facts[name].rests_on & {*known, *assumed} for name in following):
            raise NotTabulated("an open fact rests on something known")
        return Standing(self, frozenset(is_open), known, assumed)

    def _imported(self, name: str, known: Mapping[str, Value], is_open: set[str]) -> Value | None:
        """What the first import that has an answer says, from what is known of its facts alone."""
        fact = self.world.vocabulary.facts[name]
        is_idle = name not in self.bearing(frozenset({*is_open, name}))
        for way, each in enumerate(() if is_idle else fact.imports):
            joining = is_open & {each.names[theirs] for theirs in each.joining}  # others stand bare there
            results = self.table(frozenset({*joining, name})).results_by(name, way, known)
            if len(results) == 1 and (value := each.mapped.get(*results)) is not None:
                return value
        return None


@dataclass(frozen=True)
class Standing:
    """A patient: the values of known units and of assumed ones, and the unknown facts that follow from others; all else
    is unknown."""

    tables: Tables
    is_open: frozenset[str]
    known: Mapping[str, Value]
    assumed: Mapping[str, Value]

    @cached_property
    def table(self) -> Table:
        """The decision as it is for this patient."""
        return self.tables.table(self.is_open)

    @cached_property
    def _stated(self) -> Mapping[str, Value]:
        return {**self.assumed, **self.known}

    def _here(self, table: Table, names: Iterable[str]) -> int:
        """The possible combinations that have the patient's values of these."""
        found = table.possible
        for name in names:
            if name in table.place:
                found &= table.at(name, self._stated[name])
        return found

    @cached_property
    def results(self) -> frozenset[str | None]:
        """The outcomes that are possible, None for none; empty where the patient is not."""
        here = self._here(self.table, self._stated)
        return frozenset(outcome for outcome, bits in self.table.outcomes.items() if bits & here)

    def sufficient_reasons(self, outcome: str | None) -> frozenset[frozenset[str]]:
        """The minimal sets of known units that no possible combination has with another outcome."""
        table = self.table
        others = self._here(table, self.assumed) & table.space.without(table.outcomes[outcome])
        has = {name: table.at(name, value) for name, value in self.known.items() if name in table.place}

        def suffices(names: frozenset[str]) -> bool:
            left = others
            for name in names:
                left &= has[name]
            return not left

        return frozenset(minimal_sets(has, suffices))

    def deciding_sets(self) -> frozenset[frozenset[str]]:
        """The minimal sets of unknown units that turn one completion into one with another outcome."""
        table = self.table
        here = self._here(table, self._stated)
        split = [(bits & here, here & table.space.without(bits)) for bits in table.outcomes.values()]
        split = [(ones, others) for ones, others in split if ones and others]
        unknown = [name for name in table.units() if name not in self._stated]

        def suffices(names: frozenset[str]) -> bool:
            return any(table.turned(ones, names) & others for ones, others in split)

        return table.told(minimal_sets(unknown, suffices))

    def movable(self, changeable: frozenset[str] | None = None) -> frozenset[str]:
        """The units that bear on the outcome and that a change may consist of: of any facts, or of changeable ones."""
        facts = self.tables.world.vocabulary.facts
        own = (name for name in self.table.bearing if facts[name].imports or name not in self.is_open)
        return frozenset(name for name in own if changeable is None or name in changeable)

    def may_be_refused(self, movable: frozenset[str]) -> bool:
        """Whether formulas read what can be changed: some values of it may then be no possible input, which a table
        does not know."""
        facts = self.tables.world.vocabulary.facts
        ways = (way for name in self.tables.relevant for way in facts[name].formulas)
        return any(not movable.isdisjoint(way.names.values()) for way in ways)

    def minimal_changes(self, outcome: str, movable: frozenset[str]) -> Sequence[Change]:
        """The minimal sets of movable units some of whose values lead to the outcome, with the least values; not where
        an open fact rests on one of them."""
        facts, found = self.tables.world.vocabulary.facts, list[Change]()
        if any(facts[name].rests_on & movable for name in self.table.is_open):
            raise NotTabulated("a change of what an open fact rests on")
        if self.results != {outcome}:
            for names in minimal_sets(movable, lambda names: bool(self._leading(outcome, names))):
                found += self._nearest(names, self._leading(outcome, names))
        return found

    def _leading(self, outcome: str, names: frozenset[str]) -> int:
        """Combinations, where these units are stated: whoever has their values and the patient's others has the
        outcome, whatever is still unknown."""
        table = self.tables.table(self.is_open - names)
        here = self._here(table, self._stated.keys() - names)
        others = here & table.space.without(table.outcomes[outcome])
        settled = self._stated.keys() | names
        for n, axis in enumerate(table.axes):
            if not any(name in settled for effect in axis.effects for name in effect):
                here, others = table.space.spread(here, n), table.space.spread(others, n)
        return here & table.space.without(others)

    def _nearest(self, names: frozenset[str], leading: int) -> Iterator[Change]:
        """Of the combinations of values that lead there those that are nearest."""
        table = self.tables.table(self.is_open - names)
        leads = []
        for chosen in product(*(self._choices(table, name) for name in sorted(names))):
            bits = leading
            for _, _, inside in chosen:
                bits &= inside
            leads += [{name: value for name, value, _ in chosen}] if bits else []
        yield from least(self.tables.world.vocabulary.facts, self._stated, sorted(names), leads)

    def _choices(self, table: Table, name: str) -> Iterator[tuple[str, Value, int]]:
        """The values that can be nearest, each with its combinations: choices all, of numbers one in each cell."""
        is_number = self.tables.world.vocabulary.facts[name].type in ("number", "integer")
        for run in table.runs(name):
            for value in [_nearest_in(run, self._stated.get(name))] if is_number else run:
                yield name, value, table.at(name, value)


def _nearest_in(run: Sequence[Value], before: Value | None) -> Value:
    if before is None or before in run:
        return run[0] if before is None else before
    assert isinstance(before, Fraction)
    first, last = run[0], run[-1]
    assert isinstance(first, Fraction)
    return first if before < first else last
