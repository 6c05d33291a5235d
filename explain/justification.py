"""Why, and why not: trees of plain sentences from outcome down to facts, each with its rule, source and basis."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.trace import (
    AllResult,
    AnyResult,
    FindingResult,
    NotResult,
    OutcomeConcluded,
    OutcomeForced,
    Result,
    Split,
    TestResult,
)
from engine.truth import FALSE, TRUE, UNKNOWN, Truth
from explain.reading import Reading
from explain.wording import (
    because_in_words,
    citation_in_words,
    fact_in_words,
    listed,
    result_in_words,
    sentence,
    texts_in_words,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an explanation and what stands below it. `rule` is the address of the rule it speaks of, `sources`
    where that rule is taken from and on what basis."""

    text: str
    rule: str | None = None
    sources: tuple[str, ...] = ()
    below: tuple["Line", ...] = ()


class Telling:
    """Tells the trees of one decision; a finding that was told once is not told again."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._told: set[str] = set()

    def why(self) -> tuple[Line, ...]:
        """The justification of the outcome; without an outcome, the rules that concluded something all the same."""
        return tuple(self._justification())

    def why_not(self, concluded: str) -> tuple[Line, ...]:
        """Every rule that could conclude an outcome or a finding; of those that did not fire the conditions that failed
        or are unknown, followed down into findings."""
        return tuple(self._obstacles_of(concluded))

    def _justification(self) -> Iterator[Line]:
        for event in self._reading.trace.events:
            if isinstance(event, OutcomeConcluded):
                yield from (self._fired(rule) for rule in event.rules)
            if isinstance(event, OutcomeForced):
                yield from self._forced(event)
        if self._reading.trace.outcome is None:
            yield from (self._fired(rule) for rule in self._concluding_fired())

    def _obstacles_of(self, concluded: str) -> Iterator[Line]:
        for rule in self._reading.concluding(concluded):
            result = self._reading.results[rule]
            below = tuple(self._obstacles(rule, result, True))
            if result.truth is TRUE:
                yield self._fired(rule)
            else:
                verdict = "could still fire" if result.truth is UNKNOWN else "did not fire"
                yield self._rule(rule, f'"{self._reading.rule(rule).title}" {verdict}', below)

    def _concluding_fired(self) -> Iterator[str]:
        fired = self._reading.trace.fired
        return (rule for rule in fired if self._reading.rule(rule).concludes)

    def _rule(self, rule: str, text: str, below: tuple[Line, ...]) -> Line:
        declared = self._reading.rule(rule)
        cited = [citation_in_words(each, self._reading.guideline) for each in declared.source]
        strength = [f"strength: {declared.strength}"] if declared.strength else []
        return Line(text, self._reading.address(rule), (*cited, *strength), below)

    def _fired(self, rule: str, case: Split | None = None) -> Line:
        reading = self._reading
        findings = {**reading.findings, **dict(case.findings if case else ())}
        supposed = dict(case.when if case else ())
        text = because_in_words(reading.rule(rule), reading.guideline, reading.facts, findings, supposed)
        return self._rule(rule, text, tuple(self._supports(rule, reading.results[rule], True, case)))

    def _forced(self, event: OutcomeForced) -> Iterator[Line]:
        if event.more_cases:
            yield Line("Whatever the unknown facts are, this is the outcome; the cases are too many to list.")
        for split in event.cases:
            yield Line(self._case_in_words(split), below=tuple(self._fired(rule, split) for rule in split.rules))

    def _case_in_words(self, split: Split) -> str:
        facts = self._reading.guideline.facts
        supposed = listed(f"{facts[name].title} is {texts_in_words(facts[name], texts)}" for name, texts in split.when)
        return f"If {supposed}:" if supposed else "Whatever is not known:"

    def _supports(self, rule: str, result: Result, wanted: bool, case: Split | None = None) -> Iterator[Line]:
        """The facts and findings by which a condition is what is wanted of it; in a case, as far as they are known, and
        the findings as they are in the case."""
        target = TRUE if wanted else FALSE
        if result.truth is not target and (case is None or result.truth is not UNKNOWN):
            return
        match result:
            case TestResult(fact) if result.truth is target:
                reading = self._reading
                yield Line(fact_in_words(reading.fact(fact), reading.facts[fact], reading.guideline.facts))
            case FindingResult(finding, expected):
                yield from self._finding_in_case(finding, expected is wanted, case)
            case NotResult(_, part):
                yield from self._supports(rule, part, not wanted, case)
            case AllResult(_, parts) | AnyResult(_, parts):
                for part in parts:
                    yield from self._supports(rule, part, wanted, case)
            case _:
                return

    def _finding_in_case(self, finding: str, holds: bool, case: Split | None) -> Iterator[Line]:
        truth = self._reading.findings[finding]
        if truth is not UNKNOWN:
            yield self._finding(finding, truth)
        elif case is not None and dict(case.findings)[finding] is (TRUE if holds else FALSE):
            title = sentence(self._reading.decision.findings[finding].title)
            yield Line(f"{title}: {'yes' if holds else 'no'}, in this case")

    def _finding(self, finding: str, truth: Truth) -> Line:
        """A finding with what makes it hold, or what keeps it from holding."""
        text = f"{sentence(self._reading.decision.findings[finding].title)}: {'yes' if truth is TRUE else 'no'}"
        if finding in self._told:
            return Line(f"{text} (as above)")
        self._told.add(finding)
        if truth is not TRUE:
            return Line(text, below=tuple(self._obstacles_of(finding)))
        fired = [rule for rule in self._reading.concluding(finding) if self._reading.results[rule].truth is TRUE]
        return Line(text, below=tuple(self._fired(rule) for rule in fired))

    def _obstacles(self, rule: str, result: Result, wanted: bool) -> Iterator[Line]:
        """Every condition that is not what is wanted of it: failed or unknown."""
        if result.truth is (TRUE if wanted else FALSE):
            return
        match result:
            case TestResult(fact):
                test = self._reading.test(rule, result)
                origin = self._reading.facts[fact].origin
                yield Line(result_in_words(self._reading.fact(fact), test, result, wanted, origin))
            case FindingResult(finding, expected):
                yield self._finding_in_the_way(finding, expected is wanted)
            case NotResult(_, part):
                yield from self._obstacles(rule, part, not wanted)
            case AllResult(_, parts) | AnyResult(_, parts):
                each = [tuple(self._obstacles(rule, part, wanted)) for part in parts]
                is_choice = isinstance(result, AnyResult) is wanted
                yield from (
                    _alternatives(each) if is_choice and len(parts) > 1 else (line for lines in each for line in lines)
                )

    def _finding_in_the_way(self, finding: str, needed: bool) -> Line:
        truth = self._reading.findings[finding]
        state = {TRUE: "yes", FALSE: "no", UNKNOWN: "not known"}[truth]
        title = sentence(self._reading.decision.findings[finding].title)
        text = f"{title}: {state}; needed: {'yes' if needed else 'no'}"
        if finding in self._told:
            return Line(f"{text} (as above)")
        return Line(text, below=self._finding(finding, truth).below)


def _alternatives(each: list[tuple[Line, ...]]) -> Iterator[Line]:
    """Alternatives of which none is met; what must be met together stands together."""
    below = [lines[0] if len(lines) == 1 else Line("All of these together:", below=lines) for lines in each]
    yield Line("None of these is met:", below=tuple(below))
