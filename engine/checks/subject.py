"""What a check looks at: one decision, what can be proved of it, and what earlier checks found."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import product
from math import prod

from engine.cases import DEFAULT_AT
from engine.checks.flaws import Flaw, Meant, Proof, Unproved, Witness
from engine.checks.seams import Seam
from engine.conditions import Condition, Interval
from engine.deciding import decide
from engine.errors import InputRejected, SolverLimit
from engine.guideline import Decision, GivenValue, Guideline
from engine.logic import Every, Meets, Never, Proofs, Region, Wanted, region_of
from engine.numbers import first_from
from engine.patient import Facts
from engine.plan import Plan, plan_of
from engine.strata import touched_rules
from engine.trace import Trace

Found = Flaw | Proof | Unproved | Meant
MOST_BOXES = 10
"""In how many boxes a region is told."""
MOST_VARIED = 4
"""How many facts are given other values that no test tells apart, until the engine bears a flaw out."""
Values = Mapping[str, int]
"""A patient's facts, in steps."""


@dataclass
class Subject:
    """One decision under check. `noted` are the flaws found so far, of all decisions; `seams` the
    holes and overlaps between thresholds among them, `idle` the rules that never fire."""

    guideline: Guideline
    decision: Decision
    today: date
    noted: list[Flaw] = field(default_factory=list)
    seams: list[Seam] = field(default_factory=list)
    idle: set[str] = field(default_factory=set)

    @cached_property
    def plan(self) -> Plan:
        return plan_of(self.guideline, self.decision.id)

    @cached_property
    def proofs(self) -> Proofs:
        return Proofs(self.plan)

    @cached_property
    def kinds(self) -> int:
        """How many kinds of patients there are: combinations of cells of the facts that rules test."""
        return prod(self.plan.cells[name].count for name in self.plan.tested)

    def reached(self, score: str, low: int, high: int) -> Interval | None:
        """The least and the most points that anybody has of those between two ends, in steps; None where nobody has
        any."""

        def is_met(first: int, last: int) -> bool:
            with self.proofs.question() as ask:
                return ask.is_met(ask.within(score, first, last))

        if not is_met(low, high):
            return None
        least = first_from(low, high, lambda most: is_met(low, most))
        return least, -first_from(-high, -least, lambda most: is_met(-most, high))

    def is_noted(self, code: str, subject: str) -> bool:
        """Whether a flaw of a rule, outcome or fact of this decision, or of a rule that decisions share, was found."""
        return any(
            (each.code, each.subject) == (code, subject) and each.decision in (None, self.decision.id)
            for each in self.noted
        )

    def leads_to_idle(self, rule: str) -> bool:
        """Whether a rule never fires, or what it concludes is tested by one that never does, also through others."""
        return not self.idle.isdisjoint(touched_rules(self.decision, [rule], ()))

    def witness(self, values: Values, shows: Callable[[Values], bool]) -> Witness:
        """A patient who shows a flaw, with as few of these values as the engine needs to confirm it. Raises
        `SolverLimit` where it does not, as where a formula that is not linear refuses the patient."""
        facts = next((each for each in self._readings(values) if shows(each)), None)
        if facts is None:
            told = ", ".join(f"{name} {self.guideline.facts[name].text_of(steps)}" for name, steps in values.items())
            raise SolverLimit(f"no patient was found who bears it out: the engine refuses or denies {told}")
        for name in list(facts):
            fewer = {each: steps for each, steps in facts.items() if each != name}
            if shows(fewer):
                facts = fewer
        trace = self.decided(facts)
        assert trace is not None
        return Witness(self.decision.id, facts, trace.status.value, trace.outcome, trace.fired)

    def region(self, *wanted: Wanted) -> Region | None:
        """The complete patients of whom all this can be said, without those in a hole or overlap that was noted; None
        where there are none whose facts follow from one another as formulas and imports say."""
        noted = [Meets(seam.test) for seam in self.seams]
        found = region_of(self.plan, Every((*wanted, Never(tuple(noted)))), limit=MOST_BOXES)
        return found if found.boxes else None

    def fires(self, rule: str, facts: Values) -> bool:
        """Whether a rule fires for a patient."""
        trace = self.decided(facts)
        return trace is not None and rule in trace.fired

    def with_conditions(self, conditions: Mapping[str, Condition]) -> Guideline:
        """The guideline with other conditions of some rules."""
        update = {name: {"when": condition, "unless": None} for name, condition in conditions.items()}
        rules = {name: each.model_copy(update=update.get(name, {})) for name, each in self.decision.rules.items()}
        decisions = {self.decision.id: self.decision.model_copy(update={"rules": rules})}
        return self.guideline.model_copy(update={"decisions": {**self.guideline.decisions, **decisions}})

    def decided(self, values: Values, by: Guideline | None = None) -> Trace | None:
        """A patient's decision, by another form of the guideline where one is named; None where the input is
        refused."""
        place = self.decision.place
        given = {name: GivenValue(steps=steps, place=place) for name, steps in sorted(values.items())}
        try:
            return decide(by or self.guideline, self.decision.id, Facts(given), at=DEFAULT_AT)
        except InputRejected:
            return None

    def _readings(self, values: Values) -> Iterator[dict[str, int]]:
        """What rules test, then with what something impossible names, which might be assumed or computed otherwise;
        each also without the facts that others are computed from: what these give may be out of range. Then with other
        values that no test tells from these, where a formula that is more than a sum reads them."""
        read = frozenset[str]().union(*(self.guideline.facts[name].reads for name in self.plan.names))
        tested = {name: steps for name, steps in values.items() if name in self.plan.tested}
        for facts in (tested, dict(values)):
            yield facts
            yield {name: steps for name, steps in facts.items() if name not in read}
        yield from ({**values, **others} for others in self._alike(values))

    def _alike(self, values: Values) -> Iterator[Values]:
        """The ends and the middle of the cells in which the facts lie that formulas read which are more than sums."""
        facts, linear = self.guideline.facts, self.plan.linear
        counted = frozenset(linear).union(*(facts[name].reads for name in linear))
        read = frozenset[str]().union(*(facts[name].reads for name in self.plan.names if name not in linear))
        ends = {}
        for name in sorted((read & values.keys()) - counted)[:MOST_VARIED]:
            cells = self.plan.cells[name]
            low, high = cells.interval(cells.at(values[name]))
            ends[name] = sorted({low, (low + high) // 2, high})
        yield from (dict(zip(ends, each, strict=True)) for each in product(*ends.values()))
