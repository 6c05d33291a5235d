"""What is edited between two versions, and which step of the version each kind of edit requires."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from shutil import copytree

import pytest

from engine.edits import Edit, Touch, Way, edits_between
from engine.loading import load
from engine.versions import Step, least_version, step_between
from explain.comparing import edit_in_words
from tests.mistake_examples import SOUND, TOY, copy_of_toy

TOLD = load(TOY, with_cases=False)


@dataclass(frozen=True, slots=True)
class Case:
    """A text of the toy guideline and another in its place; the first edit that is found, in words, what it can touch,
    and the step that all edits together require."""

    file: str
    removed: str
    added: str
    said: str
    touch: Touch
    step: Step


HAIL = "    because: So.\n    source: {basis: added}\n"
CASES = {
    "a condition": Case(
        "clearing", '">= 5"', '">= 6"', "condition was `snow_depth: >= 5`, is `", Touch.ANSWERS, Step.PATCH
    ),
    "a conclusion": Case("clearing", "then: wait", "then: clear", "conclusion was `wait`", Touch.ANSWERS, Step.PATCH),
    "points": Case("findings", "{add: 3, to", "{add: 2, to", "points changed", Touch.ANSWERS, Step.PATCH),
    "a title": Case("clearing", "title: Deep snow", "title: Snow", "title was `Deep snow`", Touch.WORDS, Step.PATCH),
    "a reason": Case("clearing", "is {snow_depth} deep", "lies {snow_depth} deep", "because", Touch.WORDS, Step.PATCH),
    "a source": Case("clearing", "chapter 7", "chapter 8", "source changed", Touch.WORDS, Step.PATCH),
    "a caution": Case("gritting", "Look at the bridge", "Mind the bridge", "caution was", Touch.WORDS, Step.PATCH),
    "a question": Case("clearing", "Should snow be", "Must snow be", "question was", Touch.WORDS, Step.PATCH),
    "an order": Case(
        "clearing",
        "  clear: {title: Clear the snow}\n  wait: {title: Wait until it stops snowing}\n",
        "  wait: {title: Wait until it stops snowing}\n  clear: {title: Clear the snow}\n",
        "order of outcomes was `clear, wait`, is `wait, clear`",
        Touch.ANSWERS,
        Step.PATCH,
    ),
    "a rule renamed": Case("clearing", "  deep_snow:", "  much:", "renamed from `deep_snow`", Touch.NAMES, Step.MAJOR),
    "a rule added": Case(
        "clearing",
        "rules:\n",
        f"rules:\n  more:\n    title: More\n    when: {{bridge: yes}}\n    then: wait\n{HAIL}",
        "rule `more` of `clearing`: added",
        Touch.NAMES,
        Step.MINOR,
    ),
    "an outcome added": Case(
        "clearing", "outcomes:\n", "outcomes:\n  ask: {title: Ask}\n", "outcome `ask`", Touch.NAMES, Step.MINOR
    ),
    "a finding's title": Case("gritting", "The road is wet", "Wet", "finding `wet`", Touch.WORDS, Step.PATCH),
    "a range made wider": Case(
        "facts", "range: [0, 500]\n    decimals", "range: [0, 600]\n    decimals", "range was", Touch.NAMES, Step.MINOR
    ),
    "a range made narrower": Case(
        "facts", "range: [0, 500]\n    decimals", "range: [0, 400]\n    decimals", "range was", Touch.NAMES, Step.MAJOR
    ),
    "decimals": Case(
        "facts",
        "range: [0, 500]\n    decimals: 1",
        "range: [0, 500]\n    decimals: 2",
        "decimals was `1`, is `2`",
        Touch.ANSWERS,
        Step.MINOR,
    ),
    "a unit": Case("facts", "unit: cm", "unit: mm", "unit was `cm`, is `mm`", Touch.NAMES, Step.MAJOR),
    "a choice added": Case("facts", "snow: snow\n", "snow: snow\n      hail: hail\n", "hail", Touch.NAMES, Step.MINOR),
    "a choice's title": Case("facts", "snow: snow\n", "snow: snows\n", "title was `snow`", Touch.WORDS, Step.PATCH),
    "an assumption": Case("facts", "assume: 0.80", "assume: 0.7", "was `0.80`", Touch.ANSWERS, Step.PATCH),
    "an age": Case("facts", "2 weeks", "3 weeks", "age in days was `14`, is `21`", Touch.ANSWERS, Step.PATCH),
    "a formula": Case("facts", "10*lorries", "9*lorries", "derivation was", Touch.ANSWERS, Step.PATCH),
    "a derivation more": Case(
        "facts",
        "formula: cars + 10*lorries}\n",
        "formula: cars + 10*lorries}\n      - {title: cars alone, formula: cars}\n",
        "derivation was",
        Touch.ANSWERS,
        Step.MINOR,
    ),
    "a derivation less": Case(
        "facts",
        "      - title: rule of thumb\n        formula: air_temperature - 0.1*wind\n"
        "        source: {cite: road_book, basis: stated}\n",
        "",
        "derivation was",
        Touch.ANSWERS,
        Step.MAJOR,
    ),
    "an import less": Case(
        "facts",
        "      - guideline: weather\n        version: 1.0.0\n        decision: outlook\n"
        "        outcomes: {bad: storm, good: quiet}\n",
        "",
        "import was",
        Touch.ANSWERS,
        Step.MAJOR,
    ),
    "an import that counts otherwise": Case(
        "facts",
        "outcomes: {bad: storm, good: quiet}",
        "outcomes: {bad: quiet, good: storm}",
        "counts as quiet",
        Touch.ANSWERS,
        Step.PATCH,
    ),
    "another impossible": Case(
        "facts",
        "impossible:\n",
        'impossible:\n  - {when: {bridge: yes, wind: "> 140"}, because: It falls.}\n',
        "added",
        Touch.ANSWERS,
        Step.MAJOR,
    ),
    "no impossible": Case(
        "facts",
        '  - when: {precipitation: snow, air_temperature: "> 10"}\n'
        '    because: "Snow does not fall at {air_temperature}."\n',
        "",
        "removed",
        Touch.ANSWERS,
        Step.MINOR,
    ),
    "why it is impossible": Case(
        "facts", "Snow does not fall at", "No snow falls at", "because was", Touch.WORDS, Step.PATCH
    ),
    "a status": Case("guideline", "status: active", "status: retired", "status was", Touch.WORDS, Step.PATCH),
    "a published source": Case("guideline", "ten winters", "nine winters", "evidence was", Touch.WORDS, Step.PATCH),
    "the way of writing": Case("clearing", '"< 5"', '"< 5.0"', "way of writing changed", Touch.WORDS, Step.PATCH),
}


def edits_after(folder: Path, case: Case) -> tuple[Edit, ...]:
    toy = copy_of_toy(folder)
    path = toy / f"{case.file}.yaml"
    text = path.read_text("utf-8")
    assert case.removed in text
    path.write_text(text.replace(case.removed, case.added, 1), "utf-8")
    return edits_between(TOLD, load(toy, with_cases=False))


@pytest.mark.parametrize("name", CASES)
def test_each_kind_of_edit_is_found_and_requires_its_step(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    edits = edits_after(tmp_path, case)
    found = next((edit for edit in edits if case.said in edit_in_words(edit)), None)
    assert found is not None, [edit_in_words(edit) for edit in edits]
    assert found.touch is case.touch
    assert found.before is None or found.before != found.after
    assert max(edit.step for edit in edits) is found.step is case.step


def test_what_is_removed_is_what_is_added_the_other_way_round(tmp_path: Path) -> None:
    for number, name in enumerate(("a rule added", "an outcome added", "a choice added")):
        toy = tmp_path / str(number)
        toy.mkdir()
        after = edits_after(toy, CASES[name])
        (added,) = (edit for edit in after if edit.way is Way.ADDED)
        back = edits_between(load(toy / "toy", with_cases=False), TOLD)
        (removed,) = (edit for edit in back if edit.way is Way.REMOVED)
        assert (removed.part, removed.name, removed.home) == (added.part, added.name, added.home)
        assert (added.step, removed.step) == (Step.MINOR, Step.MAJOR)


def test_a_decision_less_is_removed_with_all_that_is_in_it(tmp_path: Path) -> None:
    toy = copy_of_toy(tmp_path)
    (toy / "patrol.yaml").unlink()
    (edit,) = edits_between(TOLD, load(toy, with_cases=False))
    assert (edit.part, edit.name, edit.way, edit.step) == ("decision", "patrol", Way.REMOVED, Step.MAJOR)


def test_a_version_alone_is_no_edit(tmp_path: Path) -> None:
    toy = copy_of_toy(tmp_path)
    path = toy / "guideline.yaml"
    path.write_text(path.read_text("utf-8").replace("1.2.0", "2.0.0"), "utf-8")
    assert edits_between(TOLD, load(toy, with_cases=False)) == ()
    assert edits_between(TOLD, TOLD) == ()


@pytest.mark.parametrize(
    ("before", "after", "step"),
    [
        ("1.2.3", "1.2.3", Step.NONE),
        ("1.2.3", "1.2.4", Step.PATCH),
        ("1.2.3", "1.3.0", Step.MINOR),
        ("1.2.3", "1.3.9", Step.MINOR),
        ("1.2.3", "2.0.0", Step.MAJOR),
        ("1.10.0", "1.9.9", Step.BACK),
        ("1.9.9", "1.10.0", Step.MINOR),
        ("2.0.0", "1.9.9", Step.BACK),
    ],
)
def test_the_step_between_two_versions(before: str, after: str, step: Step) -> None:
    assert step_between(before, after) is step
    if step > Step.NONE:
        assert step_between(before, least_version(before, step)) is step
        assert step_between(least_version(before, step), after) in (Step.NONE, Step.PATCH)


@pytest.mark.parametrize(
    ("file", "removed", "added", "said"),
    [
        (
            "facts",
            "    range: [-30, 40]\n    decimals: 1\n    unit: Cel\n  wind:",
            "    range: [-30, 40]\n    decimals: 2\n    unit: Cel\n  wind:",
            "fact `air`: decimals was `1`, is `2`",
        ),
        ("facts", "range: [0, 200]", "range: [0, 300]", "fact `snow_depth`: range was `0 to 200`, is `0 to 300`"),
        ("salting", "range: [0, 3]}", "range: [0, 3], decimals: 1}", "score `danger` of `salting`: range changed"),
    ],
)
def test_decimals_or_a_range_alone_edit_no_condition_that_is_written_the_same(
    file: str, removed: str, added: str, said: str, tmp_path: Path
) -> None:
    folder = copytree(SOUND, tmp_path / "sound")
    path = folder / f"{file}.yaml"
    text = path.read_text("utf-8")
    assert text.count(removed) == 1
    path.write_text(text.replace(removed, added), "utf-8")
    edits = edits_between(load(SOUND, with_cases=False), load(folder, with_cases=False))
    assert [edit_in_words(each) for each in edits] == [said]
    assert {each.step for each in edits} == {Step.MINOR}
