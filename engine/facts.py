"""A patient's facts: read from a document, a line, options or a Python mapping, and typed by a guideline's vocabulary.

Facts of any of the guideline's decisions may be given. What is assumed, derived, stale or dated in the future is not
settled here but when a decision is made; only a later date is told here too, where it is known as of when that is.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Literal

from engine.as_of import AsOf
from engine.diagnostics import MAX_MISTAKES, Diagnostics, Place, TooManyMistakes, shown
from engine.errors import InputRejected
from engine.guideline import Guideline
from engine.loading import nodes
from engine.loading.entries import Form, entries_in
from engine.loading.files import FORBIDDEN, text_in_file, text_of
from engine.loading.json_nodes import json_document, path_to
from engine.loading.nodes import Node, Scalar, Style
from engine.loading.values import given_in
from engine.loading.yaml_nodes import yaml_document
from engine.patient import NOWHERE, Facts

MAX_PATIENT = 200
MAX_BITS = 200
PATIENT_FORM = Form("patient", "a patient", ("facts",), ("patient",))
Kind = Literal["yaml", "json"]


def read_patient_file(guideline: Guideline, path: Path, *, as_of: AsOf | None = None) -> Facts:
    """The facts in a file: JSON where its name ends in `.json`, else YAML. Raises `InputRejected`."""
    kind: Kind = "json" if path.suffix.lower() == ".json" else "yaml"
    place = Place(path.as_posix())

    def read(notes: Diagnostics) -> Facts | None:
        text = text_in_file(path, notes)
        return None if text is None else _facts(guideline, _document(text, place, kind, notes), place, notes, as_of)

    return _accepted(read)


def read_patient(
    guideline: Guideline, content: bytes | str, *, name: str, kind: Kind, as_of: AsOf | None = None
) -> Facts:
    """The facts in a patient document; `name` stands for the file in diagnostics. Raises `InputRejected`."""
    place = Place(name)

    def read(notes: Diagnostics) -> Facts | None:
        text = text_of(content, place, notes, "document")
        return None if text is None else _facts(guideline, _document(text, place, kind, notes), place, notes, as_of)

    return _accepted(read)


def read_line(guideline: Guideline, line: bytes | str, *, name: str, number: int, as_of: AsOf | None = None) -> Facts:
    """The facts in one line of JSON Lines, the `number`-th of the file `name`. Raises `InputRejected`."""
    place = Place(name, number)

    def read(notes: Diagnostics) -> Facts | None:
        text = text_of(line, place, notes, "line")
        return None if text is None else _facts(guideline, json_document(text, place, notes), place, notes, as_of)

    return _accepted(read)


def read_facts(guideline: Guideline, values: Mapping[str, object], *, patient: str | None = None) -> Facts:
    """The facts in a mapping of a Python caller.

    A value is a str, int, bool, Decimal or Fraction, None where it is not known, or a mapping of `value`, `at` and
    `note`. A float is refused, because it is not exact. Raises `InputRejected`.
    """
    place = Place("facts", path="$")

    def read(notes: Diagnostics) -> Facts:
        written = _given_node(values, place, notes, 2).entries
        return Facts(given_in(written, guideline.facts, guideline.id, notes), patient)

    return _accepted(read)


def read_assignments(guideline: Guideline, assignments: Iterable[str]) -> Facts:
    """The facts in options such as `age=41`. Raises `InputRejected`."""

    def read(notes: Diagnostics) -> Facts:
        return Facts(given_in(_assigned(assignments, notes), guideline.facts, guideline.id, notes))

    return _accepted(read)


def changed(guideline: Guideline, facts: Facts, assignments: Iterable[str]) -> Facts:
    """The same patient with other facts: `age=42` gives one another value, `age=unknown` takes it away. What was noted
    beside a value that is changed does not hold any more. Raises `InputRejected`."""

    def read(notes: Diagnostics) -> Facts:
        entries = _assigned(assignments, notes, "--set")
        known = {key.text: value for key, value in entries if isinstance(value, Scalar) and value.text != "unknown"}
        nothing = Scalar("", Style.NULL, NOWHERE)
        stated = ((key, known.get(key.text, nothing)) for key, _ in entries)
        given = given_in(stated, guideline.facts, guideline.id, notes)
        named = {key.text for key, _ in entries}
        kept = {name: value for name, value in facts.given.items() if name not in named}
        return Facts(dict(sorted({**kept, **given}.items())), facts.patient, facts.place)

    return _accepted(read)


def _accepted(read: Callable[[Diagnostics], Facts | None]) -> Facts:
    notes = Diagnostics(MAX_MISTAKES)
    try:
        facts = read(notes)
    except TooManyMistakes:
        facts = None
    if facts is None or notes.count:
        raise InputRejected(notes.sorted())
    return facts


def _document(text: str, place: Place, kind: Kind, notes: Diagnostics) -> Node | None:
    if (another := _another_patient(text, place)) is not None:
        message, lines = "there are several patients, one on each line", "`candor decide` answers a file of JSON Lines"
        help = f"give the line of one of them in a file of its own; {lines}, whose name ends in `.jsonl`"
        notes.add("patient.several", message, another, help)
        return None
    if kind == "json":
        return json_document(text, place, notes)
    return yaml_document(text, place.file, notes)


def _another_patient(text: str, place: Place) -> Place | None:
    """Where the second patient stands, where two lines in a row are a mapping each."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()][:2]
    if len(lines) < 2 or not all(line.strip()[0] == "{" and line.strip()[-1] == "}" for _, line in lines):
        return None
    number, line = lines[1]
    return Place(place.file, number, 1, 2, text=line)


def _facts(
    guideline: Guideline, node: Node | None, place: Place, notes: Diagnostics, as_of: AsOf | None
) -> Facts | None:
    """The facts of a patient document; `node` is None where the document cannot be used."""
    entries = entries_in(node, PATIENT_FORM, node.place if node.place.path else place, notes) if node else None
    if entries is None:
        return None
    body = entries.nodes.get("facts")
    is_null = isinstance(body, Scalar) and body.is_null
    mapping = None if is_null else entries.mapping("facts")
    written = mapping.entries if mapping is not None else ()
    given = given_in(written, guideline.facts, guideline.id, notes, as_of)
    return Facts(given, _patient(entries.nodes.get("patient"), notes), place)


def _assigned(
    assignments: Iterable[str], notes: Diagnostics, option: str = "--fact"
) -> tuple[tuple[Scalar, Node], ...]:
    entries: dict[str, tuple[Scalar, Node]] = {}
    for assignment in assignments:
        place = Place(f"{option} {shown(assignment)[1:-1]}")
        name, _, value = (part.strip() for part in assignment.partition("="))
        if not name or not value:
            message = f"{shown(assignment)} does not give a fact a value"
            notes.add("patient.assignment", message, place, f"write it like `{option} age=41`")
        elif name in entries:
            notes.add("patient.given_twice", f"{shown(name)} is given twice", place, "give it once")
        else:
            entries[name] = (Scalar(name, Style.PLAIN, place), Scalar(value, Style.PLAIN, place))
    return tuple(entries.values())


def _patient(node: Node | None, notes: Diagnostics) -> str | None:
    if node is None or (isinstance(node, Scalar) and node.is_null):
        return None
    if isinstance(node, Scalar) and node.style is not Style.BOOLEAN and 0 < len(node.text.strip()) <= MAX_PATIENT:
        return node.text.strip()
    help = f"write a text of at most {MAX_PATIENT} characters, or leave it out"
    notes.add("patient.identifier", "this is not an identifier of a patient", node.place, help)
    return None


def _given_node(values: Mapping[str, object], place: Place, notes: Diagnostics, depth: int) -> nodes.Mapping:
    """What a Python caller gave as nodes: values, or mappings of them as deep as they may be."""
    entries: list[tuple[Scalar, Node]] = []
    for name, value in values.items():
        inner = path_to(place, str(name))
        node: Node
        if isinstance(value, Mapping) and depth > 1:
            node = _given_node(value, inner, notes, depth - 1)
        else:
            node = _scalar(value, inner, notes)
        entries.append((Scalar(str(name), Style.STRING, inner), node))
    return nodes.Mapping(tuple(entries), place)


def _scalar(value: object, place: Place, notes: Diagnostics) -> Scalar:
    match value:
        case None:
            return Scalar("", Style.NULL, place)
        case bool():
            return Scalar("true" if value else "false", Style.BOOLEAN, place)
        case str():
            return _text(value, place, notes)
        case int() | Fraction():
            is_short = max(abs(value.numerator), value.denominator).bit_length() <= MAX_BITS
            return Scalar(str(value) if is_short else "a number of too many digits", Style.FRACTION, place)
        case Decimal():
            return Scalar(str(value), Style.NUMBER, place)
        case date():
            return Scalar(f"{value.year:04}-{value.month:02}-{value.day:02}", Style.STRING, place)
    _note_inexact(value, place, notes)
    return Scalar("", Style.NULL, place)


def _text(value: str, place: Place, notes: Diagnostics) -> Scalar:
    if found := FORBIDDEN.search(value):
        message = f"the text holds the character U+{ord(found[0]):04X}, which cannot be seen"
        notes.add("patient.character", message, place, "remove it")
    return Scalar(FORBIDDEN.sub("\ufffd", value), Style.STRING, place)


def _note_inexact(value: object, place: Place, notes: Diagnostics) -> None:
    if isinstance(value, float):
        message = f"{shown(str(value))} is a binary floating-point number, which is not exact"
        notes.add("patient.inexact", message, place, f'give it as a text, such as "{value}", or as a decimal')
    else:
        help = "give a text, a whole number, a decimal, a fraction, or true or false"
        notes.add("patient.wrong_kind", "this is not a value that a fact can have", place, help)
