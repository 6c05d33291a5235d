"""How values grow old: given ones, those computed from old ones, and what a status may claim about them."""

from datetime import UTC, datetime

import pytest

from engine.deciding import decide
from engine.errors import InputRejected
from engine.facts import read_facts
from engine.guideline import Guideline
from engine.loading import load
from engine.trace import FactTrace, Origin, Status, Trace
from explain.answers import account_of
from explain.plain_text import as_text

AT = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
IN_PART = "rests in part on values without a date"
FILES = {
    "guideline.yaml": """
guideline: snow
version: 1.0.0
status: draft
title: Snow
purpose: To test.
population: Roads.
limits: None.
sources: {}
""",
    "facts.yaml": """
facts:
  depth:
    title: depth
    question: How deep is the snow?
    type: number
    range: [0, 10]
    decimals: 1
    max_age: 14 days
    assume: 1
    derived:
      - {title: mean depth, formula: (depth_at_dawn + depth_at_noon) / 2}
  depth_at_dawn: {title: depth at dawn, question: How deep at dawn?, type: number, range: [0, 10], decimals: 1}
  twice:
    title: twice the depth
    question: What is twice the depth?
    type: number
    range: [0, 20]
    decimals: 1
    max_age: 30 days
    derived: [{title: twice the sum, formula: sum + sum - sum + 0}]
  sum:
    title: sum of depths
    question: What is the sum?
    type: number
    range: [0, 20]
    decimals: 1
    derived: [{title: sum, formula: depth_at_dawn + depth_at_noon}]
  depth_at_noon: {title: depth at noon, question: How deep at noon?, type: number, range: [0, 10], decimals: 1}
""",
    "ploughing.yaml": """
decision: ploughing
question: Is the road to be ploughed?
outcomes: {plough: {title: Plough}, leave: {title: Leave}}
rules:
  deep: {title: Deep, when: {depth: ">= 5"}, then: plough, because: "It is {depth} deep.", source: {basis: added}}
  shallow: {title: Shallow, when: {depth: "< 5"}, then: leave, because: "It is {depth} deep.", source: {basis: added}}
""",
    "salting.yaml": """
decision: salting
question: Is the road to be salted?
outcomes: {salt: {title: Salt}, leave: {title: Leave}}
rules:
  much: {title: Much, when: {twice: ">= 10"}, then: salt, because: "It is {twice}.", source: {basis: added}}
  little: {title: Little, when: {twice: "< 10"}, then: leave, because: "It is {twice}.", source: {basis: added}}
""",
}
Given = dict[str, object]


@pytest.fixture(scope="module")
def snow(tmp_path_factory: pytest.TempPathFactory) -> Guideline:
    folder = tmp_path_factory.mktemp("guidelines") / "snow"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    return load(folder)


def _decided(snow: Guideline, facts: Given) -> Trace:
    return decide(snow, "ploughing", read_facts(snow, facts), at=AT)


def _depth(trace: Trace) -> FactTrace:
    return next(fact for fact in trace.facts if fact.fact == "depth")


def _dated(value: str, at: str) -> Given:
    return {"value": value, "at": at}


@pytest.mark.parametrize(("at", "origin"), [("2026-02-15", Origin.GIVEN), ("2026-02-14", Origin.STALE)])
def test_a_value_counts_up_to_the_last_day_of_its_age(snow: Guideline, at: str, origin: Origin) -> None:
    assert _depth(_decided(snow, {"depth": _dated("8", at)})).origin is origin


def test_the_age_is_counted_to_the_date_where_the_decision_is_made(snow: Guideline) -> None:
    facts = read_facts(snow, {"depth": _dated("8", "2026-02-15")})
    later = datetime.fromisoformat("2026-03-02T00:30:00+01:00")
    assert later == AT
    assert decide(snow, "ploughing", facts, at=AT).outcome == "plough"
    assert decide(snow, "ploughing", facts, at=later).status is Status.NEEDS_INFORMATION


def test_a_stale_value_is_never_replaced_by_an_assumption(snow: Guideline) -> None:
    trace = _decided(snow, {"depth": _dated("8", "2026-01-01")})
    assert (_depth(trace).value, _depth(trace).stale_value, _depth(trace).stale_at) == (None, "8.0", "2026-01-01")
    assert trace.status is Status.NEEDS_INFORMATION


def test_a_stale_value_may_be_derived_anew(snow: Guideline) -> None:
    fresh = {"depth_at_dawn": _dated("1", "2026-02-20"), "depth_at_noon": _dated("2", "2026-02-25")}
    trace = _decided(snow, {"depth": _dated("8", "2026-01-01"), **fresh})
    assert (_depth(trace).value, _depth(trace).origin, _depth(trace).at) == ("1.5", Origin.DERIVED, "2026-02-20")
    assert trace.outcome == "leave"


def test_a_reader_is_told_of_a_value_that_is_too_old_to_be_used(snow: Guideline) -> None:
    fresh = {"depth_at_dawn": _dated("1", "2026-02-20"), "depth_at_noon": _dated("2", "2026-02-25")}
    trace = _decided(snow, {"depth": _dated("8", "2026-01-01"), **fresh})
    assert "    Given, but not used: 8.0 of 2026-01-01 is older than 14 days\n" in as_text(account_of(snow, trace))


def test_a_value_is_as_old_as_the_oldest_it_is_computed_from(snow: Guideline) -> None:
    old = {"depth_at_dawn": _dated("8", "2026-01-01"), "depth_at_noon": _dated("8", "2026-02-25")}
    trace = _decided(snow, old)
    assert (_depth(trace).value, _depth(trace).origin) == (None, Origin.STALE)
    assert [(each.value, each.at, each.stale) for each in _depth(trace).computed] == [("8.0", "2026-01-01", True)]


@pytest.mark.parametrize("noon", [{}, {"depth_at_noon": _dated("10", "2026-02-25")}])
def test_an_old_input_settles_nothing_about_what_a_new_measurement_will_be(snow: Guideline, noon: Given) -> None:
    trace = _decided(snow, {"depth": _dated("1", "2026-01-01"), "depth_at_dawn": _dated("10", "2026-01-01"), **noon})
    assert trace.status is Status.NEEDS_INFORMATION
    assert trace.counted_free == ("depth",)


@pytest.mark.parametrize(("at", "status"), [("2020-01-01", "needs_information"), ("2026-02-25", "concluded")])
def test_nor_does_it_behind_a_fact_that_is_not_known_itself(snow: Guideline, at: str, status: str) -> None:
    trace = decide(snow, "salting", read_facts(snow, {"depth_at_dawn": _dated("10", at)}), at=AT)
    assert trace.status.value == status


def test_a_fresh_input_does_settle_what_its_formula_says(snow: Guideline) -> None:
    trace = _decided(snow, {"depth": _dated("1", "2026-01-01"), "depth_at_dawn": _dated("10", "2026-02-25")})
    assert (trace.status, trace.outcome, trace.counted_free) == (Status.CONCLUDED, "plough", ())


def test_a_value_without_a_date_counts_as_fresh_with_a_caution(snow: Guideline) -> None:
    given, derived = {"depth": "8"}, {"depth_at_dawn": "8", "depth_at_noon": _dated("8", "2026-02-25")}
    none = "Depth carries no date: it counts as no older than 14 days."
    told = {none: [given, {**derived, "depth_at_noon": "8"}], none.replace("carries no date", IN_PART): [derived]}
    for text, facts in ((text, facts) for text, group in told.items() for facts in group):
        trace = _decided(snow, dict(facts))
        assert trace.outcome == "plough"
        assert [(each.kind.value, each.facts, each.text) for each in trace.cautions] == [("undated", ("depth",), text)]


def test_an_assumed_value_carries_no_such_caution(snow: Guideline) -> None:
    trace = _decided(snow, {})
    assert (_depth(trace).origin, trace.outcome, trace.cautions) == (Origin.ASSUMED, "leave", ())


def test_a_date_after_the_decision_is_an_input_error(snow: Guideline) -> None:
    with pytest.raises(InputRejected) as rejected:
        _decided(snow, {"depth": _dated("8", "2026-03-02")})
    (diagnostic,) = rejected.value.diagnostics
    assert diagnostic.code == "patient.future_date"
    assert diagnostic.message == "`depth` is dated 2026-03-02, after the decision's date 2026-03-01"
    assert diagnostic.help == "correct the date, or decide with a later `at`"
