"""The decision certificate: all that somebody needs who wants to check a decision without trusting this program.

It holds what the author of the guideline wrote, the trace, and for every result still possible one patient who would
come to it. `audit/check_certificate.py` checks it without a line of ours.
"""

from collections.abc import Mapping
from hashlib import sha256

import rfc8785

from engine.direct import evaluate
from engine.errors import EngineFault
from engine.guideline import Guideline
from engine.known import Known
from engine.logic import least_completion
from engine.numbers import rounded
from engine.plan import Plan, PlannedFact, plan_of
from engine.trace import Status, Trace
from engine.trace_json import as_json

FORMAT = "candor-certificate/1"


def certificate_of(guideline: Guideline, trace: Trace) -> dict[str, object]:
    """The certificate of a decision that `guideline` made. The same trace gives the same bytes.

    Raises `SolverLimit` where no witness could be found in time, `EngineFault` where one does not bear the trace out.
    """
    certificate: dict[str, object] = {
        "format": FORMAT,
        "content": {**guideline.imported_content, guideline.id: dict(guideline.content)},
        "trace": as_json(trace),
        "witnesses": witnesses_of(guideline, trace),
    }
    return {**certificate, "sha256": _hash(certificate)}


def witnesses_of(guideline: Guideline, trace: Trace) -> dict[str, dict[str, str]]:
    """For each outcome that is still possible, and under the empty text for none where that is, the values of all facts
    of one patient who comes to it."""
    plan = plan_of(guideline, trace.decision)
    known = _known(plan, trace)
    facts = guideline.facts
    return {
        result or "": {name: facts[name].text_of(steps) for name, steps in _witness(plan, known, result).items()}
        for result in _results(trace)
    }


def _results(trace: Trace) -> tuple[str | None, ...]:
    has_gap = trace.may_be_not_covered or trace.status is Status.NOT_COVERED
    return (*trace.possible_outcomes, None) if has_gap else trace.possible_outcomes


def _known(plan: Plan, trace: Trace) -> Known:
    facts = plan.guideline.facts
    values = {each.fact: facts[each.fact].steps_of(each.value) for each in trace.facts if each.value is not None}
    return Known(values, frozenset(trace.counted_free) & plan.bound)


def _witness(plan: Plan, known: Known, result: str | None) -> Mapping[str, int]:
    """One patient with this result, decided again by the engine."""
    found = least_completion(plan, known, result)
    if found is not None:
        for planned in plan.facts:
            name = planned.fact.id
            if name in plan.bound and name not in known.values and name not in known.untied:
                ways = _ways(plan, planned, found)
                found[name] = found[name] if found[name] in ways else min(ways, default=found[name])
    if found is None or evaluate(plan, found).candidates[0] != result:
        raise EngineFault(f"no patient bears out that {result or 'no outcome'} is possible in {plan.decision.id}")
    return found


def _ways(plan: Plan, planned: PlannedFact, values: Mapping[str, int]) -> frozenset[int]:
    """What a fact that follows from others can be, in steps. The solver does not look at facts that no rule needs."""
    fact, facts = planned.fact, plan.guideline.facts
    ways: set[int | None] = set()
    for derivation in fact.derived:
        inputs = {name: facts[name].exact(values[name]) for name in derivation.formula.facts}
        ways.add(rounded(derivation.formula.value(inputs), fact.decimals))
    for each in planned.imports:
        theirs = {name: values[ours] for name, ours in each.imported.facts.items()} | each.imported.values
        ways.add(each.imported.results.get(evaluate(each.plan, theirs).candidates[0]))
    return frozenset(way for way in ways if way is not None and fact.low <= way <= fact.high)


def _hash(certificate: dict[str, object]) -> str:
    return sha256(rfc8785.dumps(certificate)).hexdigest()  # type: ignore[arg-type]
