"""Conditions as they are written: mappings of tests, all, any, at_least and not. What a test on a fact means is read by
`engine.unary_tests`."""

import re
from collections.abc import Collection, Iterable
from collections.abc import Mapping as Lookup
from dataclasses import dataclass, field, replace

from engine.conditions import AnyOf, AtLeast, Condition, FindingTest, NotThis, ScoreTest, Test, all_parts
from engine.diagnostics import Diagnostics, Misread, Place, did_you_mean, shown
from engine.guideline import Fact, Score
from engine.loading.entries import Entries, Form, entries_in, note_kind
from engine.loading.nodes import Mapping, Node, Scalar, Sequence, Style, kind_of, place_within
from engine.unary_tests import test_in, yes_no_in

_NEVER = "test.never_holds"
JOINS = ("all", "any", "at_least", "not")
COUNT_FORM = Form("rule", "`at_least`", ("n", "of"))
MAX_COUNTED = 100
_COUNTING = re.compile(r"[1-9]\d{0,2}", re.ASCII)
_SPLIT = re.compile(r"[<>=\[\]().\d]")


@dataclass(frozen=True, slots=True)
class Scope:
    """The names of a decision, or of the facts alone. Facts and scores map to None where they are there and faulty;
    what is None altogether is not known, because the place that lists it cannot be read. `shared` are those of the
    findings and scores that the rules read here may test and may not conclude; not `is_whole` where an import failed,
    which may have brought more facts."""

    facts: Lookup[str, Fact | None] | None
    findings: Collection[str] | None
    outcomes: Collection[str] | None
    scores: Lookup[str, Score | None] | None
    shared: Collection[str] = ()
    takes_findings: bool = True
    is_whole: bool = True

    @property
    def is_known(self) -> bool:
        """Whether every fact, finding and score that there is is known, so that another name is a mistake."""
        is_listed = self.facts is not None and self.findings is not None and self.scores is not None
        return is_listed and self.is_whole

    @property
    def names(self) -> tuple[str, ...]:
        """Every fact, finding and score that may be named."""
        return (*(self.facts or ()), *(self.findings or ()), *(self.scores or ()))


@dataclass(frozen=True, slots=True)
class Written:
    """A condition as far as it could be read: None where a part is faulty. `names` are the facts and findings in it,
    also beside faulty parts; `tested_at` where each of its tests stands, in the author's order."""

    condition: Condition | None
    names: frozenset[str]
    place: Place
    tested_at: tuple[Place, ...]


def condition_of(entries: Entries, name: str, scope: Scope) -> Written | None:
    """The condition that stands under an entry such as `when`; None where there is no such entry."""
    node = entries.nodes.get(name)
    if node is None:
        return None
    reader = _Reader(scope, entries.notes)
    condition = reader.mapping(node, name, entries.key_place(name))
    return Written(condition, frozenset(reader.names), entries.key_place(name), tuple(reader.tested_at))


@dataclass(slots=True)
class _Reader:
    """Reads one condition, and collects the facts and findings that it names and where its tests stand."""

    scope: Scope
    notes: Diagnostics
    names: set[str] = field(default_factory=set)
    tested_at: list[Place] = field(default_factory=list)

    def mapping(self, node: Node, name: str, place: Place) -> Condition | None:
        """A mapping, all of whose entries must hold."""
        if not isinstance(node, Mapping):
            self._note_kind(node, name)
            return None
        if not node.entries:
            self._note_empty(name, node.place if node.place.line else place)
            return None
        parts = [self._entry(key, value) for key, value in node.entries]
        known = [part for part in parts if part is not None]
        return all_parts(tuple(known)) if len(known) == len(parts) else None

    def _entry(self, key: Scalar, node: Node) -> Condition | None:
        match key.text:
            case "all" | "any":
                return self._join(key, node)
            case "at_least":
                return self._count(key, node)
            case "not":
                return self._negation(key, node)
        scope = self.scope
        self.tested_at.append(_from_to(key.place, node.place))
        if scope.facts is not None and key.text in scope.facts:
            self.names.add(key.text)
            return self._test(node, scope.facts[key.text])
        if scope.findings is not None and key.text in scope.findings:
            self.names.add(key.text)
            return self._finding(key, node)
        if scope.scores is not None and key.text in scope.scores:
            self.names.add(key.text)
            return self._score(node, scope.scores[key.text])
        self._note_unknown(key, node)
        return None

    def _join(self, key: Scalar, node: Node) -> Condition | None:
        """A list of conditions under `all` or `any`."""
        parts = self._parts(key, node)
        if not parts:
            return None
        return all_parts(parts) if key.text == "all" or len(parts) == 1 else AnyOf(parts)

    def _count(self, key: Scalar, node: Node) -> Condition | None:
        """How many of which conditions: `{n: 4, of: [...]}`."""
        if not isinstance(node, Mapping):
            message = f"`at_least` is {kind_of(node)}, not a mapping"
            help = "write how many of which: at_least: {n: 2, of: [{fact: test}, {fact: test}]}"
            self.notes.add("rule.wrong_kind", message, node.place if node.place.line else key.place, help)
            return None
        entries = entries_in(node, COUNT_FORM, key.place, self.notes)
        if entries is None:
            return None
        parts = self._parts(entries.keys["of"], entries.nodes["of"]) if "of" in entries else ()
        n = self._number(entries)
        return None if n is None or not parts else AtLeast(n, parts)

    def _number(self, entries: Entries) -> int | None:
        scalar, of = entries.scalar("n"), entries.nodes.get("of")
        if scalar is None or not isinstance(of, Sequence) or not of.items:
            return None
        if len(of.items) > MAX_COUNTED:
            message = f"`of` lists {len(of.items)} conditions, of which {MAX_COUNTED} can be counted"
            self.notes.add("rule.count", message, of.place, "count fewer, or add points to a score")
            return None
        n = int(scalar.text) if _COUNTING.fullmatch(scalar.text) else 0
        if not 1 <= n <= len(of.items):
            message = f"{shown(scalar.text)} is not a number of conditions out of {len(of.items)}"
            help = f"write a whole number from 1 to {len(of.items)}, as many as are listed under `of`"
            self.notes.add("rule.count", message, scalar.place, help)
            return None
        return n

    def _parts(self, key: Scalar, node: Node) -> tuple[Condition, ...]:
        """The conditions of a list; none where one of them is faulty."""
        if not isinstance(node, Sequence):
            if isinstance(node, Scalar) and node.is_null:
                self._note_empty(key.text, key.place)
            else:
                message = f"`{key.text}` is {kind_of(node)}, not a list"
                help = f"write a list: {key.text}: [{{fact: test}}, {{fact: test}}]"
                self.notes.add("rule.wrong_kind", message, node.place, help)
            return ()
        if not node.items:
            self._note_empty(key.text, node.place)
            return ()
        parts = [self.mapping(item, f"an item of `{key.text}`", item.place) for item in node.items]
        known = tuple(part for part in parts if part is not None)
        return known if len(known) == len(parts) else ()

    def _negation(self, key: Scalar, node: Node) -> Condition | None:
        if isinstance(node, Mapping) and len(node.entries) > 1:
            help = "write `not: {all: [...]}` or `not: {any: [...]}`, whichever is meant"
            self.notes.add("rule.several_negated", "`not` has more than one entry", key.place, help)
            for inner, value in node.entries:
                self._entry(inner, value)
            return None
        part = self.mapping(node, "not", key.place)
        return None if part is None else NotThis(part)

    def _score(self, node: Node, score: Score | None) -> Condition | None:
        test = self._test(node, score.scale if score is not None else None)
        return None if test is None or score is None else ScoreTest(score.id, test.meets, test.text)

    def _test(self, node: Node, fact: Fact | None) -> Test | None:
        texts = self._texts(node)
        if not texts or fact is None:
            return None
        faults = [(text, fault) for text in texts if (fault := _fault([text], fact)) and fault.code != _NEVER]
        if not faults and (fault := _fault(texts, fact)):
            faults = [(texts[0], fault)]
        for text, fault in faults:
            self.notes.add(fault.code, fault.message, place_within(text, fault.start, fault.end), fault.help)
        return None if faults else test_in([text.text for text in texts], fact)

    def _texts(self, node: Node) -> list[Scalar]:
        """The tests that are written, one or a list of them; empty where a part is none."""
        nodes = node.items if isinstance(node, Sequence) else (node,)
        if isinstance(node, Sequence) and node.is_flow and _is_interval(node):
            inner = ", ".join(each.text for each in nodes if isinstance(each, Scalar))
            help = f'write it in quotes: "[{inner}]"'
            self.notes.add("test.unquoted", f"`[{inner}]` without quotes is a list", node.place, help)
            return []
        texts = [each for each in nodes if isinstance(each, Scalar) and not each.is_null]
        if len(texts) == len(nodes) and texts:
            return texts
        wrong = next((each for each in nodes if each not in texts), node)
        help = 'write a value, or in quotes a test such as "< 2.6" or "[2.6..4.4]"'
        message = "the test is empty" if kind_of(wrong) == "empty" or not nodes else f"the test is {kind_of(wrong)}"
        self.notes.add("test.wrong_kind", message, wrong.place, help)
        return []

    def _finding(self, key: Scalar, node: Node) -> Condition | None:
        expected = yes_no_in(node.text) if isinstance(node, Scalar) else None
        if expected is None:
            message = f"the finding `{key.text}` is tested for something other than yes or no"
            self.notes.add("rule.finding_test", message, node.place, f"write `{key.text}: yes` or `{key.text}: no`")
            return None
        return FindingTest(key.text, expected)

    def _note_unknown(self, key: Scalar, node: Node) -> None:
        if isinstance(node, Scalar) and node.is_null and node.style is Style.PLAIN and _SPLIT.search(key.text):
            message = f"{shown(key.text)} stands alone: a comma inside braces begins a new entry"
            self.notes.add("test.unquoted", message, key.place, "write the whole test in quotes")
        elif key.text in (self.scope.outcomes or ()):
            help = "test the facts and findings that lead to it"
            self.notes.add("rule.outcome_tested", f"the outcome `{key.text}` is tested", key.place, help)
        elif self.scope.is_known and key.text:
            noun = "a fact, finding or score" if self.scope.takes_findings else "a fact"
            otherwise = f"describe it in `facts.yaml`, or name {noun} that is there"
            help = did_you_mean(key.text, (*self.scope.names, *JOINS), otherwise)
            self.notes.add("rule.unknown_fact", f"{shown(key.text)} is not {noun}", key.place, help)

    def _note_kind(self, node: Node, name: str) -> None:
        if isinstance(node, Scalar) and node.is_null:
            self._note_empty(name, node.place)
        else:
            note_kind(node, "rule", name, "a mapping", self.notes)

    def _note_empty(self, name: str, place: Place) -> None:
        named = f"`{name}`" if " " not in name else name
        help = "write at least one `fact: test` under it"
        self.notes.add("rule.empty_condition", f"{named} has no test", place, help)


def _fault(texts: list[Scalar], fact: Fact) -> Misread | None:
    """What is wrong with tests; of several, only all together must be able to hold."""
    try:
        test_in([text.text for text in texts], fact)
    except Misread as misread:
        return misread
    return None


def _from_to(first: Place, last: Place) -> Place:
    """From a name to its value, as far as they are on one line."""
    return replace(first, end=max(first.end, last.end)) if first.line == last.line else first


def _is_interval(node: Sequence) -> bool:
    """Whether a list in brackets is an interval that lacks its quotes, such as [2.6..4.4]."""
    return len(node.items) == 1 and all(".." in text for text in _plain_texts(node.items))


def _plain_texts(nodes: Iterable[Node]) -> list[str]:
    return [each.text if isinstance(each, Scalar) and each.style is Style.PLAIN else "" for each in nodes]
