"""Patients looked for: partly known ones that meet what is asked of a decision's rules, tests and values, the one with
the fewest facts and the least values; and the proof that there is none.

How a partly known patient is written in z3 is in `engine.logic.partial`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import z3

from engine.conditions import leaves
from engine.errors import SolverLimit
from engine.logic.asked import RESOURCES, Literal, checked, is_so
from engine.logic.contexts import context
from engine.logic.partial import Kleene, Partial
from engine.plan import Plan
from engine.truth import FALSE, TRUE, Truth


@dataclass(frozen=True, slots=True)
class FoundPatient:
    """A partly known patient: the values, in steps, of what is known; all other facts of the plan are unknown.
    `computed` are those that plausibly need not be given, because what is known gives them."""

    values: Mapping[str, int]
    computed: frozenset[str]


class Patients:
    """The patients of one decision. Belongs to one thread."""

    def __init__(self, plan: Plan, resources: int = RESOURCES) -> None:
        self._plan = plan
        self._context = context()
        self._solver = z3.Solver(ctx=self._context)
        self._solver.set("rlimit", resources)
        self._partial = Partial(plan, self._context, self._solver)
        self._named: dict[tuple[object, ...], z3.BoolRef] = {}

    # ---- What can be asked of a patient ----

    def fires(self, rule: str) -> Literal:
        return self._partial.outcome.rules[rule].true

    def is_silent(self, rule: str) -> Literal:
        return self._partial.outcome.rules[rule].false

    def comes_out(self, rule: str, leaf: int, truth: Truth) -> Literal:
        """A test of a rule, by its number in the author's order, has this truth."""
        return self._once(("leaf", rule, leaf, truth), lambda: _as(self._leaf(rule, leaf), truth))

    def decides_alone(self, rule: str, leaf: int, truth: Truth) -> Literal:
        """A test has this truth, true or false, and the rule's condition would come out the other way with it."""

        def formula() -> z3.BoolRef:
            condition, among = self._plan.decision.rules[rule].condition, self._partial.outcome
            held, failed = (self._partial.judged(condition, among, {leaf: holds}) for holds in (True, False))
            turns = z3.Or(z3.And(held.true, failed.false), z3.And(held.false, failed.true))
            return z3.And(_as(self._leaf(rule, leaf), truth), turns)

        return self._once(("alone", rule, leaf, truth), formula)

    def has_value(self, name: str, steps: int) -> Literal:
        """A fact is known, or a score settled, at this value; of a fact that is not counted, in its cell."""
        return self._once(("value", name, steps), lambda: self._value(name, steps))

    # ---- Whether there is one, and which ----

    def is_possible(self, asked: Iterable[Literal], *, plausibly: bool = False) -> bool:
        """Whether any patient meets all that is asked. Raises `SolverLimit`."""
        plausible = [self._partial.plausible] if plausibly else []
        return self._is_satisfiable([*asked, *plausible])

    def found(self, asked: Iterable[Literal]) -> FoundPatient | None:
        """The patient that meets all that is asked with as few facts as going through them leaves, each with the least
        value; a plausible one where there is one. None where there is none. Raises `SolverLimit`."""
        hard = list(asked)
        if self._is_satisfiable([*hard, self._partial.plausible]):
            hard.append(self._partial.plausible)
        elif not self._is_satisfiable(hard):
            return None
        known = self._fewest(hard)
        values: dict[str, int] = {}
        for name in known:
            values[name] = self._least(name, hard)
            hard += self._exactly(name, values[name])
        return FoundPatient(values, frozenset(self._computed(known)))

    def unlike(self, found: FoundPatient) -> Literal:
        """Other facts than this patient's are known, or with values that are not like these."""
        literals = [z3.Not(self._known(name)) for name in self._plan.names if name not in found.values]
        for name, steps in found.values.items():
            literals += [self._known(name), *self._exactly(name, steps)]
        key = ("unlike", tuple(sorted(found.values.items())))
        return self._once(key, lambda: z3.Not(z3.And(*literals)))

    def _fewest(self, hard: list[Literal]) -> list[str]:
        """The facts that have to be known, after as many as possible were left unknown; later ones are asked first,
        since they follow from earlier ones."""
        names = [each.fact.id for each in self._plan.facts]
        self._is_satisfiable(hard)
        model, needed = self._solver.model(), set[str]()
        for name in reversed(names):
            unknown = z3.Not(self._known(name))
            if is_so(model, unknown):
                hard.append(unknown)
            elif self._is_satisfiable([*hard, unknown]):
                hard.append(unknown)
                model = self._solver.model()
            else:
                hard.append(self._known(name))
                needed.add(name)
        return [name for name in names if name in needed]

    def _least(self, name: str, hard: list[Literal]) -> int:
        cells, literals = self._plan.cells[name], self._partial.copy.cells[name]
        cell = next(each for each in range(cells.count) if self._is_satisfiable([*hard, literals[each]]))
        low, high = cells.interval(cell)
        if not self._is_counted(name):
            return low
        while low < high:
            middle = (low + high) // 2
            is_reached = self._is_satisfiable([*hard, literals[cell], self._at_most(name, middle)])
            low, high = (low, middle) if is_reached else (middle + 1, high)
        return low

    def _at_most(self, name: str, steps: int) -> Literal:
        return self._once(("most", name, steps), lambda: self._partial.copy.integers[name] <= steps)

    def _exactly(self, name: str, steps: int) -> Iterator[Literal]:
        if self._is_counted(name):
            value = self._partial.copy.integers[name]
            yield self._once(("exactly", name, steps), lambda: value == steps)
        else:
            yield self._partial.copy.cells[name][self._plan.cells[name].at(steps)]

    def _computed(self, known: Iterable[str]) -> Iterator[str]:
        names = set(known)
        for name in sorted(names & self._partial.encoding.computed.keys()):
            fact = self._plan.guideline.facts[name]
            is_derived = any(names.issuperset(each.formula.facts) for each in fact.derived)
            if is_derived or (fact.imports and fact.reads & names):
                yield name

    def _leaf(self, rule: str, leaf: int) -> Kleene:
        tested = list(leaves(self._plan.decision.rules[rule].condition))[leaf]
        return self._partial.judged(tested, self._partial.outcome)

    def _value(self, name: str, steps: int) -> z3.BoolRef:
        if name in self._partial.outcome.scores:
            low, high = self._partial.outcome.scores[name]
            return z3.And(low == steps, high == steps)
        return z3.And(self._known(name), *self._exactly(name, steps))

    def _known(self, name: str) -> z3.BoolRef:
        return self._partial.known[name]

    def _is_counted(self, name: str) -> bool:
        return name in self._partial.encoding.counted

    def _is_satisfiable(self, asked: list[Literal]) -> bool:
        answer = checked(self._solver, asked)
        if answer is None:
            raise SolverLimit(f"the solver gave up on {self._plan.decision.id}: {self._solver.reason_unknown()}")
        return answer

    def _once(self, key: tuple[object, ...], formula: Callable[[], z3.BoolRef]) -> z3.BoolRef:
        """A literal for a formula, made when first asked for."""
        if key not in self._named:
            self._named[key] = literal = z3.Bool(f"asked {len(self._named)}", ctx=self._context)
            self._solver.add(literal == formula())
        return self._named[key]


def _as(judged: Kleene, truth: Truth) -> z3.BoolRef:
    return judged.true if truth is TRUE else judged.false if truth is FALSE else judged.unknown
