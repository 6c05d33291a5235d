"""What is said of an answer whatever is still unknown, and of what an answer to a question leaves open, holds of every
patient of whom more is known: also where a fact then has its value from a way that goes before the one that was used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from ruamel.yaml import YAML

from candor.cli.asking import nothing_to_ask_in_words, offer_in_words, why_asked
from candor.guidelines import load_guideline
from engine.deciding import decide
from engine.errors import InputRejected
from engine.facts import read_facts
from engine.guideline import Fact
from engine.loading import load
from engine.trace import Status, Trace
from explain.account import settling_lines
from explain.answers import change_account, missing_account, why_account
from explain.asking import Question, questions
from explain.preferred import as_long_as_in_words, preferred_lines
from explain.reading import Reading, reading_of
from explain.reasons import reasons_section, short_reasons_section
from explain.rendering.text import report_text
from explain.report import report_of
from tests.oracle import Given, Tree
from tests.random_guidelines import Draft, RandomGuideline, fact_tree, patients, write
from tests.test_nearest_changes import integer, read
from tests.test_reasons_oracle import Worlds, decided_in
from tests.worlds import AT, decision, examples, importing_worlds, worlds

TRIES = 6
"""How many patients of whom more is known are tried of each, and how many answers to each question."""


def results(trace: Trace) -> frozenset[str | None]:
    has_gap = trace.may_be_not_covered or trace.status is Status.NOT_COVERED
    return frozenset([*trace.possible_outcomes, *([None] if has_gap else [])])


def known_more(decided: Reading, patient: Mapping[str, Given], more: Mapping[str, str]) -> Trace | None:
    """The decision with more values; None where nobody can have these together."""
    facts = {name: value for name, value in {**patient, **more}.items() if value is not None}
    try:
        return decide(decided.guideline, decided.decision.id, read_facts(decided.guideline, facts), at=AT)
    except InputRejected:
        return None


def any_value(fact: Fact, random: Random) -> str:
    return fact.text_of(random.randint(fact.low, fact.high))


def compared(decided: Reading, patient: Mapping[str, Given], random: Random) -> Iterable[str]:
    facts = decided.guideline.facts
    given = {name for name, value in patient.items() if value is not None}
    free = sorted(
        name for name in decided.facts if not facts[name].reads and facts[name].assume is None and name not in given
    )
    if not as_long_as_in_words(decided):
        for _ in range(TRIES if free else 0):
            names = random.sample(free, random.randint(1, len(free)))
            trace = known_more(decided, patient, {name: any_value(facts[name], random) for name in names})
            if trace is not None:
                assert results(trace) <= results(decided.trace), f"{patient}, and more of {names}"
                yield "more is known"
    else:
        yield "said to count until more is known"
    for question in questions(decided):
        yield from answered(decided, patient, question, [] if preferred_lines(decided) else free, random)


def answered(
    decided: Reading, patient: Mapping[str, Given], question: Question, free: Sequence[str], random: Random
) -> Iterator[str]:
    """Compares answers, and such with more values beside them of facts that are `free`."""
    if question.finds:
        assert not question.answers
        yield "not told"
        return
    fact, facts = question.fact, decided.guideline.facts
    for value in {any_value(fact, random) for _ in range(TRIES)}:
        trace = known_more(decided, patient, {fact.id: value})
        if trace is not None:
            told = [each.results for each in question.answers if any(covers(fact, text, value) for text in each.texts)]
            left = frozenset[str | None]().union(*told)
            is_so = results(trace) <= left if question.may_settle_more else results(trace) == left
            assert is_so, f"{patient}, {fact.id}: {value}"
            yield "answered, and may settle more" if question.may_settle_more else "answered"
        names = random.sample(free, random.randint(1, len(free))) if free and trace is not None else []
        trace = known_more(
            decided, patient, {name: any_value(facts[name], random) for name in names} | {fact.id: value}
        )
        if names and trace is not None:
            assert results(trace) <= left, f"{patient}, {fact.id}: {value}, and more of {names}"
            yield "answered, and more is known"


def covers(fact: Fact, text: str, value: str) -> bool:
    steps = {fact.text_of(each): each for each in range(fact.low, fact.high + 1)}
    low, _, high = text.partition("..")
    return steps[low] <= steps[value] <= steps[high or low]


def noted(world: Worlds, seed: int, found: Counter[str]) -> None:
    for decided, _, patient in decided_in(world):
        found.update(compared(decided, patient, Random(seed)))


INPUTS = ("ice", "snow", "hail")
FORMULAS = ("ice + snow", "2*hail", "ice*hail", "snow - hail", "ice/2 + 1")


@st.composite
def turning_worlds(draw: DrawFn) -> Worlds:
    """A fact that can be come by in several ways, or be assumed, and what is decided from it and its inputs."""
    formulas = tuple(draw(st.lists(st.sampled_from(FORMULAS), min_size=1, max_size=3, unique=True)))
    assumed = draw(st.sampled_from([None, "0.0", "4.0"]))
    drafts = [Draft(name, "integer", low=0, high=4) for name in INPUTS]
    drafts.append(Draft("total", "number", decimals=1, low=-40, high=160, formulas=formulas, assumed=assumed))
    at, beside = draw(st.integers(1, 9)), draw(st.sampled_from(INPUTS))
    rules: Mapping[str, Mapping[str, Tree]] = {
        "low": {"when": {"total": f"< {at}"}, "then": "low"},
        "high": {"when": {"total": f">= {at}", beside: "< 3"}, "then": "high"},
        "odd": {"when": {"total": f">= {at}", beside: ">= 3"}, "then": "odd"},
    }
    trees = {"facts": {each.name: fact_tree(each) for each in drafts}}
    guideline = RandomGuideline(trees, {"take": decision("take", ["low", "high", "odd"], rules)}, tuple(drafts))
    return guideline, draw(st.lists(patients(guideline), min_size=1, max_size=4))


@pytest.mark.parametrize(
    ("kind", "quick", "least"),
    [
        (worlds(), 20, {"more is known": 80, "answered": 20, "answered, and more is known": 20}),
        (importing_worlds(), 15, {"more is known": 40, "answered": 8}),
        (turning_worlds(), 75, {"more is known": 120, "not told": 4, "said to count until more is known": 20}),
    ],
)
def test_no_answer_is_another_than_those_that_were_told(
    kind: st.SearchStrategy[Worlds], quick: int, least: Mapping[str, int]
) -> None:
    found = Counter[str]()
    examples(quick)(given(kind, st.integers(0, 1 << 30))(lambda world, seed: noted(world, seed, found)))()
    assert found >= Counter(least), f"too little was compared: {found}"


TOLD = YAML(typ="safe", pure=True).load(Path(__file__).with_suffix(".yaml").with_stem("until_more_is_known"))
"""A patient of a built-in guideline of whom all but one part of a score is known that goes first, and what is told."""


def patient(name: str = "") -> Reading:
    return response_of(TOLD["patient"] | (TOLD[name]["with"] if name else {}))


def response_of(facts: Mapping[str, Given]) -> Reading:
    guideline = load_guideline("act_ra", with_cases=False)
    return reading_of(guideline, decide(guideline, "response", read_facts(guideline, dict(facts)), at=AT))


def test_an_outcome_that_a_preferred_score_may_bring_is_not_said_to_be_out() -> None:
    decided, so_far = patient(), TOLD["as_long_as"]
    assert list(decided.trace.possible_outcomes) == TOLD["possible"]
    assert patient("another").trace.outcome == TOLD["another"]["outcome"]
    account = missing_account(decided.guideline, decided.trace)
    assert account.answer.startswith(f"Not enough is known. Still possible, {so_far}: ")
    asked, caveat = account.sections[0].lines
    assert asked.below[-1].text == TOLD["asked"]
    assert caveat.text.endswith(TOLD["first"])
    page = report_text(report_of(decided.guideline, decided.trace, None))
    assert f"It is ruled out, {so_far}; it would need" in " ".join(page.split())
    assert "No answer to this alone settles it" not in why_asked(decided, questions(decided)[0])


def test_where_a_difference_turns_is_told_of_the_answer_that_it_follows_from() -> None:
    decided = response_of(TOLD["one_difference"]["facts"])
    (question,) = questions(decided)
    assert [line.text for line in settling_lines(decided, question)] == TOLD["one_difference"]["lines"]
    assert question.settles == 2


@pytest.mark.parametrize("known", [{}, {"hail": 2}, {"hail": 8}])
@pytest.mark.parametrize("formula", ["ice - hail", "hail - ice"])
def test_an_answer_is_told_of_although_its_first_value_leaves_nobody(
    formula: str, known: Mapping[str, Given], tmp_path: Path
) -> None:
    """A total that only a caution looks at would leave its range, for the first values of ice, or for the last."""
    rules: Mapping[str, Tree] = {
        "thick": {"when": {"ice": "> 6"}, "then": "closed"},
        "thin": {"when": {"ice": "<= 3"}, "then": "open"},
        "warned": {"when": {"total": "> 2"}, "caution": "Mind."},
    }
    facts = {"ice": integer(0, 9), "hail": integer(1, 9), "total": integer(1, 3, formula)}
    decided = read(tmp_path, facts, rules, known)
    (question,) = questions(decided) or [None]
    told = {text: each.results for each in (question.answers if question else ()) for text in each.texts}
    for ice in map(str, range(10)):
        trace = known_more(decided, known, {"ice": ice})
        left = [each for text, each in told.items() if covers(decided.fact("ice"), text, ice)]
        assert trace is None or results(trace) in (left or [results(decided.trace)]), f"{ice}: {told}"


def test_nothing_needs_to_be_asked_only_as_long_as_a_value_counts() -> None:
    decided, so_far = patient("settled"), TOLD["as_long_as"]
    assert decided.trace.outcome == TOLD["settled"]["outcome"]
    told = nothing_to_ask_in_words(decided)
    assert told.startswith(f"Nothing needs to be asked: no fact that is missing can change the answer, {so_far}.\n")
    assert told.endswith(TOLD["first"])
    assert f"cannot change the outcome, {so_far}, but they may hold a warning" in offer_in_words(decided)


def test_what_a_change_does_not_find_anew_is_said() -> None:
    decided = patient("changed")
    closing = change_account(decided.guideline, decided.trace, including_fixed=True).sections[-3]
    assert closing.lines[-1].text == TOLD["changed"]["kept"]


def test_nothing_is_said_to_go_first_that_could_lead_nowhere_else() -> None:
    decided = patient("late")
    assert decided.trace.outcome == TOLD["late"]["outcome"]
    account = why_account(decided.guideline, decided.trace)
    assert not [line for section in account.sections for line in section.lines if "would go first" in line.text]


SUM: Mapping[str, Tree] = {
    "ice": integer(0, 9),
    "snow": integer(0, 9),
    "total": {**integer(0, 30, "ice + snow"), "assume": "3"},
}
YES_NO: Mapping[str, Tree] = {"type": "yes_no"}
BANDS: Mapping[str, Tree] = {
    "little": {"when": {"total": "< 10"}, "then": "open"},
    "much": {"when": {"total": ">= 10"}, "then": "closed"},
}


def test_an_assumption_counts_only_until_what_goes_first_is_known(tmp_path: Path) -> None:
    decided = read(tmp_path, SUM, BANDS, {"ice": 9})
    assert decided.trace.outcome == "open"
    lines = [line.text for line in missing_account(decided.guideline, decided.trace).sections[0].lines]
    assert lines == [
        "Nothing: the answer stays the same whatever is still unknown, as long as total counts as it does here.",
        "Total is assumed to be 3. Way would go first, once known, and could lead to another answer.",
    ]
    closing = change_account(decided.guideline, decided.trace, "closed").sections[-3]
    assert closing.lines[-1].text == "Total is assumed to be 3. Way would go first, once known."


def test_what_answers_settle_is_said_to_rest_on_a_value_that_may_be_replaced(tmp_path: Path) -> None:
    """All outcomes are possible already, so that another total leads to none but these; but it decides which of them
    the answer settles."""
    facts: Mapping[str, Tree] = {**SUM, "calm": YES_NO}
    rules: Mapping[str, Tree] = {
        "little": {"when": {"total": "< 10", "calm": "yes"}, "then": "open"},
        "much": {"when": {"any": [{"total": ">= 10"}, {"calm": "no"}]}, "then": "closed"},
    }
    first = "Total is assumed to be 3. Way would go first, once known, and could lead to another answer."
    decided = read(tmp_path, facts, rules, {"ice": 9})
    account = missing_account(decided.guideline, decided.trace)
    calm, *more = account.sections[0].lines
    assert [line.text for line in calm.below][1:] == [
        'If it is "no", settled: "closed"',
        'If it is "yes", settled: "open"',
    ]
    assert [line.text for line in more] == [first]
    assert first in report_text(report_of(decided.guideline, decided.trace, None))
    assert first in why_asked(decided, questions(decided)[0])


def test_what_answers_settle_is_said_to_rest_on_a_value_that_leaves_no_room_for_another(tmp_path: Path) -> None:
    """No outcome is tested on the total; but as long as it is 3, nobody is stranded."""
    facts = {name: {"title": name, "question": "What?", **fact} for name, fact in {**SUM, "calm": YES_NO}.items()}
    facts["stranded"] = {"title": "stranded", "question": "What?", **YES_NO}
    rules: Mapping[str, Tree] = {
        "stuck": {"when": {"any": [{"stranded": "yes"}, {"calm": "no"}]}, "then": "closed"},
        "quiet": {"when": {"stranded": "no", "calm": "yes"}, "then": "open"},
    }
    never = [{"when": {"stranded": "yes", "total": "3"}, "because": "never"}]
    world = RandomGuideline(
        {"facts": facts, "impossible": never}, {"opening": decision("opening", ["closed", "open"], rules)}
    )
    roads = load(write(world, tmp_path))

    def answer(**known: Given) -> Reading:
        return reading_of(roads, decide(roads, "opening", read_facts(roads, known), at=AT))

    calm, *more = missing_account(roads, answer(ice=9).trace).sections[0].lines
    assert [line.text for line in calm.below][-1] == 'If it is "yes", settled: "open"'
    assert [line.text for line in more] == ["Total is assumed to be 3. Way would go first, once known."]
    assert answer(ice=9, calm="yes", snow=2, stranded="yes").trace.outcome == "closed"


def test_nothing_is_said_to_lead_elsewhere_beside_what_does(tmp_path: Path) -> None:
    """Hail leads to the answer that the total has already."""
    facts: Mapping[str, Tree] = {**SUM, "hail": {**integer(0, 18, "2*snow"), "assume": "2"}}
    rules: Mapping[str, Tree] = {**BANDS, "hard": {"when": {"hail": "> 5", "total": "< 10"}, "then": "open"}}
    decided = read(tmp_path, facts, rules, {})
    first = [line.text for line in preferred_lines(decided)]
    assert first == ["Total is assumed to be 3. Way would go first, once known, and could lead to another answer."]
    assert as_long_as_in_words(decided) == ", as long as total counts as it does here"


@pytest.mark.parametrize("name", ["ice", "hail"])
def test_reasons_take_for_granted_by_which_of_several_ways_a_value_was_derived(name: str, tmp_path: Path) -> None:
    """Whoever is decided by ice has ten at the least, and by hail nine at the most."""
    ways = [{"title": "by ice", "formula": "ice + 10"}, {"title": "by hail", "formula": "hail"}]
    facts = {"ice": integer(0, 9), "hail": integer(0, 9), "total": {**integer(0, 19), "derived": ways}}
    decided = read(tmp_path, facts, BANDS, {name: 3})
    lines = [each.text for each in reasons_section(decided).lines]
    assert lines == [
        "No fact that is known: how values were derived is enough, whatever the other facts are.",
        "Derived in one of several ways, which is taken for granted here: total (by ice, computed from ice)."
        if name == "ice"
        else "Total counts as it was derived here (by hail, computed from hail). "
        "By ice would go first, once known, and could lead to another answer.",
    ]
    short, *_ = short_reasons_section(decided, 1, "all").lines
    assert short.text == lines[0]


def test_only_outcomes_that_another_value_could_bring_are_ruled_out_as_long_as_it_counts(tmp_path: Path) -> None:
    facts = {name: {"title": name, "question": "What?", **fact} for name, fact in {**SUM, "calm": YES_NO}.items()}
    rules: Mapping[str, Tree] = {
        "much": {"when": {"total": ">= 10"}, "then": "closed"},
        "little": {"when": {"total": "< 10", "calm": "yes"}, "then": "open"},
        "bare": {"when": {"ice": "0"}, "then": "shut"},
    }
    world = RandomGuideline({"facts": facts}, {"opening": decision("opening", ["closed", "open", "shut"], rules)})
    roads = load(write(world, tmp_path))
    trace = decide(roads, "opening", read_facts(roads, {"ice": 9}), at=AT)
    assert (trace.outcome, trace.possible_outcomes) == (None, ("open",))
    page = report_text(report_of(roads, trace, None))
    assert (
        "It is ruled out, as long as total counts as it does here; it would need this, which need not be enough:\n"
        in page
    )
    assert "It is ruled out; it would need this, which need not be enough:\n      Ice: 0\n" in page


@pytest.mark.parametrize(("day", "is_found"), [("2026-11-01", True), ("2026-01-01", False)])
def test_nothing_is_found_from_an_answer_while_the_rest_is_too_old(tmp_path: Path, day: str, is_found: bool) -> None:
    facts: Mapping[str, Tree] = {
        **SUM,
        "total": {**integer(0, 99, "ice * snow"), "max_age": "90 days"},
    }
    rules: Mapping[str, Tree] = {**BANDS, "snowy": {"when": {"total": "< 10", "snow": "> 5"}, "then": "closed"}}
    decided = read(tmp_path, facts, rules, {"ice": {"value": "3", "at": day}})
    found = {question.fact.id: question.finds for question in questions(decided)}
    assert found == {"total": (), "snow": ("total",) if is_found else ()}
