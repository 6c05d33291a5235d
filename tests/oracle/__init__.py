"""What a guideline means, worked out the slow way: by trying every completion.

This is the independent harness of the engine. It reads the author's text itself (the files of a guideline as plain
trees of mappings, lists and texts), turns every test into the set of grid values it accepts, and finds the status by
enumerating every value that every missing fact could take. A decision of another guideline that a fact comes from is
decided in the same way, by itself. It shares no code with the engine and must never import it.

Not here: diagnostics (guidelines are taken to be valid; no fact is named like a function or a Python keyword), dates
and staleness, cautions, codes, explanations. It is exponential in the number of missing facts: keep the grids small.
"""

from tests.oracle.conditions import accepted, tested_in
from tests.oracle.deciding import answer, certain
from tests.oracle.formulas import computed, is_linear, parsed, rounded
from tests.oracle.reading import read_fact, read_import, read_vocabulary
from tests.oracle.terms import Answer, Certain, Fact, Given, Tree, Trees, UnusableInput

__all__ = [
    "Answer",
    "Certain",
    "Fact",
    "Given",
    "Tree",
    "Trees",
    "UnusableInput",
    "accepted",
    "answer",
    "certain",
    "computed",
    "is_linear",
    "parsed",
    "read_fact",
    "read_import",
    "read_vocabulary",
    "rounded",
    "tested_in",
]
