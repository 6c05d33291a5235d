"""Deciding by trying every completion: the values of facts, what follows from them, and the status."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from tests.oracle.conditions import any_of, typed
from tests.oracle.formulas import computed, is_linear, parsed, rounded
from tests.oracle.reading import read_question, read_vocabulary
from tests.oracle.terms import (
    Answer,
    Certain,
    Conclusions,
    Fact,
    Given,
    Import,
    Interval,
    Question,
    Tree,
    Trees,
    Truth,
    UnusableInput,
    Value,
    Values,
)


def answer(
    facts_tree: Tree,
    decision_tree: Tree,
    patient: Mapping[str, Given],
    findings_tree: Tree | None = None,
    guidelines: Mapping[str, Trees] | None = None,
) -> Answer:
    """What the decision answers for a patient (fact -> value; None or absent: not given).

    `findings_tree` is the guideline's findings.yaml; `guidelines` are all those that facts come from, by their id.
    """
    vocabulary = read_vocabulary(facts_tree, guidelines or {})
    question = read_question(vocabulary, decision_tree, findings_tree)
    try:
        known = known_values(question, patient)
    except UnusableInput:
        return Answer(status="input_error")
    found = results(question, known)
    return _answered(question, known, found) if found else Answer(status="contradictory")


def certain(
    facts_tree: Tree,
    decision_tree: Tree,
    patient: Mapping[str, Given],
    findings_tree: Tree | None = None,
    guidelines: Mapping[str, Trees] | None = None,
) -> Certain:
    """What is sure for a patient who has completions, whatever the unknown facts are."""
    question = read_question(read_vocabulary(facts_tree, guidelines or {}), decision_tree, findings_tree)
    known = known_values(question, patient)
    ends = [(values, conclusions(question, values)) for values in completions(question, known)]
    return Certain(
        fired=frozenset(rule.name for rule in question.rules if all(rule.condition(*each) for each in ends)),
        findings={name: _same({each.findings[name] for _, each in ends}) for name in ends[0][1].findings},
        scores={
            name: (min(each.scores[name][0] for _, each in ends), max(each.scores[name][1] for _, each in ends))
            for name in ends[0][1].scores
        },
    )


def _same(truths: set[Truth]) -> Truth:
    return truths.pop() if len(truths) == 1 else None


def _answered(question: Question, known: Values, found: set[str | None]) -> Answer:
    so_far = conclusions(question, known)
    fired = [rule for rule in question.rules if rule.condition(known, so_far)]
    outcome = next(iter(found)) if len(found) == 1 else None
    settled = "concluded" if outcome else "not_covered"
    concluded = {name for rule in fired for name in rule.concludes} & set(question.outcomes)
    return Answer(
        status=settled if len(found) == 1 else "needs_information",
        outcome=outcome,
        possible=tuple(sorted(name for name in found if name)),
        may_be_not_covered=len(found) > 1 and None in found,
        fired=tuple(sorted(rule.name for rule in fired)),
        findings=so_far.findings,
        overridden=tuple(sorted(concluded - {outcome})) if outcome else (),
        scores=so_far.scores,
        values={name: value for name, value in known.items() if not question.facts[name].is_fixed},
    )


def results(question: Question, known: Values) -> set[str | None]:
    """The results that completions have, None for no outcome. Empty: there is no completion."""
    return {result(question, completion) for completion in completions(question, known)}


def result(question: Question, completion: Values) -> str | None:
    """The first listed outcome that a rule concludes, or none."""
    so_far = conclusions(question, completion)
    deciding = ((name, rule) for name in question.outcomes for rule in question.rules if name in rule.concludes)
    return next((name for name, rule in deciding if rule.condition(completion, so_far)), None)


def conclusions(question: Question, values: Values) -> Conclusions:
    """Each finding: true if a rule for it is, false if all are, else unknown. Each score: what it lies between."""
    so_far = Conclusions()
    for step in question.steps:
        if step in question.scores:
            so_far.scores[step] = _interval(question, step, values, so_far)
        else:
            rules = [rule for rule in question.rules if step in rule.concludes]
            so_far.findings[step] = any_of(rule.condition(values, so_far) for rule in rules)
    return so_far


def _interval(question: Question, score: str, values: Values, so_far: Conclusions) -> Interval:
    """The points given, with all open ones below zero and with all open ones above zero, cut to the range."""
    low = high = Fraction(0)
    for rule in (rule for rule in question.rules if rule.points.get(score)):
        points, truth = rule.points[score], rule.condition(values, so_far)
        low += points if truth or (truth is None and points < 0) else 0
        high += points if truth or (truth is None and points > 0) else 0
    least, greatest = (end for end in question.scores[score].ends if isinstance(end, Fraction))
    return max(low, least), min(high, greatest)


def completions(question: Question, known: Values) -> Iterator[Values]:
    """Every way to give all relevant facts values that the guideline says can be."""
    partial: list[dict[str, Value | None]] = [{}]
    for name in question.relevant:
        fact = question.facts[name]
        partial = [{**v, name: c} for v in partial for c in _candidates(fact, known[name], v)]
    for values in partial:
        if not any(each.is_so(values) for each in question.impossible):
            yield values


def _candidates(fact: Fact, known: Value | None, values: Values) -> Iterable[Value]:
    """What an unknown fact may be where the facts it rests on have these values."""
    if known is not None:
        return (known,)
    if fact.imports:
        found = [(each, result(each.question, each.inputs(values))) for each in fact.imports]
        return {each.mapped[outcome] for each, outcome in found if outcome in each.mapped}
    if not fact.formulas or not all(is_linear(parsed(formula.text)) for formula in fact.formulas):
        return fact.grid
    derived = {rounded(computed(each.text, each.inputs(values)), fact.decimals) for each in fact.formulas}
    return [value for value in fact.grid if value in derived]


def known_values(question: Question, patient: Mapping[str, Given]) -> Values:
    """Given, else derived or imported, else assumed, else None, for each relevant fact.

    Every given value is checked, also of facts that do not matter here, and so is every derivation, used or not.
    """
    facts, given = question.facts, {k: v for k, v in patient.items() if v is not None}
    if not set(given) <= set(facts):
        raise UnusableInput(f"not facts: {set(given) - set(facts)}")
    checked = {n: _on_grid(typed(v, facts[n]), facts[n]) for n, v in given.items()}
    values: dict[str, Value | None] = {}
    for name in question.relevant:
        derived = _derived(facts[name], values)
        values[name] = checked.get(name, derived)
        if values[name] is None:
            values[name] = _imported(facts[name], values)
        if values[name] is None and not _is_excluded(question, facts[name], values):
            values[name] = facts[name].assumed
    return values


def _is_excluded(question: Question, fact: Fact, values: Values) -> bool:
    """Whether an import that knows something can no longer come to what the fact would be assumed to be."""
    known = {name for name, value in values.items() if value is not None and not question.facts[name].is_fixed}
    for way in (each for each in fact.imports if known & set(each.names.values())):
        found = results(way.question, way.inputs(values))
        if found and fact.assumed not in {way.mapped.get(each) for each in found}:
            return True
    return False


def _derived(fact: Fact, values: Values) -> Value | None:
    """By the first derivation that can be computed; all that can be are checked."""
    ready = [each for each in fact.formulas if None not in each.inputs(values).values()]
    exact = [computed(each.text, each.inputs(values)) for each in ready]
    return next(iter([_on_grid(rounded(each, fact.decimals), fact) for each in exact]), None)


def _imported(fact: Fact, values: Values) -> Value | None:
    """By the first import that has an answer, or that is sure to have none where the fact says what then."""
    return next((value for each in fact.imports if (value := _settled(each, values)) is not None), None)


def _settled(way: Import, values: Values) -> Value | None:
    """The imported decision's answer for what is known of its facts, decided by itself."""
    found = results(way.question, way.inputs(values))
    return way.mapped.get(found.pop()) if len(found) == 1 else None


def _on_grid(value: Value, fact: Fact) -> Value:
    if value not in fact.grid:
        raise UnusableInput(f"out of range: {value}")
    return value
