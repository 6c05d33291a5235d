"""Random patients: what is given of them leaves few completions."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.oracle import Given
from tests.random_guidelines.draws import one_in, pick
from tests.random_guidelines.terms import Draft, RandomGuideline

COMPLETIONS = 2_000
"""About how many completions a random patient has at most; two formulas or imports for a fact count twice."""


@st.composite
def patients(draw: DrawFn, guideline: RandomGuideline) -> Mapping[str, Given]:
    """Values for some of the facts, so that about `COMPLETIONS` completions are left at most.

    They may contradict each other, put a derived value out of its range, or be finer than the fact's decimals.
    """
    patient: dict[str, Given] = {}
    missing, left = pick(draw, (1, 3, 6)), COMPLETIONS
    if guideline.others:  # what is imported is seldom unknown unless much is; and each completion takes longer
        missing, left = pick(draw, (5, 7, 9)), COMPLETIONS // 4
    for fact in reversed(guideline.drafts):  # derived and imported ones first: they are seldom given
        rests = fact.formulas or fact.ways
        if fact.cost > left or draw(st.integers(0, 9)) >= (8 if rests else missing):
            patient[fact.name] = given_value(draw, fact)
            continue
        left //= fact.cost
        if one_in(draw, 8):
            patient[fact.name] = None
    return patient


def given_value(draw: DrawFn, fact: Draft) -> Given:
    """A value of the fact, in any type or precision a patient's record may have."""
    unusual = one_in(draw, 3)
    if fact.type == "integer":
        return draw(st.integers(fact.low, fact.high)) if unusual else pick(draw, fact.values)
    if fact.type == "yes_no":
        return draw(st.booleans()) if unusual else pick(draw, fact.spellings)
    if fact.type == "choice" or not unusual:
        return pick(draw, fact.values)
    return fact.text(draw(st.integers(fact.low, fact.high)) * 10 + draw(st.integers(-5, 5)), more=1)
