"""`candor fmt`: one layout for whatever was written, and never another meaning."""

import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from hypothesis import example, given, settings
from hypothesis import strategies as st

from candor import builtin_guidelines, load_guideline
from candor.authoring.files import file_shape, kind_of_file
from candor.authoring.layout import formatting, writing
from candor.authoring.layout.formatting import LayoutChangesMeaning, check_guideline, laid_out, layout_of
from candor.authoring.shapes import FileShape
from candor.cli.fmt import fmt
from engine.diagnostics import Diagnostics
from engine.loading.nodes import Mapping, Node, Scalar, Sequence
from engine.loading.yaml_nodes import yaml_document
from tests.commands import ROOT, candor
from tests.mistake_examples import Mistake, edited, mistakes
from tests.random_layouts import Layout
from tests.yaml_readings import node_of

TOY = sorted((ROOT / "tests" / "toy").glob("*.yaml"))
BUILT_IN = [path for name in builtin_guidelines() for path in sorted((ROOT / "knowledge" / name).glob("*.yaml"))]
JSON = '{"facts": {"wind": 3}}\n'
HERE = Path("decision.yaml")
NUMBERED = re.compile(r"# (\d+)(?= it is: so$| \{x\}$| - y$| # z$|$)", re.MULTILINE)


def shape_of(path: Path) -> FileShape:
    node = node_of(path)
    assert node is not None
    kind = kind_of_file(path, node)
    assert kind is not None
    return file_shape(kind)


def said(text: str) -> object:
    notes = Diagnostics()
    node = yaml_document(text, "here", notes)
    assert node is not None
    assert not notes.count, notes.sorted()
    return told(node)


def told(node: Node) -> object:
    """What a tree says, in order; the shapes of files have no part in it."""
    match node:
        case Scalar(text):
            return text, node.is_null
        case Sequence(items):
            return [told(item) for item in items]
        case Mapping(entries):
            return [(key.text, told(body)) for key, body in entries]


def laid(text: str, kind: str = "decision") -> str:
    return layout_of(text, file_shape(kind), HERE)


@settings(max_examples=40, deadline=None)
@given(path=st.sampled_from(TOY), seed=st.integers(0, 2**32))
@example(path=ROOT / "tests" / "toy" / "patrol.cases.yaml", seed=2418)  # two comments in an empty list
def test_any_layout_of_a_file_is_laid_out_with_the_same_meaning_and_comments_and_only_once(
    path: Path, seed: int
) -> None:
    shape = shape_of(path)
    plain = layout_of(path.read_text("utf-8"), shape, path)
    node = yaml_document(plain, "here", Diagnostics())
    assert node is not None
    written = Layout(random.Random(seed)).written(node)
    assert said(written) == said(plain), "what is laid out means the same before"
    after = layout_of(written, shape, path)
    assert said(after) == said(plain)
    assert [int(number) for number in NUMBERED.findall(after)] == list(range(len(NUMBERED.findall(written))))
    assert layout_of(after, shape, path) == after


@settings(max_examples=20, deadline=None)
@given(path=st.sampled_from(TOY), seed=st.integers(0, 2**32))
def test_where_only_spaces_differ_the_layout_is_the_same(path: Path, seed: int) -> None:
    shape = shape_of(path)
    plain = layout_of(path.read_text("utf-8"), shape, path)
    source = random.Random(seed)
    step = source.choice([3, 4, 7])
    lines = [" " * ((len(line) - len(line.lstrip(" "))) // 2 * step) + line.lstrip(" ") for line in plain.split("\n")]
    wide = "\n".join(re.sub(r"^( *)- ", lambda found: f"{found[1]}-{' ' * (step - 1)}", line) for line in lines)
    assert layout_of(wide, shape, path) == plain


@pytest.mark.parametrize("path", BUILT_IN, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_built_in_guideline_is_laid_out(path: Path) -> None:
    assert layout_of(path.read_text("utf-8"), shape_of(path), path) == path.read_text("utf-8"), "candor fmt knowledge"


EXAMPLES = {
    "entries of a form are put in order, all others stay": (
        "rules:\n  b: {}\n  a:\n    source: x\n    title: y\nquestion: q\noutcomes: {z: {title: t}, c: {title: t}}\n",
        "question: q\noutcomes:\n  z: {title: t}\n  c: {title: t}\nrules:\n  b: {}\n"
        "  a:\n    title: y\n    source: x\n",
    ),
    "an entry that no form has stays at the end": ("odd: 1\nquestion: q\n", "question: q\nodd: 1\n"),
    "quotes are left out where every reader sees the same text": (
        'question: "What now"\nfindings: {a: \'It is so\', b: "yes", c: "2.60", d: "a, b", e: "x: y", f: "# z"}\n',
        'question: What now\nfindings:\n  a: It is so\n  b: "yes"\n  c: "2.60"\n  d: a, b\n  e: "x: y"\n  f: "# z"\n',
    ),
    "quotes stay inside brackets where a comma would split": ("beside: [\"a, b\", 'c']\n", 'beside: ["a, b", c]\n'),
    "no quotes are added": ("findings:\n  a: 2.60\n  b: < 3\n", "findings:\n  a: 2.60\n  b: < 3\n"),
    "a quote within a text needs no backslash": ('question: "He said \\"no\\""\n', "question: 'He said \"no\"'\n"),
    "comments go with what they speak of": (
        "# top\n\n\n\nquestion: q   # why\n# of the decision\ndecision: d\n\n# end\n",
        "# top\n\n# of the decision\ndecision: d\nquestion: q  # why\n\n# end\n",
    ),
    "a bracket with a comment in it is opened": (
        "beside: [a, # one\n  b] # two\n",
        "beside:\n  - a  # one\n  - b\n  # two\n",
    ),
    "a short list stays as it is": ("beside: [ a,b ]\ncautions:\n- a\n", "beside: [a, b]\ncautions:\n  - a\n"),
    "an empty value stays empty": ("question:\nbeside: []\nrules: { }\n", "question:\nbeside: []\nrules: {}\n"),
    "line ends that count stay": ("question: |\n   a\n\n     b\n", "question: |\n  a\n\n    b\n"),
    "a folded text on one line is written so": ("question: >-\n    a\n    b\n", "question: a b\n"),
    "a folded text that ends with a line's end stays folded": ("question: >\n a\n b\n", "question: >\n  a b\n"),
    "Windows' line ends and a mark at the beginning go": (
        "question: q\r\ndecision: d\r\n",
        "decision: d\nquestion: q\n",
    ),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_is_laid_out_and_how(name: str) -> None:
    before, after = EXAMPLES[name]
    assert laid(before) == after
    assert laid(after) == after


def test_a_text_too_long_for_a_line_is_folded_and_a_test_is_not() -> None:
    text, test = "so " * 60 + "on", "[1..2], " * 30 + "3"
    after = laid(f'question: {text}\nrules: {{a: {{when: {{wind: "{test}"}}}}}}\n')
    lines = after.split("\n")
    assert lines[0] == "question: >-"
    assert all(len(line) <= 120 for line in lines[:3])
    assert f'"{test}"' in after
    assert said(after)[0] == ("question", (text, False))  # type: ignore[index]


def test_brackets_too_long_for_a_line_are_filled_or_opened() -> None:
    names = [f"rule_number_{number:02}" for number in range(12)]
    filled = laid(f"cases:\n  a: {{facts: {{wind: 3}}, expect: {{fired: [{', '.join(names)}]}}}}\n", "cases")
    assert "      fired: [rule_number_00, " in filled
    assert "\n              rule_number_" in filled
    assert max(map(len, filled.split("\n"))) <= 120
    opened = laid(f"rules:\n  a:\n    source: {{cite: book, at: {'page ' * 20}, basis: stated}}\n")
    assert "    source:\n      cite: book\n      at: page page" in opened


@pytest.mark.parametrize("wrong", ["a text: of its own", "one comment less"])
def test_a_layout_that_would_say_something_else_is_refused(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real: Callable[..., str] = writing.written

    def broken(*given: object) -> str:
        return real(*given).replace("# c", "") if wrong == "one comment less" else real(*given).replace("q", "r")

    monkeypatch.setattr(formatting, "written", broken)
    with pytest.raises(LayoutChangesMeaning, match="would change what it says"):
        laid("question: q  # c\n")


def test_a_guideline_that_would_be_another_is_refused(tmp_path: Path) -> None:
    toy = copied(tmp_path)
    file = laid_out(toy / "patrol.yaml")
    other = formatting.Laid(file.path, file.before, file.before.replace('">= 3"', '">= 4"'))
    with pytest.raises(LayoutChangesMeaning, match="would change the guideline"):
        check_guideline(toy, [other])
    cases = toy / "patrol.cases.yaml"
    text = cases.read_text("utf-8")
    with pytest.raises(LayoutChangesMeaning, match="would change the guideline"):
        check_guideline(toy, [formatting.Laid(cases, text, text.replace("humidity: 95", "humidity: 96"))])


def test_where_a_layout_is_refused_the_command_writes_nothing_and_says_whose_fault_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    toy = copied(tmp_path)
    messy(toy, "clearing.yaml")
    before = {path.name: path.read_bytes() for path in toy.iterdir()}
    real = writing.written
    monkeypatch.setattr(formatting, "written", lambda *given: real(*given).replace("Deep snow", "Snow"))
    with pytest.raises(typer.Exit) as ended:
        fmt([toy])
    assert ended.value.exit_code == 3
    assert "which is its own fault" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in toy.iterdir()} == before


def copied(tmp_path: Path) -> Path:
    """The toy guideline in a place of its own, with the one that it imports."""
    for name in ("toy", "weather"):
        shutil.copytree(ROOT / "tests" / name, tmp_path / name)
    return tmp_path / "toy"


def messy(folder: Path, name: str) -> str:
    path = folder / name
    path.write_text(path.read_text("utf-8").replace("    title:", "    title:   "), "utf-8")
    return path.read_text("utf-8")


def test_the_command_lays_out_a_folder_and_keeps_its_hash(tmp_path: Path) -> None:
    toy = copied(tmp_path)
    assert candor("fmt", toy).code == 0
    messy(toy, "clearing.yaml")
    (toy / "clearing.yaml").chmod(0o640)
    before = load_guideline(str(toy)).sha256
    ran = candor("fmt", toy)
    assert (ran.code, ran.out, ran.err) == (0, f"laid out: {toy}/clearing.yaml\n", "")
    assert load_guideline(str(toy)).sha256 == before
    assert (toy / "clearing.yaml").stat().st_mode & 0o777 == 0o640
    again = candor("fmt", cwd=toy)
    assert (again.code, again.out, again.err) == (0, "", "")
    assert sorted(path.name for path in toy.iterdir()) == sorted(path.name for path in TOY), "nothing is left over"


def test_the_command_writes_only_what_changes(tmp_path: Path) -> None:
    toy = copied(tmp_path)
    candor("fmt", toy)
    messy(toy, "clearing.yaml")
    times = {path.name: path.stat().st_mtime_ns for path in toy.iterdir()}
    candor("fmt", tmp_path)
    assert [path.name for path in toy.iterdir() if path.stat().st_mtime_ns != times[path.name]] == ["clearing.yaml"]


def test_checking_writes_nothing_and_lists_what_would_change(tmp_path: Path) -> None:
    toy = copied(tmp_path)
    candor("fmt", toy)
    text = messy(toy, "clearing.yaml")
    ran = candor("fmt", "--check", toy)
    assert (ran.code, ran.out, ran.err) == (1, f"would change: {toy}/clearing.yaml\n", "")
    assert (toy / "clearing.yaml").read_text("utf-8") == text
    assert candor("fmt", "--check", toy / "facts.yaml").code == 0


def test_a_file_that_cannot_be_read_is_left_alone_with_its_diagnostics_and_the_others_are_laid_out(
    tmp_path: Path,
) -> None:
    toy = copied(tmp_path)
    candor("fmt", toy)
    messy(toy, "clearing.yaml")
    broken = (toy / "patrol.yaml").read_text("utf-8").replace("when: {busy: yes}", "when: {busy: > 5}")
    (toy / "patrol.yaml").write_text(broken, "utf-8")
    ran = candor("fmt", toy)
    assert (ran.code, ran.out) == (1, f"laid out: {toy}/clearing.yaml\n")
    assert "error[yaml.syntax]: " in ran.err
    assert (toy / "patrol.yaml").read_text("utf-8") == broken


def test_a_guideline_with_mistakes_is_laid_out_all_the_same(tmp_path: Path) -> None:
    toy = copied(tmp_path)
    path = toy / "clearing.yaml"
    path.write_text(path.read_text("utf-8").replace('snow_depth: ">= 5"', 'snow_dept:   ">= 5"'), "utf-8")
    assert candor("fmt", toy).code == 0
    assert 'when: {snow_dept: ">= 5"}' in path.read_text("utf-8")


def test_a_patient_is_laid_out_too(tmp_path: Path) -> None:
    path = tmp_path / "patient.yaml"
    path.write_text('facts: { wind: 3,  bridge: "yes" }\npatient: p\n', "utf-8")
    assert candor("fmt", path).code == 0
    assert path.read_text("utf-8") == 'patient: p\nfacts: {wind: 3, bridge: "yes"}\n'


def test_a_file_that_says_nothing_is_left_alone(tmp_path: Path) -> None:
    for text in ("{ }\n", "# nothing yet\n", ""):
        path = tmp_path / "facts.yaml"
        path.write_text(text, "utf-8")
        assert not laid_out(path).is_changed


def test_what_the_command_refuses(tmp_path: Path) -> None:
    assert candor("fmt", tmp_path / "nothing").code == 2
    assert candor("fmt", tmp_path).code == 2
    for name, text in (("odd.yaml", "a: 1\n"), ("patient.json", JSON), ("patient.txt", "facts: {}")):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        ran = candor("fmt", path)
        assert (ran.code, ran.out) == (1, "")
        assert "error[file.unknown_kind]: " in ran.err
        assert path.read_text("utf-8") == text


@pytest.mark.parametrize("mistake", list(mistakes()), ids=lambda each: f"{each.topic}: {each.name}")
def test_whatever_is_wrong_with_a_file_it_is_laid_out_or_left_alone(mistake: Mistake, tmp_path: Path) -> None:
    edited([edit for edit in mistake.edits if not edit.is_patient], tmp_path)
    for edit in mistake.edits:
        path = tmp_path / (edit.file if edit.is_patient else edit.path)
        if edit.is_patient:
            path.write_text(edit.added, "utf-8")
        after = laid_out(path)
        if not after.mistakes:
            path.write_text(after.after, "utf-8")
            assert not laid_out(path).is_changed
