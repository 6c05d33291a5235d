"""What single values look like in a schema. Editors type them before they check them (`3.2` becomes a number, `true` a
truth value, and in YAML 1.1 `yes` too); Candor reads the text and types it by the vocabulary. So what is a text to us
may be a text, a number or a truth value to an editor, and a number a number or a text."""

import re
from collections.abc import Mapping

from candor.authoring.shapes import Leaf, Schema
from engine.diagnostics import MAX_NAME
from engine.loading.fact_file import MAX_AGE
from engine.loading.guideline_file import SEMVER, URL
from engine.loading.names import NAME, RESERVED
from engine.loading.spans import MAX_DECIMALS

NUMBER_PATTERN = r"-?(0|[1-9]\d*)(\.\d+)?"
_MONTH, _DAY_OF_MONTH = r"(0[1-9]|1[0-2])", r"(0[1-9]|[12]\d|3[01])"
_DAY = rf"\d{{4}}-{_MONTH}-{_DAY_OF_MONTH}"
WORD_PATTERN = rf"[a-z][a-z0-9_]{{0,{MAX_NAME - 1}}}"


def whole(pattern: str) -> str:
    """A pattern of a whole text: JSON Schema looks for one anywhere in it. What only Python writes is taken out."""
    return f"^(?:{pattern})$".replace(r"\"", '"')


def chosen(names: Mapping[str, str], otherwise: Schema | None = None) -> Schema:
    """One of several words, each with what an editor says of it; where there is none, `otherwise`."""
    if not names:
        return otherwise if otherwise is not None else {"not": {}}
    return {"anyOf": [{"const": name, "description": about} for name, about in names.items()]}


def numeric(low: float | None = None, high: float | None = None, *, is_whole: bool = False) -> Schema:
    """A number, written with digits and a point, that a typed reader holds against a range."""
    schema: Schema = {"type": ["integer" if is_whole else "number", "string"], "pattern": whole(NUMBER_PATTERN)}
    if low is not None:
        schema["minimum"] = low
    if high is not None:
        schema["maximum"] = high
    return schema


ANY: Schema = {"type": ["string", "number", "boolean"], "pattern": r"\S"}
YES_NO: Schema = {"enum": ["yes", "no", True, False, "true", "false"]}
NAME_KEY: Schema = {"pattern": whole(NAME.pattern), "not": {"enum": sorted(RESERVED)}}
NAME_VALUE: Schema = {"type": "string", **NAME_KEY}

TEXT = Leaf(ANY, is_prose=True)
VALUE = Leaf(ANY)
FLAG = Leaf(YES_NO)
NUMBER = Leaf(numeric())
A_NAME = Leaf(NAME_VALUE)
DATE = Leaf({"type": "string", "pattern": whole(_DAY)})
MOMENT = Leaf(
    {
        "type": "string",
        "pattern": whole(rf"{_DAY}([Tt ]\d{{2}}:\d{{2}}:\d{{2}}(\.\d{{1,9}})?([Zz]|[+-]\d{{2}}:\d{{2}}))?"),
    }
)
PARTIAL_DATE = Leaf(
    {
        "type": ["string", "integer"],
        "pattern": whole(rf"\d{{4}}(-{_MONTH}(-{_DAY_OF_MONTH})?)?"),
        "minimum": 1,
        "maximum": 9999,
    }
)
VERSION = Leaf({"type": "string", "pattern": whole(SEMVER.pattern), "maxLength": 100})
ADDRESS = Leaf({"type": "string", "pattern": whole(URL.pattern)})
AGE = Leaf({"type": "string", "pattern": whole(MAX_AGE.pattern)})
DECIMALS = Leaf({"enum": [*range(MAX_DECIMALS + 1), *map(str, range(MAX_DECIMALS + 1))]})
COUNT = Leaf({"type": ["integer", "string"], "minimum": 1, "pattern": whole(r"[1-9]\d{0,2}")})


def words(allowed: tuple[str, ...], about: Mapping[str, str] | None = None) -> Leaf:
    """One of the words that the loader takes."""
    return Leaf(chosen({word: (about or {}).get(word, word.replace("_", " ")) for word in allowed}))


def alternatives(allowed: Mapping[str, str]) -> str:
    """Words as a pattern."""
    return "|".join(map(re.escape, allowed))
