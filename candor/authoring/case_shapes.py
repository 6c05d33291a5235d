"""The shapes of a file of cases and of a patient."""

from collections.abc import Mapping

from candor.authoring import values
from candor.authoring.names import Names, fact_in_words
from candor.authoring.shapes import Either, Entry, FileShape, Leaf, Listed, Record, Schema, Table
from candor.authoring.values import FLAG, NAME_KEY, NUMBER, TEXT, YES_NO, chosen, numeric, words
from engine.codes import MEANINGS
from engine.facts import MAX_PATIENT, PATIENT_FORM
from engine.guideline import Fact, FactType
from engine.loading.case_file import CASE_FORM, CASES_FORM, EXPECT_FORM, REFUSALS
from engine.loading.case_file import STATUSES as ANSWERS
from engine.loading.values import VALUE_FORM

_NULL: Schema = {"type": "null"}
_NOT_GIVEN: Schema = {"enum": ["", "null", "~"]}
"""Nothing, as whoever reads the text alone sees it."""
_ANSWERS = {
    "concluded": "One outcome holds, whatever is not known.",
    "needs_information": "Several results are possible.",
    "not_covered": "The guideline has no answer: a gap.",
}


def cases_file(names: Names | None) -> FileShape:
    """The cases of a decision: `selection.cases.yaml`."""
    entries = {
        "facts": Entry("What is known of the patient.", _facts(names)),
        "at": Entry("The day or instant of the decision, for cases with dated values.", values.MOMENT),
        "expect": Entry("The answer that is expected.", _expected(names)),
        "source": Entry("Where the case is published.", TEXT),
    }
    cases = Table(Record(CASE_FORM, entries, is_open=True), NAME_KEY, is_open=True)
    whole = Record(
        CASES_FORM, {"cases": Entry("Example patients with the expected answer, by name.", cases)}, is_open=True
    )
    return FileShape("cases", "The cases of a decision: example patients with the expected answer.", whole, {})


def patient_file(names: Names | None) -> FileShape:
    """A patient, in YAML or JSON."""
    identity: Schema = {"type": ["string", "number", "boolean", "null"], "maxLength": MAX_PATIENT}
    entries = {
        "patient": Entry("An identifier that says nothing to strangers.", Leaf(identity)),
        "facts": Entry("What is known of the patient.", Either((_facts(names), Leaf({"anyOf": [_NULL, _NOT_GIVEN]})))),
    }
    return FileShape("patient", "The facts of a patient.", Record(PATIENT_FORM, entries, is_open=True), {})


def _facts(names: Names | None) -> Table:
    if names is None:
        return Table(_given(values.ANY), NAME_KEY, is_filled=True)
    known = {name: Entry(fact_in_words(fact), _given(_value_of(fact))) for name, fact in names.facts.items()}
    return Table(None, {}, known, is_filled=True)


def _given(value: Schema) -> Either:
    """A value of a fact, or a mapping of the value, its date and a note."""
    either: Schema = {"anyOf": [value, _NULL, _NOT_GIVEN]}
    entries = {
        "value": Entry("The value.", Leaf(either)),
        "at": Entry("The date of the observation.", Leaf({"anyOf": [values.MOMENT.schema, _NULL, _NOT_GIVEN]})),
        "note": Entry("What a reader should know about it.", Leaf({"anyOf": [values.ANY, _NULL, _NOT_GIVEN]})),
    }
    return Either((Leaf(either), Record(VALUE_FORM, entries)))


def _value_of(fact: Fact) -> Schema:
    """What a patient's value may be: it is rounded to the decimals of its fact before its range is looked at."""
    if fact.type is FactType.YES_NO:
        return YES_NO
    if fact.type is FactType.CHOICE:
        return chosen({choice.id: choice.title for choice in fact.choices})
    if fact.type is FactType.INTEGER:
        return numeric(fact.low, fact.high, is_whole=True)
    half = 0.5 / float(10**fact.decimals)
    return numeric(float(fact.exact(fact.low)) - half, float(fact.exact(fact.high)) + half)


def _expected(names: Names | None) -> Record:
    outcome = Leaf(values.ANY if names is None else chosen(names.outcomes))
    rules = Listed(Leaf(values.ANY if names is None else chosen(names.rules)))
    entries = {
        "status": Entry("Whether there is an answer.", words(ANSWERS, _ANSWERS)),
        "outcome": Entry("The outcome that is concluded.", outcome),
        "possible": Entry("The outcomes that are still possible, all of them.", Listed(outcome)),
        "fired": Entry("Rules that fire, among others.", rules),
        "not_fired": Entry("Rules that do not fire.", rules),
        "cautions": Entry("The rules whose caution is given, all of them.", rules),
        "findings": Entry(
            "Findings and whether they hold.", _concluded(None if names is None else names.findings, FLAG)
        ),
        "scores": Entry("Scores that are settled.", _concluded(None if names is None else names.scores, NUMBER)),
        "rejected": Entry(
            "The code with which the input is refused; it stands alone.",
            words(REFUSALS, {code: MEANINGS[code] for code in REFUSALS}),
        ),
    }
    alone: Schema = {"minProperties": 1, "if": {"required": ["rejected"]}, "then": {"maxProperties": 1}}
    return Record(EXPECT_FORM, entries, alone)


def _concluded(titles: Mapping[str, str] | None, value: Leaf) -> Table:
    if titles is None:
        return Table(value, NAME_KEY, least=1)
    return Table(None, {}, {name: Entry(title, value) for name, title in titles.items()}, least=1)
