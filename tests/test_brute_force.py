"""What the engine answers is what brute force answers, on random guidelines and on one small world exhaustively.

The answers come from `tests.oracle`, which shares no code with the engine. A quick run repeats the same examples and
shows a failing one as it is; with CANDOR_CAMPAIGN=1 in the environment Hypothesis searches long, at random, and shrinks
what fails.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import currently_in_test_context, event, given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.oracle import Answer, Certain, Given, Tree, answer, certain
from tests.random_guidelines import NUMBERS, Draft, RandomGuideline, fact_tree, patients, vocabulary
from tests.worlds import decided, decision, examples, importing_worlds, loaded, worlds


@examples(75)
@given(worlds())
def test_the_engine_answers_what_brute_force_answers(world: tuple[RandomGuideline, list[Mapping[str, Given]]]) -> None:
    assert_brute_force_agrees(*world)


def assert_brute_force_agrees(guideline: RandomGuideline, many: Iterable[Mapping[str, Given]]) -> None:
    """Engine and oracle give the same answers to each decision for each patient."""
    with loaded(guideline) as engine:
        for patient, (name, tree) in product(many, guideline.decisions.items()):
            expected = answer(guideline.facts, tree, patient, guideline.findings, guideline.imported)
            if currently_in_test_context():
                event(expected.status)
            got = decided(engine, name, patient)
            if got != expected and expected.scores:
                sure = certain(guideline.facts, tree, patient, guideline.findings, guideline.imported)
                assert_between(expected, got, sure)
            else:
                assert got == expected, f"{name}, {patient}"


def assert_between(expected: Answer, got: Answer, sure: Certain) -> None:
    """The engine may know more of a score than adding up all open points tells, because rules exclude one another, and
    so more of what rests on it: but never more than holds in every completion. The answer itself is the same."""
    about_scores = {name: getattr(expected, name) for name in ("fired", "findings", "scores", "overridden")}
    assert replace(got, **about_scores) == expected
    assert set(expected.fired) <= set(got.fired) <= sure.fired
    assert set(expected.overridden) <= set(got.overridden)
    for finding, truth in got.findings.items():
        assert truth == expected.findings[finding] or truth == sure.findings[finding]
    for score, (low, high) in got.scores.items():
        assert expected.scores[score][0] <= low <= sure.scores[score][0]
        assert sure.scores[score][1] <= high <= expected.scores[score][1]


@examples(25)
@given(importing_worlds())
def test_facts_that_other_guidelines_decide_are_what_brute_force_says(
    world: tuple[RandomGuideline, list[Mapping[str, Given]]],
) -> None:
    assert_brute_force_agrees(*world)


def reaching(drafts: tuple[Draft, ...]) -> RandomGuideline:
    """Two decisions about the last derived fact. `reach` has one outcome for each of its values, so that what is
    possible is what it can reach; `exist` concludes nothing, so that it only tells whether there is a completion."""
    fact = next(fact for fact in reversed(drafts) if fact.formulas)
    reach = {f"value_{number}": {"when": {fact.name: value}} for number, value in enumerate(fact.values[:25])}
    decisions = {
        "reach": decision("reach", reach, {name: {**rule, "then": name} for name, rule in reach.items()}),
        "exist": decision(
            "exist", ["none_at_all"], {"look": {"when": {fact.name: fact.values[0]}, "caution": "Look."}}
        ),
    }
    return RandomGuideline({"facts": {each.name: fact_tree(each) for each in drafts}}, decisions, drafts)


@st.composite
def reaching_worlds(draw: DrawFn) -> tuple[RandomGuideline, list[Mapping[str, Given]]]:
    """A derived fact, with patients of whom not everything is known that it is computed from."""
    guideline = reaching(vocabulary(draw, NUMBERS, least_derived=1))
    return guideline, draw(st.lists(patients(guideline), min_size=1, max_size=4))


@examples(75)
@given(reaching_worlds())
def test_the_values_that_formulas_can_reach_are_exact(world: tuple[RandomGuideline, list[Mapping[str, Given]]]) -> None:
    assert_brute_force_agrees(*world)


@pytest.mark.parametrize("formula", ["5*grip", "2.5*(1 - grip)", "grip/0.4 - 0.5"])
def test_a_formula_of_an_unknown_fact_is_rounded_half_away_from_zero(formula: str) -> None:
    for low in range(-8, 9):
        grip = Draft("grip", "number", decimals=1, low=low, high=low + 1)
        chill = Draft("chill", "number", decimals=0, low=-5, high=5, formulas=(formula,))
        assert_brute_force_agrees(reaching((grip, chill)), [{}])


RULES: dict[str, dict[str, Tree]] = {
    "black_ice": {"when": {"surface": "< 0", "sky": "not(none)"}, "then": "icy"},
    "frost": {"when": {"chill": "[-0.6..-0.2)"}, "then": "icy"},
    "treated": {"when": {"any": [{"salted": "yes"}, {"surface": ">= 0.1"}]}, "then": "safe"},
    "shut": {"when": {"icy": "yes"}, "unless": {"safe": "yes"}, "then": "closed"},
    "careful": {"when": {"icy": "yes", "safe": "yes"}, "then": "slow"},
    "wet": {"when": {"icy": "no", "sky": ["rain", "snow"]}, "then": ["slow"]},
    "clear": {"when": {"not": {"icy": "yes"}, "chill": ">= -0.1"}, "then": "open"},
}
SKIES: Tree = {"none": "nothing", "rain": "rain", "snow": "snow"}
MEAN: Tree = {"title": "mean", "formula": "(surface + air)/2"}
FACTS: dict[str, dict[str, Tree]] = {
    "surface": {"type": "number", "range": ["-0.2", "0.2"], "decimals": "1"},
    "air": {"type": "integer", "range": ["-1", "1"]},
    "sky": {"type": "choice", "choices": SKIES},
    "salted": {"type": "yes_no"},
    "chill": {"type": "number", "range": ["-0.6", "0.5"], "decimals": "1", "derived": [MEAN]},
}
OPENING = {
    **decision("opening", ["closed", "slow", "open"], RULES),
    "findings": {"icy": "It is icy", "safe": "It is safe"},
}
SMALL_WORLD = RandomGuideline(
    facts={
        "facts": {name: {"title": name, "question": f"What is the {name}?", **fact} for name, fact in FACTS.items()},
        "impossible": [{"when": {"sky": "snow", "air": "> 0"}, "because": "It would be rain."}],
    },
    decisions={"opening": OPENING},
)


def test_every_patient_of_a_small_world_gets_the_answer_of_brute_force() -> None:
    values: dict[str, tuple[Given, ...]] = {
        "surface": (None, "-0.2", "-0.1", "0", "0.1", "0.2"),
        "air": (None, -1, 0, 1),
        "sky": (None, "none", "rain", "snow"),
        "salted": (None, True, False),
    }
    combinations = product(*values.values())
    everyone = [dict(zip(values, combination, strict=True)) for combination in combinations]
    assert_brute_force_agrees(SMALL_WORLD, everyone)
