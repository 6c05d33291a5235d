"""Random small guidelines and patients for the property tests, and how to write them as files.

Guidelines are valid by construction: thresholds lie on the fact's grid and in its range, every test is met by some
value, no score can leave its range, whatever rests on something else goes in no circle, and what one guideline takes
from another fits. They are trees as an author would write them; `tests.oracle` says what they mean. Not here: invalid
guidelines (loading has its own tests), dates and staleness.
"""

from tests.random_guidelines.facts import NUMBERS, fact_tree, vocabulary
from tests.random_guidelines.files import as_yaml, shuffled, write
from tests.random_guidelines.making import guidelines, importing_guidelines
from tests.random_guidelines.patients import patients
from tests.random_guidelines.terms import Draft, RandomGuideline

__all__ = [
    "NUMBERS",
    "Draft",
    "RandomGuideline",
    "as_yaml",
    "fact_tree",
    "guidelines",
    "importing_guidelines",
    "patients",
    "shuffled",
    "vocabulary",
    "write",
]
