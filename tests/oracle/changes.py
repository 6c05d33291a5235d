"""Minimal changes by brute force: every set of units, every value, decided again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, product

from tests.oracle.deciding import known_values
from tests.oracle.terms import Fact, Given, UnusableInput, Value
from tests.oracle.units import Units, completed, result_of

Change = Mapping[str, Value]


def movable(units: Units, changeable: frozenset[str] | None = None) -> list[str]:
    """The units that a change may consist of: of any facts, or of changeable ones only."""
    imported = {name for name in units.bound if units.question.facts[name].imports}
    names = {*units.known, *units.assumed, *units.unknown, *imported}
    own = [name for name in sorted(names) if not units.question.facts[name].is_fixed]
    return [name for name in own if changeable is None or name in changeable]


def minimal_changes(units: Units, outcome: str, movable: Sequence[str]) -> list[Change]:
    """The minimal sets of units some of whose values lead to the outcome, with the least values, in order."""
    found: list[frozenset[str]] = []
    changes: list[Change] = []
    if leads_to(units, {}, outcome):
        return []
    for count in range(1, len(movable) + 1):
        for names in combinations(sorted(movable), count):
            if not any(less <= set(names) for less in found):
                leading = [change for change in _changes(units, names) if leads_to(units, change, outcome)]
                found += [frozenset(names)] if leading else []
                changes += least(units.question.facts, {**units.assumed, **units.known}, names, leading)
    return changes


def _changes(units: Units, names: Sequence[str]) -> Iterator[Change]:
    """Every combination of new values, in the order of choices. Of numbers no test tells apart, those at an end."""
    for values in product(*(tried(units, name) for name in names)):
        yield dict(zip(names, values, strict=True))


def tried(units: Units, name: str) -> Sequence[Value]:
    """The values that can be least: choices all, and the ends of runs of numbers, between which none is nearer; all of
    a number that formulas read, since some of it they may have no value for."""
    facts = units.question.facts
    fact = facts[name]
    read = {ours for each in units.question.relevant for way in facts[each].formulas for ours in way.names.values()}
    if fact.type in ("choice", "yes_no") or name in read:
        return fact.grid
    before = units.known.get(name, units.assumed.get(name))
    ends = {end for run in units.runs[name] for end in (run[0], run[-1])} | ({before} if before is not None else set())
    return [value for value in fact.grid if value in ends]


def least(
    facts: Mapping[str, Fact], stated: Mapping[str, Value], names: Sequence[str], leading: Iterable[Change]
) -> Iterator[Change]:
    """For each combination of choices that leads there, in the order of choices, the nearest numbers, the lowest of
    those. `stated` is what was known or assumed."""
    numbers = [name for name in names if facts[name].type in ("number", "integer")]
    chosen = [name for name in names if name not in numbers]
    alike: dict[tuple[int, ...], list[Change]] = {}
    for change in leading:
        alike.setdefault(tuple(facts[name].grid.index(change[name]) for name in chosen), []).append(change)
    for _, each in sorted(alike.items()):
        yield min(each, key=lambda change: (_cost(facts, stated, change, numbers), [change[name] for name in numbers]))


def is_tied(units: Units, outcome: str, change: Change) -> bool:
    """Whether other numbers lead to the outcome at the same cost, with the same choices."""
    facts, stated = units.question.facts, {**units.assumed, **units.known}
    numbers = [name for name in change if facts[name].type in ("number", "integer")]
    cost = _cost(facts, stated, change, numbers)
    others = (
        {**change, **dict(zip(numbers, each, strict=True))} for each in product(*(tried(units, n) for n in numbers))
    )
    alike = (each for each in others if each != change and _cost(facts, stated, each, numbers) == cost)
    return any(leads_to(units, each, outcome) for each in alike)


def _cost(facts: Mapping[str, Fact], stated: Mapping[str, Value], change: Change, numbers: Sequence[str]) -> Fraction:
    """The sum of |change| / width of the range; what was unknown adds nothing."""
    total = Fraction(0)
    for name in numbers:
        after, before = change[name], stated.get(name)
        low, high = facts[name].grid[0], facts[name].grid[-1]
        if before is not None and before != after:
            assert isinstance(after, Fraction)
            assert isinstance(before, Fraction)
            assert isinstance(high, Fraction)
            assert isinstance(low, Fraction)
            total += abs(after - before) / (high - low)
    return total


def leads_to(units: Units, change: Change, outcome: str) -> bool:
    """Whether the outcome is concluded of the patient with these values, decided again, whatever is still unknown."""
    try:
        again = known_values(units.question, stated_again(units, change))
    except UnusableInput:
        return False
    still_open = units.unknown - change.keys()  # also what could now be computed: it varies on its own
    fixed = {name: value for name, value in again.items() if value is not None and name not in still_open}
    found = {result_of(units, values) for _, values in completed(units, fixed, {})}
    return found == {outcome}


def stated_again(units: Units, change: Change) -> Mapping[str, Given]:
    """What is given of the changed patient: less what only changed facts come from, and with what a changed fact would
    alter kept as it was."""
    dropped = _dropped(units, change)
    kept: dict[str, Given] = {name: value for name, value in units.patient.items() if name not in dropped}
    stated = {**units.assumed, **units.known}
    resting = set(change)
    for name in units.question.relevant:
        if units.question.facts[name].rests_on & resting:
            resting.add(name)
    kept |= {name: as_given(units, name, stated[name]) for name in resting & stated.keys()}
    return kept | {name: as_given(units, name, value) for name, value in change.items()}


def _dropped(units: Units, change: Change) -> set[str]:
    facts = units.question.facts
    dropped = set(change)
    for name in reversed(units.question.relevant):
        readers = {each for each in units.question.relevant if name in facts[each].rests_on}
        if readers and readers <= dropped and name not in units.used and facts[name].assumed is None:
            dropped.add(name)
    return dropped


def as_given(units: Units, name: str, value: Value) -> Given:
    """A value as a patient's record has it."""
    if isinstance(value, Fraction):
        decimals = units.question.facts[name].decimals
        return format(Decimal(int(value * 10**decimals)).scaleb(-decimals), "f")
    return value
