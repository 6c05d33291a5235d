"""A YAML file as an editor would see it: typed by YAML 1.2, typed by YAML 1.1, or every value as its text, which is how
Candor reads it."""

import re
from collections.abc import Callable
from pathlib import Path

from engine.diagnostics import Diagnostics
from engine.loading.files import text_in_file
from engine.loading.nodes import Mapping, Node, Scalar, Sequence, Style
from engine.loading.yaml_nodes import yaml_document

Document = str | int | float | bool | None | list["Document"] | dict[str, "Document"]
Typed = Callable[[Scalar], Document]
_NULL = re.compile(r"|~|null|Null|NULL")
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_TRUTH_1_1 = {**_TRUTH, "yes": True, "Yes": True, "on": True, "no": False, "No": False, "off": False}
_WHOLE = re.compile(r"[-+]?\d+", re.ASCII)
_NUMBER = re.compile(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?", re.ASCII)


def as_text(scalar: Scalar) -> Document:
    return scalar.text


def as_yaml_1_2(scalar: Scalar) -> Document:
    return _typed(scalar, _TRUTH)


def as_yaml_1_1(scalar: Scalar) -> Document:
    return _typed(scalar, _TRUTH_1_1)


READINGS: dict[str, Typed] = {"text": as_text, "YAML 1.2": as_yaml_1_2, "YAML 1.1": as_yaml_1_1}


def node_of(path: Path) -> Node | None:
    """What a file says; None where it is no YAML that Candor reads."""
    notes = Diagnostics()
    text = text_in_file(path, notes)
    node = None if text is None else yaml_document(text, path.as_posix(), notes)
    return None if notes.count else node


def document_of(node: Node, typed: Typed) -> Document:
    match node:
        case Mapping(entries):
            return {key.text: document_of(body, typed) for key, body in entries}
        case Sequence(items):
            return [document_of(item, typed) for item in items]
    return typed(node)


def _typed(scalar: Scalar, truth: dict[str, bool]) -> Document:
    text = scalar.text
    if scalar.style is not Style.PLAIN:
        return text
    if _NULL.fullmatch(text):
        return None
    if text in truth:
        return truth[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text
