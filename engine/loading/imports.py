"""Facts that another guideline decides: its decision is looked up, its facts become ours or join ours, and it must
answer every patient. How the entries are written is in `import_entries`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from engine import logic
from engine.diagnostics import Diagnostics, Misread, Place, did_you_mean, quoted, shown
from engine.guideline import Decision, Fact, Guideline, Import, Impossible, Source
from engine.known import Known
from engine.loading.adopted import adopted_fact, adopted_impossible, adopted_sources, without_ways
from engine.loading.circles import chain_text, circles_in
from engine.loading.fact_file import Vocabulary
from engine.loading.import_entries import ImportDraft, Pairs
from engine.loading.nodes import Scalar
from engine.loading.values import exact_steps_in, steps_in
from engine.plan import plan_of

Find = Callable[[Scalar], Guideline | None]
"""The guideline of a name; None where there is none that can be used, with the reason noted."""


@dataclass(slots=True)
class _Importing:
    """The vocabulary so far, and what came with the imports."""

    facts: dict[str, Fact | None]
    places: dict[str, Place]
    impossible: list[Impossible]
    own: frozenset[str]
    find: Find
    notes: Diagnostics
    sources: dict[str, Source] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    contents: dict[str, object] = field(default_factory=dict)
    adopted: dict[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Imports:
    """The vocabulary with all that imports bring, the sources that came with them, the hashes of the guidelines, and
    what their authors wrote, also in those that they import themselves."""

    vocabulary: Vocabulary
    sources: Mapping[str, Source]
    hashes: Mapping[str, str]
    contents: Mapping[str, object]


def with_imports(vocabulary: Vocabulary, find: Find, notes: Diagnostics) -> Imports:
    """Looks up every import of the vocabulary. A fact with a faulty import is None in the result."""
    own = frozenset(vocabulary.facts)
    state = _Importing(dict(vocabulary.facts), dict(vocabulary.places), list(vocabulary.impossible), own, find, notes)
    for name, written in sorted(vocabulary.imports.items()):
        fact = vocabulary.facts[name]
        if fact is not None and fact.is_numeric:
            continue
        otherwise = _otherwise(written.otherwise, fact, notes) if fact is not None else None
        has_otherwise = written.otherwise is not None
        drafts = written.drafts if fact is not None else ()
        found = [_import(state, fact, draft, otherwise, has_otherwise) for draft in drafts if fact is not None]
        whole = tuple(each for each in found if each is not None)
        is_whole = fact is not None and len(whole) == len(found)
        state.facts[name] = fact.model_copy(update={"imports": whole}) if fact is not None and is_whole else None
    _note_circles(state, vocabulary)
    is_whole = all(state.facts[name] is not None for name in vocabulary.imports)
    grown = replace(
        vocabulary,
        facts=dict(sorted(state.facts.items())),
        places=state.places,
        impossible=tuple(state.impossible),
        is_whole=is_whole,
    )
    return Imports(grown, state.sources, state.hashes, state.contents)


def _otherwise(scalar: Scalar | None, fact: Fact, notes: Diagnostics) -> int | None:
    if scalar is None:
        return None
    try:
        return steps_in(scalar, fact)
    except Misread as misread:
        notes.add("fact.otherwise", misread.message, scalar.place, misread.help)
        return None


def _import(
    state: _Importing, fact: Fact, draft: ImportDraft, otherwise: int | None, has_otherwise: bool
) -> Import | None:
    other = state.find(draft.guideline)
    if other is None or not _is_pinned(draft, other, state.notes):
        return None
    decision = _decision(draft, other, state.notes)
    if decision is None:
        return None
    before = state.notes.count
    names, values = _bound(state, draft, other, decision)
    results = _results(draft, fact, decision, state.notes)
    if state.notes.count > before:
        return None
    state.hashes[other.id] = other.sha256
    state.contents |= {**other.imported_content, other.id: other.content}
    imported = Import(
        title=draft.title,
        guideline=_as_used(other, names, values, state),
        decision=decision.id,
        facts=names,
        values=values,
        results=results if otherwise is None else {**results, None: otherwise},
        source=draft.source,
    )
    if not has_otherwise and not _has_no_gap(draft, imported, state.notes):
        return None
    without_encodings = imported.guideline.model_copy()  # those of the proofs are large, and no longer needed
    return imported.model_copy(update={"needs_nothing": _needs_nothing(imported), "guideline": without_encodings})


def _is_pinned(draft: ImportDraft, other: Guideline, notes: Diagnostics) -> bool:
    if draft.version.text == other.version:
        return True
    message = f"`{other.id}` is version {other.version}, not {shown(draft.version.text)[1:-1]}"
    help = f"read what changed in it, then write {other.version}"
    notes.add("import.version", message, draft.version.place, help)
    return False


def _decision(draft: ImportDraft, other: Guideline, notes: Diagnostics) -> Decision | None:
    decision = other.decisions.get(draft.decision.text)
    if decision is None:
        help = did_you_mean(draft.decision.text, other.decisions, f"it has {quoted(other.decisions)}")
        message = f"`{other.id}` has no decision {shown(draft.decision.text)}"
        notes.add("import.unknown_decision", message, draft.decision.place, help)
    return decision


def _bound(
    state: _Importing, draft: ImportDraft, other: Guideline, decision: Decision
) -> tuple[dict[str, str], dict[str, int]]:
    """Every fact of their decision as one of ours, or as a fixed value. Those that we do not have join ours."""
    known = plan_of(other, decision.id).names
    written = _written(state, draft.facts, other, known)
    values = _fixed(draft.values, other, known, written, state.notes)
    namesakes = other.facts.keys() & state.own
    plan = plan_of(without_ways(other, {*written, *values, *namesakes}), decision.id)
    values = {name: steps for name, steps in values.items() if name in plan.names}
    names = {name: written.get(name, name) for name in plan.names if name not in values}
    for name in (name for name in names if name not in written and name in namesakes):
        _check_same(state, name, name, other, draft.decision)
    for name in (name for name in names if name not in written and name not in namesakes):
        _join(state, draft, other.facts[name], other, {**names, **dict.fromkeys(values, "")})
    for each in plan.impossible:
        _exclude(state, draft, adopted_impossible(each.impossible, other, names, values))
    return names, values


def _exclude(state: _Importing, draft: ImportDraft, impossible: Impossible | bool) -> None:
    """What is impossible there is impossible here."""
    if impossible is True:
        message = "what stands under `values` is impossible there"
        help = "give other values, or name facts of ours under `facts`"
        state.notes.add("import.value", message, draft.decision.place, help)
    elif impossible is not False and impossible not in state.impossible:
        state.impossible.append(impossible)


def _written(state: _Importing, pairs: Pairs, other: Guideline, known: tuple[str, ...]) -> dict[str, str]:
    """The pairs under `facts`."""
    names: dict[str, str] = {}
    for theirs, ours in pairs:
        if theirs.text not in known:
            _note_their_fact(theirs, other, known, state.notes)
        elif ours.text not in state.own:
            help = did_you_mean(ours.text, state.own, "describe it in `facts.yaml`, or name a fact that is there")
            state.notes.add("import.unknown_fact", f"{shown(ours.text)} is not a fact", ours.place, help)
        else:
            names[theirs.text] = ours.text
            _check_same(state, theirs.text, ours.text, other, ours)
    return names


def _fixed(
    pairs: Pairs, other: Guideline, known: tuple[str, ...], names: Mapping[str, str], notes: Diagnostics
) -> dict[str, int]:
    """The pairs under `values`."""
    values: dict[str, int] = {}
    for theirs, value in pairs:
        if theirs.text not in known:
            _note_their_fact(theirs, other, known, notes)
        elif theirs.text in names:
            help = "keep it under `facts` or under `values`"
            notes.add("import.bound_twice", f"`{theirs.text}` is one of our facts and a value", theirs.place, help)
        else:
            try:
                values[theirs.text] = exact_steps_in(value, other.facts[theirs.text])
            except Misread as misread:
                notes.add("import.value", misread.message, value.place, misread.help)
    return values


def _note_their_fact(theirs: Scalar, other: Guideline, known: tuple[str, ...], notes: Diagnostics) -> None:
    help = did_you_mean(theirs.text, known, f"it has {quoted(known)}" if known else "it has no facts")
    message = f"the decision of `{other.id}` has no fact {shown(theirs.text)}"
    notes.add("import.unknown_fact", message, theirs.place, help)


def _check_same(state: _Importing, theirs: str, ours: str, other: Guideline, at: Scalar) -> None:
    """Notes a difference between a fact of theirs and the one of ours that it is."""
    one, two = other.facts[theirs], state.facts[ours]
    if two is None:
        return
    for noun, theirs_text, ours_text in zip(_MUST_AGREE, _meaning(one), _meaning(two), strict=True):
        if theirs_text != ours_text:
            message = f"`{ours}` and the fact `{theirs}` of `{other.id}` differ in their {noun}"
            help = f"there it is {theirs_text}, here {ours_text}: let both agree, or name another fact under `facts`"
            state.notes.add("import.different_fact", message, at.place, help)
            return


_MUST_AGREE = ("type", "range", "decimals", "unit", "choices")


def _meaning(fact: Fact) -> tuple[str, ...]:
    """What two facts must have in common to be one."""
    choices = ", ".join(choice.id for choice in fact.choices)
    ends = f"{fact.exact(fact.low)} to {fact.exact(fact.high)}" if fact.is_numeric else ""
    return fact.type.value, ends, str(fact.decimals), fact.unit or "none", choices


def _join(state: _Importing, draft: ImportDraft, fact: Fact, other: Guideline, names: Mapping[str, str]) -> None:
    """A fact that we do not have joins ours, as it is declared there."""
    elsewhere = sorted(read for read in fact.reads if names.get(read, read) != read)
    if elsewhere:
        message = f"`{fact.id}` of `{other.id}` is computed from {quoted(elsewhere)}, which comes from elsewhere here"
        help = f"name under `facts` which fact of ours `{fact.id}` is, and compute it here"
        state.notes.add("import.unbound", message, draft.decision.place, help)
        return
    joining = adopted_fact(fact, other.id, state.own)
    imports = (
        each if each is theirs else each.model_copy(update={"needs_nothing": _needs_nothing(each)})
        for each, theirs in zip(joining.imports, fact.imports, strict=True)
    )
    joining = joining.model_copy(update={"imports": tuple(imports)})
    if _behaviour(state.adopted.setdefault(fact.id, joining)) != _behaviour(joining):
        message = f"`{fact.id}` comes from two guidelines that declare it differently"
        help = "declare it in `facts.yaml`"
        state.notes.add("import.different_fact", message, draft.decision.place, help)
    state.facts.setdefault(fact.id, joining)
    state.places.setdefault(fact.id, draft.decision.place)
    state.sources.update(adopted_sources(fact, other))


def _behaviour(fact: Fact) -> tuple[object, ...]:
    """What two facts that join from two guidelines must have in common to be one."""
    ways = [(each.title, each.formula.text) for each in fact.derived]
    imports = [_import_behaviour(each) for each in fact.imports]
    return *_meaning(fact), ways, imports, fact.assume, fact.max_age_days, fact.agree_within


def _import_behaviour(imported: Import) -> tuple[object, ...]:
    facts = imported.guideline.facts
    computed = sorted(name for name in imported.facts if facts[name].derived or facts[name].imports)
    bound = imported.facts, imported.values, imported.results
    return imported.title, imported.guideline.sha256, imported.decision, *bound, computed


def _results(draft: ImportDraft, fact: Fact, decision: Decision, notes: Diagnostics) -> dict[str | None, int]:
    """What each outcome of their decision stands for, in steps of our fact."""
    results: dict[str | None, int] = {}
    for outcome, value in draft.outcomes:
        if outcome.text not in decision.outcomes:
            help = did_you_mean(outcome.text, decision.outcomes, f"it has {quoted(decision.outcomes)}")
            message = f"{shown(outcome.text)} is not an outcome of that decision"
            notes.add("import.unknown_outcome", message, outcome.place, help)
            continue
        try:
            results[outcome.text] = steps_in(value, fact)
        except Misread as misread:
            notes.add("import.value", misread.message, value.place, misread.help)
    written = {outcome.text for outcome, _ in draft.outcomes}
    choices = {choice.id: steps for steps, choice in enumerate(fact.choices)}
    results |= {name: choices[name] for name in decision.outcomes if name not in written and name in choices}
    missing = [name for name in decision.outcomes if name not in written and name not in choices]
    if missing:
        help = f"write under `outcomes` which value of `{fact.id}` each stands for"
        verb = "stands" if len(missing) == 1 else "stand"
        notes.add("import.unmapped", f"{quoted(missing)} {verb} for no value", draft.decision.place, help)
    return results


def _as_used(other: Guideline, names: Mapping[str, str], values: Mapping[str, int], state: _Importing) -> Guideline:
    """Their guideline as our facts are used in it: what joined ours is computed as there, the rest with us."""
    joined = {name for name, ours in names.items() if name == ours and name in state.adopted}
    return without_ways(other, {*names, *values} - joined)


def _has_no_gap(draft: ImportDraft, imported: Import, notes: Diagnostics) -> bool:
    plan = plan_of(imported.guideline, imported.decision)
    if None not in logic.results_of_anyone(plan, imported.values):
        return True
    message = f"`{imported.guideline.id}/{imported.decision}` does not answer every patient"
    help = "write under `otherwise`, beside `from`, the value of the fact where it has no answer"
    notes.add("import.gap", message, draft.decision.place, help)
    return False


def _needs_nothing(imported: Import) -> bool:
    plan = plan_of(imported.guideline, imported.decision)
    results = logic.possible_results(plan, Known(imported.values), [*plan.decision.outcomes, None])
    return len(results) == 1


def _note_circles(state: _Importing, vocabulary: Vocabulary) -> None:
    needs = {name: fact.reads for name, fact in state.facts.items() if fact is not None}
    needs = {name: reads & needs.keys() for name, reads in needs.items()}
    for circle in circles_in(needs):
        imported = sorted(set(circle) & vocabulary.imports.keys())
        if imported:
            message = f"facts go round in a circle: {chain_text(circle)}"
            place = state.places[imported[0]]
            state.notes.add("import.circular", message, place, "decide one of them from other facts")
