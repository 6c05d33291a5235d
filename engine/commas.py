"""A comma between two digits, which people write for decimals, for thousands, and between two values: what is said
where one stands in a test or a formula."""

import re
from collections.abc import Callable

from engine.diagnostics import Misread
from engine.numbers import number_in

_JOINED = re.compile(r"(?<!\w)(?<!\d\.)-?\d+(?:\.\d+)?(?:,\d+(?:\.\d+)?)+", re.ASCII)
_THOUSANDS = re.compile(r"-?[1-9]\d{0,2}(,\d{3})+(\.\d+)?", re.ASCII)


def refuse_comma(text: str, code: str, can_stand: Callable[[str], bool]) -> None:
    """Raises `Misread` for the first comma between two numbers without a space. `can_stand` tells which numbers could
    stand there: no other is suggested."""
    if joined := _JOINED.search(text):
        message = f"`{joined[0]}` can be read as one number or as {_several(joined[0].split(','))}"
        raise Misread(code, message, _help(joined[0], can_stand), joined.start(), joined.end())


def _help(joined: str, can_stand: Callable[[str], bool]) -> str:
    parts = joined.split(",")
    ways = [(joined.replace(",", ""), "thousands")] if _THOUSANDS.fullmatch(joined) else []
    ways += [(joined.replace(",", "."), "a number with decimals")] if len(parts) == 2 else []
    told = [f"`{number}` for {what}" for number, what in ways if number_in(number) is not None and can_stand(number)]
    if all(number_in(part) is not None and can_stand(part) for part in parts):
        told.append(f"`{', '.join(parts)}` for {_several(parts)} values")
    if not told:
        return "write a number with a point before its decimals, and a space behind a comma between values"
    several = f"{', '.join(told[:-1])}, or {told[-1]}" if len(told) > 1 else told[0]
    return f"write {several}"


def _several(parts: list[str]) -> str:
    return "two" if len(parts) == 2 else "several"
