"""Evaluating conditions directly, three-valued: the engine that also says why not.

A condition is compiled once for a decision into a function from what is known to a `Result` tree.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache

from engine.cells import Cells
from engine.conditions import AllOf, AnyOf, AtLeast, Condition, FindingTest, Interval, NotThis, ScoreTest, Test
from engine.numbers import decimal_text
from engine.trace import (
    AllResult,
    AnyResult,
    AtLeastResult,
    FindingResult,
    NotResult,
    Result,
    ScoreResult,
    TestResult,
)
from engine.truth import FALSE, TRUE, UNKNOWN, Truth, negated, truth_of

Values = Mapping[str, int]
"""The known facts, in steps."""
Truths = Mapping[str, Truth]
"""The findings evaluated so far."""
Scores = Mapping[str, Interval]
"""The scores evaluated so far: the lowest and the highest value that each can still have, in steps."""
KEPT = 1 << 12
"""How many results of a test are kept."""
Evaluator = Callable[[Values, Truths, Scores], Result]


def evaluator_of(condition: Condition, cells: Mapping[str, Cells]) -> Evaluator:
    """The function that evaluates `condition`; `cells` must cover every fact and score it tests."""
    match condition:
        case Test():
            return _test_evaluator(condition, cells[condition.fact])
        case ScoreTest():
            return _score_evaluator(condition, cells[condition.score])
        case FindingTest():
            return _finding_evaluator(condition)
        case NotThis(part):
            return _not_evaluator(evaluator_of(part, cells))
        case AllOf(parts):
            return _all_evaluator(tuple(evaluator_of(part, cells) for part in parts))
        case AnyOf(parts):
            return _any_evaluator(tuple(evaluator_of(part, cells) for part in parts))
        case AtLeast(n, parts):
            return _count_evaluator(n, tuple(evaluator_of(part, cells) for part in parts))


def truth_within(meets: tuple[Interval, ...], interval: Interval) -> Truth:
    """Whether every value of an interval, or none of them, lies in one of `meets`."""
    low, high = interval
    met = [each for each in meets if each[0] <= high and low <= each[1]]
    if not met:
        return FALSE
    return TRUE if met[0][0] <= low and high <= met[0][1] else UNKNOWN


def _all_evaluator(parts: tuple[Evaluator, ...]) -> Evaluator:
    def evaluate(values: Values, findings: Truths, scores: Scores) -> Result:
        results = [part(values, findings, scores) for part in parts]
        truth = TRUE
        for result in results:
            if result.truth is FALSE:
                truth = FALSE
                break
            if result.truth is UNKNOWN:
                truth = UNKNOWN
        return AllResult(truth, tuple(results))

    return evaluate


def _any_evaluator(parts: tuple[Evaluator, ...]) -> Evaluator:
    def evaluate(values: Values, findings: Truths, scores: Scores) -> Result:
        results = [part(values, findings, scores) for part in parts]
        truth = FALSE
        for result in results:
            if result.truth is TRUE:
                truth = TRUE
                break
            if result.truth is UNKNOWN:
                truth = UNKNOWN
        return AnyResult(truth, tuple(results))

    return evaluate


def _count_evaluator(n: int, parts: tuple[Evaluator, ...]) -> Evaluator:
    def evaluate(values: Values, findings: Truths, scores: Scores) -> Result:
        results = tuple([part(values, findings, scores) for part in parts])
        truths = [result.truth for result in results]
        holding = truths.count(TRUE)
        if holding >= n:
            return AtLeastResult(TRUE, n, results)
        return AtLeastResult(UNKNOWN if holding + truths.count(UNKNOWN) >= n else FALSE, n, results)

    return evaluate


def _not_evaluator(part: Evaluator) -> Evaluator:
    def evaluate(values: Values, findings: Truths, scores: Scores) -> Result:
        result = part(values, findings, scores)
        return NotResult(negated(result.truth), result)

    return evaluate


def _finding_evaluator(test: FindingTest) -> Evaluator:
    finding = test.finding
    as_expected = {truth: truth if test.expected else negated(truth) for truth in Truth}
    results = {truth: FindingResult(finding, test.expected, as_expected[truth]) for truth in Truth}

    def evaluate(values: Values, findings: Truths, scores: Scores) -> Result:
        return results[findings[finding]]

    return evaluate


def _score_evaluator(test: ScoreTest, cells: Cells) -> Evaluator:
    score, scale = test.score, cells.fact
    known = _known_result(Test(scale.id, test.meets, test.text), cells)

    @lru_cache(maxsize=KEPT)
    def result(low: int, high: int) -> Result:
        if low < high:
            truth = truth_within(test.meets, (low, high))
            return ScoreResult(score, test.text, truth, scale.scalar_of(low), scale.scalar_of(high))
        settled = known(low)
        value = scale.scalar_of(low)
        return ScoreResult(score, test.text, settled.truth, value, value, settled.nearest, settled.distance)

    def evaluate(values: Values, findings: Truths, scores: Scores) -> Result:
        return result(*scores[score])

    return evaluate


def _test_evaluator(test: Test, cells: Cells) -> Evaluator:
    fact, unknown, known = test.fact, TestResult(test.fact, test.text, UNKNOWN), _known_result(test, cells)

    def evaluate(values: Values, findings: Truths, scores: Scores) -> Result:
        steps = values.get(fact)
        return unknown if steps is None else known(steps)

    return evaluate


def _known_result(test: Test, cells: Cells) -> Callable[[int], TestResult]:
    """The result for a known value. It depends on nothing else, so the latest ones are kept and shared."""
    fact, at = cells.fact, cells.at
    truths = cells.truths(test)
    turns = tuple(_turns(cells, truths, cell) for cell in range(cells.count))

    @lru_cache(maxsize=KEPT)
    def result(steps: int) -> TestResult:
        truth, below, above = turns[at(steps)]
        nearest = below if above is None or (below is not None and steps - below <= above - steps) else above
        if nearest is None or not fact.is_numeric:
            return TestResult(fact.id, test.text, truth, fact.scalar_of(steps))
        distance = decimal_text(abs(steps - nearest), fact.decimals)
        return TestResult(fact.id, test.text, truth, fact.scalar_of(steps), fact.text_of(nearest), distance)

    return result


def _turns(cells: Cells, truths: tuple[bool, ...], cell: int) -> tuple[Truth, int | None, int | None]:
    """A cell's truth and, below and above it, the nearest step where the answer is another."""
    below = [other for other in range(cell) if truths[other] != truths[cell]]
    above = [other for other in range(cell + 1, cells.count) if truths[other] != truths[cell]]
    return (
        truth_of(truths[cell]),
        cells.interval(below[-1])[1] if below else None,
        cells.starts[above[0]] if above else None,
    )
