"""Scores on what is known: which interval they lie in, and which rules make it narrower than all open points would."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.deciding import decide
from engine.facts import read_facts
from engine.guideline import Guideline, Scalar
from engine.loading import load
from engine.trace import RulePoints, ScoreTrace, Trace

AT = datetime(2026, 3, 1, tzinfo=UTC)


def scoring(name: str, when: str, points: int, score: str, finding: str = "") -> str:
    """A rule that adds to a score and to all points."""
    added = f"{{add: {points}, to: {score}}}, {{add: {points}, to: all_points}}"
    return f"""
  {name}:
    title: {name}
    when: {{{when}}}
    then: [{finding}{added}]
    because: Counted.
    source: {{basis: added}}
"""


FILES = {
    "guideline.yaml": """
guideline: roads
version: 1.0.0
status: draft
title: Roads
purpose: To test.
population: Roads.
limits: None.
sources: {}
""",
    "facts.yaml": """
facts:
  cars: {title: cars, type: integer, range: [0, 99]}
  lorries: {title: lorries, type: integer, range: [0, 99]}
  frost: {title: frost, type: yes_no}
  thaw: {title: thaw, type: yes_no}
  salted: {title: salted, type: yes_no}
impossible:
  - {when: {frost: yes, thaw: yes}, because: it freezes or it thaws.}
""",
    "gritting.yaml": """
decision: gritting
question: Is the road gritted?
outcomes: {grit: {title: Grit}, leave: {title: Leave}}
findings: {crowded: Many drive here}
scores:
  traffic: {title: Traffic, range: [0, 3]}
  weather: {title: Weather, range: [-2, 4]}
  all_points: {title: All, range: [-2, 7]}
rules:
"""
    + scoring("few", 'cars: "[10..30)"', 1, "traffic")
    + scoring("some", 'cars: "[30..60)"', 2, "traffic")
    + scoring("many", 'cars: ">= 60"', 3, "traffic", "crowded, ")
    + scoring("cold", "frost: yes", 4, "weather")
    + scoring("warm", "thaw: yes", 2, "weather")
    + scoring("salt", "salted: yes", -2, "weather")
    + """
  grit: {title: Grit, when: {all_points: ">= 6"}, then: grit, because: "{all_points}", source: {basis: added}}
  leave: {title: Leave, when: {all_points: "< 6"}, then: leave, because: "{all_points}", source: {basis: added}}
""",
}


@pytest.fixture(scope="module")
def roads(tmp_path_factory: pytest.TempPathFactory) -> Guideline:
    folder = Path(tmp_path_factory.mktemp("scores")) / "roads"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    return load(folder)


def decided(roads: Guideline, facts: Mapping[str, object]) -> Trace:
    return decide(roads, "gritting", read_facts(roads, facts), at=AT)


def ends(trace: Trace) -> dict[str, tuple[Scalar, Scalar]]:
    return {score.score: (score.low, score.high) for score in trace.scores}


def test_bands_of_one_fact_give_their_points_once(roads: Guideline) -> None:
    """Added up, the open points would be 6 for the traffic; no road has more than 3."""
    assert ends(decided(roads, {}))["traffic"] == (0, 3)


def test_what_is_impossible_together_gives_points_once(roads: Guideline) -> None:
    """Frost and thaw cannot both be: 4 or 2, never 6; salt takes 2 away from either."""
    assert ends(decided(roads, {})) == {"traffic": (0, 3), "weather": (-2, 4), "all_points": (-2, 7)}


def test_a_rule_that_fired_closes_the_rules_that_it_excludes(roads: Guideline) -> None:
    trace = decided(roads, {"cars": 20, "thaw": True, "salted": False})
    assert ends(trace) == {"traffic": (1, 1), "weather": (2, 2), "all_points": (3, 3)}
    assert trace.outcome == "leave"


def test_rules_that_can_both_hold_are_added_up(roads: Guideline) -> None:
    assert ends(decided(roads, {"salted": False, "frost": False}))["all_points"] == (0, 5)


def test_the_trace_says_who_gave_points_and_whose_are_open(roads: Guideline) -> None:
    scores = {score.score: score for score in decided(roads, {"frost": True, "cars": 5}).scores}
    assert scores["weather"] == ScoreTrace("weather", 2, 4, (RulePoints("cold", 4),), (RulePoints("salt", -2),))
    assert scores["traffic"] == ScoreTrace("traffic", 0, 0, (), ())


def test_a_test_on_an_open_score_is_settled_as_soon_as_no_open_point_can_change_it(roads: Guideline) -> None:
    """Without frost at most 3 for the traffic and 2 for the thaw: 6 cannot be reached any more, whatever is unknown."""
    trace = decided(roads, {"frost": False})
    assert (trace.outcome, trace.fired) == ("leave", ("leave",))
