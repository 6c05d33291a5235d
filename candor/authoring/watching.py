"""Seeing that files were saved: their times and sizes are looked at again and again, which works on every system and
every kind of disk, and costs nothing for the few files of a guideline."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from engine.diagnostics import Diagnostics
from engine.loading.files import text_in_file
from engine.loading.folder import FACTS, GUIDELINE
from engine.loading.nodes import Mapping as MappingNode
from engine.loading.nodes import Node, Scalar, Sequence
from engine.loading.yaml_nodes import yaml_document

INTERVAL = 0.3
"""Seconds between two looks."""
Seen = Mapping[Path, tuple[int, int, int]]
"""What a look tells of each file: its time, its size, and which file it is."""


def look(folder: Path) -> Seen:
    """The YAML files of a guideline, and of those beside it that it imports, as they are now."""
    seen: dict[Path, tuple[int, int, int]] = {}
    for each in watched(folder):
        for path in sorted(each.glob("*.y*ml")):
            try:
                found = path.stat()
            except OSError:
                continue
            seen[path] = (found.st_mtime_ns, found.st_size, found.st_ino)
    return seen


def changes(look: Callable[[], Seen], wait: Callable[[float], object]) -> Iterator[tuple[Path, ...]]:
    """The files that were saved, made or removed since the last time; several at once where they follow one another
    within two looks. `wait` lets time pass, in seconds. What is saved from this call on counts."""
    return _changes(look(), look, wait)


def _changes(before: Seen, look: Callable[[], Seen], wait: Callable[[float], object]) -> Iterator[tuple[Path, ...]]:
    while True:
        now = _settled(before, look, wait)
        changed = sorted(path for path in {*before, *now} if before.get(path) != now.get(path))
        before = now
        if changed:
            yield tuple(changed)


def _settled(before: Seen, look: Callable[[], Seen], wait: Callable[[float], object]) -> Seen:
    """What is seen once something differs from before, and does not differ any more from one look to the next."""
    now = before
    while now == before:
        wait(INTERVAL)
        now = look()
    while True:
        wait(INTERVAL)
        later = look()
        if later == now:
            return now
        now = later


def watched(folder: Path) -> tuple[Path, ...]:
    """The folder of a guideline, and those beside it from which its facts come, also by way of others."""
    found = [folder.resolve()]
    for each in found:
        beside = (each.parent / name for name in _imported(each / FACTS))
        found += [other for other in dict.fromkeys(beside) if other not in found and (other / GUIDELINE).is_file()]
    return tuple(found)


def _imported(facts: Path) -> Iterator[str]:
    """The guidelines that a vocabulary names, as far as it can be read."""
    notes = Diagnostics()
    text = text_in_file(facts, notes)
    node = None if text is None else yaml_document(text, facts.as_posix(), notes)
    for fact in _entries(_entries(node).get("facts")).values():
        way = _entries(fact).get("from")
        for each in way.items if isinstance(way, Sequence) else (way,):
            name = _entries(each).get("guideline")
            if isinstance(name, Scalar):
                yield name.text


def _entries(node: Node | None) -> Mapping[str, Node]:
    return node.by_name() if isinstance(node, MappingNode) else {}
