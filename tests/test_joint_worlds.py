"""Reasons, missing facts and changes where outcomes hang on several facts at once, held against brute force.

What is met is counted, by construct and by kind of change; a run that meets too little fails.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from engine.trace import OutcomeForced
from explain.reading import Reading
from tests.explained_worlds import CAMPAIGN, random_units, reading
from tests.joint_worlds import JointWorld, joint_world
from tests.oracle.changes import Change, is_tied, minimal_changes, movable, tried
from tests.oracle.terms import mapping
from tests.oracle.units import Units, size
from tests.test_changes_oracle import told
from tests.test_reasons_oracle import assert_alike
from tests.worlds import loaded

WORLDS = 4_000 if CAMPAIGN else 60
TRIED = 12_000
"""How many combinations of new values and completions brute force looks at, at most."""
LEAST = Counter(
    {
        **dict.fromkeys(("finding", "not", "unless", "at_least", "score", "shared", "imported", "linear"), 25),
        **{"free": 10, "assumed": 20, "impossible": 40, "forced": 3, "missing": 30, "1 reasons": 30, "2 reasons": 8},
        **{"changes": 180, "changes of 1 facts": 45, "changes of 2 facts": 60, "changes of 3 facts": 25},
        **{"changes of 4 facts": 1, "choices and numbers": 50, "ties": 20, "assumed facts set": 1},
        **{"unknown facts set": 80, "unknown facts set with others": 50},
    }
)
"""What a quick run meets at least: pairs of a patient and an outcome that a change leads to, by construct and by kind;
and patients who are told reasons or what is missing, and whose outcome is forced."""


def test_reasons_missing_facts_and_changes_are_what_brute_force_says() -> None:
    found = Counter[str]()
    for seed in range(WORLDS):
        world = joint_world(seed)
        with loaded(world.guideline) as engine:
            for patient in world.patients:
                read = reading(engine, "opening", patient)
                units = random_units(world.guideline, "opening", patient)
                if read is None or units is None:
                    found["no decision"] += 1
                    continue
                found[assert_alike(read, units, 3_000)] += 1
                found["forced"] += any(isinstance(event, OutcomeForced) for event in read.trace.events)
                _compare(world, read, units, found)
    assert found >= LEAST, f"too little was met: {LEAST - found}, of {found}"
    assert found["too much work"] <= found["changes"] // 8, "too many patients are left out"


def _compare(world: JointWorld, read: Reading, units: Units, found: Counter[str]) -> None:
    names = movable(units)
    work = size(units, units.unknown)
    for name in names:
        work *= 1 + len(tried(units, name))
    if work > TRIED:
        found["too much work"] += 1
        return
    for outcome in mapping(world.guideline.decisions["opening"]["outcomes"]):
        expected = minimal_changes(units, outcome, names)
        changes = told(read, outcome, including_fixed=True)
        assert changes == expected, f"{changes} to {outcome} for {units.patient}, not {expected}"
        found["changes"] += 1
        found.update(f"changes of {count} facts" for count in {len(each) for each in expected})
        if expected:
            found.update(world.used)
            found.update(_kinds(units, expected))
            found["ties"] += any(is_tied(units, outcome, change) for change in expected[:3])


def _kinds(units: Units, changes: Sequence[Change]) -> set[str]:
    facts = units.question.facts
    kinds = set[str]()
    for change in changes:
        types = {"number" if facts[name].type in ("number", "integer") else "choice" for name in change}
        kinds |= {"choices and numbers"} if len(types) == 2 else set()
        kinds |= {"unknown facts set"} if change.keys() & units.unknown else set()
        kinds |= {"unknown facts set with others"} if len(change) > 1 and change.keys() & units.unknown else set()
        kinds |= {"assumed facts set"} if change.keys() & units.assumed.keys() else set()
    return kinds
