"""What follows from facts, and every way in which the unknown ones may come out."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import count, product
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
    formula,
    joined,
    leaves,
    rounded,
    tested_in,
    truth_of,
    united,
)

LIMIT = 100_000
"""How many completions are tried at most."""


class TooMany(Exception):
    """There are more completions than are tried."""


def follow(
    q: Question,
    values: Mapping[str, Any],
    claims: Any = None,
    settled: Mapping[str, str] | None = None,
    only: Collection[str] | None = None,
) -> tuple[dict[str, Any], dict[str, str]]:
    """Facts, findings and scores by name, and the truth of every rule; of `only` some nodes of the strata where given.
    `claims` are believed of scores of which could not be tried which rules exclude one another."""
    known, truths = dict(values), dict(settled or {})
    for node in (node for node in q.strata if only is None or node in only):
        name = node[1:]
        if node[0] != "?":
            truths[node] = truths.get(node) or truth_of(q.rules[node].condition, known)
        elif name in q.scores:
            known[name] = interval(q, name, truths, claims)
        else:
            known[name] = joined("any", [truths[key] for key, rule in q.rules.items() if name in rule.concludes], 0)
    return known, truths


def interval(q: Question, score: str, truths: Mapping[str, str], claims: Any) -> tuple[int, int]:
    """The lowest and the highest points that the rules leave, of those that exclude one another counting one."""
    scale, points = q.scores[score], {key: rule.adds[score] for key, rule in q.rules.items() if score in rule.adds}
    given = sum(each for key, each in points.items() if truths[key] == T)
    open_ = [[0, *(points[key] for key in group)] for group in open_groups(q, score, truths)]
    ends = given + sum(map(min, open_)), given + sum(map(max, open_))
    low, high = (min(max(each, scale.low), scale.high) for each in ends)
    if claims is None or q.groups.get(score, []) is not None:
        return low, high
    claim = scale.steps(claims[score]["low"]), scale.steps(claims[score]["high"])
    if not low <= claim[0] <= claim[1] <= high:
        raise Rejected(f"scores.{score}: the points allow {scale.text(low)} to {scale.text(high)}")
    return claim


def open_groups(q: Question, score: str, truths: Mapping[str, str]) -> list[list[str]]:
    """The rules that can still give points, those together of which nobody fulfils two."""
    rules = [key for key, rule in q.rules.items() if score in rule.adds]
    if all(truths[key] != U for key in rules):
        return []
    if score not in q.groups:
        q.groups[score] = exclusive(q, rules)
    able = [group for group in q.groups[score] or [[key] for key in rules] if all(truths[key] != T for key in group)]
    return [[key for key in group if truths[key] == U] for group in able]


def exclusive(q: Question, rules: list[str]) -> list[list[str]] | None:
    """The rules in groups: each in the first with all of whose rules nobody can fulfil it, whatever is given; None
    where there are too many patients to try."""
    groups: list[list[str]] = []
    for key in rules:
        for group in groups:
            apart = [exclude(q, key, other) for other in group]
            if False in apart:
                continue
            if None in apart:
                return None
            group.append(key)
            break
        else:
            groups.append([key])
    return groups


def exclude(q: Question, one: str, two: str) -> bool | None:
    """Whether nobody fulfils both rules, tried on the cells of the facts that they rest on; None for too many."""
    nodes, more = set[str](), {one, two}
    while more - nodes:
        nodes |= more
        tested = set[str]().union(*(tested_in(q.rules[key].condition) for key in nodes if key in q.rules))
        more = {key for key, rule in q.rules.items() if tested & {*rule.concludes, *rule.adds}}
        more |= {node for node in q.strata if node[0] == "?" and node[1:] in tested}
    names = tested & set(q.order)
    while tied := [each for each in q.impossible if tested_in(each) & names and not tested_in(each) <= names]:
        names |= set[str]().union(*map(tested_in, tied))
    closed = [each for each in q.impossible if tested_in(each) <= names]
    conditions = [*(q.rules[key].condition for key in nodes if key in q.rules), *closed]
    cells = cells_of(q, names, (leaf[1:3] for each in conditions for leaf in leaves(each) if leaf[0] == "fact"))
    direct = {name for key in (one, two) for name in tested_in(q.rules[key].condition)}
    order = sorted(cells, key=lambda name: (name not in direct, name))
    tries = count(1)

    def found(patient: dict[str, int], at: int) -> bool:
        if next(tries) > LIMIT:
            raise TooMany
        fired = follow(q, patient, only=nodes)[1]
        if F in (fired[one], fired[two]) or any(truth_of(each, patient) == T for each in closed):
            return False
        if at == len(order) or (not closed and fired[one] == fired[two] == T):
            return True
        return any(found({**patient, order[at]: steps}, at + 1) for steps in cells[order[at]])

    try:
        return not found({}, 0)
    except TooMany:
        return None


def cells_of(q: Question, names: Collection[str], tests: Iterable[tuple[str, Spans]]) -> dict[str, list[int]]:
    """The first value of each part of a fact's range in which all tests come out the same."""
    cells = {name: {q.facts[name].low} for name in sorted(names)}
    for name, spans in tests:
        starts = {each for low, high in spans for each in (low, high + 1)}
        cells.get(name, set()).update(each for each in starts if name in cells and each <= q.facts[name].high)
    return {name: sorted(starts) for name, starts in cells.items()}


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
    return rounded(computed(formula(text), exact), fact.decimals)


def may_leave_range(q: Question, fact: Fact) -> bool:
    """Whether what a fact is computed from can be such that no linear formula gives it a value in its range."""
    for _, text, names in fact.formulas:
        corners = product(*((q.facts[name].low, q.facts[name].high) for name in names))
        found = [derived(q, fact, text, names, dict(zip(names, each, strict=True))) for each in corners]
        if fact.low <= min(found) <= max(found) <= fact.high:
            return False
    return not fact.imports


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
        wanted |= {name for name in follows if q.facts[name].reads & found and may_leave_range(q, q.facts[name])}
    for name in reversed(q.order):
        if name in found & follows:
            exact |= {each for _, _, names in q.facts[name].formulas for each in names}
    cells = cells_of(q, found, tests_on(q))
    free = [name for name in q.order if name in found - follows]
    sizes = [q.facts[name].high - q.facts[name].low + 1 if name in exact else len(cells[name]) for name in free]
    if prod(sizes) > LIMIT:
        return None
    grids = [range(q.facts[n].low, q.facts[n].high + 1) if n in exact else cells[n] for n in free]
    ends = [{**values, **dict(zip(free, each, strict=True))} for each in product(*grids)]
    for name in (name for name in q.order if name in found & follows):
        ends = [{**each, name: steps} for each in ends for steps in sorted(options(q, q.facts[name], each))]
    return [each for each in ends if not any(truth_of(condition, each) == T for condition in q.impossible)]


def possible(q: Question, reading: Reading, known: Any, truths: Any, claim: Any) -> set[str | None]:
    """The results that completions have: found by trying all, or, where there are too many, as claimed."""
    left = candidates(q, truths)
    guessed = sorted(name for name, found in q.groups.items() if found is None)
    reading.notes |= {f"{q.head['id']}/{q.tree['decision']}: the score {name}" for name in guessed}
    if len(left) == 1 and not guessed:
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
    cases = forced[0]["cases"] if forced and not forced[0]["more_cases"] else None
    results, met = set[str | None](), set[int]()
    claimed_spans = {
        name: (scale.steps(claim["scores"][name]["low"]), scale.steps(claim["scores"][name]["high"]))
        for name, scale in q.scores.items()
    }
    for end in ends:
        so_far, fired = follow(q, end, settled=settled)
        results.add(candidates(q, fired)[0])
        check_end(q, end, so_far, fired, claimed_spans, cases, met)
    if not results:
        raise Rejected("no patient can have these facts together")
    if cases is not None and len(met) < len(cases):
        raise Rejected("events: nobody is in a case of the forced outcome")
    return results


def check_end(q: Question, end: Any, so_far: Any, fired: Any, spans: Any, cases: Any, met: set[int]) -> None:
    """Scores and the cases of a forced outcome, against one completion; notes in `met` which case it is in."""
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
    met.add(cases.index(fits[0]))
    if any(fired[key] != T for key in fits[0]["rules"]):
        raise Rejected("events: a rule of a case does not fire in it")


def told_case(q: Question, values: Mapping[str, int], sure: str, when: Mapping[str, list[str]]) -> dict[str, Any]:
    """A case of a forced outcome as it must be told: what follows once its facts have the first values it names."""
    named = {name: spans_of(q.facts[name], texts) for name, texts in when.items()}
    cells = cells_of(q, named, tests_on(q))
    edges = {name: {*cells[name], q.facts[name].high + 1} for name in named}
    if any(not {low, high + 1} <= edges[name] for name, spans in named.items() for low, high in spans):
        raise Rejected("events: a case of the forced outcome divides values that come out the same")
    known, fired = follow(q, {**values, **{name: spans[0][0] for name, spans in named.items()}})
    if candidates(q, fired) != [sure]:
        raise Rejected("events: a case of the forced outcome leaves it open")
    rules = [key for key, rule in q.rules.items() if sure in rule.concludes and fired[key] == T]
    tested = set[str]().union(*(tested_in(q.rules[key].condition) for key in rules))
    ends = {name: tuple(map(q.scores[name].scalar, known[name])) for name in q.scores if name in tested}
    return {
        "when": {name: texts_of(q.facts[name], spans) for name, spans in named.items()},
        "rules": rules,
        "findings": {name: known[name] for name in q.findings if name in tested},
        "scores": {name: {"low": low, "high": high} for name, (low, high) in ends.items()},
    }


def lies_in(fact: Fact, value: int | None, texts: list[str]) -> bool:
    """Whether a value is among those that a case of a forced outcome names."""
    return value is not None and any(low <= value <= high for low, high in spans_of(fact, texts))


def spans_of(fact: Fact, texts: list[str]) -> Spans:
    """The values that a case names, as spans of steps."""
    return united([(fact.steps(text.split("..")[0]), fact.steps(text.split("..")[-1])) for text in texts])


def texts_of(fact: Fact, spans: Spans) -> list[str]:
    """Spans as a case names them: a number's by their ends, choices one by one."""
    if fact.kind in ("choice", "yes_no"):
        return [fact.text(steps) for low, high in spans for steps in range(low, high + 1)]
    return [fact.text(low) if low == high else f"{fact.text(low)}..{fact.text(high)}" for low, high in spans]
