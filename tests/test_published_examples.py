"""Published examples of the built-in guidelines from outside: facts in, trace out. The examples themselves are in
`tests/published`."""

from itertools import product

import pytest

from candor import InputRejected, Trace
from candor.envelope import envelope_of
from engine.cells import Cells
from engine.plan import plan_of
from engine.trace import CautionKind, OutcomeForced
from explain.answers import account_of
from explain.wording import sentence, value_in_words
from tests.published_examples import FOLDER, UNKNOWN, Expected, Published, published

FILES = published()
EXAMPLES = [(file, name) for file in FILES for name in FILES[file].examples]
ROWS = [
    (file, name, at) for file in FILES for name, table in FILES[file].tables.items() for at in range(len(table.rows))
]
SERIES = [(file, name) for file in FILES for name in FILES[file].series]
STEPS = [(file, name, at) for file, name in SERIES for at in range(FILES[file].series[name].count)]
EVERY_PATIENT = [(file, name) for file in FILES for name in FILES[file].every_patient]
WITHOUT_BEARING = [(file, name) for file in FILES for name in FILES[file].without_bearing]


def hold(file: Published, trace: Trace, expected: Expected) -> None:
    """Holds an answer against what is expected of it."""
    assert (trace.status.value, trace.outcome) == (expected.status, expected.outcome)
    assert expected.possible is None or trace.possible_outcomes == tuple(sorted(expected.possible))
    assert expected.may_be_not_covered is None or trace.may_be_not_covered == expected.may_be_not_covered
    assert set(expected.fired) <= set(trace.fired)
    assert set(expected.not_fired).isdisjoint(trace.fired)
    assert set(expected.cautions) <= {caution.rule for caution in trace.cautions}
    values = {fact.fact: written(fact.value) for fact in trace.facts}
    assert {name: values[name] for name in expected.values} == expected.values
    beside = shown_beside(file, trace)
    assert {name: beside[name] for name in expected.beside} == expected.beside
    differing = {
        fact for caution in trace.cautions if caution.kind is CautionKind.DISAGREEMENT for fact in caution.facts
    }
    assert set(expected.differing) <= differing
    assert expected.asked is None or asked(file, trace) == expected.asked
    assert expected.forced is None or forced(trace) == expected_cases(expected)


def written(value: object) -> str:
    """A value as it is written in a file."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return UNKNOWN if value is None else str(value)


def shown_beside(file: Published, trace: Trace) -> dict[str, str]:
    """What is shown beside the answer, by what is piped into other tools; people must read the same."""
    guideline = file.loaded()
    beside = envelope_of(guideline, trace, None)["beside"]
    sections = {section.title: section.lines for section in account_of(guideline, trace).sections}
    lines = sections.get("For context", ())
    for (name, value), line in zip(beside.items(), lines, strict=True):
        fact = guideline.facts[name]
        assert line.text.startswith(f"{sentence(fact.title)}: {value_in_words(fact, value)}")
    return {name: written(value) for name, value in beside.items()}


def asked(file: Published, trace: Trace) -> tuple[str, ...]:
    return tuple(question["fact"] for question in envelope_of(file.loaded(), trace, None)["ask"])


def forced(trace: Trace) -> set[object]:
    """When, and by which rules then, the outcome comes out that is the same in every case."""
    (event,) = [event for event in trace.events if isinstance(event, OutcomeForced)]
    return {(frozenset(split.when), split.rules) for split in event.cases}


def expected_cases(expected: Expected) -> set[object]:
    assert expected.forced is not None
    return {(frozenset(split.when.items()), split.rules) for split in expected.forced}


def test_every_example_names_what_its_guideline_has() -> None:
    assert FILES
    assert all(FILES[file].examples or FILES[file].tables for file in FILES)
    assert {path.name for path in FOLDER.iterdir()} == {f"{file}.yaml" for file in FILES}
    for file, name in EXAMPLES:
        decision = FILES[file].loaded().decisions[FILES[file].examples[name].decision]
        expected = FILES[file].examples[name].expect
        assert {*expected.fired, *expected.not_fired, *expected.cautions} <= set(decision.rules)
        assert {*(expected.possible or ())} <= set(decision.outcomes)


@pytest.mark.parametrize(("file", "name"), EXAMPLES)
def test_an_example_comes_out_as_agreed(file: str, name: str) -> None:
    example = FILES[file].examples[name]
    if example.expect.refused is None:
        hold(FILES[file], FILES[file].decided(example), example.expect)
        return
    with pytest.raises(InputRejected) as raised:
        FILES[file].decided(example)
    (diagnostic,) = raised.value.diagnostics
    told = {name: getattr(diagnostic, name) for name in ("code", "message", "help")}
    assert told == example.expect.refused.model_dump()


@pytest.mark.parametrize(("file", "name", "at"), ROWS)
def test_a_row_of_a_table_comes_out_as_agreed(file: str, name: str, at: int) -> None:
    table = FILES[file].tables[name]
    given, expected = [*table.patients()][at]
    assert expected.outcome in FILES[file].loaded().decisions[table.decision].outcomes
    hold(FILES[file], FILES[file].decided(table, given), expected)


@pytest.mark.parametrize(("file", "name", "at"), STEPS)
def test_every_patient_of_a_series_has_the_same_answer(file: str, name: str, at: int) -> None:
    series = FILES[file].series[name]
    hold(FILES[file], FILES[file].decided(series, [*series.steps()][at]), series.expect)


@pytest.mark.parametrize(("file", "name"), SERIES)
def test_a_series_is_as_long_as_it_says_and_binary_floats_would_fail_it(file: str, name: str) -> None:
    """The reason for exact decimals; it also says that no patient of a series was left out."""
    series = FILES[file].series[name]
    patients = list(series.steps())
    assert len(patients) == series.count
    assert patients[-1] == {fact: str(value) for fact, value in series.last.items()}
    floats = series.in_binary_floats
    falls = [float(patient[floats.fall_from]) - float(patient[floats.to]) for patient in patients]
    assert sum(fall < float(floats.least) for fall in falls) == floats.too_small


def values(cells: Cells) -> list[str]:
    """The first and the last value of every cell."""
    ends = {step for cell in range(cells.count) for step in cells.interval(cell)}
    return [cells.fact.text_of(step) for step in sorted(ends)]


@pytest.mark.parametrize(("file", "name"), EVERY_PATIENT)
def test_every_patient_has_one_outcome_and_no_two(file: str, name: str) -> None:
    every = FILES[file].every_patient[name]
    plan = plan_of(FILES[file].loaded(), every.decision)
    patients = list(product(*(values(plan.cells[fact]) for fact in every.over)))
    assert len(patients) >= every.at_least
    outcomes = set()
    for patient in patients:
        trace = FILES[file].decided(every, dict(zip(every.over, patient, strict=True)))
        assert trace.outcome is not None, patient
        assert trace.overridden == (), patient
        outcomes.add(trace.outcome)
    assert outcomes == set(FILES[file].loaded().decisions[every.decision].outcomes)


@pytest.mark.parametrize(("file", "name"), WITHOUT_BEARING)
def test_nothing_else_bears_on_the_outcome(file: str, name: str) -> None:
    """The other facts are context: their rules only caution."""
    without = FILES[file].without_bearing[name]
    tested = set(plan_of(FILES[file].loaded(), without.decision).tested)
    assert tested - set(without.deciding) <= {*without.context, *without.computed}
    for fact, each in without.each.items():
        for value in each:
            alone = FILES[file].decided(without, {fact: value})
            with_context = FILES[file].decided(without, {fact: value, **without.context})
            assert with_context.outcome == alone.outcome
