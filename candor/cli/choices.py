"""Choices that several commands share."""

from enum import Enum


class Format(Enum):
    """How what is no answer about a patient is printed."""

    TEXT = "text"
    JSON = "json"


class Form(Enum):
    """How an answer about a patient is written. All forms say the same."""

    TEXT = "text"
    HTML = "html"
    MARKDOWN = "markdown"
    JSON = "json"
