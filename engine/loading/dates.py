"""Dates and moments: `2026-10-01`, and RFC 3339 date-times such as `2026-10-01T08:30:00Z`."""

import re
from datetime import UTC, date, datetime

DATE_HELP = "write it like 2026-10-01"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_PARTIAL = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)


def date_in(text: str) -> date | None:
    """The date that a text is, or None."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def moment_in(text: str) -> datetime | None:
    """The moment that a date (its first moment, in UTC) or a date-time with an offset is, or None."""
    if (day := date_in(text)) is not None:
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    match = _MOMENT.fullmatch(text)
    if match is None:
        return None
    fraction = (match[3] or ".")[1:7].ljust(6, "0")
    zone = "+00:00" if match[4] in "Zz" else match[4]
    try:
        return datetime.fromisoformat(f"{match[1]}T{match[2]}.{fraction}{zone}")
    except ValueError:
        return None


def day_in(text: str) -> date | None:
    """The date of a date or of a date-time, as it is written there."""
    moment = moment_in(text)
    return None if moment is None else moment.date()


def is_partial_date(text: str) -> bool:
    """Whether a text is a date as far as it is known: 2026, 2026-05 or 2026-05-15."""
    return _PARTIAL.fullmatch(text) is not None and date_in((text + "-01-01")[:10]) is not None
