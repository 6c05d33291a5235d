"""Choices that several commands share."""

from enum import Enum


class Format(Enum):
    """How an answer is printed."""

    TEXT = "text"
    JSON = "json"
