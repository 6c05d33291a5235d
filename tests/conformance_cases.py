"""The conformance cases of `tests/conformance`: data that another engine could run, and what this one answers to it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from candor import builtin_guidelines, load_guideline
from engine.deciding import decide
from engine.facts import read_patient
from engine.guideline import Guideline
from engine.patient import Facts
from engine.trace import CautionKind, OutcomeForced, Trace

TESTS = Path(__file__).parent
FOLDER = TESTS / "conformance"
FILES = ("toy.json", "derivations.json")
TRUTHS = {"true": True, "false": False, "unknown": None}
Answer = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ConformanceCase:
    """A patient, an instant, and the answer that every engine must give."""

    name: str
    guideline: str
    decision: str
    at: datetime
    facts: Mapping[str, object]
    answer: Answer

    @property
    def is_rejected(self) -> bool:
        return "rejected" in self.answer


def conformance_cases() -> tuple[ConformanceCase, ...]:
    return tuple(case for file in FILES for case in _cases_in(FOLDER / file))


@cache
def guideline_named(name: str) -> Guideline:
    """A built-in guideline, or one in the folder of the tests."""
    return load_guideline(name if name in builtin_guidelines() else str(TESTS / name))


def facts_of(case: ConformanceCase) -> Facts:
    document = json.dumps({"facts": case.facts})
    return read_patient(guideline_named(case.guideline), document, name=case.name, kind="json")


def decided(case: ConformanceCase) -> Trace:
    return decide(guideline_named(case.guideline), case.decision, facts_of(case), at=case.at)


def told(trace: Trace) -> dict[str, object]:
    """All that an answer may say of a trace."""
    return {
        "status": trace.status.value,
        "outcome": trace.outcome,
        "possible": list(trace.possible_outcomes),
        "may_be_not_covered": trace.may_be_not_covered,
        "forced": any(isinstance(event, OutcomeForced) for event in trace.events),
        "overridden": list(trace.overridden),
        "fired": sorted(trace.fired),
        "findings": {finding: TRUTHS[truth.value] for finding, truth in trace.findings},
        "cautions": _cautions(trace),
        "cautions_open": {each.rule: list(each.waits_for) for each in trace.cautions_open},
        "origins": {fact.fact: fact.origin.value for fact in trace.facts},
        "values": {fact.fact: fact.value for fact in trace.facts},
        "derivations": {fact.fact: fact.derivation for fact in trace.facts},
        "computed": {fact.fact: {each.title: each.value for each in fact.computed} for fact in trace.facts},
    }


def _cautions(trace: Trace) -> dict[str, list[str]]:
    by_kind = {
        kind: sorted(fact for caution in trace.cautions if caution.kind is kind for fact in caution.facts)
        for kind in (CautionKind.UNDATED, CautionKind.DISAGREEMENT)
    }
    return {
        "rules": sorted(caution.rule for caution in trace.cautions if caution.rule is not None),
        "undated": by_kind[CautionKind.UNDATED],
        "disagreement": by_kind[CautionKind.DISAGREEMENT],
    }


def _cases_in(path: Path) -> tuple[ConformanceCase, ...]:
    document = json.loads(path.read_text("utf-8"))
    return tuple(
        ConformanceCase(
            name=case["name"],
            guideline=document["guideline"],
            decision=case["decision"],
            at=datetime.fromisoformat(case["at"]),
            facts=case["facts"],
            answer=case["answer"],
        )
        for case in document["cases"]
    )
