"""Static checks: what can be found wrong with a guideline that loads, without a patient at hand.

`check` runs them all. Most are proofs over everybody, with the solver; what they find is shown by a patient whom the
engine decides. Each check stands in a file of its own; the lists here are the order in which they are made, causes
before what follows from them.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from engine.checks.conflicts import conflicts, declared_overlaps
from engine.checks.flaws import Checked, Flaw, Meant, Proof, Unproved, Witness
from engine.checks.gaps import gaps
from engine.checks.idle_rules import changing_nothing, never_firing
from engine.checks.provenance import past_review, unnamed_reasons, unsourced_thresholds
from engine.checks.reach import idle_facts, unreachable_outcomes, unreachable_points
from engine.checks.redundancy import redundant_conditions
from engine.checks.subject import Found, Subject
from engine.checks.thresholds import thresholds
from engine.checks.unused import untaken_findings, unused_facts, unused_findings
from engine.errors import SolverLimit
from engine.guideline import Guideline

Check = Callable[[Subject], Iterator[Found]]
CHECKS: tuple[tuple[str, Check], ...] = (
    ("unused findings", unused_findings),
    ("thresholds", thresholds),
    ("gaps", gaps),
    ("conflicts", conflicts),
    ("rules that never fire", never_firing),
    ("declared overlaps", declared_overlaps),
    ("outcomes", unreachable_outcomes),
    ("rules without effect", changing_nothing),
    ("conditions", redundant_conditions),
    ("facts", idle_facts),
    ("points", unreachable_points),
    ("sources", unsourced_thresholds),
    ("reasons", unnamed_reasons),
)
"""What is checked of each decision, with the words for its progress."""
WITHOUT_ANSWERS = ("rules that never fire", "conditions", "points", "sources", "reasons")
"""What is checked of shared rules that no decision takes; all else is about answers, and none rests on them."""

__all__ = ["CHECKS", "Checked", "Flaw", "Meant", "Proof", "Unproved", "Witness", "check"]


def check(guideline: Guideline, today: date, progress: Callable[[str, str], None] = lambda *_: None) -> Checked:
    """Everything that the checks find about a guideline. `today` is the day for which reviews are due; `progress` is
    told the decision and the check that begins. What the solver gives up on is told as unproved. Raises `EngineFault`
    where the engine does not bear out what was proved."""
    found: list[Found] = [*past_review(guideline, today), *untaken_findings(guideline), *unused_facts(guideline)]
    noted = [each for each in found if isinstance(each, Flaw)]
    for decision in guideline.decisions.values():
        subject = Subject(guideline, decision, today, noted)
        for words, each in CHECKS:
            progress(decision.id, words)
            found += _noted(each, words, subject)
    found += _of_untaken(guideline, today, noted, progress)
    flaws = {(each.code, each.place, each.message): each for each in found if isinstance(each, Flaw)}
    return Checked(
        tuple(sorted(flaws.values(), key=lambda flaw: (flaw.place, flaw.code, flaw.message))),
        tuple(each for each in found if isinstance(each, Proof)),
        tuple(each for each in found if isinstance(each, Unproved)),
        tuple(each for each in found if isinstance(each, Meant)),
    )


def _of_untaken(
    guideline: Guideline, today: date, noted: list[Flaw], progress: Callable[[str, str], None]
) -> Iterator[Found]:
    """What is found of shared rules that no decision takes; those that they rest on are looked at where decisions take
    them. Nobody who shows a flaw is told, since no case could be written of anybody."""
    untaken = guideline.untaken
    if untaken is None:
        return
    taken = frozenset[str]().union(*({*each.rules, *each.scores} for each in guideline.decisions.values()))
    decisions = {**guideline.decisions, untaken.id: untaken}
    subject = Subject(guideline.model_copy(update={"decisions": decisions}), untaken, today, noted)
    for words, each in CHECKS:
        if words in WITHOUT_ANSWERS:
            progress(untaken.id, words)
            for one in _noted(each, words, subject):
                if not isinstance(one, Flaw):
                    yield one
                elif one.subject not in taken:
                    yield replace(one, decision=None, witness=None)


def _noted(check: Check, words: str, subject: Subject) -> Iterator[Found]:
    """What one check finds; flaws are noted for the checks after it."""
    try:
        for each in check(subject):
            if isinstance(each, Flaw):
                subject.noted.append(each)
            yield each
    except SolverLimit as limit:
        yield Unproved(f"check.{words}", f"{words}: {limit}", subject.decision.id)
