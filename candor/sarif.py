"""What the checks of guidelines found, as SARIF 2.1.0 (OASIS), which editors and code hosts show beside the text.

A flaw is a result of level error; what could not be proved is a notification of the run. Columns count characters.
"""

from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from engine.checks import Flaw, Unproved
from engine.codes import MEANINGS
from engine.diagnostics import Place

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
Tree = dict[str, object]


def sarif_log(flaws: Iterable[Flaw], unproved: Iterable[Unproved], root: Path) -> Tree:
    """One run over some guidelines. Files below `root` are named relative to it."""
    found, open_ = list(flaws), list(unproved)
    codes = sorted({flaw.code for flaw in found})
    driver: Tree = {
        "name": "candor check",
        "semanticVersion": version("candor"),
        "rules": [{"id": code, "shortDescription": {"text": MEANINGS[code]}} for code in codes],
    }
    run: Tree = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(flaw, codes.index(flaw.code), root) for flaw in found],
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [
                    {"level": "note", "message": {"text": f"not proved: {each.decision}: {each.statement}"}}
                    for each in open_
                ],
            }
        ],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(flaw: Flaw, index: int, root: Path) -> Tree:
    result: Tree = {
        "ruleId": flaw.code,
        "ruleIndex": index,
        "level": "error",
        "message": {"text": f"{flaw.message}. Help: {flaw.help}."},
        "locations": [_location(flaw.place, root)],
    }
    if flaw.also:
        result["relatedLocations"] = [
            {**_location(place, root), "message": {"text": text}} for place, text in flaw.also
        ]
    return result


def _location(place: Place, root: Path) -> Tree:
    path = Path(place.file).resolve()
    uri = path.relative_to(root.resolve()).as_posix() if path.is_relative_to(root.resolve()) else path.as_uri()
    physical: Tree = {"artifactLocation": {"uri": uri}}
    if place.line:
        region: Tree = {"startLine": place.line}
        if place.column:
            region |= {"startColumn": place.column, "endColumn": max(place.end, place.column + 1)}
        physical["region"] = region
    return {"physicalLocation": physical}
