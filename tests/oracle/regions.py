"""Every complete patient of a decision with its result, by brute force, and what boxes of them hold."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

from tests.oracle.deciding import completions, result
from tests.oracle.formulas import is_linear, parsed
from tests.oracle.reading import read_question, read_vocabulary
from tests.oracle.terms import Fact, Question, Tree, Trees, Value, Values

Patients = list[tuple[Mapping[str, Value], str | None]]


def question_of(
    facts_tree: Tree,
    decision_tree: Tree,
    findings_tree: Tree | None = None,
    guidelines: Mapping[str, Trees] | None = None,
) -> Question:
    """The decision of the trees."""
    return read_question(read_vocabulary(facts_tree, guidelines or {}), decision_tree, findings_tree)


def complete_patients(question: Question, most: int) -> Patients | None:
    """Every complete patient with the decision's result; None where they are more than about `most`."""
    if prod(_count(question.facts[name]) for name in question.relevant) > most:
        return None
    nothing: Values = dict.fromkeys(question.relevant)
    return [(_shown(question, values), result(question, values)) for values in completions(question, nothing)]


def _count(fact: Fact) -> int:
    """How many values a fact may have where what it rests on is settled, at most."""
    if fact.imports:
        return len(fact.imports)
    if fact.formulas and all(is_linear(parsed(each.text)) for each in fact.formulas):
        return len(fact.formulas)
    return len(fact.grid)


def _shown(question: Question, values: Values) -> dict[str, Value]:
    """The values but for those that an import fixes."""
    return {name: each for name, each in values.items() if each is not None and not question.facts[name].is_fixed}
