"""Searches that would have to try more than can be tried end all the same: with what is exact, or saying that it is
not. Most of these patients once kept a command busy for minutes."""

from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

import pysolvers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.deciding import decide
from engine.facts import read_facts
from engine.loading import load
from engine.logic import given_up, worlds
from engine.logic.clauses import Clauses
from engine.logic.sums import Lanes, is_at_least, total
from engine.trace import OpenCaution, Status
from engine.trace_json import as_json
from explain.answers import account_of, change_account, why_account
from explain.changes import changes_of, short_changes_section
from explain.plain_text import as_text
from explain.reading import Reading, reading_of
from explain.reasons import reasons_of
from explain.rendering.text import report_text
from explain.report import report_of
from tests.oracle import Given, Tree
from tests.random_guidelines import RandomGuideline, write
from tests.test_nearest_changes import read
from tests.worlds import AT, decision

YES_NO: Mapping[str, Tree] = {"type": "yes_no"}
POINTS = st.lists(st.tuples(st.booleans(), st.integers(0, 40)), max_size=9)


def names(count: int) -> list[str]:
    return [f"f{number:02}" for number in range(count)]


def scored(
    folder: Path, rules: Mapping[str, Mapping[str, Tree]], patient: Mapping[str, Given], high: str, **more: Tree
) -> Reading:
    """A patient of 20 yes-or-no facts whose answer hangs on the score `load`."""
    facts: Tree = {name: {**YES_NO, "title": name, "question": f"Is {name} so?"} for name in names(20)}
    scores: Tree = {"load": {"title": "load", "range": ["0", high], "decimals": "3"}}
    opening = {**decision("opening", ["closed", "open"], rules), "scores": scores}
    roads = load(write(RandomGuideline({"facts": facts, **more}, {"opening": opening}), folder))
    return reading_of(roads, decide(roads, "opening", read_facts(roads, patient), at=AT))


def test_of_sixteen_facts_any_eight_are_enough(tmp_path: Path) -> None:
    enough: Tree = {"at_least": {"n": "8", "of": [{name: "yes"} for name in names(16)]}}
    rules: dict[str, Tree] = {
        "many": {"when": enough, "then": "open"},
        "few": {"when": {"not": enough}, "then": "closed"},
    }
    reading = read(tmp_path, dict.fromkeys(names(16), YES_NO), rules, dict.fromkeys(names(16), "yes"))
    found = reasons_of(reading)
    assert found.sets == tuple(combinations(names(16), 8))[:10]
    assert (found.is_capped, found.is_partial) == (True, False)
    assert [len(change.moves) for change in changes_of(reading, "closed", including_fixed=True).changes] == [9] * 10


def test_of_twenty_unknown_facts_any_ten_lead_there(tmp_path: Path) -> None:
    enough: Tree = {"at_least": {"n": "10", "of": [{name: "yes"} for name in names(20)]}}
    rules: dict[str, Tree] = {
        "many": {"when": enough, "then": "open"},
        "few": {"when": {"not": enough}, "then": "closed"},
    }
    reading = read(tmp_path, dict.fromkeys(names(20), YES_NO), rules, {})
    for outcome, value, size in (("open", True, 10), ("closed", False, 11)):
        found = changes_of(reading, outcome, including_fixed=True)
        moved = [tuple(move.fact for move in change.moves) for change in found.changes]
        assert moved == list(combinations(names(20), size))[:10]
        assert all(move.after is value for change in found.changes for move in change.moves)
        assert (found.is_capped, found.is_partial) == (True, False)


def test_a_change_to_the_last_choice_of_each_of_many_facts_is_found(tmp_path: Path) -> None:
    choices: Tree = {f"v{number}": f"v{number}" for number in range(12)}
    last: Tree = dict.fromkeys(names(12), "v11")
    rules: dict[str, Tree] = {
        "last": {"when": last, "then": "closed"},
        "else": {"when": {"not": {"all": [last]}}, "then": "open"},
    }
    facts: dict[str, Tree] = {name: {"type": "choice", "choices": choices} for name in names(12)}
    found = changes_of(read(tmp_path, facts, rules, dict.fromkeys(names(12), "v0")), "closed", including_fixed=True)
    assert [{move.fact: move.after for move in change.moves} for change in found.changes] == [last]
    assert (found.is_capped, found.is_partial) == (False, False)


def test_reasons_of_a_score_with_decimals_are_exact(tmp_path: Path) -> None:
    """20 items with points of three decimals: about a million different sums."""
    points = {name: 17 + 389 * number % 2999 for number, name in enumerate(names(20))}
    is_met = {name: number % 3 > 0 for number, name in enumerate(names(20))}
    needed = sum(points.values()) // 2
    rules: dict[str, Tree] = {
        f"item_{name}": {"when": {name: "yes"}, "then": {"add": f"{each / 1000:.3f}", "to": "load"}}
        for name, each in points.items()
    }
    rules["high"] = {"when": {"load": f">= {needed / 1000:.3f}"}, "then": "closed"}
    rules["low"] = {"when": {"load": f"< {needed / 1000:.3f}"}, "then": "open"}
    known: dict[str, Given] = {name: "yes" if met else "no" for name, met in is_met.items()}
    reading = scored(tmp_path, rules, known, f"{sum(points.values()) / 1000:.3f}")
    reached = sum(points[name] for name, met in is_met.items() if met)
    assert reading.trace.outcome == ("closed" if reached >= needed else "open")

    def is_enough(names: frozenset[str]) -> bool:
        least = sum(points[name] for name in names if is_met[name])
        return least >= needed or sum(points.values()) - sum(points[n] for n in names if not is_met[n]) < needed

    found = reasons_of(reading)
    assert len(found.sets) == 10
    for each in map(frozenset, found.sets):
        assert is_enough(each)
        assert not any(is_enough(each - {name}) for name in each)
    smaller = combinations(names(20), len(found.sets[0]) - 1)
    assert not any(is_enough(frozenset(each)) for each in smaller)


def test_what_is_too_hard_is_said_and_the_decision_stands(tmp_path: Path) -> None:
    """Eleven facts with one of ten values each: two are always alike, which no solver of this kind sees."""
    choices: Tree = {f"v{number}": f"v{number}" for number in range(10)}
    rules: dict[str, Tree] = {
        f"two_{value}": {
            "when": {"at_least": {"n": "2", "of": [{name: f"v{value}"} for name in names(11)]}},
            "then": "open",
        }
        for value in range(10)
    }
    rules["never"] = {"when": {"f00": "v0", "f01": "v1", "f02": "v2", "f03": "v3"}, "then": "closed"}
    facts: dict[str, Tree] = {name: {"type": "choice", "choices": choices} for name in names(11)}
    known: dict[str, Given] = {name: f"v{max(number - 1, 0)}" for number, name in enumerate(names(11))}
    reading = read(tmp_path, facts, rules, known)
    assert (reading.trace.status, reading.trace.outcome) == (Status.CONCLUDED, "open")
    found = reasons_of(reading)
    assert found.is_partial
    told = as_text(account_of(reading.guideline, reading.trace))
    assert "not every possibility was tried" in told
    assert "F00: v0 (given)" in told


def test_a_caution_that_is_too_hard_does_not_keep_a_decision_back(tmp_path: Path) -> None:
    """The same eleven facts, under a caution: what it waits for is then all that it tests, and this is said."""
    choices: Tree = {f"v{number}": f"v{number}" for number in range(10)}
    twice: list[Tree] = [
        {"at_least": {"n": "2", "of": [{name: f"v{value}"} for name in names(11)]}} for value in range(10)
    ]
    rules: dict[str, Tree] = {
        "opens": {"when": {"gate": "yes"}, "then": "open"},
        "closes": {"when": {"gate": "no"}, "then": "closed"},
        "alike": {"when": {"any": twice}, "caution": "Two are alike."},
    }
    facts: dict[str, Tree] = {"gate": YES_NO, **{name: {"type": "choice", "choices": choices} for name in names(11)}}
    reading = read(tmp_path, facts, rules, {"gate": "yes"})
    assert reading.trace.outcome == "open"
    assert reading.trace.cautions_open == (OpenCaution("alike", "Two are alike.", tuple(names(11)), may_be_fewer=True),)
    told = as_json(reading.trace)["cautions_open"]
    assert [each["may_be_fewer"] for each in told] == [True]
    report = report_of(reading.guideline, reading.trace, None)
    for text in (as_text(account_of(reading.guideline, reading.trace)), report_text(report)):
        assert "not all of these may matter" in text


def test_a_search_by_the_solver_ends_though_it_refutes_hardly_anything(tmp_path: Path) -> None:
    """Something impossible ties two of the items, so that each of very many sets is ruled out one by one."""
    rules: dict[str, Tree] = {
        f"item_{name}": {"when": {name: "yes"}, "then": {"add": f"0.{17 + 43 * number % 83:03}", "to": "load"}}
        for number, name in enumerate(names(20))
    }
    rules["high"] = {"when": {"load": ">= 0.600"}, "then": "closed"}
    rules["low"] = {"when": {"load": "< 0.600"}, "then": "open"}
    tied: Tree = [{"when": {"f00": "yes", "f01": "no"}, "because": "It cannot be."}]
    known: dict[str, Given] = dict.fromkeys(names(20), "yes")
    reading = scored(tmp_path, rules, known, "2.000", impossible=tied)
    found = changes_of(reading, "open", including_fixed=True, limit=1)
    assert found.changes or found.is_partial


def test_an_assumed_fact_is_not_called_nothing(tmp_path: Path) -> None:
    rules: dict[str, Tree] = {
        "dry": {"when": {"wet": "no"}, "then": "open"},
        "wet": {"when": {"wet": "yes"}, "then": "closed"},
    }
    facts: Mapping[str, Tree] = {"wet": {**YES_NO, "assume": "no"}}
    reading = read(tmp_path, facts, rules, {})
    told = as_text(why_account(reading.guideline, reading.trace))
    assert "what is assumed is enough" in told
    assert "whoever is decided" not in told


@given(POINTS, st.integers(-5, 400))
def test_binary_sums_are_sums(points: list[tuple[bool, int]], least: int) -> None:
    is_met = sum(each for holds, each in points if holds) >= least
    one = Lanes(1)
    assert is_at_least(one, total(one, [(int(holds), each) for holds, each in points]), least) == is_met
    with Clauses(1_000) as clauses:
        literals = [clauses.literal() for _ in points]
        reached = is_at_least(
            clauses, total(clauses, list(zip(literals, (each for _, each in points), strict=True))), least
        )
        given = [each if holds else -each for each, (holds, _) in zip(literals, points, strict=True)]
        assert clauses.is_satisfiable([*given, reached]) == is_met
        assert clauses.is_satisfiable([*given, -reached]) != is_met


def test_changes_that_were_not_all_tried_are_not_left_out_in_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    some: Tree = {"at_least": {"n": "3", "of": [{name: "yes"} for name in names(6)]}}
    more: Tree = {"at_least": {"n": "4", "of": [{name: "yes"} for name in names(6)]}}
    wanted: Tree = {"all": [some, {"not": more}]}
    rules: dict[str, Tree] = {
        "a": {"when": wanted, "then": "closed"},
        "b": {"when": {"any": [{"not": some}, more]}, "then": "open"},
    }
    facts: dict[str, Tree] = {name: {**YES_NO, "changeable": "yes"} for name in names(6)}
    reading = read(tmp_path, facts, rules, {"f00": "no"})
    monkeypatch.setattr(given_up, "FEW_REFUTED", 1)
    monkeypatch.setattr(worlds, "DRAWN", 1)
    section = short_changes_section(reading, 2)
    assert any("not every possibility was tried" in line.text for line in section.lines)


@pytest.mark.parametrize("is_changeable", ["yes", "no"])
def test_facts_that_cannot_be_changed_are_pointed_at_only_where_there_are_some(
    is_changeable: str, tmp_path: Path
) -> None:
    rules: dict[str, Tree] = {
        "never": {"when": {"all": [{"f00": "yes"}, {"f00": "no"}]}, "then": "closed"},
        "always": {"when": {"any": [{"f00": "yes"}, {"f00": "no"}]}, "then": "open"},
    }
    reading = read(tmp_path, {"f00": {**YES_NO, "changeable": is_changeable}}, rules, {"f00": "no"})
    told = as_text(change_account(reading.guideline, reading.trace))
    none = "No change of the facts that can be changed leads to this outcome."
    fixed = "No fact that it rests on can be changed; `--including-fixed` looks at all of them."
    assert (none in told, fixed in told) == (is_changeable == "yes", is_changeable == "no")


def test_an_interrupted_search_is_an_interruption(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise pysolvers.error("Caught keyboard interrupt")

    with Clauses(1_000) as clauses:
        monkeypatch.setattr(clauses._solver, "solve_limited", interrupted)
        with pytest.raises(KeyboardInterrupt):
            clauses.is_satisfiable([])
