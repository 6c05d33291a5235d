"""Small guidelines written as YAML, for tests that need one of their own: one decision about a road."""

from pathlib import Path

from engine.cases import decided_case
from engine.guideline import Guideline
from engine.loading import load
from engine.trace import Trace

_IDENTITY = """
guideline: roads
version: 1.0.0
status: draft
title: Roads
purpose: To try things.
population: Roads
limits: Follow it nowhere.
sources: {book: {title: The book, kind: definition}}
"""
FACTS = """
facts:
  frost: {title: frost, question: Frost?, type: yes_no}
  salt: {title: salt, question: Salt?, type: yes_no, assume: yes}
  wet: {title: wet, question: Wet?, type: yes_no}
  cars: {title: cars, question: Cars?, type: integer, range: [0, 10]}
  lorries: {title: lorries, question: Lorries?, type: integer, range: [0, 10]}
  traffic:
    title: traffic
    type: integer
    range: [0, 20]
    derived: [{title: all that drive, formula: cars + lorries}]
  noise:
    title: noise
    type: number
    range: [0, 5]
    decimals: 1
    derived: [{title: noise of all that drive, formula: sqrt(cars + lorries)}]
"""
OUTCOMES = """
decision: grit
question: Grit?
outcomes: {yes_now: {title: Now}, later: {title: Later}}
"""


def road(
    folder: Path, rules: str, cases: str = "", *, facts: str = FACTS, head: str = "", findings: str | None = None
) -> Guideline:
    """The guideline with these rules, in lines such as `icy: {when: {frost: yes}, then: yes_now}`; `head` is what the
    decision has beside its outcomes."""
    home = written_road(folder, rules, cases, facts=facts, head=head, findings=findings)
    return load(home)


def written_road(
    folder: Path, rules: str, cases: str = "", *, facts: str = FACTS, head: str = "", findings: str | None = None
) -> Path:
    """The same, written and not loaded."""
    home = folder / "roads"
    home.mkdir(parents=True, exist_ok=True)
    (home / "guideline.yaml").write_text(_IDENTITY, "utf-8")
    (home / "facts.yaml").write_text(facts, "utf-8")
    (home / "grit.yaml").write_text(f"{OUTCOMES}{head}\nrules:\n{_rules(rules)}", "utf-8")
    if findings is not None:
        (home / "findings.yaml").write_text(findings, "utf-8")
    if cases:
        (home / "grit.cases.yaml").write_text(f"cases:\n{_indented(cases)}", "utf-8")
    return home


def traces(guideline: Guideline, decision: str = "grit") -> dict[str, Trace]:
    """The trace of every case that is decided."""
    decided = [decided_case(guideline, decision, case) for case in guideline.decisions[decision].cases.values()]
    return {each.case.id: each.trace for each in decided if each.trace is not None}


def rules_of(text: str) -> str:
    """Rules with what every rule needs, for a `findings.yaml` of one's own."""
    return _rules(text)


def _rules(text: str) -> str:
    """Each rule on a line of its own, with what every rule needs."""
    lines = [line.strip() for line in text.strip().splitlines()]
    told = ", because: So it is., source: {basis: added}}"
    return "".join(f"  {line[:-1].replace('{', '{title: A rule, ', 1)}{told}\n" for line in lines)


def _indented(text: str) -> str:
    return "".join(f"  {line.strip()}\n" for line in text.strip().splitlines())
