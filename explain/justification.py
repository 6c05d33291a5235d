"""Why, and why not: trees of plain sentences from outcome down to facts, each with its rule, source and basis."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from engine.cells import cells_of
from engine.guideline import Citation
from engine.trace import (
    AllResult,
    AnyResult,
    AtLeastResult,
    CautionKind,
    FindingResult,
    GivenCaution,
    Imported,
    LeafResult,
    NotResult,
    OutcomeConcluded,
    OutcomeForced,
    Result,
    RulePoints,
    ScoreResult,
    Split,
    Status,
    TestResult,
    decisive,
)
from engine.truth import FALSE, TRUE, UNKNOWN, Truth
from explain.reading import Reading, cited_for, reading_of
from explain.wording import (
    NOT_KNOWN,
    because_in_words,
    citation_in_words,
    fact_in_words,
    listed,
    result_in_words,
    score_in_words,
    score_result_in_words,
    sentence,
    sources_in_words,
    texts_said_of,
    value_in_words,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an explanation and what stands below it. `rule` is the address of the rule it speaks of, `sources`
    where that rule is taken from and on what basis; `cites` names the sources of these in full."""

    text: str
    rule: str | None = None
    sources: tuple[str, ...] = ()
    below: tuple["Line", ...] = ()
    cites: tuple[str, ...] = ()


class Telling:
    """Tells the trees of one decision; a rule, finding or score that was told once is not told again. `cited` says a
    citation, where not in full; `what_if` are facts whose value is only supposed."""

    def __init__(
        self,
        reading: Reading,
        cited: Callable[[Citation], str] | None = None,
        what_if: frozenset[str] = frozenset(),
    ) -> None:
        self._reading = reading
        self._cited = cited or partial(citation_in_words, guideline=reading.guideline)
        self._what_if = what_if
        self._told: set[tuple[str, bool | None]] = set()
        self._told_rules: set[str] = set()
        self._supposed: frozenset[str] = frozenset()

    def why(self) -> tuple[Line, ...]:
        """The justification of the outcome; without an outcome, the rules that concluded something all the same."""
        return tuple(self._justification())

    def why_not(self, concluded: str) -> tuple[Line, ...]:
        """Every rule that could conclude an outcome or a finding; of those that do not apply the conditions that failed
        or are unknown, followed down into findings."""
        return tuple(self._obstacles_of(concluded))

    def rule(self, rule: str) -> Line:
        """One rule: why it fired, or what is in its way."""
        result = self._reading.results[rule]
        if result.truth is TRUE:
            return self._fired(rule)
        return self._in_the_way_of(rule, "is not settled" if result.truth is UNKNOWN else "does not apply")

    def rule_that_started(self, rule: str) -> Line:
        """One rule that fires once some facts are changed; one that has no sentence of its own is named."""
        told, declared = self.rule(rule), self._reading.rule(rule)
        return told if declared.because is not None else replace(told, text=f'"{declared.title}" applies')

    def rule_that_stopped(self, rule: str) -> Line:
        """One rule that fired before some facts were changed, and does not now: what is in its way."""
        is_open = self._reading.results[rule].truth is UNKNOWN
        return self._in_the_way_of(rule, "is no longer settled" if is_open else "no longer applies")

    def _in_the_way_of(self, rule: str, verdict: str) -> Line:
        text = f'"{self._reading.rule(rule).title}" {verdict}'
        return self._rule_once(rule, text, lambda: self._obstacles(rule, self._reading.results[rule], True))

    def finding(self, finding: str) -> Line:
        """A finding with what makes it hold, or what keeps it from holding."""
        truth = self._reading.findings[finding]
        if truth is not UNKNOWN:
            return self._finding(finding, truth)
        title = sentence(self._reading.decision.findings[finding].title)
        return Line(f"{title}: {NOT_KNOWN}", below=self.why_not(finding))

    def fact(self, name: str) -> Line:
        """What is known of a fact and where it comes from; below one that another guideline decided, why."""
        reading = self._reading
        is_supposed = name in self._what_if
        text = fact_in_words(reading.fact(name), reading.facts[name], reading.guideline.facts, is_supposed=is_supposed)
        return self._with_import(name, text)

    def _with_import(self, name: str, text: str) -> Line:
        """What is told of a fact; where another guideline decided it, with the basis of that and its reasons below."""
        reading = self._reading
        used = [(way, each) for way, each in reading.imports(name) if each.title == reading.facts[name].derivation]
        cited = [each for way, _ in used for each in way.source]
        below = tuple(line for _, each in used for line in self.imported(name, each))
        return Line(text, None, tuple(map(self._cited, cited)), below, self._cites(cited))

    def imported(self, name: str, imported: Imported) -> tuple[Line, ...]:
        """Why an imported decision says what it says of a fact, with the cautions that it gives with every answer."""
        way = next(way for way, each in self._reading.imports(name) if each is imported)
        trace, what_if = (
            imported.trace,
            frozenset(theirs for theirs, ours in way.facts.items() if ours in self._what_if),
        )
        told = Telling(reading_of(way.guideline, trace), what_if=what_if)
        cautions = tuple(told.caution(each) for each in trace.cautions if each.kind is CautionKind.DECISION)
        if trace.status is Status.NOT_COVERED:
            counts_as = value_in_words(self._reading.fact(name), imported.value)
            return (
                Line(f"That guideline has no answer for this patient, which counts here as: {counts_as}"),
                *cautions,
            )
        return (*told.why(), *cautions)

    def caution(self, given: GivenCaution) -> Line:
        """A caution below what it is about, with what it cites."""
        cited = cited_for(self._reading, given)
        return Line(f"Caution: {given.text}", None, tuple(map(self._cited, cited)), (), self._cites(cited))

    def _cites(self, citations: Iterable[Citation]) -> tuple[str, ...]:
        return sources_in_words(citations, self._reading.guideline)

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
            yield self.rule(rule)

    def _concluding_fired(self) -> Iterator[str]:
        fired = self._reading.trace.fired
        return (rule for rule in fired if self._reading.rule(rule).concludes)

    def _rule(self, rule: str, text: str, below: tuple[Line, ...]) -> Line:
        declared = self._reading.rule(rule)
        cited = map(self._cited, declared.source)
        strength = [f"strength: {declared.strength}"] if declared.strength else []
        return Line(text, self._reading.address(rule), (*cited, *strength), below, self._cites(declared.source))

    def _rule_once(self, rule: str, text: str, below: Callable[[], Iterator[Line]]) -> Line:
        """A rule with what stands below it, unless it was told before. What is told in a case holds there alone."""
        if self._supposed:
            return self._rule(rule, text, _each_once(below()))
        if rule in self._told_rules:
            return Line(f"{text} (as above)", self._reading.address(rule))
        self._told_rules.add(rule)
        return self._rule(rule, text, _each_once(below()))

    def _fired(self, rule: str, case: Split | None = None) -> Line:
        reading = self._reading
        findings = {**reading.findings, **dict(case.findings if case else ())}
        supposed = dict(case.when if case else ())
        scores = self._scores_in_words(case)
        text = because_in_words(reading.rule(rule), reading.guideline, reading.facts, findings, scores, supposed)

        def supports() -> Iterator[Line]:
            return self._supports(rule, reading.results[rule], True, case)

        return self._rule_once(rule, text, supports) if case is None else self._rule(rule, text, _each_once(supports()))

    def _scores_in_words(self, case: Split | None) -> dict[str, str]:
        ends = {name: (score.low, score.high) for name, score in self._reading.scores.items()}
        ends |= {name: (low, high) for name, low, high in (case.scores if case else ())}
        declared = self._reading.decision.scores
        return {name: score_in_words(declared[name].scale, low, high) for name, (low, high) in ends.items()}

    def _forced(self, event: OutcomeForced) -> Iterator[Line]:
        if event.more_cases:
            yield Line("Whatever the unknown facts are, this is the outcome; the cases are too many to list.")
        for split in event.cases:
            self._supposed = frozenset(name for name, _ in split.when)
            yield Line(self._case_in_words(split), below=tuple(self._fired(rule, split) for rule in split.rules))
        self._supposed = frozenset()

    def _case_in_words(self, split: Split) -> str:
        named = ((self._reading.fact(name), texts) for name, texts in split.when)
        narrowed = [(fact, texts) for fact, texts in named if texts != cells_of(fact, ()).texts([0])]
        supposed = listed(f"{fact.title} is {texts_said_of(fact, texts)}" for fact, texts in narrowed)
        return f"If {supposed}:" if supposed else "Whatever is not known:"

    def _supports(self, rule: str, result: Result, wanted: bool, case: Split | None = None) -> Iterator[Line]:
        """The facts and findings by which a condition is what is wanted of it; in a case, as far as they are known, and
        the findings as they are in the case."""
        target = TRUE if wanted else FALSE
        if result.truth is not target and (case is None or result.truth is not UNKNOWN):
            return
        match result:
            case TestResult(fact) if result.truth is target:
                yield self.fact(fact)
            case ScoreResult(score):
                yield self.score(score) if result.truth is target else self._score_in_case(score, case)
            case FindingResult(finding, expected):
                yield from self._finding_in_case(finding, expected is wanted, case)
            case NotResult(_, part):
                yield from self._supports(rule, part, not wanted, case)
            case AllResult(_, parts) | AnyResult(_, parts) | AtLeastResult(_, _, parts):
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
        if self._is_told(finding, None):
            return Line(f"{text} (as above)")
        return Line(text, below=tuple(self._below_finding(finding, truth, truth is not TRUE)))

    def _is_told(self, name: str, needed: bool | None) -> bool:
        """Whether a finding or score was told already; one that is not known is told anew where the opposite of it is
        needed. From now on it is told."""
        is_told = (name, needed) in self._told
        self._told.add((name, needed))
        return is_told

    def score(self, score: str) -> Line:
        """A score with the rules that gave points, and those whose points are open."""
        text = f"{sentence(self._reading.decision.scores[score].title)}: {self._scores_in_words(None)[score]}"
        return self._score_told(score, text)

    def _score_in_case(self, score: str, case: Split | None) -> Line:
        title = sentence(self._reading.decision.scores[score].title)
        return Line(f"{title}: {self._scores_in_words(case)[score]}, in this case")

    def _score_told(self, score: str, text: str) -> Line:
        if self._is_told(score, None):
            return Line(f"{text} (as above)")
        traced = self._reading.scores[score]
        given = (self._points(each) for each in traced.given)
        still_open = (self._open_points(each) for each in traced.open)
        return Line(text, below=(*given, *still_open))

    def _points(self, points: RulePoints) -> Line:
        told = self._fired(points.rule)
        return replace(told, text=f"{_points_in_words(points)}: {told.text}")

    def _open_points(self, points: RulePoints) -> Line:
        text = f'{_points_in_words(points)} still open: "{self._reading.rule(points.rule).title}"'
        below = self._obstacles(points.rule, self._reading.results[points.rule], True)
        return self._rule(points.rule, text, tuple(below))

    def _obstacles(self, rule: str, result: Result, wanted: bool) -> Iterator[Line]:
        """Every condition that is not what is wanted of it: failed or unknown. What a case supposes of an unknown fact
        stands at its head."""
        if result.truth is (TRUE if wanted else FALSE):
            return
        match result:
            case TestResult(fact) if fact in self._supposed:
                return
            case TestResult(fact):
                test = self._reading.test(rule, result)
                origin = self._reading.facts[fact].origin
                yield self._with_import(fact, result_in_words(self._reading.fact(fact), test, result, wanted, origin))
            case ScoreResult(score):
                scale = self._reading.decision.scores[score].scale
                text = score_result_in_words(scale, self._reading.score_test(rule, result), result, wanted)
                yield self._score_told(score, text)
            case FindingResult(finding, expected):
                yield self._finding_in_the_way(finding, expected is wanted)
            case NotResult(_, part):
                yield from self._obstacles(rule, part, not wanted)
            case AtLeastResult(_, n, parts):
                each = [tuple(self._in_count(rule, part, wanted)) for part in parts]
                yield Line(_count_in_words(n, [part.truth for part in parts], wanted), below=tuple(_bundled(each)))
            case AllResult(_, parts) | AnyResult(_, parts):
                each = [tuple(self._obstacles(rule, part, wanted)) for part in parts]
                is_choice = isinstance(result, AnyResult) is wanted
                if is_choice and len(parts) > 1:
                    yield _alternatives(each, is_open=result.truth is UNKNOWN)
                else:
                    yield from (line for lines in each for line in lines)

    def _in_count(self, rule: str, part: Result, wanted: bool) -> Iterator[Line]:
        """What a condition that is counted adds to too few, or to too many, that hold."""
        if wanted or part.truth is FALSE:
            yield from self._obstacles(rule, part, wanted)
        elif part.truth is TRUE:
            yield from self._supports(rule, part, True)
        else:
            yield from (self._as_known(leaf) for leaf, _ in decisive(part))

    def _as_known(self, leaf: LeafResult) -> Line:
        match leaf:
            case TestResult(fact):
                return self.fact(fact)
            case ScoreResult(score):
                return self.score(score)
            case FindingResult(finding):
                return Line(f"{sentence(self._reading.decision.findings[finding].title)}: {NOT_KNOWN}")

    def _finding_in_the_way(self, finding: str, needed: bool) -> Line:
        truth = self._reading.findings[finding]
        state = {TRUE: "yes", FALSE: "no", UNKNOWN: "not known"}[truth]
        title = sentence(self._reading.decision.findings[finding].title)
        text = f"{title}: {state}; needed: {'yes' if needed else 'no'}"
        if self._is_told(finding, needed if truth is UNKNOWN else None):
            return Line(f"{text} (as above)")
        return Line(text, below=tuple(self._below_finding(finding, truth, needed)))

    def _below_finding(self, finding: str, truth: Truth, needed: bool) -> Iterator[Line]:
        """Why a finding is not as it is needed. Where it is not known and must not hold, each rule that could make it
        hold is told with what would keep that rule from applying."""
        concluding = self._reading.concluding(finding)
        if truth is not UNKNOWN or needed:
            shown = [rule for rule in concluding if truth is not TRUE or self._reading.results[rule].truth is TRUE]
            yield from map(self.rule, shown)
            return
        for rule in concluding:
            result = self._reading.results[rule]
            if result.truth is UNKNOWN:
                below = tuple(self._obstacles(rule, result, False))
                yield self._rule(rule, f'"{self._reading.rule(rule).title}" is not settled, and must not apply', below)


def _each_once(lines: Iterator[Line]) -> tuple[Line, ...]:
    return tuple(dict.fromkeys(lines))


def _alternatives(each: list[tuple[Line, ...]], *, is_open: bool) -> Line:
    """Alternatives of which none is met, or none is known to be; what must be met together stands together."""
    return Line(f"One of these is needed; none is {'known to be ' if is_open else ''}met:", below=tuple(_bundled(each)))


def _bundled(each: list[tuple[Line, ...]]) -> Iterator[Line]:
    """Each part's lines as one; a part without any is left out."""
    for lines in each:
        if lines:
            yield lines[0] if len(lines) == 1 else Line("All of these together:", below=lines)


def _count_in_words(n: int, truths: list[Truth], wanted: bool) -> str:
    holding, not_known = truths.count(TRUE), truths.count(UNKNOWN)
    open_too = f", {not_known} not known" if not_known else ""
    demand = f"at least {n} needed" if wanted else f"fewer than {n} needed"
    stated = "In the way:" if wanted else "They are:"
    return f"{holding} of {len(truths)} conditions hold{open_too}; {demand}. {stated}"


def _points_in_words(points: RulePoints) -> str:
    return f"{points.points} {'point' if str(points.points) in ('1', '-1') else 'points'}"
