"""Which small changes of guidelines no case notices, as JSON."""

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

from candor.lines import PlaceJson, place_json
from engine.guideline import Guideline, Scalar
from engine.mutation import Noticed, Survivor
from engine.mutation.mutants import Mutant
from engine.trace import Trace

_closed = with_config(ConfigDict(extra="forbid"))


@_closed
class MutantJson(TypedDict):
    """One small change: where, and what becomes of what."""

    place: PlaceJson
    change: str


@_closed
class MutatedAnswerJson(TypedDict):
    """An answer: a status, the outcome where one is concluded, and those that are possible; the rules that give a
    caution; and of each score the least and the most that its points can come to."""

    status: str
    outcome: str | None
    possible_outcomes: list[str]
    cautions: list[str]
    scores: dict[str, list[Scalar]]


@_closed
class SurvivorJson(TypedDict):
    """A change that no case notices, a patient who would, and the answers before and after."""

    place: PlaceJson
    change: str
    facts: dict[str, Scalar]
    now: MutatedAnswerJson
    changed: MutatedAnswerJson


@_closed
class MutatedDecisionJson(TypedDict):
    """What became of the changes of one decision. Nothing is claimed of those that are undecided."""

    guideline: str
    version: str
    decision: str
    mutants: int
    killed: int
    equivalent: list[MutantJson]
    survivors: list[SurvivorJson]
    undecided: list[MutantJson]


@_closed
class MutationsJson(TypedDict):
    """What `candor mutate --format json` prints: every decision that it changed."""

    decisions: list[MutatedDecisionJson]


def noticed_json(guideline: Guideline, found: Noticed) -> MutatedDecisionJson:
    """What became of one decision's mutants, of the shape that its published schema describes."""
    return {
        "guideline": guideline.id,
        "version": guideline.version,
        "decision": found.decision,
        "mutants": found.count,
        "killed": len(found.killed),
        "equivalent": [_mutant(each) for each in found.equivalent],
        "survivors": [_survivor(guideline, each) for each in found.survivors],
        "undecided": [_mutant(each) for each in found.undecided],
    }


def _mutant(mutant: Mutant) -> MutantJson:
    return {"place": place_json(mutant.place), "change": mutant.id}


def _survivor(guideline: Guideline, survivor: Survivor) -> SurvivorJson:
    facts = {name: guideline.facts[name].scalar_of(given.steps) for name, given in survivor.facts.items()}
    return {
        "place": place_json(survivor.mutant.place),
        "change": survivor.mutant.id,
        "facts": facts,
        "now": _answer(survivor.now),
        "changed": _answer(survivor.then),
    }


def _answer(trace: Trace) -> MutatedAnswerJson:
    possible = list(trace.possible_outcomes)
    return {
        "status": trace.status.value,
        "outcome": trace.outcome,
        "possible_outcomes": possible,
        "cautions": [caution.rule for caution in trace.cautions if caution.rule is not None],
        "scores": {score.score: [score.low, score.high] for score in trace.scores},
    }
