"""What is given but too old is named where it could be given anew: by `missing`, in reports and by `ask`."""

from pathlib import Path

import pytest

from tests.commands import candor
from tests.roads import written_road
from tests.test_imports import FROST, ROADS, written

COUNTS = """
facts:
  cars: {title: cars, question: Cars?, type: integer, range: [0, 10]}
  lorries: {title: lorries, question: Lorries?, type: integer, range: [0, 10]}
  noise:
    title: noise
    question: Noise?
    type: number
    range: [0, 5]
    decimals: 1
    max_age: 30 days
    derived: [{title: noise of all that drive, formula: sqrt(cars + lorries)}]
  traffic:
    title: traffic
    question: Traffic?
    type: integer
    range: [0, 20]
    max_age: 30 days
    derived: [{title: the count, formula: cars + 2 * lorries}]
  night: {title: night, question: Night?, type: yes_no}
"""
LOUD = """
    loud: {when: {noise: ">= 3"}, then: yes_now}
    still: {when: {noise: "< 3"}, then: later}
"""
BUSY = """
    busy: {when: {traffic: ">= 12"}, then: yes_now}
    empty: {when: {traffic: "< 12"}, then: later}
"""
AT = ("--at", "2026-03-01")


def told(command: str, address: str, patient: str, folder: Path, stdin: str = "") -> str:
    path = folder / "patient.yaml"
    path.write_text(f"facts: {patient}", "utf-8")
    ran = candor(command, address, path, *AT, stdin=stdin)
    assert ran.code in (0, 2), ran.err
    return ran.out + ran.err


@pytest.mark.parametrize(
    ("patient", "lacking", "asked"),
    [
        (
            "{cars: {value: 4, at: 2026-01-01}, lorries: {value: 3, at: 2026-01-02}}",
            "newer values of cars and lorries",
            "cars (too old), lorries (too old)",
        ),
        ("{cars: {value: 4, at: 2026-01-01}, lorries: 3}", "a newer value of cars", "cars (too old)"),
        ("{cars: {value: 4, at: 2026-01-01}}", "lorries; and a newer value of cars", "lorries, cars (too old)"),
        ("{cars: {value: 4, at: 2026-02-20}}", "lorries", "lorries"),
        ("{night: yes}", "cars and lorries", "cars, lorries"),
    ],
)
def test_inputs_that_are_too_old_are_named_apart(patient: str, lacking: str, asked: str, tmp_path: Path) -> None:
    home = f"{written_road(tmp_path, LOUD, facts=COUNTS)}/grit"
    way = "noise of all that drive"
    missing = told("missing", home, patient, tmp_path)
    assert f"    Or give what {way} is computed from: {lacking}\n" in missing
    assert f"    Or, for {way}: {lacking}\n" in told("report", home, patient, tmp_path)
    dialogue = told("ask", home, patient, tmp_path, "?\nstop\n")
    assert f"  or, as NAME=VALUE, what {way} needs: {asked}\n" in dialogue
    explained = dialogue.split("> ")[1]
    assert explained.count("what there is, is too old)") == asked.count("(too old)")


def test_newer_values_of_what_is_named_settle_it(tmp_path: Path) -> None:
    home = f"{written_road(tmp_path, LOUD, facts=COUNTS)}/grit"
    patient = "{cars: {value: 4, at: 2026-01-01}, lorries: 3}"
    assert "Now (yes_now)." in told("ask", home, patient, tmp_path, "cars=9\n")


@pytest.mark.parametrize(
    ("patient", "lacking"),
    [
        ("{road_surface: {value: -4, at: 2026-02-01}}", "wet road; and a newer value of temperature of the road"),
        ("{road_surface: -4, wet: {value: yes, at: 2026-01-01}}", "a newer value of wet road"),
        ("{road_surface: -4}", "wet road"),
    ],
)
def test_so_are_those_of_an_imported_decision(patient: str, lacking: str, tmp_path: Path) -> None:
    written(tmp_path, "frost", FROST)
    home = f"{written(tmp_path, 'roads', ROADS)}/closing"
    missing = told("missing", home, patient, tmp_path)
    assert f"    Or give the facts that decide it by frost/danger 1.0.0: {lacking}\n" in missing


def test_what_follows_by_a_sum_and_is_too_old_can_be_given_anew(tmp_path: Path) -> None:
    home = f"{written_road(tmp_path, BUSY, facts=COUNTS)}/grit"
    patient = "{traffic: {value: 14, at: 2026-01-01}, lorries: 2}"
    again = "Traffic, which follows from it, can be given too: 14 of 2026-01-01 is older than 30 days"
    assert f"  cars: Cars?\n    Answer: a whole number from 0 to 10\n    {again}\n" in told(
        "missing", home, patient, tmp_path
    )
    assert f"  Cars?\n    {again}\n" in told("report", home, patient, tmp_path)
    dialogue = told("ask", home, patient, tmp_path, "traffic=13\n")
    assert f"  or traffic=VALUE: {again}\n" in dialogue
    assert "Now (yes_now)." in dialogue


def test_so_can_what_another_guideline_decides(tmp_path: Path) -> None:
    written(tmp_path, "frost", FROST)
    rules = """
  dangerous: {title: Dangerous, when: {danger: high}, then: close, because: "{danger}", source: {basis: added}}
  mild: {title: Mild, when: {road_surface: ">= 10"}, then: close, because: "{road_surface}", source: {basis: added}}
  fine: {title: Fine, when: {danger: low, road_surface: "< 10"}, then: open, because: "{danger}",
         source: {basis: added}}
"""
    closing = f"{ROADS['closing.yaml'].partition('rules:')[0]}rules:{rules}"
    home = f"{written(tmp_path, 'roads', {**ROADS, 'closing.yaml': closing})}/closing"
    patient = "{danger: {value: high, at: 2026-01-01}, wet: {value: yes, at: 2026-02-28}}"
    asked = told("missing", home, patient, tmp_path).partition("Ask next")[2]
    again = "Danger of frost, which follows from it, can be given too: high of 2026-01-01 is older than 10 days"
    assert asked.startswith("\n  road_surface: ")
    assert f"    {again}\n" in asked


def test_a_change_says_that_what_another_guideline_decided_too_long_ago_is_not_found_anew(tmp_path: Path) -> None:
    written(tmp_path, "frost", FROST)
    home = f"{written(tmp_path, 'roads', ROADS)}/closing"
    facts = home.replace("closing", "facts.yaml")
    Path(facts).write_text(
        Path(facts).read_text("utf-8").replace("    max_age: 10", "    changeable: yes\n    max_age: 10")
    )
    own = "Not computed from changed values here, but counted as a fact of its own: danger of frost."
    for day, is_said in ("2026-01-01", True), ("2026-02-28", False):
        patient = f"{{road_surface: {{value: 1, at: {day}}}, wet: {{value: yes, at: {day}}}}}"
        Path(tmp_path / "patient.yaml").write_text(f"facts: {patient}", "utf-8")
        ran = candor("change", home, tmp_path / "patient.yaml", "--including-fixed", *AT)
        assert (own in ran.out) == is_said, ran.out


@pytest.mark.parametrize("patient", ["{lorries: 2}", "{traffic: {value: 14, at: 2026-01-01}, noise: 1}"])
def test_nothing_is_offered_that_was_not_given_or_that_is_asked_for_itself(patient: str, tmp_path: Path) -> None:
    rules = BUSY if "lorries" in patient else LOUD
    home = f"{written_road(tmp_path, rules, facts=COUNTS)}/grit"
    assert "can be given too" not in told("missing", home, patient, tmp_path)
