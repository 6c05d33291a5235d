"""The same file in any layout that YAML allows: indentation, brackets, quotes, broken lines, blank lines, comments
wherever one may stand. Comments are numbered in their order."""

import re
from dataclasses import dataclass
from itertools import count
from random import Random

from engine.loading.nodes import Mapping, Node, Scalar, Sequence, Style

_SPECIAL = ",[]{}:#&*!|>'\"%@`<=?"
_NUMBER = "# @"
"""Stands for a numbered comment until it is known where each one comes."""


@dataclass
class Layout:
    """Writes a document by a source of randomness; a layout with `comments` 0 has none."""

    random: Random
    comments: float = 0.15

    def written(self, node: Node) -> str:
        assert isinstance(node, Mapping)
        start = self._own(0) + (["---"] if self._is(0.2) else [])
        text = "\n".join([*start, *self._block(node, 0, 0), *self._own(0)]) + "\n"
        numbers = count()
        return re.sub(_NUMBER, lambda match: f"# {next(numbers)}", text)

    def _is(self, chance: float) -> bool:
        return self.random.random() < chance

    def _comment(self) -> str:
        return _NUMBER + self.random.choice(["", " it is: so", " {x}", " - y", " # z"])

    def _own(self, column: int, free: bool = False) -> list[str]:
        """Perhaps some comments on lines of their own, and blank lines; `free` at any column."""
        lines = [""] * (self._is(0.1) * self.random.randint(1, 3))
        while self._is(self.comments):
            at = self.random.randint(0, 9) if free else column
            lines += [" " * at + self._comment(), *([""] * self._is(0.1))]
        return lines

    def _beside(self) -> str:
        return " " * self.random.randint(1, 4) + self._comment() if self._is(self.comments) else ""

    def _block(self, node: Mapping | Sequence, column: int, least: int) -> list[str]:
        """A group on lines of its own, which begin at a column."""
        lines: list[str] = []
        entries = node.entries if isinstance(node, Mapping) else [(None, item) for item in node.items]
        for key, body in entries:
            lines += self._own(column)
            head = "-" if key is None else self._key(key) + ":"
            lines += self._entry(" " * column + head, body, column, is_item=key is None)
        return lines

    def _entry(self, start: str, body: Node, column: int, *, is_item: bool) -> list[str]:
        inner = column + self.random.randint(2 if is_item else 1, 5)
        if isinstance(body, Scalar):
            return self._scalar(start, body, inner)
        is_empty = not (body.entries if isinstance(body, Mapping) else body.items)
        if is_empty or self._is(0.4):
            gap = self._beside() + "\n" + " " * inner if self._is(0.1) else " "
            return f"{start}{gap}{self._flow(body, inner)}{self._beside()}".split("\n")
        if isinstance(body, Sequence) and not is_item and self._is(0.3):
            inner = column
        if is_item and isinstance(body, Mapping) and self._is(0.7):
            inner = column + 2
            first, *more = self._block(body, inner, inner)
            if first.strip() and not first.strip().startswith("#"):
                return [f"{start} {first[inner:]}", *more]
            return [start, first, *more]
        return [start + self._beside(), *self._own(inner), *self._block(body, inner, inner)]

    def _scalar(self, start: str, scalar: Scalar, inner: int) -> list[str]:
        text = scalar.text
        if scalar.style is Style.BLOCK and "\n" in text:
            body = text.removesuffix("\n").split("\n")
            sign = "|" if body != text.split("\n") else "|-"
            return [f"{start} {sign}{self._beside()}", *(" " * inner + each for each in body)]
        if not scalar.is_null and " " in text and "  " not in text and "\n" not in text and self._is(0.2):
            return [f"{start} >-{self._beside()}", *(" " * inner + each for each in self._broken(text))]
        gap = self._beside() + "\n" + "".join(f"{line}\n" for line in self._own(inner)) + " " * inner
        written = self._quoted(text) if self._needs_quotes(scalar) else self._plain(scalar, inner)
        return f"{start}{gap if self._is(0.1) and text else ' '}{written}{self._beside()}".rstrip(" ").split("\n")

    def _plain(self, scalar: Scalar, inner: int) -> str:
        text = scalar.text
        if not scalar.is_null and self._is(0.2):
            return self._quoted(text)
        return f"\n{' ' * inner}".join(self._broken(text)) if " " in text and self._is(0.2) else text

    def _broken(self, text: str) -> list[str]:
        lines = [""]
        for word in text.split(" "):
            if lines[-1] and self._is(0.2) and word[0] not in "#-?:":
                lines.append(word)
            else:
                lines[-1] += f" {word}" if lines[-1] else word
        return lines

    def _needs_quotes(self, scalar: Scalar) -> bool:
        return scalar.style is not Style.PLAIN

    def _quoted(self, text: str) -> str:
        if "\n" not in text and self._is(0.4):
            return "'" + text.replace("'", "''") + "'"
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'

    def _key(self, key: Scalar) -> str:
        return self._quoted(key.text) if self._is(0.1) else key.text

    def _gap(self, inner: int) -> str:
        """What stands between two parts inside brackets: nothing, a line's end, comments."""
        if not self._is(0.25):
            return " " * self.random.randint(0, 1)
        lines = [self._beside(), *self._own(inner, free=False)]
        return "\n".join(lines) + "\n" + " " * inner

    def _flow(self, node: Node, inner: int) -> str:
        if isinstance(node, Scalar):
            is_special = any(each in _SPECIAL for each in node.text) or "\n" in node.text
            quotes = self._needs_quotes(node) or is_special or (not node.is_null and self._is(0.2))
            return self._quoted(node.text) if quotes else node.text
        if isinstance(node, Sequence):
            parts = [self._flow(item, inner) for item in node.items]
            return self._bracketed("[]", parts, inner)
        pairs = [f"{self._key(key)}: {self._flow(body, inner)}" for key, body in node.entries]
        return self._bracketed("{}", pairs, inner)

    def _bracketed(self, brackets: str, parts: list[str], inner: int) -> str:
        return brackets[0] + self._gap(inner) + f",{self._gap(inner)}".join(parts) + self._gap(inner) + brackets[1]
