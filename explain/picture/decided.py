"""The picture of a decision about a patient: its trace and guideline as boxes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from engine.conditions import FindingTest
from engine.guideline import Fact, Rule
from engine.logic import Fires, Meets, Wanted
from engine.trace import FactTrace, Origin, OutcomeForced, OutcomeOverridden, Status
from engine.truth import FALSE, TRUE, UNKNOWN, Truth
from explain.account import answer_in_words, waiting_in_words
from explain.asking import truth_whatever_is_unknown
from explain.picture.columns import columns_of, in_columns
from explain.picture.conditions import STATES, Conditions
from explain.picture.model import Box, Entry, Kind, Picture, State, box_id
from explain.picture.path import everything, inputs_used, on_path
from explain.picture.written import conclusions, cover, rule_more, rule_note, standing, ways_of
from explain.preferred import cautions_raised_otherwise, raised_in_words, whatever_in_words
from explain.reading import Reading
from explain.wording import (
    NOT_KNOWN,
    because_in_words,
    origin_in_words,
    score_in_words,
    sentence,
    value_in_words,
)

NO_ANSWER = "no answer"
"""The box for having none; no outcome can be named so."""
_FINDING = {TRUE: "holds", FALSE: "does not hold", UNKNOWN: NOT_KNOWN}
_RULE = {TRUE: "fired", FALSE: "did not fire", UNKNOWN: "not settled"}
_APPLIES = {TRUE: "applies", FALSE: "does not apply"}


def decided_picture(reading: Reading, *, whole: bool) -> Picture:
    """What is drawn of a decision: what is on the path, or all of it."""
    shown = everything(reading) if whole else on_path(reading)
    reads = {name: _reads(reading, name, whole) & shown for name in reading.facts if name in shown}
    columns = columns_of(reading.guideline, reading.decision.id, reads)
    boxes = _Boxes(reading, shown, columns, whole).all()
    return cover(
        reading.guideline,
        reading.decision,
        answer=answer_in_words(reading),
        columns=in_columns(boxes),
        below=tuple(_below(reading, whole)),
        has_patient=True,
    )


def _reads(reading: Reading, name: str, whole: bool) -> frozenset[str]:
    """The facts that are drawn as what a fact can come from."""
    fact = reading.fact(name)
    return fact.reads if whole else inputs_used(reading.facts[name], fact)


def _below(reading: Reading, whole: bool) -> Iterator[tuple[str, tuple[str, ...]]]:
    trace = reading.trace
    yield "Cautions", tuple(dict.fromkeys(each.text for each in trace.cautions))
    still_open = [f"{waiting_in_words(reading, each)}: {each.text}" for each in trace.cautions_open]
    for raisable in cautions_raised_otherwise(reading):
        still_open.append(f"May apply {raised_in_words(reading, raisable)}: {raisable.text}")
    yield "Cautions still open", tuple(still_open)
    yield "Limits of use", (reading.guideline.limits,)
    if not whole:
        left = "Only rules that fired are drawn, and those that the answer is open for; all others with --whole."
        yield "Left out", (left,)
    yield "Record", (f"Decided at {trace.at} by {trace.guideline} {trace.version}, sha256 {trace.sha256}",)


class _Boxes:
    """The boxes of one decision."""

    def __init__(self, reading: Reading, shown: frozenset[str], columns: Mapping[str, int], whole: bool) -> None:
        self._reading, self._shown, self._columns, self._whole = reading, shown, columns, whole
        self._conditions = Conditions(reading.guideline, reading.decision, None if whole else shown)

    def all(self) -> Iterator[Box]:
        reading, decision = self._reading, self._reading.decision
        yield from (self._fact(reading.fact(name), each) for name, each in reading.facts.items() if self._is(name))
        yield from (self._rule(rule) for name, rule in decision.rules.items() if self._is(box_id(Kind.RULE, name)))
        yield from (self._finding(name) for name in decision.findings if self._is(name))
        yield from (self._score(name) for name in decision.scores if self._is(name))
        yield from (self._outcome(name) for name in decision.outcomes if self._is(name))
        if reading.trace.status is Status.NOT_COVERED or reading.trace.may_be_not_covered:
            yield self._no_answer()

    def _is(self, box: str) -> bool:
        return box in self._shown

    def _fact(self, fact: Fact, traced: FactTrace) -> Box:
        state = State.UNKNOWN if traced.value is None else State.TRUE
        state = State.ASSUMED if traced.origin is Origin.ASSUMED else state
        value = (
            value_in_words(fact, traced.value) if traced.value is None else f"= {value_in_words(fact, traced.value)}"
        )
        origin = self._origin(fact, traced)
        return Box(
            fact.id,
            Kind.FACT,
            self._columns[fact.id],
            sentence(fact.title),
            state,
            said=(value, *([origin] if origin else ())),
            note="shown beside the answer" if fact.id in self._reading.decision.beside else "",
            entries=tuple(self._inputs(fact, traced)),
            more=(fact.question, *([f"Note: {traced.note}"] if traced.note else ())),
        )

    def _origin(self, fact: Fact, traced: FactTrace) -> str:
        """Where a value comes from, in a word; a derived one says below what from."""
        if traced.origin is Origin.DERIVED:
            is_imported = any(way.title == traced.derivation for way in fact.imports)
            return f"{'imported' if is_imported else 'derived'}{f', {traced.at}' if traced.at else ''}"
        return origin_in_words(fact, traced, self._reading.guideline.facts)

    def _inputs(self, fact: Fact, traced: FactTrace) -> Iterator[Entry]:
        """What a fact has its value from; in the whole picture also what else it could have it from."""
        for way in ways_of(fact):
            is_used = traced.origin is Origin.DERIVED and way.title == traced.derivation
            if is_used or self._whole:
                yield Entry(way.said)
                yield from (self._input(name, is_used) for name in way.reads)

    def _input(self, name: str, is_used: bool) -> Entry:
        is_known = self._reading.facts[name].value is not None
        state = State.TRUE if is_known and is_used else State.FALSE if is_known else State.UNKNOWN
        reads = name if self._is(name) else None
        return Entry(sentence(self._reading.fact(name).title), 1, None, reads, None, state, False, is_used)

    def _rule(self, rule: Rule) -> Box:
        reading = self._reading
        result = reading.results[rule.id]
        fired = result.truth is TRUE
        truth, whatever = self._settled(result.truth, Fires(rule.id), [rule.id])
        said = f"{_APPLIES[truth]}{whatever}" if whatever else _RULE[truth]
        gives = (self._given(entry, truth, fired=fired) for entry in conclusions(reading.decision, rule))
        return Box(
            box_id(Kind.RULE, rule.id),
            Kind.RULE,
            self._columns[box_id(Kind.RULE, rule.id)],
            rule.title,
            STATES[truth],
            said=(said,),
            mark=truth,
            note=rule_note(rule),
            entries=(*self._conditions.of(rule, result, fired=fired), *gives),
            more=(*self._because(rule, fired), *rule_more(reading.guideline, rule)),
        )

    def _because(self, rule: Rule, fired: bool) -> Iterator[str]:
        reading = self._reading
        if fired and rule.because is not None:
            scales = {name: score.scale for name, score in reading.decision.scores.items()}
            scores = {name: score_in_words(scales[name], each.low, each.high) for name, each in reading.scores.items()}
            yield because_in_words(rule, reading.guideline, reading.facts, reading.findings, scores)

    def _given(self, entry: Entry, truth: Truth, *, fired: bool) -> Entry:
        gives = entry.gives if entry.gives is not None and self._is(entry.gives) else None
        return replace(entry, gives=gives, state=STATES[truth], is_on_path=fired)

    def _settled(self, truth: Truth, wanted: Wanted, rules: Sequence[str]) -> tuple[Truth, str]:
        """How something that rests on these rules stands; with words where its conditions do not settle it, and yet it
        is so, or is not, whatever is unknown."""
        settled = truth_whatever_is_unknown(self._reading, wanted) if truth is UNKNOWN else truth
        if settled is truth:
            return truth, ""
        return settled, f", {whatever_in_words(self._reading, rules)}"

    def _finding(self, name: str) -> Box:
        reading, finding = self._reading, self._reading.decision.findings[name]
        wanted = Meets(FindingTest(name, True))
        truth, whatever = self._settled(reading.findings[name], wanted, reading.concluding(name))
        said = (f"{_FINDING[truth]}{whatever}",)
        return Box(
            name, Kind.FINDING, self._columns[name], sentence(finding.title), STATES[truth], said, truth, note=name
        )

    def _score(self, name: str) -> Box:
        traced, score = self._reading.scores[name], self._reading.decision.scores[name]
        is_settled = traced.low == traced.high
        value = score_in_words(score.scale, traced.low, traced.high)
        said = (value if is_settled else f"{value}, not settled",)
        state, mark = (State.TRUE, TRUE) if is_settled else (State.UNKNOWN, UNKNOWN)
        return Box(name, Kind.SCORE, self._columns[name], sentence(score.title), state, said, mark, note=name)

    def _outcome(self, name: str) -> Box:
        outcome = self._reading.decision.outcomes[name]
        state, mark, said = self._standing(name)
        return Box(
            name,
            Kind.OUTCOME,
            self._columns[name],
            outcome.title,
            state,
            said=(said,),
            mark=mark,
            note=standing(self._reading.decision, name),
            more=(outcome.meaning,) if outcome.meaning else (),
            is_answer=name == self._reading.trace.outcome,
        )

    def _standing(self, name: str) -> tuple[State, Truth, str]:
        trace = self._reading.trace
        if name == trace.outcome:
            is_forced = any(isinstance(event, OutcomeForced) for event in trace.events)
            return State.TRUE, TRUE, "the answer, whatever the unknown facts are" if is_forced else "the answer"
        for event in trace.events:
            if isinstance(event, OutcomeOverridden) and event.outcome == name:
                by = self._reading.decision.outcomes[event.by].title
                return State.OVERRIDDEN, FALSE, f"concluded, but overridden: {by} stands before it"
        if name in trace.possible_outcomes:
            return State.UNKNOWN, UNKNOWN, "still possible"
        return State.FALSE, FALSE, "not the answer"

    def _no_answer(self) -> Box:
        is_settled = self._reading.trace.status is Status.NOT_COVERED
        state, mark = (State.TRUE, TRUE) if is_settled else (State.UNKNOWN, UNKNOWN)
        said = "not covered" if is_settled else "still possible"
        column = max(self._columns.values())
        title = "No answer: a gap in the guideline, not a no"
        return Box(NO_ANSWER, Kind.OUTCOME, column, title, state, (said,), mark, is_answer=is_settled)
