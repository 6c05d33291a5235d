"""What follows from facts, and every way in which the unknown ones may come out."""

import ast
from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from audit.checker.values import (
    F,
    Fact,
    Import,
    Question,
    Reading,
    Rejected,
    Spans,
    T,
    U,
    computed,
    joined,
    leaves,
    rounded,
    tested_in,
    truth_of,
)

LIMIT = 100_000
"""How many completions are tried at most."""


def follow(
    q: Question, values: Mapping[str, Any], claims: Any = None, settled: Mapping[str, str] | None = None
) -> tuple[dict[str, Any], dict[str, str]]:
    """Facts, findings and scores by name, and the truth of every rule and outcome. Scores as claimed, where they are
    within what the points that are still open allow."""
    known, truths = dict(values), dict(settled or {})
    for node in q.strata:
        name = node[1:]
        if node[0] != "?":
            truths[node] = truths.get(node) or truth_of(q.rules[node].condition, known)
        elif name in q.scores:
            points = [(truths[key], rule.adds[name]) for key, rule in q.rules.items() if name in rule.adds]
            sure, open_ = (
                sum(each for truth, each in points if truth == T),
                [each for truth, each in points if truth == U],
            )
            scale, less, more = q.scores[name], sum(min(each, 0) for each in open_), sum(max(each, 0) for each in open_)
            low, high = (min(max(sure + each, scale.low), scale.high) for each in (less, more))
            if claims is not None:
                claim = scale.steps(claims[name]["low"]), scale.steps(claims[name]["high"])
                if not low <= claim[0] <= claim[1] <= high:
                    raise Rejected(f"scores.{name}: the points allow {scale.text(low)} to {scale.text(high)}")
                known["?narrow"] = (
                    known.get("?narrow") or claim != (low, high) or len(claims[name]["open"]) != len(open_)
                )
                low, high = claim
            known[name] = (low, high)
        else:
            known[name] = joined("any", [truths[key] for key, rule in q.rules.items() if name in rule.concludes], 0)
    return known, truths


def candidates(q: Question, truths: Mapping[str, str]) -> list[str | None]:
    """The results that precedence leaves open, None for no outcome."""
    found: list[str | None] = []
    for name in q.outcomes:
        truth = joined("any", [truths[key] for key, rule in q.rules.items() if name in rule.concludes], 0)
        found += [name] if truth != F else []
        if truth == T:
            return found
    return [*found, None]


def result(each: Import, values: Mapping[str, int]) -> int | None:
    """What an imported decision says where every fact that it tests is known."""
    theirs = {name: values[ours] for name, ours in each.names.items() if ours in values}
    return each.results.get(candidates(each.question, follow(each.question, {**theirs, **each.fixed})[1])[0])


def options(q: Question, fact: Fact, values: Mapping[str, int]) -> set[int]:
    """What a fact that follows from others can be where these are known."""
    found = {result(each, values) for each in fact.imports}
    for _, text, names in fact.formulas:
        found.add(derived(q, fact, text, names, values))
    return {each for each in found if each is not None and fact.low <= each <= fact.high}


def derived(q: Question, fact: Fact, text: str, names: Collection[str], values: Mapping[str, int]) -> int:
    """What a formula gives, in steps."""
    exact = {name: Fraction(values[name], 10 ** q.facts[name].decimals) for name in names}
    return rounded(computed(ast.parse(text, mode="eval").body, exact), fact.decimals)


def needed_by(each: Import) -> set[str]:
    """The facts that an imported decision tests, as ours."""
    tests = [leaf[1] for rule in each.question.rules.values() for leaf in leaves(rule.condition) if leaf[0] == "fact"]
    return {each.names[name] for name in tests if name in each.names}


def tests_on(q: Question) -> Iterator[tuple[str, Spans]]:
    """Every test of the question, and of what its facts are imported from, on its facts."""
    conditions = [*(rule.condition for rule in q.rules.values()), *q.everywhere]
    yield from ((leaf[1], leaf[2]) for each in conditions for leaf in leaves(each) if leaf[0] == "fact")
    for each in (each for name in q.order for each in q.facts[name].imports):
        yield from ((each.names[name], spans) for name, spans in tests_on(each.question) if name in each.names)


def completions(
    q: Question, values: Mapping[str, int], untied: set[str], truths: Mapping[str, str]
) -> list[dict[str, int]] | None:
    """Every way, cell by cell, in which what is unknown and can matter may come out; None where there are too many."""
    unknown = set(q.order) - set(values)
    follows = {name for name in unknown if q.facts[name].is_bound and name not in untied}
    wanted = {name for key, truth in truths.items() if truth == U for name in tested_in(q.rules[key].condition)}
    open_ = [tested_in(each) for each in q.impossible if truth_of(each, values) == U]
    wanted |= {name for names in open_ if names & set(values) for name in names}
    wanted |= {name for name in follows if q.facts[name].reads & set(values)}
    exact: set[str] = set()
    found: set[str] = set()
    while more := (wanted & unknown) - found:
        found |= more
        for fact in (q.facts[name] for name in more & follows):
            wanted |= set().union(*map(needed_by, fact.imports), *(names for _, _, names in fact.formulas))
        wanted |= {name for names in open_ if names & found for name in names}
    for name in reversed(q.order):
        if name in found & follows:
            exact |= {each for _, _, names in q.facts[name].formulas for each in names}
    cells = {name: {q.facts[name].low} for name in found}
    for name, spans in tests_on(q):
        cells.get(name, set()).update(
            each for low, high in spans for each in (low, high + 1) if each <= q.facts[name].high
        )
    free = [name for name in q.order if name in found - follows]
    sizes = [q.facts[name].high - q.facts[name].low + 1 if name in exact else len(cells[name]) for name in free]
    if prod(sizes) > LIMIT:
        return None
    grids = [range(q.facts[n].low, q.facts[n].high + 1) if n in exact else sorted(cells[n]) for n in free]
    ends = [{**values, **dict(zip(free, each, strict=True))} for each in product(*grids)]
    for name in (name for name in q.order if name in found & follows):
        ends = [{**each, name: steps} for each in ends for steps in sorted(options(q, q.facts[name], each))]
    return [each for each in ends if not any(truth_of(condition, each) == T for condition in q.impossible)]


def possible(q: Question, reading: Reading, known: Any, truths: Any, claim: Any) -> set[str | None]:
    """The results that completions have: found by trying all, or, where there are too many, as claimed."""
    left = candidates(q, truths)
    if len(left) == 1 and not known.get("?narrow"):
        return set(left)
    ends = completions(q, reading.values, reading.untied, truths)
    if ends is None:
        gap = claim["may_be_not_covered"] or claim["status"] == "not_covered"
        claimed = {*claim["possible_outcomes"], *([None] if gap else [])}
        if not claimed or not claimed <= set(left):
            raise Rejected("possible_outcomes: the rules do not leave these open")
        reading.notes.add(f"{q.head['id']}/{q.tree['decision']}")
        return claimed
    settled = {key: truth for key, truth in truths.items() if truth != U}
    forced = [each for each in claim["events"] if each.get("kind") == "outcome_forced"]
    if any(each["more_cases"] and each["cases"] for each in forced):
        raise Rejected("events: there are cases beside more of them")
    results = set()
    claimed_spans = {
        name: (scale.steps(claim["scores"][name]["low"]), scale.steps(claim["scores"][name]["high"]))
        for name, scale in q.scores.items()
    }
    for end in ends:
        so_far, fired = follow(q, end, settled=settled)
        results.add(candidates(q, fired)[0])
        check_end(
            q, end, so_far, fired, claimed_spans, forced[0]["cases"] if forced and not forced[0]["more_cases"] else None
        )
    if not results:
        raise Rejected("no patient can have these facts together")
    return results


def check_end(q: Question, end: Any, so_far: Any, fired: Any, spans: Any, cases: Any) -> None:
    """Scores and the cases of a forced outcome, against one completion."""
    for name, scale in q.scores.items():
        low, high = spans[name]
        if not low <= so_far[name][0] <= high:
            raise Rejected(f"scores.{name}: it can be {scale.text(so_far[name][0])}")
    if cases is None:
        return
    fits = [
        case
        for case in cases
        if all(lies_in(q.facts[name], end.get(name), texts) for name, texts in case["when"].items())
    ]
    if len(fits) != 1:
        raise Rejected(f"events: {len(fits)} cases of the forced outcome fit one patient")
    case = fits[0]
    concluding = [key for key, rule in q.rules.items() if candidates(q, fired)[0] in rule.concludes]
    if not case["rules"] or [key for key in concluding if key in case["rules"]] != case["rules"]:
        raise Rejected("events: a case of the forced outcome names other rules than those that conclude it")
    if any(fired[key] != T for key in case["rules"]):
        raise Rejected("events: a rule of a case does not fire in it")
    if set(case) != {"when", "rules", "findings", "scores"} or not holds(q, case, so_far):
        raise Rejected("events: a case of the forced outcome is not as it says")


def holds(q: Question, case: Any, so_far: Any) -> bool:
    """Whether findings and scores are in a completion as a case says."""
    for name, ends in case["scores"].items():
        low, high = (q.scores[name].steps(ends[each]) for each in ("low", "high"))
        if set(ends) != {"low", "high"} or not low <= so_far[name][0] <= so_far[name][1] <= high:
            return False
    return all(name in q.findings and truth in (so_far[name], U) for name, truth in case["findings"].items())


def lies_in(fact: Fact, value: int | None, texts: list[str]) -> bool:
    """Whether a value is among those that a case of a forced outcome names."""
    ends = [(text.split("..")[0], text.split("..")[-1]) if ".." in text else (text, text) for text in texts]
    return value is not None and any(fact.steps(low) <= value <= fact.steps(high) for low, high in ends)
