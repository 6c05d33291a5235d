"""The published JSON Schemas, made from the types that the engine and the command print by."""

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from candor.accounts import AccountJson
from candor.case_results import TestResultsJson
from candor.checked import ChecksJson
from candor.comparisons import DiffJson
from candor.envelope import EnvelopeJson
from candor.lines import ErrorJson
from candor.mutations import MutationsJson
from candor.reports import ReportJson
from engine.trace_shape import TraceJson

FOLDER = Path(__file__).parent.parent / "docs" / "schemas"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]


def schemas() -> dict[str, str]:
    """Every published schema by its file's name."""
    made = {
        "trace": trace_schema(),
        "decision": decision_schema(),
        "account": account_schema(),
        "report": report_schema(),
        "diff": diff_schema(),
        "error": error_schema(),
        "test": results_schema(),
        "check": checks_schema(),
        "mutate": mutations_schema(),
    }
    return {f"{name}.schema.json": _written(schema) for name, schema in made.items()}


def trace_schema() -> Schema:
    return _headed(TypeAdapter(TraceJson).json_schema(), "urn:candor:schema:trace:1", "Candor trace")


def decision_schema() -> Schema:
    return _headed(TypeAdapter(EnvelopeJson).json_schema(), "urn:candor:schema:decision:1", "Candor decision")


def account_schema() -> Schema:
    return _headed(TypeAdapter(AccountJson).json_schema(), "urn:candor:schema:account:1", "Candor account")


def report_schema() -> Schema:
    return _headed(TypeAdapter(ReportJson).json_schema(), "urn:candor:schema:report:1", "Candor report")


def diff_schema() -> Schema:
    return _headed(TypeAdapter(DiffJson).json_schema(), "urn:candor:schema:diff:1", "Candor comparison")


def results_schema() -> Schema:
    return _headed(TypeAdapter(TestResultsJson).json_schema(), "urn:candor:schema:test:1", "Candor test results")


def checks_schema() -> Schema:
    return _headed(TypeAdapter(ChecksJson).json_schema(), "urn:candor:schema:check:1", "Candor checks")


def mutations_schema() -> Schema:
    return _headed(TypeAdapter(MutationsJson).json_schema(), "urn:candor:schema:mutate:1", "Candor mutants")


def error_schema() -> Schema:
    return _headed(TypeAdapter(ErrorJson).json_schema(), "urn:candor:schema:error:1", "Candor error line")


def _headed(schema: Schema, identifier: str, title: str) -> Schema:
    """The schema with its identity; one that is a mere reference, because it holds itself, keeps what that says."""
    named = schema["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    return {"$schema": DIALECT, "$id": identifier, "description": named["description"], **schema, "title": title}


def _written(schema: Schema) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
