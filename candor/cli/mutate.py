"""`candor mutate`: which small changes to a guideline its cases would not notice."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from candor.cli.choices import Format
from candor.cli.patients import NoColor
from candor.cli.terminal import complain, say, working
from candor.guidelines import builtin_guidelines, load_decision
from candor.mutations import MutatedDecisionJson, noticed_json
from engine.coverage.case_text import answer_told, facts_text
from engine.diagnostics import counted
from engine.errors import CandorError
from engine.guideline import Guideline
from engine.mutation import Noticed, Survivor, noticed
from engine.trace import Trace
from explain.plain_text import one_line

_Address = Annotated[
    str | None,
    typer.Argument(
        metavar="GUIDELINE[/DECISION]",
        help="A guideline by its id or folder, or one decision of it; all built-in guidelines by default.",
    ),
]
_Format = Annotated[Format, typer.Option("--format", help="text (for people) or json.")]
_Output = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the missing cases to this new file.")
]


def mutate(
    address: _Address = None, output: _Output = None, format: _Format = Format.TEXT, no_color: NoColor = False
) -> None:
    """Change a guideline in small ways, and say which changes none of its cases would notice.

    Exits with 1 where a change goes unnoticed, or where something could not be settled.
    """
    is_complete, cases, told_of = True, list[list[str]](), list[MutatedDecisionJson]()
    for name in [address] if address else builtin_guidelines():
        guideline, only = load_decision(name, with_cases=True)
        for decision in [only] if only else guideline.decisions:
            with working(no_color=no_color) as told:
                told(guideline.id, f"changing {decision}")
                found = noticed(guideline, decision)
            if format is Format.TEXT:
                say("\n".join(_told(guideline, found)))
            told_of.append(noticed_json(guideline, found))
            is_complete = is_complete and not found.survivors and not found.undecided
            cases += [list(_cases(guideline, found))] if found.survivors else []
    if format is Format.JSON:
        say(json.dumps({"decisions": told_of}, ensure_ascii=False, indent=2))
    if output is not None:
        _write(output, cases)
    if not is_complete:
        raise typer.Exit(1)


def _told(guideline: Guideline, found: Noticed) -> Iterator[str]:
    yield (
        f"{guideline.id}/{found.decision}: {counted(found.count, 'mutant')}: {len(found.killed)} killed, "
        f"{len(found.equivalent)} equivalent (proved), {len(found.survivors)} survived, "
        f"{len(found.undecided)} undecided"
    )
    for mutant in found.equivalent:
        yield f"  equivalent: {mutant.place}: {one_line(mutant.id)}"
    for mutant in found.undecided:
        yield f"  undecided: {mutant.place}: {one_line(mutant.id)}"
    for survivor in found.survivors:
        yield f"  survived: {survivor.mutant.place}: {one_line(survivor.mutant.id)}"
    yield from _cases(guideline, found)


def _cases(guideline: Guideline, found: Noticed) -> Iterator[str]:
    if found.survivors:
        yield f"# For {guideline.id}/{found.decision}. Write under `expect` what the source says should come out."
        yield "cases:"
    taken = guideline.decisions[found.decision].cases
    names = (name for name in (f"mutant_{number}" for number in range(1, 1_000_000)) if name not in taken)
    for survivor, name in zip(found.survivors, names, strict=False):
        yield from _case(guideline, name, survivor)


def _case(guideline: Guideline, name: str, survivor: Survivor) -> Iterator[str]:
    yield f"  {name}:"
    yield f"    # would notice {one_line(survivor.mutant.id)}"
    yield f"    facts: {facts_text(guideline.facts, survivor.facts)}"
    now, then = _beside(survivor.now), _beside(survivor.then)
    differing = [name for name in now if now[name] != then[name]]
    for word, answer, beside in (("now", survivor.now, now), ("changed", survivor.then, then)):
        told = [f"{word}: {answer_told(answer)}", *(f"{name} {beside[name]}" for name in differing)]
        yield f"    # {'; '.join(told)}"
    yield "    expect:"


def _beside(trace: Trace) -> dict[str, str]:
    """What is told beside an outcome: the rules that give a caution, and the points of each score."""
    cautions = [caution.rule for caution in trace.cautions if caution.rule is not None]
    points = {
        f"score {each.score}": f"{each.low}" if each.low == each.high else f"{each.low} to {each.high}"
        for each in trace.scores
    }
    return {"cautions of": ", ".join(cautions) or "no rule", **points}


def _write(path: Path, cases: list[list[str]]) -> None:
    """The missing cases of one decision, as its file of cases has them."""
    if len(cases) > 1:
        raise typer.BadParameter("cases of several decisions are missing: name one of them", param_hint="--output")
    if cases:
        _create(path, "\n".join(cases[0]) + "\n")
    else:
        complain(f"No case is missing, so `{one_line(str(path))}` was not written.")


def _create(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise CandorError(f"`{one_line(str(path))}` is there already, and is not overwritten") from None
    except (OSError, ValueError) as error:
        raise CandorError(f"cannot write to `{one_line(str(path))}`: {error}") from None
