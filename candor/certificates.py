"""Writing a decision certificate to a file."""

import json
from pathlib import Path

from engine.errors import CandorError
from engine.guideline import Guideline
from engine.trace import Trace
from explain.certificate import certificate_of


class NotWritten(CandorError):
    """A file could not be written."""


def write_certificate(path: Path, guideline: Guideline, trace: Trace) -> None:
    """Writes the certificate of a decision that `guideline` made. Raises `NotWritten` where the file cannot be, and
    what `certificate_of` raises."""
    text = json.dumps(certificate_of(guideline, trace), ensure_ascii=False, indent=2)
    try:
        path.write_text(text + "\n", "utf-8")
    except OSError as error:
        raise NotWritten(f"the certificate could not be written to {path}: {error.strerror or error}") from error
