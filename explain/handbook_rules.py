"""Rules in sentences, and as tables where several rules test the same facts."""

from collections.abc import Iterable, Iterator

from engine.conditions import AllOf, AnyOf, AtLeast, Condition, FindingTest, NotThis, ScoreTest, Test
from engine.guideline import Citation, Decision, Fact, FactType, Guideline, Rule
from engine.templates import filled
from explain.wording import NO_VALUE, citation_in_words, demand_in_words, demanded, listed, sentence, with_unit

MOST_COLUMNS = 5


def in_authors_order(decision: Decision) -> list[Rule]:
    """The rules of a decision as their author put them, those that decisions share last."""
    return sorted(decision.rules.values(), key=lambda rule: (rule.home != decision.id, rule.place.line, rule.id))


def cited(guideline: Guideline, citation: Citation) -> str:
    """A citation with its note: `stated: Publisher 2026, section: what stands there`."""
    return citation_in_words(citation, guideline) + (f": {citation.note}" if citation.note else "")


def rule_items(guideline: Guideline, decision: Decision) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each rule as a sentence, with its reason, its sources and what else it says below."""
    for rule in in_authors_order(decision):
        below = tuple(_below(guideline, decision, rule))
        yield f"{rule.title} ({rule.id}): {_sentence(guideline, decision, rule)}", below


def condition_in_words(guideline: Guideline, decision: Decision, condition: Condition, wanted: bool = True) -> str:
    """A condition as part of a sentence: `Wind is 20 to 40 km/h and "The path is wet" holds`."""
    match condition:
        case Test(name):
            return _demand(guideline.facts[name], condition, wanted)
        case ScoreTest(name):
            return _demand(decision.scores[name].scale, condition, wanted)
        case FindingTest(name, expected):
            return f'"{decision.findings[name].title}" {"holds" if expected == wanted else "does not hold"}'
        case NotThis(part):
            return condition_in_words(guideline, decision, part, not wanted)
    return _joined(guideline, decision, condition, wanted)


def decision_tables(
    guideline: Guideline, decision: Decision
) -> Iterator[tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]]]:
    """Tables of rules that test the same facts and nothing else, all of which must be so: caption, columns, rows. A
    row says exactly what its rule does. Rows come in the order of the values."""
    groups: dict[tuple[str, ...], list[tuple[Rule, tuple[Test, ...]]]] = {}
    for rule in in_authors_order(decision):
        tests = _plain_tests(rule.condition)
        if tests is not None and len(tests) < MOST_COLUMNS:
            groups.setdefault(tuple(sorted(test.fact for test in tests)), []).append((rule, tests))
    for names, rules in groups.items():
        if len(rules) > 1:
            titles = tuple(sentence(guideline.facts[name].title) for name in names)
            in_order = sorted(rules, key=lambda each: sorted((test.fact, test.meets) for test in each[1]))
            rows = tuple(_row(guideline, decision, names, *each) for each in in_order)
            yield f"By {listed(guideline.facts[name].title for name in names)}.", ("Rule", *titles, "Then"), rows


def _demand(fact: Fact, test: Test | ScoreTest, wanted: bool) -> str:
    """`Wind is 20 to 40 km/h`; answers of a choice stand in quotation marks, as does a title with a comma."""
    title = f'"{fact.title}"' if "," in fact.title else fact.title
    if fact.type is FactType.CHOICE:
        met = [steps for low, high in demanded(fact, test, wanted) for steps in range(low, high + 1)]
        return f"{title} is {listed(_quoted(fact, met), 'or') or NO_VALUE}"
    return f"{title} is {demand_in_words(fact, test, wanted) or NO_VALUE}"


def _quoted(fact: Fact, met: Iterable[int]) -> list[str]:
    return [f'"{fact.title_of(steps)}"' for steps in met]


def _plain_tests(condition: Condition) -> tuple[Test, ...] | None:
    """The tests of a condition that is nothing but tests on different facts, all of which must be so."""
    parts = condition.parts if isinstance(condition, AllOf) else (condition,)
    tests = tuple(part for part in parts if isinstance(part, Test))
    return tests if len(tests) == len(parts) == len({test.fact for test in tests}) else None


def _row(
    guideline: Guideline, decision: Decision, names: tuple[str, ...], rule: Rule, tests: tuple[Test, ...]
) -> tuple[str, ...]:
    by_fact = {test.fact: test for test in tests}
    cells = (demand_in_words(guideline.facts[name], by_fact[name], True) for name in names)
    return rule.title, *cells, _effects(decision, rule)


def _joined(guideline: Guideline, decision: Decision, condition: AllOf | AnyOf | AtLeast, wanted: bool) -> str:
    parts = [condition_in_words(guideline, decision, part, wanted) for part in condition.parts]
    if len(parts) == 1 and not isinstance(condition, AtLeast):
        return parts[0]
    if isinstance(condition, AtLeast):
        held = [condition_in_words(guideline, decision, part) for part in condition.parts]
        few = f"at least {condition.n}" if wanted else f"fewer than {condition.n}"
        return f"{few} of these {'is' if condition.n == 1 else 'are'} so ({'; '.join(held)})"
    every = isinstance(condition, AllOf) == wanted
    if every and all(not isinstance(part, AllOf | AnyOf | AtLeast) for part in condition.parts):
        return " and ".join(parts)
    return f"{'all of these are' if every else 'one of these is'} so ({'; '.join(parts)})"


def _sentence(guideline: Guideline, decision: Decision, rule: Rule) -> str:
    when = condition_in_words(guideline, decision, rule.when)
    unless = f", unless {condition_in_words(guideline, decision, rule.unless)}" if rule.unless is not None else ""
    return f"If {when}{unless}, then {_effects(decision, rule)}."


def _effects(decision: Decision, rule: Rule) -> str:
    told = [
        f'the outcome "{decision.outcomes[name].title}" is concluded'
        if name in decision.outcomes
        else f'"{decision.findings[name].title}" holds'
        for name in rule.concludes
    ]
    for name, points in rule.adds.items():
        scale = decision.scores[name].scale
        told.append(f'"{decision.scores[name].title}" gets {with_unit(scale, scale.text_of(points))}')
    return listed(told) if told else "a caution is given"


def _below(guideline: Guideline, decision: Decision, rule: Rule) -> Iterator[str]:
    def named(name: str) -> str:
        described = guideline.facts.get(name) or decision.findings.get(name) or decision.scores[name]
        return f"[{described.title}]"

    if rule.because is not None:
        yield f"Because: {filled(rule.because, named)}"
    if rule.caution is not None:
        yield f"Caution: {rule.caution.text}"
        yield from (f"Source of the caution, {cited(guideline, each)}" for each in rule.caution.source)
    if rule.strength is not None:
        yield f"Strength: {rule.strength}"
    if rule.overrides:
        titles = (f'"{decision.outcomes[name].title}"' for name in rule.overrides)
        yield f"Meant to go before {listed(titles)}"
    if rule.home != decision.id:
        yield "This rule belongs to all decisions of the guideline."
    yield from (f"Source, {cited(guideline, each)}" for each in rule.source)
