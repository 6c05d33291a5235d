"""Coverage beside the author's own text: which lines of a guideline's files hold rules and tests, how far cases cover
each, and by which. How it looks is in `explain.rendering.coverage`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import PurePath

from engine.coverage import Coverage, Covered, Kind, State, gathered
from engine.diagnostics import counted
from engine.guideline import Guideline
from engine.loading.files import LINE_BREAK
from explain.wording import sentence

KINDS = {
    Kind.RULE: ("rules", "rules fired and silent"),
    Kind.TEST: ("tests", "tests true, false and unknown"),
    Kind.THRESHOLD: ("thresholds", "values on thresholds and one step to either side"),
    Kind.ALONE: ("pairs", "pairs of cases that show a test deciding alone"),
}
"""Each kind of goal in short and in full."""


class Mark(Enum):
    """How far a line is covered."""

    COVERED = "covered"
    PARTLY = "partly covered"
    NOT = "not covered"
    UNREACHABLE = "no patient can"


SYMBOLS = {Mark.COVERED: "✓", Mark.PARTLY: "◐", Mark.NOT: "✗", Mark.UNREACHABLE: "∅"}
STATES = {
    State.MET: "met",
    State.MISSING: "missing",
    State.UNREACHABLE: "no patient can",
    State.OPEN: "not settled within the solver's limit",
}


@dataclass(frozen=True, slots=True)
class GoalRow:
    """One goal on a line, how it stands, and the cases that meet it."""

    sentence: str
    state: str
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of a file as the author wrote it; a mark and goals where it holds a rule or a test."""

    number: int
    text: str
    mark: Mark | None
    goals: tuple[GoalRow, ...]


@dataclass(frozen=True, slots=True)
class TextFile:
    """One file of the guideline, by its name, with all its lines."""

    name: str
    lines: tuple[TextLine, ...]


@dataclass(frozen=True, slots=True)
class TotalRow:
    """How many goals of one kind are met, of how many that a patient can meet; and how many none can."""

    home: str
    kind: Kind
    met: int
    wanted: int
    unreachable: int
    open: int

    @property
    def short(self) -> str:
        return KINDS[self.kind][0]

    @property
    def words(self) -> str:
        return KINDS[self.kind][1]

    @property
    def percent(self) -> int:
        return 100 * self.met // self.wanted if self.wanted else 100


@dataclass(frozen=True, slots=True)
class CoveragePage:
    """The whole page of one guideline: the cases in one sentence, the totals by decision and kind, the files, and what
    is missing, each with its file and line."""

    title: str
    guideline: str
    cases: str
    verdict: str
    totals: tuple[TotalRow, ...]
    missing: tuple[tuple[str, str, int], ...]
    files: tuple[TextFile, ...]


def coverage_page(
    guideline: Guideline,
    coverage: Coverage,
    homes: Sequence[str],
    texts: Mapping[str, str],
    counts: tuple[int, int],
) -> CoveragePage:
    """The page of a guideline: `homes` are the decisions, and `findings` for shared rules, in their order, `texts` the
    files that the goals stand in by path, `counts` how many cases passed and failed."""
    return CoveragePage(
        title=f"Coverage of {guideline.title}",
        guideline=f"{guideline.id} {guideline.version}, {guideline.status}",
        cases=f"{counted(counts[0], 'case')} came out as expected, {counts[1]} did not.",
        verdict=verdict_of(coverage),
        totals=tuple(row for home in homes for row in total_rows(coverage, home)),
        missing=tuple(
            (told, PurePath(first.place.file).name, first.place.line)
            for told, first in gathered(each.goal for each in coverage.in_state(State.MISSING))
        ),
        files=tuple(_file(file, texts[file], coverage) for file in sorted(texts)),
    )


def verdict_of(coverage: Coverage) -> str:
    """Coverage in one sentence."""
    told = [
        "coverage is complete" if coverage.is_complete else f"{coverage.percent} % of what patients can meet is met"
    ]
    counts = {state: len(coverage.in_state(state)) for state in State}
    words = {
        State.MISSING: "{} missing",
        State.UNREACHABLE: "{} that no patient can meet",
        State.OPEN: "{} not settled within the solver's limit",
    }
    told += [each.format(counted(counts[state], "goal")) for state, each in words.items() if counts[state]]
    return sentence("; ".join(told)) + "."


def total_rows(coverage: Coverage, home: str) -> Iterator[TotalRow]:
    """The totals of one decision's own rules, or of the shared ones, by kind; kinds of which there is nothing are left
    out."""
    own = Coverage(tuple(each for each in coverage.covered if each.goal.home == home))
    for total in own.totals:
        if total.wanted or total.unreachable:
            yield TotalRow(home, total.kind, total.met, total.wanted, total.unreachable, total.open)


def mark_of(states: Iterable[State]) -> Mark:
    """How far a line with goals in these states is covered; what no patient can meet counts only where it is all."""
    reachable = [state for state in states if state is not State.UNREACHABLE]
    if not reachable:
        return Mark.UNREACHABLE
    met = reachable.count(State.MET)
    return Mark.COVERED if met == len(reachable) else Mark.PARTLY if met else Mark.NOT


def _file(path: str, text: str, coverage: Coverage) -> TextFile:
    goals: dict[int, list[Covered]] = {}
    for each in coverage.covered:
        if each.goal.place.file == path:
            goals.setdefault(each.goal.place.line, []).append(each)
    lines = LINE_BREAK.split(text.rstrip("\r\n"))
    return TextFile(PurePath(path).name, tuple(_line(number, each, goals) for number, each in enumerate(lines, 1)))


def _line(number: int, text: str, goals: Mapping[int, Sequence[Covered]]) -> TextLine:
    here = goals.get(number, ())
    rows = tuple(GoalRow(each.goal.sentence, STATES[each.state], each.cases) for each in here)
    return TextLine(number, text, mark_of(each.state for each in here) if here else None, rows)
