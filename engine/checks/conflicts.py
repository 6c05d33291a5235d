"""Conflicts: rules with different outcomes that fire together. Precedence settles which stands; whether the author
meant it so is said with `overrides`."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from engine.checks.flaws import Flaw, Meant, Proof, Unproved, Witness
from engine.checks.subject import Found, Subject, Values
from engine.checks.thresholds import in_noted_steps
from engine.guideline import Rule
from engine.logic import Fires, Never
from engine.trace import Status

CODE, UNNEEDED = "check.conflict", "check.override_unneeded"
MOST = 10
"""How many pairs of rules are told of two outcomes; the author repairs them one by one."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two rules that fire together, and the least patient for whom they do and nobody declares it."""

    rule: Rule
    other: Rule
    values: Values


def conflicts(subject: Subject) -> Iterator[Found]:
    """A flaw for each two rules whose outcomes differ and that fire together for somebody for whom no rule declares
    that the first outcome overrides the second; what is declared and true is told as meant."""
    for first, second in combinations(subject.decision.outcomes, 2):
        pairs, has_more = _pairs(subject, first, second)
        yield from (_flaw(subject, pair, first, second) for pair in pairs)
        if has_more:
            statement = f"more rules for `{first}` and `{second}` fire together than the {MOST} pairs that are listed"
            yield Unproved(CODE, statement, subject.decision.id)
    with subject.proofs.question() as ask:
        is_free = not ask.is_met(ask.overlaps())
    if is_free:
        statement = "no conflicts: no two outcomes are concluded together unless a rule declares that it overrides"
        yield Proof(CODE, statement, subject.decision.id, subject.kinds)


def declared_overlaps(subject: Subject) -> Iterator[Found]:
    """Each declared overlap that there is, with a patient; a flaw for each that there is not."""
    for rule in (rule for name, rule in subject.decision.rules.items() if name not in subject.idle):
        for outcome in (each for each in rule.overrides if not subject.idle.issuperset(subject.plan.concluding[each])):
            yield from _declared(subject, rule, outcome)


def _pairs(subject: Subject, first: str, second: str) -> tuple[list[_Pair], bool]:
    rules, concluding = subject.decision.rules, subject.plan.concluding
    declared = [name for name in concluding[first] if second in rules[name].overrides]
    found: list[_Pair] = []
    with subject.proofs.question() as ask:
        fires = {name: ask.fires(name) for name in (*concluding[first], *concluding[second])}
        wanted = [ask.concludes(first), ask.concludes(second), *(ask.no(fires[name]) for name in declared)]
        wanted += [ask.no(each) for each in in_noted_steps(subject, ask)]
        while ask.is_met(*wanted):
            if len(found) == MOST:
                return found, True
            a = next(name for name in concluding[first] if ask.is_met(*wanted, fires[name]))
            b = next(name for name in concluding[second] if ask.is_met(*wanted, fires[a], fires[name]))
            values = ask.least(*wanted, fires[a], fires[b])
            assert values is not None
            found.append(_Pair(rules[a], rules[b], values))
            wanted.append(ask.any([ask.no(fires[a]), ask.no(fires[b])]))
    return found, False


def _flaw(subject: Subject, pair: _Pair, first: str, second: str) -> Flaw:
    rule, other = pair.rule, pair.other
    help = (
        f"let one of them not hold where the other does, or, if `{first}` is meant to stand, write "
        f"`overrides: [{second}]` in `{rule.id}`"
    )
    rules = subject.plan.concluding[first]
    declared = [each for each in rules if second in subject.decision.rules[each].overrides]
    return Flaw(
        CODE,
        f"`{rule.id}` concludes `{first}` where `{other.id}` concludes `{second}`",
        rule.place,
        help,
        subject.decision.id,
        rule.id,
        also=((other.place, f"the other rule, `{other.id}`"),),
        witness=_together(subject, pair.values, rule, other),
        region=subject.region(Fires(rule.id), Fires(other.id), Never(tuple(Fires(each) for each in declared))),
    )


def _together(subject: Subject, values: Values, rule: Rule, other: Rule) -> Witness:
    def both_fire(facts: Values) -> bool:
        trace = subject.decided(facts)
        is_concluded = trace is not None and trace.status is Status.CONCLUDED
        return trace is not None and is_concluded and {rule.id, other.id} <= set(trace.fired)

    return subject.witness(values, both_fire)


def _declared(subject: Subject, rule: Rule, outcome: str) -> Iterator[Found]:
    order, concluding = list(subject.decision.outcomes), subject.plan.concluding
    own = next(name for name in rule.concludes if name in subject.decision.outcomes)
    if order.index(outcome) < order.index(own):
        message = f"`{rule.id}` declares that it overrides `{outcome}`, which goes before `{own}`"
        help = "remove it, or list the outcomes in the order in which they are to stand"
        yield Flaw(UNNEEDED, message, rule.place, help, subject.decision.id, rule.id)
        return
    with subject.proofs.question() as ask:
        fires = {name: ask.fires(name) for name in (rule.id, *concluding[outcome])}
        other = next((name for name in concluding[outcome] if ask.is_met(fires[rule.id], fires[name])), None)
        values = None if other is None else ask.least(fires[rule.id], fires[other])
    if values is None or other is None:
        message = f"`{rule.id}` declares that it overrides `{outcome}`, but never fires where that is concluded"
        yield Flaw(UNNEEDED, message, rule.place, "remove it from `overrides`", subject.decision.id, rule.id)
    else:
        found = subject.decision.rules[other]
        yield Meant(subject.decision.id, rule.id, other, _together(subject, values, rule, found))
