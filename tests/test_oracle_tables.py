"""The tables of brute force against its slower ways, which look at every value of every fact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from random import Random

import pytest
from hypothesis import given

from tests.explained_worlds import built_in, random_units
from tests.grids import tables
from tests.joint_worlds import joint_world
from tests.oracle import Given
from tests.oracle.axes import Computed, bundle, cells
from tests.oracle.changes import minimal_changes, movable, tried
from tests.oracle.deciding import result
from tests.oracle.formulas import computed, rounded
from tests.oracle.missing import deciding_sets
from tests.oracle.reading import read_fact, read_question, read_vocabulary
from tests.oracle.reasons import sufficient_reasons
from tests.oracle.standing import Tables
from tests.oracle.tables import NotTabulated, World
from tests.oracle.terms import Formula, Value, mapping
from tests.oracle.units import Units, completed, result_of, size
from tests.random_guidelines import RandomGuideline
from tests.worlds import examples, worlds

Worlds = tuple[RandomGuideline, list[Mapping[str, Given]]]
BUILT_IN = [
    ("tests/toy", "clearing"),
    ("tests/toy", "gritting"),
    ("tests/toy", "patrol"),
    ("knowledge/act_ra", "selection"),
    ("knowledge/act_ra", "response"),
]


@pytest.mark.parametrize(("folder", "decision"), BUILT_IN)
def test_a_table_has_the_outcome_that_the_rules_have_whatever_else_is_so(folder: str, decision: str) -> None:
    random, world = Random(2026), built_in(folder, decision)
    table = tables(folder, decision).table(frozenset())
    trees = table.world.trees
    question = read_question(table.world.vocabulary, trees.decisions[decision], trees.findings)
    outcomes = set()
    for _ in range(600):
        values = {name: random.choice(question.facts[name].grid) for name in sorted(question.relevant)}
        values |= {name: random.choice(random.choice(table.runs(name))) for name in sorted(table.bearing)}
        bits = table.space.full
        for name in table.bearing:
            bits &= table.at(name, values[name])
        is_possible = not any(each.is_so(values) for each in question.impossible if bears(each.names, table.bearing))
        assert bool(bits & table.possible) == is_possible
        if is_possible:
            outcome = result(question, values)
            outcomes.add(outcome)
            assert bits & table.outcomes[outcome], f"{outcome} for {values}"
    assert outcomes >= set(world.outcomes) - {"candidate"}


def bears(names: Mapping[str, str], bearing: frozenset[str]) -> bool:
    return bool(set(names.values()) & bearing)


def compared(guideline: RandomGuideline, name: str, patient: Mapping[str, Given], found: Counter[str]) -> None:
    """One patient in a table, and by trying every completion."""
    units = random_units(guideline, name, patient)
    if units is None or size(units, [*units.known, *units.unknown]) > 600:
        found["no table or too many completions"] += 1
        return
    try:
        world = World(guideline.trees, name, guideline.imported)
        standing = Tables(world).standing({key: value for key, value in patient.items() if value is not None})
        results = standing.results
    except NotTabulated:
        found["no table or too many completions"] += 1
        return
    known = {fact: value for fact, value in units.values.items() if value is not None}
    expected = {result_of(units, values) for _, values in completed(units, known, {})}
    if not expected:  # a table may not see why: facts that no outcome hangs on may contradict one another
        found["contradictory"] += 1
        return
    assert results == expected
    if len(results) == 1:
        outcome = next(iter(results))
        assert standing.sufficient_reasons(outcome) == sufficient_reasons(units, outcome)
        found["reasons"] += 1
    elif results:
        assert standing.deciding_sets() == deciding_sets(units)
        found["missing"] += 1
        found["missing, open"] += bool(standing.table.is_open)
    if standing.may_be_refused(standing.movable()):
        found["changes left to the slower ways"] += 1
    elif results and not standing.table.is_open and work(units) <= 3_000:
        for outcome in mapping(guideline.decisions[name]["outcomes"]):
            changes = minimal_changes(units, outcome, movable(units))
            assert standing.minimal_changes(outcome, standing.movable()) == changes
            found["changes"] += 1


def without_inputs(guideline: RandomGuideline, patient: Mapping[str, Given]) -> Mapping[str, Given]:
    """The patient without what other facts follow from, so that more of these are open."""
    facts = read_vocabulary(guideline.facts, guideline.imported).facts
    inputs = frozenset[str]().union(*(fact.rests_on for fact in facts.values()))
    return {name: value for name, value in patient.items() if name not in inputs}


def work(units: Units) -> int:
    total = size(units, units.unknown)
    for name in movable(units):
        total *= 1 + len(tried(units, name))
    return total


def test_tables_say_what_trying_every_completion_says() -> None:
    found = Counter[str]()

    @examples(15)
    @given(worlds(most=2))
    def alike(world: Worlds) -> None:
        for patient, name in product(world[1], world[0].decisions):
            compared(world[0], name, patient, found)
            compared(world[0], name, without_inputs(world[0], patient), found)

    alike()
    for seed in range(25):
        joint = joint_world(seed)
        for patient in joint.patients:
            compared(joint.guideline, "opening", patient, found)
            compared(joint.guideline, "opening", without_inputs(joint.guideline, patient), found)
    assert found >= Counter({"reasons": 10, "missing": 8, "missing, open": 2, "changes": 15}), found


def test_what_two_facts_come_to_together_is_found_without_a_look_at_every_pair() -> None:
    facts = {
        "lanes": read_fact({"type": "integer", "range": ["-3", "4"]}),
        "grip": read_fact({"type": "number", "decimals": "1", "range": ["0", "0.9"]}),
    }
    slip = read_fact({"type": "number", "decimals": "1", "range": ["-2", "1"]})
    met = [frozenset(slip.grid[:5]), frozenset(slip.grid[12:20])]
    formula = Formula("0.45*lanes - grip", {name: name for name in facts})
    axis = bundle(
        facts, {"lanes": [], "grip": [frozenset(facts["grip"].grid[3:])]}, [Computed("slip", slip, formula, met)]
    )
    firsts = {value: run[0] for run in cells(slip, met) for value in run}

    def effect(lanes: Fraction, grip: Fraction) -> Mapping[str, Value]:
        value = rounded(computed(formula.text, {"lanes": lanes, "grip": grip}), 1)
        own = {"lanes": facts["lanes"].grid[0], "grip": facts["grip"].grid[0 if grip < Fraction("0.3") else 3]}
        return {**own, **({"slip": firsts[value]} if value in firsts else {})}

    rows = {lanes: [effect(lanes, grip) for grip in facts["grip"].grid] for lanes in facts["lanes"].grid}
    every = [each for row in rows.values() for each in row]
    assert all(each in axis.effects for each in every)
    assert all(each in every for each in axis.effects)
    for one, turned in zip(axis.effects, axis.related[frozenset(["grip"])], strict=True):
        reached = [each for row in rows.values() if one in row for each in row]
        told = [axis.effects[place] for place in turned]
        assert all(each in told for each in reached)
        assert all(each in reached for each in told)
