"""Finding guidelines: those that come with Candor, and those in a folder of one's own."""

from pathlib import Path

from engine.diagnostics import did_you_mean, quoted
from engine.errors import NotFound
from engine.guideline import Guideline
from engine.loading import load

_KNOWLEDGE = Path(__file__).resolve().parent.parent / "knowledge"


def builtin_guidelines() -> tuple[str, ...]:
    """The ids of the guidelines that come with Candor."""
    return tuple(sorted(folder.name for folder in _KNOWLEDGE.iterdir() if (folder / "guideline.yaml").is_file()))


def load_guideline(name: str, *, with_cases: bool = True) -> Guideline:
    """Loads a built-in guideline by its id, or the one in a folder by its path.

    Raises `NotFound` where there is neither, `GuidelineRejected` where it does not load.
    """
    return load(folder_of(name), with_cases=with_cases, library=[_KNOWLEDGE])


def folder_of(name: str) -> Path:
    """The folder of a built-in guideline, by its id, or one of one's own, by its path. Raises `NotFound`."""
    if name in builtin_guidelines():
        return _KNOWLEDGE / name
    folder = Path(name)
    if not is_folder(folder):
        raise NotFound(f"there is no guideline `{name}`: {_otherwise(name)}")
    return folder


def load_folder(folder: Path, *, beside: Path | None = None) -> Guideline:
    """Loads the guideline in a folder, with its cases. What it imports is also looked for in the folder `beside`: that
    of the original, where this one is a copy. Raises `NotFound` or `GuidelineRejected`."""
    near = [] if beside is None else [beside]
    return load(folder, library=[*near, _KNOWLEDGE])


def load_decision(address: str, *, with_cases: bool = False) -> tuple[Guideline, str | None]:
    """Loads what `act_ra/selection`, `path/to/folder/selection` or a guideline alone names: the guideline, and the
    decision where one is named. Raises `NotFound` or `GuidelineRejected`."""
    if address in builtin_guidelines() or _holds_a_guideline(Path(address)):
        return load_guideline(address, with_cases=with_cases), None
    name, _, decision = address.rstrip("/").rpartition("/")
    is_named = name in builtin_guidelines()
    if not name or is_folder(Path(address)) or (not is_named and _holds_nothing(Path(name), decision)):
        return load_guideline(address, with_cases=with_cases), None
    guideline = load_guideline(name, with_cases=with_cases)
    if decision not in guideline.decisions:
        help = did_you_mean(decision, guideline.decisions, f"it has {quoted(guideline.decisions)}")
        raise NotFound(f"the guideline `{guideline.id}` has no decision `{decision}`: {help}")
    return guideline, decision


def _otherwise(name: str) -> str:
    known = builtin_guidelines()
    whole = name.rstrip("/").rpartition("/")[0]
    if whole in known or (whole and _holds_a_guideline(Path(whole))):
        return f"a whole guideline is wanted here, such as `{whole}`"
    return did_you_mean(name, known, f"the guidelines are {quoted(known)}; a path to a guideline's folder works too")


def _holds_a_guideline(folder: Path) -> bool:
    return is_folder(folder) and (folder / "guideline.yaml").is_file()


def _holds_nothing(folder: Path, decision: str) -> bool:
    """Whether a folder is there but holds no part of a guideline, so that there are no diagnostics to tell."""
    files = ("guideline.yaml", "facts.yaml", f"{decision}.yaml")
    return is_folder(folder) and not any((folder / file).is_file() for file in files)


def is_folder(path: Path) -> bool:
    """Whether there is such a folder; a name that none can have is none."""
    try:
        return path.is_dir()
    except OSError:
        return False
