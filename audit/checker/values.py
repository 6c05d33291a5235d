"""Facts, rules and questions as the checker knows them, and three-valued conditions."""

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Context
from fractions import Fraction
from functools import cached_property
from graphlib import TopologicalSorter
from math import floor, isqrt
from typing import Any

T, F, U = "true", "false", "unknown"
YES_NO = {"yes": 1, "true": 1, "no": 0, "false": 0}
Condition = tuple[Any, ...]
Spans = list[tuple[int, int]]


@dataclass(frozen=True)
class Fact:
    """A fact or a score. Its values are whole steps of its last decimal; choices and yes or no are counted from 0."""

    name: str
    title: str
    kind: str
    decimals: int
    low: int
    high: int
    unit: str | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    assume: int | None = None
    max_age: int | None = None
    agree: int | None = None
    formulas: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    imports: tuple["Import", ...] = ()

    @cached_property
    def reads(self) -> set[str]:
        return {n for _, _, names in self.formulas for n in names} | {n for i in self.imports for n in i.names.values()}

    @cached_property
    def is_bound(self) -> bool:
        linear = [is_linear(formula(text)) for _, text, _ in self.formulas]
        return bool(self.imports) or (bool(linear) and all(linear))

    def steps(self, value: Any) -> int:
        text = str(value).lower() if isinstance(value, bool) else str(value).strip()
        if self.kind in ("choice", "yes_no"):
            return list(self.choices).index(text) if self.kind == "choice" else YES_NO[text]
        return rounded(Fraction(text), self.decimals)

    def text(self, steps: int) -> str:
        if self.kind in ("choice", "yes_no"):
            return list(self.choices)[steps] if self.kind == "choice" else ("no", "yes")[steps]
        whole, rest = divmod(abs(steps), 10**self.decimals)
        return ("-" if steps < 0 else "") + str(whole) + (f".{rest:0{self.decimals}d}" if self.decimals else "")

    def scalar(self, steps: int) -> Any:
        return {"yes_no": steps == 1, "integer": steps}.get(self.kind, self.text(steps))

    def is_old(self, at: str | None, today: date) -> bool:
        return None not in (at, self.max_age) and (today - date.fromisoformat(str(at))).days > int(self.max_age or 0)


@dataclass(frozen=True)
class Import:
    """A decision of another guideline that a fact comes from; `names`: its facts as ours, `fixed`: those with a value
    given by the guideline, `results`: what each of its results means for the fact."""

    title: str
    question: "Question"
    names: Mapping[str, str]
    fixed: Mapping[str, int]
    results: Mapping[str | None, int]


@dataclass(frozen=True)
class Rule:
    """When it fires it concludes findings and outcomes, and adds points to scores."""

    condition: Condition
    concludes: list[str]
    adds: dict[str, int]
    caution: str | None


@dataclass(frozen=True)
class Question:
    """A decision with the facts (`order`: each after those it is computed from) and impossibilities that bear on it."""

    head: dict[str, str]
    tree: Any
    about: Any
    facts: Mapping[str, Fact]
    wanted: set[str]
    everywhere: list[Condition]
    rules: dict[str, Rule]
    findings: list[str]
    scores: dict[str, Fact]
    outcomes: list[str]
    strata: dict[str, int]
    groups: dict[str, list[list[str]] | None] = field(default_factory=dict)
    """Of each score that was asked for, its rules by which of them exclude one another."""

    @cached_property
    def order(self) -> list[str]:
        found: set[str] = set()
        more = set(self.wanted)
        while more - found:
            found |= more
            tied = [names for each in self.everywhere if (names := tested_in(each)) & found]
            more = set().union(*(self.facts[name].reads for name in found), *tied)
        return list(TopologicalSorter({name: sorted(self.facts[name].reads) for name in sorted(found)}).static_order())

    @cached_property
    def impossible(self) -> list[Condition]:
        return [each for each in self.everywhere if tested_in(each) & set(self.order)]


@dataclass
class Reading:
    """The facts of a patient as far as they have been worked out, and what could not be verified."""

    at: str
    notes: set[str]
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    values: dict[str, int] = field(default_factory=dict)
    undated: set[str] = field(default_factory=set)
    oldest: dict[str, str] = field(default_factory=dict)
    untied: set[str] = field(default_factory=set)
    cautions: list[dict[str, Any]] = field(default_factory=list)

    @property
    def today(self) -> date:
        return datetime.fromisoformat(self.at).date()

    def date_of(self, names: Collection[str]) -> str | None:
        dates = [self.told[name].get("at") for name in names if name in self.values]
        return min((each for each in dates if each is not None), default=None)

    def caution(self, kind: str, fact: Fact, text: str) -> None:
        self.cautions.append({"kind": kind, "text": text, "facts": [fact.name]})


class Rejected(Exception):
    """The certificate is not true, or not one."""


def rounded(exact: Fraction, decimals: int) -> int:
    """In steps, half away from zero."""
    steps = floor(abs(exact) * Fraction(10**decimals) + Fraction(1, 2))
    return steps if exact >= 0 else -steps


def formula(text: str) -> ast.expr:
    """A formula as Python reads it. Each name gets `n_` before it, as a fact may be named like a word of Python."""
    named = re.sub(r"(?<![\w.])[A-Za-z_]\w*", r"n_\g<0>", " ".join(text.split()))
    return ast.parse(named, mode="eval").body


def is_linear(node: ast.expr) -> bool:
    """Sums, differences and multiples by constants."""
    if isinstance(node, ast.UnaryOp):
        return is_linear(node.operand)
    if not isinstance(node, ast.BinOp):
        return not isinstance(node, ast.Call)
    sides = is_linear(node.left) and is_linear(node.right)
    left, right = (any(isinstance(each, ast.Name) for each in ast.walk(side)) for side in (node.left, node.right))
    if isinstance(node.op, ast.Mult):
        return sides and not (left and right)
    return sides and not (isinstance(node.op, ast.Div) and right)


def computed(node: ast.expr, values: Mapping[str, Fraction]) -> Fraction:
    """A formula's value, exact but for the fiftieth digit of roots and logarithms."""
    match node:
        case ast.Constant():
            return Fraction(str(node.value))
        case ast.Name():
            return values[node.id[2:]]
        case ast.UnaryOp():
            return -computed(node.operand, values) if isinstance(node.op, ast.USub) else computed(node.operand, values)
        case ast.BinOp():
            one, two = computed(node.left, values), computed(node.right, values)
            if isinstance(node.op, ast.Div):
                return one / two
            return (
                one * two if isinstance(node.op, ast.Mult) else one + two if isinstance(node.op, ast.Add) else one - two
            )
        case ast.Call(func=ast.Name(id=n_name)):
            name = n_name[2:]
            parts, digits = [computed(each, values) for each in node.args], Context(prec=50)
            if name in ("min", "max", "abs"):
                return min(parts) if name == "min" else max(parts) if name == "max" else abs(parts[0])
            root = Fraction(isqrt(abs(parts[0].numerator)), isqrt(parts[0].denominator))
            if name == "sqrt" and root**2 == parts[0]:
                return root
            exact = digits.divide(*parts[0].as_integer_ratio())
            return Fraction(digits.sqrt(exact) if name == "sqrt" else digits.ln(exact))
    raise Rejected("a formula cannot be read")


def united(spans: Spans) -> Spans:
    """The same steps as sorted spans that do not touch."""
    out: Spans = []
    for low, high in sorted(each for each in spans if each[0] <= each[1]):
        if out and low <= out[-1][1] + 1:
            low, high = out[-1][0], max(high, out.pop()[1])
        out.append((low, high))
    return out


def leaves(condition: Condition) -> Iterator[Condition]:
    """The tests of a condition."""
    if condition[0] in ("all", "any", "at_least", "not"):
        for part in condition[1]:
            yield from leaves(part)
    else:
        yield condition


def tested_in(condition: Condition) -> set[str]:
    """What a condition tests."""
    return {leaf[1] for leaf in leaves(condition)}


def joined(word: str, truths: list[str], n: int) -> str:
    """Kleene's connectives, each as a count."""
    if word == "not":
        return {T: F, F: T, U: U}[truths[0]]
    needed = n if word == "at_least" else len(truths) if word == "all" else 1
    return T if truths.count(T) >= needed else U if len(truths) - truths.count(F) >= needed else F


def truth_of(condition: Condition, known: Mapping[str, Any]) -> str:
    """Three-valued; `known` has the values of facts, the truths of findings and the lowest and highest scores."""
    kind, name = condition[0], condition[1]
    if kind == "fact":
        value = known.get(name)
        return U if value is None else T if any(low <= value <= high for low, high in condition[2]) else F
    if kind == "finding":
        return known[name] if condition[2] else joined("not", [known[name]], 0)
    if kind == "score":
        low, high = known[name]
        meeting = [span for span in condition[2] if span[0] <= high and low <= span[1]]
        return F if not meeting else T if meeting[0][0] <= low and high <= meeting[0][1] else U
    return joined(kind, [truth_of(part, known) for part in name], condition[2])


def shown(condition: Condition, known: Mapping[str, Any], scales: Mapping[str, Fact]) -> dict[str, Any]:
    """A condition as the trace tells it."""
    kind, name, truth = condition[0], condition[1], truth_of(condition, known)
    if kind == "finding":
        return {"finding": name, "expected": condition[2], "truth": truth}
    if kind not in ("fact", "score"):
        parts = [shown(part, known, scales) for part in name]
        below = {"not": parts[0], "at_least": {"n": condition[2], "of": parts}}.get(kind, parts)
        return {kind: below, "truth": truth}
    fact, tree = scales[name], dict[str, Any]({kind: name, "test": condition[3], "truth": truth})
    if known.get(name) is None:
        return tree
    low, high = known[name] if kind == "score" else (known[name], known[name])
    tree |= {"low": fact.scalar(low), "high": fact.scalar(high)} if kind == "score" else {"value": fact.scalar(low)}
    edges = [edge for span in condition[2] for edge in (span[0] - 1, span[0], span[1], span[1] + 1)]
    turns = [edge for edge in edges if fact.low <= edge <= fact.high and truth_of((*condition[:1], name, condition[2]),
             {name: (edge, edge) if kind == "score" else edge}) != truth]  # fmt: skip
    if low == high and turns and fact.kind in ("number", "integer"):
        nearest = min(turns, key=lambda edge: (abs(edge - low), edge))
        tree |= {"nearest": fact.text(nearest), "distance": fact.text(abs(low - nearest))}
    return tree


def decisive(tree: dict[str, Any], negated: bool = False) -> Iterator[dict[str, Any]]:
    """The leaves that make a condition what it is."""
    word = next((each for each in ("all", "any", "not", "at_least") if each in tree), "")
    if not word:
        yield {**tree, "negated": True} if negated else tree
    parts = [tree["not"]] if word == "not" else tree["at_least"]["of"] if word == "at_least" else tree.get(word, [])
    for part in parts:
        if word == "not" or part["truth"] == tree["truth"] or tree["truth"] == {"all": T, "any": F}.get(word):
            yield from decisive(part, negated != (word == "not"))


def without_none(**tree: Any) -> dict[str, Any]:
    """A JSON object without what is not there; a `value` stays."""
    return {name: each for name, each in tree.items() if each not in (None, []) or name == "value"}
