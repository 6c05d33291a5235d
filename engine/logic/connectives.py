"""Formulas put together without z3's Python front looking at the sort of every part again, which takes longer than all
the rest. What comes out is what `z3.And`, `z3.Or`, `z3.Not` and `==` make of the same parts."""

from collections.abc import Sequence

import z3


def every(context: z3.Context, parts: Sequence[z3.BoolRef]) -> z3.BoolRef:
    """That all of these are so."""
    return z3.BoolRef(z3.Z3_mk_and(context.ref(), len(parts), _array(parts)), context)


def some(context: z3.Context, parts: Sequence[z3.BoolRef]) -> z3.BoolRef:
    """That one of these is so; false where there is none."""
    if not parts:
        return z3.BoolVal(False, ctx=context)
    return z3.BoolRef(z3.Z3_mk_or(context.ref(), len(parts), _array(parts)), context)


def negation(formula: z3.BoolRef) -> z3.BoolRef:
    """That this is not so."""
    return z3.BoolRef(z3.Z3_mk_not(formula.ctx.ref(), formula.as_ast()), formula.ctx)


def same(one: z3.BoolRef, other: z3.BoolRef) -> z3.BoolRef:
    """That both are so, or neither."""
    return z3.BoolRef(z3.Z3_mk_eq(one.ctx.ref(), one.as_ast(), other.as_ast()), one.ctx)


def require(solver: z3.Solver, formula: z3.BoolRef) -> None:
    """Has a solver hold a formula true."""
    z3.Z3_solver_assert(solver.ctx.ref(), solver.solver, formula.as_ast())


def _array(parts: Sequence[z3.BoolRef]) -> object:
    return (z3.Ast * len(parts))(*[part.as_ast() for part in parts])
