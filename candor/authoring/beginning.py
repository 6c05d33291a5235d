"""A guideline to begin with: a folder that loads, decides and explains itself by comments. Its texts are data, in
`template/`."""

import os
import shutil
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp

from engine.diagnostics import MAX_NAME, Diagnostics, Place, shown
from engine.errors import GuidelineRejected
from engine.loading.folder import GUIDELINE
from engine.loading.names import RESERVED, is_name

TEMPLATE = Path(__file__).resolve().parent / "template"
DECISION = "watering"
"""The decision of the template."""
_IDENTITY = f"guideline: {TEMPLATE.name} "


def begin(name: str, within: Path) -> Path:
    """Makes the folder of a guideline with this name, whole or not at all, and returns it. Nothing is ever overwritten.
    Raises `GuidelineRejected` where the name is none, where something of that name is there, or where nothing can be
    written."""
    notes = Diagnostics()
    folder = within / name
    _check(name, within, folder, notes)
    if not notes.count:
        _make(name, within, folder, notes)
    if notes.count:
        raise GuidelineRejected(notes.sorted())
    return folder


def _check(name: str, within: Path, folder: Path, notes: Diagnostics) -> None:
    if not is_name(name):
        is_reserved = name in RESERVED
        message = f"{shown(name)} is {'a reserved word, not' if is_reserved else 'not'} a name"
        help = "choose another name" if is_reserved else _help(name)
        notes.add("new.name", message, Place("candor new"), help)
    elif not within.is_dir():
        message = f"there is no folder {shown(within.as_posix())}"
        notes.add("new.no_folder", message, Place(within.as_posix()), "make it first, or name another")
    elif os.path.lexists(folder):
        message = f"{shown(name)} is there already"
        notes.add(
            "new.already_there", message, Place(folder.as_posix()), "choose another name, or another folder by --in"
        )


def _help(name: str) -> str:
    """How to repair a name: with one that is near it, where there is one."""
    near = "_".join("".join(each if each.isascii() and each.isalnum() else " " for each in name.lower()).split())
    rule = f"names begin with a small letter and go on with small letters, digits and _; {MAX_NAME} characters at most"
    return f"write it like `{near}`" if is_name(near) else rule


def _make(name: str, within: Path, folder: Path, notes: Diagnostics) -> None:
    """Writes beside the folder first, so that it is there only once it is whole."""
    place = None
    try:
        place = Path(mkdtemp(prefix=f".{name}.", dir=within))
        for path in sorted(TEMPLATE.glob("*.yaml")):
            text = path.read_text("utf-8")
            written = text.replace(_IDENTITY, f"guideline: {name} ", 1) if path.name == GUIDELINE else text
            (place / path.name).write_text(written, "utf-8")
        place.chmod(0o755)
        place.rename(folder)
    except OSError as error:
        if place is not None:
            with suppress(OSError):
                shutil.rmtree(place)
        message = f"the folder cannot be made: {(error.strerror or str(error)).lower()}"
        notes.add("new.not_writable", message, Place(folder.as_posix()), "check who may write there, or name another")
