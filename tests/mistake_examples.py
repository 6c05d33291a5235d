"""Examples of mistakes as data: `tests/mistakes/*.txt`, each an edit of the toy guideline, or a patient, or both, and
exactly what is said about it.

An example is a line `=== name`, then for each file its name and the edit (`- ` lines that stand there, `+ ` lines in
their place; with no `- ` lines the others are appended), an empty line, and the diagnostics as people read them. A file
is one of the toy guideline, or, named with its folder, of a guideline beside it: `weather/facts.yaml`. A patient is
read, and where nothing is wrong with it so far, every decision is made for it. Refreshed by
`python -m tests.mistake_examples`, and then read.
"""

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.checks import check
from engine.deciding import decide
from engine.diagnostics import Diagnostic, Diagnostics, as_text
from engine.errors import InputRejected, Rejected
from engine.facts import read_patient_file
from engine.guideline import Guideline
from engine.loading import load
from engine.patient import Facts
from explain.checked import flaws_text

TESTS = Path(__file__).parent
TOY, WEATHER, SOUND = TESTS / "toy", TESTS / "weather", TESTS / "sound"
"""The guideline in which mistakes are made, the one that it imports, and one in which the checks find nothing."""
FOLDER = TESTS / "mistakes"
AT = datetime(2026, 1, 15, tzinfo=UTC)
"""When patients are decided."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What is written in one file; a patient's file is written anew."""

    file: str
    removed: str
    added: str

    @property
    def is_patient(self) -> bool:
        return self.file.startswith("patient.")

    @property
    def path(self) -> Path:
        """The file with its folder."""
        return Path(self.file if "/" in self.file else f"toy/{self.file}")


@dataclass(frozen=True, slots=True)
class Mistake:
    """One example, and what is said about it. `topic` is the file that it stands in, without its ending."""

    topic: str
    name: str
    edits: tuple[Edit, ...]
    said: str

    @property
    def is_of_checks(self) -> bool:
        """Whether it is a flaw of a guideline that loads."""
        return self.topic == "check"


def mistakes() -> Iterator[Mistake]:
    """Every example, in the order of files and within them."""
    for path in sorted(FOLDER.glob("*.txt")):
        yield from mistakes_in(path)


def mistakes_in(path: Path) -> Iterator[Mistake]:
    for block in path.read_text("utf-8").split("\n=== ")[1:]:
        head, said = block.split("\n\n", 1)
        name, *lines = head.split("\n")
        assert lines, f"{path.name}: {name}: the name of a file follows"
        yield Mistake(path.stem, name, tuple(_edits(lines)), said.strip("\n"))


def said_about(mistake: Mistake, folder: Path) -> str:
    """What is said about an example, with `folder` as the place to make the mistake in."""
    folder = folder.resolve()
    try:
        if mistake.is_of_checks:
            return without_folder("\n\n".join(flaws_in(edited(mistake.edits, folder))), folder)
        _attempt(mistake, folder)
    except Rejected as rejected:
        return printed(rejected.diagnostics, folder)
    return "nothing"


def printed(diagnostics: Iterable[Diagnostic], folder: Path) -> str:
    """Diagnostics as people read them, with places relative to `folder`."""
    return without_folder("\n\n".join(as_text(each) for each in diagnostics), folder)


def without_folder(text: str, folder: Path) -> str:
    """A text with places relative to `folder`."""
    return "\n".join(line.rstrip() for line in text.replace(f"{folder.as_posix()}/", "").split("\n"))


def flaws_in(folder: Path) -> tuple[str, ...]:
    """What the checks find in a guideline, each flaw as people read it."""
    guideline = load(folder)
    return flaws_text(guideline, check(guideline, AT.date()))


def copy_of_toy(folder: Path) -> Path:
    """A copy of the toy guideline in `folder`, with the one that it imports beside it."""
    shutil.copytree(WEATHER, folder / "weather")
    return Path(shutil.copytree(TOY, folder / "toy"))


def edited(edits: Iterable[Edit], folder: Path) -> Path:
    """A copy of the toy guideline, and of those beside it, with the edits in them; or of the sound one, where they are
    made there."""
    edits = list(edits)
    is_sound = any(edit.path.parts[0] == SOUND.name for edit in edits)
    place = Path(shutil.copytree(SOUND, folder / SOUND.name)) if is_sound else copy_of_toy(folder)
    for edit in edits:
        path = folder / edit.path
        path.parent.mkdir(exist_ok=True)
        text = path.read_text("utf-8") if path.exists() else ""
        assert text.count(edit.removed) == 1 or not edit.removed, f"`- ` lines must stand there once: {edit.removed}"
        path.write_text(text.replace(edit.removed, edit.added) if edit.removed else text + edit.added, "utf-8")
    return place


def _attempt(mistake: Mistake, folder: Path) -> None:
    edits = [edit for edit in mistake.edits if not edit.is_patient]
    guideline = load(edited(edits, folder) if edits else TOY)
    for patient in (edit for edit in mistake.edits if edit.is_patient):
        path = folder / patient.file
        path.write_text(patient.added, "utf-8")
        _decide(guideline, read_patient_file(guideline, path))


def _decide(guideline: Guideline, facts: Facts) -> None:
    """Makes every decision, and raises what is said against any of them."""
    notes = Diagnostics()
    for decision in guideline.decisions:
        try:
            decide(guideline, decision, facts, at=AT)
        except InputRejected as rejected:
            notes.extend(rejected.diagnostics)
    if notes.count:
        raise InputRejected(notes.sorted())


def _edits(lines: list[str]) -> Iterator[Edit]:
    """The edits of an example: a line that begins with neither `- ` nor `+ ` names the next file."""
    starts = [at for at, line in enumerate(lines) if line[:2] not in ("- ", "+ ", "-", "+")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        for edit in _hunks(lines[start + 1 : end]):
            removed, added = ([line[2:] for line in edit if line[0] == sign] for sign in "-+")
            yield Edit(lines[start], _lines(removed), _lines(added))


def _hunks(lines: list[str]) -> Iterator[list[str]]:
    """The edits of one file: a `- ` line after a `+ ` line begins the next."""
    starts = [at for at, line in enumerate(lines) if not at or (line[0] == "-" and lines[at - 1][0] == "+")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield lines[start:end]


def _lines(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def refresh() -> None:
    for path in sorted(FOLDER.glob("*.txt")):
        intro = path.read_text("utf-8").split("\n=== ")[0]
        path.write_text("\n".join([intro, *(_written(mistake) for mistake in mistakes_in(path))]), "utf-8")


def _written(mistake: Mistake) -> str:
    with TemporaryDirectory() as folder:
        mistake = replace(mistake, said=said_about(mistake, Path(folder)))
    edits = "".join(f"{edit.file}\n{marked('-', edit.removed)}{marked('+', edit.added)}" for edit in mistake.edits)
    return f"=== {mistake.name}\n{edits}\n{mistake.said}\n"


def marked(sign: str, text: str) -> str:
    """Lines with a sign before each."""
    return "".join(f"{sign} {line}".rstrip() + "\n" for line in text.split("\n")[:-1])


if __name__ == "__main__":
    refresh()
