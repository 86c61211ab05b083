"""Which intervals hold where so few anomalies are known that resamples hardly differ, and exact ones.

A resample repeats the anomalies at hand. Where all of them are caught, or none, each resample says
the same, and an interval without width would say that the figure is certain.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from thresholds.uncertainty.percentile import CONFIDENCE, Ends, Interval

FEWEST_ANOMALIES = 5
"""Of fewer, resamples say too little."""

_TAIL = (1 - CONFIDENCE) / 2


def exact(part: ArrayLike, rest: ArrayLike) -> Ends:
    """Return the ends of the exact binomial 95 % interval of the proportion ``part / (part + rest)``.

    Parameters
    ----------
    part, rest : array-like of int, shape (k,)

    Returns
    -------
    low, high : ndarray of float64, shape (k,)
        NaN where there is nothing to count.

    References
    ----------
    C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits illustrated in the
    case of the binomial", *Biometrika* 26, 1934.
    """
    # It takes a while to import, which only few anomalies should pay.
    from scipy.special import betaincinv

    part, rest = np.asarray(part, np.float64), np.asarray(rest, np.float64)
    low = np.where(part > 0, betaincinv(np.maximum(part, 1), rest + 1, _TAIL), 0.0)
    high = np.where(rest > 0, betaincinv(part + 1, np.maximum(rest, 1), 1 - _TAIL), 1.0)
    is_counted = part + rest > 0
    return np.where(is_counted, low, np.nan), np.where(is_counted, high, np.nan)


def proportion_ends(drawn: Ends, part: ArrayLike, rest: ArrayLike, anomalies: float) -> Ends:
    """Return the ends that resamples draw for a proportion, or exact ones where these cannot hold.

    Parameters
    ----------
    drawn : (ndarray, ndarray), each of shape (k,)
    part, rest : array-like of int, shape (k,)
        The proportion is ``part / (part + rest)``.
    anomalies : float
        All that there are.
    """
    low, high = drawn
    is_exact = np.full(low.shape, anomalies < FEWEST_ANOMALIES) | ~(high > low)
    if not is_exact.any():
        return drawn
    exact_low, exact_high = exact(part, rest)
    return np.where(is_exact, exact_low, low), np.where(is_exact, exact_high, high)


def figure_ends(drawn: Ends, anomalies: float | None = None) -> Ends:
    """Return the ends that resamples draw for any other figure, NaN where these cannot hold.

    Parameters
    ----------
    drawn : (ndarray, ndarray), each of shape (k,)
    anomalies : float or None
        All that there are; None for a figure that does not hang on them.
    """
    low, high = drawn
    holds = (high > low) & (anomalies is None or anomalies >= FEWEST_ANOMALIES)
    return np.where(holds, low, np.nan), np.where(holds, high, np.nan)


def intervals_that_hold(
    intervals: Mapping[str, Interval | None],
    tp: float | None,
    fp: float | None,
    fn: float | None,
) -> dict[str, Interval]:
    """Return the 95 % intervals of a threshold's figures that hold, by name.

    Parameters
    ----------
    intervals : mapping of str to (float, float) or None
        Of `precision`, `recall`, `f1`, `cost` or `alerts_per_day`, as resamples draw them.
    tp, fp, fn : int or None
        None without labels.

    Examples
    --------
    >>> drawn = {"recall": (1.0, 1.0), "f1": (1.0, 1.0)}
    >>> held = intervals_that_hold(drawn, tp=9, fp=0, fn=0)
    >>> list(held), round(held["recall"][0], 2)
    (['recall'], 0.66)
    """
    anomalies = None if tp is None or fn is None else tp + fn
    counted = {"precision": (tp, fp), "recall": (tp, fn)}
    held = {}
    for name, interval in intervals.items():
        if interval is None:
            continue
        ends = np.array([interval[0]]), np.array([interval[1]])
        part, rest = counted.get(name, (None, None))
        if anomalies is not None and part is not None and rest is not None:
            ends = proportion_ends(ends, [part], [rest], anomalies)
        else:
            ends = figure_ends(ends, None if name == "alerts_per_day" else anomalies)
        if not np.isnan(ends[0][0]):
            held[name] = (float(ends[0][0]), float(ends[1][0]))
    return held
