"""Pictures: a decision, or a guideline as it is written, drawn as SVG."""

from engine.errors import NotFound
from engine.guideline import Guideline
from engine.trace import Trace
from explain.picture.decided import decided_picture
from explain.picture.layout import layout_of
from explain.picture.model import Picture
from explain.picture.svg import svg_of
from explain.picture.written import written_picture
from explain.reading import reading_of


def picture_of(guideline: Guideline, trace: Trace, *, whole: bool = False) -> str:
    """A decision as SVG: the path from the facts to the answer, or with `whole` everything. Raises `ValueError` for a
    trace of another version of the guideline."""
    return _drawn(decided_picture(reading_of(guideline, trace), whole=whole))


def guideline_picture(guideline: Guideline, decision: str) -> str:
    """A decision as it is written, without a patient, as SVG. Raises `NotFound` where there is none of that name."""
    if decision not in guideline.decisions:
        raise NotFound(f"the guideline `{guideline.id}` has no decision `{decision}`")
    return _drawn(written_picture(guideline, guideline.decisions[decision]))


def _drawn(picture: Picture) -> str:
    return svg_of(picture, layout_of(picture))
