"""Alerts day by day."""

import numpy as np
from numpy.typing import ArrayLike

from thresholds.counting.counts import DayCounts, Ratios
from thresholds.counting.rows import ScoredRows

# Where rows stand at the very edge of the span, so that no day is of no length.
_SHORTEST = 1 / 24


def day_counts(rows: ScoredRows, thresholds: ArrayLike) -> DayCounts | None:
    """Return the alerts of each day at some thresholds.

    Parameters
    ----------
    rows : ScoredRows
    thresholds : array-like, shape (k,)
        In any order, in the dtype of the scores.

    Returns
    -------
    DayCounts or None
        None where the days are not known, or span too little.
    """
    span = rows.n_days
    if rows.days is None or span is None:
        return None
    rising, place = np.unique(np.asarray(thresholds), return_inverse=True)
    days = rows.days - rows.days.min()
    n_days = int(days.max()) + 1
    reached = np.searchsorted(rising, rows.scores, side="right")
    cells = np.bincount(
        days * (rising.size + 1) + reached,
        rows.weights,
        minlength=n_days * (rising.size + 1),
    ).reshape(n_days, rising.size + 1)
    alerts = np.cumsum(cells[:, ::-1], axis=1)[:, ::-1][:, 1:]
    start = 0.0 if rows.times is None else float(rows.times.min()) % 1
    return DayCounts(alerts=alerts[:, place], lengths=lengths_of_days(n_days, span, start))


def lengths_of_days(n_days: int, span: float, start: float) -> Ratios:
    """Return what part of each calendar day lies within a span, all of it together.

    Parameters
    ----------
    n_days : int
    span : float
        In days.
    start : float
        What part of the first day is over where the span begins.
    """
    lengths = np.clip(start + span - np.arange(n_days), 0, 1)
    lengths[0] -= start
    lengths = np.clip(lengths, _SHORTEST, 1.0)
    # The span may be told by rows, and not by hours.
    return lengths * (span / lengths.sum())
