"""From a tree to the canonical layout. The rules stand in docs/editing.md; what a mapping may hold, and in which order,
comes from the shape of its file."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from candor.authoring.layout.texts import folded, literal, needs_lines, on_one_line
from candor.authoring.layout.tree import BLANK, Group, Item, Single, Value, has_comments, singles_in
from candor.authoring.shapes import FileShape, Leaf, Listed, Record, Shape, Table, fitting
from engine.diagnostics import Place
from engine.loading import nodes

WIDTH = 120
STEP = 2
_NOWHERE = Place("layout")
_KEPT = "\0"
"""A blank line within a text, which counts."""
_Fitting = Leaf | Record | Table | Listed | None


def written(document: Item, file: FileShape) -> str:
    """The whole file in canonical layout."""
    writer = _Writer(file.definitions)
    assert isinstance(document.value, Group)
    lines = [*document.before]
    lines += writer.group(document.value, writer.fit(file.whole, document.value), 0, is_below=bool(document.before))
    lines += document.beside
    return "\n".join(_without_runs(lines)).replace(_KEPT, "") + "\n"


def ordered(group: Group, shape: _Fitting) -> list[Item]:
    """The items in their order: entries of a form as the form has them, all others as the author has them."""
    if not isinstance(shape, Record):
        return group.items
    places = {name: at for at, name in enumerate(shape.entries)}
    return sorted(group.items, key=lambda item: places.get(item.key.text if item.key else "", len(places)))


class _Writer:
    """Writes one file; `definitions` are the shapes that it names."""

    def __init__(self, definitions: Mapping[str, Shape]) -> None:
        self._definitions = definitions

    def fit(self, shape: Shape | None, value: Value) -> _Fitting:
        """The shape by which a value is laid out; None where nothing is known of it."""
        return None if shape is None else fitting(shape, _node(value), self._definitions)

    def group(self, group: Group, shape: _Fitting, indent: int, *, is_below: bool = False) -> list[str]:
        """A list or mapping that is not empty, each item on lines of its own. `is_below` where something stands above
        its first item, so that a blank line there means something."""
        lines: list[str] = []
        for item in ordered(group, shape):
            lines += self._item(item, _inner(shape, item), indent)
        if not is_below:
            while lines and lines[0] == BLANK:
                lines.pop(0)
        return lines + _indented(group.after, indent)

    def _item(self, item: Item, shape: Shape | None, indent: int) -> list[str]:
        fit = self.fit(shape, item.value)
        start = " " * indent + ("-" if item.key is None else f"{on_one_line(item.key, in_flow=True)}:")
        if isinstance(item.value, Single):
            return self._beside(item.before, item.beside, self._single(start, item.value, fit, indent), indent)
        return self._grouped(start, item, item.value, fit, indent)

    def _grouped(self, start: str, item: Item, group: Group, fit: _Fitting, indent: int) -> list[str]:
        """An item that is a list or a mapping: in brackets, or each entry on lines of its own."""
        beside = [*item.beside, *group.behind]
        if not group.items:
            return self._beside(
                [*item.before, *group.after], beside, [f"{start} {'[]' if group.is_list else '{}'}"], indent
            )
        flow = self._flow(group, fit, len(start) + 1)
        if flow is not None:
            return self._beside(item.before, beside, [f"{start} {flow[0]}", *flow[1:]], indent, at=-1)
        if has_comments(group):
            beside, group = item.beside, replace(group, after=[*group.after, *group.behind])
        below = self.group(group, fit, indent + STEP)
        if item.key is not None:
            return self._beside(item.before, beside, [start], indent) + below
        at = next(number for number, line in enumerate(below) if line and not line.lstrip().startswith("#"))
        below[at] = f"{start} {below[at][indent + STEP :]}"
        above = [*item.before, *beside, *(line.strip() for line in below[:at])]
        return [*_indented(above, indent), *below[at:]]

    def _beside(self, before: list[str], beside: list[str], lines: list[str], indent: int, at: int = 0) -> list[str]:
        """The lines of an item with the comments above it, and the last of those beside it behind one of its lines; the
        others go above."""
        if beside:
            lines[at] += f"  {beside[-1]}"
        return [*_indented([*before, *beside[:-1]], indent), *lines]

    def _single(self, start: str, single: Single, fit: _Fitting, indent: int) -> list[str]:
        if single.is_empty:
            return [start]
        one = f"{start} {on_one_line(single, in_flow=False)}"
        may_fold = single.is_long or (isinstance(fit, Leaf) and fit.is_prose)
        several: list[str] | None = None
        if needs_lines(single):
            several = self._several(single, indent)
        elif len(one) > WIDTH and may_fold:
            several = folded(single.text, WIDTH - indent - STEP)
        if several is None:
            return [one]
        return [f"{start} {several[0]}", *(_line(line, indent + STEP) or _KEPT for line in several[1:])]

    def _several(self, single: Single, indent: int) -> list[str] | None:
        """A text with line ends of its own: folded where only its last one counts, else as it stands."""
        text = single.text
        if single.style == ">" and text.count("\n") == 1 and text.endswith("\n"):
            return folded(text, WIDTH - indent - STEP) or literal(text)
        return literal(text)

    def _flow(self, group: Group, shape: _Fitting, column: int) -> list[str] | None:
        """The group in brackets that begin at a column; None where it stands on lines of its own."""
        if not group.is_flow or _is_open(shape) or not _is_possible(group):
            return None
        line = _in_brackets(group, self._parts(group, shape))
        if column + len(line) <= WIDTH:
            return [line]
        is_single = all(isinstance(item.value, Single) for item in group.items)
        if is_single and (isinstance(shape, Listed) or (isinstance(shape, Table) and shape.is_filled)):
            return _filled(group, list(self._parts(group, shape)), column)
        return None

    def _parts(self, group: Group, shape: _Fitting) -> Iterator[str]:
        for item in ordered(group, shape):
            value = item.value
            if isinstance(value, Single):
                text = on_one_line(value, in_flow=True)
            else:
                fit = self.fit(_inner(shape, item), value)
                text = _in_brackets(value, self._parts(value, fit))
            yield text if item.key is None else f"{on_one_line(item.key, in_flow=True)}: {text}"


def _inner(shape: _Fitting, item: Item) -> Shape | None:
    """What stands within an item, as its group's shape says."""
    if isinstance(shape, Listed):
        return shape.item
    name = item.key.text if item.key is not None else ""
    if isinstance(shape, Record):
        return shape.entries[name].shape if name in shape.entries else None
    if isinstance(shape, Table):
        return shape.known[name].shape if name in shape.known else shape.value
    return None


def _is_open(shape: _Fitting) -> bool:
    return isinstance(shape, Record | Table) and shape.is_open


def _is_possible(group: Group) -> bool:
    """Whether a group can stand in brackets on one line: without comments, empty values and line ends."""
    return not has_comments(group) and not any(each.is_empty or needs_lines(each) for each in singles_in(group))


def _in_brackets(group: Group, parts: Iterable[str]) -> str:
    return f"[{', '.join(parts)}]" if group.is_list else f"{{{', '.join(parts)}}}"


def _filled(group: Group, parts: list[str], column: int) -> list[str]:
    """Parts in brackets over several lines, below one another behind the bracket, which stands at a column."""
    opening, closing = "[]" if group.is_list else "{}"
    start = " " * (column + 1)
    lines = [opening + parts[0]]
    for part in parts[1:]:
        taken = column + len(lines[-1]) if len(lines) == 1 else len(lines[-1])
        if taken + len(f", {part},") > WIDTH:
            lines[-1] += ","
            lines.append(start + part)
        else:
            lines[-1] += f", {part}"
    return [*lines[:-1], lines[-1] + closing]


def _indented(lines: Iterable[str], indent: int) -> list[str]:
    return [_line(line, indent) for line in lines]


def _line(line: str, indent: int) -> str:
    return " " * indent + line if line else line


def _without_runs(lines: list[str]) -> Iterator[str]:
    """The lines without blank ones at both ends, and with one at most in a row."""
    last = BLANK
    kept = [*lines]
    while kept and kept[-1] == BLANK:
        kept.pop()
    for line in kept:
        if line != BLANK or last != BLANK:
            yield line
        last = line


def _node(value: Value) -> nodes.Node:
    """A node of the same kind, by which a shape is found."""
    if isinstance(value, Single):
        return nodes.Scalar(value.text, nodes.Style.PLAIN, _NOWHERE)
    return nodes.Sequence((), _NOWHERE) if value.is_list else nodes.Mapping((), _NOWHERE)
