"""Percentile intervals: the middle of what resamples gave (95 % of them, where nothing else is said)."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thresholds.counting.counts import Ratios

CONFIDENCE = 0.95

Interval = tuple[float, float]
Ends = tuple[Ratios, Ratios]
"""Lower and upper ends of many intervals."""


def middle(figures: ArrayLike, confidence: float = CONFIDENCE, *, of_sample: bool = False) -> Ends:
    """Return the ends of the central share of some figures, NaN left out, column by column.

    Parameters
    ----------
    figures : array-like, shape (r, ...)
        Of `r` resamples.
    confidence : float, default=0.95
        The share between the ends.
    of_sample : bool, default=False
        Whether the ends are figures of the sample, the next ones outwards, in place of points
        between two of them.

    Returns
    -------
    low, high : ndarray of float64, shape (...)
        NaN where no figure is defined.

    References
    ----------
    B. Efron and R. J. Tibshirani, *An Introduction to the Bootstrap*, 1993, chapter 13.

    Examples
    --------
    >>> low, high = middle([4.0, 1.0, np.nan, 2.0, 3.0, 5.0], 0.5)
    >>> float(low), float(high)
    (2.0, 4.0)
    """
    ordered = np.sort(figures, axis=0)  # NaN goes last.
    last = np.maximum(len(ordered) - np.isnan(ordered).sum(axis=0) - 1, 0)
    tail = (1 - confidence) / 2
    low, high = last * tail, last * (1 - tail)
    if of_sample:
        return _at(ordered, np.floor(low)), _at(ordered, np.ceil(high))
    return _between(ordered, low), _between(ordered, high)


def interval_of(
    figures: ArrayLike, confidence: float = CONFIDENCE, *, of_sample: bool = False
) -> Interval | None:
    """Return the central share of one figure on resamples; None where it is defined on none.

    Parameters
    ----------
    figures : array-like, shape (r,)
    confidence, of_sample
        As in `middle`.
    """
    if not np.size(figures):
        return None
    low, high = (float(end) for end in middle(figures, confidence, of_sample=of_sample))
    return None if np.isnan(low) and np.isnan(high) else (low, high)


def _between(ordered: NDArray[Any], places: Ratios) -> Ratios:
    """Return what stands at places between rows, by linear interpolation as `numpy.quantile` has it."""
    below, above = _at(ordered, np.floor(places)), _at(ordered, np.ceil(places))
    share = places - np.floor(places)
    # Infinite ends have no difference.
    step = np.subtract(above, below, out=np.zeros_like(above), where=above != below)
    # From the nearer end, so that no rounding takes it past the other one.
    from_below = (share < 0.5) | np.isinf(step)
    with np.errstate(invalid="ignore"):
        return np.where(from_below, below + step * share, above - step * (1 - share))


def _at(ordered: NDArray[Any], places: Ratios) -> Ratios:
    rows = np.asarray(places, np.intp)[np.newaxis]
    return np.take_along_axis(ordered, rows, axis=0)[0].astype(np.float64)
