"""The day and the time of day of each row, whatever writes them."""

import re
from datetime import date, datetime, tzinfo
from numbers import Real
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thresholds.counting.counts import Integers, Ratios
from thresholds.counting.inputs import is_missing, of_length
from thresholds.errors import ThresholdError

_MICROSECONDS = 86_400_000_000
_QUARTER_HOUR = 900  # No zone changes its clocks between two of them.
_DATE_LENGTH = len("2026-01-31")
_ZONE = re.compile(r"(?<=\d)\s?(Z|UTC|GMT|[+-]\d\d(:?\d\d)?)$")


def as_days(days: ArrayLike, rows: int) -> tuple[Integers, Ratios | None]:
    """Return the day of each row, and where times are given, the time.

    Parameters
    ----------
    days : array-like, shape (rows,)
        Day numbers, or dates and times as NumPy, Python, pandas, Arrow or ISO 8601 strings write
        them. Numbers with a fraction are times, in days. In a time zone, days and times are those
        of its clocks.
    rows : int
        The number of scores.

    Returns
    -------
    days : ndarray of int64, shape (rows,)
        Days since the first one.
    times : ndarray of float64, shape (rows,), or None
        Days since the midnight before the first row; None where all of them are whole, as those of
        plain days are.

    Raises
    ------
    ThresholdError
        Another shape or length, a missing date, or something that is no day.
    """
    array = of_length(_local(days), "days", rows, "scores", "one day a row")
    if array.dtype.kind == "O":
        _refuse_missing(np.fromiter((is_missing(each) for each in array), np.bool_, rows))
        if all(isinstance(each, Real) for each in array):
            array = array.astype(np.float64)
    if array.dtype.kind in "MUO":
        moments = _moments(array)
        _refuse_missing(np.isnat(moments))
        whole, rest = np.divmod(moments.astype(np.int64), _MICROSECONDS)
        fraction = rest / _MICROSECONDS
    elif array.dtype.kind == "f":
        _refuse_missing(~np.isfinite(array))
        whole = np.floor(array).astype(np.int64)
        fraction = array.astype(np.float64) - whole
    elif array.dtype.kind in "iu":
        whole, fraction = array.astype(np.int64), np.zeros(1)
    else:
        raise ThresholdError(f"days hold {array.dtype}, not days; give day numbers, dates or times")
    numbers = whole - int(whole.min())
    return numbers, numbers + fraction if fraction.any() else None


def _refuse_missing(missing: NDArray[np.bool_]) -> None:
    if missing.any():
        first = int(missing.argmax())
        raise ThresholdError(f"days[{first}] is missing; give a day number, a date or a time")


def _local(days: Any) -> Any:
    """Return times of a zone, of pandas, Arrow or Polars, as what the clocks of the zone show."""
    zone = _zone_of(days)
    if zone is None:
        return days
    try:
        moments = np.asarray(days, "datetime64[us]")
    except (TypeError, ValueError):
        return days
    known = ~np.isnat(moments)
    seconds = moments[known].astype("datetime64[s]").astype(np.int64)
    quarters, places = np.unique(seconds // _QUARTER_HOUR, return_inverse=True)
    offsets = [_offset(quarter * _QUARTER_HOUR, zone) for quarter in quarters.tolist()]
    local = moments.copy()
    local[known] += np.array(offsets, "timedelta64[s]")[places]
    return local


def _offset(second: int, zone: tzinfo) -> int:
    offset = datetime.fromtimestamp(second, zone).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())


def _zone_of(days: Any) -> tzinfo | None:
    kind = getattr(days, "dtype", None)
    if kind is None:
        kind = getattr(days, "type", None)
    kind = getattr(kind, "pyarrow_dtype", kind)
    zone = getattr(kind, "tz", None) or getattr(kind, "time_zone", None)
    if not isinstance(zone, str):
        return zone
    if re.fullmatch(r"[+-]\d\d:?\d\d", zone):
        return datetime.strptime(zone, "%z").tzinfo
    try:
        return ZoneInfo(zone)
    except (KeyError, ValueError) as error:
        raise ThresholdError(f"days are of the time zone {zone}, which is not known") from error


def _moments(array: NDArray[Any]) -> NDArray[np.datetime64]:
    """Return dates and times as datetime64[us], those of a zone as its clocks show them."""
    dates = array.dtype.kind == "U" and array.dtype.itemsize <= 4 * _DATE_LENGTH
    try:
        if array.dtype.kind == "M" or dates:
            return array.astype("datetime64[us]")
        return np.array([_unzoned(each) for each in array.tolist()], "datetime64[us]")
    except (TypeError, ValueError) as error:
        raise ThresholdError(f"days hold something that is no date: {error}") from error


def _unzoned(moment: Any) -> Any:
    """Return a time of a zone as its clocks show it."""
    if isinstance(moment, str):
        return _ZONE.sub("", moment) if len(moment) > _DATE_LENGTH else moment
    if isinstance(moment, datetime):
        return moment.replace(tzinfo=None)
    if isinstance(moment, date | np.datetime64):
        return moment
    raise TypeError(f"{moment!r}")
