"""`candor diff`: who gets another answer from a new version of a guideline, and what its version has to say."""

import json
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from candor.cli.patients import At, instant_of
from candor.cli.terminal import complain, say
from candor.cohorts import Answered, ChangedAnswer, CohortChanges, cohort_changes
from candor.comparisons import diff_json
from candor.lines import lines_in
from candor.revisions import guideline_at
from engine.comparison import comparison_of
from engine.diagnostics import counted
from explain.account import Section
from explain.comparing import Telling, told
from explain.justification import Line
from explain.plain_text import indented, one_line
from explain.wording import listed

MAX_ANSWERS = 100
"""How many changed answers of a cohort are told in words; JSON has them all."""
MAX_LINES = 20
"""How many lines that neither version accepts are named."""


class _Form(Enum):
    """How a comparison is printed."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


_Version = Annotated[
    str,
    typer.Argument(
        help="A guideline's id, its folder, or a git revision of it such as HEAD~1:guidelines/winter_roads."
    ),
]
_Cohort = Annotated[
    Path | None, typer.Option("--cohort", metavar="FILE", help="Patients as JSON Lines: who gets another answer?")
]
_Limit = Annotated[int, typer.Option("--limit", min=1, max=1_000, help="How many groups of each movement to list.")]


def diff(
    old: _Version,
    new: _Version,
    cohort: _Cohort = None,
    limit: _Limit = 20,
    format: Annotated[_Form, typer.Option("--format", help="text (for people), markdown or json.")] = _Form.TEXT,
    at: At = None,
) -> None:
    """Say who gets another answer from a new version of a guideline, and what its version has to say.

    Ends with 1 where the new version's number does not say what changed."""
    instant = instant_of(at)
    with guideline_at(old) as before, guideline_at(new) as after:
        comparison = comparison_of(before, after, at=instant, limit=limit)
        changes = None
        if cohort is not None:
            changes = cohort_changes(before, after, lines_in(cohort), name=str(cohort), at=instant)
    if format is _Form.JSON:
        say(json.dumps(diff_json(comparison, changes), ensure_ascii=False, indent=2))
    else:
        telling = told(comparison, () if changes is None else (_section(changes),))
        say(_markdown(telling) if format is _Form.MARKDOWN else _text(telling))
    if not comparison.is_version_enough:
        complain("error: the version of the new guideline does not say what changed")
        raise typer.Exit(1)


def _text(telling: Telling) -> str:
    lines = [one_line(telling.heading), one_line(telling.answer)]
    for section in telling.sections:
        lines += ["", section.title, *(text for line in section.lines for text in indented(line, 1))]
    return "\n".join(lines)


def _markdown(telling: Telling) -> str:
    lines = [f"# {_escaped(telling.heading)}", "", _escaped(telling.answer)]
    for section in telling.sections:
        lines += ["", f"## {_escaped(section.title)}", ""]
        lines += [text for line in section.lines for text in _items(line, 0)]
    return "\n".join(lines)


def _items(line: Line, depth: int) -> Iterator[str]:
    yield f"{'  ' * depth}- {_escaped(line.text)}"
    for below in line.below:
        yield from _items(below, depth + 1)


def _escaped(text: str) -> str:
    return "".join(f"\\{letter}" if letter in "\\*_[]<>#|" else letter for letter in one_line(text))


def _section(changes: CohortChanges) -> Section:
    have = "has" if changes.changed == 1 else "have"
    lines = [Line(f"{changes.changed} of {counted(changes.patients, 'patient')} {have} another answer")]
    if changes.changed_otherwise:
        have = "has" if changes.changed_otherwise == 1 else "have"
        others = counted(changes.changed_otherwise, "more patient")
        lines.append(Line(f"{others} {have} the same answer with other cautions or points"))
    if changes.refused:
        shown = ", ".join(map(str, changes.refused_lines[:MAX_LINES]))
        more = f" and {changes.refused - MAX_LINES} more" if changes.refused > MAX_LINES else ""
        noun = "line" if changes.refused == 1 else "lines"
        lines.append(Line(f"{counted(changes.refused, 'patient')} neither version accepts: {noun} {shown}{more}"))
    lines += [Line(_changed(each)) for each in changes.answers[:MAX_ANSWERS]]
    if len(changes.answers) > MAX_ANSWERS:
        lines.append(Line(f"and {len(changes.answers) - MAX_ANSWERS} more answers, all in --format json"))
    return Section(f"Patients of {one_line(changes.name)}", tuple(lines))


def _changed(answer: ChangedAnswer) -> str:
    who = f"line {answer.line}" + (f" ({answer.patient})" if answer.patient else "")
    before, after = _answered(answer.before), _answered(answer.after)
    told = f"{before} before, {after} after" if answer.is_another_answer else f"{before} before and after"
    return "; ".join((f"{who}, {answer.decision}: {told}", *_with_it(answer.before, answer.after)))


def _with_it(before: Answered, after: Answered) -> Iterator[str]:
    """What else differs between two answers, neither of which is a refusal."""
    if before.codes or after.codes:
        return
    for when, one, other in (("before", before, after), ("after", after, before)):
        if only := sorted(set(one.cautions) - set(other.cautions)):
            yield f"only {when} the caution of {', '.join(only)}"
    points = {name: _points(*ends) for name, *ends in after.scores}
    for name, *ends in before.scores:
        if (was := _points(*ends)) != points[name]:
            yield f"{name} {was} before, {points[name]} after"


def _points(low: str, high: str) -> str:
    return low if low == high else f"{low} to {high}"


def _answered(answered: Answered) -> str:
    if answered.codes:
        return f"refused ({', '.join(answered.codes)})"
    if answered.outcome is not None:
        return answered.outcome
    if not answered.possible_outcomes:
        return "no outcome"
    or_none = ["no outcome"] if answered.may_be_not_covered else []
    return f"open between {listed([*answered.possible_outcomes, *or_none])}"
