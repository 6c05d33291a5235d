"""A YAML file as it is laid out: entries with their comments and blank lines."""

from collections.abc import Iterator
from dataclasses import dataclass, field

BLANK = ""
"""A blank line among lines of comments."""


@dataclass(slots=True)
class Single:
    """A single value: its text and how it was written: None where plain, else the quote or `|` or `>`. `is_long` where
    it stood on several lines."""

    text: str
    style: str | None
    is_long: bool = False

    @property
    def is_empty(self) -> bool:
        return self.style is None and not self.text


@dataclass(slots=True)
class Item:
    """An entry of a mapping, or an item of a list, which has no key. `before` are the comments on lines of their own
    above it, with blank lines; `beside` those behind it."""

    key: Single | None
    value: "Value"
    before: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Group:
    """A list or a mapping. `after` are comments below its last item, `behind` those behind its closing bracket."""

    is_list: bool
    is_flow: bool
    items: list[Item] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    behind: list[str] = field(default_factory=list)


Value = Single | Group


def has_comments(group: Group) -> bool:
    """Whether a comment stands anywhere within a list or mapping."""
    if any(each != BLANK for each in group.after):
        return True
    return any(
        item.beside
        or any(each != BLANK for each in item.before)
        or (isinstance(item.value, Group) and (item.value.behind or has_comments(item.value)))
        for item in group.items
    )


def singles_in(value: Value) -> Iterator[Single]:
    """Every single value in a value, without keys."""
    if isinstance(value, Single):
        yield value
    else:
        for item in value.items:
            yield from singles_in(item.value)
