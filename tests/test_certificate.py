"""A certificate of every case is accepted by a checker that stands alone, and no forged one is."""

import ast
import codecs
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from audit import check_certificate
from candor.certificates import NotACertificate, NotWritten, guideline_in, made_again, write_certificate
from engine.cases import DEFAULT_AT
from engine.deciding import decide
from engine.direct import evaluate
from engine.errors import CandorError, InputRejected
from engine.facts import read_facts
from engine.guideline import Guideline
from engine.loading import load
from engine.loading.identity import identity_of
from engine.patient import Facts
from engine.plan import plan_of
from engine.trace import Trace
from explain.certificate import NotCertified, certificate_of
from tests.commands import candor
from tests.explained_worlds import CAMPAIGN
from tests.test_changes_left_open import BY, SOUNDING, river
from tests.test_imports import AT

ROOT = Path(__file__).parent.parent
CHECKER = ROOT / "audit" / "check_certificate.py"
FOLDERS = [ROOT / "tests" / "toy", ROOT / "tests" / "weather", *sorted((ROOT / "knowledge").glob("*/"))]
GUIDELINES = [folder for folder in FOLDERS if (folder / "guideline.yaml").exists()]
Document = dict[str, Any]


@pytest.fixture(autouse=True)
def few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that gives up early: what needs more is noted as not verified, and everything else is checked all the
    same. That the limit as it is suffices for most is another test's matter."""
    monkeypatch.setattr(check_certificate, "LIMIT", 250)


@cache
def guideline_in_folder(folder: Path) -> Guideline:
    return load(folder, library=[ROOT / "knowledge"])


def decided(guideline: Guideline) -> Iterator[tuple[str, Trace]]:
    """Every case of a guideline that is a possible patient; in a quick run every third, where there are many."""
    for name, decision in guideline.decisions.items():
        cases = [*decision.cases.values()]
        for case in cases[:: 1 if CAMPAIGN or len(cases) < 50 else 3]:
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
    guideline = guideline_in_folder(folder)
    return tuple(json.dumps(certificate_of(guideline, trace)) for _, trace in decided(guideline))


def reasons(document: Document) -> list[str]:
    """Why a certificate is rejected, once it carries the hash that belongs to it."""
    return check_certificate.check(sealed(copy_of(document)))[0]


def copy_of(tree: Any) -> Any:
    return json.loads(json.dumps(tree))


@pytest.mark.parametrize("folder", GUIDELINES, ids=lambda folder: folder.name)
def test_the_certificates_of_cases_are_accepted(folder: Path) -> None:
    made = certificates(folder)
    assert made
    for text in made:
        assert check_certificate.check(check_certificate.read(text))[0] == []


@pytest.mark.parametrize("folder", GUIDELINES, ids=lambda folder: folder.name)
def test_a_guideline_keeps_what_is_hashed(folder: Path) -> None:
    guideline = guideline_in_folder(folder)
    assert identity_of(dict(guideline.content)) == guideline.sha256  # type: ignore[arg-type]
    assert "content=" not in repr(guideline)
    assert check_certificate.hash_of(guideline.content) == guideline.sha256


def test_the_same_trace_gives_the_same_certificate() -> None:
    for folder in GUIDELINES[:2]:
        guideline = guideline_in_folder(folder)
        for (_, trace), first in zip(decided(guideline), certificates(folder), strict=True):
            assert json.dumps(certificate_of(guideline, trace)) == first


@pytest.mark.parametrize("folder", GUIDELINES, ids=lambda folder: folder.name)
def test_the_decision_comes_out_the_same_from_the_certificate_alone(folder: Path) -> None:
    """No guideline needs to be installed: it is loaded from the text in the certificate."""
    document = json.loads(max(certificates(folder), key=len))
    guideline = guideline_in(document)
    assert guideline.sha256 == guideline_in_folder(folder).sha256
    assert copy_of(made_again(guideline, document)) == document


def test_the_checker_runs_alone(tmp_path: Path) -> None:
    """One file, in a folder with nothing else, without site packages and without the folder it lies in."""
    checker, path = tmp_path / "check_certificate.py", tmp_path / "out.json"
    checker.write_text(CHECKER.read_text("utf-8"), "utf-8")
    guideline = guideline_in_folder(GUIDELINES[0])
    write_certificate(path, guideline, next(trace for _, trace in decided(guideline)))
    ran = run(checker, path)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "accepted\n", "")
    path.write_bytes(codecs.BOM_UTF8 + path.read_bytes())
    assert run(checker, path).stdout == "accepted\n"
    assert candor("certify", path).code == 0
    forged = json.loads(path.read_text("utf-8-sig"))
    forged["proof"]["events"].pop()
    path.write_text(json.dumps(sealed(forged)), "utf-8")
    ran = run(checker, path)
    assert ran.returncode == 1
    assert ran.stdout.startswith("rejected: proof.events")
    assert run(checker, tmp_path / "nowhere.json").returncode == 2
    assert run(checker).returncode == 2
    path.write_text('{"a": 1, "a": 2}', "utf-8")
    assert run(checker, path).stdout == "rejected: it cannot be read: a key stands twice\n"


def run(*arguments: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-S", *map(str, arguments)]
    cwd = arguments[0].parent
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=cwd)


def test_the_checker_imports_only_the_standard_library_and_runs_no_text() -> None:
    for node in ast.walk(ast.parse(CHECKER.read_text("utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
        assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names
        called = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        assert called not in ("eval", "exec", "compile", "__import__", "open")
    assert not {"importlib", "subprocess", "socket", "os"} & set(re.findall(r"\w+", CHECKER.read_text("utf-8")))


def test_a_certificate_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    guideline = guideline_in_folder(GUIDELINES[0])
    trace = next(trace for _, trace in decided(guideline))
    with pytest.raises(NotWritten, match="the certificate could not be written to"):
        write_certificate(tmp_path / "nowhere" / "out.json", guideline, trace)


def test_a_certificate_replaces_the_file(tmp_path: Path) -> None:
    guideline = guideline_in_folder(GUIDELINES[0])
    path = tmp_path / "out.json"
    path.write_text("something longer than that" * 9999, "utf-8")
    write_certificate(path, guideline, next(trace for _, trace in decided(guideline)))
    assert path.read_text("utf-8").endswith("}\n")
    assert reasons(json.loads(path.read_text("utf-8"))) == []


def test_two_guidelines_of_one_name_make_no_certificate() -> None:
    """A certificate holds one text for a name: of two, one would be lost."""
    guideline = guideline_in_folder(ROOT / "knowledge" / "act_ra")
    trace = next(trace for _, trace in decided(guideline))
    other = {**guideline.imported_content["fatigue_scales"], "facts": {}}  # type: ignore[dict-item]
    contents = {**guideline.imported_content, "fatigue_scales": other}
    with pytest.raises(
        NotCertified, match="two guidelines called `fatigue_scales` are imported, one of them by `act_ra`"
    ):
        certificate_of(guideline.model_copy(update={"imported_content": contents}), trace)


def test_a_certificate_of_a_guideline_that_does_not_load_is_refused() -> None:
    document = json.loads(SMALL[0])
    document["content"][document["guideline"]]["guideline"]["status"] = "secret"
    with pytest.raises(NotACertificate, match="the guideline in the certificate does not load"):
        guideline_in(document)
    listed = json.loads(SMALL[0])
    content = listed["content"][listed["guideline"]]
    for outcomes in ([[{"not": "a name"}, {"title": "T"}]], [["one"]], ["on"], "one", {"one": {"title": "T"}}, None):
        next(iter(content["decisions"].values()))["outcomes"] = outcomes
        with pytest.raises(NotACertificate, match=r"does not load: `[a-z_]*` is no decision"):
            guideline_in(listed)
    document["content"]["../away"] = {}
    with pytest.raises(NotACertificate, match="has no name"):
        guideline_in(document)


SMALL = [text for folder in GUIDELINES[:2] for text in certificates(folder)]
STRIDE = 8
"""Of the scalars of each certificate one in so many is changed; the cases of a decision have most in common."""


@pytest.mark.parametrize("number", range(len(SMALL)))
def test_every_scalar_counts(number: int) -> None:
    original = json.loads(SMALL[number])
    for path in list(claims(original))[number % STRIDE :: STRIDE]:
        forged = copy_of(original)
        holder = at(forged, path[:-1])
        holder[path[-1]] = other(holder[path[-1]])
        assert_no_forgery(original, forged)


def claims(document: Document) -> Iterator[tuple[Any, ...]]:
    """The places of all single values but those of the guideline, and the hash that every forger computes anew."""
    return (path for path in scalars(document, ()) if path[0] not in ("content", "sha256"))


@settings(derandomize=True, deadline=None, max_examples=400)
@given(st.data())
def test_no_forged_certificate_is_accepted(data: st.DataObject) -> None:
    original = json.loads(data.draw(st.sampled_from(SMALL)))
    forged = copy_of(original)
    for _ in range(data.draw(st.integers(1, 3))):
        part = forged[data.draw(st.sampled_from(["given", "facts", "proof", "proof", "content", "cautions"]))]
        where = [path for path in containers(part, ()) if at(part, path)]
        if where:
            forge(data, at(part, data.draw(st.sampled_from(where))))
    assert_no_forgery(original, forged)


def forge(data: st.DataObject, holder: Any) -> None:
    """Changes, drops, doubles, adds or moves something in a list or an object."""
    key = data.draw(st.sampled_from(sorted(holder) if isinstance(holder, dict) else range(len(holder))))
    match data.draw(st.sampled_from(["change", "drop", "add", "move"])):
        case "change" if isinstance(holder[key], str | bool):
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
    """Another value that looks much the same."""
    if isinstance(value, bool):
        return not value
    number = value.replace(".", "").replace("-", "")
    return value[:-1] + str((int(value[-1]) + 1) % 10) if number.isdigit() else WORDS.get(value, f"{value}x")


WORDS = {"yes": "no", "no": "yes", "true": "false", "false": "true", "given": "derived", "derived": "given"}
WORDS |= {"assumed": "given", "unknown": "stale", "stale": "unknown", "concluded": "needs_information"}


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


def assert_no_forgery(original: Document, forged: Document, guideline: Guideline | None = None) -> bool:
    """A forged certificate is rejected, or says the same of the same patient, but for other witnesses that the engine
    bears out, or an instant that changes nothing. Says whether it was rejected."""
    if reasons(forged):
        return True
    guideline = guideline or next(g for g in map(guideline_in_folder, GUIDELINES) if g.id == original["guideline"])
    assert rfc8785.dumps(forged["content"]) == rfc8785.dumps(original["content"])
    assert essence({**forged, "at": ""}) == essence({**original, "at": ""})
    assert essence(copy_of(made_again(guideline, forged))) == essence(forged)
    plan = plan_of(guideline, forged["decision"])
    for result, texts in forged["proof"]["witnesses"].items():
        steps = {name: read_facts(guideline, {name: text}).given[name].steps for name, text in texts.items()}
        assert evaluate(plan, steps).candidates[0] == (result or None)
    return False


def essence(tree: Any) -> Any:
    """What was decided and why: all but the witnesses' facts and the hashes of documents."""
    if not isinstance(tree, dict):
        return [essence(each) for each in tree] if isinstance(tree, list) else tree
    rest = {key: essence(each) for key, each in tree.items() if key != "witnesses"}
    rest |= {"sha256": None} if "format" in rest else {}
    return rest | ({"witnesses": sorted(tree["witnesses"])} if "witnesses" in tree else {})


def test_most_of_what_is_changed_at_random_is_rejected() -> None:
    """So that the tests above do not pass because nothing they do is seen."""
    original = a_needing_one()
    rejected = []
    for path in claims(original):
        forged = copy_of(original)
        holder = at(forged, path[:-1])
        holder[path[-1]] = other(holder[path[-1]])
        rejected.append(assert_no_forgery(original, forged))
    assert sum(rejected) >= 0.9 * len(rejected) > 9


def a_needing_one() -> Document:
    """A certificate in which two results are possible."""
    texts = (text for text in SMALL if len(json.loads(text)["proof"]["possible"]) > 1)
    document: Document = json.loads(next(texts))
    return document


def claim_conclusion(document: Document) -> None:
    """All but one of the possible results are left out, and all that follows from this is said."""
    proof = document["proof"]
    outcome = next(each for each in proof["possible"] if each)
    proof |= {"possible": [outcome], "outcome": outcome, "status": "concluded"}
    proof["witnesses"] = {outcome: proof["witnesses"][outcome]}
    rules = document["content"][document["guideline"]]["decisions"][document["decision"]]["rules"]
    fired = [each["rule_fired"] for each in proof["events"] if "rule_fired" in each]
    is_concluded = any(outcome in rules.get(each, {}).get("then", []) for each in fired)
    proof["events"].append({"outcome_concluded" if is_concluded else "outcome_forced": outcome})


def change_a_score(document: Document) -> None:
    document["proof"]["status"] = "not_covered"


def change_an_origin(document: Document) -> None:
    next(iter(document["facts"].values()))["origin"] = "assumed"


def add_a_caution(document: Document) -> None:
    document["cautions"].append("retired")


def change_an_event(document: Document) -> None:
    document["proof"]["events"].reverse()
    document["proof"]["events"].append({"rule_fired": "nothing"})


def change_a_witness(document: Document) -> None:
    witnesses = document["proof"]["witnesses"]
    one, two = list(witnesses)[:2]
    witnesses[one], witnesses[two] = witnesses[two], witnesses[one]


def give_a_guideline_more(document: Document) -> None:
    document["content"]["another"] = {"guideline": {"guideline": "another"}}


def give_what_plays_no_part(document: Document) -> None:
    document["given"]["shoe_size"] = {"value": "1"}


FORGERIES: list[tuple[str, str, Callable[[Document], None]]] = [
    ("for key in found:", "for key in found.keys() - {'proof'}:", change_a_score),
    ("for key in found:", "for key in found.keys() - {'proof'}:", change_an_event),
    ("for key in found:", "for key in found.keys() - {'facts'}:", change_an_origin),
    ("for key in found:", "for key in found.keys() - {'cautions'}:", add_a_caution),
    ("other_result(q, values, loose, possible)) is not None:", "None) is not None:", claim_conclusion),
    ("if not is_one or view.walls()[0] or view.results()[0] != [result]:", "if False:", change_a_witness),
    ('    if contents.keys() != {document["guideline"]}', "    if False and {''}", give_a_guideline_more),
    ("    if not given.keys() <= {*q.order} or", "    if", give_what_plays_no_part),
    ("elif claimed != found or", "elif", change_a_score),
]


@pytest.mark.parametrize(("part", "weaker", "change"), FORGERIES)
def test_a_checker_without_one_of_its_checks_would_be_deceived(
    part: str, weaker: str, change: Callable[[Document], None]
) -> None:
    forged = a_needing_one()
    change(forged)
    assert reasons(forged) != []
    text = CHECKER.read_text("utf-8")
    assert part in text
    module = ModuleType("weaker")
    sys.modules["weaker"] = module
    exec(text.replace(part, weaker), module.__dict__)
    module.LIMIT = 250  # type: ignore[attr-defined]
    assert module.check(sealed(forged))[0] == []


def test_another_format_is_refused_by_its_name() -> None:
    document = {**json.loads(SMALL[0]), "format": "candor-certificate/1"}
    assert reasons(document) == ["format: this is no certificate that can be checked here"]


def test_the_hash_is_looked_at() -> None:
    document = json.loads(SMALL[0])
    assert check_certificate.check({**document, "sha256": "0" * 64})[0] == ["sha256: it is not that of the certificate"]


def test_keys_that_have_another_order_in_rfc_8785_are_rejected() -> None:
    """The checker sorts keys by code point, which is the same for names, and all that a guideline may hold."""
    document = json.loads(SMALL[0])
    document["content"][document["guideline"]]["guideline"] |= {"\uff5e": "one", "\U0001f600": "two"}
    assert "sha256: it is not that of the certificate" in reasons(document)


def certify(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> tuple[int, str]:
    """`candor certify` in this process, so that the checker's limit is that of these tests."""
    from typer.testing import CliRunner

    from candor.cli import app

    ran = CliRunner().invoke(app, ["certify", *map(str, arguments)])
    return (1 if isinstance(ran.exception, CandorError) else ran.exit_code), f"{ran.output}{ran.exception}"


def test_certify_needs_no_guideline_and_says_which_one_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.json"
    path.write_text(SMALL[0], "utf-8")
    code, said = certify(monkeypatch, path)
    assert (code, "came out the same to the byte" in said) == (0, True)
    assert "comes with Candor: compare its hash, " in said
    assert certify(monkeypatch, path, "--guideline", ROOT / "tests" / "toy")[0] == 0
    code, said = certify(monkeypatch, path, "--guideline", ROOT / "tests" / "weather")
    assert (code, "the certificate is of a guideline with the hash" in said) == (1, True)
    path.write_text(SMALL[0].replace('"concluded"', '"not_covered"'), "utf-8")
    assert certify(monkeypatch, path)[0] == 1
    path.write_text("[1]", "utf-8")
    assert "not a certificate" in certify(monkeypatch, path)[1]


def test_certify_tells_an_installed_guideline_from_another_of_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out.json"
    path.write_text(certificates(ROOT / "knowledge" / "fatigue_scales")[0], "utf-8")
    assert "is the one that comes with Candor: fatigue_scales" in certify(monkeypatch, path)[1]
    document = json.loads(path.read_text("utf-8"))
    document["content"]["fatigue_scales"]["guideline"]["title"] += ", ours"
    document["proof"]["guideline"]["sha256"] = check_certificate.hash_of(document["content"]["fatigue_scales"])
    path.write_text(json.dumps(sealed(document)), "utf-8")
    code, said = certify(monkeypatch, path)
    assert (code, "is NOT the fatigue_scales that comes with Candor" in said) == (0, True)


def test_a_fact_with_which_two_guidelines_disagree_is_certified(tmp_path: Path) -> None:
    """The second says another state, and the first, still open, leaves no room for the given one."""
    by = f"{BY.format('shading', '')}, {SOUNDING}"
    guideline = river(tmp_path, by=by, sounding='depth: ">= 1"', runs="state: low", when="level: 3, wind: 3")
    facts = read_facts(guideline, {"state": "low", "level": "1", "depth": "3", "wind": "0"})
    made = certificate_of(guideline, decide(guideline, "ferry", facts, at=AT))
    assert made["cautions"] == ["disagreement: state"]
    assert check_certificate.check(json.loads(json.dumps(made)))[0] == []


@pytest.mark.parametrize("limit", ["LIMIT", "ALL"])
def test_what_was_not_tried_is_said_and_settled_by_the_solver(
    limit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond the limit the checker believes that no other result is possible, says so, and `certify` does not."""
    monkeypatch.setattr(check_certificate, limit, 1)
    document, path = a_needing_one(), tmp_path / "out.json"
    claim_conclusion(document)
    wrong, notes = check_certificate.check(sealed(document))
    assert wrong == []
    assert notes == {f"{document['guideline']}/{document['decision']}"}
    path.write_text(json.dumps(sealed(document)), "utf-8")
    assert check_certificate.main([str(path)]) == 3
    code, said = certify(monkeypatch, path)
    assert (code, "decided again, it comes out otherwise" in said) == (1, True)


def test_a_certificate_says_of_some_result_that_it_is_possible(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where there is too much to try: what nobody comes to is not believed."""
    monkeypatch.setattr(check_certificate, "LIMIT", 1)
    document = a_needing_one()
    document["proof"] |= {"possible": [], "witnesses": {}}
    assert "no result is said to be possible" in " ".join(reasons(document))


def test_an_unverified_claim_that_is_true_is_certified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "out.json"
    path.write_text(next(text for text in SMALL if check_certificate.check(json.loads(text))[1]), "utf-8")
    assert check_certificate.main([str(path)]) == 3
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("universal claim not verified: ")
    assert lines[-1] == "accepted but for that"
    code, said = certify(monkeypatch, path)
    assert (code, "rests on the solver" in said) == (0, True)
