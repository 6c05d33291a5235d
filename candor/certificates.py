"""Decision certificates as files: writing one, and the guideline and the decision that one holds, made again."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from engine.deciding import decide
from engine.errors import CandorError, GuidelineRejected
from engine.facts import read_facts
from engine.guideline import Guideline
from engine.loading import load
from engine.loading.names import is_name
from engine.trace import Trace
from explain.certificate import certificate_of
from explain.plain_text import one_line


class NotWritten(CandorError):
    """A file could not be written."""


class NotACertificate(CandorError):
    """What was given is not a certificate of a decision, or not one of a guideline that loads."""


def write_certificate(path: Path, guideline: Guideline, trace: Trace) -> None:
    """Writes the certificate of a decision that `guideline` made to a file, which is replaced. Raises `NotWritten`
    where that cannot be, and what `certificate_of` raises."""
    text = json.dumps(certificate_of(guideline, trace), ensure_ascii=False, indent=2)
    try:
        path.write_text(text + "\n", "utf-8", newline="\n")
    except (OSError, ValueError) as error:
        because = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise NotWritten(f"the certificate could not be written to `{one_line(str(path))}`: {because}") from error


def guideline_in(certificate: Mapping[str, object]) -> Guideline:
    """The guideline of an accepted certificate, loaded from the content that it holds; nothing else is looked for.

    Raises `NotACertificate` where it does not load, `SolverLimit` where a proof that loading needs took too long.
    """
    contents = cast(Mapping[str, Mapping[str, Any]], certificate["content"])
    name = str(certificate["guideline"])
    with TemporaryDirectory() as home:
        for guideline, content in contents.items():
            _lay_out(Path(home), guideline, content)
        try:
            return load(Path(home) / name, with_cases=False)
        except GuidelineRejected as rejected:
            first = rejected.diagnostics[0]
            raise NotACertificate(f"the guideline in the certificate does not load: {first.message}") from rejected


def made_again(guideline: Guideline, certificate: Mapping[str, object]) -> Mapping[str, object]:
    """The certificate of the same decision of what is given in this one, at its instant, by this guideline.

    Raises what `engine.deciding.decide` and `engine.facts.read_facts` raise for facts that are no possible input.
    """
    facts = read_facts(guideline, cast(Mapping[str, object], certificate["given"]))
    at = datetime.fromisoformat(str(certificate["at"]))
    return certificate_of(guideline, decide(guideline, str(certificate["decision"]), facts, at=at))


def _lay_out(home: Path, name: str, content: Mapping[str, Any]) -> None:
    """Writes a guideline's content as the files that it was; every JSON text is YAML, where each value is quoted."""
    if not is_name(name):
        raise NotACertificate("a guideline in the certificate has no name")
    folder = home / name
    folder.mkdir()
    for file, tree in _files(content):
        (folder / f"{file}.yaml").write_text(json.dumps(tree, ensure_ascii=False), "utf-8")


def _files(content: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    for file in ("guideline", "facts", "findings"):
        if file in content:
            yield file, content[file]
    for file, tree in content["decisions"].items():
        if not is_name(file):
            raise NotACertificate("a decision in the certificate has no name")
        match tree:
            case {"outcomes": [*pairs]} if all(_is_outcome(pair) for pair in pairs):
                yield file, {**tree, "outcomes": dict(pairs)}
            case _:
                raise NotACertificate(f"the guideline in the certificate does not load: `{file}` is no decision")


def _is_outcome(pair: object) -> bool:
    return isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str)
