"""What the handbook says is so: each row of each decision table is what the engine decides for patients in that row.
Nothing that bears on an answer is left out."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from engine.deciding import decide
from engine.diagnostics import Place
from engine.errors import InputRejected
from engine.guideline import Fact, FactType, GivenValue, Guideline, Rule
from engine.loading import load
from engine.patient import Facts
from engine.plan import plan_of
from engine.trace import Trace
from explain.handbook_rules import decision_tables
from explain.rendering.markdown import escaped
from tests.commands import ROOT, candor

AT = datetime(2026, 1, 15, tzinfo=UTC)
PLACE = Place("drawn", 1, 1)
EACH = 6
"""How many patients are tried in each row, and how many outside of it."""
BUILTIN = sorted(path.parent.name for path in (ROOT / "knowledge").glob("*/guideline.yaml"))
NUMBER = r"(-?\d+(?:\.\d+)?)"


@cache
def loaded(name: str) -> Guideline:
    return load(ROOT / "knowledge" / name, library=[ROOT / "knowledge"])


def steps_in(fact: Fact, number: str) -> int:
    whole, _, decimals = number.partition(".")
    assert len(decimals) == fact.decimals
    return int(whole + decimals)


def values_in(fact: Fact, cell: str) -> frozenset[int]:
    """The values, in steps, that a reader takes from a cell; read from its words alone."""
    everything = range(fact.low, fact.high + 1)
    if fact.type is FactType.YES_NO:
        return frozenset({"yes": {1}, "no": {0}, "no or yes": {0, 1}}[cell])
    if fact.type is FactType.CHOICE:
        titles = re.findall('"([^"]*)"', cell) or [cell]
        named = [value for value in everything if fact.choices[value].title in titles]
        return frozenset(named) if named else frozenset(v for v in everything if fact.choices[v].title in cell)
    met: set[int] = set()
    for part in re.split(r", or | or (?=-?\d)|, ", cell):
        if span := re.match(rf"{NUMBER} to {NUMBER}", part):
            met.update(range(steps_in(fact, span[1]), steps_in(fact, span[2]) + 1))
        elif one := re.match(NUMBER, part):
            end = steps_in(fact, one[1])
            ends = (
                (end, fact.high)
                if part.endswith("or above")
                else (fact.low, end)
                if part.endswith("or below")
                else (end, end)
            )
            met.update(range(ends[0], ends[1] + 1))
    return frozenset(met)


def drawn(guideline: Guideline, decision: str, chance: random.Random) -> dict[str, int]:
    """Somebody of whom some facts are known, formulas and imports left alone."""
    facts = (guideline.facts[name] for name in plan_of(guideline, decision).names)
    free = [fact for fact in facts if not fact.reads]
    return {fact.id: chance.randint(fact.low, fact.high) for fact in free if chance.random() < 0.4}


def decided(guideline: Guideline, decision: str, values: dict[str, int]) -> Trace | None:
    given = {name: GivenValue(steps=steps, place=PLACE) for name, steps in values.items()}
    try:
        return decide(guideline, decision, Facts(given, place=PLACE), at=AT)
    except InputRejected:
        return None


def told_by(trace: Trace, guideline: Guideline, rule: Rule, then: str) -> None:
    """A row's last column holds for a patient: what it names is concluded, and stands or gives way to another above."""
    outcomes = guideline.decisions[trace.decision].outcomes
    named = [each for each in outcomes.values() if f'the outcome "{each.title}" is concluded' in then]
    assert [each.id for each in named] == [name for name in rule.concludes if name in outcomes]
    for each in named:
        possible = [trace.outcome] if trace.outcome is not None else trace.possible_outcomes
        assert each.id in possible or trace.outcome is not None
        assert all(list(outcomes).index(name) <= list(outcomes).index(each.id) for name in possible)
        assert not trace.may_be_not_covered


@pytest.mark.parametrize("name", BUILTIN)
def test_each_row_of_a_table_is_what_the_engine_decides(name: str) -> None:
    guideline, chance, tried, outside = loaded(name), random.Random(name), 0, 0
    for decision in guideline.decisions.values():
        rules = {rule.title: rule for rule in decision.rules.values()}
        for _, head, rows in decision_tables(guideline, decision):
            titled = {fact.title[:1].upper() + fact.title[1:]: fact for fact in guideline.facts.values()}
            facts = [titled[each] for each in head[1:-1]]
            for title, *cells, then in rows:
                row = [sorted(values_in(fact, cell)) for fact, cell in zip(facts, cells, strict=True)]
                assert all(row)
                for _ in range(EACH):
                    values = drawn(guideline, decision.id, chance)
                    inside = {fact.id: chance.choice(met) for fact, met in zip(facts, row, strict=True)}
                    trace = decided(guideline, decision.id, {**values, **inside}) or decided(
                        guideline, decision.id, inside
                    )
                    if trace is not None:
                        assert rules[title].id in trace.fired
                        told_by(trace, guideline, rules[title], then)
                        tried += 1
                    fact, met = chance.choice(list(zip(facts, row, strict=True)))
                    others = sorted(set(range(fact.low, fact.high + 1)) - set(met))
                    beyond = {**inside, fact.id: chance.choice(others)} if others else {}
                    trace = decided(guideline, decision.id, beyond) if beyond else None
                    if trace is not None:
                        assert rules[title].id not in trace.fired
                        outside += 1
    has_tables = any(list(decision_tables(guideline, each)) for each in guideline.decisions.values())
    assert (tried > 0) is (outside > 0) is has_tables


@pytest.mark.parametrize("name", BUILTIN)
def test_nothing_that_bears_on_an_answer_is_left_out(name: str) -> None:
    guideline = loaded(name)
    ran = candor("handbook", name, "--format", "markdown", "--at", "2026-01-15", "--no-history")
    told = ran.out
    texts = [way.formula.text for fact in guideline.facts.values() for way in fact.derived if name in fact.place.file]
    notes = [
        each.note for fact in guideline.facts.values() for way in (*fact.derived, *fact.imports) for each in way.source
    ]
    notes += [each.note for fact in guideline.facts.values() for choice in fact.choices for each in choice.source]
    for decision in guideline.decisions.values():
        cautions = [*decision.cautions, *(rule.caution for rule in decision.rules.values() if rule.caution is not None)]
        notes += [each.note for caution in cautions for each in caution.source]
        texts += [guideline.facts[each].title for each in decision.beside]
        texts += [case.source for case in decision.cases.values() if case.source]
    for fact in guideline.facts.values():
        for way in fact.imports:
            outcomes = way.guideline.decisions[way.decision].outcomes
            for outcome, steps in way.results.items():
                answer = "no answer" if outcome is None else f'"{outcomes[outcome].title}"'
                texts.append(f'{answer} counts as "{fact.title_of(steps)}"')
    wanted = [*texts, *(note for note in notes if note)]
    assert [text for text in wanted if escaped(f": {' '.join(text.split())}")[2:] not in told] == []


def test_a_sentence_speaks_of_one_rule_and_not_of_the_answer() -> None:
    told = candor("handbook", "act_ra", "--format", "markdown", "--at", "2026-01-15", "--no-history").out
    assert "then the outcome is" not in told
    assert told.count("Where rules conclude several outcomes, the first listed stands.") == 4
    assert "Cannot be changed" not in told


def test_rules_come_as_their_author_put_them_and_rows_by_value() -> None:
    told = candor("handbook", "act_ra", "--format", "markdown", "--at", "2026-01-15", "--no-history").out
    rules = [told.index(escaped(f"({each}):")) for each in ("below_the_band", "very_active_disease", "above_the_band")]
    assert rules == sorted(rules)
    rows = [told.index(each) for each in (r"| 2\.59 or below |", r"| 4\.41 to 5.10 |", r"| 5\.11 or above |")]
    assert rows == sorted(rows)


def test_answers_stand_in_quotation_marks(tmp_path: Path) -> None:
    told = candor("handbook", "difficult_to_treat_ra", "--format", "markdown", "--no-history").out
    assert ' before is "have neither failed nor are contraindicated"' in told
    assert "at least 1 of these is so (" in told
