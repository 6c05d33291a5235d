"""What joins a guideline from one that it imports: facts, impossible combinations and the sources that these cite."""

from collections.abc import Collection, Iterable, Mapping

from engine.conditions import AllOf, AnyOf, AtLeast, Condition, NotThis, Test, all_parts, renamed
from engine.guideline import Citation, Derivation, Fact, Guideline, Import, Impossible, Source
from engine.templates import Slot, parts_of


def adopted_fact(fact: Fact, owner: str, cut: Collection[str]) -> Fact:
    """The fact with its citations pointing at the sources of its guideline. `cut` are the facts there that are ours
    here, and come to a value with us alone."""
    update = {
        "imports": tuple(_rebound(each, cut) for each in fact.imports),
        "derived": tuple(each.model_copy(update={"source": _cites(each.source, owner)}) for each in fact.derived),
        "choices": tuple(each.model_copy(update={"source": _cites(each.source, owner)}) for each in fact.choices),
        "source": _cites(fact.source, owner),
    }
    return fact.model_copy(update=update)


def adopted_sources(fact: Fact, other: Guideline) -> dict[str, Source]:
    """The sources that a fact cites, under the names that its citations have once it has joined."""
    cited = [*fact.source, *_of_all(fact.derived), *(each for choice in fact.choices for each in choice.source)]
    names = {each.cite for each in cited if each.cite is not None}
    return {_address(name, other.id): other.sources[name] for name in sorted(names) if name in other.sources}


def adopted_impossible(
    impossible: Impossible, other: Guideline, names: Mapping[str, str], values: Mapping[str, int]
) -> Impossible | bool:
    """The combination on facts of ours; where fixed values settle it, whether it is so."""
    when = _settled(impossible.when, values)
    if isinstance(when, bool):
        return when
    said = {name: other.facts[name].title_of(steps) for name, steps in values.items()}
    update = {"when": renamed(when, names), "because": _renamed_text(impossible.because, names, said)}
    return impossible.model_copy(update=update)


def without_ways(guideline: Guideline, names: Collection[str]) -> Guideline:
    """The guideline with these facts computed and decided by nobody there, nor in what it imports; itself, where it is
    so already. Made once: what is imported by many ways stays one guideline."""
    cut = guideline.facts.keys() & names
    return guideline.keep(Guideline, " ".join(sorted(cut)), lambda: _without_ways(guideline, cut))


def _without_ways(guideline: Guideline, cut: Collection[str]) -> Guideline:
    facts = {name: _without_way(fact, cut) for name, fact in guideline.facts.items()}
    if all(facts[name] is fact for name, fact in guideline.facts.items()):
        return guideline
    return guideline.model_copy(update={"facts": facts})


def _without_way(fact: Fact, cut: Collection[str]) -> Fact:
    if fact.id in cut:
        return fact.model_copy(update={"derived": (), "imports": ()}) if fact.derived or fact.imports else fact
    imports = tuple(_rebound(each, cut) for each in fact.imports)
    if all(rebound is each for rebound, each in zip(imports, fact.imports, strict=True)):
        return fact
    return fact.model_copy(update={"imports": imports})


def _rebound(imported: Import, cut: Collection[str]) -> Import:
    """The import where some of the facts that it reads come to a value elsewhere."""
    theirs = {name for name, ours in imported.facts.items() if ours in cut}
    if not theirs:
        return imported
    guideline = without_ways(imported.guideline, theirs)
    return imported if guideline is imported.guideline else imported.model_copy(update={"guideline": guideline})


def _of_all(derivations: Iterable[Derivation]) -> list[Citation]:
    return [each for derivation in derivations for each in derivation.source]


def _cites(citations: tuple[Citation, ...], owner: str) -> tuple[Citation, ...]:
    return tuple(
        each if each.cite is None else each.model_copy(update={"cite": _address(each.cite, owner)})
        for each in citations
    )


def _address(source: str, owner: str) -> str:
    """A source of another guideline, by a name that none of our own can have."""
    return source if "/" in source else f"{owner}/{source}"


def _settled(condition: Condition, values: Mapping[str, int]) -> Condition | bool:
    """The condition once some facts have fixed values: what is left of it, or its truth."""
    match condition:
        case Test(fact, meets) if fact in values:
            return any(low <= values[fact] <= high for low, high in meets)
        case NotThis(part):
            left = _settled(part, values)
            return not left if isinstance(left, bool) else NotThis(left)
        case AllOf(parts) | AnyOf(parts) | AtLeast(_, parts):
            settled = [_settled(part, values) for part in parts]
            return _joined(condition, settled)
    return condition


def _joined(condition: AllOf | AnyOf | AtLeast, settled: list[Condition | bool]) -> Condition | bool:
    left = tuple(each for each in settled if not isinstance(each, bool))
    wanted = condition.n if isinstance(condition, AtLeast) else len(settled) if isinstance(condition, AllOf) else 1
    wanted -= sum(1 for each in settled if each is True)
    if wanted <= 0:
        return True
    if wanted > len(left):
        return False
    if wanted == len(left):
        return all_parts(left)
    return AnyOf(left) if wanted == 1 else AtLeast(wanted, left)


def _renamed_text(text: str, names: Mapping[str, str], said: Mapping[str, str]) -> str:
    """A template with the names of our facts; `said` is what stands for others."""
    parts = []
    for part in parts_of(text):
        if isinstance(part, Slot) and part.name not in said:
            parts.append("{" + names.get(part.name, part.name) + "}")
        else:
            words = said[part.name] if isinstance(part, Slot) else part.text
            parts.append(words.replace("{", "{{").replace("}", "}}"))
    return "".join(parts)
