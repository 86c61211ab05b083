"""Counts, shares and figures in the sentences of cautions."""

from __future__ import annotations

from collections.abc import Sequence

MOST_NAMED = 5


def plural_of(noun: str) -> str:
    """Return frauds of a fraud, anomalies of an anomaly."""
    is_vowel_before_y = noun[-2:-1] in "aeiou"
    return f"{noun[:-1]}ies" if noun.endswith("y") and not is_vowel_before_y else f"{noun}s"


def plural(number: int, noun: str) -> str:
    """Return a count with what it counts."""
    return f"{number:,} {noun if number == 1 else plural_of(noun)}"


def percent(share: float) -> str:
    """Return a share of one as a percentage."""
    return f"{100 * share:.0f} %" if share in (0, 1) else f"{100 * share:.1f} %"


def figure(value: float) -> str:
    """Return a score, or a value of a column, with three significant digits or more."""
    if 1000 <= abs(value) < 1e7:
        return f"{value:,.0f}"
    return f"{value:#.3g}".rstrip(".") if 0.001 <= abs(value) < 1000 else f"{value:,.3g}"


def duration(seconds: float) -> str:
    """Return a time in the unit that suits it."""
    for unit, name in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 2 * unit:
            return f"{seconds / unit:.1f} {name}"
    return f"{seconds:.0f} seconds"


def listed(words: Sequence[str]) -> str:
    """Return the first few, and how many more there are."""
    more = len(words) - MOST_NAMED
    return f"{', '.join(words[:MOST_NAMED])}{f' and {more:,} more' if more > 0 else ''}"
