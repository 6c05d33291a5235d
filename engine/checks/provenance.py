"""What rules rest on: sources past their review, thresholds that no note mentions, reasons that name nothing."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction

from engine.checks.flaws import Flaw, Proof
from engine.checks.subject import Found, Subject
from engine.conditions import FindingTest, Test, leaves
from engine.guideline import Basis, Guideline, Rule
from engine.templates import names_in, parts_of

UNSOURCED, NAMES_NOTHING = "check.threshold_unsourced", "check.because_names_nothing"
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\d])")
_ABOUT_ZERO = re.compile(r"[<>]=?\s*0(?![\d.])")
"""That there is any, or none: no source needs to say it."""
_WORD = re.compile(r"[^\W_]{3,}")


def past_review(guideline: Guideline, today: date) -> Iterator[Flaw]:
    """A flaw for the guideline and for each cited source whose review is due."""
    if guideline.review_by is not None and guideline.review_by < today:
        message = f"the guideline was due for review by {guideline.review_by}"
        help = "review it, then say `reviewed` and the next `review_by`"
        yield Flaw("check.review_due", message, guideline.place, help, None, guideline.id)
    for name, source in guideline.sources.items():
        if source.review_by is not None and source.review_by < today:
            message = f"the source `{name}` was due for review by {source.review_by}"
            help = "look whether it still says what is cited, then move its `review_by`"
            yield Flaw("check.source_review_due", message, source.place, help, None, name)


def unsourced_thresholds(subject: Subject) -> Iterator[Found]:
    """A flaw for each rule with a basis in a source whose numbers no note of its citations mentions."""
    is_free = True
    for rule in subject.decision.rules.values():
        if all(each.basis is Basis.ADDED for each in rule.source):
            continue
        told = {number for text in _told(subject.guideline, rule) for number in _numbers(text)}
        tests = [leaf for leaf in leaves(rule.condition) if isinstance(leaf, Test)]
        numeric = [leaf for leaf in tests if subject.guideline.facts[leaf.fact].is_numeric]
        tested = [(leaf.fact, text) for leaf in numeric for text in _NUMBER.findall(_ABOUT_ZERO.sub("", leaf.text))]
        for fact, text in [each for each in tested if Fraction(each[1]) not in told][:1]:
            is_free = False
            message = f"no note of the sources of `{rule.id}` mentions {text}, which it tests `{fact}` with"
            help = "say in a `note` of the citation where the number comes from, or cite it with `basis: added`"
            home = rule.home if rule.home == subject.decision.id else None
            yield Flaw(UNSOURCED, message, rule.place, help, home, rule.id)
    if is_free:
        yield Proof(UNSOURCED, "each threshold is in a note of its source", subject.decision.id, subject.kinds)


def unnamed_reasons(subject: Subject) -> Iterator[Found]:
    """A flaw for each reason that names nothing of the rule's own condition, neither in braces nor in words."""
    for rule in subject.decision.rules.values():
        if rule.because is None or names_in(parts_of(rule.because)):
            continue
        if not _words([rule.because]) & _words(_titles(subject, rule)):
            message = f"the reason of `{rule.id}` names nothing that the rule tests"
            help = "name what it tests, in words or in braces, so that a reader sees why it fired"
            home = rule.home if rule.home == subject.decision.id else None
            yield Flaw(NAMES_NOTHING, message, rule.place, help, home, rule.id)


def _told(guideline: Guideline, rule: Rule) -> Iterator[str]:
    for each in rule.source:
        yield from (text for text in (each.note, each.at) if text is not None)
        if each.cite is not None:
            source = guideline.sources[each.cite]
            yield from (text for text in (source.title, source.note) if text is not None)


def _numbers(text: str) -> Iterator[Fraction]:
    yield from (Fraction(number) for number in _NUMBER.findall(text))


def _titles(subject: Subject, rule: Rule) -> Iterator[str]:
    """How what a rule tests is called: facts with the choices tested, findings, scores."""
    for leaf in leaves(rule.condition):
        if isinstance(leaf, Test):
            fact = subject.guideline.facts[leaf.fact]
            yield from (fact.id, fact.title, *(choice.title for choice in fact.choices))
        else:
            name = leaf.finding if isinstance(leaf, FindingTest) else leaf.score
            described = subject.decision.findings.get(name) or subject.decision.scores[name]
            yield from (name, described.title)


def _words(texts: Iterable[str]) -> frozenset[str]:
    """The words of some texts, cut so that a singular and its plural are the same."""
    return frozenset(word.lower()[:5] for text in texts for word in _WORD.findall(text.replace("_", " ")))
