"""From what the author of a guideline wrote to the question that it answers."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from fractions import Fraction
from graphlib import TopologicalSorter
from hashlib import sha256
from math import ceil, floor
from typing import Any

from audit.checker.values import (
    YES_NO,
    Condition,
    F,
    Fact,
    Import,
    Question,
    Rule,
    Spans,
    T,
    joined,
    leaves,
    tested_in,
    truth_of,
    united,
)

NUMBER = r"-?\d+(?:\.\d+)?"
INTERVAL = re.compile(rf"([\[\](])\s*({NUMBER})\s*\.\.\s*({NUMBER})\s*([\[\])])")


def canonical_hash(tree: Any) -> str:
    """SHA-256 of canonical JSON (RFC 8785)."""
    return sha256(json.dumps(in_order(tree), ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def in_order(tree: Any) -> Any:
    """The same tree with sorted keys, as RFC 8785 sorts them."""
    if isinstance(tree, dict):
        return {key: in_order(tree[key]) for key in sorted(tree, key=lambda key: key.encode("utf-16-be"))}
    return [in_order(each) for each in tree] if isinstance(tree, list) else tree


def many(tree: Any) -> list[Any]:
    """A list, of one where one stands alone."""
    return tree if isinstance(tree, list) else [tree]


def said(tree: Any) -> str:
    """The text of a caution or a choice, with or without a source."""
    return str(tree if isinstance(tree, str) else tree.get("text", tree.get("title"))).strip()


def accepted(fact: Fact, text: str) -> Spans:
    """The values that meet a test, as spans of steps."""

    def closed(match: re.Match[str]) -> str:
        return f"{fact.steps(match[2]) + (match[1] != '[')}~{fact.steps(match[3]) - (match[4] != ']')}"

    found: Spans = []
    bare = INTERVAL.sub(closed, text) if fact.kind in ("number", "integer") else text
    for inside, plain in re.findall(r"\s*not\s*\(([^()]*)\)|([^,]+)", bare):
        part = plain.strip()
        if inside:
            met = united(accepted_parts(fact, inside))
            ends = [fact.low - 1, *(end for each in met for end in each), fact.high + 1]
            found += [(ends[at] + 1, ends[at + 1] - 1) for at in range(0, len(ends), 2)]
        elif part:
            found += accepted_parts(fact, part)
    return found


def accepted_parts(fact: Fact, text: str) -> Spans:
    """The values that meet a test without a `not`."""
    spans = []
    for part in (each.strip() for each in text.split(",")):
        if "~" in part and fact.kind in ("number", "integer"):
            low, high = map(int, part.split("~"))
        elif sign := re.fullmatch(r"(<=|>=|<|>)\s*(.*)", part):
            at = fact.steps(sign[2])
            low, high = (at + (sign[1] == ">"), fact.high) if sign[1][0] == ">" else (fact.low, at - (sign[1] == "<"))
        else:
            low = high = fact.steps(part)
        spans.append((low, high))
    return spans


def read_condition(tree: Any, facts: Mapping[str, Fact], scores: Mapping[str, Fact]) -> Condition:
    """A condition as a tree of tuples."""
    parts = []
    for key, below in tree.items():
        if key in ("all", "any", "at_least"):
            of = [read_condition(each, facts, scores) for each in (below["of"] if key == "at_least" else below)]
            n = int(below["n"]) if key == "at_least" else 0
            parts.append(of[0] if len(of) == 1 and not n else (key, of, n))
        elif key == "not":
            parts.append(("not", [read_condition(below, facts, scores)], 0))
        elif key in facts or key in scores:
            scale = facts[key] if key in facts else scores[key]
            spans = united([span for text in many(below) for span in accepted(scale, text)])
            parts.append(("fact" if key in facts else "score", key, spans, ", ".join(many(below))))
        else:
            parts.append(("finding", key, bool(YES_NO[below])))
    return parts[0] if len(parts) == 1 else ("all", parts, 0)


def read_fact(name: str, tree: Any) -> Fact:
    """A fact or a score, without its imports."""
    kind, decimals = tree["type"], int(tree.get("decimals", "0"))
    choices = {key: said(each) for key, each in tree.get("choices", {}).items()}
    low, high = (Fraction(end) * 10**decimals for end in tree.get("range", ("0", str(max(1, len(choices) - 1)))))
    formulas = [(said(each["title"]), each["formula"].strip()) for each in many(tree.get("derived", []))]
    inputs = [sorted(set(re.findall(r"[a-z]\w*", each)) - {"min", "max", "abs", "sqrt", "ln"}) for _, each in formulas]
    age = tree["max_age"].split() if "max_age" in tree else None
    fact = Fact(name, tree["title"].strip(), kind, decimals, ceil(low), floor(high), tree.get("unit"), choices)
    return replace(
        fact,
        assume=fact.steps(tree["assume"]) if "assume" in tree else None,
        max_age=int(age[0]) * (7 if age[1].startswith("week") else 1) if age else None,
        agree=fact.steps(tree["agree_within"]) if "agree_within" in tree else None,
        formulas=tuple((*each, tuple(names)) for each, names in zip(formulas, inputs, strict=True)),
    )


def vocabulary(contents: Any, gid: str) -> tuple[dict[str, Fact], list[Condition]]:
    """Every fact of a guideline with those that join it by its imports, and what is impossible."""
    tree = contents[gid]["facts"]
    own = {name: read_fact(name, entry) for name, entry in tree["facts"].items()}
    facts, impossible = dict(own), [read_condition(each["when"], own, {}) for each in tree.get("impossible", [])]
    for name, entry in tree["facts"].items():
        imports = [read_import(contents, own, own[name], entry, way) for way in many(entry.get("from", []))]
        facts[name] = replace(facts[name], imports=tuple(imports))
        for each in imports:
            for theirs, ours in each.names.items():
                facts.setdefault(ours, each.question.facts[theirs])
            settled = [bound(condition, each.names, each.fixed) for condition in each.question.impossible]
            impossible += [condition for condition in settled if not isinstance(condition, str)]
    return facts, impossible


def bound(condition: Condition, names: Mapping[str, str], fixed: Mapping[str, int]) -> Any:
    """A condition on facts of ours; where fixed values settle it, its truth."""
    kind, name = condition[0], condition[1]
    if kind == "fact":
        return truth_of(condition, fixed) if name in fixed else (kind, names[name], *condition[2:])
    parts = [bound(part, names, fixed) for part in name]
    left = [part for part in parts if not isinstance(part, str)]
    if not left:
        return joined(kind, parts, condition[2])
    needed = (len(parts) if kind in ("all", "not") else condition[2] or 1) - parts.count(T)
    return (
        ("not", left, 0)
        if kind == "not"
        else T
        if needed <= 0
        else F
        if needed > len(left)
        else ("at_least", left, needed)
    )


def read_import(contents: Any, own: Mapping[str, Fact], fact: Fact, entry: Any, way: Any) -> Import:
    """A decision of another guideline, with its facts as ours."""
    gid, pairs, fixed = way["guideline"], way.get("facts", {}), way.get("values", {})
    facts, impossible = vocabulary(contents, gid)
    facts = without_ways(facts, {name for name in facts if name in own or name in pairs or name in fixed})
    question = read_question(contents, gid, way["decision"], facts, impossible)
    values = {name: facts[name].steps(text) for name, text in fixed.items() if name in question.order}
    outcomes = {name: fact.steps(way.get("outcomes", {}).get(name, name)) for name in question.outcomes}
    results: dict[str | None, int] = dict(outcomes.items())
    if "otherwise" in entry:
        results[None] = fact.steps(entry["otherwise"])
    names = {name: pairs.get(name, name) for name in question.order if name not in fixed}
    title = way.get("title", f"{gid}/{way['decision']} {way['version']}").strip()
    return Import(title, question, names, values, results)


def without_ways(facts: Mapping[str, Fact], cut: Collection[str]) -> dict[str, Fact]:
    """The facts with some of them computed and decided by nobody."""

    def rebound(each: Import) -> Import:
        theirs = {name for name, ours in each.names.items() if ours in cut}
        return replace(each, question=replace(each.question, facts=without_ways(each.question.facts, theirs)))

    kept = {name: tuple(map(rebound, fact.imports)) for name, fact in facts.items() if name not in cut}
    return {
        name: replace(fact, imports=kept[name]) if name in kept else replace(fact, formulas=(), imports=())
        for name, fact in facts.items()
    }


def read_question(
    contents: Any, gid: str, name: str, facts: Mapping[str, Fact], impossible: list[Condition]
) -> Question:
    """One decision with all that bears on it, shared findings and scores too."""
    content, tree = contents[gid], contents[gid]["decisions"][name]
    shared = content.get("findings", {})
    entries = {**shared.get("scores", {}), **tree.get("scores", {})}
    scales = {
        key: read_fact(key, {**each, "type": "number" if int(each.get("decimals", "0")) else "integer"})
        for key, each in entries.items()
    }
    rules = {key: read_rule(each, facts, scales) for key, each in {**shared.get("rules", {}), **tree["rules"]}.items()}
    used, own = set(tree["rules"]), set(tree["rules"])
    while True:
        tested = {leaf[1] for key in used for leaf in leaves(rules[key].condition)}
        tested |= {name for key in used - own for name in (*rules[key].concludes, *rules[key].adds)}
        more = {key for key in set(rules) - used if tested & {*rules[key].concludes, *rules[key].adds}}
        if not more:
            break
        used |= more
    rules = {key: rules[key] for key in sorted(used)}
    wanted = (tested | set(many(tree.get("beside", [])))) & set(facts)
    findings = sorted([*tree.get("findings", {}), *(tested & set(shared.get("findings", {})))])
    scores = {key: scales[key] for key in sorted(scales) if key in tree.get("scores", {}) or key in tested}
    head = {"id": gid, "version": content["guideline"]["version"], "sha256": canonical_hash(content)}
    outcomes = [key for key, _ in tree["outcomes"]]
    strata = numbered(rules, [*findings, *scores])
    return Question(
        head, tree, content["guideline"], facts, wanted, impossible, rules, findings, scores, outcomes, strata
    )


def read_rule(tree: Any, facts: Mapping[str, Fact], scores: Mapping[str, Fact]) -> Rule:
    """One rule, with the whole of its condition."""
    condition = read_condition(tree["when"], facts, scores)
    if "unless" in tree:
        parts = condition[1] if condition[0] == "all" else [condition]
        condition = ("all", [*parts, ("not", [read_condition(tree["unless"], facts, scores)], 0)], 0)
    then = many(tree.get("then", []))
    adds = {each["to"]: scores[each["to"]].steps(each["add"]) for each in then if isinstance(each, dict)}
    concludes = sorted(each for each in then if isinstance(each, str))
    return Rule(condition, concludes, adds, said(tree["caution"]) if "caution" in tree else None)


def numbered(rules: Mapping[str, Rule], settled: list[str]) -> dict[str, int]:
    """The stratum of every rule and, under a leading `?`, of every finding and score."""
    graph: dict[str, set[str]] = {f"?{name}": set() for name in settled}
    for key, rule in rules.items():
        graph[key] = {f"?{name}" for name in tested_in(rule.condition)} & {f"?{name}" for name in settled}
        for name in {*rule.concludes, *rule.adds} & set(settled):
            graph[f"?{name}"].add(key)
    numbers: dict[str, int] = {}
    for node in TopologicalSorter(graph).static_order():
        below = max((numbers[each] for each in graph[node]), default=0 if node[0] == "?" else -1)
        numbers[node] = below + (node[0] != "?")
    return numbers
