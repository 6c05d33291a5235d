"""YAML as nodes: text, style and place, from the parser's event stream and never through a loader that guesses types.

What YAML can do beyond texts, lists and mappings is refused here, before anything is built: anchors, aliases, tags,
directives, merge keys, keys that are no text, several documents. How a syntax error is explained is in `yaml_faults`.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from engine.diagnostics import Diagnostics, Place, shown
from engine.loading.files import FORBIDDEN, LINE_BREAK
from engine.loading.nodes import MAX_DEPTH, MAX_VALUES, Mapping, Node, Scalar, Sequence, Style, shown_line
from engine.loading.yaml_faults import fault_of

_LONG_TAG = re.compile(r"!\S{1000}")
_ESCAPE = re.compile(r"\\U([0-9A-Fa-f]{8})")
_STYLES = {'"': Style.QUOTED, "'": Style.QUOTED, "|": Style.BLOCK, ">": Style.BLOCK}


class _Refused(Exception):
    """The document cannot be read on; why is noted."""


def yaml_document(text: str, file: str, notes: Diagnostics) -> Node | None:
    """The one document of a YAML text; None where there is none that can be used, with the reasons noted."""
    try:
        _refuse_directives(text, file, notes)
        return _Reader(text, file, notes).document()
    except _Refused:
        return None


def _refuse_directives(text: str, file: str, notes: Diagnostics) -> None:
    """Directives stand before the document; the parser would obey them. A tag as long as this would stop it."""
    for number, line in enumerate(LINE_BREAK.split(text), start=1):
        if line.startswith("%"):
            place = Place(file, number, 1, len(line) + 1, text=shown_line(line))
            notes.add("yaml.directive", "a directive stands before the document", place, "remove the line")
            raise _Refused
        if line.strip() and not line.startswith("#"):
            break
    if found := _LONG_TAG.search(text):
        number = len(LINE_BREAK.split(text[: found.start()]))
        notes.add("yaml.tag", "a tag stands here", Place(file, number, 1, 1), "write the text in quotes")
        raise _Refused


def _as_written(tag: str) -> str:
    """A tag as authors write it: the parser hands out `!!str` in full."""
    return tag.replace("tag:yaml.org,2002:", "!!", 1)


class _Reader:
    """Reads one document from the events of a text."""

    def __init__(self, text: str, file: str, notes: Diagnostics) -> None:
        self._text, self._file, self._notes = text, file, notes
        self._lines = LINE_BREAK.split(text)
        self._events: Iterator[Event] = YAML(typ="safe", pure=True).parse(text)
        self._count = 0
        self._is_refused = False

    def document(self) -> Node | None:
        node: Node | None = None
        while (event := self._next()) is not None:
            if isinstance(event, DocumentStartEvent):
                if node is not None:
                    self._refuse("yaml.several_documents", "a second document begins here", event, "keep one in a file")
                    break
                node = self._node(self._taken(), None, 1)
        if node is None or (isinstance(node, Scalar) and node.is_null):
            self._notes.add("file.empty", "the file is empty", Place(self._file), "write something in it")
            return None
        return None if self._is_refused else node

    def _next(self) -> Event | None:
        try:
            return next(self._events, None)
        except MarkedYAMLError as error:
            self._notes.add(*fault_of(error, self._lines, self._file))
        except (ValueError, OverflowError):
            self._note_escape()
        except YAMLError:
            self._notes.add("yaml.syntax", "the file cannot be read as YAML", Place(self._file), "write plain YAML")
        raise _Refused

    def _taken(self) -> Event:
        event = self._next()
        assert event is not None
        return event

    def _node(self, event: Event, owner: Place | None, depth: int) -> Node:
        """The node that begins with `event`; `owner` is where its key stands, for what has no place of its own."""
        self._bound(event, depth)
        self._refuse_extras(event)
        match event:
            case MappingStartEvent():
                return self._mapping(event, depth)
            case SequenceStartEvent():
                return self._sequence(event, depth)
            case ScalarEvent():
                return self._scalar(event, owner)
        return Scalar("", Style.PLAIN, self._place(event))

    def _bound(self, event: Event, depth: int) -> None:
        self._count += 1
        if depth > MAX_DEPTH:
            self._refuse("yaml.too_deep", f"the nesting is deeper than {MAX_DEPTH} levels", event, "nest less deeply")
            raise _Refused
        if self._count > MAX_VALUES:
            message = f"the file has more than {MAX_VALUES:,} values"
            self._refuse("yaml.too_many_values", message, event, "split it into several files")
            raise _Refused

    def _refuse_extras(self, event: Event) -> None:
        if isinstance(event, AliasEvent):
            help = "write the text out; one that begins with `*` goes in quotes"
            self._refuse("yaml.alias", f"the alias {shown('*' + str(event.anchor))} stands here", event, help)
        elif isinstance(event, NodeEvent) and event.anchor is not None:
            help = "remove it; a text that begins with `&` goes in quotes"
            self._refuse("yaml.anchor", f"the anchor {shown('&' + str(event.anchor))} stands here", event, help)
        if isinstance(event, ScalarEvent | MappingStartEvent | SequenceStartEvent) and event.ctag is not None:
            help = "remove it; a text that begins with `!` goes in quotes"
            self._refuse("yaml.tag", f"the tag {shown(_as_written(str(event.ctag)))} stands here", event, help)

    def _mapping(self, start: MappingStartEvent, depth: int) -> Mapping:
        entries: dict[str, tuple[Scalar, Node]] = {}
        while not isinstance(event := self._taken(), MappingEndEvent):
            key = self._key(event, depth + 1)
            node = self._node(self._taken(), key.place, depth + 1)
            if key.text in entries:
                self._note_twice(key, entries[key.text][0])
            else:
                entries[key.text] = (key, node)
        return Mapping(tuple(entries.values()), self._span(start, event), bool(start.flow_style))

    def _sequence(self, start: SequenceStartEvent, depth: int) -> Sequence:
        items: list[Node] = []
        while not isinstance(event := self._taken(), SequenceEndEvent):
            items.append(self._node(event, None, depth + 1))
        return Sequence(tuple(items), self._span(start, event), bool(start.flow_style))

    def _key(self, event: Event, depth: int) -> Scalar:
        key = self._node(event, None, depth)
        if isinstance(key, Scalar) and key.text:
            if key.text == "<<" and key.style is Style.PLAIN:
                self._refuse("yaml.merge_key", "a merge key `<<` stands here", event, "write the entries out")
            return key
        if not isinstance(event, AliasEvent):
            help = "write `name: value`; a text that begins with a bracket, `?` or `:` goes in quotes"
            self._refuse("yaml.complex_key", "an entry's name is not a plain text", event, help)
        return Scalar("", Style.PLAIN, key.place)

    def _scalar(self, event: ScalarEvent, owner: Place | None) -> Scalar:
        style = _STYLES.get(event.style, Style.PLAIN)
        text = str(event.value)
        place = self._place(event)
        if style is Style.PLAIN and not text and owner is not None:
            place = owner
        if found := FORBIDDEN.search(text):
            message = f"the text holds the character U+{ord(found[0]):04X}, which cannot be seen"
            self._notes.add("yaml.character", message, place, "remove the escape")
            self._is_refused = True
        return Scalar(text, style, place)

    def _place(self, event: Event) -> Place:
        start, end = event.start_mark, event.end_mark
        line = self._lines[start.line] if start.line < len(self._lines) else ""
        stop = end.column if end.line == start.line and end.column > start.column else len(line.rstrip())
        column = start.column + 1
        return Place(self._file, start.line + 1, column, max(stop + 1, column), text=shown_line(line))

    def _span(self, start: Event, end: Event) -> Place:
        """From the first to the last event of a list or mapping, as far as it is on one line."""
        place = self._place(start)
        if end.end_mark.line == start.start_mark.line:
            return replace(place, end=max(end.end_mark.column + 1, place.column))
        return replace(place, end=max(len(place.text.rstrip()) + 1, place.column))

    def _refuse(self, code: str, message: str, event: Event, help: str) -> None:
        self._is_refused = True
        self._notes.add(code, message, self._place(event), help)

    def _note_twice(self, key: Scalar, first: Scalar) -> None:
        help = f"the first is on line {first.place.line}: rename or remove one of them"
        self._notes.add("yaml.duplicate_key", f"{shown(key.text)} stands here twice", key.place, help)

    def _note_escape(self) -> None:
        """The parser stumbles, without saying where, over an escape beyond the last character of Unicode."""
        found = next((each for each in _ESCAPE.finditer(self._text) if int(each[1], 16) > 0x10FFFF), None)
        place = Place(self._file)
        if found is not None:
            before = LINE_BREAK.split(self._text[: found.start()])
            column = len(before[-1]) + 1
            line = shown_line(self._lines[len(before) - 1])
            place = Place(self._file, len(before), column, column + len(found[0]), text=line)
        self._notes.add("yaml.character", "the escape names no character", place, "remove the escape")
