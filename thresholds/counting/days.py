"""Alerts day by day."""

import numpy as np
from numpy.typing import ArrayLike

from thresholds.counting.counts import DayCounts, Integers, Ratios
from thresholds.counting.inputs import Floats

# Where rows stand at the very edge of the span, so that no day is of no length.
_SHORTEST = 1 / 24


def day_counts(
    days: Integers,
    scores: Floats,
    thresholds: ArrayLike,
    span: float,
    weights: Ratios | None = None,
) -> DayCounts:
    """Return the alerts of each day at some thresholds.

    Parameters
    ----------
    days : ndarray of int64, shape (n,)
        Days since the first one.
    scores : ndarray of float, shape (n,)
    thresholds : array-like, shape (k,)
        In any order, in the dtype of the scores.
    span : float
        Days that the rows span.
    weights : ndarray of float64, shape (n,), optional
    """
    rising, place = np.unique(np.asarray(thresholds), return_inverse=True)
    n_days = int(days.max()) + 1
    reached = np.searchsorted(rising, scores, side="right")
    cells = np.bincount(
        days * (rising.size + 1) + reached, weights, minlength=n_days * (rising.size + 1)
    ).reshape(n_days, rising.size + 1)
    alerts = np.cumsum(cells[:, ::-1], axis=1)[:, ::-1][:, 1:]
    return DayCounts(alerts=alerts[:, place], lengths=lengths_of_days(n_days, span))


def lengths_of_days(n_days: int, span: float) -> Ratios:
    """Return what part of each calendar day lies within a span.

    Parameters
    ----------
    n_days : int
    span : float
        In days. What it lacks of whole days is taken in halves from the first and the last.
    """
    lengths = np.ones(n_days)
    if n_days == 1:
        lengths[0] = np.clip(span, _SHORTEST, 1.0)
    else:
        lengths[[0, -1]] = np.clip((span - (n_days - 2)) / 2, _SHORTEST, 1.0)
    return lengths
