"""The shapes of conditions, rules, decisions and shared findings."""

from collections.abc import Mapping

from candor.authoring import values
from candor.authoring.names import Names, fact_in_words
from candor.authoring.shapes import (
    Either,
    Entry,
    FileShape,
    Leaf,
    Listed,
    Named,
    Record,
    Schema,
    Shape,
    Table,
    one_or_more,
)
from candor.authoring.unary import any_test, number_test, test_on
from candor.authoring.values import FLAG, NAME_KEY, NUMBER, TEXT, chosen, words
from engine.loading.citations import BASES, CAUTION_FORM, CITATION_FORM
from engine.loading.conclusions import SCORE_FORM
from engine.loading.conditions import COUNT_FORM, JOINS, MAX_COUNTED
from engine.loading.decision_file import DECISION_FORM, OUTCOME_FORM
from engine.loading.effects import POINTS_FORM
from engine.loading.findings_file import FINDINGS_FORM
from engine.loading.names import RESERVED
from engine.loading.rules import RULE_FORM

SOURCE, CONDITION, RULE = Named("source"), Named("condition"), Named("rule")
ABOUT_SOURCE = "Where it stands in a source and on what basis it is taken from there, or a list of these."
RANGE = Listed(NUMBER, 2, {"maxItems": 2})
_BASES = {
    "stated": "The source says it.",
    "interpreted": "Our reading of what the source says.",
    "added": "It is not in the source.",
}
_NEEDS_A_SOURCE: Schema = {"anyOf": [{"required": ["cite"]}, {"properties": {"basis": {"const": "added"}}}]}
_HAS_AN_EFFECT: Schema = {
    "anyOf": [{"required": ["then"]}, {"required": ["caution"]}],
    "if": {"required": ["then"]},
    "then": {"required": ["because"]},
}
_CONCLUDES: Schema = {"required": [*RULE_FORM.required, "then", "because"]}


def decision_file(names: Names | None) -> FileShape:
    """A decision: `selection.yaml`."""
    beside = Leaf(_one_of(None if names is None else {name: fact.title for name, fact in names.facts.items()}))
    entries = {
        "decision": Entry("The name of the decision, which is that of its file.", values.A_NAME),
        "question": Entry("The question that it answers.", TEXT),
        "outcomes": Entry(
            "The possible answers. If several are concluded, the one listed first stands.",
            Table(_outcome(), NAME_KEY, least=1, is_open=True),
        ),
        "findings": Entry("Intermediate conclusions, by name, each with its title.", _findings()),
        "scores": Entry("Numbers that rules add up, by name.", _scores()),
        "beside": Entry("Facts that are shown with every answer and do not change it.", Listed(beside)),
        "cautions": Entry("Warnings that are shown with every answer.", Listed(_caution())),
        "rules": Entry("The rules, by name. Their order means nothing.", _rules(1)),
    }
    whole = Record(DECISION_FORM, entries, is_open=True)
    return FileShape("decision", "A decision: one question that a guideline answers.", whole, definitions(names))


def findings_file(names: Names | None) -> FileShape:
    """What decisions share: `findings.yaml`."""
    entries = {
        "findings": Entry("Intermediate conclusions that every decision may test, each with its title.", _findings()),
        "scores": Entry("Numbers that rules add up and every decision may test.", _scores()),
        "rules": Entry("The rules that conclude them.", _rules(0)),
    }
    about = "Findings and scores that the decisions of a guideline share."
    own = None if names is None else names.of_shared()
    named = {**definitions(own), "rule": _rule(own, _CONCLUDES)}
    return FileShape("findings", about, Record(FINDINGS_FORM, entries, is_open=True), named)


def definitions(names: Names | None) -> Mapping[str, Shape]:
    """What stands in many places: a source, a condition, a rule."""
    return {
        "source": one_or_more(_citation(names)),
        "condition": condition(names),
        "rule": _rule(names, _HAS_AN_EFFECT),
    }


def condition(names: Names | None) -> Table:
    """A condition: tests by name, all of which must hold, and what joins conditions."""
    joins = {
        "all": Entry("Every condition of the list holds.", Listed(CONDITION, 1)),
        "any": Entry("At least one condition of the list holds.", Listed(CONDITION, 1)),
        "at_least": Entry("At least `n` of the conditions under `of` hold.", Record(COUNT_FORM, _counting())),
        "not": Entry("The one condition under it does not hold.", Named("condition", {"maxProperties": 1})),
    }
    assert set(joins) == set(JOINS)
    if names is None:
        key: Schema = {"pattern": NAME_KEY["pattern"], "not": {"enum": sorted(RESERVED - set(JOINS))}}
        return Table(one_or_more(Leaf(any_test())), key, joins, least=1)
    tests = {name: Entry(fact_in_words(fact), one_or_more(Leaf(test_on(fact)))) for name, fact in names.facts.items()}
    findings = {name: Entry(f"Finding: {title}.", FLAG) for name, title in names.findings.items()}
    scores = {name: Entry(f"Score: {title}.", one_or_more(Leaf(number_test()))) for name, title in names.scores.items()}
    return Table(None, {}, {**tests, **findings, **scores, **joins}, least=1)


def because() -> Entry:
    """The reason of a rule or of what is impossible."""
    about = "The sentence that explains it. {name} is the value of a fact, finding or score of the condition."
    return Entry(about, TEXT)


def _counting() -> Mapping[str, Entry]:
    return {
        "n": Entry("How many must hold.", values.COUNT),
        "of": Entry("The conditions that are counted.", Listed(CONDITION, 1, {"maxItems": MAX_COUNTED})),
    }


def _one_of(titles: Mapping[str, str] | None) -> Schema:
    """The names of a guideline, or any name."""
    return values.NAME_VALUE if titles is None else chosen(titles)


def _citation(names: Names | None) -> Record:
    about = {
        "cite": Entry(
            "The source, by its name in guideline.yaml.", Leaf(_one_of(None if names is None else names.sources))
        ),
        "at": Entry("Where in the source: a section, table or page.", TEXT),
        "basis": Entry("How far the source carries it.", words(BASES, _BASES)),
        "note": Entry("What a reader should know about this reading of the source.", TEXT),
    }
    return Record(CITATION_FORM, about, _NEEDS_A_SOURCE)


def _caution() -> Either:
    entries = {"text": Entry("The warning.", TEXT), "source": Entry(ABOUT_SOURCE, SOURCE)}
    return Either((TEXT, Record(CAUTION_FORM, entries)))


def _outcome() -> Record:
    entries = {
        "title": Entry("The answer as it is printed.", TEXT),
        "meaning": Entry("What the answer means for the patient.", TEXT),
    }
    return Record(OUTCOME_FORM, entries)


def _findings() -> Table:
    return Table(TEXT, NAME_KEY, is_open=True)


def _scores() -> Table:
    entries = {
        "title": Entry("How the score is named in sentences.", TEXT),
        "range": Entry("The lowest and the highest value that it can have.", RANGE),
        "decimals": Entry("0 to 6 decimals; 0 if left out.", values.DECIMALS),
        "unit": Entry("The unit, printed behind the value.", TEXT),
    }
    return Table(Record(SCORE_FORM, entries), NAME_KEY, is_open=True)


def _rules(least: int) -> Table:
    return Table(RULE, NAME_KEY, least=least, is_open=True)


def _rule(names: Names | None, also: Schema) -> Record:
    outcomes = None if names is None else names.outcomes
    entries = {
        "title": Entry("How the rule is named in sentences.", TEXT),
        "when": Entry("The rule fires where this holds: all of its entries.", CONDITION),
        "unless": Entry("And this does not hold.", CONDITION),
        "then": Entry(
            "What it concludes: a finding, an outcome, points, or a list of these.", one_or_more(_effect(names))
        ),
        "because": because(),
        "source": Entry(ABOUT_SOURCE, SOURCE),
        "strength": Entry("How strong the recommendation is; printed.", TEXT),
        "caution": Entry("A warning that is shown where the rule fires.", _caution()),
        "overrides": Entry(
            "Outcomes that this rule is meant to go before. It changes nothing.",
            Either((Leaf(_one_of(outcomes)), Listed(Leaf(_one_of(outcomes))))),
        ),
    }
    return Record(RULE_FORM, entries, also, is_open=True)


def _effect(names: Names | None) -> Either:
    own = None if names is None else {name: each for name, each in names.findings.items() if name not in names.shared}
    scores = None if names is None else {name: each for name, each in names.scores.items() if name not in names.shared}
    concluded = None if names is None or own is None else {**own, **names.outcomes}
    points = {
        "add": Entry("How many points.", NUMBER),
        "to": Entry("The score that gets them.", Leaf(_one_of(scores))),
    }
    return Either((Leaf(_one_of(concluded)), Record(POINTS_FORM, points)))
