"""What the checks say of thresholds on scores is what trying everybody shows.

Guidelines of three facts whose points make one score, and of rules that test it. The trying shares no code with the
engine: a test is the set of points that it counts, and whoever stands at the side of a hole or overlap is somebody with
the same facts and these points.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import event, given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from engine.checks import Checked, check
from engine.loading import load
from tests.test_checks_claims import HEAD
from tests.worlds import examples

TODAY = date(2026, 1, 15)
FACTS = ("icy", "steep", "lit")
OUTCOMES = ("close", "salt", "leave")
Footpath = Mapping[str, bool]
Points = frozenset[int]
Seam = tuple[str, int]
"""`hole` or `overlap`, and the points of it."""


@dataclass(frozen=True)
class Asking:
    """A rule on the score: the points it counts under `when` and under `unless`, each with the text of the test; a fact
    that must be so as well; what it concludes, and whether it gives a caution."""

    when: tuple[str, Points]
    unless: tuple[str, Points] | None
    also: str | None
    then: str
    has_caution: bool


@dataclass(frozen=True)
class Scored:
    """A decision: the points of each fact, the ends of the range, and its rules."""

    points: Mapping[str, int]
    low: int
    high: int
    rules: tuple[Asking, ...]

    def sum_of(self, path: Footpath) -> int:
        return sum(self.points[name] for name in FACTS if path[name])

    def fired(self, path: Footpath, total: int) -> list[Asking]:
        return [
            rule
            for rule in self.rules
            if total in rule.when[1]
            and not (rule.unless is not None and total in rule.unless[1])
            and (rule.also is None or path[rule.also])
        ]

    def concluded(self, path: Footpath, total: int) -> list[str]:
        """The outcomes that rules conclude, `marked` standing for `leave`, which a rule concludes for it."""
        found = {"leave" if rule.then == "marked" else rule.then for rule in self.fired(path, total)}
        return [name for name in OUTCOMES if name in found]

    def answer(self, path: Footpath, total: int) -> object:
        told = [self.rules.index(rule) for rule in self.fired(path, total) if rule.has_caution]
        return self.concluded(path, total)[:1], told

    def counted(self) -> Iterator[Points]:
        """What the tests count, those of `unless` the other way round."""
        everything = frozenset(range(self.low, self.high + 1))
        for rule in self.rules:
            yield rule.when[1]
            if rule.unless is not None:
                yield everything - rule.unless[1]


def runs(points: Points) -> Iterator[tuple[int, int]]:
    """Points in their order as first and last of what has no break."""
    for first in sorted(each for each in points if each - 1 not in points):
        last = first
        while last + 1 in points:
            last += 1
        yield first, last


def seams(scored: Scored) -> Iterator[Seam]:
    """Where one test ends and another begins with one point between them, or with one that both count. What one test
    leaves out between its own points is meant."""
    tests = [list(runs(points)) for points in scored.counted()]
    spans = [span for test in tests for span in test]
    starts, ends = {first for first, _ in spans}, {last for _, last in spans}
    for at in range(scored.low + 1, scored.high):
        around = [(at - 1 in {last for _, last in test}, at + 1 in {first for first, _ in test}) for test in tests]
        apart = [each for each in around if not all(each)]
        if any(last for last, _ in apart) and any(first for _, first in apart) and at not in starts | ends:
            yield "hole", at
        below = any(last == at and first < at for first, last in spans)
        if below and any(first == at and last > at for first, last in spans):
            yield "overlap", at


def is_told(scored: Scored, seam: Seam) -> bool:
    """Whether somebody's answer there is one that neither side gives."""
    kind, at = seam
    for values in product((False, True), repeat=len(FACTS)):
        path = dict(zip(FACTS, values, strict=True))
        if scored.sum_of(path) != at:
            continue
        if kind == "hole":
            sides = [scored.answer(path, at - 1), scored.answer(path, at + 1)]
            if scored.answer(path, at) not in sides:
                return True
        else:
            both = [len(scored.concluded(path, total)) > 1 for total in (at - 1, at, at + 1)]
            if both == [False, True, False]:
                return True
    return False


def told(checked: Checked) -> set[Seam]:
    found = set()
    for flaw in checked.flaws:
        if flaw.code in ("check.threshold_hole", "check.threshold_overlap"):
            at = re.search(r"a `danger` of (-?\d+)(?: is left out)?$", flaw.message)
            assert at is not None, flaw.message
            found.add((flaw.code.removeprefix("check.threshold_"), int(at[1])))
    return found


@st.composite
def scored_decisions(draw: DrawFn) -> Scored:
    points = {name: draw(st.sampled_from((1, 1, 2, 2, 3, -1))) for name in FACTS}
    low, high = (sum(each for each in points.values() if (each > 0) is is_high) for is_high in (False, True))
    tests = list(_tests(low, high))
    at = draw(st.integers(low, high))
    near = [each for each in tests if each[0] in (f"<= {at}", f"< {at}", f">= {at}", f"> {at}", f">= {at + 1}")]
    rules = tuple(
        Asking(
            draw(st.sampled_from(near or tests) | st.sampled_from(tests)),
            draw(st.none() | st.none() | st.sampled_from(tests)),
            draw(st.none() | st.none() | st.sampled_from(FACTS)),
            draw(st.sampled_from(("close", "salt", "leave", "marked"))),
            draw(st.sampled_from((False, False, True))),
        )
        for _ in range(draw(st.integers(2, 3)))
    )
    return Scored(points, low, high, rules)


def _tests(low: int, high: int) -> Iterator[tuple[str, Points]]:
    everything = frozenset(range(low, high + 1))
    for at in range(low, high + 1):
        found = {
            f"< {at}": frozenset(range(low, at)),
            f"<= {at}": frozenset(range(low, at + 1)),
            f">= {at}": frozenset(range(at, high + 1)),
            f"> {at}": frozenset(range(at + 1, high + 1)),
            f"not(> {at})": frozenset(range(low, at + 1)),
            f"{at}": frozenset([at]),
        }
        found |= {f"[{at}..{end}]": frozenset(range(at, end + 1)) for end in range(at, high + 1)}
        yield from ((text, points) for text, points in found.items() if points and points != everything)


def written(scored: Scored, folder: Path) -> Path:
    facts = "".join(f"  {name}: {{title: {name}, question: Is it {name}?, type: yes_no}}\n" for name in FACTS)
    (folder / "guideline.yaml").write_text(HEAD, "utf-8")
    (folder / "facts.yaml").write_text(f"facts:\n{facts}", "utf-8")
    outcomes = ", ".join(f"{name}: {{title: {name}}}" for name in OUTCOMES)
    rules = [_rule(name, f"{{{name}: yes}}", f"{{add: {scored.points[name]}, to: danger}}") for name in FACTS]
    for number, each in enumerate(scored.rules):
        also = "" if each.also is None else f", {each.also}: yes"
        unless = None if each.unless is None else f'{{danger: "{each.unless[0]}"}}'
        when = f'{{danger: "{each.when[0]}"{also}}}'
        rules.append(_rule(f"asking_{number}", when, each.then, unless, each.has_caution))
    if any(each.then == "marked" for each in scored.rules):
        rules.append(_rule("marked_ones", "{marked: yes}", "leave"))
        findings = "findings: {marked: It is marked}\n"
    else:
        findings = ""
    (folder / "care.yaml").write_text(
        f"decision: care\nquestion: What now?\noutcomes: {{{outcomes}}}\n{findings}scores:\n"
        f"  danger: {{title: Danger, range: [{scored.low}, {scored.high}]}}\nrules:\n{''.join(rules)}",
        "utf-8",
    )
    return folder


def _rule(name: str, when: str, then: str, unless: str | None = None, has_caution: bool = False) -> str:
    lines: Sequence[str] = (
        f"  {name}:",
        "    title: A rule",
        f"    when: {when}",
        *([f"    unless: {unless}"] if unless else []),
        f"    then: {then}",
        "    because: That is so.",
        *(["    caution: Take care."] if has_caution else []),
        "    source: {basis: added}",
    )
    return "".join(f"{line}\n" for line in lines)


@examples(30)
@given(scored_decisions())
def test_holes_and_overlaps_on_a_score_are_those_that_trying_everybody_shows(scored: Scored) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name) / "paths"
        folder.mkdir()
        checked = check(load(written(scored, folder)), TODAY)
    expected = {seam for seam in seams(scored) if is_told(scored, seam)}
    assert told(checked) == expected
    assert not checked.unproved
    proved = {each.code.removeprefix("check.threshold_") for each in checked.proofs}
    assert {"hole", "overlap"} & proved == {"hole", "overlap"} - {kind for kind, _ in expected}
    for kind in ("hole", "overlap"):
        event(f"{kind}: {len([each for each in expected if each[0] == kind])} told")
