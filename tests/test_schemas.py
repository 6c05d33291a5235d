"""The published schemas: made from the types, true of everything printed, and strict."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.golden_files import golden_files
from tests.schemas import DIALECT, FOLDER, Schema, decision_schema, schemas, trace_schema

Document = dict[str, Any]
GOLDEN = {
    f"{name}:{number}": json.loads(line)
    for name, text in golden_files().items()
    if not name.endswith(".txt")
    for number, line in enumerate([text] if name.endswith(".json") else text.splitlines(), 1)
}
FORCED: Document = GOLDEN["toy_forced_by_a_case_split.json:1"]
OVERRIDDEN: Document = GOLDEN["toy_a_given_value_replaces_an_assumption_and_overrides.json:1"]
TRACE, DECISION = Draft202012Validator(trace_schema()), Draft202012Validator(decision_schema())


@pytest.mark.parametrize("name", sorted(schemas()))
def test_the_published_schema_is_the_one_that_the_types_give(name: str) -> None:
    assert (FOLDER / name).read_text("utf-8") == schemas()[name], "python -m tests.refresh"


def test_no_schema_is_left_over() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(schemas())


@pytest.mark.parametrize("schema", [trace_schema(), decision_schema()], ids=["trace", "decision"])
def test_a_schema_is_a_schema_with_identity_and_says_what_things_are(schema: Schema) -> None:
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == DIALECT
    assert schema["$id"].startswith("urn:candor:schema:")
    assert schema["title"].startswith("Candor ")
    assert schema["description"]


@pytest.mark.parametrize("schema", [trace_schema(), decision_schema()], ids=["trace", "decision"])
def test_every_object_is_closed(schema: Schema) -> None:
    for shape in (schema, *schema["$defs"].values()):
        if "properties" in shape:
            assert shape["additionalProperties"] is False
            assert set(shape.get("required", ())) <= set(shape["properties"])


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_everything_printed_is_valid(name: str) -> None:
    assert [error.message for error in DECISION.iter_errors(GOLDEN[name])] == []
    assert [error.message for error in TRACE.iter_errors(GOLDEN[name]["trace"])] == []


def test_what_is_printed_uses_every_kind_of_event_and_of_condition() -> None:
    text = json.dumps(list(GOLDEN.values()))
    kinds = ("rule_fired", "finding_does_not_hold", "outcome_concluded", "outcome_forced", "outcome_overridden")
    assert all(f'"kind": "{kind}"' in text for kind in kinds)
    assert all(f'"{word}": ' in text for word in ("all", "any", "not", "stale_value", "computed", "waits_for"))


@pytest.mark.parametrize("key", sorted(FORCED))
def test_a_decision_without_one_of_its_keys_is_invalid(key: str) -> None:
    assert not DECISION.is_valid({name: value for name, value in FORCED.items() if name != key})


@pytest.mark.parametrize("key", sorted(FORCED["trace"]))
def test_a_trace_without_one_of_its_keys_is_invalid(key: str) -> None:
    assert not TRACE.is_valid({name: value for name, value in FORCED["trace"].items() if name != key})


Edit = Callable[[Document], object]
EDITS: dict[str, Edit] = {
    "an extra key": lambda d: d.update(colour="blue"),
    "an extra key in the trace": lambda d: d["trace"].update(patient="somebody"),
    "an extra key in the guideline": lambda d: d["guideline"].update(title="Roads"),
    "an extra key in a fact": lambda d: d["trace"]["facts"]["grip"].update(question="How?"),
    "an extra key in an event": lambda d: d["trace"]["events"][0].update(line=3),
    "an extra key in a condition": lambda d: d["trace"]["not_fired"][0]["condition"].update(line=3),
    "another status": lambda d: d["trace"].update(status="decided"),
    "another status outside": lambda d: d.update(status="unknown"),
    "another origin": lambda d: d["trace"]["facts"]["grip"].update(origin="guessed"),
    "another kind of event": lambda d: d["trace"]["events"][0].update(kind="rule_skipped"),
    "another kind of caution": lambda d: d["cautions"][0].update(kind="warning"),
    "another truth": lambda d: d["trace"]["findings"].update(wet="maybe"),
    "a truth as a bool": lambda d: d["trace"]["findings"].update(wet=False),
    "another format": lambda d: d["trace"].update(format="candor-trace/2"),
    "a fired rule among those that did not": lambda d: d["trace"]["not_fired"][0].update(truth="true"),
    "a float": lambda d: d["trace"]["facts"]["grip"].update(value=0.8),
    "a list as an outcome": lambda d: d.update(outcome=["leave"]),
    "a number as a rule": lambda d: d["fired"].append(3),
    "no outcomes listed": lambda d: d.update(possible_outcomes=None),
    "an instant that is no text": lambda d: d["trace"].update(at=20261122),
}


@pytest.mark.parametrize("document", [FORCED, OVERRIDDEN], ids=["forced", "overridden"])
@pytest.mark.parametrize("edit", EDITS)
def test_small_changes_make_a_decision_invalid(edit: str, document: Document) -> None:
    changed = deepcopy(document)
    EDITS[edit](changed)
    assert changed != document
    assert not DECISION.is_valid(changed)


def test_a_case_split_is_closed_too() -> None:
    changed = deepcopy(FORCED["trace"])
    (event,) = [event for event in changed["events"] if event["kind"] == "outcome_forced"]
    event["cases"][0]["else"] = []
    assert not TRACE.is_valid(changed)
