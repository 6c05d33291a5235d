"""Random decisions with findings and scores in strata, random patients, and their answers held against the oracle's."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.conditions import AllOf, AnyOf, AtLeast, Condition, FindingTest, Interval, NotThis
from engine.guideline import Decision, Fact, Score
from engine.matcher import Matcher, limits
from tests.matcher_oracle import adds_up_to, decision, expected, fact, facts_of, meets, rule, score

Values = dict[str, int]
SMALL = [fact("a", -3, 4), fact("b", 0, 1), fact("c", 0, 5), fact("d", 0, 1), fact("e", 10, 30)]
SCALES = ((0, 6), (-4, 9), (-2, 2), (0, 30))
POINTS = (-3, -1, 0, 1, 2, 5)


@dataclass(frozen=True, slots=True)
class Names:
    """What a random condition may test."""

    facts: list[Fact]
    findings: list[str] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)


def answers(
    seed: int, rules: int, findings: int, facts: list[Fact], patients: int, depth: int = 3, scores: int = 0
) -> str:
    """Decides random patients, each answer compared with the oracle's; the answers as text."""
    rng = random.Random(seed)
    decided = random_decision(rng, rules, findings, facts, depth, scores)
    return answers_of(decided, facts, (random_values(rng, facts) for _ in range(patients)))


def answers_of(decided: Decision, facts: list[Fact], patients: Iterable[Values]) -> str:
    """Decides patients, each answer compared with the oracle's; the answers as text."""
    assert limits(decided, facts_of(*facts)) == ()
    matcher = Matcher(decided, facts_of(*facts))
    found = []
    for values in patients:
        fired, settled = expected(decided, values)
        assert matcher.fired(values, settled) == fired, values
        found.append(",".join(sorted(fired)))
    matcher.close()
    return "\n".join(found)


def random_decision(
    rng: random.Random, rules: int, findings: int, facts: list[Fact], depth: int = 3, scores: int = 0
) -> Decision:
    """Rules that conclude findings and add to scores, in strata: each tests only what stands before what it leads
    to."""
    named = [f"finding_{place}" for place in range(findings)]
    counted = [score(f"score_{place}", *rng.choice(SCALES)) for place in range(scores)]
    ladder: list[str | Score] = [*named, *counted]
    rng.shuffle(ladder)
    made = []
    for place in range(rules):
        stratum = rng.randint(0, len(ladder))
        below = ladder[:stratum]
        names = Names(facts, [each for each in below if isinstance(each, str)], _scores_among(below))
        led_to = [each for each in ladder[stratum:] if rng.random() < 0.5 or each is ladder[stratum]][:2]
        condition = random_condition(rng, names, depth)
        unless = random_condition(rng, names, 1) if rng.random() < 0.2 else None
        adds = {each.id: rng.choice(POINTS) for each in _scores_among(led_to)}
        concludes = (each for each in led_to if isinstance(each, str))
        made.append(rule(f"rule_{place}", condition, *concludes, unless=unless, adds=adds))
    return decision(*made, findings=named, scores=counted)


def random_condition(rng: random.Random, names: Names, depth: int) -> Condition:
    kind = rng.random() if depth else 1.0
    if kind > 0.7:
        return _random_leaf(rng, names)
    if kind < 0.15:
        return NotThis(random_condition(rng, names, depth - 1))
    if kind > 0.55:
        return _random_count(rng, names, depth)
    parts = tuple(random_condition(rng, names, depth - 1) for _ in range(rng.randint(1, 3)))
    return AllOf(parts) if kind < 0.35 else AnyOf(parts)


def random_values(rng: random.Random, facts: list[Fact]) -> Values:
    known = rng.choice((0.3, 0.8, 1.0))
    return {each.id: rng.randint(each.low, each.high) for each in facts if rng.random() < known}


def _random_count(rng: random.Random, names: Names, depth: int) -> AtLeast:
    """So many of two to five conditions, one of them sometimes listed twice."""
    parts = [random_condition(rng, names, depth - 1) for _ in range(rng.randint(2, 5))]
    if rng.random() < 0.2:
        parts.append(parts[0])
    return AtLeast(rng.randint(1, len(parts)), tuple(parts))


def _random_leaf(rng: random.Random, names: Names) -> Condition:
    kind = rng.random()
    if names.findings and kind < 0.4:
        return FindingTest(rng.choice(names.findings), rng.random() < 0.5)
    if names.scores and kind > 0.6:
        tested = rng.choice(names.scores)
        return adds_up_to(tested.id, *_random_intervals(rng, tested.scale))
    each = rng.choice(names.facts)
    return meets(each.id, *_random_intervals(rng, each))


def _random_intervals(rng: random.Random, scale: Fact) -> tuple[Interval, ...]:
    taken = [steps for steps in range(scale.low, scale.high + 1) if rng.random() < rng.choice((0.2, 0.5, 0.9))]
    taken = taken or [rng.randint(scale.low, scale.high)]
    starts = [steps for steps in taken if steps - 1 not in taken]
    ends = [steps for steps in taken if steps + 1 not in taken]
    return tuple(zip(starts, ends, strict=True))


def _scores_among(names: Iterable[str | Score]) -> list[Score]:
    return [each for each in names if isinstance(each, Score)]
