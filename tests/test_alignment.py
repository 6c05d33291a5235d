"""How facts of two versions correspond: by every value of small scales, and by facts that are found in other ways."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from itertools import product

import pytest

from engine.alignment import Side, alignment_of, common_cells
from engine.comparison import Bounds, DecisionComparison, compared
from engine.guideline import Guideline
from engine.logic import Kind, Refused
from engine.numbers import rounded
from engine.plan import plan_of
from tests.oracle import Tree, computed
from tests.random_guidelines import RandomGuideline
from tests.worlds import AT, loaded

Facts = Mapping[str, Tree]
Rules = Mapping[str, Mapping[str, Tree]]


def guideline(facts: Facts, rules: Rules, impossible: Tree = ()) -> RandomGuideline:
    """A guideline of one decision with these facts and rules."""
    named = {
        name: {"title": name, "question": f"What is {name}?", **tree}  # type: ignore[dict-item]
        for name, tree in facts.items()
    }
    head: dict[str, Tree] = {
        "decision": "opening",
        "question": "Open?",
        "outcomes": {"shut": {"title": "Shut"}, "open": {"title": "Open"}},
    }
    body = {
        name: {"title": name, "because": "So.", "source": {"basis": "added"}, **rule} for name, rule in rules.items()
    }
    vocabulary: dict[str, Tree] = {"facts": named}
    if impossible:
        vocabulary["impossible"] = [{"when": each, "because": "Never."} for each in impossible]
    return RandomGuideline(vocabulary, {"opening": {**head, "rules": body}})


@contextmanager
def versions(before: RandomGuideline, after: RandomGuideline) -> Iterator[tuple[Guideline, Guideline]]:
    with loaded(before) as one, loaded(after) as other:
        yield one, other


def compare(before: RandomGuideline, after: RandomGuideline) -> DecisionComparison:
    with versions(before, after) as (one, other):
        return compared(one, other, "opening", at=AT, limit=50)


def shut_or_open(fact: str, shut: str, opened: str) -> Rules:
    """A rule for each outcome, by a test on one fact."""
    return {"one": {"when": {fact: shut}, "then": "shut"}, "other": {"when": {fact: opened}, "then": "open"}}


def number(low: str, high: str, decimals: int) -> Tree:
    return {"type": "number", "range": [low, high], "decimals": str(decimals)}


def integer(low: str, high: str) -> Tree:
    return {"type": "integer", "range": [low, high]}


SCALES = [
    (number("-1.2", "1.2", 1), number("-1.2", "1.2", 1), 1, "0"),
    (number("-1.2", "1.2", 1), number("-1", "2", 0), 1, "0"),
    (number("-1.00", "0.30", 2), number("-0.5", "1", 1), 2, "0"),
    (number("0.1", "0.9", 1), number("0.25", "0.75", 2), 2, "0.5"),
    (integer("-2", "3"), number("-1.5", "2.5", 1), 0, "-1"),
    (integer("-2", "3"), integer("0", "9"), 0, "2"),
]


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize(("one", "other", "decimals", "threshold"), SCALES)
def test_a_scale_has_every_value_that_both_accept(
    one: Tree, other: Tree, decimals: int, threshold: str, swapped: bool
) -> None:
    """By every value: what both read (whole numbers only for an integer, others rounded) within both ranges."""
    rules = shut_or_open("wind", f"<= {threshold}", f"> {threshold}")
    pair = (other, one) if swapped else (one, other)
    with versions(*(guideline({"wind": fact}, rules) for fact in pair)) as (before, after):
        alignment = alignment_of(plan_of(before, "opening"), plan_of(after, "opening"))
        aligned = alignment.by_id["wind"]
        assert aligned.scale is not None
        assert aligned.scale.decimals == decimals
        facts = [aligned.facts[side] for side in Side]
        expected = [
            steps
            for steps in range(-1_000, 1_000)
            if all(fact.low <= rounded(Fraction(steps, 10**decimals), fact.decimals) <= fact.high for fact in facts)
        ]
        assert list(range(aligned.scale.low, aligned.scale.high + 1)) == expected
        cells = common_cells(aligned, alignment.plans)
        for cell in range(cells.count):
            low, high = cells.interval(cell)
            for side, plan in alignment.plans.items():
                theirs = {plan.cells["wind"].at(aligned.on(side, steps)) for steps in range(low, high + 1)}
                assert len(theirs) == 1
        for side, fact in aligned.facts.items():
            for steps in expected:
                assert aligned.on(side, steps) == rounded(Fraction(steps, 10**decimals), fact.decimals)


def test_a_value_that_rounds_across_a_threshold_moves() -> None:
    rules = shut_or_open("wind", "< 0.5", ">= 0.5")
    found = compare(guideline({"wind": number("0", "1", 1)}, rules), guideline({"wind": number("0", "1", 2)}, rules))
    ((movement),) = found.movements
    assert (movement.before, movement.after) == ("open", "shut")
    ((dimension, spans),) = movement.groups[0].bounds
    assert (dimension.fact, spans) == ("wind", ((45, 49),))
    assert movement.groups[0].example is not None
    assert movement.groups[0].example.before.given["wind"].steps == 5
    assert movement.groups[0].example.after.given["wind"].steps == 45
    assert found.narrowed == ("wind",)


def test_choices_in_another_order_are_the_same_choices() -> None:
    sky: dict[str, Tree] = {"a": "A", "b": "B", "c": "C"}
    other: dict[str, Tree] = {"d": "D", "c": "C", "a": "A", "b": "B"}
    rules = shut_or_open("sky", "a", "not(a)")
    one = guideline({"sky": {"type": "choice", "choices": sky}}, rules)
    found = compare(one, guideline({"sky": {"type": "choice", "choices": other}}, rules))
    assert (found.movements, found.narrowed) == ((), ("sky",))
    moved = shut_or_open("sky", "b", "not(b)")
    found = compare(one, guideline({"sky": {"type": "choice", "choices": other}}, moved))
    assert [(each.before, each.after) for each in found.movements] == [("shut", "open"), ("open", "shut")]


def test_a_fact_of_another_kind_is_another_fact() -> None:
    yes: Rules = {"one": {"when": {"wind": "yes"}, "then": "shut"}}
    low: Rules = {"one": {"when": {"wind": "< 1"}, "then": "shut"}}
    found = compare(guideline({"wind": {"type": "yes_no"}}, yes), guideline({"wind": integer("0", "2")}, low))
    assert found.apart == ("wind",)
    bounds = {(d.kind, spans) for d, spans in found.movements[0].groups[0].bounds}
    assert bounds == {(Kind.BEFORE, ((1, 1),)), (Kind.AFTER, ((1, 2),))}
    assert found.movements[0].groups[0].example is not None


def test_what_only_one_version_calls_impossible_is_refused_by_it() -> None:
    facts: Facts = {"wind": integer("0", "2")}
    rules: Rules = {"one": {"when": {"wind": "< 2"}, "then": "shut"}}
    found = compare(guideline(facts, rules), guideline(facts, rules, [{"wind": "0"}]))
    assert [(each.before, each.after) for each in found.movements] == [("shut", Refused.REFUSED)]
    assert found.movements[0].groups[0].example is not None
    back = compare(guideline(facts, rules, [{"wind": "0"}]), guideline(facts, rules))
    assert [(each.before, each.after) for each in back.movements] == [(Refused.REFUSED, "shut")]


def derived(formula: str) -> Facts:
    return {
        "cars": integer("0", "3"),
        "lorries": integer("0", "3"),
        "traffic": {**integer("0", "9"), "derived": [{"title": "count", "formula": formula}]},  # type: ignore[dict-item]
    }


BUSY = shut_or_open("traffic", ">= 4", "< 4")


def test_another_formula_moves_exactly_those_for_whom_it_is_computed() -> None:
    found = compare(guideline(derived("cars + lorries"), BUSY), guideline(derived("cars + 2*lorries"), BUSY))
    ((movement),) = found.movements
    assert (movement.before, movement.after) == ("open", "shut")
    moving = {
        (cars, lorries) for cars, lorries in product(range(4), repeat=2) if cars + lorries < 4 <= cars + 2 * lorries
    }
    ((group),) = movement.groups
    bounds = {(dimension.fact, dimension.kind): spans for dimension, spans in group.bounds}
    assert bounds == {("traffic", Kind.BEFORE): ((0, 3),), ("traffic", Kind.AFTER): ((4, 9),)}
    assert group.example is not None
    steps = {name: given.steps for name, given in group.example.before.given.items()}
    assert steps == {name: given.steps for name, given in group.example.after.given.items()}
    assert (steps["cars"], steps["lorries"]) == min(moving)
    assert "traffic" not in steps


@pytest.mark.parametrize(
    ("before", "after", "least"),
    [
        ("cars + lorries", "cars + 2*lorries", 5),
        ("cars - lorries", "lorries - cars", 2),
        ("2*cars", "cars + lorries", 4),
        ("3*cars - 2*lorries", "2*cars - lorries + 1", 3),
        ("9 - cars", "9 - lorries", 7),
    ],
)
def test_another_formula_moves_whom_brute_force_says(before: str, after: str, least: int) -> None:
    """By every patient: those who give cars and lorries, if both formulas stay in range, and those who give traffic."""
    later = shut_or_open("traffic", f">= {least}", f"< {least}")
    found = compare(guideline(derived(before), BUSY), guideline(derived(after), later))
    computed_by = [
        lambda cars, lorries, f=f: int(computed(f, {"cars": cars, "lorries": lorries})) for f in (before, after)
    ]
    pairs = {
        tuple(of(Fraction(cars), Fraction(lorries)) for of in computed_by)
        for cars, lorries in product(range(4), repeat=2)
    }
    pairs = {pair for pair in pairs if all(0 <= value <= 9 for value in pair)} | {(value, value) for value in range(10)}
    for was, now in pairs:
        results = ("shut" if was >= 4 else "open"), ("shut" if now >= least else "open")
        moves = {
            (movement.before, movement.after)
            for movement in found.movements
            for group in movement.groups
            if _is_in(group.bounds, was, now)
        }
        assert moves == ({results} if results[0] != results[1] else set())
    assert all(group.example is not None for movement in found.movements for group in movement.groups)
    assert found.found_apart == ("traffic",)
    assert not found.is_proved_for_all


def _is_in(bounds: Bounds, before: int, after: int) -> bool:
    values = {Kind.BEFORE: before, Kind.AFTER: after}
    assert all(dimension.fact == "traffic" for dimension, _ in bounds)
    return all(any(low <= values[dimension.kind] <= high for low, high in spans) for dimension, spans in bounds)


def test_a_finer_input_of_a_formula_is_rounded_for_the_coarser_version() -> None:
    """The formula is the same, but before it reads a value that is rounded to tenths."""

    def speed(decimals: int) -> RandomGuideline:
        facts: Facts = {
            "wind": number("-1", "1", decimals),
            "chill": {**number("-4", "4", 2), "derived": [{"title": "twice", "formula": "2*wind"}]},  # type: ignore[dict-item]
        }
        return guideline(facts, shut_or_open("chill", ">= 0.6", "< 0.6"))

    found = compare(speed(1), speed(2))
    groups = {(movement.before, movement.after): movement.groups for movement in found.movements}
    assert groups.keys() == {("shut", "open")}
    for pair, (group,) in groups.items():
        assert group.example is not None
        steps = group.example.after.given["wind"].steps
        assert _speeds(steps) == pair
        assert steps == min(each for each in range(-100, 101) if _speeds(each) == pair)


def _speeds(steps: int) -> tuple[str, str]:
    coarse = rounded(Fraction(steps, 100), 1)
    return ("shut" if 2 * coarse >= 6 else "open"), ("shut" if 2 * steps >= 60 else "open")


def test_another_formula_and_another_threshold_may_move_only_those_who_state_the_fact() -> None:
    doubled = guideline(derived("2*cars + 2*lorries"), shut_or_open("traffic", ">= 8", "< 8"))
    found = compare(guideline(derived("cars + lorries"), BUSY), doubled)
    ((movement),) = found.movements
    assert (movement.before, movement.after) == ("shut", "open")
    ((group),) = movement.groups
    bounds = {dimension.kind: spans for dimension, spans in group.bounds}
    assert bounds == {Kind.BEFORE: ((4, 9),), Kind.AFTER: ((0, 7),)}
    assert group.example is not None
    assert group.example.before.given["traffic"].steps == group.example.after.given["traffic"].steps == 4
    assert found.computed_otherwise == ()


def test_a_formula_that_is_counted_free_is_told_and_not_proved() -> None:
    roots = [guideline(derived(formula), BUSY) for formula in ("max(cars, lorries)", "min(cars, lorries)")]
    found = compare(*roots)
    assert found.movements == ()
    assert found.computed_otherwise == ("traffic",)
    assert not found.is_proved_for_all


def test_who_states_a_fact_against_its_formula_is_told() -> None:
    """Nobody's cars and lorries add up to 9, but somebody may say so."""
    never = shut_or_open("traffic", "[4..8]", "< 4, 9")
    found = compare(guideline(derived("cars + lorries"), BUSY), guideline(derived("cars + lorries"), never))
    assert found.movements == ()
    assert found.against_formulas
    assert not found.is_proved_for_all


def test_a_fact_that_one_version_alone_has() -> None:
    facts: Facts = {"wind": integer("0", "2")}
    rules: Rules = {"one": {"when": {"wind": "< 2"}, "then": "shut"}}
    more: Rules = {"one": {"when": {"wind": "< 2", "bridge": "yes"}, "then": "shut"}}
    after = guideline({**facts, "bridge": {"type": "yes_no"}}, more)
    found = compare(guideline(facts, rules), after)
    ((movement),) = found.movements
    assert (movement.before, movement.after) == ("shut", None)
    example = movement.groups[0].example
    assert example is not None
    assert "bridge" not in example.before.given
    assert example.after.given["bridge"].steps == 0
