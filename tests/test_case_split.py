"""The case split of an outcome that no one rule concludes: checked against every completion, one by one."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import product

import pytest

from engine import case_split
from engine.deciding import decide
from engine.errors import InputRejected
from engine.facts import read_facts
from engine.guideline import Fact, Scalar
from engine.plan import Plan, plan_of
from engine.trace import Origin, OutcomeForced, Split, Trace
from tests.conformance_cases import ConformanceCase, conformance_cases, decided, guideline_named

FORCED = [case for case in conformance_cases() if case.answer.get("forced")]


def forced_event(trace: Trace) -> OutcomeForced:
    (event,) = [event for event in trace.events if isinstance(event, OutcomeForced)]
    return event


def completions(plan: Plan, trace: Trace) -> Iterator[dict[str, Scalar]]:
    """Values for every fact, the known ones as they are: for each unknown one the ends of its cells. A linear derived
    fact is left to its formula. Some of them are impossible."""
    given = {f.fact: f.value for f in trace.facts if f.value is not None and f.origin is not Origin.DERIVED}
    free = [name for name in plan.names if name not in given and name not in plan.linear]
    ends = [
        sorted({step for cell in range(plan.cells[n].count) for step in plan.cells[n].interval(cell)}) for n in free
    ]
    for steps in product(*ends):
        chosen = {name: plan.guideline.facts[name].scalar_of(step) for name, step in zip(free, steps, strict=True)}
        yield {**given, **chosen}


def covers(split: Split, facts: Mapping[str, Fact], values: Mapping[str, Scalar | None]) -> bool:
    return all(any(is_in(facts[name], values[name], text) for text in texts) for name, texts in split.when)


def is_in(fact: Fact, value: Scalar | None, text: str) -> bool:
    assert value is not None
    if not fact.is_numeric:
        return fact.text_of(fact.steps_of(value)) == text
    low, _, high = text.partition("..")
    return Decimal(low) <= Decimal(str(value)) <= Decimal(high or low)


@pytest.mark.parametrize("case", FORCED, ids=lambda case: case.name)
def test_every_completion_lies_in_exactly_one_case_whose_rules_conclude_it(case: ConformanceCase) -> None:
    guideline, trace = guideline_named(case.guideline), decided(case)
    event, plan = forced_event(trace), plan_of(guideline, case.decision)
    assert not event.more_cases
    tried = 0
    for patient in completions(plan, trace):
        try:
            complete = decide(guideline, case.decision, read_facts(guideline, patient), at=case.at)
        except InputRejected:
            continue
        tried += 1
        values = {fact.fact: fact.value for fact in complete.facts}
        (split,) = [split for split in event.cases if covers(split, guideline.facts, values)]
        assert complete.outcome == event.outcome == trace.outcome
        assert set(split.rules) <= set(complete.fired)
        assert set(split.rules) <= set(plan.concluding[event.outcome])
    assert tried >= 50


def test_a_case_split_is_there_for_more_than_one_forced_outcome() -> None:
    assert len(FORCED) >= 2
    assert any(len(forced_event(decided(case)).cases) > 1 for case in FORCED)


@pytest.mark.parametrize("case", FORCED, ids=lambda case: case.name)
def test_beyond_the_limit_no_part_of_a_split_is_shown(case: ConformanceCase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_split, "MAX_CASES", 0)
    event = forced_event(decided(case))
    assert (event.cases, event.more_cases) == ((), True)
