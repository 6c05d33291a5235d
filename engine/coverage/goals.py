"""Goals: what the cases of a decision should try of its rules, read off the guideline alone."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from engine.conditions import Leaf, ScoreTest, Test, as_text, leaves
from engine.diagnostics import Place
from engine.guideline import Decision, Fact, Guideline, Rule
from engine.truth import FALSE, TRUE, UNKNOWN, Truth
from engine.unary_tests import thresholds_in


class Kind(Enum):
    """What is tried: a rule's whole condition, one test in it, a number in a test, or that a test decides alone."""

    RULE = "rule"
    TEST = "test"
    THRESHOLD = "threshold"
    ALONE = "alone"


@dataclass(frozen=True, slots=True)
class Goal:
    """One thing that some case should show.

    rule: its id; home: the decision that it belongs to, or `findings` where decisions share it
    leaf: the number of a test in the rule's condition, in the author's order; None for the whole rule
    text: the test in the author's words, or the rule's title
    truth: how the rule or test should come out; None where a value is wanted
    name, steps, value: the fact or score that should have a value, in steps and as it is written
    place: where the rule or the test stands in the author's file
    """

    kind: Kind
    home: str
    rule: str
    leaf: int | None
    text: str
    truth: Truth | None
    name: str | None
    steps: int | None
    value: str | None
    place: Place

    @property
    def wanted(self) -> str:
        """What is wanted, in words that follow a rule or a test."""
        if self.truth is None:
            return f"{self.name} is {self.value}"
        match self.kind:
            case Kind.RULE:
                return "fires" if self.truth is TRUE else "is silent"
            case Kind.ALONE:
                return f"decides alone, being {self.truth.value}"
        return f"is {self.truth.value}"

    @property
    def pair(self) -> "tuple[Kind, str, str, int | None, Truth | None, int | None]":
        """What goals count together as one: the two that show that a test decides alone; each other for itself."""
        truth = None if self.kind is Kind.ALONE else self.truth
        return self.kind, self.home, self.rule, self.leaf, truth, self.steps

    @property
    def sentence(self) -> str:
        """The goal in one sentence."""
        if self.kind is Kind.RULE:
            return f"rule `{self.rule}` {self.wanted}"
        return f"rule `{self.rule}`, `{self.text}`: {self.wanted}"


def goals_of(guideline: Guideline, decision: str) -> tuple[Goal, ...]:
    """Every goal of a decision's rules, those that it shares among them: by rule in the order of their ids, then by
    test in the author's order."""
    decided = guideline.decisions[decision]
    return tuple(goal for rule in decided.rules.values() for goal in _of_rule(guideline, decided, rule))


def gathered(goals: Iterable[Goal]) -> Iterator[tuple[str, Goal]]:
    """Goals in words, those about one rule or one test in one sentence, each with the first of them."""
    about: dict[tuple[str, str, int | None], list[Goal]] = {}
    for goal in goals:
        about.setdefault((goal.home, goal.rule, goal.leaf), []).append(goal)
    for found in about.values():
        first = found[0]
        named = f"rule `{first.rule}`" if first.leaf is None else f"rule `{first.rule}`, `{first.text}`"
        yield f"{named}: {'; '.join(_together(found))}", first


def _together(goals: Sequence[Goal]) -> Iterator[str]:
    """What is wanted of one rule or one test. That a test is true or false is left out where it is to decide alone,
    being so."""
    by_kind = {kind: [goal for goal in goals if goal.kind is kind] for kind in Kind}
    alone = [goal.truth for goal in by_kind[Kind.ALONE]]
    tested = [goal for goal in by_kind[Kind.TEST] if goal.truth not in alone]
    yield from (goal.wanted for goal in by_kind[Kind.RULE])
    if tested:
        yield f"is {', '.join(goal.truth.value for goal in tested if goal.truth is not None)}"
    if by_kind[Kind.THRESHOLD]:
        values = ", ".join(goal.value for goal in by_kind[Kind.THRESHOLD] if goal.value is not None)
        yield f"{by_kind[Kind.THRESHOLD][0].name} is {values}"
    if alone:
        yield f"decides alone, being {' and '.join(truth.value for truth in alone if truth is not None)}"


def _of_rule(guideline: Guideline, decision: Decision, rule: Rule) -> Iterator[Goal]:
    for truth in (TRUE, FALSE):
        yield Goal(Kind.RULE, rule.home, rule.id, None, rule.title, truth, None, None, None, rule.place)
    tested = list(leaves(rule.condition))
    places = rule.tested_at if len(rule.tested_at) == len(tested) else (rule.place,) * len(tested)
    for number, (leaf, place) in enumerate(zip(tested, places, strict=True)):
        for truth in (TRUE, FALSE, UNKNOWN):
            yield Goal(Kind.TEST, rule.home, rule.id, number, as_text(leaf), truth, None, None, None, place)
        for scale, steps in _values(guideline, decision, leaf):
            value = scale.text_of(steps)
            yield Goal(Kind.THRESHOLD, rule.home, rule.id, number, as_text(leaf), None, scale.id, steps, value, place)
        for truth in (TRUE, FALSE):
            yield Goal(Kind.ALONE, rule.home, rule.id, number, as_text(leaf), truth, None, None, None, place)


def _values(guideline: Guideline, decision: Decision, leaf: Leaf) -> Iterator[tuple[Fact, int]]:
    """The values on each threshold of a test and one step to either side, within the range."""
    match leaf:
        case Test(fact, _, text):
            scale = guideline.facts[fact]
        case ScoreTest(score, _, text):
            scale = decision.scores[score].scale
        case _:
            return
    wanted = {edge + step for edge in thresholds_in(text, scale) for step in (-1, 0, 1)}
    yield from ((scale, steps) for steps in sorted(wanted) if scale.low <= steps <= scale.high)
