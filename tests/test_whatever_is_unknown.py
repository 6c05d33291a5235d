"""What `why-not` and pictures say of one rule or finding whatever is still unknown, held against brute force."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from hypothesis import given

from engine import logic
from engine.errors import SolverLimit
from engine.truth import FALSE, UNKNOWN, Truth
from explain.account import open_cautions_section
from explain.answers import Target, why_not_account
from explain.picture.decided import decided_picture
from explain.picture.model import Kind, State, box_id
from explain.reading import Reading
from explain.rendering.text import report_text
from explain.report import report_of
from tests.oracle import Given, Tree, Trees
from tests.oracle.deciding import results
from tests.oracle.units import read_units, size
from tests.oracle.waiting import FIRES, asking_whether_it_fires, asking_whether_it_holds
from tests.test_nearest_changes import integer, read
from tests.test_reasons_oracle import Worlds, decided_in
from tests.worlds import examples, importing_worlds, worlds

POSSIBLE = 5_000
"""How many completions are tried at most."""
SAID = {
    frozenset({FIRES}): "always",
    frozenset({None}): "never",
    frozenset({FIRES, None}): "open",
}
DRAWN = {"always": State.TRUE, "never": State.FALSE, "open": State.UNKNOWN}


def said_of(decided: Reading, target: Target) -> str:
    """What is said of a rule or finding whatever is unknown."""
    account = why_not_account(decided.guideline, decided.trace, target)
    whatever = [line.text for line in account.sections[0].lines if line.text.startswith("Whatever is still unknown")]
    assert len(whatever) <= 1
    return "open" if not whatever else "never" if "does not" in whatever[0] else "always"


def asked_of(decided: Reading, trees: Trees) -> Iterable[tuple[Target, Mapping[str, Tree]]]:
    """Every rule and every finding that what is known does not settle, with the decision that asks for it alone."""
    decision = decided.decision.id
    for rule, result in decided.trace.not_fired:
        if result.truth is UNKNOWN:
            yield Target(rule=rule), asking_whether_it_fires(trees, decision, rule)
    for finding, truth in decided.trace.findings:
        if truth is UNKNOWN:
            yield Target(finding=finding), asking_whether_it_holds(trees, decision, finding)


def compared(
    decided: Reading, trees: Trees, others: Mapping[str, Trees], patient: Mapping[str, Given]
) -> Iterable[str]:
    drawn = decided_picture(decided, whole=True).boxes
    for target, asked in asked_of(decided, trees):
        units = read_units(trees.facts, asked, patient, trees.findings, others)
        if size(units, units.unknown | units.known.keys()) > POSSIBLE:
            yield "too many completions"
            continue
        found = frozenset(results(units.question, units.values))
        assert said_of(decided, target) == SAID[found], f"{target} for {patient}: {found}"
        assert drawn[target.finding or box_id(Kind.RULE, target.rule or "")].state is DRAWN[SAID[found]]
        yield SAID[found]


def noted(world: Worlds, found: Counter[str]) -> None:
    for decided, guideline, patient in decided_in(world):
        found.update(compared(decided, guideline.trees, guideline.imported, patient))


def test_what_is_said_whatever_is_unknown_is_what_brute_force_says() -> None:
    found = Counter[str]()
    examples(15)(given(worlds())(lambda world: noted(world, found)))()
    assert found >= Counter({"open": 40, "never": 2, "always": 1}), f"too little was compared: {found}"


def test_so_it_is_where_other_guidelines_decide_facts() -> None:
    found = Counter[str]()
    examples(9)(given(importing_worlds())(lambda world: noted(world, found)))()
    assert found >= Counter({"open": 10}), f"too little was compared: {found}"


ICE_AND_SNOW: Mapping[str, Tree] = {"ice": {"type": "yes_no"}, "snow": {"type": "yes_no"}, "wind": integer(0, 19)}


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ({"any": [{"ice": "yes"}, {"ice": "no"}]}, "it applies: however the rest turns out, its conditions are met."),
        (
            {"ice": "yes", "not": {"any": [{"ice": "yes"}, {"snow": "yes"}]}},
            "it does not apply: with what is known, its conditions cannot be met.",
        ),
        ({"ice": "yes"}, None),
    ],
)
def test_it_is_said_above_what_is_not_settled(
    tmp_path: Path, when: Mapping[str, Tree], said: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules: Mapping[str, Tree] = {
        "always": {"when": {"wind": "< 10"}, "then": "open"},
        "icy": {"title": "Icy", "when": when, "then": "closed"},
    }
    decided = read(tmp_path, ICE_AND_SNOW, rules, {"wind": 1})
    lines = [f"Whatever is still unknown, {said}"] if said is not None else []
    assert told_of(decided, "icy") == [*lines, '"Icy" is not settled']

    def gives_up(*_: object) -> Truth:
        raise SolverLimit("too hard")

    monkeypatch.setattr(logic, "truth_in_completions", gives_up)
    assert told_of(decided, "icy") == ['"Icy" is not settled']


def told_of(decided: Reading, rule: str) -> list[str]:
    account = why_not_account(decided.guideline, decided.trace, Target(rule=rule))
    return [line.text for line in account.sections[0].lines]


def test_what_was_derived_by_a_later_way_is_told_to_count_so(tmp_path: Path) -> None:
    """The load is twice the cars; the sum of two others would go first, once both are known."""
    ways: Tree = [{"title": "sum", "formula": "ice + snow"}, {"title": "double", "formula": "2 * wind"}]
    facts: Mapping[str, Mapping[str, Tree]] = {
        **{name: integer(0, 3) for name in ("ice", "snow", "wind")},
        "load": {**integer(0, 6), "derived": ways},
    }
    both: Tree = [{"load": ">= 4", "ice": "0"}, {"load": ">= 4", "ice": "> 0"}]
    rules: Mapping[str, Tree] = {
        "heavy": {"title": "Heavy", "when": {"any": both}, "then": "closed", "caution": "Mind the load."},
        "light": {"when": {"load": "< 4"}, "then": "open"},
    }
    decided = read(tmp_path, facts, rules, {"wind": 3})
    counted, first = (
        "hatever is still unknown, as long as load counts as it does here",
        "sum would go first, once known",
    )
    assert told_of(decided, "heavy")[0].startswith(f"W{counted}, it applies")
    assert [line.text for line in open_cautions_section(decided).lines] == [
        f'Applies, w{counted} ({first}): "Mind the load."',
    ]
    report = report_text(report_of(decided.guideline, decided.trace, None))
    assert f"  W{counted} ({first}), these apply:\n    Mind the load." in report
    known = read(tmp_path / "known", facts, rules, {"wind": 3, "ice": 0, "snow": 0})
    assert known.results["heavy"].truth is FALSE
