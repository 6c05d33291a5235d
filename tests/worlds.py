"""Random guidelines with patients, as the engine loads them and as the oracle answers them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, currently_in_test_context, note, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from engine.deciding import decide
from engine.errors import InputRejected
from engine.facts import read_facts
from engine.guideline import Guideline, Scalar
from engine.loading import load
from engine.trace import Trace
from tests.oracle import Answer, Given, Tree
from tests.random_guidelines import (
    RandomGuideline,
    as_yaml,
    guidelines,
    importing_guidelines,
    patients,
    shuffled,
    write,
)

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CAMPAIGN = os.environ.get("CANDOR_CAMPAIGN", "") not in ("", "0")
TRUTHS = {"true": True, "false": False, "unknown": None}


def examples(quick: int) -> settings:
    """So many examples in a quick run, two hundred times as many in a campaign."""
    return settings(
        max_examples=quick * 200 if CAMPAIGN else quick,
        phases=tuple(Phase) if CAMPAIGN else (Phase.explicit, Phase.generate),
        derandomize=not CAMPAIGN,
        deadline=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@st.composite
def worlds(draw: DrawFn, most: int = 4) -> tuple[RandomGuideline, list[Mapping[str, Given]]]:
    """A guideline with some patients."""
    guideline = draw(guidelines())
    return guideline, draw(st.lists(patients(guideline), min_size=1, max_size=most))


@st.composite
def importing_worlds(draw: DrawFn) -> tuple[RandomGuideline, list[Mapping[str, Given]]]:
    """A guideline some of whose facts other guidelines decide, with patients."""
    guideline = draw(importing_guidelines())
    return guideline, draw(st.lists(patients(guideline), min_size=1, max_size=4))


@contextmanager
def loaded(guideline: RandomGuideline) -> Iterator[Guideline]:
    """The guideline as the engine loads it from files."""
    with TemporaryDirectory() as folder:
        if currently_in_test_context():
            for each in guideline.folders:
                files = {"facts": each.facts, "findings": each.findings or {}, **each.decisions}
                note("\n".join(f"# {each.name}/{name}.yaml\n{as_yaml(tree)}" for name, tree in files.items()))
        yield load(write(guideline, Path(folder)))


@contextmanager
def loaded_in_another_order(guideline: RandomGuideline, random: Random) -> Iterator[Guideline]:
    """The same guideline with rules, facts, findings, conditions and files in another order."""
    mixed = shuffled(guideline, random)
    with TemporaryDirectory() as folder:
        yield load(write(mixed, Path(folder), order=lambda names: random.sample(names, len(names))))


def decided(guideline: Guideline, decision: str, patient: Mapping[str, Given]) -> Answer:
    """The engine's answer in the oracle's words."""
    try:
        return told(decide(guideline, decision, read_facts(guideline, dict(patient)), at=AT))
    except InputRejected as rejected:
        codes = {diagnostic.code for diagnostic in rejected.diagnostics}
        return Answer("contradictory" if codes == {"patient.contradictory"} else "input_error")


def told(trace: Trace) -> Answer:
    """What a trace says of the answer."""
    return Answer(
        status=trace.status.value,
        outcome=trace.outcome,
        possible=trace.possible_outcomes,
        may_be_not_covered=trace.may_be_not_covered,
        fired=tuple(sorted(trace.fired)),
        findings={finding: TRUTHS[truth.value] for finding, truth in dict(trace.findings).items()},
        overridden=tuple(sorted(trace.overridden)),
        scores={each.score: (Fraction(str(each.low)), Fraction(str(each.high))) for each in trace.scores},
        values={each.fact: value_of(each.value) for each in trace.facts},
    )


def value_of(told: Scalar | None) -> Fraction | bool | str | None:
    """A value of the trace as the oracle has it: numbers as fractions."""
    if told is None or isinstance(told, bool):
        return told
    return Fraction(told) if re.fullmatch(r"-?\d+(\.\d+)?", str(told)) else str(told)


def decision(name: str, outcomes: Iterable[str], rules: Mapping[str, Mapping[str, Tree]]) -> Mapping[str, Tree]:
    """A decision's file from what bears on its answer; the rest is filled in."""
    said: dict[str, Tree] = {"because": "So it is.", "source": {"cite": "road_book", "basis": "stated"}}
    return {
        "decision": name,
        "question": "What now?",
        "outcomes": {outcome: {"title": outcome} for outcome in outcomes},
        "rules": {rule: {"title": rule, **said, **tree} for rule, tree in rules.items()},
    }
