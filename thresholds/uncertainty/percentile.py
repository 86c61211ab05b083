"""Percentile intervals: the middle of what resamples gave (95 % of them, where nothing else is said)."""

import math

import numpy as np
from numpy.typing import ArrayLike

from thresholds.counting.counts import Ratios

CONFIDENCE = 0.95

Interval = tuple[float, float]
Ends = tuple[Ratios, Ratios]
"""Lower and upper ends of many intervals."""


def interval_of(figures: ArrayLike, confidence: float = CONFIDENCE) -> Interval | None:
    """Return the central share of one figure on resamples; None where it is defined on none.

    Parameters
    ----------
    figures : array-like, shape (r,)
        Of `r` resamples; NaN where one has no figure.
    confidence : float, default=0.95
        At least this share of them lies between the ends, which are figures of resamples.

    References
    ----------
    B. Efron and R. J. Tibshirani, *An Introduction to the Bootstrap*, 1993, chapter 13.

    Examples
    --------
    >>> interval_of([4.0, 1.0, np.nan, 2.0, 3.0, 5.0], 0.5)
    (2.0, 4.0)
    """
    given = np.asarray(figures, np.float64)
    ordered = np.sort(given[~np.isnan(given)])
    if not ordered.size:
        return None
    last = ordered.size - 1
    tail = (1 - confidence) / 2
    low, high = math.floor(last * tail), math.ceil(last * (1 - tail))
    return float(ordered[low]), float(ordered[high])
