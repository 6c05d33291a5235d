"""A decision's cases: example patients with the expected answers."""

from collections.abc import Collection
from collections.abc import Mapping as Lookup
from datetime import datetime

from engine.diagnostics import Diagnostics, Place, did_you_mean, quoted, shown
from engine.guideline import Case, Expected, Fact
from engine.loading.dates import moment_in
from engine.loading.decision_file import DecisionDraft
from engine.loading.entries import Entries, Form, entries_in, named_in
from engine.loading.nodes import Node, Scalar
from engine.loading.values import given_in

STATUSES = ("concluded", "needs_information", "not_covered")
_FILE = Form("case", "a file of cases", ("cases",))
_CASE = Form("case", "a case", ("facts", "expect"), ("at", "source"))
_EXPECT = Form("case", "an expectation", (), ("status", "outcome", "possible", "fired", "not_fired", "cautions"))


def cases_in(
    node: Node,
    place: Place,
    draft: DecisionDraft,
    facts: Lookup[str, Fact | None] | None,
    owner: str,
    notes: Diagnostics,
) -> dict[str, Case]:
    """Reads a file of cases, sorted by name. `owner` is the guideline, for messages; `facts` None where not known."""
    entries = entries_in(node, _FILE, place, notes)
    mapping = entries.mapping("cases") if entries is not None else None
    found = [_case(key, body, draft, facts, owner, notes) for key, body in named_in(mapping, "case", notes)]
    return {case.id: case for case in sorted(filter(None, found), key=lambda case: case.id)}


def _case(
    key: Scalar,
    node: Node,
    draft: DecisionDraft,
    facts: Lookup[str, Fact | None] | None,
    owner: str,
    notes: Diagnostics,
) -> Case | None:
    entries = entries_in(node, _CASE, key.place, notes)
    if entries is None:
        return None
    mapping = entries.mapping("facts")
    given = given_in(mapping.entries if mapping is not None else (), facts, owner, notes)
    at, source = _moment(entries), entries.text("source")
    if "expect" not in entries:
        return None
    expect = entries_in(entries.nodes["expect"], _EXPECT, entries.key_place("expect"), notes)
    if expect is None:
        return None
    return Case(id=key.text, facts=given, at=at, expect=_expected(expect, draft), source=source, place=key.place)


def _moment(entries: Entries) -> datetime | None:
    scalar = entries.scalar("at")
    if scalar is None:
        return None
    moment = moment_in(scalar.text)
    if moment is None:
        help = "write it like 2026-10-01 or 2026-10-01T08:30:00Z"
        entries.note("date", f"{shown(scalar.text)} is not a date", scalar.place, help)
    return moment


def _expected(entries: Entries, draft: DecisionDraft) -> Expected:
    if not entries.nodes:
        help = f"write at least one of {', '.join(_EXPECT.optional)}"
        entries.note("expects_nothing", "the case expects nothing", entries.place, help)
    return Expected(
        status=_known(entries, "status", STATUSES, "unknown_status", "a status"),
        outcome=_known(entries, "outcome", draft.outcomes, "unknown_outcome", "an outcome of this decision"),
        possible=_all_known(entries, "possible", draft.outcomes, "unknown_outcome", "an outcome of this decision"),
        fired=_all_known(entries, "fired", draft.rules, "unknown_rule", "a rule of this decision"),
        not_fired=_all_known(entries, "not_fired", draft.rules, "unknown_rule", "a rule of this decision"),
        cautions=_all_known(entries, "cautions", draft.rules, "unknown_rule", "a rule of this decision"),
    )


def _known(entries: Entries, name: str, known: Collection[str] | None, problem: str, noun: str) -> str | None:
    scalar = entries.scalar(name)
    if scalar is not None:
        _check(entries, scalar, known, problem, noun)
    return None if scalar is None else scalar.text


def _all_known(
    entries: Entries, name: str, known: Collection[str] | None, problem: str, noun: str
) -> tuple[str, ...] | None:
    if name not in entries:
        return None
    for node in entries.items(name):
        if isinstance(node, Scalar):
            _check(entries, node, known, problem, noun)
    return entries.texts(name)


def _check(entries: Entries, scalar: Scalar, known: Collection[str] | None, problem: str, noun: str) -> None:
    if known is not None and not scalar.is_null and scalar.text not in known:
        help = did_you_mean(scalar.text, known, f"write one of {quoted(sorted(known))}")
        entries.note(problem, f"{shown(scalar.text)} is not {noun}", scalar.place, help)
