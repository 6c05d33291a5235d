"""A trace beside its guideline, indexed by what explanations look up."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.conditions import Test, leaves
from engine.guideline import Decision, Fact, Guideline, Rule
from engine.trace import FactTrace, Result, RuleFired, TestResult, Trace
from engine.truth import Truth


@dataclass(frozen=True, slots=True)
class Reading:
    """facts, findings and the results of all rules, fired or not, by id."""

    guideline: Guideline
    decision: Decision
    trace: Trace
    facts: Mapping[str, FactTrace]
    findings: Mapping[str, Truth]
    results: Mapping[str, Result]

    def fact(self, name: str) -> Fact:
        return self.guideline.facts[name]

    def rule(self, name: str) -> Rule:
        return self.decision.rules[name]

    def address(self, rule: str) -> str:
        """A rule's full address, such as `guideline/decision#rule`."""
        return f"{self.guideline.id}/{self.decision.id}#{rule}"

    def concluding(self, concluded: str) -> tuple[str, ...]:
        """The rules that can conclude a finding or an outcome, by id."""
        return tuple(name for name, rule in sorted(self.decision.rules.items()) if concluded in rule.concludes)

    def test(self, rule: str, result: TestResult) -> Test:
        """The test of a rule that a result came from."""
        return next(
            leaf
            for leaf in leaves(self.rule(rule).condition)
            if isinstance(leaf, Test) and (leaf.fact, leaf.text) == (result.fact, result.test)
        )


def reading_of(guideline: Guideline, trace: Trace) -> Reading:
    """Lays a trace beside the guideline it was decided by. Raises `ValueError` where their hashes differ."""
    if trace.sha256 != guideline.sha256:
        raise ValueError("this trace was decided by another version of the guideline")
    fired = {event.rule: event.condition for event in trace.events if isinstance(event, RuleFired)}
    not_fired = dict(trace.not_fired)
    return Reading(
        guideline=guideline,
        decision=guideline.decisions[trace.decision],
        trace=trace,
        facts={fact.fact: fact for fact in trace.facts},
        findings=dict(trace.findings),
        results={**fired, **not_fired},
    )
