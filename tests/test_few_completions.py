"""Where few completions are left they are evaluated one by one; the solver, asked the same, answers the same."""

from collections.abc import Mapping
from itertools import product
from random import Random
from unittest.mock import patch

from hypothesis import event, given
from hypothesis import strategies as st

from engine.known import Known
from engine.logic import few, has_completion, possible_results
from engine.plan import Plan, plan_of
from tests.random_guidelines import RandomGuideline, guidelines, importing_guidelines
from tests.worlds import examples, loaded

Found = tuple[bool, frozenset[str | None], frozenset[str | None]]


def asked(plan: Plan, known: Known, cells: Mapping[str, int]) -> Found:
    """Whether there is a completion, and the results of completions, with some candidates and with all of them."""
    candidates = (*plan.decision.outcomes, None)
    some, every = (possible_results(plan, known, each, cells) for each in (candidates[:1], candidates))
    return has_completion(plan, known, cells), some, every


@examples(40)
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
