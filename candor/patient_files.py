"""A patient's facts as a file that `candor` reads again: YAML, or JSON."""

import json
from collections.abc import Iterator, Mapping

from engine.guideline import Guideline
from engine.patient import Facts


def as_yaml(guideline: Guideline, facts: Facts) -> str:
    """The facts as a patient file in YAML."""
    return "".join(f"{line}\n" for line in _yaml_lines(guideline, facts))


def as_json(guideline: Guideline, facts: Facts) -> str:
    """The facts as a patient file in JSON."""
    patient = {} if facts.patient is None else {"patient": facts.patient}
    stated = {name: parts if len(parts) > 1 else parts["value"] for name, parts in _stated(guideline, facts)}
    return json.dumps({**patient, "facts": stated}, ensure_ascii=False, indent=2) + "\n"


def _yaml_lines(guideline: Guideline, facts: Facts) -> Iterator[str]:
    if facts.patient is not None:
        yield f"patient: {_quoted(facts.patient)}"
    yield "facts:" if facts.given else "facts: {}"
    for name, parts in _stated(guideline, facts):
        written = {**parts, **({"note": _quoted(parts["note"])} if "note" in parts else {})}
        inside = ", ".join(f"{key}: {value}" for key, value in written.items())
        yield f"  {name}: {f'{{{inside}}}' if len(parts) > 1 else parts['value']}"


def _stated(guideline: Guideline, facts: Facts) -> Iterator[tuple[str, Mapping[str, str]]]:
    for name, given in facts.given.items():
        parts = {"value": guideline.facts[name].text_of(given.steps)}
        parts |= {} if given.at is None else {"at": given.at.isoformat()}
        yield name, parts | ({} if given.note is None else {"note": given.note})


def _quoted(text: str) -> str:
    """A text in double quotes, which YAML reads as JSON does."""
    return json.dumps(text, ensure_ascii=False)
