"""`candor handbook`: both forms hold everything that the guideline says, and say the same; tables are their rules."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import date
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

from candor.history import versions_of
from engine.checks import check
from engine.conditions import AllOf, Test
from engine.loading import load
from explain.handbook import Version, handbook_of
from explain.handbook_rules import decision_tables
from explain.rendering.html import handbook_html
from explain.rendering.markdown import handbook_markdown
from explain.wording import demand_in_words
from tests.commands import ROOT, candor
from tests.mistake_examples import SOUND, TOY, copy_of_toy

TODAY = date(2026, 1, 15)


def flat(text: str) -> str:
    return " ".join(text.split())


def words_of(document: str, form: str) -> str:
    """What a reader sees of a document."""
    html = document if form == "html" else MarkdownIt("commonmark").enable("table").render(document)
    body = html.partition("</head>")[2].removesuffix("</html>\n").replace("<wbr/>", "") if form == "html" else html
    tree = ElementTree.fromstring(f"<x>{body}</x>")
    return flat(" ".join(tree.itertext()))


@pytest.mark.parametrize("form", ["html", "markdown"])
@pytest.mark.parametrize("folder", [SOUND, TOY, ROOT / "knowledge" / "act_ra"], ids=lambda path: path.name)
def test_everything_that_the_guideline_says_is_in_it(folder: Path, form: str) -> None:
    guideline = load(folder, library=[ROOT / "knowledge"])
    ran = candor("handbook", folder, "--format", form, "--at", "2026-01-15", "--no-history")
    assert (ran.code, ran.err) == (0, "")
    told = words_of(ran.out, form)
    texts = [guideline.title, guideline.purpose, guideline.population, guideline.limits, guideline.sha256]
    texts += [source.title for source in guideline.sources.values()]
    texts += [text for fact in guideline.facts.values() for text in (fact.id, fact.title, fact.question)]
    for decision in guideline.decisions.values():
        texts += [decision.question, *(outcome.title for outcome in decision.outcomes.values())]
        texts += [rule.title for rule in decision.rules.values()] + list(decision.rules) + list(decision.cases)
        texts += [rule.caution.text for rule in decision.rules.values() if rule.caution is not None]
        texts += [finding.title for finding in decision.findings.values()]
    texts += [each.statement for each in check(guideline, TODAY).proofs]
    missing = [text for text in texts if flat(unescape(text)) not in told]
    assert missing == []


def test_a_decision_table_says_what_its_rules_do() -> None:
    guideline = load(ROOT / "knowledge" / "act_ra", library=[ROOT / "knowledge"])
    rows = 0
    for decision in guideline.decisions.values():
        by_title = {rule.title: rule for rule in decision.rules.values()}
        for _, head, table in decision_tables(guideline, decision):
            for title, *cells, _ in table:
                condition = by_title[title].condition
                parts = condition.parts if isinstance(condition, AllOf) else (condition,)
                assert all(isinstance(part, Test) for part in parts)
                tests = sorted((part for part in parts if isinstance(part, Test)), key=lambda test: test.fact)
                assert cells == [demand_in_words(guideline.facts[test.fact], test, True) for test in tests]
                assert len(head) == len(cells) + 2
                rows += 1
    assert rows > 10


def test_no_text_of_an_author_is_markup(tmp_path: Path) -> None:
    toy = copy_of_toy(tmp_path)
    path = toy / "guideline.yaml"
    text = path.read_text("utf-8")
    title = next(line for line in text.splitlines() if line.startswith("title:"))
    path.write_text(text.replace(title, 'title: "<script>*x*</script> | `y`"'), "utf-8")
    guideline = load(toy)
    made = handbook_of(guideline, check(guideline, TODAY), {}, [Version("<b>1</b>", "2026-01-01")])
    html, markdown = handbook_html(made), handbook_markdown(made)
    assert "<script" not in html
    assert "<b>1" not in html
    assert "<script>*x*</script> | `y`" in words_of(html, "html")
    assert "<script>*x*</script> | `y`" in words_of(markdown, "markdown")


def test_the_same_guideline_gives_the_same_bytes() -> None:
    first, second = (candor("handbook", SOUND, "--at", "2026-01-15", "--no-history") for _ in range(2))
    assert first.out == second.out
    assert "No history is at hand" in first.out


@pytest.mark.parametrize("root", ["sound", "."])
def test_versions_on_record_are_told_with_their_day_and_what_was_edited(tmp_path: Path, root: str) -> None:
    assert versions_of(tmp_path) == ()
    folder = Path(shutil.copytree(SOUND, tmp_path / "sound"))
    alone = ("-c", "user.name=Path crew", "-c", "user.email=crew@example.org", "-c", "commit.gpgsign=false")

    def git(*arguments: str, day: str = "2026-01-01") -> None:
        around = {"GIT_COMMITTER_DATE": f"{day}T12:00:00Z", "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
        subprocess.run(["git", *alone, *arguments], cwd=tmp_path / root, check=True, capture_output=True, env=around)

    def commit(day: str, file: str, before: str, after: str) -> None:
        text = (folder / file).read_text("utf-8")
        assert before in text
        (folder / file).write_text(text.replace(before, after, 1) + f"# {day}\n", "utf-8")
        git("add", "-A")
        git("commit", "-qm", "A version", day=day)

    git("init", "-q")
    commit("2026-01-01", "guideline.yaml", "version: 1.0.0", "version: 1.0.0")
    commit("2026-02-01", "guideline.yaml", "version: 1.0.0", "version: 1.0.0")
    assert versions_of(folder) == (Version("1.0.0", "2026-01-01"),)
    rule = next(iter(load(folder).decisions.values())).rules
    name, titled = next((each.id, each.title) for each in rule.values() if each.home != "findings")
    file = f"{rule[name].home}.yaml"
    commit("2026-02-10", file, f"title: {titled}", "title: Quite another")
    commit("2026-03-01", "guideline.yaml", "version: 1.0.0", "version: 1.1.0")
    commit("2026-03-09", "guideline.yaml", "version: 1.1.0", "version: one")
    commit("2026-04-01", "guideline.yaml", "version: one", "version: 1.2.0")
    told = versions_of(folder)
    assert [(each.version, each.day) for each in told] == [
        ("1.2.0", "2026-04-01"),
        ("one", "2026-03-09"),
        ("1.1.0", "2026-03-01"),
        ("1.0.0", "2026-01-01"),
    ]
    assert [each.edits is None for each in told] == [True, True, False, True]
    ran = candor("handbook", folder, "--at", "2026-01-15", "--format", "markdown")
    said = words_of(ran.out.partition("## Versions")[2], "markdown")
    assert ran.code == 0
    assert "1.2.0, since 2026-04-01: not compared" in said
    assert "1.1.0, since 2026-03-01" in said
    assert "1.0.0, since 2026-01-01: the first on record" in said
    assert "title was" in said
    assert "Quite another" in said.partition("1.0.0, since")[0].partition("1.1.0, since")[2]


def test_a_file_is_written_and_wrong_use_is_told(tmp_path: Path) -> None:
    path = tmp_path / "sound.html"
    ran = candor("handbook", SOUND, "--output", path)
    assert (ran.code, ran.out) == (0, "")
    assert path.read_text("utf-8").startswith("<!DOCTYPE html>")
    assert candor("handbook", SOUND, "--output", tmp_path / "no" / "where.html").code == 1
    assert candor("handbook", "nowhere").code == 2


def test_addresses_are_links_and_nothing_else_is(tmp_path: Path) -> None:
    toy = copy_of_toy(tmp_path)
    path = toy / "guideline.yaml"
    text = path.read_text("utf-8")
    limits = next(line for line in text.splitlines() if line.startswith("limits:"))
    path.write_text(text.replace(limits, "limits: 'Not \"here\", see javascript:alert(1)'"), "utf-8")
    extra = "sources:\n  web: {title: T, kind: registry, note: 'See https://example.org/a?b=1&c=<2>, or not'}"
    path.write_text(path.read_text("utf-8").replace("sources:", extra, 1), "utf-8")
    html = handbook_html(handbook_of(load(toy), check(load(toy), TODAY), {}, []))
    links = re.findall(r'<a href="([^"]*)">', html)
    assert [each for each in links if "/a?" in each] == ["https://example.org/a?b=1&amp;c="]
    assert "&lt;2&gt;" in html
    assert all(each.startswith(("#", "https://", "http://")) for each in links)
    assert {each[1:] for each in links if each.startswith("#")} == set(re.findall(r'<h2 id="([^"]*)">', html))


def test_a_picture_keeps_its_size_and_what_scrolls_can_be_reached_by_key() -> None:
    html = candor("handbook", SOUND, "--at", "2026-01-15", "--no-history").out
    assert "svg { max-width: 100%" not in html.partition("@media print")[0]
    scrolling = re.findall(r'<div class="(?:wide|picture)"([^>]*)>', html)
    assert len(scrolling) > 5
    assert all('role="region" aria-label="' in each and 'tabindex="0"' in each for each in scrolling)
    assert "overflow-wrap: anywhere" not in next(line for line in html.splitlines() if line.startswith("th, td"))


def test_a_case_that_comes_out_otherwise_is_told(tmp_path: Path) -> None:
    toy = copy_of_toy(tmp_path)
    path = toy / "clearing.yaml"
    path.write_text(path.read_text("utf-8").replace('">= 5"', '">= 20"'), "utf-8")
    text = candor("handbook", toy, "--at", "2026-01-15", "--no-history", "--format", "markdown").out
    assert re.search(r"Of clearing, \d+ cases? came out otherwise than expected: ", text)
    assert "It came out otherwise: outcome: none" in text
    assert "came out otherwise" not in candor("handbook", TOY, "--at", "2026-01-15", "--no-history").out
