"""Two versions of a guideline compared: who moves is exactly who moves by brute force, and every example is decided
again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from hypothesis import assume, event, given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from engine.alignment import Alignment, Side, alignment_of, common_cells
from engine.comparison import DecisionComparison, Movement, ToldChange, compared
from engine.errors import GuidelineRejected
from engine.guideline import Decision, Guideline
from engine.logic import Refused
from engine.plan import plan_of
from engine.told import ToldScore
from tests.oracle.moves import REFUSED, Moving, moving_patients, told_patients
from tests.oracle.regions import question_of
from tests.oracle.terms import Question, mapping
from tests.random_guidelines import RandomGuideline, guidelines, importing_guidelines
from tests.random_guidelines.edits import edited
from tests.test_regions import in_steps
from tests.worlds import AT, examples, loaded

MOST = 2_000
Versions = tuple[RandomGuideline, RandomGuideline]


@st.composite
def versions(draw: DrawFn, importing: bool = False) -> Versions:
    """A guideline, and the same after an edit."""
    guideline = draw(importing_guidelines() if importing else guidelines())
    return guideline, draw(edited(guideline))


@contextmanager
def both_loaded(pair: Versions) -> Iterator[tuple[Guideline, Guideline]]:
    """Both as the engine loads them; an edit that does not load is another example."""
    with loaded(pair[0]) as before:
        try:
            with loaded(pair[1]) as after:
                yield before, after
        except GuidelineRejected:
            assume(False)


def question(guideline: RandomGuideline, name: str) -> Question:
    return question_of(guideline.facts, guideline.decisions[name], guideline.findings, guideline.imported)


def result_of(result: object) -> object:
    return REFUSED if isinstance(result, Refused) else result


def assert_exact(alignment: Alignment, found: DecisionComparison, moving: Moving) -> None:
    """Each movement's groups hold the patients who move so and nobody else; none can be wider."""
    steps = [
        ({n: in_steps(common_scale(alignment, n), v) for n, v in values.items()}, before, after)
        for values, before, after in moving
    ]
    expected = {(before, after) for _, before, after in steps if before != after}
    assert {(result_of(each.before), result_of(each.after)) for each in found.movements} == expected
    for movement in found.movements:
        pair = result_of(movement.before), result_of(movement.after)
        inside = [values for values, *results in steps if tuple(results) == pair]
        outside = [values for values, *results in steps if tuple(results) != pair]
        assert_groups(alignment, movement, inside, outside)


def common_scale(alignment: Alignment, name: str):  # type: ignore[no-untyped-def]
    scale = alignment.by_id[name].scale
    assert scale is not None
    return scale


Steps = Mapping[str, int]


def is_in(bounds: Mapping[str, tuple[tuple[int, int], ...]], patient: Steps) -> bool:
    return all(any(low <= patient[name] <= high for low, high in spans) for name, spans in bounds.items())


def assert_groups(
    alignment: Alignment, movement: Movement | ToldChange, inside: list[Steps], outside: list[Steps]
) -> None:
    assert not movement.is_capped
    groups = [{each.fact: spans for each, spans in group.bounds} for group in movement.groups]
    for patient in inside:
        assert any(is_in(bounds, patient) for bounds in groups)
    for bounds in groups:
        assert not any(is_in(bounds, patient) for patient in outside)
        for name, spans in bounds.items():
            fewer = {other: each for other, each in bounds.items() if other != name}
            assert any(is_in(fewer, patient) for patient in outside), f"{name} is not needed"
            cells = common_cells(alignment.by_id[name], alignment.plans)
            for cell in range(cells.count):
                low, high = cells.interval(cell)
                is_beside = any(low == end + 1 or high == start - 1 for start, end in spans)
                if not is_in({name: spans}, {name: low}) and (is_beside or not cells.fact.is_numeric):
                    wider = {**bounds, name: (*spans, (low, high))}
                    assert any(is_in(wider, patient) for patient in outside), f"{name} could be wider"


def assert_all_exact(pair: Versions, before: Guideline, after: Guideline) -> None:
    for name in pair[0].decisions:
        moving = moving_patients(question(pair[0], name), question(pair[1], name), MOST)
        if moving is None:
            event("too many")
            continue
        alignment = alignment_of(plan_of(before, name), plan_of(after, name))
        found = compared(before, after, name, at=AT, limit=300)
        event("moved" if found.movements else "proved")
        examples = [group.example for movement in found.movements for group in movement.groups]
        event("without an example" if None in examples else "all confirmed")
        assert_exact(alignment, found, moving)
        assert_told_exact(pair, name, alignment, found)


def texts_of(guideline: RandomGuideline, name: str, decision: Decision) -> Mapping[str, str]:
    """The text of each caution of a rule that the decision has, by rule."""
    shared = mapping(mapping(guideline.findings or {}).get("rules", {}))
    rules = {**shared, **mapping(mapping(guideline.decisions[name])["rules"])}
    own = {rule: mapping(tree) for rule, tree in rules.items() if rule in decision.rules}
    found = {rule: tree["caution"] for rule, tree in own.items() if "caution" in tree}
    return {rule: text if isinstance(text, str) else str(mapping(text)["text"]) for rule, text in found.items()}


def same_cautions(texts: tuple[Mapping[str, str], Mapping[str, str]]) -> list[tuple[str | None, str | None]]:
    """The cautions of both versions side by side: by their text, or else one that the same single rule gives in other
    words."""
    rules = [{text: [rule for rule in each if each[rule] == text] for text in each.values()} for each in texts]
    before, after = rules
    sides: list[tuple[str | None, str | None]] = [(text, text) for text in before if text in after]
    gone, new = ([text for text in one if text not in other] for one, other in ((before, after), (after, before)))
    for text in gone:
        again = [other for other in new if after[other] == before[text] and len(after[other]) == 1]
        sides.append((text, again[0] if again else None))
    return sides + [(None, text) for text in new if text not in [other for _, other in sides]]


def assert_told_exact(pair: Versions, name: str, alignment: Alignment, found: DecisionComparison) -> None:
    """Each change of a caution or score has the patients whom it concerns and nobody else."""
    before, after = (plan.decision for plan in alignment.plans.values())
    texts = texts_of(pair[0], name, before), texts_of(pair[1], name, after)
    asked = question(pair[0], name), question(pair[1], name)
    people = [
        ({n: in_steps(common_scale(alignment, n), v) for n, v in values.items()}, one, other)
        for values, one, other in told_patients(*asked, texts, MOST)
    ]
    expected: dict[object, set[int]] = {}
    for at, (_, one, other) in enumerate(people):
        if one is None or other is None:
            continue
        for text, again in same_cautions(texts):
            was, now = text in one.cautions, again in other.cautions
            if was != now:
                expected.setdefault((text, again, "lost" if was else "gained"), set()).add(at)
        for score in one.scores.keys() & other.scores.keys():
            if one.scores[score] != other.scores[score]:
                expected.setdefault((score, "other"), set()).add(at)
    changes = {key_of(each): each for each in found.told_changes}
    assert changes.keys() == expected.keys()
    for key, concerned in expected.items():
        event(changes[key].turn.value)
        sides = [
            [each for at, (each, *_) in enumerate(people) if (at in concerned) is is_in] for is_in in (True, False)
        ]
        assert_groups(alignment, changes[key], *sides)


def key_of(change: ToldChange) -> object:
    if isinstance(change.told, ToldScore):
        return change.told.id, change.turn.value
    texts = change.told.texts
    return texts.get(Side.BEFORE), texts.get(Side.AFTER), change.turn.value


@examples(20)
@given(versions())
def test_who_moves_is_who_moves_by_brute_force(pair: Versions) -> None:
    with both_loaded(pair) as (before, after):
        assert_all_exact(pair, before, after)


@examples(8)
@given(versions(importing=True))
def test_who_moves_where_other_guidelines_decide_facts(pair: Versions) -> None:
    with both_loaded(pair) as (before, after):
        assert_all_exact(pair, before, after)


@examples(15)
@given(guidelines())
def test_nobody_moves_between_a_guideline_and_itself(guideline: RandomGuideline) -> None:
    with loaded(guideline) as before, loaded(guideline) as after:
        for name in guideline.decisions:
            found = compared(before, after, name, at=AT, limit=10)
            assert (found.movements, found.told_changes) == ((), ())
            assert found.is_proved_for_all
            assert found.classes >= 1
