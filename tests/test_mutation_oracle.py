"""What `candor mutate` says of changes is what trying everybody shows, both ways: nobody is told apart by a change that
is called equivalent; of every other somebody is, and the patient who is told for it stands for one.

Everybody is decided by the oracle, which shares no code with the engine. Of the engine comes what the change is: the
changed condition is written out as an author would, and read by the oracle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from hypothesis import assume, event, given

from engine.conditions import AllOf, AnyOf, AtLeast, Condition, FindingTest, Interval, NotThis, Test
from engine.guideline import Decision, Fact, FactType, Guideline
from engine.mutation import Mutant, Noticed, noticed
from tests.oracle.deciding import conclusions
from tests.oracle.reading import read_condition
from tests.oracle.terms import Question, Rule, Tree, Value
from tests.random_guidelines import RandomGuideline
from tests.test_checks_oracle import Everybody, everybody
from tests.worlds import examples, guidelines, loaded

MOST = 60
"""How many combinations of values are tried at most."""


@examples(7)
@given(guidelines())
def test_equivalent_is_whatever_nobody_is_told_apart_by(guideline: RandomGuideline) -> None:
    with loaded(guideline) as engine:
        worlds = {name: everybody(guideline, engine, name) for name in engine.decisions}
        assume(all(1 < world.size <= MOST and world.possible for world in worlds.values()))
        for name, world in worlds.items():
            assert_told_apart(engine, world, noticed(engine, name))


def assert_told_apart(engine: Guideline, world: Everybody, found: Noticed) -> None:
    before = [told(world, world.question, person) for person in world.possible]

    def apart(mutant: Mutant) -> list[Mapping[str, Value | None]]:
        after = changed(engine, world.question, mutant)
        pairs = zip(world.possible, before, strict=True)
        found = [person for person, answer in pairs if told(world, after, person) != answer]
        event(f"{mutant.kind}: {'somebody' if found else 'nobody'}")
        return found

    for mutant in found.equivalent:
        assert not apart(mutant), f"{mutant.id} is called equivalent"
    for each in found.survivors:
        stated = {name: value_of(engine.facts[name], given.steps) for name, given in each.facts.items()}
        assert any(stands_for(stated, person) for person in apart(each.mutant)), f"{each.mutant.id}: {stated}"


def told(world: Everybody, question: Question, person: Mapping[str, Value | None]) -> object:
    """The answer: the outcome, the cautions that are given, the scores."""
    so_far = conclusions(question, person)
    fired = [rule for rule in question.rules if rule.condition(person, so_far)]
    concluded = {name for rule in fired for name in rule.concludes}
    outcome = next((name for name in question.outcomes if name in concluded), None)
    return outcome, {rule.name for rule in fired if world.has_caution(rule.name)}, so_far.scores


def stands_for(stated: Mapping[str, Value], person: Mapping[str, Value | None]) -> bool:
    """Whether a patient of whom this is stated may be this person."""
    return all(person.get(name) in (None, value) for name, value in stated.items())


def changed(engine: Guideline, question: Question, mutant: Mutant) -> Question:
    """The oracle's question with the change of a mutant."""
    one, other = (each.decisions[mutant.decision] for each in (engine, mutant.guideline))
    rules = [_rule(engine, question, other, rule, one) for rule in question.rules if rule.name in other.rules]
    return replace(question, outcomes=tuple(other.outcomes), rules=tuple(rules))


def _rule(engine: Guideline, question: Question, decision: Decision, rule: Rule, before: Decision) -> Rule:
    now = decision.rules[rule.name]
    if now == before.rules[rule.name]:
        return rule
    tree = {"all": [written(engine, decision, now.when)]}
    if now.unless is not None:
        tree["all"].append({"not": written(engine, decision, now.unless)})
    points = {name: decision.scores[name].scale.exact(steps) for name, steps in now.adds.items()}
    return replace(rule, condition=read_condition(tree, question.facts, question.scores), points=points)


def written(engine: Guideline, decision: Decision, condition: Condition) -> Tree:
    """A condition as an author writes it."""
    match condition:
        case AllOf(parts):
            return {"all": [written(engine, decision, part) for part in parts]}
        case AnyOf(parts):
            return {"any": [written(engine, decision, part) for part in parts]}
        case AtLeast(n, parts):
            return {"at_least": {"n": str(n), "of": [written(engine, decision, part) for part in parts]}}
        case NotThis(part):
            return {"not": written(engine, decision, part)}
        case FindingTest(finding, expected):
            return {finding: "yes" if expected else "no"}
        case Test(fact, meets):
            return {fact: _tests(engine.facts[fact], meets)}
    return {condition.score: _tests(decision.scores[condition.score].scale, condition.meets)}


def _tests(scale: Fact, meets: tuple[Interval, ...]) -> list[Tree]:
    if scale.is_numeric:
        return [f"[{scale.text_of(low)}..{scale.text_of(high)}]" for low, high in meets]
    return [scale.text_of(steps) for low, high in meets for steps in range(low, high + 1)]


def value_of(fact: Fact, steps: int) -> Value:
    """A value in steps as the oracle has it."""
    if fact.type is FactType.YES_NO:
        return bool(steps)
    return Fraction(steps, 10**fact.decimals) if fact.is_numeric else fact.choices[steps].id
