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
    if name in builtin_guidelines():
        return load(_KNOWLEDGE / name, with_cases=with_cases)
    folder = Path(name)
    if not folder.is_dir():
        known = builtin_guidelines()
        help = did_you_mean(
            name, known, f"the guidelines are {quoted(known)}; a path to a guideline's folder works too"
        )
        raise NotFound(f"there is no guideline `{name}`: {help}")
    return load(folder, with_cases=with_cases)


def load_decision(address: str) -> tuple[Guideline, str | None]:
    """Loads what `act_ra/selection`, `path/to/folder/selection` or a guideline alone names: the guideline, and the
    decision where one is named. Raises `NotFound` or `GuidelineRejected`."""
    if address in builtin_guidelines() or Path(address, "guideline.yaml").is_file():
        return load_guideline(address, with_cases=False), None
    name, _, decision = address.rstrip("/").rpartition("/")
    if not name:
        return load_guideline(address, with_cases=False), None
    guideline = load_guideline(name, with_cases=False)
    if decision not in guideline.decisions:
        help = did_you_mean(decision, guideline.decisions, f"it has {quoted(guideline.decisions)}")
        raise NotFound(f"the guideline `{guideline.id}` has no decision `{decision}`: {help}")
    return guideline, decision
