"""Guidelines in another order, and as files."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from random import Random

from tests.oracle import Tree
from tests.random_guidelines.terms import RandomGuideline

_PLAIN = re.compile(r"[a-z][a-z0-9_]*|-?\d+(\.\d+)?|\d+\.\d+\.\d+|\d{4}-\d\d-\d\d")
_ANY_ORDER = ("all", "any", "of", "impossible", "then", "source", "beside")


def shuffled(guideline: RandomGuideline, random: Random) -> RandomGuideline:
    """The same guideline, and those it needs, with everything in another order whose order means nothing."""
    kept = ("outcomes", "choices") if guideline.name != "icy_roads" or guideline.others else ("outcomes",)
    return replace(
        guideline,
        facts=_reordered_mapping(guideline.facts, random, kept),
        decisions={name: _reordered_mapping(tree, random, kept) for name, tree in guideline.decisions.items()},
        findings=None if guideline.findings is None else _reordered_mapping(guideline.findings, random, kept),
        others=tuple(shuffled(other, random) for other in guideline.others),
    )


def _reordered_mapping(tree: Mapping[str, Tree], random: Random, kept: tuple[str, ...]) -> Mapping[str, Tree]:
    """The same tree, shuffled but for the entries of what is `kept` and for lists whose order means something."""
    keys = random.sample(list(tree), len(tree))
    return {key: _reordered_part(key, tree[key], random, kept) for key in keys}


def _reordered_part(key: str, part: Tree, random: Random, kept: tuple[str, ...]) -> Tree:
    if isinstance(part, str):
        return part
    if isinstance(part, Mapping):
        mixed = _reordered_mapping(part, random, kept)
        return {name: mixed[name] for name in part} if key in kept else mixed
    items = [_reordered_part("", item, random, kept) for item in part]
    return random.sample(items, len(items)) if key in _ANY_ORDER else items


def write(guideline: RandomGuideline, folder: Path, order: Callable[[list[str]], list[str]] = sorted) -> Path:
    """Writes the guideline as files, one after another in the given order, and those it needs beside it; returns its
    folder, `folder`/icy_roads."""
    for each in guideline.folders:
        trees: dict[str, Tree] = {"guideline": _identity(each), "facts": each.facts, **each.decisions}
        if each.findings is not None:
            trees["findings"] = each.findings
        home = folder / each.name
        home.mkdir(parents=True)
        for name in order(list(trees)):
            (home / f"{name}.yaml").write_text(as_yaml(trees[name]), encoding="utf-8")
    return folder / guideline.name


def _identity(guideline: RandomGuideline) -> Tree:
    return {
        "guideline": guideline.name,
        "version": guideline.version,
        "status": "draft",
        "title": "Ice on roads",
        "purpose": "To prove the engine on a world without medicine.",
        "population": "Roads in winter",
        "limits": "Made at random: no road should follow it.",
        "sources": {"road_book": _ROAD_BOOK},
    }


_ROAD_BOOK: Tree = {
    "title": "The road book",
    "publisher": "Road office",
    "date": "2026-01-31",
    "kind": "definition",
}


def as_yaml(tree: Tree, indent: str = "") -> str:
    """Block YAML; lists of texts in brackets; in quotes whatever is not plainly a name, number, date or version."""
    if isinstance(tree, Mapping):
        return "".join(f"{indent}{key}:{_as_value(part, indent + '  ')}" for key, part in tree.items())
    return "".join(f"{indent}-{_as_value(part, indent + '  ')}" for part in tree)


def _as_value(tree: Tree, indent: str) -> str:
    if isinstance(tree, str):
        return f" {_as_scalar(tree)}\n"
    if not isinstance(tree, Mapping) and all(isinstance(part, str) for part in tree):
        return f" [{', '.join(_as_scalar(str(part)) for part in tree)}]\n"
    return f"\n{as_yaml(tree, indent)}"


def _as_scalar(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
