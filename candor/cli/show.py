"""`candor guidelines` and `candor show`: what there is, what it asks and what it can answer."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated

import typer

from candor.cli.choices import Format
from candor.cli.terminal import say
from candor.guidelines import builtin_guidelines, load_decision, load_guideline
from engine.guideline import Guideline
from explain.plain_text import one_line
from explain.vocabulary import DecisionView, FactView, decision_view

_Format = Annotated[Format, typer.Option("--format", help="text (for people) or json.")]
_Address = Annotated[
    str, typer.Argument(metavar="GUIDELINE/DECISION", help="Such as act_ra/selection, or a guideline alone.")
]


def guidelines(format: _Format = Format.TEXT) -> None:
    """List the guidelines that come with Candor, with their decisions."""
    loaded = [load_guideline(name, with_cases=False) for name in builtin_guidelines()]
    if format is Format.JSON:
        say(json.dumps([_listed(guideline) for guideline in loaded], ensure_ascii=False, indent=2))
    else:
        say("\n\n".join("\n".join(_described(guideline)) for guideline in loaded))


def show(address: _Address, format: _Format = Format.TEXT) -> None:
    """Show a decision: its question, its outcomes, and the facts it asks for with their types and units."""
    guideline, decision = load_decision(address, with_cases=True)
    views = [decision_view(guideline, name) for name in ([decision] if decision else sorted(guideline.decisions))]
    if format is Format.JSON:
        shown = [asdict(view) for view in views]
        say(json.dumps(shown[0] if decision else shown, ensure_ascii=False, indent=2))
    else:
        say("\n\n".join("\n".join(_shown(view)) for view in views))


def _listed(guideline: Guideline) -> dict[str, object]:
    return {
        "id": guideline.id,
        "version": guideline.version,
        "status": guideline.status,
        "title": guideline.title,
        "sha256": guideline.sha256,
        "decisions": {name: decision.question for name, decision in guideline.decisions.items()},
    }


def _described(guideline: Guideline) -> Iterator[str]:
    yield f"{guideline.id} {guideline.version} ({guideline.status}): {guideline.title}"
    for name, decision in guideline.decisions.items():
        yield f"  {guideline.id}/{name}: {decision.question}"


def _shown(view: DecisionView) -> Iterator[str]:
    yield from (view.guideline, view.address, view.question, "")
    yield from (f"Purpose: {one_line(view.purpose)}", f"Population: {one_line(view.population)}", "")
    yield "Outcomes, in order of precedence"
    yield from (f"  {outcome}: {title}" for outcome, title in view.outcomes)
    yield from ("", "Facts that its conditions test")
    for fact in view.tested:
        yield from _fact(fact)
    others = (("Shown beside the answer", view.beside), ("Facts that others come from or are tied to", view.inputs))
    for title, facts in others:
        yield from ("", title) if facts else ()
        for fact in facts:
            yield from _fact(fact)
    yield from ("", "Limits of use", f"  {one_line(view.limits)}", "", f"sha256 {view.sha256}")


def _fact(fact: FactView) -> Iterator[str]:
    yield f"  {fact.id}: {fact.question}"
    yield f"      {fact.type}: {fact.answers}"
    yield from (f"      {note}" for note in fact.notes)
