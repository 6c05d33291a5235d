"""Random rules: the findings, scores and outcomes of a decision, or of findings.yaml, and what concludes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.oracle import Tree
from tests.random_guidelines.conditions import Named, bands, condition, unary_test
from tests.random_guidelines.draws import one_in, pick, some
from tests.random_guidelines.terms import Draft

_STATED: Tree = {"cite": "road_book", "at": "Ice", "basis": "stated"}
_ADDED: Tree = {"cite": "road_book", "basis": "added"}


@dataclass(frozen=True, slots=True)
class Words:
    """The names that a file may use."""

    rule: str
    findings: tuple[str, ...]
    scores: tuple[str, ...]
    outcomes: tuple[str, ...] = ()


DECISIONS = {
    "opening": Words(
        "rule", ("glazed", "exposed", "risky"), ("danger", "hurry"), ("close_road", "escort", "slow_down", "open_road")
    ),
    "gritting": Words("rule", ("urgent", "sheltered"), ("salt_points",), ("grit_now", "grit_later", "leave")),
}
_SHARED = Words("shared", ("drifting", "shaded"), ("weather_points", "traffic_points"))


@dataclass(frozen=True, slots=True)
class Sketch:
    """A rule that has no condition yet: the findings and then the outcome it concludes, the steps it adds to scores;
    `band` is the whole condition of one that must exclude others."""

    concludes: tuple[str, ...] = ()
    points: tuple[tuple[str, int], ...] = ()
    band: Mapping[str, Tree] | None = None


def decision(
    draw: DrawFn, name: str, drafts: Sequence[Draft], shared: Sequence[Named], is_plain: bool = False
) -> Mapping[str, Tree]:
    """A decision over facts and shared findings: up to eight rules, and those for its scores. A plain one has simpler
    conditions, and a rule for each of two outcomes or more, so that its results differ more often."""
    words = DECISIONS[name]
    outcomes = some(draw, words.outcomes, 4, least=1 + is_plain)
    steps, sketches = _steps(draw, words, drafts, min_steps=0)
    findings = [step for step in steps if isinstance(step, str)]
    count = draw(st.integers(0, 2) if is_plain else st.integers(1, 8 - len(findings)))
    concluding = [_concluding(draw, findings, outcomes) for _ in range(count)]
    concluding += [Sketch((outcome,)) for outcome in outcomes if is_plain]
    sketches = [*(_extended(draw, each, findings, outcomes) for each in sketches), *concluding]
    return {
        "decision": name,
        "question": f"What about {name}?",
        "outcomes": {outcome: {"title": outcome, "meaning": f"It is {outcome}."} for outcome in outcomes},
        **_file(draw, words, steps, _Scope(drafts, (*shared, *steps), outcomes, 1 if is_plain else 2), sketches),
    }


def findings_file(draw: DrawFn, drafts: Sequence[Draft]) -> tuple[Mapping[str, Tree], tuple[Named, ...]]:
    """A findings.yaml over facts, with what it declares."""
    steps, sketches = _steps(draw, _SHARED, drafts, min_steps=1)
    findings = [step for step in steps if isinstance(step, str)]
    sketches = [_extended(draw, each, findings, ()) for each in sketches]
    return _file(draw, _SHARED, steps, _Scope(drafts, steps, (), 2), sketches), steps


@dataclass(frozen=True, slots=True)
class _Scope:
    """What rules may test: facts, and of findings and scores, `steps`, those before whatever they conclude; how deep
    their conditions are. And the outcomes."""

    drafts: Sequence[Draft]
    steps: Sequence[Named]
    outcomes: Sequence[str]
    depth: int

    def of(self, sketch: Sketch) -> Sequence[Named]:
        """What the rule may test."""
        names = [step if isinstance(step, str) else step.name for step in self.steps]
        own = [names.index(name) for name in (*sketch.concludes, *dict(sketch.points)) if name in names]
        return (*self.drafts, *self.steps[: min(own, default=len(names))])


def _steps(
    draw: DrawFn, words: Words, drafts: Sequence[Draft], min_steps: int
) -> tuple[tuple[Named, ...], list[Sketch]]:
    """Findings and scores, each to build on earlier ones only, with rules enough to conclude them."""
    findings = words.findings[: draw(st.integers(0, len(words.findings)))]
    scores = words.scores[: pick(draw, (0, 1, len(words.scores)))]
    names = (*findings, *scores) or words.findings[:min_steps]
    steps: list[Named] = []
    sketches: list[Sketch] = []
    for name in some(draw, names, len(names), least=len(names)):
        if name in words.scores:
            measured = [*drafts, *(step for step in steps if isinstance(step, Draft))]
            score, sketches = _scored(draw, name, measured, sketches)
            steps.append(score)
        else:
            steps.append(name)
            sketches.append(Sketch((name,)))
    return tuple(steps), sketches


def _scored(draw: DrawFn, name: str, measured: Sequence[Draft], sketches: list[Sketch]) -> tuple[Draft, list[Sketch]]:
    """A score with a range that it cannot leave, and the rules, some of them new, with those that add to it."""
    banded = _banded(draw, name, pick(draw, measured)) if one_in(draw, 2) else []
    reached = [each.points[0][1] for each in banded] or [0]
    if len(banded) > 1 and one_in(draw, 3):
        reached[-1] = 0  # whoever is in this band gets nothing
        banded.pop()
    added = [draw(st.integers(-3, 4)) for _ in range(draw(st.integers(0 if banded else 1, 3)))]
    for points in added:
        free = [each for each in sketches if each.band is None and name not in dict(each.points)]
        chosen = pick(draw, free) if free and one_in(draw, 3) else Sketch()
        sketches = [each for each in sketches if each is not chosen]
        sketches.append(replace(chosen, points=(*chosen.points, (name, points))))
    low = min(reached) + sum(points for points in added if points < 0) - pick(draw, (0, 0, 0, 1, 2))
    high = max(reached) + sum(points for points in added if points > 0) + pick(draw, (0, 0, 0, 1, 2))
    decimals = pick(draw, (0, 0, 1))
    score = Draft(name, "number" if decimals else "integer", decimals, low, max(high, low + 1))
    return score, [*sketches, *banded]


def _banded(draw: DrawFn, name: str, measured: Draft) -> list[Sketch]:
    """Rules of which exactly one holds, whatever the fact or earlier score is."""
    return [Sketch((), ((name, draw(st.integers(-2, 4))),), {measured.name: band}) for band in bands(draw, measured)]


def _concluding(draw: DrawFn, findings: Sequence[str], outcomes: Sequence[str]) -> Sketch:
    """Mostly one outcome; nothing (a caution only), findings, or findings and an outcome."""
    kind = draw(st.integers(0, 7))
    found = some(draw, findings, 2) if kind in (5, 6) else ()
    return Sketch(found if kind == 7 or (kind == 6 and found) else (*found, pick(draw, outcomes)))


def _extended(draw: DrawFn, sketch: Sketch, findings: Sequence[str], outcomes: Sequence[str]) -> Sketch:
    """A rule that adds points, now and then with a finding and an outcome too."""
    if not sketch.points or sketch.concludes:
        return sketch
    found = some(draw, findings, 1) if sketch.band is None and one_in(draw, 4) else ()
    concluded = some(draw, outcomes, 1) if one_in(draw, 3) else ()
    return replace(sketch, concludes=(*found, *concluded))


def _file(
    draw: DrawFn, words: Words, steps: Sequence[Named], scope: _Scope, sketches: Sequence[Sketch]
) -> Mapping[str, Tree]:
    scores = {step.name: step for step in steps if isinstance(step, Draft)}
    tree: dict[str, Tree] = {
        "findings": {step: f"The road is {step}" for step in steps if isinstance(step, str)},
        "scores": {name: _score_tree(score) for name, score in scores.items()},
    }
    rules = {f"{words.rule}_{n}": _rule(draw, sketch, scope, scores) for n, sketch in enumerate(sketches)}
    return {**{key: part for key, part in tree.items() if part}, "rules": rules}


def _score_tree(score: Draft) -> Tree:
    decimals: Mapping[str, Tree] = {"decimals": str(score.decimals)} if score.decimals else {}
    return {"title": f"Points: {score.name}", "range": [score.text(score.low), score.text(score.high)], **decimals}


def _rule(draw: DrawFn, sketch: Sketch, scope: _Scope, scores: Mapping[str, Draft]) -> Tree:
    names = scope.of(sketch)
    tree: dict[str, Tree] = {"title": "A rule of the road", "when": sketch.band or _when(draw, names, scope.depth)}
    if sketch.band is None and one_in(draw, 4):
        tree["unless"] = condition(draw, names, 2, scope.depth)
    added: list[Tree] = [{"add": scores[name].text(points), "to": name} for name, points in sketch.points]
    then: list[Tree] = [*sketch.concludes, *added]
    if then:
        tree |= {"then": then[0] if len(then) == 1 else draw(st.permutations(then)), "because": "So the book says."}
    if not then or one_in(draw, 4):
        tree["caution"] = pick(draw, ("Ice is slippery.", {"text": "Mind the verge.", "source": _ADDED}))
    concluded = [scope.outcomes.index(name) for name in sketch.concludes if name in scope.outcomes]
    lower = scope.outcomes[concluded[0] + 1 :] if concluded else ()
    if lower and one_in(draw, 4):
        tree["overrides"] = lower
    return {**tree, "source": pick(draw, (_STATED, _ADDED, [_STATED, _ADDED]))}


def _when(draw: DrawFn, names: Sequence[Named], depth: int) -> Mapping[str, Tree]:
    """A condition, every other one with a test on a fact from elsewhere if there is any."""
    imported = [fact for fact in names if isinstance(fact, Draft) and fact.ways]
    more = [pick(draw, imported)] if imported and one_in(draw, 2) else []
    return {
        **{fact.name: unary_test(draw, fact) for fact in more},
        **condition(draw, names, depth + 1 - len(more), depth),
    }


def made_sure(draw: DrawFn, tree: Mapping[str, Tree], fact: Draft) -> Mapping[str, Tree]:
    """The decision with one more rule, which holds for everybody."""
    test: Tree = {fact.name: unary_test(draw, fact)}
    rules, outcomes = tree["rules"], tree["outcomes"]
    assert isinstance(rules, Mapping)
    assert isinstance(outcomes, Mapping)
    said: dict[str, Tree] = {"title": "For everybody", "because": "So it is.", "source": _STATED}
    rule = {**said, "when": {"any": [test, {"not": test}]}, "then": list(outcomes)[-1]}
    return {**tree, "rules": {**rules, "for_everybody": rule}}
