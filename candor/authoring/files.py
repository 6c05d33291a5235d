"""The kinds of file that authors and users write, and which kind a file is."""

from collections.abc import Callable, Mapping
from pathlib import Path

from candor.authoring.case_shapes import cases_file, patient_file
from candor.authoring.fact_shapes import facts_file, guideline_file
from candor.authoring.names import Names
from candor.authoring.rule_shapes import decision_file, findings_file
from candor.authoring.shapes import FileShape
from engine.loading.folder import FACTS, FINDINGS, GUIDELINE
from engine.loading.nodes import Mapping as MappingNode
from engine.loading.nodes import Node

KINDS = ("guideline", "facts", "findings", "decision", "cases", "patient")
_BY_NAME = {GUIDELINE: "guideline", FACTS: "facts", FINDINGS: "findings"}
_SHAPES: Mapping[str, Callable[[Names | None], FileShape]] = {
    "guideline": lambda names: guideline_file(),
    "facts": facts_file,
    "findings": findings_file,
    "decision": decision_file,
    "cases": cases_file,
    "patient": patient_file,
}


def file_shape(kind: str, names: Names | None = None) -> FileShape:
    """The shape of one of `KINDS`, with the names of a guideline where they are given."""
    return _SHAPES[kind](names)


def kind_of_file(path: Path, node: Node) -> str | None:
    """Which kind a file is, by its name, else by its entries; None where it is none."""
    if path.name in _BY_NAME:
        return _BY_NAME[path.name]
    if path.name.endswith(".cases.yaml"):
        return "cases"
    entries = node.by_name().keys() if isinstance(node, MappingNode) else frozenset[str]()
    if entries & {"decision", "question", "outcomes", "rules"}:
        return "decision"
    return "patient" if "facts" in entries else None
