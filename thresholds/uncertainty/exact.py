"""Which 95 % intervals hold, where so few frauds are known that resamples hardly differ.

A resample repeats the frauds at hand. Where all of them are caught, or none, each resample says the
same, and an interval without width would say that the figure is certain.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reports.content.parts import Interval, ThresholdFigures

TAIL = 0.025
FEWEST_FRAUDS = 5
WHY_NONE = (
    f"A dash stands for an interval where a split holds fewer than {FEWEST_FRAUDS} frauds, or "
    "where all resamples say the same; recall and precision have exact binomial intervals there "
    "(Clopper and Pearson, 1934)."
)

Ends = tuple[NDArray[np.float64], NDArray[np.float64]]


def exact(part: ArrayLike, rest: ArrayLike) -> Ends:
    """The ends of the exact binomial interval of the proportion ``part / (part + rest)``.

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
    # It takes a while to import, which only pages with few frauds should pay.
    from scipy.special import betaincinv

    part, rest = np.asarray(part, np.float64), np.asarray(rest, np.float64)
    low = np.where(part > 0, betaincinv(np.maximum(part, 1), rest + 1, TAIL), 0.0)
    high = np.where(rest > 0, betaincinv(part + 1, np.maximum(rest, 1), 1 - TAIL), 1.0)
    is_counted = part + rest > 0
    return np.where(is_counted, low, np.nan), np.where(is_counted, high, np.nan)


def of_proportion(drawn: Ends, part: ArrayLike, rest: ArrayLike, frauds: int) -> Ends:
    """The ends that resamples draw for a proportion, or exact ones where these cannot hold.

    Parameters
    ----------
    drawn : (ndarray, ndarray), each of shape (k,)
    part, rest : array-like of int, shape (k,)
        The proportion is ``part / (part + rest)``.
    frauds : int
        All frauds of the split.
    """
    low, high = drawn
    is_exact = np.full(low.shape, frauds < FEWEST_FRAUDS) | ~(high > low)
    if not is_exact.any():
        return drawn
    exact_low, exact_high = exact(part, rest)
    return np.where(is_exact, exact_low, low), np.where(is_exact, exact_high, high)


def of_figure(drawn: Ends, frauds: int | None = None) -> Ends:
    """The ends that resamples draw for any other figure, NaN where these cannot hold.

    Parameters
    ----------
    drawn : (ndarray, ndarray), each of shape (k,)
    frauds : int or None
        All frauds of the split; None for a figure that does not hang on them.
    """
    low, high = drawn
    holds = (high > low) & (frauds is None or frauds >= FEWEST_FRAUDS)
    return np.where(holds, low, np.nan), np.where(holds, high, np.nan)


def at_threshold(figures: ThresholdFigures) -> dict[str, Interval]:
    """The intervals of a threshold's figures that hold, by name."""
    frauds = None if figures.tp is None or figures.fn is None else figures.tp + figures.fn
    counted = {"precision": (figures.tp, figures.fp), "recall": (figures.tp, figures.fn)}
    found = {}
    for name, (low, high) in figures.intervals.items():
        drawn = np.array([low]), np.array([high])
        part, rest = counted.get(name, (None, None))
        if frauds is not None and part is not None and rest is not None:
            drawn = of_proportion(drawn, [part], [rest], frauds)
        else:
            drawn = of_figure(drawn, None if name == "alerts_per_day" else frauds)
        if not np.isnan(drawn[0][0]):
            found[name] = (float(drawn[0][0]), float(drawn[1][0]))
    return found


def of_ranking(drawn: Interval, frauds: int) -> Interval | None:
    """The interval that resamples draw for a figure of the whole ranking, if it holds."""
    return drawn if frauds >= FEWEST_FRAUDS and drawn[1] > drawn[0] else None
