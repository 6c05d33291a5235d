"""A guideline that imports one that imports another: whose facts are whose."""

from collections.abc import Iterator
from pathlib import Path

from engine.guideline import Guideline
from engine.loading import load
from engine.trace import Status
from tests.test_imports import decided, written

DEEP = {
    "facts.yaml": """
facts:
  depth: {title: depth, type: integer, range: [0, 20], derived: [{title: as measured, formula: measured}]}
  measured: {title: measured depth, type: integer, range: [0, 20]}
""",
    "ploughing.yaml": """
decision: ploughing
question: Is the road ploughed?
outcomes: {plough: {title: Plough}, leave: {title: Leave}}
rules:
  deep: {title: Deep, when: {depth: ">= 5"}, then: plough, because: "{depth}", source: {basis: added}}
  flat: {title: Flat, when: {depth: "< 5"}, then: leave, because: "{depth}", source: {basis: added}}
""",
}
MIDDLE = {
    "facts.yaml": """
facts:
  ploughing: {title: ploughing, type: choice, choices: {plough: plough, leave: leave},
              from: {guideline: deep, version: 1.0.0, decision: ploughing}}
""",
    "sending.yaml": """
decision: sending
question: Is a plough sent?
outcomes: {send: {title: Send}, keep: {title: Keep}}
rules:
  send: {title: Send, when: {ploughing: plough}, then: send, because: "{ploughing}", source: {basis: added}}
  keep: {title: Keep, when: {ploughing: leave}, then: keep, because: "{ploughing}", source: {basis: added}}
""",
}
OUTER = {
    "facts.yaml": """
facts:
  depth: {title: depth, type: integer, range: [0, 20]}
  sending: {title: sending, type: choice, choices: {send: send, keep: keep},
            from: {guideline: middle, version: 1.0.0, decision: sending}}
""",
    "telling.yaml": """
decision: telling
question: Is somebody told?
outcomes: {tell: {title: Tell}, wait: {title: Wait}}
rules:
  tell: {title: Tell, when: {sending: send}, then: tell, because: "{sending}", source: {basis: added}}
  wait: {title: Wait, when: {sending: keep}, then: wait, because: "{sending}", source: {basis: added}}
""",
}


def test_a_fact_of_ours_is_ours_in_what_the_imported_guideline_imports(tmp_path: Path) -> None:
    """Two guidelines down a fact is computed from another; here it is declared without that, so it stays unknown."""
    for name, files in (("deep", DEEP), ("middle", MIDDLE)):
        written(tmp_path, name, files)
    guideline = load(written(tmp_path, "outer", OUTER))
    assert decided(guideline, "telling", {"measured": 7}).status is Status.NEEDS_INFORMATION
    assert decided(guideline, "telling", {"measured": 7, "depth": 2}).outcome == "wait"


FIRST = """
facts:
  wet: {title: wet, type: yes_no}
  f0: {title: f0, type: yes_no}
"""
NEXT = """
facts:
  wet: {title: wet, type: yes_no}
  f{0}: {title: f{0}, type: yes_no, from: {guideline: road_{1}, version: 1.0.0, decision: d, outcomes: {a: yes, b: no}}}
"""
CHAINED = """
decision: d
question: Is it so?
outcomes: {a: {title: A}, b: {title: B}}
rules:
  so: {title: So, when: {f{0}: yes, wet: yes}, then: a, because: So., source: {basis: added}}
  not_so: {title: Not so, when: {any: [{f{0}: no}, {wet: no}]}, then: b, because: Not so., source: {basis: added}}
"""


def reached(guideline: Guideline) -> Iterator[Guideline]:
    """The guideline and all that it imports, by every way once."""
    found, left = dict[int, Guideline](), [guideline]
    while left:
        each = left.pop()
        if id(each) not in found:
            found[id(each)] = each
            left += [imported.guideline for fact in each.facts.values() for imported in fact.imports]
    yield from found.values()


def test_a_chain_whose_guidelines_share_a_fact_makes_few_of_them(tmp_path: Path) -> None:
    """Were each of them made anew for each that imports it, the last of ten would have five hundred."""
    for at in range(10):
        facts = NEXT.replace("{0}", str(at)).replace("{1}", str(at - 1)) if at else FIRST
        folder = written(tmp_path, f"road_{at}", {"facts.yaml": facts, "d.yaml": CHAINED.replace("{0}", str(at))})
    guideline = load(folder)
    assert len(list(reached(guideline))) <= 30
    assert decided(guideline, "d", {"f0": True, "wet": True}).outcome == "a"
    assert decided(guideline, "d", {"f0": True}).possible_outcomes == ("a", "b")
