"""Testing a guideline: its cases decided, held against what they expect, and what they cover."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.cases import DecidedCase, decided_case
from engine.coverage import Coverage, State, Suggestions, coverage_of, guideline_coverage, suggestions
from engine.errors import CandorError, EngineFault, SolverLimit
from engine.guideline import Guideline
from engine.trace import Trace
from explain.coverage_page import CoveragePage, coverage_page
from explain.failures import Failure, failure_of

SHARED = "findings"
"""What coverage of the rules that decisions share goes under."""


@dataclass(frozen=True, slots=True)
class DecisionRun:
    """The cases of one decision as they came out, by id."""

    decision: str
    cases: tuple[DecidedCase, ...]
    failures: tuple[Failure, ...]

    @property
    def passed(self) -> int:
        return len(self.cases) - len(self.failures)


@dataclass(frozen=True, slots=True)
class GuidelineRun:
    """A guideline as its cases test it. `decisions` are those that were asked for; `coverage` is of their rules, and of
    shared ones that they take, which the cases of every decision cover."""

    guideline: Guideline
    decisions: tuple[DecisionRun, ...]
    coverage: Coverage

    @property
    def failures(self) -> tuple[Failure, ...]:
        return tuple(failure for decision in self.decisions for failure in decision.failures)

    @property
    def case_count(self) -> int:
        return sum(len(each.cases) for each in self.decisions)

    @property
    def homes(self) -> tuple[str, ...]:
        """What coverage is told by: the decisions, and last the shared findings where there are any."""
        names = [each.decision for each in self.decisions]
        return (*names, *([SHARED] if any(each.goal.home == SHARED for each in self.coverage.covered) else []))


def case_count_of(guideline: Guideline) -> int:
    """How often `run_of` calls `told`: once for every case."""
    return sum(len(decision.cases) for decision in guideline.decisions.values())


def run_of(guideline: Guideline, only: str | None = None, told: Callable[[], None] = lambda: None) -> GuidelineRun:
    """Tests a guideline, or one decision of it. `told` is called for every case that was decided. Raises `EngineFault`
    and `SolverLimit`, which name the case that could not be decided."""
    decided = {name: tuple(_decided(guideline, name, told)) for name in guideline.decisions}
    by_decision = [coverage_of(guideline, name, _traces(cases)) for name, cases in decided.items()]
    names = tuple(decided) if only is None else (only,)
    rules = {rule for name in names for rule in guideline.decisions[name].rules}
    covered = guideline_coverage(by_decision).covered
    return GuidelineRun(
        guideline=guideline,
        decisions=tuple(_run(guideline, name, decided[name]) for name in names),
        coverage=Coverage(
            tuple(each for each in covered if each.goal.home in (*names, SHARED) and each.goal.rule in rules)
        ),
    )


def suggested(run: GuidelineRun, told: Callable[[], None] = lambda: None) -> Iterator[Suggestions]:
    """The missing cases of each tested decision. A shared rule's are looked for in the first decision that takes it."""
    missing = [each.goal for each in run.coverage.in_state(State.MISSING)]
    for each in run.decisions:
        rules = run.guideline.decisions[each.decision].rules
        own = [goal for goal in missing if goal.rule in rules and goal.home in (each.decision, SHARED)]
        found = suggestions(run.guideline, each.decision, own, told)
        missing = [goal for goal in missing if goal not in own or goal in found.without]
        yield found


def page_of(run: GuidelineRun) -> CoveragePage:
    """The coverage of a guideline beside the author's own text, which is read again. Raises `CandorError`."""
    failed = len(run.failures)
    counts = (run.case_count - failed, failed)
    return coverage_page(run.guideline, run.coverage, run.homes, _texts(run), counts)


def _texts(run: GuidelineRun) -> Mapping[str, str]:
    """The text of every file that a goal stands in, by the file's path as its places name it."""
    files = sorted({each.goal.place.file for each in run.coverage.covered})
    try:
        return {file: Path(file).read_text("utf-8-sig") for file in files}
    except OSError as error:
        raise CandorError(f"the guideline's own text could not be read: {error.strerror or error}") from error


def _decided(guideline: Guideline, decision: str, told: Callable[[], None]) -> Iterator[DecidedCase]:
    for case in guideline.decisions[decision].cases.values():
        name = f"case `{guideline.id}/{decision}/{case.id}`"
        try:
            yield decided_case(guideline, decision, case)
        except SolverLimit as limit:
            raise SolverLimit(f"{name}: {limit}") from limit
        except EngineFault as fault:
            raise EngineFault(f"{name}: {fault}") from fault
        told()


def _traces(cases: tuple[DecidedCase, ...]) -> dict[str, Trace]:
    return {each.case.id: each.trace for each in cases if each.trace is not None}


def _run(guideline: Guideline, decision: str, cases: tuple[DecidedCase, ...]) -> DecisionRun:
    failed = (each for each in cases if each.mismatches)
    return DecisionRun(decision, cases, tuple(failure_of(guideline, decision, each) for each in failed))
