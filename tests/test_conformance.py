"""The conformance cases: answers worked out by hand from what the language means, and what the engine answers."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from engine.deciding import decide
from engine.errors import InputRejected
from engine.facts import read_facts
from engine.trace import Origin
from tests.conformance_cases import FOLDER, ConformanceCase, conformance_cases, decided, guideline_named, told

CASES = conformance_cases()
PARTIAL = ("origins", "values", "derivations", "computed")
"""What an answer tells of some facts only."""
VECTORS = json.loads((FOLDER / "das28.json").read_text("utf-8"))
AT = datetime(2026, 11, 22, tzinfo=UTC)
HALF_A_STEP = Decimal("0.005")


@pytest.mark.parametrize("case", [case for case in CASES if not case.is_rejected], ids=lambda case: case.name)
def test_the_engine_answers_as_the_language_means(case: ConformanceCase) -> None:
    answered = told(decided(case))
    for about, expected in case.answer.items():
        got = answered[about]
        if about in PARTIAL and isinstance(expected, Mapping) and isinstance(got, Mapping):
            got = {name: got[name] for name in expected}
        assert got == expected, about


@pytest.mark.parametrize("case", [case for case in CASES if case.is_rejected], ids=lambda case: case.name)
def test_the_engine_refuses_what_no_patient_can_be(case: ConformanceCase) -> None:
    with pytest.raises(InputRejected) as raised:
        decided(case)
    assert sorted(diagnostic.code for diagnostic in raised.value.diagnostics) == case.answer["rejected"]


def test_the_cases_cover_the_language() -> None:
    answers = [case.answer for case in CASES]
    origins = {origin for answer in answers for origin in dict(answer.get("origins", {})).values()}  # type: ignore[call-overload]
    assert origins == {origin.value for origin in Origin}
    assert {answer["status"] for answer in answers if "status" in answer} == {
        *("concluded", "needs_information", "not_covered")
    }
    for construct in ("forced", "may_be_not_covered", "overridden", "rejected", "derivations", "computed"):
        assert any(answer.get(construct) for answer in answers), construct
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("vector", [each for each in VECTORS["vectors"] if each["tolerance"]], ids=str)
def test_das28_is_what_others_compute(vector: Mapping[str, str]) -> None:
    guideline = guideline_named("act_ra")
    trace = decide(guideline, "selection", read_facts(guideline, vector["facts"]), at=AT)  # type: ignore[arg-type]
    das28 = next(fact for fact in trace.facts if fact.fact == "das28")
    assert (das28.origin, das28.derivation) == (Origin.DERIVED, vector["derivation"])
    distance = abs(Decimal(str(das28.value)) - Decimal(vector["expected"]))
    assert distance <= Decimal(vector["tolerance"]) + HALF_A_STEP


def test_an_esr_of_zero_is_refused_where_others_compute_minus_infinity() -> None:
    guideline = guideline_named("act_ra")
    (vector,) = [each for each in VECTORS["vectors"] if each["tolerance"] is None]
    with pytest.raises(InputRejected) as raised:
        read_facts(guideline, vector["facts"])
    (diagnostic,) = raised.value.diagnostics
    assert diagnostic.code == "patient.out_of_range"
    assert diagnostic.place.path == "$.esr"


def test_every_vector_names_an_origin_that_is_described() -> None:
    assert {each["origin"] for each in VECTORS["vectors"]} == set(VECTORS["origins"])
    assert all(each["licence"] for each in VECTORS["origins"].values())
