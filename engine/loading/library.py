"""Where imported guidelines are found: beside the folder of the one that imports, then in the folders of a library."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from engine.diagnostics import Diagnostics, counted, did_you_mean, quoted, shown
from engine.errors import GuidelineRejected
from engine.guideline import Guideline
from engine.loading.circles import chain_text
from engine.loading.folder import GUIDELINE
from engine.loading.names import is_name
from engine.loading.nodes import Scalar

Load = Callable[[Path, "Library"], Guideline]


@dataclass(frozen=True, slots=True)
class Library:
    """Folders that hold guidelines, each in a folder of its own. `chain` are the guidelines that are being loaded, each
    imported by the one before; those that were found are kept."""

    folders: tuple[Path, ...]
    load: Load
    chain: tuple[Path, ...] = ()
    found: dict[Path, Guideline | None] = field(default_factory=dict)

    def within(self, folder: Path) -> "Library":
        """The library as the guideline in a folder sees it."""
        near = folder if folder.name not in ("", "..") else folder.resolve()
        return Library((near.parent, *self.folders), self.load, (*self.chain, near.resolve()), self.found)

    def find(self, name: Scalar, notes: Diagnostics) -> Guideline | None:
        """The guideline of that name; None where there is none that can be used, with the reason noted."""
        path = next((path for path in self._paths(name.text)), None)
        if path is not None and path.resolve() in self.chain:
            circle = [*self.chain[self.chain.index(path.resolve()) :], path]
            message = f"guidelines import one another in a circle: {chain_text(tuple(each.name for each in circle))}"
            notes.add("import.circular", message, name.place, "decide one of them without the others")
            return None
        if path is None:
            known = sorted({each.parent.name for root in self.folders for each in root.glob(f"*/{GUIDELINE}")})
            help = did_you_mean(name.text, known, f"the guidelines are {quoted(known)}" if known else "there is none")
            message = f"there is no guideline {shown(name.text)} beside this one or among those that come with Candor"
            notes.add("import.unknown_guideline", message, name.place, help)
            return None
        if path not in self.found:
            self.found[path] = self._loaded(path, name, notes)
        return self.found[path]

    def _paths(self, name: str) -> Iterator[Path]:
        paths: Iterable[Path] = (root / name for root in self.folders) if is_name(name) else ()
        return (path for path in paths if (path / GUIDELINE).is_file())

    def _loaded(self, path: Path, name: Scalar, notes: Diagnostics) -> Guideline | None:
        try:
            return self.load(path, Library(self.folders[1:], self.load, self.chain, self.found))
        except GuidelineRejected as rejected:
            first = rejected.diagnostics[0]
            message = f"`{name.text}` has {counted(len(rejected.diagnostics), 'mistake')} of its own: {first.message}"
            notes.add("import.rejected", message, name.place, f"repair it first: {first.place}")
            return None
