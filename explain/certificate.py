"""The decision certificate: all that somebody needs who wants to check a decision without trusting this program.

It holds what the author of the guideline wrote, the values that were given, what follows from them, and for every
result still possible one patient who would come to it; nothing that is only told. `audit/check_certificate.py` checks
it without a line of ours.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from hashlib import sha256

import rfc8785

from engine.cells import Cells
from engine.direct import evaluate
from engine.errors import CandorError, EngineFault
from engine.guideline import Fact, Guideline, Scalar
from engine.known import Known
from engine.logic import least_completion
from engine.numbers import rounded
from engine.plan import Plan, PlannedFact, plan_of
from engine.trace import (
    CautionKind,
    Event,
    FactTrace,
    FindingDoesNotHold,
    FindingResult,
    Origin,
    OutcomeConcluded,
    OutcomeForced,
    OutcomeOverridden,
    Result,
    RuleFired,
    ScoreResult,
    Status,
    TestResult,
    Trace,
)
from engine.truth import UNKNOWN

FORMAT = "candor-certificate/3"
Tree = dict[str, object]
"""A JSON object without numbers."""


class NotCertified(CandorError):
    """No certificate can be made of a decision, though the decision itself is sound."""


def certificate_of(guideline: Guideline, trace: Trace) -> Tree:
    """The certificate of a decision that `guideline` made. The same trace gives the same bytes.

    Raises `NotCertified` where two guidelines of one name are imported, `SolverLimit` where no witness could be
    found in time, `EngineFault` where one does not bear the trace out.
    """
    certificate: Tree = {
        "format": FORMAT,
        "content": contents_of(guideline),
        "guideline": guideline.id,
        "decision": trace.decision,
        "at": trace.at,
        "given": {each.fact: given for each in trace.facts if (given := _given(each)) is not None},
        "facts": {each.fact: _fact(guideline.facts[each.fact], each) for each in trace.facts},
        "proof": _proof(guideline, trace),
        "cautions": sorted(set(_cautions(guideline, trace))),
    }
    return {**certificate, "sha256": _hash(certificate)}


def contents_of(guideline: Guideline) -> dict[str, object]:
    """What the authors of the guideline, and of all that it imports, wrote, by id."""
    contents = {**guideline.imported_content, guideline.id: dict(guideline.content)}
    for importing, content in contents.items():
        imports = content.get("imports", {}) if isinstance(content, Mapping) else {}
        for name, recorded in imports.items():
            if _hash(contents[name]) != recorded:
                raise NotCertified(
                    f"two guidelines called `{name}` are imported, one of them by `{importing}`: a certificate holds "
                    "only one of a name"
                )
    return contents


def _given(fact: FactTrace) -> dict[str, str] | None:
    """What was stated of a fact, also where it is too old to count."""
    if fact.stale_value is not None:
        return _dated(_text(fact.stale_value), fact.stale_at)
    if fact.origin is Origin.GIVEN and fact.value is not None:
        return _dated(_text(fact.value), fact.at)
    return None


def _dated(value: str | None, at: str | None) -> dict[str, str]:
    return {key: each for key, each in (("value", value), ("at", at)) if each is not None}


def _text(value: Scalar) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _fact(fact: Fact, told: FactTrace) -> Tree:
    """Where a value comes from, with every way in which it could be come by."""
    guidelines = {each.title: each.guideline for each in fact.imports}
    ways: list[Tree] = [
        {"title": each.title, **_dated(_text(each.value), each.at), "is_old": each.stale} for each in told.computed
    ]
    for said in told.imported:
        value = None if said.value is None else _text(said.value)
        proof = _proof(guidelines[said.title], said.trace)
        ways.append({"title": said.title, **_dated(value, said.at), "is_old": said.stale, "proof": proof})
    known = None if told.value is None else _text(told.value)
    return {"origin": told.origin.value, **_dated(known, told.at), "ways": ways}


def _proof(guideline: Guideline, trace: Trace) -> Tree:
    """What was decided and why: of every rule how its tests came out, and all that follows."""
    cautions = [caution.rule for caution in trace.cautions if caution.kind is CautionKind.RULE]
    return {
        "guideline": {"guideline": trace.guideline, "version": trace.version, "sha256": trace.sha256},
        "decision": trace.decision,
        "status": trace.status.value,
        "outcome": trace.outcome or "",
        "possible": sorted(result or "" for result in _results(trace)),
        "witnesses": witnesses_of(guideline, trace),
        "rules": {rule: {"truth": each.truth.value, "tests": dict(_leaves(each))} for rule, each in _rules(trace)},
        "scores": {each.score: [_text(each.low), _text(each.high)] for each in trace.scores},
        "findings": {name: truth.value for name, truth in trace.findings},
        "events": [_event(each) for each in sorted(trace.events, key=_place)],
        "cautions": sorted(each for each in cautions if each is not None),
        "cautions_open": sorted(_open_cautions(guideline, trace)),
    }


def _open_cautions(guideline: Guideline, trace: Trace) -> Iterator[str]:
    """The rules with a caution whose condition is unknown, also where no completion meets it."""
    rules = guideline.decisions[trace.decision].rules
    return (name for name, each in trace.not_fired if each.truth is UNKNOWN and rules[name].caution is not None)


def _rules(trace: Trace) -> Iterator[tuple[str, Result]]:
    """Every rule with its condition, whether it fired or not."""
    yield from ((each.rule, each.condition) for each in trace.events if isinstance(each, RuleFired))
    yield from trace.not_fired


def _place(event: Event) -> tuple[int, str]:
    """Rules that fired by id, then findings that do not hold by id, then what was concluded."""
    match event:
        case RuleFired():
            return 0, event.rule
        case FindingDoesNotHold():
            return 1, event.finding
    return 2, ""


def _event(event: Event) -> Tree:
    match event:
        case RuleFired():
            return {"rule_fired": event.rule}
        case FindingDoesNotHold():
            return {"finding_does_not_hold": event.finding}
        case OutcomeConcluded():
            return {"outcome_concluded": event.outcome}
        case OutcomeForced():
            return {"outcome_forced": event.outcome}
        case OutcomeOverridden():
            return {"outcome_overridden": event.outcome}


def _leaves(result: Result) -> Iterator[tuple[str, str]]:
    match result:
        case TestResult():
            yield f"{result.fact}: {result.test}", result.truth.value
        case ScoreResult():
            yield f"{result.score}: {result.test}", result.truth.value
        case FindingResult():
            yield f"{result.finding}: {_text(result.expected)}", result.truth.value
        case _:
            for part in (result.part,) if hasattr(result, "part") else result.parts:
                yield from _leaves(part)


def _cautions(guideline: Guideline, trace: Trace) -> Iterator[str]:
    """Those that values of facts raise, some of them twice, and those about the guideline itself."""
    for kind, _, _, facts in trace.cautions:
        if kind in (CautionKind.UNDATED, CautionKind.DISAGREEMENT):
            yield f"{kind.value}: {facts[0]}"
    if guideline.status == "retired":
        yield "retired"
    if guideline.review_by is not None and datetime.fromisoformat(trace.at).date() > guideline.review_by:
        yield "due for review"


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
                found[name] = _nearest(plan.cells[name], _ways(plan, planned, found), found[name])
    if found is None or evaluate(plan, found).candidates[0] != result:
        raise EngineFault(f"no patient bears out that {result or 'no outcome'} is possible in {plan.decision.id}")
    return found


def _nearest(cells: Cells, ways: Collection[int], steps: int) -> int:
    """A value that a fact can follow with, of the same cell where there is one: no test tells these apart. Cells of
    facts that no rule needs are none of the solver's business."""
    same = [each for each in ways if cells.at(each) == cells.at(steps)]
    return steps if steps in ways else min(same or ways, default=steps)


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


def _hash(tree: object) -> str:
    return sha256(rfc8785.dumps(tree)).hexdigest()  # type: ignore[arg-type]
