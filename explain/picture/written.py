"""The picture of a decision without a patient: the guideline as it is written, as boxes. What both kinds of picture say
of facts and rules is here too."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.guideline import Decision, Fact, Guideline, Rule
from engine.plan import plan_of
from explain.picture.columns import columns_of, in_columns
from explain.picture.conditions import Conditions
from explain.picture.model import Box, Entry, Kind, Picture, State, box_id
from explain.vocabulary import FactView, decision_view
from explain.wording import by, citation_in_words, listed, sentence

Columns = tuple[tuple[str, tuple[Box, ...]], ...]


def written_picture(guideline: Guideline, decision: Decision) -> Picture:
    """All of a decision: every fact that plays a part, every rule, finding, score and outcome."""
    names = plan_of(guideline, decision.id).names
    columns = columns_of(guideline, decision.id, {name: guideline.facts[name].reads for name in names})
    boxes = _boxes(guideline, decision, columns)
    cautions = tuple(caution.text for caution in decision.cautions)
    below = (
        ("Cautions", cautions),
        ("Limits of use", (guideline.limits,)),
        ("Record", (f"{guideline.id} {guideline.version}, sha256 {guideline.sha256}",)),
    )
    return cover(guideline, decision, answer="", columns=in_columns(boxes), below=below, has_patient=False)


def cover(
    guideline: Guideline,
    decision: Decision,
    *,
    answer: str,
    columns: Columns,
    below: tuple[tuple[str, tuple[str, ...]], ...],
    has_patient: bool,
) -> Picture:
    """A picture of a decision with its names above it; what stands below is left out where it has no text."""
    state = "" if guideline.status == "active" else f", {guideline.status}"
    return Picture(
        id=f"{guideline.id}-{decision.id}",
        title=f"{guideline.title} ({guideline.id}/{decision.id} {guideline.version}{state})",
        question=decision.question,
        answer=answer,
        columns=columns,
        below=tuple((title, texts) for title, texts in below if texts),
        has_patient=has_patient,
    )


@dataclass(frozen=True, slots=True)
class Way:
    """A way in which a fact can come to a value: its title, how it is said, and the facts that it reads, by id."""

    title: str
    said: str
    reads: tuple[str, ...]


def ways_of(fact: Fact) -> Iterator[Way]:
    """The derivations of a fact, then its imports."""
    for each in fact.derived:
        yield Way(each.title, f"computed as {each.title} from:", tuple(sorted(each.formula.facts)))
    for way in fact.imports:
        address = f"{way.guideline.id}/{way.decision}"
        yield Way(way.title, f"decided {by(way.title)} ({address}) from:", tuple(sorted({*way.facts.values()})))


def conclusions(decision: Decision, rule: Rule) -> Iterator[Entry]:
    """What a rule gives: findings and an outcome, points, a caution."""
    for name in rule.concludes:
        titled = decision.outcomes.get(name) or decision.findings[name]
        yield Entry(f"then: {sentence(titled.title)}", gives=name, is_conclusion=True)
    for name, steps in sorted(rule.adds.items()):
        points = decision.scores[name].scale.text_of(steps)
        said = f"then: add {points} to {sentence(decision.scores[name].title)}"
        yield Entry(said, gives=name, is_conclusion=True)
    if rule.caution is not None:
        yield Entry("then: a caution", is_conclusion=True)


def rule_note(rule: Rule) -> str:
    """A rule's name, and how far its sources carry it."""
    bases = list(dict.fromkeys(each.basis.value for each in rule.source))
    return f"{rule.id} ({listed(bases)})"


def rule_more(guideline: Guideline, rule: Rule) -> Iterator[str]:
    """Where a rule is taken from, and the caution that it gives."""
    yield from (citation_in_words(each, guideline) for each in rule.source)
    if rule.caution is not None:
        yield f"Caution: {rule.caution.text}"


def standing(decision: Decision, outcome: str) -> str:
    """An outcome's name and its place in precedence."""
    place = list(decision.outcomes).index(outcome) + 1
    return f"{outcome} (number {place} of {len(decision.outcomes)} in precedence)"


def _boxes(guideline: Guideline, decision: Decision, columns: Mapping[str, int]) -> Iterator[Box]:
    view = decision_view(guideline, decision.id)
    facts = {each.id: each for each in (*view.tested, *view.beside, *view.inputs)}
    yield from (_fact(guideline, decision, facts[name], columns) for name in sorted(facts))
    conditions = Conditions(guideline, decision)
    for name, rule in decision.rules.items():
        box = box_id(Kind.RULE, name)
        entries = (*conditions.of(rule, None), *conclusions(decision, rule))
        more = tuple(rule_more(guideline, rule))
        yield Box(
            box, Kind.RULE, columns[box], rule.title, State.PLAIN, note=rule_note(rule), entries=entries, more=more
        )
    for name, finding in decision.findings.items():
        yield Box(name, Kind.FINDING, columns[name], sentence(finding.title), State.PLAIN, note=name)
    for name, score in decision.scores.items():
        ends = f"{score.scale.text_of(score.scale.low)} to {score.scale.text_of(score.scale.high)}"
        yield Box(name, Kind.SCORE, columns[name], sentence(score.title), State.PLAIN, (ends,), note=name)
    for name, outcome in decision.outcomes.items():
        more = (outcome.meaning,) if outcome.meaning else ()
        note = standing(decision, name)
        yield Box(name, Kind.OUTCOME, columns[name], outcome.title, State.PLAIN, note=note, more=more)


def _fact(guideline: Guideline, decision: Decision, view: FactView, columns: Mapping[str, int]) -> Box:
    fact = guideline.facts[view.id]
    notes = tuple(note for note in view.notes if not note.startswith(("computed as", "decided by")))
    return Box(
        view.id,
        Kind.FACT,
        columns[view.id],
        sentence(view.title),
        State.PLAIN,
        said=(view.answers, *notes),
        note="shown beside the answer" if view.id in decision.beside else "",
        entries=tuple(_inputs(guideline, fact)),
        more=(view.question,),
    )


def _inputs(guideline: Guideline, fact: Fact) -> Iterator[Entry]:
    for way in ways_of(fact):
        yield Entry(way.said)
        yield from (Entry(sentence(guideline.facts[name].title), 1, reads=name) for name in way.reads)
