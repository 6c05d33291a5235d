"""What rules conclude, for many combinations at once: conditions as sets of combinations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from tests.oracle.bits import Space
from tests.oracle.conditions import accepted, tested_in
from tests.oracle.reading import _concluded, _entries, _points, _taken, _whole_condition, read_fact
from tests.oracle.terms import YES_NO, Fact, Names, Tree, Trees, listed, mapping

WORDS = ("all", "any", "not", "at_least")
Meets = Callable[[str, Tree], int]
"""The combinations in which a fact, by its name in the rules, meets a test."""


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules of a decision with the shared ones that it takes, by id; its outcomes in order; its scores; and what
    its facts are called where the table is made."""

    rules: Mapping[str, Mapping[str, Tree]]
    outcomes: tuple[str, ...]
    scores: Mapping[str, Fact]
    names: Names

    @property
    def telling(self) -> tuple[Mapping[str, Tree], ...]:
        """The rules that have a part in the outcome, straight or by findings and scores."""
        found: dict[str, Mapping[str, Tree]] = {}
        wanted = set(self.outcomes)
        while more := {k: v for k, v in self.rules.items() if k not in found and wanted & _leads_to(v)}:
            found |= more
            wanted |= {name for rule in more.values() for name in tested_in(_whole_condition(rule))}
        return tuple(found.values())

    def tests(self) -> Iterator[tuple[str, Tree]]:
        """Every test on a fact that has a part in the outcome: the fact by its name here, and the test."""
        for rule in self.telling:
            yield from tests_in(_whole_condition(rule), self.names)


def rulebook(trees: Trees, decision: str, names: Names) -> Rulebook:
    """The rules of a decision whose facts are called so."""
    tree, shared = mapping(trees.decisions[decision]), mapping(trees.findings or {})
    taken, rules = _taken(shared, _entries(tree, "rules"))
    scores = _entries(tree, "scores") | {k: v for k, v in _entries(shared, "scores").items() if k in taken}
    read = {name: read_fact({"type": "number", **score}) for name, score in scores.items()}
    return Rulebook(rules, tuple(mapping(tree["outcomes"])), read, names)


def _leads_to(rule: Mapping[str, Tree]) -> set[str]:
    return {*_concluded(rule), *_points(rule)}


def tests_in(condition: Tree, names: Names) -> Iterator[tuple[str, Tree]]:
    """Every test on one of these facts in a condition."""
    for key, part in mapping(condition).items():
        if key in WORDS:
            for each in _parts(key, part):
                yield from tests_in(each, names)
        elif key in names:
            yield names[key], part


def _parts(key: str, part: Tree) -> Iterable[Tree]:
    return listed(mapping(part)["of"] if key == "at_least" else part)


class Verdicts:
    """What a rulebook concludes in every combination of a space."""

    def __init__(self, book: Rulebook, space: Space, meets: Meets) -> None:
        self._book, self._space, self._meets = book, space, meets
        self._concluded: dict[str, int] = {}
        self._scores: dict[str, Mapping[Fraction, int]] = {}

    def outcomes(self) -> Mapping[str | None, int]:
        """For each outcome the combinations that have it, None for none: the first that a rule concludes."""
        left = self._space.full
        found: dict[str | None, int] = {}
        for outcome in self._book.outcomes:
            found[outcome] = left & self._conclude(outcome)
            left &= self._space.without(found[outcome])
        return {**found, None: left}

    def _conclude(self, name: str) -> int:
        if name not in self._concluded:
            holding = 0
            for rule in self._book.rules.values():
                if name in _concluded(rule):
                    holding |= self.condition(_whole_condition(rule))
            self._concluded[name] = holding
        return self._concluded[name]

    def condition(self, tree: Tree) -> int:
        """The combinations in which a condition is true."""
        holding = self._space.full
        for key, part in mapping(tree).items():
            holding &= self._entry(key, part)
        return holding

    def _entry(self, key: str, part: Tree) -> int:
        if key in WORDS:
            needed = int(str(mapping(part)["n"])) if key == "at_least" else 0
            return self._joined(key, [self.condition(each) for each in _parts(key, part)], needed)
        if key in self._book.names:
            return self._meets(self._book.names[key], part)
        if key in self._book.scores:
            met = accepted(part, self._book.scores[key])
            return self._any(bits for value, bits in self._score(key).items() if value in met)
        truth = self._conclude(key)
        return truth if YES_NO[str(part)] else self._space.without(truth)

    def _joined(self, word: str, parts: list[int], needed: int) -> int:
        if word == "not":
            return self._space.without(parts[0])
        if word == "any":
            return self._any(parts)
        reached = [self._space.full, *(0 for _ in parts)]  # where so many parts hold, or more
        for part in parts:
            for count in range(len(parts), 0, -1):
                reached[count] |= reached[count - 1] & part
        return reached[len(parts) if word == "all" else needed]

    def _score(self, name: str) -> Mapping[Fraction, int]:
        """The combinations in which a score comes to each sum."""
        if name not in self._scores:
            sums = {Fraction(0): self._space.full}
            for rule in self._book.rules.values():
                if points := _points(rule).get(name):
                    sums = self._added(sums, points, self.condition(_whole_condition(rule)))
            self._scores[name] = sums
        return self._scores[name]

    def _added(self, sums: Mapping[Fraction, int], points: Fraction, holding: int) -> dict[Fraction, int]:
        found: dict[Fraction, int] = {}
        for total, bits in sums.items():
            found[total] = found.get(total, 0) | bits & self._space.without(holding)
            found[total + points] = found.get(total + points, 0) | bits & holding
        return {total: bits for total, bits in found.items() if bits}

    def _any(self, parts: Iterable[int]) -> int:
        found = 0
        for part in parts:
            found |= part
        return found
