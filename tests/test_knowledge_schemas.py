"""The schemas for editors: they take every file that the loader takes, and refuse what has the wrong shape."""

import json
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
from jsonschema import Draft202012Validator

from candor import builtin_guidelines, load_guideline
from candor.authoring.files import KINDS, file_shape, kind_of_file
from candor.authoring.json_schema import DIALECT, file_name, schema_of
from candor.authoring.names import names_of
from candor.authoring.shapes import Either, Entry, FileShape, Listed, Record, Shape, Table, fitting
from candor.authoring.values import TEXT
from engine import facts, loading
from engine.codes import MEANINGS
from engine.diagnostics import Place
from engine.loading.entries import Form
from engine.loading.nodes import Mapping, Node, Scalar, Sequence, Style
from tests.commands import ROOT, candor
from tests.conformance_cases import ConformanceCase, conformance_cases
from tests.mistake_examples import FOLDER, Mistake, edited, mistakes_in
from tests.test_docs import blocks_in
from tests.yaml_readings import READINGS, Document, as_yaml_1_2, document_of, node_of

NOWHERE = Place("here")
GUIDELINES = (*(f"knowledge/{name}" for name in builtin_guidelines()), "tests/toy", "tests/weather")
PATHS = [path for folder in GUIDELINES for path in sorted((ROOT / folder).glob("*.yaml"))]
PATIENTS = sorted((ROOT / "examples").glob("*.yaml"))
SHAPES = ("missing_key", "unknown_key", "wrong_kind", "name", "flag", "date", "basis", "uncited", "kind", "status",
          "version", "url", "decimals", "max_age", "type", "not_for_type", "no_outcomes", "no_rules", "no_because",
          "no_effect", "empty_condition", "several_negated", "syntax", "unquoted", "expects_nothing", "unknown_status",
          "unknown_code", "rejected", "choices", "identifier")  # fmt: skip
"""The second halves of codes that are about the shape of a file, and not about what stands elsewhere."""
NOT_SHAPES = ("import.rejected", "import.version", "formula.syntax", "json.syntax", "template.name", "patient.date")
ACCEPTED = {
    "guideline: a date that is none": "the 30th of February has the shape of a day",
    "guideline: a next review before the last": "two days have to be compared",
    "score: a score tested for yes": "only the names of the guideline tell a score from a fact",
    "rule: its own outcome overridden": "two entries have to be compared",
    "decision: a case that expects the finding of another decision": "the names of all decisions are offered together",
    "rule: an unknown outcome overridden": "the names of all decisions are offered together",
    "findings: a rule named like a shared one": "what a decision adds is not in the schema of the guideline before",
    "import: two imports with one title": "two entries have to be compared",
}
"""Mistakes that no schema sees, and why."""
NAMES = ("rule.unknown_fact", "rule.unknown_conclusion", "rule.unknown_score", "rule.unknown_override",
         "source.unknown", "rule.outcome_tested", "rule.finding_test", "test.value", "test.not_numeric",
         "case.unknown_outcome", "case.unknown_rule", "case.unknown_conclusion", "patient.unknown_fact",
         "decision.unknown_fact")  # fmt: skip
"""Codes of what only the names of a guideline show."""


@cache
def validator(kind: str, guideline: str | None = None) -> Draft202012Validator:
    if guideline is None:
        return Draft202012Validator(schema_of(kind))
    loaded = load_guideline(guideline, with_cases=False)
    return Draft202012Validator(schema_of(kind, names_of(loaded), loaded.id))


def faults(path: Path, reading: str, guideline: str | None = None) -> list[str]:
    node = node_of(path)
    assert node is not None
    kind = kind_of_file(path, node)
    assert kind is not None
    document = document_of(node, READINGS[reading])
    return [f"{error.json_path}: {error.message}" for error in validator(kind, guideline).iter_errors(document)]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("guideline", [None, "tests/toy"])
def test_a_schema_is_a_schema_and_says_what_things_are(kind: str, guideline: str | None) -> None:
    schema = validator(kind, guideline).schema
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == DIALECT
    assert schema["title"].startswith("Candor ")
    for entry in schema["properties"].values():
        assert entry["description"]


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("path", [*PATHS, *PATIENTS], ids=name_of)
def test_every_file_that_loads_is_valid(path: Path, reading: str) -> None:
    assert faults(path, reading) == []


@pytest.mark.parametrize("path", PATHS, ids=name_of)
def test_every_file_is_valid_by_the_schema_of_its_own_guideline(path: Path) -> None:
    assert faults(path, "YAML 1.2", str(path.parent)) == []


@pytest.mark.parametrize("page", ["knowledge-language", "cookbook", "writing-a-guideline"])
def test_every_file_of_the_pages_is_valid(page: str, tmp_path: Path) -> None:
    found = 0
    for block in blocks_in((ROOT / "docs" / f"{page}.md").read_text("utf-8")):
        if block.file is not None and block.file.endswith(".yaml"):
            path = tmp_path / Path(block.file).name
            path.write_text(block.text, "utf-8")
            assert faults(path, "YAML 1.2") == [], f"{page}: {block.line}"
            found += 1
    assert found


@pytest.mark.parametrize("case", conformance_cases(), ids=lambda case: case.name)
def test_a_patient_is_valid_by_the_schema_of_its_guideline_where_it_is_taken(case: ConformanceCase) -> None:
    patient = {"facts": case.facts}
    owner = case.guideline if case.guideline in builtin_guidelines() else f"tests/{case.guideline}"
    assert list(validator("patient").iter_errors(patient)) == []
    if not case.is_rejected:
        assert list(validator("patient", owner).iter_errors(patient)) == []


def test_every_line_of_a_cohort_is_valid() -> None:
    lines = (ROOT / "examples" / "cohort.jsonl").read_text("utf-8").splitlines()
    assert lines
    for line in lines:
        assert list(validator("patient").iter_errors(json.loads(line))) == []
        assert list(validator("patient", "knowledge/act_ra").iter_errors(json.loads(line))) == []


def examples() -> list[Mistake]:
    return [each for path in sorted(FOLDER.glob("*.txt")) for each in mistakes_in(path)]


def titled(mistake: Mistake) -> str:
    return f"{mistake.topic}: {mistake.name}"


def codes_of(mistake: Mistake) -> set[str]:
    return {line.split("[")[1].split("]")[0] for line in mistake.said.splitlines() if line.startswith("error[")}


def is_refused(mistake: Mistake, folder: Path, guideline: str | None) -> bool:
    """Whether the schema refuses one of the files that the example edits; a file that is no YAML counts too."""
    knowledge = [edit for edit in mistake.edits if not edit.is_patient]
    edited(knowledge, folder)
    for edit in mistake.edits:
        path = folder / edit.path
        if edit.is_patient:
            path = folder / edit.file
            path.write_text(edit.added, "utf-8")
        node = node_of(path)
        kind = None if node is None else kind_of_file(path, node)
        if node is None or kind is None:
            return True
        if not validator(kind, guideline).is_valid(document_of(node, as_yaml_1_2)):
            return True
    return False


SHAPE_CODES = {code for code in MEANINGS if code.split(".")[1] in SHAPES and code not in NOT_SHAPES}
SHAPE_MISTAKES = [each for each in examples() if codes_of(each) & SHAPE_CODES and titled(each) not in ACCEPTED]
NAME_MISTAKES = [each for each in examples() if codes_of(each) & set(NAMES) and titled(each) not in ACCEPTED]


@pytest.mark.parametrize("mistake", SHAPE_MISTAKES, ids=titled)
def test_a_file_of_the_wrong_shape_is_refused(mistake: Mistake, tmp_path: Path) -> None:
    assert is_refused(mistake, tmp_path, None)


@pytest.mark.parametrize("mistake", NAME_MISTAKES, ids=titled)
def test_a_name_that_is_not_there_is_refused_by_the_schema_of_the_guideline(mistake: Mistake, tmp_path: Path) -> None:
    assert is_refused(mistake, tmp_path, "tests/toy")


def test_every_exception_is_one() -> None:
    assert set(ACCEPTED) <= {titled(each) for each in examples()}


def records_in(shape: Shape) -> Iterator[Record]:
    match shape:
        case Record():
            yield shape
            for entry in shape.entries.values():
                yield from records_in(entry.shape)
        case Table():
            yield from records_in(shape.value) if shape.value is not None else ()
            for entry in shape.known.values():
                yield from records_in(entry.shape)
        case Listed():
            yield from records_in(shape.item)
        case Either():
            for option in shape.options:
                yield from records_in(option)


def records_of(kind: str) -> Iterator[Record]:
    file = file_shape(kind)
    for shape in (file.whole, *file.definitions.values()):
        yield from records_in(shape)


def forms_of_the_loader() -> dict[int, Form]:
    """Every form that a module of the loader declares."""
    modules = [import_module(each.name) for each in iter_modules(loading.__path__, "engine.loading.")]
    found = [each for module in (*modules, facts) for each in vars(module).values() if isinstance(each, Form)]
    return {id(form): form for form in found}


def test_every_form_of_the_loader_has_a_shape_with_its_entries_and_there_is_no_other() -> None:
    records = [record for kind in KINDS for record in records_of(kind)]
    for record in records:
        assert set(record.entries) == {*record.form.required, *record.form.optional}
    forms = forms_of_the_loader()
    assert len(forms) > 20
    assert {id(record.form) for record in records} == set(forms)


def test_a_shape_with_other_entries_than_its_form_cannot_be_built() -> None:
    form = Form("rule", "a rule", ("title",), ("when",))
    with pytest.raises(AssertionError, match="a rule"):
        Record(form, {"title": Entry("", TEXT)})


def places_in(document: Document, record: Shape, definitions: object) -> Iterator[tuple[dict[str, Document], Record]]:
    """Every mapping of a document with entries of a form."""
    file = definitions
    assert isinstance(file, FileShape)
    node = shape_for(document, record, file)
    if isinstance(node, Record) and isinstance(document, dict):
        yield document, node
    if isinstance(document, dict) and isinstance(node, Record | Table):
        for name, body in document.items():
            inner = node.entries if isinstance(node, Record) else node.known
            shape = inner[name].shape if name in inner else getattr(node, "value", None)
            if shape is not None:
                yield from places_in(body, shape, file)
    if isinstance(document, list) and isinstance(node, Listed):
        for body in document:
            yield from places_in(body, node.item, file)


def shape_for(document: Document, shape: Shape, file: FileShape) -> Shape | None:
    kind: Node = Scalar("x", Style.PLAIN, NOWHERE)
    kind = Mapping((), NOWHERE) if isinstance(document, dict) else kind
    kind = Sequence((), NOWHERE) if isinstance(document, list) else kind
    return fitting(shape, kind, file.definitions)


@pytest.mark.parametrize("path", sorted((ROOT / "tests" / "toy").glob("*.yaml")), ids=name_of)
def test_an_entry_too_many_or_too_few_is_refused_wherever_it_is(path: Path) -> None:
    node = node_of(path)
    assert node is not None
    kind = kind_of_file(path, node)
    assert kind is not None
    document, file = document_of(node, as_yaml_1_2), file_shape(kind)
    places = list(places_in(document, file.whole, file))
    assert places
    for mapping, record in places:
        mapping["titel"] = "x"
        assert not validator(kind).is_valid(document), record.form.noun
        del mapping["titel"]
        for name in record.form.required:
            kept = mapping.pop(name)
            assert not validator(kind).is_valid(document), f"{record.form.noun} without {name}"
            mapping[name] = kept
    assert validator(kind).is_valid(document)


@pytest.mark.parametrize(
    ("test", "is_test"),
    [
        ("stable", True), (3, True), (2.6, True), (True, True), ("< 2.6", True), (">=2", True), ("[2.6..4.4]", True),
        ("(4.4..5.1]", True), ("]1..5[", True), ("[-1 .. 5)", True), ("not(stable)", True), ("none, mild", True),
        ("not(< 2.6, > 5.1)", True), ("not(a, not(b))", True), ("< 2.6, > 5.1, [3..4]", True), (["a", "< 3"], True),
        ("=< 2", False), ("> ", False), ("2.6..4.4", False), ("[2.6..]", False), ("[2.6-4.4]", False), (None, False),
        ("not()", False), ("a,", False), ("", False), ("> 05", False), ("Stable", False), ([], False), ([["a"]], False),
        ({"a": 1}, False), ("> 3 and < 5", False), ("!= 3", False),
    ],
)  # fmt: skip
def test_what_has_the_shape_of_a_test_is_taken_and_nothing_else(test: Document, is_test: bool) -> None:
    rule = {"title": "a", "when": {"wind": test}, "then": "b", "because": "c", "source": {"basis": "added"}}
    decision = {"decision": "a", "question": "b", "outcomes": {"b": {"title": "c"}}, "rules": {"a": rule}}
    assert validator("decision").is_valid(decision) is is_test


def test_the_schema_of_a_guideline_offers_its_names_with_what_they_mean() -> None:
    schema = validator("decision", "tests/toy").schema
    tests = schema["$defs"]["condition"]["properties"]
    toy = load_guideline("tests/toy")
    assert set(toy.facts) < set(tests)
    assert "How deep is the snow?" in tests["snow_depth"]["description"]
    assert "cm" in tests["snow_depth"]["description"]
    assert {"const": "sleet", "description": "sleet or freezing rain"} in tests["precipitation"]["anyOf"][0]["anyOf"][
        0
    ]["anyOf"]
    assert {"busy", "place_points", "frost", "all", "any", "not", "at_least"} < set(tests)
    sources = json.dumps(schema["$defs"]["source"])
    assert "road_book" in sources
    assert "weather_book" not in sources, "what only an imported guideline cites cannot be cited here"
    rules = json.dumps(validator("cases", "tests/toy").schema)
    assert all(f'"{name}"' in rules for decision in toy.decisions.values() for name in decision.rules)


def test_the_command_prints_one_schema_or_all() -> None:
    one = candor("schema", "decision")
    assert (one.code, one.err) == (0, "")
    assert json.loads(one.out) == schema_of("decision")
    assert json.loads(candor("schema").out) == {kind: schema_of(kind) for kind in KINDS}
    named = candor("schema", "facts", "--guideline", "tests/toy")
    assert json.loads(named.out) == validator("facts", "tests/toy").schema


def test_the_command_writes_a_file_for_each_kind_and_says_how_an_editor_finds_it(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "schemas"
    ran = candor("schema", "--guideline", "tests/toy", "--output", folder)
    assert (ran.code, ran.err) == (0, "")
    assert {path.name for path in folder.iterdir()} == {file_name(kind) for kind in KINDS}
    lines = ran.out.splitlines()
    assert lines[0] == f"# yaml-language-server: $schema={folder.as_posix()}/guideline.schema.json"
    assert candor("schema", "--guideline", "tests/toy", "--output", folder).code == 0, "they are written anew"


def test_what_the_command_refuses(tmp_path: Path) -> None:
    assert candor("schema", "rule").code == 2
    assert candor("schema", "--guideline", "nothing_of_that_name").code == 2
    (tmp_path / "file").write_text("x")
    ran = candor("schema", "--output", tmp_path / "file" / "schemas")
    assert (ran.code, ran.out) == (1, "")
    assert "cannot be written" in ran.err
