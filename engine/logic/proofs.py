"""Questions about everybody: whether any patient at all meets something, and the least one who does.

Everybody is whoever states a value for each fact that rules test, such as the ranges allow, nothing makes impossible,
and no linear formula refuses by leaving the range of what it computes. A fact that formulas or imports would give may
be stated itself, so it may have any value.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import combinations

from engine.conditions import AnyOf, Condition, NotThis
from engine.known import Known
from engine.logic.asked import Literal
from engine.logic.axes import least_values
from engine.logic.encoding import Concluded
from engine.logic.solver import ONE, Solver
from engine.plan import Plan

NEVER, ALWAYS = AnyOf(()), NotThis(AnyOf(()))
"""Conditions that nobody fulfils, as that of a rule that is left out, and that everybody does."""


class Proofs:
    """What can be asked of everybody about one decision. Its literals hold inside one `question`."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._solver = Solver(plan, (ONE,))
        self._everybody = Known({}, frozenset(plan.names))
        self._assumed: list[Literal] = []

    @contextmanager
    def question(self) -> Iterator["Proofs"]:
        """What is named inside holds only inside; questions do not nest."""
        with self._solver.scope(), self._solver.assuming(self._everybody) as assumed:
            self._assumed = [*assumed, *(self._solver.formula_fits(name, number) for name, number in self._computable)]
            yield self

    @property
    def _computable(self) -> Iterator[tuple[str, int]]:
        """The linear formulas all of whose inputs are stated, by fact and number."""
        stated = frozenset(self.plan.tested)
        for name, forms in self.plan.linear.items():
            for number, derivation in enumerate(self.plan.guideline.facts[name].derived[: len(forms)]):
                if stated.issuperset(derivation.formula.facts):
                    yield name, number

    def is_met(self, *wanted: Literal, of_anybody: bool = True) -> bool:
        """Whether anybody meets all of these; unless `of_anybody`, also somebody who cannot be. Raises
        `SolverLimit`."""
        assumed = self._assumed if of_anybody else []
        return self._solver.is_satisfiable([*assumed, *wanted], of_anybody=of_anybody)

    def least(self, *wanted: Literal) -> Mapping[str, int] | None:
        """The least patient who meets all of these, told by the facts that rules test, in steps, inputs first, then by
        those that something impossible names; None where nobody does. Raises `SolverLimit`."""
        facts = [each.fact.id for each in self.plan.facts]
        names = [name for name in facts if name in self.plan.tested]
        names += [name for name in facts if name in self.plan.exclusive and name not in self.plan.tested]
        return least_values(self._solver, [self._solver.axis(name) for name in names], [*self._assumed, *wanted])

    def fires(self, rule: str, altered: Concluded | None = None) -> Literal:
        return self.any([(altered or self._now).rules[rule]])

    def holds(self, condition: Condition) -> Literal:
        return self._solver.meets(condition)

    def concludes(self, outcome: str) -> Literal:
        """That a rule concludes an outcome, whether or not it stands."""
        return self._solver.either([self._now.outcomes[outcome]])

    def result(self, result: str | None) -> Literal:
        """That an outcome is the answer, or, for None, that there is none."""
        return self._now.results[result]

    def cell(self, fact: str, cell: int) -> Literal:
        return self._solver.copies[0].cells[fact][cell]

    def within(self, score: str, low: int, high: int) -> Literal:
        """That a score's points lie between two ends, both inclusive."""
        total = self._now.scores[score]
        return self.no(self.any([total < low, total > high]))

    def no(self, literal: Literal) -> Literal:
        return self._solver.no(literal)

    def any(self, literals: Sequence[Literal]) -> Literal:
        return self._solver.either(list(literals))

    def all(self, literals: Sequence[Literal]) -> Literal:
        return self.no(self.any([self.no(each) for each in literals]))

    def altered(self, conditions: Mapping[str, Condition], values: Mapping[str, int] | None = None) -> Concluded:
        """What the same patient would come to with other conditions of some rules, and other values of some facts."""
        return self._solver.altered(conditions, values or {})

    def concluded_by(self, plan: Plan) -> Concluded:
        """What the same patient would come to by another plan of the same facts and results, whose tests the cells of
        this one are fine enough for."""
        return self._solver.concluded_by(plan)

    def differs(self, altered: Concluded, *others: Concluded) -> Literal:
        """That the answer is another than that of each of these: a result, a caution given with it, or a score."""
        now = self._now
        told = [name for name, rule in self.plan.decision.rules.items() if rule.caution is not None]
        return self.all([self.any(_differences(now, each, told)) for each in (altered, *others)])

    def is_possible(self, altered: Concluded) -> Literal:
        """That nothing impossible is so of the patient with the other values."""
        return self.all([self.no(each) for each in self._solver.impossible(altered)])

    def overlaps(self, concluded: Concluded | None = None) -> Literal:
        """That two outcomes are concluded together of which no rule that fires declares that one overrides the
        other."""
        now, rules, concluding = concluded or self._now, self.plan.decision.rules, self.plan.concluding
        found = []
        for first, second in combinations(concluding, 2):
            declared = [now.rules[name] for name in concluding[first] if second in rules[name].overrides]
            found.append(self.all([now.outcomes[first], now.outcomes[second], *map(self.no, declared)]))
        return self.any(found)

    @property
    def _now(self) -> Concluded:
        return self._solver.copies[0].concluded


def _differences(now: Concluded, other: Concluded, told: Sequence[str]) -> list[Literal]:
    results = [now.results[result] != other.results[result] for result in now.results]
    scores = [now.scores[score] != other.scores[score] for score in now.scores]
    return [*results, *scores, *(_is_other(now, other, rule) for rule in told)]


def _is_other(now: Concluded, other: Concluded, rule: str) -> Literal:
    """That a rule fires in one of the two only; a rule that the other does not have never fires there."""
    return now.rules[rule] != other.rules[rule] if rule in other.rules else now.rules[rule]
