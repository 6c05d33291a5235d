"""Files that cannot be read as a patient: every one is refused within seconds, with a diagnostic and no traceback."""

from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.diagnostics import Diagnostic, as_text
from engine.errors import InputRejected
from engine.facts import Kind, read_facts, read_line, read_patient, read_patient_file
from engine.guideline import Guideline
from engine.loading import load
from engine.patient import Facts
from tests.mistake_examples import TOY

MEBIBYTE = 1 << 20


@pytest.fixture(scope="module")
def toy() -> Guideline:
    return load(TOY)


def rejected(read: Callable[[], Facts]) -> tuple[Diagnostic, ...]:
    with pytest.raises(InputRejected) as caught:
        read()
    assert caught.value.diagnostics
    return caught.value.diagnostics


def told(read: Callable[[], Facts]) -> str:
    """What is said, as people read it."""
    return "\n".join(as_text(each) for each in rejected(read))


@pytest.fixture(params=["yaml", "json"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Where a patient file may be, in both formats."""
    return tmp_path / f"road.{request.param}"


def said(toy: Guideline, path: Path) -> str:
    started = process_time()
    text = told(lambda: read_patient_file(toy, path)).replace(f"{path.parent.as_posix()}/", "")
    assert process_time() - started < 10
    return text.replace(path.name, "road")


def test_a_file_that_is_not_there(toy: Guideline, path: Path) -> None:
    assert said(toy, path) == (
        "error[file.not_there]: the file is not there\n  --> road\n  help: check its name and folder"
    )


def test_a_name_that_no_file_can_have(toy: Guideline, tmp_path: Path) -> None:
    for name in ("a\0b.yaml", "a" * 5000):
        (found,) = rejected(lambda name=name: read_patient_file(toy, tmp_path / name))  # type: ignore[misc]
        assert found.code == "file.not_readable"


def test_a_folder(toy: Guideline, path: Path) -> None:
    path.mkdir()
    assert said(toy, path) == (
        "error[file.is_folder]: this is a folder, not a file\n  --> road\n  help: name a file in it"
    )


def test_a_device(toy: Guideline) -> None:
    assert told(lambda: read_patient_file(toy, Path("/dev/zero"))) == (
        "error[file.not_readable]: this is not an ordinary file\n  --> /dev/zero\n  help: give an ordinary file"
    )


def test_no_permission(toy: Guideline, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a stand-in for `open`, because the tests may run as a user who may read everything."""

    def refuse(*_: object) -> object:
        raise PermissionError(13, "no")

    path.write_text("{}", "utf-8")
    monkeypatch.setattr(Path, "open", refuse)
    assert said(toy, path) == (
        "error[file.not_readable]: the file cannot be read\n  --> road\n  help: check its name and who may read it"
    )


def test_ten_megabytes(toy: Guideline, path: Path) -> None:
    path.write_bytes(b" " * (10 * MEBIBYTE))
    assert said(toy, path) == (
        "error[file.too_large]: the file is larger than 1 MiB\n"
        "  --> road\n"
        "  help: split it, or leave out what is not needed"
    )


def test_a_line_of_more_than_a_mebibyte(toy: Guideline) -> None:
    line = '{"patient": "' + "é" * (MEBIBYTE // 2) + '", "facts": {}}'
    for content in (line, line.encode()):
        (found,) = rejected(lambda content=content: read_line(toy, content, name="roads.jsonl", number=7))  # type: ignore[misc]
        assert (found.code, found.message) == ("file.too_large", "the line is larger than 1 MiB")


def test_nothing(toy: Guideline, path: Path) -> None:
    for content in (b"", b"  \n", b"\xef\xbb\xbf"):
        path.write_bytes(content)
        assert said(toy, path) == "error[file.empty]: the file is empty\n  --> road\n  help: write something in it"


def test_binary(toy: Guideline, path: Path) -> None:
    path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    assert said(toy, path) == ("error[file.binary]: the file is not text\n  --> road\n  help: give a text in UTF-8")


def test_another_encoding(toy: Guideline, path: Path) -> None:
    path.write_bytes("patient: x\nfacts: {\n  road: Ödland}".encode("latin-1"))
    assert said(toy, path) == (
        "error[file.not_utf8]: the file is not in UTF-8\n"
        "  --> road:3:9\n"
        "3 |   road: \ufffd\n"
        "  |         ^\n"
        "  help: save it in the encoding UTF-8"
    )


def test_characters_that_cannot_be_seen(toy: Guideline, path: Path) -> None:
    for code in ("001B", "007F", "0085", "202E", "2028", "FFFE"):
        path.write_text(f"facts: {{}}\n# {chr(int(code, 16))} is seen by nobody", "utf-8")
        assert said(toy, path) == (
            f"error[file.character]: the file holds the character U+{code}, which cannot be seen\n"
            "  --> road:2:3\n"
            "2 | # \ufffd is seen by nobody\n"
            "  |   ^\n"
            "  help: remove it"
        )


def test_an_alias_bomb(toy: Guideline, tmp_path: Path) -> None:
    bomb = "".join(f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 9)}]\n" for at in range(1, 30))
    path = tmp_path / "road.yaml"
    path.write_text("a0: &a0 [lol]\n" + bomb, "utf-8")
    codes = {each.code for each in rejected(lambda: read_patient_file(toy, path))}
    assert codes == {"yaml.alias", "yaml.anchor"}


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a": ', "}")])
def test_deep_nesting(toy: Guideline, path: Path, opening: str, closing: str) -> None:
    for depth in (65, 100_000):
        path.write_text(opening * depth + "1" + closing * depth, "utf-8")
        text = said(toy, path)
        kind = path.suffix[1:]
        assert text.startswith(f"error[{kind}.too_deep]: the nesting is deeper than 64 levels\n  --> road:1:")
        assert text.endswith("\n  help: nest less deeply")


def test_nesting_within_bounds_is_read(toy: Guideline, path: Path) -> None:
    path.write_text("[" * 60 + "1" + "]" * 60, "utf-8")
    assert said(toy, path).startswith("error[patient.wrong_kind]: a patient is a list, not a mapping\n")


def test_too_many_values(toy: Guideline, path: Path) -> None:
    path.write_text("[" + "1," * 400_000 + "1]", "utf-8")
    message = {
        ".yaml": "error[yaml.too_many_values]: the file has more than 100,000 values\n",
        ".json": "error[json.too_many_values]: there are more than 100,000 values\n",
    }
    assert said(toy, path).startswith(message[path.suffix])


@pytest.mark.parametrize(
    "text",
    [
        *("[", "{", "- ", "? ", ": ", '"', "'", "x", "x ", "x\n", "\n", " ", "#\n", "!a", "&a ", "*a ", "%41", "\\n"),
        *("a: b\n", "a0: {}\n", "- a\n", "---\n", "...\n", "{a: b},", "<<: ", "\t", "\r", ",", "😀", "|\n", ">\n", "é"),
    ],
)
@pytest.mark.parametrize("before", ["", '"', "!", "a: |\n", "[", '{"facts": {"wind": "'])
def test_a_weird_file_is_refused_within_seconds(toy: Guideline, before: str, text: str) -> None:
    content = (before + text * MEBIBYTE)[: MEBIBYTE // 16]
    for kind in ("yaml", "json"):
        started = process_time()
        found = rejected(lambda kind=kind: read_patient(toy, content, name="road", kind=kind))  # type: ignore[misc]
        assert process_time() - started < 3
        assert max(len(as_text(each)) for each in found) < 2_000


SYNTAX = st.text(st.sampled_from(list("{}[]:,-?!&*#|>@`%'\"\\ \n\tax01.~<=é\u0000\ud800\u2028\ufeff")), max_size=60)
KINDS: st.SearchStrategy[Kind] = st.sampled_from(["yaml", "json"])


@given(SYNTAX | st.text(max_size=30) | st.binary(max_size=60), KINDS)
def test_any_content_is_read_or_refused_and_never_a_traceback(toy: Guideline, content: str | bytes, kind: Kind) -> None:
    within = (
        b'{"facts": {"wind": %b}}' % content if isinstance(content, bytes) else '{"facts": {"wind": ' + content + "}}"
    )
    for text in (content, within):
        for refused in refusals(lambda text=text: read_patient(toy, text, name="road", kind=kind)):  # type: ignore[misc]
            assert refused.message
            assert refused.help
            as_text(refused).encode("utf-8")


@given(
    st.dictionaries(
        st.sampled_from(["wind", "road", "bridge", "grip", "nobody"]),
        st.integers() | st.text() | st.none() | st.fractions() | st.decimals() | st.floats(),
    )
)
def test_any_mapping_is_read_or_refused(toy: Guideline, values: dict[str, object]) -> None:
    for refused in refusals(lambda: read_facts(toy, values)):
        as_text(refused).encode("utf-8")


def refusals(read: Callable[[], Facts]) -> tuple[Diagnostic, ...]:
    """What is said against an input; nothing where it is read."""
    try:
        read()
    except InputRejected as refused:
        return refused.diagnostics
    return ()
