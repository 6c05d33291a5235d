"""What an answer may claim: no more than is so, and nothing without saying where it is from."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from engine.deciding import decide
from engine.facts import changed, read_assignments
from explain.account import cautions_section, open_cautions_section
from explain.answers import Target, account_of, missing_account, why_account, why_not_account
from explain.difference import difference_account, difference_of
from explain.justification import Line, Telling
from explain.plain_text import as_text
from explain.reading import Reading, reading_of
from explain.rendering.text import report_text
from explain.report import report_of
from explain.wording import sentence
from tests.conformance_cases import guideline_named
from tests.golden_answers import GUIDELINE, Patient, answers_to, golden_patients
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


@pytest.mark.parametrize("patient", PATIENTS, ids=lambda patient: patient.name)
def test_an_answer_lists_the_sources_that_it_cites_and_no_others(patient: Patient) -> None:
    for command, account in answers_to(patient.name).items():
        lines = [line for section in account.sections for line in _lines(section.lines)]
        cited = {name for line in lines for source in line.sources for name in _cited_name(source)}
        sources = (section.lines for section in account.sections if section.title == "Sources")
        names = [line.text.split(": ")[0] for listed in sources for line in listed]
        assert len(names) == len(set(names))
        assert all(any(each == name or each.startswith(f"{name}, ") for name in names) for each in cited), command
        assert all(any(each == name or each.startswith(f"{name}, ") for each in cited) for name in names), command


def _cited_name(source: str) -> Iterator[str]:
    """What a citation such as `stated: Publisher 2026, section` cites, with the place in it."""
    basis, _, name = source.partition(": ")
    if basis in ("stated", "interpreted", "added") and name != "not in the source":
        yield name


@pytest.mark.parametrize("patient", [each for each in PATIENTS if each.what_if], ids=lambda patient: patient.name)
def test_what_if_tells_what_is_supposed_as_supposed_and_each_rule_once(patient: Patient) -> None:
    guideline = guideline_named(GUIDELINE)
    supposed = changed(guideline, patient.facts, [patient.what_if])
    difference = difference_of(patient.trace, decide(guideline, patient.decision, supposed, at=AT))
    account = difference_account(guideline, difference)
    lines = [line for section in account.sections for line in _lines(section.lines)]
    title = sentence(guideline.facts[patient.what_if.partition("=")[0]].title)
    assert not [line for line in lines if line.text.startswith(f"{title}: ") and "(given" in line.text]
    told = [line.rule for line in lines if line.below and line.rule is not None]
    assert len(told) == len(set(told))


def test_a_fact_that_another_guideline_reads_is_supposed_there_too() -> None:
    toy = guideline_named("toy")
    given = ["surface_temperature=-1", "precipitation=rain"]
    before, after = (
        decide(toy, "patrol", read_assignments(toy, each), at=AT) for each in (given, [*given, "wind=100"])
    )
    told = as_text(difference_account(toy, difference_of(before, after)))
    assert "km/h (supposed)" in told
    assert "km/h (given)" not in told
    assert "Surface temperature: -1.0 Cel (given)" in as_text(why_account(toy, after))


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


@pytest.mark.parametrize("back", [False, True])
def test_what_if_tells_a_caution_that_then_applies_whatever_is_unknown_and_one_that_no_longer_does(
    tmp_path: Path, *, back: bool
) -> None:
    either: Tree = [{"ice": "yes"}, {"ice": "no"}]
    facts: Mapping[str, Tree] = {name: {"type": "yes_no"} for name in ("ice", "snow", "gate")}
    rules: Mapping[str, Tree] = {
        "opens": {"when": {"gate": "yes"}, "then": "open"},
        "closes": {"when": {"gate": "no"}, "then": "closed"},
        "mind": {"when": {"any": either, "snow": "yes"}, "caution": "Mind it."},
    }
    without, snowy = (
        read(tmp_path / str(len(each)), facts, rules, {"gate": "yes", **each}) for each in ({}, {"snow": "yes"})
    )
    before, after = (snowy, without) if back else (without, snowy)
    told = as_text(difference_account(after.guideline, difference_of(before.trace, after.trace)))
    opened = "May apply (not known: snow)" if back else "Applies, whatever is still unknown"
    assert f'Cautions that are then still open\n  {opened}: "Mind it."' in told


def test_what_if_does_not_call_a_rule_unsettled_that_applies_whatever_is_unknown(tmp_path: Path) -> None:
    either: Tree = [{"ice": "yes"}, {"ice": "no"}]
    facts: Mapping[str, Tree] = {name: {"type": "yes_no"} for name in ("ice", "gate")}
    rules: Mapping[str, Tree] = {
        "opens": {"title": "Opens", "when": {"any": either}, "then": "open"},
        "closes": {"title": "Closes", "when": {"ice": "yes", "gate": "no"}, "then": "closed"},
    }
    before = read(tmp_path / "known", facts, rules, {"ice": "yes", "gate": "no"})
    after = read(tmp_path / "open", facts, rules, {"gate": "no"})
    told = as_text(difference_account(after.guideline, difference_of(before.trace, after.trace)))
    assert '"Closes" is no longer settled' in told
    assert "Opens" not in told.partition("Rules that applied without the change")[2].partition("What this is")[0]


CERTAIN: Mapping[str, Mapping[str, Tree]] = {
    "opens": {"when": {"gate": "yes"}, "then": "open"},
    "closes": {"when": {"gate": "no"}, "then": "closed"},
    "mind": {"when": {"any": [{"ice": "yes"}, {"ice": "no"}], "snow": "yes"}, "caution": "Mind it."},
}


def certain_or_not(folder: Path, **given: str) -> Reading:
    facts: Mapping[str, Tree] = {name: {"type": "yes_no"} for name in ("ice", "snow", "gate")}
    return read(folder / "".join(given.values()), facts, CERTAIN, {"gate": "yes", **given})


@pytest.mark.parametrize("back", [False, True])
def test_what_if_tells_no_difference_where_a_caution_applies_before_and_after(tmp_path: Path, *, back: bool) -> None:
    given, certain = certain_or_not(tmp_path, snow="yes", ice="no"), certain_or_not(tmp_path, snow="yes")
    assert (len(given.trace.cautions), len(certain.trace.cautions_open)) == (1, 1)
    before, after = (certain, given) if back else (given, certain)
    told = as_text(difference_account(after.guideline, difference_of(before.trace, after.trace)))
    assert "Mind it" not in told


def test_what_if_tells_that_a_caution_falls_away_that_applied_whatever_is_unknown(tmp_path: Path) -> None:
    before, after = certain_or_not(tmp_path, snow="yes"), certain_or_not(tmp_path, snow="no")
    told = as_text(difference_account(after.guideline, difference_of(before.trace, after.trace)))
    assert "Cautions that fall away\n  Mind it." in told
    assert "Cautions that can no longer apply" not in told


def test_a_report_tells_a_caution_that_applies_whatever_is_unknown_among_those_that_apply(tmp_path: Path) -> None:
    certain = certain_or_not(tmp_path, snow="yes")
    told = report_text(report_of(certain.guideline, certain.trace, None))
    assert "\nCautions\n  Whatever is still unknown, these apply:\n    Mind it. [1]\n" in told
    assert "\nCautions that may apply, each under the unknown facts that it depends on\n  None.\n" in told
    waiting = certain_or_not(tmp_path)
    told = report_text(report_of(waiting.guideline, waiting.trace, None))
    assert "\nCautions\n  None.\n" in told
    assert "that it depends on\n  Snow:\n    Mind it. [1]\n" in told


@pytest.mark.parametrize(
    ("test", "needed"), [(">= 0", "any value"), ("[0..9]", "any value"), ("< 9", "8 or below"), ("9", "9")]
)
def test_a_test_that_every_value_meets_needs_any(tmp_path: Path, test: str, needed: str) -> None:
    facts: Mapping[str, Tree] = {"wind": integer(0, 9), "gate": {"type": "yes_no"}}
    rules: Mapping[str, Tree] = {
        "windy": {"title": "Windy", "when": {"wind": test, "gate": "yes"}, "then": "closed"},
        "still": {"when": {"wind": "< 5"}, "then": "open"},
    }
    reading = read(tmp_path, facts, rules, {"gate": "yes"})
    told = as_text(why_not_account(reading.guideline, reading.trace, Target(rule="windy")))
    assert f"    Wind: not known; needed: {needed}\n" in told
