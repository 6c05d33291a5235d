"""One question about one decision: why, why not, what is missing, what if. Told of the toy guideline."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from engine.deciding import decide
from engine.errors import InputRejected
from engine.facts import changed, read_facts
from engine.guideline import Guideline
from engine.loading import load
from engine.trace import Trace
from explain.answers import Target, account_of, why_account, why_not_account
from explain.asking import Answered, Question, questions
from explain.difference import difference_account, difference_of
from explain.justification import Line
from explain.plain_text import as_text
from explain.reading import reading_of
from tests.commands import Ran, candor
from tests.mistake_examples import TOY
from tests.schemas import account_schema

AT = datetime(2026, 1, 15, tzinfo=UTC)
ICE = ("--fact", "surface_temperature=-2.5", "--fact", "precipitation=rain", "--fact", "hours_since_gritting=30")
GRITTING = ("tests/toy/gritting", *ICE, "--at", "2026-01-15")
CLEAR = {"surface_temperature": "-2.5", "precipitation": "rain", "hours_since_gritting": 30}


@pytest.fixture(scope="module")
def toy() -> Guideline:
    return load(TOY)


def decided(toy: Guideline, facts: dict[str, object], decision: str = "gritting") -> Trace:
    return decide(toy, decision, read_facts(toy, facts), at=AT)


def answered(ran: Ran) -> str:
    assert (ran.code, ran.err) == (0, ""), ran.err
    return ran.out


def texts(lines: tuple[Line, ...]) -> list[str]:
    return [text for line in lines for text in (line.text, *texts(line.below))]


def test_why_tells_what_the_whole_account_tells_of_it(toy: Guideline) -> None:
    trace = decided(toy, CLEAR)
    whole, alone = (make(toy, trace) for make in (account_of, why_account))
    assert alone.answer == whole.answer
    assert {section for section in alone.sections if section.title == "Why"} == {
        section for section in whole.sections if section.title == "Why"
    }


def test_why_not_leaves_out_no_rule_that_could_conclude_it(toy: Guideline) -> None:
    trace = decided(toy, CLEAR)
    for outcome in toy.decisions["gritting"].outcomes:
        account = why_not_account(toy, trace, Target(outcome=outcome))
        told = {line.rule for section in account.sections[:1] for line in section.lines if line.rule}
        concluding = {
            f"toy/{rule.home}#{rule.id}"
            for rule in toy.decisions["gritting"].rules.values()
            if outcome in rule.concludes and (outcome != trace.outcome or rule.id in trace.fired)
        }
        assert told == concluding, outcome


def test_why_not_says_what_goes_before_an_outcome() -> None:
    told = answered(candor("why-not", *GRITTING, "--outcome", "wait"))
    assert "Why not: Wait and look again in an hour (wait)" in told
    assert 'It would not stand: "Grit the road now" (grit_now) is concluded and takes precedence over it.' in told


def test_why_not_of_one_rule_and_of_one_finding() -> None:
    rule = answered(candor("why-not", *GRITTING, "--rule", "wait_after_gritting"))
    assert 'Rule "Wait after gritting"' in rule
    assert "Hours since the last gritting: 30" in rule
    assert answered(candor("why-not", *GRITTING, "--rule", "icy")) == answered(
        candor("why-not", *GRITTING, "--finding", "icy")
    )
    finding = answered(candor("why-not", *GRITTING, "--finding", "icy"))
    assert 'Finding "There is ice on the road"' in finding
    shared = answered(candor("why-not", *GRITTING, "--finding", "busy"))
    assert "toy/findings#many_drive_here" in shared


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("--outcome=wit", "has no outcome `wit`: did you mean `wait`?"),
        ("--rule=ic", "has no rule `ic`"),
        ("--finding=frosty", "has no finding `frosty`: did you mean `frost`?"),
    ],
)
def test_what_a_decision_does_not_have_is_told(option: str, said: str) -> None:
    ran = candor("why-not", *GRITTING, option)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_missing_says_what_each_answer_would_settle() -> None:
    told = answered(candor("missing", "tests/toy/gritting", "--fact", "precipitation=rain", "--at", "2026-01-15"))
    assert "surface_temperature: How warm is the road's surface?" in told
    assert 'settled: "Leave the road as it is"' in told
    assert "Cautions still open" in told


def results_of(trace: Trace) -> frozenset[str | None]:
    return frozenset([*trace.possible_outcomes, *([None] if trace.may_be_not_covered else [])])


TOY_WITHOUT_CASES = load(TOY, with_cases=False)
PARTS = {
    "surface_temperature": ("-2.5", "4"),
    "precipitation": ("none", "rain"),
    "hours_since_gritting": (1, 30),
    "salt_in_stock": (True, False),
    "bridge": (True, False),
    "traffic": (10, 600),
    "wind": ("5", "95"),
}


@settings(max_examples=25, derandomize=True, deadline=None)
@given(st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in PARTS.items()}))
def test_an_answer_settles_what_it_is_said_to_settle(facts: dict[str, object]) -> None:
    """Every answer to every question is given, decided again, and leaves exactly what it was said to leave; where it is
    said to be able to settle more, no more than that."""
    toy = TOY_WITHOUT_CASES
    for decision in ("gritting", "patrol"):
        trace = decided(toy, facts, decision)
        for question in questions(reading_of(toy, trace)):
            for answer in question.answers:
                assert_leaves(toy, decision, {**facts}, question, answer)


def assert_leaves(
    toy: Guideline, decision: str, facts: dict[str, object], question: Question, answer: Answered
) -> None:
    name, may_be_less = question.fact.id, question.may_settle_more
    for value in (value for text in answer.texts for value in text.split("..")):
        left = results_of(decided(toy, {**facts, name: value}, decision))
        assert left <= answer.results if may_be_less else left == answer.results, (facts, name, value)


def test_what_if_is_the_decision_with_changed_facts(toy: Guideline) -> None:
    facts = read_facts(toy, CLEAR)
    before = decide(toy, "gritting", facts, at=AT)
    after = decide(toy, "gritting", changed(toy, facts, ["hours_since_gritting=1"]), at=AT)
    assert after == decided(toy, {**CLEAR, "hours_since_gritting": 1})
    difference = difference_of(before, after)
    assert [each.after.fact for each in difference.facts] == ["hours_since_gritting"]
    assert set(difference.started) == set(after.fired) - set(before.fired)
    assert set(difference.stopped) == set(before.fired) - set(after.fired)
    assert difference.is_other_answer
    told = as_text(difference_account(toy, difference))
    assert "With the changed facts: Wait and look again in an hour (wait). Assumed: " in told
    assert " Without the change: Grit the road now (grit_now)." in told
    assert "not advice to alter a value" in told


def test_what_if_nothing_changes_says_so() -> None:
    told = answered(candor("what-if", *GRITTING, "--set", "precipitation=rain"))
    assert "The answer would stay the same: Grit the road now (grit_now)." in told
    assert "Facts that change\n  None: every fact has this value already." in told


def test_what_if_tells_of_assumptions_and_of_cautions_that_then_wait(toy: Guideline) -> None:
    told = answered(candor("what-if", *GRITTING, "--fact", "salt_in_stock=no", "--set", "salt_in_stock=unknown"))
    assert "Salt in stock: yes (assumed) instead of no" in told
    assert "Assumed: grip (0.80) and salt in stock (yes)." in told
    bridge = ("tests/toy/gritting", *ICE, "--fact", "bridge=yes", "--fact", "road=main", "--at", "2026-01-15")
    opened = answered(candor("what-if", *bridge, "--set", "road=unknown"))
    waiting = 'May apply (not known: class of road): "Look at the bridge first."'
    assert f"Cautions that are then still open\n  {waiting}" in opened
    assert "fall away" not in opened
    closed = answered(candor("what-if", *bridge, "--set", "road=motorway"))
    assert "Cautions that fall away\n  Look at the bridge first." in closed


def test_an_answer_where_there_is_nothing_to_say_says_so() -> None:
    uncovered = ("tests/toy/clearing", "--fact", "snow_depth=0", "--fact", "precipitation=none", "--at", "2026-01-15")
    assert "No rule concludes an outcome from what is known." in answered(candor("why", *uncovered))
    assert "Nothing: the answer stays the same whatever is still unknown." in answered(candor("missing", *GRITTING))


def test_an_outcome_that_is_out_of_the_question_is_told_to_be() -> None:
    wet = ("--fact", "surface_temperature=-1", "--fact", "precipitation=rain", "--fact", "salt_in_stock=no")
    told = answered(candor("why-not", "tests/toy/gritting", *wet, "--outcome", "grit_now", "--at", "2026-01-15"))
    assert '"Grit ice" is not settled' in told
    assert "Whatever is still unknown, this is not the outcome" in told


def test_a_fact_can_be_taken_away(toy: Guideline) -> None:
    told = answered(candor("what-if", *GRITTING, "--set", "surface_temperature=unknown"))
    assert "Surface temperature: not known instead of -2.5 Cel" in told
    assert "With the changed facts: Not enough is known." in told


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("surface_temperatur=1", "patient.unknown_fact"),
        ("nothing_such=unknown", "patient.unknown_fact"),
        ("surface_temperature=warm", "patient.value"),
        ("surface_temperature", "patient.assignment"),
    ],
)
def test_a_change_that_cannot_be_is_a_diagnostic(toy: Guideline, change: str, code: str) -> None:
    with pytest.raises(InputRejected) as rejected:
        changed(toy, read_facts(toy, {}), [change])
    assert [each.code for each in rejected.value.diagnostics] == [code]
    assert "--set" in str(rejected.value.diagnostics[0].place)


@pytest.mark.parametrize(
    "command", [("why",), ("why-not",), ("missing",), ("what-if", "--set", "hours_since_gritting=1")]
)
def test_every_answer_comes_as_json_of_the_published_shape(command: tuple[str, ...]) -> None:
    name, *options = command
    told = json.loads(answered(candor(name, *GRITTING, *options, "--format", "json")))
    Draft202012Validator(account_schema()).validate(told)
    text = answered(candor(name, *GRITTING, *options))
    assert told["answer"] in text
    assert all(section["title"] in text for section in told["sections"])


@pytest.mark.parametrize("command", ["why", "why-not", "missing"])
def test_a_patient_may_come_from_a_file_or_standard_input(command: str, tmp_path: Path) -> None:
    patient = tmp_path / "road.yaml"
    patient.write_text("facts: {surface_temperature: -2.5, precipitation: rain, hours_since_gritting: 30}\n", "utf-8")
    where = ("tests/toy/gritting", "--at", "2026-01-15")
    from_file = answered(candor(command, *where, str(patient)))
    assert from_file == answered(candor(command, *where, "-", stdin=patient.read_bytes()))
    assert from_file == answered(candor(command, *GRITTING))
