"""A trace beside its guideline, indexed by what explanations look up."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.conditions import ScoreTest, Test, leaves
from engine.guideline import Citation, Decision, Fact, Guideline, Import, Rule
from engine.strata import rules_for
from engine.trace import (
    FactTrace,
    GivenCaution,
    Imported,
    OpenCaution,
    Result,
    RuleFired,
    ScoreResult,
    ScoreTrace,
    TestResult,
    Trace,
)
from engine.truth import Truth


@dataclass(frozen=True, slots=True)
class Reading:
    """facts, findings, scores and the results of all rules, fired or not, by id."""

    guideline: Guideline
    decision: Decision
    trace: Trace
    facts: Mapping[str, FactTrace]
    findings: Mapping[str, Truth]
    scores: Mapping[str, ScoreTrace]
    results: Mapping[str, Result]

    def fact(self, name: str) -> Fact:
        return self.guideline.facts[name]

    def rule(self, name: str) -> Rule:
        return self.decision.rules[name]

    def address(self, rule: str) -> str:
        """A rule's full address, such as `guideline/decision#rule`, or `guideline/findings#rule` if it is shared."""
        return f"{self.guideline.id}/{self.rule(rule).home}#{rule}"

    def concluding(self, concluded: str) -> tuple[str, ...]:
        """The rules that can conclude a finding or an outcome, or add to a score, by id."""
        return rules_for(self.decision, concluded)

    def test(self, rule: str, result: TestResult) -> Test:
        """The test of a rule that a result came from."""
        tests = (leaf for leaf in leaves(self.rule(rule).condition) if isinstance(leaf, Test))
        return next(test for test in tests if (test.fact, test.text) == (result.fact, result.test))

    def score_test(self, rule: str, result: ScoreResult) -> ScoreTest:
        """The test on a score that a result came from."""
        tests = (leaf for leaf in leaves(self.rule(rule).condition) if isinstance(leaf, ScoreTest))
        return next(test for test in tests if (test.score, test.text) == (result.score, result.test))

    def imports(self, fact: str) -> tuple[tuple[Import, Imported], ...]:
        """What imported decisions say of a fact, each with how it is imported."""
        ways = {each.title: each for each in self.fact(fact).imports}
        return tuple((ways[each.title], each) for each in self.facts[fact].imported)


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
        scores={score.score: score for score in trace.scores},
        results={**fired, **not_fired},
    )


def cited_for(reading: Reading, given: GivenCaution | OpenCaution) -> tuple[Citation, ...]:
    """What a caution of the decision or of a rule cites: of a rule whose caution cites nothing, what the rule cites."""
    if given.rule is not None:
        rule = reading.rule(given.rule)
        return (rule.caution.source if rule.caution is not None else ()) or rule.source
    return next((caution.source for caution in reading.decision.cautions if caution.text == given.text), ())
