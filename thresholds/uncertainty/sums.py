"""Intervals of sums over rows: what alerts and misses cost, and alerts a day.

A sum over rows of a population, each of which counts or not, is close to a sum of independent Poisson
numbers with weights. Its interval is that of M. P. Fay and E. J. Feuer, "Confidence intervals for directly
standardized rates: a method based on the gamma distribution", *Statistics in Medicine* 16, 1997:
the quantiles of a gamma distribution with the mean and the variance of the sum, at the upper end
with one more row of the largest weight, which may be yet unseen. For rows that all weigh one it is
the exact interval of a Poisson number.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thresholds.counting.counts import Ratios, Tallies
from thresholds.uncertainty.percentile import CONFIDENCE, Ends

FEWEST_DAYS = 7
"""Fewer days do not tell how days differ; a week has each day of the week."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sums:
    """Sums over rows in one or many settings, and what tells how far they stray.

    Attributes
    ----------
    total : ndarray of float64
        The sum of the weights.
    squares : ndarray of float64
        The sum of the squared weights.
    largest : ndarray of float64 or float
        The weight of one more row.
    """

    total: Ratios
    squares: Ratios
    largest: Ratios | float


def ends_of_sum(sums: Sums, confidence: float = CONFIDENCE) -> Ends:
    """Return the ends of the interval of a sum of weighted Poisson numbers.

    Parameters
    ----------
    sums : Sums
    confidence : float, default=0.95

    Returns
    -------
    low, high : ndarray of float64, of the shape of the sums
        NaN where even one row more would add nothing.

    Examples
    --------
    >>> low, high = ends_of_sum(Sums(total=np.array([3.0]), squares=np.array([3.0]), largest=1.0))
    >>> low.round(3), high.round(3)
    (array([0.619]), array([8.767]))
    """
    # It takes a while to import.
    from scipy.special import gammaincinv

    tail = (1 - confidence) / 2
    total, squares = np.asarray(sums.total, np.float64), np.asarray(sums.squares, np.float64)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        low = squares / total * gammaincinv(total**2 / squares, tail)
        above, squared = total + sums.largest, squares + np.square(sums.largest)
        high = squared / above * gammaincinv(above**2 / squared, 1 - tail)
    return np.where(total > 0, low, np.where(np.isnan(high), np.nan, 0.0)), high


def alerts_a_day_ends(by_day: Tallies, lengths: ArrayLike, confidence: float = CONFIDENCE) -> Ends:
    """Return the ends of the interval of the alerts a day, from how days differ.

    Alerts of a day belong together: some days are busy and some are quiet. The alerts are a Poisson
    number as many times more variable as the days show them to be, at least once, with the quantile
    of Student's t for so many days in place of the normal one.

    Parameters
    ----------
    by_day : ndarray, shape (days, ...)
        Alerts of each day, in each setting.
    lengths : array-like, shape (days,)
        What part of each day is looked at.
    confidence : float, default=0.95

    Returns
    -------
    low, high : ndarray of float64, shape (...)
        NaN for fewer than 7 days.

    References
    ----------
    P. McCullagh and J. A. Nelder, *Generalized Linear Models*, 2nd ed., 1989, chapter 6: the
    variance of overdispersed counts.

    Examples
    --------
    >>> low, high = alerts_a_day_ends(np.array([[9], [12], [2], [14], [8], [25], [0]]), np.ones(7))
    >>> low.round(1), high.round(1)
    (array([3.9]), array([21.1]))
    """
    by_day, lengths = np.asarray(by_day, np.float64), np.asarray(lengths, np.float64)
    n_days, span = len(lengths), lengths.sum()
    if min(n_days, round(span)) < FEWEST_DAYS:
        return (np.full(by_day.shape[1:], np.nan),) * 2
    total = by_day.sum(axis=0)
    strayed = by_day - np.multiply.outer(lengths, total / span)
    with np.errstate(invalid="ignore", divide="ignore"):
        times = n_days / (n_days - 1) * np.square(strayed).sum(axis=0) / total
    times = np.where(total > 0, times, 1.0) * widening(n_days - 1, confidence) ** 2
    times = np.maximum(times, 1.0)
    low, high = ends_of_sum(Sums(total=total, squares=times * total, largest=times), confidence)
    return low / span, high / span


def widening(degrees: float, confidence: float = CONFIDENCE) -> float:
    """Return how many times wider the quantiles of Student's t are than normal ones."""
    # It takes a while to import.
    from scipy.special import ndtri, stdtrit

    upper = (1 + confidence) / 2
    return float(stdtrit(degrees, upper) / ndtri(upper))
