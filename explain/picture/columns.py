"""In which column each box stands: facts, those that others come from before them, then rules and what they conclude,
stratum by stratum, and the outcomes last."""

from collections.abc import Iterable, Mapping, Sequence
from graphlib import TopologicalSorter

from engine.guideline import Guideline
from engine.plan import plan_of
from explain.picture.model import Box, Kind, box_id

_TITLES = {
    Kind.FACT: "Facts",
    Kind.RULE: "Rules",
    Kind.FINDING: "Findings",
    Kind.SCORE: "Scores",
    Kind.OUTCOME: "Outcomes",
}


def columns_of(guideline: Guideline, decision: str, reads: Mapping[str, frozenset[str]]) -> Mapping[str, int]:
    """The column of every box of a decision, by id; `reads` are the facts, each with those that it comes from."""
    plan = plan_of(guideline, decision)
    columns = dict(_of_facts(reads))
    first = max(columns.values(), default=-1) + 1
    for number, stratum in enumerate(plan.strata):
        columns |= {box_id(Kind.RULE, rule.id): first + 2 * number for rule in stratum.rules}
        columns |= {each.id: first + 2 * number + 1 for each in stratum.findings}
        columns |= {each.id: first + 2 * number + 1 for each in stratum.scores}
    last = first + 2 * len(plan.strata)
    return {**columns, **dict.fromkeys(plan.decision.outcomes, last)}


def in_columns(boxes: Iterable[Box]) -> tuple[tuple[str, tuple[Box, ...]], ...]:
    """Boxes by column, each column with its title; a column without boxes is left out. Within a column they keep their
    order."""
    by_column: dict[int, list[Box]] = {}
    for box in boxes:
        by_column.setdefault(box.column, []).append(box)
    return tuple((_title(by_column[column]), tuple(by_column[column])) for column in sorted(by_column))


def _title(boxes: Sequence[Box]) -> str:
    return " and ".join(title.lower() if at else title for at, title in enumerate(_titles_of(boxes)))


def _titles_of(boxes: Sequence[Box]) -> list[str]:
    return [title for kind, title in _TITLES.items() if any(box.kind is kind for box in boxes)]


def _of_facts(reads: Mapping[str, frozenset[str]]) -> Iterable[tuple[str, int]]:
    """Facts that nothing is read from stand in the last column of facts; each other one before what reads it."""
    reading = {name: {other for other in sorted(reads) if name in reads[other]} for name in sorted(reads)}
    heights: dict[str, int] = {}
    for name in TopologicalSorter(reading).static_order():
        heights[name] = 1 + max((heights[other] for other in reading[name]), default=-1)
    highest = max(heights.values(), default=0)
    return ((name, highest - heights[name]) for name in sorted(reads))
