"""A certificate of every case is accepted by a checker that shares nothing with the engine, and no forged one is."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from audit import check_certificate
from audit.replay import replay
from candor.certificates import NotWritten, write_certificate
from engine.cases import DEFAULT_AT
from engine.deciding import decide
from engine.direct import evaluate
from engine.errors import CandorError, InputRejected
from engine.facts import Facts, read_facts
from engine.guideline import Guideline
from engine.loading import load
from engine.loading.identity import identity_of
from engine.plan import plan_of
from engine.trace import Trace
from engine.trace_json import as_json
from explain.certificate import certificate_of

ROOT = Path(__file__).parent.parent
CHECKER = ROOT / "audit" / "check_certificate.py"
FOLDERS = [ROOT / "tests" / "toy", ROOT / "tests" / "weather", *sorted((ROOT / "knowledge").glob("*/"))]
GUIDELINES = [folder for folder in FOLDERS if (folder / "guideline.yaml").exists()]
Document = dict[str, Any]


@cache
def guideline_in(folder: Path) -> Guideline:
    return load(folder, library=[ROOT / "knowledge"])


def decided(guideline: Guideline) -> Iterator[tuple[str, Trace]]:
    """Every case of a guideline that is a possible patient."""
    for name, decision in guideline.decisions.items():
        for case in decision.cases.values():
            try:
                facts = Facts(case.facts, place=case.place)
                yield f"{name}/{case.id}", decide(guideline, name, facts, at=case.at or DEFAULT_AT)
            except InputRejected:
                continue


def sealed(document: Document) -> Document:
    """The certificate with the hash that belongs to it."""
    rest = {key: value for key, value in document.items() if key != "sha256"}
    return {**rest, "sha256": sha256(rfc8785.dumps(rest)).hexdigest()}


@cache
def certificates(folder: Path) -> tuple[str, ...]:
    guideline = guideline_in(folder)
    return tuple(json.dumps(certificate_of(guideline, trace)) for _, trace in decided(guideline))


@pytest.mark.parametrize("folder", GUIDELINES, ids=lambda folder: folder.name)
def test_the_certificate_of_every_case_is_accepted(folder: Path) -> None:
    made = certificates(folder)
    assert made
    for text in made:
        assert check_certificate.check(check_certificate.read(text))[0] == []


@pytest.mark.parametrize("folder", GUIDELINES, ids=lambda folder: folder.name)
def test_a_guideline_keeps_what_is_hashed(folder: Path) -> None:
    guideline = guideline_in(folder)
    assert identity_of(dict(guideline.content)) == guideline.sha256  # type: ignore[arg-type]
    assert "content=" not in repr(guideline)
    assert check_certificate.canonical_hash(guideline.content) == guideline.sha256


def test_the_same_trace_gives_the_same_certificate() -> None:
    for folder in GUIDELINES[:2]:
        guideline = guideline_in(folder)
        for (_, trace), first in zip(decided(guideline), certificates(folder), strict=True):
            assert json.dumps(certificate_of(guideline, trace)) == first


def test_the_checker_runs_alone(tmp_path: Path) -> None:
    guideline = guideline_in(GUIDELINES[0])
    path = tmp_path / "out.json"
    write_certificate(path, guideline, next(trace for _, trace in decided(guideline)))
    ran = run(path)
    assert (ran.returncode, ran.stdout) == (0, "accepted\n")
    forged = json.loads(path.read_text("utf-8"))
    forged["trace"]["events"].pop()
    path.write_text(json.dumps(sealed(forged)), "utf-8")
    ran = run(path)
    assert ran.returncode == 1
    assert ran.stdout.startswith("rejected: trace.events")
    assert run(tmp_path / "nowhere.json").returncode == 2
    assert run().returncode == 2


def run(*arguments: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-S", str(CHECKER), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_the_checker_imports_only_the_standard_library_and_itself() -> None:
    files = [CHECKER, *sorted((CHECKER.parent / "checker").glob("*.py"))]
    for path in files:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                assert name.split(".")[0] in sys.stdlib_module_names or name.startswith("audit.checker."), path


def test_a_certificate_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    guideline = guideline_in(GUIDELINES[0])
    trace = next(trace for _, trace in decided(guideline))
    with pytest.raises(NotWritten, match="the certificate could not be written to"):
        write_certificate(tmp_path / "nowhere" / "out.json", guideline, trace)


def test_a_claim_over_too_many_completions_is_said_to_be_unverified() -> None:
    notes = [check_certificate.check(check_certificate.read(text)) for text in certificates(GUIDELINES[0])]
    assert any(unverified for wrong, unverified in notes if not wrong)


SMALL = [text for folder in GUIDELINES[:2] for text in certificates(folder)]


STRIDE = 8
"""Of the scalars of each trace one in so many is changed; the cases of a decision have most of them in common."""


@pytest.mark.parametrize("number", range(len(SMALL)))
def test_every_scalar_of_the_trace_counts(number: int) -> None:
    text = SMALL[number]
    original = json.loads(text)
    for path in list(scalars(original["trace"], ()))[number % STRIDE :: STRIDE]:
        forged = json.loads(text)
        holder = at(forged["trace"], path[:-1])
        holder[path[-1]] = other(holder[path[-1]])
        assert not is_accepted_falsely(original, sealed(forged)), path


@settings(derandomize=True, deadline=None, max_examples=120)
@given(st.data())
def test_no_forged_certificate_is_accepted(data: st.DataObject) -> None:
    original = json.loads(data.draw(st.sampled_from(SMALL)))
    forged = json.loads(json.dumps(original))
    for _ in range(data.draw(st.integers(1, 2))):
        part = forged[data.draw(st.sampled_from(["trace", "trace", "content", "witnesses"]))]
        where = [path for path in containers(part, ()) if at(part, path)]
        if where:
            forge(data, at(part, data.draw(st.sampled_from(where))))
    assert not is_accepted_falsely(original, sealed(forged))


def forge(data: st.DataObject, holder: Any) -> None:
    """Changes, drops, doubles, adds or moves something in a list or an object."""
    key = data.draw(st.sampled_from(sorted(holder) if isinstance(holder, dict) else range(len(holder))))
    match data.draw(st.sampled_from(["change", "drop", "add", "move"])):
        case "change" if isinstance(holder[key], str | int | None):
            holder[key] = other(holder[key])
        case "drop":
            del holder[key]
        case "add" if isinstance(holder, dict):
            holder[f"{key}_more"] = holder[key]
        case "add":
            holder.insert(0, holder[key])
        case _ if isinstance(holder, list):
            holder.reverse()
        case _:
            one = data.draw(st.sampled_from(sorted(holder)))
            holder[key], holder[one] = holder[one], holder[key]


def other(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, int):
        return value + 1
    number = value.replace(".", "").replace("-", "")
    return value[:-1] + str((int(value[-1]) + 1) % 10) if number.isdigit() else f"{value}x"


def scalars(tree: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    if not isinstance(tree, dict | list):
        yield path
    for key in tree if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ():
        yield from scalars(tree[key], (*path, key))


def containers(tree: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    if isinstance(tree, dict | list):
        yield path
        for key in tree if isinstance(tree, dict) else range(len(tree)):
            yield from containers(tree[key], (*path, key))


def at(tree: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        tree = tree[key]
    return tree


def is_accepted_falsely(original: Document, forged: Document) -> bool:
    """Whether the checker accepts a certificate that is not true of the guideline, by the engine's word."""
    wrong, _ = check_certificate.check(json.loads(json.dumps(forged)))
    return not wrong and not is_true(original, forged)


def is_true(original: Document, forged: Document) -> bool:
    guideline = next(each for each in map(guideline_in, GUIDELINES) if each.id == original["trace"]["guideline"]["id"])
    if rfc8785.dumps(forged["content"]) != rfc8785.dumps(original["content"]):
        return False
    try:
        again = replay(guideline, forged["trace"])
    except CandorError:
        return False
    if without_choices(as_json(again)) != without_choices(forged["trace"]):
        return False
    plan = plan_of(guideline, again.decision)
    for result, texts in forged["witnesses"].items():
        steps = {name: steps_of(guideline, name, text) for name, text in texts.items()}
        if evaluate(plan, steps).candidates[0] != (result or None):
            return False
    return True


def without_choices(trace: Any) -> Any:
    """The trace without what the checker takes over: how the cases of a forced outcome are cut."""
    events = [{**each, "cases": None} if each["kind"] == "outcome_forced" else each for each in trace["events"]]
    return {**trace, "events": events}


def steps_of(guideline: Guideline, name: str, text: str) -> int:
    return read_facts(guideline, {name: text}).given[name].steps


@pytest.mark.parametrize("options", [(), ("--guideline", "tests/weather")])
def test_certify_checks_and_decides_again(tmp_path: Path, options: tuple[str, ...]) -> None:
    path = tmp_path / "out.json"
    path.write_text(SMALL[0], "utf-8")
    ran = certified(path, "--guideline", "tests/toy")
    assert "came out the same to the byte" in ran.stdout
    assert (ran.returncode, ran.stderr) == (0, "")
    if options:
        ran = certified(path, *options)
        assert ran.returncode == 1
        assert "the certificate is of a guideline with the hash" in ran.stderr
    else:
        assert certified(path).returncode == 2  # it is not among those that are built in
        path.write_text(SMALL[0].replace('"concluded"', '"not_covered"'), "utf-8")
        assert certified(path, "--guideline", "tests/toy").returncode == 1


def certified(*arguments: object) -> subprocess.CompletedProcess[str]:
    """`candor certify`, whether or not it is joined to the command yet."""
    code = "import sys; from candor.cli import app, main; from candor.cli.certify import certify\n"
    code += "names = [each.callback.__name__ for each in app.registered_commands]\n"
    code += "'certify' in names or app.command()(certify); main()"
    command = [sys.executable, "-c", code, "certify", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=ROOT)


def test_another_instant_is_another_certificate() -> None:
    """What changes nothing but the instant is true as long as no value grows old by it."""
    document = json.loads(next(text for text in SMALL if '"max_age"' in text))
    document["trace"]["at"] = datetime(2001, 1, 1).astimezone().isoformat()
    assert not is_accepted_falsely(document, sealed(document))
