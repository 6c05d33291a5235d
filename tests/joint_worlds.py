"""Small guidelines whose outcomes hang on several facts at once, and patients who just miss them.

Random guidelines of every kind seldom need more than one fact to change. Here each outcome takes two or three tests
together, said in every way that the language has. The same seed gives the same world.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from tests.oracle import Given, Tree
from tests.random_guidelines import RandomGuideline
from tests.worlds import decision

YES_NO: Mapping[str, Tree] = {"type": "yes_no"}
FACTS: Mapping[str, Mapping[str, Tree]] = {
    "bridge": YES_NO,
    "salted": YES_NO,
    "sky": {"type": "choice", "choices": {"none": "clear", "rain": "rain", "snow": "snow"}},
    "lanes": {"type": "integer", "range": ["0", "3"]},
    "ruts": {"type": "integer", "range": ["0", "3"]},
    "grip": {"type": "number", "decimals": "1", "range": ["0", "0.4"]},
}
TESTS: Mapping[str, Sequence[Tree]] = {
    "bridge": ("yes", "no"),
    "salted": ("yes", "no"),
    "sky": ("snow", ["rain", "snow"], "not(snow)", "none"),
    "lanes": (">= 2", "< 1", "[1..2]", "not(2)", "> 2"),
    "ruts": (">= 2", "< 1", "[1..2]", "not(1)", "> 2"),
    "grip": ("< 0.2", ">= 0.3", "[0.1..0.2]", "0.4"),
    "width": (">= 4", "<= 1", "[2..3]"),
    "strain": (">= 4", "< 1", "[1..3]"),
    "category": ("high", "low", "not(high)"),
}
VALUES: Mapping[str, Sequence[Given]] = {
    "bridge": ("yes", "no"),
    "salted": ("yes", "no"),
    "sky": ("none", "rain", "snow"),
    "lanes": (0, 1, 2, 3),
    "ruts": (0, 1, 2, 3),
    "grip": ("0.0", "0.1", "0.2", "0.3", "0.4"),
    "strain": (0, 2, 5),
    "category": ("low", "high"),
}
LINEAR: Sequence[Tree] = (
    [{"title": "sum", "formula": "lanes + ruts"}],
    [{"title": "sum", "formula": "lanes + ruts"}, {"title": "twice", "formula": "2*lanes"}],
)
FREE: Sequence[Tree] = (
    [{"title": "product", "formula": "lanes*ruts"}],
    [{"title": "gap", "formula": "abs(lanes - ruts)"}],
)
WAYS = ("linear", "free", "imported", "none", "none")


@dataclass(slots=True)
class Sketch:
    """A guideline on its way: facts that may be tested, rules, findings and scores, and the constructs used."""

    random: Random
    facts: list[str]
    rules: dict[str, Mapping[str, Tree]] = field(default_factory=dict)
    findings: dict[str, Tree] = field(default_factory=dict)
    scores: dict[str, Tree] = field(default_factory=dict)
    shared: dict[str, Mapping[str, Tree]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def test(self, name: str) -> Mapping[str, Tree]:
        return {name: self.random.choice(TESTS[name])}

    def joint(self, count: int) -> list[Mapping[str, Tree]]:
        """So many tests on different facts."""
        return [self.test(name) for name in self.random.sample(self.facts, min(count, len(self.facts)))]


@dataclass(frozen=True, slots=True)
class JointWorld:
    """A guideline, some patients, and which constructs its rules and facts use."""

    guideline: RandomGuideline
    patients: Sequence[Mapping[str, Given]]
    used: frozenset[str]


def joint_world(seed: int) -> JointWorld:
    random = Random(seed)
    basic = random.sample(sorted(FACTS), 4)
    way = WAYS[seed % len(WAYS)]
    if way != "none":
        basic = ["lanes", "ruts", *(name for name in basic if name not in ("lanes", "ruts"))][:4]
    facts = {name: dict(FACTS[name]) for name in basic}
    sketch = Sketch(random, list(basic))
    others = _following(sketch, way, facts)
    if random.random() < 0.3 and "salted" in facts:
        facts["salted"]["assume"] = "no"
        sketch.used.add("assumed")
    outcomes = ["closed", "slow", "open"][: random.choice((2, 3))]
    for outcome in outcomes:
        SAID[random.choice(sorted(SAID))](sketch, outcome)
    if random.random() < 0.4:  # whatever one test says: the outcome is forced while its fact is unknown
        name = random.choice(sketch.facts)
        test = sketch.test(name)
        sketch.rules |= {"either": _rule(test, outcomes[-1]), "or": _rule({"not": test}, outcomes[-1])}
    tree = {**decision("opening", outcomes, sketch.rules)}
    tree |= {"findings": sketch.findings} if sketch.findings else {}
    tree |= {"scores": sketch.scores} if sketch.scores else {}
    entries = {name: {"title": name, "question": f"What is {name}?", **fact} for name, fact in facts.items()}
    impossible: list[Tree] = []
    if random.random() < 0.3:
        impossible = [{"when": {k: v for each in sketch.joint(2) for k, v in each.items()}, "because": "It never is."}]
        sketch.used.add("impossible")
    return JointWorld(
        guideline=RandomGuideline(
            facts={"facts": entries, **({"impossible": impossible} if impossible else {})},
            decisions={"opening": tree},
            findings=_shared(sketch) if sketch.shared else None,
            others=others,
        ),
        patients=[_patient(sketch, basic) for _ in range(2)],
        used=frozenset(sketch.used),
    )


def _following(sketch: Sketch, way: str, facts: dict[str, dict[str, Tree]]) -> tuple[RandomGuideline, ...]:
    if way == "linear":
        facts["width"] = {"type": "integer", "range": ["0", "6"], "derived": sketch.random.choice(LINEAR)}
        sketch.facts.append("width")
    elif way == "free":
        facts["strain"] = {"type": "integer", "range": ["0", "9"], "derived": sketch.random.choice(FREE)}
        sketch.facts.append("strain")
    elif way == "imported":
        means: Tree = {"guideline": "depot", "version": "1.0.0", "decision": "grade", "outcomes": {"good": "low"}}
        choices: Tree = {"low": "low", "high": "high"}
        facts["category"] = {"type": "choice", "choices": choices, "from": means, "otherwise": "high"}
        sketch.facts.append("category")
        rules = {"good": _rule({"lanes": ">= 2", "ruts": "< 2"}, "good")}
        entries: dict[str, Tree] = {name: {"title": name, **FACTS[name]} for name in ("lanes", "ruts")}
        sketch.used.add(way)
        return (RandomGuideline({"facts": entries}, {"grade": decision("grade", ["good"], rules)}, name="depot"),)
    sketch.used.add(way)
    return ()


def _patient(sketch: Sketch, basic: Sequence[str]) -> Mapping[str, Given]:
    known = [name for name in basic if sketch.random.random() < 0.7]
    known += [name for name in sketch.facts if name in ("strain", "category") and sketch.random.random() < 0.2]
    return {name: sketch.random.choice(VALUES[name]) for name in known}


def _rule(when: Mapping[str, Tree], then: Tree) -> Mapping[str, Tree]:
    return {"when": when, "then": then}


def _all(sketch: Sketch, outcome: str) -> None:
    sketch.rules[outcome] = _rule({"all": sketch.joint(sketch.random.choice((2, 3, 3)))}, outcome)


def _finding(sketch: Sketch, outcome: str) -> None:
    first, *others = sketch.joint(3)
    name = f"found_{outcome}"
    sketch.findings[name] = "Found"
    sketch.rules[name] = _rule({"all": others}, name)
    sketch.rules[outcome] = _rule({**first, name: sketch.random.choice(("yes", "yes", "no"))}, outcome)
    sketch.used.add("finding")


def _negated(sketch: Sketch, outcome: str) -> None:
    first, *others = sketch.joint(3)
    sketch.rules[outcome] = _rule({**first, "not": {"any": others}}, outcome)
    sketch.used.add("not")


def _unless(sketch: Sketch, outcome: str) -> None:
    first, second, third = sketch.joint(3)
    sketch.rules[outcome] = {**_rule({"all": [first, second]}, outcome), "unless": third}
    sketch.used.add("unless")


def _counted(sketch: Sketch, outcome: str) -> None:
    count = sketch.random.choice((2, 2, 3))
    sketch.rules[outcome] = _rule({"at_least": {"n": str(count), "of": sketch.joint(4)}}, outcome)
    sketch.used.add("at_least")


def _scored(sketch: Sketch, outcome: str) -> None:
    name = f"points_{outcome}"
    sketch.scores[name] = {"title": name, "range": ["-2", "6"]}
    for number, test in enumerate(sketch.joint(3)):
        points = sketch.random.choice(("1", "2", "2", "-1") if number else ("1", "2"))
        sketch.rules[f"{name}_{number}"] = _rule(test, {"add": points, "to": name})
    sketch.rules[outcome] = _rule({name: sketch.random.choice((">= 2", ">= 3", "[2..3]"))}, outcome)
    sketch.used.add("score")


def _taken(sketch: Sketch, outcome: str) -> None:
    first, *others = sketch.joint(3)
    name = f"shared_{outcome}"
    sketch.shared[name] = _rule({"all": others}, name)
    sketch.rules[outcome] = _rule({**first, name: "yes"}, outcome)
    sketch.used.add("shared")


def _shared(sketch: Sketch) -> Mapping[str, Tree]:
    rules = decision("findings", ["none"], sketch.shared)["rules"]
    return {"findings": dict.fromkeys(sketch.shared, "Found"), "rules": rules}


SAID = {
    "all": _all,
    "finding": _finding,
    "negated": _negated,
    "unless": _unless,
    "counted": _counted,
    "scored": _scored,
    "shared": _taken,
}
