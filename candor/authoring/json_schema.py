"""JSON Schema (2020-12) for each kind of knowledge file, made from its shape."""

from collections.abc import Mapping

from candor.authoring.files import file_shape
from candor.authoring.names import Names
from candor.authoring.shapes import Either, Entry, Leaf, Listed, Named, Record, Schema, Shape, Table

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(kind: str, names: Names | None = None, owner: str | None = None) -> Schema:
    """The schema of a kind of file, with the names of the guideline `owner` where they are given."""
    shape = file_shape(kind, names)
    schema: Schema = {
        "$schema": DIALECT,
        "$id": f"urn:candor:schema:{kind}" + (f":{owner}" if owner else ""),
        "title": f"Candor {kind}" + (f" of {owner}" if owner else ""),
        "description": shape.about,
        **_schema(shape.whole),
    }
    if shape.definitions:
        schema["$defs"] = {name: _schema(each) for name, each in shape.definitions.items()}
    return schema


def file_name(kind: str) -> str:
    """Under which name the schema of a kind is kept."""
    return f"{kind}.schema.json"


def _schema(shape: Shape) -> Schema:
    match shape:
        case Leaf(schema):
            return schema
        case Record():
            return _record(shape)
        case Table():
            return _table(shape)
        case Listed():
            least: Schema = {"minItems": shape.least} if shape.least else {}
            return {"type": "array", "items": _schema(shape.item), **least, **shape.also}
        case Either(options):
            return {"anyOf": [_schema(option) for option in options]}
        case Named(name, also):
            return {"$ref": f"#/$defs/{name}", **also}


def _record(shape: Record) -> Schema:
    schema: Schema = {"type": "object", "properties": _properties(shape.entries), "additionalProperties": False}
    if shape.form.required:
        schema["required"] = list(shape.form.required)
    return {**schema, **shape.also}


def _table(shape: Table) -> Schema:
    schema: Schema = {"type": "object"}
    if shape.known:
        schema["properties"] = _properties(shape.known)
    if shape.key:
        schema["propertyNames"] = shape.key
    schema["additionalProperties"] = False if shape.value is None else _schema(shape.value)
    if shape.least:
        schema["minProperties"] = shape.least
    return schema


def _properties(entries: Mapping[str, Entry]) -> Schema:
    return {name: {"description": entry.about, **_schema(entry.shape)} for name, entry in entries.items()}
