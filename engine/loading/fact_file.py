"""`facts.yaml`: the vocabulary of a guideline. What values a fact can have is read in `spans`, how it is derived in
`derivations`."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from engine.diagnostics import Diagnostics, Misread, Place, counted, shown
from engine.guideline import Fact, FactType, Impossible
from engine.loading.circles import chain_text, circles_in
from engine.loading.citations import citations_in
from engine.loading.conditions import Scope, condition_of
from engine.loading.derivations import Derivations, check_formulas, derivations_in
from engine.loading.entries import Entries, Form, entries_in, named_in, note_kind, texts_of
from engine.loading.import_entries import ImportDrafts, imports_in
from engine.loading.nodes import Node, Scalar, Sequence
from engine.loading.reasons import reason_in
from engine.loading.spans import Span, span_in, type_in
from engine.loading.values import exact_steps_in
from engine.numbers import exact_steps, number_in

FACTS_FORM = Form("fact", "`facts.yaml`", ("facts",), ("impossible",))
FACT_FORM = Form(
    "fact",
    "a fact",
    ("title", "type"),
    (
        "question", "range", "decimals", "choices", "unit", "changeable", "max_age", "codes", "agree_within", "derived",
        "assume", "source", "from", "otherwise",
    ),
)  # fmt: skip
IMPOSSIBLE_FORM = Form("fact", "an impossible combination", ("when", "because"))
MAX_AGE = re.compile(r"([1-9]\d{0,4}) (day|week)s?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The facts of a guideline, by name; None for one that is there and faulty. `places` are where the names stand."""

    facts: dict[str, Fact | None]
    places: dict[str, Place]
    impossible: tuple[Impossible, ...]
    imports: dict[str, ImportDrafts]
    """By fact, the decisions of other guidelines that say what it is, still to be looked up."""
    is_whole: bool = True
    """False where an import failed, which may have brought more facts."""


def vocabulary_in(node: Node, place: Place, sources: Collection[str] | None, notes: Diagnostics) -> Vocabulary | None:
    """Reads `facts.yaml`; None where it holds no facts at all. `sources` is None where their names are not known."""
    entries = entries_in(node, FACTS_FORM, place, notes)
    mapping = entries.mapping("facts") if entries is not None else None
    if entries is None or mapping is None:
        return None
    facts: dict[str, Fact | None] = {}
    derived: dict[str, Derivations] = {}
    imports: dict[str, ImportDrafts] = {}
    for key, body in named_in(mapping, "fact", notes):
        facts[key.text], derived[key.text], imports[key.text] = _fact(key, body, sources, notes)
    facts = dict(sorted(facts.items()))
    check_formulas(derived, facts, notes)
    places = {key.text: key.place for key, _ in mapping.entries}
    _note_circles(derived, places, notes)
    imported = {name: each for name, each in imports.items() if each.drafts}
    return Vocabulary(facts, places, _impossible(entries, facts), imported)


def _fact(
    key: Scalar, node: Node, sources: Collection[str] | None, notes: Diagnostics
) -> tuple[Fact | None, Derivations, ImportDrafts]:
    entries = entries_in(node, FACT_FORM, key.place, notes)
    if entries is None:
        return None, Derivations(), ImportDrafts()
    derived, imports = derivations_in(entries, sources), imports_in(entries, sources)
    kind = type_in(entries)
    span = span_in(entries, kind, sources) if kind is not None else None
    fact = _described(key, entries, kind or FactType.YES_NO, span or Span(0, 1), sources)
    if kind is None or span is None:
        return None, derived, imports
    return fact.model_copy(update={"derived": derived.found, **_in_steps(entries, fact)}), derived, imports


def _described(key: Scalar, entries: Entries, kind: FactType, span: Span, sources: Collection[str] | None) -> Fact:
    title = entries.text("title") or key.text
    return Fact(
        id=key.text,
        title=title,
        question=entries.text("question") or f"{title}?",
        type=kind,
        low=span.low,
        high=span.high,
        decimals=span.decimals,
        unit=entries.text("unit"),
        choices=span.choices,
        changeable=bool(entries.flag("changeable")),
        max_age_days=_max_age(entries),
        codes=_codes(entries),
        source=citations_in(entries, sources),
        place=key.place,
    )


def _max_age(entries: Entries) -> int | None:
    scalar = entries.scalar("max_age")
    if scalar is None:
        return None
    match = MAX_AGE.fullmatch(scalar.text)
    if match is None:
        help = "write it like `90 days` or `12 weeks`"
        entries.note("max_age", f"{shown(scalar.text)} is not an age", scalar.place, help)
        return None
    return int(match[1]) * (7 if match[2] == "week" else 1)


def _codes(entries: Entries) -> dict[str, tuple[str, ...]]:
    codes: dict[str, tuple[str, ...]] = {}
    for key, node in named_in(entries.mapping("codes"), "fact", entries.notes):
        if isinstance(node, Sequence):
            codes[key.text] = texts_of(node.items, "fact", key.text, entries.notes)
        else:
            note_kind(node, "fact", key.text, "a list", entries.notes)
    return dict(sorted(codes.items()))


def _in_steps(entries: Entries, fact: Fact) -> dict[str, int | None]:
    """What can only be read once the fact's values are known."""
    return {"assume": _assumed(entries, fact), "agree_within": _agreement(entries, fact)}


def _assumed(entries: Entries, fact: Fact) -> int | None:
    scalar = entries.scalar("assume")
    if scalar is None:
        return None
    try:
        return exact_steps_in(scalar, fact)
    except Misread as misread:
        entries.note("assume", misread.message, scalar.place, misread.help)
        return None


def _agreement(entries: Entries, fact: Fact) -> int | None:
    scalar = entries.scalar("agree_within")
    if scalar is None or not fact.is_numeric:
        return None
    if "derived" not in entries:
        message = "`agree_within` is only for facts that are derived"
        entries.note("agree_within", message, entries.key_place("agree_within"), "remove it, or add `derived`")
    value = number_in(scalar.text)
    steps = exact_steps(value, fact.decimals) if value is not None else None
    if steps is None or steps <= 0:
        at_most = f" with {counted(fact.decimals, 'decimal')} at most"
        wanted = f"number above 0{at_most}" if fact.decimals else "whole number above 0"
        message = f"{shown(scalar.text)} is not a difference that `{fact.id}` can have"
        entries.note("agree_within", message, scalar.place, f"write a {wanted}")
        return None
    return steps


def _note_circles(derived: dict[str, Derivations], places: dict[str, Place], notes: Diagnostics) -> None:
    for circle in circles_in({name: each.inputs for name, each in derived.items()}):
        message = f"derivations go round in a circle: {chain_text(circle)}"
        notes.add("fact.circular", message, places[circle[0]], "derive one of them from other facts")


def _impossible(entries: Entries, facts: dict[str, Fact | None]) -> tuple[Impossible, ...]:
    scope = Scope(facts, (), (), {}, takes_findings=False)
    found = [_combination(node, entries, scope) for node in entries.items("impossible")]
    return tuple(each for each in found if each is not None)


def _combination(node: Node, owner: Entries, scope: Scope) -> Impossible | None:
    entries = entries_in(node, IMPOSSIBLE_FORM, node.place, owner.notes)
    if entries is None:
        return None
    when = condition_of(entries, "when", scope)
    because = reason_in(entries, when, scope)
    if when is None or when.condition is None or because is None:
        return None
    return Impossible(when=when.condition, because=because, place=node.place)
