"""Laying out files without changing what they mean: of a file what it says, of a guideline its hash and its traces."""

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from candor.authoring.files import file_shape, kind_of_file
from candor.authoring.layout.comments import comments_in
from candor.authoring.layout.reading import scalar_spans, tree_of
from candor.authoring.layout.tree import Group
from candor.authoring.layout.writing import written
from candor.authoring.shapes import FileShape, Record, Shape, Table, fitting
from candor.guidelines import load_folder
from engine.cases import DEFAULT_AT
from engine.deciding import decide
from engine.diagnostics import Diagnostic, Diagnostics, Place, shown
from engine.errors import EngineFault, GuidelineRejected, InputRejected
from engine.guideline import Guideline
from engine.loading.files import LINE_BREAK, text_in_file
from engine.loading.folder import GUIDELINE
from engine.loading.nodes import Mapping, Node, Scalar, Sequence
from engine.loading.yaml_nodes import yaml_document
from engine.patient import Facts
from engine.trace_json import canonical


class LayoutChangesMeaning(EngineFault):
    """A layout would have changed what a file means. Nothing is written."""


@dataclass(frozen=True, slots=True)
class Laid:
    """A file before and after. `mistakes` are why it is left alone."""

    path: Path
    before: str
    after: str
    mistakes: tuple[Diagnostic, ...] = ()

    @property
    def is_changed(self) -> bool:
        return not self.mistakes and self.before != self.after


def laid_out(path: Path) -> Laid:
    """One file in canonical layout; one that cannot be read as YAML, or is of no kind, is left alone. Raises
    `LayoutChangesMeaning`."""
    notes = Diagnostics()
    raw = text_in_file(path, notes)
    node = None if raw is None else yaml_document(raw, path.as_posix(), notes)
    if raw is None or node is None or notes.count:
        return Laid(path, "", "", notes.sorted())
    kind = kind_of_file(path, node) if path.suffix in (".yaml", ".yml") else None
    if kind is None or not isinstance(node, Mapping):
        help = "lay out the files of a guideline, or a patient in YAML"
        notes.add(
            "file.unknown_kind",
            f"{shown(path.name)} is no YAML file of a guideline or patient",
            Place(path.as_posix()),
            help,
        )
        return Laid(path, "", "", notes.sorted())
    before = path.read_bytes().decode()
    return Laid(path, before, layout_of(raw, file_shape(kind), path) if node.entries else before)


def layout_of(raw: str, file: FileShape, path: Path) -> str:
    """A text in the layout of its kind of file. Raises `LayoutChangesMeaning` where it would say something else."""
    before = LINE_BREAK.sub("\n", raw)
    document = tree_of(before)
    assert isinstance(document.value, Group)
    after = written(document, file)
    if after == before:
        return after
    if _said(before, file, path) != _said(after, file, path) or _comments(before) != _comments(after):
        raise LayoutChangesMeaning(f"the layout of `{path}` would change what it says; nothing was written")
    return after


def check_guideline(folder: Path, laid: list[Laid]) -> None:
    """Loads the guideline as it is and as it would be, and decides its cases both ways. Raises `LayoutChangesMeaning`
    where anything differs."""
    changed = {each.path.name: each.after for each in laid if each.is_changed}
    if not changed:
        return
    with TemporaryDirectory() as place:
        copy = Path(place, folder.resolve().name)
        copy.mkdir()
        for path in (each for each in folder.iterdir() if each.suffix in (".yaml", ".yml") and each.is_file()):
            shutil.copyfile(path, copy / path.name)
        for name, text in changed.items():
            (copy / name).write_text(text, "utf-8")
        if _meaning(folder, folder) != _meaning(copy, folder):
            raise LayoutChangesMeaning(f"the layout of `{folder}` would change the guideline; nothing was written")


def files_of(folder: Path) -> list[Path]:
    """The YAML files of a guideline's folder."""
    names = sorted(path for path in folder.iterdir() if path.suffix == ".yaml" and not path.name.startswith("."))
    return [path for path in names if path.is_file()]


def is_guideline(folder: Path) -> bool:
    """Whether a folder is that of a guideline."""
    return (folder / GUIDELINE).is_file()


def _meaning(folder: Path, original: Path) -> object:
    """What a guideline means: its hash with every case and its trace, or the mistakes in it."""
    try:
        guideline = load_folder(folder, beside=original.resolve().parent)
    except GuidelineRejected as rejected:
        return Counter((Path(each.place.file).name, each.code) for each in rejected.diagnostics)
    return guideline.sha256, list(_traces(guideline))


def _traces(guideline: Guideline) -> Iterator[tuple[str, object]]:
    for name, decision in guideline.decisions.items():
        for case in decision.cases.values():
            expected = case.expect.model_dump_json()
            try:
                trace = decide(guideline, name, Facts(case.facts), at=case.at or DEFAULT_AT)
            except InputRejected as rejected:
                yield f"{name}/{case.id}", (expected, sorted(each.code for each in rejected.diagnostics))
            else:
                yield f"{name}/{case.id}", (expected, canonical(trace))


def _comments(text: str) -> Counter[str]:
    return Counter(each.text for each in comments_in(text, scalar_spans(text)))


def _said(text: str, file: FileShape, path: Path) -> object:
    """What a text says: every value with its place in the tree. Entries of a form count in any order."""
    notes = Diagnostics()
    node = yaml_document(text, path.as_posix(), notes)
    return None if node is None or notes.count else _told(node, file.whole, file)


def _told(node: Node, shape: Shape | None, file: FileShape) -> object:
    fit = None if shape is None else fitting(shape, node, file.definitions)
    match node:
        case Scalar(text):
            return text, node.is_null
        case Sequence(items):
            inner = getattr(fit, "item", None)
            return [_told(item, inner, file) for item in items]
        case Mapping(entries):
            told = [(key.text, _told(body, _inside(fit, key.text), file)) for key, body in entries]
            return dict(told) if isinstance(fit, Record) else told


def _inside(fit: Shape | None, name: str) -> Shape | None:
    if isinstance(fit, Record):
        return fit.entries[name].shape if name in fit.entries else None
    if isinstance(fit, Table):
        return fit.known[name].shape if name in fit.known else fit.value
    return None
