"""The entries of one mapping, taken by name: which there may be, which must be, and of what kind each is.

What the entries mean is the business of the readers of each kind of file. Whatever is wrong is noted here, and the
reader goes on with None.
"""

from collections.abc import Iterator
from collections.abc import Mapping as Lookup
from dataclasses import dataclass
from datetime import date

from engine.diagnostics import Diagnostics, Place, did_you_mean, quoted, shown
from engine.loading.dates import DATE_HELP, date_in
from engine.loading.names import check_name
from engine.loading.nodes import Mapping, Node, Scalar, Sequence, kind_of
from engine.unary_tests import yes_no_in


@dataclass(frozen=True, slots=True)
class Form:
    """Which entries a mapping has. `group` is the first half of its diagnostics' codes, `noun` names it."""

    group: str
    noun: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries of one mapping. `place` is where its name stands."""

    form: Form
    place: Place
    nodes: Lookup[str, Node]
    keys: Lookup[str, Scalar]
    notes: Diagnostics

    def __contains__(self, name: str) -> bool:
        return name in self.nodes

    def key_place(self, name: str) -> Place:
        """Where an entry's name stands, or the whole mapping's where it is missing."""
        return self.keys[name].place if name in self.keys else self.place

    def scalar(self, name: str) -> Scalar | None:
        """A single value that is there and not empty."""
        node = self.nodes.get(name)
        if node is None or (isinstance(node, Scalar) and not node.is_null and node.text.strip()):
            return node
        note_kind(node, self.form.group, name, "a single value", self.notes)
        return None

    def text(self, name: str) -> str | None:
        scalar = self.scalar(name)
        return None if scalar is None else scalar.text.strip()

    def flag(self, name: str) -> bool | None:
        """A yes or no."""
        scalar = self.scalar(name)
        if scalar is None:
            return None
        flag = yes_no_in(scalar.text)
        if flag is None:
            message = f"{shown(scalar.text)} is neither yes nor no"
            self.note("flag", message, scalar.place, "write `yes` or `no`")
        return flag

    def date(self, name: str) -> date | None:
        scalar = self.scalar(name)
        if scalar is None:
            return None
        day = date_in(scalar.text)
        if day is None:
            self.note("date", f"{shown(scalar.text)} is not a date", scalar.place, DATE_HELP)
        return day

    def mapping(self, name: str) -> Mapping | None:
        node = self.nodes.get(name)
        if node is None or isinstance(node, Mapping):
            return node
        note_kind(node, self.form.group, name, "a mapping", self.notes)
        return None

    def items(self, name: str) -> tuple[Node, ...]:
        """The items of a list."""
        node = self.nodes.get(name)
        if isinstance(node, Sequence):
            return node.items
        if node is not None:
            note_kind(node, self.form.group, name, "a list", self.notes)
        return ()

    def one_or_more(self, name: str) -> tuple[Node, ...]:
        """The items of a list, or the one node that stands there alone."""
        node = self.nodes.get(name)
        return () if node is None else node.items if isinstance(node, Sequence) else (node,)

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts of a list of texts."""
        return texts_of(self.items(name), self.form.group, name, self.notes)

    def note(self, problem: str, message: str, place: Place, help: str) -> None:
        """Notes a mistake of this kind of mapping."""
        self.notes.add(f"{self.form.group}.{problem}", message, place, help)


def entries_in(node: Node, form: Form, place: Place, notes: Diagnostics) -> Entries | None:
    """The entries of a mapping with the given form; unknown and missing ones are noted. None where it is no mapping."""
    if not isinstance(node, Mapping):
        note_kind(node, form.group, form.noun, "a mapping", notes)
        return None
    _note_unknown(node, form, notes)
    nodes = node.by_name()
    for name in form.required:
        if name not in nodes:
            help = f"{form.noun} needs {quoted(form.required)}"
            notes.add(f"{form.group}.missing_key", f"`{name}` is missing", place, help)
    return Entries(form, place, nodes, {key.text: key for key, _ in node.entries}, notes)


def named_in(mapping: Mapping | None, group: str, notes: Diagnostics) -> Iterator[tuple[Scalar, Node]]:
    """The entries of a mapping whose keys are names; a key that is none is noted and still handed out."""
    for key, node in mapping.entries if mapping is not None else ():
        check_name(key, group, notes)
        yield key, node


def texts_of(nodes: tuple[Node, ...], group: str, name: str, notes: Diagnostics) -> tuple[str, ...]:
    """The texts among `nodes`, which are items of the list `name`; others are noted."""
    texts: list[str] = []
    for node in nodes:
        if isinstance(node, Scalar) and not node.is_null and node.text.strip():
            texts.append(node.text.strip())
        else:
            note_kind(node, group, name, "a single value", notes)
    return tuple(texts)


def note_kind(node: Node, group: str, name: str, wanted: str, notes: Diagnostics) -> None:
    """Notes that a node is of another kind than wanted."""
    named = f"`{name}`" if " " not in name and "`" not in name else name
    kind = kind_of(node)
    if isinstance(node, Scalar) and wanted == "a single value":
        kind = "empty"
    if kind == "empty":
        message, help = f"{named} is empty", "write a value, or remove the entry where it is optional"
    else:
        message, help = f"{named} is {kind}, not {wanted}", _help_for(node, wanted)
    notes.add(f"{group}.wrong_kind", message, node.place, help)


def _help_for(node: Node, wanted: str) -> str:
    if wanted == "a single value" and not isinstance(node, Scalar) and node.is_flow:
        bracket = "{" if isinstance(node, Mapping) else "["
        return f"write one value; a text that begins with `{bracket}` goes in quotes"
    if wanted == "a list":
        return "write each item on a line of its own after `- `, or all in square brackets"
    if wanted == "a mapping":
        return (
            'write names and values in braces: {"name": value}'
            if node.place.path
            else "write `name: value` entries, indented under it"
        )
    return "write one value"


def _note_unknown(mapping: Mapping, form: Form, notes: Diagnostics) -> None:
    known = (*form.required, *form.optional)
    for key, _ in mapping.entries:
        if key.text and key.text not in known:
            help = did_you_mean(key.text, known, f"{form.noun} has {quoted(known)}")
            notes.add(f"{form.group}.unknown_key", f"{form.noun} has no entry {shown(key.text)}", key.place, help)
