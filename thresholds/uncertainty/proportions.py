"""Exact intervals of proportions, and of figures that vary between 0 and 1 as proportions do.

Rows are held to be drawn from a population, labels and all, so that no total is fixed. Of the
alerts, the number of anomalies is then binomial, whatever else was drawn: precision has the exact
interval of C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits illustrated
in the case of the binomial", *Biometrika* 26, 1934. So has recall, of the anomalies, and so has
F1: ``F1 = 2 J / (1 + J)`` rises with ``J = tp / (tp + fp + fn)``, the share of the anomalies caught
among all rows that alert or are anomalies.

A figure whose variance is another than the binomial one is taken for a proportion of so many rows
as have that variance (E. L. Korn and B. I. Graubard, "Confidence intervals for proportions with
small expected number of positive counts estimated from survey data", *Survey Methodology* 24,
1998).
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from thresholds.counting.counts import Counts, Ratios
from thresholds.uncertainty.percentile import CONFIDENCE, Ends


def binomial_ends(part: ArrayLike, rest: ArrayLike, confidence: float = CONFIDENCE) -> Ends:
    """Return the ends of the exact binomial interval of the proportion ``part / (part + rest)``.

    Parameters
    ----------
    part, rest : array-like, shape (...)
        Numbers of rows, from 0; not whole ones where they stand for a variance.
    confidence : float, default=0.95

    Returns
    -------
    low, high : ndarray of float64, shape (...)
        NaN where there is nothing to count.

    Examples
    --------
    >>> low, high = binomial_ends([9, 0], [0, 0])
    >>> low.round(2), high
    (array([0.66,  nan]), array([ 1., nan]))
    """
    # It takes a while to import.
    from scipy.special import betaincinv

    part, rest = np.asarray(part, np.float64), np.asarray(rest, np.float64)
    tail = (1 - confidence) / 2
    tiny = np.finfo(np.float64).tiny
    low = np.where(part > 0, betaincinv(np.maximum(part, tiny), rest + 1, tail), 0.0)
    high = np.where(rest > 0, betaincinv(part + 1, np.maximum(rest, tiny), 1 - tail), 1.0)
    is_counted = part + rest > 0
    return np.where(is_counted, low, np.nan), np.where(is_counted, high, np.nan)


def ends_of_mean(
    mean: ArrayLike, variance: ArrayLike, rows: ArrayLike, confidence: float = CONFIDENCE
) -> Ends:
    """Return the ends of the interval of a mean of values from 0 to 1.

    Parameters
    ----------
    mean, variance : array-like, shape (...)
        Of the mean.
    rows : array-like, shape (...)
        How many values the mean is of. They count where the variance is 0, since all values are
        the same.
    confidence : float, default=0.95

    Returns
    -------
    low, high : ndarray of float64, shape (...)
        Beside the mean; NaN where that is NaN.
    """
    mean, variance, rows = (np.asarray(each, np.float64) for each in (mean, variance, rows))
    spread = np.clip(mean * (1 - mean), 0, None)
    with np.errstate(invalid="ignore", divide="ignore"):
        effective = np.where((variance > 0) & (spread > 0), spread / variance, rows)
    return binomial_ends(mean * effective, (1 - mean) * effective, confidence)


def proportion_ends(
    part: Any, rest: Any, squares: tuple[Any, Any] | None, confidence: float = CONFIDENCE
) -> Ends:
    """Return the ends of the interval of ``part / (part + rest)``, for rows of any weight.

    Parameters
    ----------
    part, rest : ndarray, shape (k,)
        Numbers of rows, or sums of their weights.
    squares : (ndarray, ndarray) or None
        The sums of the squared weights; None where each row counts as one.
    confidence : float, default=0.95
    """
    if squares is None:
        return binomial_ends(part, rest, confidence)
    whole, squared = part + rest, squares[0] + squares[1]
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = part / whole
        variance = ((1 - mean) ** 2 * squares[0] + mean**2 * squares[1]) / whole**2
        # So many rows of equal weight have the variance of these, whatever the proportion
        # (L. Kish, *Survey Sampling*, 1965, chapter 11). A variance that few rows show to be less
        # is not believed.
        rows = whole**2 / squared
        variance = np.maximum(variance, mean * (1 - mean) / rows)
    return ends_of_mean(mean, variance, rows, confidence)


def precision_ends(counts: Counts, confidence: float = CONFIDENCE) -> Ends:
    """Return the ends of the interval of the precision in each setting."""
    squares = counts.squares
    of_squares = None if squares is None else (squares.tp, squares.fp)
    return proportion_ends(counts.tp, counts.fp, of_squares, confidence)


def recall_ends(counts: Counts, confidence: float = CONFIDENCE) -> Ends:
    """Return the ends of the interval of the recall in each setting."""
    squares = counts.squares
    of_squares = None if squares is None else (squares.tp, _missed(squares))
    return proportion_ends(counts.tp, _missed(counts), of_squares, confidence)


def f1_ends(counts: Counts, confidence: float = CONFIDENCE) -> Ends:
    """Return the ends of the interval of F1 in each setting."""
    squares = counts.squares
    of_squares = None if squares is None else (squares.tp, squares.fp + _missed(squares))
    shares = proportion_ends(counts.tp, counts.fp + _missed(counts), of_squares, confidence)
    low, high = (2 * share / (1 + share) for share in shares)
    return low, high


def _missed(counts: Counts) -> Ratios:
    # A partial sum of weights may be rounded above the whole one.
    return np.maximum(counts.positives - counts.tp, 0)
