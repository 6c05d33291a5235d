"""A decision as a table: for every combination of cells of the facts that bear on it, which outcome it has.

A fact that follows from others is open or not. If it is not, it has an axis of its own, for then it is known and may be
anything. If it is open, its axes are those of what it follows from; a fact that one import alone decides, from facts
that nothing else looks at, has an axis of what that decision comes to. Shares no code with the engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations, product
from math import prod

from tests.oracle.axes import Axis, Computed, Met, NotTabulated, bundle, cells, freely, single, ways
from tests.oracle.bits import Space
from tests.oracle.conditions import accepted, tested_in
from tests.oracle.reading import read_question, read_vocabulary
from tests.oracle.rulebook import Rulebook, Verdicts, rulebook, tests_in
from tests.oracle.sets import minimal_sets
from tests.oracle.terms import Import, Names, Question, Tree, Trees, Value, Vocabulary, mapping
from tests.oracle.units import may_have_no_value

__all__ = ["NotTabulated", "Table", "World", "bearing", "folded"]

Tied = tuple[Tree, Names]
"""A condition that cannot be, and what its facts are called here."""
MOST = 5_000_000
"""How many combinations a table has at most."""


@dataclass(frozen=True)
class World:
    """A guideline as trees, with those beside it, and one decision."""

    trees: Trees
    decision: str
    others: Mapping[str, Trees]

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Every fact, those too that join from other guidelines."""
        return read_vocabulary(self.trees.facts, self.others)

    @cached_property
    def book(self) -> Rulebook:
        """The rules of the decision."""
        return rulebook(self.trees, self.decision, {name: name for name in self.vocabulary.facts})

    @cached_property
    def imports(self) -> Mapping[str, tuple[Rulebook, ...]]:
        """The rules of the decisions that facts come from, by fact."""
        return {
            name: tuple(rulebook(trees, str(tree["decision"]), way.names) for way, tree, trees in self.ways_of(name))
            for name, fact in self.vocabulary.facts.items()
            if fact.imports and name in mapping(mapping(self.trees.facts)["facts"])
        }

    def ways_of(self, name: str) -> Iterator[tuple[Import, Mapping[str, Tree], Trees]]:
        """Each import of a fact, as read and as written, and the guideline that it is from."""
        entry = mapping(mapping(mapping(self.trees.facts)["facts"])[name])
        written = entry["from"]
        trees = [mapping(each) for each in ([written] if isinstance(written, Mapping) else written)]
        for way, tree in zip(self.vocabulary.facts[name].imports, trees, strict=True):
            yield way, tree, self.others[str(tree["guideline"])]

    @cached_property
    def impossible(self) -> tuple[Tied, ...]:
        """What cannot be: by this guideline, and by those that facts come from."""
        own = {name: name for name in self.vocabulary.facts}
        found = [(mapping(each)["when"], own) for each in mapping(self.trees.facts).get("impossible", ())]
        for name in self.imports:
            for way, _, trees in self.ways_of(name):
                conditions = [mapping(each)["when"] for each in mapping(trees.facts).get("impossible", ())]
                found += [(when, way.names) for when in conditions if tested_in(when) <= way.names.keys()]
        return tuple(found)

    @cached_property
    def question(self) -> Question:
        """The decision, with every fact that plays a part in it."""
        return read_question(self.vocabulary, self.trees.decisions[self.decision], self.trees.findings)

    @cached_property
    def narrowing(self) -> frozenset[str]:
        """The facts that may have no value where they follow from others: these others are then not so.

        Also where only cautions test them, or points that no outcome hangs on: whoever is decided upon has a value of
        every fact that plays a part.
        """
        tied = frozenset(ours for when, names in self.impossible for ours, _ in tests_in(when, names))
        facts = self.vocabulary.facts
        lacking = [name for name in self.question.relevant if may_have_no_value(facts[name], facts)]
        return tied | {name for name in lacking if not self._is_always_decided(name)}

    def _is_always_decided(self, name: str) -> bool:
        """Whether every decision that a fact comes from has an outcome, whatever its own facts are."""
        if name not in self.imports:
            return False
        decisions = [World(trees, str(tree["decision"]), self.others) for _, tree, trees in self.ways_of(name)]
        try:
            return not any(Table(world, frozenset()).outcomes[None] for world in decisions)
        except NotTabulated:
            return False


class Table:
    """The decision with these facts open, all others settled or varying on their own."""

    def __init__(self, world: World, is_open: frozenset[str]) -> None:
        self.world, self._facts = world, world.vocabulary.facts
        self.is_open, self.folded = is_open, folded(world, is_open)
        self.bearing = bearing(world, is_open)
        if any(self._facts[name].imports and name not in world.imports for name in self.bearing & is_open):
            raise NotTabulated("an open fact that another guideline imports")
        self._tests = self._all_tests()
        self.axes = tuple(self._axes())
        self.place = {name: n for n, axis in enumerate(self.axes) for effect in axis.effects for name in effect}
        sizes = [len(axis.effects) for axis in self.axes]
        if prod(sizes) > MOST:
            raise NotTabulated(f"{prod(sizes)} combinations")
        self.space = Space(sizes)
        self._runs = {name: cells(self._facts[name], met) for name, met in self._tests.items()}
        self._at: dict[tuple[str, Value], int] = {}
        self.outcomes, self.possible = self._outcomes()

    def _all_tests(self) -> Mapping[str, list[frozenset[Value]]]:
        tests = [*self.world.book.tests()]
        tests += [each for name in self.is_open for book in self.world.imports.get(name, ()) for each in book.tests()]
        tests += [each for when, names in self.world.impossible for each in tests_in(when, names)]
        met: dict[str, list[frozenset[Value]]] = {name: [] for name in self.bearing}
        for name, test in tests:
            if name in met:
                met[name].append(accepted(test, self._facts[name]))
        return met

    def met(self, name: str) -> Met:
        """For each test on a fact the values that meet it."""
        return self._tests[name]

    def _axes(self) -> Iterator[Axis]:
        following = [name for name in sorted(self.bearing & self.is_open) if not self._facts[name].imports]
        groups = _united([set(each.names.values()) for name in following for each in self._facts[name].formulas])
        if any(not group or group & self.is_open for group in groups):
            raise NotTabulated("an open fact that follows from another or from nothing")
        yield from (self._bundle(group, following) for group in groups)
        alone = self.bearing - self.is_open - set().union(*groups)
        yield from (single(name, self._facts[name], self.met(name)) for name in sorted(alone))
        for name in sorted(self.bearing & self.is_open):
            if name in self.folded:
                yield _folded(self.world, name)
            elif (count := max(len(self._facts[name].formulas), len(self._facts[name].imports))) > 1:
                yield ways(_by(name), count)

    def _bundle(self, group: set[str], following: list[str]) -> Axis:
        computed = [
            Computed(f"{name}/{way}", self._facts[name], formula, self.met(name))
            for name in following
            for way, formula in enumerate(self._facts[name].formulas)
            if set(formula.names.values()) <= group
        ]
        names = sorted(group)
        return bundle({name: self._facts[name] for name in names}, {name: self.met(name) for name in names}, computed)

    def _outcomes(self) -> tuple[Mapping[str | None, int], int]:
        """The outcomes of the combinations that can be, and these."""
        self.decided: dict[str, tuple[Mapping[str | None, int], ...]] = {}
        for name in self.world.question.relevant:  # one may be decided from another
            if name in self.bearing & self.is_open - self.folded and name in self.world.imports:
                books = self.world.imports[name]
                self.decided[name] = tuple(Verdicts(book, self.space, self._meets).outcomes() for book in books)
        possible = self.space.full
        for name in self.bearing & self.is_open:
            possible &= self._meets_any(name)
        for when, names in self.world.impossible:
            tied = {names[each] for each in tested_in(when)}
            if tied & self.bearing:
                book = Rulebook({}, (), {}, names)
                possible &= self.space.without(Verdicts(book, self.space, self._meets).condition(when))
        found = Verdicts(self.world.book, self.space, self._meets).outcomes()
        return {outcome: bits & possible for outcome, bits in found.items()}, possible

    def _meets(self, name: str, test: Tree) -> int:
        return self.having(name, accepted(test, self._facts[name]))

    def _meets_any(self, name: str) -> int:
        return self.having(name, frozenset(self._facts[name].grid))

    def having(self, name: str, values: frozenset[Value]) -> int:
        """The combinations in which a fact that bears has one of these values."""
        fact = self._facts[name]
        if fact.is_fixed:
            return self.space.full if fact.grid[0] in values else 0
        if name not in self.is_open or name in self.folded:
            return self._in(name, values)
        found = 0
        for way in range(max(len(fact.imports), len(fact.formulas))):
            found |= self.by_way(name, way) & self._by_way(name, way, values)
        return found

    def at(self, name: str, value: Value) -> int:
        """The combinations in which a fact with an axis of its own has a value that nothing here tells from this."""
        if (name, value) not in self._at:
            self._at[name, value] = self._in(name, next(frozenset(run) for run in self.runs(name) if value in run))
        return self._at[name, value]

    def _in(self, name: str, values: frozenset[Value]) -> int:
        axis = self.place.get(name)
        if axis is None:  # it has no value in any combination
            return 0
        effects = self.axes[axis].effects
        return self.space.at(axis, [n for n, each in enumerate(effects) if each.get(name) in values])

    def by_way(self, name: str, way: int) -> int:
        """The combinations in which an open fact follows by this formula or import."""
        axis = self.place.get(_by(name))
        return self.space.full if axis is None else self.space.at(axis, [way])

    def _by_way(self, name: str, way: int, values: frozenset[Value]) -> int:
        fact = self._facts[name]
        if not fact.imports:
            return self._in(f"{name}/{way}", values)
        found = 0
        for result, bits in self.decided[name][way].items():
            if fact.imports[way].mapped.get(result) in values:
                found |= bits
        return found

    def turned(self, bits: int, units: frozenset[str]) -> int:
        """What these turn into where no fact moves but those of these units."""
        for n, axis in enumerate(self.axes):
            if moving := units & frozenset(axis.moves):
                bits = self.space.moved(bits, n, axis.related[moving])
        return bits

    def runs(self, name: str) -> tuple[tuple[Value, ...], ...]:
        """The values of a fact in runs that nothing here tells apart."""
        return self._runs[name]

    def results_by(self, name: str, way: int, known: Mapping[str, Value]) -> frozenset[str | None]:
        """What a decision that an open fact comes from can conclude, from what is known of its own facts alone."""
        names = self._facts[name].imports[way].names
        read = [each for each in known if each in names.values()]
        if name in self.folded:
            if read:
                raise NotTabulated(f"something is known of what decides {name}")
            values = {effect[name] for effect in self.axes[self.place[name]].effects}
            mapped = self._facts[name].imports[way].mapped.items()
            return frozenset(outcome for outcome, value in mapped if value in values)
        here = self.space.full
        for each in self.is_open & self.bearing & set(names.values()):
            here &= self._meets_any(each)
        for each in read:
            here &= self.at(each, known[each]) if each in self.place else self.space.full
        for when, inner in self.world.impossible:
            if inner is names:
                here &= self.space.without(
                    Verdicts(Rulebook({}, (), {}, inner), self.space, self._meets).condition(when)
                )
        return frozenset(outcome for outcome, bits in self.decided[name][way].items() if bits & here)

    def units(self) -> Mapping[str, tuple[frozenset[str], ...]]:
        """The units that move axes, each with the minimal sets of facts that it stands for."""
        return {name: sets for axis in self.axes for name, sets in axis.moves.items()}

    def told(self, sets: Iterable[frozenset[str]]) -> frozenset[frozenset[str]]:
        """Sets of units as the sets of facts that these stand for."""
        stands_for = self.units()
        return frozenset(
            frozenset[str]().union(*chosen)
            for each in sets
            for chosen in product(*(stands_for[name] for name in sorted(each)))
        )


def _folded(world: World, name: str) -> Axis:
    """The axis of what one import comes to: the values that it can, and the minimal sets of facts that turn one into
    another, which must be the same for all of them."""
    way, tree, trees = next(iter(world.ways_of(name)))
    table = Table(World(trees, str(tree["decision"]), world.others), frozenset())
    bits: dict[Value, int] = {}
    for result, combinations in table.outcomes.items():
        if combinations and result in way.mapped:
            bits[way.mapped[result]] = bits.get(way.mapped[result], 0) | combinations

    def turning(pair: tuple[Value, Value]) -> frozenset[frozenset[str]]:
        one, other = (bits[each] for each in pair)
        return table.told(minimal_sets(table.units(), lambda each: bool(table.turned(one, each) & other)))

    sets = set(map(turning, permutations(bits, 2)))
    if len(sets) > 1:
        raise NotTabulated(f"{name} turns from one value to another by sets of its own")
    return freely(tuple({name: value} for value in bits), {f"{name} inside": tuple(*sets)})


def bearing(world: World, is_open: frozenset[str]) -> frozenset[str]:
    """The facts whose value can count where these are open: those that conditions test, what open ones follow from,
    what is tied to any of these by what cannot be, and open ones that leave these fewer values, whoever tests them."""
    facts, found = world.vocabulary.facts, set[str]()
    narrowing = world.narrowing & is_open & set(world.question.relevant)
    more = {name for name, _ in world.book.tests()}
    while more - found:
        found |= more
        more |= {name for name in narrowing if facts[name].rests_on & found}
        for name in found & is_open - folded(world, is_open):
            books = world.imports.get(name, ())
            more |= {each for book in books for each, _ in book.tests()} if books else facts[name].rests_on
        for when, names in world.impossible:
            tied = {names[each] for each in tested_in(when) if each in names}
            more |= tied if tied & found else set()
    return frozenset(name for name in found if not facts[name].is_fixed)


def folded(world: World, is_open: frozenset[str]) -> frozenset[str]:
    """Those of the open facts that have an axis of what one decision of another guideline comes to."""
    return frozenset(name for name in is_open if _is_folded(world, name))


def _by(name: str) -> str:
    return f"{name} by"


def _united(groups: list[set[str]]) -> list[set[str]]:
    united: list[set[str]] = []
    for group in groups:
        apart = [other for other in united if not other & group]
        united = [*apart, group.union(*(other for other in united if other & group))]
    return united


def _is_folded(world: World, name: str) -> bool:
    """Whether one import alone decides the fact, from facts that nothing else looks at and that nothing is said of."""
    if len(world.imports.get(name, ())) != 1:
        return False
    way = world.vocabulary.facts[name].imports[0]
    seen = {each for each, _ in world.book.tests()}
    seen |= {
        each
        for other, books in world.imports.items()
        if other != name
        for book in books
        for each in book.names.values()
    }
    is_plain = all(ours == theirs and not world.vocabulary.facts[ours].rests_on for theirs, ours in way.names.items())
    return is_plain and not seen & set(way.names.values())
