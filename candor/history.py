"""The versions that a guideline had, as git has them on record, and what was edited from one to the next."""

import re
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from candor.guidelines import load_guideline
from engine.edits import Touch, edits_between
from engine.errors import CandorError
from engine.guideline import Guideline
from explain.comparing import edit_in_words
from explain.handbook import Version

MOST = 50
"""How many of the last commits of `guideline.yaml` are looked at."""
MOST_COMPARED = 10
"""How many of the last versions are compared with the one before."""
MAX_BYTES = 64 << 20
"""How much the guidelines of one commit may hold in all."""
_SECONDS = 30
_VERSION = re.compile(r"^version:\s*['\"]?([0-9A-Za-z.+-]{1,100})", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Found:
    """A version, and the commit that brought it with its day."""

    version: str
    commit: str
    day: str


def versions_of(folder: Path) -> tuple[Version, ...]:
    """Each version with the day of the commit that brought it and what was edited since the one before, what can touch
    an answer first. The latest version comes first; there is none where the folder lies in no git repository, where it
    was never committed, or where there is no git."""
    found = _found(folder.resolve())
    loaded = [_at(folder.resolve(), each.commit) for each in found[: MOST_COMPARED + 1]] if len(found) > 1 else []
    edited = [_edited(before, after) for after, before in pairwise(loaded)]
    unknown = [None] * (len(found) - len(edited))
    return tuple(Version(each.version, each.day, edits) for each, edits in zip(found, [*edited, *unknown], strict=True))


def _edited(before: Guideline | None, after: Guideline | None) -> tuple[str, ...] | None:
    if before is None or after is None:
        return None
    touches = list(Touch)
    edits = sorted(edits_between(before, after), key=lambda edit: touches.index(edit.touch))
    return tuple(edit_in_words(edit) for edit in edits)


def _found(folder: Path) -> list[_Found]:
    commits = (
        _git(folder, "log", f"--max-count={MOST}", "--format=%H %cs", "--", "guideline.yaml").decode().splitlines()
    )
    found: list[_Found] = []
    for commit in commits:
        number, _, day = commit.partition(" ")
        written = _VERSION.search(_git(folder, "show", f"{number}:./guideline.yaml").decode("utf-8", "replace"))
        if written is not None and found and found[-1].version == written[1]:
            found[-1] = _Found(written[1], number, day)
        elif written is not None:
            found.append(_Found(written[1], number, day))
    return found


def _at(folder: Path, commit: str) -> Guideline | None:
    """The guideline as a commit has it, with those beside it that it may import; None where it cannot be read now."""
    with TemporaryDirectory(prefix="candor-") as home:
        for name, content in _files(folder, commit):
            path = Path(home, *name.parts)
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        try:
            return load_guideline(str(Path(home, folder.name)), with_cases=False)
        except CandorError:
            return None


def _files(folder: Path, commit: str) -> Iterator[tuple[PurePosixPath, bytes]]:
    """The files of the folder and of those beside it, each below the name of its folder."""
    is_alone = not _git(folder, "rev-parse", "--show-prefix").strip()
    place, pattern = (folder, "*.yaml") if is_alone else (folder.parent, "*/*.yaml")
    archive = _git(place, "archive", "--format=tar", commit, "--", f":(glob){pattern}")
    if not archive or len(archive) > MAX_BYTES:
        return
    with tarfile.open(fileobj=BytesIO(archive)) as opened:
        for member in opened:
            name = PurePosixPath(folder.name, member.name) if is_alone else PurePosixPath(member.name)
            file = opened.extractfile(member) if member.isfile() else None
            if file is not None and len(name.parts) == 2 and ".." not in name.parts:
                yield name, file.read()


def _git(folder: Path, *arguments: str) -> bytes:
    """What git says; nothing where it cannot."""
    command = ["git", "-C", str(folder), "-c", "core.fsmonitor=false", *arguments]
    try:
        ran = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return b""
    return ran.stdout if ran.returncode == 0 else b""
