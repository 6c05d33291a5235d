"""Formulas of Booleans alone, for many small questions about the same ones. Only this file imports the solver for them.

A literal is a number; minus that number is its negation.
"""

from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Self

import pysolvers
from pysat.card import ITotalizer
from pysat.solvers import Minisat22

TRUE = 1
FALSE = -TRUE


class TooManyConflicts(Exception):
    """A question was given up: the solver ran into as many conflicts as were allowed."""


class Clauses:
    """What has to be true, and questions about it. Its memory is given back at the end of a `with`, or with the object.

    `most` is how many conflicts all questions together may meet. These are counted, not timed: a question is given up
    on every machine or on none.
    """

    def __init__(self, most: int) -> None:
        self._solver, self._left, self._count = Minisat22(), most, TRUE
        self._model: list[int] = []
        self._made: dict[tuple[int, ...], int] = {}
        self.must([TRUE])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._solver.delete()

    def literal(self) -> int:
        """One that is free."""
        self._count += 1
        return self._count

    def must(self, literals: Sequence[int]) -> None:
        """Has one of some literals at least be true; of none, nothing is satisfiable any more."""
        self._solver.add_clause(list(literals) or [FALSE])

    def every(self, literals: Iterable[int]) -> int:
        """True exactly where all of some literals are."""
        asked = tuple(literals)
        made = self._made.get(asked)
        if made is None:
            made = self._made[asked] = self._every({*asked})
        return made

    def _every(self, literals: set[int]) -> int:
        literals.discard(TRUE)
        if FALSE in literals:
            return FALSE
        parts = tuple(sorted(literals))
        negations = [-each for each in parts]
        if not literals.isdisjoint(negations):
            return FALSE
        if len(parts) < 2:
            return parts[0] if parts else TRUE
        made = self._made.get(parts)
        if made is None:
            made = self._made[parts] = self.literal()
            self._solver.add_clause([made, *negations])
            for each in parts:
                self._solver.add_clause([-made, each])
        return made

    def some(self, literals: Iterable[int]) -> int:
        """True exactly where one of some literals is."""
        return -self.every([-each for each in literals])

    def no(self, literal: int) -> int:
        """True exactly where a literal is not."""
        return -literal

    def more_than(self, literals: Sequence[int]) -> Sequence[int]:
        """Literals that are true where more than 0, 1, 2 and so on of some literals are; of the last of these there is
        none. They may be true elsewhere too, but need not be."""
        if len(literals) < 2:
            return literals
        with ITotalizer(lits=list(literals), ubound=len(literals), top_id=self._count) as counted:
            self._count = counted.top_id
            for clause in counted.cnf.clauses:
                self.must(clause)
            return list(counted.rhs)

    def is_satisfiable(self, assumed: Sequence[int]) -> bool:
        """Whether all that must be true can be, some literals too. Raises `TooManyConflicts`."""
        before = self._conflicts()
        self._solver.conf_budget(max(self._left, 1))
        try:
            found = self._solver.solve_limited(assumptions=list(assumed))
        except pysolvers.error as error:  # so the solver says that somebody pressed Ctrl-C
            if "interrupt" not in str(error):
                raise
            raise KeyboardInterrupt from error
        self._left -= self._conflicts() - before
        if found is None:
            raise TooManyConflicts
        self._model = self._solver.get_model() if found else []
        return bool(found)

    def holds(self, literal: int) -> bool:
        """Whether a literal is true in what was found last."""
        return (self._model[abs(literal) - 1] > 0) == (literal > 0)

    def _conflicts(self) -> int:
        return int(self._solver.accum_stats()["conflicts"])
