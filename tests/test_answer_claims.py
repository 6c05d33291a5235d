"""What an answer may claim: no more than is so, and nothing without saying where it is from."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from engine.deciding import decide
from engine.facts import changed
from explain.account import cautions_section, open_cautions_section
from explain.answers import account_of, missing_account, why_account
from explain.difference import difference_account, difference_of
from explain.justification import Line, Telling
from explain.plain_text import as_text
from explain.reading import reading_of
from tests.conformance_cases import guideline_named
from tests.golden_answers import GUIDELINE, Patient, golden_patients
from tests.golden_files import AT
from tests.oracle import Tree
from tests.test_nearest_changes import integer, read

ORDER = ("first", "second")
PATIENTS = list(golden_patients().values())


def _lines(lines: tuple[Line, ...]) -> Iterator[Line]:
    for line in lines:
        yield line
        yield from _lines(line.below)


def test_reasons_say_where_another_way_to_a_value_would_go_first(tmp_path: Path) -> None:
    """The wind is taken from the first reading, and from the second one only where the first is not known."""
    facts: Mapping[str, Tree] = {
        "first": integer(0, 9),
        "second": integer(0, 9),
        "wind": {**integer(0, 9), "derived": [{"title": f"by the {name}", "formula": name} for name in ORDER]},
    }
    rules: Mapping[str, Tree] = {
        "strong": {"when": {"wind": ">= 5"}, "then": "closed"},
        "weak": {"when": {"wind": "< 5"}, "then": "open"},
    }
    only_second = read(tmp_path / "second", facts, rules, {"second": 7})
    both = read(tmp_path / "both", facts, rules, {"first": 2, "second": 7})
    assert (only_second.trace.outcome, both.trace.outcome) == ("closed", "open")
    for reading, is_said in ((only_second, True), (both, False)):
        for account in (why_account, missing_account):
            assert ("would go first" in as_text(account(reading.guideline, reading.trace))) is is_said


@pytest.mark.parametrize("patient", PATIENTS, ids=lambda patient: patient.name)
def test_a_caution_of_an_author_is_told_with_its_basis(patient: Patient) -> None:
    reading = reading_of(guideline_named(GUIDELINE), patient.trace)
    told = [*cautions_section(reading).lines, *open_cautions_section(reading).lines]
    authored = [line for line in told if line.rule is not None]
    assert authored
    assert all(re.match("stated|interpreted|added", source) for line in authored for source in line.sources)
    assert all(line.sources for line in authored)


def test_what_a_case_supposes_is_not_told_as_unknown_below_it() -> None:
    found = 0
    for patient in PATIENTS:
        for case in _lines(Telling(reading_of(guideline_named(GUIDELINE), patient.trace)).why()):
            supposed = re.match(r"If (.+?) is ", case.text)
            if supposed is not None and case.text.endswith(":"):
                found += 1
                assert not [line for line in _lines(case.below) if line.text.startswith(f"{supposed[1]}: not known")]
    assert found > 1


@pytest.mark.parametrize("patient", [each for each in PATIENTS if each.what_if], ids=lambda patient: patient.name)
def test_what_if_tells_given_cautions_from_open_ones_and_has_the_limits(patient: Patient) -> None:
    guideline = guideline_named(GUIDELINE)
    supposed = changed(guideline, patient.facts, [patient.what_if])
    difference = difference_of(patient.trace, decide(guideline, patient.decision, supposed, at=AT))
    before = patient.trace
    assert {each.text for each in difference.cautions_dropped} <= {each.text for each in before.cautions}
    assert {each.text for each in difference.cautions_settled} <= {each.text for each in before.cautions_open}
    assert guideline.limits.split(".")[0] in as_text(difference_account(guideline, difference))


def test_an_open_rule_below_what_is_not_the_answer_is_said_to_lead_nowhere(tmp_path: Path) -> None:
    facts: Mapping[str, Tree] = {"wind": integer(0, 9), "ice": {"type": "yes_no"}}
    rules: Mapping[str, Tree] = {
        "strong": {"when": {"wind": ">= 5"}, "then": "closed"},
        "free": {"when": {"ice": "no"}, "then": "open"},
        "weak": {"when": {"wind": "< 5"}, "then": "open"},
    }
    for ice, is_said in ((None, True), ("yes", False)):
        reading = read(tmp_path / str(ice), facts, rules, {"wind": 7, **({"ice": ice} if ice else {})})
        account = account_of(reading.guideline, reading.trace)
        (others,) = (each for each in account.sections if each.title == "Other outcomes")
        (line,) = others.lines
        assert line.text.endswith(": not the answer")
        assert line.below[0].text.startswith("Whatever is still unknown, this is not the outcome") is is_said
