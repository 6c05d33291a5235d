"""For and against every outcome, told of the toy guideline."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from engine.deciding import decide
from engine.facts import read_facts
from engine.loading import load
from engine.trace import Trace
from engine.truth import FALSE, TRUE, UNKNOWN
from explain.account import Section, titled
from explain.answers import Target, why_account, why_not_account
from explain.arguments import argument_sections, arguments_account
from explain.justification import Line
from explain.reading import reading_of
from tests.commands import candor
from tests.mistake_examples import TOY
from tests.schemas import account_schema

AT = datetime(2026, 1, 15, tzinfo=UTC)
ICE = {"surface_temperature": "-2.5", "precipitation": "rain", "hours_since_gritting": 30}
TOY_GUIDELINE = load(TOY, with_cases=False)
PARTS = {
    "surface_temperature": ("-2.5", "4"),
    "precipitation": ("none", "rain"),
    "hours_since_gritting": (1, 30),
    "salt_in_stock": (True, False),
    "bridge": (True, False),
    "traffic": (10, 600),
}


def decided(facts: dict[str, object], decision: str = "gritting") -> Trace:
    return decide(TOY_GUIDELINE, decision, read_facts(TOY_GUIDELINE, facts), at=AT)


def part(section: Section, name: str) -> Line:
    return next(line for line in section.lines if line.text.partition(":")[0] == name)


def told_rules(line: Line) -> set[str]:
    return {each.rule.partition("#")[2] for each in line.below if each.rule}


def texts(line: Line) -> list[str]:
    return [line.text, *(text for below in line.below for text in texts(below))]


def told_of(facts: dict[str, object]) -> dict[str, Section]:
    sections = argument_sections(reading_of(TOY_GUIDELINE, decided(facts)))
    return dict(zip(TOY_GUIDELINE.decisions["gritting"].outcomes, sections, strict=True))


@settings(max_examples=25, derandomize=True, deadline=None)
@given(st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in PARTS.items()}))
def test_every_rule_that_could_conclude_an_outcome_stands_where_it_belongs(facts: dict[str, object]) -> None:
    for decision in ("gritting", "patrol"):
        trace = decided(facts, decision)
        reading = reading_of(TOY_GUIDELINE, trace)
        for outcome, section in zip(reading.decision.outcomes, argument_sections(reading), strict=True):
            assert section.title.startswith(titled(reading, outcome))
            assert [line.text.partition(":")[0] for line in section.lines] == ["For", "Against", "Open", "Blocking"]
            for name, truth in (("For", TRUE), ("Against", FALSE), ("Open", UNKNOWN)):
                if name == "For" and outcome == trace.outcome:
                    continue  # the cases of a forced outcome tell of rules that are open too
                rules = {rule for rule in reading.concluding(outcome) if reading.results[rule].truth is truth}
                assert told_rules(part(section, name)) == rules, (outcome, name)


def test_for_the_answer_speaks_what_why_tells() -> None:
    trace = decided(ICE)
    why = next(each for each in why_account(TOY_GUIDELINE, trace).sections if each.title == "Why")
    section = told_of(ICE)["grit_now"]
    assert section.title == "Grit the road now (grit_now): the answer"
    assert told_rules(part(section, "For")) == {
        line.rule.partition("#")[2] for line in why.lines if line.rule is not None
    }


def test_against_says_value_distance_and_what_was_needed() -> None:
    told = [text for section in told_of(ICE).values() for text in texts(part(section, "Against"))]
    hours = [text for text in told if text.startswith("Hours since the last gritting: 30")]
    assert hours
    assert all(" above " in text and "; needed: " in text for text in hours)


def test_what_is_not_known_is_open_and_is_no_argument_against() -> None:
    section = told_of({"precipitation": "rain"})["grit_now"]
    assert section.title.endswith(": still possible")
    told = [line.text for line in part(section, "Open").below]
    assert told
    assert all("is not settled" in text for text in told)


def test_precedence_blocks_in_the_words_of_why_not() -> None:
    blocking = part(told_of(ICE)["wait"], "Blocking").below
    account = why_not_account(TOY_GUIDELINE, decided(ICE), Target(outcome="wait"))
    assert blocking
    assert set(blocking) <= set(account.sections[0].lines)
    assert "takes precedence over it" in blocking[0].text


def test_where_nothing_speaks_that_is_said() -> None:
    section = told_of(ICE)["wait"]
    assert part(section, "For") == Line("For: no rule speaks for it")


def test_a_trace_of_another_guideline_is_refused() -> None:
    other = TOY_GUIDELINE.model_copy(update={"sha256": "0" * 64})
    with pytest.raises(ValueError, match="another version"):
        arguments_account(other, decided(ICE))


def test_the_command_says_it_as_text_and_as_json() -> None:
    facts = [option for name, value in ICE.items() for option in ("--fact", f"{name}={value}")]
    arguments = ("for-and-against", "tests/toy/gritting", *facts, "--at", "2026-01-15")
    ran, as_json = candor(*arguments), candor(*arguments, "--format", "json")
    assert (ran.code, ran.err, as_json.code) == (0, "", 0)
    document = json.loads(as_json.out)
    assert list(Draft202012Validator(account_schema()).iter_errors(document)) == []
    for section in document["sections"]:
        assert f"\n{section['title']}\n" in ran.out
