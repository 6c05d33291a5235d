"""Elements of SVG as text, whatever stands in a guideline: escaped, and without a character that XML does not allow."""

from collections.abc import Iterable, Mapping
from html import escape

from explain.plain_text import one_line


def element(name: str, attributes: Mapping[str, str | int], content: Iterable[str] | str = ()) -> str:
    """An element; `content` are elements, or a text that is yet to be escaped."""
    inside = cleaned(content) if isinstance(content, str) else "".join(content)
    written = "".join(f' {key}="{cleaned(str(value))}"' for key, value in attributes.items())
    return f"<{name}{written}>{inside}</{name}>\n" if inside else f"<{name}{written}/>\n"


def cleaned(text: str) -> str:
    """A text as it may stand in XML."""
    return escape(one_line(text))
