"""`candor new`: a guideline that is well from its first minute, and nothing is ever overwritten."""

from pathlib import Path

import pytest

from candor import load_guideline
from candor.authoring import beginning
from candor.authoring.beginning import DECISION, TEMPLATE, begin
from engine.errors import GuidelineRejected
from engine.guideline import FactType
from tests.commands import candor
from tests.test_docs import mismatches_in


def test_what_is_made_loads_and_its_cases_come_out(tmp_path: Path) -> None:
    ran = candor("new", "house_plants", cwd=tmp_path)
    assert (ran.code, ran.err) == (0, "")
    guideline = load_guideline(str(tmp_path / "house_plants"))
    assert guideline.id == "house_plants"
    cases = guideline.decisions[DECISION].cases.values()
    assert {rule for case in cases for rule in (case.expect.fired or ())} >= {
        name for name, rule in guideline.decisions[DECISION].rules.items() if rule.concludes
    }
    assert list(mismatches_in(guideline)) == []
    assert candor("fmt", "--check", cwd=tmp_path).code == 0


def test_what_is_made_is_proved_covered_and_no_change_to_it_goes_unnoticed(tmp_path: Path) -> None:
    assert candor("new", "house_plants", cwd=tmp_path).code == 0
    checked = candor("check", "./house_plants", cwd=tmp_path)
    assert (checked.code, checked.out.splitlines()[0]) == (0, "house_plants 0.1.0: no flaws")
    tested = candor("test", "./house_plants", "--require", "complete", cwd=tmp_path)
    assert (tested.code, tested.err) == (0, "")
    mutated = candor("mutate", "./house_plants", cwd=tmp_path)
    assert (mutated.code, "survived: " in mutated.out) == (0, False)


def test_it_shows_every_part_of_the_language_that_a_beginner_needs() -> None:
    guideline = load_guideline(str(TEMPLATE))
    decision = guideline.decisions[DECISION]
    assert {fact.type for fact in guideline.facts.values()} == set(FactType)
    assert len(decision.outcomes) == 2
    assert decision.findings
    assert any(rule.caution for rule in decision.rules.values())
    assert any(rule.unless for rule in decision.rules.values())
    for path in TEMPLATE.glob("*.yaml"):
        assert path.read_text("utf-8").startswith("# "), "every file says what it holds"


def test_the_commands_that_it_names_work(tmp_path: Path) -> None:
    out = candor("new", "house_plants", "--in", tmp_path).out
    commands = [line.partition("candor ")[2] for line in out.splitlines() if "candor " in line]
    assert [command.split()[0] for command in commands] == ["show", "decide", "watch"]
    assert candor(*commands[0].split()).code == 0
    decided = candor(*commands[1].split())
    assert (decided.code, decided.err) == (0, "")
    assert "In full sun water only the soil" in decided.out


@pytest.mark.parametrize(
    ("name", "help"),
    [
        ("House Plants", "write it like `house_plants`"),
        ("back-pain", "write it like `back_pain`"),
        ("../up", "write it like `up`"),
        ("1st", "names begin with a small letter"),
        ("", "names begin with a small letter"),
        ("unknown", "choose another name"),
        ("a" * 65, "64 characters at most"),
    ],
)
def test_a_name_that_is_none_is_refused(name: str, help: str, tmp_path: Path) -> None:
    ran = candor("new", name, cwd=tmp_path)
    assert (ran.code, ran.out) == (1, "")
    assert "error[new.name]: " in ran.err
    assert help in ran.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("there", ["folder", "file", "link"])
def test_what_is_there_is_not_touched(there: str, tmp_path: Path) -> None:
    path = tmp_path / "plants"
    {"folder": path.mkdir, "file": lambda: path.write_text("mine"), "link": lambda: path.symlink_to("nowhere")}[there]()
    before = path.lstat().st_mtime_ns
    ran = candor("new", "plants", cwd=tmp_path)
    assert (ran.code, ran.out) == (1, "")
    assert "error[new.already_there]: `plants` is there already" in ran.err
    assert path.lstat().st_mtime_ns == before
    assert [each.name for each in tmp_path.iterdir()] == ["plants"]


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    ran = candor("new", "plants", "--in", tmp_path / "gardens")
    assert (ran.code, ran.out) == (1, "")
    assert "error[new.no_folder]: " in ran.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("broken", ["mkdtemp", "rename"])
def test_where_nothing_can_be_written_nothing_is_left_behind(
    broken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*given: object, **named: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(beginning if broken == "mkdtemp" else Path, broken, refuse)
    with pytest.raises(GuidelineRejected, match="the folder cannot be made: permission denied"):
        begin("plants", tmp_path)
    assert list(tmp_path.iterdir()) == []
