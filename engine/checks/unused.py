"""What is described and never used: findings and facts. A score is shown with every answer, and so is used."""

from collections.abc import Iterator

from engine.checks.flaws import Flaw
from engine.checks.subject import Found, Subject
from engine.conditions import concluded_in, facts_in
from engine.guideline import Finding, Guideline, Score


def unused_findings(subject: Subject) -> Iterator[Found]:
    """A flaw for each finding that no rule of any decision tests."""
    tested = frozenset[str]().union(
        *(concluded_in(rule.condition) for each in subject.guideline.decisions.values() for rule in each.rules.values())
    )
    decision = subject.decision
    for name, finding in decision.findings.items():
        if name not in tested:
            help = "test it in a rule, or remove the finding and what leads to it"
            home = decision.id if finding.place.file == decision.place.file else None
            yield Flaw("check.finding_unused", f"no rule tests the finding `{name}`", finding.place, help, home, name)


def untaken_findings(guideline: Guideline) -> Iterator[Flaw]:
    """A flaw for each finding or score of `findings.yaml` that no decision takes, for which nothing that leads to it is
    ever looked at."""
    for each in _untaken(guideline):
        kind = "finding" if isinstance(each, Finding) else "score"
        help = f"test it in a rule of a decision, or remove the {kind} and what leads to it"
        yield Flaw("check.finding_unused", f"no decision uses the {kind} `{each.id}`", each.place, help, None, each.id)


def _untaken(guideline: Guideline) -> Iterator[Finding | Score]:
    if guideline.untaken is not None:
        taken = frozenset[str]().union(*({*each.findings, *each.scores} for each in guideline.decisions.values()))
        described: list[Finding | Score] = [*guideline.untaken.findings.values(), *guideline.untaken.scores.values()]
        yield from (each for each in described if each.id not in taken)


def unused_facts(guideline: Guideline) -> Iterator[Flaw]:
    """A flaw for each fact that nothing tests, also no shared rule that no decision takes, and that nothing shows,
    computes with or excludes; of facts that only serve one another
    the one that the others serve."""
    used = _used(guideline)
    unused = {name for name in guideline.facts if name not in used}
    serving = frozenset[str]().union(*(guideline.facts[name].reads for name in unused))
    for name in sorted(unused - serving):
        fact = guideline.facts[name]
        message, help = f"nothing uses the fact `{name}`", "test it in a rule, show it `beside` an answer, or remove it"
        yield Flaw("check.fact_unused", message, fact.place, help, None, name)


def _used(guideline: Guideline) -> frozenset[str]:
    used: set[str] = set()
    waiting = {name for each in guideline.impossible for name in facts_in(each.when)}
    untaken = [] if guideline.untaken is None else [guideline.untaken]
    for decision in (*guideline.decisions.values(), *untaken):
        waiting |= set(decision.beside)
        waiting |= {name for rule in decision.rules.values() for name in facts_in(rule.condition)}
    while waiting:
        name = waiting.pop()
        if name not in used:
            used.add(name)
            waiting |= guideline.facts[name].reads
    return frozenset(used)
