"""From a YAML text to a tree with its comments. The text is one that the loader has read without a complaint about its
YAML, so there are only texts, lists and mappings in it."""

from collections.abc import Iterable, Iterator

from ruamel.yaml import YAML
from ruamel.yaml.events import (
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from candor.authoring.layout.comments import Comment, comments_in, is_below_blank
from candor.authoring.layout.tree import BLANK, Group, Item, Single, Value

_Start = MappingStartEvent | SequenceStartEvent


def tree_of(text: str) -> Item:
    """The document as an item without a key; comments below its last line are `after` the outermost group."""
    return _Reader(text).document()


def scalar_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where the single values of a text begin and end, in order."""
    return _spans(YAML(typ="safe", pure=True).parse(text))


def _spans(events: Iterable[Event]) -> Iterator[tuple[int, int]]:
    scalars = (event for event in events if isinstance(event, ScalarEvent))
    return ((event.start_mark.index, event.end_mark.index) for event in scalars)


class _Reader:
    """Reads one document. Comments wait until the value to which they belong is known."""

    def __init__(self, text: str) -> None:
        self._text = text
        wanted = (ScalarEvent, MappingStartEvent, MappingEndEvent, SequenceStartEvent, SequenceEndEvent)
        events = YAML(typ="safe", pure=True).parse(text)
        self._events: list[Event] = [event for event in events if isinstance(event, wanted)]
        self._comments = comments_in(text, _spans(self._events))
        self._behind: list[str] = []
        self._line = -1
        """Where a comment goes that stands behind what was read last, and on which line that is."""

    def document(self) -> Item:
        item = Item(None, Single("", None))
        first = self._events[0]
        item.before = self._lines(self._waiting(first.start_mark.index), first.start_mark.index)
        item.value = self._value(item, None)
        left = self._lines(self._beside(self._waiting(len(self._text))), None)
        if isinstance(item.value, Group):
            item.value.after += left
        return item

    def _waiting(self, index: int) -> list[Comment]:
        """The comments before a character that have not been given to anything."""
        found = [each for each in self._comments if each.at < index]
        self._comments = self._comments[len(found) :]
        return found

    def _lines(self, comments: list[Comment], index: int | None) -> list[str]:
        """Comments as lines with the blank ones among them, up to the one before what begins at `index`."""
        lines: list[str] = []
        for each in comments:
            lines += [BLANK, each.text] if each.is_after_blank else [each.text]
        if index is not None and is_below_blank(self._text, index):
            lines.append(BLANK)
        return lines

    def _beside(self, comments: list[Comment]) -> list[Comment]:
        """Gives what was read last the comments behind it, and returns the others."""
        behind = [each for each in comments if each.line == self._line]
        self._behind += [each.text for each in behind]
        return comments[len(behind) :]

    def _value(self, item: Item, parent: int | None) -> Value:
        """The value that comes next, which is that of `item`; `parent` is the column of the mapping around it."""
        event = self._events.pop(0)
        if isinstance(event, MappingStartEvent | SequenceStartEvent):
            return self._group(event, item, parent)
        assert isinstance(event, ScalarEvent)
        self._read(item.beside, event)
        return self._single(event)

    def _read(self, behind: list[str], event: Event) -> None:
        """Notes where a comment would stand behind what was just read: behind a text over several lines that is
        announced by `|` or `>`, on the line that announces it."""
        is_announced = isinstance(event, ScalarEvent) and event.style in ("|", ">")
        self._behind, self._line = behind, (event.start_mark if is_announced else event.end_mark).line

    def _single(self, event: ScalarEvent) -> Single:
        is_long = event.end_mark.line > event.start_mark.line
        return Single(str(event.value), event.style or None, is_long)

    def _group(self, start: _Start, owner: Item, parent: int | None) -> Group:
        is_list = isinstance(start, SequenceStartEvent)
        group = Group(is_list, bool(start.flow_style))
        column = start.start_mark.column
        least = column + 1 if is_list and column == parent else column
        end = SequenceEndEvent if is_list else MappingEndEvent
        if group.is_flow:
            self._read(owner.beside, start)
        while not isinstance(self._events[0], end):
            group.items.append(self._entry(group, owner, column))
        self._close(group, owner, self._events.pop(0), least)
        return group

    def _entry(self, group: Group, owner: Item, column: int) -> Item:
        event = self._events[0]
        at = event.start_mark.index
        item = Item(None, Single("", None))
        alone = self._beside(self._waiting(at))
        has_room = bool(group.items or alone) and not group.is_flow
        item.before = self._lines(alone, at if has_room else None)
        if group.is_list:
            self._before_value(item)
            item.value = self._value(item, None)
            return item
        assert isinstance(event, ScalarEvent)
        item.key = self._single(event)
        self._read(item.beside, self._events.pop(0))
        self._before_value(item)
        item.value = self._value(item, column)
        return item

    def _before_value(self, item: Item) -> None:
        """Comments between an entry's name and a single value or a bracket: where one has a line of its own, all go
        above the entry. An empty value ends before them; those above a mapping or list without brackets are left to its
        first item."""
        event = self._events[0]
        if isinstance(event, ScalarEvent):
            is_empty = event.start_mark.index == event.end_mark.index and not event.style
        elif isinstance(event, MappingStartEvent | SequenceStartEvent) and event.flow_style:
            is_empty = False
        else:
            return
        left = self._beside(self._waiting(event.start_mark.index))
        if is_empty:
            self._comments = [*left, *self._comments]
        elif left:
            item.before += [*item.beside, *(each.text for each in left)]
            item.beside.clear()

    def _close(self, group: Group, owner: Item, end: Event, least: int) -> None:
        """Comments below the last item: inside brackets all of them, else those that are indented like the items. One
        behind the opening bracket goes with them where there is no item, so that they stay in order."""
        waiting = self._beside(self._waiting(end.start_mark.index))
        inside = len(waiting)
        if not group.is_flow:
            inside = next((at for at, each in enumerate(waiting) if each.column < least), len(waiting))
            self._comments = [*waiting[inside:], *self._comments]
        group.after = self._lines(waiting[:inside], None)
        if group.is_flow and not group.items and group.after:
            group.after = [*owner.beside, *group.after]
            owner.beside.clear()
        if group.is_flow:
            self._read(group.behind, end)
