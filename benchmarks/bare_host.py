"""The yardstick: the same rules on durable-rules' own `Host`, as it comes and without any trace.

What runs is what `engine.matcher` compiles; the actions only assert what a rule concludes. Host gets every help that
costs nothing: one message for all facts, one fixed sid with its state deleted after each decision, messages made
beforehand, a warm-up. What it is left with is its own: a closure, two more pieces of JSON and four readings of the
clock for every action. It has to find out by itself which findings do not hold: those that nothing concluded are said
to be absent, stratum by stratum, which is right only where every fact is known. It explains nothing, knows no unknown
and no status.

Hazard: Host starts two timer threads of its own. One of them can take an action from the deciding thread, whose answer
then lacks a rule, or can meet a state that was just deleted, and crash. With the usual switch interval of the
interpreter that is too rare to be seen in a benchmark; it is the reason why Candor runs without Host. On Python 3.12
each action also draws a DeprecationWarning from inside Host: leave warnings as they are by default.
"""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from graphlib import TopologicalSorter

from durable.engine import Closure, Host, MessageNotHandledException

from engine.conditions import concluded_in
from engine.guideline import Decision, Fact
from engine.matcher.compiling import compiled
from engine.matcher.layout import SID, Program, program_of

NAME = "decision"
Message = dict[str, int | str]


class BareHost:
    """One decision's rules on a Host of their own. Not for threads."""

    def __init__(self, decision: Decision, facts: Mapping[str, Fact]) -> None:
        program = program_of(compiled(decision, facts), facts)
        self._shards = [(json.loads(shard.head + "}"), _keys(shard.facts)) for shard in program.shards]
        self._absent = [
            (frozenset(name for name, rule in decision.rules.items() if finding in rule.concludes), _messages(texts))
            for finding in _by_stratum(decision)
            if (texts := program.absent.get(finding))
        ]
        self._fired: set[str] = set()
        self._given: set[int] = set()
        self._host = _host(program, self._fired, self._given)

    def decide(self, values: Mapping[str, int]) -> frozenset[str]:
        """The rules that fire for a patient's facts, in steps and all of them known."""
        self._fired.clear()
        self._given.clear()
        for head, keys in self._shards:
            self._tell({**head, **{key: values[fact] for fact, key in keys if fact in values}})
        for concluding, messages in self._absent:
            if self._fired.isdisjoint(concluding):
                for message in messages:
                    self._tell(message)
        self._host.delete_state(NAME, SID)
        return frozenset(self._fired)

    def _tell(self, message: Message) -> None:
        try:
            self._host.assert_fact(NAME, message)
        except MessageNotHandledException:
            return  # no pattern wants it


def _host(program: Program, fired: set[str], given: set[int]) -> Host:
    logging.getLogger("durable").setLevel(logging.CRITICAL)
    rules = json.loads(program.definition)
    for place, rule in rules.items():
        rule["run"] = _action(program, int(place), fired, given)
    host = Host({NAME: rules})
    host.assert_fact(NAME, json.loads(program.warm_up))
    host.delete_state(NAME, SID)
    return host


def _action(program: Program, place: int, fired: set[str], given: set[int]) -> Callable[..., None]:
    rule = program.rules[place]
    gives = [(signal, _messages(program.signals[signal])) for signal in program.gives[place]]

    def run(c: Closure) -> None:
        if rule is not None:
            fired.add(rule)
        for signal, messages in gives:
            if signal not in given:
                given.add(signal)
                for message in messages:
                    c.assert_fact(message)

    return run


def _by_stratum(decision: Decision) -> Iterator[str]:
    below = {name: set[str]() for name in sorted(decision.findings)}
    for rule in decision.rules.values():
        for concluded in below.keys() & set(rule.concludes):
            below[concluded] |= concluded_in(rule.condition)
    return iter(TopologicalSorter(below).static_order())


def _keys(facts: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    return [(fact, before.strip(',":')) for fact, before in facts]


def _messages(texts: tuple[str, ...]) -> list[Message]:
    return [json.loads(text) for text in texts]
