"""The table of faults of what proofs rest on is not stale. That each fault is noticed is shown by its campaign,
`python -m tests.encoding_faults`."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.encoding_faults import ROOT, Fault, faults

FAULTS = faults()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{Path(fault.file).stem}: {fault.claim}")
def test_a_piece_of_code_stands_where_the_table_says_and_once(fault: Fault) -> None:
    assert fault.times == 1
    assert fault.instead != fault.code
    faulty = fault.faulty
    ast.parse(faulty)
    assert fault.tests
    for test in fault.tests:
        path, _, name = test.partition("::")
        assert f"def {name.partition('[')[0]}(" in (ROOT / path).read_text("utf-8")


def test_no_claim_is_made_twice() -> None:
    assert len({(fault.file, fault.claim) for fault in FAULTS}) == len(FAULTS)


def test_every_place_that_hands_a_constraint_to_the_solver_is_in_the_table() -> None:
    """Of the files that the table names."""
    pieces: dict[str, list[str]] = {}
    for fault in FAULTS:
        pieces.setdefault(fault.file, []).append(fault.code)
    missing = [
        f"{file}: {call}"
        for file, codes in pieces.items()
        for call in _requiring(ROOT / file)
        if not any(code in call or call in code for code in codes)
    ]
    assert missing == []


def _requiring(path: Path) -> Iterator[str]:
    """The calls that hand a constraint to the solver, but for those that hand on what they were given."""
    text = path.read_text("utf-8")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and re.fullmatch(r"(.*\.)?(_?require|add)", ast.unparse(node.func)):
            call = ast.get_source_segment(text, node)
            assert call is not None
            if not call.endswith(("(formula)", ", formula)", "(name)", "(read)")):
                yield call
