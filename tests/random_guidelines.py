"""Random small guidelines and patients for the property tests, and how to write them as files.

Guidelines are valid by construction: thresholds lie on the fact's grid and in its range, every test is met by some
value, findings and derivations go in no circle. They are trees as an author would write them; `tests.oracle` says what
they mean. Not here: invalid guidelines (loading has its own tests), dates and staleness.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from pathlib import Path
from random import Random
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.oracle import Given, Tree, UnusableInput, accepted, computed, read_fact, rounded

T = TypeVar("T")

COMPLETIONS = 2_000
"""About how many completions a random patient has at most; two formulas for a fact count twice."""

NUMBERS = ("grip", "surface_temperature", "wind", "snow_depth")
_INTEGERS = ("lorries", "lanes", "hours_since_frost")
_CHOICES = {"sky": ("none", "rain", "sleet", "snow"), "surface": ("dry", "damp", "frozen"), "verge": ("soft", "firm")}
_YES_NO = ("salted", "convoy", "bridge")
_DERIVED = ("slip_index", "chill", "strain")
_DECISIONS = {
    "opening": (("glazed", "exposed", "risky"), ("close_road", "escort", "slow_down", "open_road")),
    "gritting": (("urgent", "sheltered"), ("grit_now", "grit_later", "leave")),
}
_FACTORS = ("0.5", "0.25", "1.5", "0.3", "0.75", "2", "0.05")
_LINEAR = [
    "{a}",
    "{a} + {b}",
    "{a} - {b}",
    "{k}*{a} + {m}*{b}",
    "({a} + {b})/{n}",
    "{a}*{k} - {m}",
    "{a}/{n} + 2*({b} - {k})",
]
_WHOLE = ["{a}", "{a} + {b}", "{a} - {b}", "2*{a} + {b}", "3*({a} - {b})", "{a} - 1"]
_FREE = ["sqrt({a})", "{k}*sqrt({a}) + {m}*ln({b})", "{a}*{b}", "{a}/{b}", "min({a}, {b}, {k})", "abs({a} - {b}) + {m}"]
_FREE_WHOLE = ["abs({a} - {b})", "max({a}, {b})", "{a}*{b}", "min({a}, 2)"]
_PLAIN = re.compile(r"[a-z][a-z0-9_]*|-?\d+(\.\d+)?|\d+\.\d+\.\d+|\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Draft:
    """A fact on its way to the vocabulary; a number's `low` and `high` count steps of its last decimal."""

    name: str
    type: str
    decimals: int = 0
    low: int = 0
    high: int = 1
    choices: tuple[str, ...] = ()
    formulas: tuple[str, ...] = ()
    linear: bool = True
    assumed: str | None = None

    @property
    def is_numeric(self) -> bool:
        """Whether it has a range, can be compared and can be an input of formulas."""
        return self.type in ("number", "integer")

    @property
    def values(self) -> tuple[str, ...]:
        """Every value of its grid, as written."""
        if self.is_numeric:
            return tuple(self.text(step) for step in range(self.low, self.high + 1))
        return self.choices or ("yes", "no")

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every way to write a value that is no number."""
        return self.choices or ("yes", "no", "true", "false")

    def text(self, step: int, more: int = 0) -> str:
        """A number of steps as a decimal; with `more`, of steps ten to the `more` times as fine."""
        places = self.decimals + more
        digits = str(abs(step)).rjust(places + 1, "0")
        split = len(digits) - places
        return ("-" if step < 0 else "") + digits[:split] + ("." + digits[split:] if places else "")


@dataclass(frozen=True, slots=True)
class RandomGuideline:
    """A guideline as trees: the content of facts.yaml and of each decision's file, by the decision's name."""

    facts: Mapping[str, Tree]
    decisions: Mapping[str, Mapping[str, Tree]]
    drafts: tuple[Draft, ...] = ()


def _pick(draw: DrawFn, options: Sequence[T]) -> T:
    return options[draw(st.integers(0, len(options) - 1))]


def _some(draw: DrawFn, options: Sequence[T], most: int, least: int = 1) -> tuple[T, ...]:
    """Some of the options, each at most once, in any order."""
    left = list(dict.fromkeys(options))
    count = draw(st.integers(min(least, len(left)), min(most, len(left))))
    return tuple(left.pop(draw(st.integers(0, len(left) - 1))) for _ in range(count))


def _one_in(draw: DrawFn, times: int) -> bool:
    return draw(st.integers(1, times)) == times


# Guidelines


@st.composite
def guidelines(draw: DrawFn) -> RandomGuideline:
    """Valid guidelines of one or two decisions, with facts of every kind."""
    drafts = vocabulary(draw, (*_YES_NO, *_CHOICES, *_INTEGERS, *NUMBERS))
    facts: dict[str, Tree] = {"facts": {fact.name: fact_tree(fact) for fact in drafts}}
    if _one_in(draw, 3):
        facts["impossible"] = [_impossible(draw, drafts) for _ in range(draw(st.integers(1, 2)))]
    chosen = list(_DECISIONS)[: 2 if _one_in(draw, 4) else 1]
    return RandomGuideline(facts, {name: _decision(draw, name, drafts) for name in chosen}, drafts)


def vocabulary(draw: DrawFn, names: Sequence[str], least_derived: int = 0) -> tuple[Draft, ...]:
    """Two to five facts that stand alone and up to three derived from those before them."""
    drafts = [_assumed(draw, _base(draw, name)) for name in _some(draw, names, 5, least=2)]
    for name in _DERIVED[: draw(st.integers(least_derived, 3))]:
        if inputs := [fact for fact in drafts if fact.is_numeric]:
            drafts.append(_assumed(draw, _derived(draw, name, inputs)))
    return tuple(drafts)


def _base(draw: DrawFn, name: str) -> Draft:
    if name in _CHOICES:
        return Draft(name, "choice", choices=_CHOICES[name])
    if name in _YES_NO:
        return Draft(name, "yes_no")
    if name in _INTEGERS:
        low = draw(st.integers(-4, 4))
        return Draft(name, "integer", 0, low, low + draw(st.integers(1, 6)))
    low = draw(st.integers(-12, 12))
    return Draft(name, "number", draw(st.integers(0, 2)), low, low + draw(st.integers(1, 12)))


def _assumed(draw: DrawFn, fact: Draft) -> Draft:
    return replace(fact, assumed=_pick(draw, fact.values)) if _one_in(draw, 6) else fact


def _derived(draw: DrawFn, name: str, inputs: Sequence[Draft]) -> Draft:
    wholes = [fact for fact in inputs if fact.type == "integer"]
    free = _one_in(draw, 4)
    if wholes and _one_in(draw, 3):
        fact, used, linear_or_free = Draft(name, "integer"), wholes, (_WHOLE, _FREE_WHOLE)
    else:
        fact = Draft(name, "number", draw(st.integers(0, 1 if free else 2)))
        used, linear_or_free = list(inputs), (_LINEAR, _FREE)
    templates = _some(draw, linear_or_free[free], 2)
    if free and _one_in(draw, 3):
        templates = (_pick(draw, linear_or_free[0]), templates[0])  # one that is not linear makes the fact so
    formulas = tuple(_formula(draw, template, used) for template in templates)
    return _ranged(draw, replace(fact, formulas=formulas, linear=not free), inputs)


def _formula(draw: DrawFn, template: str, inputs: Sequence[Draft]) -> str:
    a, b = _pick(draw, inputs).name, _pick(draw, inputs).name
    k, m = _pick(draw, _FACTORS), _pick(draw, _FACTORS)
    return template.format(a=a, b=b, k=k, m=m, n=_pick(draw, "2348"))


def _ranged(draw: DrawFn, fact: Draft, inputs: Sequence[Draft]) -> Draft:
    """A range about as wide as the formulas reach, or one that bites; never very many steps."""
    reached = [int(rounded(value, fact.decimals) * 10**fact.decimals) for value in _corners(fact.formulas, inputs)]
    low = min(reached, default=0) + _pick(draw, (0, 0, 0, -1, -2, 1, 3))
    high = max(max(reached, default=3) + _pick(draw, (0, 0, 0, 1, 2, -1, -3)), low + 1)
    return replace(fact, low=low, high=min(high, low + (120 if fact.linear else 15)))


def _corners(formulas: Sequence[str], inputs: Sequence[Draft]) -> Iterator[Fraction]:
    """What the formulas give for the ends of the ranges of their inputs."""
    for formula in formulas:
        used = [fact for fact in inputs if re.search(rf"\b{fact.name}\b", formula)]
        for ends in product(*((fact.text(fact.low), fact.text(fact.high)) for fact in used)):
            try:
                yield computed(formula, {fact.name: Fraction(end) for fact, end in zip(used, ends, strict=True)})
            except UnusableInput:
                continue


def fact_tree(fact: Draft) -> Tree:
    """The fact as an entry of facts.yaml."""
    title = fact.name.replace("_", " ")
    tree: dict[str, Tree] = {"title": title.capitalize(), "question": f"What is the {title}?", "type": fact.type}
    if fact.is_numeric:
        tree["range"] = [fact.text(fact.low), fact.text(fact.high)]
    if fact.type == "number":
        tree["decimals"] = str(fact.decimals)
    if fact.choices:
        tree["choices"] = {choice: f"{choice} {title}" for choice in fact.choices}
    if fact.assumed is not None:
        tree["assume"] = fact.assumed
    if fact.formulas:
        tree["derived"] = [{"title": f"{title} by formula {n}", "formula": f} for n, f in enumerate(fact.formulas)]
    return tree


def _impossible(draw: DrawFn, drafts: Sequence[Draft]) -> Tree:
    when = _condition(draw, drafts, (), most=2, depth=1)
    return {"when": when, "because": "The weather does not do this."}


def _decision(draw: DrawFn, name: str, drafts: Sequence[Draft]) -> Mapping[str, Tree]:
    """A decision over the facts: one to eight rules, findings that only build on earlier ones."""
    all_findings, all_outcomes = _DECISIONS[name]
    findings = all_findings[: draw(st.integers(0, len(all_findings)))]
    outcomes = _some(draw, all_outcomes, 4)
    targets: list[tuple[str, ...]] = [(finding,) for finding in findings]
    targets += [_conclusion(draw, findings, outcomes) for _ in range(draw(st.integers(1, 8 - len(findings))))]
    rules: dict[str, Tree] = {
        f"rule_{n}": _rule(draw, then, findings, outcomes, drafts) for n, then in enumerate(targets)
    }
    tree: dict[str, Tree] = {"decision": name, "question": f"What about {name}?"}
    tree["outcomes"] = {outcome: {"title": outcome, "meaning": f"It is {outcome}."} for outcome in outcomes}
    if findings:
        tree["findings"] = {finding: f"The road is {finding}" for finding in findings}
    return {**tree, "rules": rules}


def _conclusion(draw: DrawFn, findings: Sequence[str], outcomes: Sequence[str]) -> tuple[str, ...]:
    """What a rule concludes: mostly one outcome; nothing (a caution only), findings, or findings and an outcome."""
    kind = draw(st.integers(0, 7))
    some = _some(draw, findings, 2) if kind in (5, 6) else ()
    return some if kind == 7 or (kind == 6 and some) else (*some, _pick(draw, outcomes))


def _rule(
    draw: DrawFn, then: tuple[str, ...], findings: Sequence[str], outcomes: Sequence[str], drafts: Sequence[Draft]
) -> Tree:
    below = findings[: min((findings.index(name) for name in then if name in findings), default=len(findings))]
    tree: dict[str, Tree] = {"title": "A rule of the road", "when": _condition(draw, drafts, below, most=3)}
    if _one_in(draw, 4):
        tree["unless"] = _condition(draw, drafts, below, most=2)
    if then:
        tree |= {"then": then[0] if len(then) == 1 else then, "because": "So the road book says."}
    if not then or _one_in(draw, 4):
        tree["caution"] = _pick(draw, ("Ice is slippery.", {"text": "Mind the verge.", "source": _ADDED}))
    lower = outcomes[outcomes.index(then[-1]) + 1 :] if set(then) & set(outcomes) else ()
    if lower and _one_in(draw, 4):
        tree["overrides"] = lower
    return {**tree, "source": _pick(draw, (_STATED, _ADDED, [_STATED, _ADDED]))}


_STATED: Tree = {"cite": "road_book", "at": "Ice", "basis": "stated"}
_ADDED: Tree = {"cite": "road_book", "basis": "added"}


def _condition(draw: DrawFn, drafts: Sequence[Draft], findings: Sequence[str], most: int, depth: int = 2) -> Tree:
    """A mapping of one to `most` entries: tests on facts, findings, and nested all, any and not."""
    words = ("all", "any", "not") if depth else ()
    keys = _some(draw, (*drafts, *findings, *words), _pick(draw, (1, most)))

    def nested(least: int, size: int) -> list[Tree]:
        return [_condition(draw, drafts, findings, size, depth - 1) for _ in range(draw(st.integers(least, 3)))]

    tree: dict[str, Tree] = {}
    for key in keys:
        if isinstance(key, Draft):
            tree[key.name] = _unary_test(draw, key)
        elif key in words:
            tree[key] = _condition(draw, drafts, findings, 1, depth - 1) if key == "not" else nested(1, 2)
        else:
            tree[key] = _pick(draw, ("yes", "no"))
    return tree


def _unary_test(draw: DrawFn, fact: Draft) -> Tree:
    """A test in any of its written forms that some value of the fact meets."""
    form = draw(st.integers(0, 6))
    parts = [_simple_test(draw, fact) for _ in range(1 if form < 4 else draw(st.integers(1, 3)))]
    negated = f"not({', '.join(parts)})"
    test: Tree = {4: ", ".join(parts), 5: parts, 6: [parts[0], negated]}.get(form, negated if form == 3 else parts[0])
    return test if accepted(test, read_fact(fact_tree(fact))) else parts[0]


def _simple_test(draw: DrawFn, fact: Draft) -> str:
    if not fact.is_numeric:
        return _pick(draw, fact.spellings)
    low, high = sorted((_pick(draw, fact.values), _pick(draw, fact.values)), key=Fraction)
    space, form = _pick(draw, ("", " ")), draw(st.integers(0, 3))
    test = low if form or "." not in low else low.rstrip("0").rstrip(".")
    if form == 1:
        test = f"{_pick(draw, ('<=', '>=', '<', '>'))}{space}{low}"
    if form > 1:
        test = f"{_pick(draw, '[(]')}{low}{space}..{space}{high}{_pick(draw, '])[')}"
    return test if accepted(test, read_fact(fact_tree(fact))) else low


@st.composite
def patients(draw: DrawFn, guideline: RandomGuideline) -> Mapping[str, Given]:
    """Values for some of the facts, so that about `COMPLETIONS` completions are left at most.

    They may contradict each other, put a derived value out of its range, or be finer than the fact's decimals.
    """
    patient: dict[str, Given] = {}
    missing, left = _pick(draw, (1, 3, 6)), COMPLETIONS
    for fact in reversed(guideline.drafts):  # derived ones first: they are seldom given
        cost = len(fact.formulas) if fact.formulas and fact.linear else len(fact.values)
        if cost > left or draw(st.integers(0, 9)) >= (8 if fact.formulas else missing):
            patient[fact.name] = given_value(draw, fact)
            continue
        left //= cost
        if _one_in(draw, 8):
            patient[fact.name] = None
    return patient


def given_value(draw: DrawFn, fact: Draft) -> Given:
    """A value of the fact, in any type or precision a patient's record may have."""
    unusual = _one_in(draw, 3)
    if fact.type == "integer":
        return draw(st.integers(fact.low, fact.high)) if unusual else _pick(draw, fact.values)
    if fact.type == "yes_no":
        return draw(st.booleans()) if unusual else _pick(draw, fact.spellings)
    if fact.type == "choice" or not unusual:
        return _pick(draw, fact.values)
    return fact.text(draw(st.integers(fact.low, fact.high)) * 10 + draw(st.integers(-5, 5)), more=1)


# Order and files


def reordered(tree: Tree, random: Random) -> Tree:
    """The same tree with everything shuffled whose order means nothing."""
    if isinstance(tree, str):
        return tree
    if not isinstance(tree, Mapping):
        return [reordered(part, random) for part in tree]
    parts = {key: _reordered_part(key, part, random) for key, part in tree.items()}
    keys = random.sample(list(parts), len(parts))
    return {key: parts[key] for key in keys}


def _reordered_part(key: str, part: Tree, random: Random) -> Tree:
    shuffled = reordered(part, random)
    if key == "outcomes" and isinstance(shuffled, Mapping) and isinstance(part, Mapping):
        return {name: shuffled[name] for name in part}
    if key in ("all", "any", "impossible", "then", "source") and isinstance(shuffled, list):
        return random.sample(shuffled, len(shuffled))
    return shuffled


def write(guideline: RandomGuideline, folder: Path, order: Callable[[list[str]], list[str]] = sorted) -> Path:
    """Writes the guideline as files, one after another in the given order; returns its folder, `folder`/icy_roads."""
    trees: dict[str, Tree] = {"guideline": _IDENTITY, "facts": guideline.facts, **guideline.decisions}
    home = folder / "icy_roads"
    home.mkdir(parents=True)
    for name in order(list(trees)):
        (home / f"{name}.yaml").write_text(as_yaml(trees[name]), encoding="utf-8")
    return home


_IDENTITY: Tree = {
    "guideline": "icy_roads",
    "version": "1.0.0",
    "status": "draft",
    "title": "Ice on roads",
    "purpose": "To prove the engine on a world without medicine.",
    "population": "Roads in winter",
    "limits": "Made at random: no road should follow it.",
    "sources": {
        "road_book": {"title": "The road book", "publisher": "Road office", "date": "2026-01-31", "kind": "definition"}
    },
}


def as_yaml(tree: Tree, indent: str = "") -> str:
    """Block YAML; lists of texts in brackets; in quotes whatever is not plainly a name, number, date or version."""
    if isinstance(tree, Mapping):
        return "".join(f"{indent}{key}:{_as_value(part, indent + '  ')}" for key, part in tree.items())
    return "".join(f"{indent}-{_as_value(part, indent + '  ')}" for part in tree)


def _as_value(tree: Tree, indent: str) -> str:
    if isinstance(tree, str):
        return f" {_as_scalar(tree)}\n"
    if not isinstance(tree, Mapping) and all(isinstance(part, str) for part in tree):
        return f" [{', '.join(_as_scalar(str(part)) for part in tree)}]\n"
    return f"\n{as_yaml(tree, indent)}"


def _as_scalar(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
