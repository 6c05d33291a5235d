"""Minimal sets, smallest first, by implicit hitting sets: which sets suffice is found out one set at a time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import z3

from engine.errors import SolverLimit
from engine.logic.asked import checked, is_so


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a set does not suffice: every set that does has one of some names that it lacks, or lacks one of some that it
    has."""

    lacking: frozenset[str]
    having: frozenset[str] = frozenset()


Find = Callable[[frozenset[str]], Obstacle | None]
"""What is in the way of a set; None where it suffices."""


def minimal_sets(names: Sequence[str], obstacle: Find, context: z3.Context) -> Iterator[frozenset[str]]:
    """The minimal sets of names that suffice, those of fewer names first, then in the order of `names`. The context is
    that of a solver of the same thread: making one takes longer than most questions."""
    sets = _Sets(names, context)
    while (tried := sets.smallest()) is not None:
        missed = obstacle(tried)
        if missed is not None:
            sets.must_avoid(missed)
            continue
        first = sets.first(len(tried))
        missed = None if first == tried else obstacle(first)
        if missed is None:
            yield first
            sets.must_avoid(Obstacle(frozenset(), first))
        else:
            sets.must_avoid(missed)


class _Sets:
    """The sets of names that have one of each of some, and not all of each of others."""

    def __init__(self, names: Sequence[str], context: z3.Context) -> None:
        self._context = context
        self._solver = z3.SimpleSolver(ctx=context)
        self._has = {name: z3.Bool(f"has {name}", ctx=context) for name in names}
        self._no = z3.BoolVal(False, ctx=context)
        self._size = 0
        self._limits: set[int] = set()

    def must_avoid(self, obstacle: Obstacle) -> None:
        has = [self._has[name] for name in sorted(obstacle.lacking)]
        lacks = [z3.Not(self._has[name]) for name in sorted(obstacle.having)]
        self._solver.add(z3.Or(*has, *lacks, self._no))

    def smallest(self) -> frozenset[str] | None:
        """One of the smallest sets, None where there is none."""
        if not self._is_satisfiable(()):
            return None
        while not self._is_possible(self._size):
            self._size += 1
        return self._found()

    def first(self, size: int) -> frozenset[str]:
        """The first set of this size in the order of the names; there must be one."""
        chosen: list[z3.BoolRef] = []
        self._is_possible(size)
        for literal in self._has.values():
            is_in = is_so(self._solver.model(), literal)
            chosen.append(literal)
            if not is_in and not self._is_possible(size, chosen):
                chosen[-1] = z3.Not(literal)
                self._is_possible(size, chosen)
        return self._found()

    def _is_possible(self, size: int, chosen: Sequence[z3.BoolRef] = ()) -> bool:
        return self._is_satisfiable([self._limit(size), *chosen])

    def _is_satisfiable(self, assumed: Sequence[z3.BoolRef]) -> bool:
        answer = checked(self._solver, assumed)
        if answer is None:
            raise SolverLimit(f"the solver gave up on minimal sets: {self._solver.reason_unknown()}")
        return answer

    def _limit(self, size: int) -> z3.BoolRef:
        """A literal that allows only sets of at most this size."""
        name = f"at most {size}"
        limit = z3.Bool(name, ctx=self._context)
        if size not in self._limits:
            self._limits.add(size)
            self._solver.add(z3.Implies(limit, z3.PbLe([(each, 1) for each in (*self._has.values(), self._no)], size)))
        return limit

    def _found(self) -> frozenset[str]:
        model = self._solver.model()
        return frozenset(name for name, literal in self._has.items() if is_so(model, literal))
