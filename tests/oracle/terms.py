"""What the oracle speaks of: trees as an author writes them, values, facts, rules, questions, answers. Nothing here
reads or decides.

What one guideline says of its facts can be held against another guideline's facts: such things carry `names`, which
says for each fact in the words of the one that wrote it which fact of the reader's vocabulary it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TypeAlias

Tree: TypeAlias = "Mapping[str, Tree] | Sequence[Tree] | str"
Given: TypeAlias = "str | int | None"  # a bool is an int
Value: TypeAlias = "Fraction | bool | str"
Truth: TypeAlias = "bool | None"  # None: unknown
Interval: TypeAlias = "tuple[Fraction, Fraction]"  # the lowest and the highest value that a score may have
Values: TypeAlias = "Mapping[str, Value | None]"
Names: TypeAlias = "Mapping[str, str]"
Condition: TypeAlias = "Callable[[Values, Conclusions], Truth]"

YES_NO = {"yes": True, "true": True, "no": False, "false": False}


class UnusableInput(Exception):
    """A given or derived value that no decision can use: wrong type, out of range, ln(0)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The exact answer of one decision for one patient.

    `status` is concluded, needs_information, not_covered, contradictory or input_error; the
    last two leave every other field empty. Tuples are sorted; a finding's None is unknown. `scores` are the lowest and
    the highest value of each on what is known; `values` are those of all facts that play a part.
    """

    status: str
    outcome: str | None = None
    possible: tuple[str, ...] = ()
    may_be_not_covered: bool = False
    fired: tuple[str, ...] = ()
    findings: Mapping[str, Truth] = field(default_factory=dict)
    overridden: tuple[str, ...] = ()
    scores: Mapping[str, Interval] = field(default_factory=dict)
    values: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Certain:
    """What all completions have in common: the rules that fire in each, the findings (None where they differ), and the
    lowest and highest value of each score."""

    fired: frozenset[str]
    findings: Mapping[str, Truth]
    scores: Mapping[str, Interval]


@dataclass(frozen=True, slots=True)
class Trees:
    """The files of a guideline: facts.yaml, its decisions by name, and findings.yaml where there is one."""

    facts: Tree
    decisions: Mapping[str, Tree]
    findings: Tree | None = None


@dataclass(frozen=True, slots=True)
class Conclusions:
    """What rules have concluded so far: findings and scores."""

    findings: dict[str, Truth] = field(default_factory=dict)
    scores: dict[str, Interval] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Formula:
    """One derivation of a fact; `names` has its inputs."""

    text: str
    names: Names

    def inputs(self, values: Values) -> Values:
        """What its inputs are, in its own words."""
        return {name: values[ours] for name, ours in self.names.items()}


@dataclass(frozen=True, slots=True)
class Import:
    """A decision of another guideline that a fact comes from, as bound; `names` has every fact that plays a part in it.

    `joining` are those of them, in their words, that bring their declaration along. `mapped` is what each result means
    for the fact; None, no outcome, means `otherwise` if there is one.
    """

    question: Question
    names: Names
    joining: frozenset[str]
    mapped: Mapping[str | None, Value]

    def inputs(self, values: Values) -> Values:
        """What is known of its facts, in its own words."""
        return {name: values[ours] for name, ours in self.names.items()}


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: its type, its grid from low to high, and where else its value may come from. A fact fixed by an import
    has a grid of one value."""

    type: str
    decimals: int
    grid: tuple[Value, ...]
    formulas: tuple[Formula, ...] = ()
    imports: tuple[Import, ...] = ()
    assumed: Value | None = None
    is_fixed: bool = False

    @property
    def ends(self) -> tuple[Value, Value]:
        """The lowest and the highest value."""
        return self.grid[0], self.grid[-1]

    @property
    def rests_on(self) -> frozenset[str]:
        """The facts that its value may come from."""
        names = [*(each.names for each in self.formulas), *(each.names for each in self.imports)]
        return frozenset(ours for each in names for ours in each.values())

    def bound(self) -> Fact:
        """The same in an import that binds it: a type and a range, for its value comes from the importing guideline."""
        return Fact(self.type, self.decimals, self.grid)

    def fixed(self, value: Value) -> Fact:
        """The same in an import that fixes its value."""
        return Fact(self.type, self.decimals, (value,), assumed=value, is_fixed=True)

    def renamed(self, names: Names) -> Fact:
        """The same in another vocabulary."""
        formulas = tuple(replace(each, names=through(each.names, names)) for each in self.formulas)
        imports = tuple(replace(each, names=through(each.names, names)) for each in self.imports)
        return replace(self, formulas=formulas, imports=imports)


@dataclass(frozen=True, slots=True)
class Impossible:
    """A combination that cannot be; `names` has the facts it tests."""

    condition: Condition
    names: Names

    def is_so(self, values: Values) -> bool:
        """Whether the values, all known, make it true."""
        return bool(self.condition({name: values[ours] for name, ours in self.names.items()}, Conclusions()))

    def renamed(self, names: Names) -> Impossible:
        """The same in another vocabulary."""
        return replace(self, names=through(self.names, names))


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every fact of a guideline, those that joined it from others too, and what cannot be."""

    facts: Mapping[str, Fact]
    impossible: tuple[Impossible, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its condition (`when` and not `unless`), every finding and outcome it concludes, what it adds to
    scores."""

    name: str
    condition: Condition
    concludes: tuple[str, ...]
    points: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Question:
    """One decision with all that bears on it: every fact of the vocabulary; the names of those that play a part, inputs
    before what rests on them; the findings and scores, each after those it depends on (`steps`); scores as facts."""

    facts: Mapping[str, Fact]
    relevant: tuple[str, ...]
    impossible: tuple[Impossible, ...]
    outcomes: tuple[str, ...]
    steps: tuple[str, ...]
    scores: Mapping[str, Fact]
    rules: tuple[Rule, ...]


def through(names: Names, further: Names) -> Names:
    """Names of names: from the words of the first to the vocabulary of the second."""
    return {name: further[middle] for name, middle in names.items()}


def mapping(tree: Tree) -> Mapping[str, Tree]:
    """The tree, which is a mapping."""
    if not isinstance(tree, Mapping):
        raise TypeError(f"not a mapping: {tree}")
    return tree


def listed(tree: Tree) -> Sequence[Tree]:
    """The tree as a list, where one item may stand without."""
    return [tree] if isinstance(tree, str | Mapping) else tree
