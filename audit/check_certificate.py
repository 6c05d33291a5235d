"""Checks a decision certificate with nothing but Python's standard library: `python check_certificate.py out.json`.

Nothing of the program that decided is used. From the text of the guideline and the values that were given, each
part of the trace is worked out again and must come out the same. Exit code 0: accepted, 1: rejected, 2: usage.
The files in the folder `checker` beside this one belong to it.
"""

import json
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from audit.checker.completing import candidates, follow, options
from audit.checker.reading import canonical_hash, read_question, vocabulary
from audit.checker.telling import tell, trace_of
from audit.checker.values import Question, Reading, Rejected, T, truth_of

UNREADABLE = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    StopIteration,
    SyntaxError,
    TypeError,
    ValueError,
)
"""What goes wrong where a document is not of the shape of a certificate."""


def check(document: Any) -> tuple[list[str], set[str]]:
    """Why the certificate is rejected, empty where it is accepted; and the decisions of which could not be verified
    that every completion comes to one of the outcomes named."""
    notes: set[str] = set()
    try:
        wrong = list(check_hashes(document))
        contents, claim = document["content"], document["trace"]
        gid = claim["guideline"]["id"]
        q = read_question(contents, gid, claim["decision"], *vocabulary(contents, gid))
        reading = Reading(claim["at"], notes)
        instant = datetime.fromisoformat(claim["at"])
        if instant.utcoffset() is None or instant.isoformat() != claim["at"]:
            raise Rejected("at: it is no instant")
        for name in q.order:
            tell(q, q.facts[name], reading, claim["facts"][name])
        found = trace_of(q, reading, claim)
        wrong += differences("trace", claim, found)
        has_gap = found["may_be_not_covered"] or found["status"] == "not_covered"
        results = {*found["possible_outcomes"], *([""] if has_gap else [])}
        wrong += check_witnesses(q, reading, results, document["witnesses"])
    except Rejected as rejected:
        return [str(rejected)], notes
    except UNREADABLE as error:
        return [f"it cannot be read as a certificate: {type(error).__name__}: {error}"], notes
    return wrong, notes


def check_hashes(document: Any) -> Iterator[str]:
    """Every hash, and that the guidelines are those that are imported, no more and no fewer."""
    contents, trace = document["content"], document["trace"]
    rest = {key: each for key, each in document.items() if key != "sha256"}
    if document["format"] != "candor-certificate/1" or set(rest) != {"format", "content", "trace", "witnesses"}:
        yield "format: this is no certificate that can be checked here"
    if document["sha256"] != canonical_hash(rest):
        yield "sha256: it is not that of the certificate"
    reached, waiting = set(), {trace["guideline"]["id"]}
    while waiting:
        gid = waiting.pop()
        reached.add(gid)
        imports = contents[gid].get("imports", {})
        waiting |= set(imports) - reached
        if contents[gid]["guideline"]["guideline"] != gid:
            yield f"content.{gid}: it is another guideline"
        wrong = [name for name in imports if canonical_hash(contents[name]) != imports[name]]
        yield from (f"content.{name}: its hash is not {imports[name]}" for name in wrong)
    if reached != set(contents):
        yield "content: it holds a guideline that nothing imports"


def check_witnesses(q: Question, reading: Reading, results: set[str], witnesses: Any) -> Iterator[str]:
    """Each is a patient with what is known and everything else filled in, and comes to its result."""
    if set(witnesses) != results:
        yield f"witnesses: they are for {sorted(witnesses)}, possible are {sorted(results)}"
    for name, texts in witnesses.items():
        values = {key: q.facts[key].steps(text) for key, text in texts.items() if key in q.facts}
        if set(texts) != set(q.order) or any(q.facts[key].text(steps) != texts[key] for key, steps in values.items()):
            yield f"witnesses.{name}: these are not the facts of the decision, each with a value"
            continue
        follows = [key for key in q.order if q.facts[key].is_bound and key not in {*reading.untied, *reading.values}]
        wrong = [key for key, steps in reading.values.items() if values[key] != steps]
        wrong += [key for key in q.order if not q.facts[key].low <= values[key] <= q.facts[key].high]
        wrong += [key for key in follows if values[key] not in options(q, q.facts[key], values)]
        if wrong or any(truth_of(each, values) == T for each in q.impossible):
            yield f"witnesses.{name}: no such patient can be: {', '.join(wrong) or 'it is impossible'}"
        elif candidates(q, follow(q, values)[1])[0] != (name or None):
            yield f"witnesses.{name}: this patient does not come to it"


def differences(path: str, claimed: Any, found: Any) -> Iterator[str]:
    """Every place at which two trees differ."""
    if isinstance(claimed, dict) and isinstance(found, dict):
        for key in sorted(claimed.keys() | found.keys()):
            yield from differences(f"{path}.{key}", claimed.get(key, ...), found.get(key, ...))
    elif isinstance(claimed, list) and isinstance(found, list) and len(claimed) == len(found):
        for number, (one, other) in enumerate(zip(claimed, found, strict=True)):
            yield from differences(f"{path}[{number}]", one, other)
    elif claimed != found or type(claimed) is not type(found):
        yield f"{path}: the certificate has {brief(claimed)}, the guideline gives {brief(found)}"


def brief(tree: Any) -> str:
    """A part of a tree, as a message has it."""
    return "nothing" if tree is ... else json.dumps(tree, ensure_ascii=False)[:200]


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; one that gives a key twice could be read in two ways."""
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def no_float(text: str) -> Any:
    """No certificate holds a binary fraction."""
    raise ValueError(f"{text} is no exact number")


def read(text: str) -> Any:
    """A certificate, read strictly."""
    return json.loads(text, object_pairs_hook=once, parse_float=no_float, parse_constant=no_float)


def main(arguments: list[str]) -> int:
    """Prints what was found; the exit code."""
    say: Callable[[str], int] = sys.stdout.write
    if len(arguments) != 1:
        say("usage: python check_certificate.py CERTIFICATE.json\n")
        return 2
    try:
        document = read(Path(arguments[0]).read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        say(f"rejected: it cannot be read: {error}\n")
        return 2 if isinstance(error, OSError) else 1
    wrong, notes = check(document)
    for each in wrong:
        say(f"rejected: {each}\n")
    for each in sorted(notes) if not wrong else ():
        say(f"universal claim not verified: {each} has too many completions to try them all\n")
    if not wrong:
        say("accepted\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
