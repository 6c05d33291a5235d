"""The shapes of `guideline.yaml` and `facts.yaml`."""

from collections.abc import Iterator

from candor.authoring import values
from candor.authoring.names import Names
from candor.authoring.rule_shapes import ABOUT_SOURCE, CONDITION, RANGE, SOURCE, because, definitions
from candor.authoring.shapes import Either, Entry, FileShape, Listed, Record, Schema, Table, one_or_more
from candor.authoring.values import FLAG, NAME_KEY, TEXT, VALUE, words
from engine.guideline import FactType
from engine.loading.derivations import DERIVATION_FORM
from engine.loading.fact_file import FACT_FORM, FACTS_FORM, IMPOSSIBLE_FORM
from engine.loading.guideline_file import GUIDELINE_FORM, KINDS, SOURCE_FORM, STATUSES
from engine.loading.import_entries import IMPORT_FORM
from engine.loading.spans import CHOICE_FORM, NEEDED, ONLY_FOR, TYPES

_TYPES = {
    "number": "A number with decimals; needs `range` and `decimals`.",
    "integer": "A whole number; needs `range`.",
    "choice": "One of several values; needs `choices`.",
    "yes_no": "Yes or no.",
}
_STATUSES = {
    "draft": "Being written; said in the heading of every answer.",
    "active": "In use.",
    "retired": "No longer to be used; every answer has a caution.",
}


def guideline_file() -> FileShape:
    """Identity: `guideline.yaml`."""
    entries = {
        "guideline": Entry("The name of the guideline, which is that of its folder.", values.A_NAME),
        "version": Entry("Three numbers, such as 1.0.0.", values.VERSION),
        "status": Entry("Whether the guideline is in use.", words(STATUSES, _STATUSES)),
        "title": Entry("How the guideline is named in every answer.", TEXT),
        "purpose": Entry("What it is for.", TEXT),
        "population": Entry("Whom it is for.", TEXT),
        "limits": Entry("What it must not be used for; printed below every answer.", TEXT),
        "authors": Entry("Who wrote it.", Listed(TEXT)),
        "reviewed": Entry("The day of the last review.", values.DATE),
        "review_by": Entry("From the day after, every answer carries a caution.", values.DATE),
        "sources": Entry("The publications that it cites, by name.", Table(_source(), NAME_KEY, is_open=True)),
    }
    whole = Record(GUIDELINE_FORM, entries, is_open=True)
    return FileShape("guideline", "A guideline: who says it, for whom, and what it must not be used for.", whole, {})


def facts_file(names: Names | None) -> FileShape:
    """The vocabulary: `facts.yaml`."""
    combination = {
        "when": Entry("The combination: a condition on facts alone.", CONDITION),
        "because": because(),
    }
    entries = {
        "facts": Entry("What may be known about a patient, by name.", Table(_fact(), NAME_KEY, is_open=True)),
        "impossible": Entry("Combinations of facts that cannot be.", Listed(Record(IMPOSSIBLE_FORM, combination))),
    }
    about = "The facts of a guideline: what may be known about a patient."
    named = {
        name: shape
        for name, shape in definitions(None if names is None else names.of_facts()).items()
        if name != "rule"
    }
    return FileShape("facts", about, Record(FACTS_FORM, entries, is_open=True), named)


def _source() -> Record:
    entries = {
        "title": Entry("The title of the publication.", TEXT),
        "publisher": Entry("Who published it.", TEXT),
        "date": Entry("As far as it is known: 2026, 2026-05 or 2026-05-15.", values.PARTIAL_DATE),
        "kind": Entry("What sort of publication it is.", words(KINDS)),
        "evidence": Entry("How strong its evidence is.", TEXT),
        "url": Entry("Where to find it.", values.ADDRESS),
        "note": Entry("What a reader should know about it.", TEXT),
        "review_by": Entry("The day by which somebody is to look whether it still says this.", values.DATE),
    }
    return Record(SOURCE_FORM, entries)


def _fact() -> Record:
    entries = {
        "title": Entry("How the fact is named in sentences.", TEXT),
        "question": Entry("What to ask; the title with a question mark if left out.", TEXT),
        "type": Entry("What values it has.", words(TYPES, _TYPES)),
        "range": Entry("Lowest and highest value; a value outside is refused, never decided on.", RANGE),
        "decimals": Entry("0 to 6; values are rounded to it.", values.DECIMALS),
        "unit": Entry("The unit, in UCUM where there is one; printed behind the value.", TEXT),
        "changeable": Entry("May an explanation propose another value? `no` if left out.", FLAG),
        "assume": Entry("The value where there is no other; said in the headline of every answer.", VALUE),
        "max_age": Entry("`90 days` or `12 weeks`: an older value no longer counts.", values.AGE),
        "codes": Entry("Codes of terminologies, each system with a list.", Table(Listed(TEXT), NAME_KEY)),
        "agree_within": Entry("Values that differ by more get a caution that shows them all.", values.NUMBER),
        "choices": Entry("The values of a choice, each with its title.", Table(_choice(), NAME_KEY, least=2)),
        "derived": Entry("Ways to compute it where it is not given, tried in order.", Listed(_derivation(), 1)),
        "from": Entry("Decisions of other guidelines that say what it is, tried in order.", one_or_more(_import())),
        "otherwise": Entry("The value where an imported decision has no answer.", VALUE),
        "source": Entry(ABOUT_SOURCE, SOURCE),
    }
    return Record(FACT_FORM, entries, {"allOf": list(_by_type())}, is_open=True)


def _by_type() -> Iterator[Schema]:
    """What a type of fact needs, and what does not go with it."""
    for kind in FactType:
        needs = list(NEEDED.get(kind, ()))
        wrong = [name for name, kinds in ONLY_FOR.items() if kind not in kinds]
        then: Schema = {"required": needs} if needs else {}
        if wrong:
            then["properties"] = dict.fromkeys(wrong, False)
        yield {"if": {"properties": {"type": {"const": kind.value}}, "required": ["type"]}, "then": then}
    for name, needed in (("otherwise", "from"), ("agree_within", "derived")):
        yield {"if": {"required": [name]}, "then": {"required": [needed]}}


def _choice() -> Either:
    entries = {
        "title": Entry("How the value is named in sentences.", TEXT),
        "source": Entry(ABOUT_SOURCE, SOURCE),
    }
    return Either((TEXT, Record(CHOICE_FORM, entries)))


def _derivation() -> Record:
    about = "+ - * / ( ), sqrt, ln, abs, min, max, numbers, and the names of facts that are numbers."
    entries = {
        "title": Entry("How this way of computing it is named.", TEXT),
        "formula": Entry(about, VALUE),
        "source": Entry(ABOUT_SOURCE, SOURCE),
    }
    return Record(DERIVATION_FORM, entries)


def _import() -> Record:
    pairs = Table(VALUE, {"minLength": 1})
    entries = {
        "title": Entry("How the import is named in a trace.", TEXT),
        "guideline": Entry("The other guideline, beside this one or among those that come with Candor.", VALUE),
        "version": Entry("Its version, exactly.", VALUE),
        "decision": Entry("Which decision of it.", VALUE),
        "facts": Entry("`their fact: our fact`, where the names differ.", pairs),
        "values": Entry("`their fact: value`, for what is certain here.", pairs),
        "outcomes": Entry("`their outcome: our value`, where the names differ.", pairs),
        "source": Entry(ABOUT_SOURCE, SOURCE),
    }
    return Record(IMPORT_FORM, entries)
