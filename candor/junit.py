"""Tested guidelines as JUnit XML, which build servers read: a suite for each decision, a test case for each case.

There is no one standard. It keeps to what the schemas in use agree on, so that servers that validate take it: the place
of a case is no attribute, but stands above what failed.
"""

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from candor.case_runs import DecisionRun, GuidelineRun
from explain.failures import Failure
from explain.side_by_side import beside


def junit_xml(runs: Iterable[GuidelineRun]) -> str:
    """The XML document. It says nothing of time, so that the same cases give the same bytes."""
    all_runs = list(runs)
    cases, failures = sum(each.case_count for each in all_runs), sum(len(each.failures) for each in all_runs)
    root = Element("testsuites", name="candor", tests=str(cases), failures=str(failures), errors="0")
    for run in all_runs:
        for decision in run.decisions:
            _add_suite(root, run.guideline.id, decision)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _add_suite(root: Element, guideline: str, decision: DecisionRun) -> None:
    name = f"{guideline}/{decision.decision}"
    counts = {"tests": str(len(decision.cases)), "failures": str(len(decision.failures)), "errors": "0", "skipped": "0"}
    suite = SubElement(root, "testsuite", {"name": name, **counts})
    failed = {failure.case: failure for failure in decision.failures}
    for each in decision.cases:
        case = SubElement(suite, "testcase", name=each.case.id, classname=name)
        if each.case.id in failed:
            _add_failure(case, f"{each.case.place.file}:{each.case.place.line}", failed[each.case.id])


def _add_failure(case: Element, place: str, failure: Failure) -> None:
    differs = "; ".join(f"{each.about}: expected {each.expected}, got {each.got}" for each in failure.mismatches)
    told = SubElement(case, "failure", type="Mismatch", message=differs)
    told.text = "\n".join((place, *beside(("Expected", "Got"), (failure.expected, failure.got), None)))
