"""What two versions of a decision tell beside the outcome: the cautions of rules, and the scores, as far as they
correspond. Nothing here knows a patient or a solver."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.alignment import Side
from engine.guideline import Decision


@dataclass(frozen=True, slots=True)
class ToldCaution:
    """A caution of rules: its text in each version that has it, and the rules that give it there, by id.

    A caution is known by its text. One that a single rule gives in both versions, with a text that the other version
    does not have, is the same in other words.
    """

    texts: Mapping[Side, str]
    rules: Mapping[Side, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class ToldScore:
    """A score that both versions have; `decimals` of the finer of the two."""

    id: str
    decimals: int


Told = ToldCaution | ToldScore


def told_by(decisions: Mapping[Side, Decision]) -> tuple[Told, ...]:
    """What either version can tell: cautions by their text, then scores of both by id."""
    scores = [decisions[side].scores for side in Side]
    both = sorted(scores[0].keys() & scores[1].keys())
    finest = {name: max(each[name].scale.decimals for each in scores) for name in both}
    return (*_cautions(decisions), *(ToldScore(name, decimals) for name, decimals in finest.items()))


def _cautions(decisions: Mapping[Side, Decision]) -> Iterator[ToldCaution]:
    given = {side: _given(decisions[side]) for side in Side}
    before, after = given[Side.BEFORE], given[Side.AFTER]
    reworded: dict[tuple[str, ...], str] = {
        rules: text for text, rules in after.items() if text not in before and len(rules) == 1
    }
    paired: set[str] = set()
    for text, rules in sorted(before.items()):
        other = text if text in after else reworded.get(rules)
        texts = {Side.BEFORE: text, **({} if other is None else {Side.AFTER: other})}
        paired |= {other} if other is not None else set()
        yield ToldCaution(texts, {side: given[side][each] for side, each in texts.items()})
    for text, rules in sorted(after.items()):
        if text not in paired:
            yield ToldCaution({Side.AFTER: text}, {Side.AFTER: rules})


def _given(decision: Decision) -> dict[str, tuple[str, ...]]:
    """The texts of cautions, each with the rules that give it."""
    found: dict[str, tuple[str, ...]] = {}
    for name, rule in sorted(decision.rules.items()):
        if rule.caution is not None:
            found[rule.caution.text] = (*found.get(rule.caution.text, ()), name)
    return found
