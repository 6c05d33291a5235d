"""The house: imports point one way, two libraries have one door each, no file or function outgrows its idea."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("engine", "explain", "audit", "candor")
"""From the ground up: a room may import itself and those before it."""
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


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


@pytest.mark.parametrize(
    ("library", "door"),
    [("durable_rules_engine", "engine/matcher/"), ("z3", "engine/logic")],
)
def test_a_library_behind_one_door_is_imported_nowhere_else(library: str, door: str) -> None:
    using = [_name(path) for path in FILES if any(module.split(".")[0] == library for module in _imported(path))]
    assert using
    assert all(name.startswith(door) for name in using)


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_no_file_or_function_outgrows_its_idea(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\n") <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            assert node.end_lineno - node.lineno + 1 <= 40, f"{node.name} is too long"


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_no_python_file_names_what_only_the_knowledge_knows(path: Path) -> None:
    words = ("das28", "rheumatoid", "fibromyalgia", "dmard", "arthritis")
    text = path.read_text("utf-8").lower()
    assert not [word for word in words if word in text]


def test_nobody_uses_the_host_of_durable_rules() -> None:
    assert not [path for path in FILES if "durable" in {module.split(".")[0] for module in _imported(path)}]
