"""Examples of mistakes as data: `tests/mistakes/*.txt`, each an edit of the toy guideline, or a patient, and exactly
what is said about it.

An example is a line `=== name`, the file's name, the edit (`- ` lines that stand there, `+ ` lines in their place;
with no `- ` lines the others are appended), an empty line, and the diagnostics as people read them. Refreshed by
`python -m tests.mistake_examples`, and then read.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.diagnostics import as_text
from engine.errors import Rejected
from engine.facts import read_patient_file
from engine.loading import load

TESTS = Path(__file__).parent
TOY = TESTS / "toy"
FOLDER = TESTS / "mistakes"


@dataclass(frozen=True, slots=True)
class Mistake:
    """One example, and what is said about it."""

    name: str
    file: str
    removed: str
    added: str
    said: str

    @property
    def is_patient(self) -> bool:
        return self.file.startswith("patient.")


def mistakes() -> Iterator[Mistake]:
    """Every example, in the order of files and within them."""
    for path in sorted(FOLDER.glob("*.txt")):
        yield from mistakes_in(path)


def mistakes_in(path: Path) -> Iterator[Mistake]:
    for block in path.read_text("utf-8").split("\n=== ")[1:]:
        head, said = block.split("\n\n", 1)
        name, file, *edit = head.split("\n")
        removed = [line[2:] for line in edit if line.startswith("- ") or line == "-"]
        added = [line[2:] for line in edit if line.startswith("+ ") or line == "+"]
        assert len(removed) + len(added) == len(edit), f"{path.name}: {name}: an edit is `- ` and `+ ` lines"
        yield Mistake(name, file, _lines(removed), _lines(added), said.strip("\n"))


def said_about(mistake: Mistake, folder: Path) -> str:
    """What is said about an example, with `folder` as the place to make the mistake in."""
    try:
        if mistake.is_patient:
            path = folder / mistake.file
            path.write_text(mistake.added, "utf-8")
            read_patient_file(load(TOY), path)
        else:
            load(edited(mistake, folder))
    except Rejected as rejected:
        text = "\n\n".join(as_text(each) for each in rejected.diagnostics)
        return "\n".join(line.rstrip() for line in text.replace(f"{folder.as_posix()}/", "").split("\n"))
    return "nothing"


def edited(mistake: Mistake, folder: Path) -> Path:
    """A copy of the toy guideline with the mistake in it."""
    toy = folder / "toy"
    shutil.copytree(TOY, toy)
    path = toy / mistake.file
    text = path.read_text("utf-8") if path.exists() else ""
    assert text.count(mistake.removed) == 1 or not mistake.removed, f"{mistake.name}: `- ` lines must stand there once"
    text = text.replace(mistake.removed, mistake.added) if mistake.removed else text + mistake.added
    path.write_text(text, "utf-8")
    return toy


def _lines(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _refresh() -> None:
    for path in sorted(FOLDER.glob("*.txt")):
        intro = path.read_text("utf-8").split("\n=== ")[0]
        path.write_text("\n".join([intro, *(_written(mistake) for mistake in mistakes_in(path))]), "utf-8")


def _written(mistake: Mistake) -> str:
    with TemporaryDirectory() as folder:
        mistake = replace(mistake, said=said_about(mistake, Path(folder)))
    removed = "".join(f"- {line}".rstrip() + "\n" for line in mistake.removed.split("\n")[:-1])
    added = "".join(f"+ {line}".rstrip() + "\n" for line in mistake.added.split("\n")[:-1])
    return f"=== {mistake.name}\n{mistake.file}\n{removed}{added}\n{mistake.said}\n"


if __name__ == "__main__":
    _refresh()
