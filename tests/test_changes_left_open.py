"""What a search for changes does not look at is said."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from engine import logic
from engine.errors import EngineFault
from engine.guideline import Guideline
from engine.loading import load
from explain.answers import change_account
from explain.changes import changes_of, short_changes_section
from explain.reading import Reading, reading_of
from explain.rendering.text import report_text
from explain.report import report_of
from tests.oracle import Tree
from tests.test_imports import FROST, ROADS, decided, written
from tests.test_nearest_changes import integer, read

OWN = "Not computed from changed values here, but counted as a fact of its own: load. `candor what-if` finds it anew."


def told(folder: Path, *, changeable: bool) -> tuple[list[str], list[str]]:
    """Of a load that is a product of two: what is told of changes, and at the end."""
    load = {**integer(0, 9, "ice * wind"), "changeable": "yes" if changeable else "no"}
    facts: Mapping[str, Mapping[str, Tree]] = {
        "ice": {**integer(0, 3), "changeable": "yes"},
        "wind": {**integer(0, 3), "changeable": "yes"},
        "load": load,
    }
    rules: Mapping[str, Tree] = {
        "heavy": {"when": {"load": ">= 4"}, "then": "closed"},
        "light": {"when": {"load": "< 4"}, "then": "open"},
    }
    reading = read(folder, facts, rules, {"ice": 1})
    account = change_account(reading.guideline, reading.trace, "closed")
    report = report_text(report_of(reading.guideline, reading.trace, None))
    assert ("No change of the facts that can be changed was found that leads to it." in report) != changeable
    sections = {each.title: [line.text for line in each.lines] for each in account.sections}
    return next(lines for title, lines in sections.items() if title.startswith("What would")), sections["What this is"]


def test_what_is_not_computed_from_changed_values_is_named(tmp_path: Path) -> None:
    lines, closing = told(tmp_path, changeable=False)
    assert lines[0].startswith("No change of the facts that can be changed was found that leads to this outcome")
    assert closing[1:] == [OWN]


def test_what_can_be_changed_itself_stands_for_what_it_is_computed_from(tmp_path: Path) -> None:
    lines, closing = told(tmp_path, changeable=True)
    assert lines == ["If load were known to be 4 (or above)"]
    assert closing[1:] == [OWN]


DANGER = """
decision: danger
question: How dangerous is frost?
outcomes: {higher: {title: Higher}, high: {title: High}, low: {title: Low}}
rules:
  icy: {title: Icy, when: {surface: "<= 0", wet: yes}, then: higher, because: "So.", source: {basis: added}}
  cold: {title: Cold, when: {surface: "<= 0", wet: no}, then: high, because: "So.", source: {basis: added}}
  damp: {title: Damp, when: {surface: "[1..5]", wet: yes}, then: high, because: "So.", source: {basis: added}}
  dry: {title: Dry, when: {surface: "[1..5]", wet: no}, then: low, because: "So.", source: {basis: added}}
  warm: {title: Warm, when: {surface: "> 5"}, then: low, because: "So.", source: {basis: added}}
"""
ASSUMED = """    assume: low
    from: {guideline: frost, version: 1.0.0, decision: danger, facts: {surface: road_surface},
           outcomes: {higher: high, high: high, low: low}}
"""


@pytest.mark.parametrize("assumed", [True, False])
def test_what_would_be_assumed_only_after_a_change_is_not_looked_at(tmp_path: Path, *, assumed: bool) -> None:
    """While it is cold, danger cannot be assumed to be low. Above zero it could be, until it is known whether it is
    wet; only above 5 it is low in any case."""
    head, _, tail = ROADS["facts.yaml"].partition("    max_age: 10 days\n")
    way = ASSUMED if assumed else ASSUMED.partition("\n")[2]
    files = {**ROADS, "facts.yaml": head + way + tail.partition("}}\n")[2]}
    written(tmp_path, "frost", {**FROST, "danger.yaml": DANGER})
    roads = load(written(tmp_path, "roads", files))
    reading = reading_of(roads, decided(roads, "closing", {"road_surface": "-5"}))
    found = changes_of(reading, "open", including_fixed=True)
    assert [{move.fact: move.after for move in change.moves} for change in found.changes] == [
        {"danger": "low"},
        {"road_surface": 6},
    ]
    assert found.is_partial == assumed
    assert (decided(roads, "closing", {"road_surface": "3"}).outcome == "open") == assumed


DEPTH = """
facts:
  depth: {title: depth of water, type: integer, range: [0, 3]}
  shade: {title: shade, type: yes_no}
"""
GRADE = """
decision: grade
question: How bad?
outcomes: {bad: {title: Bad}, good: {title: Good}}
rules:
  RULE
"""
RIVER = """
facts:
  level: {title: level, type: integer, range: [0, 3], changeable: yes}
  wind: {title: wind, type: integer, range: [0, 3], changeable: yes}
  state:
    title: state
    type: choice
    choices: {none: none, low: low, high: high}
    from: [FROM]
    otherwise: none
impossible:
  - {when: {WHEN}, because: never}
"""
FERRY = """
decision: ferry
question: Does the ferry run?
outcomes: {runs: {title: Runs}, stops: {title: Stops}}
rules:
  RULE
  stops: {title: Stops, when: {wind: ">= 3"}, then: stops, because: B., source: {basis: added}}
"""
BY = "{{guideline: {}, version: 1.0.0, decision: grade, outcomes: {{bad: high, good: low}}{}}}"


def river(folder: Path, *, by: str, sounding: str, runs: str, when: str) -> Guideline:
    """A river whose state comes from one or two other guidelines, each with one rule; a ferry with two."""
    for name, rule in (("shading", "shade: yes"), ("sounding", sounding)):
        text = f"graded: {{title: Graded, when: {{{rule}}}, then: bad, because: B., source: {{basis: added}}}}"
        other = 'good: {title: Good, when: {depth: "3", shade: yes}, then: good, because: B., source: {basis: added}}'
        written(folder, name, {"facts.yaml": DEPTH, "grade.yaml": GRADE.replace("RULE", f"{text}\n  {other}")})
    rule = f"runs: {{title: Runs, when: {{{runs}}}, then: runs, because: B., source: {{basis: added}}}}"
    facts = RIVER.replace("FROM", by).replace("WHEN", when)
    return load(written(folder, "river", {"facts.yaml": facts, "ferry.yaml": FERRY.replace("RULE", rule)}))


SOUNDING = BY.format("sounding", ", facts: {depth: level}")


def test_a_change_that_decides_by_which_import_a_fact_follows_is_no_fault_of_the_engine(tmp_path: Path) -> None:
    """At level 0 the second guideline has no answer, so that the state is `none`, and that is impossible there."""
    by = f"{BY.format('shading', '')}, {SOUNDING}"
    runs, when = 'level: "[0..1]"', 'level: "< 3", state: none'
    guideline = river(tmp_path, by=by, sounding='depth: ">= 1"', runs=runs, when=when)
    reading = reading_of(guideline, decided(guideline, "ferry", {"wind": "0"}))
    found = changes_of(reading, "runs")
    assert [{move.fact: move.after for move in change.moves} for change in found.changes] == [{"level": 1}]


def test_a_change_that_makes_a_fact_follow_that_was_too_old_is_no_fault_of_the_engine(tmp_path: Path) -> None:
    """The level is too old to say anything of the state. A new one of 1 does, and the state would be impossible."""
    old = {"level": {"value": "2", "at": "2026-01-01"}, "wind": "0"}
    by = f"{SOUNDING}]\n    max_age: 30 days\n    source: [{{basis: added}}"
    guideline = river(tmp_path, by=by, sounding='depth: "0"', runs='level: "1"', when='level: "< 3", state: none')
    reading = reading_of(guideline, decided(guideline, "ferry", dict(old)))
    found = changes_of(reading, "runs")
    assert (found.changes, found.is_partial) == ((), True)


LIGHT = "facts:\n  light: {title: light, type: yes_no}\n"
SIGNALS = """
facts:
  light: {title: light, type: yes_no, changeable: yes}
  calm: {title: calm, type: yes_no, changeable: yes}
  crew: {title: crew, type: yes_no, changeable: yes}
  way:
    title: way
    type: choice
    choices: {free: free, blocked: blocked}
    from:
      - {guideline: one, version: 1.0.0, decision: grade, outcomes: {good: free, bad: blocked}, source: {basis: added}}
      - {guideline: two, version: 1.0.0, decision: grade, outcomes: {good: blocked, bad: free}, source: {basis: added}}
"""


SEEN = """
decision: grade
question: Is it safe?
outcomes: {bad: {title: Bad}, good: {title: Good}}
rules:
  lit: {title: L, when: {light: yes}, then: good, because: B., source: {basis: added}}
  dark: {title: D, when: {light: no}, then: bad, because: B., source: {basis: added}}
"""
STRAIT = """
decision: ferry
question: Does the ferry run?
outcomes: {stops: {title: Stops}, runs: {title: Runs}}
rules:
  blocked: {title: B, when: {way: blocked}, then: stops, because: B., source: {basis: added}}
  rough: {title: R, when: {calm: no}, then: stops, because: B., source: {basis: added}}
  alone: {title: A, when: {crew: no}, then: stops, because: B., source: {basis: added}}
  dark: {title: D, when: {light: no}, then: stops, because: B., source: {basis: added}}
  free: {title: F, when: {way: free, calm: yes, crew: yes}, then: runs, because: B., source: {basis: added}}
"""


@pytest.mark.parametrize("after", [[], ["stops"]])
def test_a_change_by_the_first_of_two_imports_that_read_one_fact_is_found(tmp_path: Path, after: list[str]) -> None:
    """With the light on the way is free, whatever the second import would make of it; and crew is needed. Whether it is
    found does not depend on what else is asked, nor on what was asked before."""
    for name in ("one", "two"):
        written(tmp_path, name, {"facts.yaml": LIGHT, "grade.yaml": SEEN})
    guideline = load(written(tmp_path, "strait", {"facts.yaml": SIGNALS, "ferry.yaml": STRAIT}))
    reading = reading_of(guideline, decided(guideline, "ferry", {}))
    for outcome in after:
        assert len(changes_of(reading, outcome).changes) == 3
    found = changes_of(reading, "runs")
    assert not found.is_partial
    assert [{move.fact for move in change.moves} for change in found.changes] == [{"calm", "crew", "light"}]


LEVELS = """
facts:
  level: {title: level, type: integer, range: [0, 2]}
  swell: {title: swell, type: integer, range: [0, 3]}
"""
GAUGE = """
decision: grade
question: How is it?
outcomes: {bad: {title: Bad}, good: {title: Good}}
rules:
  high: {title: H, when: WHEN, then: bad, because: B., source: {basis: added}}
"""
LOCK = """
  tide: {title: tide, type: integer, range: [0, 1]}
  barge:
    title: barge
    type: choice
    choices: {free: free, held: held}
    from: {guideline: inner, version: 1.0.0, decision: grade, outcomes: {bad: held, good: free}, source: {basis: added}}
    otherwise: free
  basin:
    title: basin
    type: choice
    choices: {empty: empty, full: full}
    from:
      {guideline: outer, version: 1.0.0, decision: grade, outcomes: {bad: empty, good: empty}, source: {basis: added}}
    otherwise: full
"""
GATES = """
decision: gates
question: Which gate opens?
outcomes: {east: {title: East}, west: {title: West}}
rules:
  calm: {title: C, when: {any: [{basin: full}, {level: ">= 1"}]}, then: west, because: B., source: {basis: added}}
  drawn:
    title: D
    when: {any: [{level: ">= 2", basin: full}, {tide: "<= 0"}, {barge: held}]}
    then: east
    because: B.
    source: {basis: added}
"""


SKY = """
facts:
  level: {title: level, type: integer, range: [0, 3]}
  shade: {title: shade, type: yes_no}
"""
SHADED = """
decision: grade
question: How bad?
outcomes: {bad: {title: Bad}, fair: {title: Fair}, good: {title: Good}}
rules:
  worse: {title: W, when: {shade: yes}, then: bad, because: B., source: {basis: added}}
  fair: {title: F, when: {level: "0", shade: no}, then: fair, because: B., source: {basis: added}}
  good: {title: G, when: {level: ">= 1", shade: no}, then: good, because: B., source: {basis: added}}
"""
STATE = """
  NAME:
    title: NAME
    type: choice
    choices: {high: high, mid: mid, low: low}
    changeable: yes
    assume: low
    from:
      guideline: GUIDELINE
      version: 1.0.0
      decision: grade
      outcomes: {bad: high, fair: mid, good: low}
      source: {basis: added}
"""
BOTH_ALIKE = """
decision: ferry
question: Does the ferry run?
outcomes: {stops: {title: Stops}, runs: {title: Runs}}
rules:
  stops: {title: S, when: {level: "0"}, then: stops, because: B., source: {basis: added}}
  runs:
    title: R
    when: WHEN
    then: runs
    because: B.
    source: {basis: added}
"""


def ferry(folder: Path, when: str, *calm: str) -> Reading:
    """At level 0, and without what is `calm`; what the ferry runs on as given."""
    cloud = {name: text.replace("shade", "cloud") for name, text in (("facts", SKY), ("grade", SHADED))}
    written(folder, "one", {"facts.yaml": SKY, "grade.yaml": SHADED})
    written(folder, "two", {"facts.yaml": cloud["facts"], "grade.yaml": cloud["grade"]})
    facts = SKY.split("  shade")[0].replace("[0, 3]}", "[0, 3], changeable: yes}")
    facts += "".join(f"  {name}: {{title: {name}, type: yes_no, changeable: yes}}\n" for name in calm)
    facts += "".join(
        STATE[1:].replace("NAME", name).replace("GUIDELINE", of) for name, of in (("state", "one"), ("trend", "two"))
    )
    files = {"facts.yaml": facts, "ferry.yaml": BOTH_ALIKE.replace("WHEN", when)}
    guideline = load(written(folder, "ferries", files))
    return reading_of(guideline, decided(guideline, "ferry", {"level": 0, **dict.fromkeys(calm, False)}))


@pytest.mark.parametrize("more", ["", ', level: ">= 2"'])
@pytest.mark.parametrize("limit", [1, 2, 3, 10, None])
def test_parts_that_are_needless_together_are_left_out(limit: int | None, more: str, tmp_path: Path) -> None:
    """From level 1 both are assumed to be low again. To state one of them alone leads nowhere; and where both are
    stated to be high, the level may have to be higher, as it need not be without."""
    alike = f"[{{state: low, trend: low}}, {{state: mid, trend: mid}}, {{state: high, trend: high{more}}}]"
    reading = ferry(tmp_path, f'{{level: ">= 1", any: {alike}}}')
    found = changes_of(reading, "runs", limit=limit)
    assert [{move.fact: move.after for move in change.moves} for change in found.changes] == [{"level": 1}]
    assert found.is_partial
    assert not found.is_capped
    short = short_changes_section(reading, limit or 1).lines[0].text
    assert short == "Runs (runs): if level were 1 instead of 0; there may be more: not every possibility was tried"


@pytest.mark.parametrize("limit", [1, 2, 3, 10, None])
def test_one_that_needs_less_is_found_behind_others_that_need_all(limit: int | None, tmp_path: Path) -> None:
    """A calm, a sunny or a windy day and level 1 come first, but all are more than level 2 alone."""
    days = "".join(f'{{level: "1", {name}: yes}}, ' for name in ("calm", "sun", "wind"))
    alike = ", ".join(f'{{level: ">= 2", state: {each}, trend: {each}}}' for each in ("low", "mid", "high"))
    found = changes_of(ferry(tmp_path, f"{{any: [{days}{alike}]}}", "calm", "sun", "wind"), "runs", limit=limit)
    assert [{move.fact: move.after for move in change.moves} for change in found.changes] == [{"level": 2}]


@pytest.mark.parametrize("is_partial", [False, True])
def test_a_certain_change_that_the_engine_refuses_is_a_fault(
    is_partial: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = logic.Proposal({"calm": 1}, {}, True)
    monkeypatch.setattr(logic, "least_changes", lambda *_: ((wrong,), is_partial))
    reading = ferry(tmp_path, '{level: ">= 1", calm: yes, state: low, trend: low}', "calm")
    with pytest.raises(EngineFault, match="a proposed change of calm does not lead to runs"):
        changes_of(reading, "runs")


@pytest.mark.parametrize("after", [[], ["east"], ["west", "east"]])
def test_what_a_stated_import_rules_out_is_not_ruled_out_where_it_follows(tmp_path: Path, after: list[str]) -> None:
    """Whether a change is found does not depend on what was asked before, where an import that was stated then
    follows."""
    for name, when in (("inner", '{level: 2}, unless: {swell: ">= 2"}'), ("outer", '{level: 2, swell: "< 3"}')):
        written(tmp_path, name, {"facts.yaml": LEVELS, "grade.yaml": GAUGE.replace("WHEN", when)})
    guideline = load(written(tmp_path, "lock", {"facts.yaml": LEVELS + LOCK[1:], "gates.yaml": GATES}))
    reading = reading_of(guideline, decided(guideline, "gates", {}))
    for outcome in after:
        changes_of(reading, outcome, including_fixed=True, limit=None)
    found = changes_of(reading, "west", including_fixed=True, limit=None)
    assert not found.is_partial
    assert [{move.fact: move.after for move in change.moves} for change in found.changes] == [
        {"level": 0, "tide": 1},
        {"swell": 2, "tide": 1},
    ]


BELL = "facts:\n  light: {title: light, type: yes_no}\n  bell: {title: bell, type: yes_no}\n"
RUNG = """
decision: grade
question: Is it safe?
outcomes: {bad: {title: Bad}, fair: {title: Fair}, good: {title: Good}}
rules:
  dark: {title: D, when: {light: no, bell: yes}, then: bad, because: B., source: {basis: added}}
  dim: {title: I, when: {light: no, bell: no}, then: fair, because: B., source: {basis: added}}
  rung: {title: R, when: {light: yes, bell: yes}, then: fair, because: B., source: {basis: added}}
  calm: {title: C, when: {light: yes, bell: no}, then: good, because: B., source: {basis: added}}
"""
STREET = """
  way:
    title: way
    type: choice
    choices: {free: free, slow: slow, blocked: blocked}
    assume: free
    from:
      guideline: one
      version: 1.0.0
      decision: grade
      outcomes: {good: free, fair: slow, bad: blocked}
      source: {basis: added}
"""
CROSSING = """
decision: ferry
question: Does the ferry run?
outcomes: {stops: {title: Stops}, runs: {title: Runs}}
rules:
  kept: {title: K, when: {not: {way: free}}, then: stops, because: B., source: {basis: added}}
  free: {title: F, when: {way: free}, then: runs, because: B., source: {basis: added}}
"""


def test_no_change_is_listed_with_a_part_that_an_assumption_makes_needless(tmp_path: Path) -> None:
    """With the light on it is open whether the way is free, so that it is assumed to be; the bell need not be known."""
    written(tmp_path, "one", {"facts.yaml": BELL, "grade.yaml": RUNG})
    guideline = load(written(tmp_path, "street", {"facts.yaml": BELL + STREET[1:], "ferry.yaml": CROSSING}))
    reading = reading_of(guideline, decided(guideline, "ferry", {"light": False}))
    assert reading.trace.outcome == "stops"
    found = changes_of(reading, "runs", including_fixed=True)
    assert found.is_partial
    assert [{move.fact: move.after for move in change.moves} for change in found.changes] == [
        {"light": True},
        {"way": "free"},
    ]
