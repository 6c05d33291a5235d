"""Units: the facts of a decided patient that count as varying on their own, and what follows from them.

Reasons, missing facts and changes range over units. See docs/decisions/0012-units-reasons-and-changes.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from engine.conditions import concluded_in, facts_in
from engine.known import Known
from engine.plan import Plan
from engine.trace import FactTrace, Origin, Trace


@dataclass(frozen=True, slots=True)
class Units:
    """The units of a patient, by id.

    known: the value of each known unit, in steps; assumed: those of assumed facts
    follows: the known facts that linear formulas gave their value, each with the number of the formula
    unknown: the unknown facts that vary on their own; bound: the unknown facts that follow from others
    traces: what is told of each fact
    relevant: the facts that could have a part in the outcome
    today: the day of the decision
    """

    known: Mapping[str, int]
    assumed: Mapping[str, int]
    follows: Mapping[str, int]
    unknown: tuple[str, ...]
    bound: tuple[str, ...]
    traces: Mapping[str, FactTrace]
    relevant: frozenset[str]
    today: date


def units_of(plan: Plan, trace: Trace) -> Units:
    """The units of the patient that a trace is about."""
    traces = {traced.fact: traced for traced in trace.facts}
    known: dict[str, int] = {}
    assumed: dict[str, int] = {}
    follows: dict[str, int] = {}
    for name, traced in traces.items():
        fact = plan.guideline.facts[name]
        if traced.value is None:
            continue
        if traced.origin is Origin.ASSUMED:
            assumed[name] = fact.steps_of(traced.value)
        elif traced.origin is Origin.DERIVED and name in plan.linear:
            titles = [derivation.title for derivation in fact.derived]
            follows[name] = titles.index(str(traced.derivation))
        else:
            known[name] = fact.steps_of(traced.value)
    unknown = [name for name, traced in traces.items() if traced.value is None]
    is_bound = {name: name in plan.bound and name not in trace.counted_free for name in unknown}
    return Units(
        known=known,
        assumed=assumed,
        follows=follows,
        unknown=tuple(name for name in unknown if not is_bound[name]),
        bound=tuple(name for name in unknown if is_bound[name]),
        traces=traces,
        relevant=relevant_facts(plan),
        today=datetime.fromisoformat(trace.at).date(),
    )


def relevant_facts(plan: Plan) -> frozenset[str]:
    """The facts that the rules for outcomes rest on, followed down through findings and scores, with what those are
    computed or decided from and what they are tied to. No other fact can have a part in the outcome."""
    concluding = [rule for rules in plan.concluding.values() for rule in rules]
    kept = plan.guideline.keep(_Relevant, plan.decision.id, lambda: _Relevant(facts_below(plan, concluding)))
    return kept.facts


def facts_below(plan: Plan, rules: Iterable[str]) -> frozenset[str]:
    """The facts that rules rest on: what they test, followed down through findings and scores, with what that is
    computed or decided from and what it is tied to."""
    return _closure(plan, tested_below(plan, rules))


def tested_below(plan: Plan, rules: Iterable[str]) -> frozenset[str]:
    """The facts that rules test, followed down through findings and scores."""
    waiting = list(rules)
    seen, facts = set(waiting), frozenset[str]()
    while waiting:
        condition = plan.decision.rules[waiting.pop()].condition
        facts |= facts_in(condition)
        below = {rule for name in concluded_in(condition) for rule in plan.settling[name]} - seen
        waiting += sorted(below)
        seen |= below
    return facts


def asked_for(plan: Plan, known: Known, matter: frozenset[str]) -> frozenset[str]:
    """The facts to ask for, of unknown units that matter: where some matter only because an imported decision rests on
    them, the fact that it decides stands for them."""
    asked = set(matter)
    for planned in reversed(plan.facts):
        name = planned.fact.id
        if planned.imports and name not in known.values and (name in plan.tested or name in plan.readers):
            behind = {read for read in asked & planned.reads if plan.readers[read] == {name}} - set(plan.tested)
            asked = (asked - behind) | {name} if behind else asked
    return frozenset(asked)


def standing_for(plan: Plan, known: Known, found: frozenset[str]) -> frozenset[str]:
    """The facts found; where it matters by which of several formulas a fact follows, what is unknown of all that they
    read: once that is known of a formula, the fact follows by it."""
    inputs, open_ = set[str](), set(found)
    while open_:
        name = open_.pop()
        if name in plan.linear and name not in known.untied:
            open_ |= plan.guideline.facts[name].reads - known.values.keys() - inputs
        else:
            inputs.add(name)
    return frozenset(inputs)


@dataclass(frozen=True, slots=True)
class _Relevant:
    facts: frozenset[str]


def _closure(plan: Plan, tested: frozenset[str]) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    more = tested
    while more - found:
        found |= more
        reads = [plan.guideline.facts[name].reads for name in found]
        tied = [tie for tie in plan.ties if tie & found]
        more = frozenset[str]().union(*reads, *tied)
    return found
