"""Times and spans of time."""

import math
from datetime import UTC, datetime

from reports.formats.numbers import NARROW_SPACE, NOTHING, count, number
from reports.formats.texts import text

# Not the locale's names: the page is in English, and the same everywhere.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def duration(seconds: float) -> str:
    """A time span in the unit that suits it."""
    if not math.isfinite(seconds):
        return NOTHING
    if seconds < 60:
        return f"{number(seconds, 2 if seconds < 10 else 3)}{NARROW_SPACE}s"
    hours, rest = divmod(round(seconds), 3600)
    minutes, left = divmod(rest, 60)
    if hours:
        return f"{count(hours)}{NARROW_SPACE}h {minutes}{NARROW_SPACE}min"
    return f"{minutes}{NARROW_SPACE}min {left}{NARROW_SPACE}s"


def moment(iso: str) -> str:
    """An ISO 8601 time as a date and a time of day; other text as it is."""
    try:
        when = datetime.fromisoformat(iso)
    except ValueError:
        return text(iso)
    zone = "" if when.tzinfo is None else " UTC"
    if zone:
        when = when.astimezone(UTC)
    return f"{date(when)}, {when:%H:%M}{zone}"


def date(when: datetime) -> str:
    """A date."""
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def month(when: datetime) -> str:
    """A month as short as an axis needs it, without the year."""
    return _MONTHS[when.month - 1][:3]


def day(when: datetime) -> str:
    """A date as short as an axis needs it, without the year."""
    return f"{when.day} {month(when)}"
