"""Minimal changes: which units, given which other values, make the guideline conclude another outcome.

Values are proposed so that the outcome is possible; then a completion is sought that comes out otherwise, and what made
it so is learned, until there is none.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from engine.guideline import Fact
from engine.logic.cheapest import cheapest
from engine.logic.free_changes import free_changes
from engine.logic.freedom import are_free
from engine.logic.given_up import Searched, TooManyRefuted, found_before, most_refuted
from engine.logic.hitting import minimal_sets
from engine.logic.proposals import Pins, Proposal, Proposals, Values
from engine.logic.solver import Solver
from engine.logic.steady import steadily
from engine.plan import Plan
from engine.units import Units


def least_changes(
    plan: Plan,
    units: Units,
    outcome: str,
    movable: Sequence[str],
    leads_there: Callable[[Values], bool],
    limit: int | None = None,
) -> tuple[tuple[Proposal, ...], bool]:
    """The minimal sets of movable units (by id) whose change makes an outcome concluded, smallest first, then by name;
    of each every combination of choices, with the numbers that are nearest. At most `limit` proposals.
    `leads_there` decides of new values whether the engine concludes the outcome of them. Also whether
    something was left untried, so that there may be more: proposals that the engine does not confirm, or all that come
    after so many were refuted. That counts steps, and is the same on every machine."""
    most = most_refuted(limit)

    def searched(sets: Callable[[Proposals], Iterable[frozenset[str]]], limit: int | None) -> Searched[Proposal]:
        def by(solver: Solver, most: int) -> Searched[Proposal]:
            with solver.scope():
                proposals = Proposals(solver, plan, units, outcome, movable, leads_there, most)
                all_proposed = (_proposed(solver, plan, units, proposals, names) for names in sets(proposals))
                found, is_given_up = found_before(chain.from_iterable(all_proposed), limit)
                return found, is_given_up or proposals.left_untried

        return steadily(plan, by, most)

    def of_set(names: frozenset[str]) -> Iterator[Proposal]:
        found, is_partial = searched(lambda _: [names], None)
        yield from found
        if is_partial:
            raise TooManyRefuted

    if are_free(plan, units, movable):
        return found_before(free_changes(plan, units, outcome, movable, most, of_set), limit)
    return searched(lambda proposals: minimal_sets(movable, proposals.obstacles), limit)


def _proposed(
    solver: Solver, plan: Plan, units: Units, proposals: Proposals, names: frozenset[str]
) -> Iterator[Proposal]:
    """The changes of a set of units that suffices."""
    facts = [plan.guideline.facts[name] for name in sorted(names)]
    for pins in _choices(proposals, names, [fact for fact in facts if not fact.is_numeric], {}):
        found = cheapest(solver, plan, units, proposals, names, pins)
        if found is not None:
            values = {**found, **{name: steps for name, (steps, _) in pins.items()}}
            spans = _spans(plan, proposals, names, values)
            yield Proposal(dict(sorted(values.items())), spans, proposals.is_certain(names))


def _choices(proposals: Proposals, names: frozenset[str], facts: Sequence[Fact], pins: Pins) -> Iterator[Pins]:
    """Every combination of choices of these facts, beside what is pinned, in the guideline's order."""
    if proposals.proposed(names, pins) is None:
        return
    if not facts:
        yield pins
        return
    first, *others = facts
    for steps in range(first.low, first.high + 1):
        yield from _choices(proposals, names, others, {**pins, first.id: (steps, steps)})


def _spans(plan: Plan, proposals: Proposals, names: frozenset[str], values: Values) -> dict[str, tuple[int, int]]:
    """For each number of which only the cell counts, the cells beside its own that lead to the outcome too."""
    spans = {}
    for name in sorted(names):
        fact = plan.guideline.facts[name]
        if fact.is_numeric and not proposals.is_counted(name) and not proposals.is_read(name):
            spans[name] = _span(plan, proposals, names, values, fact)
    return spans


def _span(plan: Plan, proposals: Proposals, names: frozenset[str], values: Values, fact: Fact) -> tuple[int, int]:
    cells, others = plan.cells[fact.id], {name: (each, each) for name, each in values.items()}

    def leads_there(cell: int) -> bool:
        inside = 0 <= cell < cells.count
        return inside and proposals.proposed(names, {**others, fact.id: cells.interval(cell)}) is not None

    first = last = cells.at(values[fact.id])
    while leads_there(first - 1):
        first -= 1
    while leads_there(last + 1):
        last += 1
    return cells.starts[first], cells.interval(last)[1]
