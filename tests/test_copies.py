"""A guideline that was used can be copied, changed and sent elsewhere: what was built from it stays with it."""

import copy
import pickle
from datetime import UTC, datetime
from pathlib import Path

from engine.deciding import decide
from engine.facts import read_facts
from engine.loading import load

TOY = Path(__file__).parent / "toy"
AT = datetime(2026, 1, 15, tzinfo=UTC)


def test_a_copy_decides_like_the_original() -> None:
    toy = load(TOY)
    facts = read_facts(toy, {})
    trace = decide(toy, "gritting", facts, at=AT)
    for other in (pickle.loads(pickle.dumps(toy)), copy.deepcopy(toy), toy.model_copy()):
        assert not other.kept
        assert decide(other, "gritting", facts, at=AT) == trace


def test_a_changed_copy_decides_by_what_it_says_itself() -> None:
    toy = load(TOY)
    before = decide(toy, "gritting", read_facts(toy, {}), at=AT)
    gritting = toy.decisions["gritting"]
    rules = {name: rule for name, rule in gritting.rules.items() if name != min(gritting.rules)}
    decisions = {**toy.decisions, "gritting": gritting.model_copy(update={"rules": rules})}
    changed = decide(toy.model_copy(update={"decisions": decisions}), "gritting", read_facts(toy, {}), at=AT)
    assert min(gritting.rules) in {*before.fired, *(rule for rule, _ in before.not_fired)}
    assert min(gritting.rules) not in {*changed.fired, *(rule for rule, _ in changed.not_fired)}
