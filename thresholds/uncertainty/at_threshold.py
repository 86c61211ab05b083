"""The intervals of the figures at thresholds that were fixed before the rows were looked at.

On rows that a threshold was picked on, its figures are better than on others, and intervals of them
do not hold.
"""

import numpy as np

from thresholds.counting.counts import Counts
from thresholds.uncertainty.percentile import CONFIDENCE, Ends, Interval
from thresholds.uncertainty.proportions import f1_ends, precision_ends, recall_ends
from thresholds.uncertainty.sums import Sums, alerts_a_day_ends, ends_of_sum

FEWEST_FOR_COST = 20
"""Of fewer anomalies a cost has no interval: what one costs varies too much to be seen in them."""


def ends_at_thresholds(
    counts: Counts, *, labelled: bool, cost: Sums | None = None, confidence: float = CONFIDENCE
) -> dict[str, Ends]:
    """Return the ends of the intervals of the figures in each setting.

    Parameters
    ----------
    counts : Counts
        Of shape (k,).
    labelled : bool
        Whether the rows have labels.
    cost : Sums, optional
        What alerts and misses cost in each setting.
    confidence : float, default=0.95

    Returns
    -------
    dict of str to (ndarray, ndarray), each of shape (k,)
        With labels of `precision`, `recall`, `f1`, and with `cost` of that; of `alerts_per_day`
        where the alerts of each day are known. NaN where there is none that holds.
    """
    ends: dict[str, Ends] = {}
    if counts.days is not None:
        ends["alerts_per_day"] = alerts_a_day_ends(
            counts.days.alerts, counts.days.lengths, confidence
        )
    if not labelled:
        return ends
    ends |= {
        "precision": precision_ends(counts, confidence),
        "recall": recall_ends(counts, confidence),
        "f1": f1_ends(counts, confidence),
    }
    if cost is not None and _anomalies(counts) >= FEWEST_FOR_COST:
        ends["cost"] = ends_of_sum(cost, confidence)
    return ends


def intervals_at_threshold(
    counts: Counts, *, labelled: bool, cost: Sums | None = None, confidence: float = CONFIDENCE
) -> dict[str, Interval]:
    """Return the intervals that hold at one threshold, by name; see `ends_at_thresholds`.

    Parameters
    ----------
    counts : Counts
        Of shape (1,).
    labelled, cost, confidence
        As in `ends_at_thresholds`.
    """
    ends = ends_at_thresholds(counts, labelled=labelled, cost=cost, confidence=confidence)
    return {
        name: (low.item(), high.item()) for name, (low, high) in ends.items() if not np.isnan(low)
    }


def _anomalies(counts: Counts) -> float:
    """Return how many anomalies there are, whatever they weigh."""
    return counts.positives if counts.squares is None else counts.n_rows[0]
