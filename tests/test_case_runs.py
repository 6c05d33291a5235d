"""`candor test`: what it prints of cases that pass and fail, coverage as text, JSON, JUnit XML and HTML, and how it
ends."""

import fcntl
import json
import os
import pty
import re
import shutil
import struct
import subprocess
import termios
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from candor import builtin_guidelines, load_guideline
from candor.case_runs import page_of, run_of
from engine.coverage import State
from engine.errors import CandorError, EngineDisagreement, EngineFault, SolverLimit
from explain.coverage_page import Mark, mark_of
from explain.justification import Line
from explain.rendering.coverage import coverage_html
from explain.side_by_side import beside
from tests.commands import DIRECT, ROOT, Ran, bare_environment, candor
from tests.mistake_examples import TOY
from tests.roads import FACTS, written_road
from tests.schemas import results_schema

RULES = """icy: {when: {frost: yes, wet: yes}, then: yes_now}
           busy: {when: {traffic: ">= 5"}, then: later}"""
PASSING = "icy: {facts: {frost: yes, wet: yes}, expect: {outcome: yes_now}}"
FAILING = """
    icy: {facts: {frost: yes, wet: yes}, expect: {outcome: yes_now}}
    wrong_outcome: {facts: {frost: yes, wet: no, traffic: 7}, expect: {outcome: yes_now, fired: [icy]}}
    fires_after_all: {facts: {frost: yes, wet: yes, traffic: 1}, expect: {not_fired: [icy]}}
    no_such_patient: {facts: {cars: 10, lorries: 10}, expect: {rejected: patient.contradictory}}
    refused: {facts: {frost: yes, wet: no, salt: no}, expect: {outcome: later}}
"""
IMPOSSIBLE = f"{FACTS}impossible: [{{when: {{wet: no, salt: no}}, because: Without salt it is wet.}}]\n"


@pytest.fixture
def failing(tmp_path: Path) -> Path:
    return written_road(tmp_path, RULES, FAILING, facts=IMPOSSIBLE)


@pytest.fixture
def passing(tmp_path: Path) -> Path:
    return written_road(tmp_path, RULES, PASSING)


# ---- The text ----


def test_cases_that_pass_are_one_line_for_each_decision_with_coverage_by_kind() -> None:
    ran = candor("test", TOY)
    assert (ran.code, ran.err) == (0, "")
    assert "  toy/clearing: 2 of 2 cases passed; rules 3/4, tests 6/9, thresholds 0/6, pairs 1/3\n" in ran.out
    assert "  toy/findings: rules that decisions share; rules 8/8, " in ran.out
    assert "FAILED" not in ran.out


def test_a_decision_alone_is_tested_with_the_rules_that_it_shares() -> None:
    ran = candor("test", f"{TOY}/patrol")
    assert ran.code == 0
    assert "toy/patrol: 10 of 10 cases passed" in ran.out
    assert "toy/findings: rules that decisions share; rules 8/8" in ran.out, "by the cases of all decisions"
    assert "toy/gritting" not in ran.out


def test_what_is_missing_stands_with_its_file_and_line(passing: Path) -> None:
    ran = candor("test", passing)
    assert ran.code == 0
    assert f"{passing}/grit.yaml:7: rule `icy`: is silent\n" in ran.out
    assert f"{passing}/grit.yaml:8: rule `busy`, `traffic: >= 5`: traffic is 4, 5, 6; decides alone, being" in ran.out
    assert "more; --coverage" not in ran.out
    assert "    and 36 more; --coverage FILE.html and --format json have all\n" in candor("test", TOY).out


def test_what_no_patient_can_meet_is_said_apart() -> None:
    ran = candor("test", TOY)
    assert "  No patient can:\n    tests/toy/gritting.yaml:81: rule `close_when_nothing_helps`" in ran.out


def test_a_failed_case_shows_what_is_expected_and_what_came_out_each_with_its_reasons(failing: Path) -> None:
    ran = candor("test", failing)
    assert ran.code == 1
    assert ran.err == "error: 4 of 5 cases did not come out as expected\n"
    head = f"FAILED roads/grit: case wrong_outcome ({failing}/grit.cases.yaml:3)\n"
    told = ran.out.partition(head)[2].split("\n\n")[0]
    expected, _, got = told.partition("Got\n")
    assert expected.splitlines()[:4] == [
        "Expected",
        "  outcome: yes_now",
        '    "A rule" does not apply [roads/grit#icy; added: not in the source]',
        "      Wet: no; needed: yes",
    ]
    assert got.splitlines()[:3] == [
        "  Later (later). Assumed: salt (yes).",
        "    So it is. [roads/grit#busy; added: not in the source]",
        "      Traffic: 7 (given)",
    ]


def test_a_rule_that_should_be_silent_is_shown_firing(failing: Path) -> None:
    told = candor("test", failing).out.partition("case fires_after_all")[2].split("\n\n")[0]
    expected, _, got = told.partition("Got\n")
    assert expected.endswith("Expected\n  not_fired: icy\n")
    assert "  So it is. [roads/grit#icy; added: not in the source]\n      Frost: yes (given)" in got
    assert "  fired: icy\n    So it is. (as above) [roads/grit#icy]" in got


def test_a_patient_who_is_refused_or_is_not_is_a_failure_too(failing: Path) -> None:
    out = candor("test", failing).out
    refused = out.partition("case refused ")[2].split("\n\n")[0]
    assert "  input: a possible patient\n" in refused
    assert "  refused: these facts cannot be together: `salt` no, `wet` no; Without salt it is wet." in refused
    assert "  input: patient.contradictory\n" in out.partition("case no_such_patient")[2]


def test_an_answer_that_needs_information_says_what_is_still_asked(tmp_path: Path) -> None:
    home = written_road(tmp_path, RULES, "half: {facts: {frost: yes}, expect: {status: concluded}}")
    told = candor("test", home).out
    assert "Expected\n  status: concluded\n    Ask next\n" in told
    assert "      wet: Wet?\n" in told


@pytest.mark.parametrize("error", [EngineDisagreement(["icy"], []), SolverLimit("it took too long")])
def test_a_case_that_cannot_be_decided_safely_is_named(
    passing: Path, error: CandorError, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("candor.case_runs.decided_case", fail)
    with pytest.raises((EngineFault, SolverLimit), match=r"^case `roads/grit/icy`: ") as raised:
        run_of(load_guideline(str(passing)))
    assert str(error) in str(raised.value)


def test_all_built_in_guidelines_pass_and_are_covered_completely() -> None:
    ran = candor("test", "--require", "complete", "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    told = json.loads(ran.out)
    assert [each["guideline"] for each in told["guidelines"]] == list(builtin_guidelines())
    assert told["failed"] == 0
    assert all(each["coverage"]["complete"] for each in told["guidelines"])


# ---- Side by side ----


def test_what_fired_is_told_once_where_some_should_and_some_should_not(tmp_path: Path) -> None:
    cases = "both: {facts: {frost: yes, wet: yes, traffic: 1}, expect: {fired: [busy], not_fired: [icy]}}"
    got = candor("test", written_road(tmp_path, RULES, cases)).out.partition("Got\n")[2].split("\n\n")[0]
    assert got.splitlines().count("  fired: icy") == 1


LEFT = (Line("outcome: one", below=(Line("a reason that is long enough to be wrapped, " * 3),)),)
RIGHT = (Line("Two."),)


def test_two_justifications_stand_beside_each_other_where_there_is_room() -> None:
    lines = list(beside(("Expected", "Got"), (LEFT, RIGHT), 100))
    assert lines[0] == f"{'Expected':<48} │ Got"
    assert lines[1] == f"{'outcome: one':<48} │ Two."
    assert lines[2].startswith("  a reason")
    assert all(len(line) <= 100 for line in lines)
    words = " ".join(line.split(" │")[0].strip() for line in lines[2:])
    assert words == ("a reason that is long enough to be wrapped, " * 3).strip()


@pytest.mark.parametrize("width", [99, None])
def test_they_stand_one_below_the_other_where_there_is_none(width: int | None) -> None:
    lines = list(beside(("Expected", "Got"), (LEFT, RIGHT), width))
    assert [line for line in lines if not line.startswith("  ")] == ["Expected", "Got"]
    assert lines[-1] == "  Two."
    assert width is None or all(len(line) <= width for line in lines)


def test_on_a_narrow_terminal_lines_are_cut_to_it_and_go_on_deeper() -> None:
    lines = list(beside(("Expected", "Got"), (LEFT, RIGHT), 40))
    assert all(len(line) <= 40 for line in lines)
    assert [line[:6] for line in lines[2:4]] == ["    a ", "      "]


def test_on_a_wide_terminal_they_stand_beside_each_other(failing: Path) -> None:
    assert re.search(r"^Expected +│ Got\r?$", _on_terminal(failing, 140), re.MULTILINE)
    assert re.search(r"^Got\r?$", _on_terminal(failing, 80), re.MULTILINE)


def _on_terminal(guideline: Path, columns: int) -> str:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    environment = {**bare_environment(), "COLUMNS": str(columns)}
    done = subprocess.Popen(
        [*DIRECT, "test", str(guideline)], cwd=ROOT, env=environment, stdout=theirs, stderr=subprocess.DEVNULL
    )
    os.close(theirs)
    told = b""
    try:
        while part := os.read(ours, 65536):
            told += part
    except OSError:  # the other end is closed
        pass
    done.wait(60)
    os.close(ours)
    return told.decode()


# ---- JSON, JUnit, HTML ----


def test_the_json_follows_its_published_schema_and_has_every_goal(failing: Path) -> None:
    ran = candor("test", failing, "--format", "json")
    assert ran.code == 1
    told = json.loads(ran.out)
    assert [error.message for error in Draft202012Validator(results_schema()).iter_errors(told)] == []
    (guideline,) = told["guidelines"]
    cases = {case["case"]: case for case in guideline["decisions"][0]["cases"]}
    assert {name: case["passed"] for name, case in cases.items()} == {
        "icy": True,
        "wrong_outcome": False,
        "fires_after_all": False,
        "no_such_patient": False,
        "refused": False,
    }
    assert cases["wrong_outcome"]["mismatches"][0] == {"about": "outcome", "expected": "yes_now", "got": "later"}
    assert cases["wrong_outcome"]["got"][0]["text"] == "Later (later). Assumed: salt (yes)."
    goals = guideline["coverage"]["goals"]
    assert {goal["state"] for goal in goals} == {"met", "missing"}
    fires = next(goal for goal in goals if (goal["rule"], goal["wanted"]) == ("icy", "fires"))
    assert (fires["state"], fires["cases"]) == ("met", ["grit/fires_after_all", "grit/icy"])


def test_junit_xml_has_a_suite_for_each_decision_and_says_what_failed(failing: Path, tmp_path: Path) -> None:
    file = tmp_path / "results.xml"
    assert candor("test", failing, "--junit", file).code == 1
    root = ElementTree.fromstring(file.read_text("utf-8"))
    assert (root.tag, root.attrib["tests"], root.attrib["failures"]) == ("testsuites", "5", "4")
    (suite,) = root
    assert (suite.tag, suite.attrib["name"], suite.attrib["tests"]) == ("testsuite", "roads/grit", "5")
    assert [case.tag for case in suite] == ["testcase"] * 5
    assert all(case.attrib.keys() == {"name", "classname"} for case in suite), "strict servers know no others"
    failures = {case.attrib["name"]: case.find("failure") for case in suite}
    assert failures.pop("icy") is None
    assert all(each is not None and each.attrib["message"] and each.text for each in failures.values())
    wrong = failures["wrong_outcome"]
    assert wrong is not None
    assert wrong.attrib["message"].startswith("outcome: expected yes_now, got later")
    assert wrong.text is not None
    assert re.match(r".*grit\.cases\.yaml:\d+\n", wrong.text)


class Page(HTMLParser):
    """What a reader finds on the page: open tags, ids, links, and the cells of each row."""

    VOID = ("meta", "br")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.rows: dict[str, str] = {}
        self._row = ""
        self.feed(text)
        assert self.open == [], "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag not in self.VOID:
            self.open.append(tag)
        self.ids += [found["id"]] if "id" in found else []
        self.links += [found["href"]] if "href" in found else []
        self.loaded += [tag] if tag in ("script", "link", "img", "iframe") or "src" in found else []
        if tag == "tr":
            self._row = found.get("id", "")

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._row:
            self.rows[self._row] = self.rows.get(self._row, "") + data


def test_the_page_is_the_authors_text_with_a_mark_in_words_on_every_line_that_is_tried(
    passing: Path, tmp_path: Path
) -> None:
    file = tmp_path / "coverage.html"
    assert candor("test", passing, "--coverage", file).code == 0
    page = Page(file.read_text("utf-8"))
    lines = (passing / "grit.yaml").read_text("utf-8").splitlines()
    rows = [page.rows[f"grit.yaml-L{number}"] for number in range(1, len(lines) + 1)]
    assert all(line in row for line, row in zip(lines, rows, strict=True))
    marked = {number: row for number, row in enumerate(rows, 1) if "goals" in row}
    assert set(marked) == {lines.index(line) + 1 for line in lines if "when:" in line}
    assert all("◐ partly covered" in row or "✗ not covered" in row for row in marked.values())
    assert "rule `icy`, `wet: yes`: is true: met, by grit/icy" in marked[7]


def test_the_page_stands_alone_and_its_links_lead_to_lines(passing: Path, tmp_path: Path) -> None:
    file = tmp_path / "coverage.html"
    candor("test", passing, "--coverage", file)
    text = file.read_text("utf-8")
    page = Page(text)
    assert page.loaded == []
    assert len(page.ids) == len(set(page.ids))
    assert page.links
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)
    assert '<html lang="en">' in text
    assert "http" not in text


def test_every_file_that_holds_rules_is_on_the_page_also_shared_ones_and_lines_that_are_covered() -> None:
    page = page_of(run_of(load_guideline(str(TOY))))
    assert [file.name for file in page.files] == ["clearing.yaml", "findings.yaml", "gritting.yaml", "patrol.yaml"]
    assert {line.mark for file in page.files for line in file.lines} == {None, Mark.COVERED, Mark.PARTLY}
    states = {goal.state for file in page.files for line in file.lines for goal in line.goals}
    assert states == {"met", "missing", "no patient can"}
    assert {row.home for row in page.totals} == {"clearing", "findings", "gritting", "patrol"}


def test_what_an_author_wrote_is_escaped_on_the_page(tmp_path: Path) -> None:
    home = written_road(tmp_path, RULES.replace("icy: {when", "icy: {strength: <script>alert(1)</script>, when"))
    html = coverage_html(page_of(run_of(load_guideline(str(home)))))
    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


@pytest.mark.parametrize(
    ("states", "mark"),
    [
        ([State.MET, State.MET], Mark.COVERED),
        ([State.MET, State.UNREACHABLE], Mark.COVERED),
        ([State.MET, State.MISSING], Mark.PARTLY),
        ([State.MET, State.OPEN], Mark.PARTLY),
        ([State.MISSING, State.UNREACHABLE], Mark.NOT),
        ([State.OPEN], Mark.NOT),
        ([State.UNREACHABLE], Mark.UNREACHABLE),
    ],
)
def test_a_line_is_marked_by_all_that_is_tried_on_it(states: list[State], mark: Mark) -> None:
    assert mark_of(states) is mark


# ---- Suggestions ----


def test_suggestions_are_printed_alone_and_say_where_they_belong(passing: Path) -> None:
    ran = candor("test", passing, "--suggest")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("# For roads/grit, in grit.cases.yaml:\n# Suggested cases. They are not confirmed")
    assert "    expect:\n" in ran.out
    assert not re.search("expect:.", ran.out), "no answer is filled in"


def test_suggestions_go_to_a_new_file_and_never_over_another(passing: Path, tmp_path: Path) -> None:
    file = tmp_path / "more.yaml"
    assert candor("test", passing, "--suggest", "--output", file) == Ran(0, "", "")
    before = file.read_text("utf-8")
    assert before.startswith("# Suggested cases.")
    ran = candor("test", passing, "--suggest", "--output", file)
    assert (ran.code, ran.out) == (1, "")
    assert "is there already, and is not overwritten: name a new file" in ran.err
    assert file.read_text("utf-8") == before


def test_where_nothing_is_missing_nothing_is_suggested(tmp_path: Path) -> None:
    home = written_road(tmp_path, "icy: {when: {frost: yes}, then: later}")
    yes = "yes: {facts: {frost: yes}, expect: {outcome: later}}".replace("yes:", "cold:", 1)
    cases = f"cases:\n  {yes}\n  warm: {{facts: {{frost: no}}, expect: {{status: not_covered}}}}\n"
    (home / "grit.cases.yaml").write_text(cases + "  open: {facts: {}, expect: {status: needs_information}}\n", "utf-8")
    assert candor("test", home, "--suggest").out == "# No case is missing.\n"
    file = tmp_path / "more.yaml"
    ran = candor("test", home, "--suggest", "--output", file)
    assert (ran.code, ran.err) == (0, "no case is missing: nothing is written\n")
    assert not file.exists()


def test_cases_for_several_decisions_do_not_go_into_one_file(tmp_path: Path) -> None:
    shutil.copytree(TOY, tmp_path / "toy")
    shutil.copytree(TOY.parent / "weather", tmp_path / "weather")
    ran = candor("test", tmp_path / "toy", "--suggest", "--output", tmp_path / "more.yaml")
    assert ran.code == 2
    assert "name one of them" in ran.err
    assert candor("test", tmp_path / "toy/clearing", "--suggest", "--output", tmp_path / "more.yaml").code == 0


# ---- How it ends ----


@pytest.mark.parametrize(("require", "code"), [("0", 0), ("11", 0), ("99", 1), ("complete", 1)])
def test_coverage_below_what_is_required_fails(passing: Path, require: str, code: int) -> None:
    ran = candor("test", passing, "--require", require)
    assert ran.code == code
    assert ("is required" in ran.err) is (code == 1)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--require", "half"),
        ("--require", "101"),
        ("--output", "more.yaml"),
        ("--suggest", "--format", "json"),
        ("--coverage", "all.html"),
        ("act_r",),
        ("act_ra/selecton",),
        ("--format", "xml"),
    ],
)
def test_wrong_usage_ends_with_2(arguments: tuple[str, ...], tmp_path: Path) -> None:
    ran = candor("test", *arguments, cwd=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err
    assert list(tmp_path.iterdir()) == []


def test_a_guideline_with_mistakes_is_not_tested(tmp_path: Path) -> None:
    home = written_road(tmp_path, RULES, "icy: {facts: {frost: yes}, expect: }")
    ran = candor("test", home)
    assert (ran.code, ran.out) == (1, "")
    assert "error[case.not_confirmed]: what should come out of this case is not written yet" in ran.err


def test_a_file_that_cannot_be_written_is_said(passing: Path, tmp_path: Path) -> None:
    ran = candor("test", passing, "--junit", tmp_path / "nowhere" / "results.xml")
    assert ran.code == 1
    assert "cannot write to" in ran.err
