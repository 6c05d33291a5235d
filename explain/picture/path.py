"""What of a decision is on the path from a patient's facts to the answer."""

from collections.abc import Iterable, Iterator

from engine.guideline import Fact
from engine.trace import (
    AllResult,
    AnyResult,
    AtLeastResult,
    FactTrace,
    FindingResult,
    LeafResult,
    NotResult,
    Origin,
    OutcomeForced,
    Result,
    ScoreResult,
    Status,
    TestResult,
    decisive,
    tested_by,
)
from engine.truth import FALSE, TRUE, UNKNOWN, Truth
from explain.picture.model import Kind, box_id
from explain.reading import Reading


def everything(reading: Reading) -> frozenset[str]:
    """Every box of a decision, by id."""
    decision = reading.decision
    rules = (box_id(Kind.RULE, name) for name in decision.rules)
    return frozenset((*reading.facts, *rules, *decision.findings, *decision.scores, *decision.outcomes))


def on_path(reading: Reading) -> frozenset[str]:
    """The boxes on the path, by id: every rule that fired and what it concludes; where the outcome is not settled by
    them, the rules that are open; and whatever made these rules come out as they did,
    down to the facts. What was assumed is there in any case, and what is shown beside the answer."""
    walk = _Walk(reading)
    walk.rules(reading.trace.fired)
    walk.rules(_open_rules(reading))
    for outcome in reading.trace.possible_outcomes:
        walk.found.add(outcome)
    for fact in reading.decision.beside:
        walk.name(fact)
    for traced in reading.trace.facts:
        if traced.origin is Origin.ASSUMED:
            walk.name(traced.fact)
    return frozenset(walk.found)


def inputs_used(traced: FactTrace, fact: Fact) -> frozenset[str]:
    """The facts that the value of a derived fact comes from; of a fact without a value, none."""
    if traced.origin is not Origin.DERIVED:
        return frozenset()
    computed = (each.inputs for each in traced.computed if each.title == traced.derivation)
    imported = (each.facts.values() for each in fact.imports if each.title == traced.derivation)
    return frozenset(name for names in (*computed, *imported) for name in names)


def telling(result: Result) -> Iterator[LeafResult]:
    """The tests that make a condition what it is; of one that is open, those that it waits for and those that are met
    already."""
    if result.truth is UNKNOWN:
        yield from _not_failed(result, False)
    else:
        yield from (leaf for leaf, _ in decisive(result))


def _not_failed(result: Result, is_negated: bool) -> Iterator[LeafResult]:
    match result:
        case NotResult(_, part):
            yield from _not_failed(part, not is_negated)
        case AllResult(_, parts) | AnyResult(_, parts) | AtLeastResult(_, _, parts):
            for part in parts:
                yield from _not_failed(part, is_negated)
        case TestResult() | FindingResult() | ScoreResult():
            if result.truth is not (TRUE if is_negated else FALSE):
                yield result


def _open_rules(reading: Reading) -> Iterable[str]:
    """The rules that can still conclude an outcome that is possible; of a forced one, those of its cases."""
    if reading.trace.status is Status.NEEDS_INFORMATION:
        possible = reading.trace.possible_outcomes
        concluding = {rule for outcome in possible for rule in reading.concluding(outcome)}
    else:
        forced = [event for event in reading.trace.events if isinstance(event, OutcomeForced)]
        concluding = {rule for event in forced for case in event.cases for rule in case.rules}
        concluding |= {rule for event in forced if event.more_cases for rule in reading.concluding(event.outcome)}
    return sorted(rule for rule in concluding if reading.results[rule].truth is UNKNOWN)


class _Walk:
    """Goes from rules to what made them come out as they did; `found` are the boxes it came by."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self.found: set[str] = set()

    def rules(self, names: Iterable[str]) -> None:
        for name in names:
            self._rule(name)

    def name(self, name: str) -> None:
        """A fact, a finding or a score."""
        reading = self._reading
        if name in self.found:
            return
        self.found.add(name)
        if name in reading.facts:
            for each in sorted(inputs_used(reading.facts[name], reading.fact(name))):
                self.name(each)
        elif name in reading.findings:
            self.rules(self._settling(name, reading.findings[name]))
        elif name in reading.scores:
            traced = reading.scores[name]
            self.rules(each.rule for each in (*traced.given, *traced.open))

    def _rule(self, name: str) -> None:
        box = box_id(Kind.RULE, name)
        if box in self.found:
            return
        self.found.add(box)
        result = self._reading.results[name]
        for leaf in telling(result):
            self.name(tested_by(leaf))
        if result.truth is TRUE:
            rule = self._reading.rule(name)
            for concluded in (*rule.concludes, *rule.adds):
                self._concluded(concluded)

    def _concluded(self, name: str) -> None:
        if name in self._reading.decision.outcomes:
            self.found.add(name)
        else:
            self.name(name)

    def _settling(self, finding: str, truth: Truth) -> Iterable[str]:
        """The rules that make a finding what it is: all of them where it does not hold."""
        rules = self._reading.concluding(finding)
        return rules if truth is FALSE else [rule for rule in rules if self._reading.results[rule].truth is truth]
