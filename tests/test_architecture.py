"""The house: imports point one way, two libraries have one door each, no file or function outgrows its idea, and no
Python file names a disease, a drug or a fact."""

import ast
import re
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parent.parent
ROOMS = ("engine", "explain", "audit", "candor")
"""From the ground up: a room may import itself and those before it."""
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
WORDS = Path(__file__).with_name("clinical_words.txt")
EXCEPT = "except "
ALONE = {"audit/check_certificate.py": 720}
"""Files that must run with nothing beside them, which is why they are longer than others: how long at most."""


def _imported(path: Path) -> set[str]:
    modules: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            assert node.module is not None
            modules.add(node.module)
    return modules


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_there_is_something_to_look_at() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in FILES} == set(ROOMS)


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_imports_point_down_the_arrow(path: Path) -> None:
    floor = ROOMS.index(path.relative_to(ROOT).parts[0])
    above = set(ROOMS[floor + 1 :]) | {"knowledge", "tests", "benchmarks"}
    assert not {module for module in _imported(path) if module.split(".")[0] in above}


FIRST = """
import importlib, sys
for name in sys.argv[1:]:
    for known in [each for each in sys.modules if each.partition(".")[0] == "engine"]:
        del sys.modules[known]
    importlib.import_module(name)
"""


def test_each_module_of_the_engine_can_be_the_first_to_be_imported() -> None:
    names = [f"engine.{path.stem}" for path in FILES if path.parent.name == "engine" and path.stem != "__init__"]
    ran = subprocess.run([sys.executable, "-c", FIRST, *names], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize(
    ("library", "door"),
    [("durable_rules_engine", "engine/matcher/"), ("z3", "engine/logic"), ("pysat", "engine/logic/clauses.py")],
)
def test_a_library_behind_one_door_is_imported_nowhere_else(library: str, door: str) -> None:
    using = [_name(path) for path in FILES if any(module.split(".")[0] == library for module in _imported(path))]
    assert using
    assert all(name.startswith(door) for name in using)


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_no_file_or_function_outgrows_its_idea(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\n") <= ALONE.get(_name(path), 400)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            assert node.end_lineno - node.lineno + 1 <= 40, f"{node.name} is too long"


def test_nobody_uses_the_host_of_durable_rules() -> None:
    assert not [path for path in FILES if "durable" in {module.split(".")[0] for module in _imported(path)}]


@cache
def _python_files() -> tuple[Path, ...]:
    """All of the repository, tests and benchmarks too; what a build left or an environment is no part of it."""
    folders = [path for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")]
    own = [path for path in folders if path.name not in ("build", "dist") and not (path / "pyvenv.cfg").exists()]
    return tuple(sorted([*ROOT.glob("*.py"), *(path for folder in own for path in folder.rglob("*.py"))]))


def _lines() -> list[str]:
    return [line for line in WORDS.read_text("utf-8").splitlines() if line and not line.startswith("#")]


@cache
def _listed() -> tuple[str, ...]:
    """Diseases, drugs and what is measured in them."""
    return tuple(line for line in _lines() if not line.startswith(EXCEPT))


@cache
def _excepted() -> Mapping[str, str]:
    """Names in guidelines that Python may use too, and why."""
    return dict(line.removeprefix(EXCEPT).split(": ", 1) for line in _lines() if line.startswith(EXCEPT))


@cache
def _names_in_guidelines() -> frozenset[str]:
    """Every fact of the built-in guidelines, and their findings, scores and outcomes of more than one word: those of
    one word are English. The files are read as they are, so that no guideline needs to load."""
    names: set[str] = set()
    for path in sorted((ROOT / "knowledge").glob("*/*.yaml")):
        document = YAML(typ="safe").load(path.read_text("utf-8")) or {}
        names |= set(document.get("facts") or ()) if path.name == "facts.yaml" else set()
        for part in ("findings", "scores", "outcomes"):
            names |= {name for name in document.get(part) or () if "_" in name}
    return frozenset(names)


@cache
def _clinical() -> re.Pattern[str]:
    """The listed words, as parts of longer names too, and the names in guidelines; in any case."""
    words = "|".join(map(re.escape, _listed()))
    names = "|".join(_names_in_guidelines() - set(_excepted()))
    return re.compile(rf"\b(?:{names})\b|(?<![a-z])(?:{words})(?![a-z])", re.IGNORECASE)


@pytest.mark.parametrize("path", _python_files(), ids=_name)
def test_no_python_file_names_a_disease_a_drug_or_a_fact(path: Path) -> None:
    found = set(_clinical().findall(path.read_text("utf-8")))
    assert found == set(), "what knows medicine belongs into a data file, and tests of the engine use tests/toy"


def test_every_room_and_the_tests_and_benchmarks_are_searched() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in _python_files()} >= {*ROOMS, "tests", "benchmarks"}
    assert Path(__file__) in _python_files()


@pytest.mark.parametrize("path", sorted((ROOT / "knowledge").glob("*/facts.yaml")), ids=_name)
def test_every_fact_of_a_guideline_is_searched_for(path: Path) -> None:
    _, body = re.split(r"^facts:\n", path.read_text("utf-8"), maxsplit=1, flags=re.MULTILINE)
    facts = re.findall(r"^  (\w+):", re.split(r"^\w", body, maxsplit=1, flags=re.MULTILINE)[0], re.MULTILINE)
    assert facts
    for fact in {*facts} - {*_excepted()}:
        assert _clinical().findall(f"if {fact.upper()} in given: pass") == [fact.upper()]


@pytest.mark.parametrize("word", _listed())
def test_every_listed_word_is_searched_for(word: str) -> None:
    assert _clinical().search(f"{word.upper()}_28 = 1")
    assert not _clinical().search(f"un{word}ed")


def test_every_exception_is_needed_and_has_a_reason() -> None:
    texts = [path.read_text("utf-8") for path in _python_files()]
    for name, reason in _excepted().items():
        assert reason
        assert name in _names_in_guidelines()
        assert any(re.search(rf"\b{name}\b", text, re.IGNORECASE) for text in texts), name
