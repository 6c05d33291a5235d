"""The names that a guideline offers to whoever writes on: facts, findings, scores, outcomes, rules and sources, each
with what an editor says of it. What decisions share is among them, also what none of them tests."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from engine.guideline import Fact, Guideline
from engine.loading.identity import Tree
from explain.vocabulary import answers_in_words


@dataclass(frozen=True, slots=True)
class Names:
    """Names with what is said of each, over all decisions of a guideline."""

    facts: Mapping[str, Fact]
    findings: Mapping[str, str]
    scores: Mapping[str, str]
    outcomes: Mapping[str, str]
    rules: Mapping[str, str]
    sources: Mapping[str, str]
    shared: frozenset[str]
    """Those of the findings and scores that `findings.yaml` declares."""

    def of_facts(self) -> "Names":
        """What a combination of facts may name."""
        return replace(self, findings={}, scores={}, outcomes={})

    def of_shared(self) -> "Names":
        """What `findings.yaml` may name."""
        findings = {name: title for name, title in self.findings.items() if name in self.shared}
        scores = {name: title for name, title in self.scores.items() if name in self.shared}
        return replace(self, findings=findings, scores=scores, outcomes={}, shared=frozenset())


def names_of(guideline: Guideline) -> Names:
    """All names of a guideline that loads."""
    written = [tree for tree in _files(guideline) if isinstance(tree, dict)]
    shared = [tree for tree in (guideline.content.get("findings"),) if isinstance(tree, dict)]
    outcomes = (outcome for decision in guideline.decisions.values() for outcome in decision.outcomes.values())
    return Names(
        facts=guideline.facts,
        findings=_titles(written, "findings"),
        scores=_titles(written, "scores"),
        outcomes=_sorted((outcome.id, outcome.title) for outcome in outcomes),
        rules=_titles(written, "rules"),
        sources=_titles([tree for tree in (guideline.content.get("guideline"),) if isinstance(tree, dict)], "sources"),
        shared=frozenset([*_titles(shared, "findings"), *_titles(shared, "scores")]),
    )


def fact_in_words(fact: Fact) -> str:
    """What an editor says of a fact: its title, its question, its values with their unit."""
    return f"{fact.title}. {fact.question} Answer: {answers_in_words(fact)}."


def _files(guideline: Guideline) -> Iterator[object]:
    decisions = guideline.content.get("decisions")
    yield from decisions.values() if isinstance(decisions, dict) else ()
    yield guideline.content.get("findings")


def _titles(files: list[dict[str, Tree]], part: str) -> dict[str, str]:
    """The titles of what stands in one part of decisions and shared findings."""
    parts = (file.get(part) for file in files)
    entries = ((name, body) for each in parts if isinstance(each, dict) for name, body in each.items())
    return _sorted((name, _title(body) or name) for name, body in entries)


def _title(body: Tree) -> str:
    title = body.get("title") if isinstance(body, dict) else body
    return title.strip() if isinstance(title, str) else ""


def _sorted(titles: Iterator[tuple[str, str]]) -> dict[str, str]:
    return dict(sorted(titles))
