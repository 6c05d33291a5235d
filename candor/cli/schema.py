"""`candor schema`: JSON Schema for the files that authors and users write, for editors that know YAML."""

import json
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from candor.authoring.files import KINDS
from candor.authoring.json_schema import file_name, schema_of
from candor.authoring.names import names_of
from candor.authoring.shapes import Schema
from candor.authoring.writing import replaced
from candor.cli.terminal import say
from candor.guidelines import load_guideline
from engine.errors import CandorError


class Kind(Enum):
    """The kinds of file that have a schema."""

    GUIDELINE = "guideline"
    FACTS = "facts"
    FINDINGS = "findings"
    DECISION = "decision"
    CASES = "cases"
    PATIENT = "patient"


_Kind = Annotated[
    Kind | None, typer.Argument(metavar="KIND", help=f"One of {', '.join(KINDS)}; all of them by default.")
]
_Guideline = Annotated[
    str | None,
    typer.Option("--guideline", "-g", metavar="FOLDER-OR-ID", help="A guideline whose names the schema lists."),
]
_Output = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FOLDER", help="A folder for the schemas, one file for each.")
]


def schema(kind: _Kind = None, guideline: _Guideline = None, output: _Output = None) -> None:
    """Print the JSON Schema of a kind of file, or write them into a folder for an editor."""
    kinds = KINDS if kind is None else (kind.value,)
    names, owner = None, None
    if guideline is not None:
        loaded = load_guideline(guideline, with_cases=False)
        names, owner = names_of(loaded), loaded.id
    schemas = {each: schema_of(each, names, owner) for each in kinds}
    if output is not None:
        _write(output, schemas)
    else:
        say(_dumped(schemas[kind.value] if kind is not None else dict(schemas)))


def _write(folder: Path, schemas: dict[str, Schema]) -> None:
    """Writes each schema as a file, and says which line in a YAML file leads an editor there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for kind, each in schemas.items():
            replaced(folder / file_name(kind), _dumped(each) + "\n")
    except OSError as error:
        raise CandorError(f"`{folder}` cannot be written: {error.strerror or error}") from error
    lines = (f"# yaml-language-server: $schema={(folder / file_name(kind)).as_posix()}" for kind in schemas)
    say("\n".join(lines))


def _dumped(document: Schema) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2)
