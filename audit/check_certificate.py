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
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Context, Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from graphlib import TopologicalSorter
from hashlib import sha256
from itertools import pairwise
from math import ceil, floor, isqrt
from pathlib import Path
from typing import Any

FORMAT = "candor-certificate/3"
KEYS = {"format", "content", "guideline", "decision", "at", "given", "facts", "proof", "cautions", "sha256"}
LIMIT, ALL, MOST_IMPORTS, LONGEST = 100_000, 300_000, 1_000, 40
"""How many steps a search takes at most, and how many all for results, or for pairs of rules, that one certificate asks
for take together; how many imports are followed, each once for every way that leads to it and once more where a fact of
it comes to a value elsewhere; how many letters a number has (the language has 15 digits)."""
SPENT = Counter[str]()
"""The steps and imports of one certificate so far."""
FAULTS = (ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, SyntaxError, TypeError, ValueError)
"""What is raised where something is no certificate at all."""
NEVER = "9999-12-31"
NUMBER = r"-?\d+(?:\.\d+)?"
INTERVAL = rf"[\[\](]\s*{NUMBER}\s*\.\.\s*{NUMBER}\s*[\[\])]"
PART = re.compile(
    rf"not\s*\((?P<none>(?:{INTERVAL}|[^()\[\]])*)\)"
    rf"|(?P<open>[\[\](])\s*(?P<low>{NUMBER})\s*\.\.\s*(?P<high>{NUMBER})\s*(?P<close>[\[\])])"
    r"|(?:(?P<sign>[<>]=?)\s*)?(?P<value>[^\s,<>()\[\]]+)"
)
NONE = frozenset[Any]()
Values = Mapping[str, int]
Look = tuple[int, int, frozenset[Any]]
"""Whether something holds, at least and at most, as 0 or 1; and the unknown facts that keep it open."""
TRUTHS = {(0, 0): "false", (0, 1): "unknown", (1, 1): "true"}


class Rejected(Exception):
    """The certificate is not true, or not one."""


class TooMany(Exception):
    """There is more to try than is tried."""


def number_in(text: str, pattern: str = NUMBER) -> Fraction:
    """A number as the language writes it: without an exponent, which could stand for more digits than fit anywhere."""
    if not re.fullmatch(pattern, text) or len(text) > LONGEST:
        raise Rejected(f"{text[:LONGEST]} is no number")
    return Fraction(text)


class Fact:
    """A fact, or a score; the formulas, by title, and the decisions of other guidelines that it follows from. A value
    is a number of steps of the last decimal; choices, and no and yes, count from 0."""

    def __init__(self, tree: Any, formulas: Mapping[str, ast.expr] = {}, imports: Sequence["Question"] = ()) -> None:
        self.tree, self.formulas, self.imports = tree, formulas, imports
        self.words = ["no", "yes"] if tree.get("type") == "yes_no" else [*tree.get("choices", ())]
        self.decimals = int(number_in(tree.get("decimals", "0"), r"\d\d?"))
        low, high = (number_in(end) * 10**self.decimals for end in tree.get("range", ("0", str(len(self.words) - 1))))
        self.room = range(ceil(low), floor(high) + 1)
        reads = {name for formula in formulas.values() for name in facts_in(formula)}
        self.reads = sorted(reads.union(*(way.names.values() for way in imports)))
        self.is_bound = bool(formulas or imports) and all(is_linear(formula) for formula in formulas.values())
        """Whether it follows from what it reads even where that is unknown."""

    def steps(self, text: str) -> int:
        if self.words:
            return self.words.index({"true": "yes", "false": "no"}.get(text, text))
        return self.rounded(number_in(text))

    def rounded(self, exact: Fraction) -> int:
        """Half away from zero."""
        return int(exact * 10**self.decimals + Fraction(1 if exact > 0 else -1, 2))

    def text(self, steps: int) -> str:
        return self.words[steps] if self.words else f"{Decimal(f'{steps}e-{self.decimals}'):f}"

    def has(self, text: str) -> bool:
        """Whether this is a value of it, in its one spelling."""
        return self.steps(text) in self.room and self.text(self.steps(text)) == text

    def meets(self, test: str, steps: int) -> bool:
        return any(steps in span for span in spans(self, test))

    def edges(self, test: str) -> set[int]:
        """Where the answer of a test may change: every value between two of these has the answer of the lower one."""
        return {end for span in spans(self, test) for end in (span.start, span.stop) if end in self.room}


YES_NO = Fact({"type": "yes_no"})


@lru_cache(1 << 14)
def spans(fact: Fact, test: str) -> list[range]:
    """The values that meet a test, as its author wrote it: those of each of its parts."""
    if PART.sub("", test).replace(",", "").strip():
        raise Rejected(f"the test {test[:500]} cannot be read")
    found, first, end = list[range](), fact.room.start, fact.room.stop
    for part in PART.finditer(test):
        if part["none"] is not None:
            inner = spans(fact, part["none"])
            between = pairwise(sorted({first, end} | fact.edges(part["none"])))
            found += [range(*ends) for ends in between if not any(ends[0] in span for span in inner)]
        elif part["low"] is not None:
            low, high = fact.steps(part["low"]), fact.steps(part["high"])
            found.append(range(low + (part["open"] != "["), high + (part["close"] == "]")))
        else:
            at = fact.steps(part["value"])
            ends = {"<": (first, at), "<=": (first, at + 1), ">": (at + 1, end), ">=": (at, end), None: (at, at + 1)}
            found.append(range(*ends[part["sign"]]))
    return found


def formula_in(text: str) -> ast.expr:
    """A formula as Python reads it. Each fact gets `n_` before it, as it may be named like a word of Python."""
    marked = re.sub(r"(?<![\w.])[A-Za-z_]\w*+(?!\s*\()", r"n_\g<0>", " ".join(text.split()))
    return ast.parse(marked, mode="eval").body


@lru_cache(1 << 14)
def facts_in(formula: ast.expr) -> list[str]:
    """The facts that a formula reads."""
    return sorted({each.id[2:] for each in ast.walk(formula) if isinstance(each, ast.Name) and each.id[:2] == "n_"})


def is_linear(formula: ast.expr) -> bool:
    """Sums, differences and multiples by constants."""
    pairs = [each for each in ast.walk(formula) if isinstance(each, ast.BinOp) and facts_in(each.right)]
    bent = (isinstance(each.op, ast.Div) or (isinstance(each.op, ast.Mult) and facts_in(each.left)) for each in pairs)
    return not any(bent) and not any(isinstance(each, ast.Call) for each in ast.walk(formula))


def value_of(formula: ast.expr, facts: Mapping[str, Fact], values: Values) -> Fraction:
    """A formula's value, exact but for the fiftieth digit of roots and logarithms."""
    match formula:
        case ast.Constant():
            return Fraction(str(formula.value))
        case ast.Name(id=name):
            return Fraction(values[name[2:]], 10 ** facts[name[2:]].decimals)
        case ast.UnaryOp(op=ast.USub()):
            return -value_of(formula.operand, facts, values)
        case ast.BinOp(left=left, op=sign, right=right):
            return Fraction(ARITHMETIC[type(sign)](value_of(left, facts, values), value_of(right, facts, values)))
        case ast.Call(func=ast.Name(id=name)):
            return FUNCTIONS[name](*[value_of(each, facts, values) for each in formula.args])
    raise Rejected("a formula cannot be read")


def root(value: Fraction) -> Fraction:
    """A square root, exact where it is a fraction."""
    exact = Fraction(isqrt(value.numerator), isqrt(value.denominator))
    return exact if exact**2 == value else Fraction(DIGITS.sqrt(DIGITS.divide(*value.as_integer_ratio())))


DIGITS = Context(prec=50)
ARITHMETIC = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
FUNCTIONS: dict[str, Callable[..., Fraction]] = {"sqrt": root, "min": min, "max": max, "abs": abs}
FUNCTIONS["ln"] = lambda value: Fraction(DIGITS.ln(DIGITS.divide(*value.as_integer_ratio())))


def many(tree: Any) -> list[Any]:
    """A list, of one where one stands alone."""
    return tree if isinstance(tree, list) else [tree]


def look(tree: Any, test: Callable[[str, str], Look]) -> Look:
    """Whether a condition holds, all of its entries, given how each test comes out."""
    found = []
    for key, below in tree.items():
        if key == "not":
            low, high, open_ = look(below, test)
            found.append((1 - high, 1 - low, open_))
        elif key in ("all", "any", "at_least"):
            parts = [look(each, test) for each in (below["of"] if key == "at_least" else below)]
            found.append(joined(parts, int(below["n"]) if key == "at_least" else len(parts) if key == "all" else 1))
        else:
            if max(map(len, many(below)), default=0) > 500:  # as in the language
                raise Rejected("a test is too long to be read")
            found.append(test(key, ", ".join(many(below))))
    return joined(found, len(found))


def joined(parts: Collection[Look], needed: int) -> Look:
    """Whether so many of these hold, by Kleene's tables."""
    low, high = sum([part[0] for part in parts]) >= needed, sum([part[1] for part in parts]) >= needed
    return low, high, NONE if low == high else NONE.union(*[part[2] for part in parts])


def tests_in(tree: Any) -> list[tuple[str, str]]:
    """The tests of a condition: all that keeps it open where nothing is known."""
    return sorted(look(tree, lambda *test: (0, 1, frozenset([test])))[2])


Wall = tuple[list["Question"], Any]
"""Something impossible, as a condition, and the imports that lead to the guideline that says so."""


class Question:
    """One decision of a guideline that says what a `fact` of another is, in the `way` written there: `names` are its
    facts as the other has them, `fixed` those that have a value there, `results` the values that its results stand for,
    the empty text being no outcome. The decision that is certified stands for itself."""

    def __init__(
        self, content: Any, facts: Mapping[str, Fact], everywhere: list[Wall], fact: Fact, way: Any, names: Any = None
    ) -> None:
        SPENT["imports"] += 1
        if SPENT["imports"] > MOST_IMPORTS:
            raise Rejected(f"content: its imports lead on by more than {MOST_IMPORTS} ways, and are not followed")
        self.content, self.facts, self.everywhere, self.fact, self.way = content, facts, everywhere, fact, way
        self.tree = content["decisions"][way["decision"]]
        self.find_rules()
        self.find_facts()
        self.name = f"{content['guideline']['guideline']}/{way['decision']}"
        self.title = way.get("title", f"{self.name} {way.get('version')}").strip()
        pairs, fixed, outcomes = way.get("facts", {}), way.get("values", {}), way.get("outcomes", {})
        self.names = names or {name: pairs.get(name, name) for name in self.order if name not in fixed}
        self.fixed = {name: facts[name].steps(text) for name, text in fixed.items() if name in self.order}
        self.results = {name: fact.steps(outcomes.get(name, name)) for name, _ in self.tree["outcomes"]}
        self.results |= {"": fact.steps(fact.tree["otherwise"])} if "otherwise" in fact.tree else {}

    def find_rules(self) -> None:
        """Rules, findings and scores, with those that it takes of what decisions share; what each rule adds to them."""
        own, shared, adds = self.tree, self.content.get("findings", {}), defaultdict[str, dict[str, int]](dict)
        scores = {name: Fact(each) for part in (shared, own) for name, each in part.get("scores", {}).items()}
        rules = {key: each for part in (shared, own) for key, each in part.get("rules", {}).items()}
        when = {key: each["when"] for key, each in rules.items()}
        when |= {key: {"all": [when[key], {"not": each["unless"]}]} for key, each in rules.items() if "unless" in each}
        for key, each in ((key, each) for key, rule in rules.items() for each in many(rule.get("then", []))):
            is_name = isinstance(each, str)
            adds[each if is_name else each["to"]][key] = 1 if is_name else scores[each["to"]].steps(each["add"])
        taken, needed, more = set[str](), set[str](), {*own["rules"]}
        while more - taken:
            taken |= more
            needed |= {name for key in taken for name, _ in tests_in(when[key])}
            needed |= {name for name in adds if adds[name].keys() & taken - own["rules"].keys()}
            more = {key for name in needed & adds.keys() for key in adds[name]}
        self.rules = {key: when[key] for key in sorted(taken)}
        self.warning = [key for key in self.rules if "caution" in rules[key]]
        self.findings = sorted({*own.get("findings", {}), *(needed & {*shared.get("findings", {})})})
        self.scores = {name: scores[name] for name in sorted(scores) if name in needed or name in own.get("scores", {})}
        names = [*self.findings, *self.scores, *(name for name, _ in own["outcomes"])]
        self.settling = {name: {key: adds[name][key] for key in self.rules if key in adds[name]} for name in names}

    def find_facts(self) -> None:
        """Those that play a part, inputs first: what is tested, what that reads, what impossibilities tie to it."""
        more = {name for when in self.rules.values() for name, _ in tests_in(when)} & self.facts.keys()
        more |= {*many(self.tree.get("beside", []))}
        found, ties = set[str](), [(View(self, {}).wall(*wall)[2], wall) for wall in self.everywhere]
        while more - found:
            found |= more
            more = {read for name in found for read in self.facts[name].reads}
            more = more.union(*(names for names, _ in ties if names & found))
        reads = {name: self.facts[name].reads for name in sorted(found)}
        self.order: list[str] = [*TopologicalSorter(reads).static_order()]
        self.impossible = [wall for names, wall in ties if names & found]

    def without_ways(self, cut: Collection[str]) -> "Question":
        theirs = {inner for inner, outer in self.names.items() if outer in cut}
        if not theirs:
            return self
        facts = without_ways(self.facts, theirs)
        return Question(self.content, facts, self.everywhere, self.fact, self.way, self.names)

    def view(self, values: Values) -> "View":
        known = {name: values[self.names[name]] for name in self.order if self.names.get(name) in values}
        return View(self, {**known, **self.fixed})

    @cached_property
    def cells(self) -> dict[str, list[int]]:
        """The first value of each part of a fact's range in which all tests come out the same."""
        cells = {name: {self.facts[name].room.start} for name in self.order}
        trees = [*self.rules.values(), *(tree for path, tree in self.everywhere if not path)]
        for name, test in (test for tree in trees for test in tests_in(tree) if test[0] in cells):
            cells[name] |= self.facts[name].edges(test)
        ways = [way for name in self.order for way in self.facts[name].imports]
        for way in (*ways, *(path[0] for path, _ in self.impossible if path)):
            for inner, outer in way.names.items():
                cells.get(outer, set()).update(way.cells.get(inner, ()))
        return {name: sorted(starts) for name, starts in cells.items()}

    def missing(self, name: str, values: Values) -> list[str]:
        """What must be known before a fact follows by its formulas and imports."""
        formulas, imports = self.facts[name].formulas.values(), self.facts[name].imports
        reads = [read for formula in formulas for read in facts_in(formula) if read not in values]
        return reads + [way.names[read] for way in imports for read in sorted(way.view(values).results()[1])]

    def following(self, name: str, values: Values) -> list[int]:
        """The values in its range that a fact has by its formulas and imports."""
        fact = self.facts[name]
        found = {way.results.get(way.view(values).results()[0][0]) for way in fact.imports}
        found |= {fact.rounded(value_of(formula, self.facts, values)) for formula in fact.formulas.values()}
        return sorted(each for each in found if each is not None and each in fact.room)


class View:
    """What follows in a decision from the values of facts, worked out when asked for. Where `claims` of scores are
    given, only one of the open rules that exclude one another counts; if that could not be tried, the claim does, and
    the score is one of those `believed`."""

    def __init__(self, q: Question, values: Values, claims: Any = None) -> None:
        self.q, self.values, self.claims = q, values, claims
        self.kept, self.believed = dict[str, Look](), set[str]()

    def test(self, name: str, test: str) -> Look:
        if name in self.q.facts:
            if name not in self.values:
                return 0, 1, frozenset([name])
            is_met = self.q.facts[name].meets(test, self.values[name])
            return is_met, is_met, NONE
        scale, (low, high, open_) = self.q.scores.get(name, YES_NO), self.points(name)
        found = {scale.meets(test, at) for at in (low, *scale.edges(test)) if low <= at <= high}
        return min(found), max(found), open_ if len(found) > 1 else NONE

    def rule(self, key: str) -> Look:
        if key not in self.kept:
            self.kept[key] = look(self.q.rules[key], self.test)
        return self.kept[key]

    def told(self, key: str) -> dict[str, str]:
        """How each test of a rule comes out."""
        return {f"{name}: {test}": TRUTHS[self.test(name, test)[:2]] for name, test in tests_in(self.q.rules[key])}

    def wall(self, path: list[Question], tree: Any) -> Look:
        """Whether something impossible is so, on the facts of the guideline that imports lead to."""
        if not path:
            return look(tree, self.test)
        low, high, open_ = path[0].view(self.values).wall(path[1:], tree)
        return low, high, frozenset([path[0].names[name] for name in open_])

    def walls(self) -> Look:
        """Whether anything impossible is so."""
        return joined([self.wall(*each) for each in self.q.impossible], 1)

    def points(self, name: str) -> Look:
        """The lowest and the highest points that the rules leave a score; 0 and 1 stand for the truth of the rest."""
        points, looks = self.q.settling[name], {key: self.rule(key) for key in self.q.settling[name]}
        if name not in self.q.scores:
            return joined(looks.values(), 1)
        open_, groups, room = NONE.union(*[each[2] for each in looks.values()]), None, self.q.scores[name].room
        if open_ and self.claims is not None and (groups := groups_of(self.q, name)) is None:
            self.believed.add(name)
        able = [group for group in groups or [[key] for key in looks] if not any(looks[key][0] for key in group)]
        left = [[0, *(points[key] for key in group if looks[key][1])] for group in able]
        sure = sum(points[key] for key in looks if looks[key][0])
        low, high = (min(max(sure + sum(map(end, left)), room[0]), room[-1]) for end in (min, max))
        if name not in self.believed:
            return low, high, open_
        claimed = [self.q.scores[name].steps(text) for text in self.claims[name]]
        if not low <= claimed[0] <= claimed[1] <= high:
            raise Rejected(f"{self.q.name}: the score {name} cannot be {self.claims[name]}")
        return claimed[0], claimed[1], open_

    def results(self) -> tuple[list[str], frozenset[str]]:
        """What precedence leaves open, the empty text being no outcome, and the facts that keep it open."""
        found, open_ = list[str](), NONE
        for name, _ in self.q.tree["outcomes"]:
            low, high, names = self.points(name)
            found += [name] * high
            if low:
                return found, open_
            open_ |= names
        return [*found, ""], open_


def patient_for(
    q: Question, values: Values, loose: Collection[str], goal: Callable[[View], Look], about: str = "results"
) -> Values | None:
    """A patient for whom `goal` holds, found by filling in what is unknown, cell by cell, and value by value what
    formulas count, as far as it matters; None if there is none. `loose` facts do not follow from others."""
    bound = [name for name in q.order if q.facts[name].is_bound and name not in {*values, *loose}]
    counted = {name for each in bound for formula in q.facts[each].formulas.values() for name in facts_in(formula)}
    most = min(SPENT[about] + LIMIT, ALL)

    def find(values: Values) -> Values | None:
        SPENT[about] += 1
        if SPENT[about] > most:
            raise TooMany
        view = View(q, values)
        (is_wall, _, walls), (_, is_able, open_) = view.walls(), goal(view)
        if is_wall or not is_able:
            return None
        name = next((name for name in (*sorted(open_), *sorted(walls), *bound) if name not in values), None)
        if name is None:
            return values
        while name in bound and (reads := q.missing(name, values)):
            name = reads[0]
        tried = q.facts[name].room if name in counted else q.cells[name]
        tried = q.following(name, values) if name in bound else tried
        return next((found for at in tried if (found := find({**values, name: at})) is not None), None)

    return find(values)


def other_result(q: Question, values: Values, loose: Collection[str], known: Collection[str]) -> str | None:
    """A result beside those known that some completion of the values comes to; None if there is none."""

    def goal(view: View) -> Look:
        results, open_ = view.results()
        return len(results) == 1, not set(results) <= set(known), open_

    patient = patient_for(q, values, loose, goal)
    return None if patient is None else View(q, patient).results()[0][0]


@lru_cache(1 << 7)
def groups_of(q: Question, score: str) -> list[list[str]] | None:
    """The rules of a score, each in the first group with all of whose rules nobody can fulfil it, whatever is given;
    None where there is too much to try."""

    def agree(*rules: str) -> bool:
        both = patient_for(q, {}, q.order, lambda view: joined([view.rule(key) for key in rules], 2), "pairs")
        return both is not None

    groups: list[list[str]] = [[] for _ in q.settling[score]]
    try:
        for key in q.settling[score]:
            next(group for group in groups if not any(agree(key, other) for other in group)).append(key)
    except TooMany:
        return None
    return groups


def question_in(contents: Any, fact: Fact, way: Any, outer: Collection[str] = ()) -> Question:
    """The decision that says what a fact is, with the facts that join its guideline by imports. Those that are `outer`
    ones come to a value there alone."""
    content, facts = contents[way["guideline"]], dict[str, Fact]()
    own, walls = content["facts"]["facts"], content["facts"].get("impossible", [])
    everywhere: list[Wall] = [([], each["when"]) for each in walls]
    for name, each in own.items():
        imports = [question_in(contents, Fact(each), below, own) for below in many(each.get("from", []))]
        formulas = {each["title"].strip(): formula_in(each["formula"]) for each in many(each.get("derived", []))}
        facts[name] = Fact(each, formulas, imports)
        for q in imports:
            facts = {joining: q.facts[name] for name, joining in q.names.items()} | facts
            everywhere += [([q, *path], wall) for path, wall in q.impossible]
    cut = {*outer, *way.get("facts", {}), *way.get("values", {})}
    return Question(content, without_ways(facts, cut), everywhere, fact, way)


def without_ways(facts: Mapping[str, Fact], cut: Collection[str]) -> dict[str, Fact]:
    """The facts with some of them computed and decided by nobody, nor in what is imported."""
    kept = dict[str, Fact]()
    for name, fact in facts.items():
        imports = [way.without_ways(cut) for way in fact.imports]
        kept[name] = Fact(fact.tree) if name in cut else Fact(fact.tree, fact.formulas, imports)
    return kept


class Patient:
    """What is known, fact by fact, inputs first: the values; the date of each one's oldest part; the facts of which a
    part has no date, and those that follow from nothing because what they would follow from is too old."""

    def __init__(self, today: date, notes: set[str]) -> None:
        self.today, self.notes, self.values, self.dates = today, notes, dict[str, int](), dict[str, str]()
        self.undated, self.loose, self.cautions = set[str](), set[str](), set[str]()

    def oldest(self, names: Collection[str]) -> str:
        return min((self.dates[name] for name in names if name in self.dates), default=NEVER)

    def is_old(self, fact: Fact, at: str) -> bool:
        number, unit = fact.tree.get("max_age", "9999999 days").split()
        return (self.today - date.fromisoformat(at)).days > int(number) * (7 if unit.startswith("week") else 1)

    def tell(self, q: Question, name: str, given: Any, claims: Any) -> Any:
        """What is known of a fact: what was given, else the first way that has an answer, else what is assumed."""
        fact = q.facts[name]
        if given is not None:
            check_given(fact, name, given, self.today)
        ways = [*self.ways(q, fact, {way["title"]: way.get("proof") for way in claims})]
        fresh = [(way, reads) for way, reads, _ in ways if "value" in way and not way["is_old"]]
        rooms = [room for way, _, room in ways if "value" not in way]
        told, is_undated = {"origin": "unknown"}, False
        if given is not None and not self.is_old(fact, given.get("at", NEVER)):
            told, is_undated = {"origin": "given", **given}, "at" not in given
        elif fresh:
            told = {"origin": "derived", **{key: fresh[0][0][key] for key in fresh[0][0].keys() & {"value", "at"}}}
            is_undated = not self.undated.isdisjoint(fresh[0][1])
        elif given is not None or len(rooms) < len(ways):
            told = {"origin": "stale"}
        elif "assume" in fact.tree and all(fact.steps(fact.tree["assume"]) in room for room in rooms):
            told = {"origin": "assumed", "value": fact.text(fact.steps(fact.tree["assume"]))}
        self.dates[name] = told.get("at", NEVER) if "value" in told else self.oldest(fact.reads)
        self.undated |= {name} if is_undated else set()
        if "value" in told:
            self.values[name] = fact.steps(told["value"])
            values = [self.values[name], *(fact.steps(way["value"]) for way, _ in fresh)]
            is_apart = "from" in fact.tree and max(values) > min(values)
            if "agree_within" in fact.tree and "from" not in fact.tree:
                is_apart = max(values) - min(values) > fact.steps(fact.tree["agree_within"])
            if is_apart or any(values[0] not in room for room in rooms):
                self.cautions.add(f"disagreement: {name}")
            if "max_age" in fact.tree and is_undated:
                self.cautions.add(f"undated: {name}")
        elif self.is_old(fact, self.dates[name]):
            self.loose.add(name)
        return {**told, "ways": [way for way, _, _ in ways]}

    def ways(self, q: Question, fact: Fact, claims: Any) -> Iterator[tuple[dict[str, Any], list[str], list[int]]]:
        """What each formula gives whose inputs are known, and what each import says; with what it reads, and the values
        that it leaves possible."""
        for title, formula in fact.formulas.items():
            reads = facts_in(formula)
            if self.values.keys() >= {*reads}:
                steps = fact.rounded(value_of(formula, q.facts, self.values))
                if steps not in fact.room:
                    raise Rejected(f"facts: {title} is out of range")
                yield self.way(fact, title, reads) | {"value": fact.text(steps)}, reads, []
        for each in fact.imports:
            reads = [outer for outer in each.names.values() if outer in self.values]
            if reads or self.is_answered(each, each.title in claims):
                loose = {inner for inner, outer in each.names.items() if outer in self.loose}
                found = proof(each, each.view(self.values).values, loose, self.notes, claims[each.title])
                room = [each.results[result] for result in found["possible"] if result in each.results]
                value = {"value": fact.text(room[0])} if len(found["possible"]) == len(room) == 1 else {}
                yield self.way(fact, each.title, reads) | value | {"proof": found}, reads, room

    def way(self, fact: Fact, title: str, reads: Collection[str]) -> dict[str, Any]:
        at = self.oldest(reads)
        return {"title": title, "is_old": self.is_old(fact, at), **({} if at == NEVER else {"at": at})}

    def is_answered(self, way: Question, is_claimed: bool) -> bool:
        """Whether an import has an answer where nothing is known; as claimed where there is too much to try."""
        try:
            first = other_result(way, way.fixed, (), ())
            return first is not None and other_result(way, way.fixed, (), [first]) is None
        except TooMany:
            self.notes.add(way.name)
            return is_claimed


def proof(q: Question, values: Values, loose: Collection[str], notes: set[str], claim: Any) -> Any:
    """What is decided and why, as it must be. Of the claim only these are taken over: witnesses that are patients with
    what is known; and, noted, scores and possible results where there is too much to try."""
    seen = [witness(q, values, loose, result, texts) for result, texts in claim["witnesses"].items()]
    view, possible = View(q, values, claim["scores"]), sorted(claim["witnesses"])
    if view.walls()[0] or not possible:
        raise Rejected(f"{q.name}: what is known is impossible, or no result is said to be possible")
    scores = {name: [scale.text(steps) for steps in view.points(name)[:2]] for name, scale in q.scores.items()}
    notes |= {f"{q.name}: the score {name}" for name in view.believed}
    check_believed(view, seen)
    try:
        is_open = view.believed or not set(view.results()[0]) <= set(possible)
        if is_open and (other := other_result(q, values, loose, possible)) is not None:
            raise Rejected(f"{q.name}: the result {other or 'of no outcome'} is possible too")
    except TooMany:
        notes.add(q.name)
    sure = possible[0] if len(possible) == 1 else ""
    truths = {key: TRUTHS[view.rule(key)[:2]] for key in q.rules}
    findings = {name: TRUTHS[view.points(name)[:2]] for name in q.findings}
    concluded = [name for name, _ in q.tree["outcomes"] if sure and view.points(name)[0]]
    events = [{"rule_fired": key} for key in q.rules if truths[key] == "true"]
    events += [{"finding_does_not_hold": name} for name in q.findings if findings[name] == "false"]
    events += [{"outcome_concluded" if sure in concluded else "outcome_forced": sure}] if sure else []
    events += [{"outcome_overridden": name} for name in concluded if name != sure]
    about = {key: q.content["guideline"][key] for key in ("guideline", "version")}
    return {
        "guideline": {**about, "sha256": hash_of(q.content)},
        "decision": q.tree["decision"],
        "status": "concluded" if sure else "not_covered" if possible == [""] else "needs_information",
        "outcome": sure,
        "possible": possible,
        "witnesses": claim["witnesses"],
        "rules": {key: {"truth": truths[key], "tests": view.told(key)} for key in q.rules},
        "scores": scores,
        "findings": findings,
        "events": events,
        "cautions": [key for key in q.warning if truths[key] == "true"],
        "cautions_open": [key for key in q.warning if truths[key] == "unknown"],
    }


def check_believed(view: View, witnesses: list[View]) -> None:
    """Refuses believed scores that do not hold for a witness. Those that hold for all exclude none of their results."""
    for name, (low, high, _) in [(name, view.points(name)) for name in view.believed]:
        if not all(low <= each.points(name)[0] <= high for each in witnesses):
            raise Rejected(f"{view.q.name}: a witness has other points than the score {name} is said to have")


def witness(q: Question, values: Values, loose: Collection[str], result: str, texts: Any) -> View:
    """What follows for one. Refuses one that is no possible patient with what is known, or comes to something else."""
    steps = {name: q.facts[name].steps(text) for name, text in texts.items()}
    bound = [name for name in q.order if q.facts[name].is_bound and name not in {*values, *loose}]
    is_one = steps.keys() == {*q.order} and steps.items() >= values.items()
    is_one = is_one and all(q.facts[name].has(texts[name]) for name in texts)
    is_one = is_one and all(steps[name] in q.following(name, steps) for name in bound)
    view = View(q, steps)
    if not is_one or view.walls()[0] or view.results()[0] != [result]:
        raise Rejected(f"{q.name}: the witness for {result or 'no outcome'} cannot be, or comes to something else")
    return view


def check_given(fact: Fact, name: str, given: Any, today: date) -> None:
    """Refuses a value out of range or in another spelling, and a date of the future."""
    at = date.fromisoformat(given.get("at", today.isoformat()))
    if not fact.has(given["value"]) or not given.keys() <= {"value", "at"}:
        raise Rejected(f"given.{name}: {given['value']} is no value of it, or there is more than value and date")
    if at > today or at.isoformat() != given.get("at", at.isoformat()):
        raise Rejected(f"given.{name}: {at} is no date up to that of the decision")


def check(document: Any) -> tuple[list[str], set[str]]:
    """Why the certificate is rejected, empty where it is accepted; and of which decisions it could not be verified that
    no completion comes to another result than those named."""
    notes = set[str]()
    SPENT.clear()
    try:
        return [*check_hashes(document), *check_decision(document, notes)], notes
    except Rejected as rejected:
        return [str(rejected)], notes
    except FAULTS as error:
        return [f"it cannot be read as a certificate: {type(error).__name__}: {error}"], notes


def check_hashes(document: Any) -> Iterator[str]:
    """Every hash, and that the guidelines are those that are imported, no more and no fewer. They import one another in
    no circle, as each one's hash covers those of its imports."""
    contents = document["content"]
    if document["format"] != FORMAT or document.keys() != KEYS:
        raise Rejected("format: this is no certificate that can be checked here")
    if document["sha256"] != hash_of({key: each for key, each in document.items() if key != "sha256"}):
        yield "sha256: it is not that of the certificate"
    for gid, content in contents.items():
        if content["guideline"]["guideline"] != gid:
            yield f"content.{gid}: it is another guideline"
        wrong = [name for name, known in content.get("imports", {}).items() if hash_of(contents[name]) != known]
        yield from (f"content.{name}: its hash is not that of the guideline that {gid} imports" for name in wrong)
    if contents.keys() != {document["guideline"]}.union(*(each.get("imports", {}) for each in contents.values())):
        yield "content: it holds a guideline that nothing imports"


def check_decision(document: Any, notes: set[str]) -> Iterator[str]:
    """Every place at which the facts and the proof are not what follows from what is given."""
    contents, given, at = document["content"], document["given"], datetime.fromisoformat(document["at"])
    way = {"guideline": document["guideline"], "decision": document["decision"]}
    answers = dict(contents[way["guideline"]]["decisions"][way["decision"]]["outcomes"])
    q, patient = question_in(contents, Fact({"choices": answers}), way), Patient(at.date(), notes)
    if at.utcoffset() is None or at.isoformat() != document["at"]:
        yield "at: it is no instant"
    if not given.keys() <= {*q.order} or None in given.values():
        yield "given: some of it plays no part, or has no value"
    facts = {name: patient.tell(q, name, given.get(name), document["facts"][name]["ways"]) for name in q.order}
    found = {"facts": facts, "proof": proof(q, patient.values, patient.loose, notes, document["proof"])}
    about, cautions = q.content["guideline"], patient.cautions
    cautions |= {"retired"} if about["status"] == "retired" else set()
    is_due = patient.today > date.fromisoformat(about.get("review_by", NEVER))
    found["cautions"] = sorted(cautions | ({"due for review"} if is_due else set()))
    for key in found:
        yield from differences(key, document[key], found[key])


def differences(path: str, claimed: Any, found: Any) -> Iterator[str]:
    """Every place at which two trees differ."""
    if isinstance(claimed, dict) and isinstance(found, dict):
        for key in sorted(claimed.keys() | found.keys()):
            if key in claimed and key in found:
                yield from differences(f"{path}.{key}", claimed[key], found[key])
            else:
                yield f"{path}.{key}: it {'does not belong here' if key in claimed else 'is left out'}"
    elif isinstance(claimed, list) and isinstance(found, list) and len(claimed) == len(found):
        for number, (one, other) in enumerate(zip(claimed, found, strict=True)):
            yield from differences(f"{path}[{number}]", one, other)
    elif claimed != found or type(claimed) is not type(found):
        yield f"{path}: the certificate has {str(claimed)[:200]}, the guideline gives {str(found)[:200]}"


def hash_of(tree: Any) -> str:
    """SHA-256 of canonical JSON (RFC 8785): keys are names, which have one order, and there are no numbers."""
    return sha256(json.dumps(tree, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()).hexdigest()


def read(text: str) -> Any:
    """A certificate. One that gives a key twice could be read in two ways."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) < len(pairs):
            raise ValueError("a key stands twice")
        return dict(pairs)

    return json.loads(text, object_pairs_hook=once)


def main(arguments: list[str]) -> int:
    """Prints what was found; the exit code."""
    lines, code, notes = ["usage: python check_certificate.py CERTIFICATE.json"], 2, set[str]()
    try:
        if len(arguments) == 1:
            wrong, notes = check(read(Path(arguments[0]).read_text("utf-8-sig")))
            lines, code = [f"rejected: {each}" for each in wrong], 1
    except OSError as error:
        lines = [f"it cannot be opened: {error}"]
    except (MemoryError, RecursionError, ValueError) as error:
        lines, code = [f"rejected: it cannot be read: {error}"], 1
    if not lines:
        lines = [f"universal claim not verified: {q} has too many completions to try them all" for q in sorted(notes)]
        lines, code = [*lines, "accepted but for that" if notes else "accepted"], 3 if notes else 0
    for line in lines:
        sys.stdout.write("".join(each if each.isprintable() else "?" for each in line) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
