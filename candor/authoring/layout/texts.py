"""How a single value is written: plain, in quotes, or over several lines. Whatever is chosen reads back as the same
text. Quotes stay where YAML, or another reader of YAML, would take the text for something else."""

import re
import textwrap

from candor.authoring.layout.tree import Single

_PLAIN = re.compile(r"[^\W\d_][^{}\[\]\"\\\t\n]*")
_WORDS = re.compile(r"yes|no|true|false|null|on|off|y|n", re.IGNORECASE)
_NOT_IN_BLOCK = re.compile(r":(\s|$)|\s#|\s$")
_NOT_IN_FLOW = re.compile(r"[,:]")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
_BROKEN = re.compile(r"\n|\t|^\s|\s$")


def on_one_line(single: Single, *, in_flow: bool) -> str:
    """The value on one line. A plain one stays plain; of others the quotes are left out where every reader of YAML
    would take the text for the same without them."""
    text = single.text
    if single.style is None and "\n" not in text:
        return text
    if _is_plain(text, in_flow):
        return text
    return quoted(text)


def quoted(text: str) -> str:
    """A text in double quotes, or in single ones where that saves backslashes."""
    if ('"' in text or "\\" in text) and "\n" not in text and "\t" not in text:
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join(_ESCAPES.get(character, character) for character in text) + '"'


def needs_lines(single: Single) -> bool:
    """Whether a text has line ends of its own, so that it stands on several lines wherever it can."""
    return "\n" in single.text and single.style in ("|", ">")


def folded(text: str, width: int) -> list[str] | None:
    """The text as a folded one (`>-`, or `>` where it ends with a line's end): the sign and the lines, each as wide as
    it may be; None where it cannot be folded."""
    body = text.removesuffix("\n")
    if not body or _BROKEN.search(body) or "  " in body:
        return None
    lines = textwrap.wrap(body, max(width, 40), break_long_words=False, break_on_hyphens=False)
    return [">-" if body == text else ">", *lines]


def literal(text: str) -> list[str] | None:
    """The text as one whose line ends count (`|-`, or `|` where it ends with one): the sign and the lines; None where
    it cannot be written so."""
    body = text.removesuffix("\n")
    lines = body.split("\n")
    if not lines[0] or lines[0][0].isspace() or not lines[-1] or any(line and not line.strip() for line in lines):
        return None
    return ["|-" if body == text else "|", *lines]


def _is_plain(text: str, in_flow: bool) -> bool:
    if not _PLAIN.fullmatch(text) or _WORDS.fullmatch(text) or _NOT_IN_BLOCK.search(text):
        return False
    return not (in_flow and _NOT_IN_FLOW.search(text))
