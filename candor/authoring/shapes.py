"""Shapes: what may stand where in a knowledge file, as data. Schemas are made from them (`json_schema`), and files are
laid out by them (`candor.authoring.layout`). What the shapes of the language are is in `files` and its neighbours.

Which entries a mapping has is the loader's business (`engine.loading.entries.Form`): a `Record` takes its form from
there, and refuses to be built where the two differ.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.loading.entries import Form
from engine.loading.nodes import Node, Scalar, Sequence

Schema = dict[str, object]
"""A JSON Schema, or a part of one."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A single value. `is_prose` where it is a text for people, which may be folded over several lines."""

    schema: Schema
    is_prose: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a mapping: what it holds, and what an editor says of it."""

    about: str
    shape: "Shape"


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping with the entries of a form, in the order in which they are laid out. `also` is what must hold between
    entries, `is_open` where each entry has a line of its own."""

    form: Form
    entries: Mapping[str, Entry]
    also: Schema = field(default_factory=dict)
    is_open: bool = False

    def __post_init__(self) -> None:
        assert set(self.entries) == {*self.form.required, *self.form.optional}, self.form.noun


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping from names, in the author's order. `known` are names with entries of their own; others follow the
    pattern of `key` and hold `value`, where there is one. `is_filled` where it may run over several lines in braces."""

    value: "Shape | None"
    key: Schema
    known: Mapping[str, Entry] = field(default_factory=dict)
    least: int = 0
    is_open: bool = False
    is_filled: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A list. `also` is what else must hold of it."""

    item: "Shape"
    least: int = 0
    also: Schema = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Either:
    """One of several shapes, told apart by what kind of node stands there: a single value, a list, a mapping."""

    options: tuple["Shape", ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A shape that stands in many places, by its name among the definitions of its file."""

    name: str
    also: Schema = field(default_factory=dict)


Shape = Leaf | Record | Table | Listed | Either | Named


@dataclass(frozen=True, slots=True)
class FileShape:
    """One kind of file: what an editor says of it, the whole, and the shapes that it names."""

    kind: str
    about: str
    whole: Shape
    definitions: Mapping[str, Shape]


def fitting(shape: Shape, node: Node, definitions: Mapping[str, Shape]) -> Leaf | Record | Table | Listed | None:
    """The shape that a node of a file is read by; None where it is of a kind that cannot stand there."""
    for each in _alternatives(shape, definitions):
        if isinstance(node, Scalar) and isinstance(each, Leaf):
            return each
        if isinstance(node, Sequence) and isinstance(each, Listed):
            return each
        if not isinstance(node, Scalar | Sequence) and isinstance(each, Record | Table):
            return each
    return None


def one_or_more(shape: Shape) -> Either:
    """One of a shape, or a list of it that is not empty."""
    return Either((shape, Listed(shape, 1)))


def _alternatives(shape: Shape, definitions: Mapping[str, Shape]) -> Iterator[Leaf | Record | Table | Listed]:
    if isinstance(shape, Named):
        yield from _alternatives(definitions[shape.name], definitions)
    elif isinstance(shape, Either):
        for option in shape.options:
            yield from _alternatives(option, definitions)
    else:
        yield shape
