"""The trace: complete, in order, the same bytes everywhere; and the two engines that must agree before there is one."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from threading import Barrier

import pytest

from audit.replay import recorded_document, replay, trace_in
from engine import deciding
from engine.cells import cells_of
from engine.conditions import Test
from engine.deciding import decide
from engine.diagnostics import Place
from engine.errors import EngineDisagreement, NotFound
from engine.evaluation import evaluator_of
from engine.facts import read_facts
from engine.guideline import Fact, FactType, Guideline
from engine.loading import load
from engine.plan import plan_of
from engine.trace import (
    AllResult,
    AnyResult,
    FindingDoesNotHold,
    NotResult,
    Result,
    RuleFired,
    Status,
    TestResult,
    Trace,
)
from engine.trace_json import as_json, canonical
from engine.truth import FALSE, TRUE, UNKNOWN, truth_of
from tests.conformance_cases import ConformanceCase, conformance_cases, decided, facts_of, guideline_named

ROOT = Path(__file__).parent.parent
TOY = ROOT / "tests" / "toy"
CASES = [case for case in conformance_cases() if not case.is_rejected]
BYTES_OF_ALL = """
import hashlib, json
from engine.trace_json import canonical
from candor.envelope import envelope_of
from explain.answers import account_of
from explain.plain_text import as_text
from tests.conformance_cases import conformance_cases, decided, guideline_named
seen = hashlib.sha256()
for case in conformance_cases():
    if not case.is_rejected:
        trace, guideline = decided(case), guideline_named(case.guideline)
        seen.update(canonical(trace))
        seen.update(json.dumps(envelope_of(guideline, trace, None)).encode())
        seen.update(as_text(account_of(guideline, trace)).encode())
print(seen.hexdigest())
"""


def each_case(function: object) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)(function)  # type: ignore[arg-type]


def test_the_bytes_do_not_depend_on_the_process_its_hash_seed_or_its_folder(tmp_path: Path) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", BYTES_OF_ALL],
            cwd=folder,
            env={"PATH": "", "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale},
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed, folder, zone, locale in (
            ("0", ROOT, "UTC", "C"),
            ("1", tmp_path, "Asia/Tokyo", "C.UTF-8"),
            ("4711", "/", "America/New_York", "POSIX"),
        )
    ]
    digests = {process.communicate(timeout=60)[0].strip() for process in started}
    assert len(digests) == 1
    assert len(digests.pop()) == 64


@each_case
def test_every_rule_stands_in_the_trace_exactly_once(case: ConformanceCase) -> None:
    trace = decided(case)
    told = [*trace.fired, *(rule for rule, _ in trace.not_fired)]
    assert sorted(told) == sorted(guideline_named(case.guideline).decisions[case.decision].rules)
    assert all(event.condition.truth is TRUE for event in trace.events if isinstance(event, RuleFired))
    assert all(result.truth in (FALSE, UNKNOWN) for _, result in trace.not_fired)


@each_case
def test_everything_is_in_order(case: ConformanceCase) -> None:
    trace = decided(case)
    assert [event.stratum for event in trace.events] == sorted(event.stratum for event in trace.events)
    assert_sorted([(event.stratum, event.rule) for event in trace.events if isinstance(event, RuleFired)])
    no_findings = [(event.stratum, event.finding) for event in trace.events if isinstance(event, FindingDoesNotHold)]
    assert_sorted(no_findings)
    assert_sorted([fact.fact for fact in trace.facts])
    assert_sorted([finding for finding, _ in trace.findings])
    assert_sorted([rule for rule, _ in trace.not_fired])
    assert_sorted([each.rule for each in trace.cautions_open])
    assert_sorted(trace.possible_outcomes)


def assert_sorted(items: Sequence[str | tuple[int, str]]) -> None:
    assert all(before < after for before, after in pairwise(items))  # type: ignore[operator]


@each_case
def test_a_finding_is_settled_after_the_rules_that_conclude_it(case: ConformanceCase) -> None:
    trace = decided(case)
    rules = guideline_named(case.guideline).decisions[case.decision].rules
    fired = {event.rule: event.stratum for event in trace.events if isinstance(event, RuleFired)}
    for finding, truth in trace.findings:
        concluding = [rule for rule in rules if finding in rules[rule].concludes]
        assert (truth is TRUE) == any(rule in fired for rule in concluding)
    for event in trace.events:
        if isinstance(event, FindingDoesNotHold):
            assert [rule for rule, _ in event.rules] == sorted(r for r in rules if event.finding in rules[r].concludes)
            assert all(result.truth is FALSE for _, result in event.rules)
            assert all(leaf.truth is not UNKNOWN for _, leaves in event.failed for leaf, _ in leaves)


def leaf_tests(result: Result) -> list[TestResult]:
    match result:
        case TestResult():
            return [result]
        case AllResult(_, parts) | AnyResult(_, parts):
            return [leaf for part in parts for leaf in leaf_tests(part)]
        case NotResult(_, part):
            return leaf_tests(part)
    return []


def all_leaves(trace: Trace) -> list[tuple[str, TestResult]]:
    fired = [(event.rule, event.condition) for event in trace.events if isinstance(event, RuleFired)]
    return [(rule, leaf) for rule, result in (*fired, *trace.not_fired) for leaf in leaf_tests(result)]


@each_case
def test_a_distance_is_that_to_the_nearest_value_that_changes_the_answer(case: ConformanceCase) -> None:
    guideline = guideline_named(case.guideline)
    plan = plan_of(guideline, case.decision)
    for rule, leaf in all_leaves(decided(case)):
        fact = guideline.facts[leaf.fact]
        if leaf.value is None or not fact.is_numeric:
            assert (leaf.nearest, leaf.distance) == (None, None)
            continue
        (test,) = {
            test
            for test in written_tests(plan.decision.rules[rule].condition)
            if (test.fact, test.text) == (leaf.fact, leaf.test)
        }
        at = fact.steps_of(leaf.value)
        assert leaf.truth is truth_of(meets(test, at))
        others = [step for step in range(fact.low, fact.high + 1) if meets(test, step) != meets(test, at)]
        least = min(abs(step - at) for step in others)
        assert leaf.distance == fact.text_of(least)
        assert leaf.nearest in {fact.text_of(step) for step in others if abs(step - at) == least}


def written_tests(condition: object) -> set[Test]:
    if isinstance(condition, Test):
        return {condition}
    parts = getattr(condition, "parts", None) or [part for part in [getattr(condition, "part", None)] if part]
    return {test for part in parts for test in written_tests(part)}


def meets(test: Test, step: int) -> bool:
    return any(low <= step <= high for low, high in test.meets)


def test_a_test_that_every_value_meets_has_no_distance() -> None:
    fact = Fact(id="wind", title="w", question="?", type=FactType.INTEGER, low=0, high=9, place=Place("f.yaml"))
    always = Test("wind", ((0, 9),), ">= 0")
    evaluate = evaluator_of(always, {"wind": cells_of(fact, [always])})
    assert evaluate({"wind": 3}, {}, {}) == TestResult("wind", ">= 0", TRUE, 3)
    assert evaluate({}, {}, {}) == TestResult("wind", ">= 0", UNKNOWN)


def test_of_two_values_equally_near_the_lower_is_named() -> None:
    trace = decide(toy(), "gritting", read_facts(toy(), {"surface_temperature": "1.3"}), at=CASES[0].at)
    (leaf,) = {leaf for _, leaf in all_leaves(trace) if leaf.test == "(0..2.5]"}
    assert leaf == TestResult("surface_temperature", "(0..2.5]", TRUE, "1.3", nearest="0.0", distance="1.3")


def toy() -> Guideline:
    return guideline_named("toy")


@each_case
def test_a_recorded_trace_is_decided_again_to_the_byte(case: ConformanceCase) -> None:
    recorded = canonical(decided(case))
    again = replay(guideline_named(case.guideline), trace_in(recorded_document(recorded.decode())))
    assert canonical(again) == recorded


def test_unit_and_note_stand_in_the_trace_and_survive_a_replay() -> None:
    given = {"snow_depth": {"value": "12", "at": "2026-01-14", "note": "measured twice"}}
    trace = decide(toy(), "clearing", read_facts(toy(), given), at=CASES[0].at)
    assert as_json(trace)["facts"]["snow_depth"] == {
        "value": "12.0",
        "origin": "given",
        "unit": "cm",
        "at": "2026-01-14",
        "note": "measured twice",
    }
    assert replay(toy(), trace_in(recorded_document(canonical(trace).decode()))) == trace


class Lying:
    """A matcher that forgets one rule and makes another up."""

    def __init__(self, *_: object) -> None:
        pass

    def fired(self, values: Mapping[str, int], absent: Sequence[str]) -> frozenset[str]:
        return frozenset({"wet_road", "grit_ice"})


def test_when_the_engines_differ_the_decision_is_refused_with_both_sides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "Matcher", Lying)
    guideline = load(TOY)
    facts = read_facts(guideline, {"surface_temperature": -1, "precipitation": "rain"})
    with pytest.raises(EngineDisagreement) as raised:
        decide(guideline, "gritting", facts, at=CASES[0].at)
    assert raised.value.matched == ("grit_ice", "wet_road")
    assert raised.value.evaluated == ("frost_on_the_surface", "ice", "wet_road")


def test_an_instant_without_an_offset_is_the_callers_mistake() -> None:
    with pytest.raises(ValueError, match="offset"):
        decide(toy(), "gritting", read_facts(toy(), {}), at=datetime(2026, 1, 15, 8))


def test_an_unknown_decision_is_not_found() -> None:
    with pytest.raises(NotFound, match="`toy` has no decision `griting`; it has `clearing`, `gritting`"):
        decide(toy(), "griting", read_facts(toy(), {}), at=CASES[0].at)


def test_eight_threads_that_need_the_solver_get_the_same_bytes() -> None:
    open_cases = [case for case in CASES if case.guideline == "toy" and decided(case).status is not Status.CONCLUDED]
    open_cases += [case for case in CASES if case.answer.get("forced")]
    expected = [canonical(decided(case)) for case in open_cases]
    shared = load(TOY)  # fresh, so that plans, matchers and encodings are made while all want them
    together = Barrier(8)

    def run(shift: int) -> list[bytes]:
        together.wait(timeout=20)
        turned = open_cases[shift:] + open_cases[:shift]
        answers = [canonical(decide(shared, case.decision, facts_of(case), at=case.at)) for case in turned]
        return answers[len(turned) - shift :] + answers[: len(turned) - shift]

    assert len(open_cases) >= 8
    with ThreadPoolExecutor(8) as pool:
        assert all(answers == expected for answers in pool.map(run, range(8)))
