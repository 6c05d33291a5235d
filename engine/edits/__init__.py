"""What was edited between two versions of a guideline: everything added, removed, renamed or changed, each with what it
can touch and the step of the version that it requires. Nothing here asks which patients change.
"""

from engine.edits.guidelines import edits_between
from engine.edits.model import Edit, Touch, Way

__all__ = ["Edit", "Touch", "Way", "edits_between"]
