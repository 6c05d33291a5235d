"""Rules that never fire, and rules without which every answer is the same."""

from collections.abc import Iterator, Sequence

from engine.checks.flaws import Flaw, Proof
from engine.checks.subject import Found, Subject
from engine.diagnostics import quoted
from engine.guideline import Rule
from engine.logic import ALWAYS, NEVER, Proofs
from engine.plan import plan_of

NEVER_FIRES, CHANGES_NOTHING = "check.rule_never_fires", "check.rule_changes_nothing"


def never_firing(subject: Subject) -> Iterator[Found]:
    """A flaw for each rule that fires for nobody, unless that is only because rules do not that it rests on."""
    by_stratum = [planned.id for stratum in subject.plan.strata for planned in stratum.rules]
    for name in by_stratum:
        with subject.proofs.question() as ask:
            fires = ask.is_met(ask.fires(name))
            others = ask.altered(dict.fromkeys(subject.idle, ALWAYS))
            is_explained = not fires and ask.is_met(ask.fires(name, others))
        if not fires:
            subject.idle.add(name)
        if not fires and not is_explained:
            rule = subject.decision.rules[name]
            message = f"no patient can fulfil the condition of `{name}`"
            help = "some of its tests exclude one another: look at them, and at what is `impossible`"
            yield Flaw(NEVER_FIRES, message, rule.place, help, _home(subject, rule), name)
    if not subject.idle:
        statement = "no idle rules: each rule fires for somebody"
        yield Proof(NEVER_FIRES, statement, subject.decision.id, subject.kinds)


def changing_nothing(subject: Subject) -> Iterator[Found]:
    """A flaw for each rule that could be left out: all that are told could be left out together, the later ones in the
    file first. Where one could be only together with others, it is told so. A rule that others imply only because of
    what is `impossible` is not told: it concludes on its own where less is known. Nor is what follows from another
    flaw, nor a rule that adds no points, which says that a case was thought of."""
    left_out: list[str] = []
    rules = sorted(subject.decision.rules.values(), key=lambda rule: rule.place, reverse=True)
    concluding = [rule for rule in rules if rule.concludes or rule.caution is not None or any(rule.adds.values())]
    judged = [rule for rule in concluding if not _is_explained(subject, rule)]
    elsewhere: list[str] = []
    for rule in judged:
        without = [*left_out, rule.id]
        if _is_needed(subject.proofs, without):
            continue
        if _is_needed_elsewhere(subject, rule, without):
            elsewhere.append(rule.id)
            continue
        yield _flaw(subject, rule, left_out)
        left_out.append(rule.id)
    if not left_out and judged == concluding:
        statement = "no rule without effect: without it somebody would get another outcome, caution or score"
        statement += f"; of the shared {quoted(sorted(elsewhere))} in another decision" if elsewhere else ""
        yield Proof(CHANGES_NOTHING, statement, subject.decision.id, subject.kinds)


def _is_needed(proofs: Proofs, rules: Sequence[str]) -> bool:
    """Whether somebody would be told something else without these rules together."""
    with proofs.question() as ask:
        return ask.is_met(ask.differs(ask.altered(dict.fromkeys(rules, NEVER))), of_anybody=False)


def _is_needed_elsewhere(subject: Subject, rule: Rule, without: Sequence[str]) -> bool:
    """Whether another decision needs a rule that decisions share."""
    for name, other in subject.guideline.decisions.items():
        shared = [each for each in without if each in other.rules and other.rules[each].home == rule.home]
        takes_it = name != subject.decision.id and rule.id in shared and _home(subject, rule) is None
        if takes_it and _is_needed(Proofs(plan_of(subject.guideline, name)), shared):
            return True
    return False


def _is_explained(subject: Subject, rule: Rule) -> bool:
    """Whether a flaw that was found already is the reason why a rule changes nothing."""
    if subject.leads_to_idle(rule.id):
        return True
    codes = ("check.outcome_unreachable", "check.finding_unused")
    idle = [name for name in rule.concludes if any(subject.is_noted(code, name) for code in codes)]
    return not any(rule.adds.values()) and rule.caution is None and len(idle) == len(rule.concludes)


def _flaw(subject: Subject, rule: Rule, left_out: Sequence[str]) -> Flaw:
    rules, gone = subject.decision.rules, {rule.id, *left_out}
    same = [name for name, each in rules.items() if name not in gone and set(each.concludes) & set(rule.concludes)]
    with subject.proofs.question() as ask:
        fires, others = ask.fires(rule.id), {name: ask.fires(name) for name in same}
        is_implied = not ask.is_met(fires, *(ask.no(each) for each in others.values()))
        also = [name for name, each in others.items() if is_implied and not ask.is_met(fires, ask.no(each))]
        values = ask.least(fires)
    assert values is not None
    is_needed = _is_needed(subject.proofs, [rule.id])
    together = [rule.id, *(left_out if is_needed else ())]
    why = "other rules conclude the same whenever it fires" if is_implied else "what it concludes never decides"
    return Flaw(
        CHANGES_NOTHING,
        f"without {quoted(together)} every answer is the same: {why}",
        rule.place,
        f"remove {'these together' if is_needed else 'it'}, or change it so that it says something of its own",
        _home(subject, rule),
        rule.id,
        also=tuple((rules[name].place, f"`{name}` concludes the same") for name in also[:3]),
        witness=subject.witness(values, lambda facts: subject.fires(rule.id, facts)),
    )


def _home(subject: Subject, rule: Rule) -> str | None:
    """The decision of a rule; None where decisions share it."""
    return rule.home if rule.home == subject.decision.id else None
