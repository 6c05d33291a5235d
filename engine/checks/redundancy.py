"""Parts of a condition that make no difference to whether its rule fires."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.checks.flaws import Flaw, Proof
from engine.checks.idle_rules import CHANGES_NOTHING
from engine.checks.subject import Found, Subject, Values
from engine.conditions import AllOf, AnyOf, AtLeast, Condition, NotThis, as_text, facts_in, leaves
from engine.diagnostics import quoted
from engine.guideline import Rule

CODE = "check.condition_redundant"


def redundant_conditions(subject: Subject) -> Iterator[Found]:
    """A flaw for each part that could be left out, whatever is `impossible`; all that are told of a rule could be left
    out together, the largest first, of equal ones the later."""
    is_free = True
    for rule in subject.decision.rules.values():
        is_explained = rule.id in subject.idle or subject.is_noted(CHANGES_NOTHING, rule.id)
        flaws = [] if is_explained else list(_redundant_in(subject, rule))
        is_free = is_free and not is_explained and not flaws
        yield from flaws
    if is_free:
        yield Proof(CODE, "no redundant conditions: each part of each rule counts", subject.decision.id, subject.kinds)


def _redundant_in(subject: Subject, rule: Rule) -> Iterator[Flaw]:
    condition, is_shorter = rule.condition, True
    gone: list[str] = []
    while is_shorter:
        is_shorter = False
        found = list(_shorter(condition))[::-1]
        for part, shorter in sorted(found, key=lambda each: -len(list(leaves(each[0])))):
            with subject.proofs.question() as ask:
                one, other = ask.holds(condition), ask.holds(shorter)
                apart = [[one, ask.no(other)], [other, ask.no(one)]]
                counts = any(ask.is_met(*each, of_anybody=False) for each in apart)
                values = None if counts else ask.least(one)
            if values is not None:
                yield _flaw(subject, rule, part, gone, values)
                gone.append(as_text(part))
                condition, is_shorter = shorter, True
                break


def _flaw(subject: Subject, rule: Rule, part: Condition, gone: Sequence[str], values: Values) -> Flaw:
    """The flaw of a part, which is idle once those are gone that were told before it."""
    once = f", once {quoted(gone)} {'is' if len(gone) == 1 else 'are'} left out" if gone else ""
    return Flaw(
        CODE,
        f"`{rule.id}` fires for the same patients without `{as_text(part)}`{once}",
        rule.place,
        "leave it out: the rest of the condition implies it, or never lets it count",
        rule.home if rule.home == subject.decision.id else None,
        rule.id,
        concerns=tuple(sorted(facts_in(part))),
        witness=subject.witness(values, lambda facts: subject.fires(rule.id, facts)),
    )


def _shorter(condition: Condition) -> Iterator[tuple[Condition, Condition]]:
    """Each part that can be left out, and the condition without it."""
    match condition:
        case AllOf(parts) | AnyOf(parts) | AtLeast(_, parts):
            for at, part in enumerate(parts):
                if len(parts) > 1 and not isinstance(condition, AtLeast):
                    yield part, _joined(condition, (*parts[:at], *parts[at + 1 :]))
                for left_out, shorter in _shorter(part):
                    yield left_out, replace(condition, parts=(*parts[:at], shorter, *parts[at + 1 :]))
        case NotThis(part):
            for left_out, shorter in _shorter(part):
                yield left_out, NotThis(shorter)


def _joined(condition: AllOf | AnyOf | AtLeast, parts: tuple[Condition, ...]) -> Condition:
    return parts[0] if len(parts) == 1 else replace(condition, parts=parts)
