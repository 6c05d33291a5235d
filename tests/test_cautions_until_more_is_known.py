"""What is told of cautions holds of every patient of whom more is known: none is raised that was not told, none falls
away that was told to apply whatever is still unknown, and no answer but those that one waits for settles it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from engine.plan import plan_of
from engine.trace import Trace
from engine.truth import TRUE
from explain.account import open_cautions_section
from explain.picture.decided import decided_picture
from explain.reading import Reading
from explain.rendering.text import report_text
from explain.report import report_of
from tests.oracle import Given, Tree
from tests.random_guidelines import Draft, RandomGuideline, fact_tree, patients
from tests.test_nearest_changes import integer, read
from tests.test_reasons_oracle import Worlds, decided_in
from tests.test_until_more_is_known import FORMULAS, INPUTS, TRIES, any_value, known_more
from tests.worlds import decision, examples, importing_worlds, worlds


def standing(trace: Trace, rule: str) -> str:
    """Whether a caution applies, can no longer, or waits."""
    waits = {each.rule: each.waits_for for each in trace.cautions_open}
    if rule in trace.fired or waits.get(rule) == ():
        return "applies"
    return "waits" if rule in waits else "out"


def bearing_on(decided: Reading, names: Iterable[str]) -> frozenset[str]:
    """Facts, what these can be computed or decided from, and what can leave no room for a value of theirs."""
    ties = plan_of(decided.guideline, decided.decision.id).ties
    found, more = frozenset[str](), frozenset(names)
    while more - found:
        found |= more
        reads = (decided.guideline.facts[name].reads for name in found)
        more = frozenset[str]().union(*reads, *(tie for tie in ties if tie & found))
    return found


def compared(decided: Reading, patient: Mapping[str, Given], random: Random) -> Iterable[str]:
    facts = decided.guideline.facts
    given = {name for name, value in patient.items() if value is not None}
    free = sorted(
        name for name in decided.facts if not facts[name].reads and facts[name].assume is None and name not in given
    )
    told = {line.rule.split("#")[1]: line.text for line in open_cautions_section(decided).lines if line.rule}
    for rule, declared in decided.decision.rules.items():
        if declared.caution is None or decided.results[rule].truth is TRUE:
            continue
        if "would go first, once known" in told.get(rule, ""):
            yield "said to count until more is known"
            continue
        before = standing(decided.trace, rule)
        waits = [name for each in decided.trace.cautions_open if each.rule == rule for name in each.waits_for]
        left = sorted(set(free) - bearing_on(decided, waits)) if before == "waits" else free
        for _ in range(TRIES if left else 0):
            names = random.sample(left, random.randint(1, len(left)))
            trace = known_more(decided, patient, {name: any_value(facts[name], random) for name in names})
            if trace is not None:
                assert standing(trace, rule) == before, f"{rule} of {patient}, and more of {names}"
                yield before


def noted(world: Worlds, seed: int, found: Counter[str]) -> None:
    for decided, _, patient in decided_in(world):
        found.update(compared(decided, patient, Random(seed)))


@st.composite
def warning_worlds(draw: DrawFn) -> Worlds:
    """A fact that can be come by in several ways, or be assumed, and cautions about it, its inputs, and what it may
    leave no room for."""
    formulas = tuple(draw(st.lists(st.sampled_from([*FORMULAS, "8 + hail"]), min_size=1, max_size=3, unique=True)))
    drafts = [Draft(name, "integer", low=0, high=4) for name in INPUTS]
    assumed = draw(st.sampled_from([None, None, "0.0", "4.0"]))
    drafts.append(Draft("total", "number", decimals=1, low=-40, high=160, formulas=formulas, assumed=assumed))
    drafts.append(Draft("stranded", "yes_no"))
    at, beside = draw(st.integers(1, 9)), draw(st.sampled_from(INPUTS))
    rules: Mapping[str, Mapping[str, Tree]] = {
        "high": {"when": {"total": f">= {at}"}, "caution": "High."},
        "odd": {"when": {"any": [{"total": f"< {at}"}, {beside: ">= 3"}]}, "then": "odd", "caution": "Odd."},
        "lost": {"when": {"stranded": draw(st.sampled_from(["yes", "no"]))}, "caution": "Lost."},
    }
    never = {"when": {"stranded": "yes", "total": draw(st.sampled_from(["0", "<= 4", ">= 4"]))}, "because": "Never."}
    impossible = draw(st.sampled_from([[], [never]]))
    trees: Mapping[str, Tree] = {"facts": {each.name: fact_tree(each) for each in drafts}, "impossible": impossible}
    guideline = RandomGuideline(trees, {"take": decision("take", ["odd"], rules)}, tuple(drafts))
    return guideline, draw(st.lists(patients(guideline), min_size=1, max_size=4))


@pytest.mark.parametrize(
    ("kind", "quick", "least"),
    [
        (worlds(), 20, {"waits": 30, "out": 50}),
        (importing_worlds(), 20, {"out": 30}),
        (warning_worlds(), 70, {"waits": 40, "out": 40, "said to count until more is known": 20}),
    ],
)
def test_no_caution_comes_out_otherwise_than_was_told(
    kind: st.SearchStrategy[Worlds], quick: int, least: Mapping[str, int]
) -> None:
    found = Counter[str]()
    examples(quick)(given(kind, st.integers(0, 1 << 30))(lambda world, seed: noted(world, seed, found)))()
    assert found >= Counter(least), f"too little was compared: {found}"


FACTS: Mapping[str, Tree] = {
    **{name: integer(0, 9) for name in ("ice", "snow", "wind")},
    "total": {**integer(0, 30, "ice + snow"), "assume": "3"},
    "drift": {**integer(0, 30, "ice + wind"), "assume": "2"},
}
FIRST = "way would go first, once known"
COUNTS = "as long as total counts as it does here"


@pytest.mark.parametrize(
    ("when", "told", "reported"),
    [
        (
            {"total": "< 10", "wind": "> 5"},
            f"May apply, {COUNTS} (not known: wind; {FIRST})",
            f"Wind, {COUNTS} ({FIRST}):",
        ),
        (
            {"total": ">= 10"},
            f"May apply if total comes to count otherwise ({FIRST})",
            f"Only if total comes to count otherwise ({FIRST}):",
        ),
        (
            {"any": [{"total": ">= 10"}, {"drift": ">= 10"}]},
            f"May apply if one or more of drift and total come to count otherwise ({FIRST})",
            f"Only if one or more of drift and total come to count otherwise ({FIRST}):",
        ),
        (
            {"all": [{"total": ">= 10"}, {"drift": ">= 10"}]},
            f"May apply if one or more of drift and total come to count otherwise ({FIRST})",
            f"Only if one or more of drift and total come to count otherwise ({FIRST}):",
        ),
        ({"total": ">= 0", "wind": "> 5"}, "May apply (not known: wind)", "Wind:"),
    ],
)
def test_a_caution_says_on_which_value_it_rests_that_may_be_replaced(
    tmp_path: Path, when: Mapping[str, Tree], told: str, reported: str
) -> None:
    rules: Mapping[str, Tree] = {
        "always": {"when": {"ice": "> 0"}, "then": "open"},
        "careful": {"when": when, "caution": "Mind the road."},
    }
    decided = read(tmp_path, FACTS, rules, {"ice": 9})
    assert [line.text for line in open_cautions_section(decided).lines] == [f'{told}: "Mind the road."']
    assert f"{told}: Mind the road." in dict(decided_picture(decided, whole=False).below)["Cautions still open"]
    page = report_text(report_of(decided.guideline, decided.trace, None))
    assert f"  {reported}\n    Mind the road. [1]\n" in page


ROOM = f"May apply if total comes to count otherwise ({FIRST})"


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ({"stranded": "yes"}, ROOM),
        ({"stranded": "no"}, f"Applies, whatever is still unknown, {COUNTS} ({FIRST})"),
        (
            {"any": [{"drift": ">= 10"}, {"stranded": "yes"}]},
            f"May apply if one or more of drift and total come to count otherwise ({FIRST})",
        ),
        ({"drift": ">= 2", "stranded": "yes"}, ROOM),
        ({"stranded": "no", "wind": "> 5"}, f"May apply, {COUNTS} (not known: wind; {FIRST})"),
        ({"stranded": "no", "ice": ">= 0", "wind": ">= 0"}, f"Applies, whatever is still unknown, {COUNTS} ({FIRST})"),
        ({"drift": ">= 0", "wind": "> 5"}, "May apply (not known: wind)"),
    ],
)
def test_a_caution_is_told_to_rest_on_a_value_that_leaves_no_room_for_what_it_tests(
    tmp_path: Path, when: Tree, told: str
) -> None:
    """Nobody is stranded at a total of 3, which is assumed: another total leaves that open."""
    rules: Mapping[str, Tree] = {
        "always": {"when": {"ice": "> 0"}, "then": "open"},
        "careful": {"when": when, "caution": "Mind the road."},
    }
    facts: Mapping[str, Tree] = {**FACTS, "stranded": {"type": "yes_no"}}
    never = [{"when": {"stranded": "yes", "total": "3"}, "because": "never"}]
    for ice in (9, 0):
        decided = read(tmp_path / str(ice), facts, rules, {"ice": ice}, impossible=never)
        assert [line.text for line in open_cautions_section(decided).lines] == [f'{told}: "Mind the road."']


def test_an_open_caution_rests_on_all_values_of_which_another_one_of_any_leaves_room(tmp_path: Path) -> None:
    rules: Mapping[str, Tree] = {
        "always": {"when": {"ice": "> 0"}, "then": "open"},
        "careful": {"when": {"stranded": "no", "wind": "> 5"}, "caution": "Mind the road."},
    }
    facts: Mapping[str, Tree] = {**FACTS, "stranded": {"type": "yes_no"}}
    never = [{"when": {"stranded": "yes", "total": "3", "drift": "2"}, "because": "never"}]
    decided = read(tmp_path, facts, rules, {"ice": 9}, impossible=never)
    told = f'May apply, as long as drift and total count as they do here (not known: wind; {FIRST}): "Mind the road."'
    assert [line.text for line in open_cautions_section(decided).lines] == [told]
