"""What a caution that is still open waits for: exactly the facts that can still raise it or rule it out."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from engine import logic
from engine.conditions import FindingTest, ScoreTest, Test, leaves
from engine.direct import Evaluation, open_facts
from engine.errors import SolverLimit
from engine.evaluation import KEPT
from engine.known import Known
from engine.plan import Plan
from engine.units import asked_for, standing_for, tested_below

Stated = tuple[tuple[str, int], ...]
"""Values in steps, by name."""


@dataclass(frozen=True, slots=True)
class Waits:
    """The facts to ask for, by id. `may_be_fewer`: which of them still matter was too hard to tell."""

    facts: tuple[str, ...]
    may_be_fewer: bool = False


def waits_for(plan: Plan, known: Known, evaluation: Evaluation, rule: str) -> Waits | None:
    """The facts whose values can still decide whether a rule with a caution fires, of which the condition must be
    unknown: no facts where it fires whatever they are, None where no completion has it fire. A fact that another
    guideline decides stands for those that matter through it alone. Where the solver gives up, they are all that the
    rule rests on or is tied to and that is unknown: a decision is not to be lost for a caution."""
    waiting = plan.guideline.keep(_Waiting, plan.decision.id, lambda: _Waiting(plan))
    if waiting.is_plain[rule]:
        return Waits(tuple(sorted(open_facts(plan, evaluation, (rule,)))))
    turning = waiting.turning(rule, known)
    if turning is None:
        bearing = (logic.unit_names(plan, known) & waiting.bearing(rule, known)) - known.values.keys()
        return Waits(tuple(sorted(asked_for(plan, known, bearing))), may_be_fewer=True)
    found, is_possible = turning
    return Waits(tuple(sorted(asked_for(plan, known, standing_for(plan, known, found))))) if is_possible else None


class _Waiting:
    """What of a decision does not depend on the patient, and the latest answers, which depend on little of one.

    is_plain: the rules with a caution of which each open test can come out either way, whatever the others do
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._tested = {rule: tested_below(plan, [rule]) for rule, _ in plan.rule_cautions}
        self._counted = frozenset(plan.linear).union(*(plan.guideline.facts[name].reads for name in plan.linear))
        self._found = lru_cache(maxsize=KEPT)(self._find)
        self.is_plain = {rule: _is_plain(plan, rule) for rule, _ in plan.rule_cautions}

    def turning(self, rule: str, known: Known) -> tuple[frozenset[str], bool] | None:
        """What can still turn the condition of a rule (unknown units, and facts by which of several ways they follow),
        and whether any completion meets it; None where the solver gives up."""
        names = self.bearing(rule, known)
        stated = tuple((name, self._told(name, known.values[name])) for name in sorted(names & known.values.keys()))
        return self._found(rule, names, stated, known.untied & names)

    def _find(
        self, rule: str, names: frozenset[str], stated: Stated, untied: frozenset[str]
    ) -> tuple[frozenset[str], bool] | None:
        """Everything but `names` may be anything."""
        plan, known = self._plan, Known(dict(stated), untied | (set(self._plan.names) - names))
        try:
            return logic.turning_units(plan, known, rule, names)
        except SolverLimit:
            return None

    def bearing(self, rule: str, known: Known) -> frozenset[str]:
        """The facts that the tests of a rule are on, what those that are unknown follow from, and what any of these is
        tied to."""
        found, more = frozenset[str](), self._tested[rule]
        while more - found:
            found |= more
            open_ = (name for name in found & self._plan.bound if name not in known.values and name not in known.untied)
            reads = [self._plan.guideline.facts[name].reads for name in open_]
            more = frozenset[str]().union(*reads, *(tie for tie in self._plan.ties if tie & found))
        return found

    def _told(self, name: str, steps: int) -> int:
        """A value, or another one that no test tells from it where only tests look at it."""
        cells = self._plan.cells[name]
        return steps if name in self._counted else cells.starts[cells.at(steps)]


def _is_plain(plan: Plan, rule: str) -> bool:
    """Whether each test that a rule rests on is on a fact of its own, which is free of all others and can meet it or
    not. Then every open test can still turn the condition."""
    seen: set[str] = set()
    tied = plan.bound.union(*plan.ties)
    for leaf in _leaves(plan, rule):
        if isinstance(leaf, ScoreTest) or leaf.fact in seen or leaf.fact in tied:
            return False
        if len(set(plan.cells[leaf.fact].truths(leaf))) == 1:
            return False
        seen.add(leaf.fact)
    return True


def _leaves(plan: Plan, rule: str) -> Iterator[Test | ScoreTest]:
    """The tests that a rule rests on, followed down through findings, as often as they stand there."""
    for leaf in leaves(plan.decision.rules[rule].condition):
        if not isinstance(leaf, FindingTest):
            yield leaf
            continue
        for below in plan.settling[leaf.finding]:
            yield from _leaves(plan, below)
