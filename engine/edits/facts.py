"""Edits of the vocabulary: of facts, and of what is impossible."""

from collections.abc import Iterator, Sequence

from engine.conditions import as_text
from engine.edits.conditions import bare, written
from engine.edits.model import Changes, Edit, Touch, Way, edits_by_id
from engine.guideline import Fact, FactType, Guideline, Import, Impossible
from engine.versions import Step


def vocabulary_edits(before: Guideline, after: Guideline) -> Iterator[Edit]:
    """The edits of facts, then of what is impossible."""
    yield from edits_by_id("fact", before.facts, after.facts, fact_edits)
    yield from _impossible(before.impossible, after.impossible)


def fact_edits(before: Fact, after: Fact) -> Iterator[Edit]:
    """What differs in a fact."""
    changes = Changes("fact", before.id)
    if before.type is not after.type:
        is_wider = (before.type, after.type) == (FactType.INTEGER, FactType.NUMBER)
        step = Step.MINOR if is_wider else Step.MAJOR
        texts = before.type.value, after.type.value
        yield from changes.of("type", before.type, after.type, touch=Touch.NAMES, step=step, texts=texts)
    yield from changes.of("unit", before.unit, after.unit, touch=Touch.NAMES, step=Step.MAJOR)
    if before.is_numeric and after.is_numeric:
        yield from _scale(changes, before, after)
    yield from _choices(changes, before, after)
    yield from _ways(changes, before, after)
    assumed = [_value(each, each.assume) for each in (before, after)]
    said = _text(before, before.assume), _text(after, after.assume)
    yield from changes.of("assumption", *assumed, touch=Touch.ANSWERS, texts=said)
    yield from changes.of("age in days", before.max_age_days, after.max_age_days, touch=Touch.ANSWERS)
    within = [_value(each, each.agree_within) for each in (before, after)]
    said = _text(before, before.agree_within), _text(after, after.agree_within)
    yield from changes.of("agreement", *within, texts=said)
    for aspect in ("title", "question", "changeable", "codes", "source"):
        yield from changes.of(aspect, getattr(before, aspect), getattr(after, aspect))


def _scale(changes: Changes, before: Fact, after: Fact) -> Iterator[Edit]:
    ends = [(each.exact(each.low), each.exact(each.high)) for each in (before, after)]
    is_wider = ends[1][0] <= ends[0][0] and ends[0][1] <= ends[1][1]
    texts = _range(before), _range(after)
    step = Step.MINOR if is_wider else Step.MAJOR
    yield from changes.of("range", ends[0], ends[1], touch=Touch.NAMES, step=step, texts=texts)
    yield from changes.of("decimals", before.decimals, after.decimals, touch=Touch.ANSWERS, step=Step.MINOR)


def _choices(changes: Changes, before: Fact, after: Fact) -> Iterator[Edit]:
    old, new = ({choice.id: choice for choice in each.choices} for each in (before, after))
    if before.type is not after.type:
        return
    for name in sorted(old.keys() - new.keys()):
        yield Edit("choice", name, Way.REMOVED, Touch.NAMES, Step.MAJOR, before.id)
    for name in sorted(new.keys() - old.keys()):
        yield Edit("choice", name, Way.ADDED, Touch.NAMES, Step.MINOR, before.id)
    for name in sorted(old.keys() & new.keys()):
        of_one = Changes("choice", name, before.id)
        yield from of_one.of("title", old[name].title, new[name].title)
        yield from of_one.of("source", old[name].source, new[name].source)
    both = [[name for name in each if name in old and name in new] for each in (old, new)]
    yield from changes.of("order of choices", tuple(both[0]), tuple(both[1]))


def _ways(changes: Changes, before: Fact, after: Fact) -> Iterator[Edit]:
    """How a fact is computed or decided: a way more is new, a way less takes something away, another one corrects."""
    formulas = [tuple(each.formula.expression for each in fact.derived) for fact in (before, after)]
    texts = ["; ".join(each.formula.text for each in fact.derived) or None for fact in (before, after)]
    step = _step(formulas[0], formulas[1])
    yield from changes.of("derivation", *formulas, touch=Touch.ANSWERS, step=step, texts=(texts[0], texts[1]))
    imports = [tuple(_import(each) for each in fact.imports) for fact in (before, after)]
    names = _imports_told(before, after)
    step = _step(imports[0], imports[1])
    yield from changes.of("import", *imports, touch=Touch.ANSWERS, step=step, texts=(names[0], names[1]))
    for aspect in ("derived", "imports"):
        said = [[(each.title, each.source) for each in getattr(fact, aspect)] for fact in (before, after)]
        if formulas[0] == formulas[1] and imports[0] == imports[1]:
            yield from changes.of("title or source of a derivation", said[0], said[1])


def _import(way: Import) -> object:
    return way.guideline.id, way.guideline.sha256, way.decision, way.facts, way.values, way.results


def _imports_told(before: Fact, after: Fact) -> list[str | None]:
    """The decisions that each version takes a fact from; where these are the same, with what it takes them as."""
    facts = before, after
    named = [[f"{each.guideline.id}/{each.decision}" for each in fact.imports] for fact in facts]
    if named[0] == named[1]:
        named = [[_import_told(fact, each) for each in fact.imports] for fact in facts]
    return ["; ".join(each) or None for each in named]


def _import_told(fact: Fact, way: Import) -> str:
    theirs = way.guideline.facts
    parts = [f"version {way.guideline.version}, sha256 {way.guideline.sha256[:12]}"]
    parts += [f"{name} is {ours}" for name, ours in way.facts.items()]
    parts += [f"{name} is {theirs[name].text_of(steps)}" for name, steps in way.values.items()]
    parts += [f"{result or 'no answer'} counts as {fact.text_of(steps)}" for result, steps in way.results.items()]
    return f"{way.guideline.id}/{way.decision} ({', '.join(parts)})"


def _named(fact: Fact) -> str | None:
    return "; ".join(f"{way.guideline.id} {way.guideline.version}, {way.decision}" for way in fact.imports) or None


def _step(before: Sequence[object], after: Sequence[object]) -> Step:
    if len(before) == len(after):
        return Step.PATCH
    return Step.MINOR if len(after) > len(before) else Step.MAJOR


def _text(fact: Fact, steps: int | None) -> str | None:
    return None if steps is None else fact.text_of(steps)


def _value(fact: Fact, steps: int | None) -> object:
    """A value whatever the decimals: a number as it is, any other by its text."""
    return _text(fact, steps) if steps is None or not fact.is_numeric else fact.exact(steps)


def _range(fact: Fact) -> str:
    return f"{fact.text_of(fact.low)} to {fact.text_of(fact.high)}"


def _impossible(before: Sequence[Impossible], after: Sequence[Impossible]) -> Iterator[Edit]:
    """What is impossible goes by its condition."""
    old, new = ({bare(each.when): each for each in entries} for entries in (before, after))
    by_text = {written(each.when): bare(each.when) for each in after}
    old = {when if when in new else by_text.get(written(each.when), when): each for when, each in old.items()}
    for when in old:
        if when not in new:
            yield Edit("impossible", as_text(old[when].when), Way.REMOVED, Touch.ANSWERS, Step.MINOR)
        else:
            changes = Changes("impossible", as_text(old[when].when))
            yield from changes.of("because", old[when].because, new[when].because)
    for when in new:
        if when not in old:
            yield Edit("impossible", as_text(new[when].when), Way.ADDED, Touch.ANSWERS, Step.MAJOR)
