"""Suggested cases as YAML in an author's style. What should come out is left empty, so that the guideline does not load
until the author has written it."""

from collections.abc import Collection, Iterator, Mapping
from textwrap import wrap

from engine.coverage.goals import Goal, gathered
from engine.coverage.suggesting import Suggestion, Suggestions
from engine.guideline import Fact, GivenValue, Guideline
from engine.trace import Status, Trace

WIDTH = 110
_HEAD = (
    "# Suggested cases. They are not confirmed: write under `expect` what the guideline's source says should come out,",
    "# not what the engine says now; until then the guideline does not load. Rename them as you like.",
)


def cases_text(guideline: Guideline, suggested: Suggestions) -> str:
    """A file of cases that does not load until each `expect` is filled in; the goals without a case are named at its
    end. Names that the decision's cases have already are left out."""
    lines = [*_HEAD, "cases:" if suggested.cases else "cases: {}"]
    names = _names(guideline.decisions[suggested.decision].cases)
    for suggestion in suggested.cases:
        lines += _case(guideline, next(names), suggestion)
    if suggested.without:
        lines.append("# No case was found for these; it may be that no patient can meet them:")
        lines += (f"#   {_one_line(told)}" for told, _ in gathered(suggested.without))
    return "\n".join(lines) + "\n"


def facts_text(facts: Mapping[str, Fact], given: Mapping[str, GivenValue]) -> str:
    """What is given of a patient, in braces as authors write it: choices by name, numbers with their decimals."""
    return "{" + ", ".join(f"{name}: {_value(facts[name], value)}" for name, value in given.items()) + "}"


def answer_text(trace: Trace) -> str:
    """What the engine answers, as it would stand under `expect`."""
    if trace.status is Status.NEEDS_INFORMATION:
        return f"status: {trace.status.value}, possible: [{', '.join(trace.possible_outcomes)}]"
    return f"status: {trace.status.value}" + (f", outcome: {trace.outcome}" if trace.outcome else "")


def answer_told(trace: Trace) -> str:
    """The same, and whether there might be no outcome at all, which no `expect` can say."""
    return answer_text(trace) + (", or no outcome at all" if trace.may_be_not_covered else "")


def _names(taken: Collection[str]) -> Iterator[str]:
    number = 0
    while True:
        number += 1
        if f"suggested_{number}" not in taken:
            yield f"suggested_{number}"


def _case(guideline: Guideline, name: str, suggestion: Suggestion) -> Iterator[str]:
    yield f"  {name}:"
    for told, _ in gathered(sorted(suggestion.goals, key=_in_rule)):
        yield from wrap(
            _one_line(told), WIDTH, initial_indent="    # ", subsequent_indent="    #   ", break_on_hyphens=False
        )
    yield from _facts(guideline, suggestion.facts)
    yield f"    # now: {answer_told(suggestion.trace)}"
    yield "    expect:"


def _in_rule(goal: Goal) -> tuple[str, int]:
    return goal.rule, -1 if goal.leaf is None else goal.leaf


def _facts(guideline: Guideline, given: Mapping[str, GivenValue]) -> Iterator[str]:
    whole = f"    facts: {facts_text(guideline.facts, given)}"
    if len(whole) <= WIDTH + 10:
        yield whole
        return
    yield "    facts:"
    yield from (f"      {name}: {_value(guideline.facts[name], value)}" for name, value in given.items())


def _value(fact: Fact, given: GivenValue) -> str:
    text = fact.text_of(given.steps)
    return text if given.at is None else f"{{value: {text}, at: {given.at.isoformat()}}}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
