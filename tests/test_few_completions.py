"""Where few completions are left they are evaluated one by one; the solver, asked the same, answers the same."""

from collections.abc import Mapping
from itertools import product
from random import Random
from unittest.mock import patch

from hypothesis import event, given
from hypothesis import strategies as st

from engine.known import Known
from engine.logic import few, has_completion, possible_by_start, possible_results
from engine.plan import Plan, plan_of
from tests.random_guidelines import RandomGuideline, guidelines, importing_guidelines
from tests.worlds import examples, loaded

Found = tuple[bool, frozenset[str | None], frozenset[str | None]]
Candidates = tuple[str | None, ...]


def asked(plan: Plan, known: Known, cells: Mapping[str, int]) -> Found:
    """Whether there is a completion, and the results of completions, with some candidates and with all of them."""
    candidates = (*plan.decision.outcomes, None)
    some, every = (results(plan, known, cells, each) for each in (candidates[:1], candidates))
    return has_completion(plan, known, cells), some, every


def results(plan: Plan, known: Known, cells: Mapping[str, int], candidates: Candidates) -> frozenset[str | None]:
    """Those of some candidates that completions have, with one more fact in a cell, or none."""
    for name, cell in cells.items():
        every = [candidates] * plan.cells[name].count
        return possible_by_start(plan, known, name, plan.cells[name].starts, every, is_stated=False)[cell]
    return possible_results(plan, known, candidates)


@examples(20)
@given(st.one_of(guidelines(), importing_guidelines()), st.integers(0, 2**32))
def test_few_completions_have_the_results_that_the_solver_finds(world: RandomGuideline, seed: int) -> None:
    random = Random(seed)
    with loaded(world) as guideline:
        for decision, share in product(guideline.decisions, (0.3, 0.5, 0.7, 0.9)):
            plan = plan_of(guideline, decision)
            stated = [name for name in plan.names if random.random() < share]
            known = Known({name: random.choice(plan.cells[name].starts) for name in stated})
            rest = [name for name in plan.names if name not in stated]
            cells = {name: random.randrange(plan.cells[name].count) for name in rest[:1]}
            found = asked(plan, known, cells)
            is_few = few.few_results(plan, known, plan.decision.outcomes, cells) is not None
            event(f"{'few' if is_few else 'many'}, {'tied' if plan.impossible else 'free'}, {len(found[2])} results")
            with patch.object(few, "MOST", 0):
                assert found == asked(plan, known, cells), f"{decision}, {known}, {cells}"


@examples(20)
@given(st.one_of(guidelines(), importing_guidelines()), st.integers(0, 2**32))
def test_a_value_stated_in_a_cell_leaves_what_it_leaves_once_it_is_known(world: RandomGuideline, seed: int) -> None:
    random = Random(seed)
    with loaded(world) as guideline:
        for decision, share in product(guideline.decisions, (0.3, 0.7)):
            plan = plan_of(guideline, decision)
            stated = [name for name in plan.names if random.random() < share]
            known = Known({name: random.choice(plan.cells[name].starts) for name in stated})
            candidates = (*plan.decision.outcomes, None)
            for name in [name for name in plan.names if name not in stated][:3]:
                starts = plan.cells[name].starts
                found = possible_by_start(plan, known, name, starts, [candidates] * len(starts), is_stated=True)
                once_known = [possible_results(plan, known.supposing(name, start), candidates) for start in starts]
                assert found == once_known, f"{decision}, {known}, {name}"
                event(f"{'bound' if name in plan.bound else 'free'}")
