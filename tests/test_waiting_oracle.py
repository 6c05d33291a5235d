"""What cautions that are still open wait for, held against brute force: exactly the facts that can still raise them or
rule them out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from engine import logic
from engine.errors import SolverLimit
from engine.plan import plan_of
from engine.truth import UNKNOWN
from engine.units import asked_for
from explain.account import open_cautions_section
from explain.asking import known_of
from explain.reading import Reading
from tests.oracle import Given, Tree, Trees
from tests.oracle.deciding import results
from tests.oracle.units import read_units, size
from tests.oracle.waiting import FIRES, asking_whether_it_fires, waited_for
from tests.random_guidelines import Draft, RandomGuideline, fact_tree, patients
from tests.test_nearest_changes import integer, read
from tests.test_reasons_oracle import PAIRED, Worlds, decided_in
from tests.worlds import decision, examples, importing_worlds, worlds

POSSIBLE = 5_000
"""How many completions are tried at most to see whether a caution can apply."""


def assert_waits(
    read: Reading, trees: Trees, others: Mapping[str, Trees], patient: Mapping[str, Given]
) -> Iterable[str]:
    """Every caution whose rule is unknown waits for what brute force says; what was compared."""
    trace, decision = read.trace, read.decision
    told = {each.rule: each.waits_for for each in trace.cautions_open}
    assert told.keys() <= {name for name, result in trace.not_fired if result.truth is UNKNOWN}
    for rule, result in trace.not_fired:
        if decision.rules[rule].caution is None or result.truth is not UNKNOWN:
            continue
        asked = asking_whether_it_fires(trees, decision.id, rule)
        units = read_units(trees.facts, asked, patient, trees.findings, others)
        if size(units, units.unknown) > PAIRED:
            yield "too many pairs"
            continue
        known = known_of(read)
        expected = asked_for(plan_of(read.guideline, decision.id), known, waited_for(units))
        assert set(told.get(rule, ())) == expected, f"{rule}: {told.get(rule)} for {patient}, not {sorted(expected)}"
        if not expected and size(units, units.unknown | units.known.keys()) <= POSSIBLE:
            assert results(units.question, units.values) == ({FIRES} if rule in told else {None})
        yield f"{min(len(expected), 3)} facts"


def assert_random_waits(world: Worlds, found: Counter[str]) -> None:
    for decided, guideline, patient in decided_in(world):
        found.update(assert_waits(decided, guideline.trees, guideline.imported, patient))


def test_cautions_wait_for_what_brute_force_says() -> None:
    found = Counter[str]()

    @examples(60)
    @given(worlds())
    def alike(world: Worlds) -> None:
        assert_random_waits(world, found)

    alike()
    assert found >= Counter({"0 facts": 2, "1 facts": 10, "2 facts": 5}), f"too little was compared: {found}"


def test_cautions_wait_for_what_brute_force_says_where_other_guidelines_decide_facts() -> None:
    found = Counter[str]()

    @examples(25)
    @given(importing_worlds())
    def alike(world: Worlds) -> None:
        assert_random_waits(world, found)

    alike()
    assert found >= Counter({"1 facts": 5}), f"too little was compared: {found}"


FORMULAS = ("ice + snow", "2*hail", "hail - ice", "snow", "ice + 6", "hail - snow + 3", "snow - 4")


@st.composite
def several_ways(draw: DrawFn) -> Worlds:
    """A fact that can be come by in several ways, another that is computed from it, and cautions about them."""
    formulas = tuple(draw(st.lists(st.sampled_from(FORMULAS), min_size=2, max_size=3, unique=True)))
    drafts = [Draft(name, "integer", low=0, high=2) for name in ("ice", "snow", "hail")]
    drafts.append(Draft("total", "integer", low=-6, high=8, formulas=formulas))
    drafts.append(Draft("twice", "integer", low=-14, high=18, formulas=("total + snow",)))
    about, at, beside = draw(st.sampled_from(["total", "twice"])), draw(st.integers(-2, 7)), draw(st.integers(1, 2))
    rules: Mapping[str, Mapping[str, Tree]] = {
        "high": {"when": {about: f">= {at}"}, "then": "high", "caution": "High."},
        "icy": {"when": {"ice": f">= {beside}", "total": f"< {at}"}, "caution": "Icy."},
    }
    trees = {"facts": {each.name: fact_tree(each) for each in drafts}}
    guideline = RandomGuideline(trees, {"take": decision("take", ["high"], rules)}, tuple(drafts))
    return guideline, draw(st.lists(patients(guideline), min_size=1, max_size=4))


def test_so_they_do_where_a_fact_can_be_come_by_in_several_ways() -> None:
    found = Counter[str]()

    @examples(60)
    @given(several_ways())
    def alike(world: Worlds) -> None:
        assert_random_waits(world, found)

    alike()
    assert found >= Counter({"1 facts": 10, "2 facts": 5, "3 facts": 5}), f"too little was compared: {found}"


def told_of(
    folder: Path, facts: Mapping[str, Tree], when: Mapping[str, Tree], patient: Mapping[str, Given], **more: Tree
) -> tuple[tuple[str, ...] | None, list[str]]:
    """What a caution with this condition waits for, None where it is not open, and how it is told."""
    rules: Mapping[str, Tree] = {
        "always": {"when": {"wind": "< 10"}, "then": "open"},
        "careful": {"when": when, "then": "closed", "caution": "Mind the wind."},
    }
    decided = read(folder, {"wind": integer(0, 19), **facts}, rules, {"wind": 1, **patient}, **more)
    waits = {each.rule: each.waits_for for each in decided.trace.cautions_open}
    return waits.get("careful"), [line.text for line in open_cautions_section(decided).lines]


YES_NO: Mapping[str, Tree] = {"type": "yes_no"}


@pytest.mark.parametrize(
    ("when", "waits"),
    [
        ({"any": [{"ice": "yes"}, {"ice": "no", "snow": "yes"}]}, ("ice", "snow")),
        ({"any": [{"ice": "yes", "snow": "yes"}, {"ice": "no", "snow": "yes"}]}, ("snow",)),
        ({"snow": "yes", "any": [{"ice": "yes"}, {"ice": "no"}]}, ("snow",)),
        ({"any": [{"ice": "yes", "wind": "> 5"}, {"snow": "yes"}]}, ("snow",)),
        ({"any": [{"ice": "yes"}, {"ice": "no"}]}, ()),
        ({"ice": "yes", "not": {"any": [{"ice": "yes"}, {"snow": "yes"}]}}, None),
    ],
)
def test_a_fact_that_cannot_matter_any_more_is_not_waited_for(
    tmp_path: Path, when: Mapping[str, Tree], waits: tuple[str, ...] | None
) -> None:
    found, told = told_of(tmp_path, {"ice": YES_NO, "snow": YES_NO}, when, {})
    assert found == waits
    assert len(told) == (waits is not None)
    if waits == ():
        assert told == ['Applies, whatever is still unknown: "Mind the wind."']


def test_what_is_computed_is_waited_for_by_what_it_is_computed_from(tmp_path: Path) -> None:
    lost: Mapping[str, Tree] = {**integer(-9, 9), "derived": [{"title": "balance", "formula": "before - after"}]}
    facts = {"before": integer(0, 9), "after": integer(0, 9), "lost": lost}
    assert told_of(tmp_path / "both", facts, {"lost": ">= 5"}, {})[0] == ("after", "before")
    assert told_of(tmp_path / "one", facts, {"lost": ">= 5"}, {"after": 3})[0] == ("before",)
    assert told_of(tmp_path / "none", facts, {"lost": ">= 5"}, {"after": 5})[0] is None


@pytest.mark.parametrize(
    ("formulas", "patient", "waits"),
    [
        (("before + after", "2*later"), {"before": 3}, ("after", "later")),
        (("before + after", "20 + later"), {"before": 3}, ("after", "later")),
        (("20 + later", "before + after"), {"before": 3}, ("after", "later")),
        (("20 + later", "20 + after"), {}, ()),
        (("later", "before - after"), {"before": 3}, None),
    ],
)
def test_what_says_by_which_of_several_ways_a_fact_follows_is_waited_for(
    tmp_path: Path, formulas: tuple[str, ...], patient: Mapping[str, Given], waits: tuple[str, ...] | None
) -> None:
    """Each way keeps the total below 15, or above, whatever is still unknown, or leaves it open."""
    facts = {name: integer(0, 9) for name in ("before", "after", "later")}
    found, told = told_of(tmp_path, {**facts, "total": integer(-9, 40, *formulas)}, {"total": ">= 15"}, patient)
    assert found == waits
    if waits:
        assert told == ['May apply (not known: after and later): "Mind the wind."']


def test_where_the_solver_gives_up_nothing_that_can_matter_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gives_up(*_: object) -> None:
        raise SolverLimit("too hard")

    monkeypatch.setattr(logic, "turning_units", gives_up)
    lost: Mapping[str, Tree] = {**integer(-9, 9), "derived": [{"title": "balance", "formula": "before - after"}]}
    facts = {"before": integer(0, 9), "after": integer(0, 9), "lost": lost, "ice": YES_NO, "snow": YES_NO}
    found, told = told_of(tmp_path / "computed", facts, {"lost": ">= 5"}, {})
    assert found == ("after", "before")
    assert told == ['May apply (not known: after and before; not all of these may matter): "Mind the wind."']
    never: Tree = [{"when": {"ice": "yes", "snow": "no"}, "because": "Ice is under snow."}]
    assert told_of(tmp_path / "tied", facts, {"ice": "yes"}, {}, impossible=never)[0] == ("ice", "snow")
