"""What a YAML syntax error means to an author: the usual causes, each with how to repair it.

The parser's own words are used to recognise the cause and never shown.
"""

import re
from dataclasses import dataclass

from ruamel.yaml.error import MarkedYAMLError

from engine.diagnostics import Place, shown
from engine.loading.nodes import shown_line

_ENTRY = re.compile(r"\s*(?:- )*\s*(?:[^\s:'\"\[{][^:]*:\s+)?(.*?)\s*(?: #.*)?$")
_INSIDE = re.compile(r"(.*?)\s*(?:[,\]}]|$)")
_BEGINNINGS = "<>|@%`*&!"
_INDENT = "let the entries of one mapping or list begin in the same column, indented by spaces"
Fault = tuple[str, str, Place, str]


@dataclass(frozen=True, slots=True)
class _Cause:
    """`context` and `problem` recognise the parser's words, `begins` how the text of that line begins."""

    context: str
    problem: str
    begins: str
    message: str
    help: str


_QUOTE_IT = "write it in quotes: {quoted}"
_CLOSE_QUOTE = "close it, or leave it out"
_TWICE = "write the backslash twice, or use single quotes"
_COLON = "a text with a colon and a space goes in quotes; otherwise check the indentation here and the line above"
_BRACKET = (
    "close it; inside brackets, an interval such as `(4.4..5.1]` and a text with brackets or commas goes in quotes"
)
_CAUSES = (
    _Cause("block scalar", "", "", "an unquoted text begins with `>` or `|`", _QUOTE_IT),
    _Cause("", r"'\\t' that cannot start", "", "a tab stands where YAML wants spaces", "indent with spaces"),
    _Cause("", "that cannot start any", "", "an unquoted text cannot begin so", _QUOTE_IT),
    _Cause("alias", "", "", "an unquoted text cannot begin with `*`", _QUOTE_IT),
    _Cause("anchor", "", "", "an unquoted text cannot begin with `&`", _QUOTE_IT),
    _Cause("tag", "", "", "an unquoted text cannot begin with `!`", _QUOTE_IT),
    _Cause("flow", "", "", "a bracket is not closed where YAML expects it", _BRACKET),
    _Cause("quoted scalar", "unknown escape", "", "the backslash begins no escape that YAML knows", _TWICE),
    _Cause("quoted scalar", "escape sequence", "", "the escape is not complete", _TWICE),
    _Cause("quoted scalar", "", "", "a quote is opened and never closed", _CLOSE_QUOTE),
    _Cause("", "mapping values are not allowed", "", "a colon is not expected here", _COLON),
    _Cause("simple key", "", "", "this line has no `name:`", "write `name: value`, or indent it under its name"),
    _Cause("", "but found", "{", "the text begins with `{` and goes on after `}`", _QUOTE_IT),
    _Cause("", "but found", r"\[", "the text begins with `[` and goes on after `]`", _QUOTE_IT),
    _Cause("", "but found", r"[\]}]", "an unquoted text cannot begin with a closing bracket", _QUOTE_IT),
    _Cause("", "but found", "['\"]", "the text goes on after its closing quote", "write the whole text in quotes"),
    _Cause("", "sequence entries|but found|but got", "", "this does not line up with what stands above", _INDENT),
)
_OTHER = _Cause("", "", "", "this cannot be read as YAML", "check quotes, colons, brackets and indentation here")


def fault_of(error: MarkedYAMLError, lines: list[str], file: str) -> Fault:
    """A syntax error as the parts of a diagnostic: code, message, place, help."""
    mark = error.context_mark if _points_back(error) else error.problem_mark or error.context_mark
    number = min(mark.line, len(lines) - 1) if mark else 0
    line = lines[number]
    column = min(mark.column, len(line)) + 1 if mark else 1
    place = Place(file, number + 1, column, column + 1, text=shown_line(line))
    text = _entry_text(line, column)
    cause = next((each for each in _CAUSES if _is_cause(each, error, text)), _OTHER)
    return "yaml.syntax", cause.message, place, cause.help.replace("{quoted}", _in_quotes(text))


def _entry_text(line: str, column: int) -> str:
    """The text of the entry at fault: what stands after the name, or inside brackets what begins at `column`.

    Nothing where the fault is the place of the entry itself.
    """
    if column > 1 and not line[: column - 1].strip() and line[column - 1 : column] not in tuple(_BEGINNINGS):
        return ""
    match = _ENTRY.match(line)
    text = match[1] if match else line.strip()
    inside = _INSIDE.match(line, column - 1)
    return inside[1] if inside and inside[1] and text[:1] in ("{", "[") and line[column - 1] in _BEGINNINGS else text


def _points_back(error: MarkedYAMLError) -> bool:
    """Whether the error is understood where the quote or bracket opens rather than where the parser gave up."""
    context = str(error.context or "")
    if "escape" in str(error.problem or ""):
        return False
    is_opening = any(word in context for word in ("quoted", "block scalar", "alias", "anchor", "tag"))
    return error.context_mark is not None and (is_opening or _is_later("flow" in context, error))


def _is_later(is_flow: bool, error: MarkedYAMLError) -> bool:
    """Whether a bracket that opens on one line is found not to be closed on another."""
    opened, found = error.context_mark, error.problem_mark
    return is_flow and opened is not None and found is not None and opened.line != found.line


def _is_cause(cause: _Cause, error: MarkedYAMLError, text: str) -> bool:
    if cause.begins and not re.match(cause.begins, text):
        return False
    found = cause.context in str(error.context or "")
    return found and re.search(cause.problem, str(error.problem or "")) is not None


def _in_quotes(text: str) -> str:
    """The text as the author could write it, quoted so that YAML takes it as it is."""
    return shown(f"'{text}'" if '"' in text else f'"{text}"')
