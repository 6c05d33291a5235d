"""Tested guidelines as JSON: cases, failures with both justifications, and coverage goal by goal."""

from collections.abc import Iterable
from typing import Literal, NotRequired

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

from candor.accounts import LineJson, line_json
from candor.case_runs import DecisionRun, GuidelineRun
from engine.cases import DecidedCase, Mismatch
from engine.coverage import Coverage, Covered
from explain.failures import Failure

_closed = with_config(ConfigDict(extra="forbid"))


@_closed
class MismatchJson(TypedDict):
    """One thing that a case expects and that did not come out."""

    about: str
    expected: str
    got: str


@_closed
class CaseJson(TypedDict):
    """A case: where it stands, whether it came out as expected, and where it did not what is expected and what came
    out, each with its reasons."""

    case: str
    file: str
    line: int
    passed: bool
    mismatches: NotRequired[list[MismatchJson]]
    expected: NotRequired[list[LineJson]]
    got: NotRequired[list[LineJson]]


@_closed
class TotalJson(TypedDict):
    """How many goals of a kind are met, missing, unreachable (no patient can meet them) or open (not settled within the
    solver's limit). The two goals that show that a test decides alone count as one."""

    kind: Literal["rule", "test", "threshold", "alone"]
    met: int
    missing: int
    unreachable: int
    open: int


@_closed
class GoalJson(TypedDict):
    """One thing that cases should show: of which rule and test, where that stands, how it stands, and the cases that
    meet it, each as `decision/case`."""

    kind: Literal["rule", "test", "threshold", "alone"]
    home: str
    rule: str
    test: NotRequired[str]
    wanted: str
    state: Literal["met", "missing", "unreachable", "open"]
    cases: list[str]
    file: str
    line: int
    column: int
    end: int


@_closed
class DecisionRunJson(TypedDict):
    """The cases of one decision."""

    decision: str
    passed: int
    failed: int
    cases: list[CaseJson]


@_closed
class CoverageJson(TypedDict):
    """What all cases cover: in whole percent of what patients can meet, by kind, and goal by goal."""

    percent: int
    complete: bool
    totals: list[TotalJson]
    goals: list[GoalJson]


@_closed
class GuidelineRunJson(TypedDict):
    """One guideline as its cases test it."""

    guideline: str
    version: str
    sha256: str
    decisions: list[DecisionRunJson]
    coverage: CoverageJson


@_closed
class TestResultsJson(TypedDict):
    """What `candor test` found: cases that passed and failed in all, and each guideline."""

    passed: int
    failed: int
    guidelines: list[GuidelineRunJson]


def results_json(runs: Iterable[GuidelineRun]) -> TestResultsJson:
    """Tested guidelines as JSON data, of the shape that its published schema describes."""
    all_runs = list(runs)
    failed = sum(len(each.failures) for each in all_runs)
    return {
        "passed": sum(each.case_count for each in all_runs) - failed,
        "failed": failed,
        "guidelines": [_guideline(each) for each in all_runs],
    }


def _guideline(run: GuidelineRun) -> GuidelineRunJson:
    return {
        "guideline": run.guideline.id,
        "version": run.guideline.version,
        "sha256": run.guideline.sha256,
        "decisions": [_decision(each) for each in run.decisions],
        "coverage": _coverage(run.coverage),
    }


def _decision(run: DecisionRun) -> DecisionRunJson:
    failed = {failure.case: failure for failure in run.failures}
    return {
        "decision": run.decision,
        "passed": run.passed,
        "failed": len(run.failures),
        "cases": [_case(each, failed.get(each.case.id)) for each in run.cases],
    }


def _case(decided: DecidedCase, failure: Failure | None) -> CaseJson:
    place = decided.case.place
    told: CaseJson = {"case": decided.case.id, "file": place.file, "line": place.line, "passed": failure is None}
    if failure is not None:
        told["mismatches"] = [_mismatch(each) for each in failure.mismatches]
        told["expected"] = [line_json(line) for line in failure.expected]
        told["got"] = [line_json(line) for line in failure.got]
    return told


def _mismatch(each: Mismatch) -> MismatchJson:
    return {"about": each.about, "expected": each.expected, "got": each.got}


def _coverage(coverage: Coverage) -> CoverageJson:
    return {
        "percent": coverage.percent,
        "complete": coverage.is_complete,
        "totals": [
            {
                "kind": total.kind.value,
                "met": total.met,
                "missing": total.missing,
                "unreachable": total.unreachable,
                "open": total.open,
            }
            for total in coverage.totals
        ],
        "goals": [_goal(each) for each in coverage.covered],
    }


def _goal(covered: Covered) -> GoalJson:
    goal, place = covered.goal, covered.goal.place
    told: GoalJson = {
        "kind": goal.kind.value,
        "home": goal.home,
        "rule": goal.rule,
        "wanted": goal.wanted,
        "state": covered.state.value,
        "cases": list(covered.cases),
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "end": place.end,
    }
    if goal.leaf is not None:
        told["test"] = goal.text
    return told
