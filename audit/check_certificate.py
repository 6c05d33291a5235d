"""Checks a decision certificate with Python's standard library alone: `python check_certificate.py out.json`.

This file needs nothing beside it and shares nothing with the program that decided. From the text of the guideline and
the values that were given it works out every fact, test, rule, finding, score and event again, and compares them with
what the certificate says. That no other result is possible it shows by trying out what is unknown, in at most 100,000
steps; where these are too few it says so. Exit code 0: accepted, 1: rejected, 2: usage, 3: accepted but for that.

It takes the text for a guideline that loads. Whether it is the one you trust you see by its hash.
"""

import ast
import json
import operator
import re
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Context
from fractions import Fraction
from functools import cached_property, lru_cache
from graphlib import TopologicalSorter
from hashlib import sha256
from math import ceil, floor, isqrt
from pathlib import Path
from typing import Any

LIMIT, ALL = 100_000, 300_000
"""How many steps a search takes at most, and how many all that one certificate asks for take together."""
MOST_IMPORTS = 1_000
"""How many imports are followed, those of imported guidelines once for every way that leads to them."""
LONGEST = 40
"""How many letters a number has at most; the language has 15 digits."""
KEYS = {"format", "content", "guideline", "decision", "at", "given", "facts", "proof", "cautions", "sha256"}
FAULTS = (ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, SyntaxError, TypeError, ValueError)
"""What is raised where something is no certificate at all."""
T, F, U = "true", "false", "unknown"
OPPOSITE = {T: F, F: T, U: U}
NONE = frozenset[str]()
Look = tuple[str, frozenset[str]]
"""A truth, and the unknown facts that keep it open."""
Condition = tuple[Any, Any]
"""A test `(name, text)`, `("not", part)`, or how many of which parts must hold."""
NUMBER = r"-?\d+(?:\.\d+)?"
INTERVAL = rf"[\[\](]\s*{NUMBER}\s*\.\.\s*{NUMBER}\s*[\[\])]"
PART = re.compile(
    rf"not\s*\((?P<none>(?:{INTERVAL}|[^()\[\]])*)\)"
    rf"|(?P<open>[\[\](])\s*(?P<low>{NUMBER})\s*\.\.\s*(?P<high>{NUMBER})\s*(?P<close>[\[\])])"
    r"|(?:(?P<sign>[<>]=?)\s*)?(?P<value>[^\s,<>()\[\]]+)"
)
SIGNS = {None: operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
ARITHMETIC = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


class Rejected(Exception):
    """The certificate is not true, or not one."""


class TooMany(Exception):
    """There is more to try than is tried."""


@dataclass(frozen=True, eq=False)
class Fact:
    """A fact or a score. Its values are whole steps of its last decimal; choices, and no and yes, count from 0."""

    tree: Any
    words: list[str]
    scale: int
    low: int
    high: int
    formulas: tuple["Formula", ...] = ()
    imports: tuple["Import", ...] = ()

    @cached_property
    def reads(self) -> list[str]:
        """The facts that it is computed or decided from."""
        read = [each.names for each in self.formulas] + [[*each.names.values()] for each in self.imports]
        return sorted({name for names in read for name in names})

    @cached_property
    def is_bound(self) -> bool:
        """Whether it follows from what it reads even where that is unknown, which a formula must be linear for."""
        return bool(self.formulas or self.imports) and all(is_linear(each.node) for each in self.formulas)

    def steps(self, text: str) -> int:
        if self.words:
            return self.words.index({"true": "yes", "false": "no"}.get(text, text))
        return self.rounded(number_in(text))

    def rounded(self, exact: Fraction) -> int:
        """Half away from zero."""
        steps = floor(abs(exact) * self.scale + Fraction(1, 2))
        return steps if exact >= 0 else -steps

    def text(self, steps: int) -> str:
        if self.words:
            return self.words[steps]
        whole, rest = divmod(abs(steps), self.scale)
        return ("-" if steps < 0 else "") + str(whole) + (f".{self.scale + rest}".replace(".1", ".") * (self.scale > 1))


@dataclass(frozen=True, eq=False)
class Formula:
    """A way to compute a fact from others."""

    title: str
    node: ast.expr
    names: list[str]

    def steps(self, fact: Fact, facts: Mapping[str, Fact], values: Mapping[str, int]) -> int:
        return fact.rounded(
            value_of(self.node, {name: Fraction(values[name], facts[name].scale) for name in self.names})
        )


@dataclass(frozen=True, eq=False)
class Import:
    """A decision of another guideline that says what a fact is. `names`: its facts as ours; `fixed`: those that have a
    value here; `results`: the value that each of its results stands for, the empty text being no outcome."""

    title: str
    question: "Question"
    names: Mapping[str, str]
    fixed: Mapping[str, int]
    results: Mapping[str, int]

    @cached_property
    def needs_nothing(self) -> bool:
        """Whether it has an answer where nothing is known."""
        first = other_result(self.question, self.fixed, (), ())
        return first is not None and other_result(self.question, self.fixed, (), [first]) is None

    def view(self, values: Mapping[str, int]) -> "View":
        known = {theirs: values[ours] for theirs, ours in self.names.items() if ours in values}
        return View(self.question, {**known, **self.fixed})


def number_in(text: str, pattern: str = NUMBER) -> Fraction:
    """A number as the language writes it: without an exponent, which could stand for more digits than fit anywhere."""
    if not re.fullmatch(pattern, text) or len(text) > LONGEST:
        raise Rejected(f"{text[:LONGEST]} is no number")
    return Fraction(text)


def formula_in(title: str, text: str) -> Formula:
    """A formula as Python reads it. Each name gets `n_` before it, as a fact may be named like a word of Python."""
    node = ast.parse(re.sub(r"(?<![\w.])[A-Za-z_]\w*", r"n_\g<0>", " ".join(text.split())), mode="eval").body
    return Formula(title.strip(), node, names_in(node))


def names_in(node: ast.expr) -> list[str]:
    """The facts that a formula reads."""
    functions = {id(each.func) for each in ast.walk(node) if isinstance(each, ast.Call)}
    return sorted({each.id[2:] for each in ast.walk(node) if isinstance(each, ast.Name) and id(each) not in functions})


def is_linear(node: ast.expr) -> bool:
    """Sums, differences and multiples by constants."""
    if isinstance(node, ast.UnaryOp):
        return is_linear(node.operand)
    if not isinstance(node, ast.BinOp):
        return not isinstance(node, ast.Call)
    left, right, sign = bool(names_in(node.left)), bool(names_in(node.right)), type(node.op)
    fits = not right if sign is ast.Div else not (left and right) if sign is ast.Mult else True
    return fits and is_linear(node.left) and is_linear(node.right)


def value_of(node: ast.expr, values: Mapping[str, Fraction]) -> Fraction:
    """A formula's value, exact but for the fiftieth digit of roots and logarithms."""
    match node:
        case ast.Constant():
            return Fraction(str(node.value))
        case ast.Name():
            return values[node.id[2:]]
        case ast.UnaryOp(op=ast.USub()):
            return -value_of(node.operand, values)
        case ast.BinOp():
            return Fraction(ARITHMETIC[type(node.op)](value_of(node.left, values), value_of(node.right, values)))
        case ast.Call(func=ast.Name(id=name)):
            parts = [value_of(each, values) for each in node.args]
            if name in ("n_sqrt", "n_ln"):
                return irrational(name, *parts[0].as_integer_ratio())
            return {"n_min": min(parts), "n_max": max(parts), "n_abs": abs(parts[0])}[name]
    raise Rejected("a formula cannot be read")


def irrational(name: str, above: int, below: int) -> Fraction:
    """A root, exact where it is a fraction, or a logarithm, to fifty digits."""
    root, digits = Fraction(isqrt(abs(above)), isqrt(below)), Context(prec=50)
    if name == "n_sqrt" and root**2 == Fraction(above, below):
        return root
    return Fraction((digits.sqrt if name == "n_sqrt" else digits.ln)(digits.divide(above, below)))


@lru_cache(1 << 14)
def meets(fact: Fact, test: str, steps: int) -> bool:
    """Whether a value meets a test, as the author wrote it: any of its parts."""
    if PART.sub("", test).replace(",", "").strip():
        raise Rejected(f"the test {test} cannot be read")
    for part in PART.finditer(test):
        if part["none"] is not None:
            is_met = not meets(fact, part["none"], steps)
        elif part["low"] is not None:
            low, high = fact.steps(part["low"]), fact.steps(part["high"])
            is_met = low + (part["open"] != "[") <= steps <= high - (part["close"] != "]")
        else:
            is_met = SIGNS[part["sign"]](steps, fact.steps(part["value"]))
        if is_met:
            return True
    return False


@lru_cache(1 << 14)
def edges(fact: Fact, test: str) -> set[int]:
    """Where the answer of a test may change: every value between two of these has the answer of the lower one."""
    if fact.words:
        return set(range(len(fact.words)))
    ends = {fact.steps(each) for each in re.findall(NUMBER, test)}
    return {fact.low} | {each for end in ends for each in (end, end + 1) if fact.low <= each <= fact.high}


def many(tree: Any) -> list[Any]:
    """A list, of one where one stands alone."""
    return tree if isinstance(tree, list) else [tree]


def condition_in(tree: Any) -> Condition:
    """A condition as its author wrote it."""
    found: list[Condition] = []
    for key, below in tree.items():
        if key == "not":
            found.append((key, condition_in(below)))
        elif key in ("all", "any", "at_least"):
            parts = [condition_in(each) for each in (below["of"] if key == "at_least" else below)]
            found.append((int(below["n"]) if key == "at_least" else len(parts) if key == "all" else 1, parts))
        else:
            found.append((key, ", ".join(many(below))))
    return len(found), found


def leaves(condition: Condition) -> Iterator[tuple[str, str]]:
    """The tests of a condition."""
    kind, below = condition
    if kind == "not" or isinstance(kind, int):
        for part in [below] if kind == "not" else below:
            yield from leaves(part)
    else:
        yield condition


def renamed(condition: Condition, each: Import) -> Condition:
    """A condition of an imported guideline on facts of ours; a test of a fixed value as what it comes to."""
    kind, below = condition
    if kind == "not":
        return kind, renamed(below, each)
    if isinstance(kind, int):
        return kind, [renamed(part, each) for part in below]
    if kind in each.fixed:
        return int(not meets(each.question.facts[kind], below, each.fixed[kind])), []
    return each.names[kind], below


def joined(parts: Collection[Look], needed: int) -> Look:
    """Kleene's connectives, each as a count of how many must hold."""
    truths = [truth for truth, _ in parts]
    truth = T if truths.count(T) >= needed else U if len(parts) - truths.count(F) >= needed else F
    return truth, NONE.union(*(names for _, names in parts)) if truth == U else NONE


@dataclass(frozen=True, eq=False)
class Rule:
    """When its condition holds it concludes findings and an outcome, and adds points to scores, in their steps."""

    condition: Condition
    concludes: list[str]
    adds: dict[str, int]
    has_caution: bool

    @property
    def effects(self) -> set[str]:
        return {*self.concludes, *self.adds}


@dataclass(frozen=True, eq=False)
class Question:
    """One decision: the content of its guideline, its file, the facts by name, what is impossible, and the rules,
    findings and scores with those that it takes of what decisions share."""

    content: Any
    tree: Any
    facts: Mapping[str, Fact]
    everywhere: list[Condition]
    rules: Mapping[str, Rule]
    findings: list[str]
    scores: Mapping[str, Fact]
    groups: dict[str, list[list[str]] | None] = field(default_factory=dict)

    @cached_property
    def order(self) -> list[str]:
        """The facts that play a part, inputs first: what is tested, what that reads, what impossibilities tie to it."""
        more = {name for rule in self.rules.values() for name, _ in leaves(rule.condition)} & set(self.facts)
        more |= set(many(self.tree.get("beside", [])))
        found: set[str] = set()
        while more - found:
            found |= more
            tied = [names for names in map(self.tied, self.everywhere) if names & found]
            more = {read for name in found for read in self.facts[name].reads}.union(*tied)
        return list(TopologicalSorter({name: self.facts[name].reads for name in sorted(found)}).static_order())

    @cached_property
    def impossible(self) -> list[Condition]:
        return [each for each in self.everywhere if self.tied(each) & set(self.order)]

    def tied(self, condition: Condition) -> frozenset[str]:
        """The facts of an impossibility; none where fixed values settle it."""
        return View(self, {}).look(condition)[1]

    @property
    def name(self) -> str:
        return f"{self.content['guideline']['guideline']}/{self.tree['decision']}"

    @cached_property
    def tests(self) -> list[tuple[str, str]]:
        """Every test, those of imported decisions too."""
        conditions = [*(rule.condition for rule in self.rules.values()), *self.everywhere]
        found = [leaf for each in conditions for leaf in leaves(each)]
        for each in (each for name in self.order for each in self.facts[name].imports):
            found += [(each.names[name], test) for name, test in each.question.tests if name in each.names]
        return found

    @cached_property
    def cells(self) -> dict[str, list[int]]:
        """The first value of each part of a fact's range in which all tests come out the same."""
        cells = {name: {self.facts[name].low} for name in self.order}
        for name, test in self.tests:
            cells.get(name, set()).update(edges(self.facts[name], test) if name in cells else ())
        return {name: sorted(starts) for name, starts in cells.items()}

    @cached_property
    def settling(self) -> dict[str, list[str]]:
        """The rules that conclude something, or add to it."""
        names = {*self.findings, *self.scores, *(name for name, _ in self.tree["outcomes"])}
        return {name: [key for key, rule in self.rules.items() if name in rule.effects] for name in names}

    def groups_of(self, score: str) -> list[list[str]] | None:
        """The rules of a score, each in the first group with all of whose rules nobody can fulfil it, whatever is
        given; None where there is too much to try."""
        if score not in self.groups:
            groups: list[list[str]] = []
            for key in self.settling[score]:
                apart = (group for group in groups if not any(self.agree(key, other) for other in group))
                try:
                    group = next(apart, None)
                except TooMany:
                    return self.groups.setdefault(score, None)
                if group is None:
                    groups.append([key])
                else:
                    group.append(key)
            self.groups[score] = groups
        return self.groups[score]

    def agree(self, one: str, two: str) -> bool:
        """Whether somebody can fulfil both rules, where every fact can have any value."""
        return Search(self, self.order, lambda view: joined([view.rule(one), view.rule(two)], 2)).find({}) is not None


class View:
    """What follows in a decision from the values of facts, worked out when asked for. Where `claims` of scores are
    given, only one of the open rules that exclude one another counts; if that could not be tried, the claim does."""

    def __init__(self, q: Question, values: Mapping[str, int], claims: Any = None) -> None:
        self.q, self.values, self.claims, self.kept = q, values, claims, dict[str, Look]()

    def look(self, condition: Condition) -> Look:
        kind, below = condition
        if isinstance(kind, int):
            return joined([self.look(part) for part in below], kind)
        if kind == "not":
            truth, open_ = self.look(below)
            return OPPOSITE[truth], open_
        if kind in self.q.facts:
            scale, ends = self.q.facts[kind], [self.values[kind]] if kind in self.values else []
            open_ = frozenset([kind])
        elif kind in self.q.scores:
            scale, (low, high) = self.q.scores[kind], self.score(kind)
            ends = [low, *(edge for edge in edges(scale, below) if low <= edge <= high), high]
            open_ = NONE.union(*(self.rule(key)[1] for key in self.q.settling[kind]))
        else:
            truth, open_ = self.concluded(kind)
            return truth if below in ("yes", "true") else OPPOSITE[truth], open_
        found = {meets(scale, below, at) for at in ends}
        return (U, open_) if len(found) != 1 else (T if True in found else F, NONE)

    def rule(self, key: str) -> Look:
        if key not in self.kept:
            self.kept[key] = self.look(self.q.rules[key].condition)
        return self.kept[key]

    def concluded(self, name: str) -> Look:
        return joined([self.rule(key) for key in self.q.settling[name]], 1)

    def score(self, name: str) -> tuple[int, int]:
        """The lowest and the highest points that the rules leave."""
        scale, points = self.q.scores[name], {key: self.q.rules[key].adds[name] for key in self.q.settling[name]}
        truths = {key: self.rule(key)[0] for key in points}
        alone = [[key] for key in points]
        groups = alone if self.claims is None or U not in truths.values() else self.q.groups_of(name)
        able = [group for group in groups or alone if all(truths[key] != T for key in group)]
        left = [[0, *(points[key] for key in group if truths[key] == U)] for group in able]
        sure = sum(points[key] for key in points if truths[key] == T)
        low, high = (min(max(sure + sum(map(end, left)), scale.low), scale.high) for end in (min, max))
        if groups is not None:
            return low, high
        claimed = [scale.steps(text) for text in self.claims[name]]
        if not low <= claimed[0] <= claimed[1] <= high:
            raise Rejected(f"{self.q.name}: the score {name} cannot be {self.claims[name]}")
        return claimed[0], claimed[1]

    def results(self) -> tuple[list[str], frozenset[str]]:
        """What precedence leaves open, the empty text being no outcome, and the facts that keep it open."""
        found, open_ = list[str](), NONE
        for name, _ in self.q.tree["outcomes"]:
            truth, names = self.concluded(name)
            found += [] if truth == F else [name]
            if truth == T:
                return found, open_
            open_ |= names
        return [*found, ""], open_


class Search:
    """Looks for a patient for whom `goal` holds, by filling in what is unknown: cell by cell, and value by value what
    formulas count. `loose` facts do not follow from others. `taken` are the steps of all searches so far."""

    taken = 0

    def __init__(self, q: Question, loose: Collection[str], goal: Callable[[View], Look]) -> None:
        self.q, self.goal, self.left = q, goal, LIMIT
        self.bound = [name for name in q.order if q.facts[name].is_bound and name not in loose]
        self.counted = {read for name in self.bound for each in q.facts[name].formulas for read in each.names}

    def find(self, values: Mapping[str, int]) -> Mapping[str, int] | None:
        """Such a patient, filled in as far as it matters; None if there is none."""
        self.left -= 1
        Search.taken += 1
        if self.left < 0 or Search.taken > ALL:
            raise TooMany
        view = View(self.q, values)
        walls, (truth, open_) = [view.look(each) for each in self.q.impossible], self.goal(view)
        if truth == F or T in (wall for wall, _ in walls):
            return None
        waiting = [*sorted(open_), *sorted(NONE.union(*(names for _, names in walls))), *self.bound]
        name = next((self.first(name, values) for name in waiting if name not in values), None)
        if name is None:
            return values
        tries = (self.find({**values, name: steps}) for steps in self.ways(name, values))
        return next((found for found in tries if found is not None), None)

    def first(self, name: str, values: Mapping[str, int]) -> str:
        """The fact itself, or one that must be filled in before it follows."""
        fact = self.q.facts[name]
        if name in self.bound:
            reads = [read for each in fact.formulas for read in each.names if read not in values]
            reads += [each.names[read] for each in fact.imports for read in sorted(each.view(values).results()[1])]
            return self.first(reads[0], values) if reads else name
        return name

    def ways(self, name: str, values: Mapping[str, int]) -> Collection[int]:
        fact = self.q.facts[name]
        if name in self.bound:
            return sorted(following(self.q, fact, values))
        return range(fact.low, fact.high + 1) if name in self.counted else self.q.cells[name]


def following(q: Question, fact: Fact, values: Mapping[str, int]) -> set[int]:
    """The values in its range that a fact has by its formulas and imports."""
    found: set[int | None] = {each.steps(fact, q.facts, values) for each in fact.formulas}
    found |= {each.results.get(each.view(values).results()[0][0]) for each in fact.imports}
    return {each for each in found if each is not None and fact.low <= each <= fact.high}


def other_result(q: Question, values: Mapping[str, int], loose: Collection[str], known: Collection[str]) -> str | None:
    """A result beside those known that some completion of the values comes to; None if there is none."""

    def goal(view: View) -> Look:
        results, open_ = view.results()
        return (F if set(results) <= set(known) else T if len(results) == 1 else U), open_

    patient = Search(q, {*values, *loose}, goal).find(values)
    return None if patient is None else View(q, patient).results()[0][0]


def fact_in(tree: Any) -> Fact:
    """A fact or a score, without its imports."""
    words = ["no", "yes"] if tree.get("type") == "yes_no" else list(tree.get("choices", ()))
    scale = 10 ** int(number_in(tree.get("decimals", "0"), r"\d\d?"))
    low, high = (number_in(end) * scale for end in tree.get("range", ("0", str(len(words) - 1))))
    formulas = tuple(formula_in(each["title"], each["formula"]) for each in many(tree.get("derived", [])))
    return Fact(tree, words, scale, ceil(low), floor(high), formulas)


def ways_in(contents: Any, gid: str, counted: dict[str, int]) -> int:
    """How many imports there are in and below a guideline, each once for every way that leads to it."""
    if gid not in counted:
        facts = contents[gid]["facts"]["facts"].values()
        below = [way["guideline"] for fact in facts for way in many(fact.get("from", []))]
        counted[gid] = sum(1 + ways_in(contents, each, counted) for each in below)
    return counted[gid]


def vocabulary(contents: Any, gid: str) -> tuple[dict[str, Fact], list[Condition]]:
    """Every fact of a guideline with those that join it by its imports, and what is impossible."""
    tree = contents[gid]["facts"]
    own = {name: fact_in(each) for name, each in tree["facts"].items()}
    facts, impossible = dict(own), [condition_in(each["when"]) for each in tree.get("impossible", [])]
    for name, fact in own.items():
        imports = [import_in(contents, own, fact, way) for way in many(fact.tree.get("from", []))]
        facts[name] = replace(fact, imports=tuple(imports))
        for each in imports:
            facts = {ours: each.question.facts[theirs] for theirs, ours in each.names.items()} | facts
            impossible += [renamed(condition, each) for condition in each.question.impossible]
    return facts, impossible


def import_in(contents: Any, own: Mapping[str, Fact], fact: Fact, way: Any) -> Import:
    """A decision of another guideline, with its facts as ours. Those that are ours come to a value with us alone."""
    gid, pairs, fixed = way["guideline"], way.get("facts", {}), way.get("values", {})
    facts, impossible = vocabulary(contents, gid)
    facts = without_ways(facts, {*own, *pairs, *fixed})
    q = question_in(contents, gid, way["decision"], facts, impossible)
    values = {name: facts[name].steps(text) for name, text in fixed.items() if name in q.order}
    names = {name: pairs.get(name, name) for name in q.order if name not in fixed}
    results = {name: fact.steps(way.get("outcomes", {}).get(name, name)) for name, _ in q.tree["outcomes"]}
    results |= {"": fact.steps(fact.tree["otherwise"])} if "otherwise" in fact.tree else {}
    return Import(way.get("title", f"{q.name} {way['version']}").strip(), q, names, values, results)


def without_ways(facts: Mapping[str, Fact], cut: Collection[str]) -> dict[str, Fact]:
    """The facts with some of them computed and decided by nobody, nor in what is imported."""

    def rebound(each: Import) -> Import:
        theirs = {name for name, ours in each.names.items() if ours in cut}
        return replace(each, question=replace(each.question, facts=without_ways(each.question.facts, theirs)))

    bare = {name: replace(fact, formulas=(), imports=()) for name, fact in facts.items() if name in cut}
    return {name: replace(fact, imports=tuple(map(rebound, fact.imports))) for name, fact in facts.items()} | bare


def question_in(contents: Any, gid: str, name: str, facts: Mapping[str, Fact], impossible: list[Condition]) -> Question:
    """One decision, with what it takes of the findings, scores and rules that decisions share."""
    tree, shared = contents[gid]["decisions"][name], contents[gid].get("findings", {})
    scores = {key: fact_in(each) for part in (shared, tree) for key, each in part.get("scores", {}).items()}
    rules = {key: rule_in(each, scores) for part in (shared, tree) for key, each in part.get("rules", {}).items()}
    more, taken, needed = set(tree["rules"]), set[str](), set[str]()
    while more:
        taken |= more
        needed |= {name for key in more for name, _ in leaves(rules[key].condition)}
        needed |= {name for key in more - set(tree["rules"]) for name in rules[key].effects}
        more = {key for key, rule in rules.items() if key not in taken and needed & rule.effects}
    findings = sorted({*tree.get("findings", {}), *(needed & set(shared.get("findings", {})))})
    scores = {key: scores[key] for key in sorted(scores) if key in needed or key in tree.get("scores", {})}
    rules = {key: rules[key] for key in sorted(taken)}
    return Question(contents[gid], tree, facts, impossible, rules, findings, scores)


def rule_in(tree: Any, scores: Mapping[str, Fact]) -> Rule:
    """A rule, with the whole of its condition."""
    condition, then = condition_in(tree["when"]), many(tree.get("then", []))
    if "unless" in tree:
        condition = (2, [condition, ("not", condition_in(tree["unless"]))])
    adds = {each["to"]: scores[each["to"]].steps(each["add"]) for each in then if isinstance(each, dict)}
    return Rule(condition, sorted(each for each in then if isinstance(each, str)), adds, "caution" in tree)


class Patient:
    """What is known, fact by fact, inputs first: the values; the date of each one's oldest part; the facts of which a
    part has no date, and those that follow from nothing because what they would follow from is too old."""

    def __init__(self, today: date, notes: set[str]) -> None:
        self.today, self.notes, self.values = today, notes, dict[str, int]()
        self.dates, self.undated = dict[str, str | None](), set[str]()
        self.loose, self.cautions = set[str](), set[str]()

    def oldest(self, names: Collection[str]) -> str | None:
        return min((each for name in names if (each := self.dates.get(name)) is not None), default=None)

    def is_old(self, fact: Fact, at: str | None) -> bool:
        number, unit = fact.tree.get("max_age", "0 days").split()
        days = 0 if at is None else (self.today - date.fromisoformat(at)).days
        return "max_age" in fact.tree and days > int(number) * (7 if unit.startswith("week") else 1)

    def tell(self, q: Question, name: str, given: Any, claim: Any) -> Any:
        """What is known of a fact: what was given, else the first way that has an answer, else what is assumed."""
        fact = q.facts[name]
        ways = list(self.ways(q, fact, {way["title"]: way for way in claim["ways"]}))
        fresh = [(way, reads) for way, reads, _ in ways if "value" in way and not way["is_old"]]
        assumed = fact.text(fact.steps(fact.tree["assume"])) if "assume" in fact.tree else None
        told: dict[str, Any] = {"origin": "unknown"}
        if given is not None and not self.is_old(fact, given.get("at")):
            told = {"origin": "given", **given}
            self.undated |= set() if "at" in given else {name}
        elif fresh:
            told = {"origin": "derived", **{key: fresh[0][0][key] for key in ("value", "at") if key in fresh[0][0]}}
            self.undated |= {name} if self.undated & set(fresh[0][1]) else set()
        elif given is not None or any("value" in way for way, _, _ in ways):
            told = {"origin": "stale"}
        elif assumed is not None and all(assumed in room for _, _, room in ways if room is not None):
            told = {"origin": "assumed", "value": assumed}
        self.dates[name] = told.get("at") if "value" in told else self.oldest(fact.reads)
        if "value" in told:
            self.values[name] = fact.steps(told["value"])
            self.warn(
                name,
                fact,
                told["value"],
                [way["value"] for way, _ in fresh],
                [w[2] for w in ways if "value" not in w[0]],
            )
        elif self.is_old(fact, self.dates[name]):
            self.loose.add(name)
        return {**told, "ways": [way for way, _, _ in ways]}

    def warn(self, name: str, fact: Fact, value: str, others: list[str], rooms: list[Any]) -> None:
        """Notes the cautions that the values of a fact raise."""
        steps = [fact.steps(each) for each in (value, *others)]
        is_compared = bool(fact.imports) or "agree_within" in fact.tree
        within = fact.steps(fact.tree["agree_within"]) if is_compared and not fact.imports else 0
        if (is_compared and max(steps) - min(steps) > within) or any(value not in room for room in rooms):
            self.cautions.add(f"disagreement: {name}")
        if "max_age" in fact.tree and name in self.undated:
            self.cautions.add(f"undated: {name}")

    def ways(
        self, q: Question, fact: Fact, claims: Any
    ) -> Iterator[tuple[dict[str, Any], list[str], list[str] | None]]:
        """What each formula gives whose inputs are known, and what each import says; with what it reads, and the values
        that an import leaves possible."""
        for formula in fact.formulas:
            if set(formula.names) <= set(self.values):
                steps = formula.steps(fact, q.facts, self.values)
                if not fact.low <= steps <= fact.high:
                    raise Rejected(f"facts: {formula.title} is out of range")
                yield self.way(fact, formula.title, [fact.text(steps)], formula.names), formula.names, None
        for each in fact.imports:
            reads = [ours for ours in each.names.values() if ours in self.values]
            try:
                is_asked = bool(reads) or each.needs_nothing
            except TooMany:
                is_asked = each.title in claims
                self.notes.add(each.question.name)
            if is_asked:
                loose = {theirs for theirs, ours in each.names.items() if ours in self.loose}
                found = proof(each.question, each.view(self.values).values, loose, self, claims[each.title]["proof"])
                room = [fact.text(each.results[result]) for result in found["possible"] if result in each.results]
                value = room if len(found["possible"]) == 1 else []
                yield self.way(fact, each.title, value, reads) | {"proof": found}, reads, room

    def way(self, fact: Fact, title: str, value: list[str], reads: list[str]) -> dict[str, Any]:
        at = self.oldest(reads)
        found = {"title": title, "is_old": self.is_old(fact, at), **({"value": value[0]} if value else {})}
        return found if at is None else {**found, "at": at}


def proof(q: Question, values: Mapping[str, int], loose: Collection[str], patient: Patient, claim: Any) -> Any:
    """What is decided and why, as it must be. Of the claim only these are taken over: witnesses that are patients with
    what is known; and, noted, scores and possible results where there is too much to try."""
    if any(View(q, values).look(each)[0] == T for each in q.impossible):
        raise Rejected(f"{q.name}: what is known is impossible")
    for result, texts in claim["witnesses"].items():
        check_witness(q, values, loose, result, texts)
    view, possible = View(q, values, claim["scores"]), sorted(claim["witnesses"])
    scores = {name: [scale.text(steps) for steps in view.score(name)] for name, scale in q.scores.items()}
    guessed = [name for name, groups in q.groups.items() if groups is None]
    patient.notes |= {f"{q.name}: the score {name}" for name in guessed}
    try:
        is_open = guessed or not set(view.results()[0]) <= set(possible)
        other = other_result(q, values, loose, possible) if is_open else None
        if other is not None or not possible:
            raise Rejected(f"{q.name}: the result {other or 'of no outcome'} is possible too")
    except TooMany:
        patient.notes.add(q.name)
    sure = possible[0] if len(possible) == 1 else ""
    truths = {key: view.rule(key)[0] for key in q.rules}
    tests = {k: {f"{n}: {t}": view.look((n, t))[0] for n, t in leaves(r.condition)} for k, r in q.rules.items()}
    about = {key: q.content["guideline"][key] for key in ("guideline", "version")}
    return {
        "guideline": {**about, "sha256": hash_of(q.content)},
        "decision": q.tree["decision"],
        "status": "concluded" if sure else "not_covered" if possible == [""] else "needs_information",
        "outcome": sure,
        "possible": possible,
        "witnesses": claim["witnesses"],
        "scores": scores,
        "findings": {name: view.concluded(name)[0] for name in q.findings},
        "events": list(events_of(q, view, tests, sure)),
        "not_fired": {key: {"truth": truths[key], "tests": tests[key]} for key in q.rules if truths[key] != T},
        "cautions": [key for key, rule in q.rules.items() if rule.has_caution and truths[key] == T],
        "cautions_open": [key for key, rule in q.rules.items() if rule.has_caution and truths[key] == U],
    }


def events_of(q: Question, view: View, tests: Mapping[str, Any], sure: str) -> Iterator[dict[str, Any]]:
    """Every rule that fired and every finding that does not hold, by name; the outcome; what it overrides."""
    fired = {key: rule for key, rule in q.rules.items() if view.rule(key)[0] == T}
    for key, rule in fired.items():
        adds = {name: q.scores[name].text(steps) for name, steps in rule.adds.items()}
        yield {"kind": "rule_fired", "rule": key, "concludes": rule.concludes, "adds": adds, "tests": tests[key]}
    for name in q.findings:
        if view.concluded(name)[0] == F:
            yield {"kind": "finding_does_not_hold", "finding": name, "rules": q.settling[name]}
    firing = {name: [key for key in q.settling[name] if key in fired] for name, _ in q.tree["outcomes"]}
    if sure:
        yield {
            "kind": "outcome_concluded" if firing[sure] else "outcome_forced",
            "outcome": sure,
            "rules": firing[sure],
        }
        for name in firing:
            if firing[name] and name != sure:
                yield {"kind": "outcome_overridden", "outcome": name, "by": sure, "rules": firing[name]}


def check_witness(q: Question, values: Mapping[str, int], loose: Collection[str], result: str, texts: Any) -> None:
    """Refuses one that is no possible patient with what is known, or who does not come to the result."""
    steps = {name: q.facts[name].steps(texts[name]) for name in q.order}
    if {name: q.facts[name].text(each) for name, each in steps.items()} != texts or not values.items() <= steps.items():
        raise Rejected(
            f"{q.name}: the witness for {result or 'no outcome'} has not all facts with what is known of them"
        )
    bound = [name for name in q.order if q.facts[name].is_bound and name not in {*values, *loose}]
    wrong = [name for name, each in steps.items() if not q.facts[name].low <= each <= q.facts[name].high]
    wrong += [name for name in bound if steps[name] not in following(q, q.facts[name], steps)]
    view = View(q, steps)
    if wrong or any(view.look(each)[0] == T for each in q.impossible) or view.results()[0] != [result]:
        raise Rejected(f"{q.name}: the witness for {result or 'no outcome'} cannot be, or comes to something else")


def check_given(q: Question, name: str, given: Any, today: date) -> None:
    """Refuses a value out of range or in another spelling, and a date of the future."""
    fact = q.facts[name]
    if name not in q.order or not {"value"} <= set(given) <= {"value", "at"}:
        raise Rejected(f"given.{name}: it plays no part, or says something else than value and date")
    steps, at = fact.steps(given["value"]), date.fromisoformat(given.get("at", "0001-01-01"))
    if not fact.low <= steps <= fact.high or fact.text(steps) != given["value"]:
        raise Rejected(f"given.{name}: {given['value']} is no value of it")
    if at > today or at.isoformat() != given.get("at", at.isoformat()):
        raise Rejected(f"given.{name}: {at} is no date up to that of the decision")


def check(document: Any) -> tuple[list[str], set[str]]:
    """Why the certificate is rejected, empty where it is accepted; and of which decisions it could not be verified that
    no completion comes to another result than those named."""
    notes: set[str] = set()
    Search.taken = 0
    try:
        return [*check_hashes(document), *check_decision(document, notes)], notes
    except Rejected as rejected:
        return [str(rejected)], notes
    except FAULTS as error:
        return [f"it cannot be read as a certificate: {type(error).__name__}: {error}"], notes


def check_hashes(document: Any) -> Iterator[str]:
    """Every hash, and that the guidelines are those that are imported, no more and no fewer."""
    contents = document["content"]
    if document["format"] != "candor-certificate/2" or set(document) != KEYS:
        raise Rejected("format: this is no certificate that can be checked here")
    if document["sha256"] != hash_of({key: each for key, each in document.items() if key != "sha256"}):
        yield "sha256: it is not that of the certificate"
    reached, waiting = set[str](), {document["guideline"]}
    while waiting:
        reached.add(gid := waiting.pop())
        imports = contents[gid].get("imports", {})
        waiting |= set(imports) - reached
        if contents[gid]["guideline"]["guideline"] != gid:
            yield f"content.{gid}: it is another guideline"
        wrong = [name for name in imports if hash_of(contents[name]) != imports[name]]
        yield from (f"content.{name}: its hash is not {imports[name]}" for name in wrong)
    if reached != set(contents):
        yield "content: it holds a guideline that nothing imports"


def check_decision(document: Any, notes: set[str]) -> Iterator[str]:
    """Every place at which the facts and the proof are not what follows from what is given."""
    contents, gid, at = document["content"], document["guideline"], datetime.fromisoformat(document["at"])
    if ways_in(contents, gid, {}) > MOST_IMPORTS:
        raise Rejected(f"content: its imports lead on by more than {MOST_IMPORTS} ways, and are not followed")
    q, about = question_in(contents, gid, document["decision"], *vocabulary(contents, gid)), contents[gid]["guideline"]
    patient, given = Patient(at.date(), notes), document["given"]
    if at.utcoffset() is None or at.isoformat() != document["at"]:
        yield "at: it is no instant"
    for name in given:
        check_given(q, name, given[name], patient.today)
    facts = {name: patient.tell(q, name, given.get(name), document["facts"][name]) for name in q.order}
    yield from differences("facts", document["facts"], facts)
    found = proof(q, patient.values, patient.loose, patient, document["proof"])
    yield from differences("proof", document["proof"], found)
    patient.cautions |= {"retired"} if about["status"] == "retired" else set()
    is_due = "review_by" in about and patient.today > date.fromisoformat(about["review_by"])
    patient.cautions |= {"due for review"} if is_due else set()
    yield from differences("cautions", document["cautions"], sorted(patient.cautions))


def differences(path: str, claimed: Any, found: Any) -> Iterator[str]:
    """Every place at which two trees differ."""
    if isinstance(claimed, dict) and isinstance(found, dict):
        for key in sorted(claimed.keys() | found.keys()):
            yield from differences(f"{path}.{key}", claimed.get(key, "nothing"), found.get(key, "nothing"))
    elif isinstance(claimed, list) and isinstance(found, list) and len(claimed) == len(found):
        for number, (one, other) in enumerate(zip(claimed, found, strict=True)):
            yield from differences(f"{path}[{number}]", one, other)
    elif claimed != found or type(claimed) is not type(found):
        yield f"{path}: the certificate has {str(claimed)[:200]}, the guideline gives {str(found)[:200]}"


def hash_of(tree: Any) -> str:
    """SHA-256 of canonical JSON (RFC 8785)."""
    return sha256(json.dumps(in_order(tree), ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def in_order(tree: Any) -> Any:
    """The same with sorted keys, as RFC 8785 sorts them."""
    if isinstance(tree, dict):
        return {key: in_order(tree[key]) for key in sorted(tree, key=lambda key: key.encode("utf-16-be"))}
    return [in_order(each) for each in tree] if isinstance(tree, list) else tree


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; one that gives a key twice could be read in two ways."""
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def read(text: str) -> Any:
    """A certificate, read strictly."""
    return json.loads(text, object_pairs_hook=once)


def main(arguments: list[str]) -> int:
    """Prints what was found; the exit code."""
    say: Callable[[str], int] = sys.stdout.write
    if len(arguments) != 1:
        say("usage: python check_certificate.py CERTIFICATE.json\n")
        return 2
    try:
        wrong, notes = check(read(Path(arguments[0]).read_text("utf-8-sig")))
    except OSError as error:
        say(f"it cannot be opened: {error}\n")
        return 2
    except (MemoryError, RecursionError, ValueError) as error:
        wrong, notes = [f"it cannot be read: {error}"], set()
    for each in wrong:
        say(f"rejected: {each}\n")
    for each in sorted(notes) if not wrong else ():
        say(f"universal claim not verified: {each} has too many completions to try them all\n")
    say("" if wrong else "accepted but for that\n" if notes else "accepted\n")
    return 1 if wrong else 3 if notes else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
