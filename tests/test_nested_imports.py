"""A guideline that imports one that imports another: whose facts are whose."""

from pathlib import Path

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
