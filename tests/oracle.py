"""What a guideline means, worked out the slow way: by trying every completion.

This is the independent harness of the engine. It reads the author's text itself (facts.yaml
and one decision file as plain trees of mappings, lists and texts), turns every test into the
set of grid values it accepts, and finds the status by enumerating every value that every
missing fact could take. It shares no code with the engine and must never import it.

Not here: diagnostics (guidelines are taken to be valid; no fact is named like a function or a
Python keyword), dates and staleness, cautions, codes, explanations. It is exponential in the
number of missing facts: keep the grids small.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Context
from fractions import Fraction
from graphlib import TopologicalSorter
from math import ceil, floor, isqrt
from typing import TypeAlias

Tree: TypeAlias = "Mapping[str, Tree] | Sequence[Tree] | str"
Given: TypeAlias = "str | int | None"  # a bool is an int
Value: TypeAlias = "Fraction | bool | str"
Truth: TypeAlias = "bool | None"  # None: unknown
Values: TypeAlias = "Mapping[str, Value | None]"
Condition: TypeAlias = "Callable[[Values, Mapping[str, Truth]], Truth]"

_YES_NO = {"yes": True, "true": True, "no": False, "false": False}
_NUMBER = r"-?\d+(?:\.\d+)?"
_COMPARISON = re.compile(rf"(<=|>=|<|>)({_NUMBER})")
_INTERVAL = re.compile(rf"([\[(\]])({_NUMBER})\.\.({_NUMBER})([\])\[])")
_COMPARES = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_KLEENE = (False, None, True)  # all: the least; any: the greatest
_FIFTY = Context(prec=50)  # digits


class UnusableInput(Exception):
    """A given or derived value that no decision can use: wrong type, out of range, ln(0)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The exact answer of one decision for one patient.

    `status` is concluded, needs_information, not_covered, contradictory or input_error; the
    last two leave every other field empty. Tuples are sorted; a finding's None is unknown.
    """

    status: str
    outcome: str | None = None
    possible: tuple[str, ...] = ()
    may_be_not_covered: bool = False
    fired: tuple[str, ...] = ()
    findings: Mapping[str, Truth] = field(default_factory=dict)
    overridden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: its type, its grid from low to high, and where else its value may come from."""

    type: str
    decimals: int
    grid: tuple[Value, ...]
    formulas: tuple[str, ...]
    assumed: str | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its condition (`when` and not `unless`) and every name it concludes."""

    name: str
    condition: Condition
    concludes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One decision with all that bears on it: the facts that play a part, inputs before what is derived from them; the
    findings, each after those it depends on."""

    facts: Mapping[str, Fact]
    relevant: tuple[str, ...]
    impossible: tuple[Condition, ...]
    outcomes: tuple[str, ...]
    findings: tuple[str, ...]
    rules: tuple[Rule, ...]


def answer(facts_tree: Tree, decision_tree: Tree, patient: Mapping[str, Given]) -> Answer:
    """What the decision answers for a patient (fact -> value; None or absent: not given)."""
    question = read_question(facts_tree, decision_tree)
    try:
        known = known_values(question, patient)
    except UnusableInput:
        return Answer(status="input_error")
    results = {result(question, completion) for completion in completions(question, known)}
    return _answered(question, known, results) if results else Answer(status="contradictory")


def _answered(question: Question, known: Values, results: set[str | None]) -> Answer:
    findings = finding_truths(question, known)
    fired = [rule for rule in question.rules if rule.condition(known, findings)]
    outcome = next(iter(results)) if len(results) == 1 else None
    settled = "concluded" if outcome else "not_covered"
    concluded = {name for rule in fired for name in rule.concludes} & set(question.outcomes)
    return Answer(
        status=settled if len(results) == 1 else "needs_information",
        outcome=outcome,
        possible=tuple(sorted(name for name in results if name)),
        may_be_not_covered=len(results) > 1 and None in results,
        fired=tuple(sorted(rule.name for rule in fired)),
        findings=findings,
        overridden=tuple(sorted(concluded - {outcome})) if outcome else (),
    )


def result(question: Question, completion: Values) -> str | None:
    """The first listed outcome that a rule concludes, or none."""
    findings = finding_truths(question, completion)
    holding = [rule for rule in question.rules if rule.condition(completion, findings)]
    concluded = {name for rule in holding for name in rule.concludes}
    return next((name for name in question.outcomes if name in concluded), None)


def finding_truths(question: Question, values: Values) -> dict[str, Truth]:
    """Each finding: true if a rule for it is, false if all are, else unknown."""
    truths: dict[str, Truth] = {}
    for finding in question.findings:
        rules = [rule for rule in question.rules if finding in rule.concludes]
        truths[finding] = _any_of(rule.condition(values, truths) for rule in rules)
    return truths


def completions(question: Question, known: Values) -> Iterator[Values]:
    """Every way to give all relevant facts values that the guideline says can be."""
    partial: list[dict[str, Value | None]] = [{}]
    for name in question.relevant:
        fact = question.facts[name]
        partial = [{**v, name: c} for v in partial for c in _candidates(fact, known[name], v)]
    for values in partial:
        if not any(condition(values, {}) for condition in question.impossible):
            yield values


def _candidates(fact: Fact, known: Value | None, values: Values) -> Iterable[Value]:
    if known is not None:
        return (known,)
    if not fact.formulas or not all(is_linear(parsed(formula)) for formula in fact.formulas):
        return fact.grid
    derived = {rounded(computed(formula, values), fact.decimals) for formula in fact.formulas}
    return [value for value in fact.grid if value in derived]


def known_values(question: Question, patient: Mapping[str, Given]) -> Values:
    """Given, else derived, else assumed, else None, for each relevant fact.

    Every given value is checked, also of facts that do not matter here, and so is every derivation, used or not.
    """
    facts, given = question.facts, {k: v for k, v in patient.items() if v is not None}
    if not set(given) <= set(facts):
        raise UnusableInput(f"not facts: {set(given) - set(facts)}")
    checked = {n: _on_grid(_typed(v, facts[n]), facts[n]) for n, v in given.items()}
    values: dict[str, Value | None] = {}
    for name in question.relevant:
        fallback = _fallback(facts[name], values)
        values[name] = checked.get(name, fallback)
    return values


def _fallback(fact: Fact, values: Values) -> Value | None:
    """The first derivation that can be computed, else what is assumed. All that can be computed are checked."""
    formulas = [f for f in fact.formulas if all(values[name] is not None for name in _inputs(f))]
    derived = [_on_grid(rounded(computed(f, values), fact.decimals), fact) for f in formulas]
    return next(iter(derived), None if fact.assumed is None else _typed(fact.assumed, fact))


def _typed(given: str | int, fact: Fact) -> Value:
    """The value a text stands for, by the fact's type; a number rounded to its decimals."""
    text = str(given)
    if isinstance(given, bool) or fact.type in ("choice", "yes_no"):
        return _YES_NO.get(text.lower(), text) if fact.type == "yes_no" else text
    if not re.fullmatch(_NUMBER, text):
        raise UnusableInput(f"not a number: {text}")
    if fact.type == "integer" and Fraction(text).denominator != 1:
        raise UnusableInput(f"not whole: {text}")
    return rounded(Fraction(text), fact.decimals)


def _on_grid(value: Value, fact: Fact) -> Value:
    if value not in fact.grid:
        raise UnusableInput(f"out of range: {value}")
    return value


def rounded(exact: Fraction, decimals: int) -> Fraction:
    """Half away from zero, so that 0.25 is 0.3 and -0.25 is -0.3 on one decimal."""
    steps = floor(abs(exact) * 10**decimals + Fraction(1, 2))
    return Fraction(steps if exact >= 0 else -steps, 10**decimals)


def computed(formula: str, values: Values) -> Fraction:
    """The formula's value, exact but for the fiftieth digit of roots and logarithms.

    The grammar of formulas is a part of Python's, so Python evaluates it, over fractions.
    """
    exact = re.sub(r"(?<![\w.])\d+(?:\.\d+)?", r"Fraction('\g<0>')", formula)
    names = {"Fraction": Fraction, "min": min, "max": max, "abs": abs, "sqrt": _root, "ln": _ln}
    try:
        return Fraction(eval(exact, {"__builtins__": {}, **names}, dict(values)))
    except ZeroDivisionError:
        raise UnusableInput(f"division by zero: {formula}") from None


def _root(exact: Fraction) -> Fraction:
    if exact < 0:
        raise UnusableInput(f"root of a negative: {exact}")
    root = Fraction(isqrt(exact.numerator), isqrt(exact.denominator))
    return root if root**2 == exact else Fraction(_FIFTY.sqrt(_FIFTY.divide(*exact.as_integer_ratio())))


def _ln(exact: Fraction) -> Fraction:
    if exact <= 0:
        raise UnusableInput(f"logarithm of zero or less: {exact}")
    return Fraction(_FIFTY.ln(_FIFTY.divide(*exact.as_integer_ratio())))


def parsed(formula: str) -> ast.expr:
    """A formula as Python's tree."""
    return ast.parse(formula, mode="eval").body


def is_linear(node: ast.expr) -> bool:
    """Sums, differences and multiples by constants only; a function is never linear."""
    match node:
        case ast.UnaryOp(operand=operand):
            return is_linear(operand)
        case ast.BinOp(left=left, op=ast.Mult() | ast.Div() as op, right=right):
            scaled = not _inputs(ast.unparse(right)) and is_linear(left)
            multiple = isinstance(op, ast.Mult) and not _inputs(ast.unparse(left))
            return scaled or (multiple and is_linear(right))
        case ast.BinOp(left=left, right=right):
            return is_linear(left) and is_linear(right)
    return not isinstance(node, ast.Call)


def _inputs(*formulas: str) -> frozenset[str]:
    names = re.findall(r"[a-z]\w*", " ".join(formulas))
    return frozenset(names) - {"min", "max", "abs", "sqrt", "ln"}


def accepted(tree: Tree, fact: Fact) -> frozenset[Value]:
    """The values of the fact's grid that meet a test as the author wrote it."""
    if not isinstance(tree, str):
        return frozenset().union(*(accepted(item, fact) for item in tree))
    text = re.sub(r"\s", "", tree)
    inner = re.fullmatch(r"not\((.*)\)", text)
    parts = (inner[1] if inner else text).split(",")
    met = frozenset().union(*(_simply_accepted(part, fact) for part in parts))
    return frozenset(fact.grid) - met if inner else met


def _simply_accepted(text: str, fact: Fact) -> frozenset[Value]:
    if comparison := _COMPARISON.fullmatch(text):
        compares, bound = _COMPARES[comparison[1]], Fraction(comparison[2])
        return frozenset(value for value in fact.grid if compares(value, bound))
    if interval := _INTERVAL.fullmatch(text):
        left, low, high, right = interval.groups()
        above, below = (">=" if left == "[" else ">"), ("<=" if right == "]" else "<")
        return _simply_accepted(above + low, fact) & _simply_accepted(below + high, fact)
    return frozenset([_typed(text, fact)]) & frozenset(fact.grid)


def _condition(tree: Tree, facts: Mapping[str, Fact]) -> Condition:
    parts = [_entry(key, part, facts) for key, part in _mapping(tree).items()]
    return lambda values, findings: _all_of(part(values, findings) for part in parts)


def _entry(key: str, tree: Tree, facts: Mapping[str, Fact]) -> Condition:
    if key == "not":
        denied = _condition(tree, facts)
        return lambda values, findings: _negated(denied(values, findings))
    if key in ("all", "any"):
        parts = [_condition(part, facts) for part in tree]
        joined = _all_of if key == "all" else _any_of
        return lambda values, findings: joined(part(values, findings) for part in parts)
    if key in facts:
        met = accepted(tree, facts[key])
        return lambda values, _: None if (value := values[key]) is None else value in met
    wanted = _YES_NO[str(tree)]
    return lambda _, findings: None if (truth := findings[key]) is None else truth == wanted


def _all_of(truths: Iterable[Truth]) -> Truth:
    return min(truths, key=_KLEENE.index, default=True)


def _any_of(truths: Iterable[Truth]) -> Truth:
    return max(truths, key=_KLEENE.index, default=False)


def _negated(truth: Truth) -> Truth:
    return None if truth is None else not truth


def read_question(facts_tree: Tree, decision_tree: Tree) -> Question:
    """The decision's meaning, with only the impossible combinations that bear on it."""
    vocabulary, decision = _mapping(facts_tree), _mapping(decision_tree)
    facts = {name: read_fact(tree) for name, tree in _mapping(vocabulary["facts"]).items()}
    impossible = [_mapping(entry)["when"] for entry in vocabulary.get("impossible", ())]
    rules = {name: _mapping(tree) for name, tree in _mapping(decision["rules"]).items()}
    relevant = _relevant(facts, _keys([_whole_condition(r) for r in rules.values()]), impossible)
    inputs = {name: _inputs(*facts[name].formulas) for name in sorted(relevant)}
    return Question(
        facts=facts,
        relevant=tuple(TopologicalSorter(inputs).static_order()),
        impossible=tuple(_condition(w, facts) for w in impossible if _keys(w) & relevant),
        outcomes=tuple(_mapping(decision["outcomes"])),
        findings=_findings_in_order(_mapping(decision.get("findings", {})), rules),
        rules=tuple(
            Rule(name, _condition(_whole_condition(rule), facts), _concluded(rule)) for name, rule in rules.items()
        ),
    )


def read_fact(tree: Tree) -> Fact:
    """One entry of the vocabulary."""
    entry = _mapping(tree)
    formulas = [_mapping(derivation)["formula"] for derivation in entry.get("derived", ())]
    return Fact(
        type=str(entry["type"]),
        decimals=int(str(entry.get("decimals", "0"))),
        grid=_grid(entry),
        formulas=tuple(str(formula) for formula in formulas),
        assumed=str(entry["assume"]) if "assume" in entry else None,
    )


def _grid(entry: Mapping[str, Tree]) -> tuple[Value, ...]:
    if entry["type"] == "choice":
        return tuple(_mapping(entry["choices"]))
    if entry["type"] == "yes_no":
        return (False, True)
    scale = 10 ** int(str(entry.get("decimals", "0")))
    low, high = (Fraction(str(end)) * scale for end in entry["range"])
    return tuple(Fraction(step, scale) for step in range(ceil(low), floor(high) + 1))


def _whole_condition(rule: Mapping[str, Tree]) -> Tree:
    unless: list[Tree] = [{"not": rule["unless"]}] if "unless" in rule else []
    return {"all": [rule["when"], *unless]}


def _concluded(rule: Mapping[str, Tree]) -> tuple[str, ...]:
    then = rule.get("then", ())
    return (then,) if isinstance(then, str) else tuple(str(name) for name in then)


def _keys(tree: Tree) -> frozenset[str]:
    """Every name a condition tests, however deep (and the words all, any, not)."""
    if isinstance(tree, str):
        return frozenset()
    if isinstance(tree, Mapping):
        return frozenset(tree).union(*(_keys(part) for part in tree.values()))
    return frozenset().union(*(_keys(part) for part in tree))


def _relevant(facts: Mapping[str, Fact], tested: frozenset[str], impossible: Iterable[Tree]) -> frozenset[str]:
    """What is tested, with its inputs and whatever shares an impossible entry, transitively."""
    found: frozenset[str] = frozenset()
    more = tested & frozenset(facts)
    while more - found:
        found |= more
        reached = [_inputs(*facts[name].formulas) for name in found]
        reached += [_keys(when) for when in impossible if _keys(when) & found]
        more = frozenset().union(*reached) & frozenset(facts)
    return found


def _findings_in_order(findings: Iterable[str], rules: Mapping[str, Mapping[str, Tree]]) -> tuple[str, ...]:
    needs = {name: frozenset[str]() for name in findings}
    for rule in rules.values():
        for name in needs.keys() & set(_concluded(rule)):
            needs[name] |= _keys(_whole_condition(rule)) & needs.keys()
    return tuple(TopologicalSorter(needs).static_order())


def _mapping(tree: Tree) -> Mapping[str, Tree]:
    if not isinstance(tree, Mapping):
        raise TypeError(f"not a mapping: {tree}")
    return tree
