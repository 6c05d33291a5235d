"""What the solver says of everybody, or of whom little is known, in small guidelines: which results are possible, which
rules exclude one another. One test for each thing that this rests on, which fails where that is left out
(`tests/encoding_faults.yaml`)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import z3

from engine.known import Known
from engine.logic import exclusive_groups, possible_results, results_of_anyone
from engine.logic.asked import checked
from tests.test_proof_claims import FACTS, NEVER_BOTH, SUM, plan_for


def test_a_counted_fact_is_in_the_cell_of_its_value(tmp_path: Path) -> None:
    rules = """above: {when: {cars: "< 2", lorries: 0, traffic: "> 1"}, then: yes_now}
               below: {when: {cars: "> 1", lorries: 0, traffic: "< 2"}, then: yes_now}
               exact: {when: {cars: 1, lorries: 0, traffic: 1}, then: later}"""
    plan = plan_for(tmp_path, rules, facts=FACTS + SUM)
    assert possible_results(plan, Known({}), ("yes_now", "later", None)) == {"later", None}


def test_what_is_known_of_a_patient_leaves_what_follows_from_it(tmp_path: Path) -> None:
    rules = """one: {when: {traffic: 1}, then: yes_now}
               more: {when: {traffic: "> 1"}, then: later}
               cold: {when: {traffic: 0, frost: yes}, then: later}"""
    plan = plan_for(tmp_path, rules, facts=FACTS + SUM)
    results = ("yes_now", "later", None)
    assert possible_results(plan, Known({"cars": 2, "frost": 0}), results) == {"later"}
    assert possible_results(plan, Known({"cars": 0, "lorries": 0, "frost": 0}), results) == {None}
    assert possible_results(plan, Known({"cars": 0, "lorries": 0, "frost": 1}), results) == {"later"}
    assert possible_results(plan, Known({"cars": 0, "frost": 1}, frozenset({"traffic"})), results) == {*results} - {
        None
    }


def test_rules_exclude_one_another_only_where_nobody_fulfils_two(tmp_path: Path) -> None:
    rules = """cold: {when: {frost: yes}, then: later}
               damp: {when: {wet: yes}, then: later}
               mild: {when: {frost: no}, then: later}"""
    names = ("cold", "damp", "mild")
    assert exclusive_groups(plan_for(tmp_path, rules, facts=FACTS), names) == (("cold", "mild"), ("damp",))
    plan = plan_for(tmp_path / "other", rules, facts=FACTS + NEVER_BOTH)
    assert exclusive_groups(plan, names) == (("cold", "damp"), ("mild",))


def test_who_fulfils_many_rules_answers_for_all_pairs_of_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were each pair asked about, 20 rules of which no two exclude one another would take 190 questions."""
    questions = list[int]()

    def counted(solver: z3.Solver, assumptions: Sequence[z3.BoolRef]) -> bool | None:
        questions.append(len(assumptions))
        return checked(solver, assumptions)

    rules = "\n".join(f"r{n}: {{when: {{any: [{{cars: {n % 3}}}, {{frost: yes}}]}}, then: later}}" for n in range(20))
    plan, names = plan_for(tmp_path, rules, facts=FACTS), [f"r{n}" for n in range(20)]
    monkeypatch.setattr("engine.logic.asked.checked", counted)
    assert exclusive_groups(plan, names) == tuple((name,) for name in names)
    assert len(questions) <= 20


def test_whoever_is_asked_about_may_state_facts_against_their_formulas(tmp_path: Path) -> None:
    rules = """none: {when: {cars: 0, lorries: 0}, then: later}
               busy: {when: {traffic: "> 1"}, then: yes_now}
               some: {when: {any: [{cars: "> 0"}, {lorries: "> 0"}]}, then: later}"""
    plan = plan_for(tmp_path, rules, facts=FACTS + SUM)
    assert exclusive_groups(plan, ("none", "busy")) == (("none",), ("busy",))
    assert results_of_anyone(plan, {"cars": 0, "lorries": 0}) == {"later", "yes_now"}
