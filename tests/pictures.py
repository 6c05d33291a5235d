"""Pictures of decided patients and of whole guidelines, for the tests of what is in them and how they lie."""

import xml.etree.ElementTree as ET
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.generated import patients, write_guideline
from candor.guidelines import builtin_guidelines, load_guideline
from engine.deciding import decide
from engine.errors import InputRejected
from engine.facts import read_facts
from engine.guideline import Guideline
from engine.loading import load
from engine.patient import Facts
from engine.trace import Trace
from explain.picture.decided import decided_picture
from explain.picture.layout import Layout
from explain.picture.model import Picture, State
from explain.picture.nets import End, Net
from explain.picture.placed import PAD, SIZE, Placed
from explain.picture.strokes import ON_PATH
from explain.picture.text import width_of
from explain.picture.wires import Wire, Wiring
from explain.picture.written import written_picture
from explain.reading import reading_of
from tests.mistake_examples import TOY

AT = datetime(2026, 11, 22, tzinfo=UTC)
SVG = "{http://www.w3.org/2000/svg}"


@cache
def toy() -> Guideline:
    return load(TOY)


def decided(facts: dict[str, object], decision: str = "gritting") -> Trace:
    return decide(toy(), decision, read_facts(toy(), facts), at=AT)


ICE: dict[str, object] = {"surface_temperature": "-2.5", "precipitation": "rain", "hours_since_gritting": 30}
NOTHING: dict[str, object] = {}


def cases(guideline: Guideline) -> Iterator[Trace]:
    for name, decision in guideline.decisions.items():
        for case in decision.cases.values():
            try:
                yield decide(guideline, name, Facts(case.facts), at=case.at or AT)
            except InputRejected:
                continue


@cache
def generated(seed: int) -> tuple[Guideline, tuple[Trace, ...]]:
    with TemporaryDirectory() as folder:
        guideline = load(write_guideline(Path(folder), 30, seed))
    given = [each for unknown in (0, 0.3) for each in patients(guideline, "choose", 3, unknown)]
    return guideline, tuple(decide(guideline, "choose", read_facts(guideline, dict(each)), at=AT) for each in given)


def pictures(guideline: Guideline, traces: list[Trace]) -> Iterator[Picture]:
    yield from (written_picture(guideline, decision) for decision in guideline.decisions.values())
    for trace in traces:
        for whole in (False, True):
            yield decided_picture(reading_of(guideline, trace), whole=whole)


def some_pictures(name: str) -> Iterator[Picture]:
    """The pictures of a guideline and of one in five of its cases."""
    if name.startswith("generated"):
        guideline, traces = generated(int(name.rpartition(" ")[2]))
        yield from pictures(guideline, list(traces))
    else:
        guideline = toy() if name == "toy" else load_guideline(name)
        yield from pictures(guideline, list(cases(guideline))[::5])


NAMES = [*builtin_guidelines(), "toy", "generated 1", "generated 2", "generated 3"]


def boxes_in(svg: str) -> dict[str, ET.Element]:
    groups = ET.fromstring(svg).iter(f"{SVG}g")
    return {group.attrib["data-name"]: group for group in groups if "data-name" in group.attrib}


def text_of(element: ET.Element) -> str:
    return " ".join(each.text or "" for each in element.iter(f"{SVG}text"))


def check(layout: Layout) -> None:
    for one, other in combinations(layout.boxes.values(), 2):
        apart = one.x + one.width <= other.x or other.x + other.width <= one.x
        assert apart or one.y + one.height + 8 <= other.y or other.y + other.height + 8 <= one.y, (one.box, other.box)
    for placed in layout.boxes.values():
        check_text(placed)
    check_lines(layout)
    for net in layout.nets:
        check_looks(layout, net, list(Wiring(layout).wires(net)))


def check_text(placed: Placed) -> None:
    assert " ".join(line.text for line in placed.lines if line.style == "bold")
    for line in placed.lines:
        assert line.x + width_of(line.text, SIZE, bold=line.style == "bold") <= placed.width - PAD, line
        assert SIZE // 2 <= line.y <= placed.height - SIZE // 2 - 1, line
    for above, below in pairwise(placed.lines):
        assert above.y + SIZE <= below.y
    for _, x, y in placed.marks:
        assert all(line.x >= x + 12 for line in placed.lines if line.y == y)


def check_lines(layout: Layout) -> None:
    """Straight, no line through a box, no two nets on each other, every entry tied."""
    wiring = Wiring(layout)
    lying: dict[str, set[tuple[int, int, int, int]]] = {}
    for net in layout.nets:
        lying[net.id] = {segment for wire in wiring.wires(net) for segment in wire.segments}
    for name, segments in lying.items():
        for x1, y1, x2, y2 in segments:
            assert x1 == x2 or y1 == y2
            for box in layout.boxes.values():
                through_x = min(x1, x2) < box.x + box.width and max(x1, x2) > box.x
                through_y = min(y1, y2) < box.y + box.height and max(y1, y2) > box.y
                assert not (through_x and through_y), (name, box.box.id)
    for (one, ones), (other, others) in combinations(lying.items(), 2):
        for a in ones:
            assert not any(_lie_on_each_other(a, b) for b in others), (one, other)
    tied = {(end.box, end.port.y) for net in layout.nets for end in (*net.sources, *net.sinks)}
    for placed in layout.boxes.values():
        assert {(placed.box.id, port.y) for port in (*placed.reading, *placed.giving)} <= tied


def _lie_on_each_other(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> bool:
    for x, y in ((0, 1), (1, 0)):
        if a[x] == a[x + 2] == b[x] == b[x + 2]:
            return min(a[y], a[y + 2]) < max(b[y], b[y + 2]) and min(b[y], b[y + 2]) < max(a[y], a[y + 2])
    return False


Point = tuple[int, int]
WEAKEST_FIRST = [State.PLAIN, State.FALSE, State.UNKNOWN, State.TRUE]


def check_looks(layout: Layout, net: Net, wires: list[Wire]) -> None:
    """A net of what is given to a box is drawn everywhere like the strongest of the ends behind: thick where one is on
    the path, solid where one fired, dotted where one is not settled. One that carries what a box is, is thick where it
    leads to an end on the path."""
    many, one = (net.sinks, net.sources[0]) if net.spreads else (net.sources, net.sinks[0])
    looks = {piece: rank_of(wire) for wire in wires for piece in pieces(wire, wires)}  # later ones lie above
    root = point_of(layout, one, is_left=net.spreads)
    found: dict[frozenset[Point], int] = {}
    for end in many:
        assert end.port.entry is not None
        way = way_between(looks, point_of(layout, end, is_left=not net.spreads), root)
        rank = len(WEAKEST_FIRST) if end.port.entry.is_on_path else WEAKEST_FIRST.index(end.port.entry.state)
        found |= {piece: max(found.get(piece, 0), rank) for piece in way}
    assert looks.keys() == found.keys(), net.id
    for piece, rank in looks.items():
        thick = len(WEAKEST_FIRST)
        assert rank == found[piece] or (net.spreads and thick not in (rank, found[piece])), (net.id, piece)


def rank_of(wire: Wire) -> int:
    return len(WEAKEST_FIRST) if wire.stroke == ON_PATH else WEAKEST_FIRST.index(wire.state)


def pieces(wire: Wire, wires: list[Wire]) -> Iterator[frozenset[Point]]:
    """The stretches of a wire between any two points where stretches of the net begin or end."""
    points = {point for each in wires for x1, y1, x2, y2 in each.segments for point in ((x1, y1), (x2, y2))}
    for x1, y1, x2, y2 in wire.segments:
        on = [(x, y) for x, y in points if min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2)]
        yield from (frozenset(pair) for pair in pairwise(sorted(on)))


def point_of(layout: Layout, end: End, *, is_left: bool) -> Point:
    placed = layout.boxes[end.box]
    return placed.x + (placed.width if is_left else 0), placed.y + end.port.y


def way_between(looks: Collection[frozenset[Point]], start: Point, root: Point) -> list[frozenset[Point]]:
    """The pieces from one point to another, of which there is one way."""
    ways: list[tuple[Point, list[frozenset[Point]]]] = [(start, [])]
    for at, way in ways:
        if at == root:
            return way
        ways += [(next(iter(piece - {at})), [*way, piece]) for piece in looks if at in piece and piece not in way]
    raise AssertionError(f"{start} is not tied to {root}")
