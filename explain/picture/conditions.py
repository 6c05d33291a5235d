"""A rule's condition as entries of its box: one for each test, with `any` and `at least` above the tests they join.
Every `not` is carried down to the tests, so that an entry that holds is always one that speaks for the rule."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.conditions import AllOf, AnyOf, AtLeast, Condition, FindingTest, NotThis, ScoreTest, Test
from engine.guideline import Decision, Guideline, Rule
from engine.trace import NotResult, Result
from engine.truth import Truth, negated
from explain.picture.model import Entry, State
from explain.picture.path import telling
from explain.wording import demand_in_words, sentence

STATES = {Truth.TRUE: State.TRUE, Truth.FALSE: State.FALSE, Truth.UNKNOWN: State.UNKNOWN}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a condition we are: how deep, whether all there must hold, under how many nots, within `unless`."""

    depth: int = 0
    joins_all: bool = True
    is_negated: bool = False
    in_unless: bool = False


class Conditions:
    """Tells the conditions of one decision's rules. `shown` are the boxes that are drawn; without it, all are."""

    def __init__(self, guideline: Guideline, decision: Decision, shown: frozenset[str] | None = None) -> None:
        self._guideline, self._decision, self._shown = guideline, decision, shown

    def of(self, rule: Rule, result: Result | None, *, fired: bool = False) -> tuple[Entry, ...]:
        """The entries of a rule's condition; `result` is how it came out for a patient, if there is one."""
        leaves = frozenset(id(leaf) for leaf in telling(result)) if result is not None else frozenset[int]()
        told = _Telling(self._guideline, self._decision, self._shown, leaves, fired)
        condition = rule.condition
        if rule.unless is None or not isinstance(condition, AllOf):
            return tuple(told.entries(condition, result, _Place()))
        results = _parts_of(result, len(condition.parts))
        *parts, last = zip(condition.parts, results, strict=True)
        entries = [entry for part, each in parts for entry in told.entries(part, each, _Place())]
        return (*entries, *told.entries(*last, _Place(in_unless=True)))


@dataclass(frozen=True, slots=True)
class _Telling:
    guideline: Guideline
    decision: Decision
    shown: frozenset[str] | None
    leaves: frozenset[int]
    fired: bool

    def entries(self, condition: Condition, result: Result | None, place: _Place) -> Iterator[Entry]:
        match condition:
            case Test() | FindingTest() | ScoreTest():
                yield self._leaf(condition, result, place)
            case NotThis(part):
                below = result.part if isinstance(result, NotResult) else None
                within = _Place(place.depth, place.joins_all, not place.is_negated, place.in_unless)
                yield from self.entries(part, below, within)
            case AllOf(parts) | AnyOf(parts) | AtLeast(_, parts):
                needed = _needed(condition, place.is_negated)
                joins_all = needed == len(parts)
                is_headed = not (joins_all and place.joins_all)
                if is_headed:
                    yield Entry(_heading(needed, len(parts), place), place.depth, _mark(result, place))
                within = _Place(place.depth + is_headed, joins_all, place.is_negated, place.in_unless)
                for part, each in zip(parts, _parts_of(result, len(parts)), strict=True):
                    yield from self.entries(part, each, within)

    def _leaf(self, leaf: Test | FindingTest | ScoreTest, result: Result | None, place: _Place) -> Entry:
        name, text, is_negated = self._in_words(leaf, place)
        mark = _mark(result, place)
        tells = result is None or id(result) in self.leaves
        reads = name if self.shown is None or (tells and name in self.shown) else None
        state = State.PLAIN if mark is None else STATES[mark]
        is_on_path = self.fired and tells
        return Entry(text, place.depth, mark, reads, None, state, is_negated, is_on_path)

    def _in_words(self, leaf: Test | FindingTest | ScoreTest, place: _Place) -> tuple[str, str, bool]:
        """What a test reads, how it is said, and whether it asks that what it reads does not hold."""
        word = "unless " if place.is_negated and place.in_unless and place.depth == 0 else ""
        if isinstance(leaf, FindingTest):
            asked = leaf.expected if word else leaf.expected is not place.is_negated
            title = sentence(self.decision.findings[leaf.finding].title)
            return leaf.finding, f"{word}{title}: {'yes' if asked else 'no'}", leaf.expected is place.is_negated
        is_fact = isinstance(leaf, Test)
        name = leaf.fact if isinstance(leaf, Test) else leaf.score
        scale = self.guideline.facts[name] if is_fact else self.decision.scores[name].scale
        title = sentence(scale.title if is_fact else self.decision.scores[name].title)
        demand = demand_in_words(scale, leaf, not place.is_negated or bool(word)) or "what no value gives"
        return name, f"{word}{title}: {demand}", place.is_negated


def _parts_of(result: Result | None, count: int) -> tuple[Result | None, ...]:
    parts = getattr(result, "parts", None)
    return (None,) * count if parts is None else tuple(parts)


def _mark(result: Result | None, place: _Place) -> Truth | None:
    if result is None:
        return None
    return negated(result.truth) if place.is_negated else result.truth


def _needed(condition: AllOf | AnyOf | AtLeast, is_negated: bool) -> int:
    """How many parts must hold; under a not, how many must fail."""
    count = len(condition.parts)
    needed = count if isinstance(condition, AllOf) else 1 if isinstance(condition, AnyOf) else condition.n
    return count - needed + 1 if is_negated else needed


def _heading(needed: int, count: int, place: _Place) -> str:
    joined = "all of" if needed == count else "any of" if needed == 1 else f"at least {needed} of"
    return f"no exception, so {joined}:" if place.in_unless and place.is_negated and place.depth == 0 else f"{joined}:"
