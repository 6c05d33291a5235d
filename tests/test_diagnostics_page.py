"""`docs/diagnostics.md`: the page is what is generated, complete, and its examples give what stands there.

Generating the page runs every example and refuses one that does not give its code.
"""

import re

import pytest

from engine.codes import MEANINGS
from tests import diagnostics_page
from tests.diagnostics_page import FAULT, PAGE, groups, page, shows
from tests.mistake_examples import Mistake, mistakes
from tests.situations import SITUATIONS, Situation


@pytest.fixture(scope="module")
def generated() -> str:
    return page()


@pytest.fixture(scope="module")
def sections() -> dict[str, str]:
    """What stands on the page under the heading of each code."""
    found = re.split(r"^### `(.*)`$", PAGE.read_text("utf-8"), flags=re.MULTILINE)[1:]
    return {code: text.partition("\n## ")[0] for code, text in zip(found[::2], found[1::2], strict=True)}


def test_the_page_is_the_generated_one(generated: str) -> None:
    assert PAGE.read_text("utf-8") == generated, "run `python -m tests.diagnostics_page`"


def test_every_code_has_a_heading_and_nothing_else_has_one(sections: dict[str, str]) -> None:
    assert list(sections) == list(MEANINGS)
    headings = re.findall(r"^#+ `(.*)`$", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    assert sorted(headings) == sorted([*MEANINGS, FAULT])
    assert FAULT not in MEANINGS


def test_every_code_has_an_example_that_ends_in_what_is_said(sections: dict[str, str]) -> None:
    for code, text in sections.items():
        said = text.rpartition("```text\n")[2].partition("\n```")[0]
        assert shows(code, said), code
        assert "\n  --> " in said, code
        assert "\n  help: " in said, code


def test_every_code_is_in_the_index_once_under_an_anchor_of_its_own() -> None:
    text = PAGE.read_text("utf-8")
    anchors = [code.replace(".", "") for code in (*MEANINGS, FAULT)]
    assert len(set(anchors)) == len(anchors)
    assert all(text.count(f"](#{anchor})") == 1 for anchor in anchors)


def test_codes_of_a_group_stand_together() -> None:
    assert [code for codes in groups().values() for code in codes] == list(MEANINGS)


def test_every_remark_is_of_a_code_or_a_group() -> None:
    named = [
        line.removeprefix("=== ")
        for line in diagnostics_page.PROSE.read_text("utf-8").split("\n")
        if line[:4] == "=== "
    ]
    assert sorted(named) == sorted([*MEANINGS, *groups(), FAULT])


def test_a_situation_stands_only_where_no_example_does() -> None:
    said = [example.said for example in mistakes()]
    assert {code for code in MEANINGS if not any(shows(code, each) for each in said)} == SITUATIONS.keys()


def test_an_example_that_no_longer_gives_its_code_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SITUATIONS, "file.not_there", Situation("Nothing is wrong.", lambda folder: folder))
    with pytest.raises(AssertionError, match=r"does not give file\.not_there"):
        page()


def test_a_code_without_an_example_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def others() -> list[Mistake]:
        return [example for example in mistakes() if not shows("yaml.tag", example.said)]

    monkeypatch.setattr(diagnostics_page, "mistakes", others)
    with pytest.raises(AssertionError, match=r"no example in tests/mistakes gives yaml\.tag"):
        page()


def test_what_is_said_names_no_folder_of_this_machine(generated: str) -> None:
    assert "--> /" not in generated
