"""Findings that rest on one another, as deep as they may: all of it is told. One deeper is refused while loading."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.check_certificate import main as checker
from engine.errors import GuidelineRejected
from engine.loading import load
from tests.commands import candor

DEEPEST = 59
"""How many findings may rest on one another."""
IDENTITY = """guideline: {name}
version: 1.0.0
status: draft
title: Long
purpose: To try things.
population: Roads
limits: Follow it nowhere.
sources: {{book: {{title: The book, kind: definition}}}}
"""
RULE = (
    "  r{0}: {{title: Rule {0}, when: {{{1}: yes}}, then: f{0}, because: So., source: {{cite: book, basis: added}}}}\n"
)
LAST = "  {0}: {{title: {0}, when: {{f{1}: {2}}}, then: {0}, because: So., source: {{cite: book, basis: added}}}}\n"


def chain(folder: Path, count: int, name: str = "long", fact: str = "ice", ways: str = "") -> Path:
    """A guideline with so many findings, the first on a fact, and two outcomes on the last."""
    home = folder / name
    home.mkdir(parents=True)
    (home / "guideline.yaml").write_text(IDENTITY.format(name=name), "utf-8")
    (home / "facts.yaml").write_text(f"facts:\n  {fact}: {{title: ice, question: Ice?, type: yes_no{ways}}}\n", "utf-8")
    findings = "".join(f"  f{at}: Finding {at} holds\n" for at in range(count))
    rules = "".join(RULE.format(at, f"f{at - 1}" if at else fact) for at in range(count))
    rules += LAST.format("go", count - 1, "yes") + LAST.format("stay", count - 1, "no")
    head = "decision: d\nquestion: Go?\noutcomes: {go: {title: Go}, stay: {title: Stay}}\nfindings:\n"
    (home / "d.yaml").write_text(f"{head}{findings}rules:\n{rules}", "utf-8")
    return home


@pytest.mark.parametrize(
    "question",
    [
        ("decide",),
        ("decide", "--format", "json"),
        ("why",),
        ("why-not",),
        ("for-and-against",),
        ("report", "--format", "html"),
        ("what-if", "--set", "ice=no"),
        ("picture",),
    ],
)
def test_what_is_as_deep_as_may_be_is_told(tmp_path: Path, question: tuple[str, ...]) -> None:
    name, *options = question
    for known in ("ice=yes", "ice=no"):
        ran = candor(name, chain(tmp_path / known, DEEPEST) / "d", "-f", known, *options)
        assert (ran.code, ran.err) == (0, "")
        assert f"inding {DEEPEST - 1}" in ran.out or name not in ("why", "why-not", "for-and-against")


def test_it_is_checked_and_certified(tmp_path: Path) -> None:
    home, file = chain(tmp_path, DEEPEST), tmp_path / "out.json"
    assert "proved" in candor("check", home).out
    assert candor("handbook", home).code == 0
    assert candor("decide", home / "d", "-f", "ice=yes", "--certificate", file).code == 0
    assert checker([str(file)]) == 0


def test_one_deeper_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GuidelineRejected) as refused:
        load(chain(tmp_path, DEEPEST + 1))
    (found,) = refused.value.diagnostics
    assert found.code == "decision.too_deep"
    assert found.message == "what this rule rests on is nested 301 deep, 300 can be told"
    assert found.place.text.startswith("  stay: ")


def test_what_another_guideline_decides_counts_too(tmp_path: Path) -> None:
    chain(tmp_path, DEEPEST, "deep")
    way = "{guideline: deep, version: 1.0.0, decision: d, outcomes: {go: yes, stay: no}, source: {basis: added}}"
    chain(tmp_path, 1, "above", "frost", f", from: [{way}]")
    with pytest.raises(GuidelineRejected) as refused:
        load(tmp_path / "above")
    assert [each.code for each in refused.value.diagnostics] == ["decision.too_deep"]
