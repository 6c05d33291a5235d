"""What no patient can meet, held against brute force: every partly known patient of a small world is decided, and a
goal is unreachable exactly where none of them meets it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest

from engine.coverage import Goal, State, coverage_of, goals_of, suggestions
from engine.coverage.meeting import met_by
from engine.deciding import decide
from engine.errors import InputRejected
from engine.facts import read_facts
from engine.guideline import Guideline
from tests.roads import road

AT = datetime(2026, 1, 1, tzinfo=UTC)
FACTS = """
facts:
  frost: {title: frost, question: Frost?, type: yes_no}
  salt: {title: salt, question: Salt?, type: yes_no, assume: yes}
  cars: {title: cars, question: Cars?, type: integer, range: [0, 2]}
  lorries: {title: lorries, question: Lorries?, type: integer, range: [0, 2]}
  traffic:
    title: traffic
    type: integer
    range: [0, 3]
    derived: [{title: all that drive, formula: cars + lorries}]
"""
IMPOSSIBLE = """
impossible:
  - {when: {frost: yes, salt: yes, cars: 2}, because: Nobody drives then.}
  - {when: {frost: yes, lorries: 2}, because: Lorries stay away.}
"""
POINTS = """scores: {points: {title: Points, range: [-1, 3]}}
findings: {hard: It is hard}"""
WORLDS = {
    "derived": """a: {when: {traffic: ">= 2", cars: "< 1"}, then: later}
                  b: {when: {any: [{traffic: 0}, {lorries: "> 0"}]}, unless: {frost: yes}, then: yes_now}""",
    "unknown though something must follow": 'a: {when: {traffic: "< 1", cars: 0, lorries: 2}, then: later}',
    "out of range": """a: {when: {cars: 2, lorries: 2}, then: later}
                       b: {when: {traffic: "> 1", cars: "> 1"}, then: yes_now}""",
    "assumed": "a: {when: {salt: no, any: [{frost: yes}, {salt: yes}]}, then: later}",
    "counted": """a: {when: {at_least: {n: 2, of: [{frost: yes}, {salt: no}, {cars: "> 1"}, {cars: 2}]}}, then: later}
                  b: {when: {not: {at_least: {n: 1, of: [{cars: 2}, {frost: yes}]}}}, then: yes_now}""",
    "idle": """a: {when: {any: [{cars: "> 0"}, {cars: 2}], not: {lorries: 1}}, then: later}
               b: {when: {cars: 0, lorries: "not(1)", frost: yes}, then: yes_now}""",
}
SCORED = {
    "points that somebody has for certain": """
        a: {when: {any: [{cars: "< 1"}, {cars: ">= 1"}]}, then: {add: 1, to: points}}
        b: {when: {points: 0}, then: later}
        c: {when: {frost: yes, points: "<= 1"}, then: hard}
        d: {when: {hard: no}, then: yes_now}""",
    "points of which nobody has both": """
        a: {when: {frost: yes}, then: {add: 2, to: points}}
        b: {when: {lorries: 2}, then: {add: 1, to: points}}
        c: {when: {points: ">= 3"}, then: later}
        d: {when: {points: 2}, then: hard}
        e: {when: {hard: yes, cars: 1}, then: yes_now}""",
    "scores of rules that exclude one another": """
        a: {when: {cars: 0}, then: {add: -1, to: points}}
        b: {when: {cars: 2}, then: {add: 2, to: points}}
        c: {when: {frost: yes}, then: {add: 1, to: points}}
        d: {when: {points: ">= 2"}, then: hard}
        e: {when: {hard: no, points: "[0..1]"}, then: later}
        f: {when: {hard: yes, traffic: "> 2"}, then: yes_now}""",
}


def everybody(guideline: Guideline) -> Iterator[dict[str, str | None]]:
    """Every partly known patient: each fact not given, or given with any of its values."""
    facts = [fact for fact in guideline.facts.values() if fact.id in guideline.facts]
    values = [(None, *(fact.text_of(steps) for steps in range(fact.low, fact.high + 1))) for fact in facts]
    for chosen in product(*values):
        yield dict(zip((fact.id for fact in facts), chosen, strict=True))


def met_by_anybody(guideline: Guideline) -> frozenset[Goal]:
    goals = goals_of(guideline, "grit")
    met: set[Goal] = set()
    for patient in everybody(guideline):
        try:
            trace = decide(guideline, "grit", read_facts(guideline, patient), at=AT)
        except InputRejected:
            continue
        met |= met_by(guideline, trace, goals)
    return frozenset(met)


@pytest.mark.parametrize("facts", [FACTS, FACTS + IMPOSSIBLE], ids=["free", "with something impossible"])
@pytest.mark.parametrize("world", [*WORLDS, *SCORED])
def test_unreachable_is_what_nobody_meets_and_every_other_goal_has_a_case(
    world: str, facts: str, tmp_path: Path
) -> None:
    head = POINTS if world in SCORED else ""
    guideline = road(tmp_path, {**WORLDS, **SCORED}[world], facts=facts, head=head)
    met = met_by_anybody(guideline)
    coverage = coverage_of(guideline, "grit", {})
    assert {each.goal for each in coverage.in_state(State.MISSING)} == met
    found = suggestions(guideline, "grit", [each.goal for each in coverage.in_state(State.MISSING)])
    assert found.without == ()
    assert {goal for case in found.cases for goal in case.goals} == met
