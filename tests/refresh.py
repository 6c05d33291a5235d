"""Writes all golden files anew: outputs, schemas, mistakes, the page of diagnostics: `python -m tests.refresh`.

Never run by the tests; read the difference before it is committed.
"""

from collections.abc import Mapping
from pathlib import Path

from tests import diagnostics_page, golden_answers, golden_files, mistake_examples, schemas


def refresh() -> None:
    """Writes what there is and removes what there is no more."""
    _write(golden_files.FOLDER, golden_files.golden_files())
    _write(golden_files.REPORTS, golden_files.report_files())
    _write(golden_answers.ANSWERS, golden_answers.answer_files())
    _write(schemas.FOLDER, schemas.schemas())
    mistake_examples.refresh()
    diagnostics_page.refresh()


def _write(folder: Path, files: Mapping[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.is_file() and path.name not in files:
            path.unlink()
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")


if __name__ == "__main__":
    refresh()
