"""Direct evaluation of a whole decision: every rule, finding and outcome, three-valued, from what is known.

It is the second engine: it says why not, and `engine.deciding` holds the first one's firings against it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.evaluation import Values
from engine.plan import Plan
from engine.trace import FindingResult, Result, decisive
from engine.truth import FALSE, TRUE, UNKNOWN, Truth, any_of


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How every rule's condition, every finding (by stratum) and outcome (by precedence) came out; what fired."""

    rules: Mapping[str, Result]
    findings: Mapping[str, Truth]
    outcomes: Mapping[str, Truth]
    fired: frozenset[str]

    @property
    def candidates(self) -> tuple[str | None, ...]:
        """The results that precedence leaves open, None for no outcome; a single one is decided."""
        candidates: list[str | None] = []
        for outcome, truth in self.outcomes.items():
            if truth is not FALSE:
                candidates.append(outcome)
            if truth is TRUE:
                return tuple(candidates)
        return (*candidates, None)


def evaluate(plan: Plan, values: Values) -> Evaluation:
    """Evaluates a decision for the known facts, stratum by stratum."""
    rules: dict[str, Result] = {}
    findings: dict[str, Truth] = {}
    fired: list[str] = []
    for stratum in plan.strata:
        for rule in stratum.rules:
            result = rules[rule.id] = rule.evaluate(values, findings)
            if result.truth is TRUE:
                fired.append(rule.id)
        for finding in stratum.findings:
            findings[finding.id] = any_of([rules[rule].truth for rule in finding.rules])
    outcomes = {name: any_of([rules[rule].truth for rule in ids]) for name, ids in plan.concluding.items()}
    return Evaluation(rules, findings, outcomes, frozenset(fired))


def waits_for(plan: Plan, evaluation: Evaluation, rules: tuple[str, ...]) -> frozenset[str]:
    """The unknown facts that keep the conditions of these rules unknown, followed down through findings."""
    concluding = {finding.id: finding.rules for finding in plan.findings}
    facts: set[str] = set()
    waiting, seen = list(rules), set(rules)
    while waiting:
        for leaf, _ in decisive(evaluation.rules[waiting.pop()]):
            if not isinstance(leaf, FindingResult):
                facts.add(leaf.fact)
                continue
            below = {rule for rule in concluding[leaf.finding] if evaluation.rules[rule].truth is UNKNOWN}
            waiting += sorted(below - seen)
            seen |= below
    return frozenset(facts)
