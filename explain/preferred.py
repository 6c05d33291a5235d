"""Values that count only until more is known: another way to come by them would go before the one that was used."""

from collections.abc import Collection, Container, Iterator
from itertools import takewhile

from engine import logic
from engine.errors import SolverLimit
from engine.guideline import Fact
from engine.known import Known
from engine.plan import Plan, plan_of
from engine.trace import FactTrace, GivenCaution, Origin, Status
from engine.truth import TRUE
from engine.units import facts_below, relevant_facts
from explain.justification import Line
from explain.reading import Reading
from explain.ways import Way, every_way, facts_behind, is_too_old
from explain.wording import derivation_in_words, listed, said_of, sentence


def preferred_lines(reading: Reading) -> tuple[Line, ...]:
    """For each fact that counts only until more is known: what would go before the way that was used. Reasons, what can
    still matter, and what an answer would settle count the value as it stands. None of facts no value of which could
    lead to another answer, or leave room for what does."""
    return tuple(
        Line(f"{_counting(reading, each)}{', and could lead to another answer' if is_leading else ''}.")
        for each, is_leading in _preferred(reading)
    )


def preferred_facts(reading: Reading) -> frozenset[str]:
    """The facts that have such a line."""
    return frozenset(each.fact for each, _ in _preferred(reading))


def _preferred(reading: Reading) -> Iterator[tuple[FactTrace, bool]]:
    """These facts; and whether another value of theirs could lead to another answer itself."""
    leading = {*_bearing(reading), *_bearing_later(reading)}
    for each in _until_more_is_known(reading, _relevant(reading)):
        if each in leading or _is_tied(reading, each):
            yield each, each in leading


def cautions_raised_otherwise(reading: Reading) -> Iterator[GivenCaution]:
    """The cautions that nothing unknown can raise as long as all values count as they do here, and that another value
    of a fact that counts only until more is known could raise."""
    told = {each.rule for each in reading.trace.cautions_open}
    for rule, caution in plan_of(reading.guideline, reading.decision.id).rule_cautions:
        if rule not in told and reading.results[rule].truth is not TRUE and _turning(reading, [rule]):
            yield caution


def whatever_in_words(reading: Reading, rules: Collection[str] | None = None) -> str:
    """What makes a sentence about the outcome, or about whether some rules fire, true of every completion."""
    return f"whatever is still unknown{as_long_as_in_words(reading, rules)}"


def as_long_as_in_words(reading: Reading, rules: Collection[str] | None = None) -> str:
    """On which values that count only until more is known a sentence about the outcome, or about whether some rules
    fire, rests; empty where on none."""
    return _resting_in_words(reading, _bearing(reading) if rules is None else _turning(reading, rules))


def ruled_out_in_words(reading: Reading, outcome: str) -> str:
    """The same of a sentence that an outcome is out of the question."""
    return _resting_in_words(reading, _leading(reading, [outcome]))


def _resting_in_words(reading: Reading, found: Collection[FactTrace]) -> str:
    if not found:
        return ""
    count = "counts as it does" if len(found) == 1 else "count as they do"
    return f", as long as {listed(reading.fact(each.fact).title for each in found)} {count} here"


def going_first_in_words(reading: Reading, rules: Collection[str]) -> tuple[str, ...]:
    """What would go before the ways by which such values count, where it bears on whether some rules fire."""
    titles = dict.fromkeys(way.title for each in _turning(reading, rules) for way in _open_before(reading, each))
    return (f"{listed(titles, 'or')} would go first, once known",) if titles else ()


def raised_in_words(reading: Reading, caution: GivenCaution) -> str:
    """What such a caution needs: `if total comes to count otherwise (the sum would go first, once known)`."""
    rules = [str(caution.rule)]
    found = _turning(reading, rules)
    titles = listed(reading.fact(each.fact).title for each in found)
    which = f"{titles} comes" if len(found) == 1 else f"one or more of {titles} come"
    return f"if {which} to count otherwise ({'; '.join(going_first_in_words(reading, rules))})"


def nothing_to_ask(reading: Reading) -> tuple[Line, ...]:
    """That nothing unknown can change the answer, as far as that is so."""
    stays = f"Nothing: the answer stays the same {whatever_in_words(reading)}."
    return Line(stays), *preferred_lines(reading)


def counted_lines(reading: Reading) -> tuple[Line, ...]:
    """How the facts with a part in the outcome count whose value counts only until more is known."""
    found = _until_more_is_known(reading, _relevant(reading))
    return tuple(Line(f"{_counting(reading, each)}.") for each in found)


def found_from(reading: Reading, name: str) -> tuple[str, ...]:
    """The facts with a part in the outcome that an answer to a question alone would give a value, or another one, of
    which a completion does not say which: it counts a fact of several ways as coming by any of them, and one of a
    formula that is no sum as varying on its own."""
    plan, new, found = plan_of(reading.guideline, reading.decision.id), {name}, []
    for planned in plan.facts:
        fact = planned.fact
        traced = reading.facts[fact.id]
        if fact.id == name or not any(_is_given_by(reading, fact, way, new) for way in _before(fact, traced)):
            continue
        new.add(fact.id)
        is_followed = traced.value is None and len(every_way(fact)) == 1 and fact.assume is None
        is_followed = is_followed and fact.id in plan.bound and fact.id not in reading.trace.counted_free
        found += [] if is_followed else [fact.id]
    return tuple(each for each in found if each in _relevant(reading))


def _relevant(reading: Reading) -> frozenset[str]:
    return relevant_facts(plan_of(reading.guideline, reading.decision.id))


def _before(fact: Fact, traced: FactTrace) -> tuple[Way, ...]:
    """The ways that go before the one that was used; all where the fact is assumed or has no value."""
    if traced.origin is Origin.GIVEN:
        return ()
    return tuple(takewhile(lambda way: way.title != traced.derivation, every_way(fact)))


def _is_given_by(reading: Reading, fact: Fact, way: Way, new: Collection[str]) -> bool:
    """Whether a way leads somewhere once some more facts are known."""
    more = way.reads.intersection(new)
    rest = way.reads - more
    counts = {n for n in rest if reading.facts[n].value is not None and not is_too_old(reading, fact, n)}
    return bool(more) and (way.is_import or counts == rest)


def _open_before(reading: Reading, traced: FactTrace) -> tuple[Way, ...]:
    """The ways that would go before the one that was used, once known."""
    before = _before(reading.fact(traced.fact), traced)
    return tuple(way for way in before if any(reading.facts[name].value is None for name in way.reads))


def _until_more_is_known(reading: Reading, among: Container[str]) -> tuple[FactTrace, ...]:
    """The facts whose value counts only until more is known."""
    known = (each for each in reading.trace.facts if each.value is not None and each.fact in among)
    return tuple(each for each in known if _open_before(reading, each))


def _bearing(reading: Reading) -> tuple[FactTrace, ...]:
    """The facts whose value counts only until more is known, and by another value of which another answer could follow
    than those that are possible with them."""
    trace = reading.trace
    has_gap = trace.may_be_not_covered or trace.status is Status.NOT_COVERED
    others = [name for name in reading.decision.outcomes if name not in trace.possible_outcomes]
    return _leading(reading, [*others, *([] if has_gap else [None])])


def _leading(reading: Reading, results: Collection[str | None]) -> tuple[FactTrace, ...]:
    """Those by another value of which one of some results could follow, none of which is possible with their values."""
    found = _until_more_is_known(reading, _relevant(reading))
    if not found or not results:
        return ()
    resting = _resting(reading, found, logic.Never(tuple(logic.ResultIs(each) for each in results)))
    return found if resting is None else resting


def _bearing_later(reading: Reading) -> tuple[FactTrace, ...]:
    """Those by another value of which another of the results that are still possible could follow from some answer; all
    of them where the solver gives up."""
    found = _until_more_is_known(reading, _relevant(reading))
    if not found or reading.trace.status is not Status.NEEDS_INFORMATION:
        return ()
    plan = plan_of(reading.guideline, reading.decision.id)
    freed = _freed(plan, reading, found)
    try:
        deciding = logic.deciding_sets(plan, freed, logic.draws(plan, freed))
    except SolverLimit:
        return found
    return _behind(reading, found, frozenset[str]().union(*deciding))


def _is_tied(reading: Reading, traced: FactTrace) -> bool:
    """Whether a value could leave no room for some values of a fact that is unknown while the answer is open."""
    if reading.trace.status is not Status.NEEDS_INFORMATION:
        return False
    ties = plan_of(reading.guideline, reading.decision.id).ties
    return any(traced.fact in tie and any(reading.facts[name].value is None for name in tie) for tie in ties)


def _turning(reading: Reading, rules: Collection[str]) -> tuple[FactTrace, ...]:
    """The facts whose value counts only until more is known, and by another value of which one of these rules could
    fire that does not, or not fire."""
    return tuple(dict.fromkeys(each for rule in rules for each in _turning_one(reading, rule)))


def _turning_one(reading: Reading, rule: str) -> tuple[FactTrace, ...]:
    """The same of one rule; where the solver gives up, all that it rests on and that count only until more is known."""
    if not _until_more_is_known(reading, reading.facts):
        return ()
    below = facts_below(plan_of(reading.guideline, reading.decision.id), [rule])
    found = _until_more_is_known(reading, below)
    try:
        resting = _resting(reading, found, logic.Fires(rule)) if found else ()
        return _turning_open(reading, rule, below, found) if resting is None else resting
    except SolverLimit:
        return found


def _resting(reading: Reading, found: tuple[FactTrace, ...], wanted: logic.Wanted) -> tuple[FactTrace, ...] | None:
    """Those of these facts by another value of which something could be so that is not so with their values, whatever
    is still unknown, or the other way round; None where that is open with them. All where the solver gives up."""
    plan = plan_of(reading.guideline, reading.decision.id)
    kept = {each.fact: reading.fact(each.fact).steps_of(each.value) for each in found if each.value is not None}
    try:
        resting = logic.resting_on(plan, _freed(plan, reading, found), kept, wanted)
    except SolverLimit:
        return found
    return None if resting is None else _behind(reading, found, resting)


def _turning_open(
    reading: Reading, rule: str, below: frozenset[str], found: tuple[FactTrace, ...]
) -> tuple[FactTrace, ...]:
    """The same of a rule that is open with the values as they are: also the facts whose value leaves no room for what
    could turn it with another one."""
    plan = plan_of(reading.guideline, reading.decision.id)

    def turning(freed: Collection[FactTrace]) -> frozenset[str]:
        return logic.turning_units(plan, _freed(plan, reading, freed), rule, below)[0]

    every = turning(found)
    by_value = _behind(reading, found, every)
    others = {each: [other for other in found if other is not each] for each in found if each not in by_value}
    bearing = {*by_value, *(each for each in others if not every <= turning(others[each]))}
    is_together = not bearing and not every <= turning(())
    return tuple(each for each in found if is_together or each in bearing)


def _behind(reading: Reading, found: Collection[FactTrace], turning: frozenset[str]) -> tuple[FactTrace, ...]:
    """Those of these facts that are among some, or that those follow from."""
    behind = turning.union(*(facts_behind(reading, name) for name in turning))
    return tuple(each for each in found if each.fact in behind)


def _freed(plan: Plan, reading: Reading, found: Collection[FactTrace]) -> Known:
    """What is known without these facts, and without what follows from them."""
    untied = frozenset(each.fact for each in found)
    free = set(untied)
    for planned in plan.facts:
        if reading.facts[planned.fact.id].origin is not Origin.GIVEN and planned.reads & free:
            free.add(planned.fact.id)
    values = {
        each.fact: reading.fact(each.fact).steps_of(each.value)
        for each in reading.trace.facts
        if each.value is not None and each.fact not in free
    }
    return Known(values, untied.union(reading.trace.counted_free))


def _counting(reading: Reading, traced: FactTrace) -> str:
    fact, ways = reading.fact(traced.fact), _open_before(reading, traced)
    how = f"counts as it was derived here ({derivation_in_words(traced, reading.guideline.facts)})"
    if traced.origin is Origin.ASSUMED and traced.value is not None:
        how = f"is assumed to be {said_of(fact, traced.value)}"
    first = sentence(listed((way.title for way in ways), "or"))
    return f"{sentence(fact.title)} {how}. {first} would go first, once known"
