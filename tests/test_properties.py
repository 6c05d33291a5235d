"""What must hold of every guideline and every patient, tried on random ones and on one small world exhaustively.

The answers come from `tests.oracle`, which shares no code with the engine. A quick run repeats the same examples and
shows a failing one as it is; with CANDOR_CAMPAIGN=1 in the environment Hypothesis searches long, at random, and shrinks
what fails.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from itertools import product
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, currently_in_test_context, event, given, note, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from engine.deciding import decide
from engine.errors import InputRejected
from engine.facts import read_facts
from engine.guideline import Guideline, Scalar
from engine.loading import load
from engine.trace import Trace
from engine.trace_json import canonical
from tests.oracle import Answer, Certain, Given, Tree, answer, certain
from tests.random_guidelines import (
    NUMBERS,
    Draft,
    RandomGuideline,
    as_yaml,
    fact_tree,
    guidelines,
    importing_guidelines,
    patients,
    shuffled,
    vocabulary,
    write,
)

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CAMPAIGN = os.environ.get("CANDOR_CAMPAIGN", "") not in ("", "0")
TRUTHS = {"true": True, "false": False, "unknown": None}


def examples(quick: int) -> settings:
    """So many examples in a quick run, a hundred times as many in a campaign."""
    return settings(
        max_examples=quick * 100 if CAMPAIGN else quick,
        phases=tuple(Phase) if CAMPAIGN else (Phase.explicit, Phase.generate),
        derandomize=not CAMPAIGN,
        deadline=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@st.composite
def worlds(draw: DrawFn, most: int = 4) -> tuple[RandomGuideline, list[Mapping[str, Given]]]:
    """A guideline with some patients."""
    guideline = draw(guidelines())
    return guideline, draw(st.lists(patients(guideline), min_size=1, max_size=most))


@contextmanager
def loaded(guideline: RandomGuideline) -> Iterator[Guideline]:
    """The guideline as the engine loads it from files."""
    with TemporaryDirectory() as folder:
        if currently_in_test_context():
            for each in guideline.folders:
                files = {"facts": each.facts, "findings": each.findings or {}, **each.decisions}
                note("\n".join(f"# {each.name}/{name}.yaml\n{as_yaml(tree)}" for name, tree in files.items()))
        yield load(write(guideline, Path(folder)))


def decided(guideline: Guideline, decision: str, patient: Mapping[str, Given]) -> Answer:
    """The engine's answer in the oracle's words."""
    try:
        return told(decide(guideline, decision, read_facts(guideline, dict(patient)), at=AT))
    except InputRejected as rejected:
        codes = {diagnostic.code for diagnostic in rejected.diagnostics}
        return Answer("contradictory" if codes == {"patient.contradictory"} else "input_error")


def told(trace: Trace) -> Answer:
    """What a trace says of the answer."""
    return Answer(
        status=trace.status.value,
        outcome=trace.outcome,
        possible=trace.possible_outcomes,
        may_be_not_covered=trace.may_be_not_covered,
        fired=tuple(sorted(trace.fired)),
        findings={finding: TRUTHS[truth.value] for finding, truth in dict(trace.findings).items()},
        overridden=tuple(sorted(trace.overridden)),
        scores={each.score: (Fraction(str(each.low)), Fraction(str(each.high))) for each in trace.scores},
        values={each.fact: value_of(each.value) for each in trace.facts},
    )


def value_of(told: Scalar | None) -> Fraction | bool | str | None:
    """A value of the trace as the oracle has it: numbers as fractions."""
    if told is None or isinstance(told, bool):
        return told
    return Fraction(told) if re.fullmatch(r"-?\d+(\.\d+)?", str(told)) else str(told)


@examples(300)
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


@st.composite
def importing_worlds(draw: DrawFn) -> tuple[RandomGuideline, list[Mapping[str, Given]]]:
    """A guideline some of whose facts other guidelines decide, with patients."""
    guideline = draw(importing_guidelines())
    return guideline, draw(st.lists(patients(guideline), min_size=1, max_size=4))


@examples(90)
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


def decision(name: str, outcomes: Iterable[str], rules: Mapping[str, Mapping[str, Tree]]) -> Mapping[str, Tree]:
    """A decision's file from what bears on its answer; the rest is filled in."""
    said: dict[str, Tree] = {"because": "So it is.", "source": {"cite": "road_book", "basis": "stated"}}
    return {
        "decision": name,
        "question": "What now?",
        "outcomes": {outcome: {"title": outcome} for outcome in outcomes},
        "rules": {rule: {"title": rule, **said, **tree} for rule, tree in rules.items()},
    }


@st.composite
def reaching_worlds(draw: DrawFn) -> tuple[RandomGuideline, list[Mapping[str, Given]]]:
    """A derived fact, with patients of whom not everything is known that it is computed from."""
    guideline = reaching(vocabulary(draw, NUMBERS, least_derived=1))
    return guideline, draw(st.lists(patients(guideline), min_size=1, max_size=4))


@examples(250)
@given(reaching_worlds())
def test_the_values_that_formulas_can_reach_are_exact(world: tuple[RandomGuideline, list[Mapping[str, Given]]]) -> None:
    assert_brute_force_agrees(*world)


@pytest.mark.parametrize("formula", ["5*grip", "2.5*(1 - grip)", "grip/0.4 - 0.5"])
def test_a_formula_of_an_unknown_fact_is_rounded_half_away_from_zero(formula: str) -> None:
    for low in range(-8, 9):
        grip = Draft("grip", "number", decimals=1, low=low, high=low + 1)
        chill = Draft("chill", "number", decimals=0, low=-5, high=5, formulas=(formula,))
        assert_brute_force_agrees(reaching((grip, chill)), [{}])


@examples(80)
@given(worlds(), st.integers(0, 2**32))
def test_order_of_anything_but_outcomes_never_matters(
    world: tuple[RandomGuideline, list[Mapping[str, Given]]], seed: int
) -> None:
    guideline, many = world
    random = Random(seed)
    with loaded(guideline) as engine, loaded_in_another_order(guideline, random) as other:
        for patient, name in product(many, guideline.decisions):
            mixed = dict(random.sample(list(patient.items()), len(patient)))
            assert decided(other, name, mixed) == decided(engine, name, patient), f"{name}, {patient}"


@contextmanager
def loaded_in_another_order(guideline: RandomGuideline, random: Random) -> Iterator[Guideline]:
    """The same guideline with rules, facts, findings, conditions and files in another order."""
    mixed = shuffled(guideline, random)
    with TemporaryDirectory() as folder:
        yield load(write(mixed, Path(folder), order=lambda names: random.sample(names, len(names))))


@examples(80)
@given(worlds(most=2))
def test_taking_knowledge_away_rules_nothing_out_and_fires_nothing(
    world: tuple[RandomGuideline, list[Mapping[str, Given]]],
) -> None:
    guideline, many = world
    with loaded(guideline) as engine:
        for patient, decision in product(many, guideline.decisions):
            more = decided(engine, decision, patient)
            for name in sorted(plain_facts(guideline) & patient.keys()):
                less = decided(engine, decision, {**patient, name: None})
                assert_no_less_is_possible(less, more, f"{decision}, {patient}, without {name}")


def assert_no_less_is_possible(less: Answer, more: Answer, where: str) -> None:
    """Unknown is never read as false: without a fact, one outcome never turns into another."""
    if "input_error" in (less.status, more.status) or more.status == "contradictory":
        return
    assert results(more) <= results(less), where
    assert set(less.fired) <= set(more.fired), where
    if less.outcome is not None:
        assert more.outcome == less.outcome, where


def results(given: Answer) -> frozenset[str | None]:
    """The outcomes that are possible, None for not covered."""
    uncovered = given.may_be_not_covered or given.status == "not_covered"
    return frozenset([*given.possible, *([None] if uncovered else [])])


def plain_facts(guideline: RandomGuideline) -> set[str]:
    """The facts that can only be given, from which nothing is derived, and on which nothing rests that has another
    value to turn to when its decision is no longer concluded."""
    formulas = " ".join(formula for fact in guideline.drafts for formula in fact.formulas)
    alone = {fact.name for fact in guideline.drafts if not fact.formulas and not fact.ways and fact.assumed is None}
    turning = [fact for fact in guideline.drafts if len(fact.ways) + (fact.assumed is not None) > 1]
    return {name for name in alone if name not in formulas} - below(guideline, (fact.name for fact in turning))


def below(guideline: RandomGuideline, names: Iterable[str]) -> set[str]:
    """Every fact that one of these rests on through its imports, near or far."""
    rests_on = {fact.name: fact.rests_on for fact in guideline.drafts}
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        more = set(rests_on.get(waiting.pop(), ())) - found
        found |= more
        waiting += more
    return found


@examples(40)
@given(worlds(most=2))
def test_deciding_twice_gives_the_same_bytes(world: tuple[RandomGuideline, list[Mapping[str, Given]]]) -> None:
    guideline, many = world
    with loaded(guideline) as once, loaded(guideline) as again:
        for patient, name in product(many, guideline.decisions):
            first = bytes_of(once, name, patient)
            assert bytes_of(once, name, patient) == first
            assert bytes_of(again, name, dict(reversed(list(patient.items())))) == first


def bytes_of(guideline: Guideline, decision: str, patient: Mapping[str, Given]) -> bytes | None:
    """The trace as canonical JSON, or None where the input is rejected."""
    try:
        return canonical(decide(guideline, decision, read_facts(guideline, dict(patient)), at=AT))
    except InputRejected:
        return None


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
