"""Times: how they are spelled, and what they are in seconds."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anomaly.utils.arrow import pc, to_numpy

DAY = 86_400
WEEK = 7 * DAY
_LATEST_SECOND = 1e11  # the year 5138
# Nanoseconds, microseconds and milliseconds, to the second.
_UNITS = (1e9, 1e6, 1e3)

_DATE_PATTERN = r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_CLOCK_PATTERN = r"[ T]([01]\d|2[0-3])(:[0-5]\d(:[0-5]\d(\.\d+)?)?)?"
_ZONE_PATTERN = r" ?(Z|UTC|GMT|[+-](0\d|1[0-4])(:?[0-5]\d)?)$"
_TIME_PATTERN = f"{_DATE_PATTERN}({_CLOCK_PATTERN}({_ZONE_PATTERN})?)?$"


def times(array: pa.Array) -> NDArray[np.datetime64]:
    """Return an Arrow array of dates or timestamps as datetime64[us] in UTC, null as NaT."""
    target = pa.timestamp("us", tz=getattr(array.type, "tz", None))
    ticks = array.cast(target, safe=False).cast(pa.int64())
    # NaT is the least number of ticks.
    return to_numpy(ticks, null=np.iinfo(np.int64).min).view("datetime64[us]")


def is_time_text(text: pa.Array) -> pa.Array:
    """Tell which strings are dates or times as ISO 8601 has them; null where the string is."""
    looks = pc.match_substring_regex(text, _TIME_PATTERN)
    candidates = pc.unique(pc.if_else(looks, text, None))
    try:
        read_times(candidates)
    except pa.ArrowInvalid:
        # The calendar does not have every day from the 1st to the 31st.
        days = pc.unique(pc.utf8_slice_codeunits(candidates.drop_null(), 0, 10))
        return pc.and_(looks, pc.is_in(pc.utf8_slice_codeunits(text, 0, 10), _real_days(days)))
    return looks


def _real_days(days: pa.Array) -> pa.Array:
    real = []
    for day in days.to_pylist():
        try:
            real.append(date.fromisoformat(day).isoformat())
        except ValueError:
            continue
    return pa.array(real, pa.string())


def read_times(text: pa.Array) -> NDArray[np.datetime64]:
    """Read ISO 8601; a time with a zone as UTC, one without as it stands."""
    try:
        return times(text.cast(pa.timestamp("us")))
    except pa.ArrowInvalid:
        text = pc.replace_substring_regex(text, r"(\.\d{6})\d+", r"\1")
        text = pc.replace_substring_regex(text, " ?(UTC|GMT)$", "Z")
        text = pc.replace_substring_regex(text, r" ([+-]\d\d(:?\d\d)?)$", r"\1")
    has_zone = pc.match_substring_regex(text, _CLOCK_PATTERN + _ZONE_PATTERN)
    zoned = times(pc.if_else(has_zone, text, None).cast(pa.timestamp("us", tz="UTC")))
    local = times(pc.if_else(has_zone, None, text).cast(pa.timestamp("us")))
    return np.where(np.isnat(zoned), local, zoned)


def seconds(values: Any) -> NDArray[np.float64]:
    """Return times as seconds since 1970, or numbers as the seconds that they are.

    Numbers too large for seconds are taken as the milliseconds, microseconds or nanoseconds
    since 1970 that they must be.
    """
    if np.issubdtype(values.dtype, np.datetime64):
        whole = values.astype("datetime64[us]")
        return np.where(np.isnat(whole), np.nan, whole.astype(np.int64) / 1e6)
    moments = values.astype(np.float64)
    for unit in _UNITS:
        moments = np.where(np.abs(moments) > _LATEST_SECOND / 1e3 * unit, moments / unit, moments)
    return moments


def seconds_of_number(number: float) -> float:
    """Return what `seconds` makes of one number, without an array."""
    for unit in _UNITS:
        if abs(number) > _LATEST_SECOND / 1e3 * unit:
            number /= unit
    return number
