"""How sure the average precision and the ROC AUC of a ranking are.

Both are means over the anomalies of a number from 0 to 1: how many of the alerts down to an anomaly
are anomalies, how many of the normal rows it outranks. So their intervals are those of
`thresholds.uncertainty.proportions.ends_of_mean`, with the variance from
`thresholds.uncertainty.influence`.

Of few anomalies the variance shows too little: most rank high, and that few rank low may not have
been seen yet. So it is mixed with the largest variance that such a mean may have, which counts as
much as four anomalies; and the interval is as much wider as Student's t is for so many anomalies.
`python -m benchmarks coverage` measures how often such intervals hold the truth.
"""

import numpy as np

from thresholds.counting.counts import Tallies
from thresholds.counting.curve import PrecisionRecallCurve
from thresholds.uncertainty.influence import (
    RankingInfluence,
    average_precision_influence,
    roc_auc_influence,
)
from thresholds.uncertainty.percentile import CONFIDENCE, Interval
from thresholds.uncertainty.proportions import ends_of_mean
from thresholds.uncertainty.sums import widening

FEWEST_FOR_RANKING = 10
"""Of fewer anomalies a ranking has no interval."""

# How many anomalies' worth of the largest variance.
_UNSEEN = 4


def ranking_intervals(
    curve: PrecisionRecallCurve, *, confidence: float = CONFIDENCE
) -> dict[str, Interval | None]:
    """Return the intervals of the average precision and of the ROC AUC.

    Both are sums over the scores of anomalies, so the counts there, and right above them, are all
    it takes.

    Parameters
    ----------
    curve : PrecisionRecallCurve
    confidence : float, default=0.95

    Returns
    -------
    dict of str to (float, float) or None
        `average_precision` and `roc_auc`; None for fewer than 10 anomalies.

    Examples
    --------
    >>> random = np.random.default_rng(0)
    >>> labels = np.repeat([0, 1], [900, 100])
    >>> curve = PrecisionRecallCurve.from_scores(labels, random.normal(size=1000) + 2 * labels)
    >>> low, high = ranking_intervals(curve)["average_precision"]
    >>> low < curve.average_precision < high
    True
    """
    names = ("average_precision", "roc_auc")
    squares = curve.squares
    rows = curve.positives if squares is None else curve.positives**2 / squares.positives
    if min(rows, curve.positives) < FEWEST_FOR_RANKING or not curve.negatives:
        return dict.fromkeys(names)
    # From the highest score down: those of anomalies.
    corners = np.flatnonzero(np.diff(curve.tp, append=0))[::-1]
    tp, fp, above = curve.tp[corners], curve.fp[corners], np.append(curve.fp, 0)[corners + 1]
    gained = np.diff(tp, prepend=0)
    influences = (
        average_precision_influence(gained, tp, fp),
        roc_auc_influence(gained, tp, fp, above, curve.negatives),
    )
    if squares is not None:
        tp, fp = squares.tp[corners], squares.fp[corners]
        gained, above = np.diff(tp, prepend=0), np.append(squares.fp, 0)[corners + 1]
    negatives = curve.negatives if squares is None else squares.negatives
    groups = np.diff(np.append(np.stack([above, fp], axis=1).ravel(), negatives), prepend=0)
    intervals: dict[str, Interval | None] = {}
    for name, influence in zip(names, influences, strict=True):
        variance = _variance(influence, gained, groups)
        intervals[name] = interval_of_ranking(influence.figure, variance, rows, confidence)
    return intervals


def interval_of_ranking(
    figure: float, variance: float, rows: float, confidence: float = CONFIDENCE
) -> Interval:
    """Return the interval of an average precision or a ROC AUC.

    Parameters
    ----------
    figure, variance : float
        The variance is the sum of the squared influences.
    rows : float
        Anomalies, at least 2.
    confidence : float, default=0.95
    """
    variance *= rows / (rows - 1)
    largest = max(variance, figure * (1 - figure) / rows)
    mixed = (rows * variance + _UNSEEN * largest) / (rows + _UNSEEN)
    wider = widening(max(int(rows) - 1, 1), confidence) ** 2
    low, high = ends_of_mean(figure, mixed * wider, rows / wider, confidence)
    return float(low), float(high)


def _variance(influence: RankingInfluence, gained: Tallies, groups: Tallies) -> float:
    return float(
        (gained * influence.of_anomalies**2).sum() + (groups * influence.of_normal**2).sum()
    )
