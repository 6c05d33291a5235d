"""The matcher on counts and scores: `at_least` in every place, and tests on numbers that rules add up.

Answers are compared with `tests.matcher_oracle`, small ones through every combination of true, false and unknown.
"""

import random
from collections.abc import Iterator
from itertools import product

import pytest

from engine.conditions import AllOf, AnyOf, AtLeast, Condition, FindingTest, Interval, NotThis
from engine.errors import EngineFault
from engine.guideline import Decision, Rule
from engine.matcher import Matcher, OpenPoints, limits
from tests.matcher_oracle import adds_up_to, decision, expected, fact, facts_of, lies_in, meets, rule, score
from tests.random_decisions import SMALL, Values, answers, answers_of

FLAGS = [fact(f"x{place}", 0, 1) for place in range(40)]
PARTS = tuple(meets(each.id, (1, 1)) for each in FLAGS)
SPLIT = "split the decision in two, or write fewer and larger conditions"


def every_patient(flags: int) -> Iterator[Values]:
    """Each of the first flags set, not set and unknown, in every combination."""
    for steps in product((1, 0, None), repeat=flags):
        named = zip(FLAGS, steps, strict=False)
        yield {each.id: value for each, value in named if value is not None}


def random_patients(seed: int, number: int) -> Iterator[Values]:
    """Patients of whom more or less is known, and more or less of that holds."""
    rng = random.Random(seed)
    for _ in range(number):
        known, set_ = rng.choice((0.5, 0.9, 1.0)), rng.random()
        yield {each.id: int(rng.random() < set_) for each in FLAGS if rng.random() < known}


# --- Random decisions -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("batch", range(6))
def test_random_decisions_with_counts_and_scores_agree_with_the_oracle(batch: int) -> None:
    for seed in range(batch * 100, batch * 100 + 100):
        answers(seed, rules=10, findings=3, facts=SMALL, patients=12, scores=3)


@pytest.mark.parametrize(("rules", "depth"), [(60, 2), (150, 1), (300, 0)])
def test_large_decisions_with_counts_and_scores_agree_with_the_oracle(rules: int, depth: int) -> None:
    facts = [fact(f"fact_{place}", 0, 9) for place in range(40)]
    answers(rules, rules, findings=12, facts=facts, patients=60, depth=depth, scores=12)


# --- Counting ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "listed"), [(n, listed) for listed in range(1, 6) for n in range(1, listed + 1)])
def test_a_count_and_its_negation_are_right_for_every_number(n: int, listed: int) -> None:
    count = AtLeast(n, PARTS[:listed])
    matcher = Matcher(decision(rule("enough", count), rule("fewer", NotThis(count))), facts_of(*FLAGS))
    for values in every_patient(listed):
        holding = sum(values.values())
        enough, fewer = holding >= n, holding + listed - len(values) < n
        assert matcher.fired(values, ()) == {name for name, is_so in (("enough", enough), ("fewer", fewer)) if is_so}


A, B, C, D = PARTS[:4]
NESTED: tuple[Condition, ...] = (
    AllOf((A, AtLeast(2, (B, C, D)))),
    AnyOf((A, AtLeast(2, (B, C, D)))),
    NotThis(AnyOf((A, NotThis(AtLeast(2, (B, C, D)))))),
    AtLeast(2, (AtLeast(2, (A, B, C)), NotThis(AtLeast(1, (B, D))), AllOf((C, D)))),
    AtLeast(2, (AnyOf((A, B)), AllOf((A, C)), NotThis(D), NotThis(AllOf((B, D))))),
    AtLeast(3, (A, A, B, C)),
    AtLeast(2, (A, NotThis(A), B)),
    AtLeast(2, (AllOf((A, NotThis(A))), B, C, D)),
    AllOf((AtLeast(2, (A, B, C)), AtLeast(2, (B, C, D)), NotThis(AtLeast(4, PARTS[:4])))),
    AnyOf((AtLeast(2, (A, B, C)), AtLeast(3, (B, C, D)), AtLeast(2, (A, B, C)))),
)


@pytest.mark.parametrize("condition", NESTED)
def test_counts_may_stand_anywhere(condition: Condition) -> None:
    answers_of(decision(rule("r", condition), rule("not_r", NotThis(condition))), FLAGS, every_patient(4))


def test_a_condition_that_is_listed_twice_counts_twice() -> None:
    matcher = Matcher(decision(rule("r", AtLeast(2, (A, A, B)))), facts_of(*FLAGS))
    assert matcher.fired({"x0": 1}, ()) == {"r"}
    assert matcher.fired({"x1": 1}, ()) == frozenset()


def test_findings_are_counted_whether_they_hold_or_not() -> None:
    names = [f"finding_{place}" for place in range(5)]
    givers = [rule(f"gives_{name}", part, name) for name, part in zip(names, PARTS, strict=False)]
    holding = AtLeast(3, tuple(FindingTest(name, True) for name in names))
    absent = AtLeast(3, tuple(FindingTest(name, False) for name in names))
    decided = decision(*givers, rule("most", holding), rule("few", absent), findings=names)
    answers_of(decided, FLAGS, every_patient(5))


@pytest.mark.parametrize("n", [1, 2, 10, 31, 39, 40])
@pytest.mark.parametrize("is_negated", [False, True])
def test_large_counts(n: int, is_negated: bool) -> None:
    count = AtLeast(n, PARTS)
    edge = [{each.id: int(place < holding) for place, each in enumerate(FLAGS)} for holding in (n - 1, n)]
    decided = decision(rule("r", NotThis(count) if is_negated else count))
    answers_of(decided, FLAGS, [*edge, *random_patients(n, 60)])


def test_two_counts_of_the_same_conditions_share_what_is_compiled_of_them() -> None:
    rules = [rule(f"r{n}", AtLeast(n, PARTS)) for n in range(1, 9)]
    answers_of(decision(*rules), FLAGS, random_patients(8, 60))


def test_a_count_that_is_too_large_is_told() -> None:
    decided = decision(rule("r", AtLeast(20, PARTS)))
    with pytest.raises(EngineFault):
        Matcher(decided, facts_of(*FLAGS))
    message = "the rules test 462 different findings, `any` parts and groups of facts, 400 can be run"
    assert limits(decided, facts_of(*FLAGS)) == ((None, message, SPLIT),)


# --- Scores -----------------------------------------------------------------------------------------------------------


def scored(*testing: Rule, low: int = -10, high: int = 10) -> Decision:
    """A decision whose score has 3 points from a rule that always fires."""
    always = rule("always", AnyOf((A, NotThis(A))), adds={"points": 3})
    return decision(always, *testing, scores=[score("points", low, high)])


@pytest.mark.parametrize("intervals", [((4, 8),), ((-10, 2),), ((5, 5),), ((-3, 0), (2, 4)), ((-10, 10),), ((-1, -1),)])
def test_a_test_holds_where_all_that_is_open_lies_in_one_interval(intervals: tuple[Interval, ...]) -> None:
    test = adds_up_to("points", *intervals)
    matcher = Matcher(scored(rule("in", test), rule("out", NotThis(test))), facts_of(*FLAGS))
    for less, more in product(range(-12, 1), range(10)):
        met = {lies_in(min(max(steps, -10), 10), intervals) for steps in range(3 + less, 4 + more)}
        wanted = {"always"} | ({"in"} if met == {True} else {"out"} if met == {False} else set())
        assert matcher.fired({"x0": 1}, [OpenPoints("points", less, more)]) == wanted, (less, more)


def test_points_of_rules_that_did_not_fire_are_not_counted() -> None:
    bands = [rule(f"band_{place}", meets(f"x{place}", (1, 1)), adds={"points": 2**place}) for place in range(5)]
    exactly = [rule(f"is_{steps}", adds_up_to("points", (steps, steps))) for steps in range(32)]
    decided = decision(*bands, *exactly, scores=[score("points", 0, 31)])
    answers_of(decided, FLAGS, every_patient(5))
    matcher = Matcher(decided, facts_of(*FLAGS))
    values = {"x0": 1, "x1": 0, "x2": 1, "x3": 0, "x4": 1}
    assert "is_21" in matcher.fired(values, expected(decided, values)[1])


def test_points_may_be_nothing_or_less() -> None:
    given = zip(PARTS, (0, -2, 5, -7, 1), strict=False)
    rules = [rule(f"gives_{place}", part, adds={"points": points}) for place, (part, points) in enumerate(given)]
    tests = [rule(f"at_most_{steps}", adds_up_to("points", (-9, steps))) for steps in range(-9, 6)]
    answers_of(decision(*rules, *tests, scores=[score("points", -9, 6)]), FLAGS, every_patient(5))


def test_two_tests_on_one_score_in_one_condition_must_both_hold() -> None:
    both = AllOf((adds_up_to("points", (2, 10)), adds_up_to("points", (-10, 4))))
    never = AllOf((adds_up_to("points", (5, 10)), adds_up_to("points", (-10, 2))))
    matcher = Matcher(scored(rule("both", both), rule("never", never)), facts_of(*FLAGS))
    assert matcher.fired({"x0": 1}, [OpenPoints("points", 0, 0)]) == {"always", "both"}
    assert matcher.fired({"x0": 1}, [OpenPoints("points", -1, 1)]) == {"always", "both"}
    assert matcher.fired({"x0": 1}, [OpenPoints("points", 0, 2)]) == {"always"}


def test_more_than_sixty_different_tests_on_one_score() -> None:
    adding = [
        rule(f"adds_{place}", part, adds={"points": points})
        for place, (part, points) in enumerate(zip(PARTS, (1, 2, 3, 0) * 10, strict=True))
    ]
    tests: list[Condition] = [adds_up_to("points", (steps, 60)) for steps in range(61)]
    tests += [adds_up_to("points", (steps, steps)) for steps in range(61)]
    tests += [NotThis(adds_up_to("points", (steps, steps))) for steps in range(0, 61, 3)]
    rules = [rule(f"tests_{place}", test) for place, test in enumerate(tests)]
    answers_of(decision(*adding, *rules, scores=[score("points", 0, 60)]), FLAGS, random_patients(60, 60))


def test_seventy_different_tests_on_one_score_that_hold_at_once_all_fire() -> None:
    tests = [rule(f"tests_{steps}", adds_up_to("points", (steps, 100))) for steps in range(70)]
    decided = decision(rule("adds", A, adds={"points": 99}), *tests, scores=[score("points")])
    matcher = Matcher(decided, facts_of(*FLAGS))
    every = {"adds", *(each.id for each in tests)}
    assert matcher.fired({"x0": 1}, [OpenPoints("points", 0, 0)]) == every
    assert matcher.fired({"x0": 1}, [OpenPoints("points", -40, 1)]) == every - {f"tests_{at}" for at in range(60, 70)}


def test_a_score_may_rest_on_another_and_on_counts_of_it() -> None:
    first = [rule(f"first_{place}", part, adds={"first": 1}) for place, part in enumerate(PARTS[:3])]
    some = AtLeast(2, (adds_up_to("first", (2, 3)), NotThis(adds_up_to("first", (0, 0))), D))
    second = rule("second", some, adds={"second": 2})
    last = [rule("high", adds_up_to("second", (2, 2))), rule("low", NotThis(adds_up_to("second", (2, 2))))]
    decided = decision(*first, second, *last, scores=[score("first", 0, 3), score("second", 0, 2)])
    answers_of(decided, FLAGS, every_patient(4))


def test_a_rule_may_conclude_a_finding_and_add_to_two_scores() -> None:
    both = rule("both", A, "found", adds={"one": 1, "two": -1})
    tests = [
        rule("found_so", FindingTest("found", True)),
        rule("one_so", adds_up_to("one", (1, 1))),
        rule("two_so", adds_up_to("two", (-1, -1))),
        rule("none", AllOf((FindingTest("found", False), adds_up_to("one", (0, 0)), adds_up_to("two", (0, 0))))),
    ]
    decided = decision(both, *tests, findings=["found"], scores=[score("one", 0, 1), score("two", -1, 0)])
    answers_of(decided, FLAGS, every_patient(1))


def test_a_score_that_no_rule_tests_is_not_told() -> None:
    matcher = Matcher(scored(), facts_of(*FLAGS))
    assert matcher.fired({"x0": 1}, [OpenPoints("points", 0, 0), OpenPoints("no_such_score", 0, 1)]) == {"always"}


def test_one_patients_points_are_not_the_next_ones() -> None:
    decided = scored(rule("three", adds_up_to("points", (3, 10))))
    matcher = Matcher(decided, facts_of(*FLAGS))
    for _ in range(3):
        assert matcher.fired({"x0": 1}, [OpenPoints("points", 0, 0)]) == {"always", "three"}
        assert matcher.fired({}, [OpenPoints("points", 0, 3)]) == frozenset()
