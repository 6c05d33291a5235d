"""The one place that runs durable-rules, through its four primitives: no host, no thread, no action of ours inside.

Messages go in one at a time, firings come out one at a time, and the state of a decision is deleted when it is
answered. There is one sid, so durable-rules keeps every decision in the same slot. Deleting a state in which no rule
ever fired follows a pointer that is not set; the slot's is set once and for all by the warm-up, which fires a rule
before anything is deleted, and durable-rules clears it with every completed firing and every deletion since.
"""

import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

import durable_rules_engine as _durable

from engine.errors import EngineFault
from engine.guideline import Decision, Fact, Score
from engine.matcher.compiling import compiled
from engine.matcher.layout import HIGH, LOW, SID, Program, Shard, program_of
from engine.matcher.limits import limits_of

_TAKEN, _UNWANTED = 0, 1
"""What asserting answers: the message is stored, or no pattern wants it. Anything else is our fault."""
_NO_SUCH_STATE = "309"


@dataclass(frozen=True, slots=True)
class OpenPoints:
    """A score all of whose rules are done, with what rules of an unknown condition could still take from it and add."""

    score: str
    less: int
    more: int


Settled = str | OpenPoints
"""What forward chaining cannot find out itself: that a finding does not hold, or which points are open."""


class Matcher:
    """Runs one decision's rules by forward chaining. May be used from many threads, one decision at a time.

    The decision must have no `limits`. Raises `EngineFault` where it has, and where durable-rules fails.
    """

    __slots__ = ("__weakref__", "_finalizer", "_handle", "_live", "_lock", "_most", "_program", "_scores")

    def __init__(self, decision: Decision, facts: Mapping[str, Fact]) -> None:
        self._program = _program(decision, facts)
        self._scores = {name: _Points.of(decision, score) for name, score in decision.scores.items()}
        self._most = 2 * len(self._program.rules) + 16
        self._lock = Lock()
        self._live = False
        self._handle = _built(self._program)
        self._finalizer = weakref.finalize(self, _durable.delete_ruleset, self._handle)
        self._finalizer.atexit = False

    def fired(self, values: Mapping[str, int], settled: Sequence[Settled]) -> frozenset[str]:
        """The rules that fire for a patient.

        `values` are the known facts in steps; facts that no rule tests are ignored. `settled` are the findings known
        not to hold and the scores, in the order of their strata. Raises `EngineFault`; the next decision is not touched
        by that.
        """
        told = [_told(shard, values) for shard in self._program.shards]
        with self._lock:
            if not self._finalizer.alive:
                raise EngineFault("this matcher is closed")
            self._forget()
            try:
                return self._decided(told, settled)
            except (_durable.error, MemoryError) as error:
                raise EngineFault(f"the rule engine failed: {error}") from error
            finally:
                self._forget()

    def close(self) -> None:
        """Frees what durable-rules holds; closing twice is harmless. A closed matcher decides nothing any more."""
        with self._lock:
            self._finalizer()

    def _decided(self, told: Sequence[str], settled: Sequence[Settled]) -> frozenset[str]:
        firings = _Firings(self._most)
        self._drain(told, firings)
        for each in settled:
            if isinstance(each, OpenPoints):
                self._drain(self._score_messages(each, firings), firings)
            else:
                self._drain(self._program.absent.get(each, ()), firings)
        return frozenset(firings.rules)

    def _score_messages(self, points: OpenPoints, firings: "_Firings") -> Sequence[str]:
        """The messages about a score: the points of the rules that fired, with those that are open."""
        told = self._program.scores.get(points.score)
        if told is None:
            return ()
        score = self._scores[points.score]
        given = sum(steps for rule, steps in score.by_rule.items() if rule in firings.rules)
        low, high = (min(max(given + still, score.low), score.high) for still in (points.less, points.more))
        return [f'{head},"{LOW}":{low},"{HIGH}":{high}}}' for head in told]

    def _drain(self, messages: Sequence[str], firings: "_Firings") -> None:
        """Asserts messages and fires until nothing more fires."""
        states = [self._tell(message) for message in messages]
        started = _durable.start_action_for_state(self._handle, states[0]) if states else None
        firing = started[1] if started else None
        while firing is not None:
            if firings.left == 0:
                raise EngineFault(f"more than {self._most} firings in one decision")
            firings.left -= 1
            self._take(int(firing[2 : firing.index('"', 2)]), firings)
            firing = _durable.complete_and_start_action(self._handle, states[0])

    def _take(self, place: int, firings: "_Firings") -> None:
        """Notes a firing and tells what it concludes, each once."""
        rule = self._program.rules[place]
        if rule is not None:
            firings.rules.add(rule)
        for signal in self._program.gives[place]:
            if signal not in firings.given:
                firings.given.add(signal)
                for message in self._program.signals[signal]:
                    self._tell(message)

    def _tell(self, message: str) -> int:
        """Asserts one message; the answer is where the state is."""
        self._live = True
        answer, state = _durable.assert_fact(self._handle, message)
        if answer not in (_TAKEN, _UNWANTED):
            raise EngineFault(f"the rule engine answered {answer} to {message}")
        return int(state)

    def _forget(self) -> None:
        """Deletes the state of the decision, where there is one."""
        if not self._live:
            return
        try:
            _durable.delete_state(self._handle, SID)
        except _durable.error as error:
            if _NO_SUCH_STATE not in str(error):
                raise EngineFault(f"the rule engine failed: {error}") from error
        self._live = False


@dataclass(frozen=True, slots=True)
class _Points:
    """A score's range, and what each rule adds to it, in steps."""

    low: int
    high: int
    by_rule: Mapping[str, int]

    @classmethod
    def of(cls, decision: Decision, score: Score) -> "_Points":
        adding = (rule for rule in decision.rules.values() if score.id in rule.adds)
        return cls(score.scale.low, score.scale.high, {rule.id: rule.adds[score.id] for rule in adding})


@dataclass(slots=True)
class _Firings:
    """What one decision has come to: how many firings are left to it, the rules fired, the signals given."""

    left: int
    rules: set[str] = field(default_factory=set)
    given: set[int] = field(default_factory=set)


def _program(decision: Decision, facts: Mapping[str, Fact]) -> Program:
    rules = compiled(decision, facts)
    program = program_of(rules, facts)
    for _, message, _ in limits_of(rules, program, facts):
        raise EngineFault(message)
    return program


def _told(shard: Shard, values: Mapping[str, int]) -> str:
    """The message that tells a shard the facts that are known."""
    return shard.head + "".join([f"{before}{values[fact]:d}" for fact, before in shard.facts if fact in values]) + "}"


def _built(program: Program) -> int:
    """A ruleset, warmed up. One that cannot be warmed up is given up with its state: deleting that is not safe."""
    handle = 0
    try:
        handle = int(_durable.create_ruleset("decision", program.definition))
        _warm_up(handle, program)
    except (_durable.error, MemoryError, EngineFault) as error:
        if handle:
            _durable.delete_ruleset(handle)
        raise EngineFault(f"the rule engine cannot be built: {error}") from error
    return handle


def _warm_up(handle: int, program: Program) -> None:
    """Fires the last rule; only then is deleting a state safe."""
    _, state = _durable.assert_fact(handle, program.warm_up)
    started = _durable.start_action_for_state(handle, state)
    if not started or not started[1].startswith(f'{{"{len(program.rules) - 1}":'):
        raise EngineFault(f"the warm-up fired {started}")
    _durable.complete_and_start_action(handle, state)
    _durable.delete_state(handle, SID)
