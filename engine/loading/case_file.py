"""A decision's cases: example patients with the expected answers."""

from collections.abc import Collection, Iterator
from collections.abc import Mapping as Lookup
from datetime import datetime

from engine.diagnostics import Diagnostics, Misread, Place, did_you_mean, quoted, shown
from engine.guideline import Case, Expected, Fact
from engine.loading.dates import moment_in
from engine.loading.decision_file import DecisionDraft
from engine.loading.entries import Entries, Form, entries_in, named_in, note_kind
from engine.loading.nodes import Node, Scalar
from engine.loading.values import exact_steps_in, given_in
from engine.unary_tests import yes_no_in

STATUSES = ("concluded", "needs_information", "not_covered")
REFUSALS = (
    "patient.contradictory",
    "patient.derived_out_of_range",
    "patient.future_date",
    "patient.undefined_formula",
)
"""The codes of what only shows when a patient is decided; the rest is refused when a file of cases is read."""
CASES_FORM = Form("case", "a file of cases", ("cases",))
CASE_FORM = Form("case", "a case", ("facts", "expect"), ("at", "source"))
EXPECT_FORM = Form(
    "case",
    "an expectation",
    (),
    ("status", "outcome", "possible", "fired", "not_fired", "cautions", "findings", "scores", "rejected"),
)


def cases_in(
    node: Node,
    place: Place,
    draft: DecisionDraft,
    facts: Lookup[str, Fact | None] | None,
    owner: str,
    notes: Diagnostics,
) -> dict[str, Case]:
    """Reads a file of cases, sorted by name. `owner` is the guideline, for messages; `facts` None where not known."""
    entries = entries_in(node, CASES_FORM, place, notes)
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
    entries = entries_in(node, CASE_FORM, key.place, notes)
    if entries is None:
        return None
    mapping = entries.mapping("facts")
    given = given_in(mapping.entries if mapping is not None else (), facts, owner, notes)
    at, source = _moment(entries), entries.text("source")
    if "expect" not in entries:
        return None
    expect = _expectation(entries)
    if expect is None:
        return None
    return Case(id=key.text, facts=given, at=at, expect=_expected(expect, draft), source=source, place=key.place)


def _expectation(entries: Entries) -> Entries | None:
    """What stands under `expect`; nothing at all is a suggested case that its author has not confirmed."""
    node, place = entries.nodes["expect"], entries.key_place("expect")
    if isinstance(node, Scalar) and node.is_null:
        help = "write under `expect` what the source says should come out, such as `outcome`, or remove the case"
        entries.note("not_confirmed", "what should come out of this case is not written yet", place, help)
        return None
    return entries_in(node, EXPECT_FORM, place, entries.notes)


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
    if "rejected" in entries and len(entries.nodes) > 1:
        help = "keep `rejected` alone, or remove it"
        entries.note("rejected", "an input that is rejected has no answer", entries.key_place("rejected"), help)
    if not entries.nodes:
        help = f"write at least one of {', '.join(EXPECT_FORM.optional)}"
        entries.note("expects_nothing", "the case expects nothing", entries.place, help)
    return Expected(
        status=_known(entries, "status", STATUSES, "unknown_status", "a status"),
        outcome=_known(entries, "outcome", draft.outcomes, "unknown_outcome", "an outcome of this decision"),
        possible=_all_known(entries, "possible", draft.outcomes, "unknown_outcome", "an outcome of this decision"),
        fired=_all_known(entries, "fired", draft.rules, "unknown_rule", "a rule of this decision"),
        not_fired=_all_known(entries, "not_fired", draft.rules, "unknown_rule", "a rule of this decision"),
        cautions=_all_known(entries, "cautions", draft.rules, "unknown_rule", "a rule of this decision"),
        findings=_findings(entries, draft) if "findings" in entries else None,
        scores=_scores(entries, draft) if "scores" in entries else None,
        rejected=_known(entries, "rejected", REFUSALS, "unknown_code", "a code with which a decision is refused"),
    )


def _findings(entries: Entries, draft: DecisionDraft) -> dict[str, bool]:
    """What is expected of findings: yes or no."""
    expected: dict[str, bool] = {}
    findings = draft.decision.findings if draft.decision is not None else {}
    for key, node in _concluded(entries, "findings"):
        answer = yes_no_in(node.text)
        if draft.is_whole:
            _check(entries, key, findings, "unknown_conclusion", "a finding of this decision")
        if answer is None:
            entries.note("value", f"{shown(node.text)} is neither yes nor no", node.place, "write `yes` or `no`")
        else:
            expected[key.text] = answer
    return expected


def _scores(entries: Entries, draft: DecisionDraft) -> dict[str, int]:
    """What is expected of scores that are settled, in steps."""
    expected: dict[str, int] = {}
    scores = draft.decision.scores if draft.decision is not None else {}
    for key, node in _concluded(entries, "scores"):
        if draft.is_whole:
            _check(entries, key, scores, "unknown_conclusion", "a score of this decision")
        if key.text not in scores:
            continue
        try:
            expected[key.text] = exact_steps_in(node, scores[key.text].scale)
        except Misread as misread:
            entries.note("value", misread.message, node.place, misread.help)
    return expected


def _concluded(entries: Entries, name: str) -> Iterator[tuple[Scalar, Scalar]]:
    """The names and values of an entry that is a mapping of single values, and not empty."""
    mapping = entries.mapping(name)
    if mapping is not None and not mapping.entries:
        entries.note("expects_nothing", f"`{name}` is empty", entries.key_place(name), "remove it")
    for key, node in mapping.entries if mapping is not None else ():
        if isinstance(node, Scalar) and not node.is_null:
            yield key, node
        else:
            note_kind(node, "case", key.text, "a single value", entries.notes)


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
        otherwise = f"write one of {quoted(sorted(known))}" if known else "leave it out: there is none"
        help = did_you_mean(scalar.text, known, otherwise)
        entries.note(problem, f"{shown(scalar.text)} is not {noun}", scalar.place, help)
