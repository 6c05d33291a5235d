"""How wide a text is at most, and how it is broken into lines. Nothing here asks a font: the widths are those of DejaVu
Sans, the widest of the fonts that a picture names, rounded up."""

import unicodedata
from collections.abc import Iterator
from functools import cache

from explain.plain_text import one_line

_WIDTHS = {
    30: "'IJijl",
    35: " ,./:;\\|",
    40: "()-[]ft",
    45: "!r",
    50: '"*_`',
    55: "?csz",
    60: "FLkvxy",
    65: "$0123456789EPSTYabdeghnopqu{}",
    70: "ABCKRVXZ",
    75: "NU",
    80: "&DGHOQ",
    85: "#+<=>^w~",
    90: "M",
    100: "%@Wm",
}
_WIDTH_OF = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
_ACCENT, _LETTER, _WIDE = 15, 165, 175
"""Hundredths of the size: what an accent adds, any other letter, and those of East Asia and pictures."""
_BOLD = 17
"""How much wider a bold letter is at most."""


def width_of(text: str, size: int, *, bold: bool = False) -> int:
    """The most that a text takes, in pixels, at a size in pixels."""
    hundredths = sum(_letter_width(letter) + (_BOLD if bold else 0) for letter in text)
    return -(-hundredths * size // 100)


def wrapped(text: str, width: int, size: int, *, bold: bool = False) -> tuple[str, ...]:
    """A text in lines of at most `width` pixels, broken between words; a word that is too long is broken too.
    Characters that do not print are left out."""
    lines: list[str] = []
    for word in _pieces(one_line(text), width, size, bold):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(joined, size, bold=bold) <= width:
            lines[-1] = joined
        else:
            lines.append(word)
    return tuple(lines)


def _pieces(text: str, width: int, size: int, bold: bool) -> Iterator[str]:
    """The words, those that are too long in parts that are not."""
    for word in text.split():
        part = ""
        for letter in word:
            if part and width_of(part + letter, size, bold=bold) > width:
                yield part
                part = ""
            part += letter
        yield part


@cache
def _letter_width(letter: str) -> int:
    if letter in _WIDTH_OF:
        return _WIDTH_OF[letter]
    if unicodedata.combining(letter):
        return 0
    if unicodedata.east_asian_width(letter) in "WF" or ord(letter) > 0xFFFF:
        return _WIDE
    base = unicodedata.normalize("NFD", letter)[0]
    return _WIDTH_OF[base] + _ACCENT if base in _WIDTH_OF else _LETTER
