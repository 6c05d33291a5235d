"""Generated guidelines of any number of rules, written as an author's files, and random patients for any guideline."""

import random
from pathlib import Path

from engine.guideline import Fact, Guideline
from engine.plan import plan_of

_HEAD = """guideline: {name}
version: 1.0.0
status: draft
title: A generated guideline of {rules} rules
purpose: To measure with.
population: Nobody.
limits: Generated; it means nothing.
sources:
  made_up:
    title: Made up
    kind: definition
"""


def write_guideline(folder: Path, rules: int, seed: int = 1, *, changeable: bool = False) -> Path:
    """A folder with a guideline of `rules` rules: one in five a negation or a chain, 12 to 40 facts, three outcomes;
    its facts are changeable if that is wanted."""
    rng = random.Random(seed)
    name = f"generated_{rules}"
    home = folder / name
    home.mkdir(parents=True)
    facts = max(12, min(40, rules // 5))
    (home / "guideline.yaml").write_text(_HEAD.format(name=name, rules=rules))
    (home / "facts.yaml").write_text("facts:\n" + "".join(_fact(number, changeable) for number in range(facts)))
    (home / "choose.yaml").write_text(_decision(rng, rules, facts))
    return home


def patients(guideline: Guideline, decision: str, count: int, unknown: float, seed: int = 2) -> list[dict[str, str]]:
    """Random patients who give every fact that conditions test (and nothing to derive it from), but leave each out with
    the probability `unknown`."""
    rng = random.Random(seed)
    tested = plan_of(guideline, decision).tested
    facts = [guideline.facts[name] for name in tested]
    return [{fact.id: _value(rng, fact) for fact in facts if rng.random() >= unknown} for _ in range(count)]


def _value(rng: random.Random, fact: Fact) -> str:
    return fact.text_of(rng.randint(fact.low, fact.high))


def _fact(number: int, changeable: bool) -> str:
    head = f"  fact_{number}:\n    title: fact {number}\n    question: What is fact {number}?\n"
    head += "    changeable: yes\n" if changeable else ""
    kind = number % 3
    if kind == 0:
        return head + "    type: number\n    range: [0, 10]\n    decimals: 2\n"
    if kind == 1:
        return head + "    type: choice\n    choices: {low: low, middle: middle, high: high}\n"
    return head + "    type: yes_no\n"


def _decision(rng: random.Random, rules: int, facts: int) -> str:
    findings = max(4, rules // 5)
    lower = rules * 3 // 5
    lines = ["decision: choose", "question: Which?", "outcomes:"]
    lines += [f"  outcome_{number}: {{title: Outcome {number}}}" for number in range(3)]
    lines += ["findings:", *(f"  finding_{number}: Finding {number}" for number in range(findings)), "rules:"]
    for number in range(lower):
        lines += _rule(
            number, [_test(rng, fact) for fact in rng.sample(range(facts), 3)], f"finding_{number % findings}"
        )
    for number in range(lower, rules):
        used = rng.sample(range(findings), 2)
        tests = [f"finding_{used[0]}: yes", f"finding_{used[1]}: {'no' if number % 2 else 'yes'}"]
        tests.append(_test(rng, rng.randrange(facts)))
        lines += _rule(number, tests, f"outcome_{number % 3}")
    return "\n".join(lines) + "\n"


def _rule(number: int, tests: list[str], concludes: str) -> list[str]:
    head = [f"  rule_{number}:", f"    title: Rule {number}", "    when:"]
    tail = [f"    then: {concludes}", f"    because: Rule {number} holds.", "    source: {basis: added}"]
    return [*head, *(f"      {test}" for test in tests), *tail]


def _test(rng: random.Random, fact: int) -> str:
    if fact % 3 == 0:
        low = rng.randint(0, 700)
        return f'fact_{fact}: "[{low / 100:.2f}..{(low + 300) / 100:.2f}]"'
    return f"fact_{fact}: {rng.choice(['low', 'middle', 'high']) if fact % 3 == 1 else rng.choice(['yes', 'no'])}"
