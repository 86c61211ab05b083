"""Robust standard deviations above the median."""

import numpy as np

from thresholds.counting.boundary import in_precision_of
from thresholds.counting.counts import Integers, Ratios
from thresholds.counting.inputs import Floats
from thresholds.errors import ThresholdError
from thresholds.objectives.registry import from_scores, resampled
from thresholds.uncertainty.grouped_scores import DEVIATIONS, GROUPS, draw_groups, finite_or_nan

# A normal distribution has this many median absolute deviations in a standard deviation.
MAD_TO_DEVIATION = 1.4826022185056018


@from_scores
def mad(ordered: Floats, *, deviations: float = 3.5) -> float:
    """Alert above the median by a number of robust standard deviations.

    ``median + deviations * 1.4826 * MAD``, where MAD is the median absolute deviation from the
    median. Up to half of the rows may be anomalies without moving it far.

    Assumes that the scores of normal rows are normally distributed: then 3.5 deviations leave
    2 false alarms in 10,000 rows. Skewed scores give more.

    Parameters
    ----------
    ordered : ndarray of float, shape (n,)
        Ascending.
    deviations : float, default=3.5
        Above 0.

    Returns
    -------
    float

    Raises
    ------
    ThresholdError
        More than half of the scores are equal, so that the MAD is 0, or too many are infinite.

    References
    ----------
    B. Iglewicz and D. C. Hoaglin, *How to Detect and Handle Outliers*, ASQC Quality Press, 1993.
    """
    if not 0 < deviations < np.inf:
        raise ThresholdError(f"`deviations` is {deviations}; give a number above 0, such as 3.5")
    wide = ordered.astype(np.float64)
    # Infinities less infinities are NaN, which is refused below.
    with np.errstate(invalid="ignore", over="ignore"):
        middle = np.median(wide)
        spread = np.median(np.abs(wide - middle))
        value = middle + deviations * MAD_TO_DEVIATION * spread
    if spread == 0:
        raise ThresholdError(
            f"more than half of the scores are {middle:.6g}, so their median absolute deviation "
            "is 0; pick with objective 'contamination'"
        )
    if not np.isfinite(value):
        raise ThresholdError(
            "too many scores are infinite for a median absolute deviation; "
            "pick with objective 'contamination'"
        )
    return float(in_precision_of(ordered, value))


@resampled(mad)
def mad_on_resamples(
    ordered: Floats, random: np.random.Generator, replicates: int, *, deviations: float
) -> Ratios:
    """Pick again by the median and the median absolute deviation of each resample.

    Beyond 1,000 rows, those of about 0.04 standard deviations of a median's rank are taken together
    at their middle one; around the median, and a MAD below and above it, where that matters.

    Examples
    --------
    >>> scores = np.sort(np.random.default_rng(0).normal(size=10_000))
    >>> picks = mad_on_resamples(scores, np.random.default_rng(0), 1_000, deviations=3.5)
    >>> round(float(picks.mean()), 1), round(float(picks.std()), 2)
    (3.5, 0.04)
    """
    values, rows = _around_the_quartiles(ordered)
    picks = []
    for drawn in draw_groups(random, rows, replicates):
        # Infinities less infinities are NaN, which no pick is.
        with np.errstate(invalid="ignore", over="ignore"):
            middle = _medians(np.broadcast_to(values, drawn.shape), drawn)
            distances = np.abs(values - middle[:, None])
            order = np.argsort(distances, axis=1)
            spread = _medians(*(np.take_along_axis(a, order, axis=1) for a in (distances, drawn)))
            picks.append(
                np.where(spread > 0, middle + deviations * MAD_TO_DEVIATION * spread, np.nan)
            )
    return finite_or_nan(in_precision_of(ordered, np.concatenate(picks)))


def _around_the_quartiles(ordered: Floats) -> tuple[Ratios, Integers]:
    """Return the middles of rows close in rank to the median or a MAD from it, and their number."""
    rows = ordered.size
    ranks = [np.linspace(0, rows - 1, GROUPS // 4)]
    wide = ordered.astype(np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        middle = np.median(wide)
        spread = np.median(np.abs(wide - middle))
        matter = np.searchsorted(wide, [middle - spread, middle, middle + spread])
    reach = DEVIATIONS * np.sqrt(rows) / 2
    ranks += [np.linspace(rank - reach, rank + reach, GROUPS // 4) for rank in matter]
    if rows <= GROUPS:
        ranks = [np.arange(rows, dtype=np.float64)]
    first = np.unique(np.clip(np.concatenate(ranks), 0, rows - 1).astype(np.int64))
    sizes = np.diff(first, append=rows)
    return wide[first + (sizes - 1) // 2], sizes


def _medians(values: Ratios, counts: Integers) -> Ratios:
    """Return the median of each resample; the values ascend along each row."""
    upto = np.cumsum(counts, axis=1)
    rows = upto[:, -1:]
    middles = [np.argmax(upto > rank, axis=1)[:, None] for rank in ((rows - 1) // 2, rows // 2)]
    low, high = (np.take_along_axis(values, each, axis=1)[:, 0] for each in middles)
    # Halves: the sum of two large scores could overflow.
    return np.where(low == high, low, low / 2 + high / 2)
