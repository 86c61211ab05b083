"""How sure the average precision and the ROC AUC of a ranking are."""

import numpy as np

from thresholds.counting.counts import Ratios, Tallies
from thresholds.counting.curve import PrecisionRecallCurve
from thresholds.uncertainty.exact import FEWEST_ANOMALIES
from thresholds.uncertainty.percentile import CONFIDENCE, Interval, interval_of
from thresholds.uncertainty.resampling import resamples

# Of very many anomalies, those at so many of their scores stand for all.
MOST_CORNERS = 2000


def ranking_intervals(
    curve: PrecisionRecallCurve,
    *,
    confidence: float = CONFIDENCE,
    replicates: int = 1000,
    seed: int = 0,
) -> dict[str, Interval | None]:
    """Return the percentile intervals of the average precision and of the ROC AUC.

    Both are sums over the scores of anomalies, so the counts there, and right above them, are all
    it takes: the time does not depend on the number of normal rows.

    Parameters
    ----------
    curve : PrecisionRecallCurve
    confidence : float, default=0.95
    replicates : int, default=1000
        Resamples, of anomalies and of normal rows each by themselves.
    seed : int, default=0

    Returns
    -------
    dict of str to (float, float) or None
        `average_precision` and `roc_auc`; None for fewer than 5 anomalies, which resamples can
        only repeat, and where all resamples say the same.

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
    if curve.positives < FEWEST_ANOMALIES:
        return dict.fromkeys(names)
    corners = curve.corners()
    if corners.size > MOST_CORNERS:
        corners = corners[np.linspace(0, corners.size - 1, MOST_CORNERS).round().astype(int)]
    points = curve.counts_at(np.union1d(corners, corners + 1)[::-1])
    drawn = []
    for counts in resamples(points, replicates, seed):
        fp_above = np.roll(counts.fp, 1, axis=1)
        fp_above[:, 0] = 0
        gained = np.diff(counts.tp, axis=1, prepend=0)
        totals = counts.positives[:, 0], counts.negatives[:, 0]
        drawn.append(ranking_figures(gained, counts.tp, counts.fp, fp_above, *totals))
    intervals = {}
    for name, blocks in zip(names, zip(*drawn, strict=True), strict=True):
        interval = interval_of(np.concatenate(blocks), confidence)
        has_width = interval is not None and interval[1] > interval[0]
        intervals[name] = interval if has_width else None
    return intervals


def ranking_figures(
    gained: Tallies,
    tp: Tallies,
    fp: Tallies,
    fp_above: Tallies,
    positives: Tallies,
    negatives: Tallies,
) -> tuple[Ratios, Ratios]:
    """Return the average precision and the ROC AUC of many rankings.

    Parameters
    ----------
    gained, tp, fp, fp_above : ndarray, shape (r, k)
        At the scores that anomalies have: the anomalies of that score, those at or above it, and
        the normal rows at or above it and above it. Of normal rows of the score one half counts as
        outranked.
    positives, negatives : ndarray, shape (r,)

    Returns
    -------
    average_precision, roc_auc : ndarray of float64, shape (r,)
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        precision = np.where(tp + fp > 0, tp / (tp + fp), 0)
        average_precision = (gained * precision).sum(axis=1) / positives
        outranked = negatives[:, None] - (fp + fp_above) / 2
        roc_auc = (gained * outranked).sum(axis=1) / (positives * negatives)
    return average_precision, roc_auc
