"""Reasons and changes where facts are free of one another are those that the solver finds without that road."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import engine.logic.changes
import engine.logic.reasons
from benchmarks.explaining import untried
from benchmarks.generated import patients, write_guideline
from engine.deciding import decide
from engine.facts import read_facts
from engine.guideline import Guideline
from engine.loading import load
from engine.logic import given_up, tables, worlds
from engine.logic.freedom import are_free
from engine.logic.tables import Table, Tables, TooWide
from engine.plan import plan_of
from engine.units import units_of
from explain.answers import change_account
from explain.changes import Changes, changes_of
from explain.reading import Reading, reading_of
from explain.reasons import reasons_of
from tests.oracle import Tree
from tests.test_nearest_changes import integer, nearest, read
from tests.worlds import AT

SEEDS, PATIENTS = 6, 3
LEAST = Counter({1: 40, 2: 40, 3: 15, 4: 5})
"""Of how many facts the changes that are compared are, at least."""
YES_NO: Mapping[str, Tree] = {"type": "yes_no"}


@pytest.fixture(scope="module")
def guidelines(tmp_path_factory: pytest.TempPathFactory) -> list[Guideline]:
    folder = tmp_path_factory.mktemp("generated")
    return [load(write_guideline(folder / str(seed), 24, seed, changeable=True)) for seed in range(SEEDS)]


def readings(guidelines: list[Guideline]) -> Iterator[Reading]:
    for seed, guideline in enumerate(guidelines):
        for unknown in (0, 1 / 3):
            for given in patients(guideline, "choose", PATIENTS, unknown, seed):
                yield reading_of(guideline, decide(guideline, "choose", read_facts(guideline, given), at=AT))


def changes(reading: Reading) -> dict[str, Changes]:
    return {outcome: changes_of(reading, outcome, limit=6) for outcome in reading.decision.outcomes}


def without_freedom(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (engine.logic.changes, engine.logic.reasons):
        monkeypatch.setattr(module, "are_free", lambda *_: False)
    for name in ("REFUTED_EACH", "FEW_REFUTED"):
        monkeypatch.setattr(given_up, name, given_up.MOST_REFUTED)


def test_both_roads_find_the_same_reasons_and_changes(
    guidelines: list[Guideline], monkeypatch: pytest.MonkeyPatch
) -> None:
    all_readings = list(readings(guidelines))
    for reading in all_readings:
        plan = plan_of(reading.guideline, "choose")
        assert are_free(plan, units_of(plan, reading.trace), sorted(reading.guideline.facts))
    evaluated = [(reasons_of(reading), changes(reading)) for reading in all_readings]
    without_freedom(monkeypatch)
    assert evaluated == [(reasons_of(reading), changes(reading)) for reading in all_readings]
    sizes = Counter(len(each.moves) for _, by in evaluated for found in by.values() for each in found.changes)
    assert sizes >= LEAST, sizes
    assert sum(len(reasons.sets) > 1 for reasons, _ in evaluated) > 5


def test_a_table_that_is_too_wide_is_left_to_the_solver(
    guidelines: list[Guideline], monkeypatch: pytest.MonkeyPatch
) -> None:
    all_readings = list(readings(guidelines))[::3]
    for name in ("REFUTED_EACH", "FEW_REFUTED"):
        monkeypatch.setattr(given_up, name, given_up.MOST_REFUTED)
    expected = [changes(reading) for reading in all_readings]
    too_wide: list[frozenset[str]] = []
    of = Tables.of

    def noted(self: Tables, names: frozenset[str]) -> Table:
        try:
            return of(self, names)
        except TooWide:
            too_wide.append(names)
            raise

    monkeypatch.setattr(Tables, "of", noted)
    monkeypatch.setattr(tables, "WIDEST", 4)
    assert [changes(reading) for reading in all_readings] == expected
    assert len(too_wide) > len(all_readings), "too few tables were too wide"


def test_values_that_only_a_fact_not_yet_free_makes_alike_are_told_apart_once_it_is(tmp_path: Path) -> None:
    """As long as the gate is open, the wind is all the same, and the other way round. The rule that no one meets has
    the values of both looked at one by one."""
    rules: dict[str, Tree] = {
        "never": {"when": {"all": [{"ice": "yes"}, {"ice": "no"}]}, "then": "closed"},
        "both": {"when": {"ice": "yes", "gate": "yes", "wind": ">= 2"}, "then": "closed"},
        "else": {"when": {"any": [{"ice": "no"}, {"gate": "no"}, {"wind": "< 2"}]}, "then": "open"},
    }
    facts = {"ice": YES_NO, "gate": YES_NO, "wind": integer(0, 3)}
    reading = read(tmp_path, facts, rules, {"ice": "no", "gate": "no", "wind": 0})
    assert nearest(reading) == [{"gate": True, "ice": True, "wind": 2}]


def test_the_benchmark_counts_the_searches_that_were_given_up(
    guidelines: list[Guideline], monkeypatch: pytest.MonkeyPatch
) -> None:
    without_freedom(monkeypatch)
    monkeypatch.setattr(given_up, "FEW_REFUTED", 3)
    counted = 0
    for reading in list(readings(guidelines))[::4]:
        account = change_account(reading.guideline, reading.trace)
        expected = [changes_of(reading, outcome).is_partial for outcome in reading.decision.outcomes]
        assert untried(account) == sum(expected)
        counted += sum(expected)
    assert counted > 4


def test_where_a_search_is_given_up_does_not_depend_on_who_was_asked_before(
    guidelines: list[Guideline], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(given_up, "FEW_REFUTED", 4)
    monkeypatch.setattr(worlds, "DRAWN", 1)  # so that the solver is asked for nearly all
    all_readings = list(readings(guidelines))
    told = [changes(reading) for reading in all_readings]
    assert told == [changes(reading) for reading in reversed(all_readings)][::-1]
    assert sum(found.is_partial for by in told for found in by.values()) > 3, "hardly any search was given up"


def test_nor_does_it_where_facts_hang_together(guidelines: list[Guideline], monkeypatch: pytest.MonkeyPatch) -> None:
    without_freedom(monkeypatch)
    monkeypatch.setattr(given_up, "FEW_REFUTED", 8)
    all_readings = list(readings(guidelines))[::3]
    told = [(reasons_of(reading), changes(reading)) for reading in all_readings]
    again = [(reasons_of(reading), changes(reading)) for reading in reversed(all_readings)]
    assert told == again[::-1]
    assert sum(found.is_partial for _, by in told for found in by.values()) > 8, "hardly any search was given up"
