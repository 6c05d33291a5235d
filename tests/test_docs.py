"""The examples of README.md and docs/ are run as they stand there, and every relative link leads to something.

The blocks of a page are run in order, in a folder that holds a copy of `examples/` and `knowledge/` and nothing else:

- after `<!-- file: path -->` a block is written to that file;
- ```console: each line that begins with `$ ` is run by a shell, and the lines below it are what it prints;
- ```python: run as a program that must end well; after `<!-- output -->` the next block is what it prints.

In what is printed, a line `...` stands for any lines, and `...` within a line for any characters. Other blocks are
fragments, which the pages explain and nobody runs. `docs/diagnostics.md` has a test of its own.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from candor import Guideline, load_guideline
from engine.cases import Mismatch, run_case
from tests.commands import candor

ROOT = Path(__file__).parent.parent
PAGES = (
    "README.md",
    "docs/writing-a-guideline.md",
    "docs/editing.md",
    "docs/cookbook.md",
    "docs/knowledge-language.md",
    "docs/reading-a-trace.md",
    "docs/questions.md",
    "docs/auditing.md",
    "docs/asking.md",
    "docs/pictures.md",
    "docs/reports.md",
    "docs/checking.md",
    "docs/comparing.md",
    "docs/testing.md",
)
LINKING = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/**/*.md")
SETUP = "python3 -m venv .venv && .venv/bin/pip install -q . && .venv/bin/candor decide "
TESTS = "python3 -m venv .venv && .venv/bin/pip install -q -e '.[dev]' && .venv/bin/pytest -q -n auto --dist worksteal"
GAP = "..."
SHELL = re.compile(r"[|><&;$*?`~]")
"""What a shell makes something of."""

_FENCE = re.compile(r"(`{3,})(\w*)$")
_COMMENT = re.compile(r"<!-- (.*) -->$")
_LINK = re.compile(r"\[[^\]]*\]\(([^()\s]+)\)")
_CODE = re.compile(r"`[^`]*`")


@dataclass(frozen=True)
class Block:
    """A fenced block: the line it begins on, its language, the comment directly above it, its text."""

    line: int
    language: str
    comment: str
    text: str

    @property
    def file(self) -> str | None:
        return self.comment.removeprefix("file: ") if self.comment.startswith("file: ") else None


def blocks_in(text: str) -> Iterator[Block]:
    lines = iter(enumerate(text.splitlines(), 1))
    comment = ""
    for number, line in lines:
        if fence := _FENCE.match(line):
            inside: list[str] = []
            for _, each in lines:
                if each == fence[1]:
                    break
                inside.append(each)
            yield Block(number, fence[2], comment, "".join(f"{each}\n" for each in inside))
        if line.strip():
            comment = found[1] if (found := _COMMENT.match(line)) else ""


def commands_in(block: Block) -> Iterator[tuple[str, str]]:
    """Each command of a console block, and what it prints."""
    head, *parts = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
    assert not head, "a console block begins with `$ `"
    for part in parts:
        command, _, printed = part.partition("\n")
        yield command, printed


def is_printed(expected: str, got: str) -> bool:
    """Whether the output is the expected one, whose `...` stand for anything."""
    chunks: list[list[str]] = [[]]
    for line in expected.splitlines():
        if line.strip() == GAP:
            chunks.append([])
        else:
            chunks[-1].append(line)
    lines = got.splitlines()
    if len(chunks) == 1:
        return len(lines) == len(chunks[0]) and _stands(chunks[0], lines, 0)
    at = len(chunks[0])
    last = len(lines) - len(chunks[-1])
    if not _stands(chunks[0], lines, 0) or not _stands(chunks[-1], lines, last):
        return False
    for chunk in chunks[1:-1]:
        found = next((start for start in range(at, last - len(chunk) + 1) if _stands(chunk, lines, start)), None)
        if found is None:
            return False
        at = found + len(chunk)
    return at <= last


def _stands(chunk: list[str], lines: list[str], at: int) -> bool:
    there = lines[at : at + len(chunk)] if at >= 0 else []
    return len(there) == len(chunk) and all(_is_line(*pair) for pair in zip(chunk, there, strict=True))


def _is_line(expected: str, got: str) -> bool:
    pattern = ".*".join(re.escape(part) for part in expected.rstrip().split(GAP))
    return re.fullmatch(pattern, got.rstrip()) is not None


class Session:
    """A reader who does what a page says, in a folder of their own."""

    def __init__(self, page: str, folder: Path) -> None:
        self._page, self._folder = page, folder
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
        self._environment = {**os.environ, "PATH": path, "COLUMNS": "80", "NO_COLOR": "1", "PYTHONUTF8": "1"}
        for name in ("examples", "knowledge"):
            shutil.copytree(ROOT / name, folder / name)

    def follow(self, blocks: list[Block]) -> None:
        printed: str | None = None
        for block in blocks:
            if block.file is not None:
                path = self._folder / block.file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(block.text, "utf-8")
            elif block.language == "console":
                for command, expected in commands_in(block):
                    self._compare(block, command, expected, self._printed(command))
            elif block.language == "python":
                done = self._run([sys.executable, "-c", block.text])
                assert done.returncode == 0, f"{self._page}:{block.line}: the program fails\n{done.stdout}"
                printed = done.stdout
            elif block.comment == "output":
                assert printed is not None, f"{self._page}:{block.line}: there is no program before this output"
                self._compare(block, "the program", block.text, printed)

    def _printed(self, command: str) -> str:
        """What a command prints, errors last; one of ours that needs no shell, but perhaps a file for its output,
        without starting Python for it."""
        plain, _, file = command.partition(" > ")
        words = shlex.split(plain)
        if words[0] != "candor" or SHELL.search(plain + file):
            return self._run(["bash", "-c", command]).stdout
        ran = candor(*words[1:], cwd=self._folder, COLUMNS="80", NO_COLOR="1")
        if file:
            (self._folder / file).write_text(ran.out, "utf-8")
        return ran.err if file else ran.out + ran.err

    def _run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    def _compare(self, block: Block, command: str, expected: str, got: str) -> None:
        place = f"{self._page}:{block.line}"
        assert is_printed(expected, got), f"{place}: {command}\n\n--- the page\n{expected}\n--- printed\n{got}"


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_says_comes_out_so(page: str, tmp_path: Path) -> None:
    blocks = list(blocks_in((ROOT / page).read_text("utf-8")))
    assert any(block.language in ("console", "python") for block in blocks)
    Session(page, tmp_path).follow(blocks)
    for file in tmp_path.glob("*/guideline.yaml"):
        assert not list(mismatches_in(load_guideline(str(file.parent))))


def mismatches_in(guideline: Guideline) -> Iterator[Mismatch]:
    """What of a guideline's cases does not come out."""
    for name, decision in guideline.decisions.items():
        for case in decision.cases.values():
            yield from run_case(guideline, name, case)


@pytest.mark.parametrize(
    ("expected", "got", "same"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\n", "a\nb\n", False),
        ("a\nb\n", "a\n", False),
        ("...\nb\n", "a\na\nb\n", True),
        ("a\n...\n", "a\n", True),
        ("a\n...\nc\n...\ne\n", "a\nb\nc\nd\ne\n", True),
        ("a\n...\nc\n...\ne\n", "a\nb\nd\ne\n", False),
        ("a\n...\na\n", "a\n", False),
        ("...\na\n...\na\n...\n", "b\na\nb\n", False),
        ("to [...].\n", "to [x; y].\n", True),
        ("to [...].\n", "to [x; y],\n", False),
        ("", "a\n", False),
    ],
)
def test_dots_stand_for_anything_and_nothing_else_does(expected: str, got: str, same: bool) -> None:
    assert is_printed(expected, got) is same


def test_an_example_that_comes_out_otherwise_is_found(tmp_path: Path) -> None:
    wrong = list(blocks_in("```console\n$ echo yes\nno\n```\n"))
    with pytest.raises(AssertionError, match="echo yes"):
        Session("a page", tmp_path).follow(wrong)


def linking_pages() -> list[str]:
    return sorted(path.relative_to(ROOT).as_posix() for pattern in LINKING for path in ROOT.glob(pattern))


@pytest.mark.parametrize("page", linking_pages())
def test_links_lead_to_something(page: str) -> None:
    for target in links_in((ROOT / page).read_text("utf-8")):
        file, _, heading = target.partition("#")
        path = (ROOT / page).parent / file if file else ROOT / page
        assert path.exists(), f"{page}: {target} leads nowhere"
        if heading:
            assert heading in headings_in(path.read_text("utf-8")), f"{page}: {target} has no such heading"


def test_links_outside_code_are_found() -> None:
    text = "[a](b.md#c) `[x](y.md)` [d](https://example.org)\n```text\n[e](f.md)\n```\n[g](h.md)\n"
    assert list(links_in(text)) == ["b.md#c", "h.md"]


def links_in(text: str) -> Iterator[str]:
    """The relative links of a page."""
    for line in _prose(text):
        for target in _LINK.findall(_CODE.sub("", line)):
            if not re.match(r"[a-z]+:", target):
                yield target


def headings_in(text: str) -> set[str]:
    """The headings of a page as links name them."""
    titles = [line.lstrip("#").strip().lower() for line in _prose(text) if line.startswith("#")]
    return {re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in titles}


def _prose(text: str) -> Iterator[str]:
    fence = ""
    for line in text.splitlines():
        opening = _FENCE.match(line)
        if fence:
            fence = "" if line == fence else fence
        elif opening:
            fence = opening[1]
        else:
            yield line


def test_the_readme_sets_up_with_one_command() -> None:
    first = next(block for block in blocks_in((ROOT / "README.md").read_text("utf-8")) if block.language == "sh")
    assert first.text.startswith(SETUP)
    assert first.text.count("\n") == 1
    assert (ROOT / shlex.split(first.text)[-1]).is_file()


def test_the_readme_passes_the_tests_with_one_command() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert [block.text for block in blocks_in(text) if block.comment == "tests"] == [f"{TESTS}\n"]
    assert "\n<!-- tests -->\n```sh\n" in text, "the block stands directly below the comment"
    steps = "sed -n '/<!-- tests -->/,/```$/p' README.md | sed -n '/^```sh$/,/^```$/p' | sed '1d;$d'"
    found = subprocess.run(["bash", "-c", steps], cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout
    assert found == f"{TESTS}\n"
