"""A laid-out picture as SVG: text that can be selected, nothing that runs, nothing from elsewhere, the same bytes for
the same picture."""

from collections.abc import Iterator, Sequence

from explain.picture.layout import Column, Layout
from explain.picture.legend import legend
from explain.picture.model import Picture
from explain.picture.placed import STEP
from explain.picture.shapes import box, box_in_words, text
from explain.picture.strokes import FONTS
from explain.picture.text import wrapped
from explain.picture.wires import Wiring
from explain.picture.xml import element

_MARGIN, _NARROWEST, _WIDEST_TEXT = 24, 940, 1100
_NAMESPACE = "http://www.w3.org/2000/svg"


def svg_of(picture: Picture, layout: Layout) -> str:
    """The whole picture: names and answer, columns, legend, and what stands below."""
    width = max(layout.width, _NARROWEST)
    page = _Page(width)
    page.say(picture.title, "dim", 13)
    page.say(picture.question, "plain", 15)
    page.say(picture.answer, "bold", 17)
    page.skip(STEP)
    page.titles(layout.columns)
    page.draw([*Wiring(layout).all(), *(box(layout.boxes[name]) for name in sorted(layout.boxes))], layout.height)
    page.skip(2 * STEP)
    drawn = legend(width, has_patient=picture.has_patient)
    page.draw(drawn.elements, drawn.height)
    for title, texts in picture.below:
        page.skip(STEP)
        page.say(title, "bold", 13)
        for each in texts:
            page.say(each, "plain", 12)
    return _document(picture, page, width + 2 * _MARGIN, page.y + _MARGIN)


def _document(picture: Picture, page: "_Page", width: int, height: int) -> str:
    title, described = f"{picture.id}-title", f"{picture.id}-description"
    attributes: dict[str, str | int] = {
        "xmlns": _NAMESPACE,
        "role": "img",
        "aria-labelledby": f"{title} {described}",
        "width": width,
        "height": height,
        "viewBox": f"0 0 {width} {height}",
        "font-family": FONTS,
    }
    content = [
        element("title", {"id": title}, f"{picture.title}: {picture.question} {picture.answer}"),
        element("desc", {"id": described}, _in_words(picture)),
        element("rect", {"width": width, "height": height, "fill": "#ffffff"}),
        *page.elements,
    ]
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + element("svg", attributes, content)


def _in_words(picture: Picture) -> str:
    """The picture for those who cannot see it: every box in a sentence, then what stands below."""
    boxes = (f"{box_in_words(each)}." for _, column in picture.columns for each in column)
    below = (f"{title}: {' '.join(texts)}" for title, texts in picture.below)
    return " ".join((*boxes, *below))


class _Page:
    """Elements one below the other."""

    def __init__(self, width: int) -> None:
        self._width = width
        self.y = _MARGIN
        self.elements: list[str] = []

    def skip(self, height: int) -> None:
        self.y += height

    def say(self, said: str, style: str, size: int) -> None:
        for line in _lines(said, min(self._width, _WIDEST_TEXT), size, style):
            self.elements.append(text(line, _MARGIN, self.y + size * 2 // 3, style, size))
            self.y += size * 3 // 2

    def titles(self, columns: Sequence[Column]) -> None:
        for column in columns:
            self.elements.append(text(column.title, _MARGIN + column.x, self.y + STEP // 2, "bold", 13))
        self.y += 2 * STEP

    def draw(self, elements: Sequence[str], height: int) -> None:
        self.elements.append(element("g", {"transform": f"translate({_MARGIN} {self.y})"}, elements))
        self.y += height


def _lines(said: str, width: int, size: int, style: str) -> Iterator[str]:
    yield from wrapped(said, width, size, bold=style == "bold")
