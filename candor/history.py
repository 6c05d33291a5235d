"""The versions that a guideline had, as git has them on record."""

import re
import subprocess
from pathlib import Path

from explain.handbook import Version

MOST = 50
"""How many of the last commits of `guideline.yaml` are looked at."""
_SECONDS = 30
_VERSION = re.compile(r"^version:\s*['\"]?([0-9A-Za-z.+-]{1,100})", re.MULTILINE)


def versions_of(folder: Path) -> tuple[Version, ...]:
    """Each version with the day of the commit that brought it, latest first; none where the folder lies in no git
    repository, where it was never committed, or where there is no git."""
    commits = _git(folder, "log", f"--max-count={MOST}", "--format=%H %cs", "--", "guideline.yaml").splitlines()
    found: list[Version] = []
    for commit in commits:
        number, _, day = commit.partition(" ")
        written = _VERSION.search(_git(folder, "show", f"{number}:./guideline.yaml"))
        if written is not None and found and found[-1].version == written[1]:
            found[-1] = Version(written[1], day)
        elif written is not None:
            found.append(Version(written[1], day))
    return tuple(found)


def _git(folder: Path, *arguments: str) -> str:
    """What git says; nothing where it cannot."""
    command = ["git", "-C", str(folder), "-c", "core.fsmonitor=false", *arguments]
    try:
        ran = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return ran.stdout.decode("utf-8", "replace") if ran.returncode == 0 else ""
