"""Every built-in guideline: it loads, its cases hold and leave no rule, threshold, gap or outcome untried."""

from collections.abc import Iterator, Mapping
from functools import cache

import pytest

from candor import builtin_guidelines, load_guideline
from engine.cases import DEFAULT_AT, run_case
from engine.conditions import Test, leaves
from engine.coverage import State, coverage_of, guideline_coverage
from engine.deciding import decide
from engine.guideline import Case, Decision, Fact, FactType, Guideline
from engine.patient import Facts
from engine.plan import plan_of
from engine.trace import Origin, Trace
from engine.truth import FALSE, TRUE


@cache
def guideline_named(name: str) -> Guideline:
    return load_guideline(name)


DECISIONS = [(name, decision) for name in builtin_guidelines() for decision in guideline_named(name).decisions]
CASES = [
    (name, decision, case) for name, decision in DECISIONS for case in guideline_named(name).decisions[decision].cases
]


@cache
def traces(name: str, decision: str) -> Mapping[str, Trace]:
    """The trace of every case of a decision that is not to be rejected."""
    guideline = guideline_named(name)
    cases = guideline.decisions[decision].cases.values()
    return {case.id: trace_of(guideline, decision, case) for case in cases if case.expect.rejected is None}


def trace_of(guideline: Guideline, decision: str, case: Case) -> Trace:
    return decide(guideline, decision, Facts(case.facts, place=case.place), at=case.at or DEFAULT_AT)


def decision_of(name: str, decision: str) -> Decision:
    return guideline_named(name).decisions[decision]


def known(name: str, decision: str, fact: Fact) -> set[int]:
    """The values, in steps, that the cases resolve a fact to."""
    values = (traced.value for trace in traces(name, decision).values() for traced in trace.facts)
    names = (traced.fact for trace in traces(name, decision).values() for traced in trace.facts)
    pairs = zip(names, values, strict=True)
    return {fact.steps_of(value) for each, value in pairs if each == fact.id and value is not None}


def fact_tests(decided: Decision) -> Iterator[tuple[str, Test]]:
    for rule in decided.rules.values():
        for leaf in leaves(rule.condition):
            if isinstance(leaf, Test):
                yield rule.id, leaf


def test_there_are_guidelines_and_they_load_without_a_diagnostic() -> None:
    assert "act_ra" in builtin_guidelines()
    assert all(guideline_named(name).id == name for name in builtin_guidelines())


@pytest.mark.parametrize(("name", "decision", "case"), CASES)
def test_every_case_comes_out_as_its_author_expects(name: str, decision: str, case: str) -> None:
    assert run_case(guideline_named(name), decision, decision_of(name, decision).cases[case]) == ()


@pytest.mark.parametrize("name", builtin_guidelines())
def test_every_rule_test_threshold_and_pair_that_a_patient_can_meet_is_tried(name: str) -> None:
    guideline = guideline_named(name)
    by_decision = [coverage_of(guideline, decision, traces(name, decision)) for decision in guideline.decisions]
    untried = [each for each in guideline_coverage(by_decision).covered if each.state in (State.MISSING, State.OPEN)]
    assert [each.goal.sentence for each in untried] == []


@pytest.mark.parametrize(("name", "decision"), DECISIONS)
def test_every_choice_that_a_rule_tests_is_tried_with_every_value(name: str, decision: str) -> None:
    facts = guideline_named(name).facts
    for fact in {test.fact for _, test in fact_tests(decision_of(name, decision))}:
        if facts[fact].type in (FactType.CHOICE, FactType.YES_NO):
            assert known(name, decision, facts[fact]) == set(range(facts[fact].high + 1)), fact


@pytest.mark.parametrize(("name", "decision"), DECISIONS)
def test_every_fact_that_conditions_test_is_unknown_in_some_case(name: str, decision: str) -> None:
    """A fact that is assumed where it is not given is never unknown: it must be assumed in some case."""
    guideline = guideline_named(name)
    origins = {(traced.fact, traced.origin) for trace in traces(name, decision).values() for traced in trace.facts}
    for fact in plan_of(guideline, decision).tested:
        without = Origin.UNKNOWN if guideline.facts[fact].assume is None else Origin.ASSUMED
        assert (fact, without) in origins, fact


@pytest.mark.parametrize(("name", "decision"), DECISIONS)
def test_every_outcome_is_reached(name: str, decision: str) -> None:
    reached = {trace.outcome for trace in traces(name, decision).values()}
    assert set(decision_of(name, decision).outcomes) <= reached


@pytest.mark.parametrize(("name", "decision"), DECISIONS)
def test_every_finding_holds_in_one_case_and_not_in_another(name: str, decision: str) -> None:
    seen = {(finding, truth) for trace in traces(name, decision).values() for finding, truth in trace.findings}
    for finding in decision_of(name, decision).findings:
        assert {(finding, TRUE), (finding, FALSE)} <= seen, finding


@pytest.mark.parametrize("name", builtin_guidelines())
def test_every_source_is_cited_and_every_rule_says_on_what_basis_it_stands(name: str) -> None:
    guideline = guideline_named(name)
    rules = [rule for decided in guideline.decisions.values() for rule in decided.rules.values()]
    assert all(rule.source for rule in rules)
    cited = {citation.cite for rule in rules for citation in rule.source}
    for fact in guideline.facts.values():
        cited |= {each.cite for part in (fact, *fact.choices, *fact.derived) for each in part.source}
    cautions = [caution for decided in guideline.decisions.values() for caution in decided.cautions]
    cautions += [rule.caution for rule in rules if rule.caution is not None]
    cited |= {citation.cite for caution in cautions for citation in caution.source}
    assert set(guideline.sources) <= cited
