"""How many days some rows span: what figures a day are divided by."""

import math

import numpy as np

from thresholds.counting.counts import Integers, Ratios

SHORTEST = 1 / 24
"""Days; what spans less tells nothing of a day."""

FEWEST_WHOLE_DAYS = 14
"""With so many, a day cut short counts by its rows and not by its hours."""


def days_spanned(
    days: Integers, times: Ratios | None, weights: Ratios | None = None
) -> float | None:
    """Return how many days some rows span.

    Plain days count from the first to the last, both included. Times count by what elapsed: each of
    the `m` distinct ones stands for the mean gap to the next, so the span is ``(last - first) m /
    (m - 1)``. A part of a table that is cut by time lasts until the first row of the next part, and
    that is what this estimates.

    Where at least 14 whole days lie between the first and the last midnight, these count as they
    are, and what lies before and after as the share of a whole day's rows that it holds, at most
    one day each: half of the rows may come in a third of the hours.

    Parameters
    ----------
    days : ndarray of int64, shape (n,)
        Days since the first one.
    times : ndarray of float64, shape (n,), or None
        The same with the time of day, where it is known.
    weights : ndarray of float64, shape (n,), or None
        How often each row counts among the rows of a day.

    Returns
    -------
    float or None
        None below an hour.

    Examples
    --------
    >>> import numpy as np
    >>> hours = np.arange(15.0, 39.0)
    >>> days_spanned((hours // 24).astype(int), hours / 24)
    1.0
    """
    if times is None:
        return float(np.ptp(days)) + 1
    distinct = np.unique(times).size
    if distinct < 2:
        return None
    first, last = float(times.min()), float(times.max())
    elapsed = (last - first) * distinct / (distinct - 1)
    start = math.ceil(first)
    # The last day is whole where only the gap to the next row is missing, but for rounding.
    end = min(math.floor(first + elapsed + 1e-9), math.floor(last) + 1)
    if end - start >= FEWEST_WHOLE_DAYS:
        return _with_whole_days(times, weights, start, end)
    return elapsed if elapsed >= SHORTEST else None


def _with_whole_days(times: Ratios, weights: Ratios | None, start: int, end: int) -> float:
    places = np.searchsorted((start, end), times, side="right")
    before, within, after = np.bincount(places, weights, minlength=3).tolist()
    whole = end - start
    a_day = within / whole
    return whole + sum(min(part, a_day) / a_day if a_day else part > 0 for part in (before, after))
