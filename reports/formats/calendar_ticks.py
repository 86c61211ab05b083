"""Round moments to label along an axis of time: seconds, minutes, hours, days, months or years."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from reports.formats.moments import date, day, month

MINUTE, HOUR, DAY = 60, 3600, 86_400
_CLOCK = (
    *(1, 2, 5, 10, 15, 30, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE),
    *(HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR),
)
_DAYS, _MONTHS = (1, 2, 7, 14), (1, 2, 3, 6)
_YEARS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
_MONDAY = 4  # of January 1970
_START = datetime(1970, 1, 1, tzinfo=UTC)

Moments = NDArray[np.float64]


def calendar_ticks(low: float, high: float, most: int) -> list[tuple[float, str]]:
    """Moments within a range with what stands there, at most so many.

    What all of them have in common is left to `common`: the day, or the year.

    Parameters
    ----------
    low, high : float
        Seconds since 1970.
    most : int

    Returns
    -------
    list of (float, str)
        One in a range no longer than a second; none in one beyond the calendar.
    """
    ends = _moment(low), _moment(high)
    if None in ends:
        return []
    if high - low <= 1:
        middle = float(np.rint(low / 2 + high / 2))
        return [(middle, f"{_moment(middle):%H:%M:%S}")]
    for step, places in _steps(low, high):
        inside = places[(places >= low) & (places <= high)]
        if 0 < inside.size <= most:
            return [(float(place), _in_words(float(place), step, low, high)) for place in inside]
    middle = float(np.rint(low / 2 + high / 2))
    return [(middle, _in_words(middle, DAY, low, high))]


def common(low: float, high: float) -> str:
    """What the moments of a range have in common: their day, or their year, or nothing."""
    first, last = _moment(low), _moment(high)
    if first is None or last is None or first.year != last.year:
        return ""
    return date(first) if first.date() == last.date() else str(first.year)


def _moment(seconds: float) -> datetime | None:
    try:
        return _START + timedelta(seconds=float(seconds))
    except (OverflowError, ValueError):
        return None


def _steps(low: float, high: float) -> Iterator[tuple[int, Moments]]:
    """Each step in seconds, about, with its places from before one end to behind the other."""
    for step in _CLOCK:
        yield step, _multiples(low, high, step)
    for days in _DAYS:
        start = _MONDAY if days % 7 == 0 else 0
        yield (
            days * DAY,
            _multiples(low - start * DAY, high - start * DAY, days * DAY) + start * DAY,
        )
    for months in _MONTHS:
        yield 30 * months * DAY, _of_calendar(low, high, months)
    for years in _YEARS:
        yield 365 * years * DAY, _of_calendar(low, high, 12 * years)


def _multiples(low: float, high: float, step: int) -> Moments:
    if (high - low) / step > 1000:
        return np.zeros(0)  # many more than are asked for
    return np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step


def _of_calendar(low: float, high: float, months: int) -> Moments:
    """The first of every so many months, counted from the year 0."""
    first, last = (
        int(np.datetime64(int(end), "s").astype("datetime64[M]").astype(np.int64)) + 1970 * 12
        for end in (low, high)
    )
    places = np.arange(-(-first // months), last // months + 1) * months - 1970 * 12
    firsts: Moments = places.astype("datetime64[M]").astype("datetime64[s]").astype(np.float64)
    return firsts


def _in_words(place: float, step: int, low: float, high: float) -> str:
    when, first, last = _moment(place), _moment(low), _moment(high)
    assert when is not None, "it is within the calendar"
    assert first is not None, "it is within the calendar"
    assert last is not None, "it is within the calendar"
    year = "" if first.year == last.year else f" {when.year}"
    if step >= 365 * DAY:
        return str(when.year)
    if step >= 30 * DAY:
        return f"{month(when)}{year}"
    is_midnight = place % DAY == 0 and first.date() != last.date()
    if step >= DAY or is_midnight:
        return f"{day(when)}{year}"
    return f"{when:%H:%M}" if step >= MINUTE else f"{when:%H:%M:%S}"
