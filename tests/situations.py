"""Mistakes that no edit of a text can show, as data: in words, and as what is done in an empty folder."""

import os
import subprocess
from collections.abc import Callable
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from candor.authoring.beginning import begin
from candor.revisions import guideline_at
from engine.errors import Rejected
from engine.facts import read_assignments, read_facts, read_patient_file
from engine.guideline import Guideline
from engine.loading import load
from engine.loading.files import MAX_BYTES
from engine.loading.nodes import MAX_VALUES
from engine.patient import Facts
from tests.mistake_examples import TOY, copy_of_toy, printed

RULE = "  r{}: {{title: Bridge, when: {{bridge: yes}}, then: clear, because: A bridge., source: {{basis: added}}}}\n"
LINK = (
    "  r{0}: {{title: Again, when: {{again_{1}: yes}}, then: again_{0}, because: Again., source: {{basis: added}}}}\n"
)


@dataclass(frozen=True, slots=True)
class Situation:
    """How a mistake is made: told in `words`, with what is written where that can be shown, and done by `make`."""

    words: str
    make: Callable[[Path], object]
    written: str = ""
    language: str = ""

    def said(self, code: str, folder: Path) -> str:
        """What is said about the mistake when it is made in `folder`: the diagnostics of this code."""
        try:
            self.make(folder)
        except Rejected as rejected:
            return printed((each for each in rejected.diagnostics if each.code == code), folder)
        return "nothing"


def _toy() -> Guideline:
    return load(TOY)


def _patient(folder: Path, content: bytes, name: str = "patient.yaml") -> Facts:
    """Reads a patient's file with this content."""
    path = folder / name
    path.write_bytes(content)
    return read_patient_file(_toy(), path)


def _folder_as_patient(folder: Path) -> Facts:
    path = folder / "patient.yaml"
    path.mkdir()
    return read_patient_file(_toy(), path)


def _circular_link(folder: Path) -> Facts:
    path = folder / "patient.yaml"
    path.symlink_to(path)
    return read_patient_file(_toy(), path)


def _without_decisions(folder: Path) -> Guideline:
    toy = copy_of_toy(folder)
    for path in toy.glob("*.yaml"):
        if path.name not in ("guideline.yaml", "facts.yaml"):
            path.unlink()
    return load(toy)


def _with_many_rules(folder: Path) -> Guideline:
    toy = copy_of_toy(folder)
    with (toy / "clearing.yaml").open("a", encoding="utf-8") as file:
        file.writelines(RULE.format(number) for number in range(1_000))
    return load(toy)


def _with_a_long_chain(folder: Path) -> Guideline:
    toy = copy_of_toy(folder)
    file = toy / "clearing.yaml"
    chain = [f"  again_{number}: It snows, as {number} times before" for number in range(70)]
    head, rules = file.read_text("utf-8").split("rules:\n")
    links = [LINK.format(number, number - 1) for number in range(1, 70)]
    first = LINK.format(0, 0).replace("again_0: yes", "bridge: yes", 1)
    findings = "\n".join(["findings:", *chain]) + "\n"
    file.write_text(head + findings + "rules:\n" + rules + "".join([first, *links]), "utf-8")
    return load(toy)


def _begun_twice(folder: Path) -> Path:
    begin("house_plants", folder)
    return begin("house_plants", folder)


def _begun_without_room(folder: Path) -> Path:
    """On a path that no system can write."""
    with patch("candor.authoring.beginning.mkdtemp", side_effect=PermissionError(13, "Permission denied")):
        return begin("house_plants", folder)


def _revision(name: str, folder: Path, *, in_git: bool = True, path: str | None = None) -> Guideline:
    """Asks for a revision in a folder that is a git repository with one commit, or none, and has the toy guideline."""
    copy_of_toy(folder)
    for command in _COMMIT if in_git else ():
        subprocess.run(["git", *_ALONE, *command], cwd=folder, check=True, capture_output=True)
    around = {"GIT_CEILING_DIRECTORIES": str(folder.parent)} | ({} if path is None else {"PATH": path})
    with chdir(folder), patch.dict(os.environ, around), guideline_at(name) as guideline:
        return guideline


_ALONE = ("-c", "user.name=Road crew", "-c", "user.email=crew@example.org", "-c", "commit.gpgsign=false")
_COMMIT = (("init", "-q"), ("add", "-A"), ("commit", "-qm", "The toy guideline"))

SITUATIONS = {
    "new.already_there": Situation(
        "`candor new house_plants`, given twice.",
        _begun_twice,
    ),
    "new.name": Situation(
        '`candor new "House Plants"`',
        lambda folder: begin("House Plants", folder),
    ),
    "new.no_folder": Situation(
        "`candor new house_plants --in gardens`, where there is no folder `gardens`.",
        lambda folder: begin("house_plants", folder / "gardens"),
    ),
    "new.not_writable": Situation(
        "`candor new house_plants`, in a folder in which one may not write.",
        _begun_without_room,
    ),
    "file.binary": Situation(
        "The file `patient.yaml` is an image.",
        lambda folder: _patient(folder, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
    ),
    "file.character": Situation(
        "In the file `patient.yaml`, a comment holds a character that turns the direction of writing around. It is"
        " shown as `\N{REPLACEMENT CHARACTER}`.",
        lambda folder: _patient(folder, "facts: {bridge: yes}  # a \u202eroad\n".encode()),
    ),
    "file.is_folder": Situation("There is a folder named `patient.yaml`.", _folder_as_patient),
    "file.not_folder": Situation(
        "A file of the guideline is named instead of its folder.",
        lambda folder: load(copy_of_toy(folder) / "guideline.yaml"),
    ),
    "file.not_readable": Situation("The file `patient.yaml` is a link to itself.", _circular_link),
    "file.not_there": Situation(
        "There is no file `patient.yaml`.", lambda folder: read_patient_file(_toy(), folder / "patient.yaml")
    ),
    "file.not_utf8": Situation(
        "The file `patient.yaml` was saved as Latin-1, where `é` is no UTF-8. It is shown as"
        " `\N{REPLACEMENT CHARACTER}`.",
        lambda folder: _patient(folder, "patient: Allée 40\nfacts: {bridge: yes}\n".encode("latin-1")),
    ),
    "file.too_large": Situation(
        "The file `patient.yaml` has one byte more than 1 MiB.",
        lambda folder: _patient(folder, b" " * (MAX_BYTES + 1)),
    ),
    "file.too_many_mistakes": Situation(
        "The file `patient.yaml` gives 20,000 facts that are not known. After this, 500 of them are listed.",
        lambda folder: _patient(folder, ("facts:\n" + "".join(f"  f{at}: 1\n" for at in range(20_000))).encode()),
    ),
    "revision.folder": Situation(
        "In a repository whose guideline is in the folder `toy`:",
        lambda folder: _revision("HEAD:toys", folder),
        "candor diff HEAD:toys toy",
        "sh",
    ),
    "revision.no_git": Situation(
        "On a machine without git:",
        lambda folder: _revision("HEAD:toy", folder, path=str(folder)),
        "candor diff HEAD:toy toy",
        "sh",
    ),
    "revision.no_repository": Situation(
        "In a folder that is in no git repository:",
        lambda folder: _revision("HEAD:toy", folder, in_git=False),
        "candor diff HEAD:toy toy",
        "sh",
    ),
    "revision.unknown": Situation(
        "In a repository with one commit:",
        lambda folder: _revision("HEAD~1:toy", folder),
        "candor diff HEAD~1:toy toy",
        "sh",
    ),
    "yaml.too_many_values": Situation(
        "The file `patient.yaml` is a list of 100,001 numbers, all on one line.",
        lambda folder: _patient(folder, b"[" + b"1," * MAX_VALUES + b"1]\n"),
    ),
    "json.too_many_values": Situation(
        "The file `patient.json` is a list of 100,001 numbers.",
        lambda folder: _patient(folder, b"[" + b"1," * MAX_VALUES + b"1]\n", "patient.json"),
    ),
    "guideline.no_decision": Situation(
        "The folder `toy` has `guideline.yaml` and `facts.yaml`, and nothing else.", _without_decisions
    ),
    "decision.too_deep": Situation("In `clearing.yaml` 70 findings rest on one another.", _with_a_long_chain),
    "decision.too_large": Situation("The file `clearing.yaml` has 1,000 rules more.", _with_many_rules),
    "patient.assignment": Situation(
        "An option has no value:",
        lambda _: read_assignments(_toy(), ["wind"]),
        "candor decide toy/gritting --fact wind",
        "sh",
    ),
    "patient.given_twice": Situation(
        "Two options name the same fact:",
        lambda _: read_assignments(_toy(), ["wind=30", "wind=40"]),
        "candor decide toy/gritting --fact wind=30 --fact wind=40",
        "sh",
    ),
    "patient.character": Situation(
        "In Python:",
        lambda _: read_facts(_toy(), {"road": "main\u202e"}),
        'read_facts(guideline, {"road": "main\\u202e"})',
        "python",
    ),
    "patient.inexact": Situation(
        "In Python:",
        lambda _: read_facts(_toy(), {"wind": 59.5}),
        'read_facts(guideline, {"wind": 59.5})',
        "python",
    ),
}
"""By code."""
