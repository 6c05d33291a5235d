"""From the files of guidelines to vocabularies and questions: what joins from findings.yaml and from other guidelines,
and what of it all plays a part in a decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from graphlib import TopologicalSorter
from math import ceil, floor

from tests.oracle.conditions import read_condition, tested_in, typed
from tests.oracle.formulas import inputs_of
from tests.oracle.terms import (
    Fact,
    Formula,
    Import,
    Impossible,
    Question,
    Rule,
    Tree,
    Trees,
    Value,
    Vocabulary,
    listed,
    mapping,
)

Rules = Mapping[str, Mapping[str, Tree]]


def read_vocabulary(facts_tree: Tree, guidelines: Mapping[str, Trees]) -> Vocabulary:
    """Every fact of a guideline with what joins it from the guidelines that its facts come from."""
    tree = mapping(facts_tree)
    own = {name: read_fact(entry) for name, entry in _entries(tree, "facts").items()}
    facts, tied = dict(own), list[Impossible]()
    for name, entry in _entries(tree, "facts").items():
        imports = tuple(read_import(own, name, entry, way, guidelines) for way in listed(entry.get("from", ())))
        facts[name] = replace(facts[name], imports=imports)
        for each in imports:
            for theirs in sorted(each.joining):
                facts.setdefault(each.names[theirs], each.question.facts[theirs].renamed(each.names))
            tied += [impossible.renamed(each.names) for impossible in each.question.impossible]
    conditions = [mapping(entry)["when"] for entry in tree.get("impossible", ())]
    return Vocabulary(facts, (*(_read_impossible(when, facts) for when in conditions), *tied))


def _read_impossible(when: Tree, facts: Mapping[str, Fact]) -> Impossible:
    return Impossible(read_condition(when, facts, {}), {name: name for name in sorted(tested_in(when))})


def read_fact(tree: Tree) -> Fact:
    """One entry of the vocabulary, without its imports."""
    entry = mapping(tree)
    texts = [str(mapping(derivation)["formula"]) for derivation in entry.get("derived", ())]
    fact = Fact(
        type=str(entry["type"]),
        decimals=int(str(entry.get("decimals", "0"))),
        grid=_grid(entry),
        formulas=tuple(Formula(text, {name: name for name in sorted(inputs_of(text))}) for text in texts),
    )
    return replace(fact, assumed=typed(str(entry["assume"]), fact)) if "assume" in entry else fact


def _grid(entry: Mapping[str, Tree]) -> tuple[Value, ...]:
    if entry["type"] == "choice":
        return tuple(mapping(entry["choices"]))
    if entry["type"] == "yes_no":
        return (False, True)
    scale = 10 ** int(str(entry.get("decimals", "0")))
    low, high = (Fraction(str(end)) * scale for end in entry["range"])
    return tuple(Fraction(step, scale) for step in range(ceil(low), floor(high) + 1))


def read_import(
    own: Mapping[str, Fact], name: str, entry: Mapping[str, Tree], way: Tree, guidelines: Mapping[str, Trees]
) -> Import:
    """One import of the fact `name`, an entry of a vocabulary whose other facts are `own`.

    Bound facts are ours alone, so that in the imported decision they stand bare; fixed ones have one value. A fixed one
    goes by a name that no author can write, the others that are not bound by the name they have.
    """
    tree = mapping(way)
    trees = guidelines[str(tree["guideline"])]
    theirs = read_vocabulary(trees.facts, guidelines)
    pairs, fixed = mapping(tree.get("facts", {})), mapping(tree.get("values", {}))
    names = {fact: str(pairs.get(fact, fact)) for fact in theirs.facts}
    by = f"FOR_{name}_BY_{tree['guideline']}_{tree['decision']}"
    names |= {fact: f"{fact}_FIXED_AS_{value}_{by}" for fact, value in fixed.items()}
    bound = {fact for fact in theirs.facts if fact in pairs or names[fact] in own}
    facts = {fact: each.bound() if fact in bound else each for fact, each in theirs.facts.items()}
    facts |= {fact: facts[fact].fixed(typed(str(value), facts[fact])) for fact, value in fixed.items()}
    vocabulary = Vocabulary(facts, theirs.impossible)
    question = read_question(vocabulary, trees.decisions[str(tree["decision"])], trees.findings)
    relevant = frozenset(question.relevant)
    mapped = _mapped(own[name], entry, tree, question)
    return Import(question, {fact: names[fact] for fact in question.relevant}, relevant - bound, mapped)


def _mapped(
    fact: Fact, entry: Mapping[str, Tree], tree: Mapping[str, Tree], question: Question
) -> Mapping[str | None, Value]:
    outcomes = mapping(tree.get("outcomes", {}))
    mapped: dict[str | None, Value] = {each: typed(str(outcomes.get(each, each)), fact) for each in question.outcomes}
    return mapped | ({None: typed(str(entry["otherwise"]), fact)} if "otherwise" in entry else {})


def read_question(vocabulary: Vocabulary, decision_tree: Tree, findings_tree: Tree | None) -> Question:
    """The decision's meaning, with only what it needs of findings.yaml, and the facts and impossible combinations that
    bear on it."""
    decision = mapping(decision_tree)
    shared = mapping({} if findings_tree is None else findings_tree)
    taken, rules = _taken(shared, _entries(decision, "rules"))
    scores = _entries(decision, "scores") | {k: v for k, v in _entries(shared, "scores").items() if k in taken}
    findings = [*mapping(decision.get("findings", {})), *(taken & mapping(shared.get("findings", {})).keys())]
    named = {name: read_fact({"type": "number", **tree}) for name, tree in scores.items()}
    tested = frozenset().union(*(tested_in(_whole_condition(rule)) for rule in rules.values()))
    relevant = _relevant(vocabulary, tested | {str(name) for name in decision.get("beside", ())})
    facts = vocabulary.facts
    return Question(
        facts=facts,
        relevant=tuple(TopologicalSorter({name: facts[name].rests_on for name in sorted(relevant)}).static_order()),
        impossible=tuple(each for each in vocabulary.impossible if set(each.names.values()) & relevant),
        outcomes=tuple(mapping(decision["outcomes"])),
        steps=_in_order([*findings, *scores], rules),
        scores=named,
        rules=tuple(
            Rule(name, read_condition(_whole_condition(rule), facts, named), _concluded(rule), _points(rule))
            for name, rule in rules.items()
        ),
    )


def _entries(tree: Mapping[str, Tree], key: str) -> dict[str, Mapping[str, Tree]]:
    return {name: mapping(entry) for name, entry in mapping(tree.get(key, {})).items()}


def _taken(shared: Mapping[str, Tree], own: Rules) -> tuple[frozenset[str], Rules]:
    """The shared findings and scores that the rules need, and their rules beside those that conclude these."""
    names = {*_entries(shared, "scores"), *mapping(shared.get("findings", {}))}
    taken: frozenset[str] = frozenset()
    rules, more = own, _tested_by(own) & names
    while more - taken:
        taken |= more
        needed = {k: v for k, v in _entries(shared, "rules").items() if {*_concluded(v), *_points(v)} & taken}
        concluded = frozenset().union(*({*_concluded(rule), *_points(rule)} for rule in needed.values()))
        rules, more = {**own, **needed}, concluded | (_tested_by(needed) & names)
    return taken, rules


def _tested_by(rules: Rules) -> frozenset[str]:
    return frozenset().union(*(tested_in(_whole_condition(rule)) for rule in rules.values()))


def _whole_condition(rule: Mapping[str, Tree]) -> Tree:
    unless: list[Tree] = [{"not": rule["unless"]}] if "unless" in rule else []
    return {"all": [rule["when"], *unless]}


def _concluded(rule: Mapping[str, Tree]) -> tuple[str, ...]:
    """The findings and outcomes that a rule concludes."""
    return tuple(each for each in _then(rule) if isinstance(each, str))


def _points(rule: Mapping[str, Tree]) -> Mapping[str, Fraction]:
    """What a rule adds to scores."""
    added = [mapping(each) for each in _then(rule) if not isinstance(each, str)]
    return {str(each["to"]): Fraction(str(each["add"])) for each in added}


def _then(rule: Mapping[str, Tree]) -> Sequence[Tree]:
    return listed(rule.get("then", ()))


def _relevant(vocabulary: Vocabulary, wanted: frozenset[str]) -> frozenset[str]:
    """What is wanted, with all it rests on and whatever shares an impossible entry, transitively."""
    found: frozenset[str] = frozenset()
    more = wanted & frozenset(vocabulary.facts)
    while more - found:
        found |= more
        tied = [frozenset(each.names.values()) for each in vocabulary.impossible]
        reached = [vocabulary.facts[name].rests_on for name in found]
        more = frozenset().union(*reached, *(names for names in tied if names & found))
    return found


def _in_order(names: Iterable[str], rules: Rules) -> tuple[str, ...]:
    """Findings and scores, each after those that its rules test."""
    needs = {name: frozenset[str]() for name in names}
    for rule in rules.values():
        for name in needs.keys() & {*_concluded(rule), *_points(rule)}:
            needs[name] |= tested_in(_whole_condition(rule)) & needs.keys()
    return tuple(TopologicalSorter(needs).static_order())
