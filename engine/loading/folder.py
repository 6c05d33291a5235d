"""A guideline's folder: which files there are, of what kind each is, and what they say as trees."""

from collections.abc import Mapping as Lookup
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from engine.diagnostics import MAX_MISTAKES, Diagnostic, Diagnostics, Place, TooManyMistakes, shown
from engine.loading.files import text_in_file
from engine.loading.names import is_name
from engine.loading.nodes import Mapping, Node
from engine.loading.yaml_nodes import yaml_document

GUIDELINE, FACTS, FINDINGS = "guideline.yaml", "facts.yaml", "findings.yaml"
_YAML, _CASES = ".yaml", ".cases.yaml"
_DECISION_KEYS = frozenset({"decision", "question", "outcomes", "rules"})
KEPT = 64
"""Of how many files it is kept what they hold."""


@dataclass(frozen=True, slots=True)
class Trees:
    """What the files of a folder say. A tree is None where its file is not there or cannot be used."""

    folder: Path
    guideline: Node | None
    facts: Node | None
    findings: Node | None
    has_findings: bool
    decisions: Lookup[str, Node | None]
    """By name, sorted."""
    cases: Lookup[str, Node | None]
    """By the name of their decision, sorted."""

    def place(self, file: str) -> Place:
        """A file as a whole."""
        return Place((self.folder / file).as_posix())


def trees_in(folder: Path, with_cases: bool, notes: Diagnostics) -> Trees | None:
    """Reads every file of a folder; None where the folder itself cannot be read."""
    names = _names(folder, notes)
    if names is None:
        return None
    decisions = [name for name in names if _is_decision(folder, name, notes)]
    cases = [name for name in names if name.endswith(_CASES) and with_cases]
    trees = Trees(
        folder=folder,
        guideline=_tree(folder / GUIDELINE, notes),
        facts=_tree(folder / FACTS, notes),
        findings=_tree(folder / FINDINGS, notes) if FINDINGS in names else None,
        has_findings=FINDINGS in names,
        decisions={name.removesuffix(_YAML): _decision_tree(folder / name, notes) for name in decisions},
        cases={name.removesuffix(_CASES): _tree(folder / name, notes) for name in cases},
    )
    _note_lonely(trees, notes)
    return trees


def _names(folder: Path, notes: Diagnostics) -> list[str] | None:
    """The names of the YAML files, sorted; hidden files are nobody's business."""
    place = Place(folder.as_posix())
    try:
        files = sorted(path.name for path in folder.iterdir())
    except NotADirectoryError:
        notes.add("file.not_folder", "this is a file, not a folder", place, "name the folder of a guideline")
    except OSError:
        notes.add("file.not_readable", "the folder cannot be read", place, "check who may read it")
    else:
        return [name for name in files if name.lower().endswith((".yaml", ".yml")) and not name.startswith(".")]
    return None


def _is_decision(folder: Path, name: str, notes: Diagnostics) -> bool:
    """Whether a file is a decision by its name; one that is of no kind at all is noted."""
    if name in (GUIDELINE, FACTS, FINDINGS) or name.endswith(_CASES):
        return False
    if name.endswith(_YAML) and is_name(name.removesuffix(_YAML)):
        return True
    help = (
        "there are `guideline.yaml`, `facts.yaml`, `findings.yaml`, decisions (`name.yaml`) and their cases "
        "(`name.cases.yaml`)"
    )
    message = f"{shown(name)} is no kind of file that a guideline has"
    notes.add("file.unknown_kind", message, Place((folder / name).as_posix()), help)
    return False


def _tree(path: Path, notes: Diagnostics) -> Node | None:
    text, file = text_in_file(path, notes), path.as_posix()
    if text is None:
        return None
    try:
        node, found = _read(text, file)
    except TooManyMistakes:
        return yaml_document(text, file, notes)
    notes.extend(found)
    return node


@lru_cache(maxsize=KEPT)
def _read(text: str, file: str) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """What a file holds, and what is wrong with it. To read YAML takes most of the time of loading, and files that
    other guidelines import, or that did not change since, are read again and again. Raises `TooManyMistakes`."""
    notes = Diagnostics(MAX_MISTAKES)
    node = yaml_document(text, file, notes)
    return node, notes.sorted()


def _decision_tree(path: Path, notes: Diagnostics) -> Node | None:
    tree = _tree(path, notes)
    if isinstance(tree, Mapping) and not _DECISION_KEYS & tree.by_name().keys():
        help = "a decision has `decision`, `question`, `outcomes` and `rules`; move other files elsewhere"
        message = f"{shown(path.name)} is no decision"
        notes.add("file.unknown_kind", message, Place(path.as_posix()), help)
        return None
    return tree


def _note_lonely(trees: Trees, notes: Diagnostics) -> None:
    if not trees.decisions:
        help = "write one, in a file of its own, such as `selection.yaml`"
        notes.add("guideline.no_decision", "the guideline has no decision", Place(trees.folder.as_posix()), help)
    for name in trees.cases.keys() - trees.decisions.keys():
        message = f"there is no decision {shown(name)} for these cases"
        help = f"name the file after its decision, or write {shown(name + _YAML)}"
        notes.add("case.no_decision", message, trees.place(name + _CASES), help)
