"""Faults of what proofs rest on: each leaves out or loosens one constraint of `engine.logic`, and a test must notice.

The table is `tests/encoding_faults.yaml`: by file, what the constraint claims, the exact piece of code, what stands
there instead, and the tests that must fail. `python -m tests.encoding_faults` puts one fault after the other into a
copy of the tree and runs the tests of each; words behind the command choose the faults whose claim or file has one.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ruamel.yaml import YAML

ROOT = Path(__file__).parent.parent
TABLE = Path(__file__).with_suffix(".yaml")
COPIED = ("pyproject.toml", "engine", "explain", "audit", "candor", "knowledge", "tests", "examples")
TIMEOUT = 60
"""Seconds for the tests of one fault, which take two; a search that a fault makes endless is ended after them."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A piece of code of a file, what stands there instead, and the tests, by node id, each of which must fail then.
    `claim` is what the piece of code has be so."""

    file: str
    claim: str
    code: str
    instead: str
    tests: tuple[str, ...]

    @property
    def times(self) -> int:
        """How often the piece of code stands in its file; once, if the table is not stale."""
        return self._text.count(self.code)

    @property
    def faulty(self) -> str:
        """The text of the file with the fault."""
        return self._text.replace(self.code, self.instead)

    def put_into(self, tree: Path) -> None:
        """Writes the faulty file to a copy of the tree."""
        (tree / self.file).write_text(self.faulty, "utf-8")

    def take_out_of(self, tree: Path) -> None:
        """Writes the file to a copy of the tree as it is."""
        (tree / self.file).write_text(self._text, "utf-8")

    @property
    def _text(self) -> str:
        return (ROOT / self.file).read_text("utf-8")


def faults() -> tuple[Fault, ...]:
    """The table."""
    table = YAML(typ="safe").load(TABLE)
    return tuple(_fault(file, each) for file, entries in table.items() for each in entries)


def _fault(file: str, entry: Mapping[str, str | list[str]]) -> Fault:
    tests, texts = entry["tests"], {name: entry[name] for name in ("claim", "code", "instead")}
    assert isinstance(tests, list)
    assert entry.keys() == {*texts, "tests"}
    return Fault(file, **{name: str(text) for name, text in texts.items()}, tests=tuple(tests))


def ending(tree: Path, tests: Sequence[str], seconds: int = TIMEOUT) -> str:
    """How tests ended in a copy of the tree: `failed` or `passed` all of them, `some` failed, `endless`; else nothing
    can be said of them, as of tests that are not found."""
    command = [sys.executable, "-m", "pytest", "-q", "--tb=no", "--no-header", "-p", "no:cacheprovider", *tests]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        ran = subprocess.run(
            command, cwd=tree, env=environment, capture_output=True, text=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return "endless"
    last = (ran.stdout.strip().splitlines() or [""])[-1]
    counted = [word for word in ("passed", "failed", "error") if re.search(rf"\b\d+ {word}", last)]
    return {"passed": "passed", "failed": "failed", "passed failed": "some"}.get(" ".join(counted), "not told")


def _campaign(chosen: Sequence[Fault], tree: Path) -> Iterator[Fault]:
    """Runs the tests of each fault, tells of it, and gives those that were not noticed."""
    told = {"failed": "noticed", "endless": "noticed, as a search that does not end"}
    for number, fault in enumerate(chosen, 1):
        fault.put_into(tree)
        ended = ending(tree, fault.tests)
        fault.take_out_of(tree)
        _say(f"{number}/{len(chosen)} {told.get(ended, f'NOT NOTICED ({ended})')}: {fault.file}: {fault.claim}")
        if ended not in told:
            yield fault


def _main(words: Sequence[str]) -> int:
    chosen = [each for each in faults() if not words or any(word in f"{each.file} {each.claim}" for word in words)]
    stale = [each for each in chosen if each.times != 1]
    for each in stale:
        _say(f"stale: {each.file} has `{each.code}` {each.times} times")
    if stale or not chosen:
        return 2
    with TemporaryDirectory() as folder:
        tree = Path(folder)
        _copy_to(tree)
        tests = sorted({test for each in chosen for test in each.tests})
        if ending(tree, tests, 10 * TIMEOUT) != "passed":
            _say("the tests do not pass as it is")
            return 2
        missed = list(_campaign(chosen, tree))
    _say(f"{len(chosen) - len(missed)} of {len(chosen)} faults noticed, by {len(tests)} tests")
    return 1 if missed else 0


def _copy_to(tree: Path) -> None:
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, tree / name)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
