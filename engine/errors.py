"""Exceptions: what a caller or the outside world did wrong, one root.

CandorError
├── Rejected                what was written cannot be used; carries diagnostics
│   ├── GuidelineRejected   a guideline that does not load
│   └── InputRejected       a patient's facts that are no possible input of the decision
├── NotFound                a guideline or decision that is not there
├── SolverLimit             the solver gave up within its resource count: no status is claimed
└── EngineFault             our own fault
    └── EngineDisagreement  the two engines differ: the decision is refused
"""

from collections.abc import Iterable

from engine.diagnostics import Diagnostic


class CandorError(Exception):
    """The root of every exception that Candor raises on purpose."""


class Rejected(CandorError):
    """Something written cannot be used; `diagnostics` says why, sorted by place."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("; ".join(str(each) for each in self.diagnostics))


class GuidelineRejected(Rejected):
    """A guideline that does not load."""


class InputRejected(Rejected):
    """A patient's facts that are no possible input of the decision."""


class NotFound(CandorError):
    """A guideline or a decision that is not there."""


class SolverLimit(CandorError):
    """The solver gave up within its resource count, so that no status can be claimed."""


class EngineFault(CandorError):
    """Candor itself is at fault."""


class EngineDisagreement(EngineFault):
    """The two engines differ on which rules fire: the decision is refused.

    `matched` are the rules that forward chaining fired, `evaluated` those whose condition is true.
    """

    def __init__(self, matched: Iterable[str], evaluated: Iterable[str]) -> None:
        self.matched = tuple(sorted(matched))
        self.evaluated = tuple(sorted(evaluated))
        super().__init__(f"forward chaining fired {self.matched}, direct evaluation fires {self.evaluated}")
