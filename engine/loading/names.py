"""Names: what facts, findings, outcomes, rules, choices, sources, cases, decisions and guidelines may be called."""

import re

from engine.diagnostics import MAX_NAME, Diagnostics, shown
from engine.loading.nodes import Scalar

RESERVED = frozenset(["all", "any", "not", "at_least", "yes", "no", "true", "false", "null", "unknown", "from"])
NAME = re.compile(rf"[a-z][a-z0-9_]{{0,{MAX_NAME - 1}}}", re.ASCII)


def is_name(text: str) -> bool:
    """Whether the text follows the pattern and is no reserved word."""
    return NAME.fullmatch(text) is not None and text not in RESERVED


def check_name(scalar: Scalar, group: str, notes: Diagnostics) -> bool:
    """Whether a scalar is a name; where it is not, `group` is the first half of the diagnostic's code."""
    if is_name(scalar.text):
        return True
    if scalar.text in RESERVED:
        message, help = f"`{scalar.text}` is a reserved word, not a name", "choose another name"
    else:
        message = f"{shown(scalar.text)} is not a name"
        help = (
            f"names begin with a small letter and go on with small letters, digits and _; {MAX_NAME} characters at most"
        )
    notes.add(f"{group}.name", message, scalar.place, help)
    return False
