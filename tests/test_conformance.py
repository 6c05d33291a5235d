"""The conformance cases: answers worked out by hand from what the language means, and what the engine answers."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from engine.deciding import decide
from engine.errors import InputRejected
from engine.facts import read_facts
from engine.trace import Origin
from tests.conformance_cases import FOLDER, ConformanceCase, conformance_cases, decided, guideline_named, told

CASES = conformance_cases()
PARTIAL = ("origins", "values", "derivations", "computed")
"""What an answer tells of some facts only."""
Document = Mapping[str, Any]
DOCUMENTS = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))}
VECTORS: Mapping[str, Document] = {name: document for name, document in DOCUMENTS.items() if "fact" in document}
"""What others compute, a file for each derived fact."""
NUMBERED = [(name, number) for name in VECTORS for number in range(len(VECTORS[name]["vectors"]))]
REFUSED = [(name, number) for name, number in NUMBERED if "refused" in VECTORS[name]["vectors"][number]]
AT = datetime(2026, 11, 22, tzinfo=UTC)


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
    assert origins == {origin.value for origin in Origin if origin is not Origin.FIXED}  # only in imported decisions
    assert {answer["status"] for answer in answers if "status" in answer} == {
        *("concluded", "needs_information", "not_covered")
    }
    for construct in ("forced", "may_be_not_covered", "overridden", "rejected", "derivations", "computed"):
        assert any(answer.get(construct) for answer in answers), construct
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize(("name", "number"), [each for each in NUMBERED if each not in REFUSED])
def test_a_derived_fact_is_what_others_compute(name: str, number: int) -> None:
    vector = VECTORS[name]["vectors"][number]
    guideline = guideline_named(VECTORS[name]["guideline"])
    trace = decide(guideline, VECTORS[name]["decision"], read_facts(guideline, vector["facts"]), at=AT)
    derived = next(fact for fact in trace.facts if fact.fact == VECTORS[name]["fact"])
    assert (derived.origin, derived.derivation) == (Origin.DERIVED, vector["derivation"])
    distance = abs(Decimal(str(derived.value)) - Decimal(vector["expected"]))
    half_a_step = Decimal(5).scaleb(-1 - guideline.facts[derived.fact].decimals)
    assert distance <= Decimal(vector["tolerance"]) + half_a_step


@pytest.mark.parametrize(("name", "number"), REFUSED)
def test_what_others_compute_and_nobody_can_have_is_refused(name: str, number: int) -> None:
    vector = VECTORS[name]["vectors"][number]
    with pytest.raises(InputRejected) as raised:
        read_facts(guideline_named(VECTORS[name]["guideline"]), vector["facts"])
    (diagnostic,) = raised.value.diagnostics
    assert {"code": diagnostic.code, "path": diagnostic.place.path} == vector["refused"]


def test_every_vector_names_an_origin_that_is_described() -> None:
    assert REFUSED
    for vectors in VECTORS.values():
        assert {each["origin"] for each in vectors["vectors"]} == set(vectors["origins"])
        assert all(each["licence"] for each in vectors["origins"].values())
