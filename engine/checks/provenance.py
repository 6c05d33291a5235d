"""What rules rest on: sources past their review, thresholds that no note mentions, reasons that name nothing."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from functools import partial

from engine.checks.flaws import Flaw, Proof
from engine.checks.subject import Found, Subject
from engine.conditions import FindingTest, ScoreTest, Test, leaves
from engine.guideline import Basis, Fact, Guideline, Rule
from engine.templates import names_in, parts_of

UNSOURCED, NAMES_NOTHING = "check.threshold_unsourced", "check.because_names_nothing"
_NUMBER = re.compile(r"(?<!\w)(?<!(?<!\.)\.)-?\d+(?:\.\d+)?(?!\d)")
"""Not what follows a letter, or one point alone: `2.6..4.4` are two numbers."""
_INTERVAL = re.compile(r"(-?\d+(?:\.\d+)?)\s*\.\.\s*(-?\d+(?:\.\d+)?)")
_ABOUT_ZERO = re.compile(r"[<>]=?\s*0(?![\d.])")
"""That there is any, or none: no source needs to say it."""
_WORD = re.compile(r"[^\W_]{3,}")
_SMALL = re.compile(
    "and|are|but|for|from|has|have|her|his|its|not|nor|that|the|their|them|then|there|they|this|was|were|with"
)
"""Words that name nothing, wherever they stand."""


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
        for name, text in [each for each in _thresholds(subject, rule) if Fraction(each[1]) not in told][:1]:
            is_free = False
            message = f"no note of the sources of `{rule.id}` mentions {text}, which it tests `{name}` with"
            help = "say in a `note` of the citation where the number comes from, or cite it with `basis: added`"
            home = rule.home if rule.home == subject.decision.id else None
            yield Flaw(UNSOURCED, message, rule.place, help, home, rule.id)
    if is_free:
        statement = "each threshold of a rule that is based on a source is in a note of one of its sources"
        yield Proof(UNSOURCED, statement, subject.decision.id, subject.kinds)


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
        notes = (each.note, None if each.cite is None else guideline.sources[each.cite].note)
        yield from (note for note in notes if note is not None)


def _numbers(text: str) -> Iterator[Fraction]:
    yield from (Fraction(number) for number in _NUMBER.findall(text.replace("\N{MINUS SIGN}", "-")))


def _thresholds(subject: Subject, rule: Rule) -> Iterator[tuple[str, str]]:
    """The numbers that a rule tests facts and scores with, as they are written; not the ends of the range, which an
    interval that goes so far names for completeness."""
    for leaf in leaves(rule.condition):
        if isinstance(leaf, FindingTest):
            continue
        facts, scores = subject.guideline.facts, subject.decision.scores
        scale = scores[leaf.score].scale if isinstance(leaf, ScoreTest) else facts[leaf.fact]
        if scale.is_numeric:
            text = _INTERVAL.sub(partial(_inner_ends, scale), leaf.text)
            yield from ((scale.id, each) for each in _NUMBER.findall(_ABOUT_ZERO.sub("", text)))


def _inner_ends(scale: Fact, interval: re.Match[str]) -> str:
    """The ends of an interval, but for those that are the ends of the range."""
    ends = zip(interval.groups(), (scale.low, scale.high), strict=True)
    return " ".join(text for text, end in ends if Fraction(text) != scale.exact(end))


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
    found = {word.lower() for text in texts for word in _WORD.findall(text.replace("_", " "))}
    return frozenset(word[:5] for word in found if not _SMALL.fullmatch(word))
