"""`docs/diagnostics.md`, generated: every code with its meaning, a remark, an example and what is said about it.

Meanings are those of `engine.codes`, examples those of `tests/mistakes` (or `tests.situations`, where no edit shows the
mistake), introductions and remarks those of `diagnostics_page.txt`. Every example is run. `python -m
tests.diagnostics_page` writes the page anew.
"""

from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory

from engine.codes import MEANINGS
from tests.mistake_examples import TESTS, Edit, Mistake, marked, mistakes, said_about
from tests.situations import SITUATIONS

PAGE = TESTS.parent / "docs" / "diagnostics.md"
PROSE = TESTS / "diagnostics_page.txt"
FAULT = "candor.fault"
"""No code of a diagnostic, but of error objects; described on the page."""
MAX_LINE = 110
RARE = ("findings", "import", "score")
"""Topics of which many guidelines have nothing: their examples show only what no other does."""


def page() -> str:
    """The page as it should stand there."""
    introduction, prose = _prose()
    examples = tuple(mistakes())
    shown = _example("rule.unknown_fact", examples)
    parts = ["# Diagnostics", introduction.replace("{example}", shown.said), *_index(prose)]
    with TemporaryDirectory() as folder:
        for group, codes in groups().items():
            title, _, text = prose[group].partition("\n")
            parts += [f"## {title}", text]
            for code in codes:
                told = _told(code, examples, Path(folder, "example"))
                parts += [f"### `{code}`", f"{_sentence(MEANINGS[code])} {prose[code]}", *told]
    return "\n\n".join([*parts, f"## `{FAULT}`", prose[FAULT]]) + "\n"


def groups() -> dict[str, list[str]]:
    """The codes by their first part, in the order of `MEANINGS`."""
    found: dict[str, list[str]] = {}
    for code in MEANINGS:
        found.setdefault(code.partition(".")[0], []).append(code)
    return found


def shows(code: str, said: str) -> bool:
    """Whether what is said has this code in it."""
    return f"error[{code}]: " in said


def _prose() -> tuple[str, dict[str, str]]:
    """The introduction, and the text of each group and code."""
    introduction, *blocks = PROSE.read_text("utf-8").split("\n=== ")
    named = (block.partition("\n") for block in blocks)
    return introduction.strip(), {name: text.strip() for name, _, text in named}


def _index(prose: dict[str, str]) -> Iterator[str]:
    yield "## Index"
    lines = []
    for group, codes in groups().items():
        title = prose[group].partition("\n")[0]
        links = " · ".join(f"[`{code}`](#{code.replace('.', '')})" for code in codes)
        lines.append(f"- [{title}](#{title.lower().replace(' ', '-')}): {links}")
    yield "\n".join([*lines, f"- In JSON Lines: [`{FAULT}`](#{FAULT.replace('.', '')})"])


def _sentence(meaning: str) -> str:
    return f"{meaning[0].upper()}{meaning[1:]}."


def _told(code: str, examples: tuple[Mistake, ...], folder: Path) -> Iterator[str]:
    """The example of a code, and what is said about it now. `folder` is where to make the mistake: the same for all, so
    that files without one are read once."""
    folder.mkdir()
    if code in SITUATIONS:
        situation = SITUATIONS[code]
        yield situation.words
        if situation.written:
            yield _fenced(situation.language, situation.written)
        said = situation.said(code, folder)
    else:
        example = _example(code, examples)
        yield from (part for edit in example.edits for part in _edit(edit))
        said = said_about(example, folder)
    rmtree(folder)
    assert shows(code, said), f"the example does not give {code}, but\n{said}"
    yield _fenced("text", said)


def _example(code: str, examples: tuple[Mistake, ...]) -> Mistake:
    """The first of the shortest examples: with the fewest diagnostics, the fewest lines, the shortest text; one of a
    rare topic only where there is no other."""
    fitting = [example for example in examples if shows(code, example.said)]
    assert fitting, f"no example in tests/mistakes gives {code}"
    common = [example for example in fitting if example.topic not in RARE]
    return min(common or fitting, key=_length)


def _length(example: Mistake) -> tuple[int, int, int]:
    lines = sum((edit.removed + edit.added).count("\n") for edit in example.edits)
    return example.said.count("error["), lines, len(example.said)


def _edit(edit: Edit) -> Iterator[str]:
    is_json = edit.file.endswith(".json")
    if edit.removed:
        yield f"In `{edit.file}`:"
        yield _fenced("diff", marked("-", edit.removed) + marked("+", edit.added))
    else:
        yield f"At the end of `{edit.file}`:" if (TESTS / edit.path).exists() else f"The file `{edit.file}`:"
        yield _fenced("json" if is_json else "yaml", edit.added)


def _fenced(language: str, text: str) -> str:
    lines = [line if len(line) <= MAX_LINE or language == "text" else f"{line[:MAX_LINE]}…" for line in _lines(text)]
    return "\n".join([f"```{language}", *lines, "```"])


def _lines(text: str) -> list[str]:
    return text.rstrip("\n").split("\n")


def refresh() -> None:
    """Writes the page anew."""
    PAGE.write_text(page(), "utf-8")


if __name__ == "__main__":
    refresh()
