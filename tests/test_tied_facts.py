"""Facts that are tied to others are free of one another where only one of each group varies and can have any value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import engine.logic.changes
import engine.logic.reasons
from benchmarks.generated import patients
from candor.guidelines import load_guideline
from engine.deciding import decide
from engine.facts import read_facts
from engine.logic.freedom import are_free
from engine.plan import plan_of
from engine.units import units_of
from explain.changes import Changes, changes_of
from explain.reading import Reading, reading_of
from explain.reasons import Reasons, reasons_of
from tests.oracle import Tree
from tests.test_nearest_changes import integer, nearest, read
from tests.worlds import AT

PATIENTS = 30
YES_NO: Mapping[str, Tree] = {"type": "yes_no"}
RULES: Mapping[str, Tree] = {
    "ice": {"when": {"ice": "yes"}, "then": "closed"},
    "none": {"when": {"ice": "no"}, "then": "open"},
}


def readings() -> Iterator[Reading]:
    """Patients of whom the facts are known that are tested, and one that others are tied to."""
    guideline = load_guideline("act_ra", with_cases=False)
    (tied, *_), *_ = map(sorted, plan_of(guideline, "selection").ties)
    high = guideline.facts[tied].text_of(guideline.facts[tied].high)
    for unknown in (0, 1 / 3):
        for given in patients(guideline, "selection", PATIENTS, unknown):
            facts = read_facts(guideline, {**given, tied: high})
            yield reading_of(guideline, decide(guideline, "selection", facts, at=AT))


def movable(reading: Reading) -> list[str]:
    return [name for name in sorted(reading.facts) if reading.fact(name).changeable]


def is_free(reading: Reading, names: list[str]) -> bool:
    plan = plan_of(reading.guideline, reading.decision.id)
    return are_free(plan, units_of(plan, reading.trace), names)


def told(reading: Reading) -> tuple[Reasons, list[Changes]]:
    return reasons_of(reading), [changes_of(reading, outcome) for outcome in reading.decision.outcomes]


def test_both_roads_find_the_same_where_facts_are_tied(monkeypatch: pytest.MonkeyPatch) -> None:
    all_readings = list(readings())
    assert all(is_free(reading, movable(reading)) for reading in all_readings)
    evaluated = [told(reading) for reading in all_readings]
    for module in (engine.logic.changes, engine.logic.reasons):
        monkeypatch.setattr(module, "are_free", lambda *_: False)
    assert evaluated == [told(reading) for reading in all_readings]
    assert sum(len(reasons.sets) > 1 for reasons, _ in evaluated) > 3
    assert sum(len(each.moves) > 1 for _, by in evaluated for found in by for each in found.changes) > 20


def test_a_value_that_what_is_known_excludes_is_not_proposed(tmp_path: Path) -> None:
    facts = {"ice": YES_NO, "wind": integer(0, 9)}
    rare: Tree = [{"when": {"ice": "yes", "wind": ">= 5"}, "because": "It never is."}]
    windy = read(tmp_path / "windy", facts, RULES, {"ice": "no", "wind": 7}, impossible=rare)
    calm = read(tmp_path / "calm", facts, RULES, {"ice": "no", "wind": 2}, impossible=rare)
    assert [is_free(each, ["ice"]) for each in (windy, calm)] == [False, True]
    assert not any(is_free(each, names) for each in (windy, calm) for names in (["wind"], ["ice", "wind"]))
    assert nearest(windy) == [{"ice": True, "wind": 4}]
    assert nearest(calm) == [{"ice": True}]


def test_two_tested_facts_that_are_tied_are_not_free(tmp_path: Path) -> None:
    """Ice and snow never come together: that there is ice says that there is no snow."""
    rules: Mapping[str, Tree] = {
        "ice": {"when": {"ice": "yes", "snow": "no"}, "then": "closed"},
        "else": {"when": {"any": [{"ice": "no"}, {"snow": "yes"}]}, "then": "open"},
    }
    rare: Tree = [{"when": {"ice": "yes", "snow": "yes"}, "because": "It never is."}]
    facts = {"ice": YES_NO, "snow": YES_NO}
    both = read(tmp_path / "both", facts, rules, {"ice": "yes", "snow": "no"}, impossible=rare)
    assert not is_free(both, [])
    assert reasons_of(both).sets == (("ice",),)
    clear = read(tmp_path / "clear", facts, rules, {"ice": "no"}, impossible=rare)
    assert not is_free(clear, ["ice"])
    assert nearest(clear) == [{"ice": True}]


def test_of_a_number_that_formulas_find_the_value_alone_is_told(tmp_path: Path) -> None:
    traffic = {**integer(0, 9, "cars + lorries"), "changeable": "yes"}
    facts = {"cars": integer(0, 9), "lorries": integer(0, 9), "traffic": traffic}
    rules: Mapping[str, Tree] = {
        "much": {"when": {"traffic": ">= 5"}, "then": "closed"},
        "little": {"when": {"traffic": "< 5"}, "then": "open"},
    }
    reading = read(tmp_path, facts, rules, {"cars": 2, "traffic": 3})
    assert not is_free(reading, ["traffic"])
    ((move,),) = (change.moves for change in changes_of(reading, "closed").changes)
    assert (move.after, move.least, move.most) == (5, 5, 5)


def test_a_number_may_have_more_parts_than_a_byte_has_values(tmp_path: Path) -> None:
    """Each even level has a test of its own, so that no two of these count as alike."""
    even: Tree = {"any": [{"level": str(level)} for level in range(0, 541, 2)]}
    rules: Mapping[str, Tree] = {
        "closed": {"when": {"all": [{"ice": "yes"}, even]}, "then": "closed"},
        "else": {"when": {"not": {"all": [{"ice": "yes"}, even]}}, "then": "open"},
    }
    reading = read(tmp_path, {"ice": YES_NO, "level": integer(0, 541)}, rules, {"ice": "no", "level": 541})
    assert nearest(reading) == [{"ice": True, "level": 540}]
