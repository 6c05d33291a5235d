"""`candor fmt`: knowledge files in their canonical layout."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from candor.authoring.layout.formatting import (
    Laid,
    LayoutChangesMeaning,
    check_guideline,
    files_of,
    is_guideline,
    laid_out,
)
from candor.authoring.writing import replaced
from candor.cli.terminal import complain, say
from engine.diagnostics import as_text
from engine.errors import CandorError, NotFound

_Paths = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="PATH",
        help="Files, folders of guidelines, or folders of such folders; the current folder if none.",
        show_default=False,
    ),
]
_Check = Annotated[
    bool, typer.Option("--check", help="Write nothing; list the files that would change, and end with 1.")
]


def fmt(paths: _Paths = None, check: _Check = False) -> None:
    """Lay out knowledge files: order of entries, indentation, quotes, lines. It never changes what they mean."""
    batches = [batch for path in paths or [Path()] for batch in _batches(path)]
    try:
        laid = [each for folder, files in batches for each in _laid(folder, files)]
    except LayoutChangesMeaning as fault:
        complain(f"candor failed, which is its own fault: {fault}")
        raise typer.Exit(3) from None
    mistakes = [mistake for each in laid for mistake in each.mistakes]
    changed = [each for each in laid if each.is_changed]
    if not check:
        for each in changed:
            _write(each)
    if mistakes:
        complain("\n\n".join(as_text(mistake) for mistake in mistakes))
    verb = "would change" if check else "laid out"
    if changed:
        say("\n".join(f"{verb}: {each.path}" for each in changed))
    if mistakes or (check and changed):
        raise typer.Exit(1)


def _batches(path: Path) -> Iterator[tuple[Path | None, list[Path]]]:
    """The files that a path names, by guideline; a single file may be a patient's, which belongs to none."""
    if not path.exists():
        raise NotFound(f"there is no `{path}`")
    if not path.is_dir():
        yield (path.parent if is_guideline(path.parent) else None), [path]
    elif is_guideline(path):
        yield path, files_of(path)
    else:
        folders = [each for each in sorted(path.iterdir()) if each.is_dir() and is_guideline(each)]
        if not folders:
            raise NotFound(f"there is no guideline in `{path}`")
        for folder in folders:
            yield folder, files_of(folder)


def _laid(folder: Path | None, files: list[Path]) -> list[Laid]:
    laid = [laid_out(path) for path in files]
    if folder is not None:
        check_guideline(folder, laid)
    return laid


def _write(each: Laid) -> None:
    try:
        replaced(each.path, each.after)
    except OSError as error:
        raise CandorError(f"`{each.path}` cannot be written: {error.strerror or error}") from error
