"""A patient's facts: what is accepted in which form, and what Python callers, options and lines do wrong.

Examples of mistakes in patient files are in `tests/mistakes/patient.txt`, run by `test_loading`; files that cannot be
read at all are in `test_unreadable_files`.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

import pytest

from engine.diagnostics import Diagnostic, Place, as_text
from engine.errors import InputRejected
from engine.facts import read_assignments, read_facts, read_line, read_patient, read_patient_file
from engine.guideline import Guideline
from engine.loading import load
from engine.patient import Facts
from tests.mistake_examples import TOY


@pytest.fixture(scope="module")
def toy() -> Guideline:
    return load(TOY)


def steps(facts: Facts) -> dict[str, int]:
    return {name: value.steps for name, value in facts.given.items()}


def rejected(read: Callable[[], object]) -> tuple[Diagnostic, ...]:
    with pytest.raises(InputRejected) as caught:
        read()
    assert caught.value.diagnostics
    return caught.value.diagnostics


def told(read: Callable[[], object]) -> str:
    """What is said, as people read it."""
    return "\n".join(as_text(each) for each in rejected(read))


# --- What is accepted -------------------------------------------------------------------------------------------------


def test_a_patient_in_yaml(toy: Guideline) -> None:
    text = """
        patient: A 40
        facts:
          wind: {value: 59.5, at: 2026-01-15T23:30:00-05:00, note: sensor 7}
          precipitation: sleet
          bridge: yes
          grip: "0.805"
          cars: 12.0
          lorries:
          road: ~
          chill: {value: null, at: null, note: null}
          snow_depth: -0.04
    """
    facts = read_patient(toy, text, name="road.yaml", kind="yaml")
    assert facts.patient == "A 40"
    assert facts.place == Place("road.yaml")
    assert list(facts.given) == sorted(facts.given)
    assert steps(facts) == {"bridge": 1, "cars": 12, "grip": 81, "precipitation": 2, "snow_depth": 0, "wind": 60}
    assert (facts.given["wind"].at, facts.given["wind"].note) == (date(2026, 1, 15), "sensor 7")
    assert facts.given["wind"].place.line == 4
    assert facts.given["wind"].place.column == 25


def test_a_patient_in_json(toy: Guideline) -> None:
    text = """{"patient": 40, "facts": {"wind": {"value": 5.95e1, "at": "2026-01-15"}, "precipitation": "sleet",
        "bridge": true, "salt_in_stock": "no", "grip": "0.8", "cars": 1.2E1, "lorries": null, "chill": -0.0}}"""
    facts = read_patient(toy, text, name="road.json", kind="json")
    assert facts.patient == "40"
    assert steps(facts) == {
        **{"bridge": 1, "cars": 12, "chill": 0, "grip": 80, "precipitation": 2, "salt_in_stock": 0, "wind": 60}
    }
    assert facts.given["wind"].place == Place("road.json", path="$.facts.wind.value")
    assert facts.given["wind"].at == date(2026, 1, 15)


def test_a_line_of_json_lines(toy: Guideline) -> None:
    facts = read_line(toy, b'\xef\xbb\xbf{"facts": {"wind": 3}}\r\n', name="roads.jsonl", number=7)
    assert steps(facts) == {"wind": 3}
    assert facts.given["wind"].place == Place("roads.jsonl", 7, path="$.facts.wind")
    assert facts.patient is None


def test_facts_of_every_decision_and_none_are_fine(toy: Guideline) -> None:
    assert steps(read_patient(toy, "facts:", name="x", kind="yaml")) == {}
    assert steps(read_patient(toy, '{"facts": null}', name="x", kind="json")) == {}
    assert steps(read_patient(toy, "facts: {}", name="x", kind="yaml")) == {}


def test_the_ending_of_a_file_says_what_it_is(toy: Guideline, tmp_path: Path) -> None:
    texts = {"a.JSON": '{"facts": {"wind": 1e1}}', "a.yml": "facts: {wind: 10}", "a": "facts: {wind: 10}"}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, "utf-8")
        assert steps(read_patient_file(toy, tmp_path / name)) == {"wind": 10}


def test_a_mapping_of_a_python_caller(toy: Guideline) -> None:
    values: dict[str, object] = {
        "wind": Decimal("59.5"),
        "grip": Fraction(1, 3),
        "cars": 12,
        "chill": "-3.25",
        "bridge": True,
        "salt_in_stock": "no",
        "road": "main",
        "lorries": None,
        "precipitation": {"value": "rain", "at": datetime(2026, 1, 15, 23), "note": "seen"},
        "snow_depth": MappingProxyType({"value": Decimal("1E+1"), "at": date(2026, 1, 14)}),
    }
    facts = read_facts(toy, values, patient="A 40")
    assert steps(facts) == {
        **{"bridge": 1, "cars": 12, "chill": -33, "grip": 33, "precipitation": 1, "road": 1, "salt_in_stock": 0},
        **{"snow_depth": 100, "wind": 60},
    }
    assert (facts.given["precipitation"].at, facts.given["snow_depth"].at) == (date(2026, 1, 15), date(2026, 1, 14))
    assert (facts.patient, facts.place) == ("A 40", Place("facts"))


def test_options(toy: Guideline) -> None:
    facts = read_assignments(toy, ["wind=3", " grip = 0.80", "road=main", "bridge=no", "cars=null"])
    assert steps(facts) == {"bridge": 0, "grip": 80, "road": 1, "wind": 3}
    assert facts.given["wind"].place == Place("--fact wind=3")


def test_every_form_of_the_same_patient_gives_the_same_facts(toy: Guideline) -> None:
    forms = (
        read_patient(toy, "facts: {wind: 3, road: main}", name="a", kind="yaml"),
        read_patient(toy, '{"facts": {"road": "main", "wind": 3}}', name="a", kind="json"),
        read_line(toy, '{"facts": {"wind": "3", "road": "main"}}', name="a", number=1),
        read_facts(toy, {"wind": 3, "road": "main"}),
        read_assignments(toy, ["road=main", "wind=3"]),
    )
    assert {tuple(steps(facts).items()) for facts in forms} == {(("road", 1), ("wind", 3))}


# --- What is refused, besides the examples ----------------------------------------------------------------------------


def test_a_float_is_refused_because_it_is_not_exact(toy: Guideline) -> None:
    assert told(lambda: read_facts(toy, {"wind": 59.5, "grip": float("nan")})) == (
        "error[patient.inexact]: `nan` is a binary floating-point number, which is not exact\n"
        "  --> facts: $.grip\n"
        '  help: give it as a text, such as "nan", or as a decimal\n'
        "error[patient.inexact]: `59.5` is a binary floating-point number, which is not exact\n"
        "  --> facts: $.wind\n"
        '  help: give it as a text, such as "59.5", or as a decimal'
    )


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (10**5000, "patient.value"),
        (10**20, "patient.out_of_range"),
        (Decimal("NaN"), "patient.value"),
        (Decimal("1E+999999"), "patient.value"),
        (Fraction(1, 10**5000), "patient.value"),
        (True, "patient.value"),
        ("half", "patient.value"),
        ("1\ud800", "patient.character"),
        (object(), "patient.wrong_kind"),
        (b"3", "patient.wrong_kind"),
        ([3], "patient.wrong_kind"),
        ({"value": {"value": 3}}, "patient.wrong_kind"),
        ({"value": 3, "unit": "m/s"}, "patient.unknown_key"),
        ({"at": "2026-01-15"}, "patient.missing_key"),
        ({"value": 3, "at": "soon"}, "patient.date"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_that_python_callers_may_not_give(toy: Guideline, value: object, code: str) -> None:
    found = rejected(lambda: read_facts(toy, {"wind": value}))
    assert code in {each.code for each in found}
    assert all(each.place.path.startswith("$.wind") for each in found)
    str(found).encode("utf-8")


def test_a_number_is_no_choice_and_no_yes_or_no(toy: Guideline) -> None:
    numbers = {"road": 1, "bridge": 1, "salt_in_stock": Decimal(0)}
    assert [each.code for each in rejected(lambda: read_facts(toy, numbers))] == ["patient.value"] * 3


def test_options_that_are_wrong(toy: Guideline) -> None:
    wrong = ["wind", "=3", "grip=", "cars=1", "cars=2", "road=Main", "winds=3", f"lorries={'9' * 5000}"]
    assert told(lambda: read_assignments(toy, wrong)) == (
        "error[patient.assignment]: `=3` does not give a fact a value\n"
        "  --> --fact =3\n"
        "  help: write it like `--fact age=41`\n"
        "error[patient.given_twice]: `cars` is given twice\n"
        "  --> --fact cars=2\n"
        "  help: give it once\n"
        "error[patient.assignment]: `grip=` does not give a fact a value\n"
        "  --> --fact grip=\n"
        "  help: write it like `--fact age=41`\n"
        f"error[patient.value]: `{'9' * 60}…` is not a number that can be read\n"
        f"  --> --fact lorries={'9' * 52}…\n"
        "  help: write it with digits and a point, such as 3.8; at most 15 digits\n"
        "error[patient.value]: `Main` is not a choice of `road`\n"
        "  --> --fact road=Main\n"
        "  help: did you mean `main`?\n"
        "error[patient.assignment]: `wind` does not give a fact a value\n"
        "  --> --fact wind\n"
        "  help: write it like `--fact age=41`\n"
        "error[patient.unknown_fact]: `winds` is not a fact of `toy`\n"
        "  --> --fact winds=3\n"
        "  help: did you mean `wind`?"
    )


def test_a_line_that_is_wrong_says_which(toy: Guideline) -> None:
    assert told(lambda: read_line(toy, '{"facts": {"wind": 300}}', name="roads.jsonl", number=7)) == (
        "error[patient.out_of_range]: `300` is outside the range of `wind`\n"
        "  --> roads.jsonl:7: $.facts.wind\n"
        "  help: `wind` runs from 0 to 150, in km/h"
    )
    assert told(lambda: read_line(toy, '{"facts": {"wind": 3}', name="roads.jsonl", number=7)) == (
        "error[json.syntax]: this cannot be read as JSON\n"
        "  --> roads.jsonl:7:22\n"
        '7 | {"facts": {"wind": 3}\n'
        "  |                      ^\n"
        "  help: the document ends too early: close what is open"
    )
    assert told(lambda: read_line(toy, " \n", name="roads.jsonl", number=7)) == (
        "error[file.empty]: the line is empty\n  --> roads.jsonl:7\n  help: write something in it"
    )
