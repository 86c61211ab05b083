"""Which intervals hold where so few anomalies are known that resamples hardly differ, and exact ones.

A resample repeats the anomalies at hand. Where all of them are caught, or none, each resample says
the same, and an interval without width would say that the figure is certain.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from thresholds.uncertainty.percentile import CONFIDENCE, Ends, Interval

FEWEST_ANOMALIES = 5
"""Of fewer, resamples say too little."""

# Figures that do not hang on the anomalies.
OF_ALERTS = ("alerts", "alerts_per_day")
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


def ends_that_hold(
    drawn: Mapping[str, Ends],
    tp: ArrayLike | None,
    fp: ArrayLike | None,
    fn: ArrayLike | None,
) -> dict[str, Ends]:
    """Return the ends of 95 % intervals at many thresholds, where they hold.

    Where resamples cannot say how far a figure strays, precision and recall have exact intervals.

    Parameters
    ----------
    drawn : mapping of str to (ndarray, ndarray), each of shape (k,)
        Of `precision`, `recall`, `f1`, `cost`, `alerts` or `alerts_per_day`, as resamples have
        them.
    tp, fp, fn : array-like of int, shape (k,), or None
        None without labels.

    Returns
    -------
    dict of str to (ndarray, ndarray)
        NaN where none holds.
    """
    counted = {"precision": (tp, fp), "recall": (tp, fn)}
    are_few = tp is not None and fn is not None and np.max(np.add(tp, fn)) < FEWEST_ANOMALIES
    held = {}
    for name, (low, high) in drawn.items():
        holds = (high > low) & (name in OF_ALERTS or not are_few)
        part, rest = counted.get(name, (None, None))
        instead: Any = (np.nan, np.nan)
        if part is not None and rest is not None and not holds.all():
            instead = exact(part, rest)
        held[name] = np.where(holds, low, instead[0]), np.where(holds, high, instead[1])
    return held


def intervals_that_hold(
    drawn: Mapping[str, Interval | None], tp: float | None, fp: float | None, fn: float | None
) -> dict[str, Interval]:
    """Return the intervals that hold at one threshold, by name; see `ends_that_hold`.

    Examples
    --------
    >>> held = intervals_that_hold({"recall": (1.0, 1.0), "f1": (1.0, 1.0)}, tp=9, fp=0, fn=0)
    >>> list(held), round(held["recall"][0], 2)
    (['recall'], 0.66)
    """
    known = {
        name: (np.array(ends[0]), np.array(ends[1]))
        for name, ends in drawn.items()
        if ends is not None
    }
    held = ends_that_hold(known, tp, fp, fn)
    return {
        name: (float(low), float(high)) for name, (low, high) in held.items() if not np.isnan(low)
    }
