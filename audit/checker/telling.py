"""What is known of each fact and where it comes from, and the trace that follows."""

from datetime import date
from typing import Any

from audit.checker.completing import candidates, completions, derived, follow, possible
from audit.checker.events import cautions_of, cautions_open, events_of, score_of
from audit.checker.values import Fact, Import, Question, Reading, Rejected, T, shown, truth_of, without_none


def tell(q: Question, fact: Fact, reading: Reading, claim: Any) -> None:
    """What is known of a fact, from what the certificate says was given of it."""
    stale = "stale_value" in claim
    given = fact.steps(claim["stale_value" if stale else "value"]) if stale or claim["origin"] == "given" else None
    given_at = claim.get("stale_at" if stale else "at") if given is not None else None
    check_given(fact, given, given_at, claim.get("note", "none"), reading)
    ways = ways_of(q, fact, reading, claim)
    fresh = [each for each in ways if each["value"] is not None and not each.get("stale")]
    old = fact.is_old(given_at, reading.today) and given is not None
    value, at, origin, derivation = given, given_at, "given", None
    said_by = [each for each in ways if "trace" in each]
    room = [(each, room_of(fact, each)) for each in said_by]
    if given is None or old:
        value, at, origin = None, None, "unknown"
        if fresh:
            value, at, derivation = fact.steps(fresh[0]["value"]), fresh[0].get("at"), fresh[0]["title"]
            origin = "derived"
        elif old or any(each["value"] is not None for each in ways):
            origin = "stale"
        elif fact.assume is not None and all(fact.assume in left for _, left in room):
            value, origin = fact.assume, "assumed"
    reading.told[fact.name] = without_none(
        value=None if value is None else fact.scalar(value),
        unit=fact.unit,
        origin=origin,
        at=at,
        note=claim.get("note") if given is not None else None,
        stale_value=fact.scalar(given) if given is not None and origin != "given" else None,
        stale_at=given_at if origin != "given" else None,
        derivation=derivation,
        computed=[each for each in ways if "inputs" in each],
        imported=said_by,
    )
    if value is None:
        note_partly_known(fact, reading)
        return
    used = next((each for each in ways if each["title"] == derivation), None)
    note_known(fact, reading, value, at, used)
    warn(fact, reading, value, origin, fresh, [each for each, left in room if value not in left], used)


def note_known(fact: Fact, reading: Reading, value: int, at: str | None, used: Any) -> None:
    """Keeps the value, and whether a part of it carries no date."""
    reading.values[fact.name] = value
    reads = (used.get("inputs") or read_by(fact, used["title"])) if used else []
    is_undated = reading.told[fact.name]["origin"] == "given" and at is None
    if is_undated or set(reads) & reading.undated:
        reading.undated.add(fact.name)


def check_given(fact: Fact, given: int | None, at: str | None, note: Any, reading: Reading) -> None:
    """Refuses a value out of range, a date of the future or in another spelling, and a note that is none."""
    if given is not None and not fact.low <= given <= fact.high:
        raise Rejected(f"facts.{fact.name}: what is given is out of range")
    if at is not None and date.fromisoformat(at).isoformat() != at:
        raise Rejected(f"facts.{fact.name}: {at} is no date")
    if at is not None and date.fromisoformat(at) > reading.today:
        raise Rejected(f"facts.{fact.name}: it is dated after the decision")
    if not isinstance(note, str) or not note.strip():
        raise Rejected(f"facts.{fact.name}: its note is no text")


def note_partly_known(fact: Fact, reading: Reading) -> None:
    """How old what is known of its inputs is, and whether that is too old for them to bind the fact."""
    dates = [reading.date_of([name]) or reading.oldest.get(name) for name in fact.reads]
    oldest = min((each for each in dates if each is not None), default=None)
    if oldest is not None:
        reading.oldest[fact.name] = oldest
        reading.untied |= {fact.name} if fact.is_old(oldest, reading.today) else set()


def read_by(fact: Fact, title: str) -> list[str]:
    """The facts that an import reads."""
    return [ours for each in fact.imports if each.title == title for ours in each.names.values()]


def room_of(fact: Fact, told: Any) -> set[int]:
    """What an imported decision leaves possible."""
    each = next(each for each in fact.imports if each.title == told["title"])
    left = {each.results.get(name) for name in told["trace"]["possible_outcomes"]}
    gap = told["trace"]["may_be_not_covered"] or told["trace"]["status"] == "not_covered"
    return {steps for steps in left | ({each.results.get(None)} if gap else set()) if steps is not None}


def warn(fact: Fact, reading: Reading, value: int, origin: str, fresh: Any, narrow: Any, used: Any) -> None:
    """The cautions that the values of a fact raise."""

    def title_of(steps: int) -> str:
        return fact.choices[fact.text(steps)] if fact.kind == "choice" else fact.text(steps)

    if fact.max_age is not None and fact.name in reading.undated:
        age = f"{fact.max_age} day{'s' if fact.max_age > 1 else ''}"
        title = fact.title[:1].upper() + fact.title[1:]
        reading.caution("undated", fact, f"{title} carries no date: it counts as no older than {age}.")
    named = [("given", value)] if origin == "given" else []
    named += [(each["title"], fact.steps(each["value"])) for each in fresh]
    within, steps = 0 if fact.imports else fact.agree, [each for _, each in named] or [0]
    if within is not None and max(steps) - min(steps) > within:
        listed = ", ".join(f"{name} {title_of(each)}" for name, each in named)
        by = f" by more than {fact.text(within)}" if within else ""
        reading.caution("disagreement", fact, f"The values of {fact.title} differ{by}: {listed}.")
    for each in (each for each in narrow if each["value"] is None):
        text = f"{each['title']} leaves no room for this value of {fact.title}: {title_of(value)}."
        reading.caution("disagreement", fact, text)
    for each in used["trace"]["cautions"] if used and "trace" in used else []:
        if each["kind"] in ("rule", "guideline", "imported"):
            reading.caution("imported", fact, f"{used['title']}: {each['text']}")


def ways_of(q: Question, fact: Fact, reading: Reading, claim: Any) -> list[dict[str, Any]]:
    """What each formula gives whose inputs are known, and what each imported decision says."""
    ways = []
    for title, text, names in fact.formulas:
        if set(names) <= set(reading.values):
            steps, at = derived(q, fact, text, names, reading.values), reading.date_of(names)
            if not fact.low <= steps <= fact.high:
                raise Rejected(f"facts.{fact.name}: {title} is out of range")
            way = without_none(
                title=title, value=fact.scalar(steps), at=at, stale=fact.is_old(at, reading.today) or None
            )
            ways.append({**way, "inputs": list(names)})
    claims = {each["title"]: each["trace"] for each in claim.get("imported", [])}
    for each in fact.imports:
        reads = [ours for ours in each.names.values() if ours in reading.values]
        if reads or needs_nothing(each):
            if each.title not in claims:
                raise Rejected(f"facts.{fact.name}: what {each.title} says is missing")
            trace, at = imported_trace(each, reading, claims[each.title]), reading.date_of(reads)
            steps_ = None if trace["status"] == "needs_information" else each.results.get(trace["outcome"])
            value, stale = None if steps_ is None else fact.scalar(steps_), fact.is_old(at, reading.today) or None
            ways.append(without_none(title=each.title, value=value, at=at, stale=stale, trace=trace))
    return ways


def needs_nothing(each: Import) -> bool:
    """Whether an imported decision has an answer where nothing is known."""
    q, values = each.question, dict(each.fixed)
    truths = follow(q, values)[1]
    found = candidates(q, truths)
    ends = completions(q, values, set(), truths) if len(found) > 1 else None
    return len(found) == 1 or (ends is not None and len({candidates(q, follow(q, end)[1])[0] for end in ends}) == 1)


def imported_trace(each: Import, reading: Reading, claim: Any) -> dict[str, Any]:
    """The trace of an imported decision, from the facts as they are known here."""
    q, theirs = each.question, Reading(reading.at, reading.notes)
    for name in q.order:
        if name in each.fixed:
            fact = q.facts[name]
            told = without_none(value=fact.scalar(each.fixed[name]), unit=fact.unit, origin="fixed")
        else:
            ours = reading.told[each.names[name]]
            told = {key: part for key, part in ours.items() if key not in ("computed", "imported")}
        theirs.told[name] = told
        theirs.values |= {} if told["value"] is None else {name: q.facts[name].steps(told["value"])}
        theirs.untied |= {name} if each.names.get(name) in reading.untied else set()
    return trace_of(q, theirs, claim)


def trace_of(q: Question, reading: Reading, claim: Any) -> dict[str, Any]:
    """The trace as it must be. Of the claimed one only the scores' intervals, the possible outcomes and the cases of a
    forced outcome are taken over, where they are borne out."""
    values, untied = reading.values, reading.untied
    if any(truth_of(each, values) == T for each in q.impossible):
        raise Rejected("what is known is impossible")
    known, truths = follow(q, values, claim["scores"])
    results = possible(q, reading, known, truths, claim)
    outcomes = sorted(each for each in results if each is not None)
    sure = outcomes[0] if len(results) == 1 and outcomes else None
    status = "concluded" if sure else "needs_information" if outcomes else "not_covered"
    scales = {**q.facts, **q.scores}
    trees = {key: shown(rule.condition, known, scales) for key, rule in q.rules.items()}
    missed = [key for key, tree in trees.items() if tree["truth"] != T]
    ways = [name for name in sorted(q.order) if q.facts[name].formulas or q.facts[name].imports]
    free = [name for name in ways if name not in values and (name in untied or not q.facts[name].is_bound)]
    return {
        "format": "candor-trace/1",
        "guideline": q.head,
        "decision": q.tree["decision"],
        "at": reading.at,
        "status": status,
        "outcome": sure,
        "possible_outcomes": outcomes,
        "may_be_not_covered": status == "needs_information" and None in results,
        "facts": reading.told,
        "findings": {name: known[name] for name in q.findings},
        "scores": {name: score_of(q, name, known, truths) for name in q.scores},
        "events": events_of(q, known, values, truths, trees, sure, claim),
        "not_fired": [{"rule": key, "truth": trees[key]["truth"], "condition": trees[key]} for key in missed],
        "cautions": cautions_of(q, reading, truths),
        "cautions_open": cautions_open(q, truths, trees),
        "counted_free": free,
    }
