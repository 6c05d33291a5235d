"""Guidelines as they stand, or stood: built-in, in a folder, or in a folder of a git revision.

A revision is written `REVISION:FOLDER`, such as `HEAD~1:guidelines/winter_roads`. Its folder, and those beside it that
it may import from, are read from git into a folder of their own. Nothing is checked out, and no hook is run.
"""

import os
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import NoReturn

from candor.guidelines import builtin_guidelines, is_folder, load_guideline
from engine.diagnostics import Diagnostics, Place, shown
from engine.errors import GuidelineRejected
from engine.guideline import Guideline

MAX_BYTES = 64 << 20
"""How much the folders beside a guideline may hold in all."""
_SECONDS = 60
_HELP = {
    "revision.no_git": "install git, or name a folder",
    "revision.no_repository": "run it inside the repository, or name a folder",
    "revision.unknown": "name a commit, a branch or a tag, such as `HEAD~1:guidelines/winter_roads`",
    "revision.folder": "name the folder as it was called then, from the folder you are in",
}


@contextmanager
def guideline_at(name: str) -> Iterator[Guideline]:
    """The guideline that a name, a path or a revision names, without its cases. Raises `NotFound` where there is none,
    `GuidelineRejected` where it does not load or the revision cannot be read."""
    revision, separator, folder = name.partition(":")
    if not separator or name in builtin_guidelines() or is_folder(Path(name)):
        yield load_guideline(name, with_cases=False)
        return
    with TemporaryDirectory(prefix="candor-") as home:
        yield load_guideline(str(_written(name, revision, folder, Path(home))), with_cases=False)


def _written(name: str, revision: str, folder: str, home: Path) -> Path:
    """The folder of a revision, written below `home`; beside it the other guidelines of that revision."""
    commit = _commit(name, revision)
    inside = PurePosixPath(os.path.normpath(_prefix(name) + folder))
    if str(inside) == "." or ".." in inside.parts or inside.is_absolute():
        _refuse(name, "revision.folder", f"{shown(folder)} is no folder inside the repository")
    parent = "" if inside.parent == PurePosixPath(".") else str(inside.parent)
    missing = f"there is no guideline in {shown(str(inside))} at {shown(revision)}"
    listing = _git(
        name, "ls-tree", "-r", "-z", "--full-tree", "--name-only", f"{commit}:{parent}", otherwise=(_FOLDER, missing)
    )
    paths = [PurePosixPath(path) for path in listing.decode("utf-8", "replace").split("\0") if "\n" not in path]
    files = [path for path in paths if len(path.parts) == 2 and path.suffix in (".yaml", ".yml")]
    if not any(path.parts[0] == inside.name for path in files):
        _refuse(name, _FOLDER, missing)
    for path, content in _contents(name, f"{commit}:{parent}/" if parent else f"{commit}:", files):
        home.joinpath(*path.parts).parent.mkdir(exist_ok=True)
        home.joinpath(*path.parts).write_bytes(content)
    return home / inside.name


def _contents(name: str, tree: str, files: Iterable[PurePosixPath]) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Every file with what it holds, as `git cat-file --batch` tells it: a line with the size, the bytes, a newline."""
    listed = list(files)
    asked = "".join(f"{tree}{path}\n" for path in listed).encode()
    told = _git(name, "cat-file", "--batch", stdin=asked)
    if len(told) > MAX_BYTES:
        _refuse(name, _FOLDER, "the folders beside it hold more than 64 MiB")
    for path in listed:
        head, _, rest = told.partition(b"\n")
        _, kind, size = head.rsplit(b" ", 2)
        content, told = rest[: int(size)], rest[int(size) + 1 :]
        if kind == b"blob":
            yield path, content


def _commit(name: str, revision: str) -> str:
    """The commit that a revision names."""
    unknown = f"the repository has no revision {shown(revision)}"
    if not revision or revision.startswith("-"):
        _refuse(name, _UNKNOWN, f"{shown(revision)} names no revision")
    _git(name, "rev-parse", "--git-dir", otherwise=("revision.no_repository", "this folder is in no git repository"))
    asked = f"{revision}^{{commit}}"
    found = _git(name, "rev-parse", "--verify", "--quiet", "--end-of-options", asked, otherwise=(_UNKNOWN, unknown))
    return found.decode("ascii", "replace").split()[-1]


def _prefix(name: str) -> str:
    """Where in the repository we are: a folder of a revision is named from here, as people see it."""
    return _git(name, "rev-parse", "--show-prefix").decode("utf-8", "replace").rstrip("\n")


_FOLDER, _UNKNOWN = "revision.folder", "revision.unknown"


def _git(
    name: str,
    *arguments: str,
    stdin: bytes = b"",
    otherwise: tuple[str, str] = (_UNKNOWN, "git cannot read this revision"),
) -> bytes:
    """What git prints; `otherwise` is the code and the message where it fails."""
    try:
        ran = subprocess.run(  # noqa: S603  # no shell, and nothing that a user wrote stands where an option may
            ["git", *arguments],  # noqa: S607  # the git that the user has
            input=stdin,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except FileNotFoundError:
        _refuse(name, "revision.no_git", "a git revision is named, and there is no git to read it with")
    except (OSError, ValueError, subprocess.TimeoutExpired):
        _refuse(name, *otherwise)
    if ran.returncode != 0:
        _refuse(name, *otherwise)
    return ran.stdout


def _refuse(name: str, code: str, message: str) -> NoReturn:
    notes = Diagnostics()
    notes.add(code, message, Place(shown(name)[1:-1]), _HELP[code])
    raise GuidelineRejected(notes.sorted())
