"""`candor test`: a guideline's cases, whether they come out as expected, what they cover, and which are missing."""

import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from candor.case_results import results_json
from candor.case_runs import GuidelineRun, case_count_of, page_of, run_of, suggested
from candor.cli.choices import Format
from candor.cli.patients import NoColor
from candor.cli.terminal import complain, progress, say
from candor.guidelines import builtin_guidelines, load_decision
from candor.junit import junit_xml
from engine.coverage import State, Suggestions, cases_text, gathered
from engine.diagnostics import quoted
from engine.errors import CandorError
from engine.guideline import Guideline
from explain.coverage_page import total_rows, verdict_of
from explain.failures import Failure
from explain.plain_text import one_line
from explain.rendering.coverage import coverage_html
from explain.side_by_side import beside

LISTED = 10
"""How many rules and tests with missing goals are listed of a guideline."""
COMPLETE = "complete"
EVERYTHING = 101
"""What `--require complete` asks for, as a percentage that no incomplete coverage has."""

_Address = Annotated[
    str | None,
    typer.Argument(
        metavar="GUIDELINE[/DECISION]",
        help="A guideline by its id or folder, or one decision of it; all built-in guidelines by default.",
    ),
]
_Format = Annotated[Format, typer.Option("--format", help="text (for people) or json.")]
_Suggest = Annotated[
    bool, typer.Option("--suggest", help="Write the missing cases as YAML, for you to say what should come out.")
]
_Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write the suggested cases to this new file."),
]
_Junit = Annotated[
    Path | None, typer.Option("--junit", metavar="FILE", help="Also write the results as JUnit XML; replaces the file.")
]
_Coverage = Annotated[
    Path | None,
    typer.Option(
        "--coverage",
        metavar="FILE.html",
        help="Also write coverage as a page over the guideline's own text; replaces it.",
    ),
]
_Require = Annotated[
    str | None,
    typer.Option("--require", metavar="PERCENT|complete", help="Fail where coverage of a guideline is below this."),
]


def run_cases(
    address: _Address = None,
    suggest: _Suggest = False,
    output: _Output = None,
    require: _Require = None,
    junit: _Junit = None,
    coverage: _Coverage = None,
    format: _Format = Format.TEXT,
    no_color: NoColor = False,
) -> None:
    """Run a guideline's cases, say what they cover, and suggest those that are missing."""
    least = _percent(require)
    _check(suggest, output, format)
    loaded = [load_decision(each, with_cases=True) for each in ([address] if address else builtin_guidelines())]
    if coverage is not None and len(loaded) > 1:
        raise typer.BadParameter("a page shows one guideline: name it", param_hint="--coverage")
    runs = _runs(loaded, no_color)
    try:
        if suggest:
            _suggest(runs, output, no_color)
        elif format is Format.JSON:
            say(json.dumps(results_json(runs), ensure_ascii=False, indent=2))
        else:
            say("\n".join(_told(runs)))
    finally:  # neither is lost because the other cannot be written
        _write_beside(runs, junit, coverage)
    _end(runs, least)


def _write_beside(runs: Sequence[GuidelineRun], junit: Path | None, coverage: Path | None) -> None:
    if junit is not None:
        _write(junit, junit_xml(runs))
    if coverage is not None:
        _write(coverage, coverage_html(page_of(runs[0])))


def _check(suggest: bool, output: Path | None, format: Format) -> None:
    if output is not None and not suggest:
        raise typer.BadParameter("only --suggest writes to a file", param_hint="--output")
    if suggest and format is Format.JSON:
        raise typer.BadParameter("suggested cases are YAML", param_hint="--format")


def _percent(require: str | None) -> int | None:
    """The percentage that `--require` asks for."""
    if require is None:
        return None
    if require == COMPLETE:
        return EVERYTHING
    if not require.isascii() or not require.isdigit() or int(require) > 100:
        message = f"`{one_line(require)}` is neither a whole number from 0 to 100 nor `{COMPLETE}`"
        raise typer.BadParameter(message, param_hint="--require")
    return int(require)


def _runs(loaded: Sequence[tuple[Guideline, str | None]], no_color: bool) -> list[GuidelineRun]:
    total = sum(case_count_of(guideline) for guideline, _ in loaded)
    with progress(total, no_color=no_color, noun="cases") as bar:
        task = bar.task_ids[0]
        return [run_of(guideline, decision, lambda: bar.advance(task)) for guideline, decision in loaded]


def _end(runs: Sequence[GuidelineRun], least: int | None) -> None:
    """Ends with 1 where a case failed or coverage is below what is required."""
    failed = sum(len(run.failures) for run in runs)
    short = [run for run in runs if least is not None and not _is_enough(run, least)]
    for run in short:
        wanted = "complete coverage" if least == EVERYTHING else f"coverage of {least} %"
        complain(f"error: {run.guideline.id}: {wanted} is required. {verdict_of(run.coverage)}")
    if failed:
        complain(f"error: {failed} of {sum(run.case_count for run in runs)} cases did not come out as expected")
    if failed or short:
        raise typer.Exit(1)


def _is_enough(run: GuidelineRun, least: int) -> bool:
    return run.coverage.is_complete or run.coverage.percent >= least


def _told(runs: Sequence[GuidelineRun]) -> Iterator[str]:
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for number, run in enumerate(runs):
        yield from ("",) if number else ()
        yield f"{run.guideline.id} {run.guideline.version}: {one_line(run.guideline.title)}"
        for failure in run.failures:
            yield from _failed(run.guideline, failure, width)
        yield from ("",) if run.failures else ()
        yield from _summary(run)
        yield from _missing(run)


def _failed(guideline: Guideline, failure: Failure, width: int | None) -> Iterator[str]:
    place = f"{_place(failure.place.file)}:{failure.place.line}"
    yield from ("", f"FAILED {guideline.id}/{failure.decision}: case {failure.case} ({place})")
    yield from beside(("Expected", "Got"), (failure.expected, failure.got), width)


def _summary(run: GuidelineRun) -> Iterator[str]:
    passed = {each.decision: f"{each.passed} of {len(each.cases)} cases passed" for each in run.decisions}
    for home in run.homes:
        rows = [f"{row.short} {row.met}/{row.wanted}" for row in total_rows(run.coverage, home)]
        counted = passed.get(home, "rules that decisions share")
        yield f"  {run.guideline.id}/{home}: {counted}; {', '.join(rows)}"
    yield f"  {verdict_of(run.coverage)}"


def _missing(run: GuidelineRun) -> Iterator[str]:
    for state, title in (
        (State.MISSING, "Missing"),
        (State.OPEN, "Not settled"),
        (State.UNREACHABLE, "No patient can"),
    ):
        found = list(gathered(each.goal for each in run.coverage.in_state(state)))
        yield from (f"  {title}:",) if found else ()
        for told, first in found[:LISTED]:
            yield f"    {_place(first.place.file)}:{first.place.line}: {one_line(told)}"
        if len(found) > LISTED:
            yield f"    and {len(found) - LISTED} more; --coverage FILE.html and --format json have all"


def _suggest(runs: Sequence[GuidelineRun], output: Path | None, no_color: bool) -> None:
    found = [(run.guideline, each) for run in runs for each in _found(run, no_color)]
    wanted = [(guideline, each) for guideline, each in found if each.cases or each.without]
    if output is None:
        say("\n".join(_documents(wanted)) if wanted else "# No case is missing.")
        return
    if len(wanted) > 1:
        names = quoted(f"{guideline.id}/{each.decision}" for guideline, each in wanted)
        raise typer.BadParameter(f"cases are missing for {names}: name one of them", param_hint="--output")
    if not wanted:
        complain("no case is missing: nothing is written")
    for guideline, each in wanted:
        _create(output, cases_text(guideline, each))


def _found(run: GuidelineRun, no_color: bool) -> tuple[Suggestions, ...]:
    with progress(None, no_color=no_color, noun="cases found") as bar:
        task = bar.task_ids[0]
        return tuple(suggested(run, lambda: bar.advance(task)))


def _documents(wanted: Iterable[tuple[Guideline, Suggestions]]) -> Iterator[str]:
    for number, (guideline, each) in enumerate(wanted):
        yield from ("",) if number else ()
        yield f"# For {guideline.id}/{each.decision}, in {each.decision}.cases.yaml:"
        yield cases_text(guideline, each).rstrip("\n")


def _place(file: str) -> str:
    """A file's path from here, where it lies below; else as it is."""
    try:
        return Path(file).resolve().relative_to(Path(os.getcwd()).resolve()).as_posix()
    except ValueError:
        return file


def _create(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise CandorError(
            f"`{one_line(str(path))}` is there already, and is not overwritten: name a new file"
        ) from None
    except (OSError, ValueError) as error:
        raise _not_written(path, error) from None


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8", newline="\n")
    except (OSError, ValueError) as error:
        raise _not_written(path, error) from None


def _not_written(path: Path, error: OSError | ValueError) -> CandorError:
    because = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return CandorError(f"cannot write to `{one_line(str(path))}`: {because}")
