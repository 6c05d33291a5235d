"""What cannot be reached: outcomes that nobody gets, points that nobody has, facts that make no difference."""

from collections.abc import Iterator

from engine.checks.flaws import Flaw, Proof
from engine.checks.idle_rules import CHANGES_NOTHING
from engine.checks.redundancy import CODE as REDUNDANT
from engine.checks.subject import Found, Subject, Values
from engine.conditions import facts_in
from engine.guideline import Rule

OUTCOME, FACT, POINTS = "check.outcome_unreachable", "check.fact_never_matters", "check.points_unreachable"


def unreachable_outcomes(subject: Subject) -> Iterator[Found]:
    """A flaw for each outcome that is nobody's answer, unless none of its rules ever fires."""
    is_free = True
    for name in subject.decision.outcomes:
        with subject.proofs.question() as ask:
            is_reached = ask.is_met(ask.result(name))
            values = None if is_reached else ask.least(ask.concludes(name))
        is_free = is_free and is_reached
        is_explained = subject.idle.issuperset(subject.plan.concluding[name] or [""])
        if not (is_reached or is_explained):
            yield _unreachable(subject, name, values)
    if is_free:
        yield Proof(OUTCOME, "each outcome can be reached", subject.decision.id, subject.kinds)


def _unreachable(subject: Subject, outcome: str, values: Values | None) -> Flaw:
    rules, why = subject.plan.concluding[outcome], "no rule concludes it"
    witness = None
    if values is not None:
        why = "another always goes before it"
        witness = subject.witness(values, lambda facts: any(subject.fires(rule, facts) for rule in rules))
    return Flaw(
        OUTCOME,
        f"no patient can come to the outcome `{outcome}`: {why}",
        subject.decision.outcomes[outcome].place,
        "let a rule conclude it where nothing that goes before it holds, or remove it",
        subject.decision.id,
        outcome,
        witness=witness,
    )


def idle_facts(subject: Subject) -> Iterator[Found]:
    """A flaw for each fact that rules test and that never makes a difference to an answer, whatever is `impossible`;
    not where that follows from flaws of these rules."""
    is_free = True
    for name in subject.plan.tested:
        rules = [rule for rule in subject.decision.rules.values() if name in facts_in(rule.condition)]
        is_explained = all(_is_idle(subject, rule, name) for rule in rules)
        is_free = is_free and not is_explained
        if is_explained or _matters(subject, name):
            continue
        is_free = False
        fact = subject.guideline.facts[name]
        message = f"whatever `{name}` is, every answer of `{subject.decision.id}` is the same"
        also = tuple((rule.place, f"`{rule.id}` tests it") for rule in rules[:3])
        help = "leave it out of these conditions, or let it decide something"
        yield Flaw(FACT, message, fact.place, help, subject.decision.id, name, also=also)
    if is_free:
        yield Proof(FACT, "each fact that is tested makes a difference", subject.decision.id, subject.kinds)


def _is_idle(subject: Subject, rule: Rule, fact: str) -> bool:
    """Whether a flaw that was found already is the reason why a rule lets a fact make no difference."""
    if subject.leads_to_idle(rule.id) or subject.is_noted(CHANGES_NOTHING, rule.id):
        return True
    return any(each.code == REDUNDANT and each.subject == rule.id and fact in each.concerns for each in subject.noted)


def _matters(subject: Subject, fact: str) -> bool:
    for start in subject.plan.cells[fact].starts:
        with subject.proofs.question() as ask:
            other = ask.altered({}, {fact: start})
            if ask.is_met(ask.differs(other), of_anybody=False):
                return True
    return False


def unreachable_points(subject: Subject) -> Iterator[Found]:
    """A flaw for each score whose range is wider than what patients can have; the range that they have, proved."""
    for score in subject.plan.scores:
        reached = subject.reached(score.id, score.scale.low, score.scale.high)
        if reached is None:
            continue
        low, high = reached
        text = score.scale.text_of
        if (low, high) == (score.scale.low, score.scale.high):
            statement = f"the score `{score.id}` reaches both ends of its range, {text(low)} and {text(high)}"
            yield Proof(POINTS, statement, subject.decision.id, subject.kinds)
            continue
        described = subject.decision.scores[score.id]
        home = subject.decision.id if described.place.file == subject.decision.place.file else None
        message = f"the points of `{score.id}` can only be {text(low)} to {text(high)}"
        help = (
            f"its range says {text(score.scale.low)} to {text(score.scale.high)}: narrow it, or add the rules it lacks"
        )
        yield Flaw(POINTS, message, described.place, help, home, score.id)
