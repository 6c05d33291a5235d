"""What the trace tells beside facts and rules: events, scores, cautions."""

from datetime import date
from typing import Any

from audit.checker.completing import open_groups, told_case
from audit.checker.reading import many, said
from audit.checker.values import F, Question, Reading, Rejected, T, U, decisive


def events_of(
    q: Question, known: Any, values: Any, truths: Any, trees: Any, sure: str | None, claim: Any
) -> list[dict[str, Any]]:
    """Every event, by stratum: rules that fired, findings that do not hold, the outcome, what it overrides."""
    events: list[tuple[Any, dict[str, Any]]] = []
    for key, rule in q.rules.items():
        if truths[key] == T:
            names = {str(leaf.get("fact", leaf.get("finding", leaf.get("score")))) for leaf in decisive(trees[key])}
            adds = [{"score": name, "points": q.scores[name].scalar(rule.adds[name])} for name in sorted(rule.adds)]
            event = {"kind": "rule_fired", "stratum": q.strata[key], "rule": key, "matched": sorted(names)}
            event |= {"concludes": rule.concludes, "adds": adds, "condition": trees[key]}
            events.append(((q.strata[key], 0, key), event))
    for name in (name for name in q.findings if known[name] == F):
        rules = [key for key, rule in q.rules.items() if name in rule.concludes]
        failed = [{"rule": key, "failed": list(decisive(trees[key]))} for key in rules]
        at = q.strata[f"?{name}"]
        event = {"kind": "finding_does_not_hold", "stratum": at, "finding": name, "rules": failed}
        events.append(((at, 1, name), event))
    ordered = [event for _, event in sorted(events, key=lambda each: each[0])]
    last = max(q.strata.values(), default=0) + 1
    firing = {o: [key for key, rule in q.rules.items() if o in rule.concludes and truths[key] == T] for o in q.outcomes}
    if sure is not None and firing[sure]:
        ordered.append({"kind": "outcome_concluded", "stratum": last, "outcome": sure, "rules": firing[sure]})
    elif sure is not None:
        forced = next((each for each in claim["events"] if each["kind"] == "outcome_forced"), None)
        if forced is None:
            raise Rejected("events: that the outcome is forced is missing")
        cases = [told_case(q, values, sure, each["when"]) for each in forced["cases"]]
        event = {"kind": "outcome_forced", "stratum": last, "outcome": sure}
        ordered.append({**event, "cases": cases, "more_cases": forced["more_cases"] is True})
    for other, rules in firing.items() if sure is not None else ():
        if rules and other != sure:
            ordered.append(
                {"kind": "outcome_overridden", "stratum": last, "outcome": other, "by": sure, "rules": rules}
            )
    return ordered


def score_of(q: Question, name: str, known: Any, truths: Any) -> dict[str, Any]:
    """A score, with the points given and those still open."""
    scale, (low, high) = q.scores[name], known[name]
    points = {key: scale.scalar(rule.adds[name]) for key, rule in q.rules.items() if name in rule.adds}
    still_open = {key for group in open_groups(q, name, truths) for key in group}
    given, open_ = (
        [{"rule": key, "points": points[key]} for key in points if truths[key] == truth] for truth in (T, U)
    )
    open_ = [each for each in open_ if each["rule"] in still_open]
    return {"low": scale.scalar(low), "high": scale.scalar(high), "given": given, "open": open_}


def waits_for(q: Question, rule: str, trees: Any, seen: frozenset[str] = frozenset()) -> set[str]:
    """The unknown facts that keep a rule open."""
    found: set[str] = set()
    for leaf in decisive(trees[rule]):
        name = leaf.get("finding", leaf.get("score"))
        found |= {leaf["fact"]} if "fact" in leaf else set()
        below = [key for key, each in q.rules.items() if name in (*each.concludes, *each.adds) and key not in seen]
        for key in (key for key in below if trees[key]["truth"] == U):
            found |= waits_for(q, key, trees, seen | {rule})
    return found


def cautions_of(q: Question, reading: Reading, truths: Any) -> list[dict[str, Any]]:
    """The cautions given with the answer."""
    rules = [(key, rule.caution) for key, rule in q.rules.items() if rule.caution is not None and truths[key] == T]
    found = [{"kind": "rule", "text": text, "rule": key} for key, text in rules]
    found += [{"kind": "decision", "text": said(each)} for each in many(q.tree.get("cautions", []))]
    found += sorted(reading.cautions, key=lambda each: (each["kind"], each["facts"]))
    if q.about["status"] == "retired":
        text = "This guideline is retired: it must not guide a new decision."
        found.append({"kind": "guideline", "text": text})
    if "review_by" in q.about and reading.today > date.fromisoformat(q.about["review_by"]):
        text = f"This guideline was due for review by {q.about['review_by']} and may be out of date."
        found.append({"kind": "guideline", "text": text})
    return found


def cautions_open(q: Question, truths: Any, trees: Any) -> list[dict[str, Any]]:
    """The cautions of rules that are unknown, each with the facts it waits for."""
    rules = [(key, rule.caution) for key, rule in q.rules.items() if rule.caution is not None and truths[key] == U]
    return [{"rule": key, "text": text, "waits_for": sorted(waits_for(q, key, trees))} for key, text in rules]
