"""A z3 solver that is asked about literals: the questions and the bookkeeping that every use of it shares."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeAlias

import z3

from engine.errors import SolverLimit
from engine.logic.connectives import every, negation, require, same, some
from engine.logic.contexts import context

Literal: TypeAlias = z3.BoolRef
RESOURCES = 50_000_000


class Asked:
    """A solver in a context of its own. `subject` says in messages what it is asked about."""

    def __init__(self, subject: str) -> None:
        self.context = context()
        self._solver = z3.Solver(ctx=self.context)
        self._solver.set("rlimit", RESOURCES)
        self._solver.set("compact", False)  # to have each model made smaller takes longer than to read it as it is
        self._subject = subject
        self._fresh = 0
        self._free: dict[str, Literal] = {}
        self._booleans = z3.BoolSort(self.context)
        self._model: z3.ModelRef | None = None

    def is_satisfiable(self, assumptions: list[Literal]) -> bool:
        """Whether something meets the assumptions. Raises `SolverLimit`."""
        self._model = None
        answer = checked(self._solver, assumptions)
        if answer is None:
            raise SolverLimit(f"the solver gave up on {self._subject}: {self._solver.reason_unknown()}")
        return answer

    def holds(self, formula: Literal) -> bool:
        """Whether a formula is true in what the last check found."""
        return is_so(self.found(), formula)

    def core(self, *, is_least: bool = True) -> frozenset[int]:
        """The keys of some assumptions of the last check that cannot hold together, which it must have found; of
        which none can be left out, if `is_least`. That takes longer."""
        self._solver.set("core.minimize", is_least)
        vector = z3.AstVector(z3.Z3_solver_get_unsat_core(self.context.ref(), self._solver.solver), self.context)
        count = z3.Z3_ast_vector_size(self.context.ref(), vector.vector)
        return frozenset(z3.Z3_ast_vector_get(self.context.ref(), vector.vector, each).value for each in range(count))

    def spent(self) -> int:
        """How much of its resources the solver has spent so far, the same on every machine."""
        try:
            return int(self._solver.statistics().get_key_value("rlimit count"))
        except z3.Z3Exception:  # it was asked nothing yet
            return 0

    def fresh(self) -> Literal:
        """A literal that says nothing yet."""
        self._fresh += 1
        symbol = z3.Z3_mk_string_symbol(self.context.ref(), f"#{self._fresh}")
        return z3.BoolRef(z3.Z3_mk_const(self.context.ref(), symbol, self._booleans.ast), self.context)

    def free(self, name: str) -> Literal:
        """The literal of a name. It says nothing but what is learned of it; to be used in scopes alone, where that ends
        with each of them."""
        if name not in self._free:
            self._free[name] = self.fresh()
        return self._free[name]

    def all(self, literals: Sequence[Literal]) -> Literal:
        """A literal that is true exactly where all of these are."""
        return literals[0] if len(literals) == 1 else self._named(every(self.context, literals))

    def either(self, literals: Sequence[Literal]) -> Literal:
        """A literal that is true exactly where one of these is."""
        return self._named(some(self.context, literals))

    def no(self, literal: Literal) -> Literal:
        """True where a literal is not."""
        return negation(literal)

    def at_most(self, integer: z3.ArithRef, most: int) -> Literal:
        """True exactly where an integer is no greater than this."""
        return integer <= most

    def value_of(self, integer: z3.ArithRef) -> int:
        """An integer in what the last check found."""
        return value_in(self.found(), integer)

    def learn(self, alternatives: Sequence[Literal]) -> None:
        """Requires one of some alternatives, as long as the scope lasts."""
        self._require(some(self.context, alternatives))

    @contextmanager
    def scope(self) -> Iterator[None]:
        """What is learned and named inside holds only inside."""
        self._solver.push()
        try:
            yield
        finally:
            self._solver.pop()

    def found(self) -> z3.ModelRef:
        """What the last check found; it stays as it is, whatever is asked later."""
        if self._model is None:
            self._model = self._solver.model()
        return self._model

    @contextmanager
    def limited(self, resources: int) -> Iterator[None]:
        """Inside, a question is given up sooner: after so much of the solver's resources."""
        self._solver.set("rlimit", resources)
        try:
            yield
        finally:
            self._solver.set("rlimit", RESOURCES)

    def _boolean(self, name: str) -> z3.BoolRef:
        return z3.Bool(name, ctx=self.context)

    def _named(self, formula: z3.BoolRef) -> z3.BoolRef:
        name = self.fresh()
        require(self._solver, same(name, formula))
        return name

    def _require(self, formula: z3.BoolRef) -> None:
        require(self._solver, formula)


def key_of(literal: Literal) -> int:
    """What tells a literal from all others as long as it is kept. What `get_id` does, without asking z3."""
    return int(literal.as_ast().value)


def checked(solver: z3.Solver, assumptions: Sequence[z3.BoolRef]) -> bool | None:
    """Whether something meets the assumptions, None where the solver gave up. What `Solver.check` does, without looking
    at the sort of each assumption again, which takes longer than most answers."""
    asked = (z3.Ast * len(assumptions))(*[literal.as_ast() for literal in assumptions])
    answer = z3.Z3_solver_check_assumptions(solver.ctx.ref(), solver.solver, len(assumptions), asked)
    return {z3.Z3_L_TRUE: True, z3.Z3_L_FALSE: False}.get(answer)


def is_so(model: z3.ModelRef, formula: z3.BoolRef) -> bool:
    """Whether a formula is true in a model; what the model says nothing of is false. What `ModelRef.eval` does, without
    making an object of the answer."""
    answer, context = (z3.Ast * 1)(), model.ctx.ref()
    z3.Z3_model_eval(context, model.model, formula.as_ast(), True, answer)
    return bool(z3.Z3_get_bool_value(context, answer[0]) == z3.Z3_L_TRUE)


def value_in(model: z3.ModelRef, integer: z3.ArithRef) -> int:
    """An integer in a model. What `ModelRef.eval` and `as_long` do, without making an object of the answer either."""
    answer, context = (z3.Ast * 1)(), model.ctx.ref()
    z3.Z3_model_eval(context, model.model, integer.as_ast(), True, answer)
    return int(z3.Z3_get_numeral_string(context, answer[0]))
