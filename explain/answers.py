"""Answers to one question about a decision: why, why not, what would change it, what is missing. Each is an account
like the whole one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from engine.conditions import FindingTest
from engine.diagnostics import did_you_mean, quoted
from engine.errors import NotFound
from engine.guideline import Guideline
from engine.logic import Fires, Meets, Wanted
from engine.trace import Status, Trace
from engine.truth import FALSE, TRUE, UNKNOWN, Truth
from explain.account import (
    Account,
    Section,
    answer_in_words,
    asked_section,
    closed,
    counted_free_section,
    excluded_lines,
    headed,
    meaning_section,
    open_cautions_section,
    quoted_title,
    sections_of,
    titled,
    why_sections,
)
from explain.asking import truth_whatever_is_unknown
from explain.changes import change_sections, closing_section, short_changes_section
from explain.justification import Line, Telling
from explain.preferred import nothing_to_ask, whatever_in_words
from explain.reading import Reading, reading_of
from explain.reasons import reasons_section
from explain.wording import sentence


@dataclass(frozen=True, slots=True)
class Target:
    """What somebody asks about: an outcome, a rule (or a finding, where no rule has its name), or a finding; nothing
    stands for every other outcome."""

    outcome: str | None = None
    rule: str | None = None
    finding: str | None = None


CAP = 10
"""How many reasons or changes are listed unless more are asked for."""


SHORT_REASONS, SHORT_CHANGES = 3, 1
"""How many are listed where the whole decision is told."""


def account_of(guideline: Guideline, trace: Trace) -> Account:
    """The whole account of a decision, with a short form of what decided it and what would change it. Raises
    `ValueError` for a trace of another version of the guideline."""
    reading = reading_of(guideline, trace)
    by = "`candor why --all`"
    short = (reasons_section(reading, SHORT_REASONS, by=by), short_changes_section(reading, SHORT_CHANGES))
    return headed(reading, answer_in_words(reading), sections_of(reading, short))


def why_account(guideline: Guideline, trace: Trace, limit: int | None = CAP) -> Account:
    """Why the outcome is what it is, down to the facts, and what decided it; without an outcome, what is established so
    far. `limit` is how many sufficient reasons are listed, None for all."""
    reading = reading_of(guideline, trace)
    why = list(why_sections(reading, Telling(reading)))
    if not why[0].lines:
        why[0] = Section(why[0].title, (Line("No rule concludes an outcome from what is known."),))
    sections = (meaning_section(reading), *why, reasons_section(reading, limit, "`--all`"))
    return headed(reading, answer_in_words(reading), closed(reading, sections))


def change_account(
    guideline: Guideline,
    trace: Trace,
    outcome: str | None = None,
    *,
    including_fixed: bool = False,
    limit: int | None = CAP,
) -> Account:
    """What would change the outcome, to one or to every other: the smallest changes of changeable facts, or of any. At
    most `limit` for an outcome, None for all. Raises `NotFound` for an outcome that the decision does not have."""
    reading = reading_of(guideline, trace)
    _check(reading, Target(outcome=outcome))
    changes = change_sections(reading, outcome, including_fixed=including_fixed, limit=limit)
    sections = closed(reading, (*changes, closing_section(reading, including_fixed=including_fixed)))
    return headed(reading, answer_in_words(reading), sections)


def why_not_account(guideline: Guideline, trace: Trace, target: Target) -> Account:
    """Why something is not so: of every rule that could conclude an outcome or a finding, or of one rule, the
    conditions that failed or are unknown, and what goes before an outcome by precedence. Raises `NotFound` for what the
    decision does not have."""
    reading = reading_of(guideline, trace)
    target = _told_apart(reading, target)
    _check(reading, target)
    sections = closed(reading, _not_sections(reading, target))
    return headed(reading, answer_in_words(reading), sections)


def missing_account(guideline: Guideline, trace: Trace) -> Account:
    """What is missing: the facts that can still change the outcome, and what cautions that are still open wait for."""
    reading = reading_of(guideline, trace)
    asked = missing_section(reading, with_answers=True)
    sections = closed(reading, (asked, open_cautions_section(reading), counted_free_section(reading)))
    return headed(reading, answer_in_words(reading), sections)


def missing_section(reading: Reading, *, with_answers: bool) -> Section:
    """The facts that can still change the outcome, or that there are none."""
    asked = asked_section(reading, with_answers=with_answers)
    if reading.trace.status is Status.NEEDS_INFORMATION:
        return asked
    return Section(asked.title, nothing_to_ask(reading))


def _told_apart(reading: Reading, target: Target) -> Target:
    """The same, what is called a rule and is a finding as a finding."""
    decision, name = reading.decision, target.rule
    if name is None or name in decision.rules or name not in decision.findings or target.finding is not None:
        return target
    return replace(target, rule=None, finding=name)


def _check(reading: Reading, target: Target) -> None:
    decision = reading.decision
    for noun, name, known in (
        ("outcome", target.outcome, decision.outcomes),
        ("rule", target.rule, decision.rules),
        ("finding", target.finding, decision.findings),
    ):
        if name is not None and name not in known:
            help = did_you_mean(name, known, f"it has {quoted(sorted(known))}" if known else "it has none")
            raise NotFound(f"`{reading.guideline.id}/{decision.id}` has no {noun} `{name}`: {help}")


def _not_sections(reading: Reading, target: Target) -> Iterator[Section]:
    telling = Telling(reading)
    if target.rule is not None:
        truth, applies = reading.results[target.rule].truth, ("it applies", "it does not apply")
        whatever = _whatever(reading, truth, Fires(target.rule), [target.rule], applies)
        yield Section(f'Rule "{reading.rule(target.rule).title}"', (*whatever, telling.rule(target.rule)))
    if target.finding is not None:
        title = sentence(reading.decision.findings[target.finding].title)
        truth, holds = reading.findings[target.finding], ("it holds", "it does not hold")
        rules, wanted = reading.concluding(target.finding), Meets(FindingTest(target.finding, True))
        whatever = _whatever(reading, truth, wanted, rules, holds)
        yield Section(f'Finding "{title}"', (*whatever, telling.finding(target.finding)))
    if target.outcome is not None:
        yield _outcome_section(reading, telling, target.outcome)
    elif target.rule is None and target.finding is None:
        others = (name for name in reading.decision.outcomes if name != reading.trace.outcome)
        yield from (_outcome_section(reading, telling, name) for name in others)


def _whatever(
    reading: Reading, truth: Truth, wanted: Wanted, rules: Sequence[str], verbs: tuple[str, str]
) -> Iterator[Line]:
    """That something is so whatever is still unknown, or is not, although its conditions do not settle it each by
    itself; it rests on these rules. Nothing where the solver gives up."""
    settled = truth_whatever_is_unknown(reading, wanted) if truth is UNKNOWN else UNKNOWN
    if settled is UNKNOWN:
        return
    whatever, (applies, fails) = sentence(whatever_in_words(reading, rules)), verbs
    if settled is TRUE:
        yield Line(f"{whatever}, {applies}: however the rest turns out, its conditions are met.")
    if settled is FALSE:
        yield Line(f"{whatever}, {fails}: with what is known, its conditions cannot be met.")


def _outcome_section(reading: Reading, telling: Telling, outcome: str) -> Section:
    if outcome == reading.trace.outcome:
        return Section(f"This is the answer: {titled(reading, outcome)}", telling.why())
    lines = (*blocking_lines(reading, outcome), *telling.why_not(outcome))
    verb = "Could still be" if outcome in reading.trace.possible_outcomes else "Why not"
    return Section(f"{verb}: {titled(reading, outcome)}", lines)


def blocking_lines(reading: Reading, outcome: str) -> tuple[Line, ...]:
    """What stands in the way of an outcome beside its rules: it is out of the question, or another goes before it."""
    return (*excluded_lines(reading, outcome), *_precedence(reading, outcome))


def _precedence(reading: Reading, outcome: str) -> Iterator[Line]:
    """What goes before an outcome, whether its rules fire or not."""
    answer, order = reading.trace.outcome, list(reading.decision.outcomes)
    if answer is not None and order.index(answer) < order.index(outcome):
        concluded = "was concluded too, but" if outcome in reading.trace.overridden else "would not stand:"
        yield Line(f"It {concluded} {quoted_title(reading, answer)} is concluded and takes precedence over it.")
