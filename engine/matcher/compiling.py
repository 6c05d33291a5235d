"""A decision's rules as conjunctions that durable-rules can take: one pattern on the patient, the rest on findings.

A nested `any`, and whatever is too much for one rule, becomes a hidden finding with rules of its own; hidden names
never leave this package. Two equal parts share one hidden finding. Nothing here knows how a pattern is written.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from itertools import pairwise
from typing import TypeVar

from engine.conditions import Interval
from engine.guideline import Decision, Fact
from engine.matcher.normal import Alternatives, Clause, Meets, alternatives

Part = TypeVar("Part")
MAX_PATTERNS_IN_RULE = 12
"""durable-rules takes 16."""
MAX_TESTS_IN_PATTERN = 50
MAX_GAPS_IN_PATTERN = 10
"""Each gap of two steps or more is a disjunction, and durable-rules takes 14 of them in a pattern."""


class Says(Enum):
    """What a message about a finding says."""

    HOLDS = "holds"
    ABSENT = "absent"
    HIDDEN = "hidden"
    SCORE = "score"


@dataclass(frozen=True, slots=True)
class Signal:
    """A message other than the patient's: that a finding holds, that it does not, that a hidden one holds, or the
    interval of a score. `name` is the finding's or the score's, `within` the interval that a score is waited for in."""

    says: Says
    name: str
    within: Interval | None = None


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """One conjunction.

    rule: the author's rule that fires with it, None for a rule of a hidden finding
    tests: what the patient's facts must meet
    needs: the signals it waits for
    concludes: the signals it gives; of an author's rule only those that another rule waits for
    """

    rule: str | None
    tests: tuple[tuple[str, Meets], ...]
    needs: tuple[Signal, ...]
    concludes: tuple[Signal, ...]


Counted = tuple[int, tuple[Alternatives, ...]]
"""At least so many of these."""


def compiled(decision: Decision, facts: Mapping[str, Fact]) -> tuple[CompiledRule, ...]:
    """The decision's rules, compiled, in a fixed order. An author's rule whose condition can never be true is left
    out; one with an `any` at its top appears once for every alternative."""
    compilation = _Compilation()
    scales = {**facts, **{name: score.scale for name, score in decision.scores.items()}}
    for name, rule in sorted(decision.rules.items()):
        findings = sorted(set(rule.concludes) & decision.findings.keys())
        concludes = tuple(Signal(Says.HOLDS, finding) for finding in findings)
        compilation.add(alternatives(rule.condition, scales), name, concludes)
    waited_for = {signal for each in compilation.rules for signal in each.needs}
    return tuple(
        replace(each, concludes=tuple(signal for signal in each.concludes if signal in waited_for))
        for each in compilation.rules
    )


def wide_gaps(meets: Meets) -> int:
    """How many gaps of two steps or more lie between the intervals."""
    return sum(after[0] - before[1] > 2 for before, after in pairwise(meets))


@dataclass(slots=True)
class _Compilation:
    """The rules so far, and the hidden findings by what they stand for."""

    rules: list[CompiledRule] = field(default_factory=list)
    hidden: dict[object, Signal] = field(default_factory=dict)

    def add(self, clauses: Alternatives, rule: str | None, concludes: tuple[Signal, ...]) -> None:
        for clause in clauses:
            tests, needs = self._tests(clause), self._needs(clause)
            if len(tests) > 1:
                needs, tests = [*(self._standing_for((Clause(part),)) for part in tests), *needs], []
            needs = self._bundled(needs, MAX_PATTERNS_IN_RULE - len(tests))
            self.rules.append(CompiledRule(rule, tests[0] if tests else (), tuple(needs), concludes))

    def _tests(self, clause: Clause) -> list[tuple[tuple[str, Meets], ...]]:
        """The clause's tests in portions that fit into one pattern each."""
        portions: list[list[tuple[str, Meets]]] = []
        gaps = 0
        for fact, meets in clause.tests:
            wide = wide_gaps(meets)
            if wide > MAX_GAPS_IN_PATTERN:
                continue
            gaps += wide
            if not portions or gaps > MAX_GAPS_IN_PATTERN or len(portions[-1]) == MAX_TESTS_IN_PATTERN:
                portions.append([])
                gaps = wide
            portions[-1].append((fact, meets))
        return [tuple(portion) for portion in portions]

    def _needs(self, clause: Clause) -> list[Signal]:
        ragged = [_in_pieces(*test) for test in clause.tests if wide_gaps(test[1]) > MAX_GAPS_IN_PATTERN]
        findings = [Signal(Says.HOLDS if holds else Says.ABSENT, name) for name, holds in clause.findings]
        scores = [Signal(Says.SCORE, name, within) for name, within in clause.scores]
        hidden = [self._standing_for(choice) for choice in (*clause.choices, *ragged)]
        return [*findings, *scores, *hidden, *(self._counting(*count) for count in clause.counts)]

    def _counting(self, n: int, parts: tuple[Alternatives, ...]) -> Signal:
        """The hidden finding that holds when at least n of the parts do: the first and n - 1 of the rest, or n of the
        rest."""
        count: Counted = (n, parts)
        if count not in self.hidden:
            signal = self._new_hidden(count)
            with_first = [self._standing_for(parts[0]), *self._at_least(n - 1, parts[1:])]
            self.rules.append(CompiledRule(None, (), tuple(dict.fromkeys(with_first)), (signal,)))
            if n < len(parts):
                self.rules.append(CompiledRule(None, (), tuple(self._at_least(n, parts[1:])), (signal,)))
        return self.hidden[count]

    def _at_least(self, n: int, parts: tuple[Alternatives, ...]) -> list[Signal]:
        return [self._counting(n, parts)] if n else []

    def _standing_for(self, clauses: Alternatives) -> Signal:
        """The hidden finding that holds when one of `clauses` does."""
        if clauses not in self.hidden:
            signal = self._new_hidden(clauses)
            self.add(clauses, None, (signal,))
        return self.hidden[clauses]

    def _bundled(self, needs: Sequence[Signal], most: int) -> list[Signal]:
        """The signals, in bundles behind hidden findings where they are too many."""
        bundled = list(dict.fromkeys(needs))
        while len(bundled) > most:
            bundled = [self._bundle(portion) for portion in _portions(bundled, MAX_PATTERNS_IN_RULE)]
        return bundled

    def _bundle(self, needs: tuple[Signal, ...]) -> Signal:
        if len(needs) == 1:
            return needs[0]
        if needs not in self.hidden:
            self.rules.append(CompiledRule(None, (), needs, (self._new_hidden(needs),)))
        return self.hidden[needs]

    def _new_hidden(self, stands_for: object) -> Signal:
        return self.hidden.setdefault(stands_for, Signal(Says.HIDDEN, str(len(self.hidden))))


def _in_pieces(fact: str, meets: Meets) -> Alternatives:
    """A test with too many gaps as alternatives without too many."""
    return tuple(Clause(tests=((fact, piece),)) for piece in _portions(meets, MAX_GAPS_IN_PATTERN))


def _portions(parts: Sequence[Part], size: int) -> Iterable[tuple[Part, ...]]:
    return (tuple(parts[at : at + size]) for at in range(0, len(parts), size))
