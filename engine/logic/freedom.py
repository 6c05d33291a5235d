"""Whether facts are free of one another, so that any of their values go together.

Facts that something impossible ties to one another, or of which one follows from others, make a group. Facts of
different groups are free of one another. So are those that outcomes are tested on, if of each group one such fact
varies at most, and can have any of its values with all else that is known in the group.
"""

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from engine.errors import SolverLimit
from engine.evaluation import KEPT
from engine.known import Known
from engine.logic.questions import has_completion
from engine.logic.refused import may_follow_otherwise, readers
from engine.plan import Plan
from engine.restated import computed_anew
from engine.ties import united
from engine.units import Units, relevant_facts, tested_below

Stated = tuple[tuple[str, int], ...]
"""Values in steps, by name."""


def are_free(plan: Plan, units: Units, movable: Sequence[str]) -> bool:
    """Whether units that vary are free of one another as far as they have a part in the outcome: the movable and the
    unknown ones; where none is movable, all that is not assumed. And no formula may read what can be moved, nor
    anything be computed anew with it, or follow otherwise."""
    read = {name for each in plan.facts for way in each.fact.derived for name in way.formula.facts}
    if not units.relevant.isdisjoint(units.follows) or not read.isdisjoint(movable):
        return False
    if computed_anew(plan, movable) or may_follow_otherwise(plan, units, movable):
        return False
    told = ((name, traced.value) for name, traced in units.traces.items() if traced.value is not None)
    values = {name: plan.guideline.facts[name].steps_of(value) for name, value in told}
    known = Known(values, frozenset(units.unknown) & plan.bound)
    varying = {*movable, *units.unknown, *units.bound} if movable else units.traces.keys() - units.assumed.keys()
    return _groups_of(plan).are_free(known, varying, movable)


class _Groups:
    """The groups of a decision, and what was found of them."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        following = [{name, *plan.guideline.facts[name].reads} for name in sorted(plan.bound & relevant_facts(plan))]
        self._groups = united([*map(set, plan.ties), *following])
        self._tested = tested_below(plan, (rule for rules in plan.concluding.values() for rule in rules))
        self._counted = frozenset(plan.linear).union(*(plan.guideline.facts[name].reads for name in plan.linear))
        self._has_any_value = lru_cache(maxsize=KEPT)(self._find)

    def are_free(self, known: Known, varying: Collection[str], movable: Iterable[str]) -> bool:
        """Whether of each group one fact varies at most, and can have any value. Nothing else of it may be movable, and
        nothing of it follow from what is."""
        return all(self._is_free(group, known, varying, group.intersection(movable)) for group in self._groups)

    def _is_free(self, group: frozenset[str], known: Known, varying: Collection[str], movable: frozenset[str]) -> bool:
        tested = sorted((group & self._tested).intersection(varying))
        if not tested:
            return not movable
        name = tested[0]
        if len(tested) > 1 or not movable <= {name} or name in self._counted:
            return False
        if movable and not group.isdisjoint(readers(self._plan, name)):
            return False
        stated = tuple((each, known.values[each]) for each in sorted(group & known.values.keys() - {name}))
        return self._has_any_value(name, stated, known.untied & group | ({name} & known.values.keys()))

    def _find(self, name: str, stated: Stated, untied: frozenset[str]) -> bool:
        known = Known(dict(stated), untied)
        try:
            return all(has_completion(self._plan, known, {name: cell}) for cell in range(self._plan.cells[name].count))
        except SolverLimit:
            return False


def _groups_of(plan: Plan) -> _Groups:
    return plan.guideline.keep(_Groups, plan.decision.id, lambda: _Groups(plan))
