"""Numbers, times and texts as a reader wants to see them."""

from reports.formats.moments import date, day, duration, moment, month
from reports.formats.nouns import plural, plural_of, with_article
from reports.formats.numbers import (
    MINUS,
    NARROW_SPACE,
    NOTHING,
    count,
    difference,
    even,
    interval,
    money,
    number,
    percent,
    ratio,
    superscript,
    threshold,
    tick,
)
from reports.formats.texts import short, text
from reports.formats.values import setting, value

__all__ = [
    "MINUS",
    "NARROW_SPACE",
    "NOTHING",
    "count",
    "date",
    "day",
    "difference",
    "duration",
    "even",
    "interval",
    "moment",
    "money",
    "month",
    "number",
    "percent",
    "plural",
    "plural_of",
    "ratio",
    "setting",
    "short",
    "superscript",
    "text",
    "threshold",
    "tick",
    "value",
    "with_article",
]
