"""Coverage: what the cases of a guideline try of its rules, and what they leave untried.

`goals` are what there is to try, `meeting` says which of them a decided case meets, `covered` puts both together and
has what no patient can meet proved, `suggesting` finds the missing cases, `case_text` writes them as an author does.
"""

from engine.coverage.case_text import cases_text
from engine.coverage.covered import Coverage, Covered, State, coverage_of, guideline_coverage
from engine.coverage.goals import Goal, Kind, gathered, goals_of
from engine.coverage.suggesting import Suggestion, Suggestions, suggestions

__all__ = [
    "Coverage",
    "Covered",
    "Goal",
    "Kind",
    "State",
    "Suggestion",
    "Suggestions",
    "cases_text",
    "coverage_of",
    "gathered",
    "goals_of",
    "guideline_coverage",
    "suggestions",
]
