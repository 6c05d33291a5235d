"""Candor decides from a plain-YAML clinical guideline whether a patient is a candidate for a treatment, and shows why.

The public Python face: load a guideline, read a patient's facts, decide, and explain the trace.
"""

from candor.envelope import PRODUCT_VERSION
from candor.guidelines import builtin_guidelines, load_guideline
from engine.deciding import decide
from engine.errors import (
    CandorError,
    EngineDisagreement,
    EngineFault,
    GuidelineRejected,
    InputRejected,
    NotFound,
    SolverLimit,
)
from engine.facts import read_facts
from engine.guideline import Guideline
from engine.patient import Facts
from engine.trace import Status, Trace
from engine.trace_json import as_json, canonical
from explain.account import Account
from explain.answers import account_of

__version__ = PRODUCT_VERSION

__all__ = [
    "Account",
    "CandorError",
    "EngineDisagreement",
    "EngineFault",
    "Facts",
    "Guideline",
    "GuidelineRejected",
    "InputRejected",
    "NotFound",
    "SolverLimit",
    "Status",
    "Trace",
    "account_of",
    "as_json",
    "builtin_guidelines",
    "canonical",
    "decide",
    "load_guideline",
    "read_facts",
]
