"""How facts are derived from others: the formulas, and what they may refer to."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from engine.diagnostics import Diagnostics, Misread, Place, did_you_mean, shown
from engine.formulas import Formula, formula_in, is_whole
from engine.guideline import Derivation, Fact, FactType
from engine.loading.citations import citations_in
from engine.loading.entries import Entries, Form, entries_in
from engine.loading.nodes import Scalar, place_within

DERIVATION_FORM = Form("fact", "a derivation", ("title", "formula"), ("source",))


@dataclass(frozen=True, slots=True)
class Derivations:
    """The derivations of one fact, and each formula with the text it was read from."""

    found: tuple[Derivation, ...] = ()
    formulas: tuple[tuple[Scalar, Formula], ...] = ()

    @property
    def inputs(self) -> frozenset[str]:
        """Every fact that one of the formulas reads."""
        return frozenset(name for _, formula in self.formulas for name in formula.facts)


def derivations_in(entries: Entries, sources: Collection[str] | None) -> Derivations:
    """Reads the entry `derived` of a fact. References are checked later, by `check_formulas`."""
    found: list[Derivation] = []
    formulas: list[tuple[Scalar, Formula]] = []
    if "derived" in entries and not entries.one_or_more("derived"):
        entries.note("wrong_kind", "`derived` is empty", entries.key_place("derived"), "list a formula, or remove it")
    for node in entries.items("derived"):
        body = entries_in(node, DERIVATION_FORM, node.place, entries.notes)
        if body is None:
            continue
        title, citations = body.text("title"), citations_in(body, sources)
        read = _formula(body)
        if title is not None and title in (each.title for each in found):
            help = "give each derivation a title of its own: it is how a trace names it"
            body.note("repeated_title", f"two derivations have the title {shown(title)}", body.key_place("title"), help)
        if read is not None:
            formulas.append(read)
            found.append(Derivation(title=title or "", formula=read[1], source=citations))
    return Derivations(tuple(found), tuple(formulas))


def check_formulas(derived: Mapping[str, Derivations], facts: Mapping[str, Fact | None], notes: Diagnostics) -> None:
    """Notes what formulas refer to and must not, and an integer whose formula need not be whole."""
    for name, derivations in derived.items():
        for scalar, formula in derivations.formulas:
            _check_references(scalar, formula, facts, notes)
            _check_whole(scalar, formula, name, facts, notes)


def _formula(entries: Entries) -> tuple[Scalar, Formula] | None:
    scalar = entries.scalar("formula")
    if scalar is None:
        return None
    try:
        return scalar, formula_in(scalar.text)
    except Misread as misread:
        place = place_within(scalar, misread.start, misread.end)
        entries.notes.add(misread.code, misread.message, place, misread.help)
        return None


def _check_references(scalar: Scalar, formula: Formula, facts: Mapping[str, Fact | None], notes: Diagnostics) -> None:
    for name in formula.facts:
        place = _place_of(name, scalar)
        if name not in facts:
            numeric = [each.id for each in facts.values() if each is not None and each.is_numeric]
            help = did_you_mean(name, numeric, "describe it under `facts`, or use another")
            notes.add("formula.unknown_fact", f"{shown(name)} is not a fact", place, help)
        elif (fact := facts[name]) is not None and not fact.is_numeric:
            message = f"`{name}` is of type {fact.type.value}, which cannot be computed with"
            notes.add("formula.not_numeric", message, place, "use facts of type number or integer")


def _check_whole(
    scalar: Scalar, formula: Formula, name: str, facts: Mapping[str, Fact | None], notes: Diagnostics
) -> None:
    fact = facts[name]
    if fact is None or fact.type is not FactType.INTEGER:
        return
    inputs = [known for each in formula.facts if (known := facts.get(each)) is not None]
    if not is_whole(formula) or any(known.type is FactType.NUMBER for known in inputs):
        message = f"the formula of the integer `{name}` can give a number that is not whole"
        help = "use whole numbers, integers and + - * min max abs, or let the fact be a number"
        notes.add("formula.not_whole", message, scalar.place, help)


def _place_of(name: str, scalar: Scalar) -> Place:
    match = re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", scalar.text, re.ASCII)
    return place_within(scalar, match.start(), match.end()) if match else scalar.place
