"""Pictures: nothing in them overlaps or is cut off."""

import pytest

from explain.picture.layout import layout_of
from explain.picture.text import width_of, wrapped
from tests.pictures import NAMES, check, some_pictures

# ---- Nothing overlaps or is cut off ----


@pytest.mark.parametrize("name", NAMES)
def test_no_boxes_overlap_no_text_leaves_its_box_no_line_runs_through_one_and_each_looks_like_what_it_carries(
    name: str,
) -> None:
    for picture in some_pictures(name):
        check(layout_of(picture))


def test_a_text_is_wrapped_within_its_width_and_loses_no_letter() -> None:
    for text in ("one two three", "x" * 100, "Grüße an alle", "", "日本" * 30):
        lines = wrapped(text, 80, 12)
        assert all(width_of(line, 12) <= 80 for line in lines)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
