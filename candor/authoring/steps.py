"""What is checked whenever a guideline is saved: a list of steps, each of which looks at a folder and says how it is.

A new check is one function and one line in `STEPS`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from candor.guidelines import load_folder
from engine.cases import Mismatch, run_case
from engine.checks import check
from engine.diagnostics import as_text, counted
from engine.errors import CandorError, Rejected
from engine.guideline import Guideline
from explain.checked import flaws_text


@dataclass(frozen=True, slots=True)
class StepResult:
    """How a step came out: in a few words, and in full below them where it did not come out well. Where `is_last`, the
    steps after it mean nothing yet."""

    summary: str
    details: tuple[str, ...] = ()
    is_last: bool = False


Step = Callable[[Path], StepResult]


def loading(folder: Path) -> StepResult:
    """Every file is read and held against the language."""
    try:
        guideline = load_folder(folder)
    except Rejected as rejected:
        found = rejected.diagnostics
        details = tuple("\n" + as_text(each) for each in found)
        return StepResult(counted(len(found), "mistake"), details, is_last=True)
    decisions = counted(len(guideline.decisions), "decision")
    return StepResult(f"loads: {decisions}, {counted(len(guideline.facts), 'fact')}")


def cases(folder: Path) -> StepResult:
    """Every case is decided and held against what it expects."""
    guideline = load_folder(folder)
    number = sum(len(decision.cases) for decision in guideline.decisions.values())
    wrong = list(_mismatches(guideline))
    if not wrong:
        return StepResult(f"cases: all {number} come out" if number else "cases: there is none yet")
    failed = len({(decision, mismatch.case) for decision, mismatch in wrong})
    details = (
        f"    {guideline.id}/{decision}, {each.case}: {each.about}: expected {each.expected}, got {each.got}"
        for decision, each in wrong
    )
    return StepResult(f"cases: {failed} of {number} come out otherwise", tuple(details))


def checks(folder: Path) -> StepResult:
    """What the checks prove of it, and the flaws that they find."""
    guideline = load_folder(folder)
    checked = check(guideline, datetime.now().astimezone().date())
    if not checked.flaws and not checked.unproved:
        return StepResult(f"checks: no flaws, {counted(len(checked.proofs), 'proof')}")
    details = (
        *("\n" + each for each in flaws_text(guideline, checked)),
        *(f"    not proved: {each.statement}" for each in checked.unproved),
    )
    return StepResult(f"checks: {counted(len(checked.flaws), 'flaw')}", details)


STEPS: tuple[Step, ...] = (loading, cases, checks)


def results(folder: Path, steps: Sequence[Step] = STEPS) -> Iterator[StepResult]:
    """How each step comes out, up to one that is the last. Whatever is wrong with the guideline becomes a result."""
    for step in steps:
        try:
            result = step(folder)
        except CandorError as error:
            result = StepResult(f"cannot be checked: {error}", is_last=True)
        except Exception as error:  # the process edge: whoever watches goes on watching
            fault = f"candor failed, which is its own fault: {type(error).__name__}: {error}"
            result = StepResult(fault, is_last=True)
        yield result
        if result.is_last:
            return


def _mismatches(guideline: Guideline) -> Iterator[tuple[str, Mismatch]]:
    for name, decision in guideline.decisions.items():
        for case in decision.cases.values():
            for mismatch in run_case(guideline, name, case):
                yield name, mismatch
