"""The case split of a forced outcome: which rules conclude it in which case, when no one rule does in all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from engine import logic
from engine.conditions import concluded_in
from engine.direct import Evaluation, evaluate, open_facts
from engine.guideline import Scalar
from engine.known import Known
from engine.plan import Plan
from engine.trace import Split
from engine.truth import TRUE, UNKNOWN

MAX_CASES = 200
MAX_EVALUATED = 100_000
"""How many conditions of rules are evaluated before a split is given up."""
_Chosen = Mapping[str, int]
"""Cells chosen for some unknown facts."""


class TooManyCases(Exception):
    """The split has more cases than anybody reads."""


def case_split(plan: Plan, known: Known, outcome: str) -> tuple[Split, ...]:
    """The cases in which rules conclude an outcome that all completions of `known` have; together they cover every
    completion. Each case names the values of the facts it depends on. Raises `TooManyCases` beyond 200 of them, or
    where finding them takes too long, counted in conditions evaluated."""
    found = _Splitting(plan, known, outcome).cases({})
    if len(found) > MAX_CASES:
        raise TooManyCases
    return found


class _Splitting:
    """Parts the cases by one unknown fact after the other, and joins the cells that come out alike."""

    def __init__(self, plan: Plan, known: Known, outcome: str) -> None:
        self._plan, self._known, self._outcome = plan, known, outcome
        self._seen: dict[frozenset[tuple[str, int]], Evaluation] = {}

    def cases(self, chosen: _Chosen) -> tuple[Split, ...]:
        """The cases below a choice of cells for some unknown facts."""
        evaluation = self._evaluated(chosen)
        rules = self._concluding(evaluation)
        if rules:
            return (self._split(evaluation, rules),)
        fact = self._best(evaluation, chosen)
        parts: dict[tuple[Split, ...], list[int]] = {}
        for cell in self._possible_cells(fact, chosen):
            parts.setdefault(self.cases({**chosen, fact: cell}), []).append(cell)
        named = ((self._plan.cells[fact].texts(alike), below) for below, alike in parts.items())
        return tuple(replace(split, when=((fact, values), *split.when)) for values, below in named for split in below)

    def _evaluated(self, chosen: _Chosen) -> Evaluation:
        """What follows once the chosen facts are known. Looked up where it was asked before."""
        key = frozenset(chosen.items())
        if key not in self._seen:
            if len(self._seen) * len(self._plan.decision.rules) > MAX_EVALUATED:
                raise TooManyCases
            self._seen[key] = evaluate(self._plan, self._values(chosen))
        return self._seen[key]

    def _values(self, chosen: _Chosen) -> Mapping[str, int]:
        starts = {fact: self._plan.cells[fact].starts[cell] for fact, cell in chosen.items()}
        return {**self._known.values, **starts}

    def _split(self, evaluation: Evaluation, rules: tuple[str, ...]) -> Split:
        """The case in which these rules conclude, with the findings and scores that they test."""
        conditions = [self._plan.decision.rules[rule].condition for rule in rules]
        tested = sorted(frozenset().union(*(concluded_in(condition) for condition in conditions)))
        findings = tuple((name, evaluation.findings[name]) for name in tested if name in evaluation.findings)
        scores = [name for name in tested if name in evaluation.scores]
        return Split((), rules, findings, tuple((name, *self._ends(name, evaluation)) for name in scores))

    def _ends(self, score: str, evaluation: Evaluation) -> tuple[Scalar, Scalar]:
        scale = self._plan.decision.scores[score].scale
        low, high = evaluation.scores[score]
        return scale.scalar_of(low), scale.scalar_of(high)

    def _concluding(self, evaluation: Evaluation) -> tuple[str, ...]:
        """The rules that conclude the outcome here, once it is decided without the solver."""
        if evaluation.candidates != (self._outcome,):
            return ()
        rules = self._plan.concluding[self._outcome]
        return tuple(rule for rule in rules if evaluation.rules[rule].truth is TRUE)

    def _possible_cells(self, fact: str, chosen: _Chosen) -> Iterator[int]:
        plan = self._plan
        is_free = not plan.ties and not plan.linear and not plan.imports
        for cell in range(plan.cells[fact].count):
            if is_free or logic.has_completion(plan, self._known, {**chosen, fact: cell}):
                yield cell

    def _best(self, evaluation: Evaluation, chosen: _Chosen) -> str:
        """The unknown fact whose cells decide most on their own; ties by id."""
        open_outcomes = [name for name in evaluation.candidates if name is not None]
        rules = [rule for name in open_outcomes for rule in self._plan.concluding[name]]
        waiting = tuple(rule for rule in rules if evaluation.rules[rule].truth is UNKNOWN)
        facts = sorted(open_facts(self._plan, evaluation, waiting))
        shares = self._decided_shares(facts, chosen)
        return max(facts, key=shares.__getitem__)

    def _decided_shares(self, facts: Sequence[str], chosen: _Chosen) -> Mapping[str, Fraction]:
        if self._plan.scores:
            return {fact: self._decided_share(fact, chosen) for fact in facts}
        settled = logic.settled_cells(self._plan, self._outcome, self._values(chosen), facts)
        counts = {fact: self._plan.cells[fact].count for fact in facts}
        return {fact: Fraction(certain.bit_count(), counts[fact]) for fact, (certain, _) in settled.items()}

    def _decided_share(self, fact: str, chosen: _Chosen) -> Fraction:
        count = self._plan.cells[fact].count
        decided = sum(bool(self._concluding(self._evaluated({**chosen, fact: cell}))) for cell in range(count))
        return Fraction(decided, count)
