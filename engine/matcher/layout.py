"""Compiled rules as what durable-rules reads: one definition, and the messages of a decision, as JSON text.

Every message has one kind `k`, an explicit id equal to it, the one sid, and otherwise whole numbers only; every pattern
begins with its kind. The patient is told once for every *shard*: as many patterns as may stand under one kind, with
only the facts that they read. All names are generated (kinds and ids are numbers, facts `f0`, `f1`, ... by how often
they are tested, patterns `a` to `l`, rules by number), so that no word of an author's reaches the engine.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from string import ascii_lowercase

from engine.guideline import Fact
from engine.matcher.compiling import CompiledRule, Says, Signal
from engine.matcher.normal import Meets

SID = "d"
MAX_PATTERNS_OF_SHARD = 60
"""durable-rules takes 64 tests side by side that hold for one message."""
MAX_FACTS_OF_SHARD = 200
"""durable-rules takes 252 fields in a message."""
MAX_RULES_OF_KIND = 200
"""durable-rules takes 255 patterns that are the same."""
LOW, HIGH = "low", "high"
"""The fields of a message about a score."""
RESERVED = (
    *("k", "sid", "id", "$s", "$forward", "$m", "$and", "$or", "$ex", "$nex", "$eq", "$neq", "$lt", "$lte", "$gt"),
    *("$gte", "$mt", "$imt", "$iall", "$iany", "$add", "$sub", "$mul", "$div", "$l", "$r", "$i", "name"),
)
"""The fields of every message, and the words that durable-rules knows by their hash where a field may stand."""

Test = dict[str, object]


@dataclass(frozen=True, slots=True)
class Shard:
    """One message about the patient: its text up to the facts, and for each fact the text before its value."""

    head: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Program:
    """A decision as durable-rules runs it.

    definition: the rules as JSON, each under its place in `rules`
    rules: the author's rule of each, None for those of hidden findings and for the last, which the warm-up fires
    gives: the signals that each gives, as places in `signals`
    signals: the messages of each signal
    absent: by finding, the messages that say that it does not hold; only findings that a rule tests for that
    scores: by score, what its messages say up to the interval; only scores that a rule tests
    shards: what the patient is told as
    warm_up: a message on which the last rule fires; it belongs to no decision
    kinds, patterns: how many there are
    names: what durable-rules tells apart by a 32-bit hash: the fields, the ids, the aliases
    """

    definition: str
    rules: tuple[str | None, ...]
    gives: tuple[tuple[int, ...], ...]
    signals: tuple[tuple[str, ...], ...]
    absent: Mapping[str, tuple[str, ...]]
    scores: Mapping[str, tuple[str, ...]]
    shards: tuple[Shard, ...]
    warm_up: str
    kinds: int
    patterns: int
    names: tuple[tuple[str, ...], ...]


def program_of(rules: tuple[CompiledRule, ...], facts: Mapping[str, Fact]) -> Program:
    """The program that runs `rules`, always the same for the same rules."""
    layout = _Layout(facts, _fields(rules))
    patterns = [layout.patterns(rule) for rule in rules]
    warm_up = layout.new_kind()
    messages = {signal: tuple(_message(kind) for kind in kinds) for signal, kinds in layout.signals.items()}
    scores = {signal.name: messages.pop(signal) for signal in layout.signals if signal.says is Says.SCORE}
    places = {signal: place for place, signal in enumerate(messages)}
    return Program(
        definition=_definition([*patterns, [{"k": warm_up}]]),
        rules=(*(rule.rule for rule in rules), None),
        gives=(*(tuple(places[signal] for signal in rule.concludes) for rule in rules), ()),
        signals=tuple(messages.values()),
        absent={signal.name: told for signal, told in messages.items() if signal.says is Says.ABSENT},
        scores={name: tuple(told.removesuffix("}") for told in each) for name, each in scores.items()},
        shards=tuple(_shard(shard, layout.fields) for shard in layout.shards),
        warm_up=_message(warm_up),
        kinds=layout.kinds,
        patterns=sum(map(len, patterns)) + 1,
        names=_names(layout),
    )


@dataclass(slots=True)
class _Shard:
    kind: int
    facts: set[str] = field(default_factory=set)
    patterns: int = 0

    def takes(self, facts: Iterable[str]) -> bool:
        return self.patterns < MAX_PATTERNS_OF_SHARD and len(self.facts.union(facts)) <= MAX_FACTS_OF_SHARD


@dataclass(slots=True)
class _Layout:
    """What is laid out so far: the patient's shards, and of each signal the kinds with how many rules wait for them."""

    known: Mapping[str, Fact]
    fields: Mapping[str, str]
    shards: list[_Shard] = field(default_factory=list)
    signals: dict[Signal, dict[int, int]] = field(default_factory=dict)
    kinds: int = 0

    def new_kind(self) -> int:
        self.kinds += 1
        return self.kinds

    def patterns(self, rule: CompiledRule) -> list[Test]:
        patterns = [self._on_patient(dict(rule.tests))] if rule.tests else []
        for signal in rule.needs:
            kind: Test = {"k": self._kind_of(signal)}
            within = signal.within
            ends: list[Test] = [{"$gte": {LOW: within[0]}}, {"$lte": {HIGH: within[1]}}] if within else []
            patterns.append({"$and": [kind, *ends]} if ends else kind)
        return patterns

    def _on_patient(self, tests: Mapping[str, Meets]) -> Test:
        if not self.shards or not self.shards[-1].takes(tests):
            self.shards.append(_Shard(self.new_kind()))
        shard = self.shards[-1]
        shard.patterns += 1
        shard.facts |= tests.keys()
        parts: list[Test] = []
        for fact, name in self.fields.items():
            if fact in tests:
                parts += _parts(name, tests[fact], self.known[fact])
        return {"$and": [{"k": shard.kind}, *sorted(parts, key=lambda part: "$or" in part)]}

    def _kind_of(self, signal: Signal) -> int:
        most = MAX_RULES_OF_KIND if signal.within is None else MAX_PATTERNS_OF_SHARD
        waiting = self.signals.setdefault(replace(signal, within=None), {})
        if not waiting or waiting[max(waiting)] == most:
            waiting[self.new_kind()] = 0
        kind = max(waiting)
        waiting[kind] += 1
        return kind


def _fields(rules: Iterable[CompiledRule]) -> dict[str, str]:
    """The field of each fact, the most tested first, so that patterns have as long a beginning in common as may be."""
    times = Counter(fact for rule in rules for fact, _ in rule.tests)
    ordered = sorted(times, key=lambda fact: (-times[fact], fact))
    return {fact: f"f{place}" for place, fact in enumerate(ordered)}


def _parts(name: str, meets: Meets, fact: Fact) -> list[Test]:
    """Tests that together hold where the field is there and meets: within the ends, and outside every gap. At most one
    side of a gap can hold, so that no pattern is met twice."""
    low, high = meets[0][0], meets[-1][1]
    if low == high:
        return [{name: low}]
    parts: list[Test] = [{"$gte": {name: low}}] if low > fact.low else []
    parts += [{"$lte": {name: high}}] if high < fact.high else []
    parts += [_outside(name, before, after) for (_, before), (after, _) in pairwise(meets)]
    return parts or [{"$ex": {name: 1}}]


def _outside(name: str, before: int, after: int) -> Test:
    if after - before == 2:
        return {"$neq": {name: before + 1}}
    return {"$or": [{"$lte": {name: before}}, {"$gte": {name: after}}]}


def _definition(rules: Iterable[list[Test]]) -> str:
    definitions = {
        str(place): {"all": [{alias: test} for alias, test in zip(ascii_lowercase, tests, strict=False)]}
        for place, tests in enumerate(rules)
    }
    return json.dumps(definitions, separators=(",", ":"))


def _shard(shard: _Shard, fields: Mapping[str, str]) -> Shard:
    facts = tuple((fact, f',"{name}":') for fact, name in fields.items() if fact in shard.facts)
    return Shard(_message(shard.kind).removesuffix("}"), facts)


def _message(kind: int) -> str:
    return f'{{"sid":"{SID}","id":{kind},"k":{kind}}}'


def _names(layout: _Layout) -> tuple[tuple[str, ...], ...]:
    ids = (f"sid-{SID}", *(str(kind + 1) for kind in range(layout.kinds)))
    return ((*RESERVED, LOW, HIGH, *layout.fields.values()), ids, tuple(ascii_lowercase[:16]))
