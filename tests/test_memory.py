"""What a process keeps of guidelines that it no longer uses stays bounded, also where Python collects garbage late."""

import gc
import subprocess
import sys
from pathlib import Path

from engine.loading import load
from engine.mutation import noticed
from tests.explained_worlds import reading
from tests.joint_worlds import joint_world
from tests.worlds import loaded

ROOT = Path(__file__).parents[1]


def test_the_solvers_of_guidelines_that_are_gone_do_not_pile_up() -> None:
    """In a process of its own: how many may be kept depends on how many were in use before."""
    told = subprocess.run(
        [sys.executable, "-m", "tests.test_memory"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert 4 < int(told.stdout) <= 40, f"{told.stdout.strip()} solvers were kept"


def test_a_mutant_keeps_nothing_once_it_is_known_who_notices_it() -> None:
    found = noticed(load(Path(__file__).with_name("toy")), "gritting")
    mutants = [*found.killed, *found.equivalent, *(each.mutant for each in found.survivors)]
    assert len(mutants) > 50
    assert not any(mutant.guideline.kept for mutant in mutants)


def _solvers() -> int:
    return sum(type(each).__module__ == "z3.z3" and type(each).__name__ == "Context" for each in gc.get_objects())


def _most_solvers() -> int:
    """How many solvers are alive at most while 60 guidelines are used, one after the other."""
    most = 0
    gc.disable()  # as in a large process, where the next collection of everything is far away
    for seed in range(60):
        world = joint_world(seed)
        with loaded(world.guideline) as guideline:
            assert [reading(guideline, "opening", patient) for patient in [*world.patients, {}]]
        most = max(most, _solvers())
    return most


if __name__ == "__main__":
    sys.stdout.write(str(_most_solvers()))
