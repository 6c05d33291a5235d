"""Units of a patient, and every completion in which some of them are other than they are; by brute force.

A known fact that linear formulas gave its value follows from others; so does an unknown one that linear formulas or
imports bind. All other facts vary on their own. Nothing here shares code with the engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby, product

from tests.oracle.conditions import accepted
from tests.oracle.deciding import _derived, _imported, known_values, result
from tests.oracle.formulas import computed, is_linear, parsed, rounded
from tests.oracle.reading import read_question, read_vocabulary
from tests.oracle.terms import Fact, Formula, Given, Question, Tree, Trees, UnusableInput, Value, Values

Ways = tuple[tuple[str, int], ...]
"""By which formula or import facts follow, by name."""
Runs = Mapping[str, tuple[tuple[Value, ...], ...]]
"""The values of facts in runs of neighbours that no test tells apart."""


@dataclass(frozen=True)
class Units:
    """A patient by units: the values of known and of assumed ones; the number of the formula that each known linear
    fact follows by; unknown facts that vary on their own, and those that are bound. `values` has all that is known."""

    question: Question
    patient: Mapping[str, Given]
    values: Values
    known: Mapping[str, Value]
    assumed: Mapping[str, Value]
    follows: Mapping[str, int]
    unknown: frozenset[str]
    bound: frozenset[str]
    runs: Runs
    used: frozenset[str]
    results: dict[tuple[Value, ...], str | None] = field(default_factory=dict)
    imports: dict[tuple[str, int, tuple[Value, ...]], Value | None] = field(default_factory=dict)

    def sample(self, name: str) -> tuple[Value, ...]:
        """One value of each run of values that no test tells apart: the known one of its run, of others the first."""
        known = self.values[name]
        return tuple(known if known is not None and known in run else run[0] for run in self.runs[name])


def read_units(
    facts_tree: Tree,
    decision_tree: Tree,
    patient: Mapping[str, Given],
    findings_tree: Tree | None = None,
    guidelines: Mapping[str, Trees] | None = None,
) -> Units:
    """The units of a patient whose values can be used."""
    vocabulary = read_vocabulary(facts_tree, guidelines or {})
    question = read_question(vocabulary, decision_tree, findings_tree)
    values = known_values(question, patient)
    known: dict[str, Value] = {}
    assumed: dict[str, Value] = {}
    follows: dict[str, int] = {}
    for name, value in values.items():
        fact = question.facts[name]
        if value is None:
            continue
        if patient.get(name) is not None or (_is_computed(fact, values) and not _is_linear(fact)):
            known[name] = value
        elif _is_computed(fact, values):
            follows[name] = next(n for n, each in enumerate(fact.formulas) if None not in each.inputs(values).values())
        else:
            (known if _imported(fact, values) is not None else assumed)[name] = value
    unknown = {name for name, value in values.items() if value is None}
    bound = frozenset(name for name in unknown if question.facts[name].imports or _is_linear(question.facts[name]))
    trees = (facts_tree, decision_tree, findings_tree or {}, *_all_trees(guidelines or {}))
    return Units(
        question=question,
        patient={name: value for name, value in patient.items() if value is not None},
        values=values,
        known=known,
        assumed=assumed,
        follows=follows,
        unknown=frozenset(unknown - bound),
        bound=bound,
        runs=_runs(question, trees, frozenset({**known, **assumed})),
        used=frozenset(_tested(trees[:3])) | _beside(decision_tree),
    )


def _is_linear(fact: Fact) -> bool:
    return bool(fact.formulas) and all(is_linear(parsed(each.text)) for each in fact.formulas)


def _is_computed(fact: Fact, values: Values) -> bool:
    return _derived(fact, values) is not None


def _beside(decision_tree: Tree) -> frozenset[str]:
    assert isinstance(decision_tree, Mapping)
    return frozenset(str(name) for name in decision_tree.get("beside", ()))


def _all_trees(guidelines: Mapping[str, Trees]) -> Iterator[Tree]:
    for trees in guidelines.values():
        yield from (trees.facts, trees.findings or {}, *trees.decisions.values())


def _tested(trees: Iterable[Tree]) -> dict[str, list[Tree]]:
    """Every test in the trees, by the name that is tested, wherever it stands."""
    found: dict[str, list[Tree]] = {}
    for tree in trees:
        if isinstance(tree, Mapping):
            for key, part in tree.items():
                for condition in [part] if key in ("when", "unless") else []:
                    _collect(condition, found)
                for name, tests in _tested([part]).items():
                    found.setdefault(name, []).extend(tests)
        elif not isinstance(tree, str):
            for name, tests in _tested(tree).items():
                found.setdefault(name, []).extend(tests)
    return found


def _collect(condition: Tree, found: dict[str, list[Tree]]) -> None:
    if isinstance(condition, Mapping):
        for key, part in condition.items():
            if key in ("all", "any", "not", "at_least", "of"):
                _collect(part, found)
            elif key != "n":
                found.setdefault(key, []).append(part)
    elif not isinstance(condition, str):
        for part in condition:
            _collect(part, found)


def _runs(
    question: Question, trees: Iterable[Tree], settled: frozenset[str]
) -> Mapping[str, tuple[tuple[Value, ...], ...]]:
    """The values of each fact in runs of neighbours that meet the same tests, whoever tests them and by whatever name.

    No condition can tell the values of a run apart, so that one of them stands for all. That is exact for facts that no
    formula computes with; those that one does, and the computed ones, have a run for each value. A unit that is settled
    is no longer computed, whatever its formula says.
    """
    tested = _tested(trees)
    aliases = {name: {name} for name in question.relevant}
    _add_aliases(question, {name: name for name in question.relevant}, aliases)
    following = [question.facts[name] for name in question.relevant if name not in settled]
    computed_with = {ours for fact in following for each in fact.formulas for ours in each.names.values()}
    runs: dict[str, tuple[tuple[Value, ...], ...]] = {}
    for name in question.relevant:
        fact = question.facts[name]
        if name in computed_with or (_is_linear(fact) and name not in settled):
            runs[name] = tuple((value,) for value in fact.grid)
            continue
        met = [met for alias in sorted(aliases[name]) for test in tested.get(alias, ()) for met in _met(test, fact)]
        told = [(tuple(value in each for each in met), value) for value in fact.grid]
        runs[name] = tuple(tuple(value for _, value in run) for _, run in groupby(told, key=lambda each: each[0]))
    return runs


def _met(test: Tree, fact: Fact) -> list[frozenset[Value]]:
    """The values that meet the test, where it can be one on the fact: another guideline's may be on its namesake."""
    try:
        return [accepted(test, fact)]
    except UnusableInput:
        return []


def _add_aliases(question: Question, ours: Mapping[str, str], aliases: dict[str, set[str]]) -> None:
    """Adds the names that imported decisions have for our facts, however deep."""
    for fact in question.facts.values():
        for way in fact.imports:
            inner = {theirs: ours[outer] for theirs, outer in way.names.items() if outer in ours}
            for theirs, name in inner.items():
                aliases[name].add(theirs)
            _add_aliases(way.question, inner, aliases)


def completed(units: Units, fixed: Values, follows: Mapping[str, int]) -> Iterator[tuple[Ways, Values]]:
    """Every completion in which these values are fixed, facts that follow do so by that formula, bound ones by any
    formula or import, and all else has any value of its range."""
    partial: list[tuple[Ways, dict[str, Value]]] = [((), {})]
    bearing = bearing_names(units, fixed)
    for name in units.question.relevant:
        if name not in bearing:
            known = units.values[name]
            idle = units.sample(name)[0] if known is None else known
            partial = [(ways, {**values, name: idle}) for ways, values in partial]
            continue
        partial = [
            (ways + (((name, way),) if way is not None else ()), {**values, name: value})
            for ways, values in partial
            for way, value in _candidates(units, name, fixed, follows, values)
        ]
    tied = [each for each in units.question.impossible if bearing & set(each.names.values())]
    for ways, values in partial:  # what cannot be of idle facts alone says nothing of the others
        if not any(each.is_so(values) for each in tied):
            yield ways, values


def _candidates(
    units: Units, name: str, fixed: Values, follows: Mapping[str, int], values: Mapping[str, Value]
) -> Iterator[tuple[int | None, Value]]:
    fact = units.question.facts[name]
    if name in fixed:
        value = fixed[name]
        assert value is not None
        yield None, value
    elif fact.is_fixed:
        yield None, fact.grid[0]
    elif name not in units.follows and name not in units.bound:
        yield from ((None, value) for value in units.sample(name))
    else:
        for way in [follows[name]] if name in follows else range(len(fact.imports) or len(fact.formulas)):
            found = _by_import(units, name, way, values) if fact.imports else _by_formula(fact, way, values)
            if found in fact.grid:
                yield way, found


def _by_formula(fact: Fact, way: int, values: Values) -> Value:
    formula = fact.formulas[way]
    return rounded(computed(formula.text, formula.inputs(values)), fact.decimals)


def _by_import(units: Units, name: str, way: int, values: Mapping[str, Value]) -> Value | None:
    each = units.question.facts[name].imports[way]
    inputs = each.inputs(values)
    key = (name, way, tuple(inputs.values()))
    if key not in units.imports:
        units.imports[key] = each.mapped.get(result(each.question, inputs))
    return units.imports[key]


def result_of(units: Units, values: Values) -> str | None:
    """The outcome of one completion, worked out once."""
    key = tuple(values[name] for name in units.question.relevant)
    if key not in units.results:
        units.results[key] = result(units.question, values)
    return units.results[key]


def bearing_names(units: Units, fixed: Iterable[str]) -> frozenset[str]:
    """The facts whose value can count where some are fixed: those that conditions test, what follows from what, and
    what leaves fewer values to what it follows from."""
    facts, more = units.question.facts, set(units.used & set(units.question.relevant))
    open_ones = (units.follows.keys() | units.bound) - set(fixed)
    narrowing = [name for name in sorted(open_ones) if may_have_no_value(facts[name], facts)]
    found: set[str] = set()
    while more - found:
        found |= more
        more |= {name for name in narrowing if facts[name].rests_on & found}
        following = found & open_ones
        tied = [set(each.names.values()) for each in units.question.impossible]
        more = more.union(*(facts[name].rests_on for name in following), *(names for names in tied if names & found))
    return frozenset(found)


def may_have_no_value(fact: Fact, facts: Mapping[str, Fact]) -> bool:
    """Whether a linear formula leaves the fact's range, or a decision without an outcome means nothing for it."""
    if fact.imports:
        return any(None not in way.mapped for way in fact.imports)
    return _is_linear(fact) and any(_leaves(fact, each, facts) for each in fact.formulas)


def _leaves(fact: Fact, formula: Formula, facts: Mapping[str, Fact]) -> bool:
    """Whether a linear formula leaves the fact's range: at an end of its inputs' ranges, if anywhere."""
    ends = [(facts[ours].grid[0], facts[ours].grid[-1]) for ours in formula.names.values()]
    each = (dict(zip(formula.names, values, strict=True)) for values in product(*ends))
    return any(rounded(computed(formula.text, values), fact.decimals) not in fact.grid for values in each)


def size(units: Units, names: Iterable[str]) -> int:
    """About how many completions there are where these vary."""
    total = 1
    for name in bearing_names(units, ()) & set(units.question.relevant):
        fact = units.question.facts[name]
        if name in units.bound:
            total *= len(fact.imports) or len(fact.formulas)
        elif name in names:
            total *= len(units.runs[name])
    return total
