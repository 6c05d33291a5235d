"""What the checks of a guideline found, as plain text: flaws as diagnostics with a patient who shows each, then what
was proved of each decision, and what was not."""

from collections import Counter
from collections.abc import Iterator, Mapping

from engine.checks import Checked, Flaw, Meant, Witness
from engine.diagnostics import as_text, counted
from engine.guideline import Guideline
from engine.plan import plan_of
from explain.regions import box_in_words

NOT_LOOKED_AT = (
    "not looked at: gaps, conflicts, thresholds that do not meet, and what a rule or fact changes, since no decision "
    "takes these rules and no answer rests on them"
)
"""What is told of shared rules that no decision takes."""


def checked_text(guideline: Guideline, checked: Checked) -> str:
    """All of it, flaws first."""
    found = counted(len(checked.flaws), "flaw") if checked.flaws else "no flaws"
    decisions = ["\n".join(_decision(guideline, name, checked)) for name in guideline.decisions]
    if guideline.untaken is not None:
        decisions.append("\n".join([*_decision(guideline, guideline.untaken.id, checked), f"  {NOT_LOOKED_AT}"]))
    return (
        "\n\n".join([f"{guideline.id} {guideline.version}: {found}", *flaws_text(guideline, checked), *decisions])
        + "\n"
    )


def flaws_text(guideline: Guideline, checked: Checked) -> tuple[str, ...]:
    """Each flaw as a diagnostic, with a patient who shows it, as a case of a name of its own."""
    told: Counter[str] = Counter()
    texts = []
    for flaw in checked.flaws:
        name = f"{flaw.code.partition('.')[2]}_{flaw.subject}"[:60]
        told[name] += 1
        numbered = name if told[name] == 1 else f"{name}_{told[name]}"
        texts.append("\n".join(_flaw(guideline, flaw, numbered)))
    return tuple(texts)


def who_in_words(guideline: Guideline, flaw: Flaw) -> tuple[str, ...]:
    """All patients of whom a flaw is true, one kind a line; empty where that is not told."""
    if flaw.region is None or flaw.decision is None:
        return ()
    plan = plan_of(guideline, flaw.decision)
    return tuple(box_in_words(plan, box.cells) for box in flaw.region.boxes)


def case_text(guideline: Guideline, name: str, witness: Witness) -> tuple[str, ...]:
    """A patient as a case to paste: what is given, and what the guideline answers now."""
    facts = {fact: guideline.facts[fact].text_of(steps) for fact, steps in witness.facts.items()}
    answer = {"status": witness.status, **({} if witness.outcome is None else {"outcome": witness.outcome})}
    return (f"{name}:", f"  facts: {_braces(facts)}", f"  expect: {_braces(answer)}")


def _braces(entries: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{name}: {text}" for name, text in entries.items()) + "}"


def _flaw(guideline: Guideline, flaw: Flaw, name: str) -> Iterator[str]:
    yield as_text(flaw.diagnostic)
    for place, words in flaw.also:
        yield f"  see: {place}: {words}"
    if flaw.region is not None:
        yield "  who:"
        yield from (f"    {each}" for each in who_in_words(guideline, flaw))
        if flaw.region.is_capped:
            yield "    and others: these are not all"
    if flaw.witness is not None:
        yield "  a patient, as a case:"
        yield from (f"    {line}" for line in case_text(guideline, name, flaw.witness))


def _decision(guideline: Guideline, name: str, checked: Checked) -> Iterator[str]:
    proofs = [each for each in checked.proofs if each.decision == name]
    kinds = proofs[0].kinds if proofs else 0
    yield f"{guideline.id}/{name}" + (f", over {counted_kinds(kinds)} of patients" if kinds else "")
    yield from (f"  proved: {each.statement}" for each in proofs)
    yield from (f"  not proved: {each.statement}" for each in checked.unproved if each.decision == name)
    yield from (f"  meant: {_meant(guideline, each)}" for each in checked.meant if each.decision == name)


def counted_kinds(kinds: int) -> str:
    """A number of kinds of patients: `1,920 kinds`."""
    return f"{kinds:,} {'kind' if kinds == 1 else 'kinds'}"


def _meant(guideline: Guideline, meant: Meant) -> str:
    facts = {fact: guideline.facts[fact].text_of(steps) for fact, steps in meant.witness.facts.items()}
    return f"`{meant.rule}` overrides `{meant.other}`, as for {_braces(facts)}"
