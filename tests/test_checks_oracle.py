"""What the checks prove of random guidelines is what trying everybody shows.

Everybody is every combination of values of the facts that rules test or that something impossible names. The trying
shares no code with the engine; only which flaws the checks told is the engine's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import combinations, product
from math import prod

from hypothesis import assume, event, given

from engine.checks import Checked, check
from engine.conditions import facts_in
from engine.guideline import Guideline
from tests.oracle.conditions import read_condition
from tests.oracle.deciding import conclusions
from tests.oracle.formulas import computed, rounded
from tests.oracle.reading import read_question, read_vocabulary
from tests.oracle.terms import (
    Conclusions,
    Fact,
    Formula,
    Question,
    Rule,
    Tree,
    UnusableInput,
    Value,
    Values,
    listed,
    mapping,
)
from tests.random_guidelines import RandomGuideline
from tests.worlds import examples, guidelines, loaded

TODAY = date(2026, 1, 15)
MOST = 1_000
"""How many combinations are tried at most."""
UNTAKEN = "findings"
"""What shared rules that no decision takes are told under."""


@dataclass(frozen=True)
class Everybody:
    """Every combination of values of one decision."""

    question: Question
    tree: Mapping[str, Tree]
    names: tuple[str, ...]
    tested: frozenset[str]

    @property
    def size(self) -> int:
        return prod(len(self.question.facts[name].grid) for name in self.names)

    @cached_property
    def all(self) -> list[dict[str, Value | None]]:
        """Everybody, also those who cannot be."""
        grids = [self.question.facts[name].grid for name in self.names]
        unknown: dict[str, Value | None] = dict.fromkeys(self.question.relevant)
        return [{**unknown, **dict(zip(self.names, values, strict=True))} for values in product(*grids)]

    @cached_property
    def possible(self) -> list[dict[str, Value | None]]:
        return [each for each in self.all if self._is_possible(each)]

    def _is_possible(self, values: Mapping[str, Value | None]) -> bool:
        """Whether nothing impossible is so, and no formula all of whose inputs are tested leaves its range."""
        tested = {name: values[name] for name in self.tested}
        for name, fact in self.question.facts.items():
            for formula in fact.formulas if name in self.question.relevant else ():
                inputs = formula.inputs({**dict.fromkeys(self.question.facts), **tested})
                if None not in inputs.values() and not _has_value(formula, inputs, fact):
                    return False
        return not any(way.is_so(values) for way in self.question.impossible)

    def fired(self, values: Mapping[str, Value | None], without: Collection[str] = ()) -> tuple[set[str], Conclusions]:
        """The rules that fire, some being left out, and what is concluded of findings and scores."""
        kept = tuple(rule for rule in self.question.rules if rule.name not in without)
        question = Question(**{**vars_of(self.question), "rules": kept})
        so_far = conclusions(question, values)
        return {rule.name for rule in kept if rule.condition(values, so_far)}, so_far

    def concluded(self, fired: Collection[str]) -> set[str]:
        return {name for rule in self.rules if rule.name in fired for name in rule.concludes} & set(
            self.question.outcomes
        )

    def undeclared(self, fired: Collection[str]) -> bool:
        """Whether two outcomes are concluded of which no rule declares that the first overrides the second."""
        outcomes = [name for name in self.question.outcomes if name in self.concluded(fired)]
        for first, second in combinations(outcomes, 2):
            rules = [rule for rule in self.rules if rule.name in fired and first in rule.concludes]
            if not any(second in listed(mapping(self.tree[rule.name]).get("overrides", ())) for rule in rules):
                return True
        return False

    @property
    def rules(self) -> tuple[Rule, ...]:
        return self.question.rules

    def answer(self, values: Mapping[str, Value | None], without: Collection[str] = ()) -> object:
        """The outcome, the cautions that are given, the scores."""
        fired, so_far = self.fired(values, without)
        outcome = next((name for name in self.question.outcomes if name in self.concluded(fired)), None)
        cautioning = {rule.name for rule in self.rules if rule.name in fired and self.has_caution(rule.name)}
        return outcome, cautioning, so_far.scores

    def has_caution(self, rule: str) -> bool:
        return "caution" in mapping(self.tree[rule])


def vars_of(question: Question) -> dict[str, object]:
    return {name: getattr(question, name) for name in question.__dataclass_fields__}


def _has_value(formula: Formula, inputs: Values, fact: Fact) -> bool:
    """Whether a formula gives a value in the range of its fact."""
    try:
        return rounded(computed(formula.text, inputs), fact.decimals) in fact.grid
    except UnusableInput:
        return False


def everybody(guideline: RandomGuideline, engine: Guideline, name: str) -> Everybody:
    vocabulary = read_vocabulary(guideline.facts, guideline.imported)
    written = guideline.decisions[name] if name in guideline.decisions else untaken(guideline, engine)
    question = read_question(vocabulary, written, guideline.findings)
    shared = mapping(mapping(guideline.findings or {}).get("rules", {}))
    tree = {**shared, **mapping(mapping(written)["rules"])}
    tested = set(engine_tested(engine, name))
    tied = {fact for each in question.impossible for fact in each.names.values()}
    names = tuple(sorted(tested | (tied & set(question.relevant))))
    return Everybody(question, tree, names, frozenset(tested))


def untaken(guideline: RandomGuideline, engine: Guideline) -> Tree:
    """The shared rules that no decision takes, as a decision that has them as its own."""
    shared = mapping(guideline.findings or {})
    taken = {name for each in engine.decisions.values() for name in (*each.rules, *each.findings, *each.scores)}
    own = {
        part: {name: each for name, each in mapping(shared.get(part, {})).items() if name not in taken}
        for part in ("findings", "scores", "rules")
    }
    return {**own, "outcomes": {}}


def engine_tested(engine: Guideline, name: str) -> frozenset[str]:
    """The facts that the rules of a decision test, or those that no decision takes."""
    decision = engine.decisions.get(name) or engine.untaken
    assert decision is not None
    rules = decision.rules.values()
    return frozenset[str]().union(*(facts_in(rule.condition) for rule in rules))


def told(checked: Checked, code: str, decision: str) -> set[str]:
    """The subjects of the flaws of one kind that are told of a decision, or of what decisions share."""
    return {
        each.subject for each in checked.flaws if each.code == f"check.{code}" and each.decision in (None, decision)
    }


@examples(20)
@given(guidelines())
def test_what_is_proved_is_what_trying_everybody_shows(guideline: RandomGuideline) -> None:
    with loaded(guideline) as engine:
        worlds = {name: everybody(guideline, engine, name) for name in guideline.decisions}
        assume(all(each.size <= MOST for each in worlds.values()))
        assume(all(each.possible for each in worlds.values()))
        checked = check(engine, TODAY)
        assume(not any("no patient was found who bears it out" in each.statement for each in checked.unproved))
        assert not checked.unproved or all("pairs" in each.statement for each in checked.unproved)
        for name, world in worlds.items():
            assert_gap_and_reach(checked, name, world)
            assert_idle(checked, name, world)
            assert_conflicts(checked, name, world)
            assert_effect(checked, engine, name, world)
            event(f"{len([each for each in checked.flaws if each.decision == name])} flaws")


@examples(13)
@given(guidelines().filter(lambda each: each.findings is not None))
def test_what_is_proved_of_rules_that_no_decision_takes_is_what_trying_everybody_shows(
    guideline: RandomGuideline,
) -> None:
    with loaded(replace(guideline, decisions={"plain": plain(guideline)})) as engine:
        own = set(mapping(mapping(guideline.findings or {}).get("rules", {}))) - {
            rule for decision in engine.decisions.values() for rule in decision.rules
        }
        assert bool(own) == (engine.untaken is not None)
        assume(own)
        world = everybody(guideline, engine, UNTAKEN)
        assume(world.size <= MOST and world.possible)
        checked = check(engine, TODAY)
        assert_never_fires(checked, world, own)
        assert_redundant(checked, engine, world)


def plain(guideline: RandomGuideline) -> Mapping[str, Tree]:
    """A decision that takes at most one of the shared findings."""
    rules = mapping(mapping(guideline.findings)["rules"])
    name = next(iter(mapping(mapping(guideline.findings).get("findings", {}))), None)
    (fact, tree), *_ = mapping(guideline.facts["facts"]).items()
    entry = mapping(tree)
    value = {"yes_no": "yes", "choice": str(next(iter(mapping(entry.get("choices", {"": ""})))))}
    low = str(entry["range"][0]) if "range" in entry else ""
    test = value.get(str(entry["type"]), low)
    when = {fact: test} if name is None or len(rules) % 2 else {fact: test, name: "yes"}
    source = {"basis": "added"}
    rule = {"title": "A rule", "when": when, "then": "go", "because": "So it is.", "source": source}
    return {"decision": "plain", "question": "What now?", "outcomes": {"go": {"title": "Go"}}, "rules": {"only": rule}}


def assert_never_fires(checked: Checked, world: Everybody, own: set[str]) -> None:
    """Each rule that is told fires for nobody; where none is told, neither does one that no decision takes, unless it
    rests on one that a decision takes. The proof is there exactly where every rule fires for somebody."""
    never = {rule.name for rule in world.rules} - {rule for v in world.possible for rule in world.fired(v)[0]}
    found = told(checked, "rule_never_fires", UNTAKEN) & own
    assert found <= never
    assert found or not never & own or never - own
    is_proved = any((each.code, each.decision) == ("check.rule_never_fires", UNTAKEN) for each in checked.proofs)
    assert is_proved == (not never)
    event(f"{len(never)} never fire")


def assert_redundant(checked: Checked, engine: Guideline, world: Everybody) -> None:
    """Where it is proved that each part counts, no entry of a `when` can be left out of any rule for everybody."""
    is_proved = any((each.code, each.decision) == ("check.condition_redundant", UNTAKEN) for each in checked.proofs)
    facts, scores = world.question.facts, world.question.scores
    for rule in world.rules:
        when = mapping(mapping(world.tree[rule.name])["when"])
        for name in when if len(when) > 1 and "unless" not in mapping(world.tree[rule.name]) else ():
            shorter = read_condition({key: test for key, test in when.items() if key != name}, facts, scores)
            ends = [(values, conclusions(world.question, values)) for values in world.all]
            is_same = all(shorter(*each) == rule.condition(*each) for each in ends)
            event(f"redundant: {is_same}")
            assert not (is_proved and is_same), (rule.name, name)


def assert_gap_and_reach(checked: Checked, name: str, world: Everybody) -> None:
    results = {world.answer(values)[0] for values in world.possible}  # type: ignore[index]
    has_seam = told(checked, "threshold_hole", name) or told(checked, "threshold_overlap", name)
    is_proved = any(each.code == "check.gap" and each.decision == name for each in checked.proofs)
    assert is_proved == (None not in results)
    if not has_seam:
        assert bool(told(checked, "gap", name)) == (None in results)
    never = {rule.name for rule in world.rules} - {rule for v in world.possible for rule in world.fired(v)[0]}
    concluding = {o: {rule.name for rule in world.rules if o in rule.concludes} for o in world.question.outcomes}
    explained = {o for o, rules in concluding.items() if rules and rules <= never}
    assert told(checked, "outcome_unreachable", name) == set(world.question.outcomes) - results - explained


def assert_idle(checked: Checked, name: str, world: Everybody) -> None:
    """Each rule that is told fires for nobody; each that fires for nobody is told or rests on one that is."""
    never = {rule.name for rule in world.rules} - {rule for v in world.possible for rule in world.fired(v)[0]}
    found = told(checked, "rule_never_fires", name) & {rule.name for rule in world.rules}
    assert found <= never
    assert bool(found) == bool(never)


def assert_conflicts(checked: Checked, name: str, world: Everybody) -> None:
    """A conflict is told exactly where two outcomes are concluded together that no rule that fires declares."""
    overlapping = any(world.undeclared(world.fired(values)[0]) for values in world.possible)
    found = told(checked, "conflict", name) | told(checked, "threshold_overlap", name)
    assert bool(found) == overlapping
    proofs = [each for each in checked.proofs if each.code == "check.conflict" and each.decision == name]
    assert bool(proofs) == (not overlapping)


def assert_effect(checked: Checked, engine: Guideline, name: str, world: Everybody) -> None:
    """All rules that are told could be left out together. Where nothing is told, each rule has an effect."""
    left_out = told(checked, "rule_changes_nothing", name)
    for values in world.all:
        assert world.answer(values, left_out) == world.answer(values)
    proofs = {each.code for each in checked.proofs if each.decision == name}
    if "check.rule_changes_nothing" in proofs:
        for rule in engine.decisions[name].rules.values():
            if rule.concludes or any(rule.adds.values()) or rule.caution:
                assert any(world.answer(values, {rule.id}) != world.answer(values) for values in world.all), rule.id
    if "check.fact_never_matters" in proofs:
        for fact in engine_tested(engine, name):
            grid = world.question.facts[fact].grid
            pairs = ((values, {**values, fact: other}) for values in world.all for other in grid)
            assert any(world.answer(one) != world.answer(two) for one, two in pairs), fact
    for fact in told(checked, "fact_never_matters", name):
        grid = world.question.facts[fact].grid
        for values in world.all:
            assert len({repr(world.answer({**values, fact: other})) for other in grid}) == 1
